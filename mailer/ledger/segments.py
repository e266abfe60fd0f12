"""Keeps mails sent and received byte for byte: a retry is the same letter, and a reading can be repeated.

A segment is a file that only grows. A record is a line with the mail's length and SHA-256, then the mail,
then a line end. What a crash leaves at the end of a segment belongs to no record, and does no harm.
"""

import hashlib
import os
from pathlib import Path
from typing import Protocol

from mailer.errors import BadData
from mailer.ledger.journalled import durable
from mailer.nouns import Place

FULL = 64_000_000
"""Bytes from which the next segment is begun: small enough to copy or rewrite in one go, and few files."""

_HEAD = len("0123456789 ") + 64 + 1


class Mails(Protocol):
    """Where the bytes of mails are."""

    def append(self, raw: bytes) -> Place:
        """Keep a mail and say where."""
        ...

    def read(self, place: Place) -> bytes:
        """The mail that was put there."""
        ...


class Segments:
    """The folder `mail/`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def append(self, raw: bytes) -> Place:
        """Keep a mail; return once it is on the disk. Ask only while it is your turn.

        Raises:
            CampaignError: when the disk does not let us.
        """
        path = self._open_segment()
        with durable.trouble("keep a copy of a mail", path):
            new = not path.exists()
            fd = durable.open_private(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            try:
                offset = os.fstat(fd).st_size
                durable.write_all(fd, b"%b%b\n" % (_head(raw), raw))
                durable.sync(fd)
            finally:
                os.close(fd)
            if new:
                durable.sync_folder(self._folder)
        return Place(path.name, offset, len(raw))

    def read(self, place: Place) -> bytes:
        """The very bytes.

        Raises:
            BadData: when they are missing or not as they were written.
        """
        path = self._folder / Path(place.segment).name
        with durable.trouble("read a mail's copy", path):
            data = _cut(path, place)
        raw = data[_HEAD:]
        if data[:_HEAD] != _head(raw):
            raise BadData(
                f"the copy of a mail at byte {place.offset} is missing or not as it was written",
                fix=f"put your newest whole copy of {self._folder.parent} back",
                where=str(path),
            )
        return raw

    def _open_segment(self) -> Path:
        last = max((path.name for path in self._folder.glob("*.mails")), default=_name(1))
        path = self._folder / last
        if path.exists() and path.stat().st_size >= FULL:
            return self._folder / _name(int(path.stem) + 1)
        return path


class InMemory:
    """Mails that a dry run "sends": kept in memory, with the real ones to be read below them."""

    _SEGMENT = "memory"

    def __init__(self, below: Mails) -> None:
        self._below = below
        self._mails: list[bytes] = []

    def append(self, raw: bytes) -> Place:
        """Keep a mail for as long as this object lives."""
        self._mails.append(raw)
        return Place(self._SEGMENT, len(self._mails) - 1, len(raw))

    def read(self, place: Place) -> bytes:
        """The very bytes."""
        return self._mails[place.offset] if place.segment == self._SEGMENT else self._below.read(place)


def _head(raw: bytes) -> bytes:
    return b"%010d %b\n" % (len(raw), hashlib.sha256(raw).hexdigest().encode("ascii"))


def _cut(path: Path, place: Place) -> bytes:
    if not path.exists():
        return b""
    fd = durable.open_private(path, os.O_RDONLY)
    try:
        return os.pread(fd, _HEAD + place.length, place.offset)
    finally:
        os.close(fd)


def _name(number: int) -> str:
    return f"{number:06d}.mails"
