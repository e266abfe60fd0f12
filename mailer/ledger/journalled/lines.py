"""What a line of the journal is: JSON with a number and a checksum, so that nothing can go missing unnoticed.

    {"crc":"89abcdef","seq":7,"change":{"table":{"key":document,"other key":null}}}

null stands for a removed document. The checksum covers the rest of its line *and* the checksum of the line
before, so that a lost, doubled or swapped line is noticed like a flipped bit. The first line is a heading:
whose journal it is, in which form, and what it goes on from: nothing (number 0), or a line in the snapshot
beside it.
"""

import json
import re
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson

_PREFIX = len('{"crc":"89abcdef",')

Document = dict[str, Any]
Changes = Mapping[str, Mapping[str, Document | None]]
"""Table, key, and the document as it is now; None when it is no more."""

Tables = dict[str, dict[str, Document]]

_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode

_BEYOND_ASCII = re.compile("[^\0-\x7f]+")


@dataclass(frozen=True, slots=True)
class Position:
    """How far a history has come: the number of its last line, and that line's checksum."""

    seq: int = 0
    check: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """The first line.

    Attributes:
        owner: Whose journal it is.
        form: The number of the documents' form (`Form.number`).
        start: What it goes on from.
    """

    owner: str
    form: int
    start: Position


@dataclass(frozen=True, slots=True)
class Entry:
    """One line that added up."""

    position: Position
    changes: Changes


def _as_it_is(table: str, key: str, document: Document, form: int) -> Document:  # noqa: ARG001 - a default
    return document


@dataclass(frozen=True, slots=True)
class Form:
    """What the documents look like, and how older ones are brought into it.

    Attributes:
        number: Raised whenever the documents of an earlier number would be misread. Files with a higher
            number were written by a newer program, and are refused.
        upgrade: Takes table, key, a document and the lower number it has; returns the document as it is now.
    """

    number: int = 1
    upgrade: Callable[[str, str, Document, int], Document] = _as_it_is

    def upgraded(self, changes: Changes, form: int) -> Changes:
        """Changes that were written in an earlier form, in this one."""
        if form == self.number:
            return changes
        return {
            table: {
                key: self.upgrade(table, key, document, form) if document is not None else None
                for key, document in documents.items()
            }
            for table, documents in changes.items()
        }


def heading_line(heading: Heading) -> bytes:
    """The first line of a journal."""
    start = heading.start
    check = f"{start.check:08x}"
    record = {"ledger": heading.owner, "schema": heading.form, "seq": start.seq, "check": check}
    return _line(kept(record)[0], 0)[0]


def read_heading(line: bytes) -> Heading | None:
    """What the first line says; None when it does not add up."""
    if not position_after(line, Position()):
        return None
    record = decode(line)
    return Heading(record["ledger"], record["schema"], Position(record["seq"], int(record["check"], 16)))


def entry_line(changes: Changes, before: Position) -> tuple[bytes, Entry]:
    """The line that says what has changed since `before`, and what will be read in it.

    Raises:
        TypeError, ValueError: when a document is no JSON.
    """
    text, record = kept({"seq": before.seq + 1, "change": changes})
    line, check = _line(text, before.check)
    return line, Entry(Position(before.seq + 1, check), record["change"])


def read_changes(line: bytes) -> Changes:
    """What a line that adds up says."""
    changes: Changes = decode(line)["change"]
    return changes


def kept(value: object) -> tuple[bytes, Any]:
    """A JSON value as text in ASCII without a space, and as it is read in it.

    No part of what is read is a part of what was given, so that nobody can change it from outside. ASCII, so
    that the file does a terminal no harm, whatever strangers wrote.

    Raises:
        TypeError, ValueError: for what is no JSON, such as NaN, and for a whole number of more than 64 bits.
    """
    with suppress(TypeError):
        text = orjson.dumps(value)
        # What is not as it was is what orjson takes for JSON in its own way: NaN, a time, a tuple.
        if (read := orjson.loads(text)) == value:
            return text if text.isascii() else _BEYOND_ASCII.sub(_escaped, text.decode()).encode(), read
    # Half a surrogate pair, which has no bytes in UTF-8, and strangers write it. Or no JSON.
    text = _encode(value).encode()
    if repr(read := decode(text)) != repr(json.loads(text)):
        raise ValueError("a whole number of more than 64 bits")
    return text, read


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def decode(text: bytes) -> Any:
    """What a JSON text in ASCII says. Raises ValueError for what is none."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text.decode("ascii"))  # half a surrogate pair, as an escape


def position_after(line: bytes, before: Position) -> Position | None:
    """Where the history stands with a line, its end included; None when it does not go on from `before`."""
    check = zlib.crc32(line[_PREFIX:-1], before.check)
    return Position(before.seq + 1, check) if line[:_PREFIX] == b'{"crc":"%08x",' % check else None


def put_all(tables: Tables, changes: Changes) -> None:
    """Make the changes in the tables themselves."""
    for name, documents in changes.items():
        rows = tables.setdefault(name, {})
        for key, document in documents.items():
            if document is None:
                rows.pop(key, None)
            else:
                rows[key] = document


def _line(record: bytes, before: int) -> tuple[bytes, int]:
    """An object's text as a line, and the line's checksum."""
    check = zlib.crc32(record[1:], before)
    return b'{"crc":"%08x",%b\n' % (check, record[1:]), check
