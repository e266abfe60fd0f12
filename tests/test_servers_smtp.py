"""The post office, against servers that keep to a script and against aiosmtpd; the server's log is the judge."""

import asyncio
import base64
import contextlib
import hashlib
import socket
import ssl
import struct
import subprocess
from dataclasses import dataclass, field, replace

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.errors import BadSettings, CampaignError, ServerUnavailable, SignInRefused
from mailer.nouns import Address, Letter, LetterId, Outcome, Phase, Sender, Server, Settings
from mailer.servers import post_office
from mailer.servers.patience import SmtpPatience

CANARY = "canary-Wr0ng.horse"
A, D, R, U, P = Outcome.ACCEPTED, Outcome.DEFERRED, Outcome.REFUSED, Outcome.UNSURE, Outcome.PAUSE
SHORT = 0.2

HUGE = ("x" * 998 + "\r\n") * 16_000
"""More than the buffers between two sockets hold, so that the server acts before we have written all of it."""


# ── What is sent, and where ──────────────────────────────────────────────────────────────────────────────


def a_letter(number=1, to=("ada@chipy.example",), body="Hello\r\n"):
    raw = f"Subject: letter {number}\r\n\r\n{body}".encode("ascii")
    letter_id = LetterId("spring", f"group{number}", "hello")
    sender, recipients = Address("fellow", "psf.example"), tuple(map(Address.parse, to))
    digest = hashlib.sha256(raw).hexdigest()
    return Letter(letter_id, f"<c.{number}@psf.example>", sender, recipients, "Hello", raw, digest)


def settings_for(port, tls="none", user="", host="127.0.0.1"):
    server = Server(host, port, tls, user)
    return Settings(Sender("Grace", Address("grace", "psf.example")), server, server)


def deliver(server, *letters, tls="none", user="", patience=None):
    """Start `server`, hand the letters in, stop it; the verdicts."""

    async def run():
        async with server.running() as port:
            async with post_office(settings_for(port, tls, user), patience) as office:
                return [await office.deliver(letter) for letter in letters]

    return asyncio.run(run())


def fail_to_open(server, tls="none", user="", patience=None):
    """Start `server` and try to open the post office; the error."""

    async def run():
        async with server.running() as port:
            with pytest.raises(CampaignError) as caught:
                async with post_office(settings_for(port, tls, user), patience):
                    pass
            return caught.value

    return asyncio.run(run())


def everything_said_by(error):
    """All text that a handler of `error` can come upon."""
    texts = []
    while error is not None:
        texts += [str(error), repr(error), repr(error.args), repr(vars(error))]
        error = error.__cause__ or error.__context__
    return "\n".join(texts)


# ── A server that keeps to a script ──────────────────────────────────────────────────────────────────────


