"""The command that sends: it shows the plan, asks for the number, and keeps to it."""

import signal
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from mailer.cli.session import Session, open_session
from mailer.errors import CampaignError, UsageError

if TYPE_CHECKING:
    from mailer.ledger import Ledger
    from mailer.nouns import LetterId, MailboxRead, Settings
    from mailer.outbox import Run, Sent
    from mailer.planning import Line, Plan
    from mailer.proofs import Proofs

UNSURE = 4
"""The exit code while nobody knows whether a letter left."""

MOST_ROWS = 60
"""A plan of more letters than this is shown by its first ones and a count."""


@click.command()
@click.argument("name")
@click.option("-n", "--dry-run", is_flag=True, help="Walk the whole way, and deliver nothing.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Send at most N letters.")
@click.option("--only", multiple=True, metavar="GROUP", help="Send only to this group; may be given again.")
@click.option(
    "--confirm",
    type=click.IntRange(min=0),
    metavar="N",
    help="For scripts: send if exactly N letters are due.",
)
@click.pass_context
def send(
    context: click.Context,
    name: str,
    dry_run: bool,  # noqa: FBT001 - click passes options by name
    limit: int | None,
    only: Sequence[str],
    confirm: int | None,
) -> int:
    """Send what is due: show who gets what, ask, send.

    Run it again at any time; it sends only what has become due. Before a follow-up the mailbox is read, and
    whoever has answered gets none.
    """
    from mailer.planning import Status

    session = open_session(context)
    if dry_run:
        from mailer.servers import nowhere

        session = replace(session, world=replace(session.world, post_office=nowhere))
    with session.ledger() as real:
        read = session.proofs(name, history=real.history())
        settings = read.settings if dry_run and read.settings else session.settings()
        ledger = real.twin() if dry_run else real
        # A dry run before the first letter asks nobody: the settings may still be the starter's.
        asks = bool(ledger.deliveries()) or not dry_run
        mailbox = _read_mailbox(session, settings, ledger, read) if asks else None
        plan = session.plan(read.manuscript, name, ledger.history())
        lines = _chosen(plan, only, limit, mailbox)
        _show(plan, lines)
        in_doubt = any(line.status is Status.UNSURE for line in plan.lines)
        if not lines:
            return UNSURE if in_doubt else 0
        if not dry_run and not _confirmed(len(lines), confirm):
            return 1
        run = _run(session, settings, ledger, read, lines, mailbox)
    code = _report(run, len(lines), name, dry_run=dry_run)
    return UNSURE if in_doubt and code == 0 else code


def _read_mailbox(
    session: Session, settings: "Settings", ledger: "Ledger", read: "Proofs"
) -> "MailboxRead | None":
    """A fresh reading; None when it failed, which keeps the follow-ups back."""
    from mailer.cli.read import print_messages
    from mailer.cli.screen import out, print_error, say

    try:
        if not ledger.deliveries():
            session.try_mailbox(settings)
            return None
        mailbox = session.read_mailbox(settings, ledger, read.manuscript)
    except CampaignError as error:
        print_error(error.what, error.where, error.fix)
        say("the mailbox could not be read, so no answer can be seen and no follow-up leaves", "yellow")
        return None
    # What is read here is not new any more for `campaign replies`, so it is shown here.
    if print_messages(mailbox.new, title="new in your mailbox"):
        out().print()
    return mailbox


def _chosen(
    plan: "Plan", only: Sequence[str], limit: int | None, mailbox: "MailboxRead | None"
) -> list["Line"]:
    from mailer.nouns import nearest

    known = {line.letter.group for line in plan.lines}
    for group in only:
        if group not in known:
            near = nearest(group, known)
            fix = f"did you mean {near}?" if near else ""
            raise UsageError(f"{plan.campaign.name} does not write to a group {group!r}", fix=fix)
    lines = [line for line in plan.due if not only or line.letter.group in only]
    lines = [line for line in lines if mailbox or not (line.due and line.due.follow_up)]
    return lines[:limit]


def _show(plan: "Plan", lines: Sequence["Line"]) -> None:
    """Who gets which step now, and how many do not, each with the reason."""
    from rich.padding import Padding

    from mailer.cli.audience import say_audience
    from mailer.cli.screen import out, several, table, words

    console = out()
    if lines:
        rows = table("group", "to", "letter")
        for line in lines[:MOST_ROWS]:
            assert line.due
            again = "  (again)" if line.due.retry else ""
            rows.add_row(
                words(line.letter.group),
                words(line.due.organizer.address),
                words(f"{line.letter.step}{again}"),
            )
        console.print(rows)
        if len(lines) > MOST_ROWS:
            console.print(words(f"… and {len(lines) - MOST_ROWS:,} more", "dim"))
        console.print()
    reasons = Counter(_reason(line) for line in plan.lines if line not in lines)
    console.print(
        words(f"{several(len(lines), 'letter')} due now" if lines else "no letter is due now", "bold")
    )
    tally = table("letters", "why", numbers=["letters"])
    tally.show_header = False
    for reason, count in reasons.most_common():
        tally.add_row(words(f"{count:,}", "dim"), words(reason, "dim"))
    console.print(Padding(tally, (0, 0, 0, 2), expand=False))
    say_audience(plan.campaign.name, plan.selection, named=False)
    waiting = [line.when for line in plan.lines if line.when and line.reason == "not yet"]
    if waiting:
        from mailer.cli.screen import day

        console.print(words(f"the next becomes due on {day(min(waiting))}", "dim"))


