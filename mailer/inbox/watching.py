"""Watches the mailbox: reads it, waits until mail comes, reads again; and comes back when the line breaks."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from mailer.errors import CampaignError, ServerUnavailable, TryAgain
from mailer.inbox.filing import read_open
from mailer.ledger import Ledger
from mailer.nouns import Group, Mailbox, MailboxRead, Settings, World

LOOK_EVERY = 180.0
"""Seconds after which everything is looked at, whatever the server tells: it tells of one folder only (RFC
2177), some tell of none, and a line that was cut without a word shows in nothing else. And a server may hang
up on whoever says nothing for half an hour."""

FIRST_PAUSE, LONGEST_PAUSE = 5.0, 300.0
"""Seconds before a server in trouble is called again; each time twice as many."""


@dataclass(frozen=True, slots=True)
class Pause:
    """The mailbox cannot be read just now.

    Attributes:
        trouble: Why.
        seconds: When it is tried again.
    """

    trouble: CampaignError
    seconds: float


@dataclass(frozen=True, slots=True)
class Watch:
    """One mailbox under watch.

    Attributes:
        world: The clock and the mailbox.
        settings: How to get in.
        ledger: Where to note what comes.
        groups: Reads the table: it may be corrected meanwhile.
        resting: Entered for as long as nothing is being read or written: then it may be ended at any moment.
    """

    world: World
    settings: Settings
    ledger: Ledger
    groups: Callable[[], Sequence[Group]]
    resting: Callable[[], AbstractContextManager[None]]

    def readings(self) -> Iterator[MailboxRead | Pause]:
        """Each reading, and each trouble that passes; for ever.

        Raises:
            SignInRefused: to ask again and again would bring a lock-out nearer.
            BadSettings: a configured folder is not there.
            CampaignError: the ledger cannot be written.
        """
        pause = FIRST_PAUSE
        while True:
            try:
                with self.world.mailbox(self.settings) as box:
                    for reading in self._while_open(box):
                        pause = FIRST_PAUSE
                        yield reading
            except (ServerUnavailable, TryAgain) as error:
                yield Pause(error, pause)
                self._rest(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _while_open(self, box: Mailbox) -> Iterator[MailboxRead]:
        told = False
        while True:
            reading = read_open(box, self.world, self.settings, self.ledger, self.groups())
            yield reading
            if told and not reading.new:
                # A server that tells of mail that is not there shall not keep us and it busy.
                self._rest(FIRST_PAUSE)
            folder = reading.folders[0]
            with self.resting():
                told = box.wait(folder, self.ledger.cursor(folder), LOOK_EVERY)

    def _rest(self, seconds: float) -> None:
        with self.resting():
            asyncio.run(_waited(self.world, seconds))


async def _waited(world: World, seconds: float) -> None:
    await world.sleep(seconds)
