"""The journal: one checksummed line for each change, on the disk before anybody is told that it happened.

The file is laid out ahead: behind its last line stand NULs, and the next line is written over them. So a
line costs the disk one write and no new length, and there is room for what must still be said when the disk
is full. Whoever closes the journal last takes the NULs away; a crash leaves them, and they mean nothing.
"""

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from mailer.failpoints import reach
from mailer.ledger.journalled import durable
from mailer.ledger.journalled.lines import (
    Changes,
    Entry,
    Form,
    Heading,
    Position,
    entry_line,
    position_after,
    read_changes,
    read_heading,
)
from mailer.ledger.journalled.locks import lock
from mailer.ledger.journalled.refusals import damaged, given_up, newer

ROOM = 16_384
"""Bytes that stay laid out behind a change that asks for it: enough to say what came of it."""

STEP = 65_536
"""Bytes that are laid out at a time."""

MOST_LOOSE = 64
"""So many lines at most are written before the disk is made to keep them: a power cut cannot take more."""

_LONGEST_HEADING = 4096
_FEW_LINES = 4096
_BLOCK = 65_536
_NUMBER = re.compile(rb'"seq":(\d{1,18}),')


class Journal:
    """The journal file, open for reading on and for appending.

    Attributes:
        heading: Its first line.
        position: The last line that was read or written here.
        length: Bytes up to the end of that line.
        broken: The disk has failed us; nothing more is done with this object.
    """

    def __init__(
        self,
        path: Path,
        form: Form,
        said: list[str],
        seen: Position | None = None,
        *,
        onlooking: bool = False,
    ) -> None:
        """Open an existing journal and read its heading.

        Args:
            path: The file.
            form: What its documents are brought into.
            said: Gets a sentence for whatever is mended.
            seen: The last line that was certainly on the disk: no crash can have torn it or one before it.
            onlooking: Only look, at any time: nothing is mended, and a line half written is none.

        Raises:
            BadData: when it is empty, its heading is damaged, or a newer program wrote it.
            CampaignError: when the disk does not let us.
        """
        self.path, self._form, self._said, self._onlooking = path, form, said, onlooking
        self._seen = seen or Position()
        self.length = self._lines = self._loose = 0
        self.broken = self._tidy = False
        with durable.trouble("open the journal", path):
            self._fd = (
                os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
                if onlooking
                else durable.open_private(path, os.O_RDWR)
            )
        try:
            if not onlooking:
                fcntl.flock(self._fd, fcntl.LOCK_SH)  # it is in use: see `close`
            self.heading = self._read_heading()
        except BaseException:
            os.close(self._fd)
            raise
        self.position = self._written = self.heading.start
        self._own: tuple[int, Entry] | None = None

    def replaced(self) -> bool:
        """Whether another process has put a new journal in this one's place."""
        return os.fstat(self._fd).st_nlink == 0

    def has_news(self) -> bool:
        """Whether lines have come, or a new journal has. Two system calls: it is asked before every look."""
        file = os.fstat(self._fd)
        if file.st_nlink == 0 or file.st_size < self.length:
            return True
        return self._bytes(1, self.length) not in {b"", b"\0"}

    def news(self) -> Iterator[Entry]:
        """The lines that were not read here yet. Ask only while it is your turn: a torn tail is mended.

        Raises:
            BadData: when a line does not add up.
            CampaignError: when the disk does not let us, or did not let us before.
        """
        self._refuse_if_broken()
        if self._size() < self.length:
            raise damaged(self.path, "has lost lines that were there a moment ago", self._lines)
        for line in self._lines_to_come():
            if line.endswith(b"\n"):
                yield from self._take(line)
            elif not self._onlooking:
                yield from self._mend(line)

    def glance(self) -> Iterator[Entry]:
        """The lines not read here yet, up to one that does not add up, perhaps half written. Ask any time."""
        yield from self.written()
        if self.broken or not self.has_news() or self.replaced():
            return
        for line in self._lines_to_come():
            if not position_after(line, self.position):
                return
            yield from self._take(line)

    def end(self) -> Position:
        """Where it stands with all of its lines, read here or not, up to one that does not add up."""
        last, following = self.position, self._lines_to_come()
        while position := position_after(next(following, b""), last):
            last = position
        return last

    def written(self) -> Iterator[Entry]:
        """The line that was written here last, unless it was taken in already."""
        if self._own and not self.broken:
            length, entry = self._own
            yield entry
            self._advance(entry.position, length)

    def clear_tail(self) -> None:
        """Cut off what stands behind the NULs after the last line. Ask only in your turn, with all news read.

        A power cut may keep the end of a line and lose its beginning.

        Raises:
            BadData: when it is more than a power cut can tear.
        """
        if rest := self._rest():
            self._cut(len(rest.strip(b"\0")))
        self._tidy = True

    def append(self, changes: Changes, *, room: int = 0) -> None:
        """Write one line for all these changes. Ask only while it is your turn, with all news read.

        The operating system has it then, and it outlives this process, but not a power cut: that is for
        `keep`. It is taken in by `written`, or like anybody's by `glance`.

        Args:
            changes: JSON values throughout.
            room: So many bytes must stay laid out behind the line.

        Raises:
            TypeError, ValueError: when a document is no JSON; nothing was written.
            CampaignError: when there is no room, and nothing was written; or when the disk fails, as `keep`.
        """
        self._refuse_if_broken()
        line, entry = entry_line(changes, self.position)
        self._lay_out(len(line), room)
        self._do(durable.write_all, line, self.length)
        self._written, self._own = entry.position, (len(line), entry)
        self._loose += 1
        if self._loose > MOST_LOOSE:
            self.keep()

    def keep(self) -> Position:
        """See that all that was written or read here is on the disk itself.

        Returns:
            The last line that certainly is.

        Raises:
            CampaignError: when the disk fails. From then on this object refuses everything: after a failed
                sync Linux reports the next one as good although the bytes are lost.
        """
        self._refuse_if_broken()
        self._do(durable.sync)
        self._loose = 0
        return self._written if self._written.seq > self.position.seq else self.position

    def close(self) -> None:
        """Close the file; whoever is the last takes the NULs at its end away. A second time does nothing."""
        if self._fd < 0:
            return
        try:
            of_use = self._tidy and not self.broken and not self.replaced()
            # Nobody else has it open then; who opens it now, waits until it is closed.
            if of_use and self._size() > self.length and lock(self._fd) and not self.has_news():
                with durable.trouble("close the journal", self.path):
                    os.ftruncate(self._fd, self.length)
        finally:
            self._fd = durable.close(self._fd)

    def _do(self, act: Callable[..., None], *words: object) -> None:
        try:
            act(self._fd, *words)
        except OSError as error:
            self.broken = True
            raise durable.troubled("write to the ledger", self.path, error) from error

    def _size(self) -> int:
        return os.fstat(self._fd).st_size

    def _bytes(self, length: int, offset: int) -> bytes:
        try:
            return os.pread(self._fd, length, offset)
        except OSError as error:
            raise durable.troubled("read the journal", self.path, error) from error

    def _read_heading(self) -> Heading:
        data = self._bytes(_LONGEST_HEADING, 0)
        if not data.strip(b"\0"):
            raise damaged(self.path, "is empty")
        line = data[: data.find(b"\n") + 1]
        if (heading := read_heading(line)) is None:
            raise damaged(self.path, "is damaged in its first line", 1)
        if heading.form > self._form.number:
            raise newer(self.path)
        self.length, self._lines = len(line), 1
        return heading

    def _lines_to_come(self) -> Iterator[bytes]:
        """The lines behind those read; the last one may lack its end."""
        offset, rest, size = self.length, b"", _FEW_LINES
        while block := self._bytes(size, offset):
            offset, size = offset + len(block), _BLOCK
            text, nul, _ = block.partition(b"\0")
            *whole, rest = (rest + text).split(b"\n")
            for line in whole:
                yield line + b"\n"
            if nul:
                break
        if rest:
            yield rest

    def _take(self, line: bytes) -> Iterator[Entry]:
        if (position := position_after(line, self.position)) is None:
            raise damaged(self.path, "does not add up from here on", self._lines + 1)
        yield Entry(position, self._form.upgraded(read_changes(line), self.heading.form))
        # Only now: whoever is interrupted before it has used the entry meets it again.
        self._advance(position, len(line))

    def _mend(self, tail: bytes) -> Iterator[Entry]:
        """Deal with a last line that has no end: its writer died, or the power went, half-way."""
        if not position_after(tail + b"\n", self.position):
            if position_after(tail[:-1] + b"\n", self.position):
                # Every byte is there, and in place of the line's end stands another: no crash does that.
                raise damaged(self.path, "does not add up from here on", self._lines + 1)
            self._cut(len(tail))
            return
        reach("repair.before_truncate")
        with durable.trouble("mend the journal's last line", self.path):
            durable.write_all(self._fd, b"\n", self.length + len(tail))
            durable.sync(self._fd)
        self._said.append("The journal's last line had lost only its end, which was put back.")
        yield from self._take(tail + b"\n")

    def _cut(self, torn: int) -> None:
        """Cut off what stands behind the last line, unless it is more than a crash can have torn.

        Raises:
            BadData: when a line is gone that was once seen to be kept, or more lines than are ever loose.
        """
        numbers = [int(found) for found in _NUMBER.findall(self._rest())]
        if self._seen.seq > self.position.seq or max(numbers, default=0) > self.position.seq + MOST_LOOSE + 1:
            raise damaged(self.path, "does not add up from here on", self._lines + 1)
        reach("repair.before_truncate")
        with durable.trouble("mend the journal's last line", self.path):
            os.ftruncate(self._fd, self.length)
            durable.sync(self._fd)
        reach("repair.after_truncate")
        self._said.append(
            f"The journal ended in half a line of {torn} bytes, left by a crash or a full disk;"
            " it was cut off. Nothing that had been reported as done was in it."
        )

    def _rest(self) -> bytes:
        """What stands behind the last line, but for NULs at its end."""
        return self._bytes(self._size() - self.length, self.length).rstrip(b"\0")

    def _lay_out(self, length: int, room: int) -> None:
        """See that a line of `length` bytes and `room` behind it are laid out."""
        size, needed = self._size(), self.length + length + room
        if needed <= size or length > STEP:  # a long line is no letter's: it makes its own room
            return
        with durable.trouble("make room in the ledger", self.path):
            try:
                self._tidy = True
                durable.write_all(self._fd, bytes(needed + STEP - size), size)
            except OSError:
                # Perhaps there was room for this one, though not for many more.
                if self._size() < needed:
                    raise

    def _advance(self, position: Position, length: int) -> None:
        self.position, self._own = position, None
        self.length += length
        self._lines += 1

    def _refuse_if_broken(self) -> None:
        if self.broken:
            raise given_up(self.path)
