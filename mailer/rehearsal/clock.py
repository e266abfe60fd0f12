"""A clock that can be moved on, shared by the commands and by the people who answer them."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Self


class Clock:
    """Tells the time of a rehearsal: stands still until moved, or runs some while ahead of the real time."""

    def __init__(self, start: datetime) -> None:
        """A clock that stands at `start` (aware) until somebody moves it."""
        self._stands_at: datetime | None = start.astimezone(UTC)
        self._ahead = timedelta()
        self._listeners: list[Callable[[], None]] = []

    @classmethod
    def running(cls, ahead: timedelta = timedelta()) -> Self:
        """A clock that shows the real time plus `ahead`."""
        clock = cls(datetime.now(UTC))
        clock._stands_at, clock._ahead = None, ahead
        return clock

    @property
    def runs(self) -> bool:
        """Whether time passes by itself."""
        return self._stands_at is None

    @property
    def ahead(self) -> timedelta:
        """How far it is ahead of the real time just now."""
        return self._ahead if self._stands_at is None else self._stands_at - datetime.now(UTC)

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return self._stands_at or datetime.now(UTC) + self._ahead

    def move_on(self, by: timedelta) -> None:
        """Let time pass. What was to happen meanwhile has happened when this returns.

        Raises:
            ValueError: when `by` is negative; nothing that happened is taken back.
        """
        if by < timedelta():
            raise ValueError("a clock is only moved forwards")
        if self._stands_at is None:
            self._ahead += by
        else:
            self._stands_at += by
        for tell in tuple(self._listeners):
            tell()

    async def sleep(self, seconds: float) -> None:
        """Wait so long by this clock: a standing one is moved on, and nobody waits."""
        if self.runs:
            await asyncio.sleep(seconds)
            return
        self.move_on(timedelta(seconds=seconds))
        await asyncio.sleep(0)

    def listen(self, tell: Callable[[], None]) -> Callable[[], None]:
        """Have `tell` called after each move; returns what ends that."""
        self._listeners.append(tell)
        return lambda: self._listeners.remove(tell)
