"""Looks at a ledger without touching it: no lock is taken, no byte written, whoever is at work in it."""

from pathlib import Path

from mailer.errors import BadData
from mailer.ledger import identity
from mailer.ledger.books import Books
from mailer.ledger.journalled import snapshot
from mailer.ledger.journalled.journal import Journal
from mailer.ledger.journalled.keeping import JOURNAL, SNAPSHOT
from mailer.ledger.journalled.tables import Nowhere, Store, Tables, put_all
from mailer.ledger.ledger import Ledger
from mailer.ledger.opening import refuse_absent
from mailer.ledger.segments import InMemory, Segments

_TRIES = 5
"""Between our look at the snapshot and at the journal another process may have replaced both."""


def look_at(folder: Path, id_file: Path) -> Ledger:
    """A copy in memory of the workspace's ledger, as it is now.

    Whether it is an older copy is not asked: what this is for is not remembered anyway.

    Raises:
        BadSettings: when there is none, or the workspace does not name it.
        BadData: when it is empty, damaged, or another workspace's.
        CampaignError: when the disk does not let us.
    """
    known = identity.read_id(id_file)
    refuse_absent(folder, id_file, known)
    books = Books(Store(Nowhere(_tables(folder, known))))
    return Ledger(books, InMemory(Segments(folder / "mail")), identity.here(), None, [])


def _tables(folder: Path, known: str) -> Tables:
    for _ in range(_TRIES):
        stand, tables = snapshot.read(folder / SNAPSHOT)
        journal = Journal(folder / JOURNAL, [], onlooking=True)
        try:
            heading = journal.heading
            if heading.ledger == known and heading.start.seq <= stand.seq:
                for entry in journal.news():
                    if entry.position.seq > stand.seq:
                        put_all(tables, entry.changes)
                return tables
        finally:
            journal.close()
    raise BadData(
        f"this does not add up to the ledger {known} that the workspace belongs to",
        fix="campaign status says what is wrong with it",
        where=str(folder),
    )
