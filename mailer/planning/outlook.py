"""Foretells a run: how many of the due letters leave in it, until when it lasts, and when the others may."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer.nouns import Turn
from mailer.planning.canary import CANARY_STAY
from mailer.planning.lines import Line
from mailer.planning.pace import Gate
from mailer.planning.queue import Queue, earliest


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a run is going to be like, if each letter takes no time but its wait.

    Attributes:
        leaving: How many letters leave.
        ends: When the last of them does.
        slowed: What it waited for last, in plain words; empty when nothing had to wait.
        later: How many are left for another run.
        next_turn: When the first of those may leave, and what it waits for; None when none is left.
    """

    leaving: int
    ends: datetime
    slowed: str
    later: int
    next_turn: Turn | None


def look_ahead(gate: Gate, legs: Sequence[Sequence[Line]], now: datetime) -> Outlook:
    """Walk through a run without sending anything.

    Args:
        gate: A new one, with what has left so far; it counts the letters as having left afterwards.
        legs: The letters that are due, in their order: those that leave first, and the others.
        now: When the run begins.
    """
    clock, ends, waited, slowed, leaving = now, now, "", "", 0
    later: list[Turn] = []
    for number, lines in enumerate(legs):
        clock += CANARY_STAY if number else timedelta()
        queue = Queue(gate, lines)
        while found := queue.next(clock):
            if isinstance(found, Turn):
                assert found.at
                clock, waited = found.at, found.because
            else:
                leaving, ends, slowed = leaving + 1, clock, waited
                queue.depart(clock, found)
        later += [turn for _, turn in queue.later]
    return Outlook(leaving, ends, slowed, len(later), earliest(later))
