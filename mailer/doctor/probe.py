"""A letter to herself, through the same post office as all others: what becomes of it on the way."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailer.doctor.dkim import MOST_KEYS, tags
from mailer.errors import CampaignError, ServerUnavailable
from mailer.letters import compose_probe
from mailer.nouns import (
    Cursor,
    Fetched,
    Learned,
    Letter,
    Mailbox,
    Outcome,
    Settings,
    Verdict,
    World,
    marks,
)
from mailer.replies import Mail, read

_WAITS = (0, 1, 2, 3, 4, 5, 5, 10, 10, 20, 30, 30, 30, 30)
"""Seconds between two looks into the mailbox; three minutes in all."""
_COPY_WAIT = 60
"""So many seconds after its arrival a copy is waited for. SETTLE_TIME would be safer, but she waits, too;
and to believe that there is none only means that no letter in doubt is sent again."""
_OVERLAP = timedelta(days=1)
"""Clocks and time zones differ, and IMAP knows days only."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What became of a letter to herself.

    Attributes:
        letter: As it left.
        verdict: What the server said to it.
        mail: As it arrived, read; None when it did not arrive in time. Untrusted.
        folder: Where it arrived; untrusted.
        is_junk: Whether that is a folder which nobody set in the settings.
        took: How long that took.
        copied: Whether there is a copy in Sent that we did not put there; None when nobody could look.
        hindered: Why the mailbox could not be watched to the end; empty when it was.
    """

    letter: Letter
    verdict: Verdict
    mail: Mail | None = None
    folder: str = ""
    is_junk: bool = False
    took: timedelta = timedelta()
    copied: bool | None = None
    hindered: str = ""

    def learned(self, server: str, at: datetime) -> Learned | None:
        """What it shows of the server that took it; None when it shows nothing.

        Args:
            server: The server's name in the settings.
            at: When.
        """
        if self.mail is None:
            return None
        ours = self.letter.message_id
        fields = self.mail.fields.pairs
        moved = (
            name for name, value in fields if _says(value, ours) and name not in {"message-id", "references"}
        )
        kept = _says(self.mail.message_id, ours)
        return Learned(
            server,
            at,
            keeps_message_id=kept,
            message_id=self.mail.message_id,
            original_in="" if kept else next(moved, ""),
            keeps_ref=_says(self.mail.header("x-campaign-ref"), marks.own_ref(ours)),
            files_copies=self.copied,
            signers=_signers(self.mail),
        )


def _says(value: str, mark: str) -> bool:
    # Gateways change the case of ids.
    return value.strip().lower() == mark.lower()


def _signers(mail: Mail) -> tuple[tuple[str, str], ...]:
    """Selector and domain of each signature, the newest first."""
    signatures = [tags(text) for text in mail.fields.all("dkim-signature")[:MOST_KEYS]]
    pairs = ((one.get("s", "").lower(), one.get("d", "").lower()) for one in signatures)
    return tuple((selector, domain) for selector, domain in pairs if selector and domain)


async def send_probe(world: World, settings: Settings, seal: marks.Seal) -> Probed:
    """Send a letter from the fellow to herself and watch for it, for three minutes at most.

    Args:
        world: The two servers and the clock.
        settings: Who she is.
        seal: The ledger's.

    Raises:
        CampaignError: when the mailbox or the post office cannot be opened; then nothing has left.
    """
    with world.mailbox(settings) as box:
        watch = _Watch(box, settings, world.now())
        letter = compose_probe(settings.sender, seal, world.now())
        async with world.post_office(settings) as office:
            verdict = await office.deliver(letter)
        probed, late = Probed(letter, verdict), 0
        if verdict.outcome not in {Outcome.ACCEPTED, Outcome.UNSURE}:
            return probed
        try:
            for wait in _WAITS:
                if wait:
                    await world.sleep(wait)
                # Counted and not read off the clock, which somebody may set right just now.
                late += wait if probed.mail else 0
                probed = watch.arrival(probed, world.now())
                probed = replace(probed, copied=probed.copied or watch.copied(letter))
                if probed.mail and (probed.copied or late >= _COPY_WAIT):
                    break
        except CampaignError as error:
            # That no copy was seen before the line broke says nothing.
            return replace(probed, copied=probed.copied or None, hindered=error.what)
    return probed


class _Watch:
    """Looks into the mailbox for one letter, reading nothing that was there before it left."""

    def __init__(self, box: Mailbox, settings: Settings, now: datetime) -> None:
        self._began = now
        self._box = box
        self._usual = {folder.lower() for folder in settings.folders}
        self._since = (now - _OVERLAP).date()
        # A day on which nothing can have come yet: the cursor alone is wanted.
        later = (now + 2 * _OVERLAP).date()
        self._cursors = {folder: _last(box.fetch(folder, None, later)) for folder in box.folders()}

    def arrival(self, probed: Probed, now: datetime) -> Probed:
        """Whether the letter has arrived by now."""
        for folder in () if probed.mail else self._cursors:
            if mail := self._arrived(folder, probed.letter):
                is_junk = folder.lower() not in self._usual
                return replace(probed, mail=mail, folder=folder, is_junk=is_junk, took=now - self._began)
        return probed

    def _arrived(self, folder: str, letter: Letter) -> Mail | None:
        for cursor, fetched in self._box.fetch(folder, self._cursors[folder], self._since):
            self._cursors[folder] = cursor
            if fetched and (mail := _recognized(fetched.raw, letter)):
                return mail
        return None

    def copied(self, letter: Letter) -> bool | None:
        """Whether a copy lies in Sent by now; None where there is no such folder."""
        try:
            for copy in self._box.copies(self._since):
                if not copy.is_sent:  # from here on, all mail
                    return False
                if _recognized(copy.head, letter):
                    return True
        except ServerUnavailable:
            raise
        except CampaignError:
            return None
        return False


def _last(found: Iterator[tuple[Cursor, Fetched | None]]) -> Cursor | None:
    last = None
    for cursor, _ in found:
        last = cursor
    return last


def _recognized(raw: bytes, letter: Letter) -> Mail | None:
    """The mail, when it is this letter: its marks cannot be guessed, and nobody else has got them."""
    mail = read(raw)
    own = marks.own_ref(letter.message_id)
    ids = (mail.message_id, *mail.references, mail.header("x-microsoft-original-message-id"))
    is_it = any(_says(each, letter.message_id) for each in ids) or _says(mail.header("x-campaign-ref"), own)
    return mail if is_it else None
