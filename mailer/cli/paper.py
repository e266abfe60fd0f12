"""What is printed on: a terminal, a pipe, a full disk, or nothing where the shell has closed it.

Output that cannot be written is an error, for nobody would see what was asked for. Talk that cannot be
written is lost: nothing that is being done stops for want of a listener.
"""

import os
import re
import sys
from dataclasses import dataclass
from typing import TextIO

from mailer.errors import CampaignError

PIPED_WIDTH = 120
"""Columns when nobody says how wide the paper is; a terminal and `COLUMNS` do."""

NARROWEST = 20
"""Columns below which nothing could be laid out."""

_SIGNS = str.maketrans("█▒░×·─━•“”’", "#~.x---*'''") | {ord("…"): "...", ord("→"): "->"}
"""Our own signs, and what stands for them on paper that cannot show them (`PYTHONIOENCODING=ascii`)."""

_BLANKS = re.compile(r" +$", re.MULTILINE)


class ReaderGone(Exception):
    """Nobody reads our output any more: `campaign list | head` has seen enough, and that is no error."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A stream to print on, as far as we and rich need one.

    Attributes:
        stream: None when the shell has closed it (`>&-`).
        talk: Whether it is talk, which may be lost, and no output.
        trim: Take off the blanks with which rich fills the ends of lines.
    """

    stream: TextIO | None
    talk: bool = False
    trim: bool = False

    @property
    def encoding(self) -> str:
        """The characters that it can show."""
        return (self.stream and self.stream.encoding) or "ascii"

    @property
    def width(self) -> int:
        """Columns: as `COLUMNS` says, else as the terminal is."""
        columns = os.environ.get("COLUMNS", "")
        if columns.isdecimal():
            return max(int(columns), NARROWEST)
        try:
            return max(os.get_terminal_size(self.fileno()).columns, NARROWEST)
        except OSError:
            return PIPED_WIDTH

    def isatty(self) -> bool:
        """Whether a person may be looking on."""
        return self.stream is not None and self.stream.isatty()

    def fileno(self) -> int:
        """The number of its file.

        Raises:
            OSError: when it is closed.
        """
        if self.stream is None:
            raise OSError("closed")
        return self.stream.fileno()

    def write(self, text: str) -> int:
        """Write text, with stand-ins for what it cannot show.

        Raises:
            ReaderGone: nobody reads it any more.
            CampaignError: it takes no more for another reason.
        """
        text = _BLANKS.sub("", text) if self.trim else text
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            text = text.translate(_SIGNS).encode(self.encoding, "replace").decode(self.encoding)
        try:
            self._open.write(text)
        except OSError as error:
            self._give_up(error)
        return len(text)

    def write_bytes(self, raw: bytes) -> None:
        """Write bytes as they are; raises what `write` raises."""
        try:
            self._open.flush()
            self._open.buffer.write(raw)
        except OSError as error:
            self._give_up(error)

    def flush(self) -> None:
        """Hand over what was written; raises what `write` raises."""
        try:
            if self.stream:
                self.stream.flush()
        except OSError as error:
            self._give_up(error)

    @property
    def _open(self) -> TextIO:
        if self.stream is None:
            raise OSError("the shell has closed it")
        return self.stream

    def _give_up(self, error: OSError) -> None:
        if self.stream:
            # What is still held back goes nowhere; Python would stumble over it once more when it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.stream.fileno())
        if self.talk:
            return
        if isinstance(error, BrokenPipeError):
            raise ReaderGone from error
        raise CampaignError(
            f"nothing can be written to the standard output: {error.strerror or error}"
        ) from error


def paper(*, trim: bool = False) -> Paper:
    """The paper for data: standard output."""
    return Paper(sys.stdout, trim=trim)


def margin() -> Paper:
    """The paper for progress, advice and questions: standard error."""
    return Paper(sys.stderr, talk=True, trim=sys.stderr is not None and not sys.stderr.isatty())


def somebody_types() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin is not None and sys.stdin.isatty()


def fill_gaps() -> None:
    """Open what the shell has closed, into the void.

    Otherwise the programs that we start (`password_cmd`) would have nothing to write to, and the next file to
    be opened, the ledger's perhaps, would get the number to which a dying interpreter writes its last words.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # noqa: FBT003 - the library's own way
