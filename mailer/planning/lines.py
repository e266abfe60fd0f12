"""What a plan is made of: one line for each group and step, where it stands, and why.

Planned = groups in the audience or the ledger × steps = the sum over all statuses: nothing is left out
silently.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailer.nouns import Campaign, Due, LetterId
from mailer.planning.audience import Selection


class Status(StrEnum):
    """Where one line of the plan stands; those after `withheld` have a record in the ledger."""

    DUE = "due"
    WAITING = "waiting"
    WITHHELD = "withheld"
    CLAIMED = "claimed"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNSURE = "unsure"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True)
class Line:
    """Where one step for one group stands.

    Attributes:
        letter: Its id.
        status: Exactly one.
        because: Why it is not due, in plain words; for a due letter what to know before it leaves, mostly
            nothing. May quote a mail.
        reason: The same in two or three words, for counting; empty when it is due.
        when: For `waiting` and dated holds: not before this moment.
        due: What sending it needs, as far as it is known by now; None for letters with a record and where
            nobody is left to write to.
    """

    letter: LetterId
    status: Status
    because: str = ""
    reason: str = ""
    when: datetime | None = None
    due: Due | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All lines of one campaign, group by group in the order of the table.

    Attributes:
        campaign: Whose plan.
        lines: One for each group and step.
        selection: What the audience makes of the whole table.
    """

    campaign: Campaign
    lines: tuple[Line, ...]
    selection: Selection

    @property
    def due(self) -> tuple[Line, ...]:
        """The letters that may leave now."""
        return tuple(line for line in self.lines if line.status is Status.DUE)

    @property
    def stuck(self) -> tuple[Line, ...]:
        """What only a person can move on: letters in doubt, what waits behind one, and letters set aside."""
        return tuple(line for line in self.lines if line.reason in {"unsure", "set aside"})

    def counts(self) -> Mapping[Status, int]:
        """How many lines stand where; the sum is the number of lines."""
        return Counter(line.status for line in self.lines)
