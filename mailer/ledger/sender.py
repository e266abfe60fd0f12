"""Lets one process send at a time, and says which one it is.

The lock is the kernel's, like the one that makes changes take turns: it ends with its holder.
"""

import fcntl
import os
from datetime import UTC, datetime
from pathlib import Path

from mailer.ledger.journalled.durable import close, open_private, trouble, write_all
from mailer.ledger.journalled.locks import lock


class SenderLock:
    """The right to send, held by one process for a whole run; the file says who holds it."""

    def __init__(self, path: Path) -> None:
        with trouble("open the sender's lock", path):
            self._fd = open_private(path, os.O_RDWR | os.O_CREAT)

    def take(self) -> bool:
        """Take it if nobody has it; say whether it is ours now."""
        return lock(self._fd)

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
