"""Keeps mails sent and received byte for byte: a retry is the same letter, and a reading can be repeated.

A segment is a file that only grows. A record is a line with the mail's length and SHA-256, then the mail,
then a line end. What a crash leaves at the end of a segment belongs to no record, and does no harm.
"""

import hashlib
import os
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Protocol

from mailer.errors import BadData
from mailer.ledger.journalled import durable
from mailer.nouns import Place

FULL = 64_000_000
"""Bytes from which the next segment is begun: small enough to copy or rewrite in one go, and few files."""

FORGOTTEN = Place("", 0, 0)
"""The place of a mail that was destroyed because somebody asked to be forgotten."""

_HEAD = len("0123456789 ") + 64 + 1


class Mails(Protocol):
    """Where the bytes of mails are."""

    def append(self, raw: bytes) -> Place:
        """Write a mail down and say where; it is kept once `sync` returns."""
        ...

    def sync(self) -> None:
        """Return once all mails that were written here are on the disk."""
        ...

    def read(self, place: Place) -> bytes:
        """The mail that was put there."""
        ...

    def renew(self, stay: Collection[Place]) -> tuple[Mapping[Place, Place], tuple[str, ...]]:
        """Part the mails that stay from all others; the new places, and the segments to destroy."""
        ...

    def destroy(self, names: Iterable[str]) -> None:
        """Remove segments."""
        ...

    def close(self) -> None:
        """Let go of them."""
        ...


