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


def on_a_terminal(folder, *words, width=0, typed=TYPED, keys=(), **more):
    """Run a command with a terminal at all three ends; what the terminal received.

    With `keys`, pairs of what is waited for (each time anew) and what is typed then.
    """
    master, slave = pty.openpty()
    environ = environment(**{"TERM": "xterm-256color", **more})
    if width:
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 25, width, 0, 0))
        del environ["COLUMNS"]
    with ThreadPoolExecutor(1) as beside:
        heard = beside.submit(listen, master, keys or ((b"to send 3 letters", typed),))
        try:
            at_hand().run(folder, words, environ, terminal=os.ttyname(slave))
        finally:
            os.close(slave)
    os.close(master)
    return heard.result().decode()


def listen(master, keys):
    """What a terminal receives until its other side is closed; types what each of the `keys` says."""
    heard, seen, waiting = b"", 0, [*keys]
    try:
        while chunk := os.read(master, 65536):
            heard += chunk
            while waiting and (place := heard.find(waiting[0][0], seen)) >= 0:
                seen = place + len(waiting[0][0])
                os.write(master, waiting.pop(0)[1])
    except OSError:  # Linux says so when the other side has closed
        pass
    return heard
