"""The IMAP servers that tests read from, behind the same handles, and what each of them offers.

The rehearsal's own, Debian's Dovecot, and pymap: three that have no line in common. Where they agree, a
client may rely on it; where they differ for good reason, `OFFERS` says so, and a test holds them to it.
"""

import socket
from contextlib import ExitStack, contextmanager, suppress

import dovecot
import pymap_server
import pytest
from imapclient import IMAPClient, imap_utf7
from imapclient.exceptions import IMAPClientError
from liars import CANARY, NOON, a_mail

from mailer.rehearsal import Clock, Rehearsal

EIGHT_BIT = b"Subject: x\r\n\r\n" + bytes(set(range(1, 256)) - {10, 13}) * 5 + b"\r\n{5}\r\n* BYE\r\n)\r\n"
"""A mail of all octets but the zero, and words that a hasty reader takes for the server's."""

PATIENCE = 20
"""Seconds to wait for what takes milliseconds."""

EVERYWHERE = frozenset({"IDLE", "LITERAL+", "MOVE", "UIDPLUS"})

OFFERS = {
    "rehearsal": EVERYWHERE
    | {"CONDSTORE", "SPECIAL-USE", "keywords", "low numbers", "quick", "search finds news"},
    "dovecot": EVERYWHERE | {"CONDSTORE", "SPECIAL-USE", "keywords", "low numbers", "quick"},
    "pymap": EVERYWHERE,
}
"""In capitals what a server announces (RFC 3501 §6.1.1). And in words what it need not announce:

keywords: it keeps flags of a client's own making (`\\*` in PERMANENTFLAGS); pymap drops them silently.
search finds news: a SEARCH names mails that came after the folder was opened even if the client has not been
    told of them; elsewhere it takes a NOOP before, or a new opening (RFC 3501 §5.2 allows both).
low numbers: the first mail of a folder is number 1; pymap begins at 101.
quick: it tells thousands of mails in a second; pymap needs ten.
"""


def on(*features):
    """The servers that offer all this, one after the other, as the test's `server`."""
    kinds = [kind for kind, offered in OFFERS.items() if offered >= set(features)]
    return pytest.mark.parametrize("server", kinds, indirect=True)


@contextmanager
def client(server):
    """imapclient, signed in, and hung up however the test ends."""
    one = IMAPClient("127.0.0.1", server.port, ssl=False, timeout=PATIENCE)
    # It writes some commands in two pieces, of which the second would wait 40 ms for the first.
    one.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    one.normalise_times = False
    try:
        one.login(server.user, CANARY)
        yield one
    finally:
        with suppress(OSError, IMAPClientError):
            one.shutdown()


def expunge(server, *places):
    """Delete these mails of the INBOX for good, counted from 1, as the person would at another screen."""
    with client(server) as other:
        other.select_folder("INBOX")
        uids = other.search()
        other.delete_messages([uids[place - 1] for place in places])
        other.expunge()
        other.logout()


def fill(server, *raws):
    """Put these mails, or three, into the INBOX."""
    for raw in raws or (a_mail(1), a_mail(2), a_mail(3)):
        server.put(raw, at=NOON)


def flags_of(one, uids):
    """The flags that last, of each mail."""
    return [set(got[b"FLAGS"]) - {b"\\Recent"} for _, got in sorted(one.fetch(uids, ["FLAGS"]).items())]


class Line:
    """A connection on which every octet is ours."""

    def __init__(self, server):
        self.socket = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
        self.file = self.socket.makefile("rb")
        self.file.readline()
        assert self.ask(f"LOGIN {server.user} {CANARY}".encode())[-1].startswith(b"A1 OK")

    def __enter__(self):
        return self

    def __exit__(self, *nothing):
        self.file.close()
        self.socket.close()

    def ask(self, command):
        """The lines of the answer, to the tagged one or to where the server waits for more."""
        self.socket.sendall(b"A1 " + command + b"\r\n")
        return self.hear()

    def hear(self):
        lines = [self.file.readline()]
        while lines[-1] and not lines[-1].startswith((b"A1 ", b"+")):
            lines.append(self.file.readline())
        return lines


class Rehearsed:
    """The rehearsal's mailbox behind the same handles as the others'. Folders are spelt as on the wire."""

    user = "fellow"

    def __init__(self):
        self.commands = []
        self.post = Rehearsal(clock=Clock(NOON), user="fellow", password=CANARY)
        self.post.trouble = lambda number, command: self.commands.append(command)

    def __enter__(self):
        self.post.start()
        self.port = self.post.imap_port
        return self

    def __exit__(self, *nothing):
        self.post.stop()

    def put(self, raw, folder="INBOX", at=NOON):
        return self.post.inject(raw, imap_utf7.decode(folder.encode()), at=at)

    def renumber(self):
        self.post.renumber()


class Servers:
    """Those that take a moment to start are started when they are first needed, and then kept."""

    def __init__(self, need_server):
        self._need_server = need_server
        self._running = {}
        self._stack = ExitStack()

    def __enter__(self):
        return self

    def __exit__(self, *nothing):
        self._stack.close()

    @contextmanager
    def mailbox(self, kind):
        """An empty mailbox of its own for one test."""
        if kind == "rehearsal":
            with Rehearsed() as rehearsed:
                yield rehearsed
            return
        if kind not in self._running:
            self._running[kind] = self._stack.enter_context(self._start(kind))
        yield self._running[kind].mailbox()

    def _start(self, kind):
        if kind == "dovecot":
            return dovecot.running(self._need_server("dovecot"), CANARY)
        return pymap_server.running(CANARY)
