"""Runs `campaign` quickly: everything is imported once, and each command is a fork of that process.

An installed command takes most of its second for its imports. The tests run thousands of commands; so each
worker starts this file once and hands it one command after the other. What runs in the fork is
`mailer.cli.main`, with a folder, words, an environment and streams of its own. What is different: nothing is
left to import, and Python was not started anew. A few things can be made odd in the fork only:

    RIG_LONG_JOURNAL=2000   the journal counts as long from so many bytes, so that it is compacted
    RIG_SHORT_WRITES=7      one `write` takes at most so many bytes
    RIG_STRACE='["-P", …]'  strace with these words watches the command (and breaks its system calls)
"""

import atexit
import functools
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

LONGEST = 60
"""Seconds for one command."""


@dataclass(frozen=True)
class Done:
    """A command that has ended.

    Attributes:
        code: Its exit code; -9 for one that was killed.
        out: What it wrote to stdout.
        err: What it wrote to stderr.
    """

    code: int
    out: str
    err: str


class Quick:
    """The process that forks. A context manager; for one thread."""

    def __enter__(self):
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONWARNINGS": "ignore", "LC_ALL": "C.UTF-8"},
            text=True,
        )
        assert self._process.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=LONGEST)

    def run(self, folder, words, environ, terminal=""):
        """One command from its start to its end; `terminal` is the path of one for all its three ends."""
        job = {"folder": str(folder), "words": [str(word) for word in words], "terminal": terminal}
        job["environ"] = {name: str(value) for name, value in environ.items()}
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        done = Done(**json.loads(self._process.stdout.readline()))
        (done.out + done.err).encode()  # an error here: it wrote what is no UTF-8
        return done


@functools.cache
def at_hand():
    """The one `Quick` of this worker, begun when it is first wanted; for one thread at a time."""
    quick = Quick().__enter__()
    atexit.register(quick.__exit__)
    return quick


# What follows runs in the process that forks.


def _serve():
    _import_everything()
    heard = [os.memfd_create(name) for name in ("out", "err")]
    said = os.fdopen(os.dup(1), "w")  # the commands get other streams, and this one stays ours
    print("ready", file=said, flush=True)
    for line in sys.stdin:
        for fd in heard:
            os.ftruncate(fd, 0)
            os.lseek(fd, 0, os.SEEK_SET)
        code = _fork(json.loads(line), *heard)
        out, err = (os.pread(fd, os.fstat(fd).st_size, 0).decode("utf-8", "surrogateescape") for fd in heard)
        print(json.dumps({"code": code, "out": out, "err": err}), file=said, flush=True)


def _import_everything():
    import asyncio  # noqa: F401, PLC0415 - the process that only asks need not wait for these
    import importlib  # noqa: PLC0415

    import rich.progress  # noqa: F401, PLC0415

    rooms = "cli outbox inbox orders proofs agenda trials ledger servers letters planning outcomes"
    for room in rooms.split():
        importlib.import_module(f"mailer.{room}")
    for odd in ("mailer.cli.screen", "mailer.servers.smtp_door", "mailer.servers.imap_door"):
        importlib.import_module(odd)


def _fork(job, out, err):
    environ = job["environ"]
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writes)
        os.read(reads, 1)
        _be_the_command(job, out, err)
    os.close(reads)
    watcher = _watch(child, json.loads(environ["RIG_STRACE"])) if "RIG_STRACE" in environ else None
    os.close(writes)
    code = os.waitstatus_to_exitcode(_ended(child))
    if watcher:
        watcher.communicate()
    return code


def _watch(child, words):
    """strace, attached."""
    command, nothing = ["strace", "-f", "-p", str(child), *words], subprocess.DEVNULL
    watcher = subprocess.Popen(command, stderr=subprocess.PIPE, stdin=nothing, text=True)
    first = watcher.stderr.readline()
    assert "attached" in first, first
    return watcher


def _ended(child):
    """The status of a child that has ended; one that hangs is ended by us."""
    late = time.monotonic() + LONGEST
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        if time.monotonic() > late:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.001)


def _be_the_command(job, out, err):
    """Become one command; never returns."""
    code = 1
    try:
        _take_streams(job["terminal"], out, err)
        os.chdir(job["folder"])
        os.environ.clear()
        os.environ.update(job["environ"])
        time.tzset()
        _be_odd(job["environ"])
        sys.argv = ["campaign", *job["words"]]
        from mailer.cli import main  # noqa: PLC0415 - imported long ago, by the parent

        main()
    except SystemExit as ended:
        code = ended.code or 0
    except BaseException:  # noqa: BLE001 - as Python itself would
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def _take_streams(terminal, out, err):
    """Have a terminal at all three ends, or nobody at the keyboard and two files to write to."""
    read = os.open(terminal or os.devnull, (os.O_RDWR if terminal else os.O_RDONLY) | os.O_NOCTTY)
    for fd, stream in ((read, 0), (read if terminal else out, 1), (read if terminal else err, 2)):
        os.dup2(fd, stream)
    if terminal:
        # Python decides on this at its start, when these streams were others.
        sys.stdout.reconfigure(line_buffering=True)


def _be_odd(environ):
    from mailer import failpoints  # noqa: PLC0415 - as below

    failpoints.ASKED = environ.get("CAMPAIGN_FAILPOINT", "")
    if "RIG_LONG_JOURNAL" in environ:
        from mailer.ledger.journalled import keeping  # noqa: PLC0415 - as above

        keeping.LONG_JOURNAL = int(environ["RIG_LONG_JOURNAL"])
    if "RIG_SHORT_WRITES" in environ:
        most, write, pwrite = int(environ["RIG_SHORT_WRITES"]), os.write, os.pwrite
        os.write = lambda fd, data: write(fd, memoryview(data)[:most])
        os.pwrite = lambda fd, data, offset: pwrite(fd, memoryview(data)[:most], offset)


if __name__ == "__main__":
    # What stands beside this file is for the tests; a module of ours must not hide one of the library's.
    sys.path.remove(str(Path(__file__).parent))
    _serve()
