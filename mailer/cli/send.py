"""The command that sends: it shows the plan, asks for the number, and keeps to it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from mailer.cli.copies import file_copies
from mailer.cli.doubts import look_again
from mailer.cli.forecast import show_plan
from mailer.cli.listing import json_option, print_listing
from mailer.cli.look import Look
from mailer.cli.paper import ReaderGone, paper, somebody_types
from mailer.cli.sending import carry_out
from mailer.cli.sent import rows, sums
from mailer.cli.session import Session, open_session
from mailer.cli.stop_sign import REMEDY
from mailer.cli.telling import UNSURE, exit_code, report
from mailer.cli.trial import send_trial
from mailer.errors import CampaignError, TryAgain, UsageError

if TYPE_CHECKING:
    from mailer.nouns import Campaign, Settings
    from mailer.outbox import Run
    from mailer.planning import Canary, Line, Plan


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was typed behind `campaign send NAME`."""

    name: str
    dry_run: bool
    limit: int | None
    only: Sequence[str]
    confirm: int | None
    canary: int | None
    as_json: bool


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
@click.option(
    "--canary",
    type=click.IntRange(min=0),
    metavar="K",
    help="Send K letters first, and the others if those fare well; 0: all at once.",
)
@click.option(
    "--test-to", default="", metavar="ADDRESS", help="Try one letter out: send it there, and nowhere else."
)
@click.option(
    "--as", "group", default="", metavar="GROUP", help="With --test-to: as this group would get it."
)
@click.option(
    "--step", default="", metavar="STEP", help="With --test-to: which letter; else the group's next."
)
@json_option
@click.pass_context
def send(  # noqa: PLR0913, PLR0917 - click passes each option by name
    context: click.Context,
    name: str,
    dry_run: bool,  # noqa: FBT001 - as above
    limit: int | None,
    only: Sequence[str],
    confirm: int | None,
    canary: int | None,
    test_to: str,
    group: str,
    step: str,
    as_json: bool,  # noqa: FBT001 - as above
) -> int:
    """Send what is due: show who gets what, ask, send.

    Run it again at any time; it sends only what has become due. Before a follow-up the mailbox is read, and
    whoever has answered gets none.

    While more than a few letters leave, it reads again, and stops when too many come back. --canary 5 sends
    five, waits five minutes for their bounces, and goes on if all is well.

    To see a letter in your own mail program first: --test-to YOUR-ADDRESS --as GROUP. It asks for no number,
    and nothing is remembered of it.
    """
    asked = _Asked(name, dry_run, limit, only, confirm, canary, as_json)
    session = open_session(context)
    if not dry_run:
        _refuse_stopped(session)
    if test_to or group or step:
        _refuse_mixture(asked, test_to, group)
        return send_trial(session, name, test_to, group, step, as_json=as_json)
    try:
        return _send(session, asked)
    except ReaderGone:
        if dry_run:
            raise
        raise CampaignError("nobody reads what is printed, so nothing was sent") from None


def _refuse_stopped(session: Session) -> None:
    """While somebody wants nothing to leave, nothing is even asked."""
    if because := session.workspace.stopped():
        raise TryAgain(f"{because}; nothing was sent", fix=REMEDY)


def _refuse_mixture(asked: _Asked, test_to: str, group: str) -> None:
    """A test is one letter to one address; what chooses among the real ones has no meaning there."""
    if not (test_to and group):
        missing = "--as GROUP" if test_to else "--test-to ADDRESS"
        raise UsageError("a test needs --test-to and --as", fix=f"add {missing}; --step is for tests only")
    others = {"--dry-run": asked.dry_run, "--limit": asked.limit, "--only": asked.only}
    others |= {"--confirm": asked.confirm is not None, "--canary": asked.canary is not None}
    if given := [option for option, value in others.items() if value]:
        fix = f"leave {' and '.join(given)} out"
        raise UsageError(f"--test-to does not go with {', '.join(given)}", fix=fix)


def _send(session: Session, asked: _Asked) -> int:
    from mailer.nouns import Outcome

    if asked.dry_run:
        from mailer.servers import nowhere

        session = replace(session, world=replace(session.world, post_office=nowhere))
    with session.look() if asked.dry_run else session.ledger() as ledger:
        read = session.proofs(asked.name, history=ledger.history())
        settings = read.settings if asked.dry_run and read.settings else session.settings()
        look = Look(session, settings, ledger, read, asked.as_json, asked.dry_run)
        # A dry run before the first letter asks nobody: the settings may still be the starter's.
        mailbox = look.before() if ledger.deliveries() or not asked.dry_run else None
        plan = session.plan(read.manuscript, asked.name, ledger.history())
        wanted, stuck = _let(_chosen(plan, asked.only), settings), bool(plan.stuck)
        lines = [line for line in wanted if mailbox or not (line.due and line.due.follow_up)]
        unread, lines = len(wanted) - len(lines), lines[: asked.limit]
        canary = _canary(asked, look, plan.campaign, lines)
        _show(look, plan, lines, canary)
        # The run makes plans of its own, and two large ones would be in memory.
        del plan
        if (lines or asked.confirm) and not asked.dry_run and not confirmed(len(lines), asked.confirm):
            return 1
        run = carry_out(look, lines, canary, mailbox) if lines else None
        if run and not asked.dry_run and run.count(Outcome.UNSURE):
            run = look_again(session, settings, ledger, run)
            stuck = bool(session.plan(read.manuscript, asked.name, ledger.history()).stuck)
        # Before the ledger is closed: should the disk fail then, the letters have left all the same.
        _say_what_came_of_it(session, asked, lines, run)
        # Not where signing in has just failed: another try with the same password brings a lock-out near.
        if look.opens and not asked.dry_run:
            file_copies(session, settings, ledger)
    code = exit_code(run) if run and not asked.dry_run else 0
    if unread and code == 0 and not asked.dry_run:
        code = TryAgain.exit_code
    return UNSURE if stuck and code in {0, TryAgain.exit_code} else code


