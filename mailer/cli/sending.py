"""One run of sending: told while it happens, and summed up after it.

The ledger has every outcome before a word of it is said here. So whoever closes the window, or a disk that is
full, can cost the fellow the sight of it, and nothing more.
"""

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import IO, TYPE_CHECKING, cast

import click

from mailer.cli.doubts import ways
from mailer.cli.paper import Paper, ReaderGone
from mailer.cli.session import Session
from mailer.errors import CampaignError

if TYPE_CHECKING:
    from rich.progress import Progress

    from mailer.ledger import Ledger
    from mailer.nouns import History, MailboxRead, Settings, Turn
    from mailer.outbox import Run, Sent
    from mailer.planning import Line, Plan
    from mailer.proofs import Proofs

MOST_ALIKE = 5
"""So many letters that were kept back for the same reason are named; of more there is the sum."""

UNSURE = 4
"""The exit code while nobody knows whether a letter left."""

_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, `kill`, and the window that is closed."""

_STOPPING = b"\nstopping after the letter in hand; asked once more, nobody will know whether that one left\n"


def carry_out(
    session: Session,
    settings: "Settings",
    ledger: "Ledger",
    read: "Proofs",
    lines: Sequence["Line"],
    mailbox: "MailboxRead | None",
    *,
    dry_run: bool,
) -> "Run":
    """Send the letters, with a bar on a terminal and a line for each letter that did not simply go.

    Raises CampaignError as `Outbox.send`, and click.Abort when the letter in hand was broken off, too.
    """
    import asyncio

    from mailer.outbox import ASKED, Outbox

    planner = _planner(session, read, lines[0].letter.campaign)
    outbox = Outbox(session.world, settings, ledger, read.book, planner)
    telling = _Telling(len(lines), settings.smtp.host)

    def ended() -> str:
        return ASKED if asked() or telling.unheard else session.workspace.stopped() or ""

    with ExitStack() as at_the_end:
        if not dry_run:
            at_the_end.enter_context(_breaking_off(telling.tried, lines))
        at_the_end.callback(telling.bar.stop)
        asked = at_the_end.enter_context(_asked_to_stop())
        # password_cmd may ask for a password of its own, right where the bar would be.
        if not settings.smtp.asks:
            telling.bar.start()
        sending = outbox.send(lines, mailbox, telling.told, ended, telling.resting, paced=not dry_run)
        return asyncio.run(sending)


class _Telling:
    """Says what happens while it does.

    Attributes:
        bar: How far the run is.
        tried: The letters that were told of.
        unheard: What kept a word from being heard.
    """

    def __init__(self, letters: int, host: str) -> None:
        self.bar = _bar()
        self.tried: list[Sent] = []
        self.unheard: list[Exception] = []
        self._task = self.bar.add_task("sending", total=letters, to=f"waiting for {host} …")

    def told(self, sent: "Sent") -> None:
        """Say what became of a letter."""
        from mailer.nouns import Outcome

        self.tried.append(sent)
        self.bar.update(self._task, advance=1, to=sent.to)
        if sent.verdict.outcome is not Outcome.ACCEPTED:
            self.bar.stop()  # a line that is printed across the bar would be glued to it
            # She may go away in the middle. Whoever did not hear of one refusal should not have sixty.
            self.unheard.extend(_not_remarked(sent))
        self.bar.start()

    def resting(self, turn: "Turn") -> None:
        """Say what is waited for."""
        self.bar.update(self._task, to=f"waiting: {turn.because}")


@contextmanager
def _breaking_off(tried: Sequence["Sent"], lines: Sequence["Line"]) -> Iterator[None]:
    """When a run breaks off in the middle, say how far it came.

    Args:
        tried: The letters that were told of; looked at when it is over.
        lines: What was to leave.
    """
    from mailer.cli.screen import say, several
    from mailer.nouns import Outcome

    def how_far() -> str:
        left = sum(sent.verdict.outcome is Outcome.ACCEPTED for sent in tried)
        verb = "are" if left > 1 else "is"
        return f"{left or 'none'} of {several(len(lines), 'letter')} {verb} known to have left"

    try:
        yield
    except KeyboardInterrupt:
        again = f"campaign send {lines[0].letter.campaign}"
        doubt = f"one may be in doubt now: {again}, or campaign replies, finds out"
        raise click.Abort(f"{how_far()}; {doubt}") from None
    except Exception:
        say(how_far(), "yellow")
        raise


def _not_remarked(sent: "Sent") -> Iterator[Exception]:
    """Say what became of a letter that did not simply go; what kept it from being heard."""
    try:
        _remark(sent)
    except (ReaderGone, CampaignError) as error:
        yield error


def _bar() -> "Progress":
    """How far the run is; on a terminal only."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from mailer.cli.screen import talk

    console, to = talk(), TextColumn("{task.fields[to]}", markup=False)
    columns = (TextColumn("sending"), BarColumn(), MofNCompleteColumn(), to)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _planner(session: Session, read: "Proofs", name: str) -> "Callable[[History], Plan]":
    """What makes the campaign's plan anew, from the same files."""
    return lambda history: session.plan(read.manuscript, name, history)