@dataclass
class Scripted:
    """Answers each command by its script: `{"RCPT": ["550 no", "close"]}` is for the first and the second RCPT.

    Beyond the script it behaves. Words with a meaning: close, reset, stall, garbage, partial, endless, drip;
    `taken+…` at DOT accepts the letter first. `early …` at BODY is said while the letter is still coming.
    """

    script: dict = field(default_factory=dict)
    offers: tuple = ("SIZE 30000000", "AUTH PLAIN LOGIN")
    heard: list = field(default_factory=list)
    accepted: list = field(default_factory=list)
    connections: int = 0

    @contextlib.asynccontextmanager
    async def running(self):
        self.script = {command: list(steps) for command, steps in self.script.items()}
        self.tasks = set()
        server = await asyncio.start_server(self._meet, "127.0.0.1", 0, limit=2**20)
        yield server.sockets[0].getsockname()[1]
        server.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _meet(self, reader, writer):
        self.tasks.add(asyncio.current_task())
        self.connections += 1
        with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
            await self._converse(reader, writer)
        writer.transport.abort()
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await writer.wait_closed()

    async def _converse(self, reader, writer):
        await self._act("GREETING", "220 scripted", writer)
        while line := await reader.readline():
            self.heard.append(line.decode().rstrip())
            verb = line.split(maxsplit=1)[0].upper().decode() if line.strip() else ""
            if verb == "EHLO":
                lines = ["scripted", *self.offers]
                usual = "\r\n".join(f"250{'-' if x is not lines[-1] else ' '}{x}" for x in lines)
            else:
                usual = {"DATA": "354 go", "AUTH": "235 yes", "QUIT": "221 bye"}.get(verb, "250 ok")
            if verb == "MAIL":
                self.sender, self.to = line, []
            said = await self._act(verb, usual, writer)
            if verb == "RCPT" and said.startswith("2"):
                self.to.append(line.decode().strip()[9:-1])
            if verb == "DATA" and said.startswith("354"):
                await self._take(reader, writer)

    async def _take(self, reader, writer):
        body = b""
        early = self.script.get("BODY")
        while (line := await reader.readline()) != b".\r\n":
            if early:
                await self._act("BODY", "", writer)
                early = None
            if not line:
                raise EOFError
            body += line[1:] if line.startswith(b".") else line
        self.heard.append(".")
        step = self.script.get("DOT", ["250 taken"])[0]
        if step.startswith(("2", "taken+")):
            self.accepted.append((tuple(self.to), body))
        await self._act("DOT", "250 taken", writer)

    async def _act(self, verb, usual, writer):
        steps = self.script.get(verb)
        step = (steps.pop(0) if steps else usual).removeprefix("taken+").removeprefix("early ")
        match step:
            case "close":
                raise EOFError
            case "reset":
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                raise EOFError
            case "stall":
                await asyncio.Event().wait()
            case "garbage":
                step = "\0\xff<html>what?"
            case "partial":
                writer.write(b"250 o")
                await writer.drain()
                raise EOFError
            case "endless":
                while True:
                    writer.write(b"250-and another thing\r\n" * 100)
                    await writer.drain()
            case "drip":
                for _ in range(100):
                    writer.write(b"250-x\r\n")
                    await asyncio.sleep(SHORT / 4)
        if step:
            writer.write(step.encode("latin-1") + b"\r\n")
            await writer.drain()
        return step


# ── One letter: what the server does, what we make of it ─────────────────────────────────────────────────

BREAKDOWNS = ("close", "reset", "stall", "garbage", "partial", "endless", "drip", "199 what", "777 what")
LIMIT = {"MAIL": "command", "RCPT": "command", "DATA": "data", "DOT": "dot"}

TABLE = [
    *((verb, fault, D) for verb in ("MAIL", "RCPT", "DATA") for fault in BREAKDOWNS),
    *(("BODY", fault, D) for fault in ("close", "reset", "early garbage", "early 451 busy", "early 421 bye")),
    *(("BODY", fault, P) for fault in ("early 552 too big", "early 354 go on")),
    ("BODY", "early 250 taken", U),
    *(("DOT", fault, U) for fault in BREAKDOWNS),
    *(("DOT", f"taken+{fault}", U) for fault in BREAKDOWNS),
    *(("DOT", reply, U) for reply in ("354 go on", "250-half\r\n550 and half", "300 hm")),
    *(("MAIL", reply, D) for reply in ("421 bye", "450 4.2.1 slow", "451 x", "452 x", "454 x", "432 x")),
    *(("MAIL", reply, P) for reply in ("530 x", "535 x", "550 5.7.60 x", "550 5.4.5 quota", "552 x", "354 go")),
    *(("RCPT", reply, D) for reply in ("421 bye", "450 grey", "451 4.7.1 grey", "452 4.5.3 too many")),
    *(("RCPT", reply, R) for reply in ("550 no such user", "550 5.1.1 no such user", "553 x", "501 x")),
    *(("RCPT", reply, P) for reply in ("530 x", "550 5.7.1 policy", "550 5.4.5 quota", "354 go")),
    *(("DATA", reply, D) for reply in ("421 bye", "451 x", "452 x")),
    *(("DATA", reply, P) for reply in ("550 x", "554 5.5.1 no valid recipients", "250 what")),
    *(("DOT", reply, A) for reply in ("250 2.0.0 queued", "200 ok", "251 ok", "250-one\r\n250 two", "250")),
    *(("DOT", reply, D) for reply in ("421 bye", "450 x", "451 4.3.0 x", "452 x")),
    *(("DOT", reply, R) for reply in ("550 x", "552 5.3.4 too big", "554 5.7.1 spam")),
    *(("DOT", reply, P) for reply in ("550 5.4.5 daily sending limit", "530 x")),
    *((verb, "251 fine", A) for verb in ("MAIL", "RCPT")),
    *((verb, "250-fine\n250 with bare line ends", A) for verb in ("MAIL", "RCPT", "DOT")),
]


