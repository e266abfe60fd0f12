"""The settings and the two servers: whether we get in, over what line, and what is offered there."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from mailer.doctor.checks import Check, Grade
from mailer.errors import BadSettings, CampaignError, SignInRefused
from mailer.nouns import Learned, Provider, Server, Settings, files_copies
from mailer.servers import IMAP_OFFERS, SMTP_OFFERS, Seen, look_at_imap, look_at_smtp

_SOON = timedelta(days=14)
_AGREE = timedelta(minutes=5)
"""So far apart, no wait and no date of a letter is noticeably wrong."""
_SMALL = 250_000
"""Bytes; with less there is no room for a picture."""


def check_settings(
    settings: Settings, learned: Learned | None, provider: Provider | None
) -> tuple[Check, ...]:
    """What is known of the provider, and whether it files copies.

    Args:
        settings: Fit to be used.
        learned: What a probe through the SMTP server has shown.
        provider: Whoever runs that server, if known.
    """
    who = f"your provider is {provider.name}" if provider else "your provider is none of those known here"
    limits = _limits(provider) if provider else ""
    known = Check("settings", "provider", Grade.FINE, f"{who}{limits and '; it takes '}{limits}")
    return known, _copies(settings, learned, provider)


def _limits(provider: Provider) -> str:
    """Its limits in words, such as `500 letters a day, 3 lines at a time`."""
    said = {"letters a day": provider.per_day, "a minute": provider.per_minute}
    said["lines at a time"] = provider.connections
    return ", ".join(f"{most:,} {what}" for what, most in said.items() if most)


def _copies(settings: Settings, learned: Learned | None, provider: Provider | None) -> Check:
    """Whether copies lie in Sent by themselves, and how we know; without that, absence proves nothing."""
    filed = files_copies(settings, learned, provider)
    seen = learned.files_copies if learned else None
    if settings.files_copies is not None and seen is not None and seen != settings.files_copies:
        said = f"files_copies = {str(filed).lower()}"
        says = f"the settings say {said}, but the last letter to yourself showed otherwise"
        fix = "take that line out of campaigns/settings.toml"
        return Check("settings", "copies", Grade.ATTENTION, says, fix)
    if filed is None:
        says = "whether your provider puts a copy of each letter into Sent is not known"
        return Check("settings", "copies", Grade.UNKNOWN, says, "campaign doctor --probe")
    how = "so the settings say" if settings.files_copies is not None else "as it is known to"
    if settings.files_copies is None and learned and seen is not None:
        how = f"as a letter to yourself showed on {learned.at.astimezone():%d %b %Y}"
    what = "puts a copy of each letter into Sent" if filed else "puts no copy of your letters into Sent"
    return Check("settings", "copies", Grade.FINE, f"your provider {what}, {how}")


def check_smtp(
    settings: Settings, provider: Provider | None, now: Callable[[], datetime]
) -> tuple[Check, ...]:
    """Go to the SMTP server, sign in, and look around. Nothing is handed in.

    Args:
        settings: Fit to be used.
        provider: Whoever runs the server, if known.
        now: The time.
    """
    try:
        seen = asyncio.run(look_at_smtp(settings, now()))
    except CampaignError as error:
        return (_kept_out("smtp", error, provider),)
    return tuple(_smtp_lines(settings.smtp, seen, now()))


def _smtp_lines(server: Server, seen: Seen, now: datetime) -> Iterator[Check]:
    yield from _in("smtp", server, seen, now)
    says = _offers(seen.offers, SMTP_OFFERS)
    if 0 < seen.size < _SMALL:
        says += f"; letters of at most {seen.size:,} bytes"
        yield Check("smtp", "extensions", Grade.ATTENTION, says, "send no files with your letters")
    else:
        limit = f"; letters of at most {seen.size / 10**6:,.0f} MB" if seen.size else ""
        yield Check("smtp", "extensions", Grade.FINE, says + limit)
    if seen.clock:
        yield _clocks(seen.clock, now)


def check_imap(
    settings: Settings, provider: Provider | None, now: Callable[[], datetime]
) -> tuple[Check, ...]:
    """Go to the IMAP server, sign in, and look around. No folder is opened.

    Args:
        settings: Fit to be used.
        provider: Whoever runs the server, if known.
        now: The time.
    """
    try:
        seen = look_at_imap(settings)
    except CampaignError as error:
        return (_kept_out("imap", error, provider),)
    return tuple(_imap_lines(settings.imap, seen, now()))


def _imap_lines(server: Server, seen: Seen, now: datetime) -> Iterator[Check]:
    yield from _in("imap", server, seen, now)
    yield Check("imap", "extensions", Grade.FINE, _offers(seen.offers, IMAP_OFFERS))
    sent, junk = (", ".join(name for use, name in seen.folders if use == kind) for kind in ("sent", "junk"))
    if not sent:
        says = "there is no folder for sent mail, so no copy of a letter in doubt can be found"
        yield Check("imap", "folders", Grade.ATTENTION, says, "make one called Sent")
        return
    yield Check(
        "imap", "folders", Grade.FINE, f"sent mail lies in {sent}; junk in {junk or 'no folder of its own'}"
    )


def _kept_out(part: str, error: CampaignError, provider: Provider | None) -> Check:
    """That we do not get in; where the password is at fault, what this provider wants."""
    fix = error.fix
    if isinstance(error, SignInRefused | BadSettings) and provider and provider.sign_in:
        page = f" ({provider.sign_in_page})" if provider.sign_in_page else ""
        fix = f"{fix}; {provider.name}: {provider.sign_in}{page}"
    return Check(part, "sign-in", Grade.WRONG, error.what, fix, error.exit_code)


def _in(part: str, server: Server, seen: Seen, now: datetime) -> Iterator[Check]:
    """That we got in, and over what line."""
    who = f"signed in as {server.user}" if server.user else "it asks for no sign-in"
    yield Check(part, "sign-in", Grade.FINE, f"{server.host}:{server.port}, {who}")
    if not seen.tls:
        yield Check(part, "encryption", Grade.FINE, "none, and none is needed on this machine")
    elif seen.expires and seen.expires - now < _SOON:
        says = f"{seen.tls}, but its certificate is good only until {seen.expires:%d %b %Y}"
        yield Check(part, "encryption", Grade.ATTENTION, says, "tell whoever runs the mail server")
    else:
        until = f"; its certificate is good until {seen.expires:%d %b %Y}" if seen.expires else ""
        yield Check(part, "encryption", Grade.FINE, f"{seen.tls}{until}")


def _offers(offered: Sequence[str], wanted: Sequence[str]) -> str:
    missing = [name for name in wanted if name not in offered]
    without = f"{'; ' if offered else ''}without {', '.join(missing)}" if missing else ""
    return f"{', '.join(offered)}{without}"


def _clocks(theirs: datetime, ours: datetime) -> Check:
    """Waits, windows and the date of each letter depend on this machine's clock."""
    apart = abs(theirs - ours)
    if apart <= _AGREE:
        return Check("smtp", "clock", Grade.FINE, "its clock and this machine's agree")
    says = (
        f"the server says it is {theirs.astimezone(UTC):%d %b %Y %H:%M} UTC; this machine's clock differs by "
    )
    return Check("smtp", "clock", Grade.ATTENTION, says + _span(apart), "set this machine's clock")


def _span(apart: timedelta) -> str:
    if apart.days:
        return f"{apart.days:,} days"
    return f"{apart.seconds // 60} minutes"
