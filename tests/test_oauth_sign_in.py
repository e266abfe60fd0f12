"""Signing in with a token: at scripted servers, at Debian's Dovecot and Postfix, and by the command."""

import asyncio
import base64
import json
import os
import subprocess
import time
from contextlib import contextmanager
from dataclasses import replace

import dovecot
import postfix
import pytest
from authority import VISIT, Authority
from conftest import without
from liars import CANARY, LONG_AGO, Imap, Scripted, a_letter, a_mail, everything_said_by, settings_for
from stage import START, campaign, environment
from test_secrets import place, traces  # noqa: F401 - a fixture, and what searches for secrets

from mailer.errors import BadSettings, CampaignError, ServerUnavailable, SignInRefused
from mailer.ledger import create
from mailer.nouns import Outcome, Server
from mailer.servers import keychain, mailbox, post_office, sasl
from mailer.servers.oauth import keep
from mailer.servers.oauth.grants import Grant
from mailer.servers.passwords import Credentials, credentials, renewed

A = Outcome.ACCEPTED
SERVER = Server("127.0.0.1", 25, "none", "fellow")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """An account of its own, without a keyring."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(keychain, "installed", lambda: False)


def with_token(port, token=CANARY, **change):
    """Settings for a server at which `printf` gives the token."""
    settings = settings_for(port, user="fellow")
    server = replace(settings.smtp, **{"token_cmd": ("printf", "%s", token), **change})
    return replace(settings, smtp=server, imap=server)


def post(server, *letters, token=CANARY, **change):
    """Start the server and hand letters in; the verdicts."""

    async def run():
        async with server.running() as port, post_office(with_token(port, token, **change)) as office:
            return [await office.deliver(letter) for letter in letters]

    return asyncio.run(run())


def refused(deed, *words, **more):
    """The error of a deed; nothing of it tells the canary."""
    with pytest.raises(CampaignError) as caught:
        deed(*words, **more)
    assert CANARY not in everything_said_by(caught.value)
    assert caught.value.fix
    return caught.value


def read(settings):
    with mailbox(settings) as box:
        return [mail.raw for _, mail in box.fetch("INBOX", None, LONG_AGO) if mail]


def encoded(text):
    return base64.b64encode(text.encode()).decode()


XOAUTH2 = f"user=fellow\1auth=Bearer {CANARY}\1\1"
OAUTHBEARER = "n,a=fellow,\1host=127.0.0.1\1port={port}\1auth=Bearer " + f"{CANARY}\1\1"

# ── The words ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_openings_are_those_of_the_standards():
    # The example of RFC 7628 §4.1, and that of Google's page on XOAUTH2.
    there = Server("server.example.com", 143, "starttls", "user@example.com")
    token = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="
    standard = (
        "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyI"
        "HZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
    )
    opening = sasl.opening("OAUTHBEARER", there, there.user, token)
    assert base64.b64encode(opening).decode() == standard
    google = (
        "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG"
        "1semRHRXVZMjl0Q2cBAQ=="
    )
    token = "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"
    opening = sasl.opening("XOAUTH2", there, "someuser@example.com", token)
    assert base64.b64encode(opening).decode() == google


def test_a_name_with_marks_is_escaped_only_where_the_standard_says_so():
    assert sasl.opening("OAUTHBEARER", SERVER, "a=b,c", "t").startswith(b"n,a=a=3Db=2Cc,\1")
    assert sasl.opening("XOAUTH2", SERVER, "a=b,c", "t").startswith(b"user=a=b,c\1")


@pytest.mark.parametrize(
    ("offered", "way"),
    [
        (("plain", "xoauth2", "oauthbearer"), "OAUTHBEARER"),
        (("PLAIN", "XOAUTH2"), "XOAUTH2"),
        (("PLAIN", "XOAUTH"), ""),
        ((), ""),
    ],
)
def test_the_standard_goes_first(offered, way):
    assert sasl.best(offered) == way


@pytest.mark.parametrize(
    ("challenge", "words"),
    [
        (b'{"status":"invalid_token","scope":"x"}', "invalid_token"),
        (base64.b64encode(b'{"status":"401","schemes":"Bearer"}'), "401"),
        (b'{"status": 401}', ""),
        (b"[]", ""),
        (b"what", ""),
        (b"\xff" * 9, ""),
        (b"[" * 9999, ""),
        (b"", ""),
    ],
)
def test_the_reason_of_a_refusal_is_found_in_its_json(challenge, words):
    assert sasl.reason(challenge) == words


# ── SMTP by script ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("offer", ["AUTH PLAIN XOAUTH2 OAUTHBEARER", "AUTH LOGIN PLAIN XOAUTH2"])
def test_a_token_opens_the_post_office_in_one_line(offer):
    server = Scripted(offers=(offer,))
    assert [verdict.outcome for verdict in post(server, a_letter())] == [A]
    (said,) = [line for line in server.heard if line.startswith("AUTH")]
    way, opening = said.split()[1:]
    port = base64.b64decode(opening).decode().partition("port=")[2].partition("\1")[0]
    wanted = OAUTHBEARER.format(port=port) if "BEARER" in offer else XOAUTH2
    assert (way, opening) == ("OAUTHBEARER" if "BEARER" in offer else "XOAUTH2", encoded(wanted))


def test_a_long_token_waits_for_the_servers_word():
    long = CANARY + "x" * 2000
    server = Scripted({"AUTH": ["334 "], "": []}, offers=("AUTH XOAUTH2",))
    opening = encoded(f"user=fellow\1auth=Bearer {long}\1\1")
    server.script[opening.upper()] = ["235 welcome"]
    assert [verdict.outcome for verdict in post(server, a_letter(), token=long)] == [A]
    assert "AUTH XOAUTH2" in server.heard
    assert opening in server.heard


@pytest.mark.parametrize(
    ("offer", "answer"), [("AUTH OAUTHBEARER", "AQ=="), ("AUTH XOAUTH2", "")], ids=["standard", "google"]
)
@pytest.mark.parametrize("reply", ["535 5.7.8 Username and Password not accepted", "530 5.7.57 no"])
def test_a_refused_token_is_answered_as_the_standard_wants_and_tried_once(offer, answer, reply):
    challenge = encoded(json.dumps({"status": "invalid_\x1btoken", "schemes": "bearer"}))
    server = Scripted({"AUTH": [f"334 {challenge}"], answer: [reply]}, offers=(offer,))
    error = refused(post, server)
    assert isinstance(error, SignInRefused)
    assert reply in error.what
    assert "token)" in error.what
    assert "\x1b" not in error.what
    assert "try token_cmd under [smtp] by hand" in error.fix
    assert server.heard[-1] == answer
    assert sum(line.startswith("AUTH") for line in server.heard) == 1


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ({"AUTH": ["535 5.7.8 no"]}, SignInRefused),
        ({"AUTH": ["504 what"]}, SignInRefused),
        ({"AUTH": ["454 4.7.0 later"]}, ServerUnavailable),
        ({"AUTH": ["334 ???"], "AQ==": ["334 again"]}, ServerUnavailable),
        ({"AUTH": ["334 ???"], "AQ==": ["close"]}, ServerUnavailable),
        ({"AUTH": ["250 fine"]}, ServerUnavailable),
        ({"AUTH": ["close"]}, ServerUnavailable),
        ({"AUTH": ["garbage"]}, ServerUnavailable),
    ],
)
def test_a_server_that_does_not_come_to_its_end_over_a_token_gets_no_letter(script, kind):
    server = Scripted(script, offers=("AUTH OAUTHBEARER",))
    assert isinstance(refused(post, server, a_letter()), kind)
    assert not any(line.startswith("MAIL") for line in server.heard)
    assert len(server.heard) <= 3


@pytest.mark.parametrize("echo", [CANARY, encoded(XOAUTH2), encoded(CANARY)])
def test_a_server_that_repeats_the_token_is_not_quoted(echo):
    challenge = encoded(json.dumps({"status": echo}))
    for script in ({"AUTH": [f"535 bad: {echo}"]}, {"AUTH": [f"334 {challenge}"], "AQ==": ["535 no"]}):
        error = refused(post, Scripted(script, offers=("AUTH OAUTHBEARER",)))
        assert "left out" in error.what


def test_a_server_that_takes_no_token_is_told_none():
    for offers in (("AUTH PLAIN LOGIN",), ()):
        server = Scripted(offers=offers)
        error = refused(post, server)
        assert isinstance(error, SignInRefused)
        assert ("only by PLAIN LOGIN" in error.what) == bool(offers)
        assert not any(line.startswith("AUTH") for line in server.heard)


def test_without_encryption_no_token_leaves():
    server = Scripted(offers=("AUTH XOAUTH2",))
    error = refused(post, server, tls="starttls")
    assert isinstance(error, SignInRefused)
    assert not any(line.startswith("AUTH") for line in server.heard)
    for deed in (
        lambda: post(server, host="mail.psf.example"),
        lambda: read(with_token(1, host="mail.psf.example")),
    ):
        assert isinstance(refused(deed), BadSettings)


# ── IMAP by script ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("offer", "starts"), [("AUTH=OAUTHBEARER AUTH=XOAUTH2", "n,a="), ("AUTH=XOAUTH2", "user=")]
)
def test_a_token_opens_the_mailbox(offer, starts):
    with Imap([a_mail(1)], capabilities=f"IMAP4rev1 AUTH=PLAIN {offer}") as server:
        assert read(with_token(server.port)) == [a_mail(1)]
    (said,) = [line for line in server.heard if line.startswith("- ")]
    assert said.startswith(f"- {starts}")
    assert f"\1auth=Bearer {CANARY}\1\1" in said


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ({"AUTHENTICATE": [b"TAG NO [AUTHENTICATIONFAILED] wrong\r\n"]}, SignInRefused),
        ({"AUTHENTICATE": [b"TAG NO [UNAVAILABLE] later\r\n"]}, ServerUnavailable),
        ({"AUTHENTICATE": [b"+ " + CANARY.encode() + b"\r\nTAG NO x\r\n"]}, CampaignError),
        ({"AUTHENTICATE": ["close"]}, ServerUnavailable),
    ],
)
def test_a_mailbox_that_does_not_open_to_a_token_says_why(script, kind):
    with Imap(script=script, capabilities="IMAP4rev1 AUTH=XOAUTH2") as server:
        assert isinstance(refused(read, with_token(server.port)), kind)


def test_with_a_mailbox_that_challenges_for_ever_the_sign_in_is_broken_off():
    script = {"AUTHENTICATE": [b"+ \r\n+ \r\n+ \r\nTAG NO x\r\n"]}
    with Imap(script=script, capabilities="IMAP4rev1 AUTH=XOAUTH2") as server:
        assert isinstance(refused(read, with_token(server.port)), SignInRefused)
    # We hang up with the last word, which the server may not have read by then.
    asked = next(number for number, line in enumerate(server.heard) if "auth=Bearer" in line)
    assert server.heard[asked + 1 :] in (["", "*"], ["", "*", "*"])


def test_a_mailbox_that_takes_no_token_is_told_none():
    with Imap() as server:
        error = refused(read, with_token(server.port))
    assert "only by PLAIN" in error.what
    assert server.commands == ["CAPABILITY"]


# ── Where tokens come from ───────────────────────────────────────────────────────────────────────────────


def test_a_command_for_tokens_is_asked_before_passwords_and_again_after_a_while():
    server = replace(SERVER, token_cmd=("sh", "-c", f"echo {CANARY}-$$"))
    known = credentials(server, "smtp", {**os.environ, "CAMPAIGN_PASSWORD": "another"})
    assert known.is_token
    assert known.password.startswith(f"{CANARY}-")
    assert CANARY not in repr(known)
    assert renewed(known, server, "smtp", os.environ) is known
    later = renewed(replace(known, until=time.monotonic()), server, "smtp", os.environ)
    assert later.password != known.password
    password = Credentials("fellow", "p")
    assert renewed(password, server, "smtp", {}) is password
    assert renewed(None, server, "smtp", {}) is None


def test_a_command_without_a_token_is_explained():
    error = refused(credentials, replace(SERVER, token_cmd=("false", CANARY)), "imap", os.environ)
    assert error.what == "token_cmd under [imap] failed with 1"
    assert "prints an access token" in error.fix


def test_a_long_run_signs_in_again_with_a_new_token():
    server = Scripted({"MAIL": ["250 ok", "close"]}, offers=("AUTH XOAUTH2",))

    async def run(authority):
        async with server.running() as port:
            settings = with_token(port, token_cmd=(), oauth=authority.oauth)
            async with post_office(settings) as office:
                first = await office.deliver(a_letter(1))
                # An hour later.
                office._known = replace(office._known, until=0.0)
                keep(authority.oauth, "fellow", Grant(f"{CANARY}-refresh-1", "old", 0, 1), os.environ)
                return first, await office.deliver(a_letter(2))

    with a_consent("fellow") as authority:
        assert [verdict.outcome for verdict in asyncio.run(run(authority))] == [A, A]
    said = [base64.b64decode(line.split()[2]) for line in server.heard if line.startswith("AUTH")]
    assert [f"{CANARY}-access-{number}".encode() in line for number, line in enumerate(said, 1)] == [True] * 2


# ── Dovecot and Postfix ──────────────────────────────────────────────────────────────────────────────────


@contextmanager
def a_consent(user, **how):
    """A provider at which the person has consented."""
    with Authority(user, **how) as authority:
        given = authority.grant()
        tokens = Grant(given["refresh_token"], given["access_token"], time.time(), time.time() + 3600)
        keep(authority.oauth, user, tokens, os.environ)
        yield authority


@pytest.mark.parametrize("way", ["xoauth2", "oauthbearer"])
def test_dovecot_lets_a_good_token_in_and_no_other(way, need_server):
    program = need_server("dovecot")
    with (
        a_consent("fellow1", padding=1500) as authority,
        dovecot.running(program, "x", tokens=authority.url("/introspect"), ways=way) as server,
    ):
        box = server.mailbox("fellow1")
        box.put(a_mail(1), at=START)
        settings = with_token(server.port, user="fellow1", token_cmd=(), oauth=authority.oauth)
        assert [raw.splitlines() for raw in read(settings)] == [a_mail(1).splitlines()]
        assert authority.forms("/introspect")[0]["token"].startswith(f"{CANARY}-access-1")
        authority.tokens.clear()
        error = refused(read, settings)
        assert len(authority.forms("/introspect")) == 2
    assert isinstance(error, SignInRefused)
    assert error.what.startswith(f"127.0.0.1:{server.port} does not let fellow1 sign in: ")
    assert error.what.endswith("(401)" if way == "xoauth2" else "(invalid_token)")
    assert error.fix.startswith("campaign login, and consent as fellow1")


@pytest.fixture(scope="module")
def token_provider(need_server):
    """Postfix and Dovecot that take the tokens of a provider of consents."""
    programs = need_server("postfix"), need_server("dovecot")
    if os.getuid():
        without("only root can start Postfix")
    user = "fellow@psf.example"
    with (
        Authority(user) as authority,
        postfix.running(*programs, "throw-away", authority.url("/introspect")) as provider,
    ):
        yield authority, provider


@pytest.mark.parametrize(("tls", "way"), [("starttls", "OAUTHBEARER"), ("implicit", "XOAUTH2")])
def test_postfix_lets_a_good_token_in_and_no_other(tls, way, token_provider, monkeypatch):
    authority, provider = token_provider
    monkeypatch.setenv("SSL_CERT_FILE", str(provider.certificate))
    given = authority.grant()
    keep(
        authority.oauth,
        authority.user,
        Grant(given["refresh_token"], given["access_token"], time.time(), time.time() + 3600),
        os.environ,
    )
    town = provider.town()
    port = provider.port if tls == "starttls" else provider.tls_port
    settings = with_token(port, user=authority.user, tls=tls, token_cmd=(), oauth=authority.oauth)

    async def send():
        async with post_office(settings) as office:
            return await office.deliver(a_letter(to=[f"ada@{town}"]))

    assert asyncio.run(send()).outcome is A
    assert len(provider.mails(f"ada@{town}")) == 1
    assert f"sasl_method={way}" in provider.log
    authority.tokens.clear()
    error = refused(asyncio.run, send())
    assert isinstance(error, SignInRefused)
    assert "535 5.7.8" in error.what


# ── The installed command ────────────────────────────────────────────────────────────────────────────────


class Desk:
    """A workspace at that provider, and an account that has no keyring and its own browser."""

    def __init__(self, folder, authority, provider, *, installed=False):
        self.installed = installed
        self.folder, self.authority, self.town = folder, authority, provider.town()
        self.home = folder / "home"
        self.environ = {
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.home / "state"),
            "SSL_CERT_FILE": str(provider.certificate),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }
        for name in ("campaigns", "templates", "home"):
            (folder / name).mkdir()
        self.write("templates/hello.md", "Subject: Hello\n\nHello {{ greeting }}\n")
        self.write("campaigns/hello.toml", '[[steps]]\ntemplate = "hello"\n')
        self.write("campaigns/groups.csv", f"group,greeting,email\nchipy,Ada,ada@{self.town}\n")
        server = '[{}]\nhost = "127.0.0.1"\nport = {}\ntls = "{}"\nuser = "{}"\noauth = "own"\n'
        smtp = server.format("smtp", provider.tls_port, "implicit", authority.user)
        imap = server.format("imap", provider.dovecot.tls_port, "implicit", authority.user)
        sender = f'[sender]\nname = "Grace"\nemail = "{authority.user}"\n'
        self.write("campaigns/settings.toml", f"{sender}{smtp}{imap}{authority.section}")

    def write(self, path, text):
        (self.folder / path).write_text(text)

    def run(self, *words, code=0, **more):
        done = campaign(self.folder, *words, installed=self.installed, **{**self.environ, **more})
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        self.said = " ".join((done.stdout + done.stderr).split())
        assert traces(CANARY, self.folder / "campaigns", done.stdout, done.stderr) == {}
        return self.said


def test_login_in_the_browser_then_send_read_and_logout(token_provider, tmp_path, monkeypatch):
    authority, provider = token_provider
    desk = Desk(tmp_path, authority, provider, installed=True)
    monkeypatch.setenv("XDG_STATE_HOME", desk.environ["XDG_STATE_HOME"])
    create(tmp_path / "campaigns" / "ledger", tmp_path / "campaigns" / "ledger-id", START).close()
    said = desk.run("send", "hello", "--confirm", "1", code=77)
    assert f"no consent of {authority.user} is kept here" in said
    browser = tmp_path / "browser"
    browser.write_text(VISIT)
    said = desk.run("login", BROWSER=f"python {browser} %s")
    assert f"campaign is let in as {authority.user}; kept in {desk.home}" in said
    assert "1 letter sent" in desk.run("send", "hello", "--confirm", "1")
    assert len(provider.mails(f"ada@{desk.town}")) == 1
    assert "sasl_method=XOAUTH2" in provider.log
    answer = f"From: ada@{desk.town}\r\nTo: {authority.user}\r\nSubject: Re: Hello\r\n\r\nYes, gladly!\r\n"
    provider.dovecot.mailbox(authority.user).put(answer.encode(), at=START.replace(year=2027))
    assert f"chipy human ada@{desk.town} Yes, gladly!" in desk.run("replies")
    authority.revoke()
    (kept,) = (desk.home / "state" / "campaign").glob("consent-*.json")
    kept.write_text(json.dumps({**json.loads(kept.read_text()), "until": 0}))
    said = desk.run("replies", code=77)
    assert "campaign login, and consent as" in said
    assert "is forgotten here" in desk.run("logout")
    assert not kept.exists()
    nothing = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    assert "there was no consent" in desk.run("logout", **nothing)


def test_login_on_another_device_shows_the_code(token_provider, tmp_path):
    authority, provider = token_provider
    desk = Desk(tmp_path, authority, provider)
    authority.script["/device"] = [{**authority.device({}), "interval": 1}]
    said = desk.run("login", "--device")
    assert f"open {authority.url('/code')} on any device, and type there: WDJB-MJHT" in said
    assert "campaign is let in" in said


def test_login_where_no_server_wants_it_names_the_setting(token_provider, tmp_path):
    desk = Desk(tmp_path, *token_provider)
    settings = tmp_path / "campaigns" / "settings.toml"
    settings.write_text(settings.read_text().replace('oauth = "own"\n', ""))
    assert 'write oauth = "google"' in desk.run("login", code=2)
    assert 'write oauth = "google"' in desk.run("logout", code=2)


def test_ctrl_c_while_the_browser_is_waited_for_keeps_nothing(token_provider, tmp_path):
    authority, provider = token_provider
    desk = Desk(tmp_path, authority, provider)
    process = subprocess.Popen(
        ["campaign", "login"],
        cwd=tmp_path,
        env=environment(**desk.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    shown = ""
    while "waiting for you" not in shown:
        shown += process.stderr.readline()
    process.send_signal(2)
    _, rest = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "nothing was kept" in rest
    assert authority.url("/authorize") in shown
