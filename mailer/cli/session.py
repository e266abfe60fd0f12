"""What every command needs first: its workspace, the ledger that belongs to it, and the world outside."""

import getpass
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailer.errors import BadData, BadSettings, CampaignError, UsageError

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

    from mailer.inbox import Filings
    from mailer.ledger import Ledger
    from mailer.nouns import Answer, Doubts, History, Mailbox, MailboxRead, PostOffice, Settings, World
    from mailer.planning import Plan
    from mailer.proofs import Proofs
    from mailer.workspace import Manuscript, Workspace


_FOR_EXAMPLES = frozenset({"example", "test", "invalid", "localhost"})
"""Top-level domains of RFC 2606 §2, of which nobody in the world can know anything."""


@dataclass(frozen=True, slots=True)
class Session:
    """One command at work in one workspace."""

    workspace: "Workspace"
    world: "World"

    def manuscript(self, *names: str) -> "Manuscript":
        """The table and the campaigns, whatever is wrong in them: what happened can be asked all the same."""
        from mailer.cli.screen import say, several
        from mailer.workspace import read_manuscript

        self._refuse_unknown(names)
        read = read_manuscript(self.workspace, names)
        mistakes = sum(not problem.warning for problem in read.problems)
        if mistakes:
            say(
                f"{several(mistakes, 'mistake')} in the table or the campaigns; campaign check names them",
                "yellow",
            )
        return read

    def proofs(self, *names: str, strict: bool = True, history: "History | None" = None) -> "Proofs":
        """Everything the fellow wrote, checked.

        Args:
            names: Only these campaigns; none for all.
            strict: Whether mistakes end the command.
            history: What has happened; None where nothing can have.

        Raises:
            BadData: when `strict` and there are mistakes in it; they are printed.
        """
        from mailer.cli.screen import print_problems, several, talk
        from mailer.proofs import NOTHING_YET, read_proofs

        self._refuse_unknown(names)
        read = read_proofs(self.workspace, names, history or NOTHING_YET)
        if strict and read.mistakes:
            print_problems(read.mistakes, talk())
            fix = f"campaign check {' '.join(names)}"
            raise BadData(f"{several(len(read.mistakes), 'mistake')} to mend first", fix=fix)
        return read

    def _refuse_unknown(self, names: Sequence[str]) -> None:
        known = self.workspace.campaign_names()
        for name in names:
            if name not in known:
                raise UsageError(f"there is no campaign {name!r}", fix=_near(name, known))

    def settings(self) -> "Settings":
        """The settings, fit to be used for real servers.

        Raises:
            BadSettings: when something is wrong or still the starter's example.
        """
        from mailer.cli.screen import print_problems, talk
        from mailer.workspace import placeholders

        settings, problems = self.workspace.settings()
        mistakes = [problem for problem in problems if not problem.warning]
        if settings is None or mistakes:
            print_problems(mistakes, talk())
            raise BadSettings("the settings cannot be used yet", fix="edit campaigns/settings.toml")
        if left := placeholders(settings):
            raise BadSettings(
                f"still the starter's example in campaigns/settings.toml: {', '.join(left)}",
                fix="put your own mailbox there, then campaign check; or try it all with campaign demo",
            )
        return settings

    @contextmanager
    def ledger(self) -> "Iterator[Ledger]":
        """The workspace's ledger, to be written in; what opening repaired is said."""
        from mailer.ledger import open_ledger

        with open_ledger(self.workspace.ledger_folder, self.workspace.ledger_id_file) as ledger:
            self._say_of(ledger)
            yield ledger

    def look(self) -> "Ledger":
        """The workspace's ledger as it is now, to be read: nothing is written, and nobody is waited for."""
        from mailer.ledger import look_at

        ledger = look_at(self.workspace.ledger_folder, self.workspace.ledger_id_file)
        self._say_of(ledger)
        return ledger

    def _say_of(self, ledger: "Ledger") -> None:
        from mailer.cli.screen import say

        for sentence in ledger.repaired():
            say(f"ledger: {sentence}", "yellow")

    def history(self) -> "History":
        """What has happened so far; nothing where there is no ledger yet, or none that can be read.

        A ledger that the workspace names and that is not there is no empty one, and that is said.
        """
        from mailer.cli.screen import say
        from mailer.proofs import NOTHING_YET

        if not (self.workspace.ledger_folder.exists() or self.workspace.ledger_id_file.exists()):
            return NOTHING_YET
        try:
            with self.look() as ledger:
                return ledger.history()
        except CampaignError as error:
            say(f"what was sent before is not known, as the ledger cannot be read: {error.what}", "yellow")
            return NOTHING_YET

    def plan(self, manuscript: "Manuscript", name: str, history: "History") -> "Plan":
        """The plan of a campaign as of now."""
        from mailer.planning import make_plan

        campaign, audience = manuscript.campaigns[name]
        return make_plan(campaign, audience, manuscript.groups, history, self.world.now())

    def read_mailbox(
        self,
        settings: "Settings",
        ledger: "Ledger",
        manuscript: "Manuscript",
        since: "date | None" = None,
    ) -> "MailboxRead":
        """Read the mailbox, saying so while it lasts; with `since`, all from that day on once more."""
        from mailer.cli.screen import say, waiting
        from mailer.inbox import read_mailbox

        with waiting("reading the mailbox …", still=settings.imap.asks):
            reading = read_mailbox(self.world, settings, ledger, manuscript.groups, since)
        if reading.hindered:
            say(f"what you sent yourself could not be looked through: {reading.hindered}", "yellow")
        return reading

    def look_for_copies(self, settings: "Settings", ledger: "Ledger") -> "Doubts":
        """Look for copies of the letters in doubt, saying so while it lasts."""
        from mailer.cli.screen import waiting
        from mailer.inbox import look_for_copies

        with waiting("looking for copies of letters in doubt …", still=settings.imap.asks):
            return look_for_copies(self.world, settings, ledger)

    def file_copies(self, settings: "Settings", ledger: "Ledger") -> "Filings":
        """Put copies of what left into Sent where nobody else does, saying so while it lasts."""
        from mailer.cli.screen import waiting
        from mailer.inbox import file_copies
        from mailer.nouns import files_copies
        from mailer.workspace import provider_of

        lesson = ledger.lessons.of(settings.smtp.host)
        known = files_copies(settings, lesson, provider_of(settings.smtp))
        with waiting("putting copies into Sent …", still=settings.imap.asks):
            return file_copies(self.world, settings, ledger, provider_files=known)

    def try_mailbox(self, settings: "Settings") -> None:
        """Open the mailbox and close it again: before a first letter leaves, answers should be able to come.

        Raises:
            CampaignError: when it cannot be opened.
        """
        from mailer.cli.screen import waiting

        still = settings.imap.asks
        with waiting("looking for the mailbox …", still=still), self.world.mailbox(settings) as box:
            box.check_folders()

    @property
    def person(self) -> str:
        """Who gives the orders."""
        try:
            return getpass.getuser()
        except (OSError, KeyError):  # in some containers the number has no name; KeyError before 3.13
            return "somebody"


