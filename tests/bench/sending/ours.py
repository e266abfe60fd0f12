"""One run of `Outbox` in a process of its own: the real ledger on the disk, real templates, a real line.

    python ours.py LETTERS PORT [--connections 4] [--sync-ms 0] [--profile FILE]

It says in JSON how long the run took, what of the processor that cost, and the most memory that it had.
Reading the table and making the plan come before the clock starts: they are measured by `bench_scale.py`.
"""

import argparse
import asyncio
import cProfile
import json
import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailer.ledger import create
from mailer.ledger.journalled import durable
from mailer.letters import Book
from mailer.nouns import (
    Address,
    Campaign,
    Group,
    LetterId,
    Organizer,
    Pace,
    Sender,
    Server,
    Settings,
    Step,
    World,
)
from mailer.outbox import Outbox
from mailer.planning import Audience, make_plan
from mailer.servers import mailbox, post_office

NOW = datetime(2026, 11, 21, 9, 5, 7, tzinfo=UTC)
PARAGRAPH = """\
Newcomers work on a small project at their own pace, and the people who have been around for longer walk from
table to table and help. There is [a guide](https://guide.example/nights) on what to prepare, and I am happy
to help with the first one, {{ greeting }}.
"""
TEMPLATE = f"""Subject: A project night with {{{{ name }}}}?

Hi {{{{ greeting }}}},

I am {{{{ sender.name }}}}, this year's {{{{ sender.role }}}}. I read about {{{{ name }}}} and your
{{{{ size }}}} members {{% if city %}} in {{{{ city }}}}{{% endif %}}. Would you run a **project night**?

{PARAGRAPH}
- I can find people who mentor,
- I can send you the material,
- your meetup fees can be reimbursed.

{PARAGRAPH}
{PARAGRAPH}
{PARAGRAPH}
Warmly,\\
{{{{ sender.name }}}}
"""
"""A letter of 4 KB."""

_UNDER_WAY = 20
"""After so many letters a run has come to its pace."""


def groups(count):
    """The table."""

    def one(number):
        address = Address.parse(f"ana{number}@g{number}.example")
        organizer = Organizer(address, f"Ana Example {number}", {"greeting": f"Ana {number}"}, number)
        cells = {"size": 100.0 + number, "city": f"Zürich {number}"}
        return Group(f"g{number}", f"Python Group {number}", (organizer,), cells, number)

    return [one(number) for number in range(count)]


def sender():
    return Sender("Bea Fellow", Address.parse("bea@foundation.example"), "fellow for user groups")


def drafts(count):
    """The letters as words."""
    book = Book({"first": TEMPLATE})
    for group in groups(count):
        letter = LetterId("initial", group.id, "first")
        draft, problems = book.draft("first", letter, group, group.organizers[0], sender())
        assert draft, problems
        yield draft


def slower_disk(seconds):
    """A disk that takes so much longer to keep what it was given."""
    sync = durable.sync

    def slowly(fd):
        time.sleep(seconds)
        sync(fd)

    durable.sync = slowly


def outbox(folder, count, port, connections):
    """The run, ready to begin, with the lines of its plan."""
    table = groups(count)
    campaign = Campaign("initial", (Step("first", "first", timedelta(0)),))
    ledger = create(folder / "ledger", folder / "ledger-id", NOW)
    server = Server("127.0.0.1", port, "none")
    settings = Settings(sender(), server, server, pace=Pace(connections=connections))

    def plan(history):
        return make_plan(campaign, Audience(campaign), table, history, NOW)

    world = World(lambda: datetime.now(UTC), asyncio.sleep, 0, post_office, mailbox)
    return Outbox(world, settings, ledger, Book({"first": TEMPLATE}), plan), plan(ledger.history()).due


def peak():
    """The most memory that this process has had, in MB."""
    # Not `ru_maxrss`, which begins with what the process was forked from.
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def run(folder, asked):
    """Send everything; what it took."""
    ours, lines = outbox(folder, asked.letters, asked.port, asked.connections)
    profile = cProfile.Profile() if asked.profile else None
    planned, before, begun = peak(), time.process_time(), time.perf_counter()
    if profile:
        profile.enable()
    told = []
    done = asyncio.run(ours.send(lines, None, lambda _: told.append(time.perf_counter()), lambda: ""))
    if profile:
        profile.disable()
        profile.dump_stats(asked.profile)
    seconds, busy = time.perf_counter() - begun, time.process_time() - before
    first = next(iter(ours.ledger.deliveries().values()))
    octets = len(ours.ledger.letter_bytes(first.letter))
    ours.ledger.close()
    accepted = sum(sent.verdict.outcome == "accepted" for sent in done.sent)
    assert accepted == asked.letters, done.paused
    # Connecting, greeting and the first letters' way there are no later letter's.
    steady = told[-1] - told[_UNDER_WAY]
    rate = (accepted - _UNDER_WAY - 1) / steady
    return {
        "letters": accepted,
        "seconds": seconds,
        "busy": busy,
        "octets": octets,
        "steady": rate,
        "planned": planned,
        "megabytes": peak(),
    }


def main():
    """Do the job and say what it took."""
    parser = argparse.ArgumentParser()
    parser.add_argument("letters", type=int)
    parser.add_argument("port", type=int)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--sync-ms", type=float, default=0)
    parser.add_argument("--profile", default="")
    asked = parser.parse_args()
    if asked.sync_ms:
        slower_disk(asked.sync_ms / 1000)
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_STATE_HOME"] = home  # the ledger's note in the user's own folder is thrown away, too
        found = run(Path(home), asked)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
