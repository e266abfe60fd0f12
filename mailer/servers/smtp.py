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

_TRIES = 3
"""So many lines may break before a letter had a chance on them; then it waits for a later run."""

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
        self._door = asyncio.Lock()
        self._locked_out: Verdict | None = None
        self.room = 1

    async def open(self) -> None:
        """Open the first line."""
        line = await self._a_line()
        self.room = self._most * line.room

    async def close(self) -> None:
        """Say goodbye and close the lines."""
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
        if fault := unfit(letter):
            return Verdict(Outcome.PAUSE, Phase.MAIL, words=fault)
        verdict = self._locked_out or await self._try(letter, permit)
        if self._known and verdict.code:
            verdict = replace(verdict, words=self._known.discreet(verdict.words))
        if verdict.phase is Phase.AUTH:
            self._locked_out = verdict
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
        """The line that is soonest free: an idle one, else a new one while we may have more, else a busy one.

        Raises:
            CampaignError: when none is open and none can be opened.
        """
        async with self._door:
            self._lines = [line for line in self._lines if line.usable]
            line = min(self._lines, key=lambda line: line.in_hand, default=None)
            if line and (line.in_hand == 0 or len(self._lines) >= self._most):
                return line
            try:
                self._known = renewed(self._known, self._settings.smtp, "smtp", os.environ)
                fresh = await open_line(self._settings, self._known, self._patience)
            except CampaignError:
                if line is None or not line.usable:
                    raise
                # Some servers want fewer lines than the settings say. Those that are open will do.
                self._most = len(self._lines)
                return line
            failpoints.reach("smtp.after_connect")
            self._lines.append(fresh)
            return fresh
