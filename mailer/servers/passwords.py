"""Finds what a mail account is opened with, a password or a token, and keeps it to itself.

It is never looked for in the project's files. It stands in no `repr`, no error, no log and no argument list
of ours.
"""

import os
import stat
import time
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mailer.errors import BadSettings
from mailer.nouns import OAuth, Server
from mailer.servers import keychain
from mailer.servers.asking import NoAnswer, first_line
from mailer.servers.echoes import LEFT_OUT, repeats
from mailer.servers.trouble import Section, place, quoted

LONGEST_WAIT = 60.0
"""Seconds for the command or the keyring: enough to unlock a password store by hand."""

LOGIN = "campaign login"
"""Where a token of ours comes from."""

_TOKENS_LAST = 300.0
"""Seconds for which what a command has printed is used again; only the command knows how long it lasts."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account's name, and its password or the access token that stands for one.

    Attributes:
        user: The account's name.
        password: Never shown.
        origin: Where the password came from, in words for an error.
        is_token: Whether it is a token, for OAuth 2.
        until: From when on a new one is needed, by the clock that only runs forward; None for never.
    """

    user: str
    password: str = field(repr=False)
    origin: str = field(default="", compare=False)
    is_token: bool = False
    until: float | None = field(default=None, compare=False)

    def discreet(self, words: str) -> str:
        """A server's own words as they are, or a note in their place when they repeat the password."""
        return LEFT_OUT if repeats(words, self.password) else words

    def quote(self, words: str) -> str:
        """A server's own words without our password, fit to stand in an error."""
        return quoted(self.discreet(words))

    def remedy(self, section: Section) -> str:
        """What to do when a server does not let us in."""
        if self.is_token:
            ours = self.origin == LOGIN
            anew = f"{LOGIN}, and consent as {self.user}" if ours else f"try {self.origin} by hand"
            return (
                f"{anew}; check user under [{section}] in campaigns/settings.toml, and this machine's date; "
                "at some providers mail programs must be allowed first"
            )
        return (
            f"check user under [{section}] in campaigns/settings.toml, and the password; it came from "
            f"{self.origin}; many providers want an app password"
        )


def renewed(
    known: Credentials | None, server: Server, section: Section, environ: Mapping[str, str]
) -> Credentials | None:
    """The same as long as it is good, else new ones; to be asked before each new line of a long run.

    Raises:
        CampaignError: as `credentials` does.
    """
    if known is None or known.until is None or time.monotonic() < known.until:
        return known
    return credentials(server, section, environ)


def told(words: str, known: Credentials | None) -> str:
    """A server's own words, fit to stand in an error; it may know the password from an earlier time."""
    return known.quote(words) if known else quoted(words)


def credentials(
    server: Server, section: Section, environ: Mapping[str, str], wait: float = LONGEST_WAIT
) -> Credentials | None:
    """How to sign in; None when the settings name no user.

    The first of these that is there counts: `token_cmd`; the consent that `oauth` speaks of; `password_cmd`;
    `CAMPAIGN_SMTP_PASSWORD` or
    `CAMPAIGN_IMAP_PASSWORD`; `CAMPAIGN_PASSWORD`; the server's entry in the file that `NETRC` names, else in
    `~/.netrc`, if nobody else can read that file; the keyring's, under the server's name and the user's.

    Args:
        server: Whose password.
        section: Which section of the settings the server is set in.
        environ: The environment.
        wait: How many seconds the command, or the keyring, may take.

    Raises:
        BadSettings: there is none, or it cannot be had.
        SignInRefused: for `oauth`, there is no consent, or it has ended.
        ServerUnavailable: for `oauth`, the provider does not answer.
        KeyboardInterrupt: Ctrl-C while the command was running; it has ended.
    """
    if not server.user:
        return None
    if server.oauth and not server.token_cmd:
        return _from_consent(server.oauth, server.user, environ)
    if server.token_cmd or server.password_cmd:
        return _from_command(server, section, environ, wait)
    for name in (f"CAMPAIGN_{section.upper()}_PASSWORD", "CAMPAIGN_PASSWORD"):
        if found := environ.get(name, ""):
            return _checked(server.user, found, name)
    netrc = _netrc(environ)
    if netrc and (found := _from_netrc(netrc, server)):
        return _checked(server.user, found, str(netrc))
    return _from_keyring(server, section, environ, wait)


