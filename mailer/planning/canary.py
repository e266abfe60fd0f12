"""Decides which letters leave ahead of the others, and whether the others may follow them.

A wrong column, a dead server or a word that filters hate is seen by the first few letters as well as by a
hundred. So a few leave, their bounces are waited for, and then it is looked at how they fared.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mailer.nouns import Delivery, LetterId, Pace, Phase, State
from mailer.planning.brake import fared, in_words
from mailer.planning.lines import Line
from mailer.planning.pace import tried_at

CANARY_STAY = timedelta(minutes=5)
"""So long after the last letter of a canary its bounces are waited for; most come within seconds."""

_EVER = datetime.min.replace(tzinfo=UTC)
_TAKEN = frozenset({State.ACCEPTED, State.BOUNCED, State.REFUSED})


@dataclass(frozen=True, slots=True)
class Canary:
    """The letters on which it depends whether the others follow.

    Attributes:
        before: Letters of an earlier run that ended before anybody could know how they fared: they count, or
            to begin anew would let another few letters go each time.
        first: Those that leave now.
        others: Those that wait for it.
    """

    before: tuple[LetterId, ...]
    first: tuple[Line, ...]
    others: tuple[Line, ...]

    @property
    def letters(self) -> tuple[LetterId, ...]:
        """All letters that it is judged by."""
        return (*self.before, *(line.letter for line in self.first))


def plan_canary(
    lines: Sequence[Line], most: int, deliveries: Iterable[Delivery], now: datetime
) -> Canary | None:
    """Divide the letters of a run; None where no others would be left to follow.

    Args:
        lines: All letters of the run, of one campaign.
        most: So many leave first.
        deliveries: What the ledger has, of all campaigns.
        now: The time, aware.
    """
    if not (lines and most):
        return None
    before = _unjudged(deliveries, lines[0].letter.campaign, now)
    first = _spread(lines, max(most - len(before), 0))
    ahead = {line.letter for line in first}
    others = tuple(line for line in lines if line.letter not in ahead)
    return Canary(before, first, others) if others else None


def _spread(lines: Sequence[Line], most: int) -> tuple[Line, ...]:
    """So many letters to as many domains as there are, else as the plan has them.

    Each large provider has its own mind about us, and ten letters to the same one would not tell more than
    one does.
    """
    seen: Counter[str] = Counter()
    ranked = []
    for number, line in enumerate(lines):
        assert line.due
        domain = line.due.to[0].domain
        ranked.append((seen[domain], number))
        seen[domain] += 1
    return tuple(lines[number] for number in sorted(number for _, number in sorted(ranked)[:most]))


def _unjudged(deliveries: Iterable[Delivery], campaign: str, now: datetime) -> tuple[LetterId, ...]:
    return tuple(
        delivery.letter
        for delivery in deliveries
        if delivery.letter.campaign == campaign
        and any(abs(now - at) < CANARY_STAY for at in tried_at(delivery))
    )


def stay(canary: Iterable[Delivery], now: datetime) -> timedelta:
    """How long the bounces of a canary are still to be waited for; never longer than `CANARY_STAY`."""
    last = max((at for delivery in canary for at in tried_at(delivery)), default=now - CANARY_STAY)
    return min(max(last + CANARY_STAY - now, timedelta()), CANARY_STAY)


def why_stop_after_canary(canary: Collection[Delivery], pace: Pace) -> str:
    """Why the others must not follow the canary; empty when they may.

    Here the share itself counts, however few letters there were: a canary is to be sensitive. And one letter
    whose words were refused is enough, for the others have much the same words.

    Args:
        canary: Its letters as the ledger has them now, after a fresh look into the mailbox.
        pace: Says which share is let pass.
    """
    for delivery in canary:
        verdict = delivery.attempts[-1].verdict if delivery.state is State.REFUSED else None
        if verdict and verdict.phase is not Phase.RCPT:
            said = f"{verdict.code or ''} {verdict.words}".strip()
            return f"{delivery.letter}, of those that went first, was refused: {said}"
    if not any(delivery.state in _TAKEN for delivery in canary):
        return "of the letters that were to go first none has been taken yet"
    found = fared(canary, _EVER)
    too_many = found.failed.share > pace.bounce_rate
    return f"of those that went first, {in_words(found, pace)}" if too_many else ""
