"""What a person said of a mail, laid over what the program had read in it.

A mail's record stays as it was read. The orders that stand are laid over it each time it is asked for, so
that whatever follows from a mail follows from her word, and taking an order back brings the old reading back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mailer.nouns.letters import LetterId
from mailer.nouns.messages import Candidate, Finding, Kind, Match, Message, Reason
from mailer.nouns.orders import Order, OrderKind

SURE = 100
"""Points and confidence of what a person said; no evidence of ours has as many."""

_ABOUT_MAILS = frozenset({OrderKind.MATCH, OrderKind.KIND})


def corrections(orders: Sequence[Order]) -> Mapping[str, tuple[Order, ...]]:
    """The orders that correct a mail, by the mail's id, in the order in which they were given."""
    found: dict[str, tuple[Order, ...]] = {}
    for order in orders:
        if order.kind in _ABOUT_MAILS:
            found[order.subject] = (*found.get(order.subject, ()), order)
    return found


def corrected(message: Message, orders: Sequence[Order]) -> Message:
    """A mail as a person has corrected it; of several orders of one kind the last one counts.

    Args:
        message: As it was read.
        orders: The corrections of this very mail that stand, in the order in which they were given.
    """
    match = next((order for order in reversed(orders) if order.kind is OrderKind.MATCH), None)
    last = next(
        (o for o in reversed(orders) if o.kind is OrderKind.KIND or (o == match and not o.says)), None
    )
    if match:
        message = replace(message, match=_match(message.match, match))
    if last:
        # A mail that has nothing to do with us is nothing else, until she says what it is after all.
        kind = Kind(last.says) if last.kind is OrderKind.KIND else Kind.UNRELATED
        message = replace(message, finding=_finding(message.finding, kind, last))
    return message


def _match(found: Match, order: Order) -> Match:
    """Her letter first; what else it might have answered stays behind it, to be shown."""
    if not order.says:
        return replace(found, candidates=())
    letter = LetterId.parse(order.says)
    others = (replace(c, points=min(c.points, SURE - 1)) for c in found.candidates if c.letter != letter)
    return replace(found, candidates=(Candidate(letter, SURE, _said_so(order)), *others))


def _finding(found: Finding, kind: Kind, order: Order) -> Finding:
    """Her kind. What had been read beside another kind (who left, whom to write to instead) goes with it."""
    bounced = {Kind.BOUNCE_HARD, Kind.BOUNCE_SOFT, Kind.DELAYED}
    stays = {found.kind, kind} <= bounced
    return replace(
        found,
        kind=kind,
        because=(_said_so(order), *found.because),
        failed=(found.failed or found.addresses) if kind is Kind.BOUNCE_HARD else (),
        until=order.until or (found.until if kind is found.kind else None),
        reason=found.reason if stays else Reason.NONE,
        confidence=SURE,
        instead=found.instead if stays else None,
    )


def _said_so(order: Order) -> str:
    return f"you said so (order {order.id})"
