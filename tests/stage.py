"""A workspace, an embedded post office and a clock, for tests of journeys and commands.

Everything is real: files in a temporary folder, SMTP and IMAP on loopback, the ledger on disk, and each
`campaign` in a process of its own: a fork that has imported everything (`Quick`), or, where a test says
`installed=True`, the installed command. Only the time is ours.
"""

import io
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from quick import at_hand

from mailer.cli import cli
from mailer.cli.entrance import run
from mailer.ledger import Ledger, create, look_at, open_ledger
from mailer.nouns import Settings, World
from mailer.proofs import read_proofs
from mailer.rehearsal import Clock, Person, Rehearsal
from mailer.servers import mailbox, post_office
from mailer.workspace import Workspace, find, read_manuscript

START = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)

GROUPS = """\
group,name,organizer,greeting,email,size,lane,city
chipy,ChiPy,Robin,Robin,robin@chipy.example,200,research,Chicago
sf-python,SF Python,Noor,Noor,noor@sfpython.example,,research,San Francisco
sf-python,,All,all at SF Python,team@sfpython.example,,,
oslo-python,Oslo Python,Ingrid,Ingrid,ingrid@oslopython.example,80,research,Oslo
boston-python,Boston Python,Taylor,Taylor,taylor@bostonpython.example,900,ok,Boston
"""

STEPS = """\
[audience]
where = 'lane == "research"'

[[steps]]
template = "hello"

[[steps]]
template = "again"
wait = "7 days"
"""

HELLO = """\
Subject: Hello {{ name }}

Dear {{ greeting }},

would you like a **project night**?

{{ sender.name }}
"""
AGAIN = "Dear {{ greeting }},\n\nonce more: would you like a project night?\n\n{{ sender.name }}\n"


@dataclass
class Stage:
    """Where a test plays.

    Attributes:
        folder: The workspace.
        post: The embedded post office.
        now: Its clock's time is the commands' time.
        installed: Whether `run` starts the installed command, not a fork.
    """

    folder: Path
    post: Rehearsal
    installed: bool = False

    @property
    def clock(self) -> Clock:
        return self.post.clock

    @property
    def world(self) -> World:
        return World(self.clock.now, self.clock.sleep, 0, post_office, mailbox)

    @property
    def workspace(self) -> Workspace:
        return find(self.folder, {})

    @property
    def settings(self) -> Settings:
        settings, _ = self.workspace.settings()
        assert settings
        return settings

    def manuscript(self, *names):
        return read_manuscript(self.workspace, names)

    def proofs(self, *names):
        return read_proofs(self.workspace, names)

    def ledger(self) -> Ledger:
        return open_ledger(self.workspace.ledger_folder, self.workspace.ledger_id_file)

    def look(self) -> Ledger:
        """A copy of the ledger as it is now; nothing is touched."""
        return look_at(self.workspace.ledger_folder, self.workspace.ledger_id_file)

    def write(self, path, text):
        (self.folder / path).write_text(text, encoding="utf-8")

    def run(self, *words, code=0, width=100):
        """Run a command in the workspace, at the clock's time; the finished process."""
        world = {"CAMPAIGN_NOW": self.clock.now().isoformat(), "COLUMNS": str(width)}
        done = campaign(self.folder, *words, installed=self.installed, **world)
        assert done.returncode == code, f"{words} gave {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return done

    def type_in(self, *words, code=0, world=None):
        """Run a command in this very process, where whoever waits moves the clock; the finished command."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            found = run(cli, ["-C", str(self.folder), *words], world or self.world)
        said = (out.getvalue(), err.getvalue())
        assert found == code or code is None, f"{words} gave {found}:\n{said[0]}\n{said[1]}"
        return subprocess.CompletedProcess(words, found, *said)


def environment(**more):
    """What a command of ours may see of the world: a home of its own, and the installed `campaign`."""
    # With PYTHONPATH it is a copy of the program that is tested.
    home = {name: os.environ[name] for name in ("HOME", "XDG_STATE_HOME", "PYTHONPATH") if name in os.environ}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**home, "PATH": path, "COLUMNS": "100", "TZ": "UTC", "LC_ALL": "C.UTF-8", **more}


def campaign(folder, *words, installed=False, **more):
    """Run `campaign` in a folder; the finished process, with `stdout` and `stderr` as text."""
    if installed:
        return shell(folder, "campaign", *words, **more)
    done = at_hand().run(folder, words, environment(**more))
    return subprocess.CompletedProcess(words, done.code, done.out, done.err)


def shell(folder, *words, **more):
    """Run any command in a folder, with nobody at the keyboard."""
    return subprocess.run(
        words,
        cwd=folder,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@contextmanager
def serving(folder, *words):
    """`campaign demo --serve`, up and running while the `with` lasts."""
    process = subprocess.Popen(
        words, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    heard = []
    for line in process.stdout:
        heard.append(line)
        if "is open" in line:
            break
    assert heard, "it said nothing"
    assert "is open" in heard[-1], "".join(heard)
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)
    assert process.returncode == 0, rest


@contextmanager
def stage(folder, people=(), **office):
    """A small workspace with the campaign `hello` (two steps), its ledger, and a post office."""
    for name in ("campaigns", "templates"):
        (folder / name).mkdir(parents=True)
    cast = [person if isinstance(person, Person) else Person(*person) for person in people]
    with Rehearsal(cast, clock=Clock(START), **office) as post:
        made = Stage(folder, post)
        made.write("campaigns/groups.csv", GROUPS)
        made.write("campaigns/hello.toml", STEPS)
        made.write("templates/hello.md", HELLO)
        made.write("templates/again.md", AGAIN)
        made.write("campaigns/settings.toml", settings_for(post))
        create(made.workspace.ledger_folder, made.workspace.ledger_id_file, START).close()
        yield made


def say_that_copies_are_filed(workspace):
    """Write into the settings what the post office does, so that everybody knows it."""
    file = workspace.root / "campaigns" / "settings.toml"
    file.write_text(file.read_text("utf-8").replace("[smtp]\n", "[smtp]\nfiles_copies = true\n"), "utf-8")


def settings_for(post):
    """`settings.toml` for an embedded post office."""
    server = f'host = "{post.host}"\nport = {{port}}\ntls = "none"\nuser = "{post.user}"\n'
    server += f'password_cmd = ["printf", "{post.password}"]\n'
    sender = f'[sender]\nname = "Fay Fellow"\nemail = "{post.user}"\nrole = "Fellow"\n'
    smtp, imap = server.format(port=post.smtp_port), server.format(port=post.imap_port)
    return f"{sender}\n[smtp]\n{smtp}\n[imap]\n{imap}"
