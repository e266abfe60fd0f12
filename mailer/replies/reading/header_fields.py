"""Reads single header fields: addresses, names, ids, dates. None of them raises, whatever stands there."""

import re
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from functools import lru_cache

from mailer.nouns import Address, BadAddress
from mailer.replies.reading.decoding import header_text
from mailer.replies.reading.mail import Fields

_ID = re.compile(r"<([^<>]{1,300})>")
_BARE_ID = re.compile(r"[^\s<>,;\"]{1,250}@[^\s<>,;\"]{1,250}")
_MOST_IDS = 100
_IN_BRACKETS = re.compile(r"<\s{0,5}([^<>\s@]{1,64}@[^<>\s@]{1,255})\s{0,5}>")
_FIELD = re.compile(r"([!-9;-~]{1,100})[ \t]{0,20}:(.*)", re.DOTALL)


def fields_of(message: Message) -> Fields:
    """All header fields of a parsed mail, decoded."""
    return Fields(tuple((name.lower(), header_text(str(value))) for name, value in message.raw_items()))


def fields_in(block: str) -> Fields:
    """The `Name: value` lines of a block of text, continuation lines joined, other lines passed over."""
    unfolded: list[list[str]] = []
    for line in block.split("\n"):
        if line[:1] in {" ", "\t"} and unfolded:
            unfolded[-1].append(line)
        elif field := _FIELD.match(line):
            unfolded.append([field[1].lower(), field[2]])
        elif unfolded:
            # Some servers forget to fold what the other side said; it still belongs to the line above.
            unfolded[-1].append(" " + line)
    return Fields(tuple((name, header_text("".join(values)[:8000])) for name, *values in unfolded))


def address_in(text: str) -> Address | None:
    """The address that `text` consists of, or that stands in its angle brackets; None when there is none."""
    bracketed = _IN_BRACKETS.search(text)
    try:
        return Address.parse(bracketed[1] if bracketed else text.strip(" <>\"'\t"))
    except BadAddress:
        return None


def first_address(field: str) -> Address | None:
    """The first address of a raw address field (RFC 5322 §3.4) that a server would deliver to."""
    if not field:
        return None
    _, bare = _first(field)
    return (address_in(bare) if bare else None) or address_in(header_text(field))


def name_in(field: str) -> str:
    """The person's name in a raw address field; empty when only the address stands there."""
    name, _ = _first(field)
    return header_text(name).strip(" \"'")


@lru_cache(maxsize=16)
def _first(field: str) -> tuple[str, str]:
    """Name and address of the first mailbox in a field; what is left of its `<` for a name when it is a mess.

    Pythons differ: since the fix of CVE-2023-27043 `parseaddr` gives nothing for a list of mailboxes, and
    `getaddresses` nothing for what is malformed.
    """
    try:
        first = next(iter(getaddresses([_from_bytes(field)])), ("", ""))
    except (RecursionError, IndexError, ValueError):  # nested comments, stray brackets
        first = ("", "")
    before, bracket, _ = field.partition("<")
    return first if any(first) else (before if bracket else "", "")


def ids_in(field: str) -> tuple[str, ...]:
    """The message ids of a field, in order, with angle brackets.

    Long ones come folded in the middle, and some programs forget the brackets (RFC 5322 §3.6.4).
    Of more than a hundred the first and the last fifty are kept.
    """
    found = ["".join(each.split()) for each in _ID.findall(field)] or _BARE_ID.findall(field)
    if len(found) > _MOST_IDS:
        found = found[: _MOST_IDS // 2] + found[-_MOST_IDS // 2 :]
    return tuple(f"<{each}>" for each in dict.fromkeys(found) if each)


def moment(field: str) -> datetime | None:
    """When a Date field says; None when it says nothing sensible."""
    try:
        found = parsedate_to_datetime(field)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _from_bytes(field: str) -> str:
    """Raw 8-bit letters as text, so that nobody downstream meets a lone surrogate."""
    return field if field.isascii() else field.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
