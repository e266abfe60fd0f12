"""Watching the mailbox: each mail as it comes, through whatever the line does, beside other commands."""

import json
import signal
import subprocess
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from itertools import islice

import pytest
from doubts import send
from stage import environment, stage

from mailer.errors import SignInRefused
from mailer.inbox import Pause, Watch
from mailer.rehearsal import Trouble

YES = b"From: Robin <robin@chipy.example>\r\nSubject: yes\r\n\r\nYes, call me.\r\n"
TOO = b"From: Noor <noor@sfpython.example>\r\nSubject: me too\r\n\r\nYes, please.\r\n"


@pytest.fixture
def play(tmp_path):
    """A stage on which the letters have left."""
    with stage(tmp_path / "w") as made:
        with made.ledger() as ledger:
            send(made, ledger)
        yield made


@pytest.fixture
def watched(play):
    """What the watching brings, one after the other; whoever waits for a server moves the clock."""
    with play.ledger() as ledger:
        readings = Watch(
            play.world, play.settings, ledger, lambda: play.manuscript().groups, nullcontext
        ).readings()
        yield play, ledger, readings
        readings.close()


def words(reading):
    return [message.words for message in reading.new]


def test_each_mail_is_read_when_it_comes(watched):
    play, _, readings = watched
    assert words(next(readings)) == []
    for raw, said in ((YES, "Yes, call me."), (TOO, "Yes, please.")):
        play.post.inject(raw)
        assert words(next(readings)) == [said]


def test_a_server_in_trouble_is_tried_again_ever_more_rarely(watched):
    play, ledger, readings = watched
    next(readings)
    begun = play.clock.now()
    play.post.trouble = lambda number, command: Trouble.DROP
    play.post.inject(YES)
    pauses = list(islice(readings, 9))
    assert [pause.seconds for pause in pauses] == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert all(isinstance(pause, Pause) for pause in pauses)
    play.post.trouble = None
    assert words(next(readings)) == ["Yes, call me."]
    assert play.clock.now() - begun == timedelta(seconds=5 + 10 + 20 + 40 + 80 + 160 + 300 * 3)
    # The next trouble begins anew.
    play.post.trouble = lambda number, command: Trouble.BYE
    play.post.inject(TOO)
    assert next(readings).seconds == 5
    play.post.trouble = None
    assert words(next(readings)) == ["Yes, please."]
    assert len(ledger.messages()) == 2


def test_a_refused_sign_in_is_not_tried_again(watched):
    play, _, readings = watched
    next(readings)
    asked = []
    play.post.trouble = lambda number, command: (
        asked.append(command)
        or (Trouble.BYE if len(asked) == 1 else Trouble.NO if command.startswith("AUTH") else None)
    )
    play.post.inject(YES)
    assert isinstance(next(readings), Pause)
    with pytest.raises(SignInRefused):
        next(readings)


def test_a_server_that_tells_of_mail_that_is_not_there_is_not_asked_without_end(play):
    @contextmanager
    def opened(settings):
        with play.world.mailbox(settings) as box:
            box.wait = lambda folder, after, seconds: True
            yield box

    with play.ledger() as ledger:
        world = replace(play.world, mailbox=opened)
        readings = Watch(world, play.settings, ledger, list, nullcontext).readings()
        begun = play.clock.now()
        assert len(list(islice(readings, 5))) == 5
        readings.close()
    assert play.clock.now() - begun == timedelta(seconds=15)


def test_the_table_is_read_anew_each_time(watched):
    play, _, readings = watched
    next(readings)
    table = play.folder / "campaigns/groups.csv"
    table.write_text(table.read_text() + "chipy,,Kim,Kim,kim@elsewhere.example,,,\n")
    play.post.inject(b"From: kim@elsewhere.example\r\n\r\nHello\r\n")
    [message] = next(readings).new
    assert str(message.match.best.letter) == "hello/chipy/hello"


# ── The command ───────────────────────────────────────────────────────────────────────────────────────────


class Watching:
    """`campaign replies --watch`, running."""

    def __init__(self, play, *words):
        now = environment(CAMPAIGN_NOW=play.clock.now().isoformat())
        pipe = subprocess.PIPE
        line = ["campaign", "replies", "--watch", *words]
        self.process = subprocess.Popen(
            line, cwd=play.folder, env=now, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True
        )

    def __enter__(self):
        assert "watching INBOX, Junk, Sent" in self.process.stderr.readline()
        return self

    def __exit__(self, *nothing):
        self.process.kill()
        self.process.communicate()

    def line(self):
        return self.process.stdout.readline()

    def end(self, how):
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_command_shows_what_comes_and_ends_well(play, how):
    with Watching(play) as watching:
        play.post.inject(YES)
        assert "chipy  human          Robin" in watching.line()
        assert "Yes, call me." in watching.line()
        # Others use the ledger meanwhile.
        play.run("hold", "oslo-python", "--until", "2026-09-01", "--because", "holidays")
        play.run("send", "hello", "--dry-run")
        assert watching.end(how) == (0, "", "\nended\n")
    assert "1 human" in play.run("replies", "--all").stderr


def test_what_another_command_reads_is_shown_all_the_same_and_once(play):
    with Watching(play, "--json") as watching:
        play.post.inject(YES)
        first = json.loads(watching.line())
        play.run("replies")
        play.post.inject(TOO)
        play.run("replies")
        second = json.loads(watching.line())
        assert [row["group"] for row in (first, second)] == ["chipy", "sf-python"]
        assert watching.end(signal.SIGINT)[:2] == (0, "")


def test_before_the_first_letter_there_is_nothing_to_watch(tmp_path):
    with stage(tmp_path / "w") as play:
        assert "no letter has left yet" in play.run("replies", "--watch").stderr
