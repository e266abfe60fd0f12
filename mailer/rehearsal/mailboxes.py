"""The fellow's mailbox: folders, and in each the mails with the numbers that IMAP gives them.

A mail keeps its UID for ever, a UID is never given twice, and whoever remembers UIDs must also remember the
folder's UIDVALIDITY: when that changes, all numbers are void (RFC 3501 §2.3.1.1). Every change has a
number of its own, the modification sequence (RFC 7162).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

INBOX = "INBOX"
SENT = "Sent"
JUNK = "Junk"
TRASH = "Trash"
ALL = "All Mail"
SPECIAL_USES = {SENT: "\\Sent", JUNK: "\\Junk", TRASH: "\\Trash", ALL: "\\All"}
"""What a folder is for, as RFC 6154 names it."""

SEEN = "\\Seen"
DELETED = "\\Deleted"


@dataclass(frozen=True, slots=True)
class Stored:
    """One mail in a folder: its number, its bytes, when it arrived (UTC), its flags, its last change."""

    uid: int
    raw: bytes
    at: datetime
    flags: frozenset[str] = frozenset()
    modseq: int = 1


@dataclass(slots=True)
class Folder:
    """One folder. `mails` is in order of UID; `watchers` are called after every change."""

    name: str
    validity: int
    next_uid: int = 1
    modseq: int = 1
    mails: dict[int, Stored] = field(default_factory=dict)
    watchers: list[Callable[[], None]] = field(default_factory=list)

    def add(self, raw: bytes, at: datetime, flags: Iterable[str] = ()) -> int:
        """Put a mail in; returns its UID."""
        uid = self.next_uid
        self.next_uid += 1
        self.modseq += 1
        self.mails[uid] = Stored(uid, raw, at, frozenset(flags), self.modseq)
        self._tell()
        return uid

    def flag(self, uid: int, flags: frozenset[str]) -> None:
        """Give a mail exactly these flags; no change is no event."""
        if self.mails[uid].flags == flags:
            return
        self.modseq += 1
        self.mails[uid] = replace(self.mails[uid], flags=flags, modseq=self.modseq)
        self._tell()

    def remove(self, uids: Iterable[int]) -> None:
        """Take mails out for good; unknown numbers are ignored."""
        for uid in uids:
            self.mails.pop(uid, None)
        self.modseq += 1
        self._tell()

    def renumber(self) -> None:
        """Void all numbers, as a server does that was restored from a backup."""
        self.validity += 1
        self.mails = {uid: replace(mail, uid=uid) for uid, mail in enumerate(self.mails.values(), start=1)}
        self.next_uid = len(self.mails) + 1
        self.modseq += 1
        self._tell()

    @property
    def unseen(self) -> int:
        """How many mails nobody has read."""
        return sum(SEEN not in mail.flags for mail in self.mails.values())

    def _tell(self) -> None:
        for watcher in tuple(self.watchers):
            watcher()


class Account:
    """The folders of one person."""

    def __init__(self, validity: int, folders: Iterable[Folder] = ()) -> None:
        """Lay the usual folders out; `validity` numbers them, `folders` are those there already."""
        self._validity = validity
        self._folders = {folder.name: folder for folder in folders}
        for name in (INBOX, SENT, JUNK, TRASH):
            self.open(name)

    def __iter__(self) -> Iterator[Folder]:
        return iter(self._folders.values())

    def find(self, name: str) -> Folder | None:
        """The folder of that name, or None. INBOX is the same in any case (RFC 3501 §5.1)."""
        return self._folders.get(INBOX if name.upper() == INBOX else name)

    def open(self, name: str) -> Folder:
        """The folder of that name, made if it is missing."""
        found = self.find(name)
        if found is None:
            found = self._folders[name] = Folder(name, self._validity)
        return found
