"""Told to stop, stopped, or left alone in the middle of a letter: it is finished, or recorded as it is."""

import signal
from datetime import timedelta

import pytest
from commands import CHOSEN, ended, first_letter_held, stopped
from rig import CAMPAIGN, check

from mailer.cli.entrance import INTERRUPTED
from mailer.nouns import State

SEND = ("send", CAMPAIGN, "--confirm", "12")

PLACES = (
    CHOSEN,
    "attempt.after_mark",
    "smtp.after_mail",
    "smtp.after_rcpt",
    "smtp.after_354",
    "smtp.mid_body",
    "smtp.before_dot",
    "smtp.after_dot",
    "smtp.after_reply",
    "outcome.known",
    "outcome.before_write",
    "outcome.after_fsync",
)
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def some(*chosen):
    """Every place with every signal; these now, and all others in the full run."""
    return [
        pytest.param(place, number, marks=() if (place, number) in chosen else pytest.mark.full)
        for place in PLACES
        for number in ENDS
    ]


ONE_OF_EACH = (
    (CHOSEN, signal.SIGHUP),
    ("smtp.mid_body", signal.SIGINT),
    ("smtp.after_dot", signal.SIGTERM),
    ("outcome.before_write", signal.SIGINT),
)


@pytest.mark.parametrize(("place", "number"), some(*ONE_OF_EACH))
def test_told_to_stop_it_finishes_the_letter_in_hand_and_begins_no_other(made, begin, place, number):
    """R17."""
    process = begin(made, *SEND, CAMPAIGN_FAILPOINT=f"{place}@2:pause")
    assert stopped(process)
    process.send_signal(number)
    done = ended(process)
    assert done.code == 1
    assert "the run stopped early: you asked to stop" in done.err
    # What was only chosen is given back: no server had heard of it.
    assert len(made.accepts()) == (1 if place == CHOSEN else 2)
    assert {delivery.state for delivery in made.deliveries().values()} == {State.ACCEPTED}
    check(made, resumed=made.resume())
    assert len(made.accepts()) == 12


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, INTERRUPTED), (signal.SIGTERM, -signal.SIGTERM)]
)
def test_told_twice_it_lets_go_of_the_letter_and_nobody_knows(made, begin, number, code):
    """R17: after the dot only the server knows, and it has not answered yet."""
    process = begin(made, *SEND)
    with first_letter_held(made) as came:
        assert came.wait(60)
        process.send_signal(number)
        assert next_line(process, "stopping after the letter in hand")
        process.send_signal(number)
        done = ended(process)
        assert done.code == code
        if number == signal.SIGINT:  # a second SIGTERM leaves no time for words
            assert (
                "none of 12 letters is known to have left; what was in hand may be in doubt now" in done.err
            )
            assert f"campaign send {CAMPAIGN}, or campaign replies, finds out" in done.err
        assert [delivery.state for delivery in made.deliveries().values()] == [State.UNSURE]
    made.finish()


def next_line(process, words):
    for line in process.stderr:
        if words in line:
            return line
    return ""


def test_a_window_that_is_closed_stops_the_run_and_not_the_letter(made, begin):
    """R17: the terminal sends one SIGHUP and its shell another, and at a log-out comes a SIGTERM as well."""
    process = begin(made, *SEND)
    with first_letter_held(made) as came:
        assert came.wait(60)
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        assert next_line(process, "stopping after the letter in hand")
        process.send_signal(signal.SIGHUP)
    assert ended(process).code == 1
    assert len(made.accepts()) == 1
    check(made, resumed=made.resume())


@pytest.mark.parametrize("place", ["smtp.after_reply", "outcome.known"])
def test_who_stops_listening_in_the_middle_does_not_stop_the_record(made, begin, place):
    """R17: `campaign send … | head -1`, closed between the server's 250 and our record of it."""
    process = begin(made, *SEND, CAMPAIGN_FAILPOINT=f"{place}@2:pause")
    assert stopped(process)
    for stream in (process.stdout, process.stderr):
        stream.close()
    process.send_signal(signal.SIGCONT)
    assert process.wait(60) == 0
    assert len(made.accepts()) == 12
    check(made, resumed=made.resume())


@pytest.mark.parametrize(
    ("place", "left"),
    [
        (CHOSEN, 12),
        ("smtp.after_354", 11),
        pytest.param("smtp.after_mail", 11, marks=pytest.mark.full),
        pytest.param("smtp.mid_body", 11, marks=pytest.mark.full),
        pytest.param("smtp.before_dot", 11, marks=pytest.mark.full),
    ],
)
def test_asleep_for_so_long_that_the_server_hung_up_it_loses_and_repeats_nothing(made, begin, place, left):
    """R17: SIGSTOP, and SIGCONT when the line is dead. Before the dot that is no doubt: it did not leave."""
    process = begin(made, *SEND, CAMPAIGN_FAILPOINT=f"{place}@2:pause")
    assert stopped(process)
    made.post.stop()
    made.post.start()
    done = ended(process)
    assert done.code == 0
    assert len(made.accepts()) == left
    check(made)
    made.post.clock.move_on(timedelta(hours=1))
    made.finish()


def test_asleep_after_the_dot_it_says_that_nobody_knows(made, begin):
    process = begin(made, *SEND, CAMPAIGN_FAILPOINT="smtp.after_dot@2:pause")
    assert stopped(process)
    made.post.stop()
    made.post.start()
    done = ended(process)
    assert "nobody knows whether they left" in done.err or len(made.accepts()) == 12
    check(made)
    made.finish()
