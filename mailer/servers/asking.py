"""Runs the command that prints a password, for as long as a person may need to unlock her password store.

The command may ask her: it has the terminal if there is one. What it prints on stdout is the secret, and is
held in memory only. What it prints on stderr reaches the terminal and nothing else: that may be the secret,
too, and a log keeps it.
"""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO

MOST_OCTETS = 2**20
"""Of all that a command prints; password stores print some lines about the account as well."""

_GLANCE = 0.1
"""Seconds between two looks whether it has ended: an agent that it leaves behind may hold its stdout open."""

_GRACE = 2.0
"""Seconds that it gets for putting the terminal in order when it is ended."""


class NoAnswer(Exception):
    """The command gave no password; the text says why, as the end of "the command …"."""


def first_line(
    command: Sequence[str], environ: Mapping[str, str], wait: float, told: bytes | None = None
) -> bytes:
    """What a command prints on the first line of stdout.

    Args:
        command: Its words; no shell takes part.
        environ: Its environment. Passwords in `CAMPAIGN_…PASSWORD` are not handed on: it has no need of them.
        wait: How many seconds it may take.
        told: What it reads on stdin, less than a pipe holds; None for the terminal, if there is one.

    Returns:
        The line without its end; b"" when nothing was printed.

    Raises:
        NoAnswer: it cannot be run, fails, takes too long or prints too much. By then it has ended.
        KeyboardInterrupt: Ctrl-C has ended it; a terminal sends that to both of us.
    """
    deadline = time.monotonic() + wait
    with _running(command, environ, _terminal(0) if told is None else subprocess.PIPE) as process:
        try:
            if process.stdin:
                _tell(process.stdin, told or b"")
            printed = _all_printed(process, deadline)
            process.wait(max(0.0, deadline - time.monotonic()))
        except (TimeoutError, subprocess.TimeoutExpired):
            # Raised anew: subprocess's exception carries the arguments, which may hold the password.
            raise NoAnswer(f"took longer than {wait:g} seconds") from None
        finally:
            _end(process)
    if process.returncode == -signal.SIGINT:
        raise KeyboardInterrupt
    if process.returncode:
        raise NoAnswer(_failed(process.returncode))
    return printed.partition(b"\n")[0].removesuffix(b"\r")


def _running(
    command: Sequence[str], environ: Mapping[str, str], stdin: int | None
) -> subprocess.Popen[bytes]:
    mine = {name: value for name, value in environ.items() if not _is_password(name)}
    try:
        return subprocess.Popen(  # noqa: S603 - hers
            command, stdin=stdin, stdout=subprocess.PIPE, stderr=_terminal(2), env=mine
        )
    except OSError as error:
        why = f"cannot be run ({os.strerror(error.errno or 0)})"
    raise NoAnswer(why)


def _tell(stdin: IO[bytes], told: bytes) -> None:
    # Whoever has ended without reading says why in another way.
    with suppress(BrokenPipeError), stdin:
        stdin.write(told)


def _is_password(name: str) -> bool:
    return name.startswith("CAMPAIGN_") and name.endswith(("PASSWORD", "CLIENT_SECRET"))


def _terminal(fd: int) -> int | None:
    """Ours where that is a terminal; else nothing, so that it neither eats our input nor fills a log."""
    return None if os.isatty(fd) else subprocess.DEVNULL


def _all_printed(process: subprocess.Popen[bytes], deadline: float) -> bytes:
    stdout = process.stdout
    assert stdout
    printed = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(stdout, selectors.EVENT_READ)
        while more := _more(process, stdout, selector, deadline):
            printed += more
            if len(printed) > MOST_OCTETS:
                raise NoAnswer("printed far more than a password")
    return bytes(printed)


def _more(
    process: subprocess.Popen[bytes], stdout: IO[bytes], selector: selectors.BaseSelector, deadline: float
) -> bytes:
    """What it prints next; b"" when that was all."""
    while True:
        ended = process.poll() is not None
        if selector.select(0 if ended else _GLANCE):
            return os.read(stdout.fileno(), MOST_OCTETS)
        if ended:
            return b""
        if time.monotonic() > deadline:
            raise TimeoutError


def _end(process: subprocess.Popen[bytes]) -> None:
    """See that it has ended."""
    # It alone and not its group, which is ours, too: in one of its own it could not ask on the terminal.
    try:
        if process.poll() is None:
            process.terminate()
            process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        pass
    finally:
        process.kill()
        process.wait()


def _failed(code: int) -> str:
    if code > 0:
        return f"failed with {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
