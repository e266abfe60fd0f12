"""The command that shows everything: the real commands, an embedded post office, and people with habits.

The story is set in the past twelve days and ends now, so that in the folder it leaves every command goes on
by the real clock. Nothing leaves this machine: both servers are on loopback, and the rehearsal's world does
not read the environment, where somebody's real server may be named.
"""

import csv
import os
import shlex
import shutil
import signal
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailer.cli.entrance import run
from mailer.errors import CampaignError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailer.nouns import Kind, Message, World
    from mailer.rehearsal import Person, Rehearsal
    from mailer.workspace import Workspace

CAMPAIGN = "initial-contact"
STATE = ".rehearsal"
"""The folder inside a demo's folder where its post office keeps its mail."""
HARD = "harder-day"
"""The file in it that says whose people live there."""

LENGTH = timedelta(days=12)


@click.command()
@click.argument("folder", required=False, metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--serve", is_flag=True, help="Keep its post office open until Ctrl-C, so that you can go on in DIR."
)
@click.option("--hard", is_flag=True, help="Its harder day: answers that nobody can be sure about.")
@click.pass_context
def demo(context: click.Context, folder: Path | None, serve: bool, hard: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Watch a whole campaign happen on this machine, in seconds.

    An embedded post office and some twenty groups with habits: some answer, one is out of office, one address
    is dead, one asks for no more letters, many stay silent. What you see are the real commands.
    """
    place = folder or (Path() if Path(STATE).is_dir() else None)
    if place and (place / STATE).is_dir():
        if not serve:
            raise UsageError(
                f"{place} holds a demo already", fix=f"campaign demo --serve {place} goes on with it"
            )
    else:
        place = place or _free_folder(Path("campaign-demo"))
        _play(context.find_root().command, place, serve=serve, hard=hard)
    if serve:
        _serve(place)


def _free_folder(wish: Path) -> Path:
    """The folder wished for, or the first of `…-2`, `…-3` that is not there yet."""
    number = 1
    place = wish
    while place.exists():
        number += 1
        place = wish.with_name(f"{wish.name}-{number}")
    return place


@dataclass(frozen=True, slots=True)
class _Stage:
    """Where the story plays: its folder, its post office and the commands."""

    command: click.Command
    folder: Path
    post: "Rehearsal"
    world: "World"

    def scene(self, title: str, later: timedelta = timedelta()) -> None:
        """Let time pass, and say when and where we are."""
        from mailer.cli.screen import out, words

        if later:
            self.post.clock.move_on(later)
        console = out()
        console.print()
        moment = self.post.clock.now().astimezone()
        console.rule(words(f"{moment:%A %d %B, %H:%M}", "bold"), align="left", style="dim")
        console.print(words(title, "italic"))

    def do(self, *typed: str) -> None:
        """Run one real command as if it had been typed in the folder."""
        from rich.text import Text

        from mailer.cli.screen import out, words

        out().print()
        out().print(Text("$ ", "dim"), words(shlex.join(["campaign", *typed]), "bold cyan"), sep="")
        code = run(self.command, ["-C", str(self.folder), *typed], self.world)
        if code:
            raise CampaignError(f"the demo stumbled over: {shlex.join(typed)} (exit code {code})")


def _play(command: click.Command, folder: Path, *, serve: bool, hard: bool) -> None:
    from mailer.cli.screen import out, words
    from mailer.rehearsal import Clock, Rehearsal

    now = datetime.now(UTC)
    start = (now - LENGTH).replace(hour=9, minute=30, second=0, microsecond=0)
    _lay_out(folder, hard=hard)
    clock = Clock(start)
    with Rehearsal(_people(folder), clock=clock, state=folder / STATE) as post:
        _write_settings(folder, post)
        stage = _Stage(command, folder, post, _world(post))
        out().print(words(f"A fellow writes to some twenty groups. It all happens in {folder}/."))
        (_harder_day if hard else _easy_days)(stage, now)
        _farewell(folder, post, serve=serve, hard=hard)


def _easy_days(stage: _Stage, now: datetime) -> None:
    stage.scene("She looks over her table and templates, and sends the first letters.")
    stage.do("check", CAMPAIGN)
    stage.do("send", CAMPAIGN, "--confirm", str(_due(stage)))
    stage.scene("Three days later: what came back?", timedelta(days=3))
    stage.do("replies")
    stage.do("send", CAMPAIGN, "--confirm", str(_due(stage)))
    stage.scene("A week after the first. Whoever is silent gets one more letter.", timedelta(days=5))
    stage.do("send", CAMPAIGN, "--confirm", str(_due(stage)))
    stage.scene("And today:", now - stage.post.clock.now())
    stage.do("replies")
    stage.do("status", CAMPAIGN)


def _harder_day(stage: _Stage, now: datetime) -> None:
    """Answers through a list, from other addresses, from machines of all sorts, and what becomes of them."""
    from mailer.nouns import Kind
    from mailer.rehearsal import written_by_hand

    fellow = f"Fay Fellow <{stage.post.user}>"
    stage.scene("She sends the first letters.")
    stage.do("send", CAMPAIGN, "--confirm", str(_due(stage)))
    stage.scene("Two days later she writes to Kiran by hand, from her mail program.", timedelta(days=2))
    letter = written_by_hand(fellow, "Kiran <kiran@hydpy.example>", stage.post.clock.now())
    stage.post.inject(letter, "Sent", flags=["\\Seen"])
    stage.scene("A week after the first: what came back, and from whom?", timedelta(days=6))
    stage.do("replies")
    stage.scene("What campaign cannot be sure about, it asks. (campaign review alone asks key by key.)")
    stage.do("review", "--list")
    stage.scene("Of everything it says why.")
    stage.do("why", _of(stage, Kind.BOUNCE_HARD))
    stage.do("why", "pittsburgh-python")
    stage.scene("And today:", now - stage.post.clock.now())
    stage.do("todo")
    stage.do("status", CAMPAIGN)


def _of(stage: _Stage, kind: "Kind") -> str:
    """The beginning of the id of the first message of a kind."""
    return next(message.id[:6] for message in _messages(stage.folder) if message.finding.kind is kind)


def _lay_out(folder: Path, *, hard: bool) -> None:
    from mailer.ledger import create
    from mailer.workspace import find, lay_out

    lay_out(folder)
    workspace = find(folder.resolve(), {})
    create(workspace.ledger_folder, workspace.ledger_id_file, datetime.now(UTC)).close()
    (folder / STATE).mkdir()
    if hard:
        from mailer.rehearsal import SECOND_GROUP

        (folder / STATE / HARD).touch()
        table = folder / "campaigns" / "groups.csv"
        lines = table.read_text("utf-8").splitlines()
        first = next(number for number, line in enumerate(lines) if line.startswith("austin-python,"))
        row = SECOND_GROUP + "," * (len(next(csv.reader(lines[:1]))) - SECOND_GROUP.count(",") - 1)
        table.write_text("\n".join([*lines[: first + 1], row, *lines[first + 1 :], ""]), "utf-8")


def _people(folder: Path) -> "Sequence[Person]":
    from mailer.rehearsal import CAST, HARDER_DAY, cast

    hard = (folder / STATE / HARD).exists()
    return cast(_workspace(folder).groups()[0], HARDER_DAY if hard else CAST)


def _workspace(folder: Path) -> "Workspace":
    from mailer.workspace import find

    return find(folder.resolve(), {})


def _world(post: "Rehearsal") -> "World":
    from mailer.nouns import World
    from mailer.servers import mailbox, post_office

    return World(post.clock.now, post.clock.sleep, 0, post_office, mailbox)


def _write_settings(folder: Path, post: "Rehearsal") -> None:
    server = f'host = "{post.host}"\nport = {{port}}\ntls = "none"\nuser = "{post.user}"\n'
    server += f'password_cmd = ["printf", "{post.password}"]\n'
    (folder / "campaigns" / "settings.toml").write_text(
        "# The demo's own mailbox, on this machine only; its post office is up while\n"
        "# `campaign demo --serve` runs.\n\n"
        f'[sender]\nname = "Fay Fellow"\nemail = "{post.user}"\nrole = "Fellow for Python user groups"\n\n'
        f"[smtp]\n{server.format(port=post.smtp_port)}\n[imap]\n{server.format(port=post.imap_port)}",
        encoding="utf-8",
    )


def _due(stage: _Stage) -> int:
    """How many letters are due: what a person would read off the plan and type."""
    from mailer.cli.session import Session

    session = Session(_workspace(stage.folder), stage.world)
    read = session.manuscript(CAMPAIGN)
    # In a copy: what is read here would not be new any more when the command itself reads it.
    ledger = session.look()
    if ledger.deliveries():
        session.read_mailbox(session.settings(), ledger, read)
    return len(session.plan(read, CAMPAIGN, ledger.history()).due)


def _farewell(folder: Path, post: "Rehearsal", *, serve: bool, hard: bool) -> None:
    from mailer.cli.screen import out, several, table, words
    from mailer.nouns import Kind

    console = out()
    console.print()
    console.rule(style="dim")
    came = _messages(folder)
    answer = next(message.id[:6] for message in reversed(came) if message.finding.kind is Kind.HUMAN)
    letters, mails = several(len(post.letters), "letter"), several(len(came), "mail")
    console.print(words(f"{letters} went out and {mails} came back, and none of them left this machine."))
    console.print(words(f"Go on in the folder {folder}/, where all of it lies in plain files:"))
    rows = table("", "")
    rows.show_header = False
    rows.columns[1].no_wrap = False
    next_steps = [
        (f"cd {folder}", "the workspace: look at campaigns/ and templates/"),
        ("campaign replies --all", "everything that came back"),
        (f"campaign show {answer}", "one answer, and what it was taken for"),
        ("campaign new spring-sprint", "a campaign of your own"),
    ]
    if hard:
        next_steps[1:3] = [
            ("campaign review", "what nobody can be sure about, one at a time"),
            (f"campaign why {answer}", "one answer: what it was taken for, and why"),
        ]
    activate = Path(sys.argv[0]).absolute().with_name("activate")
    if shutil.which("campaign") is None and activate.exists():
        next_steps.insert(0, (f". {os.path.relpath(activate)}", "lets your shell find campaign"))
    if not serve:
        next_steps.append(("campaign demo --serve", "opens the post office again, in another terminal"))
    for command, purpose in next_steps:
        rows.add_row(words(f"{command}", "cyan"), words(purpose, "dim"))
    console.print(rows)


def _messages(folder: Path) -> "tuple[Message, ...]":
    from mailer.ledger import open_ledger

    workspace = _workspace(folder)
    with open_ledger(workspace.ledger_folder, workspace.ledger_id_file) as ledger:
        return ledger.messages()


def _serve(folder: Path) -> None:
    from mailer.cli.screen import say
    from mailer.rehearsal import Rehearsal

    settings, _ = _workspace(folder).settings()
    if settings is None or not (settings.smtp.loopback and settings.imap.loopback):
        raise UsageError(f"the settings in {folder} are no longer the demo's")
    post = Rehearsal(
        _people(folder),
        state=folder / STATE,
        smtp_port=settings.smtp.port,
        imap_port=settings.imap.port,
        hurry=True,
        kind_strangers=True,
    )
    # Blocked in this thread and those to come, the signals wait for us to ask. A shell that made us deaf to
    # Ctrl-C, as shells do with what they start in the background, does not keep us from ending, either.
    ends = {signal.SIGINT, signal.SIGTERM}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    try:
        with post:
            say(
                f"The post office of {folder}/ is open; its people answer at once. Ctrl-C closes it.", "green"
            )
            signal.sigwait(ends)
        say("closed")
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
