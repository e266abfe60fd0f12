"""Takes a mail server's answers apart; whatever does not stand there as it should counts as not there."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from mailer.nouns import Cursor

_MAILS_AT_ONCE = 50
_OCTETS_AT_ONCE = 4 * 2**20

Facts = tuple[int, datetime | None]
"""Size and arrival of a mail, as far as the server tells; both are only hints."""

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


def nothing_new(status: Mapping[bytes, Any], after: Cursor | None) -> bool:
    """Whether what STATUS tells is enough to see that there is nothing to open the folder for."""
    if status.get(b"MESSAGES") == 0:
        return True
    told = status.get(b"UIDVALIDITY"), status.get(b"UIDNEXT")
    return after is not None and told == (after.validity, after.uid + 1)


def appended(said: object) -> int:
    """The number that a mail was given in its folder (RFC 4315's APPENDUID); 0 when that is not told."""
    found = _APPENDUID.match(said) if isinstance(said, bytes) else None
    return int(found[1]) if found else 0


def append_limit(offered: Iterable[bytes]) -> int | None:
    """How large a mail may be that is put into a folder (RFC 7889).

    Args:
        offered: The capabilities.

    Returns:
        Octets, or 0 where nobody says so; None where each folder has a limit of its own.
    """
    told = [name.upper().partition(b"=") for name in offered if name.upper().startswith(b"APPENDLIMIT")]
    limits = [int(limit) for name, _, limit in told if name == b"APPENDLIMIT" and limit.isdigit()]
    if limits:
        return min(limits)
    return None if (b"APPENDLIMIT", b"", b"") in told else 0


_APPENDUID = re.compile(rb"\[APPENDUID \d{1,10} (\d{1,10})\]", re.IGNORECASE)


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


def portions(uids: Sequence[int], facts: Mapping[int, Facts], most: int) -> Iterator[list[int]]:
    """The mails in groups of which one answer stays small, if their sizes are what they are said to be.

    Args:
        uids: Their numbers.
        facts: Their sizes.
        most: So many octets of each are fetched.
    """
    few: list[int] = []
    octets = 0
    for uid in uids:
        size = min(facts.get(uid, (most, None))[0], most)
        if few and (len(few) == _MAILS_AT_ONCE or octets + size > _OCTETS_AT_ONCE):
            yield few
            few, octets = [], 0
        few.append(uid)
        octets += size
    if few:
        yield few
