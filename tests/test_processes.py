"""Several commands at once in one workspace: one sends, one writes, and who looks waits for nobody."""

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest
from commands import CHOSEN, ended, first_letter_held, stopped
from pages import ACCEPTED, NOW, in_another_process, send
from quick import Quick
from rig import CAMPAIGN, check, rig

from mailer.errors import TryAgain
from mailer.ledger import create, look_at, open_ledger
from mailer.nouns import State
from mailer.rehearsal import Habit, Person

SEND = ("send", CAMPAIGN, "--json", "--confirm")
READERS = (
    ("status", "--json"),
    ("status", CAMPAIGN),
    ("list", "--json"),
    ("todo", "--json"),
    ("preview", CAMPAIGN, "--json"),
    ("check", CAMPAIGN, "--json"),
    ("replies", "--all", "--json"),
    ("send", CAMPAIGN, "--dry-run"),
)

WHO_ANSWER = ("oslo@north", "pune@west", "turin@west", "perth@north", "leeds@south")
"""Some of the rig's addresses, without `.example`."""


# ── who sends ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("many", [2, pytest.param(8, marks=pytest.mark.full)])
def test_of_several_that_would_send_one_does_and_the_others_say_which(made, begin, many):
    """R09. All of them have planned and confirmed the same twelve letters before the first one begins."""
    started = [begin(made, *SEND, "12", CAMPAIGN_FAILPOINT="sender.before_lock:pause") for _ in range(many)]
    assert all(stopped(process) for process in started)
    with first_letter_held(made) as came:
        for process in started:
            process.send_signal(signal.SIGCONT)
        assert came.wait(60)
        found = re.match(r"process (\d+) on \S+ since [\d: -]+ UTC$", holder(made))
        [sender] = [process for process in started if process.pid == int(found[1])]
        for done in (ended(process, within=8) for process in started if process is not sender):
            assert done.code == TryAgain.exit_code
            assert f"is sending just now ({found[0]})" in " ".join(done.err.split())
    assert ended(sender).code == 0
    assert len(made.accepts()) == 12
    check(made, resumed=made.resume())


def holder(made):
    return (made.ledger_folder / "sender.lock").read_text("utf-8")


@pytest.mark.parametrize("place", [CHOSEN, "outcome.known"])
def test_the_lock_of_a_killed_sender_is_free_at_once_and_its_letter_is_looked_after(made, begin, place):
    """R10."""
    holder = begin(made, *SEND, "12", CAMPAIGN_FAILPOINT=f"{place}@3:pause")
    assert stopped(holder)
    holder.kill()
    holder.wait()
    found = State.UNSURE if place == "outcome.known" else None
    third = made.deliveries().get(made.letter(3))
    assert (third.state if third else None) == found, "as whoever looks will see it, too"
    done = made.run("undo")
    assert f"ledger: {CAMPAIGN}/pune/hello was" in done.err, "the first that may write mends it, and says so"
    check(made, resumed=made.resume())
    made.finish()


def test_what_a_dead_sender_had_started_does_not_keep_its_lock(made, begin, tmp_path):
    """R11: whatever `password_cmd` leaves behind holds no file of ours."""
    settings, pid = made.workspace_folder / "campaigns" / "settings.toml", tmp_path / "pid"
    behind = f"sleep 300 >/dev/null 2>&1 & echo $! > {pid}; echo {made.post.password}"
    text = settings.read_text("utf-8").replace(
        f'["printf", "{made.post.password}"]', json.dumps(["sh", "-c", behind])
    )
    settings.write_text(text, "utf-8")
    holder = begin(made, *SEND, "12", CAMPAIGN_FAILPOINT=f"{CHOSEN}@2:pause")
    assert stopped(holder)
    holder.kill()
    holder.wait()
    left = int(pid.read_text())
    os.kill(left, 0)
    try:
        check(made, resumed=made.resume())
    finally:
        for number in {left, int(pid.read_text())}:
            os.kill(number, signal.SIGKILL)


def test_the_lock_outlives_another_look_at_its_file(tmp_path):
    """R11: with the older kind of lock (lockf), closing any second descriptor would give it away."""
    place = tmp_path / "ledger", tmp_path / "ledger-id"
    with create(*place, NOW) as one, open_ledger(*place) as two, one.sending():
        for name in ("sender.lock", "lock"):
            os.close(os.open(place[0] / name, os.O_RDWR))
        look_at(*place)
        with pytest.raises(TryAgain, match="is sending just now"), two.sending():
            pass


def test_who_looks_is_not_taken_for_a_sender(tmp_path):
    place = tmp_path / "ledger", tmp_path / "ledger-id"
    with create(*place, NOW) as ledger, (place[0] / "sender.lock").open("rb") as file:
        looks = subprocess.Popen(
            [sys.executable, "-c", "import os, time; print(flush=True); time.sleep(0.03); os._exit(0)"],
            stdout=subprocess.PIPE,
            pass_fds=[file.fileno()],
        )
        fcntl.flock(file, fcntl.LOCK_SH)
        file.close()
        assert looks.stdout.readline(), "on a busy machine its start may take longer than a glance"
        with looks, ledger.sending():
            send(ledger, ACCEPTED)


