"""Remembers what was sent, what came back and what was decided; survives crashes, and answers questions."""

from mailer.ledger.clerk import Clerk
from mailer.ledger.copies import letter_fault
from mailer.ledger.holdings import Holdings
from mailer.ledger.ledger import Ledger
from mailer.ledger.onlooking import look_at
from mailer.ledger.opening import create, open_ledger
from mailer.ledger.succession import Adopted, Legacy, legacy, take_over
from mailer.ledger.verifying import Files, verify

__all__ = [
    "Adopted",
    "Clerk",
    "Files",
    "Holdings",
    "Ledger",
    "Legacy",
    "create",
    "legacy",
    "letter_fault",
    "look_at",
    "open_ledger",
    "take_over",
    "verify",
]
