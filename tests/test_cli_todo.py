"""`campaign todo` and `campaign done` as they are typed: what is listed, what leaves it, how it looks."""

import json
import re
from datetime import timedelta

import pytest
from stage import stage
from terminal import on_a_terminal

from mailer.rehearsal import Habit, Person

HOSTILE = "\x1b]0;owned\x07\x1b[31m\x9b2J\u202eevil"
PEOPLE = (
    Person("robin@chipy.example", Habit.ANSWERS, name="Robin", words="Yes, gladly!\n\nRobin"),
    Person("noor@sfpython.example", Habit.BOUNCES),
    Person("team@sfpython.example", Habit.UNKNOWN),
    Person(
        "ingrid@oslopython.example",
        Habit.ANSWERS,
        name="Ingrid",
        words="Tell me more about it, please: what would it cost us, and who brings the tasks along?",
    ),
)


@pytest.fixture
def play(tmp_path):
    with stage(tmp_path / "w", PEOPLE) as made:
        yield made


@pytest.fixture
def monday(play):
    """Letters went out, answers and a bounce came back, and were read."""
    play.run("send", "hello", "--confirm", "3")
    play.clock.move_on(timedelta(days=3))
    play.run("send", "hello", "--confirm", "1")
    return play


def listed(play, *words):
    """What is on the list: (urgency, subject)."""
    rows = json.loads(play.run("todo", "--json", *words).stdout)["rows"]
    return [(row["urgency"], row["subject"]) for row in rows]


def test_in_a_new_workspace_nothing_needs_her(play):
    done = play.run("todo")
    assert done.stdout == ""
    assert "nothing needs you" in done.stderr
    assert "campaign send hello --dry-run" in done.stderr
    assert listed(play) == []


def test_the_list_is_read_without_the_network_and_changes_nothing(monday):
    monday.post.stop()
    ledger = monday.workspace.ledger_folder
    before = {path: path.read_bytes() for path in ledger.rglob("*") if path.is_file()}
    said = monday.run("todo").stdout
    for words in ("2 replies", "chipy", "3 days", "Robin", "Yes, gladly!", "1 group without an address"):
        assert words in said
    assert {path: path.read_bytes() for path in ledger.rglob("*") if path.is_file()} == before


def test_while_nothing_may_leave_every_command_that_speaks_of_letters_says_so(play):
    play.run("send", "hello", "--confirm", "3")
    play.clock.move_on(timedelta(days=8))
    assert "STOP" not in play.run("todo").stderr + play.run("status").stdout + play.run("doctor").stdout
    play.write("campaigns/STOP", "wait for Ann\n")
    said = "campaigns/STOP is there: wait for Ann, and no letter leaves"
    assert said in play.run("todo").stderr
    status = play.run("status", "hello")
    assert said in status.stderr
    assert "next: campaign send" not in status.stdout
    doctor = json.loads(play.run("doctor", "--json").stdout)["rows"]
    [sign] = [row for row in doctor if row["what"] == "STOP"]
    assert (sign["grade"], sign["fix"][:18]) == ("attention", "rm campaigns/STOP ")


def test_every_command_on_the_list_can_be_typed(monday):
    for command in re.findall(r"campaign (show|done) ([0-9a-f]{6})", monday.run("todo").stdout):
        monday.run(*command)
    assert listed(monday) == [("group without an address", "sf-python")]


def test_done_takes_a_message_or_all_of_a_group_off_the_list_and_undo_puts_it_back(monday):
    everything = listed(monday)
    assert everything[:2] == [("reply", "chipy"), ("reply", "oslo-python")]
    said = monday.run("done", "chipy", "--because", "we have a date").stderr
    assert "of Robin" in said
    assert listed(monday) == everything[1:]
    given = json.loads(monday.run("undo", "--json").stdout)["rows"]
    assert [(row["id"], row["kind"], row["because"]) for row in given] == [("o1", "done", "we have a date")]
    assert "done" in monday.run("undo").stdout
    monday.run("undo", "o1")
    assert listed(monday) == everything
    assert json.loads(monday.run("undo", "--json").stdout)["rows"] == []


def test_a_newer_reply_puts_the_group_on_the_list_again(monday):
    monday.run("done", "chipy")
    with monday.ledger() as ledger:
        message_id = ledger.deliveries()["hello/chipy/hello"].message_id
    head = f"From: robin@chipy.example\r\nIn-Reply-To: {message_id}\r\nSubject: Re: Hello\r\n"
    monday.post.inject(f"{head}\r\nOne more thing: which day?\r\n".encode())
    monday.run("replies")
    assert ("reply", "chipy") in listed(monday)
    assert "which day?" in monday.run("todo").stdout


