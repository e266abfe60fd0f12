"""A few letters first: the real command, a real mailbox, and a clock that moves while somebody waits."""

import json
import os
import signal
from dataclasses import replace
from datetime import timedelta

import pytest
from rig import CAMPAIGN, check, rig
from stage import STEPS, stage

from mailer.errors import ServerUnavailable
from mailer.nouns import State
from mailer.planning import CANARY_STAY
from mailer.rehearsal import Habit, Person

ONE_STEP = '[[steps]]\ntemplate = "hello"\n'
SIX = ("send", "hello", "--confirm", "6")


def table(count, domains=("north.example", "south.example")):
    rows = [f"g{n},Group {n},all,o{n}@{domains[n % len(domains)]}" for n in range(count)]
    return "\n".join(["group,name,greeting,email", *rows]) + "\n"


def to(number):
    return f"o{number}@{('north.example', 'south.example')[number % 2]}"


@pytest.fixture
def play(tmp_path):
    with stage(tmp_path / "w") as made:
        yield for_six(made)


def for_six(made):
    made.write("campaigns/groups.csv", table(6))
    made.write("campaigns/hello.toml", ONE_STEP)
    return made


def offsets(made):
    """After how many whole minutes each letter was taken."""
    first = made.post.letters[0].at
    return [round((posted.at - first) / timedelta(minutes=1)) for posted in made.post.letters]


def while_waiting(made, do, nap=3):
    """The world in which something happens in a certain second of waiting."""
    naps = []

    async def sleep(seconds):
        naps.append(seconds)
        if len(naps) == nap:
            do()
        await made.clock.sleep(seconds)

    return replace(made.world, sleep=sleep), naps


def test_the_others_follow_five_minutes_later_when_all_is_well(play):
    done = play.type_in(*SIX, "--canary", "2")
    assert offsets(play) == [0, 0, 5, 5, 5, 5]
    assert {posted.to[0].split("@")[1] for posted in play.post.letters[:2]} == {
        "north.example",
        "south.example",
    }
    assert "2 letters first, to g0, g1; the others 5 minutes later, if those fare well" in done.stdout
    assert done.stderr.count("waiting: how the first letters fare") == 1
    assert "6 letters sent" in done.stderr


@pytest.mark.parametrize("habit", [Habit.BOUNCES, Habit.UNKNOWN])
def test_they_stay_where_one_of_the_first_reached_nobody(tmp_path, habit):
    with stage(tmp_path / "w", [(to(1), habit)]) as made:
        for_six(made)
        done = made.type_in(*SIX, "--canary", "2", "--json", code=1)
        assert len(made.post.letters) == (2 if habit is Habit.BOUNCES else 1)
        why = "1 came back" if habit is Habit.BOUNCES else "1 had an address that was refused"
        said = f"of those that went first, 1 of 2 letters reached nobody ({why}): 50%, and 10% are let pass"
        document = json.loads(done.stdout)
        assert document["sums"]["paused"] == said
        assert [row["outcome"] for row in document["rows"][2:]] == [None] * 4
        assert said in " ".join(done.stderr.split())
        assert "nothing is lost; when that is mended: campaign send hello" in done.stderr


def test_once_it_is_mended_another_canary_goes(tmp_path):
    with stage(tmp_path / "w", [(to(1), Habit.BOUNCES)]) as made:
        for_six(made)
        made.type_in(*SIX, "--canary", "2", code=1)
        made.type_in("send", "hello", "--confirm", "4", "--canary", "2")
        assert offsets(made) == [0, 0, 5, 5, 10, 10]


@pytest.mark.parametrize(
    ("settings", "campaign", "typed", "expected"),
    [
        (2, None, (), [0, 0, 5, 5, 5, 5]),
        (2, 4, (), [0, 0, 0, 0, 5, 5]),
        (None, 4, (), [0, 0, 0, 0, 5, 5]),
        (2, 4, ("--canary", "0"), [0] * 6),
        (2, 4, ("--canary", "6"), [0] * 6),
        (2, 4, ("--canary", "1"), [0, 5, 5, 5, 5, 5]),
    ],
)
def test_what_is_typed_counts_before_the_campaign_and_that_before_the_settings(
    play, settings, campaign, typed, expected
):
    if settings:
        with (play.folder / "campaigns/settings.toml").open("a") as file:
            file.write(f"\n[pace]\ncanary = {settings}\n")
    if campaign:
        play.write("campaigns/hello.toml", f"[pace]\ncanary = {campaign}\n\n{ONE_STEP}")
    play.type_in(*SIX, *typed)
    assert offsets(play) == expected


