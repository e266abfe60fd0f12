"""`campaign send` when nobody can hear it, when it is told to stop, and when a program is listening.

The server's own list of accepted letters is the witness: what it took, the ledger has, and nothing else.
"""

import contextlib
import io
import json
import os
import signal
import subprocess
from contextlib import asynccontextmanager
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import pytest
from stage import campaign, environment, stage

from mailer.cli import cli
from mailer.cli.entrance import run
from mailer.cli.telling import report
from mailer.errors import CampaignError
from mailer.ledger import Ledger
from mailer.nouns import LetterId, Outcome, Phase, State, Verdict
from mailer.outbox import Run
from mailer.rehearsal import Habit

SEND = ("campaign", "send", "hello", "--confirm", "3")
REFUSED_ON_THE_WAY = {"chipy": State.ACCEPTED, "sf-python": State.REFUSED}
ALL = {**REFUSED_ON_THE_WAY, "oslo-python": State.ACCEPTED}


@pytest.fixture
def play(tmp_path):
    with stage(tmp_path / "w", [("noor@sfpython.example", Habit.UNKNOWN)]) as made:
        yield made


@pytest.fixture
def full():
    """A disk without room."""
    with Path("/dev/full").open("wb") as file:
        yield file


@pytest.fixture
def gone():
    """A pipe whose reader has gone."""
    reads, writes = os.pipe()
    os.close(reads)
    yield writes
    os.close(writes)


def send(play, *words, **streams):
    """The installed command with its output somewhere odd; its exit code, and what it said elsewhere."""
    environ = environment(CAMPAIGN_NOW=play.clock.now().isoformat())
    usual = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    streams = {**usual, **streams}
    done = subprocess.run([*SEND, *words], cwd=play.folder, env=environ, check=False, timeout=60, **streams)
    said = b"".join(filter(None, (done.stdout, done.stderr))).decode()
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    return done.returncode, said


def states(play):
    """Each letter's state, after seeing that the ledger and the server agree about what was accepted."""
    taken = {message_from_bytes(posted.raw)["Message-ID"] for posted in play.post.letters}
    with play.ledger() as ledger:
        deliveries = ledger.deliveries()
    assert {d.message_id for d in deliveries.values() if d.state is State.ACCEPTED} == taken
    return {delivery.letter.group: delivery.state for delivery in deliveries.values()}


# Nobody can hear it


@pytest.mark.parametrize("where", ["full", "gone"])
def test_a_plan_that_nobody_can_see_is_not_carried_out(play, where, request):
    code, said = send(play, stdout=request.getfixturevalue(where))
    assert code == 1
    assert "nothing was sent" in said
    assert states(play) == {}


@pytest.mark.parametrize("where", ["full", "gone"])
def test_talk_that_is_lost_from_the_beginning_stops_nothing(play, where, request):
    code, _ = send(play, stderr=request.getfixturevalue(where))
    assert code == 0
    assert states(play) == ALL


@pytest.mark.parametrize("where", ["full", "gone"])
def test_a_document_that_cannot_be_written_costs_nothing_but_the_document(play, where, request):
    code, _ = send(play, "--json", stdout=request.getfixturevalue(where))
    assert code == (1 if where == "full" else 0)
    assert states(play) == ALL


@pytest.mark.parametrize(("closed", "code", "left"), [("1", 1, {}), ("2", 0, ALL), ("0", 0, ALL)])
def test_what_the_shell_has_closed(play, closed, code, left):
    words = ["bash", "-c", f"exec {' '.join(SEND)} {closed}>&-"]
    environ = environment(CAMPAIGN_NOW=play.clock.now().isoformat())
    done = subprocess.run(words, cwd=play.folder, env=environ, capture_output=True, check=False, timeout=60)
    assert done.returncode == code, done.stderr
    assert states(play) == left


def test_a_table_may_be_tried_out_on_those_who_are_named(play):
    """B05."""
    named = {"CAMPAIGN_ONLY_TO": "@chipy.example", "CAMPAIGN_NOW": play.clock.now().isoformat()}
    done = campaign(play.folder, *SEND[1:-1], "1", **named)
    assert done.returncode == 0, done.stderr
    assert "kept here, as CAMPAIGN_ONLY_TO does not name whom they are for: 2 letters" in done.stderr
    assert states(play) == {"chipy": State.ACCEPTED}


# It is told to stop


TAKEN = Verdict(Outcome.ACCEPTED, Phase.DOT, 250, "", "ok")
UNKNOWN = Verdict(Outcome.REFUSED, Phase.RCPT, 550, "5.1.1", "nobody of that name")


def during_each_letter(play, do, verdict=TAKEN):
    """The world with a post office that has a verdict on every letter, and does something with it in hand."""

    class Office:
        room = 1

        async def deliver(self, letter, permit):
            do()
            return verdict

    @asynccontextmanager
    async def opened(_settings):
        yield Office()

    return replace(play.world, post_office=opened)


def type_in(world, play, *words):
    """The same command in this very process; its exit code and its output."""
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard):
        code = run(cli, ["-C", str(play.folder), *SEND[1:], *words], world)
    return code, heard.getvalue()


def sent(play):
    with play.ledger() as ledger:
        return [delivery.state for delivery in ledger.deliveries().values()]


