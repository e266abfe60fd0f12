"""The whole story, through the installed command, against the embedded servers."""

import json
import re
from datetime import timedelta

from stage import campaign, stage
from test_readme import TUTORIAL

from mailer.cli import cli
from mailer.rehearsal import Habit

PEOPLE = [
    ("robin@chipy.example", Habit.COLLEAGUE, timedelta(hours=5)),
    ("noor@sfpython.example", Habit.BOUNCES, timedelta(minutes=1)),
    ("team@sfpython.example", Habit.SILENT),
    ("ingrid@oslopython.example", Habit.AWAY, timedelta(minutes=1)),
]


def state(play):
    """Every byte of the ledger's documents and mails."""
    folder = play.workspace.ledger_folder
    return {p.name: p.read_bytes() for p in folder.rglob("*") if p.suffix in {".json", ".jsonl", ".mails"}}


def sent_to(play):
    return [posted.to[0] for posted in play.post.letters]


def test_from_a_new_campaign_to_its_follow_ups(tmp_path):
    with stage(tmp_path / "w", PEOPLE) as play:
        # A new campaign, and what is wrong with it.
        play.run("new", "sprint")
        play.write("templates/sprint.md", "Subject: A sprint\n\nHi {{ greting }}!\n")
        done = play.run("check", "sprint", code=65)
        assert "templates/sprint.md" in done.stdout
        assert "greeting" in done.stdout
        assert "1 mistake" in done.stderr
        play.run("send", "sprint", "--confirm", "4", code=65)
        play.write("templates/sprint.md", "Subject: A sprint\n\nHi {{ greeting }}!\n")
        assert "all is in order" in play.run("check", "sprint").stderr

        # What would leave.
        shown = play.run("preview", "hello", "--group", "chipy", "--step", "hello").stdout
        assert "To: Robin <robin@chipy.example>" in shown
        assert "Subject: Hello ChiPy" in shown
        assert "Dear Robin," in shown
        dry = play.run("send", "hello", "--dry-run")
        assert "nothing was sent" in dry.stderr
        assert sent_to(play) == []

        # Sending asks for the very number.
        assert "nothing was sent" in play.run("send", "hello", code=2).stderr
        assert "nothing was sent" in play.run("send", "hello", "--confirm", "4", code=2).stderr
        play.run("send", "hello", "--confirm", "3")
        assert sent_to(play) == ["robin@chipy.example", "noor@sfpython.example", "ingrid@oslopython.example"]

        # A rerun sends nothing.
        assert "no letter is due now" in play.run("send", "hello").stdout
        assert len(play.post.letters) == 3

        # What came back; reading again changes nothing.
        play.clock.move_on(timedelta(days=1))
        told = play.run("replies")
        for word in ("chipy", "human", "bounce-hard", "out-of-office"):
            assert word in told.stdout
        assert "3 messages new" in told.stderr
        before = state(play)
        assert "0 messages new" in play.run("replies").stderr
        assert state(play) == before

        # The next rung of the ladder is due at once, follow-ups after their week.
        play.run("send", "hello", "--confirm", "1")
        assert sent_to(play)[3:] == ["team@sfpython.example"]
        play.clock.move_on(timedelta(days=7, hours=1))
        play.run("send", "hello", "--confirm", "1")
        assert sent_to(play)[4:] == ["team@sfpython.example"]

        # Chipy was answered by a colleague whom nobody knows; Oslo is away. Neither got a follow-up.
        status = play.run("status", "hello").stdout
        assert "1 of 3 groups contacted answered" in status
        for part in ("1 answered", "1 away", "1 silent"):
            assert part in status


def test_with_the_mailbox_unreachable_no_follow_up_leaves(tmp_path):
    with stage(tmp_path / "w") as play:
        play.run("send", "hello", "--confirm", "3")
        play.clock.move_on(timedelta(days=8))
        settings = (play.folder / "campaigns/settings.toml").read_text()
        play.write("campaigns/settings.toml", settings.replace(f"port = {play.post.imap_port}", "port = 9"))
        done = play.run("send", "hello", code=75)
        assert "no follow-up leaves" in done.stderr
        assert "3  due, but not in this run" in done.stdout
        done = play.run("send", "hello", "--confirm", "3", code=2)
        assert "0 letters would leave, not 3; nothing was sent" in done.stderr
        assert len(play.post.letters) == 3
        play.write("campaigns/settings.toml", settings)
        play.run("send", "hello", "--confirm", "3")
        assert len(play.post.letters) == 6


