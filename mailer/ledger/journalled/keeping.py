"""Keeps the documents on disk: the journal, the snapshot that it goes on from, and whose turn it is."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from mailer.errors import BadData
from mailer.ledger.identity import LastSeen
from mailer.ledger.journalled import journal as journals
from mailer.ledger.journalled import snapshot
from mailer.ledger.journalled.journal import Apply, Changes, Journal, Position
from mailer.ledger.journalled.locks import Turn
from mailer.ledger.journalled.tables import Tables, put_all

JOURNAL = "journal.jsonl"
SNAPSHOT = "ledger.json"

LONG_JOURNAL = 1_000_000
"""Bytes from which a snapshot pays: a megabyte of journal is read in some 20 ms, which nobody notices. With
less, every small command would end with writing the whole file afresh."""


class OnDisk:
    """The keeper of the real ledger."""

    def __init__(self, folder: Path, ledger: str, said: list[str]) -> None:
        """Open the files; `load` reads them.

        Args:
            folder: The ledger's folder.
            ledger: The id that the ledger must have.
            said: Gets a sentence for whatever is mended.
        """
        self._folder = folder
        self._ledger = ledger
        self._said = said
        with ExitStack() as undo:
            self._turn = Turn(folder / "lock")
            undo.callback(self._turn.close)
            self._seen = LastSeen(ledger)
            undo.callback(self._seen.close)
            self._journal = Journal(folder / JOURNAL, said)
            undo.pop_all()

    def turn(self) -> AbstractContextManager[None]:
        """Hold the right to change, against all other processes."""
        return self._turn.held()

    def load(self) -> Tables:
        """Snapshot and journal, read afresh. Only while it is our turn.

        Raises:
            BadData: when they do not add up, belong to another ledger, or are older than what was seen.
        """
        self._reopen()
        stand, tables = snapshot.read(self._folder / SNAPSHOT)
        witnesses = (stand, self._seen.read())
        self._refuse_foreign(stand)
        self._compare(self._journal.position, witnesses)
        for entry in self._journal.news():
            self._compare(entry.position, witnesses)
            if entry.position.seq > stand.seq:
                put_all(tables, entry.changes)
        if self._journal.position.seq < stand.seq:
            raise self._mixed("the journal ends before the snapshot beside it")
        self._seen.check(self._journal.position, self._folder)
        self._seen.remember(self._journal.position)
        return tables

    def has_news(self) -> bool:
        """Whether another process has changed anything since. Three system calls."""
        return self._journal.has_news() or self._journal.replaced()

    def news(self) -> Iterator[Changes] | None:
        """What the others have written; None when there is a new snapshot and all must be read afresh."""
        if self._journal.replaced():
            return None
        return (entry.changes for entry in self._journal.news())

    def append(self, changes: Changes, apply: Apply, *, sync: bool) -> None:
        """Keep changes, and apply them as a reader would."""
        self._journal.append(changes, apply, sync=sync)
        if sync:
            self._seen.remember(self._journal.position)

    def long(self) -> bool:
        """Whether the journal is so long, for itself and beside the snapshot, that a new snapshot pays."""
        path = self._folder / SNAPSHOT
        beside = path.stat().st_size if path.exists() else 0
        # Beside a large snapshot it may be larger: writing 100 MB afresh for each megabyte would never end.
        return not self._journal.broken and self._journal.size > max(LONG_JOURNAL, beside // 2)

    def compact(self, tables: Tables) -> None:
        """Write a snapshot and begin a new journal. Only while it is our turn, with all news read."""
        snapshot.write(self._folder / SNAPSHOT, tables, self._journal.position)
        journals.begin(self._folder / JOURNAL, self._ledger, self._journal.position)
        self._reopen()

    def close(self) -> None:
        """Close the files."""
        self._journal.close()
        self._seen.close()
        self._turn.close()

    def _reopen(self) -> None:
        opened = Journal(self._folder / JOURNAL, self._said)
        self._journal.close()
        self._journal = opened

    def _refuse_foreign(self, stand: Position) -> None:
        heading = self._journal.heading
        if heading.ledger != self._ledger:
            raise BadData(
                f"this is the ledger {heading.ledger}, and the workspace belongs to {self._ledger}",
                fix=f"put {self._ledger} in its place, or go to the workspace that this ledger came from",
                where=str(self._folder),
            )
        if heading.start.seq > stand.seq:
            raise self._mixed(
                "the snapshot that the journal goes on from is missing, or an older one is there"
            )

    def _compare(self, position: Position, witnesses: tuple[Position, ...]) -> None:
        if any(seen.seq == position.seq and seen.check != position.check for seen in witnesses):
            raise self._mixed(f"its change {position.seq} is not the one that was seen here before")

    def _mixed(self, how: str) -> BadData:
        return BadData(
            f"the ledger does not add up: {how}",
            fix=f"put your newest whole copy of {self._folder} back; nothing is sent until then",
            where=str(self._folder),
        )
