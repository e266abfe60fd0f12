"""Turns one part of a mail into its text, undoing what senders and gateways have done to it on the way.

Lists append their footer to Base64, gateways encode and forget the label, programs break lines for narrow
screens (RFC 3676) and sign text by wrapping it (RFC 9580).
"""

import re
from binascii import a2b_qp
from email.message import Message

from mailer.replies.reading.decoding import base64_bytes, text_of

_BASE64 = re.compile(rb"\s*(?:[A-Za-z0-9+/]{2,}={0,2}[ \t\r]*(?:\n|\Z)[\r\n]*)+")
_SHORTEST_BASE64 = 20
_SOFT_BREAK = re.compile(rb"=[ \t]*\r?\n")
_ESCAPE = re.compile(rb"=(?:[0-9A-F]{2})")
_UNENCODED = {"", "7bit", "8bit", "binary"}
_FEWEST_ESCAPES = 3
_MARKS = re.compile(r">*")
_SIGNED = re.compile(r"-----BEGIN PGP SIGNED MESSAGE-----[^\n]*\n(?:[A-Z][A-Za-z-]{1,30}: [^\n]*\n)*\n?")
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_END_OF_SIGNATURE = "-----END PGP SIGNATURE-----"


def part_text(part: Message, charset: str, flat: str) -> str:
    """The text of a part, with LF line ends.

    Args:
        part: A part that holds no others.
        charset: As the mail names it.
        flat: Its payload as the parser left it, should it not be one piece of text.
    """
    text = text_of(_bytes(part, flat), charset).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if "flowed" in str(part.get("content-type", "")).lower() and _is_flowed(part):
        text = _unflowed(text, delete=str(part.get_param("delsp") or "").lower() == "yes")
    return _unsigned(text) if "-----BEGIN PGP" in text else text


def _is_flowed(part: Message) -> bool:
    return str(part.get_param("format") or "").lower() == "flowed" and part.get_content_type() == "text/plain"


def _bytes(part: Message, flat: str) -> bytes:
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower().partition(";")[0].strip()
    if encoding == "base64":
        payload = part.get_payload()
        return _from_base64(
            (payload if isinstance(payload, str) else flat).encode("utf-8", "surrogateescape")
        )
    raw = _decoded(part)
    if raw is None:
        raw = flat.encode("utf-8", "surrogateescape")
    return a2b_qp(raw) if encoding in _UNENCODED and _is_escaped(raw) else raw


def _decoded(part: Message) -> bytes | None:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, IndexError, LookupError):  # odd uuencoding
        return None
    return payload if isinstance(payload, bytes) else None


def _from_base64(raw: bytes) -> bytes:
    """What it stands for, and behind it what a list has appended as it is."""
    block = _BASE64.match(raw)
    if block is None or (block.end() < _SHORTEST_BASE64 and raw[block.end() :].strip()):
        return base64_bytes(raw) if block is None and raw.strip()[:1] in b"=" else raw
    rest = raw[block.end() :].strip()
    if rest and b" " not in rest and b"\n" not in rest[:80]:
        return base64_bytes(raw)  # junk within, not a footer behind
    return base64_bytes(block[0]) + (b"\n" + rest if rest else b"")


def _is_escaped(raw: bytes) -> bool:
    """Whether it is quoted-printable whose label was lost: lines broken by `=`, bytes written as `=C3`."""
    breaks = len(_SOFT_BREAK.findall(raw[:20_000]))
    escapes = len(_ESCAPE.findall(raw[:20_000])) if breaks or b"=C3=" in raw[:20_000] else 0
    return raw.isascii() and escapes >= _FEWEST_ESCAPES and (breaks > 0 or escapes > 2 * _FEWEST_ESCAPES)


def _unflowed(text: str, *, delete: bool) -> str:
    """Paragraphs as they were written (RFC 3676 §4): a line that ends in a space goes on in the next one."""
    kept: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = _MARKS.match(line)
        depth_here = depth.end() if depth else 0
        said = line[depth_here:].removeprefix(" ")
        if depth_here == open_depth and said != "-- ":
            kept.append(said)
        else:
            kept += ["\n", ">" * depth_here + (" " if depth_here else ""), said]
        flows = said.endswith(" ") and said != "-- "
        open_depth = depth_here if flows else -1
        if flows and delete:
            kept[-1] = said[:-1]
    return "".join(kept[1:])


def _unsigned(text: str) -> str:
    """Text that was signed by wrapping it, without the wrapping; its dashes unescaped (RFC 9580 §7)."""
    text, found = _SIGNED.subn("", text)
    if not found:
        return text
    start, end = text.find(_SIGNATURE), text.find(_END_OF_SIGNATURE)
    if start >= 0:
        text = text[:start] + (text[end + len(_END_OF_SIGNATURE) :] if end > start else "")
    return text.replace("\n- ", "\n")
