"""Foretells a run: how many of the due letters leave in it, until when it lasts, and when the others may."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mailer.nouns import Turn
from mailer.planning.lines import Line
from mailer.planning.pace import LONGEST_STAY, Gate


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


def look_ahead(gate: Gate, lines: Iterable[Line], now: datetime) -> Outlook:
    """Walk through a run without sending anything.

    Args:
        gate: A new one, with what has left so far; it counts the letters as having left afterwards.
        lines: The letters that are due, in their order.
        now: When the run begins.
    """
    ends, slowed, leaving = now, "", 0
    later: list[Turn] = []
    for line in lines:
        assert line.due
        to = (line.due.organizer.address,)
        turn = gate.turn(ends, line.due.group, to)
        if turn.at is None or turn.at - ends > LONGEST_STAY:
            later.append(turn)
            continue
        leaving, ends, slowed = leaving + 1, turn.at, turn.because or slowed
        gate.depart(ends, to)
    first = min(later, key=lambda turn: (turn.at is None, turn.at or now), default=None)
    return Outlook(leaving, ends, slowed, len(later), first)
