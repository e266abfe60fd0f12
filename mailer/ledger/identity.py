"""Which ledger is whose: the id in the workspace, what this account saw of it last, and this machine."""

import fcntl
import os
import re
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mailer.errors import BadData, BadSettings
from mailer.ledger.journalled import Position, durable
from mailer.nouns.marks import stem

_ID = re.compile(r"l-[0-9a-f]{16}(?:~([2-9]|[1-9]\d{1,5})-[0-9a-f]{6})?", re.ASCII)
_SEEN = re.compile(rb"(\d{20}) ([0-9a-f]{8})\n")
_SHARED_FILE = 0o644
_SECRET_BYTES = 32

TAKE_OVER = "campaign init --take-over"
"""What to type where a ledger is lost or belongs to another computer."""


def new_id() -> str:
    """A ledger's name, drawn by lot."""
    return f"l-{secrets.token_hex(8)}"


def new_secret() -> bytes:
    """What a ledger seals its letters with, drawn by lot."""
    return secrets.token_bytes(_SECRET_BYTES)


def next_id(*ledgers: str) -> str:
    """The name of the ledger that takes over from these, which are one and the same up to `~`.

    After the number stands something drawn by lot: where two computers take over from the same ledger,
    neither is to believe that the other's is its own.
    """
    return f"{stem(ledgers[0])}~{max(map(_number, ledgers)) + 1}-{secrets.token_hex(3)}"


def _number(ledger: str) -> int:
    found = _ID.fullmatch(ledger)
    return int(found[1] or 1) if found else 1


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
        self.path = _note_of(ledger, environ)
        self._last: Position | None = None
        self._written = False
        with durable.trouble("remember how far the ledger has come", self.path):
            durable.make_private_folder(self.path.parent)
            self._fd = durable.open_private(self.path, os.O_RDWR | os.O_CREAT)

    def read(self) -> Position:
        """What was remembered; position 0 when nothing was."""
        try:
            words = os.pread(self._fd, 100, 0)
        except OSError as error:
            raise durable.troubled("read how far the ledger had come", self.path, error) from error
        # Asked before every change, and nearly always it is what was written last.
        if self._last is None or words != _words(self._last):
            self._last = _position(words)
        return self._last or Position()

    def remember(self, position: Position) -> None:
        """Remember a line that is on the disk, unless a later one is remembered already.

        This itself is not synced until `sync` or `close`: after a power cut it may remember too little, but
        never too much.
        """
        if position == self._last or self.read().seq > position.seq:
            return
        try:
            # Whose line came first may hear of the disk last; the later line is what counts.
            fcntl.flock(self._fd, fcntl.LOCK_EX)
            if position.seq >= self.read().seq:
                os.pwrite(self._fd, _words(position), 0)
                self._last, self._written = position, True
        except OSError as error:
            raise durable.troubled("remember how far the ledger has come", self.path, error) from error
        finally:
            fcntl.flock(self._fd, fcntl.LOCK_UN)

    def sync(self) -> None:
        """Return once what is remembered is on the disk itself."""
        with durable.trouble("remember how far the ledger has come", self.path):
            durable.sync(self._fd)
        self._written = False

    def close(self) -> None:
        """Close the file; what was remembered is on the disk then."""
        try:
            if self._written:
                self.sync()
        finally:
            self._fd = durable.close(self._fd)


def introduce(ledger: str, position: Position) -> None:
    """Let this account know a ledger that was made just now, so that it may be used from here."""
    note = _note_of(ledger, os.environ)
    with durable.trouble("remember the new ledger", note):
        durable.make_private_folder(note.parent)
        durable.put_in_place(durable.stage(note, _words(position)), note)


def refuse_unknown(ledger: str, folder: Path) -> None:
    """Refuse a ledger that this account has never used: its letters go on being sent where it came from.

    Raises:
        BadData: with what to do.
    """
    if last_seen(ledger) is None:
        raise BadData(
            "this account has never used this ledger: it is a copy, and more letters may have left since from"
            " where the original is",
            fix=f"go on there; or, for good, here: {TAKE_OVER}",
            where=str(folder),
        )


def last_seen(ledger: str) -> Position | None:
    """What this account saw last of a ledger; None when it has never used it. Nothing is made or changed."""
    note = _note_of(ledger, os.environ)
    with durable.trouble("read how far the ledger had come", note):
        return _position(note.read_bytes()) if note.exists() else None


def last_used(ledger: str) -> datetime | None:
    """When this account last wrote in a ledger, or in one that it took over from; None when it never did."""
    note = _note_of(ledger, os.environ)
    with durable.trouble("see when the ledger was last used", note):
        notes = [path for path in note.parent.glob(f"{stem(ledger)}*") if _ID.fullmatch(path.name)]
        # A later one is that of a take-over that was not finished: nothing was ever sent with it.
        times = [path.stat().st_mtime for path in notes if _number(path.name) <= _number(ledger)]
    return datetime.fromtimestamp(max(times), UTC) if times else None


def _note_of(ledger: str, environ: Mapping[str, str]) -> Path:
    return _state_home(environ) / "campaign" / ledger


def _words(position: Position) -> bytes:
    return b"%020d %08x\n" % (position.seq, position.check)


def _position(words: bytes) -> Position | None:
    found = _SEEN.fullmatch(words)
    return Position(int(found.group(1)), int(found.group(2), 16)) if found else None


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
