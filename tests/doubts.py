"""Letters that end in doubt: the line breaks at the final dot, and the server has the letter, or has not."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

from mailer.inbox import read_mailbox
from mailer.nouns import Outcome, Phase, Verdict
from mailer.outbox import Outbox
from mailer.planning import make_plan

UNSURE = Verdict(Outcome.UNSURE, Phase.DOT, 0, "", "the line broke at the final dot")
CHIPY = "hello/chipy/hello"


class _Broken:
    """A way out whose line breaks at the final dot of the letters to some groups."""

    def __init__(self, office, groups, *, taken, meanwhile):
        self.office, self.groups, self.taken, self.meanwhile = office, groups, taken, meanwhile

    room = 1

    async def deliver(self, letter, permit):
        doubtful = letter.id.group in self.groups
        await permit.mark()
        verdict = await self.office.deliver(letter, permit) if self.taken or not doubtful else UNSURE
        self.meanwhile(letter)
        return UNSURE if doubtful else verdict


def breaking(play, *groups, taken=True, meanwhile=lambda letter: None):
    """The stage's world, in which letters to these groups end in doubt.

    `taken`: the server has them. `meanwhile` is done after the server had each letter and before we know.
    """

    @asynccontextmanager
    async def opened(settings):
        async with play.world.post_office(settings) as office:
            yield _Broken(office, groups, taken=taken, meanwhile=meanwhile)

    return replace(play.world, post_office=opened)


def send(play, ledger, world=None, read=None):
    """Send what is due of the campaign `hello`."""
    manuscript = play.manuscript("hello")
    campaign, audience = manuscript.campaigns["hello"]

    def plan(history):
        return make_plan(campaign, audience, manuscript.groups, history, play.clock.now())

    outbox = Outbox(world or play.world, play.settings, ledger, play.proofs().book, plan)
    return asyncio.run(outbox.send(plan(ledger.history()).due, read, lambda sent: None, lambda: False))


def look(play, ledger, settings=None):
    """Read the mailbox as it is now."""
    return read_mailbox(play.world, settings or play.settings, ledger, play.manuscript().groups)


def state(ledger, letter=CHIPY):
    return ledger.deliveries()[letter].state


def because(ledger, letter=CHIPY):
    return ledger.deliveries()[letter].because
