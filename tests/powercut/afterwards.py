"""What the workspace on a disk whose power was cut says of itself, and what it sends when it goes on.

Runs in a process of its own, with the program that was cut off: `python afterwards.py WORKSPACE`. It takes
itself for the machine after its next start, and says what it found as one JSON document.
"""

import asyncio
import dataclasses
import json
import sys
from pathlib import Path

from stage import START, settings_for

from mailer.errors import CampaignError
from mailer.ledger import identity, open_ledger
from mailer.nouns import World
from mailer.outbox import Outbox
from mailer.planning import make_plan
from mailer.proofs import read_proofs
from mailer.rehearsal import Clock, Rehearsal
from mailer.servers import mailbox, post_office
from mailer.workspace import find, read_manuscript

NAME = "hello"


def look(folder):
    """The ledger's states by recipient and its orders; then the same once everything due was sent."""
    workspace = find(folder, {})
    try:
        with open_ledger(workspace.ledger_folder, workspace.ledger_id_file) as ledger:
            found = {"before": states(ledger), "orders": [order.subject for order in ledger.orders()]}
            resumed = go_on(workspace, ledger)
            return {**found, "resumed": resumed, "after": states(ledger)}
    except CampaignError as error:
        return {"refused": f"{error.where}: {error.what}"}


def states(ledger):
    return {str(d.to[0]): d.state.value for d in ledger.deliveries().values()}


def go_on(workspace, ledger):
    """Send what is due by a post office of our own; who got a letter from it."""
    with Rehearsal(clock=Clock(START)) as post:
        (workspace.root / "campaigns/settings.toml").write_text(settings_for(post), "utf-8")
        settings, _ = workspace.settings()
        read = read_manuscript(workspace, [NAME])
        campaign, audience = read.campaigns[NAME]

        def plan(history):
            return make_plan(campaign, audience, read.groups, history, post.clock.now())

        world = World(post.clock.now, post.clock.sleep, 0, post_office, mailbox)
        outbox = Outbox(world, settings, ledger, read_proofs(workspace, [NAME]).book, plan)
        asyncio.run(outbox.send(plan(ledger.history()).due, None, lambda sent: None, lambda: False))
        return [address for letter in post.letters for address in letter.to]


def after_the_next_start():
    """This process on the same machine, switched on again since."""
    return dataclasses.replace(BEFORE, boot="another")


if __name__ == "__main__":
    BEFORE = identity.here()
    identity.here = after_the_next_start
    json.dump(look(Path(sys.argv[1])), sys.stdout)
