"""How fast letters leave and what stops them: the real command and servers; a wait only moves the clock.

The server's list of what it took, with the time of each letter, is the witness.
"""

import json
import os
import signal
from dataclasses import replace
from datetime import timedelta

import pytest
from rig import check, rig
from stage import stage
from test_canary import ONE_STEP, table, to, while_waiting

from mailer.errors import ServerUnavailable, SignInRefused
from mailer.nouns import State
from mailer.rehearsal import Habit, Person
from mailer.rehearsal.filing import Filing
from mailer.rehearsal.smtp_server import Clerk

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def play(tmp_path):
    with stage(tmp_path / "w") as made:
        yield made


def lay(made, letters, pace="", campaign="", domains=("north.example", "south.example")):
    """So many groups, a campaign of one letter, and a pace."""
    made.write("campaigns/groups.csv", table(letters, domains))
    made.write("campaigns/hello.toml", campaign + ONE_STEP)
    if pace:
        with (made.folder / "campaigns/settings.toml").open("a") as file:
            file.write(f"\n[pace]\n{pace}\n")


def send(made, count, *words, code=0, world=None):
    return made.type_in("send", "hello", "--confirm", str(count), *words, code=code, world=world)


def said(done):
    return " ".join(done.stderr.split())


def times(made):
    return [posted.at for posted in made.post.letters]


def most_within(times, length):
    return max(sum(at <= other < at + length for other in times) for at in times)


def states(made):
    with made.look() as ledger:
        return [delivery.state for delivery in ledger.deliveries().values()]


# The limits: fault B03 of the catalogue


@pytest.mark.parametrize(
    ("pace", "length", "most"),
    [("per_minute = 2", MINUTE, 2), ("per_hour = 3", HOUR, 3), ("per_minute = 3\nper_hour = 4", HOUR, 4)],
)
def test_no_span_holds_more_than_the_limit_over_several_runs(play, pace, length, most):
    lay(play, 5, pace)
    for _ in range(2):
        send(play, 2, "--limit", "2")
    send(play, 1)
    assert len(times(play)) == 5
    assert most_within(times(play), length) == most


def test_a_full_day_leaves_the_rest_for_another_run_and_says_from_when(play):
    lay(play, 7, "per_day = 3")
    done = send(play, 7)
    assert "3 letters of 7 sent" in done.stderr
    assert done.stderr.count(": 3 a day") == 4
    assert "for another run, from Tue 02 Jun 09:30 on" in done.stderr
    again = json.loads(send(play, 4, "--json").stdout)
    assert again["sums"]["next_turn"] == "2026-06-02T09:30:00+00:00"
    assert {row["outcome"] for row in again["rows"]} == {"kept back"}
    play.clock.move_on(timedelta(days=1))
    assert "3 letters of 4 sent" in send(play, 4).stderr
    assert [delta // timedelta(days=1) for delta in (at - times(play)[0] for at in times(play))] == [
        0
    ] * 3 + [1] * 3


