"""The snapshot: all documents as they stand, in one JSON file that plain TinyDB reads too.

It only makes opening fast; the journal goes on from it. Each document stands in a line of its own. The last
line is the SHA-256 of all before it: a flipped bit inside a JSON string is still JSON.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from mailer.failpoints import reach
from mailer.ledger.journalled import durable
from mailer.ledger.journalled.lines import Document, Form, Position, Tables, decode, kept
from mailer.ledger.journalled.refusals import newer, spoilt

_POSITION = "_position"
_DIGEST = "_digest"
"""Two more tables in the file: what it says of itself, and its own checksum."""

_END = b"},\n"
"""The line that ends a table; one that begins a table ends with a brace, and any other holds a document."""

_AT_ONCE = 500
"""So many documents are turned into JSON, or out of it, at a time: quick, and little memory."""


@dataclass(frozen=True, slots=True)
class Stand:
    """What a snapshot says of itself.

    Attributes:
        position: How far the journal had come.
        form: The number of the documents' form.
        owner: Whose it is; empty in those of the first form, which did not say so.
    """

    position: Position
    form: int
    owner: str = ""


def write(path: Path, tables: Mapping[str, Mapping[str, Document]], stand: Stand) -> None:
    """Replace the snapshot, whole or not at all.

    Args:
        path: Its name.
        tables: Every table's documents by their keys.
        stand: Which line of the journal is the last in them, and their form.
    """
    with durable.trouble("write the ledger's snapshot", path):
        beside = durable.stage(path, _pieces(tables, stand))
        reach("snapshot.before_rename")
        durable.put_in_place(beside, path)
    reach("snapshot.after_rename")


def read(path: Path, form: Form) -> tuple[Stand | None, Tables]:
    """The snapshot's stand and its tables, in the form of today; None and no tables when there is none.

    Raises:
        BadData: when it is not as it was written, or a newer program wrote it.
    """
    with durable.trouble("read the ledger's snapshot", path):
        if not path.exists():
            return None, {}
        with path.open("rb") as file:
            tables = _read(file)
    if tables is None:
        raise spoilt(path)
    itself = tables.pop(_POSITION)["snapshot"]
    # Those of the first form did not say so.
    position = Position(itself["seq"], int(itself["check"], 16))
    stand = Stand(position, itself.get("schema", 1), itself.get("ledger", ""))
    if stand.form > form.number:
        raise newer(path)
    if stand.form < form.number:
        tables = {
            name: {key: form.upgrade(name, key, document, stand.form) for key, document in rows.items()}
            for name, rows in tables.items()
        }
    return stand, tables


def _pieces(tables: Mapping[str, Mapping[str, Document]], stand: Stand) -> Iterator[bytes]:
    """The file, some documents at a time: all of it at once would need as much memory again."""
    at, digest = stand.position, hashlib.sha256()
    itself = {"seq": at.seq, "check": f"{at.check:08x}", "schema": stand.form, "ledger": stand.owner}
    yield _hashed(digest, b'{"%b": {"snapshot": %b},\n' % (_POSITION.encode(), kept(itself)[0]))
    for name, rows in tables.items():
        yield _hashed(digest, b"%b: {\n" % kept(name)[0])
        left = iter(rows.items())
        before = b""
        while some := list(islice(left, _AT_ONCE)):
            lines = b",\n".join(b"%b: %b" % (kept(key)[0], kept(document)[0]) for key, document in some)
            yield _hashed(digest, before + lines)
            before = b",\n"
        yield _hashed(digest, b"\n" + _END if rows else _END)
    yield _last_line(digest)


def _hashed(digest: "hashlib._Hash", piece: bytes) -> bytes:
    digest.update(piece)
    return piece


def _read(file: BinaryIO) -> Tables | None:
    """The tables, the file's own among them; None when a single byte of it is not as it was written."""
    digest, tables, last = hashlib.sha256(), Tables(), b""
    rows: dict[str, Document] | None = None
    some: list[bytes] = []
    try:
        for line in file:
            if not line.endswith(b"\n"):
                last = line
                break
            digest.update(line)
            if rows is None and line.endswith(b"{\n"):
                rows = tables.setdefault(decode(line[: line.rindex(b":")]), {})
            elif rows is None:  # a table in one line, as all were in the first form
                tables.update(_object(line.removeprefix(b"{")))
            else:
                ends = line == _END
                some += [] if ends else [line]
                if ends or len(some) == _AT_ONCE:
                    rows.update(_object(*some))
                    some.clear()
                rows = None if ends else rows
        return tables if last == _last_line(digest) else None
    except (ValueError, TypeError):
        return None


def _object(*lines: bytes) -> Tables:
    found: Tables = decode(b"{%b}" % b"".join(lines).rstrip(b",\n"))
    return found


def _last_line(digest: "hashlib._Hash") -> bytes:
    return b'"%b": {"snapshot": {"sha256": "%b"}}}' % (_DIGEST.encode(), digest.hexdigest().encode())
