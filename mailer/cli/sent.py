"""What became of letters, as the rows of a listing for programs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from mailer.nouns import Address, LetterId, Verdict
    from mailer.outbox import Run
    from mailer.planning import Line


def rows(lines: Sequence["Line"], run: "Run | None") -> Iterator[Mapping[str, Any]]:
    """The letters of a run as rows of a listing; README.md has the fields.

    Args:
        lines: What was to leave.
        run: What came of it; None where nothing was to come of it.
    """
    tried = {sent.letter: sent.verdict for sent in run.sent} if run else {}
    kept = dict(run.kept_back) if run else {}
    for line in lines:
        assert line.due
        again = line.due.retry is not None
        found = row(
            line.letter, line.due.organizer.address, tried.get(line.letter), again=again, note=line.because
        )
        because = kept.get(line.letter)
        yield {**found, "outcome": "kept back", "words": because} if because else found


def row(
    letter: "LetterId", to: "Address", verdict: "Verdict | None", *, again: bool, note: str = ""
) -> Mapping[str, Any]:
    """One letter as a row of a listing.

    Args:
        letter: Which.
        to: Where it goes.
        verdict: What the server made of it; None when it was not asked.
        again: Whether it was tried before.
        note: What was to be known before it left.
    """
    return {
        "letter": letter,
        "group": letter.group,
        "step": letter.step,
        "to": to,
        "again": again,
        "note": note,
        "outcome": verdict.outcome if verdict else None,
        "code": verdict.code if verdict else 0,
        "status": verdict.status if verdict else "",
        "words": verdict.words if verdict else "",
    }


def sums(
    due: int,
    verdicts: Sequence["Verdict"],
    *,
    paused: str = "",
    next_turn: "datetime | None" = None,
    dry_run: bool = False,
    test: bool = False,
) -> Mapping[str, Any]:
    """What is said about all rows together.

    Args:
        due: How many letters were to leave.
        verdicts: What the server made of those that were tried.
        paused: Why the run stopped early.
        next_turn: When the first of those may leave that were left for another run.
        dry_run: Whether nothing was to leave at all.
        test: Whether it was no letter of the campaign.
    """
    outcomes = Counter(verdict.outcome for verdict in verdicts)
    told = {"due": due, "dry_run": dry_run, "test": test, "outcomes": outcomes}
    return {**told, "paused": paused, "next_turn": next_turn}
