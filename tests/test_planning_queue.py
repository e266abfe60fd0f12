"""Which letter of a run leaves next, and who has to wait for whom."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from past import START, campaign
from test_planning_canary import due, named

from mailer.nouns import Departure, Pace, Span, Turn, Window
from mailer.planning import Gate, Queue, earliest

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def queue(pace, *domains, past=(), window=None):
    made = campaign() if window is None else replace(campaign(), window=window)
    return Queue(Gate(pace, made, past, START), due(*domains))


def walk(found, now=START):
    """Everybody with the minute in which she leaves."""
    left = []
    while line := found.next(now):
        if isinstance(line, Turn):
            assert line.at > now
            now = line.at
        else:
            left.append((line.letter.group, round((now - START) / MINUTE)))
            found.depart(now, line)
    return left


def test_without_limits_they_leave_in_the_order_of_the_plan():
    assert walk(queue(Pace(), "x.example", "y.example", "x.example")) == [("g0", 0), ("g1", 0), ("g2", 0)]


def test_what_holds_for_all_holds_all_up_in_their_order():
    assert walk(queue(Pace(per_minute=1), *["x.example"] * 3)) == [("g0", 0), ("g1", 1), ("g2", 2)]


def test_a_full_domain_does_not_hold_up_the_others():
    found = walk(queue(Pace(per_domain=1), "x.example", "x.example", "y.example", "x.example", "z.example"))
    assert found == [("g0", 0), ("g2", 0), ("g4", 0), ("g1", 60), ("g3", 120)]


def test_whoever_waited_for_the_domain_stands_before_those_that_did_not():
    found = queue(Pace(per_domain=1, gap=20 * MINUTE), "x.example", "x.example", "a.b", "c.d", "e.f", "g.h")
    assert walk(found) == [("g0", 0), ("g2", 20), ("g3", 40), ("g1", 60), ("g4", 80), ("g5", 100)]


def test_hours_that_end_keep_the_rest_for_another_run_and_say_until_when():
    morning = Window(spans=(Span(time(8), time(9, 2)),), zone="UTC")
    found = queue(Pace(per_minute=1), *["x.example"] * 4, window=morning)
    assert walk(found) == [("g0", 0), ("g1", 1)]
    assert [line.letter.group for line, _ in found.later] == ["g2", "g3"]
    turn = earliest(turn for _, turn in found.later)
    assert turn.because == "it is past 09:02 in UTC"
    assert turn.at == START + 23 * HOUR


def test_a_full_day_keeps_all_the_others_for_another_run():
    found = queue(Pace(per_day=2), *["x.example"] * 5)
    assert walk(found) == [("g0", 0), ("g1", 0)]
    assert named(line for line, _ in found.later) == ["g2", "g3", "g4"]


def test_asked_again_and_again_nobody_is_lost_and_nobody_leaves_twice():
    found = queue(Pace(per_domain=2, per_minute=2), *("x.example", "y.example") * 4)
    left, now = [], START
    while line := found.next(now):
        if isinstance(line, Turn):
            assert found.next(now) == line
            now += 7 * SECOND
        else:
            left.append(line.letter.group)
            found.depart(now, line)
    assert sorted(left) == [f"g{n}" for n in range(8)]


def test_where_the_clock_was_set_back_nobody_waits_for_the_old_time():
    found = queue(Pace(per_domain=1), "x.example", "x.example")
    found.depart(START, found.next(START))
    assert found.next(START).at == START + HOUR
    earlier = START - 30 * HOUR
    assert found.next(earlier).at == earlier + HOUR


def test_after_a_long_sleep_there_is_no_burst():
    """B08."""
    found = queue(Pace(per_minute=2), *["x.example"] * 6)
    for _ in range(2):
        found.depart(START, found.next(START))
    woken = START + 8 * HOUR
    left = []
    while not isinstance(line := found.next(woken), Turn):
        found.depart(woken, line)
        left.append(line)
    assert len(left) == 2
    assert line.at == woken + MINUTE


@pytest.mark.parametrize(
    ("turns", "first"),
    [
        ([], None),
        ([Turn(None, "never")], "never"),
        ([Turn(None, "never"), Turn(START, "b"), Turn(START - HOUR, "a")], "a"),
    ],
)
def test_the_earliest_turn(turns, first):
    found = earliest(turns)
    assert (found and found.because) == first


def test_what_left_before_counts():
    past = [Departure(START - MINUTE, "other", {"x.example"})]
    found = queue(Pace(per_domain=1), "x.example", "y.example", past=past)
    assert walk(found) == [("g1", 0), ("g0", 59)]
