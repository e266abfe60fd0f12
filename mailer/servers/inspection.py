"""Looks at a mail server, without a letter and without opening a folder: its encryption, offers and clock."""

import os
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from mailer.nouns import Settings
from mailer.servers.imap_copies import sent_places
from mailer.servers.passwords import credentials, mailbox_credentials
from mailer.servers.patience import ImapPatience, SmtpPatience
from mailer.servers.trouble import refuse_bare

if TYPE_CHECKING:
    import aiosmtplib

SMTP_OFFERS = ("PIPELINING", "SIZE", "8BITMIME", "DSN", "CHUNKING")
IMAP_OFFERS = ("SPECIAL-USE", "CONDSTORE", "IDLE")
"""The extensions that make a difference to us."""

_SMTP_PATIENCE = SmtpPatience(opening=60, greeting=30, command=30, courtesy=5)
_IMAP_PATIENCE = ImapPatience(connect=30, silence=30, command=60)
"""Nothing is handed over, so giving up early leaves nothing in doubt."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a server showed once we were in. None of it is a server's own wording.

    Attributes:
        tls: The version of the encryption, such as `TLSv1.3`; empty in the clear.
        expires: When its certificate does. UTC; None in the clear.
        offers: Which of the extensions that matter it offers.
        size: How many bytes a letter may have; 0 where it does not say.
        clock: What it said the time was; None where it did not.
        folders: How the special folders are called, by `sent` and `junk`. The names are untrusted.
    """

    tls: str = ""
    expires: datetime | None = None
    offers: tuple[str, ...] = ()
    size: int = 0
    clock: datetime | None = None
    folders: tuple[tuple[str, str], ...] = ()


async def look_at_smtp(settings: Settings, now: datetime) -> Seen:
    """Connect to the SMTP server, sign in as the settings say, and look around.

    Args:
        settings: Which server.
        now: The time, to tell its clock from other figures in its greeting.

    Raises:
        CampaignError: as the post office does when it is opened.
    """
    from mailer.servers.smtp_door import signed_in  # noqa: PLC0415 - loads the mail library

    refuse_bare(settings.smtp, "smtp")
    known = credentials(settings.smtp, "smtp", os.environ)

    def see(client: "aiosmtplib.SMTP", greeting: str) -> Seen:
        transport = client.transport
        line = transport.get_extra_info("ssl_object") if transport else None
        offered = {name.upper() for name in client.esmtp_extensions}
        size = client.esmtp_extensions.get("size", "").strip()
        return Seen(
            *_encryption(line),
            tuple(name for name in SMTP_OFFERS if name in offered),
            int(size[:15]) if size.isascii() and size.isdigit() else 0,
            _clock(greeting, now),
        )

    return await signed_in(settings, known, _SMTP_PATIENCE, see)


def look_at_imap(settings: Settings) -> Seen:
    """Connect to the IMAP server, sign in, and look around.

    Raises:
        CampaignError: as the mailbox does when it is opened.
    """
    from mailer.servers import imap_door  # noqa: PLC0415 - loads the mail library

    refuse_bare(settings.imap, "imap")
    known = mailbox_credentials(settings.imap, os.environ)
    client, wire = imap_door.open_mailbox(settings.imap, known, _IMAP_PATIENCE)
    try:
        offered = _capabilities(client)
        there = _listed(client)
        junk = [name for name, flags in there.items() if b"\\junk" in flags]
        special = [*(("sent", name) for name in sent_places(there)), *(("junk", name) for name in junk)]
        return Seen(
            *_encryption(wire.sock),
            tuple(name for name in IMAP_OFFERS if name in offered),
            folders=tuple((use, name) for use, name in special if name == known.discreet(name)),
        )
    finally:
        imap_door.close(client, wire, _IMAP_PATIENCE.courtesy)


def _capabilities(client: Any) -> set[str]:
    """What it offers now that we are in; some tell more then (RFC 3501 §7.2.1)."""
    with suppress(Exception):  # a hostile answer makes imapclient raise anything; then it offers nothing
        return {bytes(name).decode("ascii", "replace").upper() for name in client.capabilities()}
    return set()


def _listed(client: Any) -> Mapping[str, frozenset[bytes]]:
    """Every folder with its flags in small letters; none where the answer makes no sense."""
    with suppress(Exception):
        return {
            str(name): frozenset(bytes(flag).lower() for flag in flags)
            for flags, _, name in client.list_folders()
        }
    return {}


def _encryption(line: object) -> tuple[str, datetime | None]:
    """The version of TLS, and until when the certificate is good."""
    if not isinstance(line, ssl.SSLObject | ssl.SSLSocket):
        return "", None
    until = (line.getpeercert() or {}).get("notAfter")
    expires = datetime.fromtimestamp(ssl.cert_time_to_seconds(until), UTC) if isinstance(until, str) else None
    return line.version() or "", expires


def _clock(greeting: str, now: datetime) -> datetime | None:
    """The time in a greeting like `mail.example ESMTP Exim 4.96 Sun, 22 Nov 2026 05:43:05 +0000`."""
    for start in (greeting.rpartition(";")[2], " ".join(greeting.split()[-6:])):
        with suppress(ValueError, TypeError, OverflowError, IndexError):
            found = parsedate_to_datetime(start.strip())
            # One without a zone is no moment.
            if found.tzinfo and abs(found.year - now.year) <= 1:
                return found.astimezone(UTC)
    return None
