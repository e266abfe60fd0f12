"""Reads one value of a settings or campaign file, such as a port or a wait, or says what is wrong with it.

Each reader takes what TOML holds and returns what we keep; `Unfit` carries the sentence and the remedy.
"""

import contextlib
import ipaddress
import re
import shlex
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from mailer.nouns import NAME, OAUTH_PRESETS, Address, BadAddress, visible
from mailer.workspace.cells import fault, slug, tidy
from mailer.workspace.providers import providers, unknown_provider

_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?")
_WAIT = re.compile(r"([0-9]{1,5}) *(hour|day|week)s?")
_LONGEST_WAIT = timedelta(days=366)
_HIGHEST_PORT = 65535
_PROVIDER = "your provider's page on mail programs names it"
_TOKEN = re.compile(r"[\x21-\x7e]+")

Tls = Literal["implicit", "starttls", "none"]


class Unfit(Exception):
    """The value cannot stand here.

    Attributes:
        what: Why, to be read behind the setting's name: "must be text".
        fix: What to write instead.
    """

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.what, self.fix = what, fix


def text(value: object) -> str:
    """Any text."""
    if not isinstance(value, str):
        raise Unfit("must be text", 'put it between quotes: "like this"')
    return value


def line(value: object) -> str:
    """A text that may stand in a header."""
    tidied = tidy(text(value))
    if unfit := fault(tidied):
        raise Unfit(*unfit)
    return tidied


def filled_line(value: object) -> str:
    """The same, and not empty."""
    if not (read := line(value)):
        raise Unfit("is empty", "fill it in")
    return read


def address(value: object) -> Address:
    """An email address."""
    try:
        return Address.parse(tidy(text(value)))
    except BadAddress as error:
        raise Unfit(visible(str(error)), "write the bare address, such as ana@users.example") from None


def host(value: object) -> str:
    """A server's name or number, without the port and the like that people copy along."""
    name = tidy(text(value))
    # After a % the library takes anything for the name of an interface.
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(name.replace("%", " ")))
    if not all(_LABEL.fullmatch(label) for label in name.removesuffix(".").split(".")):
        # Of smtps://ana:secret@mail.users.example the part before the @ is never shown.
        shown = visible(name.rpartition("@")[2], limit=60)
        fix = 'write the name alone, such as "mail.users.example"'
        raise Unfit(f"is no name of a server: {shown!r}", fix)
    return name.lower()


def provider(value: object) -> str:
    """A mail provider that we know; none when empty."""
    read = line(value)
    if read and read not in providers():
        raise Unfit(*unknown_provider(read))
    return read


def account(value: object) -> str:
    """The name alone: `ana:secret` is how some programs want name and password, and ours are shown."""
    read = line(value)
    if ":" in read:
        fix = "write the account's name alone; a password must not stand in this file"
        raise Unfit("holds a colon", fix)
    return read