@contextmanager
def _asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Whether somebody wants the run to end.

    The letter in hand is finished then; the same signal once more ends that, too. But not a second SIGHUP:
    when a window is closed, the terminal sends one and the shell in it often another.
    A signal that is ignored stays so: `nohup campaign send` is meant to outlive its window.
    """
    usual = {number: signal.getsignal(number) for number in _ENDS}
    heeded = [number for number in _ENDS if usual[number] is not signal.SIG_IGN]
    asked: list[int] = []

    def end(number: int, _frame: object) -> None:
        asked.append(number)
        if number != signal.SIGHUP:
            signal.signal(number, usual[signal.Signals(number)])
            with suppress(OSError):
                # Not through our paper: it may be in the middle of a line just now.
                os.write(2, _STOPPING)

    for number in heeded:
        signal.signal(number, end)
    try:
        yield lambda: bool(asked)
    finally:
        for number in heeded:
            signal.signal(number, usual[number])


def _remark(sent: "Sent") -> None:
    """A line for each letter that did not simply go.

    Raises:
        ReaderGone, CampaignError: when it cannot be written.
    """
    from rich.console import Console

    from mailer.cli.screen import words
    from mailer.nouns import Outcome

    styles = {
        Outcome.DEFERRED: "yellow",
        Outcome.REFUSED: "red",
        Outcome.UNSURE: "bold red",
        Outcome.PAUSE: "red",
    }
    verdict = sent.verdict
    if verdict.outcome not in styles or sys.stderr is None:
        return
    # Not the usual paper for talk, which loses what it cannot write.
    sheet = Paper(sys.stderr, trim=not sys.stderr.isatty())
    console = Console(file=cast("IO[str]", sheet), width=sheet.width, highlight=False, emoji=False)
    code = f"{verdict.code} " if verdict.code else ""
    said = f"{sent.letter} to {sent.to}: {verdict.outcome}, {code}{verdict.words}"
    console.print(words(said, styles[verdict.outcome]))
    sheet.flush()


def report(run: "Run", asked: int, name: str) -> None:
    """Say what happened and what to type next."""
    from mailer.cli.screen import say, several
    from mailer.nouns import Outcome
    from mailer.outbox import ASKED

    accepted = run.count(Outcome.ACCEPTED)
    of_all = f" of {asked}" if accepted != asked else ""
    say(f"{several(accepted, 'letter')}{of_all} sent", "green")
    advice = {
        Outcome.DEFERRED: "deferred: the server asked for patience; the same command sends them later",
        Outcome.REFUSED: "refused: see above; correct the address in your table of groups",
        Outcome.UNSURE: "unsure: nobody knows whether they left. campaign replies looks for copies again. "
        f"Or look into your Sent folder, then: {ways()}",
    }
    for outcome, sentence in advice.items():
        if count := run.count(outcome):
            say(f"{count} {sentence}", "yellow", indent=2)
    _say_kept_back(run)
    if run.paused == ASKED:
        say(f"the run stopped early: {run.paused}", "yellow")
        say(f"nothing is lost; campaign send {name} goes on", "dim")
    elif run.paused:
        say(f"the run stopped early: {run.paused}", "red")
        say(f"nothing is lost; when that is mended: campaign send {name}", "dim")
    else:
        say(f"next: campaign replies, then campaign status {name}", "dim")


def _say_kept_back(run: "Run") -> None:
    """Which letters were due and did not leave; many for the same reason are one line."""
    from mailer.cli.screen import say

    for reason, count in Counter(reason for _, reason in run.kept_back).items():
        if count > MOST_ALIKE:
            say(f"kept back {count:,} letters, each for the same reason: {reason}", "yellow", indent=2)
        else:
            for letter in (letter for letter, why in run.kept_back if why == reason):
                say(f"kept back {letter}: {reason}", "yellow", indent=2)


def exit_code(run: "Run") -> int:
    """What the shell is told about a run."""
    from mailer.nouns import Outcome

    return UNSURE if run.count(Outcome.UNSURE) else 1 if run.paused else 0
