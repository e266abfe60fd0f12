"""Passwords, the dry run, the sentences for broken connections, and how lightly the room is entered."""

import asyncio
import hashlib
import ssl
import subprocess
import sys
from dataclasses import replace

import pytest
from liars import CANARY, everything_said_by

from mailer.errors import BadSettings, ServerUnavailable, SignInRefused
from mailer.nouns import Address, Letter, LetterId, Outcome, Phase, Sender, Server, Settings
from mailer.servers import is_loopback, nowhere
from mailer.servers.passwords import Credentials, credentials
from mailer.servers.trouble import unreachable

FAR = Server("mail.psf.example", 465, "implicit", "fellow")


# ── Passwords ────────────────────────────────────────────────────────────────────────────────────────────


def command(program):
    return replace(FAR, password_cmd=(sys.executable, "-c", program))


@pytest.mark.parametrize(
    ("printed", "password"),
    [
        (f"{CANARY}\\n", CANARY),
        (f"{CANARY}", CANARY),
        (f"{CANARY}\\r\\nuser: fellow\\n", CANARY),
        (" two words \\n", " two words "),
        ("pa$$\\u00e9'\\\"\\n", "pa$$é'\""),
    ],
)
def test_a_password_is_the_first_line_that_the_command_prints(printed, password):
    server = command(f'import sys; sys.stdout.buffer.write("{printed}".encode())')
    found = credentials(server, "smtp", {"CAMPAIGN_PASSWORD": "another"})
    assert found == Credentials("fellow", password)


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (
            f"import sys; print({CANARY!r}); sys.exit('the store is locked\\x1b[2J')",
            "failed with 1: the store is locked",
        ),
        ("pass", "printed nothing"),
        (f"print(); print({CANARY!r})", "printed nothing"),
        (f"import sys; sys.stdout.buffer.write({CANARY!r}.encode() + b'\\xff')", "is no UTF-8 text"),
        (f"print({CANARY!r} + '\\x07')", "cannot be typed"),
        (f"import sys; sys.stdout.buffer.write({CANARY!r}.encode() + b'\\r x')", "cannot be typed"),
    ],
)
def test_a_command_without_a_password_is_explained_and_its_output_never_shown(program, words):
    with pytest.raises(BadSettings) as caught:
        credentials(command(program), "smtp", {})
    assert words in caught.value.what
    assert caught.value.fix
    assert CANARY not in everything_said_by(caught.value)
    assert "\x1b" not in caught.value.what


def test_a_command_that_never_ends_is_ended():
    server = command(f"import time; print({CANARY!r}, flush=True); time.sleep(600)")
    with pytest.raises(BadSettings, match=r"took longer than 0\.5 seconds") as caught:
        credentials(server, "smtp", {}, wait=0.5)
    assert CANARY not in everything_said_by(caught.value)


def test_a_command_that_is_not_there_is_named_without_its_arguments():
    server = replace(FAR, password_cmd=("no-such-program", CANARY))
    with pytest.raises(
        BadSettings, match=r"no-such-program cannot be run \(No such file or directory\)"
    ) as caught:
        credentials(server, "smtp", {})
    assert CANARY not in everything_said_by(caught.value)


def test_the_environment_is_looked_at_next_the_particular_before_the_general():
    environ = {"CAMPAIGN_SMTP_PASSWORD": "s", "CAMPAIGN_IMAP_PASSWORD": "i", "CAMPAIGN_PASSWORD": "p"}
    assert credentials(FAR, "smtp", environ) == Credentials("fellow", "s")
    assert credentials(FAR, "imap", environ) == Credentials("fellow", "i")
    assert credentials(FAR, "imap", {"CAMPAIGN_PASSWORD": "p"}) == Credentials("fellow", "p")


def netrc(tmp_path, text, mode=0o600):
    path = tmp_path / "netrc"
    path.write_text(text)
    path.chmod(mode)
    return {"NETRC": str(path)}


ENTRY = f"machine mail.psf.example login fellow password {CANARY}\n"


def test_netrc_is_looked_at_last(tmp_path):
    environ = netrc(tmp_path, ENTRY)
    assert credentials(FAR, "smtp", environ) == Credentials("fellow", CANARY)
    assert credentials(FAR, "smtp", {**environ, "CAMPAIGN_PASSWORD": "p"}) == Credentials("fellow", "p")


def test_netrc_is_found_at_home(nobodys_home, monkeypatch):
    path = nobodys_home / ".netrc"
    path.write_text(ENTRY)
    path.chmod(0o600)
    try:
        assert credentials(FAR, "smtp", {}) == Credentials("fellow", CANARY)
    finally:
        path.unlink()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_netrc_that_others_can_read_is_refused(tmp_path, mode):
    with pytest.raises(BadSettings) as caught:
        credentials(FAR, "smtp", netrc(tmp_path, ENTRY, mode))
    assert caught.value.fix == f"chmod 600 {tmp_path / 'netrc'}"
    assert CANARY not in everything_said_by(caught.value)


@pytest.mark.parametrize(
    "text", [f"machine mail.psf.example {CANARY} x", f"machine mail.psf.example login {CANARY} \xff"]
)
def test_a_broken_netrc_is_told_by_its_place_only(tmp_path, text):
    environ = netrc(tmp_path, "")
    (tmp_path / "netrc").write_bytes(text.encode("latin-1"))
    with pytest.raises(BadSettings) as caught:
        credentials(FAR, "smtp", environ)
    assert str(tmp_path / "netrc") in caught.value.where + caught.value.what
    assert CANARY not in everything_said_by(caught.value)


@pytest.mark.parametrize(
    "entry", ["", f"machine other.example login fellow password {CANARY}", ENTRY.replace("fellow", "eve")]
)
def test_without_any_password_it_says_what_to_write(tmp_path, entry):
    with pytest.raises(BadSettings) as caught:
        credentials(FAR, "imap", netrc(tmp_path, entry))
    assert caught.value.what == "there is no password for fellow at mail.psf.example:465"
    assert "password_cmd" in caught.value.fix
    assert "CAMPAIGN_IMAP_PASSWORD" in caught.value.fix


def test_without_a_user_nobody_signs_in_and_no_command_is_run():
    assert credentials(replace(command("1/0"), user=""), "smtp", {"CAMPAIGN_PASSWORD": "p"}) is None


def test_a_password_is_in_no_repr():
    server = replace(FAR, password_cmd=("echo", CANARY))
    assert CANARY not in repr(Credentials("fellow", CANARY)) + str(Credentials("fellow", CANARY)) + repr(
        server
    )


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
