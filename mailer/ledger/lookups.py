"""Finds records by other fields than their key, in dicts that follow every change, however many there are."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Generic, TypeVar

from mailer.ledger import documents
from mailer.ledger.journalled import Document
from mailer.ledger.states import IN_THE_AIR

DELIVERIES, MESSAGES, CURSORS, ORDERS = "deliveries", "messages", "cursors", "orders"
CRASHES, LESSONS, SENT_COPIES = "crashes", "lessons", "sent_copies"
"""The ledger's tables."""

_IN_THE_AIR = frozenset(state.value for state in IN_THE_AIR)

_Noun = TypeVar("_Noun")


class Lookups:
    """Which key to look under.

    Attributes:
        in_the_air: Keys of the letters that a process has in hand, or had when it ended.
    """

    def __init__(self) -> None:
        self.in_the_air: dict[str, None] = {}
        self._letters: dict[str, str] = {}
        self._groups: dict[str, tuple[str, ...]] = {}
        self._arrivals: dict[str, str] = {}

    def learn(self, table: str, key: str, before: Document | None, after: Document | None) -> None:
        """Follow one change: the document of `table` under `key`, as it was and as it is."""
        if table == DELIVERIES:
            self._forget_delivery(key, before)
            self._learn_delivery(key, after)
        elif table == MESSAGES and after is not None:
            # The first to come keeps the name: a later mail with the same Message-ID is a copy, or a forgery.
            self._arrivals.setdefault(_bare(after["message_id"]), key)

    def letter(self, text: str) -> str | None:
        """The key of the letter with this Message-ID or reference."""
        return self._letters.get(_mark(text))

    def letters_to(self, group: str) -> tuple[str, ...]:
        """The keys of the letters to a group, in the order of their claims."""
        return self._groups.get(group, ())

    def message(self, message_id: str) -> str | None:
        """The key of the incoming mail with this Message-ID."""
        return self._arrivals.get(_bare(message_id)) if message_id else None

    def _forget_delivery(self, key: str, before: Document | None) -> None:
        self.in_the_air.pop(key, None)
        if before is not None:
            self._letters.pop(_mark(before["message_id"]), None)

    def _learn_delivery(self, key: str, after: Document | None) -> None:
        group = key.split("/")[1]
        keys = self._groups.get(group, ())
        if after is None:
            self._groups[group] = tuple(known for known in keys if known != key)
            return
        self._letters[_mark(after["message_id"])] = key
        if key not in keys:
            self._groups[group] = (*keys, key)
        if after["state"] in _IN_THE_AIR:
            self.in_the_air[key] = None


class Nouns(Generic[_Noun]):
    """A table's nouns, each built when it is first wanted and again when its document has changed."""

    def __init__(self, build: Callable[[str, Document], _Noun]) -> None:
        self._build = build
        self._built: dict[str, tuple[Document, _Noun]] = {}
        self._expected: dict[str, tuple[Document, _Noun]] = {}
        self._all: Mapping[str, _Noun] | None = None

    def expect(self, key: str, document: Document, noun: _Noun) -> None:
        """Take this for what the document stands for once that is learnt: soon it will be asked for."""
        self._expected[key] = document, noun

    def learn(self, key: str, document: Document | None) -> None:
        """Build this one anew when it is wanted again, unless it is the one that was expected."""
        self._built.pop(key, None)
        self._all = None
        if document is not None and key in self._expected:
            expected, noun = self._expected.pop(key)
            if expected == document:
                self._built[key] = document, noun

    def one(self, key: str, document: Document) -> _Noun:
        """The noun of one document.

        Raises:
            BadData: when the document cannot be understood.
        """
        made_from, noun = self._built.get(key, (None, None))
        if noun is None or made_from is not document:
            noun = documents.read(self._build, key, document)
            self._built[key] = (document, noun)
        return noun

    def all(self, rows: Mapping[str, Document]) -> Mapping[str, _Noun]:
        """The nouns of all documents, in their order; a value that later changes leave alone."""
        if self._all is not None and isinstance(rows, dict):
            return self._all
        found = MappingProxyType({key: self.one(key, document) for key, document in rows.items()})
        # What is only pencilled in may yet be dropped.
        self._all = found if isinstance(rows, dict) else None
        return found


def _bare(message_id: str) -> str:
    # Gateways change the case of what they quote, and some quote without the angle brackets.
    return message_id.strip().removeprefix("<").removesuffix(">").lower()


def _mark(text: str) -> str:
    """`TAG.SEAL` of our Message-ID `<c.TAG.SEAL@domain>` (providers change the domain); else the text."""
    bare = _bare(text)
    local, at, _ = bare.partition("@")
    return local.removeprefix("c.") if at and local.startswith("c.") else bare
