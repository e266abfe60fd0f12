"""How well the reader sorts real mail, beside others on the same files, and whether it keeps its budgets.

    make corpora [CORPORA=folder] [ARGS="--wrong"]

`--wrong` lists the mails that were not understood, `--alone` leaves the others out. Where the folder is
missing, it says so and measures nothing. The others (flufl.bounce, mail-parser-reply) are fetched into
`.venv/peers` when they are first wanted; without a network they are left out with a word.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

import beside
from labels import Score, found_in, mails, own_words_exact

MOST_PEOPLE_TAKEN = 0.001
LEAST_A_SECOND = 500
ROUNDS = 3


def say(*pieces):
    sys.stdout.write("".join(pieces) + "\n")
    sys.stdout.flush()


def verdict(name, value, good, budget):
    """One line for a budget; whether it is kept."""
    say(f"  {'PASSED' if good else 'MISSED'}  {name:34}{value:>12}   (budget {budget})")
    return good


def sort_all(folder, rows):
    """The score, what raised, and the mails a second: the best of some rounds, on one core."""
    raws = [(folder / row["path"]).read_bytes() for row in rows]
    score, raised, best = Score(), [], float("inf")
    for turn in range(ROUNDS):
        findings = []
        began = time.process_time()
        for row, raw in zip(rows, raws, strict=True):
            try:
                findings.append(found_in(raw))
            except Exception as error:  # noqa: BLE001 - it is counted, whatever it is
                findings.append(None)
                raised.append((row["path"], type(error).__name__))
        best = min(best, time.process_time() - began)
        if not turn:
            for row, finding in zip(rows, findings, strict=True):
                if finding:
                    score.add(row, finding)
    return score, raised, len(rows) / best


def show(score):
    say(f"{'class':16}{'mails':>7}{'recall':>9}{'precision':>11}")
    for name, count in sorted(score.asked.items()):
        if name in score.called:
            say(f"{name:16}{count:7}{score.share(name):9.1%}{score.precision(name):11.1%}")
    for name in ("hard or soft", "addresses"):
        say(f"{name:16}{score.asked[name]:7}{score.share(name):9.1%}")


def keeps_budgets(score, raised, rate, exact):
    people = score.asked["person"] + score.asked["stranger"]
    taken = sum(1 for what, _ in score.wrong if what in {"person", "stranger"})
    found, asked = exact
    say("\nbudgets")
    return min(
        _at_least("bounce recall", score.share("bounce"), 0.98),
        _at_least("bounce precision", score.precision("bounce"), 0.99),
        _at_least("hard or soft", score.share("hard or soft"), 0.90),
        _at_least("complaint recall", score.share("complaint"), 0.95),
        _at_least("own words, exactly", found / asked if asked else 1.0, 0.75),
        verdict(
            "people and strangers taken for machines",
            f"{taken} of {people}",
            taken <= MOST_PEOPLE_TAKEN * people,
            f"at most {MOST_PEOPLE_TAKEN:.1%}",
        ),
        verdict("mails that raise", len(raised), not raised, "none"),
        verdict(
            "mails a second on one core", f"{rate:.0f}", rate >= LEAST_A_SECOND, f"at least {LEAST_A_SECOND}"
        ),
    )


def _at_least(name, value, least):
    return verdict(name, f"{value:.1%}", value >= least, f"at least {least:.0%}")


def show_others(folder):
    try:
        others = beside.figures(folder)
    except (OSError, subprocess.SubprocessError) as error:
        say(f"\nthe others are left out: they could not be fetched or run ({error})")
        return
    say("\nothers on the same files")
    for line in others:
        say(f"  {line}")


def main():
    parser = argparse.ArgumentParser(description="Sort labelled real mail.")
    parser.add_argument("--wrong", action="store_true", help="list what was not understood")
    parser.add_argument("--alone", action="store_true", help="leave the others out")
    asked = parser.parse_args()
    folder = Path(os.environ.get("CAMPAIGN_CORPORA", ""))
    if not (folder / "MANIFEST.tsv").is_file():
        say(
            f"SKIPPED: there is no labelled mail in {str(folder)!r}: nothing was measured.\n"
            "Name a folder with a MANIFEST.tsv: make corpora CORPORA=folder"
        )
        return 0
    rows = mails(folder)
    score, raised, rate = sort_all(folder, rows)
    exact = own_words_exact(folder)
    show(score)
    say(f"{'own words':16}{exact[1]:7}{exact[0] / max(1, exact[1]):9.1%}")
    if asked.wrong:
        say(*(f"\n  {what:16}{path}" for what, path in [*score.wrong, *raised]))
    if not asked.alone:
        show_others(folder)
    return 0 if keeps_budgets(score, raised, rate, exact) else 1


if __name__ == "__main__":
    sys.exit(main())
