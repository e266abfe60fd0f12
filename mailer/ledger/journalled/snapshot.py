"""The snapshot: all documents as they stand, in one JSON file that plain TinyDB reads too.

It only makes opening fast; the journal goes on from it. Its last line is the SHA-256 of all before it: a
flipped bit inside a JSON string is still JSON.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mailer.errors import BadData
from mailer.failpoints import reach
from mailer.ledger.journalled import durable
from mailer.ledger.journalled.journal import Document, Position

_POSITION = "_position"
_DIGEST = "_digest"
"""Two more tables in the file: how far the journal had come, and the file's own checksum."""


def write(path: Path, tables: Mapping[str, Mapping[str, Document]], position: Position) -> None:
    """Replace the snapshot, whole or not at all.

    Args:
        path: Its name.
        tables: Every table's documents by their keys.
        position: The last line of the journal that is in them.
    """
    stand = {_POSITION: {"snapshot": {"seq": position.seq, "check": f"{position.check:08x}"}}, **tables}
    rows = (f"{json.dumps(name)}: {json.dumps(rows, allow_nan=False)},\n" for name, rows in stand.items())
    body = ("{" + "".join(rows)).encode("ascii")
    with durable.trouble("write the ledger's snapshot", path):
        beside = durable.stage(path, body + _last_line(body))
        reach("snapshot.before_rename")
        durable.put_in_place(beside, path)
    reach("snapshot.after_rename")


def read(path: Path) -> tuple[Position, dict[str, dict[str, Document]]]:
    """The snapshot's position and tables; position 0 and no tables when there is none.

    Raises:
        BadData: when it is not as it was written.
    """
    with durable.trouble("read the ledger's snapshot", path):
        if not path.exists():
            return Position(), {}
        data = path.read_bytes()
    return _parsed(data, path)


def _parsed(data: bytes, path: Path) -> tuple[Position, dict[str, dict[str, Any]]]:
    body = data[: data.rfind(b"\n") + 1]
    if data != body + _last_line(body):
        raise BadData(
            "the ledger's snapshot is not as campaign wrote it",
            fix=f"put your newest whole copy of {path.parent} back; nothing is sent until then",
            where=str(path),
        )
    tables = json.loads(data)
    del tables[_DIGEST]
    stand = tables.pop(_POSITION)["snapshot"]
    return Position(stand["seq"], int(stand["check"], 16)), tables


def _last_line(body: bytes) -> bytes:
    return b'"%b": {"snapshot": {"sha256": "%b"}}}' % (
        _DIGEST.encode(),
        hashlib.sha256(body).hexdigest().encode(),
    )
