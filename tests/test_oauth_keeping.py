"""Tokens: where they are kept, who can read them, and that a refresh token is used once and never lost."""

import json
import os
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from authority import Authority
from liars import CANARY, everything_said_by

from mailer.errors import BadSettings, CampaignError, ServerUnavailable, SignInRefused, TryAgain
from mailer.servers import keychain
from mailer.servers.oauth import Keeper, access_token, client_secret, keep
from mailer.servers.oauth.grants import Grant

NOW = 1_700_000_000.0
HERE = str(Path(__file__).parent)
GRANT = Grant("refresh", "access", NOW, NOW + 3600)


@pytest.fixture
def authority():
    with Authority() as authority:
        yield authority


@pytest.fixture
def environ(tmp_path, monkeypatch):
    """An account that has not installed `campaign[keyring]`."""
    monkeypatch.setattr(keychain, "installed", lambda: False)
    return {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}


@pytest.fixture
def ring(environ, tmp_path, monkeypatch):
    """The same account with a keyring that works: the environment, and the file of its keyring."""
    monkeypatch.undo()
    mine = {
        "MY_KEYRING": str(tmp_path / "ring"),
        "PYTHON_KEYRING_BACKEND": "keyrings_of_mine.InAFile",
        "PYTHONPATH": HERE,
    }
    return {**environ, **mine}, tmp_path / "ring"


def files(environ):
    folder = Path(environ["XDG_STATE_HOME"]) / "campaign"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def the_file(environ):
    (path,) = (Path(environ["XDG_STATE_HOME"]) / "campaign").glob("consent-*.json")
    return path


def consented(authority, environ, *, lasting=0.0, at=NOW):
    """Keep a consent whose access token ends so many seconds after `at`."""
    given = authority.grant()
    return keep(
        authority.oauth,
        "fellow",
        Grant(given["refresh_token"], given["access_token"], at, at + lasting),
        environ,
    )


def fresh(authority, environ, now=NOW, user="fellow"):
    return access_token(authority.oauth, user, environ, lambda: now).text


def refused(*words, **more):
    """The error of asking for a token; nothing of it tells the canary."""
    with pytest.raises(CampaignError) as caught:
        fresh(*words, **more)
    assert CANARY not in everything_said_by(caught.value)
    assert caught.value.fix
    return caught.value


# ── Where it lies ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_without_a_keyring_tokens_lie_in_a_file_for_nobody_else(authority, environ, umask):
    before = os.umask(umask)
    try:
        where = consented(authority, environ)
    finally:
        os.umask(before)
    path = the_file(environ)
    assert where == str(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.with_suffix(".lock").stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(files(environ)) == 2


def test_with_a_keyring_tokens_lie_there_and_in_no_file(authority, ring):
    environ, file = ring
    assert consented(authority, environ, lasting=3600) == "this account's keyring"
    assert f"{CANARY}-refresh-1" in file.read_text()
    assert [name.rpartition(".")[2] for name in files(environ)] == ["lock"]
    assert fresh(authority, environ) == f"{CANARY}-access-1"
    assert fresh(authority, environ, NOW + 4000) == f"{CANARY}-access-2"
    assert f"{CANARY}-refresh-2" in file.read_text()
    assert Keeper(authority.oauth, "fellow", environ).forget()
    assert CANARY not in file.read_text()
    assert not Keeper(authority.oauth, "fellow", environ).forget()


@pytest.mark.parametrize("backend", ["keyring.backends.null.Keyring", "keyrings_of_mine.Forgetful"])
def test_a_keyring_that_keeps_nothing_is_noticed(authority, ring, backend):
    environ = {**ring[0], "PYTHON_KEYRING_BACKEND": backend}
    assert consented(authority, environ) == str(the_file(environ))


def test_what_is_kept_stays_where_it_lies(authority, ring):
    environ, file = ring
    consented(authority, {**environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"})
    assert fresh(authority, environ) == f"{CANARY}-access-2"
    assert not file.exists()
    assert f"{CANARY}-refresh-2" in the_file(environ).read_text()


@pytest.mark.parametrize("backend", ["keyring.backends.fail.Keyring", "keyrings_of_mine.InAFile"])
def test_what_is_forgotten_lies_nowhere(authority, ring, backend):
    environ = {**ring[0], "PYTHON_KEYRING_BACKEND": backend}
    consented(authority, ring[0])
    Keeper(authority.oauth, "fellow", ring[0])._file.write_text("{}")
    assert Keeper(authority.oauth, "fellow", environ).forget()
    assert not list((Path(environ["XDG_STATE_HOME"]) / "campaign").glob("*.json"))
    assert (CANARY in ring[1].read_text()) == (backend == "keyring.backends.fail.Keyring")


def test_a_keyring_that_is_locked_is_said(authority, ring):
    environ, _ = ring
    consented(authority, environ)
    locked = {**environ, "PYTHON_KEYRING_BACKEND": "keyrings_of_mine.Locked"}
    assert "the keyring is locked or out of reach (KeyringLocked)" in refused(authority, locked).what
    with pytest.raises(SignInRefused, match="may still hold a consent"):
        Keeper(authority.oauth, "fellow", locked).forget()


def test_a_secret_for_the_keyring_stands_in_no_argument_list(ring, tmp_path):
    environ, file = ring
    # The keyring's own process says what it was started with.
    spy = tmp_path / "sitecustomize.py"
    spy.write_text("import sys\nopen(__file__ + '.seen', 'a').write(repr(sys.orig_argv))\n")
    environ = {**environ, "PYTHONPATH": f"{tmp_path}:{HERE}"}
    assert keychain.keep(keychain.Entry("campaign x", "fellow"), CANARY.encode(), environ, 60)
    assert CANARY in file.read_text()
    seen = Path(f"{spy}.seen").read_text()
    assert "campaign x" in seen
    assert CANARY not in seen


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_can_reach_is_not_believed(authority, environ, mode):
    consented(authority, environ, lasting=3600)
    the_file(environ).chmod(mode)
    error = refused(authority, environ)
    assert isinstance(error, BadSettings)
    assert f"rm {the_file(environ)}" in error.fix


def test_a_link_in_its_place_is_not_followed(authority, environ, tmp_path):
    consented(authority, environ, lasting=3600)
    path = the_file(environ)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert isinstance(refused(authority, environ), BadSettings)


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "{}", "\0\xff", "[" * 9999),
        '{"refresh": 1, "access": "a", "since": 1, "until": 2}',
        '{"refresh": "r", "access": "a", "since": "x", "until": 2}',
    ],
)
def test_a_damaged_file_asks_for_a_new_consent_which_mends_it(authority, environ, text):
    consented(authority, environ)
    the_file(environ).write_text(text)
    error = refused(authority, environ)
    assert isinstance(error, SignInRefused)
    assert error.fix == "campaign login"
    consented(authority, environ, lasting=3600)
    assert fresh(authority, environ)