def test_a_dry_run_says_what_would_go_first_and_waits_for_nobody(play):
    before = play.clock.now()
    done = play.type_in("send", "hello", "--dry-run", "--canary", "2")
    assert "2 letters first, to g0, g1" in done.stdout
    assert "6 letters went the whole way and nowhere" in done.stderr
    assert play.clock.now() == before
    assert not play.post.letters


def test_a_test_letter_has_no_canary(play):
    said = play.type_in("send", "hello", "--test-to", "a@b.example", "--as", "g0", "--canary", "1", code=2)
    assert "--test-to does not go with --canary" in said.stderr


@pytest.mark.parametrize("way", ["ctrl-c", "stop"])
def test_whoever_asks_while_it_waits_ends_it(play, way):
    """B04."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    deeds = {
        "ctrl-c": lambda: os.kill(os.getpid(), signal.SIGINT),
        "stop": lambda: play.write("campaigns/STOP", "wrong links\n"),
    }
    world, naps = while_waiting(play, deeds[way])
    try:
        done = play.type_in(*SIX, "--canary", "2", code=1, world=world)
    finally:
        signal.signal(signal.SIGINT, before)
    assert len(naps) == 3
    assert len(play.post.letters) == 2
    assert ("you asked to stop" if way == "ctrl-c" else "STOP is there: wrong links") in done.stderr


def test_a_mailbox_that_cannot_be_read_keeps_the_others_back(play):
    opened = []

    def mailbox(settings):
        opened.append(settings)
        if len(opened) > 1:
            raise ServerUnavailable("nobody answers")
        return play.world.mailbox(settings)

    done = play.type_in(*SIX, "--canary", "2", code=1, world=replace(play.world, mailbox=mailbox))
    assert len(play.post.letters) == 2
    assert "nobody answers" in done.stderr
    assert "nobody knows how the letters fared that went first" in " ".join(done.stderr.split())


def test_a_server_that_is_gone_after_the_wait_costs_no_word_of_what_was_done(play):
    opened = []

    def post_office(settings):
        opened.append(settings)
        if len(opened) > 1:
            raise ServerUnavailable("nobody is there", fix="try again later")
        return play.world.post_office(settings)

    world = replace(play.world, post_office=post_office)
    done = play.type_in(*SIX, "--canary", "2", "--json", code=1, world=world)
    sums = json.loads(done.stdout)["sums"]
    assert sums["outcomes"] == {"accepted": 2}
    assert sums["paused"] == "nobody is there; try again later"


def test_who_answers_while_it_waits_gets_no_follow_up(tmp_path):
    later = timedelta(days=8, minutes=3)
    with stage(tmp_path / "w", [Person("ingrid@oslopython.example", Habit.ANSWERS, after=later)]) as made:
        made.write("campaigns/hello.toml", STEPS)
        made.type_in("send", "hello", "--confirm", "3")
        made.clock.move_on(timedelta(days=8))
        done = made.type_in("send", "hello", "--confirm", "3", "--canary", "1")
        assert "kept back hello/oslo-python/again" in done.stderr
        assert "2 letters of 3 sent" in done.stderr
        assert len(made.post.letters) == 5
        assert "oslo-python" in done.stdout.partition("new in your mailbox")[2]


def test_killed_in_the_middle_it_lets_no_other_letters_go_first(tmp_path, quick):
    """B03: no crash begins the canary anew."""
    with rig(tmp_path / "r", quick=quick) as made:
        assert made.send("--canary", "3", CAMPAIGN_FAILPOINT="outcome.after_fsync@3:kill").code < 0
        assert len(made.accepts()) == 3
        done = made.run("send", CAMPAIGN, "--canary", "3", "--confirm", "9")
        assert "3 letters left just before; the others 5 minutes later" in done.out
        assert done.code == 0
        assert "waiting: how the first letters fare" in done.err
        check(made)
        made.see_all_arrived()


def test_a_canary_left_in_doubt_counts(tmp_path, quick):
    with rig(tmp_path / "r", quick=quick) as made:
        assert made.send("--canary", "3", CAMPAIGN_FAILPOINT="smtp.after_dot@2:kill").code < 0
        assert [one.state for one in made.deliveries().values()].count(State.UNSURE) == 1
        done = made.run("send", CAMPAIGN, "--canary", "3", "--dry-run")
        assert "1 letter first" in done.out
        assert "2 letters left just before" in done.out


def test_long_afterwards_it_is_a_canary_of_its_own(play):
    play.type_in("send", "hello", "--confirm", "2", "--limit", "2")
    play.clock.move_on(CANARY_STAY)
    play.type_in("send", "hello", "--confirm", "4", "--canary", "2")
    assert offsets(play) == [0, 0, 5, 5, 10, 10]
