"""Decides whether a run should go on: letters that reach nobody cost the mailbox its good name.

One dead address among three letters says nothing about a table; ten among fifty do. So the run stops only
when the rate is too high for certain, which is to say when even the lower end of its 95 % interval is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mailer.nouns import Delivery, Pace, Phase, Rate, State

FEWEST = 10
"""Of fewer letters no rate is made."""


@dataclass(frozen=True, slots=True)
class Fared:
    """How letters fared.

    Attributes:
        sent: How many were tried.
        bounced: How many of them came back.
        refused: Of how many the server refused the address.
    """

    sent: int
    bounced: int = 0
    refused: int = 0

    @property
    def failed(self) -> Rate:
        """Those that reached nobody, of all."""
        return Rate(self.bounced + self.refused, self.sent)


def fared(deliveries: Iterable[Delivery], since: datetime) -> Fared:
    """How the letters fared that were tried since a moment, as far as the ledger knows."""
    tried = [d for d in deliveries if any(attempt.at >= since for attempt in d.attempts)]
    bounced = sum(delivery.state is State.BOUNCED for delivery in tried)
    return Fared(len(tried), bounced, sum(map(_address_refused, tried)))


def _address_refused(delivery: Delivery) -> bool:
    return delivery.state is State.REFUSED and delivery.attempts[-1].verdict.phase is Phase.RCPT


def why_stop(found: Fared, pace: Pace) -> str:
    """Why a run must not go on after these letters; empty when it may."""
    low, _ = found.failed.interval
    return in_words(found, pace) if found.sent >= FEWEST and low > pace.bounce_rate else ""


def in_words(found: Fared, pace: Pace) -> str:
    """How many letters reached nobody, and in which ways."""
    failed = found.failed
    ways = [f"{found.bounced} came back"] if found.bounced else []
    ways += [f"{found.refused} had an address that was refused"] if found.refused else []
    return (
        f"{failed.count} of {failed.of} letters reached nobody ({', '.join(ways)}): {failed.share:.0%},"
        f" and {pace.bounce_rate:.0%} are let pass"
    )
