"""Keeps the documents on disk: the journal, the snapshot that it goes on from, and whose turn it is."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Protocol

from mailer.errors import BadData
from mailer.failpoints import reach
from mailer.ledger.journalled import durable, refusals, snapshot
from mailer.ledger.journalled.journal import ROOM, Journal
from mailer.ledger.journalled.lines import (
    Changes,
    Form,
    Heading,
    Position,
    Tables,
    entry_line,
    heading_line,
    put_all,
)
from mailer.ledger.journalled.locks import Turn
from mailer.ledger.journalled.snapshot import Stand

JOURNAL = "journal.jsonl"
SNAPSHOT = "ledger.json"

LONG_JOURNAL = 1_000_000
"""Bytes from which a snapshot pays: a megabyte of journal is read in some 20 ms, which nobody notices. With
less, every small command would end with writing the whole file afresh."""

_TRIES = 5
"""Between a look at the snapshot and one at the journal another process may have replaced both."""


class Witness(Protocol):
    """Remembers, in another place, how far the files had come: so a copy that is older is noticed."""

    def read(self) -> Position:
        """What was remembered; position 0 when nothing was."""
        ...

    def remember(self, position: Position) -> None:
        """Remember a line that is on the disk, unless a later one is remembered already."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Unwitnessed:
    """For files of which no older copy can do harm."""

    def read(self) -> Position:
        """Nothing."""
        return Position()

    def remember(self, position: Position) -> None:
        """Nothing is remembered."""

    def close(self) -> None:
        """Nothing to do."""


