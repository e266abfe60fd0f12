"""Turns bytes that claim to be in some alphabet into text, and never fails at it.

Python would resolve `unicode_escape`, `utf-7` or `idna` when a mail names them, so only the character sets
that people write mail in are let through; everything else is read as best it can.
"""

import binascii
import re

_KNOWN = re.compile(
    r"utf-?8|utf-?16(-?[lb]e)?|(us-?)?ascii|ansi-x3\.4-19(68|86)|iso-?8859-?\d{1,2}(-[ei])?|latin-?[19]|l[19]"
    r"|(windows|cp)-?(125\d|874|932|949|936|950)|koi8-[rut]|gb18030|gbk|gb2312|big5(-?hkscs)?|x-sjis|shift-?jis|s-?jis"
    r"|iso-2022-(jp(-[123])?|kr)|euc-(jp|kr|cn)|ks-c-5601-19(87|89)|tis-620|mac(intosh|-roman)?"
)
_PYTHON_NAMES = {
    "x-sjis": "cp932",
    "shift-jis": "cp932",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "ks-c-5601-1989": "cp949",
    "ks-c-5601-1987": "cp949",
    "euc-kr": "cp949",
    "euc-cn": "gb18030",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "macintosh": "mac-roman",
    "mac": "mac-roman",
    "ansi-x3.4-1968": "ascii",
    "ansi-x3.4-1986": "ascii",
    "us-ascii": "ascii",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "l1": "cp1252",
}
"""Alphabets with a superset: mail programs write the larger one under the smaller one's name."""

_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_GAP = re.compile(r"(\?=)[ \t\r\n]{1,80}(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")


def text_of(raw: bytes, charset: str) -> str:
    """The bytes as text; what does not fit the character set becomes U+FFFD.

    Args:
        raw: Anything.
        charset: As the mail names it, in any spelling; unknown names are guessed around.
    """
    name = _python_name(charset)
    if name in {"", "ascii"}:
        return _guessed(raw)
    try:
        return raw.decode(name, "replace")
    except LookupError:
        return _guessed(raw)


def is_known(charset: str) -> bool:
    """Whether people write mail in a character set of that name."""
    return not charset or bool(_python_name(charset))


def _python_name(charset: str) -> str:
    """The name under which Python knows a harmless character set; '' for all others."""
    plain = charset[:40].strip(" \"'").lower().replace("_", "-").partition("*")[0]
    if not _KNOWN.fullmatch(plain):
        return ""
    return _PYTHON_NAMES.get(plain, plain.replace("windows-", "cp"))


def _guessed(raw: bytes) -> str:
    """Text without a usable label: UTF-8 if it is, else Western European, which never fails."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def header_text(value: str) -> str:
    """One header field as a reader sees it (RFC 2047), on one line.

    Args:
        value: As the parser keeps it: unfolded or not, raw 8-bit bytes as lone surrogates.
    """
    if not value.isascii():
        value = _guessed(value.encode("utf-8", "surrogateescape"))
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
    if encoding in "qQ":
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
