"""Cuts the power while a real `campaign send` is at work, 60 times on ext4 and 60 times on xfs.

`make powercut` runs it. The workspace and the state folder of the account are on a file system in a file, the
mail server, whose list of accepted letters is the truth, is outside. At moments drawn by lot the command is
stopped, the file is copied, and the copy is mounted as the next start of the machine would: whatever had not
been handed to the disk is gone. Then nothing that was accepted, or said to be recorded, may be missing, and
going on from there must send no letter twice.

So that the figure means something, three programs that do it wrong are tried the same way, and must be found
out: one whose syncs do nothing (`eatmydata`), one that syncs folders but not files, and one that syncs files
but not folders.

What it cannot show: writes that a drive reorders or tears; the kernel's are handed over in its own order.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from disks import after_the_cut, left_mounted, make, mounted, run
from stage import HELLO, environment, settings_for

from mailer.rehearsal import Habit, Person, Rehearsal

HERE = Path(__file__).parent
GROUPS = 36
GONE = range(3, GROUPS, 6)
"""These addresses are refused, which the command prints as soon as it is recorded."""
SENDS = 3
LIFE = 3 + SENDS
"""Moments in the life of a workspace: during init, after it, in mid-sending, after an order."""
PATIENCE = 60.0

AS_IT_IS, NO_SYNCS, NO_FILES, NO_FOLDERS = "as it is", "eatmydata", "files not synced", "folders not synced"
MUTATIONS = {NO_FILES: "os.fdatasync(fd)\n", NO_FOLDERS: "os.fsync(fd)\n"}
"""The call in `durable` that is left out."""


@dataclass
class Told:
    """What must be true after a cut: the server's list, and what the command has said.

    Attributes:
        moment: When the power was cut, in words.
        opens: Whether there is a ledger, as the command has said.
        accepted: Who had got a letter.
        refused: Who had been refused, and was reported so.
        orders: About whom an order had been given.
    """

    moment: str
    opens: bool = True
    accepted: set = field(default_factory=set)
    refused: set = field(default_factory=set)
    orders: set = field(default_factory=set)

    def broken_by(self, found):
        """The promises that what was found afterwards breaks, in words."""
        if "refused" in found:
            return ["the ledger does not open"] if self.opens else []
        before, after, resumed = found["before"], found["after"], Counter(found["resumed"])
        kept = {who for who, state in before.items() if state in {"accepted", "unsure"}}
        sure = {who for who, state in before.items() if state == "accepted"}
        end = {"accepted", "refused", "unsure"}
        checks = {
            "a letter was forgotten": self.accepted - kept,
            "a letter is called accepted that was not": sure - self.accepted,
            "a refusal that was reported is forgotten": {
                a for a in self.refused if before.get(a) != "refused"
            },
            "an order that was confirmed is forgotten": self.orders - set(found["orders"]),
            "a letter went twice": self.accepted & set(resumed) or {a for a, n in resumed.items() if n > 1},
            "a letter was skipped": set(range(GROUPS - len(after)))
            or {a for a in after if after[a] not in end},
        }
        return [what for what, exceptions in checks.items() if exceptions]


class Rig:
    """One file system, one program, and the lives of workspaces on it."""

    def __init__(self, system, program, scratch, post, lot):
        self.system, self.program, self.scratch, self.post, self.lot = system, program, scratch, post, lot
        self.image, self.disk = scratch / f"{system}.img", scratch / "disk"
        self.failures = []
        self.moments = self.refusals = self.slowest = 0
        self.code = a_copy(scratch / "program", program)

    def play(self, moments):
        """Let workspaces be born and send until the power was cut so many times."""
        make(self.system, self.image)
        with mounted(self.image, self.disk):
            for number in range(-(-moments // LIFE)):
                self.live(self.disk / f"life{number}", f"l{number}.example")

    def live(self, folder, domain):
        """One workspace, from its beginning to an order."""
        lay_out(folder, domain, self.post)
        os.sync()
        so_far = len(self.post.letters)

        def accepted():
            return {address for letter in self.post.letters[so_far:] for address in letter.to}

        self.cut_during_init(folder)
        self.cut(folder, Told("after init"))
        with (folder / "said").open("w+", encoding="utf-8") as said:
            sending = self.start(folder, "send", "hello", "--confirm", str(GROUPS), stderr=said)
            for turn in sorted(self.lot.sample(range(GROUPS - len(GONE)), SENDS)):
                self.wait_until(lambda turn=turn: len(accepted()) > turn, sending)
                time.sleep(self.lot.uniform(0, 0.01))
                stop(sending)
                told = refused_in(folder / "said")
                self.cut(folder, Told(f"in mid-sending, after {turn}", accepted=accepted(), refused=told))
                sending.send_signal(signal.SIGCONT)
            assert sending.wait(PATIENCE) == 0, (folder / "said").read_text("utf-8")
        gone = {address(number, domain) for number in GONE}
        order = ("stop", "g1", "--because", "x")
        assert self.start(folder, *order).wait(PATIENCE) == 0
        self.cut(folder, Told("after an order", accepted=accepted(), refused=gone, orders={"g1"}))

    def cut_during_init(self, folder):
        """Somewhere between the first file and the last; then she types it again, as it tells her to."""
        began = self.start(folder, "init")
        ledger = folder / "campaigns/ledger"
        self.wait_until(lambda: ledger.exists() or began.poll() is not None, began)
        time.sleep(self.lot.uniform(0, 0.02))
        stop(began)
        self.cut(folder, Told("during init", opens=False))
        began.send_signal(signal.SIGCONT)
        assert began.wait(PATIENCE) == 0

    def cut(self, folder, told):
        """Cut the power, look at what is left, and note what is broken."""
        copy, at = self.scratch / "copy.img", self.scratch / "after"
        with after_the_cut(self.system, self.image, copy, at):
            left = at / folder.name
            words = [sys.executable, HERE / "afterwards.py", left]
            done = subprocess.run(words, env=self.around(left), capture_output=True, text=True, check=False)
        broken = ["a traceback"] if done.returncode else told.broken_by(json.loads(done.stdout))
        self.moments += 1
        self.refusals += not done.returncode and "refused" in json.loads(done.stdout)
        if broken:
            self.failures.append((told.moment, broken, done.stderr[-2000:] + done.stdout[:300]))

    def around(self, folder):
        """The environment of the program under test: its own code, its state folder on the disk."""
        path = f"{self.code}:{HERE.parent}"
        return environment(
            PYTHONPATH=path, XDG_STATE_HOME=str(folder / "state"), CAMPAIGN_NOW="2026-06-01T09:30"
        )

    def start(self, folder, *words, stderr=subprocess.DEVNULL):
        """The installed command, at work on the disk."""
        words = ("eatmydata", "campaign", *words) if self.program == NO_SYNCS else ("campaign", *words)
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": stderr}
        return subprocess.Popen(words, cwd=folder, env=self.around(folder), **quiet)

    def wait_until(self, ready, process):
        """Look until something is so, or the command has ended."""
        give_up = time.monotonic() + PATIENCE
        while not ready() and process.poll() is None:
            if time.monotonic() > give_up:
                raise TimeoutError(f"{process.args} does not get on")
            time.sleep(0.001)


def stop(process):
    """Have a command stand still, or find it ended."""
    process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)


def a_copy(folder, program):
    """The folder of the program under test, made wrong where that is asked for."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(
        HERE.parent.parent / "mailer", folder / "mailer", ignore=shutil.ignore_patterns("__pycache__")
    )
    if call := MUTATIONS.get(program):
        durable = folder / "mailer/ledger/journalled/durable.py"
        code = durable.read_text("utf-8")
        assert code.count(call) == 1, f"there is not one {call.strip()} any more"
        durable.write_text(code.replace(call, "pass\n"), "utf-8")
    return folder


