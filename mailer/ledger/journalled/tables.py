"""TinyDB whose changes cost the same however many documents there are, and survive a crash.

Stock TinyDB rebuilds every table and rewrites its whole file at each change. Here a change is one line in a
journal, and only then in memory; TinyDB's tables and queries stay the way to read and to write.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import partial
from typing import Any, cast

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Document as TinyDocument
from tinydb.table import Table

from mailer.errors import TryAgain
from mailer.ledger.journalled.keeper import Keeper
from mailer.ledger.journalled.lines import Changes, Document, Tables, put_all
from mailer.ledger.journalled.sheet import Sheet

Learn = Callable[[str, str, Document | None, Document | None], None]
"""Is told of every change: table, key, the document before and after (None: it was, or is, not there)."""


class KeyedTable(Table):
    """A TinyDB table whose documents are known by a natural key: `Document(fields, doc_id="chipy")`.

    What it hands out is a copy of a document's own fields; lists and dicts *inside* belong to the table.
    """

    document_id_class = str  # type: ignore[assignment] # TinyDB is typed for numbers and documents this way

    def __init__(
        self,
        storage: Storage,
        name: str,
        cache_size: int = 0,  # noqa: ARG002 - TinyDB's signature
        persist_empty: bool = False,  # noqa: FBT001, FBT002 - TinyDB's signature
    ) -> None:
        # A cached answer would be stale as soon as another process changes anything.
        super().__init__(storage, name, cache_size=0, persist_empty=persist_empty)

    @property
    def _store(self) -> "Store":
        return cast("Store", self._storage)

    def __iter__(self) -> Iterator[TinyDocument]:
        # All at once: the loop's body may change the table.
        return iter(list(super().__iter__()))

    def _read_table(self) -> dict[str, Mapping[Any, Any]]:
        return cast("dict[str, Mapping[Any, Any]]", self._store.documents(self.name))

    def _update_table(self, updater: Callable[[dict[int, Mapping[Any, Any]]], None]) -> None:
        self._store.change(self.name, cast("Callable[[Sheet], None]", updater))

    def _get_next_id(self) -> Any:
        raise ValueError("a document of this table needs its key: insert Document(fields, doc_id=key)")


class Store(Storage):
    """TinyDB's storage: the documents in memory, each change kept by a keeper first."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._tables: Tables = {}
        self._pencilled: dict[str, Sheet] | None = None
        self._learn: Learn = lambda *_: None

    @property
    def changing(self) -> bool:
        """Whether we are inside `together`: what is seen now may yet be dropped."""
        return self._pencilled is not None

    def open(self, learn: Learn | None = None) -> None:
        """Read everything.

        Args:
            learn: Is told of every document, now and whenever one changes, here or in another process.
        """
        self._learn = learn or self._learn
        with self._keeper.turn():
            self._replace(self._keeper.load())

    def close(self) -> None:
        """Let go of everything; before that, write a snapshot if one pays."""
        try:
            # All is kept without it, too: who does not get a turn for it leaves it to the next.
            if self._keeper.long():
                with suppress(TryAgain):
                    self.compact()
        finally:
            self._keeper.close()
            self._tables, self._learn = {}, lambda *_: None  # who still has this object keeps no documents

    def compact(self) -> None:
        """Keep all documents afresh, now; what they were before is gone from the files.

        Inside `together` what was changed there is not in it yet.
        """
        if self._pencilled is not None:
            self._keeper.compact(self._tables)
            return
        with self._turn():
            self._keeper.compact(self._tables)

    def together(self, *, sync: bool = True, room: bool = False) -> AbstractContextManager[None]:
        """Make all changes inside into one: one line, so that a crash leaves all of them or none.

        Nobody else changes anything meanwhile, so that what was looked up inside still holds. When the body
        raises, nothing has changed. Inside another `together` it is part of that one.

        Args:
            sync: Return only when it is on the disk. Otherwise the operating system has it, and it outlives
                this process; whoever asks for that calls `keep` before anybody is told.
            room: Whether to leave room on the disk for what must be said afterwards, or change nothing.
        """
        return self._together(sync=sync, room=room) if self._pencilled is None else nullcontext()

    @contextmanager
    def _together(self, *, sync: bool, room: bool) -> Iterator[None]:
        with self._turn():
            sheets: dict[str, Sheet] = {}
            self._pencilled = sheets
            try:
                yield
            finally:
                self._pencilled = None
            changes = {name: changed for name, sheet in sheets.items() if (changed := sheet.changes())}
            if changes:
                self._keeper.append(changes, room=room)
        if changes:
            self._written(sync=sync)

    def keep(self) -> None:
        """Return once all that was changed here is on the disk."""
        self._keeper.keep()

    def change(self, table: str, updater: Callable[[Sheet], None]) -> None:
        """Let `updater` change a table's documents; when it raises, nothing has changed."""
        if self._pencilled is not None:
            below = self._pencilled.setdefault(table, Sheet(self._tables.get(table, {})))
            sheet = Sheet(below)
            updater(sheet)
            below.take(sheet.changes())
            return
        with self._turn():
            sheet = Sheet(self._tables.get(table, {}))
            updater(sheet)
            changes = sheet.changes()
            if changes:
                self._keeper.append({table: changes}, room=False)
        if changes:
            self._written(sync=True)

    def put(self, table: str, key: str, document: Document) -> None:
        """Put a document in the place of whatever stands under its key."""
        with self.together():
            assert self._pencilled is not None
            self._pencilled.setdefault(table, Sheet(self._tables.get(table, {})))[key] = document

    def document(self, table: str, key: str) -> Document | None:
        """One document as of now, itself and no copy: not to be changed."""
        if self._pencilled is not None and table in self._pencilled:
            return self._pencilled[table].peek(key)
        self.catch_up()
        return self._tables.get(table, {}).get(key)

    def documents(self, table: str) -> Mapping[str, Document]:
        """A table's documents by their keys, as of now."""
        if self._pencilled is not None and table in self._pencilled:
            return self._pencilled[table]
        self.catch_up()
        return self._tables.get(table, {})

    def catch_up(self) -> None:
        """Read what other processes have written."""
        if self._pencilled is not None or not self._keeper.has_news():
            return
        self._read_on()
        if self._keeper.has_news():
            # All is to be read afresh, or a process died in the middle of a line: only in our turn.
            with self._turn():
                pass

    def read(self) -> Tables | None:
        """All tables, as TinyDB asks for them."""
        self.catch_up()
        return {name: dict(rows) for name, rows in self._tables.items() if rows}

    def write(self, data: Mapping[str, Mapping[str, Document]]) -> None:
        """Make `data` all there is, as TinyDB asks when tables are dropped."""
        with self.together():
            for name in {*self._tables, *data}:
                self.change(name, partial(_become, data.get(name, {})))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Our turn, with all news read: most of it before, as nobody can write while it is our turn."""
        self._read_on()
        with self._keeper.turn():
            self._read_news()
            yield

    def _written(self, *, sync: bool) -> None:
        """Take in what was just written. It is nobody's turn: while we wait for the disk, others write.

        What they write is read when somebody asks, or before our next turn: together it costs less.
        """
        if sync:
            self._keeper.keep()
        for changes in self._keeper.written():
            self._apply(changes)

    def _read_on(self) -> None:
        for changes in self._keeper.glance():
            self._apply(changes)

    def _read_news(self) -> None:
        if not self._keeper.has_news():
            return
        news = self._keeper.news()
        if news is None:
            self._replace(self._keeper.load())
            return
        for changes in news:
            self._apply(changes)

    def _apply(self, changes: Changes) -> None:
        learnt = [
            (name, key, self._tables.get(name, {}).get(key), document)
            for name, documents in changes.items()
            for key, document in documents.items()
        ]
        put_all(self._tables, changes)
        for change in learnt:
            self._learn(*change)

    def _replace(self, tables: Tables) -> None:
        before, self._tables = self._tables, tables
        for name in {**before, **tables}:
            old, new = before.get(name, {}), tables.get(name, {})
            for key in old.keys() - new.keys():
                self._learn(name, key, old[key], None)
            for key, document in new.items():
                self._learn(name, key, old.get(key), document)


class KeyedDB(TinyDB):
    """TinyDB over a `Store`."""

    table_class = KeyedTable

    def __init__(self, store: Store) -> None:
        super().__init__(storage=lambda: store)


def _become(rows: Mapping[str, Document], sheet: Sheet) -> None:
    for key in [key for key in sheet if key not in rows]:
        del sheet[key]
    sheet.update(rows)
