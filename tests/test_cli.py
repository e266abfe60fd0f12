"""Manners of the command line: sentences instead of tracebacks, exit codes, clean screens, a quick start."""

import re
import subprocess
import sys

import pytest
from stage import START, campaign, environment, shell, stage
from terminal import on_a_terminal

from mailer.cli.session import Session
from mailer.ledger import create

HOSTILE = "\x1b]0;owned\x07\x1b[31m\x9b2J\u202eevil\u2066\r\x00"


@pytest.fixture
def play(tmp_path):
    with stage(tmp_path / "w") as made:
        yield made


def said(done):
    return " ".join((done.stdout + done.stderr).split())


# What is missing gets one sentence and what to type next


def test_outside_a_workspace(tmp_path):
    done = campaign(tmp_path, "status")
    assert done.returncode == 78
    assert "campaign init" in done.stderr


def test_an_account_without_a_name_gives_orders_all_the_same(play, monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 4_242_424_242)
    assert Session(play.workspace, play.world).person == "somebody"


def test_without_a_ledger(play):
    for path in sorted(play.workspace.ledger_folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    play.workspace.ledger_folder.rmdir()
    done = play.run("send", "hello", "--confirm", "3", code=78)
    assert "ledger" in done.stderr
    assert play.post.letters == ()
    assert "what was sent before is not known, as the ledger cannot be read" in said(play.run("check"))


def test_without_a_ledger_from_the_beginning(play):
    for path in sorted(play.workspace.ledger_folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    play.workspace.ledger_folder.rmdir()
    play.workspace.ledger_id_file.unlink()
    done = play.run("send", "hello", "--confirm", "3", code=78)
    assert "campaign init" in done.stderr
    assert "what was sent before" not in said(play.run("check"))


def test_without_a_server(play):
    play.post.stop()
    done = play.run("send", "hello", "--confirm", "3", code=69)
    assert "nobody answers at 127.0.0.1" in done.stderr


def test_without_a_password(play):
    settings = (play.folder / "campaigns/settings.toml").read_text()
    play.write("campaigns/settings.toml", re.sub("password_cmd.*", "", settings))
    done = play.run("send", "hello", "--confirm", "3", code=78)
    assert "password_cmd" in said(done)
    assert play.post.letters == ()


def test_with_a_wrong_password_nobody_is_marked(play):
    settings = (play.folder / "campaigns/settings.toml").read_text()
    play.write("campaigns/settings.toml", settings.replace('"rehearsal"', '"canary-3f9a"'))
    done = play.run("send", "hello", "--confirm", "3", code=77)
    assert "canary-3f9a" not in done.stdout + done.stderr
    with play.ledger() as ledger:
        assert ledger.deliveries() == {}


def test_with_the_starters_example_settings_nothing_leaves(tmp_path):
    assert campaign(tmp_path, "init", "w").returncode == 0
    done = campaign(tmp_path / "w", "send", "initial-contact", "--confirm", "22")
    assert done.returncode == 78
    assert "smtp.host" in said(done)


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (["snd"], "send"),
        (["send", "helo"], "did you mean hello?"),
        (["preview", "hello", "--step", "agian"], "again"),
        (["preview", "hello", "--group", "chpiy"], "chipy"),
        (["answered", "chpiy", "--because", "x"], "did you mean chipy?"),
        (["hold", "Chipy", "--until", "monday", "--because", "x"], "did you mean chipy?"),
        (["hold", "CHIPPY", "--until", "monday", "--because", "x"], "did you mean chipy?"),
        (["preview", "hello", "--group", "Boston-Python"], "did you mean boston-python?"),
        (["hold", "chipy", "--until", "soon", "--because", "x"], "2026-09-01"),
        (["answered", "chipy"], "--because"),
    ],
)
def test_a_slip_of_the_keyboard_is_answered_with_the_nearest_word(play, words, fix):
    assert fix in said(play.run(*words, code=2))


# A workspace is begun once