def address(number, domain):
    return f"o@g{number}.{domain}"


def lay_out(folder, domain, post):
    """The files that a fellow writes."""
    (folder / "campaigns").mkdir(parents=True)
    (folder / "templates").mkdir()
    rows = [f"g{number},Group {number},You,{address(number, domain)}" for number in range(GROUPS)]
    table = "\n".join(["group,name,greeting,email", *rows, ""])
    (folder / "campaigns/groups.csv").write_text(table, "utf-8")
    (folder / "campaigns/hello.toml").write_text('[[steps]]\ntemplate = "hello"\n', "utf-8")
    (folder / "templates/hello.md").write_text(HELLO, "utf-8")
    (folder / "campaigns/settings.toml").write_text(settings_for(post), "utf-8")


def refused_in(said):
    """Who was refused, by what the command has printed."""
    lines = said.read_text("utf-8").splitlines()
    return {line.split(" to ")[1].split(":")[0] for line in lines if ": refused," in line}


def missing():
    """What this needs and does not find, in words; '' when all is there."""
    if os.getuid():
        return "it mounts file systems, which only root may: sudo make powercut"
    needed = {"mkfs.ext4": "e2fsprogs", "mkfs.xfs": "xfsprogs", "eatmydata": "eatmydata", "mount": "mount"}
    packages = [package for tool, package in needed.items() if not shutil.which(tool)]
    if packages:
        return f"apt-get install {' '.join(packages)}"
    if not Path("/dev/loop-control").exists():
        return "this machine has no loop devices (/dev/loop-control); a container often has none"
    known = Path("/proc/filesystems").read_text("utf-8")
    absent = [system for system in ("ext4", "xfs") if system not in known]
    return f"this kernel does not know {' and '.join(absent)}; modprobe may help" if absent else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--moments", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--systems", nargs="*", default=["ext4", "xfs"])
    parser.add_argument("--programs", nargs="*", default=[AS_IT_IS, NO_SYNCS, *MUTATIONS])
    asked = parser.parse_args()
    if reason := missing():
        sys.stderr.write(f"the power was not cut: {reason}\n")
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    say(f"Linux {os.uname().release}, seed {asked.seed}: moments after which a promise was broken")
    verdicts = [judge(system, program, asked) for system in asked.systems for program in asked.programs]
    return 0 if all(verdicts) else 1


def judge(system, program, asked):
    """Try one program on one file system, print the figure, and say whether it is as it must be."""
    began = time.monotonic()
    people = [
        Person(address(n, f"l{life}.example"), Habit.UNKNOWN) for n in GONE for life in range(asked.moments)
    ]
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="powercut-")))
        stack.callback(unmount_all, scratch)
        post = stack.enter_context(Rehearsal(people))
        rig = Rig(system, program, scratch, post, random.Random(asked.seed))
        rig.play(asked.moments)
    took = time.monotonic() - began
    say(f"{system:5} {program:20} {len(rig.failures):3} of {rig.moments}   ({took:.0f} s)")
    kinds = Counter((moment.partition(",")[0], what) for moment, broken, _ in rig.failures for what in broken)
    for (moment, what), count in sorted(kinds.items()):
        say(f"        {count:3} × {moment}: {what}")
    if program == AS_IT_IS:
        for moment, broken, said in rig.failures[:3]:
            say(f"      {moment}: {', '.join(broken)}\n{said}")
    return bool(rig.failures) is not (program == AS_IT_IS)


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def unmount_all(scratch):
    """Whatever went wrong: nothing stays mounted, and no loop device taken."""
    for place in left_mounted(scratch):
        run("umount", "-l", place)


if __name__ == "__main__":
    sys.exit(main())