@pytest.mark.parametrize(("verb", "does", "outcome"), TABLE)
def test_each_fault_at_each_phase_has_its_verdict_and_the_next_letter_goes(verb, does, outcome):
    # A limit is shortened only where the server lets us run into it, so that a busy machine fails no test.
    runs_out = verb in LIMIT and does.endswith(("stall", "drip"))
    patience = replace(SmtpPatience(), **{LIMIT[verb]: SHORT}) if runs_out else None
    server = Scripted({verb: [does]})
    letter, another = a_letter(1, body=HUGE if verb == "BODY" else "Hello\r\n"), a_letter(2)
    first, second = deliver(server, letter, another, patience=patience)
    assert first.outcome is outcome, first
    assert first.phase is Phase(verb.lower())
    assert second.outcome is A, second
    bodies = [body for _, body in server.accepted]
    assert bodies.count(letter.raw) <= 1
    assert bodies.count(another.raw) == 1
    if letter.raw in bodies:
        assert first.outcome in {A, U}
    if first.outcome is A:
        assert letter.raw in bodies


def test_a_reply_gives_code_status_and_words():
    (verdict,) = deliver(Scripted({"RCPT": ["550-5.1.1 The account\r\n550 5.1.1 does not exist"]}), a_letter())
    assert (verdict.code, verdict.status) == (550, "5.1.1")
    assert verdict.words == "5.1.1 The account does not exist"


def test_a_server_that_stops_reading_in_the_middle_has_certainly_not_got_the_letter():
    server = Scripted({"BODY": ["stall"]})
    huge = a_letter(1, body=HUGE)
    patience = replace(SmtpPatience(), block=SHORT)
    verdict, after = deliver(server, huge, a_letter(2), patience=patience)
    assert (verdict.outcome, verdict.phase) == (D, Phase.BODY)
    assert after.outcome is A
    assert server.heard.count(".") == 1


# ── The line between letters ─────────────────────────────────────────────────────────────────────────────


def test_letters_share_one_line_and_the_server_is_told_exactly_who():
    server = Scripted()
    deliver(server, a_letter(1), a_letter(2, to=("o'neil+py@xn--bcher-kva.example",)))
    size = len(a_letter(1).raw)
    assert server.connections == 1
    assert server.heard == [
        "EHLO psf.example",
        f"MAIL FROM:<fellow@psf.example> SIZE={size}",
        "RCPT TO:<ada@chipy.example>",
        "DATA",
        ".",
        f"MAIL FROM:<fellow@psf.example> SIZE={size}",
        "RCPT TO:<o'neil+py@xn--bcher-kva.example>",
        "DATA",
        ".",
        "QUIT",
    ]


def test_a_refused_letter_is_cleared_away_before_the_next_on_the_same_line():
    server = Scripted({"RCPT": ["550 no"]})
    deliver(server, a_letter(1), a_letter(2))
    assert server.connections == 1
    assert server.heard[2:5] == ["RCPT TO:<ada@chipy.example>", "RSET", server.heard[1]]


@pytest.mark.parametrize("fault", ["close", "reset", "stall", "garbage", "endless", "421 bye", "500 what"])
@pytest.mark.parametrize("verb", ["RCPT", "DATA"])
def test_trouble_with_clearing_away_never_hides_the_refusal(verb, fault):
    server = Scripted({verb: ["550 no"], "RSET": [fault]})
    patience = replace(SmtpPatience(), courtesy=SHORT)
    first, second = deliver(server, a_letter(1), a_letter(2), patience=patience)
    assert (first.code, first.words) == (550, "no")
    assert second.outcome is A
    assert server.connections == 2


@pytest.mark.parametrize("fault", ["close", "reset", "stall", "garbage", "421 bye", "500 what"])
def test_nothing_said_to_goodbye_changes_a_verdict(fault):
    patience = replace(SmtpPatience(), courtesy=SHORT)
    (verdict,) = deliver(Scripted({"QUIT": [fault]}), a_letter(), patience=patience)
    assert verdict.outcome is A


