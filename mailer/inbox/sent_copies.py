"""Puts copies of the letters that left into the folder for sent mail, where the provider files none itself.

Only of letters that a server has taken in so many words; a letter in doubt must never have one, as a copy
proves that it left. Looked for first: whoever files copies by itself would else have two of each.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailer.errors import BadData, BadSettings, ServerUnavailable
from mailer.failpoints import reach
from mailer.inbox.doubt import OVERLAP
from mailer.inbox.ours import Ours
from mailer.ledger import Ledger
from mailer.nouns import (
    Copy,
    Delivery,
    Filing,
    LetterId,
    Mailbox,
    Outcome,
    SentCopy,
    Settings,
    World,
)
from mailer.replies import copied

LONGEST = timedelta(days=7)
"""So long after it left, a letter's copy is still worth another try."""

_MEMORY = timedelta(days=30)
"""So long ago a copy may be that shows what the provider does."""

MOST_REFUSALS = 3
"""So many refusals in a row are not about the letters; the rest is for the next time."""


@dataclass(frozen=True, slots=True)
class Filings:
    """What came of putting copies into the folder for sent mail.

    Attributes:
        put: So many were put there.
        missing: So many are to be tried again the next time.
        hindered: Why; empty when nothing was in the way. May hold a server's words.
        fix: What to do about it; empty when nothing but to try again.
    """

    put: int = 0
    missing: int = 0
    hindered: str = ""
    fix: str = ""


def file_copies(
    world: World, settings: Settings, ledger: Ledger, *, provider_files: bool | None = None
) -> Filings:
    """Put a copy of each letter that left within the last week into Sent, unless one is there.

    Args:
        world: The clock and the mailbox.
        settings: How to get in.
        ledger: What left, and which copies are known.
        provider_files: Whether the provider files copies by itself; None where nobody knows. Then one copy
            that is there without us is enough to leave the others to the provider, too.

    Returns:
        What came of it. A mailbox in trouble is in it, as a value.

    Raises:
        CampaignError: the mailbox cannot be opened, somebody else is sending, or the ledger fails.
    """
    if provider_files:
        return Filings()
    # Two who look and then file at the same time would file twice; and nobody is forgotten meanwhile.
    with ledger.sending():
        wanted = _wanted(ledger, world.now())
        if not wanted:
            return Filings()
        with world.mailbox(settings) as box:
            drawer = _Drawer(box, ledger, world.now)
            ours = Ours(ledger, settings.sender.address, ())
            return drawer.fill(wanted, ours, is_unknown=provider_files is None)


def left_at(delivery: Delivery) -> datetime | None:
    """When a server took this letter, in so many words; None where that is not so, or not known."""
    last = delivery.attempts[-1] if delivery.attempts else None
    return last.at if last and last.verdict.outcome is Outcome.ACCEPTED else None


def _wanted(ledger: Ledger, now: datetime) -> Sequence[Delivery]:
    """The letters that may lack a copy, in the order in which they left."""
    known = ledger.sent_copies.all()
    done = {name for name, copy in known.items() if copy.how is not Filing.TRIED}
    late = now - LONGEST
    found = [
        (at, delivery)
        for name, delivery in ledger.deliveries().items()
        # Of who was forgotten there are no bytes any more.
        if name not in done and delivery.place.segment and (at := left_at(delivery)) and at >= late
    ]
    return [delivery for _, delivery in sorted(found, key=lambda pair: pair[0])]


class _Drawer:
    """The folder for sent mail, into which copies are put one by one."""

    def __init__(self, box: Mailbox, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._box, self._ledger, self._now = box, ledger, now
        self._put = 0
        self._refused = 0
        self._hindered, self._fix = "", ""

    def fill(self, wanted: Sequence[Delivery], ours: Ours, *, is_unknown: bool) -> Filings:
        """Look first, then put there what is lacking."""
        lacking = wanted
        try:
            seen = self._seen(self._since(wanted, is_unknown=is_unknown), ours)
            is_filed = is_unknown and self._lies_there_without_us(seen)
            self._note_found(wanted, seen)
            lacking = [] if is_filed else [each for each in wanted if each.letter not in seen]
            for each in lacking:
                if self._refused == MOST_REFUSALS:
                    break
                self._file(each)
        except ServerUnavailable as error:
            self._hindered = error.what
        except BadSettings as error:
            self._hindered, self._fix = error.what, error.fix
        return Filings(self._put, len(lacking) - self._put, self._hindered, self._fix)

    def _since(self, wanted: Sequence[Delivery], *, is_unknown: bool) -> datetime:
        """How far back to look: where nobody knows what the provider does, to the last copy that tells."""
        # Never later than now: the clock may have been ahead when the letters left.
        first = min(self._now(), *(each.claimed_at for each in wanted))
        noted = self._ledger.sent_copies.all().values() if is_unknown else ()
        last = max((copy.at for copy in noted), default=first)
        return min(first, max(last, first - _MEMORY)) - OVERLAP

    def _seen(self, since: datetime, ours: Ours) -> Mapping[LetterId, list[Copy]]:
        """The copies of our letters, by the letter."""
        found: dict[LetterId, list[Copy]] = {}
        for copy in self._box.copies(since.date()):
            if letter := copied(copy.head, ours):
                found.setdefault(letter, []).append(replace(copy, head=b""))
        return found

    def _lies_there_without_us(self, seen: Mapping[LetterId, list[Copy]]) -> bool:
        """Whether there are more copies than we can have put there: then the provider files its own.

        What we do not know to have left ourselves says nothing: another computer may have put its copy there.
        """
        known, letters = self._ledger.sent_copies.all(), self._ledger.deliveries()
        for letter, copies in seen.items():
            if left_at(letters[str(letter)]) is None:
                continue
            noted = known.get(str(letter))
            if noted is None or not noted.may_be_ours or sum(copy.is_sent for copy in copies) > 1:
                return True
        return False

    def _note_found(self, wanted: Sequence[Delivery], seen: Mapping[LetterId, list[Copy]]) -> None:
        tried = self._ledger.sent_copies.all()
        self._ledger.sent_copies.note(
            SentCopy(
                each.letter,
                # Where the program ended over it, it is as likely ours, and must prove nothing.
                Filing.PUT if str(each.letter) in tried else Filing.FOUND,
                self._now(),
                seen[each.letter][0].folder,
                seen[each.letter][0].uid,
            )
            for each in wanted
            if each.letter in seen
        )

    def _file(self, delivery: Delivery) -> None:
        """Put one copy there; that we are about to is on the disk before."""
        at, letter, copies = left_at(delivery), delivery.letter, self._ledger.sent_copies
        try:
            raw = self._ledger.letter_bytes(letter)
        except BadData as error:
            self._hindered = error.what
            return
        assert at
        copies.note([SentCopy(letter, Filing.TRIED, self._now())])
        reach("copy.before_append", str(letter))
        filed = self._box.file(raw, at)
        reach("copy.after_append", str(letter))
        if filed.refused:
            self._refused += 1
            self._hindered = f"{filed.folder} does not take them: {filed.refused}"
            self._fix = "make room in your mailbox" if "QUOTA" in filed.refused.upper() else ""
            return
        copies.note([SentCopy(letter, Filing.PUT, self._now(), filed.folder, filed.uid)])
        self._refused = 0
        self._put += 1
