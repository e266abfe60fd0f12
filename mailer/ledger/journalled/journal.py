"""The journal: one checksummed line for each change, on the disk before anybody is told that it happened.

A line is JSON: `{"crc":"89abcdef","seq":7,"change":{"table":{"key":document,"other key":null}}}`, null for a
removed document. The checksum covers the rest of its line *and* the checksum of the line before, so that a
lost, doubled or swapped line is noticed like a flipped bit. The first line is a heading: whose ledger it is,
which schema, and what the journal goes on from: nothing (number 0), or a line in the snapshot beside it.
"""

import json
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailer.errors import BadData, CampaignError
from mailer.failpoints import reach
from mailer.ledger.journalled import durable

SCHEMA = 1
"""The form of the documents; a ledger with a higher number was written by a newer program."""

_PREFIX = len('{"crc":"89abcdef",')
_LONGEST_HEADING = 4096

Document = dict[str, Any]
Changes = Mapping[str, Mapping[str, Document | None]]
"""Table, key, and the document as it is now; None when it is no more."""

Apply = Callable[[Changes], None]


@dataclass(frozen=True, slots=True)
class Position:
    """How far a history has come: the number of its last line, and that line's checksum."""

    seq: int = 0
    check: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """The first line: whose journal it is, in which schema, and what it goes on from."""

    ledger: str
    schema: int
    start: Position


@dataclass(frozen=True, slots=True)
class Entry:
    """One line that added up."""

    position: Position
    changes: Changes


class Journal:
    """The journal file, open for reading on and for appending.

    Attributes:
        heading: Its first line.
        position: The last line that was read or written here.
        broken: The disk has failed us; nothing more is done with this object.
    """

    def __init__(self, path: Path, said: list[str], *, onlooking: bool = False) -> None:
        """Open an existing journal and read its heading.

        Args:
            path: The file.
            said: Gets a sentence for whatever is mended.
            onlooking: Only look, at any time: nothing is mended, and a line half written is none.

        Raises:
            BadData: when it is empty, its heading is damaged, or a newer program wrote it.
            CampaignError: when the disk does not let us.
        """
        self.path = path
        self._said = said
        with durable.trouble("open the journal", path):
            self._fd = (
                os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
                if onlooking
                else durable.open_private(path, os.O_RDWR | os.O_APPEND)
            )
        self._onlooking = onlooking
        self._offset = self._lines = 0
        self.broken = False
        try:
            self.heading = self._read_heading()
        except BaseException:
            os.close(self._fd)
            raise
        self.position = self.heading.start

    @property
    def size(self) -> int:
        """Bytes in the file."""
        with durable.trouble("look at the journal", self.path):
            return os.fstat(self._fd).st_size

    def replaced(self) -> bool:
        """Whether another process has put a new journal in this one's place."""
        with durable.trouble("find the journal", self.path):
            ours, there = os.fstat(self._fd), self.path.stat()
        return (ours.st_dev, ours.st_ino) != (there.st_dev, there.st_ino)

    def has_news(self) -> bool:
        """Whether lines have come that were not read here."""
        return self.size != self._offset

    def news(self) -> Iterator[Entry]:
        """The lines that were not read here yet. Ask only while it is your turn: a torn tail is mended.

        Raises:
            BadData: when a line does not add up.
            CampaignError: when the disk does not let us, or did not let us before.
        """
        self._refuse_if_broken()
        if self.size < self._offset:
            raise self._damaged(self._lines, "has lost lines that were there a moment ago")
        with durable.trouble("read the journal", self.path), open(self._fd, "rb", closefd=False) as file:
            file.seek(self._offset)
            for line in file:
                if not line.endswith(b"\n"):
                    yield from () if self._onlooking else self._mend(line)
                    return
                yield from self._take(line)

    def append(self, changes: Changes, apply: Apply, *, sync: bool) -> None:
        """Write one line for all these changes. Ask only while it is your turn, with all news read.

        Args:
            changes: JSON values throughout.
            apply: Gets them once they are written, just as anybody gets them who reads the journal.
            sync: Return only when it is on the disk itself. Otherwise the operating system has it, and it
                outlives this process, but not a power cut.

        Raises:
            TypeError, ValueError: when a document is no JSON; nothing was written.
            CampaignError: when the disk does not let us. From then on this object refuses everything: after
                a failed sync Linux reports the next one as good although the bytes are lost.
        """
        self._refuse_if_broken()
        record = {"seq": self.position.seq + 1, "change": changes}
        line = _line(record, self.position.check)
        self._write(line, sync=sync)
        apply(json.loads(line)["change"])
        # Only now: were we interrupted in between (Ctrl-C), the line would be read as news.
        self._advance(line)

    def close(self) -> None:
        """Close the file."""
        self._fd = durable.close(self._fd)

    def _read_heading(self) -> Heading:
        data = os.pread(self._fd, _LONGEST_HEADING, 0)
        if not data.strip(b"\0"):
            raise self._damaged(0, "is empty")
        line = data[: data.find(b"\n") + 1]
        if not _adds_up(line, 0):
            raise self._damaged(1, "is damaged in its first line")
        record = json.loads(line)
        if record["schema"] > SCHEMA:
            raise BadData(
                "this ledger was written by a newer version of campaign",
                fix="bring this installation up to date, then run the same command again",
                where=str(self.path),
            )
        self._offset, self._lines = len(line), 1
        start = Position(record["seq"], int(record["check"], 16))
        return Heading(record["ledger"], record["schema"], start)

    def _take(self, line: bytes) -> Iterator[Entry]:
        if not _adds_up(line, self.position.check):
            raise self._damaged(self._lines + 1, "does not add up from here on")
        record = json.loads(line)
        yield Entry(Position(record["seq"], _check(line)), record["change"])
        # Only now: whoever is interrupted before it has used the entry meets it again.
        self._advance(line)

    def _mend(self, tail: bytes) -> Iterator[Entry]:
        """Deal with a last line that has no end: its writer died, or its disk was full, half-way."""
        whole = _adds_up(tail + b"\n", self.position.check)
        if not whole and _adds_up(tail[:-1] + b"\n", self.position.check):
            # Every byte is there, and in place of the line's end stands another: no crash does that.
            raise self._damaged(self._lines + 1, "does not add up from here on")
        reach("repair.before_truncate")
        with durable.trouble("mend the journal's last line", self.path):
            if whole:
                durable.write_all(self._fd, b"\n")
            else:
                os.ftruncate(self._fd, self._offset)
            durable.sync(self._fd)
        if whole:
            self._said.append("The journal's last line had lost only its end, which was put back.")
            yield from self._take(tail + b"\n")
        else:
            self._said.append(
                f"The journal ended in half a line of {len(tail)} bytes, left by a crash or a full disk;"
                " it was cut off. Nothing that had been reported as done was in it."
            )

    def _write(self, line: bytes, *, sync: bool) -> None:
        try:
            with durable.trouble("write to the ledger", self.path):
                durable.write_all(self._fd, line)
                if sync:
                    durable.sync(self._fd)
        except CampaignError:
            self.broken = True
            raise

    def _advance(self, line: bytes) -> None:
        self.position = Position(self.position.seq + 1, _check(line))
        self._offset += len(line)
        self._lines += 1

    def _refuse_if_broken(self) -> None:
        if self.broken:
            raise CampaignError(
                "the ledger could not be written a moment ago, so nothing more is done",
                fix="run the same command again: it begins by looking at what was kept",
                where=str(self.path),
            )

    def _damaged(self, line: int, how: str) -> BadData:
        return BadData(
            f"the ledger's journal {how}",
            fix=f"put your newest whole copy of {self.path.parent} back; nothing is sent until then",
            where=f"{self.path}:{line}" if line else str(self.path),
        )