def test_init_makes_a_workspace_and_never_a_second_ledger(tmp_path):
    assert campaign(tmp_path, "init", "w").returncode == 0
    assert (tmp_path / "w/templates/initial-contact.md").is_file()
    again = campaign(tmp_path, "init", "w")
    assert again.returncode == 78
    assert "Traceback" not in again.stderr


@pytest.mark.parametrize("place", ["journal.begun", "ledger.introduced"])
def test_init_that_was_killed_is_finished_by_the_next_and_no_other_says_so(tmp_path, place):
    assert campaign(tmp_path, "init", "w", CAMPAIGN_FAILPOINT=f"{place}:kill").returncode == -9
    said = " ".join(campaign(tmp_path / "w", "undo").stderr.split())
    assert "begun and not finished" in said
    assert "campaign init" in said
    journal = (tmp_path / "w/campaigns/ledger/journal.jsonl").read_bytes()
    assert campaign(tmp_path, "init", "w").returncode == 0
    assert (tmp_path / "w/campaigns/ledger/journal.jsonl").read_bytes() == journal
    assert "everything adds up" in campaign(tmp_path / "w", "audit").stdout


def test_a_ledger_that_was_used_is_given_no_name_by_init(tmp_path):
    campaign(tmp_path, "init", "w")
    folder = tmp_path / "w/campaigns/ledger"
    young = (folder / "journal.jsonl").read_bytes()
    campaign(tmp_path / "w", "stop", "a@x.example", "--because", "asked")
    (tmp_path / "w/campaigns/ledger-id").unlink()
    used = (folder / "journal.jsonl").read_bytes()
    # As it is now; and as it was before anything was in it, which is an older copy to this account.
    for content in (used, young, used[:200]):
        (folder / "journal.jsonl").write_bytes(content)
        assert campaign(tmp_path, "init", "w").returncode == 78
        assert not (tmp_path / "w/campaigns/ledger-id").exists()


def test_init_where_campaigns_stands_makes_only_the_ledger(tmp_path):
    assert campaign(tmp_path, "init", "w").returncode == 0
    (tmp_path / "copy").mkdir()
    for name in ("campaigns", "templates"):
        (tmp_path / "copy" / name).mkdir()
    (tmp_path / "copy/campaigns/groups.csv").write_text("group,email\na,a@x.example\n")
    assert campaign(tmp_path, "init", "copy").returncode == 0
    assert (tmp_path / "copy/campaigns/groups.csv").read_text() == "group,email\na,a@x.example\n"
    assert (tmp_path / "copy/campaigns/ledger-id").is_file()
    assert not (tmp_path / "copy/campaigns/settings.toml").exists()


# Screens


def test_what_strangers_write_reaches_no_screen_raw(play):
    play.run("send", "hello", "--confirm", "3")
    with play.ledger() as ledger:
        message_id = ledger.deliveries()["hello/chipy/hello"].message_id
    subject = HOSTILE.replace("\r", "").replace("\x00", "")
    raw = f"From: {subject} <robin@chipy.example>\r\nIn-Reply-To: {message_id}\r\nSubject: {subject}\r\n"
    raw += f"Content-Type: text/plain; charset=utf-8\r\n\r\nyes {HOSTILE} indeed\r\n"
    play.post.inject(raw.encode("utf-8", "surrogatepass"))
    listed = play.run("replies")
    shown = play.run("show", re.search(r"^[0-9a-f]{6}", listed.stdout, re.MULTILINE)[0])
    for done in (listed, shown, play.run("replies", "--all"), play.run("status")):
        for character in done.stdout + done.stderr:
            assert character == "\n" or character.isprintable(), repr(character)
            assert character not in "\u202e\u2066"


def test_a_hostile_cell_is_named_and_not_obeyed(play):
    table = (play.folder / "campaigns/groups.csv").read_text()
    play.write("campaigns/groups.csv", table.replace("Oslo Python", "Oslo\x1b]0;owned\x07Python"))
    done = play.run("check", code=65)
    assert "\x1b" not in done.stdout + done.stderr
    assert "groups.csv" in done.stdout
    play.run("send", "hello", "--confirm", "3", code=65)


