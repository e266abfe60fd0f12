"""Opens the fellow's files, and only those: plain files of a sensible size inside her workspace."""

import codecs
import contextlib
import os
import stat
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mailer.nouns import Problem, nearest

TABLE_LIMIT = 100_000_000
"""Bytes; a federation of 100,000 groups fills a quarter of it."""
ENCLOSURE_LIMIT = 10_000_000
"""Bytes of a file that goes with letters; many servers take no letter that is longer."""
TEXT_LIMIT = 1_000_000
"""Bytes of a campaign, a template or the settings; nobody writes a letter of that length."""


def only(root: Path, files: Sequence[str]) -> str | Problem:
    """The one of several files that there is.

    Args:
        root: The workspace, resolved.
        files: Where it may stand; the first is where it is missed.

    Returns:
        The file; or the problem that there is none, or more than one, between which she has to choose.
    """
    there = [file for file in files if os.path.lexists(root / file)]
    if not there:
        fix = "save your table of groups there; `campaign init` in an empty folder shows one"
        near = _nearly(root, files)
        return Problem(
            files[0], 0, 0, "this file is missing", f"rename {near[0]} to {near[1]}" if near else fix
        )
    if len(there) > 1:
        # Their dates do not tell which one counts: a copy of the sample can be newer than her own table.
        away = " or ".join(f"mv {file} {'-old.'.join(file.rsplit('.', 1))}" for file in there)
        what = f"there is more than one table: {', '.join(there)}"
        return Problem(there[0], 0, 0, what, f"keep the one that counts, and move the other away: {away}")
    return there[0]


def _nearly(root: Path, files: Sequence[str]) -> tuple[str, str] | None:
    """A file whose name differs only in capitals from one of those looked for, and that one."""
    sought = {file.lower(): file for file in files}
    for folder in {(root / file).parent for file in files}:
        with contextlib.suppress(OSError):  # a folder that she may not list is named where its file is read
            for path in sorted(folder.iterdir()):
                if meant := sought.get(str(path.relative_to(root)).lower()):
                    return path.name, Path(meant).name
    return None


def read_bytes(root: Path, file: str, limit: int) -> bytes | Problem:
    """The bytes of a file of the workspace.

    Args:
        root: The workspace, resolved.
        file: Relative to it, such as `campaigns/groups.csv`.
        limit: A longer file is not read.

    Returns:
        The bytes, or the problem that stands in the way. A link that leads out of the workspace, a pipe and a
        device are problems too: the first brings in what the fellow did not mean, the others never end.
    """
    path = root / file
    try:
        if not path.resolve(strict=True).is_relative_to(root):
            return Problem(
                file, 0, 0, "this is a link that leads out of the workspace", "put the file itself here"
            )
        # O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as stream:
            about = os.fstat(stream.fileno())
            if not stat.S_ISREG(about.st_mode):
                return Problem(file, 0, 0, "this is no plain file", "move it away and put a plain file here")
            # A sparse file of 2 GB costs nobody anything, until it is read.
            content = stream.read(limit + 1) if about.st_size <= limit else None
    except FileNotFoundError:
        return Problem(file, 0, 0, "this file is missing")
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: a link to itself; ValueError: a NUL
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        return Problem(file, 0, 0, f"this file cannot be read ({reason})", "see who owns it: ls -l")
    if content is None or len(content) > limit:
        size = f"this file is longer than {limit // 1_000_000} MB"
        return Problem(file, 0, 0, size, "look whether it is the file you meant")
    return content


def read_enclosure(root: Path, name: str) -> bytes | Problem:
    """The bytes of a file in `templates/` that is to go with letters.

    Args:
        root: The workspace, resolved.
        name: Relative to `templates/`, such as `flyer.pdf`.

    Returns:
        The bytes, or the problem that stands in the way; a link that leads out of `templates/` is one, too,
        so that nobody is sent the table or the ledger.
    """
    folder, file = root / "templates", f"templates/{name}"
    content = read_bytes(root, file, ENCLOSURE_LIMIT)
    if isinstance(content, bytes) and not (folder / name).resolve().is_relative_to(folder.resolve()):
        return Problem(file, 0, 0, "this is a link that leads out of templates/", "put the file itself there")
    if isinstance(content, Problem) and not os.path.lexists(folder / name):
        near = nearest(name, _there(folder))
        fix = f"did you mean {near}?" if near else "put it there, or take its name out here"
        return replace(content, fix=content.fix or fix)
    return content


def _there(folder: Path) -> list[str]:
    """The files of a folder that are no templates; none where it cannot be looked into."""
    with contextlib.suppress(OSError):
        return sorted(path.name for path in folder.iterdir() if path.suffix != ".md")
    return []


def read_text(root: Path, file: str) -> str | Problem:
    """The text of a UTF-8 file of the workspace, with line ends made LF and without a byte order mark."""
    content = read_bytes(root, file, TEXT_LIMIT)
    if isinstance(content, Problem):
        return content
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = "this line is not in UTF-8, so its letters beyond a to z cannot be told"
        return Problem(file, line, 0, what, 'save the file as "UTF-8"')
    return text.replace("\r\n", "\n").replace("\r", "\n")
