"""The post office at servers without a script: what is handed in arrives, byte for byte, and nowhere else.

The same tests for aiosmtpd, for the rehearsal's own server, and for Debian's Postfix, which files by Dovecot.
"""

import asyncio
import contextlib
import gc
import re
from dataclasses import replace

import pytest
from dovecot import GONE, until
from liars import (
    CANARY,
    Aiosmtpd,
    a_certificate,
    a_letter,
    deliver,
    deliver_together,
    fail_to_open,
    settings_for,
)
from postfix import LIMIT

from mailer.errors import SignInRefused
from mailer.nouns import Outcome, Phase
from mailer.rehearsal import Habit, Person, Rehearsal
from mailer.servers import nowhere, post_office

A, R, P = Outcome.ACCEPTED, Outcome.REFUSED, Outcome.PAUSE

USER = "fellow@psf.example"
"""Who signs in; also the sender of `a_letter`."""


# ── The servers ──────────────────────────────────────────────────────────────────────────────────────────
#
# Attributes of each: `tls` as in the settings; the `password` of `USER`, and the certificate to `trust`; the
# `town` of its people, of whom none is called `nobody`; `says`, when it has taken a letter; its `limit`.


class Library:
    """aiosmtpd."""

    tls, town, says, limit = "starttls", "chipy.example", "2.0.0 queued", 300_000

    def __init__(self, request):
        certificate = a_certificate(request.getfixturevalue("tmp_path"), "here", "IP:127.0.0.1")
        self.trust, self.password = certificate[0], CANARY
        self.server = Aiosmtpd(certificate, password=CANARY, limit=self.limit)

    def running(self):
        return self.server.running()

    def inbox(self, name):
        return [raw for _, to, raw, _ in self.server.got if f"{name}@{self.town}" in to]


class Embedded:
    """The rehearsal's."""

    tls, town, says, limit = "none", "chipy.example", "2.0.0 OK: taken in", 32 * 2**20

    def __init__(self, request):
        self.trust, self.password = "", CANARY
        nobody = Person(f"nobody@{self.town}", Habit.UNKNOWN)
        self.post = Rehearsal([nobody], user=USER, password=CANARY, must_sign_in=True)

    @contextlib.asynccontextmanager
    async def running(self):
        with self.post:
            yield self.post.smtp_port

    def inbox(self, name):
        return [posted.raw for posted in self.post.letters if f"{name}@{self.town}" in posted.to]


class Postfix:
    """Debian's, with Dovecot behind it."""

    tls, says, limit = "starttls", "2.0.0 Ok: queued as ", LIMIT

    def __init__(self, request):
        self.provider = request.getfixturevalue("provider")
        self.trust, self.password = self.provider.certificate, self.provider.password
        self.town = self.provider.town()

    @contextlib.asynccontextmanager
    async def running(self):
        yield self.provider.port

    def inbox(self, name):
        return [as_handed_in(raw) for raw in self.provider.mails(f"{name}@{self.town}")]


def as_handed_in(raw):
    """A mail of a mailbox without the lines that the servers on its way put on top of it."""
    raw = raw.replace(b"\n", b"\r\n")
    while found := re.match(rb"(Return-Path|Delivered-To|Received):.*?\r\n(?![ \t])", raw, re.DOTALL):
        raw = raw[found.end() :]
    return raw


@pytest.fixture(params=[Library, Embedded, Postfix], ids=["aiosmtpd", "rehearsal", "postfix"])
def server(request, monkeypatch):
    server = request.param(request)
    monkeypatch.setenv("CAMPAIGN_PASSWORD", server.password)
    monkeypatch.setenv("SSL_CERT_FILE", str(server.trust))
    return server


# What the others do not do, or do not tell.
only_postfix = pytest.mark.parametrize("server", [Postfix], ids=["postfix"], indirect=True)


# ── What arrives ─────────────────────────────────────────────────────────────────────────────────────────

BODIES = {
    "dots": ".\r\n..\r\n...\r\n.a\r\na.\r\n\r\n.\r\n",
    "nothing but a dot": ".\r\n",
    "no words at all": "",
    "empty lines at its end": "Hello\r\n\r\n\r\n",
    "the longest lines": f"{'x' * 998}\r\n.{'y' * 997}\r\n",
    "what looks like commands": "QUIT\r\nDATA\r\nMAIL FROM:<eve@psf.example>\r\nFrom eve\r\n>From eve\r\n",
    "blanks at the ends of lines": "Hello \t\r\n \r\n\t\r\n-- \r\nGrace\r\n",
    "more than one block": f".{'x' * 75}\r\n" * 3_000,
}


def test_each_letter_arrives_byte_for_byte_and_once(server):
    letters = [a_letter(number, [f"ada@{server.town}"], body) for number, body in enumerate(BODIES.values())]
    _, verdicts = deliver_together(server, *letters, tls=server.tls, user=USER, connections=2)
    assert [verdict.outcome for verdict in verdicts] == [A] * len(BODIES)
    assert sorted(server.inbox("ada")) == sorted(letter.raw for letter in letters)


def test_what_the_server_said_is_kept(server):
    (verdict,) = deliver(server, a_letter(to=[f"ada@{server.town}"]), tls=server.tls, user=USER)
    assert (verdict.phase, verdict.code, verdict.status) == (Phase.DOT, 250, "2.0.0")
    assert verdict.words.startswith(server.says)


# ── Whom it reaches ──────────────────────────────────────────────────────────────────────────────────────