def begin(path: Path, ledger: str, start: Position, *first: Changes) -> None:
    """Put a new journal in place, whole or not at all.

    Args:
        path: The journal's name; a journal that stands there is replaced.
        ledger: The ledger's id.
        start: What it goes on from.
        first: Changes that it begins with, a line each.
    """
    check = f"{start.check:08x}"
    lines = [_line({"ledger": ledger, "schema": SCHEMA, "seq": start.seq, "check": check}, 0)]
    before = start.check
    for number, changes in enumerate(first, start.seq + 1):
        lines.append(_line({"seq": number, "change": changes}, before))
        before = _check(lines[-1])
    with durable.trouble("begin a journal", path):
        durable.put_in_place(durable.stage(path, b"".join(lines)), path)


def owner(path: Path) -> str:
    """The id of the ledger that a journal belongs to."""
    opened = Journal(path, [])
    opened.close()
    return opened.heading.ledger


def _line(record: Mapping[str, object], before: int) -> bytes:
    # ASCII throughout: what strangers write may hold half a surrogate pair, which has no bytes in UTF-8.
    rest = json.dumps(record, separators=(",", ":"), allow_nan=False)[1:].encode("ascii")
    return b'{"crc":"%08x",%b\n' % (zlib.crc32(rest, before), rest)


def _adds_up(line: bytes, before: int) -> bool:
    return line[:_PREFIX] == b'{"crc":"%08x",' % zlib.crc32(line[_PREFIX:-1], before)


def _check(line: bytes) -> int:
    return int(line[_PREFIX - 10 : _PREFIX - 2], 16)
