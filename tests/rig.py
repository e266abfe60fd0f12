"""The fault rig: a campaign of twelve letters, and a server that remembers what it accepted.

The server's own list of what it accepted is the truth. It is on the disk before the server says 250, so that
whatever becomes of the command, the ledger can be held against it:

    with rig(folder) as made:
        made.send(CAMPAIGN_FAILPOINT="smtp.after_dot@3:kill")
        check(made)                     # I1 to I4, I6 to I8: at any moment
        done = made.resume()            # the plain command, as a script would type it
        check(made, resumed=done)       # I5 as well
        made.finish()                   # what a person does who looks; then all letters have arrived, once

Everything is real but the time: the installed command (or `Quick`, the same code in a fork), SMTP and IMAP on
loopback with a Sent folder, files. The commands' state folder is inside `folder`, so a case is a folder.
"""

import asyncio
import hashlib
import json
import os
import re
import subprocess
import time
from collections import Counter
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

from oracle import check
from quick import Done, Quick
from stage import START, environment, say_that_copies_are_filed, settings_for

from mailer.ledger import create, open_ledger
from mailer.ledger.onlooking import look_at
from mailer.nouns import State
from mailer.planning import make_plan
from mailer.rehearsal import Clock, Rehearsal
from mailer.rehearsal.smtp_server import Clerk
from mailer.workspace import Workspace, find, read_manuscript

LETTERS = 12
CAMPAIGN = "twelve"

_CITIES = (
    *("Oslo", "Lima", "Pune", "Cairo", "Quito", "Turin"),
    *("Perth", "Kyoto", "Dakar", "Miami", "Leeds", "Sofia"),
)
_TEMPLATE = """\
Subject: A project night in {{ city }}?

Dear {{ greeting }},

would {{ name }} like a **project night**?

{{ notes }}

{{ sender.name }}
"""
_LONG = "These are the minutes of every evening that we had so far. " * 1200
"""For a letter of more than 64 kilobytes."""

_REMARK = re.compile(rf"^({CAMPAIGN}/\S+) to \S+: (refused|deferred|unsure),", re.MULTILINE)


@dataclass(frozen=True)
class Accept:
    """One letter that the server took.

    Attributes:
        number: From 1, in the order of the 250s.
        message_id: As in its header.
        ref: Its `X-Campaign-Ref`.
        to: The envelope's recipients.
        sha256: Of its bytes.
    """

    number: int
    message_id: str
    ref: str
    to: tuple[str, ...]
    sha256: str


