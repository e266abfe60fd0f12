"""Hands one letter to a mail server and reports what it said and when; fetches what is new from a mailbox."""

from mailer.nouns import Settings
from mailer.servers.imap import mailbox
from mailer.servers.nowhere import nowhere
from mailer.servers.smtp import post_office

__all__ = ["is_loopback", "mailbox", "nowhere", "post_office"]


def is_loopback(settings: Settings) -> bool:
    """Whether both servers are this very machine, so that nothing can leave it."""
    return settings.smtp.loopback and settings.imap.loopback
