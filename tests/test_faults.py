"""Crashes: the program dies at every place that has a name, and the plain command goes on where it stopped.

What must hold then, I1 to I8, is in `oracle.py`.
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from rig import LETTERS, check, rig

from mailer.nouns import State
from mailer.rehearsal import Habit, Person

HERE = Path(__file__).parent

CERTAIN = {"letter.after_bytes", "intent.before_write", "intent.after_fsync", "smtp.after_connect"}
"""The server was told nothing of the letter, and the ledger can tell: it simply goes with the next run."""
DOUBTFUL = {
    "attempt.after_mark",
    *("smtp.after_mail", "smtp.after_rcpt", "smtp.after_354", "smtp.mid_body", "smtp.before_dot"),
}
"""It did not leave, but whoever finds the mark cannot know that."""
BEFORE_THE_MARK = {"smtp.after_mail", "smtp.after_rcpt", "smtp.after_354"}
"""While the envelope is on its way the mark is being written; it may or may not be there already."""
TAKEN = {"smtp.after_dot", "smtp.after_reply", "outcome.known", "outcome.before_write"}
"""The server has it, and the ledger could not be told: the copy in Sent tells it."""
WRITTEN = {"outcome.after_fsync"}
POINTS = sorted(CERTAIN | DOUBTFUL | TAKEN | WRITTEN)
SNAPSHOT = ["snapshot.before_rename", "snapshot.after_rename"]
POLL = ["poll.after_fetch", "poll.after_store", "poll.after_cursor"]
REPAIR = ["repair.before_truncate", "repair.after_truncate"]

FIRST, MIDDLE, LAST = 1, LETTERS // 2, LETTERS
ROTATING = [(point, (FIRST, MIDDLE, LAST)[turn % 3]) for turn, point in enumerate(POINTS)]
REST = [(point, n) for point in POINTS for n in (FIRST, MIDDLE, LAST) if (point, n) not in ROTATING]


def crash(made, point, number=1, action="kill", **more):
    """Send what is due until the program dies at the letter with this number."""
    done = made.send(CAMPAIGN_FAILPOINT=f"{point}@{number}:{action}", **more)
    assert done.code == (-9 if action == "kill" else 1), f"{point} was not reached: {done.err}"
    check(made)
    return done


def in_doubt(made):
    return {letter for letter, record in made.deliveries().items() if record.state is State.UNSURE}


def test_every_place_with_a_name_is_tried():
    texts = [path.read_text("utf-8") for path in (HERE.parent / "mailer").rglob("*.py")]
    named = {name for text in texts for name in re.findall(r'\breach\("([^"]+)"', text)}
    assert {*POINTS, *SNAPSHOT, *POLL, *REPAIR} <= named
    tests = "".join(path.read_text("utf-8") for path in HERE.rglob("*.py"))
    in_brackets = {name: name.rpartition("_")[0] + "_{" for name in named}
    assert not {name for name in named if name not in tests and in_brackets[name] not in tests}


def killed_and_resumed(made, point, number):
    crash(made, point, 1 if point == "smtp.after_connect" else number)
    done = made.resume()
    check(made, resumed=done)
    doubt = in_doubt(made)
    if point not in BEFORE_THE_MARK or doubt:
        assert doubt == ({made.letter(number)} if point in DOUBTFUL else set())
    if doubt:
        made.finish()
    made.see_all_arrived()


@pytest.mark.parametrize(("point", "number"), ROTATING)
def test_killed_anywhere_the_plain_command_goes_on(made, point, number):
    killed_and_resumed(made, point, number)


@pytest.mark.full
@pytest.mark.parametrize(("point", "number"), REST)
def test_killed_anywhere_at_any_letter_the_plain_command_goes_on(made, point, number):
    killed_and_resumed(made, point, number)


@pytest.mark.parametrize("point", ["intent.before_write", "outcome.known"])
def test_a_fault_of_the_program_itself_is_no_worse_than_its_death(made, point):
    crash(made, point, MIDDLE, "raise")
    check(made, resumed=made.resume())
    made.finish()


def test_the_installed_command_dies_and_goes_on_like_its_fork(tmp_path):
    with rig(tmp_path / "case") as made:
        crash(made, "outcome.known", MIDDLE)
        check(made, resumed=made.resume())
        assert in_doubt(made) == set()
        made.finish()


@pytest.mark.parametrize("point", SNAPSHOT)
def test_killed_while_the_journal_becomes_a_snapshot(made, point):
    crash(made, point, RIG_LONG_JOURNAL="2000")
    done = made.resume(RIG_LONG_JOURNAL="2000")
    check(made, resumed=done)
    assert len(made.accepts()) == LETTERS
    made.finish()


def test_killed_in_the_middle_of_looking_after_a_crash(made):
    crash(made, "smtp.mid_body", MIDDLE)
    crash(made, "repair.before_write", confirm=0)
    check(made, resumed=made.resume())
    assert in_doubt(made) == {made.letter(MIDDLE)}
    made.finish()


@pytest.mark.parametrize("point", REPAIR)
def test_killed_in_the_middle_of_mending_the_journal(made, point):
    crash(made, "outcome.after_fsync", MIDDLE)
    tear(made.ledger_folder / "journal.jsonl")
    crash(made, point, confirm=0)
    done = made.resume()
    check(made, resumed=done)
    made.finish()


def tear(journal):
    """Begin one more line and leave it, as a crash in the middle of a write does."""
    text = journal.read_bytes()
    written = text.rstrip(b"\0")
    last = written.splitlines()[-1]
    journal.write_bytes((written + last[: len(last) // 2]).ljust(len(text), b"\0"))


@pytest.mark.parametrize("point", POLL)
def test_killed_while_an_answer_is_filed(made, point):
    made.post._office._people["oslo@north.example"] = Person("oslo@north.example", Habit.ANSWERS)
    crash(made, "outcome.after_fsync", MIDDLE)
    made.post.clock.move_on(timedelta(days=30))
    crash(made, point, confirm=0)
    check(made, resumed=made.resume())
    with made.look() as ledger:
        assert len(ledger.messages()) == 1
    made.finish()


@pytest.mark.parametrize("number", [MIDDLE, LAST])
def test_three_crashes_in_a_row_right_after_the_250(made, number):
    three_in_a_row(made, number)


@pytest.mark.full
@pytest.mark.parametrize("number", sorted({*range(1, LETTERS + 1)} - {MIDDLE, LAST}))
def test_three_crashes_in_a_row_right_after_any_250(made, number):
    three_in_a_row(made, number)


def three_in_a_row(made, number):
    """Of the three letters one is written down before the crash, and two are not."""
    crash(made, "outcome.known", number)
    for point in ("outcome.after_fsync", "smtp.after_reply"):
        if due := made.due():
            crash(made, point, confirm=due)
    check(made, resumed=made.resume())
    made.finish()


@pytest.mark.parametrize("most", [7, 1000])
def test_a_disk_that_takes_a_few_bytes_at_a_time_gets_them_all(made, most):
    assert made.send(RIG_SHORT_WRITES=str(most)).code == 0
    check(made, resumed=made.resume())
    made.finish()


@pytest.fixture
def refusing(tmp_path, quick):
    with rig(tmp_path / "case", quick=quick, people=[Person("lima@south.example", Habit.UNKNOWN)]) as case:
        yield case


def test_a_refusal_is_not_said_before_it_is_on_record(refusing):
    crash(refusing, "outcome.before_write", 2)
    assert refusing.told == {}


def test_a_refusal_that_was_said_outlives_the_crash(refusing):
    crash(refusing, "intent.after_fsync", MIDDLE)
    assert refusing.told == {refusing.letter(2): "refused"}
    check(refusing, resumed=refusing.resume())
    assert len(refusing.accepts()) == LETTERS - 1
