"""Where a password comes from, and what happens when it cannot be had."""

import json
import os
import pty
import shlex
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from liars import CANARY, everything_said_by

from mailer.errors import BadSettings
from mailer.nouns import Server
from mailer.servers import asking
from mailer.servers.passwords import Credentials, credentials

FAR = Server("mail.psf.example", 465, "implicit", "fellow")
HERE = str(Path(__file__).parent)


# ── The command ──────────────────────────────────────────────────────────────────────────────────────────


def command(program, *words):
    return replace(FAR, password_cmd=(sys.executable, "-c", program, *words))


def refused(server, environ=os.environ, wait=60.0):
    """The error of a password that cannot be had; nothing of it tells the canary."""
    with pytest.raises(BadSettings) as caught:
        credentials(server, "smtp", environ, wait)
    assert CANARY not in everything_said_by(caught.value)
    assert caught.value.fix
    return caught.value


@pytest.mark.parametrize(
    ("printed", "password"),
    [
        (f"{CANARY}\\n", CANARY),
        (f"{CANARY}", CANARY),
        (f"{CANARY}\\r\\nuser: fellow\\n", CANARY),
        (" two words \\n", " two words "),
        ("pa$$\\u00e9'\\\"\\n", "pa$$é'\""),
        (f"{CANARY}\\n" + "and what she noted of it\\n" * 3000, CANARY),
    ],
)
def test_a_password_is_the_first_line_that_the_command_prints(printed, password):
    server = command(f'import sys; sys.stdout.buffer.write("{printed}".encode())')
    found = credentials(server, "smtp", {"CAMPAIGN_PASSWORD": "another"})
    assert found == Credentials("fellow", password)


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (f"import sys; print({CANARY!r}); sys.exit({CANARY!r})", "failed with 1"),
        (f"import os; print({CANARY!r}, flush=True); os.kill(os.getpid(), 9)", "was ended by SIGKILL"),
        ("import os; os.kill(os.getpid(), 40)", "was ended by signal 40"),
        ("pass", "printed nothing"),
        (f"print(); print({CANARY!r})", "printed nothing"),
        (f"import sys; print({CANARY!r}, file=sys.stderr)", "printed nothing"),
        (f"while True: print({CANARY!r} * 999)", "printed far more than a password"),
        (f"import sys; sys.stdout.buffer.write({CANARY!r}.encode() + b'\\xff')", "is no UTF-8 text"),
        (f"print({CANARY!r} + '\\x07')", "cannot be typed"),
        (f"import sys; sys.stdout.buffer.write({CANARY!r}.encode() + b'\\r x')", "cannot be typed"),
    ],
)
def test_a_command_without_a_password_is_explained_and_its_output_never_shown(program, words, capfd):
    error = refused(command(program))
    assert words in error.what
    assert "password_cmd under [smtp]" in error.what
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("deed", ["time.sleep(600)", "sys.stdout.close(); os.close(1); time.sleep(600)"])
def test_a_command_that_never_ends_is_ended(deed):
    error = refused(command(f"import os, sys, time; print({CANARY!r}, flush=True); {deed}"), wait=0.5)
    assert error.what.endswith("took longer than 0.5 seconds")


def test_a_command_that_does_not_want_to_end_is_ended_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(asking, "_GRACE", 0.1)
    pid = tmp_path / "pid"
    stubborn = "import os, pathlib, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    stubborn += "pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(600)"
    refused(command(stubborn, str(pid)), wait=1)
    assert is_gone(int(pid.read_text()))


