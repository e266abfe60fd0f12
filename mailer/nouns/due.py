"""A letter that may leave: to whom, which step, and in which thread; all that printing and sending need."""

from dataclasses import dataclass

from mailer.nouns.addresses import Address
from mailer.nouns.campaigns import Step
from mailer.nouns.deliveries import Delivery
from mailer.nouns.groups import Group, Organizer


@dataclass(frozen=True, slots=True)
class Due:
    """What sending a due letter needs to know.

    Attributes:
        group: To whom.
        organizer: The rung that is written to.
        step: Which letter.
        follow_up: Whether it may only go after a fresh look into the mailbox.
        thread: The Message-IDs of the letters that she got in this conversation, oldest first.
        first_subject: The subject of the first of them; empty when there is none.
        retry: The deferred delivery whose very bytes are to be tried again; None for a new letter.
    """

    group: Group
    organizer: Organizer
    step: Step
    follow_up: bool = False
    thread: tuple[str, ...] = ()
    first_subject: str = ""
    retry: Delivery | None = None

    @property
    def to(self) -> tuple[Address, ...]:
        """The recipients of its envelope: a letter that is tried again goes where it went."""
        return self.retry.to if self.retry else (self.organizer.address,)