def whole(value: object) -> int:
    """A whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unfit("must be a whole number", "write it in figures, without quotes")
    return value


def yes_or_no(value: object) -> bool:
    """Whether something is so."""
    if not isinstance(value, bool):
        raise Unfit("must be true or false", "write true or false, without quotes")
    return value


def port(value: object) -> int:
    """A TCP port."""
    if not 1 <= whole(value) <= _HIGHEST_PORT:
        raise Unfit(f"must be between 1 and {_HIGHEST_PORT}", _PROVIDER)
    return whole(value)


def tls(value: object) -> Tls:
    """How the line is encrypted."""
    match value:
        case "implicit" | "starttls" | "none":
            return value
    raise Unfit("must be one of 'implicit', 'starttls' or 'none'", _PROVIDER)


def command(value: object) -> tuple[str, ...]:
    """A command as a list of words, or as typed. Never quoted in a message: it may hold a secret."""
    words = value
    if isinstance(value, str):
        try:
            words = shlex.split(value)
        except ValueError:
            fix = 'close it, or write a list: ["pass", "show", "mail"]'
            raise Unfit("has a quotation mark that is never closed", fix) from None
    read = _texts(words)
    if read is None:
        raise Unfit("must be a command", 'write it as you would type it: "pass show mail"')
    if any("\0" in word for word in read):
        raise Unfit("holds a control character", "type it anew")
    return read


def consent(value: object) -> str:
    """Where `campaign login` gets its consent from."""
    read = text(value)
    if read not in {*OAUTH_PRESETS, "own"}:
        known = ", ".join(map(repr, OAUTH_PRESETS))
        raise Unfit(f"must be one of {known} or 'own'", "'own' is one that [oauth] describes")
    return read


def token(value: object) -> str:
    """A word of ASCII letters and marks, such as a client id. Never quoted: it may be a secret, misplaced."""
    read = text(value).strip()
    if not _TOKEN.fullmatch(read):
        raise Unfit("must be one word", "copy it anew from your provider's page for developers")
    return read


def scopes(value: object) -> tuple[str, ...]:
    """A list of such words."""
    return tuple(map(token, words(value)))


def url(value: object) -> str:
    """An address of a provider, encrypted unless it is on this machine. Never quoted, as above."""
    read = token(value)
    try:
        parts = urlsplit(read)
        here = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}
        good = (parts.scheme == "https" or here) and parts.hostname and parts.port != 0
    except ValueError:  # a port that is none, or half a bracket
        good = False
    if not good or "@" in parts.netloc or "#" in read:
        raise Unfit("must begin with https://", "copy it from your provider's page for developers")
    return read


def folders(value: object) -> tuple[str, ...]:
    """Names of mailbox folders, one at least."""
    if not (names := _texts(value)):
        raise Unfit("must be a list of names", 'write it as: ["INBOX", "Lists"]')
    return tuple(map(filled_line, names))


def wait(value: object) -> timedelta:
    """`36 hours`, `7 days`, `2 weeks`."""
    found = _WAIT.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    if not found:
        shown = visible(str(value), limit=40)
        proposed = f"{shown} days" if isinstance(value, int) and not isinstance(value, bool) else "7 days"
        fix = f'write a whole number of hours, days or weeks, such as "{proposed}"'
        raise Unfit(f"is no time to wait: {shown!r}", fix)
    read = timedelta(**{f"{found[2]}s": int(found[1])})
    if not timedelta(0) < read <= _LONGEST_WAIT:
        raise Unfit("must be between an hour and a year", 'give people time to answer, such as "7 days"')
    return read


def name(value: object) -> str:
    """What becomes a part of a letter's id, or of a file's name."""
    read = text(value)
    if not NAME.fullmatch(read):
        proposed = slug(re.sub(r"\.(md|txt|toml)$", "", read))
        fix = f'write "{proposed}"' if proposed else "write small letters, figures and hyphens"
        raise Unfit(f"cannot be {visible(read, limit=60)!r}", fix)
    return read


def where(value: object) -> str:
    """An audience's expression; not looked into here."""
    read = text(value)
    if not read.strip():
        raise Unfit("is empty, which could mean everybody or nobody", "for every group leave the line out")
    return read


def sample(value: object) -> int:
    """How many groups are drawn."""
    if whole(value) < 1:
        raise Unfit("must be 1 at least", "for every group leave the line out")
    return whole(value)


def words(value: object) -> tuple[str, ...]:
    """A list of words; a word alone stands for a list of one."""
    read = _texts([value] if isinstance(value, str) else value)
    if read is None:
        raise Unfit("must be a list of words", 'write it as: ["one", "two"]')
    return tuple(map(filled_line, read))


def names(value: object) -> tuple[str, ...]:
    """The same, of names of files."""
    return tuple(map(name, words(value)))


def _texts(value: object) -> tuple[str, ...] | None:
    """A list of texts, or None."""
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        return None
    return tuple(value)
