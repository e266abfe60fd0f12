"""What the ledger costs, beside sqlite3 and stock TinyDB in the same run.

Every durable change is synced to the disk of the folder for temporary files (TMPDIR). The two sides of a pair
take turns, so that whatever else the machine does meets both. Budgets: mailer/ledger/README.md.
Run it with `python -m tests.bench.bench_ledger`.
"""

import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from tinydb import TinyDB
from tinydb.table import Document, Table

from mailer.ledger import create, open_ledger
from mailer.ledger.forms import FORM
from mailer.ledger.identity import LastSeen, read_id
from mailer.ledger.journalled import KeyedDB, OnDisk, Store
from mailer.ledger.journalled.keeping import SNAPSHOT

FEW = 100
EVENTS = 400
GROUPED = 50
ROUNDS = 5
MEMORY = 300
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

Place = tuple[Path, Path]


def key(number: int) -> str:
    return f"initial-contact/group-{number}/initial-contact"


def delivery(number: int) -> dict[str, Any]:
    return {
        "state": "accepted",
        "to": [f"organizers@group-{number}.example"],
        "message_id": f"<c.{number:016}.{number:016}@foundation.example>",
        "subject": "Would you run a project night?",
        "digest": f"{number:064x}",
        "place": {"segment": "000001.mails", "offset": number * 4096, "length": 4000},
        "claimed_at": NOW.isoformat(),
        "changed_at": NOW.isoformat(),
        "attempts": [
            {
                "at": NOW.isoformat(),
                "outcome": "accepted",
                "phase": "dot",
                "code": 250,
                "status": "2.0.0",
                "words": f"queued as {number:012x}",
            }
        ],
        "sender": "fellow@foundation.example",
    }


class Ours:
    """TinyDB with our journal."""

    def __init__(self, folder: Path, letters: int) -> None:
        self.place: Place = folder / "ledger", folder / "ledger-id"
        create(*self.place, NOW).close()
        owner = read_id(self.place[1])
        self.store = Store(OnDisk(self.place[0], owner, LastSeen(owner), FORM, []))
        self.store.open()
        self.table = KeyedDB(self.store).table("deliveries")
        with self.store.together(sync=False):
            self.table.insert_multiple(Document(delivery(n), doc_id=key(n)) for n in range(letters))
        self.store.compact()

    def insert(self, number: int) -> None:
        self.table.insert(Document(delivery(number), doc_id=key(number)))

    def update(self, number: int) -> None:
        self.table.update({"state": "bounced", "because": f"message {number}"}, doc_ids=[key(number)])

    def insert_together(self, numbers: range) -> None:
        with self.store.together():
            for number in numbers:
                self.insert(number)


class Sqlite:
    """sqlite3 in its safest mode that is still quick, with an index for each look-up that we have."""

    def __init__(self, folder: Path, letters: int) -> None:
        self.file = sqlite3.connect(folder / "letters.sqlite", isolation_level=None)
        self.file.execute("PRAGMA journal_mode = WAL")
        self.file.execute("PRAGMA synchronous = FULL")
        self.file.execute(
            "CREATE TABLE letters (id TEXT PRIMARY KEY, message_id TEXT, state TEXT, document TEXT)"
        )
        self.file.execute("CREATE INDEX by_message_id ON letters (message_id)")
        self.file.execute("BEGIN")
        for number in range(letters):
            self.insert(number)
        self.file.execute("COMMIT")
        self.file.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def insert(self, number: int) -> None:
        document = delivery(number)
        row = key(number), document["message_id"], document["state"], json.dumps(document)
        self.file.execute("INSERT INTO letters VALUES (?, ?, ?, ?)", row)

    def update(self, number: int) -> None:
        document = {**delivery(number), "state": "bounced", "because": f"message {number}"}
        change = "bounced", json.dumps(document), key(number)
        self.file.execute("UPDATE letters SET state = ?, document = ? WHERE id = ?", change)

    def insert_together(self, numbers: range) -> None:
        self.file.execute("BEGIN")
        for number in numbers:
            self.insert(number)
        self.file.execute("COMMIT")


