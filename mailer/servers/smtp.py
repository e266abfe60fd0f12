"""The post office: hands letters to the SMTP server of the settings, and opens a new line when one breaks."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from mailer import failpoints
from mailer.errors import CampaignError, SignInRefused
from mailer.nouns import Letter, Outcome, Phase, PostOffice, Settings, Verdict
from mailer.servers.conversation import Conversation
from mailer.servers.last_look import unfit
from mailer.servers.passwords import Credentials, credentials, renewed
from mailer.servers.patience import SmtpPatience
from mailer.servers.smtp_door import open_line
from mailer.servers.trouble import refuse_bare


@asynccontextmanager
async def post_office(settings: Settings, patience: SmtpPatience | None = None) -> AsyncIterator[PostOffice]:
    """Open the way out: connect, encrypt and sign in before the first letter is asked for.

    Args:
        settings: Who sends, and through which server.
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
    """One line at a time to one server."""

    def __init__(self, settings: Settings, known: Credentials | None, patience: SmtpPatience) -> None:
        self._settings = settings
        self._known = known
        self._patience = patience
        self._line: Conversation | None = None
        self._locked_out: Verdict | None = None

    async def open(self) -> Conversation:
        """A line that is ready for a letter: the one that is open, or else a new one."""
        if self._line and await self._line.ready():
            return self._line
        if self._line:
            self._line.drop()
            self._line = None
        self._known = renewed(self._known, self._settings.smtp, "smtp", os.environ)
        self._line = await open_line(self._settings, self._known, self._patience)
        failpoints.reach("smtp.after_connect")
        return self._line

    async def close(self) -> None:
        """Say goodbye and close the line."""
        if self._line:
            await self._line.leave()

    async def deliver(self, letter: Letter) -> Verdict:
        """Hand one letter in.

        Args:
            letter: With its final bytes, claimed.

        Returns:
            What came of it. A line that cannot be opened again pauses the run; after a refused sign-in
            the server is not asked again.
        """
        if fault := unfit(letter):
            return Verdict(Outcome.PAUSE, Phase.MAIL, words=fault)
        verdict = self._locked_out or await self._try(letter)
        if self._known and verdict.code:
            verdict = replace(verdict, words=self._known.discreet(verdict.words))
        if verdict.phase is Phase.AUTH:
            self._locked_out = verdict
        return verdict

    async def _try(self, letter: Letter) -> Verdict:
        try:
            line = await self.open()
            stale = line.used
            verdict = await line.hand_in(letter)
            if (
                stale
                and verdict.phase is Phase.MAIL
                and verdict.outcome is Outcome.DEFERRED
                and not verdict.code
            ):
                # Servers hang up on the silent, or after so many letters; the first command then finds the
                # line dead. Nothing was handed over yet, so the letter may have one fresh line.
                verdict = await (await self.open()).hand_in(letter)
        except CampaignError as error:
            phase = Phase.AUTH if isinstance(error, SignInRefused) else Phase.CONNECT
            return Verdict(Outcome.PAUSE, phase, words=f"{error.what}; {error.fix}")
        return verdict
