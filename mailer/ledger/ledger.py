"""The ledger: what was sent, what came back and what was decided, in the words of the trade."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from typing import Self

from mailer.errors import CampaignError
from mailer.failpoints import reach
from mailer.ledger import states
from mailer.ledger.aftermath import look_after_unless_sending, sending
from mailer.ledger.arrivals import Arrivals
from mailer.ledger.books import Books
from mailer.ledger.clerk import Clerk
from mailer.ledger.documents import revocation
from mailer.ledger.forgetting import forget
from mailer.ledger.holdings import Holdings, search
from mailer.ledger.identity import Here
from mailer.ledger.lessons import Lessons
from mailer.ledger.segments import Mails
from mailer.ledger.sender import SenderLock
from mailer.ledger.sent_copies import SentCopies
from mailer.nouns import (
    Cursor,
    Delivery,
    History,
    Letter,
    LetterId,
    Message,
    Order,
    OrderKind,
    Place,
    State,
    Traces,
    Verdict,
    marks,
)


class Ledger:
    """What happened. Each change is on the disk before its method returns, unless the method says otherwise.

    Other processes may use the same ledger: every question is answered as of now. Not for several threads.
    Any method may raise CampaignError when the disk fails (nothing more is written by this object then),
    BadData when the files do not add up, and TryAgain when another process does not finish its turn.

    Attributes:
        id: Such as `l-0123456789abcdef`.
        seal: What it marks its letters with.
        lessons: What probes have shown of the mail servers.
        sent_copies: Which letters have a copy in the folder for sent mail.
        arrivals: Keeps incoming mails by the portion.
    """

    def __init__(
        self, books: Books, mails: Mails, here: Here, sender: SenderLock | None, said: list[str]
    ) -> None:
        """Look after the letters that a dead process left in the air.

        Args:
            books: The documents.
            mails: The bytes of mails.
            here: This process.
            sender: The right to send; None where nothing is really sent.
            said: Gets sentences about what was repaired.
        """
        self._books, self._mails, self._here, self._sender, self._said = books, mails, here, sender, said
        self._closed, self.lessons, self.sent_copies = False, Lessons(books), SentCopies(books)
        self.arrivals = Arrivals(books, mails)
        about = books.about()
        self.id: str = about["id"]
        self.seal = marks.Seal(self.id, bytes.fromhex(about["key"]))
        if sender:
            look_after_unless_sending(books, here, sender, said)

    def close(self) -> None:
        """Let go of the files, once. A long journal becomes a snapshot first."""
        if self._closed:
            return
        self._closed = True
        try:
            self._books.close()
        finally:
            self._mails.close()
            if self._sender:
                self._sender.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def repaired(self) -> tuple[str, ...]:
        """Sentences about what the death of this or another process made us repair."""
        return tuple(self._said)

    def together(self) -> AbstractContextManager[None]:
        """Make all changes inside into one, on the disk when the `with` ends: a crash leaves all or none.

        For a message and what it proves, an order and what it does; never around a claim, which must be on
        the disk before its letter leaves. Inside, look-ups by group or Message-ID do not see the changes yet.
        """
        return self._books.together()

    def sending(self) -> AbstractContextManager[None]:
        """Be the one sender for the length of a `with`.

        Raises:
            TryAgain: when another process is; it says which, and since when.
        """
        if self._sender is None:
            return nullcontext()
        return sending(self._books, self._here, self._sender, self._said)

    def news(self) -> int:
        """A number that is another one whenever a message or an order has come in since."""
        return self._books.news()

    def clerk(self, *, beside: bool) -> Clerk:
        """Who keeps what letters in the air have to say; `beside` as in `Clerk`."""
        return Clerk(self._books, self._mails, beside=beside)

    def claim(self, letter: Letter, now: datetime, place: Place | None = None) -> Delivery:
        """Record that this letter is about to be sent: its bytes, then the record that names their place.

        A deferred letter keeps the bytes and the Message-ID it had; ask `letter_bytes` for them.

        Args:
            letter: Which.
            now: When.
            place: Where its bytes are on the disk already, if they are.

        Raises:
            CampaignError: when the letter has a record already that is not `deferred`.
        """
        # What becomes of it must find room on the disk, however full that is by then.
        with self._books.together(room=True):
            before = self.delivery(letter.id)
            if before is None:
                delivery = states.claimed(letter, place or self._kept(letter.raw), now)
                reach("letter.after_bytes")
            else:
                delivery = states.claimed_again(before, now)
            self._books.enter(letter.id, delivery, self._here)
            reach("intent.before_write")
        return delivery

    def mark_sending(self, letter: LetterId, now: datetime) -> Delivery:
        """Record that the server is about to be told of this letter."""
        # On the disk, too: a claim without a mark says for certain that nothing was sent, and a disk can be
        # pulled out, or a container closed, while the machine runs on.
        with self._books.together():
            delivery = states.sending(self._in_hand(letter), now)
            self._books.enter(letter, delivery, self._here)
        return delivery

    def settle(
        self, letter: LetterId, verdict: Verdict, now: datetime, next_try: datetime | None = None
    ) -> Delivery:
        """Record what the attempt came to.

        Returns:
            The delivery as it is now; or as it was, when PAUSE on a first attempt leaves no record.
        """
        with self._books.together():
            before = self._in_hand(letter)
            after = states.settled(before, verdict, now, next_try)
            self._books.settle(letter, after)
            reach("outcome.before_write")
        return after or before

    def change(self, letter: LetterId, state: State, now: datetime, because: str) -> Delivery:
        """Record what a bounce, a proof or a person says of a letter.

        Raises:
            TryAgain: when it is being sent just now.
            CampaignError: when there is no record of it.
        """
        with self._books.together():
            delivery = states.changed(self._recorded(letter), state, now, because)
            self._books.settle(letter, delivery)
        return delivery

    def release(self, letter: LetterId) -> None:
        """Make a refused letter due again: to be written anew, or as it is where it was in doubt before.

        Raises:
            CampaignError: when it was not refused, or there is no record of it.
        """
        with self._books.together():
            self._books.settle(letter, states.released(self._recorded(letter)))

    def bring_back(self, letter: LetterId) -> None:
        """Let a letter be tried again that was set aside because the program died over it."""
        with self._books.together():
            self._books.strike_crashes(letter)

    def delivery(self, letter: LetterId) -> Delivery | None:
        """The record of a letter; None when it is not begun."""
        return self._books.delivery(letter)

    def deliveries(self) -> Mapping[str, Delivery]:
        """All records by the letter's id; a value that later changes leave alone."""
        return self._books.deliveries()

    def deliveries_to(self, group: str) -> tuple[Delivery, ...]:
        """The records of the letters to one group, in any campaign, in the order of their claims."""
        return self._books.deliveries_to(group)

    def letter_bytes(self, letter: LetterId) -> bytes:
        """Exactly what was claimed; raises BadData when the copy is not as it was written."""
        return self._mails.read(self._recorded(letter).place)

    def letter_of(self, message_id_or_ref: str) -> LetterId | None:
        """The letter with this Message-ID (with or without angle brackets, in any case) or this reference."""
        return self._books.letter_of(message_id_or_ref)

    def has_message(self, id: str) -> bool:  # noqa: A002 - the name that the other rooms use
        """Whether this mail is noted already."""
        return self._books.has_message(id)

    def note(self, message: Message, cursor: Cursor) -> None:
        """Record a message and how far its folder is read: both or neither. A known one stays as it is."""
        with self._books.together():
            if not self._books.has_message(message.id):
                self._books.enter_message(message)
            self._books.enter_cursor(cursor)

    def mail_bytes(self, place: Place) -> bytes:
        """An incoming mail as it was; raises BadData when the copy is not as it was written."""
        return self._mails.read(place)

    def messages(self) -> tuple[Message, ...]:
        """All messages in order of arrival, as people have corrected them."""
        return self._books.messages()

    def as_read(self) -> tuple[Message, ...]:
        """The same as they were read; people may know better."""
        return self._books.as_read()

    def message_of(self, message_id: str) -> Message | None:
        """The message with this Message-ID of its own, corrected; the first, should there be several."""
        return self._books.message_of(message_id)

    def advance(self, cursor: Cursor) -> None:
        """Record how far a folder is read, when nothing in it was to be noted."""
        with self._books.together():
            self._books.enter_cursor(cursor)

    def cursor(self, folder: str) -> Cursor | None:
        """How far a folder is read; None when it never was."""
        return self._books.cursor(folder)

    def give(
        self,
        kind: OrderKind,
        subject: str,
        by: str,
        because: str,
        now: datetime,
        until: date | None = None,
        says: str = "",
    ) -> Order:
        """Record a person's decision, with the next number; the rest is as in `Order`."""
        with self._books.together():
            order = Order(self._books.next_order(), kind, subject, now, by, because, until, says)
            self._books.enter_order(order)
        return order

    def revoke(self, order_id: str, by: str, because: str, now: datetime) -> Order:
        """Take a decision back. It stays on record, with who took it back and why, and counts no more.

        Raises:
            CampaignError: when there is no such order, or it was taken back before.
        """
        with self._books.together():
            order = self._books.strike_order(order_id, revocation(by, because, now))
        if order is None:
            raise CampaignError(f"there is no order {order_id} that could be taken back")
        return order

    def orders(self) -> tuple[Order, ...]:
        """The decisions that stand, in the order in which they were given."""
        return self._books.orders()

    def history(self) -> History:
        """Everything at once, as a value for the deciding rooms."""
        return self._books.history()

    def holdings(self, traces: Traces) -> Holdings:
        """What is held of a person, and would be destroyed by `forget`."""
        return search(self._books, self._mails, traces)

    def forget(self, found: Holdings, by: str, now: datetime) -> Holdings:
        """Destroy what is held of a person, and remember that she is never written to; as in `forgetting`."""
        with self.sending():
            return forget(self._books, self._mails, found, by, now)

    def _kept(self, raw: bytes) -> Place:
        place = self._mails.append(raw)
        self._mails.sync()
        return place

    def _recorded(self, letter: LetterId) -> Delivery:
        found = self._books.delivery(letter)
        if found is None:
            what = f"there is no record of the letter {letter}"
            raise CampaignError(what, fix=f"campaign status {letter.campaign}")
        return found

    def _in_hand(self, letter: LetterId) -> Delivery:
        """The record of a letter that this very process has claimed."""
        found = self._recorded(letter)
        if found.state not in states.IN_THE_AIR or self._books.holder(letter) != self._here:
            raise CampaignError(f"the letter {letter} is {found.state}, and not in the hands of this process")
        return found
