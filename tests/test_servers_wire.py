"""What is on the wire: the bytes as they were kept, where several letters are under way; and who is called.

Debian's smtp-sink takes commands together and keeps what it got; it stands for the servers of others.
"""

import asyncio
import contextlib
import os
import re
import socket
from dataclasses import replace

import pytest
from dovecot import a_short_folder, free_ports, until
from liars import SHORT, Scripted, a_letter, deliver_together, settings_for
from test_servers_smtp import A

from mailer.errors import BadSettings, ServerUnavailable
from mailer.nouns import Outcome, Phase, Server
from mailer.servers import calling, post_office
from mailer.servers.patience import SmtpPatience
from mailer.servers.transaction import Transaction

BODIES = {
    "dots": ".\r\n..\r\n...\r\n.a\r\na.\r\n\r\n.\r\n",
    "no words at all": "",
    "empty lines at its end": "Hello\r\n\r\n\r\n",
    "the longest lines": f"{'x' * 998}\r\n.{'y' * 997}\r\n",
    "what looks like commands": "QUIT\r\nDATA\r\n.\r\nMAIL FROM:<eve@psf.example>\r\n>From eve\r\n",
    "five megabytes": f".{'x' * 75}\r\n" * 66_000,
    "one more": "Hello\r\n",
}


