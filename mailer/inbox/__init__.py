"""Reads what came back, and settles by proof what became of letters that nobody knew about."""

from mailer.inbox.filing import look_for_copies, read_mailbox

__all__ = ["look_for_copies", "read_mailbox"]
