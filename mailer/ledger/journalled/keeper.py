"""Where a store keeps its documents: what it asks of a keeper, and the one that has only memory."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from mailer.ledger.journalled.lines import Changes, Tables, kept


class Keeper(Protocol):
    """Where changes are kept, so that the next process and the other processes find them."""

    def turn(self) -> AbstractContextManager[None]:
        """Hold the right to change, against all other processes."""
        ...

    def load(self) -> Tables:
        """All documents, read afresh. Only while it is our turn."""
        ...

    def has_news(self) -> bool:
        """Whether another process has changed anything since. Cheap: asked before every look-up."""
        ...

    def news(self) -> Iterator[Changes] | None:
        """What the others have changed; None when all must be read afresh. Only while it is our turn."""
        ...

    def glance(self) -> Iterator[Changes]:
        """What has been written since, here too, as far as it can be read without holding anybody up."""
        ...

    def written(self) -> Iterator[Changes]:
        """What was written here last, unless it was taken in already. It need not be our turn any more."""
        ...

    def append(self, changes: Changes, *, room: bool) -> None:
        """Write changes. Only while it is our turn."""
        ...

    def keep(self) -> None:
        """Return once all that was written is on the disk. It need not be our turn any more."""
        ...

    def long(self) -> bool:
        """Whether it pays to keep all documents afresh."""
        ...

    def compact(self, tables: Tables) -> None:
        """Keep all documents afresh. Only while it is our turn."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class Nowhere:
    """A keeper that keeps nothing: for a copy that lives in memory only."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._written: list[Changes] = []

    def turn(self) -> AbstractContextManager[None]:
        """Nobody else is here."""
        return nullcontext()

    def load(self) -> Tables:
        """What the copy began with."""
        return self._tables

    def has_news(self) -> bool:
        """Never."""
        return False

    def news(self) -> Iterator[Changes] | None:
        """None ever come."""
        return iter(())

    def glance(self) -> Iterator[Changes]:
        """What was written here: nobody else writes."""
        return self.written()

    def written(self) -> Iterator[Changes]:
        """What was written, as it would come back from a file."""
        while self._written:
            yield self._written[0]
            del self._written[0]

    def append(self, changes: Changes, *, room: bool) -> None:  # noqa: ARG002 - no disk is full
        """Write the changes down."""
        self._written.append(kept(changes)[1])  # what is no JSON is refused here, too

    def keep(self) -> None:
        """There is no disk."""

    def long(self) -> bool:
        """Never."""
        return False

    def compact(self, tables: Tables) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Nothing to do."""
