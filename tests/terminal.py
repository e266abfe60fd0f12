"""A terminal for tests: a real pseudo-terminal of any width, and what it would show."""

import fcntl
import os
import pty
import struct
import subprocess
import termios

from stage import environment

TYPED = b"3\n"
"""What is typed when a number is asked for."""


def on_a_terminal(folder, *words, width=0, typed=TYPED, **more):
    """Run the installed command with a terminal at all three ends; what the terminal received."""
    master, slave = pty.openpty()
    environ = environment(**{"TERM": "xterm-256color", **more})
    if width:
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 25, width, 0, 0))
        del environ["COLUMNS"]
    ends = {"stdin": slave, "stdout": slave, "stderr": slave}
    with subprocess.Popen(["campaign", *words], cwd=folder, env=environ, **ends):
        os.close(slave)
        heard = _listen(master, typed)
    os.close(master)
    return heard.decode()


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