# ── who looks ─────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def turn_taken(made):
    """Somebody is at work in the ledger and does not finish."""
    with (made.ledger_folder / "lock").open("rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def test_who_only_looks_waits_for_nobody(made):
    """R12. (Who wants to write gives up after half a minute.)"""
    made.send(CAMPAIGN_FAILPOINT="outcome.known@5:kill")
    before = on_disk(made)
    with turn_taken(made):
        for words in READERS:
            done = made.run(*words)
            assert done.code in {0, 4}, f"{words}:\n{done.err}"
    assert on_disk(made) == before, "and it leaves no trace"


def on_disk(made):
    """Every file of the ledger and of the account, with its bytes and the time of its last change."""
    files = [path for path in made.folder.rglob("*") if path.is_file() and path.name != "accepts.jsonl"]
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def test_on_a_disk_that_cannot_be_written_everything_can_be_looked_at(made, need_tool):
    """R12."""
    unshare = need_tool("unshare", root=True)
    read_only = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && shift && cd "$PWD" && exec "$@"'
    here = (unshare, "-m", "sh", "-c", read_only, str(made.folder), "-")
    made.send(CAMPAIGN_FAILPOINT="outcome.known@5:kill")
    for words in (("status", "--json"), ("todo", "--json"), ("send", CAMPAIGN, "--dry-run")):
        done = made.run(*words, prefix=here)
        assert done.code in {0, 4}, f"{words}:\n{done.err}"
    done = made.run("answered", "oslo", "--because", "she phoned", prefix=here)
    assert done.code == 1
    assert "the disk is read-only" in " ".join(done.err.split()), "so it really is"


def test_nobody_ever_sees_half_a_change(tmp_path):
    """R12: a message and its cursor come together, also while a snapshot takes the journal's place."""
    place, seen = (tmp_path / "ledger", tmp_path / "ledger-id"), [0]
    script = (
        "from mailer.ledger.journalled import keeping; keeping.LONG_JOURNAL = 9000\n"
        "from mailer.nouns import Cursor; from pages import a_message\n"
        "for part in range(0, 300, 10):\n"
        "    with open_ledger(*place) as ledger:\n"
        "        for number in range(part + 1, part + 11):\n"
        "            place_of_it = ledger.arrivals.keep([b'Sure!'])[0]\n"
        "            ledger.note(a_message(f'm{number}', NOW, f'<{number}@chipy.example>', place_of_it),\n"
        "                        Cursor('INBOX', 1, number))\n"
    )
    create(*place, NOW).close()
    with in_another_process(place, script) as writer:
        while writer.poll() is None:
            ledger = look_at(*place)
            cursor = ledger.cursor("INBOX")
            assert (cursor.uid if cursor else 0) == len(ledger.messages()) >= seen[-1]
            seen.append(len(ledger.messages()))
    assert writer.returncode == 0
    assert len(set(seen)) > 5, "it was looked at while it grew"
    assert len(look_at(*place).messages()) == 300


# ── all of them together ──────────────────────────────────────────────────────────────────────────────


def the_sender(made, quick, left):
    """Sends one letter after the other, each in a command of its own."""
    for _ in range(left):
        done = made_by(quick, made, "send", CAMPAIGN, "--limit", "1", "--confirm", "1")
        assert done.code == 0, done.err
        made.post.clock.move_on(timedelta(hours=1))


def the_clerk(made, quick, said, orders):
    """Reads the mailbox and takes orders; keeps the ids of what was said to be new, and how many orders."""
    done = made_by(quick, made, "replies", "--json")
    assert done.code == 0, done.err
    said += [row["id"] for row in json.loads(done.out)["rows"]]
    done = made_by(quick, made, "stop", f"nobody{len(orders)}@nowhere.example", "--because", "she asked")
    assert done.code == 0, done.err
    orders.append(f"o{len(orders) + 1}")


def the_onlooker(made, quick, figures):
    """Looks in every way there is; keeps the figures that only grow."""
    for words in READERS:
        done = made_by(quick, made, *words)
        assert done.code == 0, f"{words}:\n{done.err}"
        assert "ledger:" not in done.err, "there is nothing to repair"
        if words == READERS[0] and (campaigns := json.loads(done.out)["sums"]["campaigns"]):
            [found] = campaigns
            figures.append((found["letters"].get("accepted", 0), found["contacted"], found["answered"]))


def made_by(quick, made, *words):
    return quick.run(made.workspace_folder, words, made.environ())


@pytest.mark.parametrize("time", [1, *(pytest.param(time, marks=pytest.mark.full) for time in range(2, 7))])
def test_all_of_them_at_once_lose_nothing_and_wait_for_nobody(tmp_path, quick, time):
    """R12. In the full run several times: each run interleaves in its own way."""
    assert time
    people = [Person(f"{address}.example", Habit.ANSWERS) for address in WHO_ANSWER]
    with ExitStack() as stack:
        made = stack.enter_context(rig(tmp_path / "r", people=people))
        clerks, onlookers = (stack.enter_context(Quick()) for _ in range(2))
        said, orders, figures = [], [], [(0, 0, 0)]
        everybody = stack.enter_context(ThreadPoolExecutor(3))
        sender = everybody.submit(the_sender, made, quick, 12)
        at_work = [
            everybody.submit(until_done, sender, the_clerk, made, clerks, said, orders),
            everybody.submit(until_done, sender, the_onlooker, made, onlookers, figures),
        ]
        for one in (sender, *at_work):
            one.result()
        made.post.clock.move_on(timedelta(days=2))
        the_clerk(made, quick, said, orders)
        assert figures == sorted(figures), "what has happened has happened"
        ledger = made.look()
        # The sender reads the mailbox, too; what it read is not new for the clerk any more.
        assert set(said) <= {message.id for message in ledger.messages()}
        assert len(ledger.messages()) == len(made.post.inbox) == len(WHO_ANSWER)
        assert [order.id for order in ledger.orders()] == orders
        check(made, resumed=made.resume())


def until_done(sender, work, *tools):
    """Do it again and again for as long as the sender is at work, and once more."""
    while True:
        last = sender.done()
        work(*tools)
        if last:
            return
