"""How soon the next letter may leave: no burst, no restart that makes one, and no wait without an end."""

from bisect import bisect_left
from dataclasses import replace
from datetime import time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from past import START, campaign, delivery, group

from mailer.nouns import CAUTIOUS, UNLIMITED, Address, Departure, Due, LetterId, Pace, Span, State, Window
from mailer.planning import LONGEST_STAY, Gate, departures, look_ahead
from mailer.planning.lines import Line, Status
from mailer.planning.pace import Meter

SECOND, MINUTE, HOUR, DAY = (timedelta(**{f"{unit}s": 1}) for unit in ("second", "minute", "hour", "day"))
LENGTHS = {"per_minute": MINUTE, "per_hour": HOUR, "per_day": DAY}


def left(*moments, of="c", to="x.example"):
    return [Departure(START + moment, of, frozenset({to})) for moment in moments]


def meter(pace, past=(), now=START, own=UNLIMITED, seed=0):
    return Meter(pace, replace(campaign(), pace=own), past, now, seed)


def turn(pace, past=(), to="x.example", **more):
    return meter(pace, past, **more).turn(START, {to})


def test_without_limits_every_letter_may_leave_at_once():
    found = meter(Pace())
    for _ in range(1000):
        assert found.turn(START, {"x.example"}).at == START
        found.depart(START, {"x.example"})


@pytest.mark.parametrize(
    ("pace", "past", "at", "because"),
    [
        (Pace(per_minute=2), left(-50 * SECOND, -10 * SECOND), 10 * SECOND, "2 a minute"),
        (Pace(per_minute=2), left(-60 * SECOND, -10 * SECOND), 0 * SECOND, ""),
        (Pace(per_hour=1), left(-50 * MINUTE), 10 * MINUTE, "1 an hour"),
        (Pace(per_day=1000), left(*[-HOUR] * 1000), 23 * HOUR, "1,000 a day"),
        (Pace(per_day=3), left(*[-n * HOUR for n in range(9, 0, -1)]), 21 * HOUR, "3 a day"),
        (Pace(per_domain=1), left(-50 * MINUTE), 10 * MINUTE, "1 an hour to x.example"),
        (Pace(per_domain=1), left(-50 * MINUTE, to="y.example"), 0 * SECOND, ""),
        (Pace(gap=90 * SECOND), left(-30 * SECOND), 60 * SECOND, "90 s between two letters"),
        (Pace(gap=5 * MINUTE), left(-4 * MINUTE), MINUTE, "5 minutes between two letters"),
        (Pace(per_hour=1), left(-10 * MINUTE, -50 * MINUTE), 50 * MINUTE, "1 an hour"),
        (Pace(per_minute=1, per_hour=1), left(-30 * SECOND), 59.5 * MINUTE, "1 an hour"),
    ],
)
def test_what_has_left_makes_the_next_letter_wait(pace, past, at, because):
    found = turn(pace, past)
    assert (found.at - START, found.because) == (at, because)
    assert bool(found.reason) == bool(because)


def test_a_campaigns_own_pace_counts_its_own_letters_only():
    own, others = Pace(per_hour=1), left(-HOUR / 2, -HOUR / 3, of="other")
    assert turn(Pace(per_hour=3), others, own=own).at == START
    assert turn(Pace(per_hour=2), [*others, *left(-HOUR * 0.9)], own=own).because == "2 an hour"
    assert turn(Pace(), left(-HOUR / 4), own=own).because == "1 an hour"


def test_a_letter_to_two_domains_waits_for_both():
    found = meter(Pace(per_domain=1), left(-30 * MINUTE, to="a.example") + left(-10 * MINUTE, to="b.example"))
    assert found.turn(START, {"a.example", "b.example"}).because == "1 an hour to b.example"


def test_the_gap_is_drawn_once_for_each_departure_and_never_shorter_than_said():
    pace = Pace(gap=MINUTE, jitter=0.5)
    gaps = [turn(pace, left(0 * SECOND), seed=seed).at - START for seed in range(40)]
    assert all(MINUTE <= gap <= 1.5 * MINUTE for gap in gaps)
    assert len(set(gaps)) > 30
    found = {turn(pace, left(-n * SECOND)).at + n * SECOND for n in range(40)}
    assert len(found) > 30
    asked = meter(pace, left(-SECOND))
    assert len({asked.turn(START, ()).at for _ in range(20)} | {turn(pace, left(-SECOND)).at}) == 1


# Restarts: the ledger's departures are all that a new run knows.