class Sink:
    """smtp-sink, and the folder where it puts what it takes."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    @contextlib.asynccontextmanager
    async def running(self):
        (port,) = free_ports(1)
        who = []
        if not os.getuid():
            # It does not work as root.
            self.folder.chmod(0o777)
            who = ["-u", "nobody"]
        words = [self.program, *who, "-d", f"{self.folder}/letter.", f"127.0.0.1:{port}", "100"]
        process = await asyncio.create_subprocess_exec(*words, cwd=self.folder)
        try:
            await asyncio.to_thread(until, lambda: _listens(port))
            yield port
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()

    def letters(self):
        """Envelope and bytes of each letter."""
        kept = b"".join(path.read_bytes() for path in self.folder.iterdir())
        for entry in kept.split(b"X-Client-Addr: ")[1:]:
            head, _, rest = entry.partition(b"Received: ")
            yield head.decode(), re.sub(rb"\A[^\n]*\n(?:\t[^\n]*\n)+", b"", rest)


@pytest.fixture
def sink_folder():
    with a_short_folder() as folder:  # whose folders above let others in
        yield folder


def _listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True


@pytest.mark.parametrize("connections", [1, 3])
def test_what_arrives_is_what_was_kept(need_server, sink_folder, connections):
    """N14, and the same envelopes."""
    sink = Sink(need_server("smtp-sink"), sink_folder)
    letters = [a_letter(n, [f"a{n}@chipy.example"], body) for n, body in enumerate(BODIES.values())]
    room, verdicts = deliver_together(sink, *letters, connections=connections)
    assert room == 8 * connections
    assert {verdict.outcome for verdict in verdicts} == {A}
    arrived = {re.search(r"<(a\d@chipy.example)>", head)[1]: (head, raw) for head, raw in sink.letters()}
    assert len(list(sink.letters())) == len(letters)
    for n, letter in enumerate(letters):
        head, raw = arrived[f"a{n}@chipy.example"]
        assert raw.rstrip(b"\n") == letter.raw.replace(b"\r\n", b"\n").rstrip(b"\n")
        assert f"X-Mail-Args: <fellow@psf.example> RET=HDRS ENVID=c.{n}@psf.example\n" in head
        assert f"X-Rcpt-Args: <a{n}@chipy.example> ORCPT=rfc822;a{n}@chipy.example\n" in head


def test_where_reports_are_offered_they_will_name_the_letter_and_the_recipient():
    """RFC 3461."""
    odd = replace(a_letter(to=("o'neil+a=b@chipy.example",)), message_id="<c.x=y@psf.example>")
    said = b"".join(words for _, words in Transaction(odd).envelope({"dsn": ""}))
    assert b"MAIL FROM:<fellow@psf.example> RET=HDRS ENVID=c.x+3Dy@psf.example\r\n" in said
    assert b"RCPT TO:<o'neil+a=b@chipy.example> ORCPT=rfc822;o'neil+2Ba+3Db@chipy.example\r\n" in said
    assert b"ENVID" not in b"".join(words for _, words in Transaction(odd).envelope({"size": ""}))


def test_half_an_id_is_none():
    long = replace(a_letter(), message_id=f"<c.{'x' * 90}=@psf.example>")
    assert b" RET=HDRS\r\n" in Transaction(long).envelope({"dsn": ""})[0][1]


# ── Slow servers ─────────────────────────────────────────────────────────────────────────────────────────


class Hourglass(asyncio.SelectorEventLoop):
    """A loop on which nobody waits: when nothing is to be read or written, it is the next hour at once.

    Both ends of each line live on it, so what one of them wrote is there for the other when that is asked.
    It begins with the first visitor: who looks for the server's name does so in another thread.
    """

    def __init__(self):
        super().__init__()
        self.begun, self.ahead = False, 0.0
        self._usual, self._selector.select = self._selector.select, self._select

    def time(self):
        return super().time() + self.ahead

    def _select(self, timeout=None):
        if not self.begun or timeout is None:
            return self._usual(timeout)
        found = self._usual(0)
        if not found:
            self.ahead += timeout
        return found


class Leisurely(Scripted):
    """Says a byte a second, and takes a second over each `pace` bytes that it reads."""

    pace = 2**30

    async def _meet(self, reader, writer):
        asyncio.get_running_loop().begun = True
        at_once = writer.write

        def one_by_one(data):
            self.unsaid = data

        async def drain():
            for byte in self.unsaid:
                at_once(bytes([byte]))
                await asyncio.sleep(1)

        writer.write, writer.drain = one_by_one, drain
        await super()._meet(reader, writer)

    async def _take(self, reader, writer, to):
        take, unpaid = reader.readline, 0

        async def readline():
            nonlocal unpaid
            line = await take()
            unpaid += len(line)
            seconds, unpaid = divmod(unpaid, self.pace)
            await asyncio.sleep(seconds)
            return line

        reader.readline = readline
        await super()._take(reader, writer, to)
        reader.readline = take


def at_leisure(server, *letters):
    """The verdicts, and how long all of it took by the server's clock. Nobody's patience is shortened."""

    async def run():
        async with server.running() as port, post_office(settings_for(port)) as office:
            begun = asyncio.get_running_loop().time()
            verdicts = await asyncio.gather(*map(office.deliver, letters[: office.room]))
            return verdicts, asyncio.get_running_loop().time() - begun

    with asyncio.Runner(loop_factory=Hourglass) as runner:
        return runner.run(run())


def so_long(code, seconds):
    """A reply that takes a server so long which says a byte a second."""
    return f"{code} ".ljust(seconds - 2, "x")


USUAL = SmtpPatience()
TOGETHER, ONE_BY_ONE = ("PIPELINING",), ()


@pytest.mark.parametrize("offers", [TOGETHER, ONE_BY_ONE], ids=["together", "one by one"])
def test_replies_that_come_byte_by_byte_are_waited_for(offers):
    """N12: each within its own limit, and all of them far beyond any."""
    script = {"MAIL": [so_long(250, 290)], "RCPT": [so_long(250, 290)]}
    script |= {"DATA": [so_long(354, 110)], "DOT": [so_long(250, 590)]}
    server = Leisurely(script, offers=offers)
    (verdict,), took = at_leisure(server, a_letter())
    assert verdict.outcome is A
    assert USUAL.opening < 290 + 290 + 110 + 590 <= took + 5
    assert server.connections == 1


@pytest.mark.parametrize(
    ("verb", "limit", "outcome"),
    [
        ("MAIL", USUAL.command, Outcome.DEFERRED),
        ("RCPT", USUAL.command, Outcome.DEFERRED),
        ("DATA", USUAL.data, Outcome.DEFERRED),
        ("DOT", USUAL.dot, Outcome.UNSURE),
    ],
)
def test_however_busily_a_reply_drips_it_has_its_limit(verb, limit, outcome):
    """N12: a byte a second would else hold us for ever."""
    server = Leisurely({verb: [so_long(250, int(limit) + 30)]}, offers=TOGETHER)
    (verdict,), took = at_leisure(server, a_letter())
    assert (verdict.outcome, verdict.words) == (outcome, "the server did not answer in time")
    assert limit <= took < limit + 200


def test_who_reads_slowly_but_steadily_gets_a_large_letter():
    """N12: five megabytes at a kilobyte a second are more than an hour; no limit is as long."""
    server = Leisurely(offers=TOGETHER)
    server.pace = 1000
    letters = [a_letter(1, body=BODIES["five megabytes"]), a_letter(2)]
    verdicts, took = at_leisure(server, *letters)
    assert [verdict.outcome for verdict in verdicts] == [A, A]
    assert took > len(letters[0].raw) / server.pace > USUAL.dot
    assert [body for _, body in server.accepted] == [letter.raw for letter in letters]


def test_of_a_letter_that_waits_in_the_buffers_of_this_machine_it_is_known_that_it_did_not_leave():
    """Else the dot waits there behind it, and who knows how far either has come."""
    server = Scripted({"BODY": ["stall"]})
    patience = replace(SmtpPatience(), block=SHORT, dot=SHORT)
    large = a_letter(body=("x" * 998 + "\r\n") * 1_000)
    _, (verdict,) = deliver_together(server, large, patience=patience)
    assert (verdict.outcome, verdict.phase) == (Outcome.DEFERRED, Phase.BODY)


# ── Who is called ────────────────────────────────────────────────────────────────────────────────────────


def both_kinds():
    """One port at ::1 where nobody is let in, the same at 127.0.0.1 still free."""
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    for _ in range(20):
        deaf = socket.create_server(("::1", 0), family=socket.AF_INET6, backlog=0)
        port = deaf.getsockname()[1]
        with contextlib.suppress(OSError):
            return deaf, port, socket.create_server(("127.0.0.1", port))
        deaf.close()
    pytest.fail("no port is free at both")


def by_two_names(monkeypatch):
    """A resolver that knows both addresses of this machine, and names the newer kind first."""
    loop = asyncio.get_running_loop()

    async def found(host, port, **_):
        assert host == "localhost"
        kind = socket.SOCK_STREAM
        return [
            (socket.AF_INET6, kind, 6, "", ("::1", port, 0, 0)),
            (socket.AF_INET, kind, 6, "", ("127.0.0.1", port)),
        ]

    monkeypatch.setattr(loop, "getaddrinfo", found)


@pytest.mark.parametrize("full", [True, False], ids=["silent", "refusing"])
def test_an_address_where_nobody_answers_holds_up_nobody(monkeypatch, full):
    """N15: IPv6 dead, IPv4 alive."""
    deaf, port, listener = both_kinds()
    waiting = []
    if full:
        for _ in range(3):  # its queue is full: who calls now hears nothing at all
            line = socket.socket(socket.AF_INET6)
            line.settimeout(0)
            line.connect_ex(("::1", port))
            waiting.append(line)
    else:
        deaf.close()

    async def run():
        by_two_names(monkeypatch)
        line = await asyncio.wait_for(calling.call("localhost", port, {}), 20)
        transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=line)
        prompt = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        transport.abort()
        return line.family, bool(prompt)

    try:
        assert asyncio.run(run()) == (socket.AF_INET, True)
    finally:
        for line in (deaf, listener, *waiting):
            line.close()


def test_a_server_with_two_addresses_gets_its_letters_at_the_one_that_answers(monkeypatch):
    server = Scripted(offers=("PIPELINING",))

    async def run():
        async with server.running() as port:
            by_two_names(monkeypatch)
            async with post_office(settings_for(port, host="localhost")) as office:
                return await office.deliver(a_letter())

    assert asyncio.run(run()).outcome is A


def a_name_of(monkeypatch, *addresses):
    """A resolver for which every name is that of these addresses."""

    async def found(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", found)


def opened_from(monkeypatch, port, *addresses):
    async def run():
        a_name_of(monkeypatch, *addresses)
        far = Server("mail.users.example", port, "starttls")
        async with post_office(replace(settings_for(port), smtp=far)):
            pass

    asyncio.run(run())


@pytest.mark.parametrize("addresses", [("192.0.2.1",), ("127.0.0.1", "192.0.2.1")])
def test_from_a_machine_for_tests_nothing_leaves_for_another(monkeypatch, addresses):
    """B05: whatever its name, where it is counts; not a single packet goes there."""
    called = []
    monkeypatch.setattr(calling, "_reached", lambda *where: called.append(where))
    monkeypatch.setenv("CI", "true")
    with pytest.raises(BadSettings, match=r"CI is set, .* mail\.users\.example is another one") as refused:
        opened_from(monkeypatch, 25, *addresses)
    assert refused.value.fix.endswith("env -u CI campaign …")
    assert not called


@pytest.mark.parametrize("value", ["true", "1", "false", "0", "", None])
def test_this_machine_is_called_from_wherever_it_is(monkeypatch, value):
    (port,) = free_ports(1)
    monkeypatch.delenv("CI", raising=False)
    if value is not None:
        monkeypatch.setenv("CI", value)
    with pytest.raises(ServerUnavailable, match="nobody answers"):
        opened_from(monkeypatch, port, "127.0.0.1")


@pytest.mark.parametrize("value", ["false", "0", "No", " ", ""])
def test_a_variable_that_says_no_means_no(value):
    assert not calling.is_for_tests({"CI": value})


@pytest.mark.parametrize(
    ("host", "words"),
    [("no-such-host.invalid", "can be found"), ("127.0.0.1", "nobody answers")],
)
def test_who_is_not_there_is_said_to_be_so(host, words, monkeypatch):
    """N15. The name is looked up by ourselves: no other resolver is asked in a test."""
    (port,) = free_ports(1)

    async def run():
        if host.endswith("invalid"):

            async def nobody(*_, **__):
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

            monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", nobody)
        server = replace(settings_for(port).smtp, host=host, tls="implicit")
        async with post_office(replace(settings_for(port), smtp=server)):
            pass

    with pytest.raises(ServerUnavailable, match=words):
        asyncio.run(run())
