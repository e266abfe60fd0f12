"""A run of sending in legs: the canary and the others, with a look into the mailbox wherever one is due.

Bounces come by mail. So a run that lasts looks into the mailbox every now and then, sees who has answered or
asked for no more letters, and stops when too many letters come back. While it looks, no line to the server is
open, and nothing is in the air.
"""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from mailer.cli.doubts import known_now
from mailer.cli.look import Look
from mailer.cli.telling import Telling
from mailer.errors import BadSettings, ServerUnavailable, SignInRefused, TryAgain

if TYPE_CHECKING:
    from datetime import timedelta

    from mailer.nouns import MailboxRead, Turn
    from mailer.outbox import Outbox, Run
    from mailer.planning import Canary, Line

_LOOK = "it is time to look into the mailbox again"
"""Why a leg ends; it never ends a run."""

_T = TypeVar("_T")

_NAP = 1.0
"""Seconds after which a run that waits for its canary looks whether it was asked to stop."""


class Legs:
    """One run.

    Attributes:
        run: What it has come to so far.
    """

    def __init__(
        self,
        look: Look,
        outbox: "Outbox",
        telling: Telling,
        ended: Callable[[], str],
        mailbox: "MailboxRead | None",
    ) -> None:
        """Do nothing yet.

        Args:
            look: The way to look into the mailbox again.
            outbox: Sends.
            telling: Is told what happens.
            ended: Why no other letter is to leave; '' while they may.
            mailbox: The last reading.
        """
        from mailer.outbox import Run

        self._look, self._outbox, self._telling, self._ended = look, outbox, telling, ended
        self._now = look.session.world.now
        self._begun = self._looked = self._now()
        self._mailbox = mailbox
        self.run = Run(())

    def dry(self, lines: Sequence["Line"]) -> "Run":
        """Walk the whole way and deliver nothing; nobody has to wait for anything."""
        return _run(self._outbox.send(lines, self._mailbox, self._telling.told, self._ended, paced=False))

    def go(self, lines: Sequence["Line"], canary: "Canary | None") -> "Run":
        """Send the letters, the canary first."""
        self._leave(canary.first if canary else lines)
        if canary and not self.run.paused:
            self.run = replace(self.run, paused=self._why_not(canary))
            if not self.run.paused:
                self._leave(canary.others)
        return self.run

    def _leave(self, lines: Sequence["Line"]) -> None:
        while lines:
            leg = self._leg(lines)
            self.run = self.run.then(leg)
            if leg.paused != _LOOK:
                return
            done = {sent.letter for sent in leg.sent} | {letter for letter, _ in leg.kept_back}
            lines = [line for line in lines if line.letter not in done]
            self.run = replace(self.run, paused=self._why_not_on() if lines else "")
            if self.run.paused:
                return

    def _leg(self, lines: Sequence["Line"]) -> "Run":
        """Send until the end, or until a look into the mailbox is due.

        What keeps a later leg from beginning stops the run; what was done before is summed up all the same.
        """
        from mailer.outbox import Run

        telling = self._telling
        told = len(telling.tried)
        if self._outbox.settings.smtp.asks:
            telling.end()
        try:
            return _run(self._outbox.send(lines, self._mailbox, telling.told, self._leg_ended, self._resting))
        except (ServerUnavailable, SignInRefused, BadSettings, TryAgain) as error:
            if not self.run.sent or len(telling.tried) > told:
                raise
            return Run((), paused=f"{error.what}; {error.fix}" if error.fix else error.what)

    def _leg_ended(self) -> str:
        from mailer.outbox import LOOK_AFTER

        # In either direction: a clock that was set back does not say how long ago it was.
        stale = abs(self._now() - self._looked) >= LOOK_AFTER
        return self._ended() or (_LOOK if stale else "")

    def _resting(self, turn: "Turn") -> None:
        self._telling.resting(turn, self._now())

    def _look_again(self) -> bool:
        """Look into the mailbox; whether that went well."""
        with self._telling.aside():
            mailbox = self._look.again()
        self._looked = self._now()
        if mailbox:
            self._mailbox = mailbox
            self.run = known_now(self.run, mailbox.doubts)
        return mailbox is not None

    def _why_not_on(self) -> str:
        """Why the run must not go on after another look into the mailbox; '' when it may."""
        from mailer.planning import fared, why_stop

        if why := self._ended():
            return why
        self._look_again()
        tried = {sent.letter for sent in self.run.sent}
        records = [record for letter in tried if (record := self._look.ledger.delivery(letter))]
        return self._ended() or why_stop(fared(records, self._begun), self._look.settings.pace)

    def _why_not(self, canary: "Canary") -> str:
        """Why the others must not follow the canary; '' when they may."""
        from mailer.planning import stay, why_stop_after_canary

        ledger = self._look.ledger
        tried = [record for letter in canary.letters if (record := ledger.delivery(letter))]
        if why := _run(self._stay(stay(tried, self._now()))):
            return why
        if not self._look_again():
            return "the mailbox could not be read, so nobody knows how the letters fared that went first"
        tried = [record for letter in canary.letters if (record := ledger.delivery(letter))]
        return self._ended() or why_stop_after_canary(tried, self._look.settings.pace)

    async def _stay(self, time: "timedelta") -> str:
        """Wait so long; why the run is to end, should somebody want that."""
        from mailer.nouns import Turn

        # Counted by naps: a clock that is set meanwhile makes the wait neither shorter nor endless.
        turn, left = Turn(self._now() + time, "how the first letters fare"), time.total_seconds()
        while left > 0 and not self._ended():
            self._resting(turn)
            await self._look.session.world.sleep(min(left, _NAP))
            left -= _NAP
        return self._ended()


def _run(work: "Coroutine[Any, Any, _T]") -> "_T":
    import asyncio

    return asyncio.run(work)
