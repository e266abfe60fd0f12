"""imaplib's connection with the guards that it lacks against a server that is broken, or means harm.

imaplib waits for each read anew, so that a server dripping one byte a minute holds it for ever; it allocates
whatever size a server announces; and after STARTTLS it may go on believing what came in the clear.
All of that is mended in the two methods through which it reads.
"""

import imaplib
import logging
import re
import socket
import ssl
import time
from contextlib import suppress
from typing import cast

from imapclient import IMAPClient

from mailer.nouns import Server
from mailer.servers.patience import ImapPatience

MOST_OCTETS = 64 * 2**20
"""Of the answer to one command, be it one line: that to SEARCH has seven bytes for each mail."""

_BLOCK = 2**18

_IDLE_TAG = b"idle"
"""imaplib makes its own tags of capitals."""

_ARRIVAL = re.compile(rb"\* \d{1,10} (EXISTS|RECENT)\b", re.IGNORECASE)


# imapclient warns of servers that do not speak ASCII and quotes them, who may repeat the password: such a
# warning goes neither to her terminal nor into a log that somebody else has set up.
_warnings = logging.getLogger("imapclient")
_warnings.addHandler(logging.NullHandler())
_warnings.propagate = False


class Wire(imaplib.IMAP4):
    """One connection to an IMAP server; each command may bring so many octets within so many seconds."""

    def __init__(self, server: Server, context: ssl.SSLContext | None, patience: ImapPatience) -> None:
        """Connect and read the greeting.

        Args:
            server: Whom to call.
            context: For TLS from the first byte; None for the clear, in which STARTTLS may follow.
            patience: How long to wait for what.

        Raises:
            OSError: the connection fails.
            imaplib.IMAP4.error: the server is no IMAP server.
        """
        self._context = context
        self._patience = patience
        self._held = bytearray()
        self._held_from: socket.socket | None = None
        self._octets = 0
        self._deadline = 0.0
        self._silence = 0.0
        self.allow(patience.command)
        super().__init__(server.host, server.port, patience.connect)

    def allow(self, seconds: float, *, silent: bool = False) -> None:
        """Start the clock and the count for the next command; `silent` if nothing need come all that time."""
        self._deadline = time.monotonic() + seconds
        self._silence = seconds if silent else self._patience.silence
        self._octets = MOST_OCTETS

    def idle(self, seconds: float, patience: float) -> bool:
        """Let the server tell when mail comes into the open folder (RFC 2177).

        imapclient's own way breaks on a line that comes in two pieces.

        Args:
            seconds: So long it has for that; less than the 29 minutes after which servers hang up.
            patience: So long it has to begin, and to end.

        Returns:
            Whether mail has come.

        Raises:
            imaplib.IMAP4.error: the server refuses, or ends the line.
            OSError: the line broke.
        """
        self.allow(patience)
        self.send(_IDLE_TAG + b" IDLE\r\n")
        news = self._heard_until(b"+")
        self.allow(seconds, silent=True)
        with suppress(TimeoutError):
            while not news:
                news = self._is_news(self.readline())
        self.allow(patience)
        self.send(b"DONE\r\n")
        return self._heard_until(_IDLE_TAG) or news

    def rest(self, seconds: float) -> None:
        """Wait so long, and notice when the server hangs up.

        Raises:
            imaplib.IMAP4.abort: it did.
            OSError: the line broke.
        """
        self.allow(seconds, silent=True)
        with suppress(TimeoutError):
            while True:
                self._is_news(self.readline())

    def _heard_until(self, end: bytes) -> bool:
        """Listen up to the line that begins so; whether mail was said to have come."""
        news = False
        while not (line := self.readline()).startswith(end):
            news |= self._is_news(line)
            if line.startswith(_IDLE_TAG):
                raise self.error(f"IDLE failed: {line[len(_IDLE_TAG) :].decode('utf-8', 'replace').strip()}")
        return news

    def _is_news(self, line: bytes) -> bool:
        if not line.endswith(b"\n") or line.upper().startswith(b"* BYE"):
            raise self.abort(line.decode("utf-8", "replace").strip() or "it hung up")
        return bool(_ARRIVAL.match(line))

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        sock = socket.create_connection((self.host, self.port), timeout)
        # imapclient writes some commands in two pieces; without this the second waits 40 ms for the first.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._context.wrap_socket(sock, server_hostname=self.host) if self._context else sock

    def readline(self) -> bytes:
        """The next line with its line end; less when the server hung up."""
        self._forget_clear_text()
        seen = 0
        while (end := self._held.find(b"\n", seen)) < 0:
            seen = len(self._held)
            if not self._read_more():
                return self._take(seen)
        return self._take(end + 1)

    def read(self, size: int) -> bytes:
        """The next `size` bytes; less when the server hung up."""
        self._forget_clear_text()
        if size > MOST_OCTETS:
            raise self.abort(f"an announcement of {size} bytes")
        while len(self._held) < size and self._read_more():
            pass
        return self._take(size)

    def _take(self, size: int) -> bytes:
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken

    def _read_more(self) -> bool:
        """Wait for more; False when the server hung up."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the whole answer takes too long")
        self.sock.settimeout(min(left, self._silence))
        more = self.sock.recv(_BLOCK)
        self._held += more
        self._octets -= len(more)
        if self._octets < 0:
            raise self.abort("an answer without end")
        return bool(more)

    def _forget_clear_text(self) -> None:
        """Drop what came before the encryption began: anybody on the way may have written it."""
        if self._held_from is not self.sock:
            self._held.clear()
            self._held_from = self.sock


class Client(IMAPClient):  # type: ignore[misc] # imapclient ships no types
    """imapclient over a guarded wire, put in where its own test client puts its pretended one."""

    def __init__(self, wire: Wire, server: Server, patience: ImapPatience) -> None:
        """Take a connected wire over."""
        self._wire = wire
        super().__init__(server.host, server.port, ssl=server.tls == "implicit", timeout=patience.silence)
        # imapclient makes imaplib write every line through `logging`, which costs a fifth of the time.
        wire.debug = 0
        self.normalise_times = False

    def _create_IMAP4(self) -> Wire:  # noqa: N802 - imapclient's name
        return self._wire


def greeting(client: Client) -> bytes:
    """The first line that the server sent."""
    return cast("bytes", client.welcome) or b""
