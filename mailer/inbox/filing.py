"""Reads what came back, finds out which letter it answers and who or what wrote it, and writes that down.

    fetch → keep the bytes → read → match → classify → note (with the cursor, in one durable line) → settle

Nothing in the mailbox is ever changed by it, and nothing that comes in ever causes a letter.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from mailer.errors import TryAgain
from mailer.failpoints import reach
from mailer.inbox import doubt
from mailer.inbox.ours import Ours
from mailer.ledger import Ledger
from mailer.nouns import (
    Cursor,
    Delivery,
    Doubts,
    Fetched,
    Group,
    MailboxRead,
    Message,
    OrderKind,
    Place,
    Settings,
    World,
)
from mailer.replies import Mail, classify, match, read, recalled, words_of

MOST_WORDS = 20_000
"""So many characters of a mail's own words are kept in the record; its bytes are kept whole anyway."""


def read_mailbox(world: World, settings: Settings, ledger: Ledger, groups: Sequence[Group]) -> MailboxRead:
    """Fetch, match, classify and note everything that has arrived since the last time.

    Running it twice changes nothing: a mail is known by the digest of its bytes, wherever it is found.

    Raises:
        CampaignError: when the mailbox cannot be read to its end. What was noted until then stays noted.
    """
    # Never later than now: the clock may have been ahead when the letters left.
    begun = min([world.now(), *(delivery.claimed_at for delivery in ledger.deliveries().values())])
    desk = _Desk(world, settings, ledger, groups)
    new: list[Message] = []
    with world.mailbox(settings) as box:
        folders = box.folders()
        for folder in folders:
            for cursor, fetched in box.fetch(folder, ledger.cursor(folder), (begun - doubt.OVERLAP).date()):
                message = desk.file(cursor, fetched)
                if message:
                    new.append(message)
        settled = (*desk.settled, *doubt.settle_by_earlier(ledger, desk.ours, world.now()))
        doubts = doubt.look_for_copies(box, ledger, desk.ours, world.now())
    found = replace(doubts, settled=(*settled, *doubts.settled))
    return MailboxRead(world.now(), tuple(sorted(new, key=lambda message: message.at)), folders, found)


def look_for_copies(world: World, settings: Settings, ledger: Ledger) -> Doubts:
    """Look for copies of the letters in doubt, and read nothing else.

    Raises:
        CampaignError: when the mailbox cannot be opened.
    """
    with world.mailbox(settings) as box:
        return doubt.look_for_copies(box, ledger, Ours(ledger, settings.sender.address, ()), world.now())


class _Desk:
    """Where one mail after the other is opened and filed."""

    def __init__(self, world: World, settings: Settings, ledger: Ledger, groups: Sequence[Group]) -> None:
        self.now = world.now
        self.ledger = ledger
        self.ours = Ours(ledger, settings.sender.address, groups)
        self.settled: list[Delivery] = []
        self.forgotten = self._forgotten()

    def file(self, cursor: Cursor, fetched: Fetched | None) -> Message | None:
        """Note one mail and how far that gets us; None when it was known already, or there is none."""
        if fetched is None:
            self.ledger.advance(cursor)
            return None
        # A mail that the server cannot show has no bytes to be known by; then its place stands for it.
        known_by = fetched.raw or f"{cursor.folder} {cursor.validity} {fetched.uid}".encode()
        identity = hashlib.sha256(known_by).hexdigest()[:12]
        if self.ledger.has_message(identity):
            self.ledger.advance(cursor)
            return None
        reach("poll.after_fetch")
        mail = read(fetched.raw)
        found = match(mail, self.ours)
        self.ours.hear(mail, found)
        mail = recalled(mail, self.ours.texts_for(found))
        finding = classify(mail, found, self.ours)
        odd = doubt.remarks(self.ledger, self.ours, mail, fetched.raw, found)
        note = "; ".join((*_remarks(mail, fetched), *odd))
        # All or nothing: a mail that is noted already is never looked at again, and copies that no record
        # names are cleared away whenever somebody is forgotten.
        with self.ledger.together():
            self._refuse_forgotten()
            message = Message(
                id=identity,
                message_id=mail.message_id,
                folder=cursor.folder,
                uid=fetched.uid,
                at=fetched.at,
                sender=mail.sender.key if mail.sender else "",
                sender_name=mail.sender_name,
                subject=mail.subject,
                words=words_of(mail, finding)[:MOST_WORDS],
                finding=finding,
                match=found,
                place=self._kept(fetched.raw),
                note=note,
                read_at=self.now(),
            )
            self.ledger.note(message, cursor)
            self.settled += doubt.settle_by(self.ledger, self.ours, mail, fetched.raw, message, self.now())
        reach("poll.after_cursor")
        return message

    def _refuse_forgotten(self) -> None:
        """Note nothing once somebody was forgotten whose mail, or who is in it, may be in our hands.

        Raises:
            TryAgain: the mail is left for the next reading.
        """
        if self._forgotten() != self.forgotten:
            raise TryAgain(
                "somebody was forgotten while the mailbox was read, so reading ended before the next mail",
                fix="run the same command again",
            )

    def _forgotten(self) -> frozenset[str]:
        """The orders by which people were forgotten."""
        return frozenset(o.id for o in self.ledger.orders() if o.kind is OrderKind.FORGET)

    def _kept(self, raw: bytes) -> Place:
        place = self.ledger.keep_mail(raw)
        reach("poll.after_store")
        return place


def _remarks(mail: Mail, fetched: Fetched) -> Iterable[str]:
    yield from mail.notes
    if not fetched.raw and fetched.size:
        yield "the server could not show it"
    if fetched.size > len(fetched.raw):
        yield f"only the first {len(fetched.raw):,} of {fetched.size:,} bytes were read"
