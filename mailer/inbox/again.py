"""Judges kept mails once more: after a change of the rules, a correction of the table, or more mail.

What a person decided about a message stands above whatever is thought of it here, and stays. Which letter it
answers is not asked again where she said that: others are matched by her word, and it must not be noted as
the reading of the very mail that she spoke of, or taking it back would change nothing. Of mails that were
destroyed because somebody asked to be forgotten there is nothing to be judged.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailer.inbox import doubt
from mailer.inbox.judging import Judgement, judge, judge_sent, judged
from mailer.inbox.ours import Ours
from mailer.ledger import Ledger
from mailer.nouns import Delivery, Group, Kind, LetterId, Message, OrderKind, Reason, Settings, State

_MOST_ROUNDS = 4
"""A mail that is matched may match those that answer it, whichever came first."""


@dataclass(frozen=True, slots=True)
class Change:
    """A message as it is noted, and as it would be.

    Attributes:
        before: As noted.
        after: As it is judged now.
        decided: Whether a person has decided about it: then that counts, before and after.
    """

    before: Message
    after: Message
    decided: bool = False

    @property
    def matters(self) -> bool:
        """Whether something follows from it; else only words are other ones: reasons, points, an excerpt."""
        return _gist(self.before) != _gist(self.after)


def reconsider(ledger: Ledger, settings: Settings, groups: Sequence[Group]) -> tuple[Change, ...]:
    """What would change if every kept mail came in only now. Changes nothing.

    Args:
        ledger: Which mails there are.
        settings: Who the fellow is.
        groups: The table as it is now.

    Returns:
        The messages that would not stay as they are noted, in order of arrival.

    Raises:
        BadData: when a mail's copy is not as it was written.
    """
    return judged_again(ledger, Ours(ledger, settings.sender.address, groups), ledger.as_read())


def judged_again(ledger: Ledger, ours: Ours, messages: Iterable[Message]) -> tuple[Change, ...]:
    """As `reconsider`, of these messages only."""
    placed, decided = _about(ledger, OrderKind.MATCH), _about(ledger, OrderKind.KIND)
    kept = {message.id: message for message in messages if message.place.segment and message.id not in placed}
    after = dict(kept)
    for _ in range(_MOST_ROUNDS):
        known = {name: message.match.best for name, message in after.items()}
        for name, message in kept.items():
            found = _judgement(ledger.mail_bytes(message.place), message, ours)
            after[name] = judged(message, found)
            if name not in decided:
                ours.hear(found.mail, found.match)
        if known == {name: message.match.best for name, message in after.items()}:
            break
    return tuple(
        Change(before, after[name], name in decided) for name, before in kept.items() if before != after[name]
    )


def accept(
    ledger: Ledger, settings: Settings, groups: Sequence[Group], changes: Sequence[Change], now: datetime
) -> tuple[Delivery, ...]:
    """Note these changes, and what follows from them for the letters: all of it, or nothing.

    Args:
        ledger: Where.
        settings: Who the fellow is.
        groups: The table.
        changes: What is to be noted.
        now: When.

    Returns:
        The letters that were in doubt, and are proven to have left now.

    Raises:
        TryAgain: when somebody was forgotten meanwhile.
    """
    ours = Ours(ledger, settings.sender.address, groups)
    with ledger.together():
        ledger.arrivals.note_anew([change.after for change in changes])
        for change in changes:
            _take_back_bounce(ledger, change, now)
        return tuple(doubt.settle_by_earlier(ledger, lambda: ours, now))


def _about(ledger: Ledger, kind: OrderKind) -> frozenset[str]:
    """The messages about which an order of this kind stands."""
    return frozenset(order.subject for order in ledger.orders() if order.kind is kind)


def _judgement(raw: bytes, before: Message, ours: Ours) -> Judgement:
    """As at the desk; where a mail lay is known by what it was taken for."""
    found = judge_sent(raw, ours) if before.finding.kind is Kind.OWN_COPY else None
    if found and found.finding.reason is Reason.BY_HAND is not before.finding.reason:
        found = None  # it came in, under her From, which anybody can write
    return found or judge(raw, ours)


def _gist(message: Message) -> tuple[object, ...]:
    finding, found = message.finding, message.match
    return (
        (finding.kind, finding.reason, finding.until, finding.instead),
        {address.key for address in finding.failed},
        {address.key for address in finding.addresses},
        found.best.letter if found.best else None,
        _letters(message),
    )


def _letters(message: Message) -> frozenset[LetterId]:
    return frozenset(candidate.letter for candidate in message.match.candidates)


def _take_back_bounce(ledger: Ledger, change: Change, now: datetime) -> None:
    """The letter has not come back after all, where only this message said so."""
    before, after = change.before, change.after
    best = before.match.best
    if before.finding.kind is not Kind.BOUNCE_HARD or best is None:
        return
    if after.finding.kind is Kind.BOUNCE_HARD and after.match.best and after.match.best.letter == best.letter:
        return
    delivery = ledger.delivery(best.letter)
    if delivery and delivery.state is State.BOUNCED and delivery.changed_at == before.at:
        because = f"message {before.id} is no report that it came back, judged again"
        ledger.change(best.letter, State.ACCEPTED, now, because)
