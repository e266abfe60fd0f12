"""Reads a mail in every way in which somebody might read it, to find out whether it speaks of a person.

Its structure is not asked: what is cut off, wrongly labelled, quoted or hidden in an attachment is read all
the same. Where it may be encoded text it is read as such, too. What is compressed or encrypted stays unread.
"""

import html
import re
from binascii import a2b_qp
from collections.abc import Iterator
from urllib.parse import unquote

from mailer.replies.reading.decoding import base64_bytes, header_text, text_of

_DEEPEST = 4
"""A mail inside a mail inside a mail; each may be encoded anew."""
_MOST_ALPHABETS = 5

_LABELS = (
    re.compile(rb"charset\*?\s{0,5}=\s{0,5}[\"']?([\w.:-]{1,40})"),
    re.compile(rb"=\?([\w.:-]{1,40})\?[bq]\?"),
)
_BASE64 = re.compile(rb"(?:^[ \t>]{0,20}[A-Za-z0-9+/]{4,}={0,2}[ \t]*\r?(?:\n|\Z))+", re.MULTILINE)
_TAG = re.compile(r"<[^<>]{0,2000}>")


def every_text(raw: bytes) -> Iterator[str]:
    """All texts that a mail may hold, many of them more than once. Total, and linear in the mail's length.

    Args:
        raw: The mail as it came.
    """
    for blob in _blobs(raw, 0):
        for alphabet in _alphabets(blob):
            yield from _readings(text_of(blob, alphabet))


def _blobs(raw: bytes, depth: int) -> Iterator[bytes]:
    """The bytes, and what they stand for where they are quoted-printable or Base64 (RFC 2045 §6)."""
    yield raw
    if depth == _DEEPEST:
        return
    if b"=" in raw:
        plain = a2b_qp(raw)
        yield plain
        # Encoded in another's encoding: the original inside a bounce.
        yield from _inside(plain, depth)
    yield from _inside(raw, depth)


def _inside(raw: bytes, depth: int) -> Iterator[bytes]:
    if b"base64" in raw.lower():
        for block in _BASE64.finditer(raw):
            yield from _blobs(base64_bytes(block[0]), depth + 1)


def _alphabets(raw: bytes) -> list[str]:
    """The character sets that it names, and the guess at what names none."""
    lower = raw.lower()
    named = [name.decode("ascii") for label in _LABELS for name in label.findall(lower)]
    return list(dict.fromkeys(["", *_wide(raw), *named]))[:_MOST_ALPHABETS]


def _wide(raw: bytes) -> list[str]:
    """UTF-16 shows by its zero bytes."""
    return ["utf-16-le", "utf-16-be"] if b"\0" in raw[:1000] else []


def _readings(text: str) -> Iterator[str]:
    """The text, and what it says to who takes it for header fields, markup or a link."""
    yield text
    if "=?" in text:
        yield header_text(text)
    if "&" in text or "<" in text:
        yield html.unescape(_TAG.sub("", text))
        yield html.unescape(_TAG.sub(" ", text))
    if "%" in text:
        yield unquote(text, errors="replace")
