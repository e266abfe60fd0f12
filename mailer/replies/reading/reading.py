"""Takes the bytes of an incoming mail apart, whatever they are, within fixed limits.

The limits are those of a mail that a person could have written with room to spare. What exceeds one is not
examined but noted, so that the fellow hears of it; the bytes themselves are kept elsewhere.
The standard library's old parser does the MIME (its new one hangs or dies on hostile headers); it too is
given only what it can chew: 1 MB, 20,000 lines, fields of 8 kB, 50 boundaries.
"""

import re
from collections.abc import Iterable, Sequence
from email import policy
from email.message import Message
from email.parser import Parser

from mailer.replies.reading.decoding import header_text
from mailer.replies.reading.header_fields import first_address, ids_in, moment, name_in
from mailer.replies.reading.mail import Fields, Mail
from mailer.replies.reading.parts import Contents, contents_of

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
_MBOX_LINE = re.compile(rb">?From (?![ \t]*:)[^\n]{1,200}\n")
_HEADER_LINES = re.compile(rb"(?:(?:[!-9;-~]{1,100}[ \t]*:|[ \t]|>?From )[^\n]*(?:\n|\Z))*+")
_FIELD = re.compile(r"^([!-9;-~]{1,100})[ \t]*:[ \t]*([^\n]*(?:\n[ \t][^\n]*)*+)", re.MULTILINE)
_SURE_FIELD = re.compile(
    rb"(?:[^\n]{1,998}\n){0,2}(?:from|to|subject|date|received|message-id|mime-version|content-type|return-path|x-[\w-]{1,60})"
    rb"[ \t]*:[ \t]",
    re.IGNORECASE,
)
_MOST_GARBAGE = 5
_STRAY = re.compile(r"^>?From (?![ \t]*:)[^\n]*\n", re.MULTILINE)
"""Lines that mail stores put into the middle of a header; they are no fields."""


class _Bounded(policy.Compat32):
    """The old parser's rules, with a limit to the length of a field.

    Reading `x=";;;;…` of a megabyte as a parameter takes the standard library quadratic time.
    """

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, _shortened(value)


_POLICY = _Bounded()
_PARSER = Parser(policy=_POLICY)


def read(raw: bytes) -> Mail:
    """Take a mail apart. Total: any bytes give a `Mail`, in time proportional to their number.

    Args:
        raw: What the server gave: perhaps cut off, with a byte order mark, an mbox line, old line ends.
    """
    notes: list[str] = []
    if len(raw) > LARGEST:
        notes.append(_LONG)
    header, body = _split(_fewer_lines(_plain_lines(raw[:LARGEST]), notes))
    fields = _fields(header, notes)
    outline = _outline(fields)
    try:
        contents = contents_of(_filled(outline, body, notes))
    except Exception as error:  # noqa: BLE001 - the parser has died of RecursionError, ValueError, KeyError …
        notes.append(f"its parts cannot be told apart ({type(error).__name__})")
        contents = Contents(text=body[:LONGEST_HEADER].decode("utf-8", "replace"))
    return _mail(fields, outline.get_content_type(), contents, notes)


def _outline(fields: Iterable[tuple[str, str]]) -> Message:
    """The mail with nothing but what its header says of how it is to be read (RFC 2045 §3)."""
    outline = Message(_POLICY)
    for name, value in fields:
        if name.startswith("content-"):
            outline.set_raw(name, value)
    return outline


def _filled(outline: Message, body: bytes, notes: list[str]) -> Message:
    """The mail with its parts; where it has none, the parser would only count the lines."""
    if outline.get_content_maintype() in {"multipart", "message"}:
        header = "".join(f"{name}: {value}\n" for name, value in outline.raw_items())
        parts = _fewer_boundaries(body, notes).decode("ascii", "surrogateescape")
        return _PARSER.parsestr(f"{header}\n{parts}")
    outline.set_payload(body.decode("ascii", "surrogateescape"))
    return outline


def _mail(fields: Sequence[tuple[str, str]], kind: str, contents: Contents, notes: list[str]) -> Mail:
    """The mail from its fields as they stand.

    Addresses are told apart before encoded words are decoded: a decoded comma must not look like two of them.
    """
    raw = dict(reversed(fields))
    decoded = Fields(tuple((name, header_text(value)) for name, value in fields))
    return Mail(
        sender=first_address(raw.get("from", "")),
        sender_text=decoded.get("from"),
        sender_name=name_in(raw.get("from", "")),
        reply_to=first_address(raw.get("reply-to", "")),
        return_path=_return_path(decoded),
        message_id=next(iter(ids_in(decoded.get("message-id"))), ""),
        in_reply_to=ids_in(decoded.get("in-reply-to")),
        references=ids_in(decoded.get("references")),
        subject=decoded.get("subject"),
        date=moment(decoded.get("date")),
        fields=decoded,
        content_type=kind,
        text=contents.text,
        reports=tuple(contents.reports),
        originals=tuple(contents.originals),
        attachments=contents.attachments,
        notes=tuple(dict.fromkeys((*notes, *contents.notes))),
    )


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
    """The header, and the body; a mail without header is all body."""
    header: list[bytes] = []
    at = garbage = 0
    while True:
        found = _HEADER_LINES.match(raw, at)
        end = found.end() if found else at
        header.append(raw[at:end])
        at = raw.find(b"\n", end) + 1 or len(raw)
        line = raw[end:at]
        # Filters and servers write lines of their own into a header; what surely is one goes on below.
        garbage += 1
        if not line.strip() or garbage > _MOST_GARBAGE or not _SURE_FIELD.match(raw, at):
            return b"".join(header), raw[end:].removeprefix(b"\n")
        header.append(b" " + line)  # folded, with the field above


def _fields(header: bytes, notes: list[str]) -> list[tuple[str, str]]:
    """Name, in small letters, and value of each field, as they stand; raw 8-bit bytes as lone surrogates."""
    text = header.decode("ascii", "surrogateescape")
    if "From " in text:
        text = _STRAY.sub("", text)
    whole = len(text) if len(text) <= LONGEST_HEADER else text.rfind("\n", 0, LONGEST_HEADER) + 1
    found = _FIELD.findall(text[:whole])
    if len(text) > LONGEST_HEADER or len(found) > MOST_FIELDS:
        notes.append("its header is very long; only the beginning was read")
    return [(name.lower(), _shortened(value)) for name, value in found[:MOST_FIELDS]]


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
