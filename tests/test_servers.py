"""The dry run, the sentences for broken connections, and how lightly the room is entered."""

import asyncio
import hashlib
import ssl
import subprocess
import sys
from dataclasses import replace

import pytest

from mailer.errors import ServerUnavailable, SignInRefused
from mailer.nouns import Address, Letter, LetterId, Outcome, Phase, Sender, Server, Settings
from mailer.servers import is_loopback, nowhere
from mailer.servers.trouble import unreachable

FAR = Server("mail.psf.example", 465, "implicit", "fellow")


# ── The dry run ──────────────────────────────────────────────────────────────────────────────────────────

SETTINGS = Settings(Sender("Grace", Address("grace", "psf.example")), FAR, FAR)


def dry(letter):
    async def run():
        async with nowhere(SETTINGS) as office:
            return await office.deliver(letter)

    return asyncio.run(run())


def a_letter(raw=b"Subject: x\r\n\r\nHello\r\n"):
    to = (Address("ada", "chipy.example"),)
    digest = hashlib.sha256(raw).hexdigest()
    return Letter(
        LetterId("spring", "chipy", "hello"), "<1@x>", SETTINGS.sender.address, to, "x", raw, digest
    )


def test_the_dry_run_accepts_without_any_server():
    verdict = dry(a_letter())
    assert (verdict.outcome, verdict.phase) == (Outcome.ACCEPTED, Phase.DOT)
    assert "nothing was sent" in verdict.words


def test_the_dry_run_finds_the_letter_that_no_server_may_get():
    assert dry(a_letter(b"Subject: x\r\n\r\na\n.\n\r\n")).outcome is Outcome.PAUSE


# ── Sentences for connections that fail ──────────────────────────────────────────────────────────────────


def certificate_error(number):
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = number
    error.verify_message = "what openssl says\x1b[0m"
    return error


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (10, "has expired"),
        (9, "is not valid yet"),
        (18, "signed by nobody whom this machine trusts"),
        (20, "signed by nobody whom this machine trusts"),
        (62, "made out to another name"),
        (23, "what openssl says\ufffd[0m"),
    ],
)
def test_a_bad_certificate_is_told_in_plain_words_however_deep_it_lies(number, words):
    wrapped = ConnectionError("wrapped by a library")
    wrapped.__cause__ = certificate_error(number)
    error = unreachable(FAR, "smtp", wrapped)
    assert isinstance(error, SignInRefused)
    assert error.what.startswith("mail.psf.example:465 cannot prove who it is")
    assert words in error.what
    assert error.fix


@pytest.mark.parametrize(
    ("server", "cause", "what", "fix"),
    [
        (
            FAR,
            ConnectionRefusedError(111, "no"),
            "nobody answers at mail.psf.example:465",
            "check the network",
        ),
        (
            FAR,
            OSError(101, "x"),
            "nobody answers at mail.psf.example:465 (Network is unreachable)",
            "check the network",
        ),
        (
            replace(FAR, host="localhost"),
            OSError("Multiple exceptions"),
            "nobody answers at localhost:465",
            "start it",
        ),
        (FAR, TimeoutError(), "mail.psf.example:465 did not answer in time", "try again later"),
        (
            replace(FAR, tls="starttls"),
            TimeoutError(),
            "mail.psf.example:465 did not answer in time",
            "write tls",
        ),
    ],
)
def test_an_unreachable_server_is_one_sentence_and_a_next_step(server, cause, what, fix):
    error = unreachable(server, "smtp", cause)
    assert isinstance(error, ServerUnavailable)
    assert error.what == what
    assert error.fix.startswith(fix)


# ── The room ─────────────────────────────────────────────────────────────────────────────────────────────


def test_loopback_means_both_servers():
    here = replace(FAR, host="127.0.0.1")
    assert is_loopback(replace(SETTINGS, smtp=here, imap=here))
    assert not is_loopback(replace(SETTINGS, smtp=here))
    assert not is_loopback(replace(SETTINGS, imap=here))


def test_entering_the_room_loads_no_mail_library():
    heavy = "{'aiosmtplib', 'imapclient', 'imaplib', 'netrc'}"
    program = f"import sys, mailer.servers; print(sorted({heavy} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
