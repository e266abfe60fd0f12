"""The mailbox: fetches what is new over IMAP, and changes nothing there; it may add copies of what left."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from mailer.errors import BadSettings, ServerUnavailable
from mailer.nouns import Copy, Cursor, Fetched, Filed, Mailbox, Settings
from mailer.servers import imap_answers as answers
from mailer.servers.imap_copies import places, sent_places
from mailer.servers.passwords import Credentials, mailbox_credentials
from mailer.servers.patience import ImapPatience
from mailer.servers.trouble import place, quoted, refuse_bare

if TYPE_CHECKING:
    from mailer.servers.imap_filing import SentFolder
    from mailer.servers.imap_wire import Client, Wire

MOST_OF_A_MAIL = 2**20
"""So many bytes of each mail are fetched; what people write stands at its beginning."""

_HEADER = ("FLAGS", "INTERNALDATE", f"BODY.PEEK[HEADER]<0.{answers.MOST_OF_A_HEADER}>")

_FACTS_AT_ONCE = 500
_HIGHEST_UID = 2**32 - 1

_Answer = dict[int, dict[bytes, Any]]


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

    patience = patience or ImapPatience()
    refuse_bare(settings.imap, "imap")
    known = mailbox_credentials(settings.imap, os.environ)
    client, wire = imap_door.open_mailbox(settings.imap, known, patience)
    try:
        yield _OpenMailbox(client, wire, settings, known, patience)
    finally:
        imap_door.close(client, wire, patience.courtesy)


class _OpenMailbox:
    """The one place where imapclient, which ships no types and believes its server, is spoken to."""

    def __init__(
        self,
        client: "Client",
        wire: "Wire",
        settings: Settings,
        known: Credentials,
        patience: ImapPatience,
    ) -> None:
        self._client = client
        self._wire = wire
        self._settings = settings
        self._known = known
        self._patience = patience
        self._refused = 0
        self._open = ""
        self._sent: SentFolder | None = None

    def folders(self) -> tuple[str, ...]:
        """The configured folders, by the server's spelling, and those it marks as junk (RFC 6154).

        Raises:
            BadSettings: a configured folder is not there; the error names those that are.
            ServerUnavailable: the line broke.
        """
        there = self._listed()
        readable = [name for name, flags in there.items() if not flags & {b"\\noselect", b"\\nonexistent"}]
        found = [self._spelt(folder, readable) for folder in self._settings.folders]
        # A name goes into the ledger and onto the screen; one that repeats our password is read by nobody.
        junk = [name for name in readable if b"\\junk" in there[name] and name == self._known.discreet(name)]
        return tuple(dict.fromkeys([*found, *junk]))

    def _listed(self) -> dict[str, frozenset[bytes]]:
        """Every folder with its flags, in small letters."""
        with self._asking("listing the folders"):
            return {
                str(name): frozenset(bytes(flag).lower() for flag in flags)
                for flags, _, name in self._client.list_folders()
            }

    def _spelt(self, folder: str, readable: Sequence[str]) -> str:
        # Only INBOX is the same in any case (RFC 3501 §5.1).
        wanted = [name for name in readable if name == folder or name.upper() == folder.upper() == "INBOX"]
        if wanted:
            return wanted[0]
        names = ", ".join(self._known.quote(name) for name in sorted(readable)) or "none"
        raise BadSettings(
            f"the mailbox has no folder {quoted(folder)!r}",
            fix=f"correct folders under [imap] in campaigns/settings.toml; there are: {names}",
        )

    def fetch(
        self, folder: str, after: Cursor | None, since: date
    ) -> Iterator[tuple[Cursor, Fetched | None]]:
        """What arrived in `folder` after the cursor, oldest first, each with the cursor that covers it.

        Without a cursor, or when its UIDVALIDITY is no longer the folder's, or when the folder counts its
        mails from lower numbers again (a restored backup): what arrived on `since` or later.
        A mail that the server lists and cannot show comes with empty bytes; one that is gone by then is
        left out. A cursor without a mail at the end covers the numbers of those that were not to be read.

        Raises:
            ServerUnavailable: the line broke. What was yielded until then stands.
        """
        status = self._status(folder)
        if answers.nothing_new(status, after):
            return
        chosen = self._examine(folder)
        validity, upcoming = (
            answers.number(chosen.get(b"UIDVALIDITY")),
            answers.number(chosen.get(b"UIDNEXT")),
        )
        last = 0
        if after and after.validity == validity and not 0 < upcoming <= after.uid:
            last = after.uid
        for fetched in self._mails(self._found(folder, last, since)):
            last = fetched.uid
            yield Cursor(folder, validity, last), fetched
        # Not beyond what STATUS told: those mails were there to be found, or are gone for good. What comes
        # while the folder is being opened, some servers count already and do not let us find yet.
        covered = min(upcoming, answers.number(status.get(b"UIDNEXT"))) - 1
        if covered > last:
            yield Cursor(folder, validity, covered), None

    def copies(self, since: date) -> Iterator[Copy]:
        r"""The headers of what has lain since `since` or later where copies of sent mail lie; no drafts.

        Raises:
            BadSettings: there is no such folder: that none of our letters lies in it would prove nothing.
            ServerUnavailable: the line broke, or the server does not show every one of them.
        """
        there = self._listed()
        filed = self._discreet(places(there))
        sent = sent_places(there)
        for folder in filed:
            self._examine(folder)
            uids = self._found(folder, 0, since)
            for start in range(0, len(uids), _FACTS_AT_ONCE):
                some = uids[start : start + _FACTS_AT_ONCE]
                if self._open != folder:
                    self._examine(folder)  # whoever takes the copies has looked into another one meanwhile
                answer = self._ask(some, *_HEADER) or {}
                self._refused = 0
                found = [self._header(folder, uid, answer.get(uid)) for uid in some]
                if self._refused == len(some):
                    raise self._broken("fetching headers", RuntimeError("it shows none of them"))
                yield from (replace(copy, is_sent=folder in sent) for copy in found if copy)

    def _header(self, folder: str, uid: int, fields: dict[bytes, Any] | None) -> Copy | None:
        """One header from the answer for several; asked for by itself when that does not hold it."""
        if answers.header(fields) is None:
            alone = self._ask([uid], *_HEADER)
            self._refused += alone is None
            if alone is not None and uid not in alone:
                return None
            fields = alone[uid] if alone else None
        at = answers.in_utc((fields or {}).get(b"INTERNALDATE")) or datetime.now(UTC)
        head = answers.header(fields) or b""
        return None if answers.is_draft(fields) else Copy(folder, uid, at, head)

    def _examine(self, folder: str) -> dict[bytes, Any]:
        self._open = folder
        with self._asking(f"opening the folder {quoted(folder)}"):
            return dict(self._client.select_folder(folder, readonly=True))

    def copy(self, folder: str, uid: int) -> bytes:
        """One mail of a folder, at most its first megabyte; empty when it is gone or not to be had.

        Raises:
            ServerUnavailable: the line broke.
        """
        self._examine(folder)
        answer = self._ask([uid], f"BODY.PEEK[]<0.{MOST_OF_A_MAIL}>") or {}
        return (answers.body(answer.get(uid)) or b"")[:MOST_OF_A_MAIL]

    def file(self, raw: bytes, at: datetime) -> Filed:
        r"""Put a copy of a letter into the folder for sent mail, \Seen and dated `at`, byte for byte.

        Raises:
            BadSettings: there is no such folder.
            ServerUnavailable: the line broke; whether the copy lies there nobody knows.
        """
        from mailer.servers.imap_filing import SentFolder  # noqa: PLC0415 - see above

        if self._sent is None:
            names = self._discreet(sent_places(self._listed()))
            with self._asking("asking how large a mail may be"):
                self._sent = SentFolder(self._client, self._known, names[0])
        with self._asking("taking a copy for Sent"):
            return self._sent.take(raw, at)

    def _discreet(self, folders: Sequence[str]) -> list[str]:
        """Those folders for sent mail whose name does not repeat our password; as with the junk folder."""
        if found := [name for name in folders if name == self._known.discreet(name)]:
            return found
        raise BadSettings(
            f"the mailbox at {place(self._settings.imap)} has no folder for sent mail",
            fix="make one called Sent, and have copies of what you send kept there",
        )

    def _status(self, folder: str) -> dict[bytes, Any]:
        with self._asking(f"looking at the folder {quoted(folder)}"):
            if folder == self._open:
                # Dovecot tells of an open folder what was so when it last said so (RFC 3501 §6.3.10).
                self._client.noop()
            return dict(self._client.folder_status(folder, ["MESSAGES", "UIDNEXT", "UIDVALIDITY"]))

    def _found(self, folder: str, last: int, since: date) -> list[int]:
        """The numbers of what came after the mail numbered `last`; if that is 0, on `since` or later."""
        # Nothing that stands in a mail is ever searched for: imapclient would let it end the command.
        wanted = ["UID", f"{last + 1}:*"] if last else ["SINCE", since]
        with self._asking(f"searching the folder {quoted(folder)}"):
            found = {answers.number(uid) for uid in self._client.search(wanted)}
        # `n:*` names the last mail even when it is older than n (RFC 3501 §6.4.8).
        return sorted(uid for uid in found if last < uid <= _HIGHEST_UID)

    def _mails(self, uids: Sequence[int]) -> Iterator[Fetched]:
        for start in range(0, len(uids), _FACTS_AT_ONCE):
            some = uids[start : start + _FACTS_AT_ONCE]
            facts = self._facts(some)
            for few in answers.portions(some, facts, MOST_OF_A_MAIL):
                answer = self._ask(few, f"BODY.PEEK[]<0.{MOST_OF_A_MAIL}>") or {}
                self._refused = 0
                mails = [self._mail(uid, answer.get(uid), facts.get(uid, (0, None))) for uid in few]
                if self._refused == len(few):
                    # One mail may be beyond a server; when it shows none at all, it is the server's bad day,
                    # and to go on would count answers as read that nobody has seen.
                    raise self._broken("fetching mails", RuntimeError("it shows none of them"))
                yield from filter(None, mails)

    def _facts(self, uids: Sequence[int]) -> dict[int, answers.Facts]:
        """Size and arrival of each mail, as far as the server tells; both are only hints."""
        answer = self._ask(uids, "RFC822.SIZE", "INTERNALDATE") or {}
        return {
            uid: (answers.number(fields.get(b"RFC822.SIZE")), answers.in_utc(fields.get(b"INTERNALDATE")))
            for uid, fields in answer.items()
        }

    def _mail(self, uid: int, fields: dict[bytes, Any] | None, facts: answers.Facts) -> Fetched | None:
        """One mail from the answer for several; asked for by itself when that does not hold it."""
        size, at = facts
        if answers.body(fields) is None:
            alone = self._ask([uid], f"BODY.PEEK[]<0.{MOST_OF_A_MAIL}>")
            self._refused += alone is None
            if alone is not None and uid not in alone:
                return None
            fields = alone[uid] if alone else None
        raw = (answers.body(fields) or b"")[:MOST_OF_A_MAIL]
        return Fetched(uid, at or datetime.now(UTC), max(size, len(raw)), raw)

    def _ask(self, uids: Sequence[int], *items: str) -> _Answer | None:
        """What the server says about these mails and no others; None when it cannot, or makes no sense.

        One mail that a server cannot read must not keep us from all that came after it.
        """
        import imaplib  # noqa: PLC0415 - comes with imapclient

        self._wire.allow(self._patience.command)
        try:
            answer: _Answer = self._client.fetch(list(uids), list(items))
        except (imaplib.IMAP4.abort, OSError, MemoryError) as error:
            raise self._broken("fetching mails", error) from None
        except Exception:  # noqa: BLE001 - a refusal, or an answer that imapclient cannot take apart
            return None
        return answer

    @contextmanager
    def _asking(self, doing: str) -> Iterator[None]:
        self._wire.allow(self._patience.command)
        try:
            yield
        except Exception as error:  # noqa: BLE001 - a hostile answer makes imapclient raise anything
            raise self._broken(doing, error) from None

    def _broken(self, doing: str, error: Exception) -> ServerUnavailable:
        from mailer.servers.imap_door import said  # noqa: PLC0415 - see above

        why = self._known.quote(said(error)) or type(error).__name__
        return ServerUnavailable(
            f"{place(self._settings.imap)} failed while {doing} ({why})",
            fix="run the same command again; what was read until then is kept",
        )
