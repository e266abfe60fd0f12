"""The dry run's post office: it accepts every letter, delivers none and opens no connection."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mailer.nouns import UNCONDITIONAL, Letter, Outcome, Permit, Phase, PostOffice, Settings, Verdict
from mailer.servers.last_look import unfit

_ACCEPTED = Verdict(Outcome.ACCEPTED, Phase.DOT, 250, "2.0.0", "dry run: nothing was sent")


class _Nowhere:
    """Looks at each letter as the real post office does, and lets it go no further.

    Attributes:
        room: Many: nobody has to wait for an answer.
    """

    room = 64

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def deliver(self, letter: Letter, permit: Permit = UNCONDITIONAL) -> Verdict:
        """Say what the real post office would say if the server took every letter."""
        if fault := unfit(letter, self._settings):
            return Verdict(Outcome.PAUSE, Phase.MAIL, words=fault)
        await permit.mark()
        return _ACCEPTED


@asynccontextmanager
async def nowhere(settings: Settings) -> AsyncIterator[PostOffice]:
    """Open the dry run's post office.

    Args:
        settings: Of them only to whom letters may go; no server is asked.
    """
    yield _Nowhere(settings)