@pytest.mark.parametrize("says", ["close", "421 4.4.2 idle for too long", "250 stray"])
def test_a_line_that_was_closed_or_spoken_on_between_letters_is_replaced(says):
    class Idle(Scripted):
        async def _act(self, verb, usual, writer):
            said = await super()._act(verb, usual, writer)
            if verb == "DOT" and len(self.accepted) == 1:
                await super()._act("IDLE", "", writer)
            return said

    server = Idle({"IDLE": [says]})

    async def run():
        async with server.running() as port, post_office(settings_for(port)) as office:
            first = await office.deliver(a_letter(1))
            # The server's own next step, and so its hanging up, is certain to have happened after this.
            await asyncio.gather(*(t for t in server.tasks if says == "close"))
            return [first, await office.deliver(a_letter(2))]

    assert [v.outcome for v in asyncio.run(run())] == [A, A]
    assert [body for _, body in server.accepted] == [a_letter(1).raw, a_letter(2).raw]
    assert server.connections == 2


@pytest.mark.parametrize("fault", ["close", "reset", "garbage"])
def test_a_used_line_that_dies_at_mail_costs_no_letter(fault):
    server = Scripted({"MAIL": ["250 ok", fault]})
    verdicts = deliver(server, a_letter(1), a_letter(2))
    assert [v.outcome for v in verdicts] == [A, A]
    assert [body for _, body in server.accepted] == [a_letter(1).raw, a_letter(2).raw]


def test_a_new_line_that_dies_at_mail_too_is_not_tried_for_ever():
    server = Scripted({"MAIL": ["250 ok", "close", "close", "close"]})
    verdicts = deliver(server, a_letter(1), a_letter(2))
    assert [v.outcome for v in verdicts] == [A, D]
    assert server.connections == 2


def test_a_server_that_hangs_up_after_every_letter_gets_all_of_them_once():
    server = Scripted({"DOT": ["250 taken"] * 9, "MAIL": []})
    server.script["MAIL"] = ["250 ok", "421 4.7.0 enough", "250 ok", "close", "250 ok"]
    letters = [a_letter(n) for n in range(5)]
    verdicts = deliver(server, *letters)
    got = [body for _, body in server.accepted]
    for letter, verdict in zip(letters, verdicts, strict=True):
        assert got.count(letter.raw) == (verdict.outcome is A)


def test_a_line_that_cannot_be_opened_again_pauses_the_run():
    server = Scripted({"GREETING": ["220 hi", "554 go away", "220 hi"], "DATA": ["close"]})
    first, second, third = deliver(server, a_letter(1), a_letter(2), a_letter(3))
    assert first.outcome is D
    assert (second.outcome, second.phase) == (P, Phase.CONNECT)
    assert "554 go away" in second.words
    assert third.outcome is A


def test_after_a_refused_sign_in_nobody_asks_again(monkeypatch):
    monkeypatch.setenv("CAMPAIGN_SMTP_PASSWORD", CANARY)
    server = Scripted({"AUTH": ["235 yes", "535 5.7.8 no", "235 yes"], "DATA": ["close"]})
    first, *others = deliver(server, a_letter(1), a_letter(2), a_letter(3), user="fellow")
    assert first.outcome is D
    assert {(v.outcome, v.phase) for v in others} == {(P, Phase.AUTH)}
    assert sum(line.startswith("AUTH") for line in server.heard) == 2
    assert CANARY not in repr(others)


# ── Recipients, sizes, letters that must not leave ───────────────────────────────────────────────────────

TWO = ("ada@chipy.example", "bob@chipy.example")


def test_a_letter_is_accepted_when_one_recipient_is_and_the_others_are_named():
    server = Scripted({"RCPT": ["250 ok", "550 5.1.1 unknown"]})
    (verdict,) = deliver(server, a_letter(to=TWO))
    assert verdict.outcome is A
    assert "bob@chipy.example: 550 5.1.1 unknown" in verdict.words
    assert server.accepted == [(("ada@chipy.example",), a_letter().raw)]


@pytest.mark.parametrize(
    ("replies", "outcome"),
    [
        (["550 no", "550 no"], R),
        (["550 no", "450 later"], D),
        (["450 later", "550 5.7.1 policy"], P),
        (["250 ok", "421 bye"], D),
    ],
)
def test_when_no_recipient_is_taken_the_most_careful_answer_counts(replies, outcome):
    server = Scripted({"RCPT": replies})
    verdict, after = deliver(server, a_letter(1, to=TWO), a_letter(2))
    assert verdict.outcome is outcome
    assert after.outcome is A
    assert len(server.accepted) == 1


