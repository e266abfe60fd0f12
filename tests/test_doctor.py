"""`campaign doctor`: what it says of servers and settings, and what a letter to oneself shows."""

import asyncio
import contextlib
import io
import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from liars import CANARY, Imap, Scripted, settings_for
from nameserver import NameServer
from stage import START, say_that_copies_are_filed, stage
from test_doctor_domain import KEY
from test_story_real import Fellow

from mailer.cli import cli
from mailer.cli.entrance import run
from mailer.doctor import check_imap
from mailer.doctor.arrival import verdicts
from mailer.nouns import Learned, Outcome, Phase, Verdict, World
from mailer.rehearsal import Filing, Habit, Person, Rewriting
from mailer.rehearsal.imap_session import Trouble
from mailer.replies import read
from mailer.servers import look_at_smtp, mailbox, post_office
from mailer.servers.inspection import _clock

ME = "fellow@rehearsal.example"
NAMES = {
    "rehearsal.example": ["v=spf1 mx -all"],
    "_dmarc.rehearsal.example": ["v=DMARC1; p=none"],
    "s1._domainkey.rehearsal.example": [KEY],
}
SIGNED = (
    b"Authentication-Results: mail.rehearsal.example; spf=pass smtp.mailfrom=x; dkim=pass (good);\r\n"
    b" dmarc=pass\r\n"
    b"Received: from x by mail.rehearsal.example with LMTP; Mon, 1 Jun 2026 09:30:00 +0000\r\n"
    b"DKIM-Signature: v=1; a=rsa-sha256; d=rehearsal.example;\r\n s=s1; h=from:to; bh=x; b=x\r\n"
)


@pytest.fixture
def play(tmp_path):
    with stage(tmp_path / "w") as made:
        yield made


def examine(play, *words, code=0, names=None, world=None):
    """`campaign doctor` in this very process, with a name server of its own; what it printed, and said."""
    heard, said = io.StringIO(), io.StringIO()
    with (
        NameServer(NAMES if names is None else names) as server,
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(heard),
        contextlib.redirect_stderr(said),
    ):
        patch.setenv("COLUMNS", "130")
        made = replace(world or play.world, texts=server.ask())
        ended = run(cli, ["-C", str(play.folder), "doctor", *words], made)
    assert ended == code, heard.getvalue() + said.getvalue()
    return heard.getvalue(), said.getvalue()


def rows(play, *words, **more):
    """The same as a program reads it: each check by its part and name."""
    printed, _ = examine(play, "--json", *words, **more)
    return {(row["part"], row["what"]): row for row in json.loads(printed)["rows"]}


def probe(play, **more):
    return rows(play, "--probe", "--confirm", "1", **more)


def lesson(play):
    with play.look() as ledger:
        return ledger.lessons.of("127.0.0.1")


def signed_on_arrival(play, folder="INBOX", before=SIGNED):
    """Letters to herself come as from a provider that signs, and notes what it thinks of them."""
    office = play.post._office
    office._own, take = "", office.take

    def deliver(sender, to, raw):
        take(sender, to, raw)
        office.account.open(folder).add(before + raw, play.clock.now())

    office.take = deliver


# ── One screen ──────────────────────────────────────────────────────────────────────────────────────────────

SCREEN = """\
your settings
  fine         provider        your provider is none of those known here
  not checked  copies          whether your provider puts a copy of each letter into Sent is not known
                               -> campaign doctor --probe
where letters are handed in (SMTP)
  fine         sign-in         127.0.0.1:PORT, signed in as fellow@rehearsal.example
  fine         encryption      none, and none is needed on this machine
  fine         extensions      SIZE, 8BITMIME; without PIPELINING, DSN, CHUNKING; letters of at most 34 MB
where answers arrive (IMAP)
  fine         sign-in         127.0.0.1:PORT, signed in as fellow@rehearsal.example
  fine         encryption      none, and none is needed on this machine
  fine         extensions      SPECIAL-USE, CONDSTORE, IDLE
  fine         folders         sent mail lies in Sent; junk in Junk
your domain
  fine         SPF             rehearsal.example says who may send for it; 1 of 10 look-ups, -all
  not checked  DKIM            which key signs your letters only a letter can show
                               -> campaign doctor --probe
  fine         DMARC           rehearsal.example asks for none, and SPF counts for it
"""

