"""A letter as the person who gets it reads it: who wrote it, about what, what it says. Pure; never raises."""

import contextlib
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime

from mailer.nouns import visible
from mailer.rehearsal.imap_fetch import halves


@dataclass(frozen=True, slots=True)
class Received:
    """One letter, read.

    Attributes:
        reply_to: The address that an answer goes to.
        sender_name: The name in `From:`; may be empty.
        sender: The address in `From:`.
        subject: Decoded, one line.
        message_id: With angle brackets; empty when it has none.
        references: The ids of the letters before it, oldest first.
        follows_up: Whether it is an answer to an earlier letter, as our follow-ups are.
        at: Its date, in UTC; None when it has none.
        text: The plain part, decoded, lines ended by LF.
        header: The header's bytes.
        raw: All its bytes.
    """

    reply_to: str
    sender_name: str
    sender: str
    subject: str
    message_id: str
    references: tuple[str, ...]
    follows_up: bool
    at: datetime | None
    text: str
    header: bytes
    raw: bytes

    @property
    def bare_subject(self) -> str:
        """The subject without any `Re:` before it."""
        subject = self.subject
        while subject[:3].lower() == "re:":
            subject = subject[3:].lstrip()
        return subject


def read(raw: bytes) -> Received:
    """Read a letter, whatever its bytes are."""
    mail = BytesParser().parsebytes(raw)
    name, sender = parseaddr(_header(mail, "From"))
    return Received(
        reply_to=parseaddr(_header(mail, "Reply-To"))[1] or sender,
        sender_name=name,
        sender=sender,
        subject=_header(mail, "Subject"),
        message_id=_header(mail, "Message-ID"),
        references=tuple(_header(mail, "References").split()),
        follows_up=bool(_header(mail, "In-Reply-To")),
        at=_date(_header(mail, "Date")),
        text=_text(mail),
        header=halves(raw)[0],
        raw=raw,
    )


def _header(mail: Message, name: str) -> str:
    """A header's text, decoded, on one line."""
    text = str(mail.get(name, ""))
    with contextlib.suppress(HeaderParseError, LookupError, ValueError):  # a broken word stays as it stands
        text = str(make_header(decode_header(text)))
    return visible(text)


def _date(text: str) -> datetime | None:
    """The date, if it is one; on the calendar's last day some time zones are beyond it."""
    try:
        at = parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if at.year < MAXYEAR else None


def _text(mail: Message) -> str:
    """The first plain part."""
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            octets = part.get_payload(decode=True)
            if isinstance(octets, bytes):
                text = _decoded(octets, part.get_content_charset("utf-8"))
                return text.replace("\r\n", "\n").strip("\n")
    return ""


def _decoded(octets: bytes, charset: str) -> str:
    try:
        return octets.decode(charset, "replace")
    except LookupError:
        return octets.decode("utf-8", "replace")
