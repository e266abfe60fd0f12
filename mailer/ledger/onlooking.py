"""Looks at a ledger without touching it: no lock is taken, no byte written, whoever is at work in it."""

from collections.abc import Iterator
from pathlib import Path

from mailer.ledger import identity
from mailer.ledger.aftermath import look_after
from mailer.ledger.books import Books
from mailer.ledger.forms import FORM
from mailer.ledger.journalled import Nowhere, Position, Store, look
from mailer.ledger.ledger import Ledger
from mailer.ledger.opening import refuse_absent, refuse_succeeded
from mailer.ledger.segments import Fleeting, Segments
from mailer.ledger.sender import somebody_sends


def look_at(folder: Path, id_file: Path) -> Ledger:
    """A copy in memory of the workspace's ledger, as it is now.

    What a dead process left in the air stands in the copy where the next start will put it; that start is
    the one that says so. A copy of the ledger, or an older one, may be looked at; `repaired` says what it is.

    Raises:
        BadSettings: when there is none, or the workspace does not name it.
        BadData: when it is empty, damaged, another workspace's, or was taken over.
        CampaignError: when the disk does not let us.
    """
    known = identity.read_id(id_file)
    refuse_absent(folder, id_file, known)
    refuse_succeeded(folder, known)
    here = identity.here()
    # Before the ledger itself, in which others may write on while we read.
    seen = identity.last_seen(known)
    position, books = _read(folder, known)
    in_the_air = books.in_the_air()
    if in_the_air and not somebody_sends(folder / "sender.lock"):
        # Whoever was sending while we read has settled by now; what has not moved, nobody has in hand.
        position, books = _read(folder, known)
        if books.in_the_air() == in_the_air:
            look_after(books, here)
    said = [*_doubts(seen, position)]
    return Ledger(books, Fleeting(Segments(folder / "mail")), here, None, said)


def _doubts(seen: Position | None, position: Position) -> Iterator[str]:
    if seen is None:
        said = "this account has never used it, so it is a copy; more may have happened since"
        yield f"{said}. To send from here, for good: {identity.TAKE_OVER}"
    elif seen.seq > position.seq:
        lost = seen.seq - position.seq
        changes = "1 change made since is" if lost == 1 else f"{lost} changes made since are"
        said = f"this is an older copy of it: {changes} not in it"
        yield f"{said}. Put the newest copy back; if that is lost: {identity.TAKE_OVER}"


def _read(folder: Path, known: str) -> tuple[Position, Books]:
    """How far the ledger has come, and what is in it."""
    position, tables = look(folder, known, FORM)
    return position, Books(Store(Nowhere(tables)))
