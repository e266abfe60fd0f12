"""Lets one process send at a time, and says which one it is.

The lock is the kernel's, like the one that makes changes take turns: it ends with its holder.
"""

import fcntl
import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from mailer.ledger.identity import LastSeen
from mailer.ledger.journalled.durable import close, open_private, trouble, write_all
from mailer.ledger.journalled.locks import lock

GLANCE = 0.1
"""Seconds; an onlooker that asks whether anybody is sending is gone long before."""

_PAUSE = 0.001


class SenderLock:
    """The right to send, held by one process for a whole run; the file says who holds it."""

    def __init__(self, path: Path, seen: LastSeen) -> None:
        """Open the file.

        Args:
            path: Its name.
            seen: What this account saw of the ledger; on the disk itself once a run has ended.
        """
        self._path, self._seen = path, seen
        with trouble("open the sender's lock", path):
            self._fd = open_private(path, os.O_RDWR | os.O_CREAT)

    def take(self, patience: float = 0.0) -> bool:
        """Take it if nobody has it; say whether it is ours now.

        Args:
            patience: For so many seconds ask again, so that no onlooker is taken for a sender.
        """
        give_up = time.monotonic() + patience
        while not lock(self._fd):
            if time.monotonic() >= give_up:
                return False
            time.sleep(_PAUSE)
        return True

    def sign(self, who: str) -> None:
        """Write down who holds it, for the message that a second sender gets."""
        with trouble("write down who sends", self._path):
            os.ftruncate(self._fd, 0)
            write_all(self._fd, f"{who} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC".encode(), 0)

    def holder(self) -> str:
        """Who signed last."""
        return os.pread(self._fd, 500, 0).decode("utf-8", "replace") or "another process"

    def drop(self) -> None:
        """Give it back."""
        with suppress(OSError):  # who held it is only for a message; that nobody holds it now is not
            os.ftruncate(self._fd, 0)
        fcntl.flock(self._fd, fcntl.LOCK_UN)
        self._seen.sync()

    def close(self) -> None:
        """Close the file; the lock goes with it."""
        self._seen.close()
        self._fd = close(self._fd)


def somebody_sends(path: Path) -> bool:
    """Whether anybody holds the lock; it is neither made nor changed.

    Args:
        path: The file, which need not be there.
    """
    with trouble("look at the sender's lock", path):
        if not path.exists():
            return False
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            # Shared: several onlookers do not take each other for a sender.
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(fd)
    return False
