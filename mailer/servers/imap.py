"""The mailbox: fetches what is new over IMAP, and changes nothing there; it may add copies of what left."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from mailer.errors import BadSettings
from mailer.nouns import Copy, Cursor, Fetched, Filed, Mailbox, Settings
from mailer.servers import imap_answers as answers
from mailer.servers.imap_copies import places, sent_places
from mailer.servers.passwords import mailbox_credentials
from mailer.servers.patience import ImapPatience
from mailer.servers.trouble import place, quoted, refuse_bare

if TYPE_CHECKING:
    from mailer.servers.imap_filing import SentFolder
    from mailer.servers.imap_line import Line


@contextmanager
def mailbox(settings: Settings, patience: ImapPatience | None = None) -> Iterator[Mailbox]:
    """Open the way in: connect, encrypt and sign in.

    Args:
        settings: Which server, which folders.
        patience: How long to wait for what.

    Raises:
        ServerUnavailable: nobody answers, not now, or the line breaks later on.
        SignInRefused: the name, the password or the encryption.
        BadSettings: the settings cannot be used, or there is no password.
    """
    from mailer.servers import imap_door  # noqa: PLC0415 - imapclient is heavy, and few commands read mail
    from mailer.servers.imap_line import Line  # noqa: PLC0415 - as above

    patience = patience or ImapPatience()
    refuse_bare(settings.imap, "imap")
    known = mailbox_credentials(settings.imap, os.environ)
    client, wire = imap_door.open_mailbox(settings.imap, known, patience)
    try:
        yield _OpenMailbox(Line(client, wire, settings.imap, known, patience), settings)
    finally:
        imap_door.close(client, wire, patience.courtesy)


class _OpenMailbox:
    """A mailbox, one folder after the other."""

    def __init__(self, line: "Line", settings: Settings) -> None:
        from mailer.servers.imap_mails import Mails  # noqa: PLC0415 - see above

        self._line, self._settings, self._mails = line, settings, Mails(line)
        self._there: dict[str, frozenset[bytes]] | None = None
        self._sent: SentFolder | None = None

    def folders(self) -> tuple[str, ...]:
        """The configured folders that are there, by the server's spelling, and its junk folder (RFC 6154).

        Raises:
            ServerUnavailable: the line broke.
        """
        self._there = there = self._line.listed()
        readable = self._readable()
        found = [name for folder in self._settings.folders for name in _spelt(folder, readable)]
        # A name goes into the ledger and onto the screen; one that repeats our password is read by nobody.
        junk = [name for name in readable if b"\\junk" in there[name] and self._is_discreet(name)]
        return tuple(dict.fromkeys([*found, *junk]))

    def sent_folders(self) -> tuple[str, ...]:
        """The folders for sent mail, if there are any; as `folders` found them when it was last asked.

        Raises:
            ServerUnavailable: the line broke.
        """
        return tuple(filter(self._is_discreet, sent_places(self._known_folders())))

    def check_folders(self) -> None:
        """See that each configured folder is there; as `folders` found them when it was last asked.

        Raises:
            BadSettings: one is not there; the error names those that are.
            ServerUnavailable: the line broke.
        """
        self._known_folders()
        readable = self._readable()
        for folder in self._settings.folders:
            if not _spelt(folder, readable):
                names = ", ".join(self._line.known.quote(name) for name in sorted(readable)) or "none"
                raise BadSettings(
                    f"the mailbox has no folder {quoted(folder)!r}",
                    fix=f"correct folders under [imap] in campaigns/settings.toml; there are: {names}",
                )

    def _known_folders(self) -> dict[str, frozenset[bytes]]:
        if self._there is None:
            self._there = self._line.listed()
        return self._there

    def _readable(self) -> Sequence[str]:
        there = self._there or {}
        return [name for name, flags in there.items() if not flags & {b"\\noselect", b"\\nonexistent"}]

    def fetch(
        self,
        folder: str,
        after: Cursor | None,
        since: date,
        wanted: Callable[[bytes], bool] | None = None,
    ) -> Iterator[tuple[Cursor, Fetched | None]]:
        """What arrived in `folder` after the cursor, oldest first, each with the cursor that covers it.

        Without a cursor, or when its UIDVALIDITY is no longer the folder's, or when the folder counts its
        mails from lower numbers again (a restored backup): what arrived on `since` or later.
        A mail that the server lists and cannot show comes with empty bytes; one that is gone by then is
        left out. A cursor without a mail covers the numbers of those that were not to be read.

        Where not each mail is wanted, its header is looked at first, and nothing else of the others is.

        Raises:
            ServerUnavailable: the line broke. What was yielded until then stands.
        """
        status = self._line.status(folder)
        if answers.nothing_new(status, after):
            return
        chosen = self._line.examine(folder)
        validity, upcoming = (
            answers.number(chosen.get(b"UIDVALIDITY")),
            answers.number(chosen.get(b"UIDNEXT")),
        )
        last = 0
        if after and after.validity == validity and not 0 < upcoming <= after.uid:
            last = after.uid
        for uid, fetched in self._arrivals(folder, self._line.found(last, since), wanted):
            last = uid
            yield Cursor(folder, validity, last), fetched
        # Not beyond what STATUS told: those mails were there to be found, or are gone for good. What comes
        # while the folder is being opened, some servers count already and do not let us find yet.
        covered = min(upcoming, answers.number(status.get(b"UIDNEXT"))) - 1
        if covered > last:
            yield Cursor(folder, validity, covered), None

    def _arrivals(
        self, folder: str, uids: Sequence[int], wanted: Callable[[bytes], bool] | None
    ) -> Iterator[tuple[int, Fetched | None]]:
        if wanted is not None:
            return self._mails.chosen(folder, uids, wanted)
        return ((fetched.uid, fetched) for fetched in self._mails.whole(uids))

    def wait(self, folder: str, after: Cursor | None, seconds: float) -> bool:
        """Wait until more arrives in a folder, or so many seconds are over; whether more is said to be there.

        Where the server does not tell of itself (RFC 2177), the seconds always pass.

        Raises:
            ServerUnavailable: the line broke, or the server ended it.
        """
        # What came while nobody was listening is told by this, and by nothing later.
        chosen = self._line.examine(folder)
        if after is None:
            more = answers.number(chosen.get(b"EXISTS")) > 0
        else:
            is_other = answers.number(chosen.get(b"UIDVALIDITY")) != after.validity
            more = is_other or answers.number(chosen.get(b"UIDNEXT")) > after.uid + 1
        return more or self._line.wait(seconds)

    def copies(self, since: date) -> Iterator[Copy]:
        r"""The headers of what has lain since `since` or later where copies of sent mail lie; no drafts.

        Raises:
            BadSettings: there is no such folder: that none of our letters lies in it would prove nothing.
            ServerUnavailable: the line broke, or the server does not show every one of them.
        """
        there = self._line.listed()
        filed = self._discreet(places(there))
        sent = sent_places(there)
        for folder in filed:
            self._line.examine(folder)
            heads = self._mails.heads(folder, self._line.found(0, since))
            yield from (replace(copy, is_sent=folder in sent) for copy in heads)

    def copy(self, folder: str, uid: int) -> bytes:
        """One mail of a folder, at most its first megabyte; empty when it is gone or not to be had.

        Raises:
            ServerUnavailable: the line broke.
        """
        self._line.examine(folder)
        return self._mails.one(uid)

    def file(self, raw: bytes, at: datetime) -> Filed:
        r"""Put a copy of a letter into the folder for sent mail, \Seen and dated `at`, byte for byte.

        Raises:
            BadSettings: there is no such folder.
            ServerUnavailable: the line broke; whether the copy lies there nobody knows.
        """
        from mailer.servers.imap_filing import SentFolder  # noqa: PLC0415 - see above

        if self._sent is None:
            names = self._discreet(sent_places(self._line.listed()))
            with self._line.asking("asking how large a mail may be"):
                self._sent = SentFolder(self._line.client, self._line.known, names[0])
        with self._line.asking("taking a copy for Sent"):
            return self._sent.take(raw, at)

    def _is_discreet(self, name: str) -> bool:
        return name == self._line.known.discreet(name)

    def _discreet(self, folders: Sequence[str]) -> list[str]:
        """Those folders for sent mail whose name does not repeat our password; as with the junk folder."""
        if found := list(filter(self._is_discreet, folders)):
            return found
        raise BadSettings(
            f"the mailbox at {place(self._settings.imap)} has no folder for sent mail",
            fix="make one called Sent, and have copies of what you send kept there",
        )


def _spelt(folder: str, readable: Sequence[str]) -> list[str]:
    """The name of a configured folder as the server spells it; none where it is not there."""
    # Only INBOX is the same in any case (RFC 3501 §5.1).
    return [name for name in readable if name == folder or name.upper() == folder.upper() == "INBOX"][:1]
