"""Asks the keyring of this account (macOS Keychain, GNOME Keyring, KWallet …) for a secret, or gives it one.

Only where the package `keyring` is installed (`campaign[keyring]`), and in a process of its own: it is slow
to load, and behind it stands whatever somebody has set up, which may be missing, ask, print, or never answer.
"""

import importlib.util
import shlex
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from mailer.servers.asking import NoAnswer, first_line

_ASK = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
verb, *entry = sys.argv[1:]
answer = os.dup(1)
os.dup2(2, 1)  # what a keyring prints by itself is no secret
secret = sys.stdin.read() if verb == "keep" else ""
try:
    import keyring
    if verb == "keep":
        keyring.set_password(*entry, secret)
    found = (keyring.get_password(*entry) or "").encode()
    if verb == "forget" and found:
        keyring.delete_password(*entry)
        found = b"1"
except BaseException as trouble:  # a locked one raises, and so may any other, in its own way
    found = b"\\0" + type(trouble).__name__.encode()
while found:
    found = found[os.write(answer, found):]
os._exit(0)  # without a last word of anybody
"""
"""Run with a verb and an entry; prints the secret that is there (`1` when it is forgotten), or NUL and why.

What is to be kept comes in by stdin, as an argument list can be read by everybody on the machine.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """Under what a secret is kept: for a password the server's name, and the account's."""

    service: str
    user: str


def installed() -> bool:
    """Whether there is a keyring to be asked. Nothing of it is loaded."""
    return importlib.util.find_spec("keyring") is not None


def ask(entry: Entry, environ: Mapping[str, str], wait: float) -> bytes:
    """The secret that is kept there; b"" when there is none.

    Args:
        entry: Under what.
        environ: The environment.
        wait: How many seconds it may take, for a person may be asked to unlock it.

    Raises:
        NoAnswer: it cannot be asked.
    """
    return _run("ask", entry, environ, wait)


def keep(entry: Entry, secret: bytes, environ: Mapping[str, str], wait: float) -> bool:
    """Keep a secret of one line there; whether it is there afterwards, which is not so with every keyring.

    Raises:
        NoAnswer: it cannot be asked.
    """
    return _run("keep", entry, environ, wait, secret) == secret


def forget(entry: Entry, environ: Mapping[str, str], wait: float) -> bool:
    """Take a secret out; whether there was one.

    Raises:
        NoAnswer: it cannot be asked.
    """
    return bool(_run("forget", entry, environ, wait))


def _run(
    verb: str, entry: Entry, environ: Mapping[str, str], wait: float, told: bytes | None = None
) -> bytes:
    # -P: a keyring.py in the folder where she happens to be is not the one.
    words = (sys.executable, "-P", "-c", _ASK, verb, entry.service, entry.user)
    found = first_line(words, environ, wait, told)
    if found.startswith(b"\0"):
        raise NoAnswer(f"is locked or out of reach ({found[1:].decode('ascii', 'replace')})")
    return found


def to_keep(entry: Entry) -> str:
    """What to type so that the keyring knows a password."""
    tool = ("keyring",) if shutil.which("keyring") else (sys.executable, "-m", "keyring")
    return shlex.join((*tool, "set", entry.service, entry.user))