@pytest.mark.parametrize("width", [80, 140])
def test_no_line_is_wider_than_the_screen(play, width):
    play.run("send", "hello", "--confirm", "3")
    for words in (["list"], ["status"], ["check"], ["replies"], ["undo"]):
        done = play.run(*words, width=width)
        assert max(map(len, (done.stdout + done.stderr).splitlines()), default=0) <= width


def terminal(play, *words, **more):
    """What a terminal shows at the clock's time."""
    return on_a_terminal(play.folder, *words, CAMPAIGN_NOW=play.clock.now().isoformat(), **more)


def test_on_a_terminal_there_is_colour_and_the_number_can_be_typed(play):
    heard = terminal(play, "send", "hello")
    assert "\x1b[" in heard
    assert "3 letters sent" in heard
    assert len(play.post.letters) == 3


def test_whoever_leaves_at_the_question_hears_that_nothing_was_sent(play):
    heard = terminal(play, "send", "hello", typed=b"\x04")  # Ctrl-D
    assert "stopped; nothing was sent" in heard
    assert play.post.letters == ()


def test_a_letter_that_cannot_be_previewed_because_it_was_sent_is_said_to_be(play):
    play.run("send", "hello", "--confirm", "3")
    shown = said(play.run("preview", "hello", "--group", "chipy", "--step", "hello"))
    assert "no letter is due of that kind" in shown
    assert "hello/chipy/hello was sent Mon 01 Jun 09:30" in shown


@pytest.mark.parametrize("quiet", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colour_can_be_switched_off(play, quiet):
    colour = re.compile(r"\x1b\[[0-9;]*3[0-7]m")
    assert colour.search(terminal(play, "send", "hello", "--dry-run"))
    assert not colour.search(terminal(play, "send", "hello", "--dry-run", **quiet))


def test_help_reads_as_an_introduction():
    done = subprocess.run(
        ["campaign", "--help"], env=environment(), capture_output=True, text=True, check=True
    )
    assert "campaign demo" in done.stdout
    assert "Send and read:" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_help_loads_no_heavy_library():
    code = "import sys; from mailer.cli import cli; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {
        "rich",
        "jinja2",
        "imapclient",
        "aiosmtplib",
        "tinydb",
        "markdown_it",
        "asyncio",
    }
    assert heavy & set(loaded) == set()


def test_each_shell_gets_its_completion(tmp_path):
    for name in ("bash", "zsh", "fish"):
        done = campaign(tmp_path, "completion", name)
        assert done.returncode == 0
        assert "_CAMPAIGN_COMPLETE" in done.stdout


def test_a_reader_who_has_enough_is_no_error(play):
    play.run("send", "hello", "--confirm", "3")
    command = "campaign preview hello --step again --raw | head -c 1; exit ${PIPESTATUS[0]}"
    done = shell(play.folder, "bash", "-c", command, CAMPAIGN_NOW=START.isoformat())
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


def test_a_pretended_time_is_heeded_on_loopback_only(tmp_path):
    with stage(tmp_path / "w") as play:
        settings = (play.folder / "campaigns/settings.toml").read_text()
        assert "as of Mon 01 Jun 09:30" in play.run("status", "hello").stdout
        play.write(
            "campaigns/settings.toml",
            settings.replace("127.0.0.1", "mail.chipy.example").replace('"none"', '"implicit"'),
        )
        assert "as of Mon 01 Jun 09:30" not in play.run("status", "hello").stdout


def test_a_ledger_made_elsewhere_is_not_this_workspaces(tmp_path, play):
    for name in ("campaigns", "templates"):
        (tmp_path / "other" / name).mkdir(parents=True)
    create(tmp_path / "other/campaigns/ledger", tmp_path / "other/campaigns/ledger-id", START).close()
    (play.workspace.ledger_id_file).write_text((tmp_path / "other/campaigns/ledger-id").read_text())
    done = play.run("send", "hello", "--confirm", "3", code=65)
    assert "Traceback" not in done.stderr
    assert play.post.letters == ()
