"""What strangers write reaches no screen as more than words (S14), on a terminal and in a pipe.

Strangers are senders of mail, cells of a table, names of files, mail servers, programs that settings name.
"""

import asyncio
import json
import re
import unicodedata

import pytest
from liars import Scripted
from stage import campaign, stage
from terminal import on_a_terminal

EVIL = "\x1b[38;5;201mpink\x1b]0;owned\x07\x1b]52;c;AAAA\x07\x1b]8;;http://x.example\x1b\\link\x1bP1$q\x1b\\"
EVIL += "\x9b2J\x9d0;y\x9c\x08\x0b\x0c\x7f\u202eevil\u2066\u2069\u200f\U000e0041"
EVIL += " [bold red]markup[/] [link=http://x.example]y[/link]"
"""CSI, OSC 0, 52 and 8, DCS, C1, BEL, BS, VT, FF, DEL, bidi, tags, and rich's own markup."""

RICH = re.compile(r"\x1b\[(?:[0-9;]*m|\?25[lh]|[12]K|1A)|\r")
"""What rich itself writes on a terminal: colours, and how it draws a line of progress over again."""


def harmless(text):
    """No control character but the line's end, no C1, nothing that turns the direction of reading."""
    for character in text:
        assert character == "\n" or unicodedata.category(character)[0] != "C", repr(character)


def seen_everywhere(play, *words, width=0):
    """Run a command in a pipe and on a terminal; what both showed."""
    moment = play.clock.now().isoformat()
    piped = campaign(play.folder, *words, CAMPAIGN_NOW=moment)
    harmless(piped.stdout + piped.stderr)
    shown = on_a_terminal(play.folder, *words, CAMPAIGN_NOW=moment, width=width)
    assert "\x1b[38;5;201m" not in shown
    harmless(RICH.sub("", shown))
    for text in (piped.stdout, piped.stderr, shown):
        assert "Traceback" not in text
        assert "fault of the program" not in text
    return piped.stdout + piped.stderr


LONG = EVIL + "A" * 10_000

ANSWER = f"""\
From: {EVIL} <robin@chipy.example>
In-Reply-To: CHIPY
Subject: {LONG}
Content-Type: text/plain; charset=utf-8

yes {EVIL} indeed
hidden\rshown {LONG}
"""

BOUNCE = f"""\
From: MAILER-DAEMON@x.example
Subject: {EVIL}
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

no
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; {EVIL}

Final-Recipient: rfc822; ingrid@oslopython.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 {EVIL}

--b
Content-Type: message/rfc822

Message-ID: OSLO

x
--b--
"""

AWAY = f"""\
From: {EVIL} <noor@sfpython.example>
In-Reply-To: SF
Auto-Submitted: auto-replied ({EVIL})
Subject: Out of office {EVIL}

back {EVIL} on 15 June 2026
"""


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """A campaign that got an answer, a bounce and an absence, each with everything at once in it."""
    with stage(tmp_path_factory.mktemp("hostile") / "w") as play:
        play.run("send", "hello", "--confirm", "3")
        with play.ledger() as ledger:
            ids = {d.letter.group: d.message_id for d in ledger.deliveries().values()}
        for mail, word, group in (
            (ANSWER, "CHIPY", "chipy"),
            (BOUNCE, "OSLO", "oslo-python"),
            (AWAY, "SF", "sf-python"),
        ):
            known = mail.replace(f": {word}\n", f": {ids[group]}\n")
            play.post.inject(known.replace("\n", "\r\n").encode())
        assert "pink" in seen_everywhere(play, "replies")
        play.run("hold", "chipy", "--until", "2 weeks", "--because", f"x {EVIL}")
        kinds = {row["kind"] for row in json.loads(play.run("replies", "--all", "--json").stdout)["rows"]}
        assert kinds == {"human", "bounce-hard", "out-of-office"}
        yield play


@pytest.mark.parametrize(
    ("words", "width"),
    [
        (["list"], 0),
        (["status", "hello"], 0),
        (["status", "hello"], 40),
        (["replies", "--all"], 0),
        (["replies", "--all"], 40),
        (["undo"], 0),
        (["undo"], 40),
        (["undo", "o1"], 0),
        (["todo"], 0),
        (["send", "hello", "--dry-run"], 0),
        (["replies", "--all", "--json"], 0),
        (["status", "--json"], 0),
    ],
)
def test_mails_are_words_in_every_command(answered, words, width):
    seen_everywhere(answered, *words, width=width)


def test_one_message_is_shown_as_words(answered):
    for row in json.loads(answered.run("replies", "--all", "--json").stdout)["rows"]:
        shown = seen_everywhere(answered, "show", row["id"])
        assert "pink" in shown or row["kind"] == "bounce-hard"
        harmless(RICH.sub("", on_a_terminal(answered.folder, "show", row["id"], "--raw")))


