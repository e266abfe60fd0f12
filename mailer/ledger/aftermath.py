"""Looks after the letters that a process had in hand when it ended."""

from mailer.ledger.books import Books
from mailer.ledger.identity import Here
from mailer.ledger.states import left_behind
from mailer.nouns import Delivery


def look_after(books: Books, here: Here) -> list[str]:
    """Move every letter in the air to where it belongs, in one change. Only while nobody is sending.

    Args:
        books: The ledger's tables.
        here: Who looks.

    Returns:
        A sentence for each letter.
    """
    said = []
    with books.together():
        for before in books.in_the_air():
            holder = books.holder(before.letter)
            after = left_behind(before, holder.boot if holder else "", here)
            books.enter(before.letter, after)
            said.append(_sentence(before, after))
    return said


def _sentence(before: Delivery, after: Delivery | None) -> str:
    if after is None:
        return f"{before.letter} was chosen but not begun when the program stopped: it is due again."
    return f"{before.letter} was {before.state} when the program stopped: it is {after.state} now."