LETTER = """\
the letter to yourself
  fine         arrival         in INBOX after 0 s
  fine         Message-ID      ours is kept
  fine         X-Campaign-Ref  it is kept
  fine         copy            a copy lies in Sent by itself
  fine         signature       signed with the key s1 of rehearsal.example
  fine         welcome         SPF pass, DKIM pass, DMARC pass
your domain
  fine         SPF             rehearsal.example says who may send for it; 1 of 10 look-ups, -all
  fine         DKIM            there is a key: s1 of rehearsal.example
"""


def test_the_screen(play):
    printed, said = examine(play)
    assert re.sub(r":\d+,", ":PORT,", printed) == SCREEN
    assert said.strip() == "nothing is wrong"
    signed_on_arrival(play)
    printed, said = examine(play, "--probe", "--confirm", "1")
    assert LETTER in printed
    assert f"one letter, from {ME} to {ME}, nobody else gets it" in said
    printed, _ = examine(play)
    assert (
        "your provider puts a copy of each letter into Sent, as a letter to yourself showed on 01 Jun"
        in printed
    )
    assert "there is a key: s1 of rehearsal.example" in printed


def test_nothing_leaves_and_nothing_is_changed_without_probe(play):
    examine(play)
    assert not play.post.letters
    assert all(not play.post.folder(name) for name in ("INBOX", "Sent"))


# ── What is wrong, with the exit code of its kind ───────────────────────────────────────────────────────────


def settings_with(play, old, new):
    text = (play.folder / "campaigns/settings.toml").read_text("utf-8")
    play.write("campaigns/settings.toml", text.replace(old, new))


def test_a_server_that_is_not_there_is_wrong_and_the_rest_is_looked_at_all_the_same(play):
    settings_with(play, f"port = {play.post.smtp_port}", "port = 9")
    found = rows(play, code=69)
    assert found["smtp", "sign-in"]["grade"] == "wrong"
    assert "nobody answers at 127.0.0.1:9" in found["smtp", "sign-in"]["says"]
    assert found["imap", "sign-in"]["grade"] == "fine"
    assert found["domain", "SPF"]["grade"] == "fine"


def test_a_refused_password_is_wrong_at_both_and_is_not_shown(play):
    settings_with(play, f'"{play.post.password}"]', f'"{CANARY}"]')
    printed, said = examine(play, "--probe", "--confirm", "1", code=77)
    assert printed.count("does not let fellow@rehearsal.example sign in") == 2
    assert "no letter was sent: mend what is wrong first" in said
    assert CANARY not in printed + said
    assert not play.post.letters


def test_all_mistakes_of_the_settings_are_named_and_no_server_is_asked(play):
    settings_with(play, 'tls = "none"', 'tls = "perhaps"')
    printed, said = examine(play, code=78)
    assert printed.count("tls must be one of") == 2
    assert "where letters" not in printed
    assert "2 things wrong" in said


def test_the_starters_example_is_no_mailbox(play):
    starter = Path(__file__).parent.parent / "campaigns/settings.toml"
    play.write("campaigns/settings.toml", starter.read_text("utf-8"))
    printed, _ = examine(play, code=78)
    assert "smtp.host is still the starter's example" in printed
    assert "put your provider's server there" in printed


def test_without_a_name_server_all_else_is_looked_at(play):
    found = play.run("doctor").stdout
    assert "SPF, DKIM and DMARC of rehearsal.example were not looked up" in found
    assert found.count("signed in as") == 2


