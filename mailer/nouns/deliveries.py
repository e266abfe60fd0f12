"""The ledger's record of one letter: in which of its states it is, and how it came there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mailer.nouns.addresses import Address
from mailer.nouns.codes import Verdict
from mailer.nouns.letters import LetterId

LONGEST_PATIENCE = timedelta(hours=4)
"""No deferred letter waits longer for its next try, whatever becomes of the clock meanwhile."""


LONGEST_ATTEMPT = timedelta(hours=1)
"""No attempt lasts longer: signing in anew, and then each reply as late as RFC 5321 §4.5.3.2 lets it come."""


class State(StrEnum):
    """Where a letter with a record stands. A letter without one is waiting, due or withheld."""

    CLAIMED = "claimed"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNSURE = "unsure"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, and what it came to."""

    at: datetime
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bytes of a mail are kept: segment file, offset of its record, length of the mail in bytes."""

    segment: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one letter.

    Attributes:
        letter: Which letter.
        state: Exactly one at any time.
        to: The envelope recipients.
        message_id: The same for every attempt.
        subject: As it left.
        digest: Of the bytes without `Date`.
        place: The very bytes, for a retry and for the record.
        claimed_at: When it was decided to send it; its `Date`. UTC.
        changed_at: When the state was entered. UTC. Where the program ended over the letter, when it had last
            been seen to; nobody knows when the program ended.
        attempts: Every try so far, oldest first.
        next_try: Not before this moment (deferred letters); None otherwise.
        because: Why the state is what it is, when no attempt says it (a bounce, a person's order).
        sender: The envelope sender it was claimed with: a retry after a change of the settings is still the
            same letter. None where the ledger did not write that down yet.
    """

    letter: LetterId
    state: State
    to: tuple[Address, ...]
    message_id: str
    subject: str
    digest: str
    place: Place
    claimed_at: datetime
    changed_at: datetime
    attempts: tuple[Attempt, ...] = ()
    next_try: datetime | None = None
    because: str = ""
    sender: Address | None = None

    @property
    def left_by(self) -> datetime:
        """The latest moment at which a letter in doubt can have left."""
        last = self.attempts[-1].at if self.attempts else None
        # Without an attempt of that moment it is the beginning of one, during which the program ended.
        return self.changed_at if last == self.changed_at else self.changed_at + LONGEST_ATTEMPT
