"""What follows from mails and orders, by whom it concerns: stops, holds, dead addresses, who has left.

Nothing of it is stored. An address stands here by its key, a conversation as `campaign/group`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from mailer.nouns.deliveries import Delivery
from mailer.nouns.forgotten import is_forgotten
from mailer.nouns.letters import LetterId
from mailer.nouns.messages import Kind, Message, Reason
from mailer.nouns.orders import Order, OrderKind
from mailer.nouns.standings import (
    Hold,
    Standing,
    asks_to_stop,
    died_of,
    from_mail,
    from_order,
    proposes_contact,
    why_it_came_back,
)

UNDATED_ABSENCE = timedelta(days=7)
"""How long an out-of-office without a return date holds the person."""

_TEACHES = frozenset({Kind.HUMAN, Kind.OUT_OF_OFFICE, Kind.UNSUBSCRIBE})
"""These come from a person's own address; a bounce or a receipt comes from a machine that serves many."""

Deliveries = Mapping[str, Delivery]


def conversations(message: Message) -> Iterable[tuple[str, str]]:
    """The conversations, campaign and group, to which a message belongs, or may belong as well as not.

    Who writes without saying which letter she answers has answered every campaign that may be meant: better
    no nudge in one of them than a nudge after an answer.
    """
    best = message.match.best
    if best is None:
        return message.match.conversations
    alike = (c for c in message.match.candidates if c.letter.group == best.letter.group)
    return dict.fromkeys((c.letter.campaign, c.letter.group) for c in alike if c.points >= best.points)


def persons(message: Message, deliveries: Deliveries) -> set[str]:
    """The keys of the person who wrote: her own address, and the one that we had written to."""
    best = message.match.best
    delivery = deliveries.get(str(best.letter)) if best else None
    written_to = {address.key for address in delivery.to} if delivery else set()
    return written_to | ({message.sender} if message.sender else set())


def stops(
    messages: Sequence[Message], orders: Sequence[Order], deliveries: Deliveries
) -> dict[str, Standing]:
    """Who is never to be written to again: persons, and conversations; by a mail or by order."""
    found: dict[str, Standing] = {}
    for message in messages:
        if asks_to_stop(message) and message.match.candidates:
            standing = from_mail(message, f"{message.sender} asked for no more letters")
            pairs = map("/".join, message.match.conversations)
            for subject in (*persons(message, deliveries), *pairs):
                found.setdefault(subject, standing)
    for order in orders:
        if order.kind is OrderKind.STOP:
            found.setdefault(order.subject, from_order(order))
    return found


def holds(
    messages: Sequence[Message], orders: Sequence[Order], deliveries: Deliveries
) -> dict[str, list[Hold]]:
    """Who is not to be written to before a day. While nobody has said who is away, all who may be."""
    found: dict[str, list[Hold]] = {}
    for message in messages:
        away = message.finding.kind is Kind.OUT_OF_OFFICE and message.finding.reason is not Reason.LEFT
        if away and message.match.candidates:
            until = message.finding.until or (message.at + UNDATED_ABSENCE).date()
            hold = Hold(until, from_mail(message, f"{message.sender} is away"))
            for subject in _in_question(message, deliveries):
                found.setdefault(subject, []).append(hold)
    for order in orders:
        if order.kind is OrderKind.HOLD and order.until:
            found.setdefault(order.subject, []).append(Hold(order.until, from_order(order)))
    return found


def bounced(messages: Sequence[Message], deliveries: Deliveries) -> dict[str, Standing]:
    """Which addresses are dead."""
    found: dict[str, Standing] = {}
    for message in messages:
        best = message.match.best
        delivery = deliveries.get(str(best.letter)) if best else None
        if message.finding.kind is Kind.BOUNCE_HARD and delivery:
            # Only those that this letter went to: a report may speak of anybody.
            failed = {address.key for address in message.finding.failed}
            for key in failed & {address.key for address in delivery.to}:
                found.setdefault(key, from_mail(message, why_it_came_back(message)))
    for delivery in deliveries.values():
        if words := died_of(delivery):
            standing = Standing(delivery.changed_at, words, f"letter {delivery.letter}")
            for address in delivery.to:
                found.setdefault(address.key, standing)
    return found


def left(messages: Sequence[Message], deliveries: Deliveries) -> dict[str, Standing]:
    """Who is not there any more, as a machine there says."""
    found: dict[str, Standing] = {}
    for message in messages:
        finding = message.finding
        if finding.reason is Reason.LEFT and proposes_contact(message) and message.match.candidates:
            instead = f"; write to {finding.instead} instead?" if finding.instead else ""
            standing = from_mail(message, f"{message.sender} is not there any more{instead}")
            for key in persons(message, deliveries) - {finding.instead.key if finding.instead else ""}:
                found.setdefault(key, standing)
    return found


def written_by_hand(messages: Sequence[Message]) -> dict[str, list[Message]]:
    """What the fellow wrote from her own mail program, by whom she wrote to."""
    found: dict[str, list[Message]] = {}
    for message in messages:
        if message.finding.kind is Kind.OWN_COPY and message.finding.reason is Reason.BY_HAND:
            for address in message.finding.addresses:
                found.setdefault(address.key, []).append(message)
    return found


def aliases(
    messages: Sequence[Message], orders: Sequence[Order], deliveries: Deliveries
) -> dict[str, tuple[str, ...]]:
    """Addresses to which no letter went, and the groups for which a person said that they write.

    Taken from the orders that say which letter a message answers, so it is undone with these.
    """
    said = {order.subject: order.says for order in orders if order.kind is OrderKind.MATCH}
    known = {address.key for delivery in deliveries.values() for address in delivery.to} if said else set()
    found: dict[str, dict[str, None]] = {}
    for message in messages if said else ():
        letter, sender = said.get(message.id, ""), message.sender
        may_teach = message.finding.kind in _TEACHES and sender and not is_forgotten(sender)
        if letter and may_teach and sender not in known:
            found.setdefault(sender, {})[LetterId.parse(letter).group] = None
    return {sender: tuple(groups) for sender, groups in found.items()}


def _in_question(message: Message, deliveries: Deliveries) -> set[str]:
    """The keys of the person who wrote; of all who may have, while nobody has said who it was."""
    chosen = [message.match.best] if message.match.best else message.match.candidates
    letters = (deliveries.get(str(candidate.letter)) for candidate in chosen if candidate)
    keys = {address.key for delivery in letters if delivery for address in delivery.to}
    return keys | ({message.sender} if message.sender else set())