def test_a_ledger_that_cannot_be_read_does_not_keep_the_doctor_away(play):
    (play.folder / "campaigns/ledger/journal.jsonl").write_text("what?\n")
    assert rows(play)["smtp", "sign-in"]["grade"] == "fine"
    examine(play, "--probe", "--confirm", "1", code=65)
    assert not play.post.letters


def test_the_settings_and_a_letter_that_contradict_each_other_are_named(play):
    settings_with(play, "[smtp]\n", "[smtp]\nfiles_copies = false\n")
    assert "so the settings say" in rows(play)["settings", "copies"]["says"]
    probe(play)
    found = rows(play)["settings", "copies"]
    assert (found["grade"], "files_copies = false" in found["says"]) == ("attention", True)


# ── Nothing leaves without confirmation ─────────────────────────────────────────────────────────────────────


def test_a_letter_leaves_only_when_it_is_confirmed(play):
    for words in (["--probe"], ["--probe", "--confirm", "2"], ["--confirm", "1"]):
        _, said = examine(play, *words, code=2)
        assert "nothing" in said
    assert not play.post.letters
    play.run("stop", ME, "--because", "enough")
    _, said = examine(play, "--probe", "--confirm", "1", code=2)
    assert "enough; nothing was sent" in said
    assert not play.post.letters


# ── What a letter to oneself shows ──────────────────────────────────────────────────────────────────────────

FILINGS = {
    "kept": (Filing(), True, "", True),
    "moved": (Filing(rewriting=Rewriting.KEPT_BESIDE), False, "x-microsoft-original-message-id", True),
    "lost": (Filing(rewriting=Rewriting.LOST), False, "", True),
    "filed late": (Filing(after=timedelta(seconds=40)), True, "", True),
    "filed too late": (Filing(after=timedelta(minutes=5)), True, "", False),
    "not filed": (Filing(copies=False), True, "", False),
    # All mail holds what came in, too, and so shows nothing of what went out.
    "filed among all mail only": (Filing(all_mail=True), True, "", False),
}


@pytest.mark.parametrize(("filing", "kept", "moved", "filed"), FILINGS.values(), ids=FILINGS)
def test_what_a_provider_does_is_seen_and_remembered(tmp_path, filing, kept, moved, filed):
    with stage(tmp_path / "w", filing=filing) as play:
        found = probe(play)
        assert found["letter", "arrival"]["grade"] == "fine"
        assert found["letter", "Message-ID"]["grade"] == ("fine" if kept else "attention")
        [posted] = play.post.letters
        assert posted.to == (ME,)
        learned = lesson(play)
        assert (learned.keeps_message_id, learned.original_in, learned.files_copies) == (kept, moved, filed)
        assert learned.keeps_ref
        if not kept:
            assert learned.message_id in found["letter", "Message-ID"]["says"]
            assert learned.message_id.endswith("@provider.example>")
        assert play.clock.now() - START < timedelta(minutes=4)


def test_a_letter_that_does_not_come_is_given_up_and_teaches_nothing(play):
    play.post._office._own = ""
    found = probe(play)
    assert found["letter", "arrival"]["grade"] == "attention"
    assert lesson(play) is None
    assert timedelta(minutes=2) < play.clock.now() - START < timedelta(minutes=4)


def test_a_letter_that_lands_in_junk_is_worth_attention(play):
    signed_on_arrival(play, "Junk")
    found = probe(play)["letter", "arrival"]
    assert (found["grade"], "landed in Junk" in found["says"]) == ("attention", True)


def test_an_older_letter_of_the_doctors_is_not_taken_for_this_one(play):
    probe(play)
    play.clock.move_on(timedelta(minutes=1))
    play.post._office._filing = Filing(copies=False)
    probe(play)
    assert lesson(play).files_copies is False
    play.post._office._own = ""
    assert probe(play)["letter", "arrival"]["grade"] == "attention"