def test_a_letter_larger_than_the_server_takes_is_refused_before_it_is_announced():
    server = Scripted(offers=("SIZE 1000",))
    verdict, after = deliver(server, a_letter(1, body="x\r\n" * 1000), a_letter(2))
    assert (verdict.outcome, verdict.phase) == (R, Phase.MAIL)
    assert after.outcome is A
    assert sum(line.startswith("MAIL") for line in server.heard) == 1


def test_without_size_or_ehlo_the_letter_goes_all_the_same():
    server = Scripted({"EHLO": ["502 what"]}, offers=())
    (verdict,) = deliver(server, a_letter())
    assert verdict.outcome is A
    assert server.heard[:3] == ["EHLO psf.example", "HELO psf.example", "MAIL FROM:<fellow@psf.example>"]


@pytest.mark.parametrize(
    "change",
    [
        {"raw": b"Subject: x\r\n\r\nno end"},
        {"raw": b"Subject: x\r\n\r\na\n.\nMAIL FROM:<x@y.example>\r\n"},
        {"raw": b"Subject: x\r\n\r\na\r.\r\r\n"},
        {"raw": b"Subject: x\r\n\r\n\xe9\r\n"},
        {"raw": b"Subject: x\r\n\r\n\0\r\n"},
        {"raw": b"Subject: x\r\n\r\n" + b"x" * 999 + b"\r\n"},
        {"to": ()},
        {"to": (Address("b", "y.example> SIZE=1"),)},
        {"to": (Address("b", "y.example\r\nRCPT TO:<evil@z.example>"),)},
        {"to": (Address("b", "Y.example"),)},
        {"sender": Address("", "")},
    ],
)
def test_what_could_be_read_in_two_ways_never_reaches_the_server(change):
    server = Scripted()
    (verdict,) = deliver(server, replace(a_letter(), **change))
    assert verdict.outcome is P
    assert server.heard == ["EHLO psf.example", "QUIT"]


@pytest.mark.parametrize("point", ["after_mail", "after_rcpt", "after_354", "mid_body", "before_dot"])
def test_dying_before_the_dot_leaves_nothing_at_the_server(point, monkeypatch):
    monkeypatch.setenv("CAMPAIGN_FAILPOINT", f"smtp.{point}:raise")
    server = Scripted()
    with pytest.raises(RuntimeError, match=point):
        deliver(server, a_letter())
    assert "." not in server.heard
    assert server.accepted == []


@pytest.mark.parametrize("point", ["after_connect", "after_dot", "after_reply"])
def test_the_other_failpoints_are_reached_too(point, monkeypatch):
    monkeypatch.setenv("CAMPAIGN_FAILPOINT", f"smtp.{point}:raise")
    with pytest.raises(RuntimeError, match=point):
        deliver(Scripted(), a_letter())


def test_a_cancelled_letter_closes_the_line():
    server = Scripted({"DOT": ["stall"]})

    async def run():
        async with server.running() as port, post_office(settings_for(port)) as office:
            task = asyncio.create_task(office.deliver(a_letter(1)))
            while "." not in server.heard:
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return await office.deliver(a_letter(2))

    assert asyncio.run(run()).outcome is A
    assert server.connections == 2


# ── Opening the line ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", ["close", "reset", "stall", "garbage", "partial", "421 busy", "554 no"])
@pytest.mark.parametrize("verb", ["GREETING", "EHLO"])
def test_a_server_that_does_not_open_is_unavailable(verb, fault):
    if verb == "EHLO" and fault == "554 no":
        pytest.skip("HELO is tried then")
    patience = replace(SmtpPatience(), greeting=SHORT, command=SHORT) if fault == "stall" else None
    error = fail_to_open(Scripted({verb: [fault]}), patience=patience)
    assert isinstance(error, ServerUnavailable), error
    assert error.fix


def test_a_server_that_opens_for_ever_is_given_up():
    patience = replace(SmtpPatience(), opening=SHORT)
    error = fail_to_open(Scripted({"EHLO": ["stall"]}), patience=patience)
    assert isinstance(error, ServerUnavailable)
    assert "in time" in error.what


