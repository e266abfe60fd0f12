"""What stands between a letter and somebody who would get it: since when, why, and what says so."""

from dataclasses import dataclass
from datetime import date, datetime

from mailer.nouns.codes import Phase
from mailer.nouns.deliveries import Delivery, State
from mailer.nouns.forgotten import is_forgotten
from mailer.nouns.messages import Kind, Message, Reason
from mailer.nouns.orders import Order


@dataclass(frozen=True, slots=True)
class Standing:
    """Something that stands: since when, why, and what says so (`message 1a2b…`, `order o3`)."""

    since: datetime
    because: str
    source: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Do not write before `until` (the first day that is free again)."""

    until: date
    standing: Standing


def from_mail(message: Message, because: str) -> Standing:
    """What a mail causes."""
    return Standing(message.at, because, f"message {message.id}")


def from_order(order: Order) -> Standing:
    """What a person ordered."""
    return Standing(order.at, order.because, f"order {order.id}")


def is_at_the_door(message: Message) -> bool:
    """Whether it says that a letter is kept from its reader: for a moderator, or for proof of a person."""
    finding = message.finding
    return finding.kind is Kind.CHALLENGE or (
        finding.kind is Kind.AUTO_ACK and finding.reason is Reason.MODERATION
    )


def proposes_contact(message: Message) -> bool:
    """Whether a machine says that somebody is not there any more, or whom to write to instead."""
    finding = message.finding
    by_person = finding.kind in {Kind.HUMAN, Kind.UNRELATED, Kind.OWN_COPY}
    return not by_person and (finding.reason is Reason.LEFT or finding.instead is not None)


def asks_to_stop(message: Message) -> bool:
    """Whether somebody wants no more letters. Reports on signatures (DMARC) are complaints of nobody's."""
    kind, reason = message.finding.kind, message.finding.reason
    return kind is Kind.UNSUBSCRIBE or (kind is Kind.COMPLAINT and reason is not Reason.POLICY)


def needs_a_person(message: Message) -> bool:
    """Whether nothing goes on by itself about a mail, as long as nobody has dealt with it."""
    kind, match = message.finding.kind, message.match
    if is_forgotten(message.sender):
        return False
    if asks_to_stop(message):
        # These stop the letters to whom they come from, once it is known who that is.
        return match.best is None
    if kind is Kind.BOUNCE_HARD and match.best is None:
        return bool(match.candidates)
    if is_at_the_door(message) or proposes_contact(message):
        return bool(match.candidates) or kind is Kind.CHALLENGE
    return kind is Kind.HUMAN


def why_it_came_back(message: Message) -> str:
    """The first reason of a bounce."""
    return message.finding.because[0] if message.finding.because else "the letter came back"


def died_of(delivery: Delivery) -> str:
    """Why the delivery shows its address to be dead; '' when it does not."""
    if delivery.state is State.BOUNCED:
        return delivery.because or "the letter came back"
    last = delivery.attempts[-1].verdict if delivery.attempts else None
    # A refusal of the content, at the final dot, says nothing about the address.
    refused = delivery.state is State.REFUSED and last is not None and last.phase is Phase.RCPT
    return last.words or "the server refused the address" if refused and last else ""
