"""`campaign replies --watch`: shows what comes in as it comes, until somebody ends it."""

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mailer.cli.doubts import say_doubts
from mailer.cli.listing import print_line
from mailer.cli.paper import margin, paper
from mailer.cli.session import Session

if TYPE_CHECKING:
    from mailer.inbox import Pause
    from mailer.ledger import Ledger
    from mailer.nouns import Group, MailboxRead, Message

_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, `kill`, and the window that is closed."""


class _Ended(BaseException):
    """Somebody asked for the end. Nothing that looks after errors is to look after this."""


class _Ending:
    """Ends the watch when it is asked for: at once while nothing is being done, else after that."""

    def __init__(self) -> None:
        self._asked = self._is_resting = False

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """While this lasts, a signal ends the watch and not the program; once more, and it ends that, too."""
        usual = {number: signal.getsignal(number) for number in _ENDS}
        heeded = [number for number in _ENDS if usual[number] is not signal.SIG_IGN]

        def end(number: int, _frame: object) -> None:
            signal.signal(number, usual[signal.Signals(number)])
            self._asked = True
            if self._is_resting:
                raise _Ended

        for number in heeded:
            signal.signal(number, end)
        try:
            yield
        except _Ended:
            pass
        finally:
            for number in heeded:
                signal.signal(number, usual[number])

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Nothing is being read or written while this lasts."""
        self._is_resting = True
        try:
            if self._asked:
                raise _Ended
            yield
        finally:
            self._is_resting = False


def watch(session: Session, name: str | None, *, as_json: bool) -> None:
    """Show each message as it comes, whoever of us notes it: another command may read the mailbox, too.

    Args:
        session: The command's.
        name: Only what belongs to this campaign; None for all.
        as_json: One JSON object in each line, for programs.
    """
    from mailer.cli.screen import say
    from mailer.inbox import Pause, Watch

    session.manuscript(*([name] if name else []))  # says what is wrong with it, once
    settings, ending = session.settings(), _Ending()
    with ending.heeded(), session.ledger() as ledger:
        if not ledger.deliveries():
            say("no letter has left yet, so there is nothing to answer")
            return
        shown = _Shown(ledger, name, as_json=as_json)
        for reading in Watch(
            session.world, settings, ledger, lambda: _groups(session), ending.resting
        ).readings():
            if isinstance(reading, Pause):
                _say_trouble(reading)
            else:
                shown.show(reading)
    margin().write("\nended\n")


class _Shown:
    """What is on the screen already."""

    def __init__(self, ledger: "Ledger", name: str | None, *, as_json: bool) -> None:
        self._ledger, self._name, self._as_json = ledger, name, as_json
        self._known = {message.id for message in ledger.messages()}
        self._hindered = ""
        self._is_first = True

    def show(self, reading: "MailboxRead") -> None:
        """Show what a reading has brought."""
        from mailer.cli.read import is_shown
        from mailer.cli.screen import say

        if self._is_first:
            say(f"watching {', '.join(reading.folders)}; Ctrl-C ends it", "dim")
            self._is_first = False
        new = [message for message in self._ledger.messages() if message.id not in self._known]
        self._known |= {message.id for message in new}
        self._print([message for message in new if is_shown(message, self._name)])
        # What stays as it is, is said once.
        hindered = reading.doubts.hindered or reading.hindered
        if reading.doubts.settled or hindered != self._hindered:
            say_doubts(reading.doubts)
            if reading.hindered:
                say(f"what you sent yourself could not be looked through: {reading.hindered}", "yellow")
        self._hindered = hindered
        paper().flush()

    def _print(self, messages: Sequence["Message"]) -> None:
        from mailer.cli.read import print_messages, row

        if not self._as_json:
            print_messages(messages)
            return
        for message in messages:
            print_line(row(message))


def _groups(session: Session) -> "Sequence[Group]":
    from mailer.workspace import read_manuscript

    return read_manuscript(session.workspace, ()).groups


def _say_trouble(pause: "Pause") -> None:
    from mailer.cli.screen import say

    say(f"{pause.trouble.what}; next try in {pause.seconds:.0f} seconds", "yellow")