def _canary(asked: _Asked, look: Look, campaign: "Campaign", lines: Sequence["Line"]) -> "Canary | None":
    """The letters that leave first, as many as were typed, else as the campaign says, else the settings."""
    from mailer.planning import plan_canary

    most = campaign.pace.canary or look.settings.pace.canary if asked.canary is None else asked.canary
    return plan_canary(lines, most or 0, look.ledger.deliveries().values(), look.session.world.now())


def _say_what_came_of_it(session: Session, asked: _Asked, lines: Sequence["Line"], run: "Run | None") -> None:
    from mailer.cli.screen import say, several

    if asked.dry_run and run:
        went = f"{several(len(run.sent), 'letter')} went the whole way and nowhere"
        say(f"dry run: {went}; nothing was sent", "green")
    elif run:
        report(run, len(lines), asked.name)
    if asked.as_json:
        _print_json(session, lines, run, dry_run=asked.dry_run)


def _show(look: Look, plan: "Plan", lines: Sequence["Line"], canary: "Canary | None") -> None:
    """Show who gets what, and how long it takes."""
    from mailer.cli.screen import out, talk
    from mailer.planning import Gate, departures, look_ahead

    world = look.session.world
    now = world.now()
    past = departures(look.ledger.deliveries().values(), now)
    gate = Gate(look.settings.pace, plan.campaign, past, now, world.seed)
    outlook = look_ahead(gate, [canary.first, canary.others] if canary else [lines], now)
    try:
        show_plan(talk() if look.as_json else out(), plan, lines, look.read.book, (outlook, canary))
        paper().flush()
    except CampaignError as error:
        raise CampaignError(f"{error.what}; nothing was sent") from error


def _print_json(session: Session, lines: Sequence["Line"], run: "Run | None", *, dry_run: bool) -> None:
    """What became of the letters; in a dry run nothing did."""
    shown = None if dry_run else run
    verdicts = [sent.verdict for sent in shown.sent] if shown else []
    paused = shown.paused if shown else ""
    turn = shown.next_turn.at if shown and shown.next_turn else None
    counts = sums(len(lines), verdicts, paused=paused, next_turn=turn, dry_run=dry_run)
    with suppress(ReaderGone):  # what was done is done, whoever has stopped reading
        print_listing("send", session.world.now(), rows(lines, shown), counts)


def _chosen(plan: "Plan", only: Sequence[str]) -> list["Line"]:
    from mailer.nouns import nearest

    known = {line.letter.group for line in plan.lines}
    for group in only:
        if group not in known:
            near = nearest(group, known)
            fix = f"did you mean {near}?" if near else ""
            raise UsageError(f"{plan.campaign.name} does not write to a group {group!r}", fix=fix)
    return [line for line in plan.due if not only or line.letter.group in only]


def _let(lines: Sequence["Line"], settings: "Settings") -> list["Line"]:
    """Those to whom letters may go; that others may not, is said."""
    from mailer.cli.screen import say, several
    from mailer.nouns import ONLY_TO

    let = [line for line in lines if line.due and settings.lets(line.due.organizer.address)]
    if others := len(lines) - len(let):
        say(f"kept here, as {ONLY_TO} does not name whom they are for: {several(others, 'letter')}", "yellow")
    return let


def confirmed(count: int, confirm: int | None) -> bool:
    """Whether the person, or the script, named the very number of letters.

    Args:
        count: How many would leave.
        confirm: What `--confirm` said; None to ask.

    Raises:
        UsageError: it was another number, or nobody is there to be asked.
    """
    from mailer.cli.screen import say, several

    if confirm is not None:
        if confirm != count:
            raise UsageError(
                f"{several(count, 'letter')} would leave, not {confirm:,}; nothing was sent",
                fix=f"--confirm {count}",
            )
        return True
    if not somebody_types():
        raise UsageError("nobody is there to confirm; nothing was sent", fix=f"--confirm {count}")
    question = f"type {count} to send {several(count, 'letter')}"
    try:
        typed = click.prompt(question, default="", show_default=False, err=True)
    except click.Abort:
        raise click.Abort("nothing was sent") from None
    if typed.strip() == str(count):
        return True
    say(f"nothing was sent; only {count} sends them")
    return False
