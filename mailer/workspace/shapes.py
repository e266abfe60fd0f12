"""Says what may stand in `settings.toml` and in a campaign's file, for pydantic to check.

Loaded only when one of these files is read, because pydantic takes its time to load.
Each check of ours ends in a sentence of ours and its remedy; `wording.py` carries both to the fellow.
"""

import contextlib
import ipaddress
import re
import shlex
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal, NoReturn

from pydantic import BeforeValidator, ConfigDict, Field, StrictInt, StrictStr
from pydantic_core import PydanticCustomError

from mailer.nouns import NAME, Address, BadAddress, visible
from mailer.workspace.cells import fault, slug, tidy

OURS = "campaign"
"""The type of the errors that carry a sentence of ours."""

_STRICT = ConfigDict(extra="forbid")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?")
_WAIT = re.compile(r"([0-9]{1,5}) *(hour|day|week)s?")
_LONGEST_WAIT = timedelta(days=366)


def _refuse(what: str, fix: str) -> NoReturn:
    # In braces because the text of such an error is a template of its own.
    raise PydanticCustomError(OURS, "{what}", {"what": what, "fix": fix})


def _line(value: Any) -> Any:
    """A text that may stand in a header."""
    if isinstance(value, str):
        value = tidy(value)
        if unfit := fault(value):
            _refuse(*unfit)
    return value


def _filled(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        _refuse("is empty", "fill it in")
    return value


def _address(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return Address.parse(tidy(value))
    except BadAddress as error:
        _refuse(visible(str(error)), "write the bare address, such as ana@users.example")


def _host(value: Any) -> Any:
    """A host's name or number, without the port and the like that people copy along."""
    if not isinstance(value, str):
        return value
    value = tidy(value)
    # After a % the library takes anything for the name of an interface.
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(value.replace("%", " ")))
    if not all(_LABEL.fullmatch(label) for label in value.removesuffix(".").split(".")):
        _refuse(
            # Of smtps://ana:secret@mail.users.example the part before the @ is never shown.
            f"is no name of a server: {visible(value.rpartition('@')[2], limit=60)!r}",
            'write the name alone, such as "mail.users.example"',
        )
    return value.lower()


def _account(value: Any) -> Any:
    """The name alone: `ana:secret` is how some programs want name and password, and ours are shown."""
    if isinstance(value, str) and ":" in value:
        _refuse("holds a colon", "write the account's name alone; a password must not stand in this file")
    return value


def _command(value: Any) -> Any:
    """A command as a list of words, or as typed. Never quoted in a message: it may hold a secret."""
    if isinstance(value, str):
        try:
            value = shlex.split(value)
        except ValueError:
            _refuse(
                "has a quotation mark that is never closed",
                'close it, or write a list: ["pass", "show", "mail"]',
            )
    if not isinstance(value, (list, tuple)) or not all(isinstance(word, str) for word in value):
        _refuse("must be a command", 'write it as you would type it: "pass show mail"')
    if any("\0" in word for word in value):
        _refuse("holds a control character", "type it anew")
    return tuple(value)


def _folders(value: Any) -> Any:
    if not isinstance(value, (list, tuple)) or not value or not all(isinstance(name, str) for name in value):
        _refuse("must be a list of names", 'write it as: ["INBOX", "Lists"]')
    names = tuple(map(tidy, value))
    for name in names:
        _line(_filled(name))
    return names


def _wait(value: Any) -> Any:
    """`36 hours`, `7 days`, `2 weeks`."""
    found = _WAIT.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    if not found:
        shown = visible(str(value), limit=40)
        proposed = f"{shown} days" if isinstance(value, int) and not isinstance(value, bool) else "7 days"
        _refuse(
            f"is no time to wait: {shown!r}",
            f'write a whole number of hours, days or weeks, such as "{proposed}"',
        )
    wait = timedelta(**{f"{found[2]}s": int(found[1])})
    if not timedelta(0) < wait <= _LONGEST_WAIT:
        _refuse("must be between an hour and a year", 'give people time to answer, such as "7 days"')
    return wait


def _name(value: Any) -> Any:
    """What becomes a part of a letter's id, or of a file's name."""
    if isinstance(value, str) and not NAME.fullmatch(value):
        proposed = slug(value.removesuffix(".md"))
        fix = f'write "{proposed}"' if proposed else "write small letters, figures and hyphens"
        _refuse(f"cannot be {visible(value, limit=60)!r}", fix)
    return value


def _where(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        _refuse("is empty, which could mean everybody or nobody", "for every group leave the line out")
    return value


def _sample(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and value < 1:
        _refuse("must be 1 at least", "for every group leave the line out")
    return value


def _several(value: Any) -> Any:
    """A list of words; a word alone stands for a list of one."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        _refuse("must be a list of words", 'write it as: ["one", "two"]')
    return tuple(_line(_filled(word)) for word in value)


def _names(value: Any) -> Any:
    return tuple(map(_name, _several(value)))


Line = Annotated[StrictStr, BeforeValidator(_line)]
FilledLine = Annotated[StrictStr, BeforeValidator(_filled), BeforeValidator(_line)]
Mailbox = Annotated[Address, BeforeValidator(_address)]
Host = Annotated[StrictStr, BeforeValidator(_host)]
Account = Annotated[StrictStr, BeforeValidator(_account), BeforeValidator(_line)]
Port = Annotated[StrictInt, Field(ge=1, le=65535)]
Tls = Literal["implicit", "starttls", "none"]
Command = Annotated[tuple[str, ...], BeforeValidator(_command)]
Folders = Annotated[tuple[str, ...], BeforeValidator(_folders)]
Wait = Annotated[timedelta, BeforeValidator(_wait)]
Name = Annotated[StrictStr, BeforeValidator(_name)]
Where = Annotated[StrictStr, BeforeValidator(_where)]
Words = Annotated[tuple[str, ...], BeforeValidator(_several)]
Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
Sample = Annotated[StrictInt, BeforeValidator(_sample)]


@dataclass(frozen=True)
class SenderShape:
    """`[sender]`."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: FilledLine
    email: Mailbox
    role: Line = ""


@dataclass(frozen=True)
class SmtpShape:
    """`[smtp]`."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    host: Host
    port: Port
    tls: Tls = "implicit"
    user: Account = ""
    password_cmd: Command = ()


@dataclass(frozen=True)
class ImapShape:
    """`[imap]`."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    host: Host
    port: Port
    tls: Tls = "implicit"
    user: Account = ""
    password_cmd: Command = ()
    folders: Folders = ("INBOX",)


@dataclass(frozen=True)
class SettingsShape:
    """`settings.toml`."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    sender: SenderShape
    smtp: SmtpShape
    imap: ImapShape


@dataclass(frozen=True)
class ExcludeShape:
    """`[audience.exclude]`."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    tags: Words = ()
    lists: Names = ()
    campaigns: Names = ()


@dataclass(frozen=True)
class AudienceShape:
    """`[audience]`."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    where: Where = ""
    exclude: ExcludeShape = field(default_factory=ExcludeShape)
    sample: Sample | None = None


@dataclass(frozen=True)
class StepShape:
    """One of `[[steps]]`."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    template: Name
    wait: Wait | None = None
    name: Name = ""


@dataclass(frozen=True)
class CampaignShape:
    """A campaign's file."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    steps: Annotated[list[StepShape], Field(min_length=1)]
    audience: AudienceShape = field(default_factory=AudienceShape)
