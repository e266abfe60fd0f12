"""One incoming mail, taken apart: who wrote, what it answers, what it says, and what could not be read."""

from dataclasses import dataclass, field
from datetime import datetime

from mailer.nouns import Address


@dataclass(frozen=True, slots=True)
class Fields:
    """Header fields in their order; names in lower case, values decoded and on one line."""

    pairs: tuple[tuple[str, str], ...] = ()
    _first: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_first", dict(reversed(self.pairs)))

    def get(self, name: str) -> str:
        """The first field of that name (lower case); empty when there is none."""
        return self._first.get(name, "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every field of that name (lower case), in order."""
        return tuple(value for key, value in self.pairs if key == name) if name in self._first else ()

    def __contains__(self, name: str) -> bool:
        return name in self._first


@dataclass(frozen=True, slots=True)
class Report:
    """A part that one machine wrote for another (RFC 3464, 5965, 8098).

    Attributes:
        kind: Its subtype: `delivery-status`, `feedback-report` or `disposition-notification`.
        groups: Its blocks of fields; in a delivery report the first speaks of the whole, the others of one
            recipient each.
    """

    kind: str
    groups: tuple[Fields, ...]


@dataclass(frozen=True, slots=True)
class Original:
    """A mail inside the mail: the one that came back, or one that was forwarded as a file.

    Attributes:
        fields: Its header.
        text: The beginning of its text; empty when only the header came back.
    """

    fields: Fields
    text: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """One incoming mail. Every text in it was written by a stranger.

    Attributes:
        sender: The From address; None when there is none that a server would deliver to.
        sender_text: The From field as it stood.
        sender_name: The name in it.
        reply_to: Where answers should go, when the mail says so.
        return_path: The envelope sender as our server noted it: None when it did not, empty for the null
            path `<>` that only machines use (RFC 5321 §4.5.5).
        message_id: With angle brackets; empty when there is none.
        in_reply_to: The ids in In-Reply-To, with angle brackets.
        references: The ids in References, oldest first.
        subject: On one line.
        date: When it was written, by its own clock; aware. None when unreadable.
        fields: The whole header.
        content_type: Such as `multipart/report`.
        text: What a person would read: the plain text, else the HTML without its tags.
        reports: What machines wrote for machines.
        originals: The mails inside the mail.
        attachments: How many files came along.
        notes: What could not be read, one sentence each without final stop.
    """

    sender: Address | None = None
    sender_text: str = ""
    sender_name: str = ""
    reply_to: Address | None = None
    return_path: str | None = None
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    subject: str = ""
    date: datetime | None = None
    fields: Fields = Fields()
    content_type: str = "text/plain"
    text: str = ""
    reports: tuple[Report, ...] = ()
    originals: tuple[Original, ...] = ()
    attachments: int = 0
    notes: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """The first header field of that name (lower case); empty when there is none."""
        return self.fields.get(name)

    def report(self, kind: str) -> Report | None:
        """The first machine-written part of that kind."""
        return next((report for report in self.reports if report.kind == kind), None)
