"""Reads what came back, settles by proof what became of letters, and puts copies of what left into Sent."""

from mailer.inbox.again import Change, accept, reconsider
from mailer.inbox.filing import look_for_copies, read_mailbox
from mailer.inbox.sent_copies import Filings, file_copies
from mailer.inbox.watching import Pause, Watch

__all__ = [
    "Change",
    "Filings",
    "Pause",
    "Watch",
    "accept",
    "file_copies",
    "look_for_copies",
    "read_mailbox",
    "reconsider",
]
