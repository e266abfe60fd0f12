"""Says what may stand in `settings.toml` and in a campaign's file: the sections, and what each line holds."""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field
from datetime import date, timedelta
from typing import Any

from mailer.nouns import ALL_DAY, EVERY_DAY, Address, Span
from mailer.workspace import schedule, values

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
    token_cmd: tuple[str, ...] = said(values.command, ())
    oauth: str = said(values.consent, "")
    files_copies: bool | None = said(values.yes_or_no, default=None)


@dataclass(frozen=True)
class ImapShape:
    """`[imap]`."""

    host: str = said(values.host)
    port: int = said(values.port)
    tls: values.Tls = said(values.tls, "implicit")
    user: str = said(values.account, "")
    password_cmd: tuple[str, ...] = said(values.command, ())
    token_cmd: tuple[str, ...] = said(values.command, ())
    oauth: str = said(values.consent, "")
    folders: tuple[str, ...] = said(values.folders, ("INBOX",))


@dataclass(frozen=True)
class CampaignPaceShape:
    """`[pace]` of a campaign."""

    per_minute: int | None = said(schedule.limit, None)
    per_hour: int | None = said(schedule.limit, None)
    per_day: int | None = said(schedule.limit, None)
    per_domain: int | None = said(schedule.limit, None)
    gap: timedelta | None = said(schedule.gap, None)
    jitter: float | None = said(schedule.fraction, None)
    canary: int | None = said(schedule.limit, None)


@dataclass(frozen=True)
class PaceShape:
    """`[pace]` of the settings."""

    per_minute: int | None = said(schedule.limit, None)
    per_hour: int | None = said(schedule.limit, None)
    per_day: int | None = said(schedule.limit, None)
    per_domain: int | None = said(schedule.limit, None)
    gap: timedelta | None = said(schedule.gap, None)
    jitter: float | None = said(schedule.fraction, None)
    canary: int | None = said(schedule.limit, None)
    connections: int | None = said(schedule.connections, None)
    bounce_rate: float | None = said(schedule.fraction, None)


@dataclass(frozen=True)
class OAuthShape:
    """`[oauth]`."""

    client_id: str = said(values.token, "")
    client_secret_cmd: tuple[str, ...] = said(values.command, ())
    authorization_url: str = said(values.url, "")
    token_url: str = said(values.url, "")
    device_url: str = said(values.url, "")
    scopes: tuple[str, ...] = said(values.scopes, ())


@dataclass(frozen=True)
class SettingsShape:
    """`settings.toml`."""

    sender: SenderShape = said(SenderShape)
    smtp: SmtpShape = said(SmtpShape)
    imap: ImapShape = said(ImapShape)
    pace: PaceShape = said(PaceShape, PaceShape())
    oauth: OAuthShape = said(OAuthShape, OAuthShape())
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
class WhenShape:
    """`[when]`."""

    days: frozenset[int] = said(schedule.days, EVERY_DAY)
    hours: tuple[Span, ...] = said(schedule.hours, (ALL_DAY,))
    zone: str = said(schedule.zone, "")
    holidays: str = said(schedule.holidays, "")
    closed: frozenset[date] = said(schedule.dates, frozenset())
    not_after: date | None = said(schedule.day, None)


@dataclass(frozen=True)
class CampaignShape:
    """A campaign's file."""

    steps: tuple[StepShape, ...] = said(Several(StepShape))
    audience: AudienceShape = said(AudienceShape, AudienceShape())
    when: WhenShape = said(WhenShape, WhenShape())
    pace: CampaignPaceShape = said(CampaignPaceShape, CampaignPaceShape())