def took(act: Callable[[], object]) -> float:
    """Seconds."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def in_turns(one: Callable[[int], object], other: Callable[[int], object], times: int) -> tuple[float, float]:
    """The median seconds of each, called alternately with 0, 1, 2, …"""
    pairs = [(took(lambda n=n: one(n)), took(lambda n=n: other(n))) for n in range(times)]
    ours, theirs = zip(*pairs, strict=True)
    return statistics.median(ours), statistics.median(theirs)


def line(what: str, ours: float, theirs: float, budget: float, beside: str) -> bool:
    """Print one comparison; whether it is within its budget."""
    ratio = ours / theirs
    verdict = "" if ratio <= budget else "   MISSED"
    pair = f"{what:38} {_time(ours):>9}   {beside:26} {_time(theirs):>9}"
    sys.stdout.write(f"{pair}   {ratio:7.3f} × (budget {budget:g}){verdict}\n")
    return ratio <= budget


def _time(seconds: float) -> str:
    if seconds < 1e-2:
        return f"{seconds * 1e6:,.1f} µs"
    return f"{seconds * 1e3:,.0f} ms" if seconds < 10 else f"{seconds:,.1f} s"


def durable_changes(folder: Path, letters: int) -> Iterator[bool]:
    ours, theirs = Ours(_made(folder / "ours"), letters), Sqlite(_made(folder / "sqlite"), letters)
    few = Ours(_made(folder / "few"), FEW)
    fresh = count(10**7)
    new = [next(fresh) for _ in range(4 * EVENTS)]
    beside = "sqlite3 WAL FULL"
    pair = in_turns(lambda n: ours.insert(new[n]), lambda n: theirs.insert(new[n]), EVENTS)
    yield line(f"a durable insert among {letters:,}", *pair, 1.2, beside)
    pair = in_turns(ours.update, theirs.update, EVENTS)
    yield line("a durable update", *pair, 1.7, beside)
    lots = [range(10**8 + n * GROUPED, 10**8 + (n + 1) * GROUPED) for n in range(EVENTS // 10)]
    pair = in_turns(
        lambda n: ours.insert_together(lots[n]), lambda n: theirs.insert_together(lots[n]), len(lots)
    )
    yield line(f"{GROUPED} inserts together", *pair, 2, beside)
    pair = in_turns(
        lambda n: ours.insert(new[n + 2 * EVENTS]), lambda n: few.insert(new[n + 2 * EVENTS]), EVENTS
    )
    yield line("a durable insert", *pair, 2, f"among {FEW}")
    pair = in_turns(lambda n: ours.update(n + EVENTS), lambda n: few.update(n % FEW), FEW)
    yield line("a durable update", *pair, 2, f"among {FEW}")
    stock = TinyDB(folder / "stock.json")
    stock.insert_multiple(delivery(n) for n in range(letters))
    pair = in_turns(lambda n: ours.insert(new[n + 3 * EVENTS]), lambda n: stock.insert(delivery(n)), 3)
    yield line("a durable insert", *pair, 1, "stock TinyDB")
    stock.close()
    ours.store.compact()
    ours.store.close()
    yield from opening_and_asking(ours.place, letters)


class Plain(Table):
    """Stock TinyDB, told only that keys are text."""

    document_id_class = str  # type: ignore[assignment]


def opening_and_asking(place: Place, letters: int) -> Iterator[bool]:
    def opened() -> None:
        open_ledger(*place).close()

    def stock() -> None:
        with TinyDB(place[0] / SNAPSHOT, access_mode="r") as db:
            db.table_class = Plain
            assert len(db.table("deliveries")) >= letters

    pair = in_turns(lambda _: opened(), lambda _: stock(), 7)
    yield line(f"opening {letters:,} letters", *pair, 1.5, "stock TinyDB, same file")
    with open_ledger(*place) as ledger:
        ids = [delivery(n * (letters // 1000))["message_id"] for n in range(1000)]
        seconds = min(took(lambda: [ledger.letter_of(text) for text in ids]) for _ in range(9)) / 1000
        yield line("which letter has a Message-ID", seconds, 10e-6, 1, "the budget")
        keys = [f"group-{n * (letters // 1000)}" for n in range(1000)]
        once = [ledger.deliveries_to(group) for group in keys]
        seconds = min(took(lambda: [ledger.deliveries_to(group) for group in keys]) for _ in range(9)) / 1000
        yield line("which letters went to a group", seconds, 10e-6, 1, "the budget")
        assert all(len(found) == 1 for found in once)
    megabytes = peak_of_a_fresh_process(place)
    sys.stdout.write(
        f"{'memory of a process that opened it':38} {megabytes:6.0f} MB   (budget {MEMORY} MB)\n"
    )
    yield megabytes <= MEMORY


def peak_of_a_fresh_process(place: Place) -> float:
    """Megabytes. Not from getrusage: there a child begins with what its parent had."""
    script = (
        "import sys; from pathlib import Path; from mailer.ledger import open_ledger\n"
        "ledger = open_ledger(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "print(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])\n"
    )
    done = subprocess.run([sys.executable, "-c", script, *map(str, place)], capture_output=True, check=True)
    return int(done.stdout) / 1024


WRITER = """
import os, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tests.bench.bench_ledger import *
owner = read_id(Path(sys.argv[3]))
store = Store(OnDisk(Path(sys.argv[2]), owner, LastSeen(owner), FORM, []))
store.open()
table = KeyedDB(store).table("deliveries")
print("ready", flush=True)
sys.stdin.readline()
begun = time.monotonic()
for n in range(int(sys.argv[5])):
    n += int(sys.argv[4])
    table.insert(Document(delivery(n), doc_id=key(n)))