def test_each_account_and_each_provider_has_its_own(authority, environ):
    consented(authority, environ, lasting=3600)
    assert "no consent of another is kept here" in refused(authority, environ, user="another").what
    for change in ({"client_id": "x"}, {"token_url": "https://other.example/token"}):
        with pytest.raises(SignInRefused):
            access_token(replace(authority.oauth, **change), "fellow", environ)


def test_a_folder_that_cannot_be_written_is_said(authority, environ, tmp_path):
    (tmp_path / "state").write_text("no folder")
    with pytest.raises(BadSettings, match="cannot be kept") as caught:
        consented(authority, environ)
    assert "XDG_STATE_HOME" in caught.value.fix


# ── How long it lasts ────────────────────────────────────────────────────────────────────────────────────


def test_a_token_that_is_good_is_used_again_and_nobody_is_asked(authority, environ):
    consented(authority, environ, lasting=3600)
    assert {fresh(authority, environ, NOW + passed) for passed in (0, 1000, 3299)} == {f"{CANARY}-access-1"}
    assert authority.heard == []


@pytest.mark.parametrize("passed", [3300, 3599, 3601, 10**8, -1, -(10**8)])
def test_a_token_that_ends_soon_or_lies_in_the_future_is_renewed_once(authority, environ, passed):
    consented(authority, environ, lasting=3600)
    assert fresh(authority, environ, NOW + passed) == f"{CANARY}-access-2"
    assert len(authority.heard) == 1
    assert fresh(authority, environ, NOW + passed + 1) == f"{CANARY}-access-2"
    assert len(authority.heard) == 1


@pytest.mark.parametrize(("lifetime", "again"), [(60, 2), (0, 3)])
def test_a_token_that_ends_soon_after_it_was_given_is_used_all_the_same(environ, lifetime, again):
    with Authority(lifetime=lifetime) as authority:
        consented(authority, environ)
        token = access_token(authority.oauth, "fellow", environ, lambda: NOW)
        assert (token.text, token.left) == (f"{CANARY}-access-2", 60)
        assert len(authority.heard) == 1
        assert fresh(authority, environ, NOW + 29) == f"{CANARY}-access-{again}"


def test_a_provider_that_never_changes_the_refresh_token_is_fine(environ):
    with Authority(rotates=False) as authority:
        consented(authority, environ)
        for hour in range(3):
            assert fresh(authority, environ, NOW + 4000 * hour)
        assert list(authority.used) == [f"{CANARY}-refresh-1"]


# ── That it is never lost, nor used twice ────────────────────────────────────────────────────────────────


def test_a_new_refresh_token_is_kept_before_its_access_token_is_used(authority, environ):
    consented(authority, environ)
    for hour in range(1, 4):
        fresh(authority, environ, NOW + hour * 4000)
        kept = json.loads(the_file(environ).read_text())
        assert kept["refresh"] == f"{CANARY}-refresh-{hour + 1}"
    assert max(authority.used.values()) == 1