def test_nobody_at_the_port_is_one_sentence_and_a_next_step():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    async def run():
        async with post_office(settings_for(port)):
            pass

    with pytest.raises(ServerUnavailable) as caught:
        asyncio.run(run())
    assert caught.value.what == f"nobody answers at 127.0.0.1:{port}"
    assert caught.value.fix.startswith("start the server")


def test_in_the_clear_only_this_machine_is_spoken_to():
    async def run():
        async with post_office(settings_for(25, host="mail.psf.example")):
            pass

    with pytest.raises(BadSettings) as caught:
        asyncio.run(run())
    assert "tls" in caught.value.fix


@pytest.mark.parametrize(("offer", "starts"), [("AUTH PLAIN LOGIN", "AUTH PLAIN "), ("AUTH LOGIN", "AUTH LOGIN ")])
@pytest.mark.parametrize("reply", ["535 5.7.8 wrong", "534 5.7.9 app password wanted", "504 no"])
def test_a_wrong_password_is_tried_once(offer, starts, reply, monkeypatch):
    monkeypatch.setenv("CAMPAIGN_PASSWORD", CANARY)
    server = Scripted({"AUTH": [reply]}, offers=("AUTH CRAM-MD5", offer))
    error = fail_to_open(server, user="fellow")
    assert isinstance(error, SignInRefused)
    assert reply in error.what
    assert "fellow" in error.what
    (line,) = [line for line in server.heard if line.startswith("AUTH")]
    assert line.startswith(starts)


@pytest.mark.parametrize("reply", ["454 4.7.0 later", "421 too many", "432 4.3.2 x", "close", "garbage"])
def test_a_server_that_cannot_check_the_password_now_has_not_refused_it(reply, monkeypatch):
    monkeypatch.setenv("CAMPAIGN_PASSWORD", CANARY)
    error = fail_to_open(Scripted({"AUTH": [reply]}), user="fellow")
    assert isinstance(error, ServerUnavailable)


@pytest.mark.parametrize("offers", [(), ("AUTH XOAUTH2",)])
def test_a_server_without_a_way_to_sign_in_is_told_nothing(offers, monkeypatch):
    monkeypatch.setenv("CAMPAIGN_PASSWORD", CANARY)
    server = Scripted(offers=offers)
    error = fail_to_open(server, user="fellow")
    assert isinstance(error, SignInRefused)
    assert not any(line.startswith("AUTH") for line in server.heard)


def encoded(text):
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "echo", [CANARY, encoded(CANARY), encoded(f"\0fellow\0{CANARY}"), f"{'x' * 290} {CANARY}", "\u200b".join(CANARY)]
)
@pytest.mark.parametrize("form", ["535 5.7.8 bad: {}", "454 later: {}", "{}"])
def test_a_server_that_echoes_the_password_does_not_make_us_print_it(echo, form, monkeypatch):
    monkeypatch.setenv("CAMPAIGN_PASSWORD", CANARY)
    reply = form.format(echo).encode().decode("latin-1")
    error = fail_to_open(Scripted({"AUTH": [reply]}), user="fellow")
    told = everything_said_by(error)
    assert CANARY not in told
    assert "canary" not in told
    assert encoded(CANARY) not in told
    assert encoded(f"\0fellow\0{CANARY}") not in told


# ── TLS, and aiosmtpd ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A throw-away certificate for 127.0.0.1, and one for another name."""
    folder = tmp_path_factory.mktemp("tls")

    def make(name, alternative):
        pem, key = folder / f"{name}.pem", folder / f"{name}.key"
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
                *("-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName={alternative}"),
                *("-keyout", key, "-out", pem),
            ],
            check=True,
            capture_output=True,
        )
        return pem, key

    return {"here": make("here", "IP:127.0.0.1"), "elsewhere": make("elsewhere", "DNS:elsewhere.example")}


@dataclass
class Aiosmtpd:
    """The real thing on loopback."""

    certificate: tuple = ()
    implicit: bool = False
    password: str = ""
    got: list = field(default_factory=list)
    logins: list = field(default_factory=list)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.got.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content, session.host_name))
        return "250 2.0.0 queued"

    def check(self, server, session, envelope, mechanism, data):
        self.logins.append((mechanism, data.login, session.ssl is not None))
        return AuthResult(success=data.password == self.password.encode())

    @contextlib.asynccontextmanager
    async def running(self):
        context = None
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.certificate)
        sign_in = {"authenticator": self.check, "auth_required": True, "auth_require_tls": bool(context)}

        def protocol():
            return SMTP(
                self,
                hostname="mx.example",
                data_size_limit=2**26,
                tls_context=None if self.implicit else context,
                **(sign_in if self.password else {}),
            )

        server = await asyncio.get_running_loop().create_server(
            protocol, "127.0.0.1", 0, ssl=context if self.implicit else None
        )
        yield server.sockets[0].getsockname()[1]
        server.close()


