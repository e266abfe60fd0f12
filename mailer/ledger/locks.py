"""Makes the program's several windows take turns: one change at a time, and one sender at a time.

Both are locks of the kernel (flock), which ends them when their holder dies; a "lock file exists" check
would stop all sending after a crash until somebody found and removed the file. The files themselves are
never removed: two processes would then hold "the" lock on two different files.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from mailer.errors import TryAgain
from mailer.ledger.durable import close, open_private, trouble, write_all

PATIENCE = 30.0
"""Seconds to wait for one's turn. The longest anybody holds it is for writing a snapshot: a second or two."""

_PAUSE = 0.001


class Turn:
    """The right to change the ledger, held for one change and given back."""

    def __init__(self, path: Path) -> None:
        with trouble("open the ledger's lock", path):
            self._fd = open_private(path, os.O_RDWR | os.O_CREAT)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold it for the length of a `with`.

        Raises:
            TryAgain: when another process does not give it back.
        """
        give_up = time.monotonic() + PATIENCE
        while not _lock(self._fd):
            if time.monotonic() > give_up:
                raise TryAgain(
                    "another campaign command is writing to the ledger and does not finish",
                    fix="wait for it or end it, then run the same command again",
                )
            time.sleep(_PAUSE)
        try:
            yield
        finally:
            fcntl.flock(self._fd, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the file; the lock goes with it."""
        self._fd = close(self._fd)


class SenderLock:
    """The right to send, held by one process for a whole run; the file says who holds it."""

    def __init__(self, path: Path) -> None:
        with trouble("open the sender's lock", path):
            self._fd = open_private(path, os.O_RDWR | os.O_CREAT)

    def take(self) -> bool:
        """Take it if nobody has it; say whether it is ours now."""
        return _lock(self._fd)

    def sign(self, who: str) -> None:
        """Write down who holds it, for the message that a second sender gets."""
        os.ftruncate(self._fd, 0)
        os.lseek(self._fd, 0, os.SEEK_SET)
        write_all(self._fd, f"{who} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC".encode())

    def holder(self) -> str:
        """Who signed last."""
        return os.pread(self._fd, 500, 0).decode("utf-8", "replace") or "another process"

    def drop(self) -> None:
        """Give it back."""
        os.ftruncate(self._fd, 0)
        fcntl.flock(self._fd, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the file; the lock goes with it."""
        self._fd = close(self._fd)


def _lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
