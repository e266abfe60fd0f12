"""The disk: a kill at every call that changes a file of the ledger, and every such call failing.

strace does it: it follows the calls on the ledger's own paths, and ends the program at the Nth of a kind, or
has the system answer it with an error. A first run without any fault says how many of each kind there are.
"""

import contextlib
import json
import os
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import without
from rig import check, rig

from mailer.nouns import State

CHANGES = (
    *("write", "pwrite64", "pwritev", "fsync", "fdatasync", "rename", "ftruncate", "fallocate", "openat"),
    *("unlink", "flock", "fchmod"),
)
WRITES = ("write", "pwrite64", "pwritev", "fallocate")
SYNCS = ("fsync", "fdatasync")
NAMES = ("openat", "getdents64", "rename", "pread64")
CALLS = {*CHANGES, *NAMES}
RECORDS = ("journal.jsonl", "000001.mails")
FEW, EVERY = 11, 1
"""Of so many points one is tried in the short run; all of them in the full one."""
LETTERS = 3
COMPACTED = {"RIG_LONG_JOURNAL": "2000"}
FULL = pytest.param(EVERY, marks=pytest.mark.full, id="each")
SHORT = pytest.param(FEW, id="some")


@dataclass(frozen=True)
class Call:
    """One call, such as `fsync`, of an open file, such as `11</the/whole/path>`, and the rest of its line."""

    name: str
    file: str
    rest: str

    @property
    def records(self):
        return self.file.rstrip(">").endswith(RECORDS)


@pytest.fixture(scope="module", autouse=True)
def _strace(need_tool):
    strace = need_tool("strace", root=True)
    if subprocess.run([strace, "-o", "/dev/null", "true"], check=False).returncode:
        without("this machine does not let strace watch a process")


@pytest.fixture(scope="module")
def calls(tmp_path_factory, quick):
    """How many calls of each kind an undisturbed run makes."""
    with case(tmp_path_factory.mktemp("undisturbed"), quick) as made:
        done = disturbed(made, f"trace={','.join(CALLS)}")
        assert done.code == 0, done.err
        counts = Counter(call.name for call in log_of(made))
    assert counts["fdatasync"] > LETTERS * 3
    assert counts["rename"] == 2, "it should have been compacted"
    return counts


@contextlib.contextmanager
def case(folder, quick):
    with rig(folder / "case", quick=quick, letters=LETTERS) as made:
        yield made


def disturbed(made, *expressions, **more):
    """Send with strace on the ledger's paths."""
    words = ["-y", "-o", str(made.folder / "calls.log")]
    for path in paths_of(made):
        words += ["-P", str(path)]
    for expression in expressions:
        words += ["-e", expression]
    return made.send(RIG_STRACE=json.dumps(words), **COMPACTED, **more)


def paths_of(made):
    """Every path that belongs to the ledger, those included that come and go."""
    replaced = ("journal.jsonl", "journal.jsonl.new", "ledger.json", "ledger.json.new")
    names = ("", *replaced, "lock", "sender.lock", "mail", "mail/000001.mails")
    return [*(made.ledger_folder / name for name in names), *(made.folder / "state" / "campaign").iterdir()]


def log_of(made):
    """The calls of the last run, each in its parts."""
    text = (made.folder / "calls.log").read_text("utf-8", "replace")
    called = re.finditer(r"^\d+ +(\w+)\(((?:\d+<[^>]*>)?)(.*)$", text, re.MULTILINE)
    return [Call(*found.groups()) for found in called]