@dataclass
class Rig:
    """Where one case is played.

    Attributes:
        folder: Of the case: `workspace`, `state` and `accepts.jsonl` are in it.
        post: The servers and their clock.
        quick: Runs the commands of `run`; None for the installed command itself.
        letters: How many the campaign has.
        told: What finished or killed commands have said of a letter, the last word of each.
    """

    folder: Path
    post: Rehearsal
    quick: Quick | None = None
    letters: int = LETTERS
    told: dict[str, str] = field(default_factory=dict)

    @property
    def workspace_folder(self) -> Path:
        return self.folder / "workspace"

    @property
    def workspace(self) -> Workspace:
        return find(self.workspace_folder, {})

    @property
    def ledger_folder(self) -> Path:
        return self.workspace.ledger_folder

    def environ(self, **more):
        """What a command of this rig may see of the world."""
        state, now = str(self.folder / "state"), self.post.clock.now().isoformat()
        return environment(XDG_STATE_HOME=state, CAMPAIGN_NOW=now, **more)

    def run(self, *words, prefix=(), installed=False, **more) -> Done:
        """One command in the workspace, with more environment; `prefix` stands before it (`strace …`)."""
        if self.quick and not installed and not prefix:
            done = self.quick.run(self.workspace_folder, words, self.environ(**more))
        else:
            process = self.start(*words, prefix=prefix, **more)
            out, err = process.communicate(timeout=120)
            done = Done(process.returncode, out, err)
        for said in ("Traceback", "Exception ignored", "fault of the program"):
            # A `raise` at a failpoint is the one fault that a test asks for by name.
            if ":raise" not in more.get("CAMPAIGN_FAILPOINT", ""):
                assert said not in done.out + done.err, f"{words} said:\n{done.out}\n{done.err}"
        self._hear(done)
        if done.code < 0:
            self.calm()
        return done

    def calm(self) -> None:
        """Wait until the servers have noticed the end of every client: a letter may be accepted after it.

        For when no command is running any more.
        """
        late = time.monotonic() + 20
        while self.post._call(lambda: len(asyncio.all_tasks())) > 1:
            assert time.monotonic() < late, "a client holds its line"

    def start(self, *words, prefix=(), **more) -> subprocess.Popen:
        """The installed command, begun; its streams are pipes of text."""
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        command = [*prefix, "campaign", *words]
        return subprocess.Popen(
            command, cwd=self.workspace_folder, env=self.environ(**more), text=True, **pipes
        )

    def send(self, *words, confirm=None, **more) -> Done:
        """`campaign send`, confirmed for all letters or so many."""
        count = self.letters if confirm is None else confirm
        return self.run("send", CAMPAIGN, "--json", "--confirm", str(count), *words, **more)

    def due(self) -> int:
        """How many letters would leave now, from what a script can ask: a number that is not confirmed."""
        return self._refused_for(self.send(confirm=0)) or 0

    def resume(self, **more) -> Done:
        """The plain command again, as a script types it: as many letters as are due."""
        asked = self.send(confirm=0)
        count = self._refused_for(asked)
        return self.send(confirm=count, **more) if count else asked

    def _refused_for(self, asked) -> int | None:
        """The number that a refused confirmation names; None when there was nothing to confirm."""
        found = re.search(r"--confirm (\d+)", asked.err)
        assert found or asked.code in {0, 4}, f"it gave {asked.code}:\n{asked.out}\n{asked.err}"
        return int(found[1]) if found else None

    def settle(self) -> None:
        """Settle what is still unsure as a person does who looks at the server."""
        taken = {accept.message_id for accept in self.accepts()}
        for delivery in self.deliveries().values():
            if delivery.state is State.UNSURE:
                verdict = "--sent" if delivery.message_id in taken else "--resend"
                done = self.run("resolve", str(delivery.letter), verdict, "--because", "the server says so")
                assert done.code == 0, done.err

    def finish(self) -> None:
        """Settle, resume, and see that every letter has arrived exactly once."""
        self.settle()
        done = self.resume()
        check(self, resumed=done)
        assert done.code == 0, done.err
        self.see_all_arrived()

    def see_all_arrived(self) -> None:
        """Every letter is with the server, once."""
        assert Counter(accept.to for accept in self.accepts()) == Counter(self.recipients())

    def recipients(self):
        """To whom the letters go, each as an envelope's recipients."""
        return [(f"{city.lower()}@{_domain(n)}",) for n, city in enumerate(_CITIES[: self.letters])]

    def letter(self, number) -> str:
        """The id of a letter, numbered from 1 in the order of the table."""
        return f"{CAMPAIGN}/{_CITIES[number - 1].lower()}/hello"

    def accepts(self) -> list[Accept]:
        """What the server took, in order."""
        lines = (self.folder / "accepts.jsonl").read_text("utf-8").splitlines()
        return [Accept(**{**row, "to": tuple(row["to"])}) for row in map(json.loads, lines)]

    def look(self):
        """The ledger as it is, opened without touching it (I6: it opens, whatever happened)."""
        return look_at(self.ledger_folder, self.workspace.ledger_id_file)

    def open(self):
        """The ledger, opened as a command does; what is left behind is mended then."""
        return open_ledger(self.ledger_folder, self.workspace.ledger_id_file)

    def deliveries(self):
        """Every record by the letter's id."""
        return dict(self.look().deliveries())

    def plan(self):
        """The campaign's plan as it stands."""
        read = read_manuscript(self.workspace, (CAMPAIGN,))
        campaign, audience = read.campaigns[CAMPAIGN]
        return make_plan(campaign, audience, read.groups, self.look().history(), self.post.clock.now())

    def _hear(self, done):
        """Keep what was said of letters: in remarks while it ran, and in the document at its end."""
        self.told.update(_REMARK.findall(done.err))
        if done.out.startswith("{"):
            rows = json.loads(done.out)["rows"]
            self.told.update({row["letter"]: row["outcome"] for row in rows if row.get("outcome")})


