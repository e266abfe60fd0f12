"""The way to an SMTP server: connecting, encrypting and signing in, once, and never in the clear."""

import asyncio
import base64
import gc
import socket
import warnings
from dataclasses import replace

import pytest
from liars import (
    CANARY,
    SHORT,
    Aiosmtpd,
    Scripted,
    a_certificate,
    a_letter,
    deliver,
    everything_said_by,
    fail_to_open,
    settings_for,
)

from mailer.errors import BadSettings, ServerUnavailable, SignInRefused
from mailer.nouns import Outcome, Server
from mailer.servers import post_office
from mailer.servers.patience import SmtpPatience
from mailer.servers.trouble import place


@pytest.mark.parametrize("fault", ["close", "reset", "stall", "garbage", "partial", "421 busy", "554 no"])
@pytest.mark.parametrize("verb", ["GREETING", "EHLO"])
def test_a_server_that_does_not_open_is_unavailable(verb, fault):
    patience = replace(SmtpPatience(), greeting=SHORT, command=SHORT) if fault == "stall" else None
    error = fail_to_open(Scripted({verb: [fault], "HELO": [fault]}), patience=patience)
    assert isinstance(error, ServerUnavailable), error
    assert error.fix


@pytest.mark.parametrize(
    ("says", "now", "fix"),
    [
        ("421 4.7.0 too many", " now", "try again in a few minutes"),
        (
            "554 5.7.1 you are blocked",
            "",
            "ask whoever runs the mail server, or correct host and port under [smtp]",
        ),
    ],
)
def test_who_is_turned_away_for_good_is_not_told_to_try_again(says, now, fix):
    error = fail_to_open(Scripted({"GREETING": [says]}))
    assert error.what.endswith(f" does not take letters{now}: {says}")
    assert error.fix == fix


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
    assert caught.value.fix.startswith("start it")


def test_the_colons_of_an_address_are_told_from_that_of_the_port():
    assert place(Server("::1", 465, "implicit", "")) == "[::1]:465"
    assert place(Server("mail.psf.example", 465, "implicit", "")) == "mail.psf.example:465"


def test_in_the_clear_only_this_machine_is_spoken_to():
    async def run():
        async with post_office(settings_for(25, host="mail.psf.example")):
            pass

    with pytest.raises(BadSettings) as caught:
        asyncio.run(run())
    assert "tls" in caught.value.fix


@pytest.mark.parametrize(
    ("offer", "starts"), [("AUTH PLAIN LOGIN", "AUTH PLAIN "), ("AUTH LOGIN", "AUTH LOGIN ")]
)
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
    "echo",
    [CANARY, encoded(CANARY), encoded(f"\0fellow\0{CANARY}"), f"{'x' * 290} {CANARY}", "\u200b".join(CANARY)],
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


# ── TLS ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A throw-away certificate for this machine, and one for another."""
    folder = tmp_path_factory.mktemp("tls")
    return {
        "here": a_certificate(folder, "here", "IP:127.0.0.1"),
        "elsewhere": a_certificate(folder, "elsewhere", "DNS:elsewhere.example"),
    }


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_with_tls_the_password_and_a_large_letter_go_through(tls, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate["here"][0]))
    monkeypatch.setenv("CAMPAIGN_SMTP_PASSWORD", CANARY)
    server = Aiosmtpd(certificate["here"], implicit=tls == "implicit", password=CANARY)
    large = a_letter(2, body=("x" * 76 + "\r\n") * 50_000)
    verdicts = deliver(server, a_letter(1), large, tls=tls, user="fellow")
    assert [v.outcome for v in verdicts] == [Outcome.ACCEPTED] * 2
    assert [raw for _, _, raw, _ in server.got] == [a_letter(1).raw, large.raw]
    assert server.logins == [("PLAIN", b"fellow")]


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
        Scripted(
            {"STARTTLS": ["220 go\r\n250-x\r\n250 AUTH PLAIN\r\n235 yes"]}, offers=("STARTTLS", "AUTH PLAIN")
        ),
    ],
)
def test_without_encryption_not_one_byte_of_the_password_leaves(server, monkeypatch):
    monkeypatch.setenv("CAMPAIGN_PASSWORD", CANARY)
    error = fail_to_open(
        server, tls="starttls", user="fellow", patience=replace(SmtpPatience(), command=SHORT * 4)
    )
    assert isinstance(error, SignInRefused | ServerUnavailable)
    assert not any("AUTH" in line for line in server.heard)
    assert not any(line.startswith("MAIL") for line in server.heard)


def test_tls_where_there_is_none_is_a_setting_to_correct():
    error = fail_to_open(Scripted(), tls="implicit")
    assert isinstance(error, BadSettings)
    assert "starttls" in error.fix
    # Early Pythons 3.11 leave the socket of a failed handshake to the garbage collector, which complains.
    del error
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        gc.collect()


def test_a_wrong_password_at_a_real_server_is_one_try(certificate, monkeypatch):
    monkeypatch.setenv("CAMPAIGN_PASSWORD", CANARY)
    server = Aiosmtpd(password="another")
    error = fail_to_open(server, user="fellow")
    assert isinstance(error, SignInRefused)
    assert len(server.logins) == 1
    assert CANARY not in everything_said_by(error)