PACES = st.builds(
    Pace,
    per_minute=st.none() | st.integers(1, 4),
    per_hour=st.none() | st.integers(1, 9),
    per_day=st.none() | st.integers(1, 12),
    per_domain=st.none() | st.integers(1, 3),
    gap=st.sampled_from([0 * SECOND, 7 * SECOND]),
    jitter=st.sampled_from([0.0, 0.5]),
)
STEPS = st.lists(
    st.tuples(st.integers(0, 4000), st.sampled_from(["a.example", "b.example"]), st.booleans()), max_size=40
)


@settings(max_examples=80, deadline=None)
@given(pace=PACES, steps=STEPS)
def test_never_more_than_the_limit_leave_within_any_window_whatever_restarts(pace, steps):
    now, past = START, []
    running = meter(pace)
    for seconds, domain, restarts in steps:
        now += seconds * SECOND
        if restarts:
            running = meter(pace, past, now)
        now = running.turn(now, {domain}).at
        assert running.turn(now, {domain}).at == now, "a turn that has come may be taken"
        running.depart(now, {domain})
        past.append(Departure(now, "c", frozenset({domain})))
    moments = [departure.at for departure in past]
    for name, length in LENGTHS.items():
        assert most_within(moments, length) <= (getattr(pace, name) or 99)
    for domain in ("a.example", "b.example"):
        theirs = [departure.at for departure in past if domain in departure.domains]
        assert most_within(theirs, HOUR) <= (pace.per_domain or 99)
    assert all(later - earlier >= pace.gap for earlier, later in pairwise(moments))


def most_within(moments, length):
    """The most that lie within any span of a length that is open at its end."""
    return max((bisect_left(moments, at + length) - place for place, at in enumerate(moments)), default=0)


# The clock


def test_a_clock_that_is_set_back_brings_neither_a_burst_nor_an_endless_wait():
    found = meter(Pace(per_minute=2, per_day=5))
    for _ in range(2):
        found.depart(START, {"x.example"})
    back = START - 400 * DAY
    waits = found.turn(back, {"x.example"})
    assert (waits.at, waits.because) == (back + MINUTE, "2 a minute")
    assert found.turn(back + MINUTE, {"x.example"}).at == back + MINUTE


def test_a_letter_that_leaves_after_the_clock_was_set_back_takes_the_others_with_it():
    found, back = meter(Pace(per_minute=2)), START - 400 * DAY
    found.depart(START, ())
    found.depart(back, ())
    assert found.turn(back, ()).at == back + MINUTE
    assert found.turn(back + MINUTE, ()).at == back + MINUTE


def test_a_departure_dated_ahead_counts_as_having_left_just_now():
    assert turn(Pace(per_hour=1), left(5 * HOUR)).at == START + HOUR
    assert turn(Pace(gap=MINUTE), left(5 * HOUR)).at == START + MINUTE


def test_a_departure_dated_more_than_a_day_ahead_does_not_keep_letters_in_for_ever():
    assert turn(Pace(per_day=1), left(DAY + SECOND)).at == START


@settings(max_examples=40, deadline=None)
@given(jumps=st.lists(st.integers(-400_000, 400_000), max_size=30))
def test_whatever_the_clock_does_nobody_waits_longer_than_the_limit_is_long(jumps):
    found, now = meter(Pace(per_minute=2, per_day=4, gap=5 * SECOND)), START
    for jump in jumps:
        now += jump * SECOND
        at = found.turn(now, ()).at
        assert now <= at <= now + DAY
        if at == now:
            found.depart(now, ())


def test_after_a_night_of_sleep_the_overdue_letters_keep_the_pace():
    found, now, moments = meter(Pace(per_minute=3)), START + 8 * HOUR, []
    for _ in range(30):
        now = found.turn(now, ()).at
        found.depart(now, ())
        moments.append(now)
    assert most_within(moments, MINUTE) == 3
    assert moments[-1] - moments[0] == 9 * MINUTE


# The ledger


def test_every_attempt_of_the_last_day_has_departed_whatever_became_of_it():
    now = START + DAY
    states = (State.ACCEPTED, State.DEFERRED, State.REFUSED, State.BOUNCED, State.UNSURE)
    letters = [delivery(f"g{n}", state=state, days=0.5) for n, state in enumerate(states)]
    for letter, state in (("air", State.SENDING), ("dead", State.UNSURE), ("held", State.CLAIMED)):
        letters.append(replace(delivery(letter, state=state, days=0.5), attempts=()))
    letters.append(delivery("old", days=0))
    found = departures(letters, now)
    assert len(found) == 7
    assert {departure.at for departure in found} == {START + DAY / 2}
    assert found[0] == Departure(START + DAY / 2, "c", frozenset({"g0.example"}))


