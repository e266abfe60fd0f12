"""The outside of the program: its clock, its chance, its two servers. Every command receives one.

The rehearsal brings its own world, and the tests theirs; the commands cannot tell the difference.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from mailer.nouns.codes import Verdict
from mailer.nouns.deliveries import Delivery
from mailer.nouns.letters import Letter, LetterId
from mailer.nouns.messages import Message
from mailer.nouns.settings import Settings


class Permit(Protocol):
    """What a letter may do, asked for at each step of its way."""

    def holds(self) -> bool:
        """Whether it may go on: asked right before the server hears of it.

        Where the envelope goes ahead of the letter, it is asked once more before that.

        Once it says no it says no for good.
        """
        ...

    async def mark(self) -> None:
        """Write down that the letter is about to leave. Not before that is done does the letter itself."""
        ...


class _Unconditional:
    """Lets everything pass, and writes nothing down."""

    def holds(self) -> bool:
        """It may."""
        return True

    async def mark(self) -> None:
        """Nothing is to be written down."""


UNCONDITIONAL: Permit = _Unconditional()
"""For a letter of which nothing is remembered."""


class PostOffice(Protocol):
    """Hands letters in.

    Attributes:
        room: So many letters it takes at a time.
    """

    room: int

    async def deliver(self, letter: Letter, permit: Permit = UNCONDITIONAL) -> Verdict:
        """Hand one letter in and say what came of it. Never raises for what a server says or a line does.

        A letter whose permit did not hold has not left; the verdict says PAUSE.
        """
        ...


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a folder is read: RFC 3501's UIDVALIDITY, and the UID up to which nothing is left to do."""

    folder: str
    validity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail as the server gave it.

    Attributes:
        uid: Its number in the folder.
        at: When it arrived, by the server's clock. UTC.
        size: Its whole size in octets, as the server says; `raw` is shorter when the mail is huge.
        raw: Its bytes, at most the first megabyte.
    """

    uid: int
    at: datetime
    size: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Copy:
    """The header of a mail that lies where copies of what we sent are kept. Untrusted like any other.

    Attributes:
        folder: Where it lies.
        uid: Its number there.
        at: When it arrived there, by the server's clock. UTC.
        head: Its header as it stands, at most the first 64 kilobytes.
        is_sent: Whether the folder is the one for sent mail. In that for all mail lie strangers' mails, too.
    """

    folder: str
    uid: int
    at: datetime
    head: bytes
    is_sent: bool = True


@dataclass(frozen=True, slots=True)
class Filed:
    """What came of putting a copy into the folder for sent mail.

    Attributes:
        folder: Into which. Untrusted.
        uid: The copy's number there; 0 where the server does not tell, or refused it.
        refused: Why the server did not take it; empty when it did. A stranger's words.
    """

    folder: str
    uid: int = 0
    refused: str = ""


class Mailbox(Protocol):
    """Reads a mailbox, and changes nothing there; all that it ever adds are copies of letters that left."""

    def folders(self) -> tuple[str, ...]:
        """The folders to read: the configured ones that exist, and the server's junk folder."""
        ...

    def sent_folders(self) -> tuple[str, ...]:
        r"""The folders for sent mail: those marked \Sent, else the one with the most usual name; or none."""
        ...

    def check_folders(self) -> None:
        """Raise BadSettings when a configured folder is not there."""
        ...

    def fetch(
        self,
        folder: str,
        after: Cursor | None,
        since: date,
        wanted: Callable[[bytes], bool] | None = None,
    ) -> Iterator[tuple[Cursor, Fetched | None]]:
        """What arrived in `folder` after the cursor, oldest first, each with the cursor that covers it.

        Without a cursor, or when its UIDVALIDITY is no longer the folder's: what arrived on `since` or later,
        so that a first reading does not walk through ten years of mail. A cursor without a mail covers what
        was not to be read, so that nobody looks for it again. With `wanted`, that are the mails whose header
        (at most its first 64 kilobytes) it says no to.
        """
        ...

    def wait(self, folder: str, after: Cursor | None, seconds: float) -> bool:
        """Wait until more arrives in a folder, or so many seconds are over; whether more is said to be there.

        Where the server does not tell of itself, the seconds always pass.
        """
        ...

    def copies(self, since: date) -> Iterator[Copy]:
        r"""What has lain since `since` or later in the folder for sent mail, and then in that for all mail.

        They are those that the server marks \Sent and \All (RFC 6154); where none is marked \Sent, the one
        that has the most usual name.
        """
        ...

    def copy(self, folder: str, uid: int) -> bytes:
        """One mail from such a folder, at most its first megabyte; empty when it is gone or not to be had."""
        ...

    def file(self, raw: bytes, at: datetime) -> Filed:
        r"""Put a copy of a letter into the folder for sent mail, \Seen and dated `at`, byte for byte.

        Raises BadSettings where there is no such folder, and ServerUnavailable when the line broke: then the
        copy may lie there, or not.
        """
        ...


SETTLE_TIME = timedelta(minutes=30)
"""So long after a doubt began, a provider that files a copy of each letter has done so."""


@dataclass(frozen=True, slots=True)
class Doubts:
    """What a reading found out about the letters of which nobody knew whether they left.

    Attributes:
        settled: Those that did leave, as the ledger has them now; `because` is the evidence.
        absent: Those of which no copy was found, though each mail where copies lie was looked at.
        unfiled: How many letters that surely left have no copy there, either, when none of them has one: then
            it means nothing that a copy is absent. 0 when one has, or there was none to look for.
        hindered: Why not each mail there could be looked at; empty when each was, or there was no doubt.
    """

    settled: tuple[Delivery, ...] = ()
    absent: tuple[LetterId, ...] = ()
    unfiled: int = 0
    hindered: str = ""


@dataclass(frozen=True, slots=True)
class MailboxRead:
    """Proof that the mailbox was read just now; without a fresh one no follow-up is released.

    Attributes:
        at: When the reading ended. UTC.
        new: What had not been seen before, in order of arrival.
        folders: Which folders were read.
        doubts: What it showed about letters in doubt.
        hindered: Why not all of what she sent herself could be looked through; empty when it was.
    """

    at: datetime
    new: tuple[Message, ...]
    folders: tuple[str, ...]
    doubts: Doubts = Doubts()
    hindered: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the domain name system says of a name.

    Attributes:
        texts: Its TXT records, each with its strings put together; none where there are none. Untrusted.
        trouble: Why nobody could say, in our own words; empty when somebody did.
    """

    texts: tuple[str, ...] = ()
    trouble: str = ""


def nobody_to_ask(name: str) -> Answer:  # noqa: ARG001 - whoever is asked is asked for a name
    """What a world without a domain name system says: the rehearsal's."""
    return Answer(trouble="in a rehearsal there is nobody to ask")


@dataclass(frozen=True, slots=True)
class World:
    """What a command may touch.

    Attributes:
        now: The time, aware, in UTC.
        sleep: Waits so many seconds.
        seed: The source of every choice by lot.
        post_office: Opens the way out. Raises ServerUnavailable, SignInRefused or BadSettings.
        mailbox: Opens the way in. Raises the same.
        texts: Asks the domain name system for a name's TXT records.
    """

    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    seed: int
    post_office: Callable[[Settings], AbstractAsyncContextManager[PostOffice]]
    mailbox: Callable[[Settings], AbstractContextManager[Mailbox]]
    texts: Callable[[str], Answer] = nobody_to_ask
