"""One open line to an SMTP server: what is said over it, what is answered, and how long we wait for that."""

import asyncio
from asyncio import Transport
from collections import deque
from typing import Generic, Protocol, TypeVar

from mailer.servers.patience import SmtpPatience
from mailer.servers.reply import Garbled, Replies, Reply
from mailer.servers.transaction import Step

CLOSED = "the connection was closed"
_SILENT = "the server did not answer in time"

About = TypeVar("About")
"""What a step is about."""

_About_contra = TypeVar("_About_contra", contravariant=True)


class Listener(Protocol[_About_contra]):
    """Who is told what happens on a line."""

    def answered(self, step: Step, about: _About_contra, reply: Reply) -> None:
        """The server answered the first step that was not answered yet."""
        ...

    def spoken_to(self, reply: Reply) -> None:
        """The server spoke though nothing was asked."""
        ...

    def heard(self) -> None:
        """That was all that the server has said for now."""
        ...

    def written(self) -> None:
        """All that was written has left us."""
        ...

    def ended(self, words: str) -> None:
        """The line is of no use any more; told once."""
        ...


class Line(asyncio.Protocol, Generic[About]):
    """Says steps, and pairs each with its answer.

    Attributes:
        held_up: Whether something that we wrote has not left us yet.
        over: Whether it is of no use any more.
    """

    def __init__(self, transport: Transport, patience: SmtpPatience, listener: Listener[About]) -> None:
        """Take an open line over: its protocol is replaced by ours."""
        self._transport, self._patience, self._listener = transport, patience, listener
        self._loop = asyncio.get_running_loop()
        self._replies = Replies()
        self._asked: deque[tuple[Step, About]] = deque()
        self._deadline = 0.0
        self._clock: asyncio.TimerHandle | None = None
        self.held_up = self.over = False
        self.gone = self._loop.create_future()
        transport.set_protocol(self)
        # We are told when nothing is left in the transport's buffer. With TLS a mark of 0 would make it wait
        # for ever on an empty buffer (asyncio compares with >= there), so the mark is one byte.
        # (There a last block may wait below the encryption, out of our sight: it can only add to our doubt.)
        encrypted = transport.get_extra_info("sslcontext") is not None
        transport.set_write_buffer_limits(high=1 if encrypted else 0)

    @property
    def usable(self) -> bool:
        """Whether anything can be said over it."""
        return not self.over and not self._transport.is_closing()

    @property
    def asking(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._asked)

    def asks_about(self, about: About) -> bool:
        """Whether an answer about this is still to come."""
        return any(asked is about for _, asked in self._asked)

    def say(self, *commands: tuple[Step, bytes, About]) -> None:
        """Say steps, all in one go; each is answered in its turn."""
        if not commands:
            return
        if not self._asked:
            self._expect(commands[0][0])
        self._asked.extend((step, about) for step, _, about in commands)
        self._transport.write(b"".join(words for _, words, _ in commands))

    def write(self, block: memoryview) -> None:
        """Write a part of a letter, which nobody answers."""
        self._wait(self._patience.block)
        self._transport.write(block)

    def close(self, words: str = CLOSED) -> None:
        """Close the line at once, and say why."""
        if self.over:
            return
        self.over = True
        if self._clock:
            self._clock.cancel()
        self._listener.ended(words)
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take what the server said."""
        try:
            for reply in self._replies.feed(data):
                if self.over:
                    return
                self._hear(reply)
        except Garbled as error:
            self.close(str(error))
        self._listener.heard()

    def eof_received(self) -> bool:
        """The server hung up."""
        self.close()
        return False

    def connection_lost(self, _error: Exception | None) -> None:
        """The line is gone."""
        self.close()
        if not self.gone.done():
            self.gone.set_result(None)

    def pause_writing(self) -> None:
        """What we wrote has not left us yet."""
        self.held_up = True

    def resume_writing(self) -> None:
        """Everything has left us."""
        self.held_up = False
        self._listener.written()

    def _hear(self, reply: Reply) -> None:
        if not self._asked:
            self._listener.spoken_to(reply)
            return
        step, about = self._asked.popleft()
        self._deadline = 0.0
        if self._asked:
            self._expect(self._asked[0][0])
        self._listener.answered(step, about, reply)

    def _expect(self, step: Step) -> None:
        patience = self._patience
        special = {Step.DATA: patience.data, Step.DOT: patience.dot, Step.RSET: patience.courtesy}
        self._wait(special.get(step, patience.command))

    def _wait(self, seconds: float) -> None:
        """Give the server so long from now on: for a whole reply, however busily it drips."""
        self._deadline = self._loop.time() + seconds
        if self._clock is None or self._clock.when() > self._deadline:
            if self._clock:
                self._clock.cancel()
            self._clock = self._loop.call_at(self._deadline, self._look_at_the_clock)

    def _look_at_the_clock(self) -> None:
        self._clock = None
        if self.over or not self._deadline:
            return
        if self._loop.time() >= self._deadline:
            self.close(_SILENT)
        else:
            self._clock = self._loop.call_at(self._deadline, self._look_at_the_clock)
