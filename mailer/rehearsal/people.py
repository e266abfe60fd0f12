"""The people of a rehearsal: who lives behind an address, and what she does when a letter comes."""

import zlib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Habit(StrEnum):
    """What somebody does when a letter comes."""

    ANSWERS = "answers"
    OTHER_ADDRESS = "answers from another address"
    """Her private one, in the thread."""
    COLLEAGUE = "a colleague answers"
    """From an address that stands in no table, in the thread, with the organizer in copy."""
    NEW_SUBJECT = "answers with a new letter"
    """From her own address, with a subject of her own and no reference to ours."""
    AWAY = "out of office, in German"
    """A follow-up finds her back at work, and she answers."""
    AWAY_ENGLISH = "out of office, in English"
    TICKET = "a ticket receipt"
    """The help desk confirms the first letter, and nobody ever reads it."""
    BOUNCES = "a bounce"
    """Taken in, and returned a minute later."""
    UNKNOWN = "refused at once"
    """Refused when the address is named (RCPT)."""
    STOPS = "asks to stop"
    LATE = "answers the first follow-up"
    AWAY_FRENCH = "out of office, in French"
    AWAY_SPANISH = "out of office, in Spanish, by a machine that says so nowhere"
    THROUGH_LIST = "answers through a mailing list"
    """Which puts its own address into From, and a footer below."""
    ELSEWHERE = "answers with a new letter, from another address"
    BARE_BOUNCE = "a bounce in words only"
    """Without our letter, its id, or any report for programs."""
    MODERATED = "a moderator's notice"
    """The list takes letters of members only; others wait for its moderator."""
    CHALLENGES = "a challenge"
    """A machine keeps the letter until its writer proves to be a person."""
    HAS_LEFT = "has left, says a machine"
    """And names whom to write to instead (`other`)."""
    SILENT = "silence"


class Program(StrEnum):
    """With what she writes her mails; it decides how a reply looks."""

    WEB = "web"
    """Two parts, the quote below under `On … wrote:`."""
    OFFICE = "office"
    """Two parts, the quote below a block of headers."""
    PHONE = "phone"
    """Text in base 64, `Sent from my phone`."""
    CONSOLE = "console"
    """Text, the answer below the quote, a signature."""
    DESKTOP = "desktop"
    """Text in 8-bit UTF-8, the quote above under a German line."""
    PORTAL = "portal"
    """HTML only, in Latin-1."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who gets letters.

    Attributes:
        address: Where; compared in lower case.
        habit: What she does with a letter.
        after: How long she takes.
        name: How she is called in `From:` and signs; may be empty.
        group: What she calls her group.
        words: What she writes when she answers; empty for a sentence of thanks.
        writes_with: Her mail program; None for one that her address decides.
        other: The address that answers instead (`OTHER_ADDRESS`, `COLLEAGUE`).
        other_name: The colleague's name.
        zone: Her time zone.
        lands_in: The folder in which the fellow's server files her mails.
    """

    address: str
    habit: Habit
    after: timedelta = timedelta(hours=2)
    name: str = ""
    group: str = ""
    words: str = ""
    writes_with: Program | None = None
    other: str = ""
    other_name: str = ""
    zone: str = "UTC"
    lands_in: str = "INBOX"

    @property
    def program(self) -> Program:
        """The mail program that she uses, always the same."""
        if self.writes_with:
            return self.writes_with
        kinds = tuple(Program)
        return kinds[zlib.crc32(self.address.lower().encode()) % len(kinds)]
