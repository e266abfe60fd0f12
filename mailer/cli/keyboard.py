"""Single keys from a person at a terminal, without Enter; and a line of text with TAB where one is needed."""

import os
import select
import sys
import termios
import tty
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

_ESCAPE = b"\x1b"
_REST = 0.02
"""Seconds in which the rest of an arrow's or function key's bytes follow its first."""

_LONGEST = 16


class Keyboard:
    """The keys of the terminal at standard input, while `listening` lasts."""

    def __init__(self) -> None:
        self._fd = sys.stdin.fileno()
        self._before = termios.tcgetattr(self._fd)
        self._listen()

    def key(self) -> str:
        """The next key; '' when the terminal is gone, or for Ctrl-D. Ctrl-C interrupts, as everywhere.

        What was typed ahead is not lost. An arrow or a function key comes as its escape sequence.
        """
        # Each time: whoever stopped us with Ctrl-Z has set the terminal as she likes it.
        self._listen()
        typed = os.read(self._fd, 1)
        if typed == _ESCAPE:
            typed += self._sequence()
        while not typed.isascii() and len(typed) < _LONGEST:
            with suppress(UnicodeDecodeError):
                return typed.decode()
            typed += os.read(self._fd, 1)
        return "" if typed == b"\x04" else typed.decode("ascii", "replace")

    def _sequence(self) -> bytes:
        """The rest of an escape sequence (ECMA-48 §5.4), or of a key pressed together with Alt."""
        rest = b""
        while len(rest) < _LONGEST and select.select([self._fd], [], [], _REST)[0]:
            rest += os.read(self._fd, 1)
            if rest not in {b"[", b"O"} and rest[-1:] >= b"@":
                break
        return rest

    def line(self, prompt: str, known: Sequence[str]) -> str:
        """A line of text, with TAB for the words that are known; '' when she thinks better of it."""
        self.rest()
        try:
            with _completing(known), suppress(EOFError):
                return input(prompt).strip()
            return ""
        finally:
            self._listen()

    def _listen(self) -> None:
        """Have each key as it is pressed, and none of them shown."""
        tty.setcbreak(self._fd, termios.TCSADRAIN)

    def rest(self) -> None:
        """Give the terminal back as it was."""
        termios.tcsetattr(self._fd, termios.TCSADRAIN, self._before)


@contextmanager
def listening() -> Iterator[Keyboard]:
    """The keyboard; at the end the terminal is as it was, whatever happens."""
    keyboard = Keyboard()
    try:
        yield keyboard
    finally:
        keyboard.rest()


@contextmanager
def _completing(known: Sequence[str]) -> Iterator[None]:
    """TAB completes; where Python was built without readline it is an ordinary key."""
    try:
        import readline
    except ImportError:
        yield
        return

    def fitting(begun: str, number: int) -> str | None:
        found = [word for word in known if word.startswith(begun)]
        return found[number] if number < len(found) else None

    before = readline.get_completer()
    readline.set_completer_delims("")
    # The Mac's stand-in for readline has a language of its own.
    editline = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if editline else "tab: complete")
    readline.set_completer(fitting)
    try:
        yield
    finally:
        readline.set_completer(before)
