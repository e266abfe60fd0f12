"""One run of sending: told while it happens, and summed up after it.

The ledger has every outcome before a word of it is said here. So whoever closes the window, or a disk that is
full, can cost the fellow the sight of it, and nothing more.
"""

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any, cast

from mailer.cli.paper import Paper, ReaderGone
from mailer.cli.session import Session
from mailer.errors import CampaignError

if TYPE_CHECKING:
    from rich.progress import Progress

    from mailer.ledger import Ledger
    from mailer.nouns import Address, History, LetterId, MailboxRead, Settings, Verdict
    from mailer.outbox import Run, Sent
    from mailer.planning import Line, Plan
    from mailer.proofs import Proofs

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
) -> "Run":
    """Send the letters, with a bar on a terminal and a line for each letter that did not simply go.

    Raises:
        CampaignError: as `Outbox.send`.
    """
    import asyncio

    from mailer.nouns import Outcome
    from mailer.outbox import Outbox

    plan = _planner(session, read, lines[0].letter.campaign)
    outbox = Outbox(session.world, settings, ledger, read.book, plan)
    unheard, progress = list[Exception](), _bar()
    waiting = f"waiting for {settings.smtp.host}, port {settings.smtp.port} …"
    task = progress.add_task("sending", total=len(lines), to=waiting)

    def told(sent: "Sent") -> None:
        progress.update(task, advance=1, to=sent.to)
        if sent.verdict.outcome is not Outcome.ACCEPTED:
            progress.stop()  # a line that is printed across the bar would be glued to it
            try:
                _remark(sent)
            except (ReaderGone, CampaignError) as error:
                # She went away in the middle. Whoever did not hear of one refusal should not have sixty.
                unheard.append(error)
        progress.start()

    try:
        with _asked_to_stop() as asked:
            # password_cmd may ask for a password of its own, right where the bar would be.
            if not settings.smtp.password_cmd:
                progress.start()
            return asyncio.run(outbox.send(lines, mailbox, told, lambda: asked() or bool(unheard)))
    finally:
        progress.stop()


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


def look_again(session: Session, settings: "Settings", ledger: "Ledger", run: "Run") -> "Run":
    """Look for copies of the letters that the run left in doubt.

    Returns:
        The run as it is known now: those found count as accepted. A mailbox in trouble is only said.
    """
    from mailer.cli.read import say_doubts
    from mailer.cli.screen import say

    try:
        doubts = session.look_for_copies(settings, ledger)
    except CampaignError as error:
        say(f"no copies of the letters in doubt could be looked for: {error.what}", "yellow")
        return run
    say_doubts(doubts)
    found = {delivery.letter: delivery.because for delivery in doubts.settled}
    return replace(run, sent=tuple(_known_now(sent, found) for sent in run.sent))


def _known_now(sent: "Sent", found: Mapping["LetterId", str]) -> "Sent":
    from mailer.nouns import Outcome

    if sent.letter not in found:
        return sent
    return replace(sent, verdict=replace(sent.verdict, outcome=Outcome.ACCEPTED, words=found[sent.letter]))


def rows(lines: Sequence["Line"], run: "Run | None") -> Iterator[Mapping[str, Any]]:
    """The letters of a run as rows of a listing; README.md has the fields.

    Args:
        lines: What was to leave.
        run: What came of it; None where nothing was to come of it.
    """
    tried = {sent.letter: sent.verdict for sent in run.sent} if run else {}
    kept = dict(run.kept_back) if run else {}
    for line in lines:
        assert line.due
        again = line.due.retry is not None
        found = row(line.letter, line.due.organizer.address, tried.get(line.letter), again=again)
        because = kept.get(line.letter)
        yield {**found, "outcome": "kept back", "words": because} if because else found


def row(letter: "LetterId", to: "Address", verdict: "Verdict | None", *, again: bool) -> Mapping[str, Any]:
    """One letter as a row of a listing.

    Args:
        letter: Which.
        to: Where it goes.
        verdict: What the server made of it; None when it was not asked.
        again: Whether it was tried before.
    """
    return {
        "letter": letter,
        "group": letter.group,
        "step": letter.step,
        "to": to,
        "again": again,
        "outcome": verdict.outcome if verdict else None,
        "code": verdict.code if verdict else 0,
        "status": verdict.status if verdict else "",
        "words": verdict.words if verdict else "",
    }


def sums(
    due: int, verdicts: Sequence["Verdict"], *, paused: str = "", dry_run: bool = False, test: bool = False
) -> Mapping[str, Any]:
    """What is said about all rows together.

    Args:
        due: How many letters were to leave.
        verdicts: What the server made of those that were tried.
        paused: Why the run stopped early.
        dry_run: Whether nothing was to leave at all.
        test: Whether it was no letter of the campaign.
    """
    outcomes = Counter(verdict.outcome for verdict in verdicts)
    return {"due": due, "dry_run": dry_run, "test": test, "outcomes": outcomes, "paused": paused}


def report(run: "Run", asked: int, name: str) -> None:
    """Say what happened and what to type next."""
    from mailer.cli.screen import say, several
    from mailer.nouns import Outcome

    accepted = run.count(Outcome.ACCEPTED)
    of_all = f" of {asked}" if accepted != asked else ""
    say(f"{several(accepted, 'letter')}{of_all} sent", "green")
    advice = {
        Outcome.DEFERRED: "deferred: the server asked for patience; the same command sends them later",
        Outcome.REFUSED: "refused: see above; correct the address in your table of groups",
        Outcome.UNSURE: "unsure: nobody knows whether they left. campaign replies looks for copies again. "
        'Or look yourself, then: campaign resolve LETTER --sent --because "…", or --resend',
    }
    for outcome, sentence in advice.items():
        if count := run.count(outcome):
            say(f"{count} {sentence}", "yellow", indent=2)
    for letter, reason in run.kept_back:
        say(f"kept back {letter}: {reason}", "yellow", indent=2)
    if run.paused:
        say(f"the run stopped early: {run.paused}", "red")
        say(f"nothing is lost; when that is mended: campaign send {name}", "dim")
    else:
        say(f"next: campaign replies, then campaign status {name}", "dim")


def exit_code(run: "Run") -> int:
    """What the shell is told about a run."""
    from mailer.nouns import Outcome

    return UNSURE if run.count(Outcome.UNSURE) else 1 if run.paused else 0
