"""A letter: what it is called, what it says, and the exact bytes that leave."""

import re
from dataclasses import dataclass, field
from typing import Self

from mailer.nouns.addresses import Address

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
"""What campaigns, groups, steps and templates may be called: they become file names and parts of ids."""

_ID = re.compile(rf"({NAME.pattern})/({NAME.pattern})/({NAME.pattern})(?:~([2-9]|[1-9]\d{{1,5}}))?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class LetterId:
    """`campaign/group/step`, and `…/step~2` for the same step to another or a corrected address."""

    campaign: str
    group: str
    step: str
    take: int = 1

    def __str__(self) -> str:
        tail = f"~{self.take}" if self.take > 1 else ""
        return f"{self.campaign}/{self.group}/{self.step}{tail}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an id back.

        Raises:
            ValueError: when the text is no letter id.
        """
        found = _ID.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} is no letter id (campaign/group/step)")
        campaign, group, step, take = found.groups()
        return cls(campaign, group, step, int(take or 1))


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a letter: an attachment, or a picture in its text.

    Attributes:
        name: As the recipient sees it; without a folder.
        kind: Its media type, such as `application/pdf`.
        size: The file's, in octets.
        cid: By which the HTML part names a picture (RFC 2392); empty for an attachment.
        part: All of it as a part of a mail: header fields, empty line, base64.
        digest: SHA-256 of that in hex.
    """

    name: str
    kind: str
    size: int
    cid: str
    part: bytes = field(repr=False)
    digest: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A rendered step for one group: words, not yet bytes.

    Attributes:
        id: Which letter this is.
        to: The address it goes to.
        to_name: The organizer's name as the table has it; may be empty.
        subject: One line of text.
        text: The plain part, lines ended by LF.
        html: The HTML part, a complete document, lines ended by LF.
        enclosures: The files that go with it: its pictures, then its attachments, each in order.
    """

    id: LetterId
    to: Address
    to_name: str
    subject: str
    text: str
    html: str
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A draft as final bytes.

    Attributes:
        id: Which letter this is.
        message_id: With its angle brackets; the same for every attempt.
        sender: The envelope sender (RFC 5321 reverse-path).
        to: The envelope recipients.
        subject: As in the draft.
        raw: The whole message, CRLF line ends, 7-bit, ended by CRLF. With `Date` once it is claimed.
        digest: SHA-256 in hex of the message without its `Date`.
    """

    id: LetterId
    message_id: str
    sender: Address
    to: tuple[Address, ...]
    subject: str
    raw: bytes
    digest: str