def test_what_else_comes_meanwhile_is_read_once(play):
    play.post._office._own = ""
    play.post.inject(b"From: ada@chipy.example\r\n\r\nan old one\r\n")
    commands = []

    def listen(number, command):
        if play.post.letters and not commands:
            play.post._office.account.open("INBOX").add(b"From: ada@chipy.example\r\n\r\nYes!\r\n", START)
        commands.extend([command] if play.post.letters else [])

    play.post.trouble = listen
    probe(play)
    assert sum("BODY.PEEK[]" in command for command in commands) == 1


def test_a_line_that_breaks_before_a_copy_is_seen_says_nothing_about_copies(play):
    play.post._office._filing = Filing(copies=False)
    looks = []

    def at_the_second_look(number, command):
        looks.extend(["Sent"] if play.post.letters and "Sent" in command else [])
        return Trouble.DROP if len(looks) > 1 else None

    play.post.trouble = at_the_second_look
    found = probe(play)
    assert found["letter", "arrival"]["grade"] == "fine"
    assert found["letter", "copy"]["grade"] == "not checked"
    assert lesson(play).files_copies is None


def test_who_signed_for_somebody_else_does_not_count(play):
    signed_on_arrival(play, before=SIGNED.replace(b"d=rehearsal.example", b"d=provider.example"))
    found = probe(play)
    assert found["letter", "signature"]["grade"] == "attention"
    assert "does not count for rehearsal.example" in found["letter", "signature"]["says"]
    assert found["domain", "DKIM"]["grade"] == "not checked"


def test_hostile_header_fields_reach_no_screen_raw(play):
    evil = (
        b"DKIM-Signature: d=a.example\x1b]0;owned\x07; s=\xe2\x80\xaeevil\r\n"
        b"Authentication-Results: mail.rehearsal.example\x1b[31m; spf=pass\x1b[2J\r\n"
        b"Message-ID: <\x1b[31m@evil.example>\r\n"
    )
    signed_on_arrival(play, before=evil)
    printed, said = examine(play, "--probe", "--confirm", "1")
    assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(printed + said)


class Doubtful:
    """Hands a letter in, and does not know whether it left: the line broke after the final dot."""

    def __init__(self, settings):
        self.opening = post_office(settings)

    async def __aenter__(self):
        self.office = await self.opening.__aenter__()
        return self

    async def __aexit__(self, *error):
        return await self.opening.__aexit__(*error)

    async def deliver(self, letter):
        await self.office.deliver(letter)
        return Verdict(Outcome.UNSURE, Phase.DOT, words="the line broke")


def test_a_letter_in_doubt_is_waited_for_and_its_arrival_is_proof(play):
    world = replace(play.world, post_office=Doubtful)
    assert probe(play, world=world)["letter", "arrival"]["grade"] == "fine"
    play.post._office._own = ""
    play.clock.move_on(timedelta(minutes=1))
    found = probe(play, world=world, code=4)["letter", "arrival"]
    assert (found["grade"], "nobody knows whether it left" in found["says"]) == ("wrong", True)


def test_a_refused_letter_is_said_in_the_servers_words(tmp_path):
    with stage(tmp_path / "w", [Person(ME, Habit.UNKNOWN)]) as play:
        found = probe(play, code=1)["letter", "handed in"]
        assert found["says"].startswith("the server does not take it: 550 ")
        assert lesson(play) is None


@pytest.mark.parametrize("deed", [Trouble.DROP, Trouble.BYE, Trouble.CUT])
def test_a_mailbox_that_breaks_while_it_is_watched_ends_it_properly(play, deed):
    play.post._office._own = ""
    play.post.trouble = lambda number, command: deed if play.post.letters and "STATUS" in command else None
    found = probe(play)["letter", "arrival"]
    assert (found["grade"], "could not be watched" in found["says"]) == ("not checked", True)