def test_a_refused_recipient_is_told_with_its_reason_and_the_next_letter_goes(server):
    refused, fine = a_letter(1, [f"nobody@{server.town}"]), a_letter(2, [f"ada@{server.town}"])
    first, second = deliver(server, refused, fine, tls=server.tls, user=USER)
    assert (first.outcome, first.phase, first.code, first.status) == (R, Phase.RCPT, 550, "5.1.1")
    assert second.outcome is A
    assert server.inbox("ada") == [fine.raw]


def test_of_several_recipients_the_others_get_it_and_the_refused_one_is_named(server):
    letter = a_letter(to=[f"{name}@{server.town}" for name in ("ada", "nobody", "emmy")])
    (verdict,) = deliver(server, letter, tls=server.tls, user=USER)
    assert verdict.outcome is A
    assert f"nobody@{server.town}: 550 5.1.1" in verdict.words
    assert server.inbox("ada") == server.inbox("emmy") == [letter.raw]


# ── Whom it is taken from ────────────────────────────────────────────────────────────────────────────────


def test_without_a_sign_in_nothing_is_taken_and_no_recipient_is_blamed(server):
    (verdict,) = deliver(server, a_letter(to=[f"ada@{server.town}"]), tls=server.tls)
    assert verdict.outcome is P, verdict
    assert server.inbox("ada") == []


def test_a_wrong_password_opens_no_post_office(server, monkeypatch):
    monkeypatch.setenv("CAMPAIGN_PASSWORD", "mistyped")
    error = fail_to_open(server, tls=server.tls, user=USER)
    assert isinstance(error, SignInRefused)
    assert "535 5.7.8" in error.what
    gc.collect()  # a line that was left open would complain now, and so fail this test


@only_postfix
def test_a_server_that_passes_nothing_on_stops_the_run_and_no_recipient_is_blamed(server):
    (verdict,) = deliver(server, a_letter(to=["ada@chipy.invalid"]), tls=server.tls, user=USER)
    assert (verdict.outcome, verdict.phase, verdict.code, verdict.status) == (P, Phase.RCPT, 554, "5.7.1")
    assert "Relay access denied" in verdict.words


# ── How large it may be ──────────────────────────────────────────────────────────────────────────────────


def test_a_letter_above_the_servers_limit_is_refused_before_a_byte_of_it_leaves(server):
    to = [f"ada@{server.town}"]
    large, small = a_letter(1, to, f"{'x' * 998}\r\n" * (server.limit // 1_000 + 1)), a_letter(2, to)
    first, second = deliver(server, large, small, tls=server.tls, user=USER)
    assert (first.outcome, first.phase, first.code) == (R, Phase.MAIL, 0)
    assert f"takes only {server.limit:,}" in first.words
    assert second.outcome is A
    assert server.inbox("ada") == [small.raw]


@only_postfix
def test_a_letter_that_outgrows_the_limit_by_the_servers_own_lines_is_refused_at_the_dot(server):
    to, line = [f"ada@{server.town}"], f"{'x' * 98}\r\n"
    lines = (server.limit - len(a_letter(1, to, "").raw)) // len(line)
    first, second = deliver(server, a_letter(1, to, line * lines), a_letter(2, to), tls=server.tls, user=USER)
    assert (first.outcome, first.phase, first.code) == (R, Phase.DOT, 552)
    assert second.outcome is A
    assert server.inbox("ada") == [a_letter(2, to).raw]


@only_postfix
def test_letters_share_one_line_and_refused_ones_are_cleared_away(server):
    names = ["ada"] * 9 + ["nobody"] + ["ada"] * 4 + ["nobody"] * 2 + ["ada"]
    letters = [a_letter(number, [f"{name}@{server.town}"]) for number, name in enumerate(names)]
    deliver(server, *letters, tls=server.tls, user=USER)
    until(lambda: "auth=1 mail=17 rcpt=14/17 data=14/17 rset=3 quit=1" in server.provider.log)


@only_postfix
def test_a_report_of_a_letter_that_came_back_names_it(server):
    """RFC 3461: by our own id of it, whatever else the report leaves out."""
    to = f"{GONE}@{server.town}"
    (verdict,) = deliver(server, a_letter(7, [to]), tls=server.tls, user=USER)
    assert verdict.outcome is A
    reports = [raw.decode() for raw in server.provider.mails(USER) if to in raw.decode()]
    assert len(reports) == 1
    assert re.search(r"^Original-Envelope-Id: c\.7@psf\.example\r?$", reports[0], re.MULTILINE)
    assert re.search(rf"^Original-Recipient: rfc822;{to}\r?$", reports[0], re.MULTILINE)


# ── What must not leave ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("way_out", [post_office, nowhere], ids=["really", "dry run"])
@pytest.mark.parametrize("only_to", [("ada@chipy.example",), ("@chipy.example", "bo@oslo.example")])
def test_where_it_is_said_to_whom_alone_letters_go_nobody_else_gets_one(way_out, only_to):
    """B05: in the last function before the line, whoever asked for the letter."""
    server = Aiosmtpd()

    async def run():
        async with server.running() as port, way_out(replace(settings_for(port), only_to=only_to)) as office:
            both = ("Ada@chipy.example", "cy@berlin.example")
            return [await office.deliver(a_letter(1, to)) for to in (both[:1], both[1:], both)]

    hers, his, theirs = asyncio.run(run())
    assert hers.outcome is A
    assert (his.outcome, his.words) == (P, "CAMPAIGN_ONLY_TO does not name cy@berlin.example")
    assert theirs == his
    assert [to for _, to, _, _ in server.got] == [["Ada@chipy.example"]] * (way_out is post_office)
