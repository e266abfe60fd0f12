"""Hands one letter to a mail server and reports what it said and when; fetches what is new from a mailbox."""

from mailer.nouns import Settings
from mailer.servers.dns_lookup import dns_texts
from mailer.servers.imap import mailbox
from mailer.servers.inspection import IMAP_OFFERS, SMTP_OFFERS, Seen, look_at_imap, look_at_smtp
from mailer.servers.nowhere import nowhere
from mailer.servers.smtp import post_office

__all__ = [
    "IMAP_OFFERS",
    "SMTP_OFFERS",
    "Seen",
    "dns_texts",
    "is_loopback",
    "look_at_imap",
    "look_at_smtp",
    "mailbox",
    "nowhere",
    "post_office",
]


def is_loopback(settings: Settings) -> bool:
    """Whether both servers are this very machine, so that nothing can leave it."""
    return settings.smtp.loopback and settings.imap.loopback
