"""What a fellow sees of pace and hours: in the plan, the status and the list of things to do."""

import json
from datetime import timedelta

import pytest
from stage import STEPS, stage

WEEKEND = '[when]\ndays = "Sat-Sun"\nhours = "10:00-18:00"\nzone = "Europe/Oslo"\n\n'
"""The stage's clock shows a Monday."""


@pytest.fixture
def play(tmp_path):
    with stage(tmp_path) as made:
        yield made


def test_outside_of_the_hours_nothing_leaves_and_the_plan_says_until_when(play):
    play.write("campaigns/hello.toml", WEEKEND + STEPS)
    done = play.run("send", "hello", "--confirm", "0")
    assert "no letter is due now" in done.stdout
    assert "3  it is Monday in Oslo" in done.stdout
    assert "the next becomes due on Sat 06 Jun 08:00" in done.stdout
    assert not play.post.letters
    assert "Sat 06 Jun" in play.run("status", "hello").stdout
    listed = json.loads(play.run("status", "hello", "--json").stdout)
    assert "it is Monday in Oslo" in json.dumps(listed)


def test_within_the_hours_they_leave(play):
    play.write("campaigns/hello.toml", WEEKEND + STEPS)
    play.clock.move_on(timedelta(days=5))
    assert "3 letters sent" in play.run("send", "hello", "--confirm", "3").stderr


def test_the_list_of_things_to_do_says_which_letters_wait_for_their_hours(play):
    play.write("campaigns/hello.toml", WEEKEND + STEPS)
    said = play.run("todo").stderr
    assert "hello: 3 letters may leave from Sat 06 Jun 08:00 on; it is Monday in Oslo" in said


def test_a_plan_that_has_got_stale_sends_nothing(play):
    play.write("campaigns/hello.toml", f"[when]\nnot_after = 2026-05-31\n\n{STEPS}")
    done = play.run("send", "hello", "--confirm", "0")
    assert "6  too late" in done.stdout


def test_a_window_without_a_zone_is_a_mistake_that_says_what_to_type(play):
    play.write("campaigns/hello.toml", '[when]\nhours = "09:00-16:00"\n\n' + STEPS)
    done = play.run("check", "hello", code=65)
    assert "nobody knows what time it is for chipy, sf-python, oslo-python: no time zone" in done.stdout
    assert 'zone = "Europe/Berlin"' in done.stdout


def test_the_plan_says_how_long_it_takes_and_what_is_left_for_another_run(play):
    with (play.folder / "campaigns/settings.toml").open("a") as settings:
        settings.write('\n[pace]\nper_day = 2\ngap = "10 minutes"\n')
    said = play.run("send", "hello", "--dry-run").stdout
    assert "the last of them leaves about Mon 01 Jun 09:40: 10 minutes between two letters" in said
    assert "1 letter of them must wait for another run, from Tue 02 Jun 09:30 on: 2 a day" in said


def test_while_the_stop_file_is_there_send_refuses_to_begin(play):
    play.write("campaigns/STOP", "the links are wrong\n")
    done = play.run("send", "hello", "--confirm", "3", code=75)
    assert "campaigns/STOP is there: the links are wrong; nothing was sent" in done.stderr
    assert "rm campaigns/STOP" in done.stderr
    assert not play.post.letters
    test = ("--test-to", "me@rehearsal.example", "--as", "chipy")
    assert "STOP is there" in play.run("send", "hello", *test, code=75).stderr
    assert "3 letters due now" in play.run("send", "hello", "--dry-run").stdout
    (play.folder / "campaigns/STOP").unlink()
    assert "3 letters sent" in play.run("send", "hello", "--confirm", "3").stderr