def say_take_over_first() -> None:
    """Say what comes first where the ledger is a copy, or an older one: nothing can be sent from it."""
    from mailer.cli.screen import say

    say("before anything leaves from here: put the newest ledger back, or campaign init --take-over", "dim")


def open_session(context: click.Context, below: Path = Path()) -> Session:
    """The session of the command that is running.

    Args:
        context: The command's.
        below: Where the workspace is, from the folder in which the command works.
    """
    from mailer.nouns import World
    from mailer.workspace import find

    folder = Path(context.find_root().params.get("folder") or ".") / below
    world = context.find_object(World)
    # A world of its own has no environment either: a real server may be named in ours.
    workspace = find(folder.resolve(), {} if world else os.environ)
    return Session(workspace, world or real_world(workspace, os.environ.get("CAMPAIGN_NOW", "")))


def real_world(workspace: "Workspace", pretended: str = "") -> "World":
    """The world outside: the machine's clock, and real servers.

    Args:
        workspace: To see whether both servers are on this machine.
        pretended: A moment in ISO form that stands for now; heeded on loopback only, because a letter that
            leaves for real must carry the real date.
    """
    from mailer.nouns import World

    if pretended and _on_loopback(workspace):
        clock = _Standing(_moment(pretended))
        return World(clock.now, clock.sleep, 0, _post_office, _mailbox, _texts)
    return World(lambda: datetime.now(UTC), _sleep, 0, _post_office, _mailbox, _texts)


@dataclass(slots=True)
class _Standing:
    """A clock that stands still, but for those who wait by it: what is waited for must come."""

    _moment: datetime

    def now(self) -> datetime:
        return self._moment

    async def sleep(self, seconds: float) -> None:
        self._moment += timedelta(seconds=seconds)
        await _sleep(0)


def _on_loopback(workspace: "Workspace") -> bool:
    from mailer.servers import is_loopback

    settings, _ = workspace.settings()
    return settings is not None and is_loopback(settings)


# The mail libraries are loaded when a server is opened, and not for a look at the ledger.


async def _sleep(seconds: float) -> None:
    import asyncio

    await asyncio.sleep(seconds)


def _post_office(settings: "Settings") -> "AbstractAsyncContextManager[PostOffice]":
    from mailer.servers import post_office

    return post_office(settings)


def _mailbox(settings: "Settings") -> "AbstractContextManager[Mailbox]":
    from mailer.servers import mailbox

    return mailbox(settings)


def _texts(name: str) -> "Answer":
    from mailer.nouns import Answer

    if name.rpartition(".")[2] in _FOR_EXAMPLES:
        return Answer(
            trouble=f".{name.rpartition('.')[2]} is for examples only, and stands in no public domain"
        )
    from mailer.servers import dns_texts

    return dns_texts()(name)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"CAMPAIGN_NOW={text!r} is no moment", fix="write it like 2026-09-01T09:30"
        ) from None
    return moment.astimezone(UTC)


def _near(word: str, known: Sequence[str]) -> str:
    from mailer.nouns import nearest

    near = nearest(word, known)
    return f"did you mean {near}?" if near else f"the campaigns here: {', '.join(known) or 'none yet'}"