@pytest.mark.parametrize(
    ("whom", "fix"),
    [
        ("chpiy", "did you mean chipy?"),
        ("Chipy", "did you mean chipy?"),
        ("ffffff", "campaign todo"),
        ("a", "campaign todo"),
    ],
)
def test_done_with_nothing_is_refused(monday, whom, fix):
    assert fix in monday.run("done", whom, code=2).stderr


def test_done_twice_is_refused(monday):
    monday.run("done", "chipy")
    assert "chipy is already done (o1)" in monday.run("done", "chipy", code=2).stderr


def test_done_changes_nothing_about_who_is_written_to(monday):
    monday.run("done", "chipy")
    monday.clock.move_on(timedelta(days=30))
    assert "no letter is due now" in monday.run("send", "hello").stdout


def test_mistakes_are_on_the_list_and_do_not_hide_it(monday):
    monday.write("templates/again.md", "{{ nmae }}")
    assert ("mistake", "templates/again.md") in listed(monday)
    assert ("reply", "chipy") in listed(monday)
    assert "campaign check" in monday.run("todo").stdout


def test_one_campaign_may_be_asked_for(monday):
    monday.write("campaigns/other.toml", '[[steps]]\ntemplate = "hello"\n')
    assert listed(monday, "other") == [
        ("group without an address", "sf-python"),
        ("campaign with letters due", "other"),
    ]
    assert ("campaign with letters due", "other") not in listed(monday)
    assert "did you mean hello?" in monday.run("todo", "helo", code=2).stderr


@pytest.mark.parametrize("width", [80, 100])
def test_an_entry_takes_two_lines_and_no_more_than_the_screen(monday, width):
    done = monday.run("todo", width=width)
    entries = [line for line in done.stdout.splitlines() if line.startswith("  ")]
    assert len(entries) == 2 * len(listed(monday))
    assert max(map(len, (done.stdout + done.stderr).splitlines())) <= width


def test_in_a_pipe_ids_addresses_and_commands_are_whole_however_narrow_it_is(monday):
    said = monday.run("todo", width=40).stdout
    for words in (
        "team@sfpython.example",
        "oslo-python",
        "correct row 4 of campaigns/groups.csv, then: campaign send hello",
    ):
        assert words in said


def test_what_strangers_write_reaches_no_screen_raw(monday):
    with monday.ledger() as ledger:
        message_id = ledger.deliveries()["hello/chipy/hello"].message_id
    head = f"From: {HOSTILE} <robin@chipy.example>\r\nIn-Reply-To: {message_id}\r\nSubject: {HOSTILE}\r\n"
    body = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{HOSTILE} {'long ' * 2000}\r\n"
    monday.post.inject(f"{head}{body}".encode())
    monday.run("replies")
    for done in (monday.run("todo"), monday.run("todo", "--json"), monday.run("done", "chipy")):
        for character in done.stdout + done.stderr:
            assert character == "\n" or character.isprintable(), repr(character)


def test_what_is_read_after_an_order_is_on_the_list_however_early_it_came(play):
    play.run("send", "hello", "--confirm", "3")
    play.clock.move_on(timedelta(days=3))
    play.run("answered", "chipy", "--because", "she phoned")
    play.clock.move_on(timedelta(minutes=5))
    play.run("replies")
    assert ("reply", "chipy") in listed(play)
    play.run("answered", "chipy", "--because", "she phoned again")
    assert ("reply", "chipy") not in listed(play)


def test_a_decision_about_a_message_is_called_as_it_was_when_it_was_taken(monday):
    taken = monday.run("done", "oslo-python").stderr
    named = re.search(r"the message \w{6} of Ingrid", taken)[0]
    assert "to take it back: campaign undo o1" in taken
    shown = monday.run("undo")
    assert named in " ".join(shown.stdout.split())
    assert "to take one back: campaign undo o1" in shown.stderr
    assert f"taken back: done {named}" in monday.run("undo", "o1").stderr


def test_a_narrow_terminal_breaks_what_to_type_between_words_only(monday):
    now = monday.clock.now().isoformat()
    shown = on_a_terminal(monday.folder, "todo", width=40, NO_COLOR="1", CAMPAIGN_NOW=now, TERM="dumb")
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in shown.splitlines()]
    start = next(number for number, line in enumerate(lines) if "campaign show" in line)
    assert all(line.startswith("    ") and len(line) <= 40 for line in lines[start : start + 2])
    step = " ".join(line.strip() for line in lines[start : start + 2])
    assert re.fullmatch(r"campaign show \w{6}, answer it, then: campaign done \w{6}", step)
