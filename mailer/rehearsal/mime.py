"""Puts a mail together, octet by octet, as other people's programs do. Pure; nothing is drawn by lot."""

import base64
import hashlib
import quopri
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr

Fields = Sequence[tuple[str, str]]
"""Headers in order, names and texts."""


@dataclass(frozen=True, slots=True)
class Part:
    """A MIME part, ready: its own headers, and its body with CRLF line ends."""

    fields: tuple[tuple[str, str], ...]
    body: bytes


def mail(fields: Fields, part: Part) -> bytes:
    """The whole mail, lines ended by CRLF. A header with an empty text is left out."""
    lines = [_field(name, text) for name, text in (*fields, ("MIME-Version", "1.0"), *part.fields) if text]
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + part.body


def text_part(
    text: str, *, kind: str = "plain", charsets: Sequence[str], encoding: str, extra: str = ""
) -> Part:
    """Text in the first of the charsets that can hold it (UTF-8 if none can), in the given transfer encoding.

    Args:
        text: Lines ended by LF.
        kind: `plain` or `html`.
        charsets: What the program would use, best first.
        encoding: `quoted-printable`, `base64` or `8bit`; short lines of ASCII go as `7bit` instead
            of the first and the last.
        extra: More parameters of the type, such as `format=flowed`.
    """
    charset = next((name for name in charsets if _can_hold(name, text)), "utf-8")
    octets = (text.rstrip("\n") + "\n").replace("\n", "\r\n").encode(charset)
    if encoding != "base64" and octets.isascii() and max(map(len, octets.split(b"\r\n"))) < 200:  # noqa: PLR2004
        encoding = "7bit"
    parameters = f'charset="{charset}"' + (f"; {extra}" if extra else "")
    fields = (("Content-Type", f"text/{kind}; {parameters}"), ("Content-Transfer-Encoding", encoding))
    return Part(fields, _encoded(octets, encoding))


def parts(kind: str, inner: Sequence[Part], seed: str) -> Part:
    """Several parts as one, `kind` such as `alternative` or `report; report-type=delivery-status`."""
    boundary = f"=_{token(seed, kind)}"
    body = b""
    for part in inner:
        head = "\r\n".join(_field(name, text) for name, text in part.fields)
        body += f"--{boundary}\r\n{head}\r\n\r\n".encode("ascii") + part.body.rstrip(b"\r\n") + b"\r\n\r\n"
    body += f"--{boundary}--\r\n".encode("ascii")
    return Part((("Content-Type", f'multipart/{kind}; boundary="{boundary}"'),), body)


def token(*seeds: str, length: int = 24) -> str:
    """Letters and digits that look drawn by lot and are the same for the same seeds."""
    return hashlib.sha256("\n".join(seeds).encode()).hexdigest()[:length]


def person(name: str, address: str) -> str:
    """`Name <address>` for a header."""
    if not name or not address.isascii():
        return address
    return formataddr((name, address))


def date(at: datetime) -> str:
    """A moment as it stands in `Date:`."""
    return format_datetime(at.replace(microsecond=0))


def _field(name: str, text: str) -> str:
    if text.isascii():
        return _folded(f"{name}: {text}")
    return f"{name}: " + Header(text, "utf-8", header_name=name).encode(linesep="\r\n")


def _folded(line: str) -> str:
    """Break a long line before a space, as far as it has any (RFC 5322 §2.2.3)."""
    done: list[str] = []
    while len(line) > 78 and (at := line.rfind(" ", line.index(": ") + 2 if not done else 1, 78)) > 0:  # noqa: PLR2004
        done.append(line[:at])
        line = line[at:]
    return "\r\n".join([*done, line])


def _can_hold(charset: str, text: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _encoded(octets: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        return base64.encodebytes(octets).replace(b"\n", b"\r\n")
    if encoding == "quoted-printable":
        return quopri.encodestring(octets.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    return octets
