"""`[pace]` and `[when]`: what may stand there, and each mistake with its line, its column and its remedy."""

import sys
from datetime import date, time, timedelta

import pytest
from test_workspace_campaigns import STEP, read_campaign, room, said
from test_workspace_settings import GOOD, LOOPBACK, read_settings

from mailer.nouns import ANY_HOUR, CAUTIOUS, UNLIMITED, Pace, Span, Window
from mailer.planning import public_holidays
from mailer.workspace import read_manuscript

WHOLE_PACE = """\
[pace]
per_minute = 10
per_hour = 100
per_day = 200
per_domain = 5
gap = "20 seconds"
jitter = 0.5
canary = 5
"""
OWN = Pace(10, 100, 200, 5, timedelta(seconds=20), 0.5, canary=5)


def test_without_a_pace_letters_leave_cautiously(tmp_path):
    assert read_settings(tmp_path, GOOD)[0].pace == CAUTIOUS


def test_on_this_machine_nothing_is_limited_but_what_is_said(tmp_path):
    here = GOOD.replace("smtp.users.org", "127.0.0.1")
    place = room(tmp_path, {"campaigns/settings.toml": here})
    assert place.settings()[0].pace == UNLIMITED
    (tmp_path / "campaigns/settings.toml").write_text(here + "[pace]\nper_day = 7\n")
    assert place.settings()[0].pace == Pace(per_day=7)


def test_a_pace_is_read_with_all_that_can_be_said(tmp_path):
    found, problems = read_settings(tmp_path, f"{GOOD}\n{WHOLE_PACE}connections = 3\nbounce_rate = 0.05\n")
    assert problems == ()
    assert found.pace == Pace(10, 100, 200, 5, timedelta(seconds=20), 0.5, 3, 0.05, 5)


def test_what_a_pace_does_not_say_is_as_without_it(tmp_path):
    found, _ = read_settings(tmp_path, f"{GOOD}[pace]\nper_minute = 60\n")
    assert found.pace == Pace(per_minute=60, per_day=CAUTIOUS.per_day)


def test_a_rate_of_nothing_is_one(tmp_path):
    assert read_settings(tmp_path, f"{GOOD}[pace]\nbounce_rate = 0\n")[0].pace.bounce_rate == 0


def test_the_environment_can_say_a_pace(tmp_path):
    said_there = {
        "CAMPAIGN_PACE_PER_DAY": "12",
        "CAMPAIGN_PACE_GAP": "2 minutes",
        "CAMPAIGN_PACE_JITTER": "0.5",
    }
    found, problems = read_settings(tmp_path, GOOD, {**LOOPBACK, **said_there})
    assert (found.pace, problems) == (Pace(per_day=12, gap=timedelta(minutes=2), jitter=0.5), ())


def test_a_campaign_has_a_pace_of_its_own(tmp_path):
    found, problems = read_campaign(tmp_path, STEP + WHOLE_PACE)
    assert (found.pace, problems) == (OWN, ())


def test_a_campaign_without_hours_leaves_at_any(tmp_path):
    found, _ = read_campaign(tmp_path, STEP)
    assert (found.window, found.not_after, found.pace) == (ANY_HOUR, None, UNLIMITED)


WHOLE_WINDOW = """\
[when]
days = "Mon-Thu"
hours = ["9:00 - 12:00", "14.00-24:00"]
zone = "Europe/Oslo"
holidays = "norway"
closed = [2026-12-24, "2026-12-31"]
not_after = 2026-12-01
"""


def test_a_window_is_read_with_all_that_can_be_said(tmp_path):
    found, problems = read_campaign(tmp_path, f"{WHOLE_WINDOW}\n{STEP}")
    assert problems == ()
    assert found.not_after == date(2026, 12, 1)
    assert found.window == Window(
        frozenset({0, 1, 2, 3}),
        (Span(time(9), time(12)), Span(time(14), time(0))),
        "Europe/Oslo",
        "NO",
        frozenset({date(2026, 12, 24), date(2026, 12, 31)}),
        1,
    )


@pytest.mark.parametrize(
    ("days", "meant"),
    [
        ('"Sat"', {5}),
        ('["mon", "Wednesday", "FRI"]', {0, 2, 4}),
        ('"Sat-Sun"', {5, 6}),
        ('"Fri-Mon"', {4, 5, 6, 0}),
        ('["Mon–Tue", "thurs - fri"]', {0, 1, 3, 4}),
        ('"Mon-Sun"', set(range(7))),
    ],
)
def test_days_are_read_as_people_write_them(tmp_path, days, meant):
    found, problems = read_campaign(tmp_path, f"[when]\ndays = {days}\n{STEP}")
    assert (found.window.days, problems) == (frozenset(meant), ())