class OnDisk:
    """The keeper of a folder with a journal in it."""

    def __init__(self, folder: Path, owner: str, witness: Witness, form: Form, said: list[str]) -> None:
        """Open the files; `load` reads them.

        Args:
            folder: Where they are.
            owner: Whose they must be.
            witness: What was seen of them before. Closed with them.
            form: What the documents are brought into.
            said: Gets a sentence for whatever is mended.
        """
        self._folder, self._owner, self._witness = folder, owner, witness
        self._form, self._said = form, said
        with ExitStack() as undo:
            undo.callback(witness.close)
            self._turn = Turn(folder / "lock")
            undo.callback(self._turn.close)
            self._journal = self._opened()
            undo.pop_all()

    def turn(self) -> AbstractContextManager[None]:
        """Hold the right to change, against all other processes."""
        return self._turn

    def load(self) -> Tables:
        """Snapshot and journal, read afresh. Only while it is our turn.

        What a power cut tore is mended, and documents in an earlier form are brought into that of today.

        Raises:
            BadData: when they do not add up, belong to somebody else, are older than what was seen, or when a
                newer program wrote them.
        """
        self._reopen()
        stand, tables = snapshot.read(self._folder / SNAPSHOT, self._form)
        seen = self._witness.read()
        start = stand.position if stand else Position()
        self._refuse_foreign(start, stand.owner if stand else "")
        self._compare(self._journal.position, (start, seen))
        for entry in self._journal.news():
            self._compare(entry.position, (start, seen))
            if entry.position.seq > start.seq:
                put_all(tables, entry.changes)
        if self._journal.position.seq < start.seq:
            raise refusals.mixed(self._folder, "the journal ends before the snapshot beside it")
        self._journal.clear_tail()
        if (lost := seen.seq - self._journal.position.seq) > 0:
            raise refusals.older(self._folder, lost)
        if self._journal.position.seq > seen.seq:
            # Whoever wrote the last lines may not have synced them; what is remembered must be on the disk.
            self.keep()
        forms = {self._journal.heading.form, stand.form if stand else self._form.number}
        if min(forms) < self._form.number:
            self.compact(tables)
            self._said.append("The ledger was brought into the form of this version of the program.")
        return tables

    def has_news(self) -> bool:
        """Whether another process has changed anything since. Cheap: asked before every look-up."""
        return self._journal.has_news()

    def news(self) -> Iterator[Changes] | None:
        """What the others have written; None when all must be read afresh."""
        if not self._journal.replaced():
            return (entry.changes for entry in self._journal.news())
        successor = self._opened()
        heading = successor.heading
        if (heading.start, heading.form) == (self._journal.end(), self._form.number):
            return self._on_into(successor)
        successor.close()
        return None

    def glance(self) -> Iterator[Changes]:
        """What anybody has written since, up to a line that is half written or a new snapshot."""
        return (entry.changes for entry in self._journal.glance())

    def written(self) -> Iterator[Changes]:
        """What was written here last, unless it was taken in already."""
        return (entry.changes for entry in self._journal.written())

    def append(self, changes: Changes, *, room: bool) -> None:
        """Write changes. Only while it is our turn, with all news read.

        Raises:
            BadData: when another copy of these files was used meanwhile.
        """
        if (ahead := self._witness.read().seq - self._journal.position.seq) > 0:
            raise refusals.older(self._folder, ahead)
        self._journal.append(changes, room=ROOM if room else 0)

    def keep(self) -> None:
        """Return once all that was written or read here is on the disk."""
        self._witness.remember(self._journal.keep())

    def long(self) -> bool:
        """Whether the journal is so long, for itself and beside the snapshot, that a new snapshot pays."""
        path = self._folder / SNAPSHOT
        beside = path.stat().st_size if path.exists() else 0
        # Beside a large snapshot it may be larger: writing 100 MB afresh for each megabyte would never end.
        return not self._journal.broken and self._journal.length > max(LONG_JOURNAL, beside // 2)

    def _on_into(self, successor: Journal) -> Iterator[Changes]:
        """The rest of the journal that somebody has replaced, and all of the one that goes on from there."""
        try:
            for entry in self._journal.news():
                yield entry.changes
            self._journal.close()
            self._journal = successor
        finally:
            if self._journal is not successor:
                successor.close()
        for entry in successor.news():
            yield entry.changes
        successor.clear_tail()

    def compact(self, tables: Tables) -> None:
        """Write a snapshot and begin a new journal. Only while it is our turn, with all news read."""
        position, form = self._journal.position, self._form.number
        snapshot.write(self._folder / SNAPSHOT, tables, Stand(position, form, self._owner))
        begin(self._folder, self._owner, self._form, start=position)
        self._reopen()

    def close(self) -> None:
        """Close the files."""
        with ExitStack() as last:
            last.callback(self._turn.close)
            last.callback(self._witness.close)
            self._journal.close()

    def _opened(self) -> Journal:
        return Journal(self._folder / JOURNAL, self._form, self._said, self._witness.read())

    def _reopen(self) -> None:
        opened = self._opened()
        self._journal.close()
        self._journal = opened

    def _refuse_foreign(self, start: Position, snapshots: str) -> None:
        heading = self._journal.heading
        if heading.owner != self._owner:
            raise refusals.foreign(self._folder, heading.owner, self._owner)
        if snapshots not in {"", self._owner}:
            raise refusals.mixed(self._folder, f"the snapshot beside the journal is that of {snapshots}")
        if heading.start.seq > start.seq:
            raise refusals.mixed(self._folder, refusals.NO_START)

    def _compare(self, position: Position, witnesses: tuple[Position, ...]) -> None:
        for seen in witnesses:
            if seen.seq == position.seq and seen.check != position.check:
                raise refusals.rewritten(self._folder, position.seq)


def begin(folder: Path, owner: str, form: Form, *first: Changes, start: Position | None = None) -> None:
    """Put a new journal into a folder, whole or not at all; one that stands there is replaced.

    Args:
        folder: Where.
        owner: Whose it is to be.
        form: Of its documents.
        first: Changes that it begins with, a line each.
        start: What it goes on from, if a snapshot stands beside it.
    """
    path, position = folder / JOURNAL, start or Position()
    lines = [heading_line(Heading(owner, form.number, position))]
    for changes in first:
        line, entry = entry_line(changes, position)
        lines.append(line)
        position = entry.position
    with durable.trouble("begin a journal", path):
        durable.put_in_place(durable.stage(path, b"".join(lines)), path)
    reach("journal.begun")


def owner_of(folder: Path, form: Form) -> str:
    """Whose journal it is.

    Raises:
        BadData: when it cannot be read.
    """
    journal = Journal(folder / JOURNAL, form, [], onlooking=True)
    journal.close()
    return journal.heading.owner


def look(folder: Path, owner: str, form: Form, *, half_way: bool = False) -> tuple[Position, Tables]:
    """All documents as they are now, and how far they have come.

    No lock is taken and no byte written, whoever is at work.

    Args:
        folder: Where they are.
        owner: Whose they must be.
        form: What the documents are brought into.
        half_way: Whether the snapshot may be another owner's already, who died before the journal was.

    Raises:
        BadData: when they do not add up, belong to somebody else, or a newer program wrote them.
    """
    for tries_left in reversed(range(_TRIES)):
        try:
            if found := _looked(folder, owner, form, half_way=half_way):
                return found
        except BadData:
            # Between two reads of ours another process may have mended a torn line, and written over it.
            if not tries_left:
                raise
    raise BadData(
        f"this does not add up to the ledger {owner} that the workspace belongs to",
        fix=refusals.whole_copy(folder),
        where=str(folder),
    )


def _looked(folder: Path, owner: str, form: Form, *, half_way: bool) -> tuple[Position, Tables] | None:
    """What `look` sees; None when snapshot and journal do not belong together."""
    stand, tables = snapshot.read(folder / SNAPSHOT, form)
    start = stand.position if stand else Position()
    journal = Journal(folder / JOURNAL, form, [], onlooking=True)
    try:
        heading, whose = journal.heading, stand.owner if stand and not half_way else ""
        if heading.owner != owner or whose not in {"", owner} or heading.start.seq > start.seq:
            return None
        for entry in journal.news():
            if entry.position.seq > start.seq:
                put_all(tables, entry.changes)
        return max(start, journal.position, key=lambda position: position.seq), tables
    finally:
        journal.close()
