"""Wherever the output goes: pipes, full disks, closed streams, narrow and old terminals, nobody there."""

import json
import os
import re
import subprocess
from datetime import timedelta

import pytest
from stage import environment, shell, stage
from terminal import on_a_terminal

from mailer.rehearsal import Habit

READING = {
    "list": "list",
    "status": "status hello",
    "check": "check",
    "preview": "preview hello --step again",
    "preview-html": "preview hello --step again --html",
    "preview-raw": "preview hello --step again --raw",
    "replies": "replies --all",
    "show": "show ID",
    "show-raw": "show ID --raw",
    "list-json": "list --json",
    "status-json": "status --json",
    "check-json": "check --json",
    "preview-json": "preview hello --json --step again",
    "replies-json": "replies --all --json",
    "show-json": "show ID --json",
    "undo": "undo",
    "completion": "completion bash",
}
"""Commands that print data, and change nothing."""

SOME = ["list", "status hello", "preview hello --step again --raw", "replies --all --json", "show ID"]
"""One of them for each way in which data is printed."""

LONG = "a-group-whose-name-is-as-long-as-names-may-become-in-this-place"


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A campaign that is under way: letters out, an answer in, a decision made, a warning to print."""
    people = [("robin@chipy.example", Habit.ANSWERS, timedelta(minutes=1))]
    with stage(tmp_path_factory.mktemp("paper") / "w", people) as play:
        table = (play.folder / "campaigns/groups.csv").read_text()
        play.write("campaigns/groups.csv", table + f"{LONG},Long,Ada,Ada,ada@{LONG}.example,5,research,Ulm\n")
        play.write("templates/later.md", "Subject: x\n\nDear {{ greeting }},\n\nWarmly,\nFay\n")
        play.run("send", "hello", "--confirm", "4")
        play.run("hold", "oslo-python", "--until", "2 weeks", "--because", "a conference")
        play.clock.move_on(timedelta(minutes=2))
        play.run("replies")
        [row] = json.loads(play.run("replies", "--all", "--json").stdout)["rows"]
        yield play, row["id"]


def told(begun, command, ending, **more):
    """Run a command in a shell that does with its streams what `ending` says."""
    play, some_id = begun
    line = f"campaign {command.replace('ID', some_id)} {ending}"
    moment = play.clock.now().isoformat()
    return shell(play.folder, "bash", "-c", f"set -o pipefail; {line}", CAMPAIGN_NOW=moment, **more)


def no_fault(done):
    for word in ("Traceback", "Exception", "fault of the program"):
        assert word not in done.stderr, done.stderr


def bounded(commands):
    """All of them in the full sweep, else one for each way in which data is printed."""
    return [pytest.param(each, marks=[] if each in SOME else pytest.mark.full) for each in commands]


@pytest.mark.parametrize(("ending", "why"), [(">/dev/full", "No space left"), (">&-", "closed it")])
@pytest.mark.parametrize("command", bounded(READING.values()))
def test_what_cannot_be_written_is_said_in_one_sentence(begun, command, ending, why):
    done = told(begun, command, ending)
    no_fault(done)
    assert done.returncode == 1
    assert re.search(
        rf"^campaign: nothing can be written to the standard output: .*{why}", done.stderr, re.MULTILINE
    )


@pytest.mark.parametrize("command", ["--help", "--version", "send --help"])
def test_help_that_cannot_be_written_is_no_fault_either(begun, command):
    done = told(begun, command, ">/dev/full")
    no_fault(done)
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert told(begun, command, ">&-").stderr == ""


@pytest.mark.parametrize("command", SOME)
def test_whoever_has_read_enough_is_no_error(begun, command):
    done = told(begun, command, "| head -c 1", PYTHONUNBUFFERED="1")
    no_fault(done)
    assert done.returncode == 0
    assert done.stdout
    assert "campaign: " not in done.stderr


@pytest.mark.parametrize("ending", ["2>/dev/full", "2>&-", "2>&1 >/dev/null | head -c 0", "<&-", "<&- 2>&-"])
@pytest.mark.parametrize("command", ["check", "replies --all"])
def test_nothing_is_lost_for_want_of_a_listener_or_a_keyboard(begun, command, ending):
    done = told(begun, command, ending)
    no_fault(done)
    assert done.returncode == 0
    if ">/dev/null" not in ending:
        assert done.stdout == told(begun, command, "2>/dev/null").stdout


@pytest.mark.parametrize(
    "ending", ["2>/dev/full", "2>&-", "2> >(head -c 0)", "<&- >&- 2>&-", ">/dev/full", "| true"]
)
def test_sending_keeps_its_books_whatever_becomes_of_the_screen(tmp_path, ending):
    with stage(tmp_path / "w") as play:
        told((play, ""), "send hello --confirm 3", ending)
        with play.ledger() as ledger:
            assert len(ledger.deliveries()) == len(play.post.letters)
            assert {delivery.state for delivery in ledger.deliveries().values()} <= {"accepted"}
        if ending.startswith("2>"):
            assert len(play.post.letters) == 3
        again = play.run("send", "hello", "--dry-run")
        assert f"{3 - len(play.post.letters)} letters due now" in again.stdout or len(play.post.letters) == 3


def test_a_program_that_gives_the_password_can_talk_where_nobody_listens(tmp_path):
    with stage(tmp_path / "w") as play:
        settings = (play.folder / "campaigns/settings.toml").read_text()
        asks = '["sh", "-c", "echo stray >&2 && printf rehearsal"]'
        play.write("campaigns/settings.toml", settings.replace('["printf", "rehearsal"]', asks))
        told((play, ""), "send hello --confirm 3", "<&- 2>&-")
        assert len(play.post.letters) == 3
        kept = b"".join(p.read_bytes() for p in play.workspace.ledger_folder.rglob("*") if p.is_file())
        assert b"stray" not in kept


def test_nobody_is_asked_where_nobody_is(tmp_path):
    with stage(tmp_path / "w") as play:
        for ending in ("</dev/null", "<&-", "< <(echo 3)"):
            done = told((play, ""), "send hello", ending)
            no_fault(done)
            assert done.returncode == 2
            assert "--confirm 3" in done.stderr
        assert play.post.letters == ()


@pytest.mark.parametrize("command", ["status hello", "check", "replies --all", "show ID", "undo"])
def test_old_paper_gets_plain_signs(begun, command):
    done = told(begun, command, "", PYTHONIOENCODING="ascii", LC_ALL="C")
    no_fault(done)
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert done.stderr.isascii()


def test_the_picture_is_told_apart_in_ascii(begun):
    shown = told(begun, "status hello", "", PYTHONIOENCODING="ascii").stdout
    assert re.search(r"^  #+~*\.+", shown, re.MULTILINE)
    assert re.search(r"# 1 answered   \. \d silent", shown)


@pytest.mark.parametrize(
    "command", ["list", "status hello", "check", "replies --all", "undo", "send hello -n"]
)
def test_a_pipe_gets_plain_lines(begun, command):
    done = told(begun, command, "")
    assert "\x1b" not in done.stdout + done.stderr
    assert all(line == line.rstrip() for line in (done.stdout + done.stderr).splitlines())


@pytest.mark.parametrize("columns", ["20", "100"])
def test_what_is_piped_is_whole_however_narrow_the_screen(begun, columns):
    def piped(command):
        return told(begun, command, "", COLUMNS=columns).stdout

    assert "…" not in piped("list") + piped("status hello")
    assert re.search(
        r"^[0-9a-f]{6}  chipy  human          robin@chipy.example$", piped("replies --all"), re.MULTILINE
    )
    assert re.search(r"oslo-python +15 Jun 2026 +a conference$", piped("undo"), re.MULTILINE)
    letters = piped("preview hello --step again")
    assert f"To: Ada <ada@{LONG}.example>\n" in letters
    assert f"hello/{LONG}/again ─" in letters


def test_a_letter_is_printed_line_by_line_as_it_will_leave(tmp_path):
    with stage(tmp_path / "w") as play:
        long = "as long as it wants to be " * 10
        play.write(
            "templates/hello.md", f"Subject: Hello\n\nDear {{{{ greeting }}}}\n\n```\n{long}end\n```\n"
        )
        text = json.loads(play.run("preview", "hello", "--json").stdout)["rows"][0]["text"]
        assert long in text
        assert text in play.run("preview", "hello", width=40).stdout


@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize(
    "command", ["list", "status hello", "check", "replies --all", "undo", "send hello -n"]
)
def test_a_terminal_shows_nothing_beyond_its_edge(begun, command, width):
    play, _ = begun
    heard = on_a_terminal(
        play.folder, *command.split(), width=width, CAMPAIGN_NOW=play.clock.now().isoformat(), NO_COLOR="1"
    )
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", heard).splitlines()
    assert lines
    assert max(map(len, lines)) <= width


def test_a_narrow_terminal_gets_paragraphs_instead_of_squeezed_tables(begun):
    play, _ = begun
    heard = on_a_terminal(
        play.folder, "list", width=40, NO_COLOR="1", CAMPAIGN_NOW=play.clock.now().isoformat()
    )
    shown = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", heard).split())
    assert shown.startswith("hello steps 2 audience 4 contacted 4 answered 1")
    assert "…" not in shown


@pytest.mark.parametrize("quiet", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_plain_text_can_be_asked_for(begun, quiet):
    play, some_id = begun
    for command in ("status hello", "check", f"show {some_id}"):
        heard = on_a_terminal(
            play.folder, *command.split(), CAMPAIGN_NOW=play.clock.now().isoformat(), **quiet
        )
        assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", heard)


def test_a_dumb_terminal_has_the_columns_it_says(begun):
    play, _ = begun
    heard = on_a_terminal(
        play.folder, "check", TERM="dumb", COLUMNS="50", CAMPAIGN_NOW=play.clock.now().isoformat()
    )
    assert max(map(len, heard.splitlines())) <= 50


def test_output_and_talk_stand_in_order_in_one_pipe(begun):
    lines = told(begun, "replies --all", "2>&1").stdout.splitlines()
    assert lines[-1].startswith("next: ")
    assert re.match(r"[0-9a-f]{6}  chipy", lines[0])


def test_without_an_environment_it_still_prints(begun):
    play, _ = begun
    bare = {name: value for name, value in environment().items() if name in {"PATH", "HOME"}}
    done = subprocess.run(["campaign", "status"], cwd=play.folder, env=bare, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert os.linesep.encode() in done.stdout
