"""Puts bytes on the disk so that a power cut, a crash or a full disk cannot leave half of them unnoticed."""

import errno
import fcntl
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mailer.errors import BadSettings, CampaignError

_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700

_ADVICE = {
    errno.ENOSPC: "make room on the disk, then run the same command again",
    errno.EDQUOT: "make room in your quota, then run the same command again",
    errno.EIO: "the disk reports faults: copy the campaigns folder to another disk before anything else",
    errno.EROFS: "the disk is read-only; make it writable, then run the same command again",
    errno.EACCES: "see that the folder and all in it belong to you, then run the same command again",
    errno.EPERM: "see that the folder and all in it belong to you, then run the same command again",
}


@contextmanager
def trouble(doing: str, path: Path) -> Iterator[None]:
    """Turn what the disk complains about into our words.

    Args:
        doing: What was tried, as in "cannot …".
        path: The file or folder concerned.

    Raises:
        CampaignError: for any OSError inside.
    """
    try:
        yield
    except OSError as error:
        raise troubled(doing, path, error) from error


def troubled(doing: str, path: Path, error: OSError) -> CampaignError:
    """What the disk complains about, in our words; as `trouble`, where a `with` would cost too much."""
    advice = _ADVICE.get(error.errno or 0, "mend that, then run the same command again")
    return CampaignError(f"cannot {doing}: {error.strerror}", fix=advice, where=str(path))


def open_private(path: Path, flags: int) -> int:
    """Open a file that only its owner may read, whatever the umask; never through a symbolic link."""
    fd = os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, _PRIVATE_FILE)
    if stat.S_IMODE(os.fstat(fd).st_mode) != _PRIVATE_FILE:
        os.fchmod(fd, _PRIVATE_FILE)
    return fd


def make_private_folder(path: Path) -> None:
    """Make a folder that only its owner may enter, or close an existing one to others.

    Raises:
        BadSettings: as `close_to_others`.
    """
    path.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    close_to_others(path)


def close_to_others(path: Path) -> None:
    """See that only its owner may enter a folder.

    Raises:
        BadSettings: when it is a link to a folder that others may enter. That one is not closed: it may well
            be meant for them (/tmp, a shared disk).
    """
    if stat.S_IMODE(path.stat().st_mode) == _PRIVATE_FOLDER:
        return
    if path.is_symlink():
        raise BadSettings(
            "this is a link to a folder that others may enter, and mails are no business of theirs",
            fix=f"put the folder itself in the place of the link, or close it: chmod 700 {path.resolve()}",
            where=str(path),
        )
    path.chmod(_PRIVATE_FOLDER)


def close(fd: int) -> int:
    """Close a file.

    Returns:
        What to put in the number's place: the number itself soon belongs to another file, and using it then
        would write into that one.
    """
    os.close(fd)
    return -1


def write_all(fd: int, data: bytes, offset: int | None = None) -> None:
    """Write every byte: a single `write` may stop half-way, on a nearly full disk it does.

    Args:
        fd: The file.
        data: What to write.
        offset: Where; None for where the file stands.
    """
    done = 0
    left = memoryview(data)
    while left:
        written = os.write(fd, left) if offset is None else os.pwrite(fd, left, offset + done)
        done += written
        left = left[written:]


def sync(fd: int) -> None:
    """Return once the file's bytes and length are on the disk itself."""
    if sys.platform == "darwin":
        # There fsync stops at the drive's own cache, which a power cut empties.
        fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
    else:
        os.fdatasync(fd)


def sync_folder(path: Path) -> None:
    """Return once the names in a folder are on the disk: without it a new or renamed file can vanish."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def stage(path: Path, data: bytes | Iterable[bytes]) -> Path:
    """Write what is to become `path` beside it, synced.

    Args:
        path: The name it is to have.
        data: All of it, or one piece after the other.

    Returns:
        The file to hand to `put_in_place`. One left by a crash is written over.
    """
    beside = path.with_name(path.name + ".new")
    fd = open_private(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        for piece in (data,) if isinstance(data, bytes) else data:
            write_all(fd, piece)
        sync(fd)
    finally:
        os.close(fd)
    return beside


def put_in_place(beside: Path, path: Path) -> None:
    """Give a staged file its name: a reader finds the old file whole or the new one whole."""
    beside.replace(path)
    sync_folder(path.parent)
