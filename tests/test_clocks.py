"""The clock is set back, set forward, in another zone, beyond 2038: nothing leaves twice, nothing is stuck.

What happened first is known from the ledger's order and never from its times. Times decide only how long a
letter waits, and then rather too long than not long enough.
"""

import subprocess
from datetime import timedelta

import pytest
from commands import ended, stopped
from past import START, delivery, group, history, plan
from rig import CAMPAIGN, check
from stage import campaign, stage

from mailer.nouns import LONGEST_PATIENCE, State
from mailer.planning import Status

TODAY = "2026-06-01 09:30:00"
AHEAD = "2036-03-03 09:00:00"

MOMENTS = (
    (AHEAD, "UTC"),
    (TODAY, "UTC"),
    ("2026-03-29 00:59:59", "Europe/Berlin"),
    ("2026-10-25 01:30:00", "Europe/Berlin"),
    ("2026-06-02 09:30:00", "Pacific/Kiritimati"),
    ("2038-01-19 03:14:07", "America/St_Johns"),
)
"""Ten years ahead and back again; both nights of summer time; a day that is two dates; one second to 2038."""


@pytest.fixture
def made(made):
    settings = made.workspace_folder / "campaigns" / "settings.toml"
    lines = settings.read_text("utf-8").splitlines()
    # faketime breaks every short sleep, and we sleep shortly while a password_cmd runs.
    settings.write_text("\n".join(line for line in lines if "password_cmd" not in line), "utf-8")
    return made


@pytest.fixture
def at(made, need_tool):
    """`**at(moment)` makes a command believe it; what the command waits for passes as ever."""
    shown = subprocess.run(
        [need_tool("faketime"), "-f", "+0", "env"], capture_output=True, text=True, check=True
    )
    [library] = [line for line in shown.stdout.splitlines() if line.startswith("LD_PRELOAD=")]

    def at(moment, zone="UTC"):
        # Not by faketime itself: it would stand between us and the command that we stop.
        believed = {"FAKETIME": f"@{moment}", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        words = [f"{name}={value}" for name, value in believed.items()]
        prefix = ("env", library, *words, "CAMPAIGN_NOW=", f"TZ={zone}")
        return {"prefix": prefix, "CAMPAIGN_PASSWORD": made.post.password}

    return at


def test_whatever_the_clock_shows_each_letter_leaves_once_and_in_the_ledgers_order(made, at):
    """R16."""
    for moment, zone in MOMENTS:
        done = made.send("--limit", "2", confirm=2, **at(moment, zone))
        assert done.code == 0, done.err
        check(made)
    taken = [accept.message_id for accept in made.accepts()]
    assert len(taken) == 12
    assert [delivery.message_id for delivery in made.deliveries().values()] == taken
    for moment, zone in (MOMENTS[0], MOMENTS[-1]):
        done = made.send(confirm=0, **at(moment, zone))
        assert (done.code, len(made.accepts())) == (0, 12), done.err


def test_a_letter_that_was_deferred_while_the_clock_was_ahead_is_tried_again_today(made, begin, at):
    """R16: else it would wait for ten years."""
    words = ("send", CAMPAIGN, "--confirm", "12")
    process = begin(made, *words, CAMPAIGN_FAILPOINT="smtp.after_mail@2:pause", **at(AHEAD))
    assert stopped(process)
    made.post.stop()
    made.post.start()
    assert ended(process).code == 0
    second = made.deliveries()[made.letter(2)]
    assert (second.state, second.next_try.year) == (State.DEFERRED, 2036)
    done = made.send(confirm=1, **at(TODAY))
    assert done.code == 0, done.err
    check(made)
    assert len(made.accepts()) == 12


# ── how long a letter waits ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("next_try", "status"),
    [
        (timedelta(minutes=-1), Status.DUE),
        (timedelta(minutes=15), Status.WAITING),
        (LONGEST_PATIENCE, Status.WAITING),
        (LONGEST_PATIENCE + timedelta(seconds=1), Status.DUE),
        (timedelta(days=3650), Status.DUE),
    ],
)
def test_no_deferred_letter_waits_longer_than_any_server_was_promised(next_try, status):
    past = history(delivery("chipy", state=State.DEFERRED, next_try=START + next_try))
    assert plan([group("chipy")], past).lines[0].status is status


@pytest.mark.parametrize(
    ("ahead", "days", "reasons"),
    [
        (0.9, 0, ["accepted", "not yet"]),
        (0.9, 7, ["accepted", "not yet"]),
        (0.9, 7.9, ["accepted", ""]),
        (3650, 0, ["accepted", "dated ahead"]),
        (3650, 3648, ["accepted", "dated ahead"]),
        (3650, 3657, ["accepted", ""]),
    ],
)
def test_after_a_letter_that_is_dated_ahead_no_follow_up_leaves_by_itself(ahead, days, reasons):
    """R16: nobody can tell how long ago it left. A day's difference is none."""
    past = history(delivery("chipy", days=ahead))
    assert [line.reason for line in plan([group("chipy")], past, days=days).lines[:2]] == reasons


def test_which_letter_came_last_is_known_from_the_order_of_the_ledger():
    """R16: the second was claimed after the clock had been set back."""
    first = delivery("chipy", to="o@chipy.example", days=300, state=State.REFUSED)
    second = delivery("chipy", to="o@chipy.example", days=0, take=2, state=State.UNSURE)
    [line, *_] = plan([group("chipy")], history(first, second), days=301).lines
    assert line.letter.take == 2


# ── what a person can do about it ─────────────────────────────────────────────────────────────────────


@pytest.fixture
def play(tmp_path):
    """Three letters left while the clock was ten years ahead."""
    with stage(tmp_path / "w") as made:
        done = campaign(made.folder, "send", "hello", "--confirm", "3", CAMPAIGN_NOW=f"{AHEAD}+00:00")
        assert done.returncode == 0, done.stderr
        yield made


def send(play, *words):
    done = campaign(play.folder, "send", "hello", *words, CAMPAIGN_NOW=play.clock.now().isoformat())
    assert "Traceback" not in done.stderr
    return " ".join((done.stdout + done.stderr).split())


def test_her_word_gives_the_letter_a_date_to_count_from(play):
    assert "3 dated ahead" in send(play)
    play.run("resolve", "hello/chipy/hello", "--sent", "--because", "it left today, and the clock was wrong")
    assert "1 not due yet" in send(play)
    play.clock.move_on(timedelta(days=7))
    said = send(play, "--confirm", "1")
    assert "1 letter sent" in said
    assert "2 dated ahead" in said


def test_an_answer_by_phone_counts_for_the_letters_before_it_whatever_they_are_dated(play):
    play.run("answered", "chipy", "--because", "she phoned")
    assert "1 answered" in send(play)
