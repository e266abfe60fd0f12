"""Consents: how a person gives one, what comes of it, and what a hostile or broken provider cannot do."""

import os
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from authority import CLIENT, DEVICE_GRANT, Authority, visit
from liars import CANARY, SHORT, a_certificate, everything_said_by, server_side

from mailer.errors import (
    BadSettings,
    CampaignError,
    ServerUnavailable,
    SignInRefused,
    TryAgain,
    UsageError,
)
from mailer.nouns import OAUTH_PRESETS
from mailer.servers.oauth import by_browser, by_device
from mailer.servers.oauth.device import Clock
from mailer.servers.oauth.grants import Grant, grant
from mailer.servers.oauth.web import MOST_OCTETS, ask


@pytest.fixture
def authority():
    with Authority() as authority:
        yield authority


def refused(deed, *words, **more):
    """The error of a deed; nothing of it tells the canary."""
    with pytest.raises(CampaignError) as caught:
        deed(*words, **more)
    assert CANARY not in everything_said_by(caught.value)
    assert caught.value.fix
    return caught.value


# ── In the browser ───────────────────────────────────────────────────────────────────────────────────────


class Browser:
    """Opens what it is shown, while we go on; `through` changes the address first."""

    def __init__(self, *visits):
        self.visits = visits or (visit,)
        self.shown = []
        self.pages = []

    def __call__(self, url):
        self.shown.append(url)
        self.thread = threading.Thread(target=self._go, args=[url])
        self.thread.start()

    def _go(self, url):
        for one in self.visits:
            self.pages.append(one(url))

    @property
    def asked(self):
        return {name: values[0] for name, values in parse_qs(urlsplit(self.shown[0]).query).items()}


def consent(oauth, *visits, secret="", wait=20.0):
    browser = Browser(*visits)
    try:
        return by_browser(oauth, "fellow", secret, browser, wait), browser
    finally:
        if browser.shown:
            browser.thread.join()


