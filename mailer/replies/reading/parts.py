"""Walks through the parts of a mail and keeps its text, the machines' reports and the mails inside it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from typing import cast

from mailer.replies.reading.calendars import answer_in
from mailer.replies.reading.decoding import base64_bytes, is_known, text_of
from mailer.replies.reading.header_fields import fields_in, fields_of
from mailer.replies.reading.html_text import text_from_html
from mailer.replies.reading.mail import Fields, Original, Report
from mailer.replies.reading.part_text import part_text

MOST_PARTS = 100
DEEPEST = 20
LONGEST_TEXT = 256_000
"""So many characters of text are examined."""
LONGEST_ORIGINAL = 16_000
MOST_GROUPS = 200
_PARTS_OF_ORIGINAL = 10
_DEPTH_OF_ORIGINAL = 5

_REPORTS = {
    "message/delivery-status": "delivery-status",
    "message/global-delivery-status": "delivery-status",
    "message/feedback-report": "feedback-report",
    "message/disposition-notification": "disposition-notification",
    "message/global-disposition-notification": "disposition-notification",
}
_MAILS = {
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/global-headers",
    "message/rfc822-headers",
}
_ENCRYPTED = {"application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}
_HIDDEN = "it is encrypted; only the sender's header can be read"
_SEALED = "it is signed in a way that wraps its text; what lies open in it was read"
_IN_A_FILE = "its text may be in a file of Outlook's own (winmail.dat), which is not opened"
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
_TEXTS = {"plain/text", "application/text", "text", "application/txt"}
"""How programs call plain text that do not know its name."""
_APOLOGY = re.compile(
    r"(?=.{0,300}\bhtml\b).{0,300}\b(mail|e-mail|email|message) (client|program|reader|viewer|app)"
    r"|view(ed)? (this|it) in|html[- ](message|e-?mail|version|format)|does(n.t| not) support html",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_APOLOGY = 300
_BLANK = re.compile(r"\n[ \t]*\n")
_LOOKS_LIKE_HTML = re.compile(r"\s{0,200}(<!doctype html|<html)", re.IGNORECASE)

_WITHIN = BytesParser()


@dataclass(slots=True)
class Contents:
    """What a walk through a mail has found so far."""

    text: str = ""
    reports: list[Report] = field(default_factory=list)
    originals: list[Original] = field(default_factory=list)
    attachments: int = 0
    notes: list[str] = field(default_factory=list)
    parts: int = 0


def contents_of(message: Message) -> Contents:
    """What the parts of a parsed mail hold, within the limits above; what exceeds them is noted."""
    contents = Contents()
    pieces = list(_texts(message, contents, 0))
    text = "\n".join(piece.rstrip("\n") for piece in pieces if piece.strip())
    if len(text) > LONGEST_TEXT:
        contents.notes.append("its text is very long; only the beginning was read")
    contents.text = text[:LONGEST_TEXT]
    return contents


def _texts(part: Message, contents: Contents, depth: int) -> Iterator[str]:
    """The texts that a person would read, in order; everything else goes into `contents`."""
    contents.parts += 1
    if contents.parts > MOST_PARTS or depth > DEEPEST:
        contents.notes.append("it has very many parts; only the first were read")
        return
    kind = part.get_content_type()
    inner = _inner(part)
    if kind in _REPORTS:
        contents.reports.append(Report(_REPORTS[kind], _groups(_flat(part))))
    elif kind in _MAILS:
        contents.originals.append(_original(part))
    elif kind == "multipart/alternative" and inner:
        yield _best([(p.get_content_type(), list(_texts(p, contents, depth + 1))) for p in inner])
    elif inner:
        for each in inner:
            yield from _texts(each, contents, depth + 1)
    elif kind in _ENCRYPTED:
        yield from _wrapped(part, contents, depth)
    elif _is_file(part, kind):
        contents.attachments += 1
        contents.notes += [_IN_A_FILE] if kind in _TNEF else []
    elif kind == "text/calendar":
        yield answer_in(part_text(part, "utf-8", _flat(part)))
    else:
        yield _readable(part, kind, contents)


def _inner(part: Message) -> list[Message]:
    """The parts of a part; none when it is a leaf."""
    payload = part.get_payload()
    return cast("list[Message]", payload) if isinstance(payload, list) else []


def _best(versions: list[tuple[str, list[str]]]) -> str:
    """One of several versions of a text: the plain one, unless it says only that there is another."""
    texts = [(kind, text) for kind, pieces in versions if (text := "\n".join(pieces)).strip()]
    plain = [text for kind, text in texts if kind == "text/plain"]
    rest = [text for kind, text in texts if kind not in {"text/plain", "text/calendar"}]
    poor = [text for text in plain if rest and len(text) < _LONGEST_APOLOGY and _APOLOGY.search(text)]
    good = [text for text in plain if text not in poor]
    return next(iter((*good, *rest, *(text for _, text in texts))), "")


def _wrapped(part: Message, contents: Contents, depth: int) -> Iterator[str]:
    """The text of a part that is signed by wrapping it (RFC 8551 §3.5); an encrypted one stays closed."""
    raw = (
        part.get_payload(decode=True)
        if str(part.get_param("smime-type") or "").lower() == "signed-data"
        else b""
    )
    at = raw.find(b"Content-Type:") if isinstance(raw, bytes) else -1
    if at < 0 or not isinstance(raw, bytes):
        contents.notes.append(_HIDDEN)
        return
    contents.notes.append(_SEALED)
    yield from _texts(_WITHIN.parsebytes(raw[at:LONGEST_TEXT].replace(b"\r\n", b"\n")), contents, depth + 1)


def _is_file(part: Message, kind: str) -> bool:
    if kind in _TEXTS:
        return False
    if not kind.startswith("text/"):
        return not kind.startswith("multipart/")
    return part.get_content_disposition() == "attachment"


def _readable(part: Message, kind: str, contents: Contents) -> str:
    charset = part.get_param("charset") or ""
    charset = charset[-1] if isinstance(charset, tuple) else charset
    if not is_known(charset):
        contents.notes.append("it is written in an unknown alphabet, so some letters may be wrong")
    text = part_text(part, charset, _flat(part) if _inner(part) else "")
    if kind == "text/html" or _LOOKS_LIKE_HTML.match(text):
        text = text_from_html(text[: 2 * LONGEST_TEXT])
    if "-----BEGIN PGP MESSAGE-----" in text:
        contents.notes.append(_HIDDEN)
    return text


def _bytes(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, IndexError, LookupError):  # odd uuencoding
        payload = None
    return payload if isinstance(payload, bytes) else _flat(part).encode("utf-8", "surrogateescape")


def _original(part: Message) -> Original:
    """A mail inside the mail, whether the parser took it apart or left it as text."""
    inner = _inner(part)
    if inner and inner[0].keys():
        contents = Contents(parts=MOST_PARTS - _PARTS_OF_ORIGINAL)
        texts = _texts(inner[0], contents, DEEPEST - _DEPTH_OF_ORIGINAL)
        return Original(fields_of(inner[0]), "\n".join(texts)[:LONGEST_ORIGINAL])
    text = _flat(part) if inner else text_of(_bytes(part), "utf-8")
    header, _, body = text.lstrip("\n")[: 4 * LONGEST_ORIGINAL].partition("\n\n")
    return Original(fields_in(header), body[:LONGEST_ORIGINAL])


def _groups(text: str) -> tuple[Fields, ...]:
    """The blocks of fields in a machine's report, empty ones left out."""
    blocks = _BLANK.split(text[:LONGEST_TEXT], MOST_GROUPS)[:MOST_GROUPS]
    return tuple(fields for fields in map(fields_in, blocks) if fields.pairs)


def _flat(part: Message) -> str:
    """The text of a part that the parser has taken for a mail and may have cut into pieces.

    It reads even an encoded report as header fields (RFC 6522 forbids the encoding; it is sent all the same).
    """
    blocks = "\n\n".join(_lines(part, 0)).strip("\n")
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    if encoding == "base64":
        return text_of(base64_bytes(blocks.encode("ascii", "ignore")), "utf-8")
    return text_of(blocks.encode("utf-8", "surrogateescape"), "")


def _lines(part: Message, depth: int) -> Iterator[str]:
    """Its blocks, header and text of each inner part put together again."""
    payload = part.get_payload()
    if isinstance(payload, str):
        yield payload
    for each in _inner(part)[:MOST_GROUPS] if depth <= DEEPEST else ():
        header = "\n".join(f"{name}: {value}" for name, value in each.raw_items())
        yield "\n\n".join(filter(None, (header, *_lines(each, depth + 1))))
