"""Says what may stand in `settings.toml` and in a campaign's file: the sections, and what each line holds."""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field
from datetime import timedelta
from typing import Any

from mailer.nouns import Address
from mailer.workspace import values

READ = "read"
"""Under this name a field keeps what reads it: one of `values.py`, a shape below, or `Several` of one."""


@dataclass(frozen=True, slots=True)
class Several:
    """A list of sections of one shape, written in double brackets; one at least."""

    shape: type


def said(read: Callable[[object], Any] | type | Several, default: Any = MISSING) -> Any:
    """A line or section of a file; without a default it must be there."""
    return field(default=default, metadata={READ: read})


@dataclass(frozen=True)
class SenderShape:
    """`[sender]`."""

    name: str = said(values.filled_line)
    email: Address = said(values.address)
    role: str = said(values.line, "")


@dataclass(frozen=True)
class SmtpShape:
    """`[smtp]`."""

    host: str = said(values.host)
    port: int = said(values.port)
    tls: values.Tls = said(values.tls, "implicit")
    user: str = said(values.account, "")
    password_cmd: tuple[str, ...] = said(values.command, ())
    files_copies: bool | None = said(values.yes_or_no, default=None)


@dataclass(frozen=True)
class ImapShape:
    """`[imap]`."""

    host: str = said(values.host)
    port: int = said(values.port)
    tls: values.Tls = said(values.tls, "implicit")
    user: str = said(values.account, "")
    password_cmd: tuple[str, ...] = said(values.command, ())
    folders: tuple[str, ...] = said(values.folders, ("INBOX",))


@dataclass(frozen=True)
class SettingsShape:
    """`settings.toml`."""

    sender: SenderShape = said(SenderShape)
    smtp: SmtpShape = said(SmtpShape)
    imap: ImapShape = said(ImapShape)
    provider: str = said(values.provider, "")


@dataclass(frozen=True)
class ExcludeShape:
    """`[audience.exclude]`."""

    tags: tuple[str, ...] = said(values.words, ())
    lists: tuple[str, ...] = said(values.names, ())
    campaigns: tuple[str, ...] = said(values.names, ())


@dataclass(frozen=True)
class AudienceShape:
    """`[audience]`."""

    where: str = said(values.where, "")
    exclude: ExcludeShape = said(ExcludeShape, ExcludeShape())
    sample: int | None = said(values.sample, None)


@dataclass(frozen=True)
class StepShape:
    """One of `[[steps]]`."""

    template: str = said(values.name)
    wait: timedelta | None = said(values.wait, None)
    name: str = said(values.name, "")


@dataclass(frozen=True)
class CampaignShape:
    """A campaign's file."""

    steps: tuple[StepShape, ...] = said(Several(StepShape))
    audience: AudienceShape = said(AudienceShape, AudienceShape())