def test_a_mailbox_that_breaks_before_the_letter_leaves_keeps_it_here(play):
    play.post.trouble = lambda number, command: Trouble.DROP if "STATUS" in command else None
    _, said = examine(play, "--probe", "--confirm", "1", code=69)
    assert "failed while looking at the folder" in said
    assert not play.post.letters


def test_nobody_takes_the_letter_for_an_answer_or_a_stray(tmp_path):
    with stage(tmp_path / "w", filing=Filing(rewriting=Rewriting.LOST)) as play:
        play.run("send", "hello", "--confirm", "3")
        probe(play)
        say_that_copies_are_filed(play.workspace)
        assert json.loads(play.run("replies", "--all", "--json").stdout)["rows"] == []
        play.clock.move_on(timedelta(hours=2))
        shutil.rmtree(play.folder / "campaigns/ledger")
        taken = play.run("init", "--take-over").stderr
        assert "3 found in Sent" in taken
        assert "belong to no letter" not in taken


def test_what_was_learned_makes_absence_a_proof(play):
    assert "campaign doctor --probe finds out" in play.run("resolve", "--resend-absent", code=78).stderr
    with play.ledger() as ledger:
        ledger.lessons.learn(Learned("127.0.0.1", START, keeps_message_id=True, files_copies=True))
    assert "no letter is in doubt" in play.run("resolve", "--resend-absent").stderr


# ── Real servers, and bad ones ──────────────────────────────────────────────────────────────────────────────


def test_postfix_and_dovecot_are_seen_as_they_are(provider, tmp_path, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(provider.certificate))
    fellow = Fellow(tmp_path / "w", provider, provider.town(), datetime.now(UTC))
    fellow.set_up()

    async def briefly(seconds):
        await asyncio.sleep(min(seconds, 0.2))

    world = World(lambda: datetime.now(UTC), briefly, 0, post_office, mailbox)
    found = probe(fellow, world=world)
    assert re.match(
        r"TLSv1\.[23], but its certificate is good only until", found["smtp", "encryption"]["says"]
    )
    assert found["imap", "encryption"]["grade"] == "attention"
    assert found["smtp", "extensions"]["says"].startswith("PIPELINING, SIZE, 8BITMIME, DSN, CHUNKING")
    assert found["imap", "folders"]["says"] == "sent mail lies in Sent; junk in Junk"
    assert found["letter", "arrival"]["grade"] == "fine"
    assert found["letter", "Message-ID"]["grade"] == "fine"
    assert found["letter", "copy"]["says"] == "no copy came into Sent within a minute"


def look(server):
    async def see():
        async with server.running() as port:
            return await look_at_smtp(settings_for(port), START)

    return asyncio.run(see())


def test_what_an_smtp_server_boasts_of_is_taken_with_care():
    assert look(Scripted(offers=("SIZE 30000000", "PIPELINING", "X-\x07EVIL"))).offers == (
        "PIPELINING",
        "SIZE",
    )
    for size in ("many", "-1", "9" * 400, "٣", ""):
        seen = look(Scripted(offers=(f"SIZE {size}".encode().decode("latin-1"),)))
        assert seen.size == (999_999_999_999_999 if size.startswith("9") else 0)


CLOCKS = {
    "mx.example ESMTP Exim 4.96 Mon, 01 Jun 2026 09:30:05 +0000": START + timedelta(seconds=5),
    "mx.example ESMTP Sendmail 8.17; Mon, 1 Jun 2026 11:30:00 +0200": START,
    "mx.example Microsoft ESMTP MAIL Service ready at Mon, 1 Jun 2026 09:30:00 +0000": START,
    "mx.example ESMTP Postfix": None,
    "mx.example ESMTP Sendmail; Mon, 1 Jun 1926 11:30:00 +0200": None,
    "mx.example; Mon, 1 Jun 2026 09:30:00": None,
    "; Mon, 99 Jun 2026 09:30:00 +0000": None,
    "": None,
    "\x1b;;;": None,
}


