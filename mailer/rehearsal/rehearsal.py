"""Runs the embedded post office: both servers, the people and their clock, in one thread of their own."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

from mailer.errors import TryAgain
from mailer.rehearsal import imap_server, shelf, smtp_server
from mailer.rehearsal.clock import Clock
from mailer.rehearsal.filing import Filing
from mailer.rehearsal.imap_session import Door, Trouble
from mailer.rehearsal.mailboxes import INBOX, Stored
from mailer.rehearsal.office import Office, Posted
from mailer.rehearsal.people import Person

T = TypeVar("T")

_SAVE_AFTER = 0.2
"""Seconds; so that a batch of letters is kept with one write."""
_STEPS_TO_COME_IN = 5
"""Turns of the loop between a connection and its conversation: accept, transport, protocol, task, begin."""
_LONGEST_WAIT = 3600.0
"""Seconds; then the clock is looked at again, in case somebody set it."""


class Rehearsal:
    """An SMTP and an IMAP server on 127.0.0.1, with people who answer. A context manager.

    All that is public may be used from any thread. The servers are opened by `start`, not before.

    Args:
        people: Who lives behind the addresses; nobody else answers.
        clock: The time; None for the one that `state` kept, or else the real time.
        state: The folder in which everything is kept; None for nowhere.
        smtp_port: 0 for any free one.
        imap_port: 0 for any free one.
        user: The account's name, for both servers.
        password: And its password.
        must_sign_in: Whether letters are taken only after signing in.
        hurry: Every answer comes at once.
        kind_strangers: Whoever is not among the people answers kindly at once.
        filing: What becomes of a copy of each letter; by itself it lies in Sent, as with large providers.

    Attributes:
        smtp_port: Known once it listens; the same after a stop and a new start.
        imap_port: Known once it listens; the same after a stop and a new start.
        clock: The time here, for a `World` too.
        trouble: Asked before each IMAP command, with the conversation's number from 1 and the command without
            its tag, what shall go wrong; None for nothing. Set it at any time; it runs in another thread.

    Raises:
        BadData: when `state` holds something that cannot be read.
    """

    host = "127.0.0.1"

    def __init__(  # noqa: PLR0913 - each is one line in a test
        self,
        people: Iterable[Person] = (),
        *,
        clock: Clock | None = None,
        state: Path | None = None,
        smtp_port: int = 0,
        imap_port: int = 0,
        user: str = "fellow@rehearsal.example",
        password: str = "rehearsal",  # noqa: S107 - nothing is behind it
        must_sign_in: bool = False,
        hurry: bool = False,
        kind_strangers: bool = False,
        filing: Filing = Filing(),  # noqa: B008 - it is frozen
    ) -> None:
        kept = shelf.load(state) if state else None
        self.clock = clock or Clock.running(kept.ahead if kept else timedelta())
        self.smtp_port, self.imap_port = smtp_port, imap_port
        self.user, self.password = user, password
        self.trouble: Callable[[int, str], Trouble | None] | None = None
        self._must_sign_in = must_sign_in
        self._state = state
        self._office = Office(
            people,
            self.clock,
            shelf.account_of(kept, self.clock.now()),
            kept.letters if kept else (),
            kept.waiting if kept else (),
            hurry=hurry,
            kind_strangers=kind_strangers,
            filing=filing,
            own=user,
        )
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._quit = asyncio.Event()
        self._ended: Future[None] = Future()
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def start(self) -> None:
        """Open both servers; they listen when this returns.

        Raises:
            TryAgain: when one of the ports is taken.
        """
        ready: Future[None] = Future()
        self._ended, self._quit = Future(), asyncio.Event()
        self._thread = threading.Thread(target=self._live, args=(ready,), name="rehearsal", daemon=True)
        self._thread.start()
        try:
            ready.result()
        except BaseException:
            self._thread.join()
            self._thread = None
            raise

    def stop(self) -> None:
        """Close both servers and every conversation, and save the state. Harmless when nothing runs."""
        if self._thread is None:
            return
        if self._loop:
            self._loop.call_soon_threadsafe(self._quit.set)
        self._thread.join()
        self._thread = None
        self._ended.result()

    @property
    def letters(self) -> tuple[Posted, ...]:
        """Every letter that the SMTP server accepted, in order."""
        return self._call(lambda: tuple(self._office.letters))

    @property
    def pending(self) -> tuple[datetime, ...]:
        """When the answers arrive that are still on their way, soonest first."""
        return self._call(lambda: tuple(sorted(one.due for one in self._office.waiting)))

    @property
    def inbox(self) -> tuple[Stored, ...]:
        """What lies in the inbox, by number."""
        return self.folder(INBOX)

    def folder(self, name: str) -> tuple[Stored, ...]:
        """What lies in a folder, by number; nothing where there is no such folder."""
        found = self._office.account.find(name)
        return self._call(lambda: tuple(found.mails.values())) if found else ()

    def inject(
        self, raw: bytes, folder: str = INBOX, *, at: datetime | None = None, flags: Iterable[str] = ()
    ) -> int:
        """Put a mail into a folder (made if it is missing), as if it had arrived at `at`; returns its UID."""
        moment = (at or self.clock.now()).astimezone(UTC)
        return self._change(lambda: self._office.account.open(folder).add(raw, moment, flags))

    def renumber(self, folder: str = INBOX) -> None:
        """Void all numbers of a folder and give new ones, as a server does after a restore."""
        self._change(lambda: self._office.account.open(folder).renumber())

    def _live(self, ready: Future[None]) -> None:
        """The thread's whole life."""
        try:
            with asyncio.Runner() as runner:
                runner.run(self._serve(ready))
            self._ended.set_result(None)
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits for this thread
            (self._ended if ready.done() else ready).set_exception(error)

    async def _serve(self, ready: Future[None]) -> None:
        """Open, wait for `stop`, close."""
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(_overlook_hang_ups)
        forget = self.clock.listen(lambda: self._change(self._office.deliver_due))
        servers: list[asyncio.Server] = []
        try:
            servers.append(
                await _listening(smtp_server.serve(self._counter(), self.smtp_port), self.smtp_port)
            )
            servers.append(await _listening(imap_server.serve(self._door(), self.imap_port), self.imap_port))
            self.smtp_port, self.imap_port = (server.sockets[0].getsockname()[1] for server in servers)
            self._change(self._office.deliver_due)
            ready.set_result(None)
            await self._quit.wait()
        finally:
            forget()
            await _close(servers)
            self._loop = None
            for timer in self._timers.values():
                timer.cancel()
            self._timers.clear()
            if self._state and ready.done():
                shelf.save(self._state, self._office)

    def _counter(self) -> smtp_server.Counter:
        def take(sender: str, to: tuple[str, ...], raw: bytes) -> None:
            self._change(lambda: self._office.take(sender, to, raw))

        return smtp_server.Counter(self.user, self.password, self._must_sign_in, self._office.refuses, take)

    def _door(self) -> Door:
        def trouble(number: int, command: str) -> Trouble | None:
            ask = self.trouble
            return ask(number, command) if ask else None

        return Door(self._office.account, self.user, self.password, self.clock.now, trouble)

    def _call(self, work: Callable[[], T]) -> T:
        """Have the thread do it between two other things, and wait for what comes of it."""
        loop = self._loop
        if loop is None or threading.current_thread() is self._thread:
            return work()
        done: Future[T] = Future()
        loop.call_soon_threadsafe(_fulfil, done, work)
        return done.result()

    def _change(self, work: Callable[[], T]) -> T:
        """The same for work that changes something: it is kept soon, and what is due next is waited for."""

        def work_and_note() -> T:
            try:
                return work()
            finally:
                self._note_change()

        return self._call(work_and_note)

    def _note_change(self) -> None:
        if self._loop is None:
            return
        if self._state and "save" not in self._timers:
            self._timers["save"] = self._loop.call_later(_SAVE_AFTER, self._save, self._state)
        if "due" in self._timers:
            self._timers.pop("due").cancel()
        if self.clock.runs and self._office.waiting:
            wait = (self._office.waiting[0].due - self.clock.now()).total_seconds()
            wait = min(max(wait, 0.0), _LONGEST_WAIT)
            self._timers["due"] = self._loop.call_later(wait, self._change, self._office.deliver_due)

    def _save(self, state: Path) -> None:
        del self._timers["save"]
        shelf.save(state, self._office)


async def _listening(opening: Coroutine[Any, Any, asyncio.Server], port: int) -> asyncio.Server:
    try:
        return await opening
    except OSError as error:
        raise TryAgain(
            f"Port {port} of this machine is taken, perhaps by another rehearsal",
            fix="Stop the program that has it, then type the same again",
        ) from error


async def _close(servers: Sequence[asyncio.Server]) -> None:
    """Stop listening and end every conversation; each closes its own line when it is cancelled.

    But one that is cancelled before it began closes nothing, and Python 3.11 loses the socket of a client
    that is let in while the server closes. So whoever is on the doorstep comes in first.
    """
    loop = asyncio.get_running_loop()
    for server in servers:
        for listening in server.sockets:
            loop.remove_reader(listening.fileno())
    for _ in range(_STEPS_TO_COME_IN):
        await asyncio.sleep(0)
    for server in servers:
        server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)  # the lines close


def _overlook_hang_ups(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A client that hangs up in mid-sentence is no event; everything else is."""
    if not isinstance(context.get("exception"), ConnectionError):
        loop.default_exception_handler(context)


def _fulfil(done: Future[T], work: Callable[[], T]) -> None:
    try:
        done.set_result(work())
    except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
        done.set_exception(error)
