"""What a person decided: recorded with who and why, and undoable where that makes sense."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class OrderKind(StrEnum):
    """What may be decided."""

    ANSWERED = "answered"
    """She heard from the group by phone or in person: no more follow-ups in conversations begun before."""
    HOLD = "hold"
    """Do not write before a date."""
    STOP = "stop"
    """Never write again, in any campaign."""
    SENT = "sent"
    """An unsure letter did leave."""
    RESEND = "resend"
    """An unsure letter did not leave; send it again."""
    DONE = "done"
    """A message is dealt with: it needs nobody any more. Changes nothing about who is written to."""
    MATCH = "match"
    """Which letter a message answers, or that it answers none. Names the message, and says the letter."""
    KIND = "kind"
    """What kind of mail a message is. Names the message, and says the kind."""
    FORGET = "forget"
    """A person's data are gone, and she is never written to again. Names her pseudonym."""


FINAL = frozenset({OrderKind.SENT, OrderKind.RESEND, OrderKind.FORGET})
"""What cannot be taken back: a letter may have left by it, or somebody's data are gone."""


@dataclass(frozen=True, slots=True)
class Order:
    """A decision of a person.

    Attributes:
        id: `o1`, `o2`, … in the order in which they were given.
        kind: What was decided.
        subject: A group's id, an address (lower case), a letter's id, a message's id, or a pseudonym.
        at: When. UTC.
        by: Who gave it: the name of the account on this machine.
        because: Why, in her words.
        until: For a hold, the first day on which letters may go again.
        says: What a match or a kind is to be: a letter's id (empty: none), or a kind.
    """

    id: str
    kind: OrderKind
    subject: str
    at: datetime
    by: str
    because: str
    until: date | None = None
    says: str = ""

    @property
    def final(self) -> bool:
        """Whether it cannot be taken back."""
        return self.kind in FINAL
