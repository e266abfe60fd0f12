"""Finds every place in a mail where an id of a letter of ours may have survived, the most telling first.

Ids are mangled on their way: put into small letters, folded in the middle, left without brackets, given
another domain, quoted with `> ` between their halves, encoded for a web address. What our marks are made of,
`tag.seal`, survives all that; and as nobody can forge one, it may be looked for everywhere.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailer.replies.reading.header_fields import ids_in
from mailer.replies.reading.mail import Mail, Original

ITSELF = 99
ANSWERED = 99
REFERRED = 98
RETURNED = 97
MENTIONED = 96
IN_TEXT = 92

UNSUBSCRIBE_SUBJECT = re.compile(r"(?:re: ?)?unsubscribe ([a-z2-7]{16}\.[a-z2-7]{16})")
"""What the `mailto:` of our List-Unsubscribe (RFC 2369) makes of the subject."""

_OWN_NAMES = ("x-campaign-ref", "x-microsoft-original-message-id", "x-google-original-message-id")
"""Where a letter's reference or Message-ID stays when a provider, or a list, has given it another one."""
_READ_ELSEWHERE = frozenset({"message-id", "in-reply-to", "references", *_OWN_NAMES})

_SEAL = re.compile(r"\.([a-z2-7]{16})(?![a-z2-7])")
_TAG = re.compile(r"[a-z2-7]{16}")
_LENGTH = 16
_BROKEN = re.compile(r"=?\n[ \t>|]{0,40}")
_ID_IN_TEXT = re.compile(
    r"^[ \t>|*]{0,10}(?:Message-ID|References|In-Reply-To)[ \t*]{0,5}:[ \t*]{0,5}([^\n]{1,400})",
    re.IGNORECASE | re.MULTILINE,
)
_NAMES_OF_IDS = ("message-id", "references", "in-reply-to")
_SIGNS_OF_MARKS = ("message-id", "campaign-ref", "references", "in-reply-to", "<c.", "%3cc.")
"""Without one of these no id was written out, let alone broken over two lines."""
_MOST_IN_TEXT = 50


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a mail ids stand.

    Attributes:
        points: How much an id in this place says, out of 100.
        ids: Message-IDs and references, the most telling first. Untrusted.
        because: What it means when one of them is ours.
        trusted: Whether mail programs write it for the very mail that is answered.
    """

    points: int
    ids: Iterable[str]
    because: str
    trusted: bool = True


def places_in(mail: Mail) -> Iterator[Place]:
    """Where ids stand in a mail; what is further down is read only when it is asked for."""
    own = (mail.message_id, *(mail.header(name) for name in _OWN_NAMES))
    yield Place(ITSELF, tuple(filter(None, own)), "it is the letter itself")
    yield Place(ANSWERED, mail.in_reply_to, "its In-Reply-To names the letter")
    pressed = "its subject is what our List-Unsubscribe makes mail programs write"
    yield Place(ANSWERED, _pressed(mail), pressed)
    yield Place(REFERRED, reversed(mail.references), "its References name the letter", trusted=False)
    parents = ids_in(mail.header("x-ms-exchange-parent-message-id"))
    yield Place(REFERRED, parents, "Exchange says that the letter is its parent")
    yield Place(RETURNED, reported(mail), "the report in it names the letter")
    yield Place(RETURNED, enclosed(mail), "it encloses the letter")
    yield from _in_other_fields(mail)
    yield Place(IN_TEXT, written_out(mail.text), "its text holds the letter's id")


def answers(mail: Mail) -> tuple[str, ...]:
    """The ids of the mails that a mail answers or passes on, the nearest first."""
    others = ("x-ms-exchange-parent-message-id", "x-forwarded-message-id", "x-original-message-id")
    more = (each for name in others for each in ids_in(mail.header(name)))
    return (*mail.in_reply_to, *reversed(mail.references), *more)


def reported(mail: Mail) -> Iterator[str]:
    """RFC 8098's Original-Message-ID; RFC 3464's Original-Envelope-Id, which carries our reference."""
    for report in mail.reports:
        for group in report.groups:
            yield from ids_in(group.get("original-message-id"))
            yield from filter(None, (group.get("original-envelope-id"), group.get("x-original-message-id")))


def enclosed(mail: Mail) -> Iterator[str]:
    """The ids in the mails inside the mail."""
    for original in mail.originals:
        yield from _of_original(original)


def written_out(text: str) -> Iterator[str]:
    """The ids in a text: marks of ours anywhere, Message-IDs where a header was written out."""
    low = text.lower()
    yield from _marks_in(low)
    if any(name in low for name in _NAMES_OF_IDS):
        for found in [*_ID_IN_TEXT.finditer(text)][:_MOST_IN_TEXT]:
            yield from ids_in(found[1])


def _marks_in(low: str) -> list[str]:
    """Everything in a text that may be a mark of ours, `tag.seal`, whatever stands around it."""
    for encoded in ("%2e", "=2e"):
        low = low.replace(encoded, ".") if encoded in low else low
    found = [*_marks(low)]
    if any(sign in low for sign in _SIGNS_OF_MARKS):
        found += _marks(_BROKEN.sub("", low))
    return [*dict.fromkeys(found)][:_MOST_IN_TEXT]


def _marks(low: str) -> Iterator[str]:
    # Looking for the dot first keeps it quick: a text has few dots and many letters.
    for found in _SEAL.finditer(low):
        start = found.start() - _LENGTH
        if start >= 0 and _TAG.match(low, start):
            yield f"{low[start : found.start()]}.{found[1]}"


def _pressed(mail: Mail) -> tuple[str, ...]:
    """The reference in `Subject: unsubscribe {ref}`: somebody pressed the button that our letters offer."""
    found = UNSUBSCRIBE_SUBJECT.fullmatch(mail.subject.strip().lower())
    return (found[1],) if found else ()


def _of_original(original: Original) -> Iterator[str]:
    yield from ids_in(original.fields.get("message-id"))
    for name in _OWN_NAMES:
        yield from filter(None, (original.fields.get(name),))
    yield from ids_in(original.fields.get("in-reply-to"))
    yield from reversed(ids_in(original.fields.get("references")))
    for name, value in original.fields.pairs:
        if name not in _READ_ELSEWHERE:
            yield from _marks(value.lower())
    yield from written_out(original.text)


def _in_other_fields(mail: Mail) -> Iterator[Place]:
    """Programs and gateways invent fields: X-Forwarded-Message-Id, X-Original-References, Thread-Topic."""
    for name, value in mail.fields.pairs:
        if name not in _READ_ELSEWHERE and "." in value and (found := tuple(_marks(value.lower()))):
            yield Place(MENTIONED, found, f"its header field {name} names the letter")
