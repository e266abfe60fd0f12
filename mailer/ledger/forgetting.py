"""Destroys what the ledger holds of a person who asks to be forgotten, and keeps what was done and its sums.

The order in which that is done makes it safe to die anywhere. Copies of the mails that stay are written
first; one line of the journal then changes all records, and notes which segments must go. Only after that are
the old documents and the old segments destroyed, and whoever opens the ledger next carries on with it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mailer.failpoints import reach
from mailer.ledger.books import Books
from mailer.ledger.holdings import Holdings, places_in, search
from mailer.ledger.journalled import Document
from mailer.ledger.segments import Mails
from mailer.nouns import Order, OrderKind, Place

BECAUSE = "asked to be forgotten"

_META, _NOTE = "_meta", "forgetting"
"""Where it is noted that something is still to be destroyed."""


def forget(books: Books, mails: Mails, found: Holdings, by: str, now: datetime) -> Holdings:
    """Forget a person. Only while nobody is sending.

    Args:
        books: The ledger's tables.
        mails: The copies of mails.
        found: What was found of her; what has come since is found now.
        by: Who gives the order.
        now: When.

    Returns:
        What was held of her.

    Raises:
        CampaignError: when a letter to her is in doubt, or the disk does not let us.
        BadData: when a mail is not as it was written.
    """
    with books.together():
        found = search(books, mails, found.traces, found)
        if found.obstacle:
            raise found.obstacle
        _change(books, mails, found)
        subject = books.pseudonyms.of(found.traces.key).key
        if not any(order.kind is OrderKind.FORGET and order.subject == subject for order in books.orders()):
            order = Order(books.next_order(), OrderKind.FORGET, subject, now, by, BECAUSE)
            books.enter_order(order)
    reach("forget.before_snapshot")
    finish(books, mails)
    return found


def finish(books: Books, mails: Mails) -> list[str]:
    """Destroy what is still to be destroyed, if anything is.

    Returns:
        A sentence, if anything was.
    """
    if unfinished(books.everything()) is None:
        return []
    # All of it in our turn: others carry on with it, too, and may begin to forget another meanwhile.
    with books.together():
        note = unfinished(books.everything())
        if note is None:
            return []
        books.compact()
        reach("forget.after_snapshot")
        mails.destroy(note["destroy"])
        reach("forget.after_unlink")
        books.strike(_META, _NOTE)
    return ["To forget somebody had been begun and not ended; now all is destroyed that was to be."]


def unfinished(tables: Mapping[str, Mapping[str, Document]]) -> Document | None:
    """What is noted of a forgetting that was begun and not finished; None when there is none."""
    return tables.get(_META, {}).get(_NOTE)


def _change(books: Books, mails: Mails, found: Holdings) -> None:
    """Enter all documents as they are to be, with the mails that stay in their new places."""
    documents = [d for rows in found.rewritten.values() for d in rows.values()]
    moved, mixed = mails.renew({place for document in documents for place in places_in(document)})
    reach("forget.after_segments")
    touched = set(found.records)
    for table, rows in found.rewritten.items():
        for key, document in rows.items():
            if (table, key) in touched or any(place in moved for place in places_in(document)):
                books.rewrite(table, key, _moved(document, moved))
    books.rewrite(_META, _NOTE, {"destroy": list(mixed)})


def _moved(value: Any, moved: Mapping[Place, Place]) -> Any:
    if isinstance(value, list):
        return [_moved(inner, moved) for inner in value]
    if not isinstance(value, dict):
        return value
    if "segment" in value and (new := moved.get(Place(**value))):
        return {"segment": new.segment, "offset": new.offset, "length": new.length}
    return {name: _moved(inner, moved) for name, inner in value.items()}