print(begun, time.monotonic())
store.close()
"""


_runs = count(1)


def writers(place: Place, number: int, events: int) -> float:
    """Events a second of so many writing processes together."""
    base = next(_runs) * 10**6
    root = str(Path(__file__).parent.parent.parent)
    command = [sys.executable, "-c", WRITER, root, *map(str, place)]
    each = events // number
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    processes = [
        subprocess.Popen([*command, str(base + n * 10**5), str(each)], cwd=root, **pipes)
        for n in range(number)
    ]
    for process in processes:
        assert process.stdout.readline() == b"ready\n"  # it has read the ledger
    for process in processes:
        process.stdin.write(b"\n")
        process.stdin.flush()
    times = [tuple(map(float, process.communicate()[0].split())) for process in processes]
    assert not any(process.returncode for process in processes)
    return each * number / (max(end for _, end in times) - min(begun for begun, _ in times))


def many_processes(folder: Path) -> Iterator[bool]:
    ours = Ours(_made(folder / "many"), FEW)
    ours.store.close()
    rounds = [{number: writers(ours.place, number, 2000) for number in (1, 2, 4)} for _ in range(ROUNDS)]
    rates = {number: statistics.median(each[number] for each in rounds) for number in (1, 2, 4)}
    for number in (2, 4):
        what = f"an event, {number} processes writing"
        yield line(what, 1 / rates[number], 1 / rates[1], 1.1, "one process")
    with open_ledger(*ours.place) as ledger:
        assert len(ledger.deliveries()) == FEW + 3 * ROUNDS * 2000


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@contextmanager
def own_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")) as folder:
        os.environ["XDG_STATE_HOME"] = str(Path(folder) / "state")
        yield Path(folder)


def main() -> int:
    parser = argparse.ArgumentParser(description="What the ledger costs, beside sqlite3 and stock TinyDB.")
    parser.add_argument("letters", nargs="?", type=int, default=100_000, help="how many the ledger holds")
    letters = parser.parse_args().letters
    with own_folder() as folder:
        kept = [*durable_changes(folder, letters), *many_processes(folder)]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
