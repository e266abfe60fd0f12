"""What a FETCH asks for, and those octets of a mail (RFC 3501 §6.4.5). Pure.

Whole mails, their header or text, chosen header fields, each in part or whole, and the mail's numbers and
flags. Single MIME parts and parsed envelopes are not served: nobody here asks for them.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from mailer.rehearsal.imap_syntax import Argument, BadSyntax, internal_date, words
from mailer.rehearsal.mailboxes import Stored


@dataclass(frozen=True, slots=True)
class Item:
    """One thing asked for: its name in the answer, how to get it, and whether that marks the mail as read."""

    name: str
    get: Callable[[Stored], bytes]
    marks_seen: bool = False


_SECTION = re.compile(r"BODY(\.PEEK)?\[([^\]]*)\](?:<(\d{1,10})\.(\d{1,10})>)?")
_FIELDS = re.compile(r"HEADER\.FIELDS(\.NOT)? \(([^()]+)\)")


def items(argument: Argument) -> tuple[Item, ...]:
    """The items that a FETCH's second argument names.

    Raises:
        BadSyntax: for an item that is not served here.
    """
    asked = words(argument)
    if not asked:
        raise BadSyntax("FETCH needs to know what to fetch")
    if len(asked) == 1 and asked[0].upper == "FAST":
        return _PLAIN["FLAGS"], _PLAIN["INTERNALDATE"], _PLAIN["RFC822.SIZE"]
    return tuple(_item(one.upper) for one in asked)


def answer(asked: Sequence[Item], mail: Stored) -> bytes:
    """The items of one mail as they stand between the parentheses of `* n FETCH (…)`."""
    return b" ".join(item.name.encode("ascii") + b" " + item.get(mail) for item in asked)


def halves(raw: bytes) -> tuple[bytes, bytes]:
    """A mail's header with the empty line that ends it, and the rest; either line end will do."""
    if raw.startswith((b"\r\n", b"\n")):
        end = raw.index(b"\n") + 1
    else:
        ends = [at + len(gap) for gap in (b"\r\n\r\n", b"\n\n") if (at := raw.find(gap)) >= 0]
        end = min(ends, default=len(raw))
    return raw[:end], raw[end:]


def flag_list(mail: Stored) -> bytes:
    """The flags as IMAP writes them, in a fixed order."""
    return b"(" + " ".join(sorted(mail.flags)).encode("ascii", "replace") + b")"


def _item(name: str) -> Item:
    if name in _PLAIN:
        return _PLAIN[name]
    found = _SECTION.fullmatch(name)
    if not found:
        raise BadSyntax(f"{name} is not to be had here")
    peek, section, start, length = found.groups()
    get = _cutter(section)
    if start is None:
        return Item(f"BODY[{section}]", lambda mail: _literal(get(mail)), not peek)
    first, end = int(start), int(start) + int(length)
    return Item(f"BODY[{section}]<{start}>", lambda mail: _literal(get(mail)[first:end]), not peek)


def _cutter(section: str) -> Callable[[Stored], bytes]:
    """How to cut a section out of a mail."""
    if section in _SECTIONS:
        return _SECTIONS[section]
    found = _FIELDS.fullmatch(section)
    if not found:
        raise BadSyntax(f"a section called {section} is not to be had here")
    names = frozenset(name.strip('"').encode("ascii", "replace") for name in found[2].split())
    return partial(_fields, names, not found[1])


_SECTIONS: dict[str, Callable[[Stored], bytes]] = {
    "": lambda mail: mail.raw,
    "HEADER": lambda mail: halves(mail.raw)[0],
    "TEXT": lambda mail: halves(mail.raw)[1],
}

_LINES = re.compile(rb"[^\n]+\n?(?:[ \t][^\n]*\n?)*")


def _fields(names: frozenset[bytes], wanted: bool, mail: Stored) -> bytes:  # noqa: FBT001 - filled in by partial
    """The header lines with these names (or with any other), with the empty line at the end."""
    header = halves(mail.raw)[0]
    lines = [line for line in _LINES.findall(header) if line.strip()]
    kept = [line for line in lines if (line.partition(b":")[0].strip().upper() in names) is wanted]
    return b"".join(kept) + b"\r\n"


def _literal(octets: bytes) -> bytes:
    return b"{%d}\r\n%b" % (len(octets), octets)


_PLAIN = {
    item.name: item
    for item in (
        Item("FLAGS", flag_list),
        Item("UID", lambda mail: b"%d" % mail.uid),
        Item("INTERNALDATE", lambda mail: f'"{internal_date(mail.at)}"'.encode("ascii")),
        Item("RFC822.SIZE", lambda mail: b"%d" % len(mail.raw)),
        Item("MODSEQ", lambda mail: b"(%d)" % mail.modseq),
        Item("RFC822", lambda mail: _literal(mail.raw), marks_seen=True),
        Item("RFC822.HEADER", lambda mail: _literal(halves(mail.raw)[0])),
        Item("RFC822.TEXT", lambda mail: _literal(halves(mail.raw)[1]), marks_seen=True),
    )
}
