"""Finds the password of a mail account, by a command, in the environment or in netrc, and keeps it to itself.

It is never looked for in the project's files. It stands in no `repr`, no error, no log and no argument list
of ours.
"""

import base64
import os
import stat
import subprocess
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mailer.errors import BadSettings
from mailer.nouns import Server, visible
from mailer.servers.trouble import Section, place, quoted

LONGEST_WAIT = 60.0
"""Seconds for the command: enough to unlock a password store by hand."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account's name and its password.

    Attributes:
        user: The account's name.
        password: Never shown.
    """

    user: str
    password: str = field(repr=False)

    def quote(self, words: str) -> str:
        """A server's words, fit to be shown, without our password: some servers echo what they were sent."""
        words = visible(words)
        sent = (f"\0{self.user}\0{self.password}", self.password)
        for secret in (*(base64.b64encode(text.encode()).decode() for text in sent), self.password):
            words = words.replace(secret, "[password]")
        return quoted(words)


def credentials(
    server: Server, section: Section, environ: Mapping[str, str], wait: float = LONGEST_WAIT
) -> Credentials | None:
    """How to sign in; None when the settings name no user.

    The first of these that is there counts: `password_cmd`; `CAMPAIGN_SMTP_PASSWORD` or
    `CAMPAIGN_IMAP_PASSWORD`; `CAMPAIGN_PASSWORD`; the server's entry in the file that `NETRC` names, else in
    `~/.netrc`, if nobody else can read that file.

    Args:
        server: Whose password.
        section: Which section of the settings the server is set in.
        environ: The environment.
        wait: How many seconds the command may take.

    Raises:
        BadSettings: there is none, or it cannot be had.
    """
    if not server.user:
        return None
    if server.password_cmd:
        found = _from_command(server.password_cmd, wait)
        return _checked(server.user, found, f"what {server.password_cmd[0]} printed")
    for name in (f"CAMPAIGN_{section.upper()}_PASSWORD", "CAMPAIGN_PASSWORD"):
        if found := environ.get(name, ""):
            return _checked(server.user, found, name)
    netrc = Path(environ["NETRC"]) if environ.get("NETRC") else Path.home() / ".netrc"
    if found := _from_netrc(netrc, server):
        return _checked(server.user, found, str(netrc))
    raise BadSettings(
        f"there is no password for {quoted(server.user)} at {place(server)}",
        fix=f'write password_cmd = ["pass", "show", "mail"] (or the like) under [{section}] in '
        f"campaigns/settings.toml, or set CAMPAIGN_{section.upper()}_PASSWORD in the environment",
    )


def _checked(user: str, password: str, origin: str) -> Credentials:
    # A line end in it would be a command of its own to an IMAP server; nobody can type one anyway.
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in user + password):
        raise BadSettings(
            f"the user's name or the password holds a character that cannot be typed (it is from {origin})",
            fix="look at it with an editor that shows such characters",
        )
    return Credentials(user, password)


def _from_command(command: tuple[str, ...], wait: float) -> str:
    # Only the command's name is ever told: its arguments, its output and what subprocess's exceptions
    # carry may hold the password. So errors are raised once those exceptions are gone.
    name, ran, why = command[0], None, ""
    try:
        # Its standard input is ours: some password stores ask for their own password there.
        ran = subprocess.run(command, capture_output=True, check=False, timeout=wait)  # noqa: S603 - hers
    except subprocess.TimeoutExpired:
        why = f"took longer than {wait:g} seconds"
    except OSError as error:
        why = f"cannot be run ({error.strerror})"
    if ran is not None and ran.returncode:
        complaint = quoted(ran.stderr.decode("utf-8", "replace"))
        why = f"failed with {ran.returncode}{f': {complaint}' if complaint else ''}"
    first = ran.stdout.partition(b"\n")[0].removesuffix(b"\r") if ran else b""
    if not why and not first:
        why = "printed nothing"
    if why:
        raise BadSettings(f"the password command {name} {why}", fix="run it by hand and see what it prints")
    return _decoded(first, f"what {name} printed")


def _decoded(raw: bytes, origin: str) -> str:
    text = raw.decode("utf-8", "replace")
    if "\N{REPLACEMENT CHARACTER}" in text:
        raise BadSettings(
            f"the password is no UTF-8 text (it is {origin})", fix="store it anew as plain text"
        )
    return text


def _from_netrc(path: Path, server: Server) -> str:
    """The password in netrc for this server and user; '' when the file or the entry is not there."""
    try:
        held = path.stat()
    except OSError:
        return ""
    if held.st_mode & (stat.S_IRWXG | stat.S_IRWXO) or held.st_uid != os.getuid():
        raise BadSettings(
            f"{path} can be read by others, so no password is taken from it", fix=f"chmod 600 {path}"
        )
    import netrc  # noqa: PLC0415 - only for those who keep one

    # Its exceptions quote the word that they stumble over, which may be the password.
    line: int | None = None
    entry = None
    try:
        entry = netrc.netrc(path).authenticators(server.host)
    except netrc.NetrcParseError as error:
        line = error.lineno or 0
    except (OSError, UnicodeDecodeError):
        line = 0
    if line is not None:
        raise BadSettings(
            f"{path} cannot be read", where=f"{path}:{line}" if line else str(path), fix="correct it there"
        )
    if entry is None or entry[0] not in {"", server.user}:
        return ""
    return entry[2] or ""
