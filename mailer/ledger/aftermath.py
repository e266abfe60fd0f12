"""Looks after the letters that a process had in hand when it ended.

A letter that was chosen and not begun is due again by itself. Should it be the letter that ends the process,
this would go on for ever, and nobody behind it would be written to: so such ends are counted, and after three
of them the letter is set aside until a person says that it may be tried again.
"""

from mailer.failpoints import reach
from mailer.ledger.books import Books
from mailer.ledger.identity import Here
from mailer.ledger.states import MOST_CRASHES, left_behind
from mailer.nouns import Delivery, State


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
            # What is in doubt waits for a person anyway; only what goes on by itself can go round in circles.
            by_itself = after is None or after.state is State.DEFERRED
            crashes = books.count_crash(before.letter, before.changed_at) if by_itself else 0
            said.append(_sentence(before, after, crashes))
        reach("repair.before_write")
    return said


def _sentence(before: Delivery, after: Delivery | None, crashes: int) -> str:
    letter = before.letter
    if crashes >= MOST_CRASHES:
        return f"The program has stopped {crashes} times over {letter}: it is set aside."
    if after is None:
        return f"{letter} was chosen but not begun when the program stopped: it is due again."
    return f"{letter} was {before.state} when the program stopped: it is {after.state} now."
