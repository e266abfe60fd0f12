"""Turns bytes that claim to be in some alphabet into text, and never fails at it.

What a mail says of its alphabet is often wrong: UTF-8 under the name of Latin 1, Cyrillic under none. What
can be told from the bytes themselves goes before what the label says.
"""

import binascii
import re

from mailer.replies.reading.alphabet_guesses import guessed, japanese
from mailer.replies.reading.alphabet_names import is_known, python_name

__all__ = ["base64_bytes", "header_text", "is_known", "text_of"]

_UNRELIABLE = frozenset(["", "ascii", "cp1252"])
"""What programs write that have never asked; the bytes are looked at."""
_SEVEN_BITS = frozenset(["utf-7", "hz", "iso-2022-jp", "iso-2022-kr"])

_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]{0,200}){0,4})\?=")
"""With question marks of its own, which Q should have encoded and often does not."""
_NOT_BASE64 = re.compile(r"=[0-9A-F]{2}")
_GAP = re.compile(r"(\?=)[ \t\r\n]{1,80}(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")


def text_of(raw: bytes, charset: str) -> str:
    """The bytes as text; what does not fit the character set becomes U+FFFD.

    Args:
        raw: Anything.
        charset: As the mail names it, in any spelling; unknown names are guessed around.
    """
    name = python_name(charset)
    if name in _UNRELIABLE or (name == "utf-8" and raw.isascii()):
        return guessed(raw)
    if name in _SEVEN_BITS:
        return _seven_bits(raw, name)
    text = raw.removeprefix(b"\xef\xbb\xbf").decode(name, "replace")
    if raw.isascii():
        return text
    if name == "utf-8":
        wrong = text.count("\ufffd")
        return text if wrong * 2 <= sum(not each.isascii() for each in text) or wrong == 1 else guessed(raw)
    if _is_utf_8(raw) and not name.startswith("utf"):
        return raw.decode("utf-8")
    return text


def _seven_bits(raw: bytes, name: str) -> str:
    """Alphabets that switch by escapes; where the bytes have eight bits all the same, the label is wrong."""
    if not raw.isascii():
        return guessed(raw)
    if name.startswith("iso-2022-jp"):
        return japanese(raw)
    # UTF-7 can spell half a letter, which no file and no screen takes.
    return raw.decode(name, "replace").encode("utf-8", "replace").decode("utf-8")


def _is_utf_8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def header_text(value: str) -> str:
    """One header field as a reader sees it (RFC 2047), on one line.

    Args:
        value: As the parser keeps it: unfolded or not, raw 8-bit bytes as lone surrogates.
    """
    if not value.isascii():
        value = guessed(value.encode("utf-8", "surrogateescape"))
    if "=?" in value:
        value = _joined_words(_GAP.sub(r"\1", value))
    return " ".join(value.split())


def _joined_words(value: str) -> str:
    """Decode encoded words; neighbours of one alphabet are joined first.

    Long Japanese subjects are often cut in the middle of a character, against RFC 2047 §5, so words must
    be put together as bytes.
    """
    pieces: list[tuple[bytes, str]] = []
    end = 0
    for word in _ENCODED_WORD.finditer(value):
        if word.start() > end:
            pieces.append((value[end : word.start()].encode("utf-8", "replace"), "utf-8"))
        charset = word[1].lower()
        raw = _word_bytes(word[2], word[3])
        if pieces and word.start() == end and pieces[-1][1] == charset:
            raw = pieces.pop()[0] + raw
        pieces.append((raw, charset))
        end = word.end()
    pieces.append((value[end:].encode("utf-8", "replace"), "utf-8"))
    return "".join(text_of(raw, charset) for raw, charset in pieces)


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    if encoding in "qQ" or _NOT_BASE64.search(text.rstrip("=")):
        return _HEX.sub(lambda found: bytes([int(found[1], 16)]), raw.replace(b"_", b" "))
    return base64_bytes(raw)


def base64_bytes(raw: bytes) -> bytes:
    """What Base64 text stands for, as far as it can be read."""
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    if len(kept) % 4 == 1:
        kept = kept[:-1]
    try:
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))
    except binascii.Error:
        return b""
