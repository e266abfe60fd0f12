"""Takes the bytes of an incoming mail apart, whatever they are, within fixed limits.

The limits are those of a mail that a person could have written with room to spare. What exceeds one is not
examined but noted, so that the fellow hears of it; the bytes themselves are kept elsewhere.
The standard library's old parser does the MIME (its new one hangs or dies on hostile headers); it too is
given only what it can chew: 1 MB, 20,000 lines, fields of 8 kB, 50 boundaries.
"""

import re
from collections.abc import Iterator
from email import policy
from email.message import Message
from email.parser import BytesParser

from mailer.replies.header_fields import fields_of, first_address, ids_in, moment, name_in
from mailer.replies.mail import Fields, Mail
from mailer.replies.parts import Contents, contents_of

LARGEST = 1_000_000
"""So many bytes of a mail are examined."""
MOST_LINES = 20_000
"""An attachment fills 13,000 lines of a megabyte; more lines than this are a trick on the parser."""
LONGEST_HEADER = 64_000
LONGEST_FIELD = 8_000
MOST_FIELDS = 200
MOST_BOUNDARIES = 50
"""The parser tries every open boundary on every line, and keeps them open down to its recursion limit."""

_LONG = "it is very long; only its beginning was read"
_BOUNDARY = re.compile(rb"boundary(?=[ \t]*[*=])", re.IGNORECASE)
_MBOX_LINE = re.compile(rb">?From [^\n]{1,200}\n")
_HEADER_LINE = re.compile(rb"[!-9;-~]{1,100}[ \t]*:|[ \t]|>?From ")
_SURE_FIELD = re.compile(
    rb"(?:[^\n]{1,998}\n){0,2}(?:from|to|subject|date|received|message-id|mime-version|content-type|return-path|x-[\w-]{1,60})"
    rb"[ \t]*:[ \t]",
    re.IGNORECASE,
)
_MOST_GARBAGE = 5
_STRAY = (b"From ", b">From ")
"""Lines that mail stores put into the middle of a header; they are no fields."""


class _Bounded(policy.Compat32):
    """The old parser's rules, with a limit to the length of a field.

    Reading `x=";;;;…` of a megabyte as a parameter takes the standard library quadratic time.
    """

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, _shortened(value)


_PARSER = BytesParser(policy=_Bounded())


def read(raw: bytes) -> Mail:
    """Take a mail apart. Total: any bytes give a `Mail`, in time proportional to their number.

    Args:
        raw: What the server gave: perhaps cut off, with a byte order mark, an mbox line, old line ends.
    """
    notes: list[str] = []
    if len(raw) > LARGEST:
        notes.append(_LONG)
    header, body = _split(_fewer_lines(_plain_lines(raw[:LARGEST]), notes))
    header = _shorter_header(header, notes)
    try:
        message = _PARSER.parsebytes(header + b"\n" + _fewer_boundaries(body, notes))
        contents = contents_of(message)
    except Exception as error:  # noqa: BLE001 - the parser has died of RecursionError, ValueError, KeyError …
        notes.append(f"its parts cannot be told apart ({type(error).__name__})")
        message = _PARSER.parsebytes(header + b"\n", headersonly=True)
        contents = Contents(text=body[:LONGEST_HEADER].decode("utf-8", "replace"))
    return _mail(message, contents, notes)


def _mail(message: Message, contents: Contents, notes: list[str]) -> Mail:
    fields = fields_of(message)
    sender_text = fields.get("from")
    return Mail(
        sender=first_address(_raw(message, "from")),
        sender_text=sender_text,
        sender_name=name_in(_raw(message, "from")),
        reply_to=first_address(_raw(message, "reply-to")),
        return_path=_return_path(fields),
        message_id=next(iter(ids_in(fields.get("message-id"))), ""),
        in_reply_to=ids_in(fields.get("in-reply-to")),
        references=ids_in(fields.get("references")),
        subject=fields.get("subject"),
        date=moment(fields.get("date")),
        fields=fields,
        content_type=message.get_content_type(),
        text=contents.text,
        reports=tuple(contents.reports),
        originals=tuple(contents.originals),
        attachments=contents.attachments,
        notes=tuple(dict.fromkeys((*notes, *contents.notes))),
    )


def _raw(message: Message, name: str) -> str:
    """A field before its encoded words are decoded: a decoded comma must not look like two addresses."""
    return next((str(value) for key, value in message.raw_items() if key.lower() == name), "")


def _return_path(fields: Fields) -> str | None:
    text = fields.get("return-path").strip().lower()
    return text.strip("<> ") if text else None


def _plain_lines(raw: bytes) -> bytes:
    """The mail with LF line ends, without what gateways and mail stores put in front."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):  # saved by a program that writes all its files in UTF-16
        raw = raw.decode("utf-16", "replace").encode("utf-8")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    raw = raw.replace(b"\r\r\n", b"\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b" \t\n\0")
    mbox = _MBOX_LINE.match(raw)
    return raw[mbox.end() :] if mbox else raw


def _fewer_lines(raw: bytes, notes: list[str]) -> bytes:
    lines = raw.split(b"\n", MOST_LINES)
    if len(lines) <= MOST_LINES:
        return raw
    notes.append(_LONG)
    return b"\n".join(lines[:MOST_LINES])


def _split(raw: bytes) -> tuple[bytes, bytes]:
    """The header with its last line end, and the body; a mail without header is all body."""
    lines = list(_lines_of_header(raw))
    rest = raw[sum(map(len, lines)) :]
    # A line that is none goes with the field above, folded.
    header = b"".join(line if _HEADER_LINE.match(line) else b" " + line for line in lines)
    return header, rest[1:] if rest.startswith(b"\n") else rest


def _lines_of_header(raw: bytes) -> Iterator[bytes]:
    start = garbage = 0
    while start < len(raw):
        stop = raw.find(b"\n", start) + 1 or len(raw)
        line = raw[start:stop]
        if not _HEADER_LINE.match(line):
            # Filters and servers write lines of their own into a header; what surely is one goes on below.
            garbage += 1
            if not line.strip() or garbage > _MOST_GARBAGE or not _SURE_FIELD.match(raw, stop):
                return
        yield line
        start = stop


def _shorter_header(header: bytes, notes: list[str]) -> bytes:
    kept: list[bytes] = []
    fields = size = 0
    for line in header.splitlines(keepends=True):
        if line.startswith(_STRAY):
            continue
        fields += not line.startswith((b" ", b"\t"))
        size += len(line)
        if fields > MOST_FIELDS or size > LONGEST_HEADER:
            notes.append("its header is very long; only the beginning was read")
            break
        kept.append(line)
    return b"".join(kept)


def _fewer_boundaries(body: bytes, notes: list[str]) -> bytes:
    pieces = _BOUNDARY.split(body, MOST_BOUNDARIES)
    if len(pieces) <= MOST_BOUNDARIES:
        return body
    notes.append("it has very many parts; only the first were told apart")
    return b"boundary".join(pieces[:-1]) + b"boundary" + _BOUNDARY.sub(b"not-read", pieces[-1])


def _shortened(value: str) -> str:
    """A field cut in its middle: of a long chain of references, the first and the last count."""
    if len(value) <= LONGEST_FIELD:
        return value
    half = LONGEST_FIELD // 2
    return f"{value[:half]} {value[-half:]}"
