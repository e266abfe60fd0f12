"""Adds the ledger's files up, byte for byte, and changes none of them.

Opening a ledger stops at the first thing that is wrong. Here all of it is collected, also where the ledger
cannot be used at all: a broken mail must not hide a second one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from mailer.errors import CampaignError
from mailer.ledger import documents, identity
from mailer.ledger.aftermath import look_after
from mailer.ledger.books import Books
from mailer.ledger.copies import Copies
from mailer.ledger.forgetting import unfinished
from mailer.ledger.forms import FORM
from mailer.ledger.journalled import Document, Nowhere, Position, Store, Tables, refusals, snapshot
from mailer.ledger.journalled.journal import Journal
from mailer.ledger.journalled.keeping import JOURNAL, SNAPSHOT
from mailer.ledger.journalled.lines import put_all
from mailer.ledger.lookups import CURSORS, DELIVERIES, LESSONS, MESSAGES, ORDERS, SENT_COPIES
from mailer.ledger.opening import refuse_absent, refuse_succeeded
from mailer.ledger.sender import somebody_sends
from mailer.nouns import History
from mailer.nouns.marks import stem

_TRIES = 5
"""While we read, another process may replace one file after the other."""

_Noun = TypeVar("_Noun")


@dataclass(slots=True)
class Files:
    """What the files of a ledger come to.

    Attributes:
        lines: Lines of the journal that add up.
        snapshots: Snapshots that do: one, or none while the journal is young.
        letters: Copies of our letters that are as they were written.
        mails: Copies of incoming mails that are.
        forgotten: Copies that were destroyed because a person asked to be forgotten.
        leftover: Bytes in the mails' files that no record names: what a crash leaves, harmless. Where not all
            records can be read, these may be theirs.
        damages: What does not add up, with its place and the next step.
        refusal: Why no command may write in this ledger here and now; None when it may.
        history: What happened, as the next command will find it; None where it is not known as a whole.
        sending: Whether a process is sending just now.
        forgetting: Whether to forget somebody was begun and not finished; the next who writes finishes it.
        mailbox_read: Whether the mailbox was ever read into this ledger: only then a bounce can be known.
    """

    lines: int = 0
    snapshots: int = 0
    letters: int = 0
    mails: int = 0
    forgotten: int = 0
    leftover: int = 0
    damages: list[CampaignError] = field(default_factory=list)
    refusal: CampaignError | None = None
    history: History | None = None
    sending: bool = False
    forgetting: bool = False
    mailbox_read: bool = False


def verify(folder: Path, id_file: Path) -> Files:
    """Read everything that the ledger keeps, and compare every checksum.

    Args:
        folder: Where the ledger is.
        id_file: Where the workspace keeps its id.

    Raises:
        CampaignError: when there is no ledger here at all.
    """
    refusal = _refusal(folder, id_file)
    if refusal and not any(path.exists() for path in _files(folder)):
        raise refusal
    for _ in range(_TRIES):
        before = _stand(folder)
        files = Files(refusal=refusal)
        _verify(folder, _name(id_file), files)
        # In a file that was replaced while we read damage is none, and a letter in the air may be settled.
        if _stand(folder) == before or (files.sending and not files.damages):
            break
    if files.refusal and any(str(files.refusal) == str(damage) for damage in files.damages):
        files.refusal = None
    return files


def _refusal(folder: Path, id_file: Path) -> CampaignError | None:
    """Why the ledger would not be opened, before a line of it is read."""
    try:
        known = identity.read_id(id_file)
        refuse_absent(folder, id_file, known)
        refuse_succeeded(folder, known)
        identity.refuse_unknown(known, folder)
    except CampaignError as error:
        return error
    return None


def _name(id_file: Path) -> str:
    """The ledger's id that the workspace carries; '' where nothing sensible stands."""
    try:
        return identity.read_id(id_file)
    except CampaignError:
        return ""


def _files(folder: Path) -> list[Path]:
    return [folder / JOURNAL, folder / SNAPSHOT, *sorted(folder.glob("mail/*.mails"))]


