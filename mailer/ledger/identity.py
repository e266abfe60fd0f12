"""Which ledger is whose: the id in the workspace, what this account saw of it last, and this machine."""

import os
import re
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mailer.errors import BadData, BadSettings
from mailer.ledger.journalled import durable
from mailer.ledger.journalled.journal import Position

_ID = re.compile(r"l-[0-9a-f]{16}")
_SEEN = re.compile(rb"(\d{20}) ([0-9a-f]{8})\n")
_SHARED_FILE = 0o644


def new_id() -> str:
    """A ledger's name, drawn by lot."""
    return f"l-{secrets.token_hex(8)}"


def read_id(id_file: Path) -> str:
    """The ledger's id that the workspace carries; '' when it carries none.

    Raises:
        BadSettings: when the file holds something else.
    """
    with durable.trouble("read the ledger's id", id_file):
        if not id_file.exists():
            return ""
        text = id_file.read_bytes().decode("ascii", "replace").strip()
    if not _ID.fullmatch(text):
        raise BadSettings(
            "this file should hold the ledger's id, like l-0123456789abcdef, and nothing else",
            fix=f"bring {id_file.name} back from your version control or your backup",
            where=str(id_file),
        )
    return text


def write_id(id_file: Path, ledger: str) -> None:
    """Write the id into the workspace; it is no secret, and meant to be committed."""
    with durable.trouble("write the ledger's id", id_file):
        beside = durable.stage(id_file, f"{ledger}\n".encode("ascii"))
        beside.chmod(_SHARED_FILE & ~_umask())
        durable.put_in_place(beside, id_file)


def _umask() -> int:
    os.umask(umask := os.umask(0o077))  # there is no way to read it but to set it
    return umask


@dataclass(frozen=True, slots=True)
class Here:
    """Who is at work: a process on a machine since it was last switched on.

    Attributes:
        host: The machine's name.
        boot: Changes whenever the machine starts; empty where the system does not say (then two boots are
            never taken for the same).
        pid: The process.
    """

    host: str
    boot: str
    pid: int

    def same_boot(self, boot: str) -> bool:
        """Whether the machine has run on since then, so that nothing the system was given can be lost."""
        return bool(boot) and boot == self.boot


def here() -> Here:
    """This process on this machine."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    return Here(socket.gethostname(), boot.read_text("ascii").strip() if boot.exists() else "", os.getpid())


class LastSeen:
    """How far the ledger had come when this account last used it: an older copy, restored, is noticed."""

    def __init__(self, ledger: str, environ: Mapping[str, str] = os.environ) -> None:
        folder = _state_home(environ) / "campaign"
        self.path = folder / ledger
        with durable.trouble("remember how far the ledger has come", self.path):
            durable.make_private_folder(folder)
            self._fd = durable.open_private(self.path, os.O_RDWR | os.O_CREAT)

    def read(self) -> Position:
        """What was remembered; position 0 when nothing was."""
        with durable.trouble("read how far the ledger had come", self.path):
            found = _SEEN.fullmatch(os.pread(self._fd, 100, 0))
        return Position(int(found.group(1)), int(found.group(2), 16)) if found else Position()

    def remember(self, position: Position) -> None:
        """Remember a line that is on the disk.

        This itself is not synced: after a power cut it remembers too little, but never too much.
        """
        with durable.trouble("remember how far the ledger has come", self.path):
            os.pwrite(self._fd, b"%020d %08x\n" % (position.seq, position.check), 0)

    def check(self, position: Position, where: Path) -> None:
        """Refuse a ledger that has forgotten what was seen of it.

        Raises:
            BadData: when `position`, its last line, comes before the one that was seen.
        """
        lost = self.read().seq - position.seq
        if lost > 0:
            raise BadData(
                f"this is an older copy of the ledger: {lost} changes made since are not in it",
                fix="put the newest copy back in its place. If that is lost, letters may go out twice;"
                f" if you accept this, remove {self.path}",
                where=str(where),
            )

    def close(self) -> None:
        """Close the file."""
        self._fd = durable.close(self._fd)


def _state_home(environ: Mapping[str, str]) -> Path:
    given = environ.get("XDG_STATE_HOME", "")
    # The XDG base directory specification: a relative path is to be ignored.
    if given.startswith("/"):
        return Path(given)
    try:
        return Path.home() / ".local" / "state"
    except RuntimeError as error:
        raise BadSettings(
            "this account has no home folder in which to remember how far the ledger has come",
            fix="set XDG_STATE_HOME to a folder that stays",
        ) from error
