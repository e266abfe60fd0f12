"""Finds the password of a mail account (command, environment, netrc, keyring), and keeps it to itself.

It is never looked for in the project's files. It stands in no `repr`, no error, no log and no argument list
of ours.
"""

import os
import stat
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mailer.errors import BadSettings
from mailer.nouns import Server
from mailer.servers import keychain
from mailer.servers.asking import NoAnswer, first_line
from mailer.servers.echoes import LEFT_OUT, repeats
from mailer.servers.trouble import Section, place, quoted

LONGEST_WAIT = 60.0
"""Seconds for the command or the keyring: enough to unlock a password store by hand."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account's name and its password.

    Attributes:
        user: The account's name.
        password: Never shown.
        origin: Where the password came from, in words for an error.
    """

    user: str
    password: str = field(repr=False)
    origin: str = field(default="", compare=False)

    def discreet(self, words: str) -> str:
        """A server's own words as they are, or a note in their place when they repeat the password."""
        return LEFT_OUT if repeats(words, self.password) else words

    def quote(self, words: str) -> str:
        """A server's own words without our password, fit to stand in an error."""
        return quoted(self.discreet(words))

    def remedy(self, section: Section) -> str:
        """What to do when a server does not let us in."""
        return (
            f"check user under [{section}] in campaigns/settings.toml, and the password; it came from "
            f"{self.origin}; many providers want an app password"
        )


def told(words: str, known: Credentials | None) -> str:
    """A server's own words, fit to stand in an error; it may know the password from an earlier time."""
    return known.quote(words) if known else quoted(words)


def credentials(
    server: Server, section: Section, environ: Mapping[str, str], wait: float = LONGEST_WAIT
) -> Credentials | None:
    """How to sign in; None when the settings name no user.

    The first of these that is there counts: `password_cmd`; `CAMPAIGN_SMTP_PASSWORD` or
    `CAMPAIGN_IMAP_PASSWORD`; `CAMPAIGN_PASSWORD`; the server's entry in the file that `NETRC` names, else in
    `~/.netrc`, if nobody else can read that file; the keyring's, under the server's name and the user's.

    Args:
        server: Whose password.
        section: Which section of the settings the server is set in.
        environ: The environment.
        wait: How many seconds the command, or the keyring, may take.

    Raises:
        BadSettings: there is none, or it cannot be had.
        KeyboardInterrupt: Ctrl-C while the command was running; it has ended.
    """
    if not server.user:
        return None
    if server.password_cmd:
        return _from_command(server, section, environ, wait)
    for name in (f"CAMPAIGN_{section.upper()}_PASSWORD", "CAMPAIGN_PASSWORD"):
        if found := environ.get(name, ""):
            return _checked(server.user, found, name)
    netrc = _netrc(environ)
    if netrc and (found := _from_netrc(netrc, server)):
        return _checked(server.user, found, str(netrc))
    return _from_keyring(server, section, environ, wait)


def _checked(user: str, password: str, origin: str) -> Credentials:
    # A line end in it would be a command of its own to an IMAP server; nobody can type one anyway.
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in user + password):
        raise BadSettings(
            f"the user's name or the password holds a character that cannot be typed (it is from {origin})",
            fix="look at it with an editor that shows such characters",
        )
    return Credentials(user, password, origin)


def _from_command(server: Server, section: Section, environ: Mapping[str, str], wait: float) -> Credentials:
    # No word of the command is ever told: its arguments may hold the password, and so may its name, when
    # somebody takes password_cmd for the place to write the password itself.
    setting = f"password_cmd under [{section}]"
    try:
        found, why = first_line(server.password_cmd, environ, wait), "printed nothing"
    except NoAnswer as trouble:
        found, why = b"", str(trouble)
    if not found:
        fix = 'it names a command that prints the password, such as "pass show mail"; try it by hand'
        if _wants_a_shell(server.password_cmd):
            fix = 'no shell reads it, so | $ > mean nothing there; write it as ["sh", "-c", "…"]'
        elif "cannot be run" in why:
            fix = f"its first word names no program here; {fix}"
        raise BadSettings(f"{setting} {why}", fix=fix)
    return _checked(server.user, _decoded(found, f"what {setting} printed"), setting)


def _wants_a_shell(command: Sequence[str]) -> bool:
    """Whether it is written for a shell; what is handed to one already stands in one word with spaces."""
    return any(set("|$>") & set(word) and " " not in word for word in command)


def _from_keyring(server: Server, section: Section, environ: Mapping[str, str], wait: float) -> Credentials:
    there, found, why = keychain.installed(), b"", ""
    try:
        found = keychain.from_keyring(server, environ, wait) if there else b""
    except NoAnswer as trouble:
        why = f", and the keyring {trouble}"
    if not found:
        raise BadSettings(
            f"there is no password for {quoted(server.user)} at {place(server)}{why}",
            fix=f'write password_cmd = "pass show mail" (or the like) under [{section}] in '
            "campaigns/settings.toml, or set CAMPAIGN_PASSWORD in the environment "
            f"(CAMPAIGN_{section.upper()}_PASSWORD for this server alone), or keep it in ~/.netrc"
            + (f", or type: {keychain.to_keep(server)}" if there else ""),
        )
    return _checked(server.user, _decoded(found, "in the keyring"), "the keyring")


def _decoded(raw: bytes, origin: str) -> str:
    text = raw.decode("utf-8", "replace")
    if "\N{REPLACEMENT CHARACTER}" in text:
        raise BadSettings(
            f"the password is no UTF-8 text (it is {origin})", fix="store it anew as plain text"
        )
    return text


def _netrc(environ: Mapping[str, str]) -> Path | None:
    if environ.get("NETRC"):
        return Path(environ["NETRC"])
    try:
        return Path.home() / ".netrc"
    except RuntimeError:  # an account without a home, as in some containers
        return None


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