def _stand(folder: Path) -> list[tuple[int, int]]:
    """What changes whenever a file is replaced or grows."""
    found = [path.stat() for path in _files(folder) if path.exists()]
    return [(file.st_ino, file.st_mtime_ns) for file in found]


def _verify(folder: Path, known: str, files: Files) -> None:
    tables = _tables(folder, known, files)
    files.forgetting = unfinished(tables) is not None
    deliveries = _understood(tables, DELIVERIES, documents.to_delivery, files)
    messages = _understood(tables, MESSAGES, documents.to_message, files)
    _understood(tables, ORDERS, documents.to_order, files)
    _understood(tables, LESSONS, documents.to_learned, files)
    _understood(tables, SENT_COPIES, documents.to_sent_copy, files)
    files.mailbox_read = bool(_understood(tables, CURSORS, documents.to_cursor, files))
    whole = not files.damages
    with Copies(folder / "mail", files.damages) as copies:
        for key, delivery in deliveries.items():
            files.letters += copies.hold(delivery.place, f"the letter {key}", delivery)
        for key, message in messages.items():
            files.mails += copies.hold(message.place, f"the message {key}")
    files.forgotten, files.leftover = copies.forgotten, copies.leftover
    if whole:
        _take_stock(tables, folder, files)


def _take_stock(tables: Tables, folder: Path, files: Files) -> None:
    """What happened, with the letters in the air where the next command will put them."""
    books = Books(Store(Nowhere(tables)))
    files.sending = somebody_sends(folder / "sender.lock")
    if not files.sending:
        look_after(books, identity.here())
    files.history = books.history()


def _tables(folder: Path, known: str, files: Files) -> Tables:
    """The documents, as far as snapshot and journal add up."""
    # Before the journal, which may grow while we read it.
    seen = (identity.last_seen(known) if known else None) or Position()
    start, stand, tables = Position(), None, Tables()
    with _noted(files):
        stand, tables = snapshot.read(folder / SNAPSHOT, FORM)
        start, files.snapshots = (stand.position, 1) if stand else (start, 0)
    with _noted(files):
        if files.refusal and not (folder / JOURNAL).exists():
            raise files.refusal
        journal = Journal(folder / JOURNAL, FORM, [], onlooking=True)
        try:
            checks = _read_on(journal, start, tables, files)
        finally:
            journal.close()
        if known and stem(known) != stem(journal.heading.owner):
            files.refusal = refusals.foreign(folder, journal.heading.owner, known)
        if stand and stand.owner not in {"", journal.heading.owner}:
            raise refusals.mixed(folder, f"the snapshot beside the journal is that of {stand.owner}")
        if files.snapshots and checks.get(start.seq) != start.check:
            raise refusals.mixed(folder, "the snapshot and the journal do not belong together")
        if seen.seq > max(checks):
            files.refusal = refusals.older(folder, seen.seq - max(checks))
        elif checks.get(seen.seq, seen.check) != seen.check:
            files.refusal = refusals.rewritten(folder, seen.seq)
    return tables


def _read_on(journal: Journal, start: Position, tables: Tables, files: Files) -> dict[int, int]:
    """Put what the journal says into the tables; the checksum of each of its lines by its number."""
    files.lines = 1
    if journal.heading.start.seq > start.seq and not files.damages:
        raise refusals.mixed(journal.path.parent, refusals.NO_START)
    checks = {journal.position.seq: journal.position.check}
    for entry in journal.news():
        files.lines += 1
        checks[entry.position.seq] = entry.position.check
        if entry.position.seq > start.seq:
            put_all(tables, entry.changes)
    return checks


@contextmanager
def _noted(files: Files) -> Iterator[None]:
    try:
        yield
    except CampaignError as error:
        files.damages.append(error)


def _understood(
    tables: Tables, table: str, build: Callable[[str, Document], _Noun], files: Files
) -> dict[str, _Noun]:
    """What the records of a table mean; one that makes no sense, although its checksum is right, is noted."""
    found: dict[str, _Noun] = {}
    for key, document in tables.get(table, {}).items():
        with _noted(files):
            found[key] = documents.read(build, key, document)
    return found
