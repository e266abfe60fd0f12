"""What holds for every test: no network but this machine, nobody's real home, the same cases at every run."""

import ipaddress
import os
import shutil
import socket

import hypothesis
import pytest

SERVERS_LIVE_IN = ("/usr/sbin", "/usr/lib/dovecot", "/usr/lib/postfix/sbin")
KEPT = {"CAMPAIGN_CORPORA", "CAMPAIGN_FULL", "CAMPAIGN_REQUIRE_SERVERS"}

BOUNDED = hypothesis.settings(derandomize=True, deadline=None, print_blob=True, max_examples=50)
hypothesis.settings.register_profile("bounded", BOUNDED)
hypothesis.settings.register_profile("full", BOUNDED, max_examples=2000)


def pytest_configure(config):
    """Leave the slow sweep out unless it is asked for (`make test-full`, or `-m full`)."""
    words = config.option.markexpr
    full = bool(os.environ.get("CAMPAIGN_FULL")) or "full" in words.replace("not full", "")
    if not words and not full:
        config.option.markexpr = "not full"
    hypothesis.settings.load_profile("full" if full else "bounded")


def _is_here(sock, address):
    """Whether this connection stays on this machine: a loopback address, or no internet address at all."""
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        return True
    try:
        return address[0] == "localhost" or ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def loopback_only():
    """No test talks to another machine. (The one thing in this suite that replaces a library's function.)"""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex"):
        real = getattr(socket.socket, name)

        def guarded(sock, address, real=real):
            assert _is_here(sock, address), f"a test wants to reach {address}, which is not this machine"
            return real(sock, address)

        patch.setattr(socket.socket, name, guarded)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def nobodys_home(tmp_path_factory):
    """An empty home, and no settings from the environment, so that a test reads only what it wrote."""
    patch = pytest.MonkeyPatch()
    home = tmp_path_factory.mktemp("home")
    for name, folder in {"HOME": "", "XDG_STATE_HOME": "state", "XDG_CONFIG_HOME": "config"}.items():
        patch.setenv(name, str(home / folder))
    for name in [n for n in os.environ if n.startswith("CAMPAIGN_") and n not in KEPT]:
        patch.delenv(name)
    yield home
    patch.undo()


@pytest.fixture(scope="session")
def need_server():
    """`need_server("dovecot")` is the program's path; without it the test is skipped, or fails in CI."""

    def look_for(name):
        found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *SERVERS_LIVE_IN]))
        if found:
            return found
        without(f"{name} is not on this machine; `bash .ci/run` as root installs it")
        return ""

    return look_for


@pytest.fixture(scope="session")
def need_tool():
    """`need_tool("strace", root=True)` is the tool's path; without it the test is skipped, or fails in CI.

    With `root=True` it must also be root who runs the tests: what the tool does, only root may.
    """

    def look_for(name, *, root=False):
        if root and os.getuid():
            without(f"only root can use {name} here")
        found = shutil.which(name)
        if not found:
            without(f"{name} is not on this machine; `bash .ci/run` as root installs it")
        return found or ""

    return look_for


@pytest.fixture(scope="session")
def quick():
    """The process of this worker that runs commands as forks of itself."""
    from quick import at_hand  # noqa: PLC0415 - few tests ask for it by name

    return at_hand()


@pytest.fixture
def made(tmp_path, quick):
    """The fault rig with its twelve letters; `quick` runs its commands."""
    from rig import rig  # noqa: PLC0415 - it brings the whole project in

    with rig(tmp_path / "r", quick=quick) as made:
        yield made


@pytest.fixture
def begin():
    """`begin(made, "send", …)` begins the installed command; it does not outlive the test."""
    from commands import begun  # noqa: PLC0415 - as above

    with begun() as begin:
        yield begin


@pytest.fixture(scope="session")
def servers(need_server):
    """The IMAP servers of this worker, with a mailbox for each test."""
    from imap_servers import Servers  # noqa: PLC0415 - as above

    with Servers(need_server) as servers:
        yield servers


def without(sentence):
    """Skip the test, or in CI fail it, for want of a server."""
    if os.environ.get("CAMPAIGN_REQUIRE_SERVERS"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def provider(need_server):
    """A mail provider made of Postfix and Dovecot: one for the whole run, with a town for each test."""
    programs = need_server("postfix"), need_server("dovecot")
    if os.getuid():
        without("only root can start Postfix")
    import postfix  # noqa: PLC0415 - it brings the whole project in, and few tests ask for it

    with postfix.running(*programs, "throw-away") as provider:
        yield provider
