"""What a line of the journal is: JSON with a number and a checksum, so that nothing can go missing unnoticed.

    {"crc":"89abcdef","seq":7,"change":{"table":{"key":document,"other key":null}}}

null stands for a removed document. The checksum covers the rest of its line *and* the checksum of the line
before, so that a lost, doubled or swapped line is noticed like a flipped bit. The first line is a heading:
whose journal it is, in which form, and what it goes on from: nothing (number 0), or a line in the snapshot
beside it.
"""

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_PREFIX = len('{"crc":"89abcdef",')

Document = dict[str, Any]
Changes = Mapping[str, Mapping[str, Document | None]]
"""Table, key, and the document as it is now; None when it is no more."""

Tables = dict[str, dict[str, Document]]

# ASCII throughout: what strangers write may hold half a surrogate pair, which has no bytes in UTF-8.
encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
"""A JSON value as text, without a space. Raises TypeError or ValueError for what is none."""

_decode = json.JSONDecoder().decode

_LASTING = frozenset({int, float, bool, type(None)})


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
    return _line({"ledger": heading.owner, "schema": heading.form, "seq": start.seq, "check": check}, 0)


def read_heading(line: bytes) -> Heading | None:
    """What the first line says; None when it does not add up."""
    if not adds_up(line, 0):
        return None
    record = _decode(line.decode("ascii"))
    return Heading(record["ledger"], record["schema"], Position(record["seq"], int(record["check"], 16)))


def entry_line(changes: Changes, before: Position) -> bytes:
    """The line that says what has changed since `before`.

    Raises:
        TypeError, ValueError: when a document is no JSON.
    """
    return _line({"seq": before.seq + 1, "change": changes}, before.check)


def read_changes(line: bytes) -> Changes:
    """What a line that adds up says."""
    changes: Changes = _decode(line.decode("ascii"))["change"]
    return changes


def as_read(value: Any) -> Any:
    """A JSON value as it comes back from its line, so that nobody else can change a part of it.

    What can never change, such as a text or a field's name, is shared with the value that was written.
    """
    kind = type(value)
    if kind in _LASTING or (kind is str and value.isascii()):
        return value
    if kind is list:
        return [as_read(item) for item in value]
    if kind is dict and all(type(key) is str and key.isascii() for key in value):
        return {key: as_read(item) for key, item in value.items()}
    # Tuples become lists, numbers text where they are keys, two halves of a surrogate pair one character.
    return _decode(encode(value))


def position_of(line: bytes, before: Position) -> Position:
    """Where the history stands with a line that adds up."""
    return Position(before.seq + 1, _check(line))


def adds_up(line: bytes, before: int) -> bool:
    """Whether a line, with its end, is what was written after a line with the checksum `before`."""
    return line[:_PREFIX] == b'{"crc":"%08x",' % zlib.crc32(line[_PREFIX:-1], before)


def put_all(tables: Tables, changes: Changes) -> None:
    """Make the changes in the tables themselves."""
    for name, documents in changes.items():
        rows = tables.setdefault(name, {})
        for key, document in documents.items():
            if document is None:
                rows.pop(key, None)
            else:
                rows[key] = document


def _line(record: Mapping[str, object], before: int) -> bytes:
    rest = encode(record)[1:].encode("ascii")
    return b'{"crc":"%08x",%b\n' % (zlib.crc32(rest, before), rest)


def _check(line: bytes) -> int:
    return int(line[_PREFIX - 10 : _PREFIX - 2], 16)