def _reason(line: "Line") -> str:
    from mailer.planning import Status

    known = {
        Status.DUE: "due, but not in this run",
        Status.WAITING: "not due yet",
        Status.ACCEPTED: "sent before",
        Status.BOUNCED: "came back",
    }
    return known.get(line.status) or line.reason or line.status.value


def _confirmed(count: int, confirm: int | None) -> bool:
    """Whether the person, or the script, named the very number."""
    from mailer.cli.screen import say, several

    if confirm is not None:
        if confirm != count:
            raise UsageError(
                f"{several(count, 'letter')} would leave, not {confirm:,}; nothing was sent",
                fix=f"--confirm {count}",
            )
        return True
    if not sys.stdin.isatty():
        raise UsageError("nobody is there to confirm; nothing was sent", fix=f"--confirm {count}")
    typed = click.prompt(
        f"type {count} to send {several(count, 'letter')}", default="", show_default=False, err=True
    )
    if typed.strip() == str(count):
        return True
    say(f"nothing was sent; only {count} sends them")
    return False


def _run(
    session: Session,
    settings: "Settings",
    ledger: "Ledger",
    read: "Proofs",
    lines: Sequence["Line"],
    mailbox: "MailboxRead | None",
) -> "Run":
    import asyncio

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from mailer.cli.screen import talk
    from mailer.outbox import Outbox

    interrupted: list[int] = []
    usual = signal.getsignal(signal.SIGINT)

    def interrupt(number: int, _frame: object) -> None:
        # The first Ctrl-C lets the letter in hand finish; with the usual handler back, a second one ends it.
        interrupted.append(number)
        signal.signal(signal.SIGINT, usual)

    signal.signal(signal.SIGINT, interrupt)
    columns = (TextColumn("sending"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[to]}"))
    outbox = Outbox(session.world, settings, ledger, read.book)
    try:
        with Progress(*columns, console=talk(), transient=True) as progress:
            server = f"{settings.smtp.host}, port {settings.smtp.port}"
            task = progress.add_task("sending", total=len(lines), to=f"waiting for {server} …")

            def told(sent: "Sent") -> None:
                progress.update(task, advance=1, to=sent.to)
                _remark(sent)

            return asyncio.run(outbox.send(lines, mailbox, told, lambda: bool(interrupted)))
    finally:
        signal.signal(signal.SIGINT, usual)


def _remark(sent: "Sent") -> None:
    """A line for each letter that did not simply go."""
    from mailer.cli.screen import talk, words
    from mailer.nouns import Outcome

    styles = {
        Outcome.DEFERRED: "yellow",
        Outcome.REFUSED: "red",
        Outcome.UNSURE: "bold red",
        Outcome.PAUSE: "red",
    }
    verdict = sent.verdict
    if verdict.outcome in styles:
        code = f"{verdict.code} " if verdict.code else ""
        talk().print(
            words(
                f"{sent.letter} to {sent.to}: {verdict.outcome}, {code}{verdict.words}",
                styles[verdict.outcome],
            )
        )


def _report(run: "Run", asked: int, name: str, *, dry_run: bool) -> int:
    """Say what happened and what to type next."""
    from mailer.cli.screen import say, several
    from mailer.nouns import Outcome

    accepted = run.count(Outcome.ACCEPTED)
    if dry_run:
        say(
            f"dry run: {several(accepted, 'letter')} went the whole way and nowhere; nothing was sent",
            "green",
        )
        return 0
    say(
        f"{several(accepted, 'letter')} of {asked} sent"
        if accepted != asked
        else f"{several(accepted, 'letter')} sent",
        "green",
    )
    advice = {
        Outcome.DEFERRED: "deferred: the server asked for patience; the same command sends them later",
        Outcome.REFUSED: "refused: see above; correct the address in campaigns/groups.csv",
        Outcome.UNSURE: "unsure: nobody knows whether they left. Look into your Sent folder, then: "
        'campaign resolve LETTER --sent --because "…", or --resend; campaign status names them',
    }
    for outcome, sentence in advice.items():
        if count := run.count(outcome):
            say(f"{count} {sentence}", "yellow", indent=2)
    for letter, reason in run.kept_back:
        _say_kept(letter, reason)
    if run.paused:
        say(f"the run stopped early: {run.paused}", "red")
        say(f"nothing is lost; when that is mended: campaign send {name}", "dim")
    else:
        say(f"next: campaign replies, then campaign status {name}", "dim")
    return UNSURE if run.count(Outcome.UNSURE) else 1 if run.paused else 0


def _say_kept(letter: "LetterId", reason: str) -> None:
    from mailer.cli.screen import say

    say(f"kept back {letter}: {reason}", "yellow", indent=2)
