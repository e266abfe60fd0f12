"""Commands that a test stops, and lets go on, in the middle of what they do."""

import os
import signal
import threading
from contextlib import contextmanager

from quick import Done

CHOSEN = "intent.after_fsync"
"""A letter is claimed, nothing is said to the server yet, and nobody's turn is held."""


@contextmanager
def begun():
    """`begin(rig, …)` begins a command; none of them outlives the `with`."""
    processes = []

    def begin(made, *words, **more):
        processes.append(made.start(*words, **more))
        return processes[-1]

    try:
        yield begin
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def stopped(process):
    """Wait until it has ended or been stopped; whether it has been stopped."""
    found = os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    return found.si_code == os.CLD_STOPPED


def ended(process, within=20):
    """Let it go on; what became of it within so many seconds."""
    process.send_signal(signal.SIGCONT)
    out, err = process.communicate(timeout=within)
    for said in ("Traceback", "Exception ignored", "fault of the program"):
        assert said not in out + err, out + err
    return Done(process.returncode, out, err)


@contextmanager
def first_letter_held(made):
    """A server that thinks about the first letter for as long as the `with` lasts; yields when it has come.

    After the `with` it has taken that letter.
    """
    came, go, taken = threading.Event(), threading.Event(), threading.Event()
    take = made.post._office.take

    def slowly(*letter):
        came.set()
        assert go.wait(60)
        take(*letter)
        taken.set()

    made.post._office.take = slowly
    try:
        yield came
    finally:
        go.set()
    assert taken.wait(60)