def mailbox_credentials(server: Server, environ: Mapping[str, str]) -> Credentials:
    """As `credentials`, for a mailbox: nobody opens one without a name.

    Raises:
        BadSettings: there is no name, or as `credentials`.
        KeyboardInterrupt: as `credentials`.
    """
    known = credentials(server, "imap", environ)
    if known is None:
        raise BadSettings(
            f"there is no user for the mailbox at {place(server)}",
            fix="write user under [imap] in campaigns/settings.toml",
        )
    return known


def _checked(user: str, password: str, origin: str) -> Credentials:
    # A line end in it would be a command of its own to an IMAP server; nobody can type one anyway.
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in user + password):
        raise BadSettings(
            f"the user's name or the password holds a character that cannot be typed (it is from {origin})",
            fix="look at it with an editor that shows such characters",
        )
    return Credentials(user, password, origin)


def _from_command(server: Server, section: Section, environ: Mapping[str, str], wait: float) -> Credentials:
    if server.token_cmd:
        command, name = server.token_cmd, "token_cmd"
        prints = 'an access token, such as "oama access ana@users.example"'
    else:
        command, name = server.password_cmd, "password_cmd"
        prints = 'the password, such as "pass show mail"'
    setting = f"{name} under [{section}]"
    found = _printed(command, setting, f"it names a command that prints {prints}", environ, wait)
    known = _checked(server.user, _decoded(found, f"what {setting} printed"), setting)
    if not server.token_cmd:
        return known
    return replace(known, is_token=True, until=time.monotonic() + _TOKENS_LAST)


def _from_consent(oauth: OAuth, user: str, environ: Mapping[str, str]) -> Credentials:
    from mailer.servers.oauth import access_token  # noqa: PLC0415 - only for those who have consented

    until = time.monotonic()
    token = access_token(oauth, user, environ)
    known = _checked(user, token.text, LOGIN)
    return replace(known, is_token=True, until=until + token.left)


def _printed(
    command: Sequence[str], setting: str, example: str, environ: Mapping[str, str], wait: float
) -> bytes:
    # No word of the command is ever told: its arguments may hold the password, and so may its name, when
    # somebody takes password_cmd for the place to write the password itself.
    try:
        found, why = first_line(command, environ, wait), "printed nothing"
    except NoAnswer as trouble:
        found, why = b"", str(trouble)
    if not found:
        fix = f"{example}; try it by hand"
        if _wants_a_shell(command):
            fix = 'no shell reads it, so | $ > mean nothing there; write it as ["sh", "-c", "…"]'
        elif "cannot be run" in why:
            fix = f"its first word names no program here; {fix}"
        raise BadSettings(f"{setting} {why}", fix=fix)
    return found


def _wants_a_shell(command: Sequence[str]) -> bool:
    """Whether it is written for a shell; what is handed to one already stands in one word with spaces."""
    return any(set("|$>") & set(word) and " " not in word for word in command)


def _from_keyring(server: Server, section: Section, environ: Mapping[str, str], wait: float) -> Credentials:
    there, found, why = keychain.installed(), b"", ""
    entry = keychain.Entry(server.host, server.user)
    try:
        found = keychain.ask(entry, environ, wait) if there else b""
    except NoAnswer as trouble:
        why = f", and the keyring {trouble}"
    if not found:
        raise BadSettings(
            f"there is no password for {quoted(server.user)} at {place(server)}{why}",
            fix=f'write password_cmd = "pass show mail" (or the like) under [{section}] in '
            "campaigns/settings.toml, or set CAMPAIGN_PASSWORD in the environment "
            f"(CAMPAIGN_{section.upper()}_PASSWORD for this server alone), or keep it in ~/.netrc"
            + (f", or type: {keychain.to_keep(entry)}" if there else ""),
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
