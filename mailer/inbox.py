"""Reads what came back, finds out which letter it answers and who or what wrote it, and writes that down.

    fetch → keep the bytes → read → match → classify → note (with the cursor, in one durable line) → settle

The mailbox itself is never changed, and nothing that comes in ever causes a letter.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta

from mailer.ledger import Ledger
from mailer.nouns import (
    Address,
    Cursor,
    Fetched,
    Finding,
    Group,
    Kind,
    LetterId,
    MailboxRead,
    Match,
    Message,
    Settings,
    State,
    World,
    marks,
)
from mailer.replies import Mail, classify, match, read, words_of

OVERLAP = timedelta(days=1)
"""The first reading starts a day before the first letter: clocks and time zones differ."""

PROOF = 95
"""From so many points on a mail carries an id that only a receiver of the letter can know."""

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
            for cursor, fetched in box.fetch(folder, ledger.cursor(folder), (begun - OVERLAP).date()):
                message = desk.file(cursor, fetched)
                if message:
                    new.append(message)
    return MailboxRead(world.now(), tuple(sorted(new, key=lambda message: message.at)), folders)


class _Desk:
    """Where one mail after the other is opened and filed."""

    def __init__(self, world: World, settings: Settings, ledger: Ledger, groups: Sequence[Group]) -> None:
        self.now = world.now
        self.ledger = ledger
        self.ours = _Ours(ledger, settings.sender.address, groups)

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
        place = self.ledger.keep_mail(fetched.raw)
        mail = read(fetched.raw)
        found = match(mail, self.ours)
        finding = classify(mail, found, self.ours)
        note = "; ".join(_remarks(mail, fetched))
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
            place=place,
            note=note,
            read_at=self.now(),
        )
        # Both or neither: a mail that is noted already is never looked at again.
        with self.ledger.together():
            self.ledger.note(message, cursor)
            self._settle(message, found, finding)
        return message

    def _settle(self, message: Message, found: Match, finding: Finding) -> None:
        """What the mail proves about the letter that it answers."""
        best = found.best
        delivery = self.ledger.delivery(best.letter) if best else None
        if delivery is None or finding.kind is Kind.OWN_COPY:
            return
        letter = delivery.letter
        if delivery.state is State.UNSURE and best and best.points >= PROOF:
            because = f"message {message.id} answers it, so it did leave"
            delivery = self.ledger.change(letter, State.ACCEPTED, message.at, because)
        failed = {address.key for address in finding.failed}
        hit = failed & {address.key for address in delivery.to}
        if finding.kind is Kind.BOUNCE_HARD and delivery.state is State.ACCEPTED and hit:
            self.ledger.change(
                letter, State.BOUNCED, message.at, finding.because[0] if finding.because else ""
            )


def _remarks(mail: Mail, fetched: Fetched) -> Iterable[str]:
    yield from mail.notes
    if not fetched.raw and fetched.size:
        yield "the server could not show it"
    if fetched.size > len(fetched.raw):
        yield f"only the first {len(fetched.raw):,} of {fetched.size:,} bytes were read"


class _Ours:
    """What we know of our own letters, as the replies room asks for it."""

    def __init__(self, ledger: Ledger, sender: Address, groups: Sequence[Group]) -> None:
        self.sender = sender
        self._ledger = ledger
        self._to: dict[str, list[LetterId]] = {}
        self._of: dict[str, list[LetterId]] = {}
        for delivery in sorted(ledger.deliveries().values(), key=lambda d: d.claimed_at, reverse=True):
            self._of.setdefault(delivery.letter.group, []).append(delivery.letter)
            for address in delivery.to:
                self._to.setdefault(address.key, []).append(delivery.letter)
        self._groups: dict[str, list[str]] = {}
        for group in groups:
            for organizer in group.organizers:
                self._groups.setdefault(organizer.address.key, []).append(group.id)

    def letter_of(self, text: str) -> LetterId | None:
        """The letter that a Message-ID or reference names; None when it is not genuinely ours."""
        ref = marks.genuine(text, self._ledger.key)
        return self._ledger.letter_of(ref) if ref else None

    def is_trial(self, text: str) -> bool:
        """Whether a Message-ID is that of a letter that we tried out."""
        return marks.is_genuine_trial(text, self._ledger.key)

    def letters_to(self, address: str) -> tuple[LetterId, ...]:
        """The letters that went to this address (its key), newest first."""
        return tuple(self._to.get(address, ()))

    def letters_to_group_of(self, address: str) -> tuple[LetterId, ...]:
        """The letters that went to any group in whose ladder this address stands, newest first."""
        return tuple(letter for group in self._groups.get(address, ()) for letter in self._of.get(group, ()))

    def answered_by(self, message_id: str) -> LetterId | None:
        """The letter that an earlier incoming mail was found to answer."""
        earlier = self._ledger.message_of(message_id)
        return earlier.match.best.letter if earlier and earlier.match.best else None

    def recipients(self, letter: LetterId) -> tuple[Address, ...]:
        """Whom a letter of ours went to."""
        delivery = self._ledger.delivery(letter)
        return delivery.to if delivery else ()
