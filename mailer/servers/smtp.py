"""The post office: hands letters to the SMTP server of the settings, and opens a new line when one breaks."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from mailer import failpoints
from mailer.errors import CampaignError, SignInRefused
from mailer.nouns import UNCONDITIONAL, Letter, Outcome, Permit, Phase, PostOffice, Settings, Verdict
from mailer.servers.conversation import Conversation
from mailer.servers.last_look import unfit
from mailer.servers.passwords import Credentials, credentials, renewed
from mailer.servers.patience import SmtpPatience
from mailer.servers.smtp_door import open_line
from mailer.servers.trouble import refuse_bare

_TRIES = 30
"""So many lines may break before a letter had a chance on them; then it waits for a later run.

Servers that hang up after each letter break as many lines as letters were before it in the queue.
"""

_SHUT = Verdict(Outcome.PAUSE, Phase.MAIL, words="it was held back")


@asynccontextmanager
async def post_office(settings: Settings, patience: SmtpPatience | None = None) -> AsyncIterator[PostOffice]:
    """Open the way out: connect, encrypt and sign in before the first letter is asked for.

    Args:
        settings: Who sends, through which server, and over how many lines at most.
        patience: How long to wait for what; by default as RFC 5321 wants it.

    Raises:
        ServerUnavailable: nobody answers, or not now.
        SignInRefused: the name, the password or the encryption.
        BadSettings: the settings cannot be used, or there is no password.
    """
    refuse_bare(settings.smtp, "smtp")
    # Nothing else is under way yet, so a command that waits for a person may hold us up; in a thread, Ctrl-C
    # could not end it.
    known = credentials(settings.smtp, "smtp", os.environ)
    office = _Office(settings, known, patience or SmtpPatience())
    try:
        await office.open()
        yield office
    finally:
        await office.close()


class _Office:
    """One line to a server, or a few.

    Attributes:
        room: So many letters it takes at a time.
    """

    def __init__(self, settings: Settings, known: Credentials | None, patience: SmtpPatience) -> None:
        self._settings = settings
        self._known = known
        self._patience = patience
        self._most = settings.pace.connections
        self._lines: list[Conversation] = []
        self._opening: asyncio.Task[Conversation] | None = None
        self._turned_away: SignInRefused | None = None
        self.room = 1

    async def open(self) -> None:
        """Open the first line."""
        line = await self._a_line()
        self.room = self._most * line.room

    async def close(self) -> None:
        """Say goodbye and close the lines."""
        if opening := self._opening:
            opening.cancel()
            await asyncio.wait([opening])
            if not opening.cancelled() and opening.exception() is None:
                self._lines.append(opening.result())
        lines, self._lines = self._lines, []
        await asyncio.gather(*(line.leave() for line in lines))

    async def deliver(self, letter: Letter, permit: Permit = UNCONDITIONAL) -> Verdict:
        """Hand one letter in.

        Args:
            letter: With its final bytes, claimed.
            permit: Asked for on the way.

        Returns:
            What came of it. A line that cannot be opened again pauses the run; after a refused sign-in
            the server is not asked again.
        """
        if fault := unfit(letter, self._settings):
            return Verdict(Outcome.PAUSE, Phase.MAIL, words=fault)
        verdict = await self._try(letter, permit)
        if self._known and verdict.code:
            verdict = replace(verdict, words=self._known.discreet(verdict.words))
        return verdict

    async def _try(self, letter: Letter, permit: Permit) -> Verdict:
        for _ in range(_TRIES):
            try:
                line = await self._a_line()
            except CampaignError as error:
                phase = Phase.AUTH if isinstance(error, SignInRefused) else Phase.CONNECT
                return Verdict(Outcome.PAUSE, phase, words=f"{error.what}; {error.fix}")
            if (verdict := await line.hand_in(letter, permit)) is not None:
                return verdict
            if not permit.holds():
                return _SHUT
        return Verdict(Outcome.DEFERRED, Phase.MAIL, words="the server hung up again and again")

    async def _a_line(self) -> Conversation:
        """The line that is soonest free. While all are busy and we may have more, another one is opened.

        Some servers want fewer lines than the settings say, and tell us so with a refusal, or by letting us
        wait for their greeting. So nobody waits for another line while one is open.

        Raises:
            CampaignError: when none is open and none can be opened.
        """
        self._look_at_the_door()
        line = min(self._lines, key=lambda line: line.in_hand, default=None)
        if line and (line.in_hand == 0 or len(self._lines) >= self._most):
            return line
        if self._opening is None:
            self._opening = asyncio.create_task(self._another())
        if line:
            return line
        opening = self._opening
        await asyncio.wait([opening])
        self._look_at_the_door()
        # One that was opened, and has ended since, says so itself.
        return min(self._lines, key=lambda line: line.in_hand, default=None) or opening.result()

    def _look_at_the_door(self) -> None:
        """See which lines are open, and what became of the one that was being opened."""
        opening = self._opening
        if opening and opening.done():
            self._opening = None
            if (error := opening.exception()) is None:
                self._lines.append(opening.result())
            elif not isinstance(error, CampaignError):
                raise error
        self._lines = [line for line in self._lines if line.usable]
        if opening and opening.done() and opening.exception() and self._lines:
            # Those that are open will do.
            self._most = len(self._lines)

    async def _another(self) -> Conversation:
        if self._turned_away:
            raise self._turned_away
        try:
            self._known = renewed(self._known, self._settings.smtp, "smtp", os.environ)
            fresh = await open_line(self._settings, self._known, self._patience)
        except SignInRefused as error:
            self._turned_away = error
            raise
        failpoints.reach("smtp.after_connect")
        return fresh