def is_gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_an_agent_that_the_command_leaves_behind_keeps_nobody_waiting(tmp_path):
    # gpg-agent and its like; this one holds the command's stdout open as careless ones do.
    agent = "import os, subprocess, sys; a = subprocess.Popen(['sleep', '60']); print('%s', flush=True);"
    agent += "open(sys.argv[1], 'w').write(str(a.pid))"
    pid = tmp_path / "agent"
    began = time.monotonic()
    try:
        assert credentials(command(agent % CANARY, str(pid)), "smtp", os.environ).password == CANARY
        assert time.monotonic() - began < 20
    finally:
        os.kill(int(pid.read_text()), signal.SIGKILL)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("no-such-program", CANARY), "No such file or directory"),
        # Somebody takes password_cmd for the place of the password itself.
        ((CANARY,), "No such file or directory"),
        (("/", CANARY), "Permission denied"),
    ],
)
def test_of_a_command_that_cannot_be_run_no_word_is_told(words, why, monkeypatch):
    # In a PATH with a folder that is closed to us, what is missing is forbidden, too.
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    error = refused(replace(FAR, password_cmd=words))
    assert error.what == f"password_cmd under [smtp] cannot be run ({why})"


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("no-such-program", "mail", "|", "head"), "no shell reads it"),
        (("false", "mail|head"), "no shell reads it"),
        (("cat", "$HOME/word"), "no shell reads it"),
        (("sh", "-c", "false | cat >&2"), "it names a command that prints the password"),
        (("no-such-program", "mail"), "its first word names no program here"),
    ],
)
def test_a_command_written_for_a_shell_is_explained(words, fix):
    assert refused(replace(FAR, password_cmd=words)).fix.startswith(fix)


@pytest.mark.parametrize(
    ("server", "environ", "origin"),
    [
        (FAR, {"CAMPAIGN_PASSWORD": CANARY}, "CAMPAIGN_PASSWORD"),
        (FAR, {"CAMPAIGN_SMTP_PASSWORD": CANARY, "CAMPAIGN_PASSWORD": "p"}, "CAMPAIGN_SMTP_PASSWORD"),
        (command(f"print({CANARY!r})"), {}, "password_cmd under [smtp]"),
    ],
)
def test_it_is_said_where_a_password_that_is_refused_came_from(server, environ, origin):
    found = credentials(server, "smtp", {**os.environ, **environ})
    assert f"it came from {origin};" in found.remedy("smtp")
    assert CANARY not in found.remedy("smtp")


def test_a_command_is_handed_no_password_of_ours():
    # The test's own environment, not /proc: the child says what it was given.
    environ = {
        **os.environ,
        **dict.fromkeys(("CAMPAIGN_PASSWORD", "CAMPAIGN_SMTP_PASSWORD", "CAMPAIGN_IMAP_PASSWORD"), CANARY),
        "CAMPAIGN_KEPT": "yes",
    }
    found = credentials(command("import os; print(sorted(os.environ.items()))"), "smtp", environ)
    assert CANARY not in found.password
    assert "'CAMPAIGN_KEPT', 'yes'" in found.password


