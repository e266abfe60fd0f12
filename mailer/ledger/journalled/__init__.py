"""TinyDB with a journal: every change survives a crash, and costs the same however much there is."""

from mailer.ledger.journalled.keeper import Keeper, Nowhere
from mailer.ledger.journalled.keeping import OnDisk, Unwitnessed, Witness, begin, look, owner_of
from mailer.ledger.journalled.lines import Changes, Document, Form, Position, Tables
from mailer.ledger.journalled.tables import KeyedDB, KeyedTable, Store

__all__ = [
    "Changes",
    "Document",
    "Form",
    "Keeper",
    "KeyedDB",
    "KeyedTable",
    "Nowhere",
    "OnDisk",
    "Position",
    "Store",
    "Tables",
    "Unwitnessed",
    "Witness",
    "begin",
    "look",
    "owner_of",
]