@contextmanager
def rig(folder, *, quick=None, letters=LETTERS, people=(), settings="", together=False):
    """A workspace with its campaign and an empty ledger, and its servers, running.

    Args:
        folder: An empty folder or none yet, for this case alone.
        quick: A `Quick`, where many commands are run.
        letters: How many, up to twelve. The third has a name beyond ASCII, the fifth more than 64 kB.
        people: Who lives behind the addresses (`mailer.rehearsal.Person`); the others just take letters.
        settings: More lines for settings.toml.
        together: Whether the server takes commands together (PIPELINING).
    """
    (folder / "accepts.jsonl").parent.mkdir(parents=True, exist_ok=True)
    (folder / "accepts.jsonl").touch()
    offers = offering_pipelining() if together else nullcontext()
    with offers, Rehearsal(people, clock=Clock(START)) as post:
        remember_accepts(post, folder / "accepts.jsonl")
        made = Rig(folder, post, quick, letters)
        lay_out(made, settings)
        yield made


def lay_out(made, settings=""):
    """Write the workspace of a rig, and create its ledger."""
    place = made.workspace_folder
    for name in ("campaigns", "templates"):
        (place / name).mkdir(parents=True, exist_ok=True)
    write = {
        "campaigns/settings.toml": settings_for(made.post) + settings,
        "campaigns/groups.csv": _table(made.letters),
        f"campaigns/{CAMPAIGN}.toml": '[[steps]]\ntemplate = "hello"\n',
        "templates/hello.md": _TEMPLATE,
    }
    for path, text in write.items():
        (place / path).write_text(text, encoding="utf-8")
    say_that_copies_are_filed(made.workspace)
    state = os.environ["XDG_STATE_HOME"]
    os.environ["XDG_STATE_HOME"] = str(made.folder / "state")
    try:
        create(made.ledger_folder, made.workspace.ledger_id_file, START).close()
    finally:
        os.environ["XDG_STATE_HOME"] = state


def remember_accepts(post, path):
    """Have a post office write down what it takes, on the disk before it says 250 to the dot."""
    take = post._office.take

    def remember(sender, to, raw):
        head = message_from_bytes(raw)
        row = {
            "number": len(post._office.letters) + 1,
            "message_id": head["Message-ID"],
            "ref": head["X-Campaign-Ref"],
            "to": to,
            "sha256": hashlib.sha256(raw).hexdigest(),
        }
        with path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(row) + "\n")
            log.flush()
            os.fsync(log.fileno())
        take(sender, to, raw)

    post._office.take = remember


@contextmanager
def offering_pipelining():
    """Post offices say that they take commands together, which they do anyway."""

    async def greet(_clerk, _server, session, _envelope, hostname, replies):
        session.host_name = hostname
        return ["250-PIPELINING", *replies]

    Clerk.handle_EHLO = greet
    try:
        yield
    finally:
        del Clerk.handle_EHLO


def _table(letters):
    rows = ["group,name,greeting,email,city,notes"]
    for number, city in enumerate(_CITIES[:letters]):
        name = f"Pythonistas d'{city} – Größe" if number == 2 else f"{city} Python"
        notes = _LONG if number == 4 else "It would be our first one."
        rows.append(f"{city.lower()},{name},all,{city.lower()}@{_domain(number)},{city},{notes}")
    return "\n".join(rows) + "\n"


def _domain(number):
    return f"{('north', 'south', 'west')[number % 3]}.example"
