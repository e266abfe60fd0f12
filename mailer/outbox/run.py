"""What a run of sending came to, letter by letter, and when it has to stop early."""

from collections.abc import Sequence
from dataclasses import dataclass

from mailer.nouns import LetterId, Outcome, Pace, Phase, Turn, Verdict
from mailer.planning import FEWEST, Fared, earliest, why_stop

ASKED = "you asked to stop"
"""Why a run stopped early where nothing is to be mended."""

IN_A_ROW = 3
"""So many letters, one after the other, to which the same happens: it is about us, or about the way."""

_POLICY = frozenset({"5.7.1", "5.7.2"})
"""What servers say of a list that takes nothing from strangers, or of strangers at all (RFC 3463 §3.8)."""

_REFUSALS = frozenset({550, 554})

_CLOSING = 421
"""With this a server closes the line (RFC 5321 §3.8), mostly because it wants fewer letters, or later."""


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
    tail = [attempt.verdict for attempt in sent[-IN_A_ROW:]]
    row = len(tail) == IN_A_ROW
    one_of_few = by_policy(last) and not (row and all(map(by_policy, tail)))
    if last.outcome is Outcome.PAUSE and not one_of_few:
        return last.words or f"the server does not take our letters (at {last.phase})"
    if row:
        if all(map(_slow_down, tail)):
            return f"{IN_A_ROW} letters in a row were put off: {_said(last)}"
        content = all(v.outcome is Outcome.REFUSED and v.phase is not Phase.RCPT for v in tail)
        if content and len({(v.code, v.status) for v in tail}) == 1:
            return f"{IN_A_ROW} letters in a row were refused: {_said(last)}"
        if all(map(_broke, tail)):
            return f"the line broke over {IN_A_ROW} letters in a row: {_said(last)}"
    # Another letter that was taken makes the rate no worse; but with the tenth it begins to count.
    if last.outcome is not Outcome.REFUSED and len(sent) != FEWEST:
        return ""
    refused = sum(v.verdict.outcome is Outcome.REFUSED and v.verdict.phase is Phase.RCPT for v in sent)
    return why_stop(Fared(len(sent), refused=refused), pace)


def by_policy(verdict: Verdict) -> bool:
    """Whether a recipient is not to be written to by us: it may be about her, or about all that we write.

    The first few say nothing of that, and she stays due: else all letters behind hers would wait for ever.
    """
    about_her = verdict.phase is Phase.RCPT and verdict.code in _REFUSALS
    return verdict.outcome is Outcome.PAUSE and about_her and verdict.status in _POLICY


def _slow_down(verdict: Verdict) -> bool:
    """Whether the server has enough of us; what it says of a recipient (greylisting) does not mean that."""
    about_us = verdict.code == _CLOSING or verdict.phase is Phase.MAIL
    return verdict.outcome is Outcome.DEFERRED and about_us


def _broke(verdict: Verdict) -> bool:
    """Whether a letter got no answer that could be understood.

    Many a firewall lets commands pass and no letter: each would wait for minutes, and be in doubt at its end.
    """
    return verdict.outcome is Outcome.UNSURE or (verdict.outcome is Outcome.DEFERRED and not verdict.code)


def _said(verdict: Verdict) -> str:
    return f"{verdict.code} {verdict.words}" if verdict.code else verdict.words
