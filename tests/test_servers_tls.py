"""Encryption, at both doors (T01, T02, T03): all or nothing, and what is wrong with it is named."""

import asyncio
import contextlib
import socket
import ssl
import warnings

import pytest
from issuer import COMING, FAR, LATELY, PAST, Issuer
from liars import (
    CANARY,
    Imap,
    a_certificate,
    deliver,
    everything_said_by,
    fail_to_open,
    server_side,
    settings_for,
)

from mailer.errors import CampaignError, ServerUnavailable, SignInRefused
from mailer.servers import mailbox

DOORS = ["smtp", "imap"]


class Secure:
    """An SMTP server with TLS that keeps to the book, but for what it says right behind its leave."""

    def __init__(self, context, *, implicit=False, behind=(), before="AUTH PLAIN", after=""):
        self.context, self.implicit, self.behind = context, implicit, behind
        self.before, self.after = before, after
        self.heard = []

    @contextlib.asynccontextmanager
    async def running(self):
        here = self.context if self.implicit else None
        server = await asyncio.start_server(self._meet, "127.0.0.1", 0, ssl=here)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()

    async def _meet(self, reader, writer):
        with contextlib.suppress(OSError, EOFError, ssl.SSLError):
            await self._converse(reader, writer)
        writer.transport.abort()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    async def _converse(self, reader, writer):
        writer.write(b"220 secure\r\n")
        offers = self.before
        while line := await reader.readline():
            self.heard.append(line.decode().rstrip())
            verb = line.split()[0].upper()
            if verb == b"STARTTLS":
                await self._begin(writer)
                offers = self.after
                continue
            greeting = f"250-secure\r\n250-STARTTLS\r\n250 {offers or 'SIZE 1000'}\r\n".encode()
            writer.write({b"EHLO": greeting, b"AUTH": b"235 yes\r\n"}.get(verb, b"250 ok\r\n"))

    async def _begin(self, writer):
        leave = b"220 go\r\n"
        for more in self.behind:
            if more is None:
                writer.write(leave)
                await writer.drain()
                leave = b""
            else:
                leave += more
        writer.write(leave)
        await writer.drain()
        await writer.start_tls(self.context)


def fail(door, context, tls, kind=Secure):
    """Try to open a door; the error, and what the server heard after encryption."""
    if door == "smtp":
        server = kind(context, implicit=tls == "implicit", after="AUTH PLAIN")
        return fail_to_open(server, tls=tls, user="fellow"), server.heard
    offers = "IMAP4rev1 AUTH=PLAIN STARTTLS"
    with (
        Imap(capabilities=offers, context=context, implicit=tls == "implicit") as server,
        pytest.raises(CampaignError) as caught,
        mailbox(settings_for(server.port, tls=tls, user="fellow")),
    ):
        pass
    return caught.value, server.heard


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """Certificates for this machine by an authority that is trusted, and others."""
    folder = tmp_path_factory.mktemp("tls")
    root = Issuer(folder, "root")
    between = Issuer(folder, "between", root)
    return {
        "trusted": root.pem,
        "good": root.server(),
        "expired": root.server(start=PAST, end=LATELY),
        "not yet": root.server(start=COMING, end=FAR),
        "another name": root.server("DNS:elsewhere.example"),
        "another number": root.server("IP:127.0.0.2"),
        "half a chain": between.server(),
        "self-signed": a_certificate(folder, "self", "IP:127.0.0.1"),
    }


@pytest.fixture(autouse=True)
def password(certificates, monkeypatch):
    monkeypatch.setenv("CAMPAIGN_PASSWORD", CANARY)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates["trusted"]))


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
@pytest.mark.parametrize(
    ("whose", "words"),
    [
        ("expired", "has expired"),
        ("not yet", "is not valid yet"),
        ("another name", "made out to another name"),
        ("another number", "made out to another name"),
        ("half a chain", "nobody whom this machine trusts"),
        ("self-signed", "nobody whom this machine trusts"),
    ],
)
def test_a_bad_certificate_is_named_and_gets_no_password(door, tls, whose, words, certificates):
    error, heard = fail(door, server_side(certificates[whose]), tls)
    assert isinstance(error, SignInRefused)
    assert words in error.what
    assert error.fix
    assert CANARY not in everything_said_by(error)
    assert not any("AUTH" in line for line in heard)


def old(certificate):
    """The TLS settings of a server that speaks only what nobody should."""
    context = server_side(certificate)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    return context


class Blocking(Secure):
    """The same by plain sockets in a thread: asyncio hangs up without telling the client what it dislikes."""

    @contextlib.asynccontextmanager
    async def running(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            meeting = asyncio.get_running_loop().run_in_executor(None, self._serve, listener)
            try:
                yield listener.getsockname()[1]
            finally:
                await meeting

    def _serve(self, listener):
        line, _ = listener.accept()
        with line, line.makefile("rb") as file:
            if not self.implicit:
                line.sendall(b"220 secure\r\n")
                file.readline()
                line.sendall(b"250-secure\r\n250 STARTTLS\r\n")
                file.readline()
                line.sendall(b"220 go\r\n")
            with contextlib.suppress(OSError):
                self.context.wrap_socket(line, server_side=True).close()


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_version_of_tls_that_is_broken_is_not_spoken(door, tls, certificates):
    error, heard = fail(door, old(certificates["good"]), tls, Blocking)
    assert isinstance(error, SignInRefused)
    assert "versions of TLS that are broken" in error.fix
    assert not any("AUTH" in line for line in heard)


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_server_that_hangs_up_in_the_midst_of_the_handshake_is_said_to(tls, certificates):
    error, _ = fail("smtp", old(certificates["good"]), tls)
    assert isinstance(error, ServerUnavailable)
    assert error.what.endswith("closed the connection")


INJECTED = b"250-secure\r\n250 AUTH PLAIN LOGIN\r\n"


@pytest.mark.parametrize(
    "behind",
    [
        (INJECTED,),
        (INJECTED, b"235 welcome\r\n"),
        (b"250 half a li",),
        (b"421 gone\r\n",),
        (None, INJECTED),
    ],
    ids=["a greeting", "a whole sign-in", "half a line", "a goodbye", "in a segment of its own"],
)
def test_what_came_in_the_clear_behind_the_leave_to_encrypt_is_not_believed(behind, certificates):
    """Real is only what stands in the encrypted greeting, and that offers no way to sign in."""
    server = Secure(server_side(certificates["good"]), behind=behind)
    error = fail_to_open(server, tls="starttls", user="fellow")
    if None not in behind:
        assert isinstance(error, SignInRefused)
        assert "offers no way to sign in" in error.what
        assert [line.split()[0] for line in server.heard] == ["EHLO", "STARTTLS", "EHLO"]
    # In a segment of its own it may arrive in the midst of the handshake, and then ends that.
    assert not any("AUTH" in line for line in server.heard)


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_with_a_good_certificate_the_doors_open(tls, certificates):
    good = server_side(certificates["good"])
    server = Secure(good, implicit=tls == "implicit", before="AUTH PLAIN", after="AUTH PLAIN")
    assert deliver(server, tls=tls, user="fellow") == []
    assert any(line.startswith("AUTH PLAIN ") for line in server.heard)
    offers = "IMAP4rev1 AUTH=PLAIN STARTTLS"
    with (
        Imap(capabilities=offers, context=good, implicit=tls == "implicit") as box,
        mailbox(settings_for(box.port, tls=tls, user="fellow")) as opened,
    ):
        assert "INBOX" in opened.folders()