LIMIT = "to let all pass write a high one; campaigns/STOP stops everything"
DAYS = 'write it as: days = ["Mon", "Tue", "Wed"], or "Mon-Thu"'
HOURS = 'write it as: hours = "09:00-16:00"'
DATE = "write year, month and day: 2026-12-01"
WHOSE = 'write "group" for those of each group, or a country such as "DE" or "DE-BY"'
SPREAD = "to spread letters over days write per_day = 10"
GAP = 'write a whole number of seconds, minutes or hours, such as "{}"'
WRONG = {
    "per_minute = 0": [f"per_minute must be between 1 and 1,000,000 → {LIMIT}"],
    "per_day = true": ["per_day must be a whole number → write it in figures, without quotes"],
    "canary = -1": [f"canary must be between 1 and 1,000,000 → {LIMIT}"],
    "jitter = 2": ["jitter must be a number from 0 to 1 → 10 of 100 are 0.1"],
    "jitter = nan": ["jitter must be a number from 0 to 1 → 10 of 100 are 0.1"],
    "gap = 20": [f"gap is no time between two letters: '20' → {GAP.format('20 seconds')}"],
    'gap = "often"': [f"gap is no time between two letters: 'often' → {GAP.format('20 seconds')}"],
    'gap = "25 hours"': [
        "gap must not be longer than a day → to spread letters over days write per_day = 10"
    ],
    "per_minuet = 3": ["[pace] knows no setting 'per_minuet' → did you mean per_minute?"],
    "days = 5": ['days must be a list of words → write it as: ["one", "two"]'],
    "days = []": ["days names no day → leave the line out for every day"],
    'days = "Mon-Fry"': [f"days knows no day 'Fry' → {DAYS}"],
    'days = "m"': [f"days knows no day 'm' → {DAYS}"],
    'days = "-"': [f"days knows no day '' → {DAYS}"],
    'hours = "9-16"': [f"hours are no hours: '9-16' → {HOURS}"],
    'hours = "09:00-24:30"': ["hours are no hours: '09:00-24:30' → a day ends at 24:00"],
    'hours = "24:00-02:00"': ["hours are no hours: '24:00-02:00' → a day ends at 24:00"],
    'hours = "09:00-09:00"': [
        "hours begin when they end → for all day long write 00:00-24:00, or leave the line out"
    ],
    "hours = []": ["hours names no hours → leave the line out for all day long"],
    'zone = "Europe/Olso"': ["zone is no time zone: 'Europe/Olso' → write Europe/Oslo"],
    "holidays = true": [f"holidays must say whose public holidays → {WHOSE}"],
    'holidays = "DE-XX"': ['holidays are not known of \'DE-XX\' → write a code such as "NO" or "DE-BY"'],
    "closed = [2026-12-24, 5]": [f"closed must be a date → {DATE}"],
    "not_after = 2026-12-01T09:00:00Z": [f"not_after must be a date → {DATE}"],
    'not_after = "1 Dec"': [f"not_after is no date: '1 Dec' → {DATE}"],
}
_OF_PACE = ("per_", "gap", "jitter", "canary")


@pytest.mark.parametrize(("line", "problems"), WRONG.items(), ids=WRONG)
def test_wrong_lines_are_named_with_place_and_remedy(tmp_path, line, problems):
    section = "pace" if line.startswith(_OF_PACE) else "when"
    found, wrong = read_campaign(tmp_path, f"[{section}]\n{line}\n{STEP}")
    assert found is None
    assert [text.split(" ", 1)[1] for text in said(wrong)] == problems
    assert all(problem.line == 2 and problem.column for problem in wrong)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("connections = 4", "connections must be 1 to 3 → providers refuse more from one mailbox"),
        ("bounce_rate = 10", "bounce_rate must be a number from 0 to 1 → 10 of 100 are 0.1"),
    ],
)
def test_wrong_settings_of_pace_are_named(tmp_path, line, problem):
    _, wrong = read_settings(tmp_path, f"{GOOD}[pace]\n{line}\n")
    assert said(wrong)[0].split(" ", 1)[1] == problem


def test_a_setting_of_the_window_at_the_top_is_put_where_it_belongs(tmp_path):
    _, wrong = read_campaign(tmp_path, f"not_after = 2026-12-01\n{STEP}")
    assert said(wrong) == ["one.toml:1:1 this file knows no setting 'not_after' → put it below [when]"]


def test_without_the_package_public_holidays_are_refused_with_what_to_type(tmp_path, monkeypatch):
    for name in ("holidays", "holidays.registry"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(public_holidays, "_countries", public_holidays._countries.__wrapped__)
    _, wrong = read_campaign(tmp_path, f'[when]\nholidays = "NO"\n{STEP}')
    assert said(wrong) == [
        "one.toml:2:13 holidays need a package that is not here → pip install 'campaign[holidays]'"
    ]


def test_a_group_of_the_audience_without_a_clock_is_a_mistake(tmp_path):
    files = {
        "campaigns/groups.csv": "group,email,lane,zone\na,o@a.example,ok,\nb,o@b.example,no,\n",
        "campaigns/one.toml": f'[audience]\nwhere = \'lane == "ok"\'\n[when]\nhours = "09:00-16:00"\n{STEP}',
        "templates/first.md": "",
    }
    found = read_manuscript(room(tmp_path, files), ["one"])
    assert [problem.where for problem in found.problems if not problem.warning] == ["campaigns/one.toml:3"]
    assert "for a: no time zone" in found.problems[-1].what


# The stop sign


@pytest.mark.parametrize(
    ("content", "because"),
    [
        ("", "campaigns/STOP is there"),
        ("The links are wrong!\nSee chat.\n", "campaigns/STOP is there: The links are wrong!"),
        ("\x1b[31mred\n", "campaigns/STOP is there: "),
    ],
)
def test_a_file_called_stop_stops_and_says_why(tmp_path, content, because):
    place = room(tmp_path, {"campaigns/STOP": content})
    assert place.stopped().startswith(because)
    assert "\x1b" not in place.stopped()
    (place.root / "campaigns/STOP").unlink()
    assert place.stopped() is None


def test_whatever_has_the_name_stops(tmp_path):
    place = room(tmp_path, {})
    sign = place.root / "campaigns" / "STOP"
    sign.symlink_to("nowhere")
    assert place.stopped() == "campaigns/STOP is there"
    sign.unlink()
    sign.mkdir()
    assert place.stopped() == "campaigns/STOP is there"
    sign.rmdir()
    sign.write_bytes(b"\xff\xfe")
    assert place.stopped() == "campaigns/STOP is there"
