"""Remembers what was sent, what came back and what was decided; survives crashes, and answers questions."""

from mailer.ledger.ledger import Ledger
from mailer.ledger.onlooking import look_at
from mailer.ledger.opening import create, open_ledger

__all__ = ["Ledger", "create", "look_at", "open_ledger"]
