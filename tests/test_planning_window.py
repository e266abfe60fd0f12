"""At which hours a letter may leave: by the clock and the calendar of the group that it goes to."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from past import START, STEPS, campaign, delivery, group, history

from mailer.nouns import ANY_HOUR, Order, OrderKind, Pace, Span, State, Window
from mailer.planning import Audience, Gate, Status, make_plan, window_faults
from mailer.planning.public_holidays import Country, country, day_off
from mailer.planning.window import Timetable

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
OFFICE = Window(days=frozenset(range(5)), spans=(Span(time(9), time(16)),))
OSLO = group("oslo", zone="Europe/Oslo", country="Norway")


def span(text):
    opens, closes = (time.fromisoformat(part) for part in text.split("-"))
    return Span(opens, closes)


def turn(window, moment, where=OSLO, not_after=None):
    """When a letter leaves that is due at a local time, as the clock there shows it; and why so late."""
    zone = ZoneInfo(where.cells.get("zone") or window.zone or "UTC")
    due = datetime.fromisoformat(moment).replace(tzinfo=zone).astimezone(UTC)
    found = Timetable(replace(campaign(), window=window, not_after=not_after)).turn(where, due)
    return f"{found.at.astimezone(zone):%Y-%m-%d %H:%M}" if found.at else None, found.because


# 2026-11-20 is a Friday.
@pytest.mark.parametrize(
    ("moment", "at", "because"),
    [
        ("2026-11-20 09:00", "2026-11-20 09:00", ""),
        ("2026-11-20 08:59", "2026-11-20 09:00", "not before 09:00 in Oslo"),
        ("2026-11-20 15:59", "2026-11-20 15:59", ""),
        ("2026-11-20 16:00", "2026-11-23 09:00", "it is past 16:00 in Oslo"),
        ("2026-11-21 12:00", "2026-11-23 09:00", "it is Saturday in Oslo"),
        ("2026-11-23 00:00", "2026-11-23 09:00", "not before 09:00 in Oslo"),
    ],
)
def test_letters_leave_in_office_hours(moment, at, because):
    assert turn(OFFICE, moment) == (at, because)


def test_each_groups_own_clock_counts():
    due = datetime(2026, 11, 20, 7, tzinfo=UTC)
    table = Timetable(replace(campaign(), window=OFFICE))
    tokyo, chicago = group("tokyo", zone="Asia/Tokyo"), group("chipy", zone="America/Chicago")
    assert table.turn(tokyo, due - MINUTE).because == ""
    assert table.turn(tokyo, due).because == "it is past 16:00 in Tokyo"
    assert table.turn(OSLO, due).because == "not before 09:00 in Oslo"
    assert table.turn(chicago, due).at == datetime(2026, 11, 20, 15, tzinfo=UTC)


def test_a_group_without_a_zone_has_the_campaigns():
    assert (
        turn(replace(OFFICE, zone="Europe/Oslo"), "2026-11-20 08:59", group("x"))[1]
        == "not before 09:00 in Oslo"
    )


@pytest.mark.parametrize("zone", ["", "Europe/Olso", "../etc/passwd", "\0"])
def test_where_nobody_knows_the_time_nothing_leaves(zone):
    found = Timetable(replace(campaign(), window=OFFICE)).turn(group("x", zone=zone), START)
    assert (found.at, found.reason) == (None, "no hours")
    assert Timetable(campaign()).turn(group("x", zone=zone), START).at == START


NIGHT = Window(days=frozenset({4}), spans=(span("22:00-02:00"),))


@pytest.mark.parametrize(
    ("window", "moment", "at"),
    [
        (NIGHT, "2026-11-20 23:30", "2026-11-20 23:30"),
        (NIGHT, "2026-11-21 01:59", "2026-11-21 01:59"),
        (NIGHT, "2026-11-21 02:00", "2026-11-27 22:00"),
        (NIGHT, "2026-11-20 01:00", "2026-11-20 22:00"),
        (replace(NIGHT, closed=frozenset({date(2026, 11, 21)})), "2026-11-21 00:30", "2026-11-27 22:00"),
        (replace(NIGHT, closed=frozenset({date(2026, 11, 20)})), "2026-11-21 00:30", "2026-11-27 22:00"),
        (Window(spans=(span("09:00-12:00"), span("14:00-17:00"))), "2026-11-20 12:30", "2026-11-20 14:00"),
        (Window(spans=(span("09:00-12:00"), span("11:00-17:00"))), "2026-11-20 12:30", "2026-11-20 12:30"),
        (Window(days=frozenset({6})), "2026-11-20 12:30", "2026-11-22 00:00"),
        (Window(days=frozenset({4})), "2026-11-20 23:59", "2026-11-20 23:59"),
        (Window(spans=(span("20:00-00:00"),)), "2026-11-20 23:59", "2026-11-20 23:59"),
        (Window(spans=(span("20:00-00:00"),)), "2026-11-21 00:00", "2026-11-21 20:00"),
    ],
)
def test_windows_of_many_shapes(window, moment, at):
    assert turn(window, moment)[0] == at


# In Oslo the clock goes from 02:00 to 03:00 on 2026-03-29, and from 03:00 back to 02:00 on 2026-10-25.
@pytest.mark.parametrize(
    ("hours", "due", "at"),
    [
        ("02:30-05:00", "2026-03-29T00:00", "2026-03-29T01:00"),  # 03:00, right after the gap
        ("02:10-02:40", "2026-03-29T00:00", "2026-03-30T00:10"),  # an hour that there is not
        ("00:00-02:30", "2026-03-29T00:59", "2026-03-29T00:59"),  # 01:59
        ("00:00-02:30", "2026-03-29T01:00", "2026-03-29T22:00"),  # 03:00: past it
        ("09:00-16:00", "2026-03-29T06:59", "2026-03-29T07:00"),
        ("09:00-16:00", "2026-10-25T07:59", "2026-10-25T08:00"),
        ("02:00-02:30", "2026-10-24T23:00", "2026-10-25T01:00"),  # the second 02:00
        ("02:30-04:00", "2026-10-24T23:00", "2026-10-25T01:30"),  # the second 02:30
        ("00:00-02:30", "2026-10-25T00:29", "2026-10-25T00:29"),  # the first 02:29
        ("00:00-02:30", "2026-10-25T00:30", "2026-10-25T23:00"),  # the first 02:30
    ],
)
def test_the_hour_that_is_left_out_and_the_one_that_comes_twice(hours, due, at):
    due, at = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (due, at))
    assert Timetable(replace(campaign(), window=Window(spans=(span(hours),)))).turn(OSLO, due).at == at


def test_the_day_that_samoa_left_out_has_no_hours():
    apia = group("apia", zone="Pacific/Apia")
    assert turn(OFFICE, "2011-12-29 17:00", apia)[0] == "2012-01-02 09:00"


ZONES = ["Europe/Oslo", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]
CHANGES = [
    datetime(2026, 3, 8, tzinfo=UTC),
    datetime(2026, 3, 28, tzinfo=UTC),
    datetime(2026, 10, 24, tzinfo=UTC),
]
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    hours=st.lists(st.builds(Span, TIMES, TIMES), min_size=1, max_size=2).map(tuple),
    start=st.sampled_from(CHANGES),
    minutes=st.integers(0, 3 * 24 * 60),
)
def test_what_leaves_leaves_within_the_hours_by_the_clock_on_the_wall(zone, days, hours, start, minutes):
    window, due = Window(days, hours), start + minutes * MINUTE
    at = Timetable(replace(campaign(), window=window)).turn(group("x", zone=zone), due).at
    assert at >= due
    assert shows_open(window, at.astimezone(ZoneInfo(zone)))
    # Nothing is missed but in the nights when the clock is set.
    step = due
    while step < at:
        local = step.astimezone(ZoneInfo(zone))
        assert not shows_open(window, local) or is_changing(local)
        step += 30 * MINUTE


def shows_open(window, local):
    clock, eve = local.time().replace(tzinfo=None), local - DAY
    for each in window.spans:
        night = each.closes <= each.opens
        if local.weekday() in window.days and each.opens <= clock and (night or clock < each.closes):
            return True
        if night and eve.weekday() in window.days and clock < each.closes:
            return True
    return False


def is_changing(local):
    return (local - DAY).utcoffset() != (local + DAY).utcoffset()


# Holidays


def test_public_holidays_are_those_of_the_groups_country():
    window = replace(OFFICE, holidays="group", zone="UTC")
    assert turn(window, "2026-12-24 10:00")[1] == ""
    assert turn(window, "2026-12-25 10:00") == ("2026-12-28 09:00", "it is Christmas Day in Oslo")
    assert turn(window, "2026-12-25 10:00", group("tokyo", zone="Asia/Tokyo", country="Japan"))[1] == ""
    assert turn(window, "2026-12-25 10:00", group("atlantis", country="Atlantis"))[1] == ""


def test_groups_of_one_zone_can_have_two_calendars():
    table = Timetable(replace(campaign(), window=replace(OFFICE, holidays="group")))
    christmas = datetime(2026, 12, 25, 10, tzinfo=UTC)
    assert table.turn(OSLO, christmas).because == "it is Christmas Day in Oslo"
    assert table.turn(group("guests", zone="Europe/Oslo", country="Japan"), christmas).because == ""


def test_public_holidays_can_be_those_of_one_country_for_all():
    munich = group("munich", zone="Europe/Berlin", country="Norway")
    bavarian = replace(OFFICE, holidays="DE-BY")
    assert turn(bavarian, "2026-01-06 10:00", munich) == ("2026-01-07 09:00", "it is Epiphany in Berlin")
    assert turn(replace(OFFICE, holidays="DE"), "2026-01-06 10:00", munich)[1] == ""


def test_regions_go_by_name_or_code():
    assert country("Germany", "Bayern") == country("de", "by") == Country("DE", "BY")
    assert country("United Kingdom") == country("UK") == Country("GB")
    assert country("Germany", "Atlantis") == Country("DE")
    assert country("Atlantis") is None
    assert day_off(Country("DE", "BY"), date(2026, 1, 6)) == "Epiphany"


def test_days_of_her_own_are_kept_free():
    window = replace(OFFICE, closed=frozenset({date(2026, 11, 20)}))
    assert turn(window, "2026-11-20 10:00") == ("2026-11-23 09:00", "nothing leaves on Fri 20 Nov")


def test_a_window_that_never_opens_ends_nowhere():
    every = frozenset(date(2026, 1, 1) + n * DAY for n in range(800))
    assert turn(replace(OFFICE, closed=every), "2026-11-20 10:00")[0] is None


# The last day


@pytest.mark.parametrize(
    ("window", "moment", "at"),
    [
        (ANY_HOUR, "2026-11-20 23:59", "2026-11-20 23:59"),
        (ANY_HOUR, "2026-11-21 00:00", None),
        (OFFICE, "2026-11-20 15:59", "2026-11-20 15:59"),
        (OFFICE, "2026-11-20 16:00", None),
    ],
)
def test_nothing_leaves_after_the_last_day(window, moment, at):
    found = turn(window, moment, not_after=date(2026, 11, 20))
    assert found == (at, "" if at else "the plan is stale: not after Fri 20 Nov 2026")


# In the plan: START is Monday 2026-06-01 09:00 UTC, 11:00 in Oslo.

FROM_NOON = replace(OFFICE, spans=(span("12:00-16:00"),))


def plan(past=None, days=0.0, groups=(OSLO,), **more):
    made = replace(campaign(), **more)
    return make_plan(made, Audience(made), groups, past or history(), START + timedelta(days=days))


def statuses(made):
    return [(line.status.value, line.reason) for line in made.lines]


def test_outside_of_its_hours_a_due_letter_waits_and_says_until_when():
    [first, again, last] = plan(window=FROM_NOON).lines
    assert (first.status, first.reason) == (Status.WAITING, "not at this hour")
    assert first.because == "not before 12:00 in Oslo"
    assert first.when == START + timedelta(hours=1)
    assert first.due
    assert again.status is last.status is Status.WAITING


def test_a_follow_up_becomes_due_within_the_hours():
    made = plan(history(delivery("oslo")), days=1, window=FROM_NOON)
    assert made.lines[1].when == START + timedelta(days=7, hours=1)
    assert made.lines[1].reason == "not yet"


def test_a_follow_up_that_would_come_after_the_last_day_is_withheld_from_the_beginning():
    past = history(delivery("oslo"))
    made = plan(past, days=1, not_after=date(2026, 6, 7))
    assert statuses(made)[1:] == [("withheld", "too late")] * 2
    assert plan(past, days=1, not_after=date(2026, 6, 8)).lines[1].status is Status.WAITING


def test_a_deferred_letter_keeps_to_the_hours_and_to_the_last_day():
    past = history(delivery("oslo", state=State.DEFERRED, next_try=START + timedelta(minutes=15)))
    [line, *_] = plan(past, days=0.1, window=OFFICE).lines
    assert line.due.retry
    assert line.status is Status.DUE
    assert plan(past, days=0.5, window=OFFICE).lines[0].status is Status.WAITING
    assert plan(past, days=2, not_after=date(2026, 6, 1)).lines[0].reason == "too late"


def test_a_hold_is_still_a_hold_and_an_answer_an_answer():
    hold = Order("o1", OrderKind.HOLD, "oslo", START, "Fay", "their conference", until=date(2026, 6, 9))
    assert plan(history(orders=[hold]), window=FROM_NOON).lines[0].reason == "on hold"


def test_who_stands_in_two_groups_gets_the_letter_as_an_organizer_of_the_first():
    kolkata = group("kolkata", "o@oslo.example", zone="Asia/Kolkata")
    made = plan(groups=(OSLO, kolkata), window=FROM_NOON)
    assert [line.reason for line in made.lines if line.letter.step == "first"] == [
        "not at this hour",
        "same person",
    ]


@settings(max_examples=25, deadline=None)
@given(
    zones=st.lists(st.sampled_from(ZONES), min_size=1, max_size=6),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    hours=st.builds(Span, TIMES, TIMES),
    pace=st.builds(Pace, per_hour=st.none() | st.integers(1, 3), per_day=st.none() | st.integers(1, 3)),
)
def test_every_letter_leaves_in_the_end(zones, days, hours, pace):
    made = replace(campaign(), window=Window(days, (hours,)), steps=STEPS[:1], pace=pace)
    waiting = [group(f"g{n}", zone=zone) for n, zone in enumerate(zones)]
    gate, now = Gate(pace, made, (), START), START
    for _ in range(400):
        turns = {each.id: gate.turn(now, each, [each.organizers[0].address]) for each in waiting}
        ready = [each for each in waiting if turns[each.id].at == now]
        if ready:
            gate.depart(now, [ready[0].organizers[0].address])
            waiting.remove(ready[0])
        elif waiting:
            now = min(turns[each.id].at for each in waiting)
    assert not waiting
    assert now - START < timedelta(days=60)


# What is wrong with a window


def test_groups_without_a_clock_are_a_mistake_and_those_without_a_calendar_a_warning():
    made = replace(campaign(), window=replace(OFFICE, holidays="group", line=7))
    groups = [OSLO, group("x", country="NO"), *(group(f"g{n}", zone="UTC") for n in range(7))]
    mistake, warning = window_faults(made, groups)
    assert (mistake.where, mistake.what) == (
        "campaigns/c.toml:7",
        "nobody knows what time it is for x: no time zone",
    )
    assert not mistake.warning
    assert warning.warning
    assert warning.what == "no public holidays are known for g0, g1, g2, g3, g4 and 2 more"
    assert not list(window_faults(campaign(), groups))
