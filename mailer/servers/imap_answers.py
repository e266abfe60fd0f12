"""Takes a mail server's answers apart; whatever does not stand there as it should counts as not there."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

MOST_OF_A_HEADER = 2**16
"""So many bytes of a header are taken; those of what we send have less than two thousand."""


def body(fields: Mapping[bytes, Any] | None) -> bytes | None:
    """The bytes of a mail, whether or not the server repeats the range that was asked for."""
    return _part(fields, b"BODY[]")


def header(fields: Mapping[bytes, Any] | None) -> bytes | None:
    """The header of a mail, likewise."""
    found = _part(fields, b"BODY[HEADER]")
    return None if found is None else found[:MOST_OF_A_HEADER]


def _part(fields: Mapping[bytes, Any] | None, of: bytes) -> bytes | None:
    for name, value in (fields or {}).items():
        if name.startswith(of) and isinstance(value, bytes):
            return value
    return None


def is_draft(fields: Mapping[bytes, Any] | None) -> bool:
    r"""Whether a mail is marked \Draft: it may lie among all mail, and has not left."""
    flags = (fields or {}).get(b"FLAGS")
    named = flags if isinstance(flags, tuple) else ()
    return any(flag.lower() == b"\\draft" for flag in named if isinstance(flag, bytes))


def number(value: object) -> int:
    """A number from a server; 0 when it is none."""
    return value if isinstance(value, int) and value > 0 else 0


def in_utc(value: object) -> datetime | None:
    """A server's date; None when it is none, or lies outside of time."""
    if not isinstance(value, datetime):
        return None
    try:
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    except (OverflowError, ValueError):
        return None
