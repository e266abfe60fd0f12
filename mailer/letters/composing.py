"""From the template to the final bytes in one step: what the preview shows is what the real run sends."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mailer.errors import BadData
from mailer.letters.book import Book
from mailer.letters.mime import write
from mailer.nouns import Address, Draft, Due, Letter, LetterId, Problem, Sender, marks

_PROBE_SUBJECT = "A letter to yourself, from campaign doctor"
_PROBE_TEXT = (
    "You asked campaign doctor for this letter, which shows what your mail servers do with letters. "
    "Nobody else got it; you may delete it.\n"
)


def compose(
    book: Book, sender: Sender, seal: marks.Seal, letter_id: LetterId, due: Due, date: datetime | None
) -> tuple[Draft, Letter]:
    """Render one letter to its final bytes; the preview and the real run are this one function.

    Args:
        book: The templates.
        sender: Who writes.
        seal: The ledger's, for the letter's mark.
        letter_id: Which letter.
        due: What the plan knows about it.
        date: Its `Date`; None leaves the header out, for the preview.

    Raises:
        BadData: when the template cannot be filled for this group.
    """
    draft = _draft(book, sender, letter_id, due)
    ref = marks.ref(letter_id, seal)
    return draft, write(draft, sender, marks.id_with(ref, sender.address.domain), ref, due.thread, date)


def compose_trial(
    book: Book, sender: Sender, seal: marks.Seal, letter_id: LetterId, due: Due, to: Address, date: datetime
) -> Letter:
    """Render one letter as its group would get it, to be tried out on another address.

    The words are the same; the subject says whom it imitates. The organizer's name is left out, so that no
    address book learns it for this address. There is nothing in it by which an answer, a bounce or the
    unsubscribe button could find the real letter.

    Args:
        book: The templates.
        sender: Who writes.
        seal: The ledger's.
        letter_id: Which letter it shows.
        due: What the plan knows about that.
        to: Where it goes.
        date: Its `Date`.

    Raises:
        BadData: when the template cannot be filled for this group.
    """
    draft = _draft(book, sender, letter_id, due)
    subject = f"[test as {letter_id.group}] {draft.subject}"
    trial = replace(draft, to=to, to_name="", subject=subject)
    return write(
        trial, sender, marks.trial_id(letter_id, to, date, sender.address.domain, seal), "", (), date
    )


def compose_probe(sender: Sender, seal: marks.Seal, date: datetime) -> Letter:
    """A letter from the fellow to herself, with all that our letters carry, to see what becomes of it.

    It belongs to no campaign: its Message-ID is that of a letter only tried out, and its reference the same.

    Args:
        sender: Who writes, and to whom.
        seal: The ledger's.
        date: Its `Date`.
    """
    letter_id = LetterId("campaign", "doctor", "probe")
    message_id = marks.trial_id(letter_id, sender.address, date, sender.address.domain, seal)
    draft = Draft(letter_id, sender.address, "", _PROBE_SUBJECT, _PROBE_TEXT, f"<p>{_PROBE_TEXT}</p>\n")
    return write(draft, sender, message_id, marks.own_ref(message_id), (), date)


def _draft(book: Book, sender: Sender, letter_id: LetterId, due: Due) -> Draft:
    draft, problems = book.draft(
        due.step.template, letter_id, due.group, due.organizer, sender, due.first_subject
    )
    if draft is None:
        raise _unfit(problems)
    return draft


def _unfit(problems: Sequence[Problem]) -> BadData:
    first = problems[0]
    return BadData(first.what, where=first.where, fix=first.fix)
