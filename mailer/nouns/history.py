"""What has happened so far, as one value that the deciding rooms can question.

Nothing is stored twice: a stop, a hold, an answer is derived from the mail or the order that caused it,
so that correcting a mail's kind or match corrects everything that followed from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from mailer.nouns import consequences
from mailer.nouns.addresses import untagged
from mailer.nouns.deliveries import Delivery
from mailer.nouns.forgotten import Pseudonyms, is_forgotten
from mailer.nouns.messages import Kind, Message, Reason
from mailer.nouns.orders import Order, OrderKind
from mailer.nouns.standings import (
    Hold,
    Standing,
    from_mail,
    from_order,
    is_at_the_door,
    needs_a_person,
    proposes_contact,
)

CLOCKS_DIFFER = timedelta(days=1)
"""How far two clocks, or one clock before and after it was set right, may be apart."""

_NOBODY_FORGOTTEN = Pseudonyms()

_DEALS_WITH_IT = frozenset({OrderKind.ANSWERED, OrderKind.STOP})


@dataclass(frozen=True)
class History:
    """Deliveries, messages and orders, with what follows from them.

    Attributes:
        deliveries: By the letter's id, in the order of their claims.
        messages: In order of arrival, as people have corrected them.
        orders: In the order in which they were given.
        set_aside: Ids of the letters over which the program has died too often to go on by itself.
        pseudonyms: What forgotten persons are called: what is asked of an address is asked of that, too.
    """

    deliveries: Mapping[str, Delivery]
    messages: tuple[Message, ...] = ()
    orders: tuple[Order, ...] = ()
    set_aside: frozenset[str] = frozenset()
    pseudonyms: Pseudonyms = _NOBODY_FORGOTTEN

    def conversation(self, campaign: str, group: str) -> tuple[Delivery, ...]:
        """What was written to a group in a campaign, in the order of the claims."""
        return self._conversations.get((campaign, group), ())

    def groups(self, campaign: str) -> frozenset[str]:
        """The groups that a campaign has begun to write to."""
        return self._begun.get(campaign, frozenset())

    def answer(self, campaign: str, group: str) -> Standing | None:
        """The first sign that somebody of the group answered in this campaign, by mail or otherwise."""
        found = [self._answers[pair]] if (pair := (campaign, group)) in self._answers else []
        return min((*found, *self._told(campaign, group)), key=lambda standing: standing.since, default=None)

    def is_unclear(self, campaign: str, group: str) -> bool:
        """Whether all that may be an answer of the group may be another's, and nobody has decided."""
        mails = self.of_kind(campaign, group, Kind.HUMAN)
        undecided = all(message.match.best is None for message in mails)
        return bool(mails) and undecided and not self._told(campaign, group)

    def _told(self, campaign: str, group: str) -> list[Standing]:
        """That she heard from the group in another way, since this campaign wrote to it."""
        begun = self.conversation(campaign, group)
        if not begun:
            return []
        # A day's grace: the clock that dated the letter may have been ahead when it left.
        since = begun[0].claimed_at - CLOCKS_DIFFER
        return [s for s in self._answered_orders.get(group, ()) if s.since >= since]

    def by_hand(self, campaign: str, group: str) -> Standing | None:
        """That the fellow wrote to the group herself, since this campaign did, by her own mail program."""
        begun = self.conversation(campaign, group)
        found = [
            mail
            for mail in (*self._mail.get((campaign, group), ()), *self._hand_written(begun))
            if mail.finding.kind is Kind.OWN_COPY and mail.finding.reason is Reason.BY_HAND
            if begun and mail.at >= begun[0].claimed_at
        ]
        first = min(found, key=lambda mail: mail.at, default=None)
        return from_mail(first, f"you wrote to them yourself on {first.at:%d %b %Y}") if first else None

    def at_the_door(self, campaign: str, group: str) -> Message | None:
        """The newest notice that a letter of this conversation is kept back before its reader.

        By a list's moderator, or by a machine that wants proof of a person. None once she has dealt with it.
        """
        notices = (m for m in reversed(self._mail.get((campaign, group), ())) if is_at_the_door(m))
        return next((m for m in notices if m.match.best and not self.is_done(m)), None)

    def left(self, address: str) -> Standing | None:
        """That whoever had this address (its key) is not there any more, as a machine there says."""
        return next((self._left[key] for key in self._keys(address) if key in self._left), None)

    def stop(self, group: str, address: str = "", campaign: str = "") -> Standing | None:
        """Why nothing may be written: to this address (its key), to this group, or in this conversation."""
        subjects = (*self._keys(address), group, f"{campaign}/{group}")
        found = next((self._stops[subject] for subject in subjects if subject in self._stops), None)
        return found or self.forgotten(address)

    def stop_of_person(self, address: str) -> Standing | None:
        """Why nothing may be written to whoever has this address (its key), with or without a plus-tag."""
        person = untagged(address)
        stops = ((subject, stop) for subject, stop in self._stops.items() if "@" in subject)
        found = next((stop for subject, stop in stops if untagged(subject) == person), None)
        return found or self.stop("", person)

    def forgotten(self, address: str) -> Standing | None:
        """That whoever has this address (its key), with or without a plus-tag, asked to be forgotten."""
        keys = self._keys(address)[1:]
        return next((self._forgotten[key] for key in keys if key in self._forgotten), None)

    def forgot_somebody(self, campaign: str, group: str) -> bool:
        """Whether a letter of this conversation went to somebody who has been forgotten since."""
        letters = self.conversation(campaign, group)
        return any(is_forgotten(address.key) for delivery in letters for address in delivery.to)

    def hold(self, group: str, address: str, today: date) -> Hold | None:
        """The longest hold on this group or address (its key) that has not ended by `today`."""
        subjects = (group, *self._keys(address))
        holds = [h for s in subjects for h in self._holds.get(s, ()) if h.until > today]
        return max(holds, key=lambda hold: hold.until, default=None)

    def bounced(self, address: str) -> Standing | None:
        """Why this address (its key) is known to be dead."""
        return next((self._bounced[key] for key in self._keys(address) if key in self._bounced), None)

    def of_kind(self, campaign: str, group: str, kind: Kind) -> tuple[Message, ...]:
        """The messages of one kind that belong to a conversation, oldest first."""
        return tuple(m for m in self._mail.get((campaign, group), ()) if m.finding.kind is kind)

    def orders_about(self, subject: str) -> tuple[Order, ...]:
        """The orders that stand about a group, an address (its key), a letter or a message, by its id."""
        return tuple(self._orders_about.get(subject, ()))

    def is_done(self, message: Message) -> bool:
        """Whether she said that a message is dealt with."""
        return any(order.kind is OrderKind.DONE for order in self.orders_about(message.id))

    @cached_property
    def aliases(self) -> Mapping[str, tuple[str, ...]]:
        """Keys of addresses to which no letter went, with the groups for which she said that they write."""
        return consequences.aliases(self.messages, self.orders, self.deliveries)

    def open_messages(self, today: date) -> tuple[Message, ...]:
        """What a person must deal with and nobody has, oldest first.

        Those are what people wrote, and what may be about several groups or about none that we know. A
        message is dealt with when she says so (`done`), and when an order of hers, given after we read it,
        names its group or its writer: `answered` and `stop` for good, `hold` until it ends, for then it is
        time to write to them. An order given before cannot have meant it, however early it had arrived. Where
        several groups are in question each needs such an order, or nobody would think of the others.

        Of what a forgotten person wrote nothing is left to deal with.
        """
        return tuple(
            message
            for message in self.messages
            if needs_a_person(message) and not self._dealt_with(message, today)
        )

    def _dealt_with(self, message: Message, today: date) -> bool:
        groups = {group for _, group in message.match.conversations}
        about = [{group} for group in groups]
        if len(groups) <= 1:
            about = [groups | consequences.persons(message, self.deliveries)]
        if self.is_done(message):
            return True
        if is_at_the_door(message):
            return any(self.answer(*pair) for pair in message.match.conversations)
        if proposes_contact(message):
            return False
        return all(self._decided(subjects, message, today) for subjects in about)

    def _decided(self, subjects: set[str], message: Message, today: date) -> bool:
        """Whether an order that can have meant this message names one of the subjects."""
        known_since = message.read_at or message.at
        orders = (o for subject in subjects for o in self._orders_about.get(subject, ()))
        return any(
            order.at >= known_since
            and (order.kind in _DEALS_WITH_IT or (order.until is not None and order.until > today))
            for order in orders
        )

    def _keys(self, address: str) -> tuple[str, ...]:
        """The keys under which an address may stand in the records: its own first."""
        return (address, *self.pseudonyms.keys(address)) if address and self._forgotten else (address,)

    @cached_property
    def _forgotten(self) -> Mapping[str, Standing]:
        return {o.subject: from_order(o) for o in self.orders if o.kind is OrderKind.FORGET}

    @cached_property
    def _orders_about(self) -> Mapping[str, list[Order]]:
        found: dict[str, list[Order]] = {}
        for order in self.orders:
            found.setdefault(order.subject, []).append(order)
        return found

    @cached_property
    def _conversations(self) -> Mapping[tuple[str, str], tuple[Delivery, ...]]:
        # As the ledger wrote them down: their times would mislead wherever the clock was set back.
        found: dict[tuple[str, str], list[Delivery]] = {}
        for delivery in self.deliveries.values():
            found.setdefault((delivery.letter.campaign, delivery.letter.group), []).append(delivery)
        return {pair: tuple(deliveries) for pair, deliveries in found.items()}

    @cached_property
    def _begun(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for campaign, group in self._conversations:
            found.setdefault(campaign, set()).add(group)
        return {campaign: frozenset(groups) for campaign, groups in found.items()}

    @cached_property
    def _mail(self) -> Mapping[tuple[str, str], list[Message]]:
        found: dict[tuple[str, str], list[Message]] = {}
        for message in self.messages:
            for pair in consequences.conversations(message):
                found.setdefault(pair, []).append(message)
        return found

    @cached_property
    def _answers(self) -> Mapping[tuple[str, str], Standing]:
        return {
            pair: from_mail(mails[0], f"{mails[0].sender} {_answered(mails)}")
            for pair, all_of_them in self._mail.items()
            if (mails := [m for m in all_of_them if m.finding.kind is Kind.HUMAN])
        }

    def _hand_written(self, begun: tuple[Delivery, ...]) -> list[Message]:
        """What the fellow wrote by herself to anybody to whom a conversation's letters went."""
        keys = {address.key for delivery in begun for address in delivery.to}
        return [mail for key in keys for mail in self._by_hand.get(key, ())]

    @cached_property
    def _answered_orders(self) -> Mapping[str, list[Standing]]:
        found: dict[str, list[Standing]] = {}
        for order in self.orders:
            if order.kind is OrderKind.ANSWERED:
                found.setdefault(order.subject, []).append(from_order(order))
        return found

    @cached_property
    def _by_hand(self) -> Mapping[str, list[Message]]:
        return consequences.written_by_hand(self.messages)

    @cached_property
    def _left(self) -> Mapping[str, Standing]:
        return consequences.left(self.messages, self.deliveries)

    @cached_property
    def _stops(self) -> Mapping[str, Standing]:
        return consequences.stops(self.messages, self.orders, self.deliveries)

    @cached_property
    def _holds(self) -> Mapping[str, list[Hold]]:
        return consequences.holds(self.messages, self.orders, self.deliveries)

    @cached_property
    def _bounced(self) -> Mapping[str, Standing]:
        return consequences.bounced(self.messages, self.deliveries)


def _answered(mails: list[Message]) -> str:
    return "answered" if any(mail.match.best for mail in mails) else "may have answered: campaign review asks"
