"""The outside of the program: its clock, its chance, its two servers. Every command receives one.

The rehearsal brings its own world, and the tests theirs; the commands cannot tell the difference.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from mailer.nouns.codes import Verdict
from mailer.nouns.letters import Letter
from mailer.nouns.messages import Message
from mailer.nouns.settings import Settings


class PostOffice(Protocol):
    """Hands letters in, one at a time."""

    async def deliver(self, letter: Letter) -> Verdict:
        """Hand one letter in and say what came of it. Never raises for what a server says or a line does."""
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


class Mailbox(Protocol):
    """Reads a mailbox, and never modifies it."""

    def folders(self) -> tuple[str, ...]:
        """The folders to read: the configured ones that exist, and the server's junk folder."""
        ...

    def fetch(
        self, folder: str, after: Cursor | None, since: date
    ) -> Iterator[tuple[Cursor, Fetched | None]]:
        """What arrived in `folder` after the cursor, oldest first, each with the cursor that covers it.

        Without a cursor, or when its UIDVALIDITY is no longer the folder's: what arrived on `since` or later,
        so that a first reading does not walk through ten years of mail. A cursor without a mail, at the end,
        covers what was not to be read, so that nobody looks for it again.
        """
        ...


@dataclass(frozen=True, slots=True)
class MailboxRead:
    """Proof that the mailbox was read just now; without a fresh one no follow-up is released.

    Attributes:
        at: When the reading ended. UTC.
        new: What had not been seen before, in order of arrival.
        folders: Which folders were read.
    """

    at: datetime
    new: tuple[Message, ...]
    folders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class World:
    """What a command may touch.

    Attributes:
        now: The time, aware, in UTC.
        sleep: Waits so many seconds.
        seed: The source of every choice by lot.
        post_office: Opens the way out. Raises ServerUnavailable, SignInRefused or BadSettings.
        mailbox: Opens the way in. Raises the same.
    """

    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    seed: int
    post_office: Callable[[Settings], AbstractAsyncContextManager[PostOffice]]
    mailbox: Callable[[Settings], AbstractContextManager[Mailbox]]
