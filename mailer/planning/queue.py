"""Decides which letter of a run leaves next: as the plan has them, but none waits behind another's limit.

What holds for all letters, so many a minute, holds them all up. What holds for some only, so many to one
domain or the hours of a group, does not: the others leave meanwhile.
"""

import heapq
from collections import deque
from collections.abc import Iterable
from datetime import datetime

from mailer.nouns import Turn
from mailer.planning.lines import Line
from mailer.planning.pace import LONGEST_STAY, Gate


class Queue:
    """The letters of a run that have not left yet.

    Attributes:
        later: Those that would have to wait too long, each with what it waits for; they are for another run.
    """

    def __init__(self, gate: Gate, lines: Iterable[Line]) -> None:
        """All of them, in their order.

        Args:
            gate: When each may leave.
            lines: The letters that are due.
        """
        self._gate = gate
        self._ready = deque(enumerate(lines))
        self._waiting: list[tuple[datetime, int, Line, Turn]] = []
        self._asked: datetime | None = None
        self.later: list[tuple[Line, Turn]] = []

    def next(self, now: datetime) -> Line | Turn | None:
        """The letter that may leave now, taken out; else what has to be waited for; None when none is left.

        Args:
            now: The time, aware.
        """
        soonest = self._gate.soonest(now)
        self._call_in(now)
        while self._ready:
            number, line = self._ready.popleft()
            assert line.due
            turn = self._gate.turn(now, line.due.group, line.due.to)
            if turn.at is None or turn.at - now > LONGEST_STAY:
                self.later.append((line, turn))
            elif turn.at <= now:
                return line
            elif turn.at <= soonest:
                self._ready.appendleft((number, line))
                return turn
            else:
                heapq.heappush(self._waiting, (turn.at, number, line, turn))
        return self._waiting[0][-1] if self._waiting else None

    def depart(self, now: datetime, line: Line) -> None:
        """Count a letter that leaves now; to be told before the server is."""
        assert line.due
        self._gate.depart(now, line.due.to)

    def _call_in(self, now: datetime) -> None:
        """Those that wait on their own account stand in front when their time has come.

        Where the clock was set back, all of them do: nobody knows any more when their time is.
        """
        set_back = self._asked is not None and now < self._asked
        self._asked = now
        called = []
        while self._waiting and (set_back or self._waiting[0][0] <= now):
            _, number, line, _ = heapq.heappop(self._waiting)
            called.append((number, line))
        self._ready.extendleft(reversed(called))


def earliest(turns: Iterable[Turn]) -> Turn | None:
    """The turn that comes first; one that never comes where there is no other, None where there is none."""
    turns = tuple(turns)
    return min((turn for turn in turns if turn.at), key=_at, default=turns[0] if turns else None)


def _at(turn: Turn) -> datetime:
    assert turn.at
    return turn.at