def points(counts, names, step):
    """(call, N) for every Nth call of these names, or every `step`th of them."""
    every = [(name, n) for name in names for n in range(1, counts[name] + 1)]
    return every[step // 2 :: step]


def goes_on(made, done):
    check(made)
    check(made, resumed=made.resume())
    made.finish()
    assert "Traceback" not in done.err


def test_what_a_letter_needs_is_on_the_disk_before_the_server_hears_of_it(tmp_path, quick):
    """Its bytes, the name of their file, the claim, and the mark that it is being sent."""
    with case(tmp_path, quick) as made:
        trace = f"trace={','.join((*WRITES, *SYNCS, 'sendto'))}"
        words = ["-y", "-o", str(made.folder / "calls.log"), "-e", trace]
        assert made.send(RIG_STRACE=json.dumps(words)).code == 0
        log = log_of(made)
    loose, synced, heard = Counter(), set(), 0
    for call in log:
        file = call.file.rstrip(">").rpartition("/")[2]
        if call.name in WRITES and call.records and not call.rest.startswith(', "\\0'):
            loose[file] += 1
        if call.name in SYNCS:
            del loose[file]
            synced.add(file)
        if '"MAIL FROM:' in call.rest:
            heard += 1
            assert not loose
            assert "mail" in synced
    assert heard == LETTERS
    assert not loose


@pytest.mark.parametrize("step", [SHORT, FULL])
def test_killed_at_any_call_that_changes_the_ledger(tmp_path, quick, calls, step):
    for call, n in points(calls, CHANGES, step):
        with case(tmp_path / f"{call}-{n}", quick) as made:
            done = disturbed(made, f"trace={call}", f"inject={call}:signal=KILL:when={n}")
            assert done.code == -9, f"{call} {n} was not reached"
            goes_on(made, done)


def failing(made, call, error, when):
    """Send with the Nth call of a kind failing ("3"), or all from the Nth ("3+"); see that it stops there.

    Nothing more is recorded, nothing half written gets its name, and nothing is synced that failed to be.
    """
    done = disturbed(made, f"trace={','.join(CALLS)}", f"inject={call}:error={error}:when={when}")
    assert done.code == 1, f"{call} {when}: {done.code}\n{done.err}"
    log = log_of(made)
    first = next(i for i, made in enumerate(log) if made.rest.endswith("(INJECTED)"))
    fault, later = log[first], log[first + 1 :]
    staged = f'/{Path(fault.file.rstrip(">")).name}"'
    wrong = [one for one in later if one.name in WRITES and one.records]
    if call != "pread64":  # what could not be read may well be put in order at the end
        wrong += [one for one in later if one.name == "rename" and staged in one.rest]
    if call in SYNCS:
        wrong += [one for one in later if one.name in SYNCS and (one.records or one.file == fault.file)]
    assert not wrong, f"all this, although {fault}"
    return done


@pytest.mark.parametrize("step", [SHORT, FULL])
def test_a_sync_that_fails_stops_everything_and_is_not_tried_again(tmp_path, quick, calls, step):
    for call, n in points(calls, SYNCS, step):
        with case(tmp_path / f"{call}-{n}", quick) as made:
            done = failing(made, call, "EIO", n)
            assert "the disk reports faults" in done.err
            goes_on(made, done)


@pytest.mark.parametrize("step", [SHORT, FULL])
@pytest.mark.parametrize("ever", ["", "+"], ids=["once", "for ever"])
def test_a_disk_without_room_stops_everything(tmp_path, quick, calls, step, ever):
    for call, n in points(calls, WRITES, step):
        with case(tmp_path / f"{call}-{n}", quick) as made:
            done = failing(made, call, "ENOSPC", f"{n}{ever}")
            assert "make room on the disk" in done.err
            goes_on(made, done)


@pytest.mark.parametrize("step", [pytest.param(4, id="some"), FULL])
def test_a_line_that_a_full_disk_cut_short_is_whole_or_absent(tmp_path, quick, step):
    """Each write takes at most 300 bytes, and then one takes none: a line or a mail has only begun."""
    with case(tmp_path / "undisturbed", quick) as made:
        assert disturbed(made, f"trace={','.join(WRITES)}", RIG_SHORT_WRITES="300").code == 0
        seconds = list(second_writes(made))
    torn = 0
    for call, n in seconds[1::step]:
        with case(tmp_path / f"{call}-{n}", quick) as made:
            done = disturbed(made, f"inject={call}:error=ENOSPC:when={n}", RIG_SHORT_WRITES="300")
            assert done.code == 1
            assert "make room on the disk" in done.err
            torn += "ended in half a line" in " ".join(made.send(confirm=0).err.split())
            goes_on(made, done)
    assert torn, "no line was cut short"


def second_writes(made):
    """(call, N) for each write that goes on where a record was begun."""
    seen = Counter()
    for call in log_of(made):
        seen[call.name] += 1
        if call.records and re.match(r', "(\{\\"crc|\d{10} )', call.rest):
            yield call.name, seen[call.name] + 1


@pytest.mark.parametrize("step", [SHORT, FULL])
def test_a_file_that_cannot_be_opened_listed_or_renamed_stops_everything(tmp_path, quick, calls, step):
    for call, n in points(calls, NAMES, step):
        with case(tmp_path / f"{call}-{n}", quick) as made:
            done = failing(made, call, "EIO", n)
            assert "the disk reports faults" in done.err
            goes_on(made, done)


# A disk that is really full, or may really not be written to


@pytest.fixture
def little(tmp_path, need_tool):
    """A small disk of its own for the workspace; `accepts.jsonl` and the state folder are elsewhere."""
    mount, umount = need_tool("mount", root=True), need_tool("umount", root=True)
    place = tmp_path / "case" / "workspace"
    place.mkdir(parents=True)
    if subprocess.run([mount, "-t", "tmpfs", "-o", "size=1m", "little", place], check=False).returncode:
        without("this machine does not let even root mount a disk")
    yield place
    subprocess.run([umount, place], check=True)


def fill(place):
    """Leave not one byte free."""
    with (place / "filler").open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass
    assert os.statvfs(place).f_bavail == 0


def at_letter(made, number, do):
    """Have the server do something when it takes this letter, before it says 250."""
    take = made.post._office.take

    def taking(sender, to, raw):
        take(sender, to, raw)
        if len(made.post._office.letters) == number:
            do()

    made.post._office.take = taking


@pytest.mark.parametrize("shift", range(0, 4096, 600))
def test_a_disk_that_fills_up_stops_before_a_letter_without_a_record(tmp_path, quick, little, shift):
    """By the shift the outcome needs, in one case at least, a block of the disk that is not begun yet."""
    with rig(tmp_path / "case", quick=quick) as made:
        assert made.run("stop", "nobody@east.example", "--because", "-" * (1 + shift)).code == 0
        at_letter(made, 2, lambda: fill(little))
        done = made.send()
        assert done.code == 1
        assert "make room on the disk" in done.err
        check(made)
        sent = len(made.accepts())
        assert 2 <= sent <= 4, "there may be room in a block that is begun, but not for more"
        assert [record.state for record in made.deliveries().values()] == [State.ACCEPTED] * sent
        fill(little)
        assert made.send(confirm=made.letters - sent).code == 1
        assert len(made.accepts()) == sent, "the disk was still full"
        (little / "filler").unlink()
        check(made, resumed=made.resume())
        made.finish()


def test_a_disk_that_may_not_be_written_to_stops_before_the_first_letter(tmp_path, quick, little):
    with rig(tmp_path / "case", quick=quick) as made:
        assert made.send("--limit", "5", confirm=5).code == 0
        subprocess.run(["mount", "-o", "remount,ro", little], check=True)
        done = made.send(confirm=7)
        assert done.code == 1
        assert "the disk is read-only" in done.err
        assert len(made.accepts()) == 5
        check(made)
        subprocess.run(["mount", "-o", "remount,rw", little], check=True)
        check(made, resumed=made.resume())
        made.finish()


@pytest.mark.parametrize("step", [SHORT, FULL])
def test_a_disk_that_becomes_read_only_in_mid_run_stops_everything(tmp_path, quick, calls, step):
    """As a file system does that has found itself damaged: what is open stays open, and takes nothing."""
    for call, n in points(calls, ("write", "pwrite64", "rename"), step):
        with case(tmp_path / f"{call}-{n}", quick) as made:
            done = failing(made, call, "EROFS", f"{n}+")
            assert "the disk is read-only" in done.err
            goes_on(made, done)
