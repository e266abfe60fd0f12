"""What a run of sending came to, letter by letter, and when it has to stop early."""

from collections.abc import Sequence
from dataclasses import dataclass

from mailer.nouns import LetterId, Outcome, Pace, Phase, Turn, Verdict
from mailer.planning import Fared, earliest, why_stop

ASKED = "you asked to stop"
"""Why a run stopped early where nothing is to be mended."""

EQUAL_REFUSALS = 3
"""So many refusals of the content in the same words, in a row, are about us and not about the letters."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one letter in this run."""

    letter: LetterId
    to: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Run:
    """What a run of `send` came to.

    Attributes:
        sent: Every attempt, in the order in which it was settled.
        kept_back: Letters that were due in the plan and yet did not leave, with the reason.
        paused: Why the run stopped early; empty when it came to its end.
        next_turn: When the first of those may leave that were left for another run, and what it waits for.
    """

    sent: tuple[Sent, ...]
    kept_back: tuple[tuple[LetterId, str], ...] = ()
    paused: str = ""
    next_turn: Turn | None = None

    def then(self, leg: "Run") -> "Run":
        """This run with another leg of it behind."""
        turns = [turn for turn in (self.next_turn, leg.next_turn) if turn]
        return Run(self.sent + leg.sent, self.kept_back + leg.kept_back, leg.paused, earliest(turns))

    def count(self, outcome: Outcome) -> int:
        """How many attempts came to `outcome`."""
        return sum(sent.verdict.outcome is outcome for sent in self.sent)


def why_pause(sent: Sequence[Sent], pace: Pace) -> str:
    """Why the run must stop after the last attempt; '' when it may go on."""
    last = sent[-1].verdict
    if last.outcome is Outcome.PAUSE:
        return last.words or f"the server does not take our letters (at {last.phase})"
    if last.outcome is not Outcome.REFUSED:
        return ""
    tail = [attempt.verdict for attempt in sent[-EQUAL_REFUSALS:]]
    content = all(v.outcome is Outcome.REFUSED and v.phase is Phase.DOT for v in tail)
    if len(tail) == EQUAL_REFUSALS and content and len({(v.code, v.status) for v in tail}) == 1:
        return f"{EQUAL_REFUSALS} letters in a row were refused with {last.code} {last.words}"
    refused = sum(v.verdict.outcome is Outcome.REFUSED and v.verdict.phase is Phase.RCPT for v in sent)
    return why_stop(Fared(len(sent), refused=refused), pace)
