"""Keeps what a consent has brought, in this account's keyring or in a file that only she can read.

Never in the workspace, which is meant to be shared. Many providers give a new refresh token with each use and
forget the old one; so one process at a time uses it, and the new one is kept before anything is done with it.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import stat
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from mailer.errors import BadSettings, CampaignError, SignInRefused, TryAgain
from mailer.nouns import OAuth
from mailer.servers import keychain
from mailer.servers.asking import NoAnswer
from mailer.servers.oauth.grants import LOGIN, Grant

LONGEST_WAIT = 60.0
"""Seconds for a keyring that wants to be unlocked, and for another process that is refreshing."""

_NAP = 0.02
_MOST_OCTETS = 2**17
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Keeper:
    """The one place where the tokens of an account lie."""

    def __init__(self, oauth: OAuth, user: str, environ: Mapping[str, str]) -> None:
        """Say whose; nothing is touched yet.

        Args:
            oauth: The provider, and who we are to it.
            user: The account.
            environ: The environment.

        Raises:
            BadSettings: this account has no place for what is to be kept.
        """
        whose = f"{oauth.token_url}\0{oauth.client_id}\0{user}"
        name = f"consent-{hashlib.sha256(whose.encode()).hexdigest()[:16]}"
        self._folder = _state_home(environ) / "campaign"
        self._file = self._folder / f"{name}.json"
        self._lock = self._folder / f"{name}.lock"
        self._entry = keychain.Entry(f"campaign {name}", user)
        self._environ = environ

    @contextlib.contextmanager
    def alone(self, wait: float = LONGEST_WAIT) -> Iterator[None]:
        """Be the only one who uses these tokens.

        Raises:
            TryAgain: somebody else is at it for too long.
            BadSettings: the folder cannot be written.
        """
        with self._trouble():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            fd = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        give_up = time.monotonic() + wait
        try:
            while not _locked(fd):
                if time.monotonic() > give_up:
                    raise TryAgain("another campaign is fetching a token", fix="try again when it is done")
                time.sleep(_NAP)
            yield
        finally:
            os.close(fd)

    def read(self) -> Grant | None:
        """What is kept; None when there is nothing.

        Raises:
            BadSettings: others can read it.
            SignInRefused: it is damaged, or the keyring is locked.
        """
        raw = self._from_file()
        if raw is None and keychain.installed():
            try:
                raw = keychain.ask(self._entry, self._environ, LONGEST_WAIT)
            except NoAnswer as trouble:
                why = f"no consent of {self._entry.user} is kept here, and the keyring {trouble}"
                raise SignInRefused(why, fix=f"{LOGIN}; or unlock the keyring") from None
        return _grant(raw) if raw else None

    def write(self, grant: Grant) -> str:
        """Keep this instead of what was kept; on the disk itself when this returns.

        It stays where it lies. What is new goes into the keyring if that takes it, else into the file.

        Returns:
            Where it is, in words.

        Raises:
            BadSettings: it cannot be kept.
        """
        raw = json.dumps(asdict(grant)).encode()
        if not self._file.exists() and keychain.installed():
            with contextlib.suppress(NoAnswer):
                if keychain.keep(self._entry, raw, self._environ, LONGEST_WAIT):
                    return "this account's keyring"
        with self._trouble():
            _replace(self._file, raw)
        return str(self._file)

    def forget(self) -> bool:
        """Forget it; whether there was anything.

        Raises:
            SignInRefused: the keyring does not let go of it.
        """
        with self._trouble():
            there = self._file.exists()
            self._file.unlink(missing_ok=True)
        if not keychain.installed():
            return there
        try:
            return keychain.forget(self._entry, self._environ, LONGEST_WAIT) or there
        except NoAnswer as trouble:
            if there:  # so it was out of reach when that was kept, too
                return True
            why = f"the keyring {trouble}, and may still hold a consent"
            raise SignInRefused(why, fix="unlock it, and try again") from None

    def _from_file(self) -> bytes | None:
        with self._trouble():
            try:
                fd = os.open(self._file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
            except FileNotFoundError:
                return None
            with os.fdopen(fd, "rb") as file:
                held = os.fstat(fd)
                if held.st_mode & _OTHERS or held.st_uid != os.getuid():
                    raise BadSettings(
                        f"{self._file} can be read by others, so no token is taken from it",
                        fix=f"{LOGIN}, after: rm {self._file}",
                    )
                return file.read(_MOST_OCTETS) or b"?"

    @contextlib.contextmanager
    def _trouble(self) -> Iterator[None]:
        try:
            yield
        except CampaignError:
            raise
        except OSError as error:
            why = os.strerror(error.errno or 0)
            raise BadSettings(
                f"the consent cannot be kept in {self._folder} ({why})",
                fix="make room there, or let XDG_STATE_HOME name a folder that you can write in",
            ) from None


def _locked(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _replace(path: Path, raw: bytes) -> None:
    """Write a file as a whole or not at all, and for nobody else."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(fd)
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _grant(raw: bytes) -> Grant:
    try:
        kept = json.loads(raw)
        refresh, access = kept["refresh"], kept["access"]
        since, until = float(kept["since"]), float(kept["until"])
    except (ValueError, TypeError, KeyError, RecursionError):
        refresh = access = None
    if not (isinstance(refresh, str) and isinstance(access, str)):
        raise SignInRefused("the consent that is kept cannot be read", fix=LOGIN)
    return Grant(refresh, access, since, until)


def _state_home(environ: Mapping[str, str]) -> Path:
    given = environ.get("XDG_STATE_HOME", "")
    if given.startswith("/"):
        return Path(given)
    try:
        return Path.home() / ".local" / "state"
    except RuntimeError:
        raise BadSettings(
            "this account has no home folder in which to keep a consent",
            fix="set XDG_STATE_HOME to a folder that stays",
        ) from None