def test_what_reached_her_in_other_ways_counts(tmp_path):
    with stage(tmp_path / "w") as play:
        play.run("send", "hello", "--confirm", "3")
        play.run("answered", "chipy", "--because", "Robin phoned")
        play.run("hold", "ingrid@oslopython.example", "--until", "2 weeks", "--because", "their conference")
        play.run("stop", "sf-python", "--because", "they asked at the fair")
        play.clock.move_on(timedelta(days=8))
        done = play.run("send", "hello")
        assert "no letter is due now" in done.stdout
        for reason in ("1  answered", "1  on hold", "1  stopped"):
            assert reason in done.stdout
        listed = play.run("undo").stdout
        assert "Robin phoned" in listed
        play.run("undo", "o1")
        play.run("send", "hello", "--confirm", "1")
        assert sent_to(play)[3:] == ["robin@chipy.example"]


def test_limit_and_only_choose_and_the_rest_stays_due(tmp_path):
    with stage(tmp_path / "w") as play:
        play.run("send", "hello", "--only", "oslo-python", "--confirm", "1")
        play.run("send", "hello", "--limit", "1", "--confirm", "1")
        assert sent_to(play) == ["ingrid@oslopython.example", "robin@chipy.example"]
        assert "boston-pythn" in play.run("send", "hello", "--only", "boston-pythn", code=2).stderr
        play.run("send", "hello", "--confirm", "1")
        assert len(play.post.letters) == 3


def test_one_message_is_shown_with_what_it_was_taken_for(tmp_path):
    with stage(tmp_path / "w", PEOPLE) as play:
        play.run("send", "hello", "--confirm", "3")
        play.clock.move_on(timedelta(days=1))
        listed = play.run("replies").stdout
        [row] = [line for line in listed.splitlines() if "human" in line]
        shown = play.run("show", row.split()[0]).stdout
        assert "hello/chipy/hello" in shown
        assert "human" in shown
        raw = play.run("show", row.split()[0], "--raw").stdout
        assert "Message-ID" in raw
        assert "campaign replies --all" in play.run("show", "ffffff", code=2).stderr


def test_each_command_starts_by_itself(tmp_path):
    """Where nothing is imported beforehand, as it is for a fork. (README's ten minutes are the others.)"""
    noor = "noor@sfpython.example"
    with stage(tmp_path / "w", PEOPLE) as play:
        play.run("send", "hello", "--only", "oslo-python", "--confirm", "1")
        died = campaign(
            play.folder,
            *("send", "hello", "--only", "chipy", "--confirm", "1"),
            CAMPAIGN_NOW=play.clock.now().isoformat(),
            CAMPAIGN_FAILPOINT="smtp.after_reply:kill",
        )
        assert died.returncode == -9
        play.installed = True
        play.run("resolve", "chipy", "--sent", "--because", "it is in Sent")
        play.clock.move_on(timedelta(days=1))
        play.run("replies")
        [away] = json.loads(play.run("replies", "--all", "--json").stdout)["rows"][:1]
        assert "Subject" in play.run("show", away["id"], "--raw").stdout
        assert "chipy" in play.run("todo").stdout
        assert "its organizers" in play.run("why", "chipy").stdout
        assert "nothing to look through" in play.run("review", "--list").stderr
        play.run("done", "chipy", "--because", "we have a date")
        play.run("stop", noor, "--because", "she asked")
        table = (play.folder / "campaigns/groups.csv").read_text("utf-8")
        play.write("campaigns/groups.csv", table.replace("Noor", "Kim").replace("noor", "kim"))
        play.run("forget", noor, "--confirm", noor)
        assert "_CAMPAIGN_COMPLETE" in play.run("completion", "bash").stdout
        assert "unrelated" in play.run("classify", "campaigns/groups.csv").stdout
        play.run("init", "another")
        assert "nothing is wrong" in play.run("doctor").stderr
        assert "oauth" in play.run("login", code=2).stderr
        play.run("logout", code=2)
    started = {"resolve", "replies", "show", "todo", "done", "stop", "forget", "completion", "init", "demo"}
    started |= {"doctor", "login", "logout", "why", "review", "classify"}
    assert started | set(re.findall(r"^\$ campaign (\w+)", TUTORIAL, re.MULTILINE)) == set(cli.commands)