LINES = st.lists(
    st.text(st.sampled_from(".aF =>\t-"), max_size=6) | st.sampled_from([".", "..", "From x", "", "." * 998, "x" * 998]),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_the_server_gets_exactly_the_bytes_of_the_letter(lines):
    letter = a_letter(body="".join(f"{line}\r\n" for line in lines))
    server = Aiosmtpd()
    (verdict,) = deliver(server, letter)
    assert verdict.outcome is A
    assert server.got == [("fellow@psf.example", ["ada@chipy.example"], letter.raw, "psf.example")]


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_with_tls_the_password_and_a_large_letter_go_through(tls, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate["here"][0]))
    monkeypatch.setenv("CAMPAIGN_SMTP_PASSWORD", CANARY)
    server = Aiosmtpd(certificate["here"], implicit=tls == "implicit", password=CANARY)
    large = a_letter(2, body=("x" * 76 + "\r\n") * 50_000)
    verdicts = deliver(server, a_letter(1), large, tls=tls, user="fellow")
    assert [v.outcome for v in verdicts] == [A, A]
    assert [raw for _, _, raw, _ in server.got] == [a_letter(1).raw, large.raw]
    assert server.logins == [("PLAIN", b"fellow", True)]


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
@pytest.mark.parametrize(
    ("whose", "trusted", "words"),
    [("here", None, "nobody whom this machine trusts"), ("elsewhere", "elsewhere", "another name")],
)
def test_a_wrong_certificate_is_named_in_plain_words(tls, whose, trusted, words, certificate, monkeypatch):
    monkeypatch.setenv("CAMPAIGN_PASSWORD", CANARY)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[trusted][0]))
    server = Aiosmtpd(certificate[whose], implicit=tls == "implicit", password=CANARY)
    error = fail_to_open(server, tls=tls, user="fellow")
    assert isinstance(error, SignInRefused)
    assert words in error.what
    assert server.logins == []


@pytest.mark.parametrize(
    "server",
    [
        Scripted(offers=("AUTH PLAIN LOGIN",)),
        Scripted({"STARTTLS": ["454 4.7.0 not now"]}, offers=("STARTTLS", "AUTH PLAIN")),
        Scripted({"STARTTLS": ["500 what"]}, offers=("STARTTLS", "AUTH PLAIN")),
        Scripted({"EHLO": ["502 no"], "HELO": ["502 no"]}, offers=("AUTH PLAIN",)),
        Scripted({"STARTTLS": ["close"]}, offers=("STARTTLS", "AUTH PLAIN")),
        Scripted({"STARTTLS": ["220 go\r\n250-x\r\n250 AUTH PLAIN\r\n235 yes"]}, offers=("STARTTLS", "AUTH PLAIN")),
    ],
)
def test_without_encryption_not_one_byte_of_the_password_leaves(server, monkeypatch):
    monkeypatch.setenv("CAMPAIGN_PASSWORD", CANARY)
    error = fail_to_open(server, tls="starttls", user="fellow", patience=replace(SmtpPatience(), command=SHORT * 4))
    assert isinstance(error, SignInRefused | ServerUnavailable)
    assert not any("AUTH" in line for line in server.heard)
    assert not any(line.startswith("MAIL") for line in server.heard)


def test_tls_where_there_is_none_is_a_setting_to_correct():
    error = fail_to_open(Scripted(), tls="implicit")
    assert isinstance(error, BadSettings)
    assert "starttls" in error.fix


def test_a_wrong_password_at_a_real_server_is_one_try(certificate, monkeypatch):
    monkeypatch.setenv("CAMPAIGN_PASSWORD", CANARY)
    server = Aiosmtpd(password="another")
    error = fail_to_open(server, user="fellow")
    assert isinstance(error, SignInRefused)
    assert len(server.logins) == 1
    assert CANARY not in everything_said_by(error)
