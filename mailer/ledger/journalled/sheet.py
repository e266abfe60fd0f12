"""A sheet of changes laid over a table: what is changed is listed, and the table below stays as it is."""

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from mailer.ledger.journalled.lines import Document


class Sheet(MutableMapping[str, Document]):
    """A table's documents with changes pencilled in. TinyDB changes it as if it were the table itself."""

    def __init__(self, below: Mapping[str, Document]) -> None:
        self._below = below
        self._touched: dict[str, Document | None] = {}

    def __contains__(self, key: object) -> bool:
        if key in self._touched:
            return self._touched[key] is not None
        return key in self._below

    def __getitem__(self, key: str) -> Document:
        if key not in self._touched:
            self._touched[key] = _copied(self._below[key])
        found = self._touched[key]
        if found is None:
            raise KeyError(key)
        return found

    def peek(self, key: str) -> Document | None:
        """A document as it stands here, itself and no copy: not to be changed."""
        return self._touched[key] if key in self._touched else self._below.get(key)

    def __setitem__(self, key: str, document: Document) -> None:
        if not isinstance(key, str):
            raise TypeError(f"a document's key is text, not {key!r}")
        self._touched[key] = document

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self._touched[key] = None

    def __iter__(self) -> Iterator[str]:
        yield from (key for key in self._below if key in self)
        yield from (key for key in self._touched if key not in self._below and key in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Take every document out; the inherited way looks for the first one anew each time."""
        for key in list(self):
            del self[key]

    def take(self, changes: Mapping[str, Document | None]) -> None:
        """Pencil in what another sheet came to."""
        self._touched.update(changes)

    def changes(self) -> dict[str, Document | None]:
        """What is really different from below: TinyDB also looks at what it leaves as it is."""
        return {key: now for key, now in self._touched.items() if self._differs(key, now)}

    def _differs(self, key: str, now: Document | None) -> bool:
        if now is None or key not in self._below:
            return (now is None) is (key in self._below)
        before = self._below[key]
        # repr, because == takes True for 1, and JSON does not.
        return now != before or repr(now) != repr(before)


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value