@pytest.mark.parametrize(
    "words",
    [
        [EVIL],
        ["list", EVIL],
        [f"--{EVIL}"],
        ["status", EVIL],
        ["send", EVIL],
        ["send", "hello", "--only", EVIL],
        ["send", "hello", "--confirm", EVIL],
        ["preview", "hello", "--group", EVIL],
        ["preview", "hello", "--step", EVIL],
        ["show", EVIL],
        ["hold", EVIL, "--until", "tomorrow", "--because", "x"],
        ["hold", "chipy", "--until", EVIL, "--because", "x"],
        ["stop", EVIL, "--because", EVIL],
        ["resolve", EVIL, "--sent", "--because", "x"],
        ["undo", EVIL],
        ["new", EVIL],
        ["completion", EVIL],
        ["-C", EVIL, "list"],
        ["init", f"folder{EVIL}".replace("/", "")],
        ["demo", f"demo{EVIL}".replace("/", ""), "--help"],
    ],
    ids=lambda words: " ".join(words).replace(EVIL, "EVIL").encode("ascii", "replace").decode(),
)
def test_what_was_typed_comes_back_as_words(tmp_path, words):
    with stage(tmp_path / "w") as play:
        seen_everywhere(play, *words)


COMMANDS = (["check"], ["check", "hello"], ["check", "--json"], ["list"], ["status"], ["send", "hello"])


def test_what_stands_in_files_is_words(tmp_path):
    with stage(tmp_path / "w") as play:
        name = EVIL.replace("/", "")
        table = (play.folder / "campaigns/groups.csv").read_text()
        table = table.replace("Oslo Python", f"Oslo {EVIL}").replace("city", f"city{EVIL}")
        play.write("campaigns/groups.csv", table)
        play.write("templates/again.md", f"Subject{EVIL}: {EVIL}\n\n{{{{ {EVIL} }}}} {{{{ nmae }}}} {EVIL}\n")
        play.write(f"templates/{name}.md", f"Subject: x\n\n{EVIL}\n")
        play.write(f"campaigns/{name}.toml", f'[[steps]]\ntemplate = "{EVIL[:5]}"\n')
        where = 'where = "\\"\\u001b[38;5;201m\\" == \u202elane"'
        play.write(
            "campaigns/hello.toml", f'[audience]\n{where}\n[[steps]]\ntemplate = "\\u001b]0;x\\u0007"\n'
        )
        for words in COMMANDS:
            seen_everywhere(play, *words)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Fay Fellow", "\\u001b[38;5;201m\\u202e"),
        ("127.0.0.1", "\\u001b]0;x\\u0007"),
        ("rehearsal.example", "\\u009b2J"),
        ("[smtp]", f"[smtp]\n# {EVIL}"),
    ],
)
def test_what_stands_in_the_settings_is_words(tmp_path, old, new):
    with stage(tmp_path / "w") as play:
        settings = (play.folder / "campaigns/settings.toml").read_text()
        play.write("campaigns/settings.toml", settings.replace(old, new))
        for words in (["check"], ["send", "hello", "--confirm", "3"]):
            seen_everywhere(play, *words)


def test_a_program_that_gives_no_password_is_quoted_as_words(tmp_path):
    with stage(tmp_path / "w") as play:
        (play.folder / "evil.txt").write_bytes(EVIL.encode())
        settings = (play.folder / "campaigns/settings.toml").read_text()
        asks = '["sh", "-c", "cat evil.txt; cat evil.txt >&2; exit 1"]'
        play.write("campaigns/settings.toml", settings.replace('["printf", "rehearsal"]', asks))
        # On a terminal it may talk and ask by itself, as password programs do.
        done = play.run("send", "hello", "--confirm", "3", code=78)
        harmless(done.stdout + done.stderr)


@pytest.mark.parametrize(
    ("phase", "code"),
    [("GREETING", "550"), ("EHLO", "451"), ("MAIL", "550"), ("RCPT", "451"), ("DOT", "550")],
)
def test_what_a_server_says_is_words(tmp_path, phase, code):
    words = f"{code} 5.7.1 {EVIL}".encode("ascii", "replace").decode().replace("?", "\x9b")

    async def told():
        async with Scripted({phase: [words] * 9}).running() as port:
            play.write(
                "campaigns/settings.toml",
                re.sub(r"(\[smtp\].*?port = )\d+", rf"\g<1>{port}", settings, flags=re.DOTALL),
            )
            return await asyncio.to_thread(seen_everywhere, play, "send", "hello", "--confirm", "3")

    with stage(tmp_path / "w") as play:
        settings = (play.folder / "campaigns/settings.toml").read_text()
        said = asyncio.run(told())
        assert "pink" in said or phase == "EHLO"
        seen_everywhere(play, "status", "hello")