def test_without_a_terminal_the_command_gets_no_input_and_its_complaints_go_nowhere():
    # A loop of a shell over her groups must not lose a line to it.
    program = f"import sys; print({CANARY!r}, file=sys.stderr); print('read:', repr(sys.stdin.read()))"
    ran = subprocess.run(
        [sys.executable, "-c", ASK, program],
        input="a line of hers\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert (ran.stdout, ran.stderr) == ("read: ''\n", "")


ASK = """
import os, sys
from mailer.nouns import Server
from mailer.servers.passwords import credentials
server = Server("mail.psf.example", 465, "implicit", "fellow", (sys.executable, "-c", sys.argv[1]))
print(credentials(server, "smtp", os.environ).password)
"""
"""A process of its own that asks a command for the password, and (for the test alone) prints it."""


WAIT = "import os, sys, time; print('pid', os.getpid(), '.', file=sys.stderr, flush=True); time.sleep(600)"


@contextmanager
def on_a_terminal(*words):
    """A process whose terminal is the test's: its pid, and the terminal's other end."""
    pid, ours = pty.fork()
    if pid == 0:
        os.execv(words[0], words)
    try:
        yield pid, ours
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(ours)


def read_until(ours, mark):
    """What appears on a terminal, up to and including the mark; without one, all of it."""
    seen = b""
    while not mark or mark not in seen:
        try:
            more = os.read(ours, 1000)
        except OSError:  # Linux's way to say that the other end is closed
            more = b""
        if not more:
            assert not mark, f"only this came: {seen!r}"
            break
        seen += more
    return seen


def test_on_a_terminal_the_command_can_ask():
    program = "import getpass, sys; print('Unlock?', file=sys.stderr, flush=True);"
    program += "sys.stdin.readline(); print('got', getpass.getpass('PIN: '))"
    with on_a_terminal(sys.executable, "-c", ASK, program) as (_, ours):
        read_until(ours, b"Unlock?")
        os.write(ours, b"yes\n")
        read_until(ours, b"PIN: ")
        os.write(ours, b"1234\n")
        assert b"got 1234" in read_until(ours, b"got 1234")


def test_ctrl_c_ends_the_command_and_us():
    with on_a_terminal(sys.executable, "-c", ASK, WAIT) as (_, ours):
        pid = int(read_until(ours, b" .").split()[-2])
        os.write(ours, b"\x03")
        assert b"KeyboardInterrupt" in read_until(ours, b"")
        assert is_gone(pid)


def test_an_interrupt_for_us_alone_ends_the_command_too():
    with on_a_terminal(sys.executable, "-c", ASK, WAIT) as (us, ours):
        pid = int(read_until(ours, b" .").split()[-2])
        os.kill(us, signal.SIGINT)
        assert b"KeyboardInterrupt" in read_until(ours, b"")
        assert is_gone(pid)


def test_a_command_that_an_interrupt_ended_means_us_too():
    with pytest.raises(KeyboardInterrupt):
        credentials(command("import os; os.kill(os.getpid(), 2); os.pause()"), "smtp", os.environ)


# ── The environment and netrc ────────────────────────────────────────────────────────────────────────────


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


def test_netrc_is_looked_at_after_the_environment(tmp_path):
    environ = netrc(tmp_path, ENTRY)
    assert credentials(FAR, "smtp", environ) == Credentials("fellow", CANARY)
    assert credentials(FAR, "smtp", {**environ, "CAMPAIGN_PASSWORD": "p"}) == Credentials("fellow", "p")


def test_netrc_is_found_at_home(nobodys_home):
    path = nobodys_home / ".netrc"
    path.write_text(ENTRY)
    path.chmod(0o600)
    try:
        assert credentials(FAR, "smtp", {}) == Credentials("fellow", CANARY)
    finally:
        path.unlink()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_netrc_that_others_can_read_is_refused(tmp_path, mode):
    error = refused(FAR, netrc(tmp_path, ENTRY, mode))
    assert error.fix == f"chmod 600 {tmp_path / 'netrc'}"


def test_a_netrc_is_judged_by_the_file_that_a_link_leads_to(tmp_path):
    netrc(tmp_path, ENTRY, 0o644)
    (tmp_path / "link").symlink_to("netrc")
    assert "can be read by others" in refused(FAR, {"NETRC": str(tmp_path / "link")}).what


@pytest.mark.parametrize(
    "text", [f"machine mail.psf.example {CANARY} x", f"machine mail.psf.example login {CANARY} \xff"]
)
def test_a_broken_netrc_is_told_by_its_place_only(tmp_path, text):
    environ = netrc(tmp_path, "")
    (tmp_path / "netrc").write_bytes(text.encode("latin-1"))
    error = refused(FAR, environ)
    assert str(tmp_path / "netrc") in error.where + error.what


@pytest.mark.parametrize(
    "entry", ["", f"machine other.example login fellow password {CANARY}", ENTRY.replace("fellow", "eve")]
)
def test_without_any_password_it_says_what_to_write(tmp_path, entry):
    with pytest.raises(BadSettings) as caught:
        credentials(FAR, "imap", no_keyring(netrc(tmp_path, entry)))
    assert caught.value.what.startswith("there is no password for fellow at mail.psf.example:465")
    assert "password_cmd" in caught.value.fix
    for way in ('password_cmd = "pass show mail"', "CAMPAIGN_PASSWORD", "CAMPAIGN_IMAP_PASSWORD", ".netrc"):
        assert way in caught.value.fix


def test_without_a_user_nobody_signs_in_and_no_command_is_run():
    assert credentials(replace(command("1/0"), user=""), "smtp", {"CAMPAIGN_PASSWORD": "p"}) is None


def test_a_password_is_in_no_repr():
    known, server = Credentials("fellow", CANARY), replace(FAR, password_cmd=("echo", CANARY))
    assert CANARY not in f"{known!r} {known} {server!r} {server}"


# ── The keyring ──────────────────────────────────────────────────────────────────────────────────────────


def with_keyring(backend, **more):
    """An environment in which the package keyring uses a backend of `keyrings_of_mine.py`."""
    chosen = {"PYTHON_KEYRING_BACKEND": f"keyrings_of_mine.{backend}", "PYTHONPATH": HERE, **more}
    return {**os.environ, **chosen}


def no_keyring(environ):
    return {**os.environ, **environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}


def kept(tmp_path, password=CANARY):
    """The environment of a keyring that holds the password."""
    ring = tmp_path / "ring"
    ring.write_text(json.dumps({"mail.psf.example fellow": password}))
    return with_keyring("InAFile", MY_KEYRING=str(ring))


@pytest.mark.parametrize("password", [CANARY, "zwei  Wörter\\ 'und' \"mehr\"", "-o -- %s {0}"])
def test_the_keyring_is_asked_last(tmp_path, password):
    environ = kept(tmp_path, password)
    assert credentials(FAR, "smtp", environ) == Credentials("fellow", password)
    assert credentials(FAR, "smtp", {**environ, "CAMPAIGN_PASSWORD": "p"}).password == "p"
    assert credentials(FAR, "smtp", {**environ, **netrc(tmp_path, ENTRY)}).password == CANARY


def test_the_keyrings_password_is_that_of_this_server_and_user(tmp_path):
    environ = kept(tmp_path)
    for other in ({"user": "eve"}, {"host": "imap.psf.example"}, {"user": "--help"}):
        assert "there is no password" in refused(replace(FAR, **other), environ).what


def test_with_a_keyring_it_says_what_to_type_and_that_works(tmp_path):
    server, environ = replace(FAR, user="fay o'hara@psf.example"), kept(tmp_path)
    error = refused(server, environ)
    assert error.what == "there is no password for fay o'hara@psf.example at mail.psf.example:465"
    *_, advice = error.fix.partition(", or type: ")
    assert advice.endswith("set mail.psf.example 'fay o'\"'\"'hara@psf.example'")
    put = shlex.split(advice)
    subprocess.run(put, input=CANARY, env=environ, text=True, check=True, capture_output=True)
    assert credentials(server, "smtp", environ).password == CANARY


@pytest.mark.parametrize(
    ("backend", "words"),
    [
        ("Locked", "the keyring is locked or out of reach (KeyringLocked)"),
        ("Odd", "the keyring is locked or out of reach (SystemExit)"),
        ("Forgetful", "there is no password for fellow at mail.psf.example:465"),
        ("Gone", "the keyring was ended by SIGKILL"),
        ("Slow", "the keyring took longer than 1 seconds"),
        ("NotThere", "the keyring is locked or out of reach (AttributeError)"),
        ("Broken", "is no UTF-8 text"),
    ],
)
def test_a_keyring_that_gives_no_password_is_a_sentence(backend, words, capfd):
    error = refused(FAR, with_keyring(backend), wait=1 if backend == "Slow" else 60)
    assert words in error.what
    assert capfd.readouterr() == ("", "")


def test_a_machine_without_any_keyring_is_a_sentence(tmp_path):
    environ = {**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    assert "the keyring is locked or out of reach (NoKeyringError)" in refused(FAR, environ).what


def test_what_a_keyring_prints_by_itself_is_no_password():
    found = credentials(FAR, "smtp", with_keyring("Talkative"))
    assert found == Credentials("fellow", CANARY)


def test_a_file_called_keyring_where_she_happens_to_be_is_not_run(tmp_path, monkeypatch):
    (tmp_path / "keyring.py").write_text("def get_password(*_): return 'not hers'")
    monkeypatch.chdir(tmp_path)
    assert "there is no password" in refused(FAR, no_keyring({})).what


def test_ctrl_c_ends_the_keyring_too():
    # The backend interrupts its own process: a terminal's Ctrl-C reaches it as well as us.
    with pytest.raises(KeyboardInterrupt):
        credentials(FAR, "smtp", with_keyring("Interrupted"))


def test_the_keyring_is_not_loaded_into_our_process(tmp_path):
    program = ASK.replace('(sys.executable, "-c", sys.argv[1])', "()") + "print('keyring' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program], env=kept(tmp_path), capture_output=True, text=True, check=True
    )
    assert ran.stdout == f"{CANARY}\nFalse\n"
