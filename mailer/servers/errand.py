"""A letter on its way over a line, and who waits to hear what came of it."""

import asyncio
from dataclasses import dataclass, field

from mailer.nouns import Letter, Permit, Verdict
from mailer.servers.transaction import Transaction


@dataclass(slots=True, eq=False)
class Errand:
    """A letter in our hands.

    Attributes:
        letter: Which.
        permit: Asked for before it goes on.
        told: Becomes its verdict; None when it never had a chance on this line, and may have another.
        transaction: What was said for it.
        marking: Writes down that it is about to leave.
        ahead: Whether its envelope went ahead, behind the dot of another.
        wanted: Whether the server waits for it.
        begun: Whether the first of it was written.
        left: What of it has not been written yet.
    """

    letter: Letter
    permit: Permit
    told: asyncio.Future[Verdict | None]
    transaction: Transaction
    marking: asyncio.Future[None] | None = None
    ahead: bool = False
    wanted: bool = False
    begun: bool = False
    left: memoryview = field(default_factory=lambda: memoryview(b""))

    def fail(self) -> None:
        """If it could not be written down that the letter leaves, let whoever waits know."""
        marking = self.marking
        if marking and marking.done() and not self.told.done():
            if marking.cancelled():
                self.told.cancel()
            elif error := marking.exception():
                self.told.set_exception(error)

    def tell(self, verdict: Verdict | None) -> None:
        """Say what came of it, unless that is known already."""
        if not self.told.done():
            self.told.set_result(verdict)