def back(url, **answer):
    """The address on which the browser is awaited, with an answer."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    answer = {"state": asked["state"], **answer}
    return f"{asked['redirect_uri']}/?{urlencode(answer)}"


def test_a_consent_in_the_browser_brings_tokens(authority):
    given, browser = consent(authority.oauth)
    assert given.refresh == f"{CANARY}-refresh-1"
    assert given.access == f"{CANARY}-access-1"
    assert 3500 < given.until - time.time() <= 3600
    assert "Thank you" in browser.pages[0]
    assert CANARY not in browser.pages[0] + repr(given)
    asked = browser.asked
    assert (asked["response_type"], asked["client_id"], asked["scope"]) == ("code", CLIENT, "mail")
    assert asked["login_hint"] == "fellow"
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 40
    (form,) = authority.forms("/token")
    assert len(form["code_verifier"]) >= 43  # RFC 7636 §4.1
    assert form["code_verifier"] not in browser.shown[0]


def test_each_consent_has_a_state_and_a_verifier_of_its_own(authority):
    asked = [consent(authority.oauth)[1].asked for _ in range(2)]
    assert asked[0]["state"] != asked[1]["state"]
    assert asked[0]["code_challenge"] != asked[1]["code_challenge"]


def test_the_two_large_providers_are_asked_as_they_want_it(authority):
    for name, wanted in (
        ("google", "access_type=offline&prompt=consent"),
        ("microsoft", "http%3A%2F%2Flocalhost"),
    ):
        known = OAUTH_PRESETS[name]
        urls = {"token_url": authority.oauth.token_url, "client_id": CLIENT}
        here = replace(known, authorization_url=authority.url("/authorize?a=1"), **urls)
        given, browser = consent(here)
        assert given.refresh
        assert wanted in browser.shown[0]
        assert browser.shown[0].count("?") == 1
        assert known.token_url.startswith("https://")
        assert known.authorization_url.startswith("https://")


def test_strangers_who_knock_are_sent_away_and_the_answer_is_still_taken(authority):
    def forge(url):
        return visit(back(url, state="guessed", code="theirs"))

    def without_state(url):
        where = back(url, code="theirs")
        return visit(f"{where.partition('?')[0]}?code=theirs")

    def twice(url):
        return visit(f"{back(url, code='theirs')}&state=x")

    def icon(url):
        return visit(back(url).replace("/?", "/favicon.ico?"))

    def rubbish(url):
        parts = urlsplit(back(url))
        with socket.create_connection((parts.hostname, parts.port)) as line:
            line.sendall(b"\x16\x03\x01 \xff\xff\r\n\r\n")
            return line.makefile().readline()

    def silence(url):
        parts = urlsplit(back(url))
        socket.create_connection((parts.hostname, parts.port)).close()
        return "404"

    given, browser = consent(authority.oauth, forge, without_state, twice, icon, rubbish, silence, visit)
    assert given.access
    assert all("404" in page for page in browser.pages[:-1])
    assert [form["code"] for form in authority.forms("/token")] == [f"{CANARY}-code-0"]


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ({"error": "access_denied"}, SignInRefused, "you did not consent"),
        ({"error": "invalid_scope", "error_description": "no\x1b[31m"}, BadSettings, "what [oauth] says"),
        ({"error": "server_error"}, SignInRefused, "does not let campaign in: server_error"),
        ({}, SignInRefused, "does not let campaign in"),
    ],
)
def test_a_consent_that_is_not_given_is_explained(authority, answer, kind, words):
    error = refused(consent, authority.oauth, lambda url: visit(back(url, **answer)))
    assert isinstance(error, kind)
    assert words in error.what
    assert "\x1b" not in error.what
    assert authority.forms("/token") == []


def test_a_code_that_another_program_has_used_up_brings_nothing(authority):
    def thief(url):
        return visit(back(url, code="stolen"))

    error = refused(consent, authority.oauth, thief)
    assert isinstance(error, SignInRefused)
    assert "invalid_grant" in error.what
    assert "campaign login" in error.fix


def test_nobody_who_consents_is_waited_for_without_end(authority):
    error = refused(consent, authority.oauth, lambda url: "", wait=SHORT)
    assert isinstance(error, TryAgain)
    assert "--device" in error.fix


def test_a_provider_without_a_page_is_asked_by_device(authority):
    error = refused(consent, replace(authority.oauth, authorization_url=""))
    assert isinstance(error, UsageError)
    assert error.fix == "campaign login --device"


def test_the_clients_secret_is_shown_where_a_provider_wants_it():
    with Authority(secret="s3cret-of-the-client") as authority:
        assert consent(authority.oauth, secret="s3cret-of-the-client")[0].access
        error = refused(consent, authority.oauth)
    assert isinstance(error, BadSettings)
    assert "client_secret_cmd" in error.fix


# ── On another device ────────────────────────────────────────────────────────────────────────────────────


class Time(Clock):
    """Passes when somebody sleeps, and not for ever."""

    __slots__ = ("naps",)

    def __init__(self):
        object.__setattr__(self, "naps", [])
        super().__init__(lambda: sum(self.naps), self._nap)

    def _nap(self, seconds):
        self.naps.append(seconds)
        assert len(self.naps) < 1000, "it goes on for ever"


def on_device(authority, **change):
    clock, shown = Time(), []
    oauth = replace(authority.oauth, **change)
    return by_device(oauth, "fellow", "", lambda *words: shown.append(words), clock), clock.naps, shown


def test_a_consent_on_another_device_brings_tokens(authority):
    authority.pending = 3
    given, naps, shown = on_device(authority)
    assert given.refresh == f"{CANARY}-refresh-1"
    assert shown == [(authority.url("/code"), "WDJB-MJHT")]
    assert naps == [5, 5, 5, 5]
    assert {form["grant_type"] for form in authority.forms("/token")} == {DEVICE_GRANT}


def test_a_provider_that_asks_to_slow_down_is_asked_less_often(authority):
    slow = (400, {"error": "slow_down"})
    authority.script["/token"] = [slow, (400, {"error": "authorization_pending"}), slow, (503, {})]
    assert on_device(authority)[1] == [5, 10, 10, 15, 30]


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ((400, {"error": "access_denied"}), SignInRefused, "you did not consent"),
        ((400, {"error": "expired_token"}), TryAgain, "in time"),
        ((400, {"error": "invalid_client"}), BadSettings, "client_id"),
        ((400, {"error": "x", "error_description": CANARY + "-device"}), SignInRefused, "left out"),
    ],
)
def test_a_refusal_on_another_device_is_explained(authority, answer, kind, words):
    authority.script["/token"] = [answer]
    error = refused(on_device, authority)
    assert isinstance(error, kind)
    assert words in f"{error.what} {error.fix}"
    assert len(authority.forms("/token")) == 1


def test_a_code_that_nobody_types_is_not_asked_for_without_end(authority):
    authority.pending = 10**6
    error = refused(on_device, authority)
    assert isinstance(error, TryAgain)
    assert len(authority.forms("/token")) == 179  # 900 seconds, one each five


@pytest.mark.parametrize(
    "change",
    [
        {"interval": 0, "expires_in": 30},
        {"interval": "0", "expires_in": "30"},
        {"interval": 40, "expires_in": 10**8},
        {"interval": -1, "expires_in": 10**300},
        {"interval": None, "expires_in": True},
    ],
)
def test_odd_numbers_make_us_neither_hurry_nor_wait_for_ever(authority, change):
    authority.script["/device"] = [{**authority.device({}), **change}]
    authority.pending = 10**6
    clock = Time()
    refused(by_device, authority.oauth, "fellow", "", lambda *words: None, clock)
    assert min(clock.naps) >= 1
    assert sum(clock.naps) <= 1800


@pytest.mark.parametrize(
    "change",
    [
        {"user_code": ""},
        {"device_code": 5},
        {"verification_uri": "javascript:alert(1)"},
        {"verification_uri": None},
        {"verification_uri": "https://[x"},
    ],
)
def test_a_provider_without_a_code_to_type_is_explained(authority, change):
    authority.script["/device"] = [{**authority.device({}), **change}]
    assert "no code to type" in refused(on_device, authority).what


def test_what_is_shown_of_a_provider_is_clean(authority):
    odd = {"user_code": "A\x1b[31mB", "verification_url": "https://x.example/\x07", "verification_uri": ""}
    authority.script["/device"] = [{**authority.device({}), **odd}]
    (shown,) = on_device(authority)[2]
    assert not any(ord(character) < 32 for character in "".join(shown))


def test_google_lets_no_mail_program_in_by_device():
    error = refused(by_device, OAUTH_PRESETS["google"], "fellow", "", print)
    assert isinstance(error, UsageError)
    assert error.fix == "campaign login"


# ── Hostile and broken providers ─────────────────────────────────────────────────────────────────────────

TOLD = f"{CANARY}-told"
REFRESH = {"grant_type": "refresh_token", "refresh_token": TOLD}


def ask_for_tokens(authority, wait=20.0):
    return grant(authority.oauth, REFRESH, "", 1000.0, wait)


def elsewhere(status):
    def step(visitor):
        visitor.say(status, b"{}", Location=visitor.server.url("/steal"))

    return step


def huge(visitor):
    visitor.send_response(200)
    visitor.end_headers()
    while not visitor.server.over.is_set():
        visitor.wfile.write(b'{"a": "' + b"x" * 2**18)


def huge_header(visitor):
    visitor.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 2**16)


def patient(visitor):
    while not visitor.server.over.is_set():
        visitor.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 999)


def drip(visitor):
    visitor.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not visitor.server.over.wait(SHORT / 8):
        visitor.wfile.write(b"X: y\r\n")


def silent(visitor):
    visitor.server.over.wait(20)


GOOD = {"access_token": "a", "token_type": "bearer", "expires_in": 60}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_sends_us_elsewhere_with_a_secret(authority, status):
    authority.script["/token"] = [elsewhere(status)]
    error = refused(ask_for_tokens, authority)
    assert isinstance(error, BadSettings)
    assert "elsewhere" in error.what
    assert [path for path, _ in authority.heard] == ["/token"]


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (b"", BadSettings),
        (b"SSH-2.0-x\r\n", BadSettings),
        (b"HTTP/1.1 200 OK\r\n\r\n", BadSettings),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{}", BadSettings),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", BadSettings),
        (b"HTTP/1.1 200 OK\r\n\r\n<html>please sign in</html>", BadSettings),
        (b"HTTP/1.1 200 OK\r\n\r\n\xff\xfe{}", BadSettings),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 100_000, BadSettings),
        (b'HTTP/1.1 200 OK\r\n\r\n{"access_token": "' + b"x" * MOST_OCTETS, BadSettings),
        ((200, []), BadSettings),
        ((200, "token"), BadSettings),
        ((404, {}), BadSettings),
        ((400, {"error": 7}), BadSettings),
        ((500, {"error": "invalid_grant"}), ServerUnavailable),
        ((429, {"error": "invalid_grant"}), ServerUnavailable),
        (huge, BadSettings),
        (huge_header, BadSettings),
        (patient, BadSettings),
        ({**GOOD, "access_token": 5}, BadSettings),
        ({**GOOD, "access_token": "a\r\nA1 LOGOUT"}, BadSettings),
        ({**GOOD, "access_token": "a\1auth=x"}, BadSettings),
        ({**GOOD, "access_token": "ä"}, BadSettings),
        ({**GOOD, "access_token": "x" * 20_000}, BadSettings),
        ({**GOOD, "refresh_token": "a b"}, BadSettings),
        ({**GOOD, "token_type": "mac"}, BadSettings),
        ({**GOOD, "token_type": ["bearer"]}, BadSettings),
        ({"token_type": "bearer"}, BadSettings),
    ],
)
def test_an_answer_that_is_none_is_an_error_in_plain_words(authority, step, kind):
    authority.script["/token"] = [step]
    error = refused(ask_for_tokens, authority)
    assert isinstance(error, kind), error
    assert "127.0.0.1" in error.what


@pytest.mark.parametrize("step", [drip, silent])
def test_a_provider_that_does_not_come_to_its_end_is_given_up(authority, step):
    authority.script["/token"] = [step]
    error = refused(ask_for_tokens, authority, wait=SHORT)
    assert isinstance(error, ServerUnavailable)
    assert "in time" in error.what


@pytest.mark.parametrize(
    ("said", "seconds"),
    [(60, 60), ("60", 60), (10**9, 86_400), (-5, 0), (None, 0), ("soon", 0), (True, 0), (1e400, 0)],
)
def test_how_long_a_token_lasts_is_believed_within_reason(authority, said, seconds):
    authority.script["/token"] = [{**GOOD, "expires_in": said}]
    given = ask_for_tokens(authority)
    assert given == Grant(TOLD, "a", 1000.0, 1000.0 + seconds)


def test_a_chunked_answer_is_read(authority):
    body = b'{"access_token":"a","token_type":"Bearer"}'
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    authority.script["/token"] = [head + f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"]
    assert ask_for_tokens(authority).access == "a"


@pytest.mark.parametrize("url", ["http://accounts.users.example/token", "ftp://accounts.users.example/token"])
def test_in_the_clear_only_this_machine_is_told_a_secret(url):
    error = refused(ask, url, REFRESH)
    assert isinstance(error, BadSettings)
    assert "in the clear" in error.what


def test_nobody_at_the_address_is_one_sentence(authority):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    error = refused(ask, f"http://127.0.0.1:{port}/token", REFRESH)
    assert isinstance(error, ServerUnavailable)
    assert "Connection refused" in error.what


def test_a_provider_that_cannot_prove_who_it_is_is_told_nothing(tmp_path):
    heard = []

    def serve(door):
        line, _ = door.accept()
        with line:
            try:
                with server_side(a_certificate(tmp_path, "here", "IP:127.0.0.1")).wrap_socket(
                    line, server_side=True
                ) as secure:
                    heard.append(secure.recv(100))
            except (ssl.SSLError, OSError):
                heard.append(b"")

    with socket.create_server(("127.0.0.1", 0)) as door, ThreadPoolExecutor() as pool:
        pool.submit(serve, door)
        error = refused(ask, f"https://127.0.0.1:{door.getsockname()[1]}/token", REFRESH)
    assert isinstance(error, SignInRefused)
    assert "cannot prove who it is: self-signed certificate" in error.what
    assert heard == [b""]


def test_with_tls_tokens_are_fetched(authority, tmp_path, monkeypatch):
    certificate = a_certificate(tmp_path, "here", "IP:127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    authority.socket = server_side(certificate).wrap_socket(authority.socket, server_side=True)
    url = authority.url("/token").replace("http:", "https:")
    authority.script["/token"] = [GOOD]
    assert ask(url, REFRESH).fields == GOOD


def test_a_web_proxy_of_the_environment_sees_no_secret(authority, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    authority.script["/token"] = [GOOD]
    assert isinstance(ask_for_tokens(authority), Grant)
    assert os.environ["http_proxy"]