FETCH = """
import os, sys
from mailer.nouns import OAuth
from mailer.servers import keychain
from mailer.servers.oauth import access_token
keychain.installed = lambda: False
oauth = OAuth("x", sys.argv[1], client_id=sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
print(access_token(oauth, "fellow", os.environ).text)
"""


def test_processes_that_refresh_at_once_use_each_refresh_token_once_and_lose_none(authority, environ):
    consented(authority, environ, at=time.time())
    words = [sys.executable, "-c", FETCH, authority.oauth.token_url, authority.oauth.client_id]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with ExitStack() as racers:
        running = [
            racers.enter_context(subprocess.Popen(words, env=environ, text=True, **pipes)) for _ in range(3)
        ]
        for racer in running:
            assert racer.stdout.readline() == "ready\n"
        for racer in running:
            racer.stdin.write("go\n")
            racer.stdin.flush()
        told = {racer.stdout.readline().strip() for racer in running}
    assert told == {f"{CANARY}-access-2"}
    assert authority.used == {f"{CANARY}-refresh-1": 1}
    assert json.loads(the_file(environ).read_text())["refresh"] == f"{CANARY}-refresh-2"


def test_threads_that_refresh_at_once_do_the_same(authority, environ):
    consented(authority, environ, at=time.time())
    ready = threading.Barrier(8)

    def race(_):
        ready.wait()
        return access_token(authority.oauth, "fellow", environ).text

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(race, range(8))) == {f"{CANARY}-access-2"}
    assert authority.used == {f"{CANARY}-refresh-1": 1}


def test_whoever_is_at_it_for_too_long_is_named(authority, environ):
    keeper = Keeper(authority.oauth, "fellow", environ)
    with keeper.alone(), pytest.raises(TryAgain, match="another campaign"), keeper.alone(wait=0.05):
        pass
    with keeper.alone(wait=0.05):
        pass


def test_a_consent_that_was_taken_back_asks_for_a_new_one_and_is_asked_for_once(authority, environ):
    consented(authority, environ)
    authority.revoke()
    error = refused(authority, environ)
    assert isinstance(error, SignInRefused)
    assert error.what.startswith("your provider does not (or no more) let campaign in for fellow: ")
    assert "left out" in error.what  # this one repeats the refresh token
    assert error.fix == "campaign login, and consent as fellow"
    assert len(authority.heard) == 1


def test_a_provider_that_fails_loses_nothing(authority, environ):
    consented(authority, environ)
    before = the_file(environ).read_bytes()
    authority.script["/token"] = [(503, {}), (400, {"error": "temporarily_unavailable"}), b"<html>"]
    for kind in (ServerUnavailable, ServerUnavailable, BadSettings):
        assert isinstance(refused(authority, environ), kind)
        assert the_file(environ).read_bytes() == before
    assert fresh(authority, environ) == f"{CANARY}-access-2"


def test_a_consent_for_a_short_time_ends_with_a_sentence(authority, environ):
    keep(authority.oauth, "fellow", Grant("", "a", NOW, NOW + 3600), environ)
    assert fresh(authority, environ) == "a"
    error = refused(authority, environ, NOW + 4000)
    assert "for a short time only" in error.what
    assert authority.heard == []


def test_a_disk_that_is_full_keeps_what_was_there(authority, environ, monkeypatch):
    consented(authority, environ)
    before = the_file(environ).read_bytes()
    keeper = Keeper(authority.oauth, "fellow", environ)
    # A folder in the way of the new file, as ENOSPC cannot be had without root.
    the_file(environ).with_suffix(".new").mkdir()
    with pytest.raises(BadSettings, match="cannot be kept"):
        keeper.write(GRANT)
    assert the_file(environ).read_bytes() == before


# ── The client's secret ──────────────────────────────────────────────────────────────────────────────────


def test_the_clients_secret_comes_from_a_command_or_the_environment(authority):
    told = {**os.environ, "CAMPAIGN_OAUTH_CLIENT_SECRET": "from-the-environment"}
    assert client_secret(authority.oauth, told) == "from-the-environment"
    by_command = replace(authority.oauth, client_secret_cmd=("printf", "from a command\\nmore"))
    assert client_secret(by_command, told) == "from a command"
    assert client_secret(authority.oauth, {}) == ""
    spy = replace(authority.oauth, client_secret_cmd=("sh", "-c", "env | grep -c CLIENT_SECRET"))
    with pytest.raises(BadSettings, match="failed with 1"):
        client_secret(spy, {**told, "PATH": os.environ["PATH"]})


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("false",), "failed with 1"),
        (("true",), "printed nothing"),
        (("printf", r"\303\244"), "is no secret"),
    ],
)
def test_a_command_without_a_secret_is_explained(authority, command, words):
    with pytest.raises(BadSettings, match=words) as caught:
        client_secret(replace(authority.oauth, client_secret_cmd=command), os.environ)
    assert "client_secret_cmd" in caught.value.what


def test_nothing_kept_is_shown_by_a_repr():
    assert "refresh=" not in repr(GRANT)
    assert "access=" not in repr(GRANT)
