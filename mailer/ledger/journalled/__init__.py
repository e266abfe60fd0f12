"""TinyDB with a journal: every change survives a crash, and costs the same however much there is."""

from mailer.ledger.journalled.keeping import OlderCopy, OnDisk, Unwitnessed, Witness, begin, look, owner_of
from mailer.ledger.journalled.lines import Changes, Document, Form, Position, Tables
from mailer.ledger.journalled.tables import Keeper, KeyedDB, KeyedTable, Nowhere, Store

__all__ = [
    "Changes",
    "Document",
    "Form",
    "Keeper",
    "KeyedDB",
    "KeyedTable",
    "Nowhere",
    "OlderCopy",
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
