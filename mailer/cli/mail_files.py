"""Finds mails in files and folders: single ones, those of a Maildir, and the many of one mbox file."""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

LARGEST = 1_000_001
"""So many bytes of one mail are read: one more than are examined, so that the reader notes what it left."""

_LONGEST_LINE = 64_000
_MBOX = {".mbox", ".mbx"}

STDIN = "-"


def mails_in(name: str, folder: Path) -> Iterator[tuple[str, bytes | OSError]]:
    """Every mail of a file or a folder, with the name to call it by.

    Args:
        name: As typed; `-` is standard input.
        folder: Where names begin.

    Yields:
        The file's path and the mail's bytes, or why it cannot be read; of an mbox, the path with the mail's
        number after `#`.
    """
    try:
        if name == STDIN:
            yield STDIN, _standard_input()
        elif stat.S_ISDIR((folder / name).stat().st_mode):
            for path in _files_below(folder / name):
                yield from _of_file(str(Path(name, path.relative_to(folder / name))), path)
        else:
            yield from _of_file(name, folder / name)
    except OSError as error:
        yield name, error
    except ValueError as error:  # a zero byte in the name
        yield name, OSError(str(error))


def _standard_input() -> bytes:
    return sys.stdin.buffer.read(LARGEST) if sys.stdin else b""


def _files_below(folder: Path) -> Iterator[Path]:
    """The files of a folder and those below it, in order of their names, and folders that do not open.

    Hidden ones and links are left out, and what a Maildir has not finished to write.
    """
    closed: list[Path] = []
    for here, below, names in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        below[:] = sorted(name for name in below if not name.startswith(".") and name != "tmp")
        yield from (Path(here, name) for name in sorted(names) if _is_mail(Path(here, name)))
    yield from closed


def _is_mail(path: Path) -> bool:
    return not path.name.startswith(".") and path.is_file() and not path.is_symlink()


def _of_file(name: str, path: Path) -> Iterator[tuple[str, bytes | OSError]]:
    try:
        with path.open("rb") as file:
            if path.suffix.lower() in _MBOX or path.name.lower() == "mbox":
                for number, mail in enumerate(_of_mbox(file), 1):
                    yield f"{name}#{number}", mail
            else:
                yield name, file.read(LARGEST)
    except OSError as error:
        yield name, error


def _of_mbox(file: BinaryIO) -> Iterator[bytes]:
    """The mails of an mbox file (RFC 4155): each begins with a line `From …` after an empty one."""
    mail: list[bytes] = []
    size, blank = 0, True
    while line := file.readline(_LONGEST_LINE):
        if blank and line.startswith(b"From "):
            if mail:
                yield b"".join(mail)
            mail, size = [], 0
        if size < LARGEST:
            mail.append(line.removeprefix(b">") if line.startswith(b">From ") else line)
            size += len(line)
        blank = not line.strip()
    if mail:
        yield b"".join(mail)