# Pace and hours together, and the forecast


def test_the_default_is_below_what_the_large_providers_let_pass():
    assert CAUTIOUS.per_minute < 30
    assert CAUTIOUS.per_day <= 300


JUNE = frozenset({START.date()})


def lines(count, zones=()):
    groups = [group(f"g{n}", zone=(zones or ["UTC"] * count)[n]) for n in range(count)]
    return [
        Line(LetterId("c", g.id, "first"), Status.DUE, due=Due(g, g.organizers[0], campaign().steps[0]))
        for g in groups
    ]


def outlook(pace, count, past=()):
    return look_ahead(Gate(pace, campaign(), past, START), [lines(count)], START)


def test_the_forecast_of_a_run_without_limits_is_now():
    found = outlook(Pace(), 5)
    assert (found.leaving, found.ends, found.slowed, found.later) == (5, START, "", 0)


def test_the_forecast_says_how_long_a_run_lasts():
    found = outlook(Pace(per_minute=2), 7)
    assert (found.leaving, found.ends, found.slowed) == (7, START + 3 * MINUTE, "2 a minute")


def test_what_would_keep_a_run_waiting_for_more_than_an_hour_is_left_for_another():
    found = outlook(Pace(per_day=3), 5, left(-DAY + LONGEST_STAY + SECOND))
    assert (found.leaving, found.later) == (2, 3)
    assert found.next_turn.because == "3 a day"
    assert found.next_turn.at == START + LONGEST_STAY + SECOND


def test_a_letter_whose_turn_comes_in_just_an_hour_is_waited_for():
    assert outlook(Pace(per_day=1), 1, left(-DAY + LONGEST_STAY)).leaving == 1
    assert outlook(Pace(per_day=1), 1, left(-DAY + LONGEST_STAY + SECOND)).leaving == 0


def test_the_forecast_names_the_first_turn_of_those_that_are_left():
    # The first letter takes the only place of its domain, and of the others one has a turn before the other.
    past = left(-HOUR / 2, to="g1.example") + left(-HOUR / 4, to="g0.example")
    gate = Gate(Pace(per_domain=1), replace(campaign(), window=Window(closed=JUNE)), past, START)
    found = look_ahead(gate, [lines(2, zones=["Asia/Tokyo", "UTC"])], START)
    assert found.later == 2
    assert found.next_turn.because == "nothing leaves on Mon 01 Jun"
    assert found.next_turn.at == START.replace(hour=15)


def test_hours_and_pace_hold_together():
    noon = Window(spans=(Span(time(8), time(10)),), zone="UTC")
    gate = Gate(Pace(per_hour=1), replace(campaign(), window=noon), left(0 * SECOND), START)
    late = gate.turn(START, group("g"), ())
    assert (late.at, late.because) == (START + 23 * HOUR, "it is past 10:00 in UTC")
    dawn = START - 2 * HOUR
    early = Gate(Pace(), replace(campaign(), window=noon), (), dawn).turn(dawn, group("g"), ())
    assert (early.at, early.because) == (dawn + HOUR, "not before 08:00 in UTC")


def test_a_domain_to_which_something_has_just_gone_is_not_forgotten():
    found = meter(Pace(per_domain=2))
    found.depart(START - HOUR, {"x.example"})
    found.depart(START, {"x.example"})
    for n in range(1500):
        found.depart(START + SECOND, {f"d{n}.example"})
    found.depart(START + SECOND, {"x.example"})
    assert found.turn(START + SECOND, {"x.example"}).because == "2 an hour to x.example"


def test_a_hundred_thousand_domains_are_forgotten_again():
    found = meter(Pace(per_domain=5))
    for n in range(20_000):
        found.depart(START + n * SECOND, {f"d{n}.example"})
    assert len(found._limits[0].limits) <= 2 * 3600 + 1000


def test_the_gate_counts_by_the_domains_of_the_recipients():
    gate = Gate(Pace(per_domain=1), campaign(), (), START)
    to = (Address.parse("a@x.example"),)
    gate.depart(START, to)
    assert gate.turn(START, group("g"), to).because == "1 an hour to x.example"
    assert gate.turn(START, group("g"), (Address.parse("a@y.example"),)).at == START