@contextlib.contextmanager
def heard_by(number, handler):
    """How a signal is heard: a test that runs in the background may have been made deaf to Ctrl-C."""
    before = signal.signal(number, handler)
    try:
        yield
        assert signal.getsignal(number) is handler
    finally:
        signal.signal(number, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_stop_it_finishes_the_letter_in_hand(play, number, capsys):
    with heard_by(number, signal.SIG_DFL):
        code, _ = type_in(during_each_letter(play, lambda: os.kill(os.getpid(), number)), play)
    assert code == 1
    said = capsys.readouterr().err
    assert "the run stopped early: you asked to stop" in said
    assert "nothing is lost; campaign send hello goes on" in said
    assert "mended" not in said
    assert sent(play) == [State.ACCEPTED]


def test_a_window_that_may_be_closed_stops_nothing(play):
    """As `nohup` starts it."""
    with heard_by(signal.SIGHUP, signal.SIG_IGN):
        code, _ = type_in(during_each_letter(play, lambda: os.kill(os.getpid(), signal.SIGHUP)), play)
    assert code == 0
    assert sent(play) == [State.ACCEPTED] * 3


def test_who_leaves_before_the_first_refusal_gets_no_further_letters(play):
    reads, writes = os.pipe()
    world = during_each_letter(play, lambda: os.close(reads), UNKNOWN)
    with os.fdopen(writes, "w", encoding="utf-8") as err, contextlib.redirect_stderr(err):
        code, _ = type_in(world, play)
    assert code == 1
    assert sent(play) == [State.REFUSED]


# It breaks off


def test_a_run_that_breaks_off_says_how_many_letters_had_left(play, capsys):
    tried = []

    def fail():
        tried.append(1)
        if len(tried) == 2:
            raise CampaignError("the disk is full", fix="make room on the disk")

    code, _ = type_in(during_each_letter(play, fail), play)
    said = capsys.readouterr().err
    assert code == 1
    assert said.index("1 of 3 letters is known to have left") < said.index("the disk is full")


def test_before_the_first_letter_it_says_that_none_had_left(play):
    play.post.stop()
    assert (
        "none of 3 letters is known to have left"
        in play.run("send", "hello", "--confirm", "3", code=69).stderr
    )


def test_a_ledger_that_cannot_be_closed_costs_no_word_of_what_was_done(play, monkeypatch, capsys):
    close = Ledger.close

    def full(ledger):
        close(ledger)
        raise CampaignError("the disk is full")

    monkeypatch.setattr(Ledger, "close", full)
    code, out = type_in(during_each_letter(play, lambda: None), play, "--json")
    monkeypatch.undo()
    assert code == 1
    assert json.loads(out)["sums"]["outcomes"] == {"accepted": 3}
    said = capsys.readouterr().err
    assert said.index("3 letters sent") < said.index("the disk is full")


def test_letters_kept_back_for_one_reason_are_named_up_to_five_and_then_counted(capsys):
    letters = [LetterId("hello", f"g{number}", "hello") for number in range(11)]
    alike = [(letter, "it is accepted already") for letter in letters[:6]]
    report(Run((), (*alike, *((letter, "she phoned") for letter in letters[6:]))), 11, "hello")
    said = capsys.readouterr().err
    assert "kept back 6 letters, each for the same reason: it is accepted already" in said
    assert "hello/g5/hello" not in said
    assert said.count(": she phoned") == 5


# A program is listening


def told(play, *words, code=0):
    """The one document on stdout."""
    return json.loads(play.run("send", "hello", "--json", *words, code=code).stdout)


def test_a_program_gets_each_letter_with_what_became_of_it(play):
    document = told(play, "--confirm", "3")
    assert document["listing"] == "send"
    rows = [(row["letter"], row["to"], row["outcome"], row["code"]) for row in document["rows"]]
    assert rows == [
        ("hello/chipy/hello", "robin@chipy.example", "accepted", 250),
        ("hello/sf-python/hello", "noor@sfpython.example", "refused", 550),
        ("hello/oslo-python/hello", "ingrid@oslopython.example", "accepted", 250),
    ]
    assert document["rows"][1]["words"] == "5.1.1 Nobody of that name here"
    assert document["sums"] == {
        "due": 3,
        "dry_run": False,
        "test": False,
        "outcomes": {"accepted": 2, "refused": 1},
        "paused": "",
        "next_turn": None,
    }
    assert [row["letter"] for row in told(play, "--confirm", "1")["rows"]] == ["hello/sf-python/hello~2"]
    assert told(play)["rows"] == []


def test_in_a_dry_run_it_gets_the_letters_that_are_due(play):
    document = told(play, "--dry-run")
    assert [row["outcome"] for row in document["rows"]] == [None, None, None]
    assert document["sums"]["dry_run"] is True
    assert states(play) == {}


def test_without_the_right_number_it_gets_no_document(play):
    assert play.run("send", "hello", "--json", "--confirm", "2", code=2).stdout == ""
    assert states(play) == {}


def test_what_was_not_tried_has_no_outcome(play):
    _, out = type_in(during_each_letter(play, lambda: os.kill(os.getpid(), signal.SIGTERM)), play, "--json")
    document = json.loads(out)
    assert [row["outcome"] for row in document["rows"]] == ["accepted", None, None]
    assert document["sums"]["paused"] == "you asked to stop"
