"""What twenty thousand cost: one more letter in a ledger of so many, and each command with so many groups.

Budgets: 10 ms for a letter's claim, its mark and its outcome together, and no more than twice as much in the
large ledger as in the small one; 300 MB for a command. Run it with `python -m tests.bench.bench_scale`.
"""

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from mailer.ledger import Ledger, create
from mailer.nouns import Address, Letter, LetterId, Outcome, Phase, Verdict

LARGE = 20_000
ROUNDS = 200
MOST_MS = 10.0
MOST_RATIO = 2.0
MOST_MEGABYTES = 300
COMMANDS = ("check hello", "status", "status hello", "list", "todo", "send hello --dry-run")

SERVER = 'host = "127.0.0.1"\nport = 9\ntls = "none"\nuser = "fay@foundation.example"\n'
FILES = {
    "campaigns/settings.toml": '[sender]\nname = "Fay Fellow"\nemail = "fay@foundation.example"\n'
    f"[smtp]\n{SERVER}[imap]\n{SERVER}",
    "campaigns/hello.toml": '[[steps]]\ntemplate = "hello"\n[[steps]]\ntemplate = "again"\nwait = "7 days"\n',
    "templates/hello.md": "Subject: Hello {{ name }}\n\nDear {{ greeting }},\n\na **project night**?\n",
    "templates/again.md": "Dear {{ greeting }},\n\nonce more: a project night?\n",
}
# The kernel's own mark of its memory: `ru_maxrss` begins with what the process was forked from.
MEASURED = """\
import os, runpy, sys
sys.argv[0] = "campaign"
try:
    runpy.run_module("mailer", run_name="__main__")
finally:
    with open("/proc/self/status") as lines:
        peak = next(line for line in lines if line.startswith("VmHWM")).split()[1]
    print(os.times().user, int(peak) / 1024, file=sys.stderr)
"""
NOW = datetime(2026, 11, 21, 9, 5, 7, tzinfo=UTC)
ACCEPTED = Verdict(Outcome.ACCEPTED, Phase.DOT, 250, "2.0.0", "queued")


def a_letter(number: int) -> Letter:
    letter, to = LetterId("initial", f"g{number}", "first"), (Address("ana", f"g{number}.example"),)
    message_id = f"<c.{number}.x@foundation.example>"
    return Letter(
        letter, message_id, Address("bea", "foundation.example"), to, "Hello", b"x" * 3000, "d" * 64
    )


def send(ledger: Ledger, number: int) -> None:
    letter = a_letter(number)
    ledger.claim(letter, NOW)
    ledger.mark_sending(letter.id, NOW)
    ledger.settle(letter.id, ACCEPTED, NOW)


def milliseconds(ledger: Ledger, begin: int) -> float:
    """The median of what one letter takes."""
    taken = []
    for number in range(begin, begin + ROUNDS):
        begun = time.perf_counter()
        send(ledger, number)
        taken.append(time.perf_counter() - begun)
    return sorted(taken)[ROUNDS // 2] * 1000


def workspace(folder: Path) -> None:
    """A campaign for twenty thousand groups, none of which has got a letter."""
    rows = (f"g{n},Group {n},Ana {n},Ana,ana@g{n}.example,{n % 900},Oslo" for n in range(LARGE))
    table = "\n".join(["group,name,organizer,greeting,email,size,city", *rows])
    for path, text in {**FILES, "campaigns/groups.csv": f"{table}\n"}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    create(folder / "campaigns" / "ledger", folder / "campaigns" / "ledger-id", NOW).close()


def seconds_and_megabytes(folder: Path, words: str) -> tuple[float, float]:
    """The user's time of one command, and the most memory that it had."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *words.split()],
        cwd=folder,
        env=os.environ | {"CAMPAIGN_NOW": NOW.isoformat()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    seconds, megabytes = map(float, done.stderr.split()[-2:])
    return seconds, megabytes


def commands() -> bool:
    """Whether every command keeps to its memory; each is shown."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_STATE_HOME"] = (
            home  # the ledger's place in the user's own folder, too, is thrown away
        )
        folder = Path(home, "w")
        workspace(folder)
        peaks = []
        sys.stdout.write(f"\n{LARGE:,} groups{'seconds':>21}{'MB':>8}     (budget {MOST_MEGABYTES} MB)\n")
        for words in COMMANDS:
            seconds, megabytes = seconds_and_megabytes(folder, words)
            sys.stdout.write(f"{words:24}{seconds:10.1f}{megabytes:8.0f}\n")
            peaks.append(megabytes)
    return max(peaks) < MOST_MEGABYTES


def main() -> int:
    with tempfile.TemporaryDirectory() as home, create(Path(home, "ledger"), Path(home, "id"), NOW) as ledger:
        small = milliseconds(ledger, 0)
        for number in range(ROUNDS, LARGE):
            send(ledger, number)
        large = milliseconds(ledger, LARGE)
    ratio = large / small
    sys.stdout.write(
        f"a letter among {ROUNDS:6,}   {small:6.2f} ms\n"
        f"a letter among {LARGE:6,}   {large:6.2f} ms    (budget {MOST_MS:.0f} ms)\n"
        f"ratio                   {ratio:6.2f}       (budget {MOST_RATIO:.1f})\n"
    )
    small_enough = commands()
    return int(large > MOST_MS or ratio > MOST_RATIO or not small_enough)


if __name__ == "__main__":
    sys.exit(main())