def test_a_full_domain_holds_up_no_other(play):
    lay(play, 3, "per_domain = 1", domains=("big.example", "big.example", "small.example"))
    send(play, 3)
    left = [
        (p.to[0].split("@")[1].partition(".")[0], (p.at - times(play)[0]) // HOUR) for p in play.post.letters
    ]
    assert left == [("big", 0), ("small", 0), ("big", 1)]


@pytest.mark.parametrize("place", ["smtp.after_mail@3", "smtp.after_dot@3", "outcome.after_fsync@3"])
def test_a_crash_sets_no_count_back(tmp_path, quick, place):
    with rig(tmp_path / "r", quick=quick, settings="\n[pace]\nper_day = 5\n") as made:
        made.send(CAMPAIGN_FAILPOINT=f"{place}:kill")
        for _ in range(2):
            made.resume()
            check(made)
        # Of a letter that was about to leave nobody knows; it counts.
        assert len(made.accepts()) in ({4, 5} if place == "smtp.after_mail@3" else {5})


def test_between_two_letters_is_a_gap_that_is_drawn_and_the_same_at_each_run(play):
    lay(play, 6, 'gap = "10 minutes"\njitter = 0.5')
    send(play, 6)
    gaps = [(b - a) / MINUTE for a, b in zip(times(play), times(play)[1:], strict=False)]
    assert min(gaps) >= 10
    assert max(gaps) <= 15.1
    assert len({round(gap, 2) for gap in gaps}) > 2


# The hours


def test_hours_that_end_in_the_middle_keep_the_rest_back_and_say_until_when(play):
    hours = '[when]\nhours = "08:00-09:45"\nzone = "UTC"\n\n'
    lay(play, 5, 'gap = "6 minutes"', hours)
    done = send(play, 5)
    assert "3 letters of 5 sent" in done.stderr
    assert done.stderr.count("kept back") == 2
    assert "it is past 09:45 in UTC" in done.stderr
    assert "for another run, from Tue 02 Jun 08:00 on" in done.stderr


def test_asleep_for_eight_hours_it_wakes_without_a_burst(play):
    """B08: and it looks into the mailbox before it goes on."""
    lay(play, 9, "per_minute = 2")
    read = []

    def mailbox(settings):
        read.append(play.clock.now())
        return play.world.mailbox(settings)

    world, _ = while_waiting(play, lambda: play.clock.move_on(8 * HOUR), nap=70)
    send(play, 9, world=replace(world, mailbox=mailbox))
    assert len(times(play)) == 9
    assert most_within(times(play), MINUTE) == 2
    assert times(play)[-1] - times(play)[0] > 8 * HOUR
    assert [at > times(play)[0] + 8 * HOUR for at in read if times(play)[0] < at < times(play)[-1]] == [True]


def test_asleep_until_the_hours_are_over_it_keeps_the_rest_back(play):
    lay(play, 9, "per_minute = 2", '[when]\nhours = "08:00-16:00"\nzone = "UTC"\n\n')
    world, _ = while_waiting(play, lambda: play.clock.move_on(8 * HOUR))
    done = send(play, 9, world=world)
    assert len(times(play)) == 2
    assert "it is past 16:00 in UTC" in done.stderr


# Somebody stops it: fault B04


@pytest.mark.parametrize("way", ["ctrl-c", "stop", "order"])
def test_asked_while_a_letter_waits_for_its_turn_no_other_leaves(play, way):
    lay(play, 6, "per_minute = 1")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    deeds = {
        "ctrl-c": lambda: os.kill(os.getpid(), signal.SIGINT),
        "stop": lambda: play.write("campaigns/STOP", ""),
        "order": lambda: play.run("stop", to(2), "--because", "she phoned"),
    }
    world, naps = while_waiting(play, deeds[way], nap=90)
    try:
        send(play, 6, code=0 if way == "order" else 1, world=world)
    finally:
        signal.signal(signal.SIGINT, before)
    taken = [posted.to[0] for posted in play.post.letters]
    if way == "order":
        assert taken == [to(n) for n in (0, 1, 3, 4, 5)]
    else:
        assert (taken, len(naps)) == ([to(0), to(1)], 90)


# The mailbox, while it lasts


def test_a_long_run_reads_again_and_its_follow_ups_leave(tmp_path):
    answer = timedelta(days=8, minutes=22)
    with stage(tmp_path / "w", [Person(to(2), Habit.ANSWERS, after=answer)]) as made:
        lay(made, 5)
        made.write("campaigns/hello.toml", ONE_STEP + '\n[[steps]]\ntemplate = "again"\nwait = "7 days"\n')
        send(made, 5)
        lay(made, 5, 'gap = "20 minutes"')
        made.write("campaigns/hello.toml", ONE_STEP + '\n[[steps]]\ntemplate = "again"\nwait = "7 days"\n')
        made.clock.move_on(timedelta(days=8))
        done = send(made, 5)
        assert "4 letters of 5 sent" in done.stderr
        assert "kept back hello/g2/again" in done.stderr
        assert "new in your mailbox" in done.stdout
        assert [posted.to[0] for posted in made.post.letters[5:]] == [to(n) for n in (0, 1, 3, 4)]


def test_a_mailbox_that_fails_in_the_middle_keeps_the_follow_ups_back(play):
    again = ONE_STEP + '\n[[steps]]\ntemplate = "again"\nwait = "7 days"\n'
    lay(play, 4, 'gap = "20 minutes"')
    play.write("campaigns/hello.toml", again)
    send(play, 2, "--only", "g0", "--only", "g1")
    play.clock.move_on(timedelta(days=8))
    opened = []

    def mailbox(settings):
        opened.append(settings)
        if len(opened) > 1:
            raise ServerUnavailable("nobody answers")
        return play.world.mailbox(settings)

    done = send(play, 4, world=replace(play.world, mailbox=mailbox))
    assert [posted.to[0] for posted in play.post.letters[2:]] == [to(n) for n in (0, 1, 2, 3)]
    assert done.stderr.count("no follow-up leaves") == 2
    play.clock.move_on(timedelta(days=8))
    opened.clear()
    send(play, 2, world=replace(play.world, mailbox=mailbox))


def test_bounces_that_arrive_in_the_middle_stop_the_run(tmp_path):
    with stage(tmp_path / "w", [(to(n), Habit.BOUNCES) for n in range(5)]) as made:
        lay(made, 20, 'gap = "2 minutes"')
        done = send(made, 20, "--json", code=1)
        sums = json.loads(done.stdout)["sums"]
        assert sums["paused"] == "5 of 13 letters reached nobody (5 came back): 38%, and 10% are let pass"
        assert len(made.post.letters) == 13


def test_a_few_bounces_stop_nothing(tmp_path):
    with stage(tmp_path / "w", [(to(1), Habit.BOUNCES)]) as made:
        lay(made, 20, 'gap = "2 minutes"')
        assert "20 letters sent" in send(made, 20).stderr


# What servers do


def test_too_many_refused_addresses_stop_the_run(tmp_path):
    with stage(tmp_path / "w", [(to(n), Habit.UNKNOWN) for n in range(5)]) as made:
        lay(made, 20)
        done = send(made, 20, code=1)
        assert "5 of 10 letters reached nobody (5 had an address that was refused)" in said(done)
        assert states(made).count(State.REFUSED) == 5
        assert len(states(made)) == 10


def replying(monkeypatch, method, reply, begin):
    """The server says `reply` at a command from its so-manieth letter on; how often it was asked."""
    usual, asked = getattr(Clerk, method), []

    async def deed(self, *args):
        asked.append(args)
        return reply if len(asked) >= begin else await usual(self, *args)

    monkeypatch.setattr(Clerk, method, deed)
    return asked


@pytest.mark.parametrize("method", ["handle_MAIL", "handle_RCPT", "handle_DATA"])
def test_a_quota_pauses_the_run_and_marks_nobody(play, monkeypatch, method):
    """N08."""
    asked = replying(monkeypatch, method, "550 5.4.5 Daily sending quota exceeded", 3)
    lay(play, 6)
    done = send(play, 6, code=1)
    assert "the run stopped early: 5.4.5 Daily sending quota exceeded" in said(done)
    assert states(play) == [State.ACCEPTED] * 2
    assert len(play.post.letters) == 2
    assert len(asked) <= 4  # the next letter's envelope may be on its way already
    monkeypatch.undo()
    assert "4 letters sent" in send(play, 4).stderr


def test_a_list_that_takes_no_letters_from_us_holds_up_no_other(play, monkeypatch):
    """By its place in the table it would be the first of each run, and end it."""
    usual = Clerk.handle_RCPT

    async def deed(self, server, session, envelope, address, options):
        if address == to(1):
            return "550 5.7.1 Not allowed to post to this list"
        return await usual(self, server, session, envelope, address, options)

    monkeypatch.setattr(Clerk, "handle_RCPT", deed)
    lay(play, 6)
    done = send(play, 6, code=1)
    assert (
        "hello/g1/hello to o1@south.example: not taken, 550 5.7.1 Not allowed to post to this list"
        in said(done)
    )
    assert "5 letters of 6 sent 1 not taken, and due again the next time" in said(done)
    assert "stopped early" not in said(done)
    assert states(play) == [State.ACCEPTED] * 5
    monkeypatch.undo()
    assert "1 letter sent" in send(play, 1).stderr


def test_three_of_whom_the_server_wants_no_letter_from_us_stop_the_run(play, monkeypatch):
    """Then it is about us."""
    replying(monkeypatch, "handle_RCPT", "554 5.7.1 Relay access denied", 2)
    lay(play, 9)
    done = send(play, 9, code=1)
    assert "the run stopped early: 5.7.1 Relay access denied" in said(done)
    assert "3 not taken, and due again the next time" in said(done)
    assert states(play) == [State.ACCEPTED]


def test_three_letters_refused_for_the_same_words_stop_the_run(play, monkeypatch):
    """N09."""
    replying(monkeypatch, "handle_DATA", "554 5.7.1 This looks like spam", 2)
    lay(play, 9)
    done = send(play, 9, code=1)
    assert "3 letters in a row were refused: 554 5.7.1 This looks like spam" in said(done)
    assert "change the letter" in said(done)
    assert "correct the address" not in said(done)
    assert states(play) == [State.ACCEPTED] + [State.REFUSED] * 3


def test_letters_that_are_too_large_stop_the_run_before_all_of_them_are_refused(play, monkeypatch):
    """N13: nothing is wrong with those whom they were to reach."""
    replying(monkeypatch, "handle_MAIL", "552 5.3.4 Message too big", 1)
    lay(play, 9)
    done = send(play, 9, code=1)
    assert "3 letters in a row were refused: 552 5.3.4 Message too big" in said(done)
    assert "change the letter" in said(done)
    assert states(play) == [State.REFUSED] * 3


def hanging_up(monkeypatch, method, begin):
    """The server hangs up at a command from its so-manieth letter on; at the end of the letter it has it."""
    usual, asked = getattr(Clerk, method), []

    async def deed(self, server, *args):
        asked.append(args)
        reply = await usual(self, server, *args)
        if len(asked) >= begin:
            server.transport.abort()
        return reply

    monkeypatch.setattr(Clerk, method, deed)


@pytest.mark.parametrize(
    ("method", "state", "code"), [("handle_DATA", State.UNSURE, 4), ("handle_RCPT", State.DEFERRED, 1)]
)
def test_a_line_that_breaks_again_and_again_stops_the_run(tmp_path, monkeypatch, method, state, code):
    """Or each letter would break it, wait for its limit, and in the end a whole table be in doubt."""
    hanging_up(monkeypatch, method, 2)
    with stage(tmp_path / "w", filing=Filing(copies=False)) as made:
        lay(made, 9)
        done = send(made, 9, code=code)
        assert "the line broke over 3 letters in a row: the connection was closed" in said(done)
        assert states(made) == [State.ACCEPTED] + [state] * 3
        assert ("3 deferred: the line broke before they had left" in said(done)) is (state is State.DEFERRED)


def test_greylisted_letters_go_later_byte_for_byte(play, monkeypatch):
    """N06."""
    lay(play, 4)
    replying(monkeypatch, "handle_RCPT", "451 4.7.1 Greylisted, come back later", 1)
    done = send(play, 4)
    assert "4 deferred" in done.stderr
    monkeypatch.undo()
    with play.look() as ledger:
        kept = {
            d.to[0].key: (d.message_id, ledger.letter_bytes(d.letter)) for d in ledger.deliveries().values()
        }
    play.write("templates/hello.md", "Subject: Other words\n\nOther words.\n")
    play.clock.move_on(14 * MINUTE)
    assert "no letter is due now" in play.type_in("send", "hello", "--confirm", "0").stdout
    play.clock.move_on(2 * MINUTE)
    assert "4 letters sent" in send(play, 4).stderr
    for posted in play.post.letters:
        message_id, raw = kept[posted.to[0]]
        assert posted.raw == raw
        assert message_id.encode() in raw


@pytest.mark.parametrize(
    ("method", "reply"),
    [
        ("handle_RCPT", "450 4.2.1 The rate is too high"),
        ("handle_RCPT", "452 4.5.3 Too many recipients"),
        ("handle_DATA", "451 4.3.0 Try again later"),
    ],
)
@pytest.mark.parametrize("connections", [1, 3])
def test_a_limited_rate_marks_nobody_as_failed(play, monkeypatch, method, reply, connections):
    """N07: over no more lines than she wants."""
    lay(play, 6, f"connections = {connections}")
    asked = replying(monkeypatch, method, reply, 3)
    assert "4 deferred" in send(play, 6).stderr
    assert sorted(states(play)) == [State.ACCEPTED] * 2 + [State.DEFERRED] * 4
    assert len({id(session) for _, session, *_ in asked}) <= connections
    monkeypatch.undo()
    play.clock.move_on(HOUR)
    assert "4 letters sent" in send(play, 4).stderr
    assert len({posted.to for posted in play.post.letters}) == 6


@pytest.mark.parametrize(
    "reply", ["421 4.7.0 Too many letters at once", "450 4.2.1 Your account sends too fast"]
)
@pytest.mark.parametrize("connections", [1, 3])
def test_a_server_that_has_enough_of_us_is_left_alone(play, monkeypatch, reply, connections):
    """N07: it is not asked again for each of the letters that are left."""
    lay(play, 20, f"connections = {connections}")
    asked = replying(monkeypatch, "handle_MAIL", reply, 3)
    done = send(play, 20, code=1)
    assert f"3 letters in a row were put off: {reply}" in said(done)
    # Two letters for each line are in the air.
    assert 3 <= states(play).count(State.DEFERRED) <= 2 + 2 * connections
    assert len(asked) < 20
    monkeypatch.undo()
    play.clock.move_on(HOUR)
    assert "18 letters sent" in send(play, 18).stderr


def test_a_mailbox_that_refuses_the_sign_in_is_not_asked_again(play):
    lay(play, 3, 'gap = "20 minutes"')
    opened = []

    def mailbox(settings):
        opened.append(settings)
        raise SignInRefused("the password is wrong")

    done = send(play, 3, world=replace(play.world, mailbox=mailbox))
    assert "3 letters sent" in done.stderr
    assert len(opened) == 1
