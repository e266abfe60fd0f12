"""Crashes with several letters in the air: said together, over one line or three. As in `test_faults.py`."""

import signal

import pytest
from commands import ended, stopped
from rig import CAMPAIGN, LETTERS, check, rig
from test_faults import LAST, MIDDLE, POINTS, in_doubt

from mailer.nouns import State

LINES = (1, 3)
AT_ONCE = 2
"""So many letters on one line can be in doubt at the most: one at its dot, one whose envelope went ahead."""


def together(folder, lines, quick=None, people=()):
    more = f"\n[pace]\nconnections = {lines}\n"
    return rig(folder / "case", quick=quick, settings=more, together=True, people=people)


def killed_and_resumed(made, lines, point, number):
    place = f"{point}@{1 if point == 'smtp.after_connect' else number}:kill"
    done = made.send(CAMPAIGN_FAILPOINT=place)
    assert done.code == -9, f"{point} was not reached: {done.err}"
    check(made)
    done = made.resume()
    check(made, resumed=done)
    assert len(in_doubt(made)) <= AT_ONCE * lines
    made.finish()


CHOSEN = (
    ("attempt.after_mark", 2, 3),
    ("smtp.after_mail", 2, 1),
    ("smtp.after_354", MIDDLE, 1),
    ("smtp.before_dot", MIDDLE, 3),
    ("smtp.after_dot", LAST - 2, 3),
    ("smtp.after_reply", 2, 1),
    ("outcome.known", MIDDLE, 3),
    ("outcome.after_fsync", LAST - 2, 1),
)


def some():
    """These now, and all others in the full run."""
    every = [(point, n, lines) for point in POINTS for n in (2, MIDDLE, LAST - 2) for lines in LINES]
    return [pytest.param(*case, marks=() if case in CHOSEN else pytest.mark.full) for case in every]


def either(*places):
    """Each place with one line or with three; the other way round in the full run."""
    every = [
        (place, lines, (turn + at) % 2) for turn, place in enumerate(places) for at, lines in enumerate(LINES)
    ]
    return [
        pytest.param(place, lines, marks=pytest.mark.full if late else ()) for place, lines, late in every
    ]


@pytest.mark.parametrize(("point", "number", "lines"), some())
def test_killed_anywhere_the_plain_command_goes_on(tmp_path, quick, point, number, lines):
    """R02, N16."""
    with together(tmp_path, lines, quick) as made:
        killed_and_resumed(made, lines, point, number)


@pytest.mark.parametrize(("point", "lines"), either("outcome.after_fsync", "smtp.after_reply")[1:])
def test_three_crashes_in_a_row(tmp_path, quick, lines, point):
    """N16."""
    with together(tmp_path, lines, quick) as made:
        for _ in range(3):
            if due := made.due():
                made.send(confirm=due, CAMPAIGN_FAILPOINT=f"{point}@2:kill")
                check(made)
        check(made, resumed=made.resume())
        made.finish()


@pytest.mark.parametrize(("point", "lines"), either("intent.before_write", "attempt.after_mark"))
def test_a_fault_over_one_letter_leaves_those_at_the_dot_in_peace(tmp_path, quick, lines, point):
    """What the server was asked to take is waited for, and on record."""
    with together(tmp_path, lines, quick) as made:
        done = made.send(CAMPAIGN_FAILPOINT=f"{point}@{MIDDLE}:raise")
        assert done.code == 1
        check(made)
        others = [record for record in made.deliveries().values() if record.state is not State.ACCEPTED]
        # From then on every mark fails, also of those that are at it over the other lines.
        assert len(others) <= (lines if point == "attempt.after_mark" else 0), others
        made.finish()


@pytest.mark.parametrize(("place", "lines"), either("smtp.mid_body", "smtp.after_dot"))
def test_told_to_stop_it_finishes_what_is_at_the_dot_and_gives_the_others_back(tmp_path, begin, lines, place):
    """R17, B04."""
    with together(tmp_path, lines) as made:
        process = begin(made, "send", CAMPAIGN, "--confirm", "12", CAMPAIGN_FAILPOINT=f"{place}@2:pause")
        assert stopped(process)
        process.send_signal(signal.SIGINT)
        done = ended(process)
        assert done.code == 1
        assert "you asked to stop" in done.err
        assert {record.state for record in made.deliveries().values()} == {State.ACCEPTED}
        assert len(made.accepts()) <= 2 * lines + 1
        check(made, resumed=made.resume())
        assert len(made.accepts()) == LETTERS


@pytest.mark.parametrize("lines", LINES)
def test_all_letters_arrive_as_the_ledger_has_them(tmp_path, quick, lines):
    with together(tmp_path, lines, quick) as made:
        assert made.send().code == 0
        check(made)
        made.see_all_arrived()
