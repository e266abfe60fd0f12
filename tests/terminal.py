"""A terminal for tests: a real pseudo-terminal of any width, and what it would show."""

import fcntl
import os
import pty
import struct
import termios
from concurrent.futures import ThreadPoolExecutor

from quick import at_hand
from stage import environment

TYPED = b"3\n"
"""What is typed when a number is asked for."""


def on_a_terminal(folder, *words, width=0, typed=TYPED, **more):
    """Run a command with a terminal at all three ends; what the terminal received."""
    master, slave = pty.openpty()
    environ = environment(**{"TERM": "xterm-256color", **more})
    if width:
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 25, width, 0, 0))
        del environ["COLUMNS"]
    with ThreadPoolExecutor(1) as beside:
        heard = beside.submit(_listen, master, typed)
        try:
            at_hand().run(folder, words, environ, terminal=os.ttyname(slave))
        finally:
            os.close(slave)
    os.close(master)
    return heard.result().decode()


def _listen(master, typed):
    heard, asked = b"", False
    try:
        while chunk := os.read(master, 65536):
            heard += chunk
            if b"to send 3 letters" in heard and not asked:
                asked = True
                os.write(master, typed)
    except OSError:  # Linux says so when the other side has closed
        pass
    return heard
