"""Asks the keyring of this account (macOS Keychain, GNOME Keyring, KWallet …) for a password.

Only where the package `keyring` is installed (`campaign[keyring]`), and in a process of its own: it is slow
to load, and behind it stands whatever somebody has set up, which may be missing, ask, print, or never answer.
"""

import importlib.util
import shlex
import shutil
import sys
from collections.abc import Mapping

from mailer.nouns import Server
from mailer.servers.asking import NoAnswer, first_line

_ASK = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
answer = os.dup(1)
os.dup2(2, 1)  # what a keyring prints by itself is no password
try:
    import keyring
    found = (keyring.get_password(*sys.argv[1:]) or "").encode()
except BaseException as trouble:  # a locked one raises, and so may any other, in its own way
    found = b"\\0" + type(trouble).__name__.encode()
while found:
    found = found[os.write(answer, found):]
os._exit(0)  # without a last word of anybody
"""
"""Run with the server's name and the user's; prints the password, or a NUL and what went wrong."""


def installed() -> bool:
    """Whether there is a keyring to be asked. Nothing of it is loaded."""
    return importlib.util.find_spec("keyring") is not None


def from_keyring(server: Server, environ: Mapping[str, str], wait: float) -> bytes:
    """The password that is kept under the server's name for its user; b"" when there is none.

    Args:
        server: Whose.
        environ: The environment.
        wait: How many seconds it may take, for a person may be asked to unlock it.

    Raises:
        NoAnswer: it cannot be asked.
    """
    # -P: a keyring.py in the folder where she happens to be is not the one.
    ask = (sys.executable, "-P", "-c", _ASK, server.host, server.user)
    found = first_line(ask, environ, wait)
    if found.startswith(b"\0"):
        raise NoAnswer(f"is locked or out of reach ({found[1:].decode('ascii', 'replace')})")
    return found


def to_keep(server: Server) -> str:
    """What to type so that the keyring knows the password."""
    tool = ("keyring",) if shutil.which("keyring") else (sys.executable, "-m", "keyring")
    return shlex.join((*tool, "set", server.host, server.user))
