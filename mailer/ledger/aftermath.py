"""Looks after the letters that a process had in hand when it ended.

A letter that was chosen and not begun is due again by itself. Should it be the letter that ends the process,
this would go on for ever, and nobody behind it would be written to: so such ends are counted, and after three
of them the letter is set aside until a person says that it may be tried again.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from mailer.errors import TryAgain
from mailer.failpoints import reach
from mailer.ledger.books import Books
from mailer.ledger.identity import Here
from mailer.ledger.sender import GLANCE, SenderLock
from mailer.ledger.states import MOST_CRASHES, left_behind
from mailer.nouns import Delivery, State


@contextmanager
def sending(books: Books, here: Here, sender: SenderLock, said: list[str]) -> Iterator[None]:
    """Be the one sender for the length of a `with`, which begins with looking after the dead one's letters.

    Raises:
        TryAgain: when another process is; it says which, and since when.
    """
    reach("sender.before_lock")
    with books.together():
        # In our turn, so that who only looks after the dead is not taken for a sender, and no sender is found
        # that has not signed yet.
        if not sender.take(GLANCE):
            raise TryAgain(
                f"another campaign command is sending just now ({sender.holder()})",
                fix="wait until it has finished, then run the same command again",
            )
        sender.sign(f"process {here.pid} on {here.host}")
    try:
        said += look_after(books, here)
        yield
    finally:
        sender.drop()


def look_after_unless_sending(books: Books, here: Here, sender: SenderLock, said: list[str]) -> None:
    """As `look_after`; but while somebody is sending, what is in the air is in good hands."""
    with books.together():
        if sender.take():
            try:
                said += look_after(books, here)
            finally:
                sender.drop()


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
