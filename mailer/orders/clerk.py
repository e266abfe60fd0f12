"""What a person decides: she phoned, not before September, never again, that letter did leave.

Every order names a group, an address or a letter that exists; a slip of the keyboard must not become a
decision about nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mailer.errors import UsageError
from mailer.ledger import Ledger
from mailer.nouns import (
    CLOCKS_DIFFER,
    SETTLE_TIME,
    SHORTEST_ID,
    Address,
    BadAddress,
    Delivery,
    Doubts,
    Group,
    LetterId,
    Order,
    OrderKind,
    State,
    nearest,
    told_apart,
)
from mailer.orders.corrector import bring_back_returned, read_of


@dataclass(frozen=True, slots=True)
class Clerk:
    """Takes orders from one person and writes them into the ledger.

    Attributes:
        ledger: Where they are recorded.
        groups: The table, to know whom an order can be about.
        by: Who gives the orders: the account's name on this machine.
        now: When.
    """

    ledger: Ledger
    groups: Sequence[Group]
    by: str
    now: datetime

    def answered(self, whom: str, because: str) -> tuple[Order, ...]:
        """She heard from a group, or from somebody at this address, by another way than mail.

        Raises:
            UsageError: when there is no such group or address.
        """
        groups = [self._subject(whom)] if "@" not in whom else self._groups_of(self._subject(whom))
        return tuple(
            self.ledger.give(OrderKind.ANSWERED, group, self.by, because, self._after_letters_to(group))
            for group in groups
        )

    def _after_letters_to(self, group: str) -> datetime:
        """Now; or when the latest letter to a group was claimed, should the clock have been ahead then.

        An answer counts for the letters before it, and it does come after them, whatever the clock says.
        """
        return max([self.now, *(delivery.claimed_at for delivery in self.ledger.deliveries_to(group))])

    def hold(self, whom: str, until: date, because: str) -> Order:
        """Do not write to a group or an address before `until`.

        Raises:
            UsageError: when there is no such group or address, or the day has passed.
        """
        if until <= self.now.date():
            raise UsageError(f"{until} is not in the future", fix="give a later day with --until")
        return self.ledger.give(OrderKind.HOLD, self._subject(whom), self.by, because, self.now, until)

    def stop(self, whom: str, because: str) -> Order:
        """Never write to a group or an address again, in any campaign. An unknown address is fine here.

        Raises:
            UsageError: when there is no such group.
        """
        return self.ledger.give(OrderKind.STOP, self._subject(whom, known=False), self.by, because, self.now)

    def done(self, whom: str, because: str) -> tuple[Order, ...]:
        """What somebody wrote is dealt with: it leaves the list of what needs a person.

        Each order names one message and no group, so that the next message of the same group is on the list
        again, however the clocks of this machine and of the mail server differ.

        Args:
            whom: A group, for all its messages on the list; or the first characters of a message's id.
            because: Why, in her words; may be empty.

        Raises:
            UsageError: when no such message waits to be dealt with, or several begin alike.
        """
        # A hold only keeps a message off the list for a time; it may be done with all the same.
        waiting = self.ledger.history().open_messages(date.max)
        named = [m for m in waiting if whom in {group for _, group in m.match.conversations}]
        if not named and len(whom) >= SHORTEST_ID:
            named = [m for m in waiting if m.id.startswith(whom.lower())]
            if len(named) > 1:
                what = f"{len(named)} messages begin with {whom!r}"
                raise UsageError(what, fix=f"type more of it: {told_apart([m.id for m in named])}")
        if not named and (given := self._done_already(whom)):
            what = f"{whom} is already done ({given.id})"
            raise UsageError(what, fix=f"campaign undo {given.id} puts it on the list again")
        if not named:
            groups = {group for message in waiting for _, group in message.match.conversations}
            fix = _near(whom, sorted(groups)) or "campaign todo lists what does"
            raise UsageError(f"no message of {whom!r} waits to be dealt with", fix=fix)
        with self.ledger.together():
            return tuple(
                self.ledger.give(OrderKind.DONE, message.id, self.by, because, self.now) for message in named
            )

    def _done_already(self, whom: str) -> Order | None:
        """The latest order by which a group, or the message whose id begins so, is done with."""
        of_group = {
            message.id
            for message in self.ledger.messages()
            if whom in {group for _, group in message.match.conversations}
        }
        begins = whom.lower() if len(whom) >= SHORTEST_ID else " "
        orders = (order for order in reversed(self.ledger.orders()) if order.kind is OrderKind.DONE)
        return next((o for o in orders if o.subject in of_group or o.subject.startswith(begins)), None)

    def undo(self, order: str, because: str) -> Order:
        """Take an order back; it stays on record, and counts no more.

        Raises:
            UsageError: when there is no such order, or it cannot be undone.
        """
        orders = {known.id: known for known in self.ledger.orders()}
        if order not in orders:
            known = ", ".join(key for key, one in orders.items() if not one.final) or "none"
            raise UsageError(f"there is no order {order!r} to undo", fix=f"these can be taken back: {known}")
        if orders[order].kind in {OrderKind.SENT, OrderKind.RESEND}:
            raise UsageError(f"{order} settled a letter, which cannot be undone")
        if orders[order].kind is OrderKind.FORGET:
            what = f"{order} made the ledger forget somebody, which cannot be undone"
            raise UsageError(what, fix="whoever it was may write to you; campaign never writes back")
        with self.ledger.together():
            before = read_of(self.ledger, orders[order].subject)
            taken = self.ledger.revoke(order, self.by, because, self.now)
            bring_back_returned(self.ledger, before, self.now)
        return taken

    def resolve(self, letter: str, *, sent: bool, because: str) -> Order:
        """Settle a letter that may or may not have left, or give one refused or set aside another go.

        Args:
            letter: Its id, or its group where there is only one such letter.
            sent: True: it did leave. False: it did not; it becomes due again.
            because: How she knows.

        Raises:
            UsageError: when there is no such letter, or there is nothing to settle about it.
        """
        named = self.to_settle(letter, sent=sent)
        with self.ledger.together():
            kind = OrderKind.SENT if sent else OrderKind.RESEND
            order = self.ledger.give(kind, str(named), self.by, because, self.now)
            self._settle(named, sent=sent, because=f"{self.by}: {because}")
        return order

    def to_settle(self, letter: str, *, sent: bool) -> LetterId:
        """The letter that `resolve` would settle; raises as it does."""
        settled = {State.UNSURE} if sent else {State.UNSURE, State.REFUSED}
        open_ones = [d.letter for d in self.ledger.deliveries().values() if d.state in settled]
        if sent:
            open_ones += self._dated_ahead()
        else:
            open_ones += sorted(map(LetterId.parse, self.ledger.history().set_aside))
        named = [known for known in open_ones if letter in {str(known), known.group}]
        if len(named) != 1:
            raise self._unsettled(letter, list(map(str, named)), list(map(str, open_ones)))
        return named[0]

    def _dated_ahead(self) -> list[LetterId]:
        """Letters that left while the clock was ahead: her word gives them a date to count from, today's."""
        accepted = (d for d in self.ledger.deliveries().values() if d.state is State.ACCEPTED)
        return [d.letter for d in accepted if d.changed_at - self.now > CLOCKS_DIFFER]

    def _settle(self, letter: LetterId, *, sent: bool, because: str) -> None:
        delivery = self.ledger.delivery(letter)
        if sent:
            self.ledger.change(letter, State.ACCEPTED, self.now, because)
        elif delivery and delivery.state is State.UNSURE:
            # The same letter once more, byte for byte: if it did leave after all, the second can be told.
            self.ledger.change(letter, State.DEFERRED, self.now, because)
        elif delivery and delivery.state is State.REFUSED:
            self.ledger.release(letter)
        else:
            self.ledger.bring_back(letter)

    def resend_absent(self, doubts: Doubts, because: str) -> tuple[tuple[Order, ...], Mapping[str, str]]:
        """Let letters in doubt be sent again of which the mailbox holds no copy.

        Only where the settings say that the provider files a copy of each letter may this be asked for.

        Args:
            doubts: What a look into the mailbox, just now, has shown.
            because: What she adds; may be empty.

        Returns:
            The orders, one for each letter that is to be sent again; and for each other letter in doubt its
            id, with the reason why it stays so.
        """
        given: list[Order] = []
        kept: dict[str, str] = {}
        absent = f"absent from Sent and All Mail at {self.now:%Y-%m-%d %H:%M} UTC"
        with self.ledger.together():
            for delivery in self.ledger.deliveries().values():
                if delivery.state is not State.UNSURE:
                    continue
                letter = str(delivery.letter)
                if reason := self._not_absent(delivery, doubts):
                    kept[letter] = reason
                    continue
                words = "; ".join(filter(None, (absent, because)))
                given.append(self.ledger.give(OrderKind.RESEND, letter, self.by, words, self.now))
                self._settle(delivery.letter, sent=False, because=f"{self.by}: {words}")
        return tuple(given), kept

    def _not_absent(self, delivery: Delivery, doubts: Doubts) -> str:
        """Why it cannot be said that a letter in doubt did not leave; '' when it can."""
        if doubts.hindered:
            return f"the look for its copy did not come to its end: {doubts.hindered}"
        if doubts.unfiled:
            return f"{doubts.unfiled} letters that surely left have no copy there, either"
        if delivery.letter not in doubts.absent:
            return "nobody knew that it is in doubt when its copy was looked for"
        settled = delivery.left_by + SETTLE_TIME
        if self.now < settled:
            return f"its copy may still come: look again after {settled.astimezone():%a %d %b %H:%M}"
        return ""

    def stranger(self, subject: str) -> str:
        """A doubt about an order for an address that nobody in the table has; '' for one that is known."""
        known = self._addresses()
        if "@" not in subject or subject in known:
            return ""
        near = nearest(subject, known)
        meant = f"; did you mean {near}?" if near else ""
        return f"{subject} stands in no row of the table and got no letter{meant}"

    def _unsettled(self, letter: str, named: Sequence[str], open_ones: Sequence[str]) -> UsageError:
        if named:
            what = f"{len(named)} letters to {letter} wait to be settled"
            return UsageError(what, fix=f"name one of them: {', '.join(named)}")
        fix = f"letters to settle: {', '.join(open_ones)}" if open_ones else ""
        deliveries = self.ledger.deliveries()
        groups = {group.id for group in self.groups} | {d.letter.group for d in deliveries.values()}
        if letter in groups:
            return UsageError(f"no letter to {letter} waits to be settled", fix=fix)
        known = deliveries.get(letter)
        what = f"{letter} is {known.state}" if known else f"there is no such letter as {letter!r}"
        return UsageError(f"{what}; there is nothing to settle about it", fix=fix)

    def _subject(self, whom: str, *, known: bool = True) -> str:
        """The group's id or the address's key, if there is such a one."""
        if "@" not in whom:
            ids = [group.id for group in self.groups]
            if whom not in ids:
                raise UsageError(f"there is no group {whom!r} in the table", fix=_near(whom, ids))
            return whom
        try:
            address = Address.parse(whom).key
        except BadAddress as error:
            raise UsageError(f"{whom!r} {error}") from error
        if self.ledger.history().forgotten(address):
            # Written down as an order, her address would be in the ledger again.
            raise UsageError("whoever has this address asked to be forgotten; nothing goes to it anyway")
        addresses = self._addresses()
        if known and address not in addresses:
            what = f"{address} stands in no row of the table and got no letter"
            raise UsageError(what, fix=_near(address, addresses))
        return address

    def _addresses(self) -> Mapping[str, set[str]]:
        """Every address we know of → the groups it stands for."""
        found: dict[str, set[str]] = {}
        for group in self.groups:
            for organizer in group.organizers:
                found.setdefault(organizer.address.key, set()).add(group.id)
        for delivery in self.ledger.deliveries().values():
            for address in delivery.to:
                found.setdefault(address.key, set()).add(delivery.letter.group)
        return found

    def _groups_of(self, address: str) -> list[str]:
        return sorted(self._addresses()[address])


def _near(word: str, known: Sequence[str] | Mapping[str, object]) -> str:
    near = nearest(word, known)
    return f"did you mean {near}?" if near else ""