@pytest.mark.parametrize(("greeting", "clock"), CLOCKS.items())
def test_the_clock_in_a_greeting_is_read_where_there_is_one(greeting, clock):
    assert _clock(greeting, START) == clock


def test_a_clock_that_is_wrong_is_said(play):
    found = look(Scripted({"GREETING": ["220 mx.example ESMTP x; Mon, 1 Jun 2026 08:30:00 +0000"]}))
    assert found.clock == START - timedelta(hours=1)
    from mailer.doctor.lines import _clocks  # noqa: PLC0415

    assert "differs by 60 minutes" in _clocks(found.clock, START).says
    assert "differs by 3 days" in _clocks(START - timedelta(days=3), START).says
    assert _clocks(START - timedelta(minutes=4), START).grade == "fine"


@pytest.mark.parametrize(
    "script",
    [
        {"LIST": [b"TAG NO not for you\r\n"]},
        {"LIST": [b"* LIST what?\r\nTAG OK\r\n"]},
        {"LIST": ["close"]},
        {"CAPABILITY": [b"* CAPABILITY \xff\x1b[31m\r\nTAG OK\r\n"]},
        {"GREETING": [b"* BYE go away\r\n"]},
        {"GREETING": ["close"]},
    ],
    ids=lambda script: f"{next(iter(script))}-{next(iter(script.values()))[0]!r}"[:30],
)
def test_an_imap_server_that_talks_nonsense_is_no_traceback(script, monkeypatch):
    monkeypatch.setenv("CAMPAIGN_IMAP_PASSWORD", CANARY)
    with Imap(script=script) as server:
        checks = check_imap(settings_for(server.port, user="fellow"), None, lambda: START)
    assert checks
    assert not any("\x1b" in check.says for check in checks)
    assert all(check.fix for check in checks if check.grade != "fine")


RESULTS = {
    "its own": (
        "mx.users.example; spf=pass; dkim=fail",
        "by mx.users.example with LMTP",
        {"spf": "pass", "dkim": "fail"},
    ),
    "of its house": ("auth.users.example; dmarc=pass", "by 10.0.0.1 with LMTP", {"dmarc": "pass"}),
    "known by name": ("mx.google.example 1; SPF=Pass", "by 2002:a05:6402", {"spf": "pass"}),
    "a stranger's": ("evil.example; spf=pass; dkim=pass", "by mx.users.example", {}),
    "a neighbour's": ("users.example.evil.example; spf=pass", "by mx.users.example", {}),
    "no server's": ("spf=pass; dkim=pass", "by mx.users.example", {}),
    "a top-level domain's": ("example; spf=pass", "by mx.users.example", {}),
    "with remarks": (
        "mx.users.example (a; b=c) ; spf=pass (spf=fail)",
        "by mx.users.example",
        {"spf": "pass"},
    ),
    "one of two": (
        "mx.users.example; dkim=fail; dkim=pass; dkim=none",
        "by mx.users.example",
        {"dkim": "pass"},
    ),
    "nothing": ("mx.users.example; none", "by mx.users.example", {}),
    "empty": ("", "by mx.users.example", {}),
    "endless": ("mx.users.example; " + "(" * 100_000, "by mx.users.example", {}),
}


@pytest.mark.parametrize(("field", "by", "expected"), RESULTS.values(), ids=RESULTS)
def test_only_the_receiving_servers_own_results_count(field, by, expected):
    forged = "Authentication-Results: mx.users.example; spf=pass; dkim=pass; dmarc=pass"
    head = [f"Authentication-Results: {field}", f"Received: from x {by}", forged, "From: a@users.example"]
    mail = read("\r\n".join([*head, "", ""]).encode())
    assert dict(verdicts(mail, "imap.users.example", "mx.google.example")) == expected
