"""Makes several processes take turns: one change at a time.

The lock is the kernel's (flock), which ends it when its holder dies; a "lock file exists" check would stop
all work after a crash until somebody found and removed the file. The file itself is never removed: two
processes would then hold "the" lock on two different files.
"""

import fcntl
import os
import time
from pathlib import Path

from mailer.errors import TryAgain
from mailer.ledger.journalled.durable import close, open_private, trouble

PATIENCE = 30.0
"""Seconds to wait for one's turn. The longest anybody holds it is for writing a snapshot: a second or two."""

_FIRST_PAUSE = 0.0001
_LONGEST_PAUSE = 0.002
"""Seconds between two tries. The kernel could wake us, but where the holder is stopped it never would."""


class Turn:
    """The right to change the ledger: `with turn:` holds it for one change and gives it back."""

    def __init__(self, path: Path) -> None:
        with trouble("open the ledger's lock", path):
            self._fd = open_private(path, os.O_RDWR | os.O_CREAT)

    def __enter__(self) -> None:
        """Wait for it.

        Raises:
            TryAgain: when another process does not give it back.
        """
        if lock(self._fd):
            return
        give_up, pause = time.monotonic() + PATIENCE, _FIRST_PAUSE
        while not lock(self._fd):
            if time.monotonic() > give_up:
                raise TryAgain(
                    "another campaign command is writing to the ledger and does not finish",
                    fix="wait for it or end it, then run the same command again",
                )
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def __exit__(self, *_: object) -> None:
        fcntl.flock(self._fd, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the file; the lock goes with it."""
        self._fd = close(self._fd)


def lock(fd: int) -> bool:
    """Take the lock of an open file if nobody has it; say whether it is ours now."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
