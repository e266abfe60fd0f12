"""The ledger's tables as nouns: what is entered, what is struck out, and what can be asked of them."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from mailer.errors import BadData
from mailer.ledger import documents
from mailer.ledger.identity import TAKE_OVER, Here
from mailer.ledger.journalled import Document, KeyedDB, Store
from mailer.ledger.lookups import (
    CRASHES,
    CURSORS,
    DELIVERIES,
    LESSONS,
    MESSAGES,
    ORDERS,
    SENT_COPIES,
    Lookups,
    Nouns,
)
from mailer.ledger.states import MOST_CRASHES
from mailer.nouns import (
    Cursor,
    Delivery,
    History,
    Learned,
    LetterId,
    Message,
    Order,
    Pseudonyms,
    SentCopy,
    corrected,
    corrections,
)


class Books:
    """Deliveries, messages, cursors and orders. They hold what they are told; the ledger decides what."""

    def __init__(self, store: Store) -> None:
        """Read everything.

        Args:
            store: Not yet opened.
        """
        self._store = store
        self._lookups = Lookups()
        self._deliveries = Nouns(documents.to_delivery)
        self._messages = Nouns(documents.to_message)
        self._orders = Nouns(documents.to_order)
        self._sent_copies = Nouns(documents.to_sent_copy)
        self._nouns: Mapping[str, Nouns[Any]] = {
            DELIVERIES: self._deliveries,
            MESSAGES: self._messages,
            ORDERS: self._orders,
            SENT_COPIES: self._sent_copies,
        }
        self._history: History | None = None
        self._news = 0
        store.open(self._learn)
        self._db = KeyedDB(store)

    def together(self, *, sync: bool = True, room: bool = False) -> AbstractContextManager[None]:
        """One change out of many, as in `Store.together`."""
        return self._store.together(sync=sync, room=room)

    def keep(self) -> None:
        """As `Store.keep`."""
        self._store.keep()

    def close(self) -> None:
        """Let go of the files."""
        self._store.close()

    def about(self) -> Document:
        """What the ledger says of itself: `id`, `key` in hex, `created`."""
        about = self._rows("_meta").get("ledger")
        if about is None:
            raise BadData(
                "the ledger does not say what it is: the beginning of it is missing",
                fix=f"put your newest whole copy of the ledger's folder back. If that is lost: {TAKE_OVER}",
            )
        return about

    @property
    def pseudonyms(self) -> Pseudonyms:
        """What this ledger calls those whom it was told to forget."""
        return Pseudonyms(bytes.fromhex(self.about()["key"]))

    def everything(self) -> Mapping[str, Mapping[str, Document]]:
        """Every document of every table."""
        return self._store.read() or {}

    def rewrite(self, table: str, key: str, document: Document) -> None:
        """Put a document in the place of another, whatever it is about."""
        self._store.put(table, key, document)

    def strike(self, table: str, key: str) -> None:
        """Take a document away."""
        self._db.table(table).remove(doc_ids=[key])  # type: ignore[list-item] # text

    def compact(self) -> None:
        """Leave no trace of how the documents were before."""
        self._store.compact()

    def enter(self, letter: LetterId, delivery: Delivery | None, holder: Here | None = None) -> None:
        """Write a letter's record, in place of the one it had; None takes it away.

        Args:
            letter: Which letter.
            delivery: Its record.
            holder: The process that has the letter in hand, if any has.
        """
        if delivery is None:
            self._db.table(DELIVERIES).remove(doc_ids=[str(letter)])  # type: ignore[list-item] # text
        else:
            document = documents.from_delivery(delivery, holder)
            self._store.put(DELIVERIES, str(letter), document)
            if holder:
                self._deliveries.expect(str(letter), document, delivery)

    def settle(self, letter: LetterId, delivery: Delivery | None) -> None:
        """Write what became of a letter; how often the program died over it counts no more."""
        self.enter(letter, delivery)
        self.strike_crashes(letter)

    def count_crash(self, letter: LetterId, at: datetime) -> int:
        """Note that a process ended with this letter in hand.

        Returns:
            How often that has happened since the letter was last settled.
        """
        count: int = self._rows(CRASHES).get(str(letter), {"count": 0})["count"] + 1
        self._store.put(CRASHES, str(letter), {"count": count, "at": at.isoformat()})
        return count

    def strike_crashes(self, letter: LetterId) -> None:
        """Begin counting anew for this letter."""
        if str(letter) in self._rows(CRASHES):
            self._db.table(CRASHES).remove(doc_ids=[str(letter)])  # type: ignore[list-item] # text

    def set_aside(self) -> frozenset[str]:
        """Ids of the letters over which the program has died too often."""
        crashes = self._rows(CRASHES).items()
        return frozenset(letter for letter, document in crashes if document["count"] >= MOST_CRASHES)

    def delivery(self, letter: LetterId) -> Delivery | None:
        """The record of a letter."""
        key = str(letter)
        found = self._store.document(DELIVERIES, key)
        return self._deliveries.one(key, found) if found else None

    def holder(self, letter: LetterId) -> Here | None:
        """The process that has, or had, a letter in hand."""
        found = self._store.document(DELIVERIES, str(letter))
        return documents.holder(found) if found else None

    def deliveries(self) -> Mapping[str, Delivery]:
        """All records by the letter's id."""
        return self._deliveries.all(self._rows(DELIVERIES))

    def deliveries_to(self, group: str) -> tuple[Delivery, ...]:
        """The records of the letters to one group, in the order of their claims."""
        rows = self._rows(DELIVERIES)
        keys = self._lookups.letters_to(group)
        return tuple(self._deliveries.one(key, rows[key]) for key in keys if key in rows)

    def in_the_air(self) -> tuple[Delivery, ...]:
        """The letters that a process has, or had, in hand."""
        rows = self._rows(DELIVERIES)
        return tuple(self._deliveries.one(key, rows[key]) for key in self._lookups.in_the_air)

    def letter_of(self, text: str) -> LetterId | None:
        """The letter with this Message-ID or reference."""
        self._store.catch_up()
        key = self._lookups.letter(text)
        return LetterId.parse(key) if key else None

    def enter_message(self, message: Message) -> None:
        """Write a message's record."""
        self._store.put(MESSAGES, message.id, documents.from_message(message))

    def has_message(self, key: str) -> bool:
        """Whether there is a message with this id."""
        return key in self._rows(MESSAGES)

    def messages(self) -> tuple[Message, ...]:
        """All messages in order of arrival, as people have corrected them."""
        said = corrections(self.orders())
        return tuple(corrected(each, said[each.id]) if each.id in said else each for each in self.as_read())

    def as_read(self) -> tuple[Message, ...]:
        """All messages in order of arrival, as they were read; people may know better."""
        noted = self._messages.all(self._rows(MESSAGES))
        return tuple(sorted(noted.values(), key=lambda message: message.at))

    def message_of(self, message_id: str) -> Message | None:
        """The message with this Message-ID of its own."""
        rows = self._rows(MESSAGES)
        key = self._lookups.message(message_id)
        if not key:
            return None
        message = self._messages.one(key, rows[key])
        return corrected(message, corrections(self.orders()).get(key, ()))

    def enter_cursor(self, cursor: Cursor) -> None:
        """Write how far a folder is read."""
        self._store.put(CURSORS, cursor.folder, documents.from_cursor(cursor))

    def cursor(self, folder: str) -> Cursor | None:
        """How far a folder is read."""
        found = self._rows(CURSORS).get(folder)
        return documents.read(documents.to_cursor, folder, found) if found else None

    def enter_learned(self, learned: Learned) -> None:
        """Write what a probe has shown of a server."""
        self._store.put(LESSONS, learned.server, documents.from_learned(learned))

    def learned(self, server: str) -> Learned | None:
        """What the last probe has shown of a server."""
        found = self._rows(LESSONS).get(server)
        return documents.read(documents.to_learned, server, found) if found else None

    def enter_sent_copy(self, copy: SentCopy) -> None:
        """Write what is known of a letter's copy in the folder for sent mail."""
        self._store.put(SENT_COPIES, str(copy.letter), documents.from_sent_copy(copy))

    def sent_copies(self) -> Mapping[str, SentCopy]:
        """What is known of such copies, by the letter's id."""
        return self._sent_copies.all(self._rows(SENT_COPIES))

    def next_order(self) -> str:
        """The next order's number. Orders taken back stay in the table, so that none is given twice."""
        return f"o{len(self._rows(ORDERS)) + 1}"

    def enter_order(self, order: Order) -> None:
        """Write an order's record."""
        self._store.put(ORDERS, order.id, documents.from_order(order))

    def strike_order(self, number: str, revocation: Document) -> Order | None:
        """Mark an order as taken back, and return it; None when there is none that stands."""
        found = self._rows(ORDERS).get(number)
        if not found or found["revoked"]:
            return None
        self._store.put(ORDERS, number, {**found, **revocation})
        return self._orders.one(number, found)

    def orders(self) -> tuple[Order, ...]:
        """The orders that stand, in the order in which they were given."""
        rows = self._rows(ORDERS)
        return tuple(order for key, order in self._orders.all(rows).items() if not rows[key]["revoked"])

    def news(self) -> int:
        """Rises whenever a message or an order is entered or changed."""
        self._store.catch_up()
        return self._news

    def history(self) -> History:
        """Everything at once."""
        self._store.catch_up()
        if self._history is not None and not self._store.changing:
            return self._history
        history = History(
            self.deliveries(), self.messages(), self.orders(), self.set_aside(), self.pseudonyms
        )
        self._history = None if self._store.changing else history
        return history

    def _rows(self, table: str) -> Mapping[str, Document]:
        return self._store.documents(table)

    def _learn(self, table: str, key: str, before: Document | None, after: Document | None) -> None:
        self._lookups.learn(table, key, before, after)
        if table in self._nouns:
            self._nouns[table].learn(key, after)
        self._news += table in {MESSAGES, ORDERS}
        self._history = None