class Segments:
    """The folder `mail/`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unsynced: dict[Path, int] = {}
        self._latest: Path | None = None
        self._new = False

    def append(self, raw: bytes) -> Place:
        """Write a mail down; `sync` sees that it is on the disk. Ask only while it is your turn.

        Raises:
            CampaignError: when the disk does not let us.
        """
        path = self._latest = self._open_segment()
        with durable.trouble("keep a copy of a mail", path):
            if path not in self._unsynced:
                self._new = self._new or not path.exists()
                self._unsynced[path] = durable.open_private(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            fd = self._unsynced[path]
            offset = os.fstat(fd).st_size
            durable.write_all(fd, _record(raw))
        return Place(path.name, offset, len(raw))

    def sync(self) -> None:
        """Return once all mails that were written here are on the disk.

        Raises:
            CampaignError: when the disk does not let us.
        """
        try:
            for path, fd in self._unsynced.items():
                with durable.trouble("keep a copy of a mail", path):
                    durable.sync(fd)
            if self._new:
                with durable.trouble("keep a copy of a mail", self._folder):
                    durable.sync_folder(self._folder)
        finally:
            self.close()

    def close(self) -> None:
        """Nothing stays open once all is on the disk."""
        unsynced, self._unsynced = self._unsynced, {}
        self._latest, self._new = None, False
        for fd in unsynced.values():
            os.close(fd)

    def read(self, place: Place) -> bytes:
        """The very bytes.

        Raises:
            BadData: when they are missing, not as they were written, or destroyed on purpose.
        """
        if place == FORGOTTEN:
            raise BadData("this mail was destroyed because somebody who is in it asked to be forgotten")
        path = self._folder / Path(place.segment).name
        with durable.trouble("read a mail's copy", path):
            data = _cut(path, place)
        raw = data[_HEAD:]
        if data[:_HEAD] != _head(raw):
            raise BadData(
                f"the copy of a mail at byte {place.offset} is missing or not as it was written",
                fix="campaign audit says whose copy it is, and what that means",
                where=str(path),
            )
        return raw

    def renew(self, stay: Collection[Place]) -> tuple[Mapping[Place, Place], tuple[str, ...]]:
        """Write the mails that stay into new segments, wherever anything stands beside them that does not.

        What no record names is not kept either: the mail of a letter that was never claimed, half a mail that
        a crash left. Ask only while it is your turn.

        Args:
            stay: The mails that records name and that are not to go.

        Returns:
            The new place of each mail that has moved, once it is on the disk; and the names of the segments
            that hold what must go, for `destroy`.

        Raises:
            BadData: when a mail that should stay is not as it was written.
            CampaignError: when the disk does not let us.
        """
        with durable.trouble("write copies of mails anew", self._folder):
            used = Counter[str]()
            for place in set(stay):
                used[place.segment] += _HEAD + place.length + 1
            mixed = {path.name for path in self._segments() if path.stat().st_size != used[path.name]}
            moving = sorted({p for p in stay if p.segment in mixed}, key=lambda p: (p.segment, p.offset))
            return (self._copied(moving) if mixed else {}), tuple(sorted(mixed))

    def destroy(self, names: Iterable[str]) -> None:
        """Remove segments; those that are gone already are no matter."""
        with durable.trouble("destroy copies of mails", self._folder):
            for name in names:
                (self._folder / Path(name).name).unlink(missing_ok=True)
            durable.sync_folder(self._folder)

    def _copied(self, places: Iterable[Place]) -> Mapping[Place, Place]:
        # A segment is begun even for nothing: the next mail must not go into one that is to be destroyed.
        number = int(self._segments()[-1].stem)
        moved: dict[Place, Place] = {}
        for batch in _batches(places):
            number += 1
            moved |= self._written(self._folder / _name(number), batch)
        durable.sync_folder(self._folder)
        return moved

    def _written(self, path: Path, places: Iterable[Place]) -> Mapping[Place, Place]:
        """Copy mails into a new segment; return once they are on the disk, but for the segment's name."""
        moved: dict[Place, Place] = {}
        end = 0
        fd = durable.open_private(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            for place in places:
                record = _record(self.read(place))
                durable.write_all(fd, record)
                moved[place] = Place(path.name, end, place.length)
                end += len(record)
            durable.sync(fd)
        except BaseException:
            path.unlink()
            raise
        finally:
            os.close(fd)
        return moved

    def _segments(self) -> list[Path]:
        return sorted(self._folder.glob("*.mails"))

    def _open_segment(self) -> Path:
        # Until `sync` that of the mail before, unless it is full: a search takes longer than the writing.
        if self._latest and os.fstat(self._unsynced[self._latest]).st_size < FULL:
            return self._latest
        with durable.trouble("find the copies of mails", self._folder):
            # Not `_segments`: this is done for each letter or two, and pathlib takes twenty times as long.
            with os.scandir(self._folder) as files:
                last = max((file.name for file in files if file.name.endswith(".mails")), default="")
            path = self._folder / (last or _name(1))
            if last and path.stat().st_size >= FULL:
                return self._folder / _name(int(path.stem) + 1)
        return path


class Fleeting:
    """Mails that a dry run "sends": gone when it ends, with the real ones to be read below them."""

    _SEGMENT = "fleeting"

    def __init__(self, below: Mails) -> None:
        self._below = below
        self._mails: IO[bytes] | None = None

    def append(self, raw: bytes) -> Place:
        """Keep a mail for as long as this object lives."""
        with durable.trouble("keep a copy of a mail", Path(tempfile.gettempdir())):
            # A hundred thousand letters do not fit into memory. The file has no name, and dies with us.
            self._mails = self._mails or tempfile.TemporaryFile()  # noqa: SIM115 - see `close`
            offset = self._mails.seek(0, os.SEEK_END)
            self._mails.write(raw)
        return Place(self._SEGMENT, offset, len(raw))

    def sync(self) -> None:
        """Nothing of this is to last."""

    def read(self, place: Place) -> bytes:
        """The very bytes."""
        if place.segment != self._SEGMENT or self._mails is None:
            return self._below.read(place)
        self._mails.seek(place.offset)
        return self._mails.read(place.length)

    def renew(self, stay: Collection[Place]) -> tuple[Mapping[Place, Place], tuple[str, ...]]:  # noqa: ARG002 - all goes with this object
        """Nothing of this is kept anyway."""
        return {}, ()

    def destroy(self, names: Iterable[str]) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Let go of them."""
        if self._mails:
            self._mails.close()


def _record(raw: bytes) -> bytes:
    return b"%b%b\n" % (_head(raw), raw)


def _batches(places: Iterable[Place]) -> Iterator[list[Place]]:
    """The places in lots of about a segment each; a lot without any when there are none."""
    batch: list[Place] = []
    size = 0
    for place in places:
        batch.append(place)
        size += place.length
        if size >= FULL:
            yield batch
            batch, size = [], 0
    yield batch


def _head(raw: bytes) -> bytes:
    return b"%010d %b\n" % (len(raw), hashlib.sha256(raw).hexdigest().encode("ascii"))


def _cut(path: Path, place: Place) -> bytes:
    try:
        fd = durable.open_private(path, os.O_RDONLY)
    except FileNotFoundError:
        return b""
    try:
        return os.pread(fd, _HEAD + place.length, place.offset)
    finally:
        os.close(fd)


def _name(number: int) -> str:
    return f"{number:06d}.mails"
