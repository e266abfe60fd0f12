"""Commands to look before sending: what is wrong, and what would leave."""

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from mailer.cli.listing import json_option, print_listing
from mailer.cli.paper import paper
from mailer.cli.session import open_session
from mailer.errors import BadData, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mailer.nouns import Delivery, Draft, History, Letter, Settings
    from mailer.planning import Line
    from mailer.proofs import Proofs


@click.command()
@click.argument("name", required=False)
@json_option
@click.pass_context
def check(context: click.Context, name: str | None, as_json: bool) -> int:  # noqa: FBT001 - click passes options by name
    """Read everything and report all mistakes at once.

    Each comes with file, line and what to write instead. With NAME only that campaign is checked.
    """
    from mailer.cli.screen import out, print_problems

    session = open_session(context)
    history = session.history()
    proofs = session.proofs(*([name] if name else []), strict=False, history=history)
    if as_json:
        _print_check(proofs, history, session.world.now())
    else:
        print_problems(proofs.problems, out())
    if _say_mistakes(proofs):
        return BadData.exit_code
    _say_checked(proofs, history, named=name is not None)
    return 0


def _print_check(proofs: "Proofs", history: "History", now: "datetime") -> None:
    fields = ("file", "line", "column", "what", "fix", "warning")
    read = proofs.manuscript
    audiences = [
        {"campaign": known, "groups": Counter(audience.choose(read.groups, history).lots.values())}
        for known, (_, audience) in read.campaigns.items()
    ]
    sums = {
        "mistakes": len(proofs.mistakes),
        "warnings": len(proofs.problems) - len(proofs.mistakes),
        "rows": read.table.rows,
        "rejected": read.table.rejected,
        "groups": len(read.groups),
        "organizers": sum(len(group.organizers) for group in read.groups),
        "audiences": audiences,
    }
    rows = ({field: getattr(problem, field) for field in fields} for problem in proofs.problems)
    print_listing("check", now, rows, sums)


def _say_mistakes(proofs: "Proofs") -> bool:
    """Say how much is wrong; whether there is anything that keeps letters from leaving."""
    from mailer.cli.screen import say, several

    table, mistakes = proofs.manuscript.table, len(proofs.mistakes)
    if table.rejected:
        say(f"{table.rejected} of {several(table.rows, 'row')} of the table cannot be used", "red")
    if mistakes:
        counted = f"{several(mistakes, 'mistake')}, {several(len(proofs.problems) - mistakes, 'warning')}"
        say(f"{counted}; what they concern cannot be sent", "red")
    return mistakes > 0


def _say_checked(proofs: "Proofs", history: "History", *, named: bool) -> None:
    from mailer.cli.audience import say_audience
    from mailer.cli.enclosed import say_enclosures
    from mailer.cli.screen import say, several

    read = proofs.manuscript
    people = sum(len(group.organizers) for group in read.groups)
    checked = f"{several(len(read.groups), 'group')}, {several(people, 'organizer')}, "
    checked += f"{several(len(read.campaigns), 'campaign')}"
    warnings = len(proofs.problems)
    say(f"{checked}: " + (several(warnings, "warning") if warnings else "all is in order"), "green")
    for known, (campaign, audience) in read.campaigns.items():
        say_audience(known, audience.choose(read.groups, history), named=named)
        say_enclosures(campaign, proofs.book, indent=4)


@click.command()
@click.argument("name")
@click.option(
    "--group", default="", metavar="GROUP", help="Only the letter to this group, also if it is not due."
)
@click.option(
    "--step", default="", metavar="STEP", help="Only letters of this step, also if they are not due."
)
@click.option("--html", is_flag=True, help="Print the HTML part instead of the text.")
@click.option("--raw", is_flag=True, help="Print the very bytes, as they would leave but for Date.")
@json_option
@click.pass_context
def preview(
    context: click.Context,
    name: str,
    group: str,
    step: str,
    html: bool,  # noqa: FBT001 - click passes options by name
    raw: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
) -> None:
    """Print letters exactly as they would leave.

    Without options: all that are due now.
    """
    from mailer.cli.screen import say, several
    from mailer.nouns import visible
    from mailer.proofs import preview as proof

    if as_json and (html or raw):
        raise UsageError("--json has both text and HTML; leave --html and --raw out")
    session = open_session(context)
    ledger = session.look()
    history = ledger.history()
    read = session.proofs(name, history=history)
    plan = session.plan(read.manuscript, name, history)
    letters = proof(read, plan, ledger.seal, group, step)
    if as_json:
        print_listing("preview", session.world.now(), map(_row, letters))
        return
    count = 0
    for count, (draft, letter, line) in enumerate(letters, start=1):  # noqa: B007 - it is said below
        if raw:
            paper().write_bytes(letter.raw)
        else:
            _print_letter(draft, read.settings, _why_not(line) or line.because, html=html)
    if not count:
        asked = " of that kind" if group or step else " now"
        say(f"no letter is due{asked}; campaign status {visible(name)} says why")
        for delivery in history.conversation(name, group):
            if step in {"", delivery.letter.step}:
                say(_fate(delivery), indent=2)
    elif not raw:
        say(f"{several(count, 'letter')}; nothing was sent", "dim")


def _fate(delivery: "Delivery") -> str:
    from mailer.cli.screen import day
    from mailer.nouns import State

    became = "was sent" if delivery.state is State.ACCEPTED else f"is {delivery.state} since"
    return f"{delivery.letter} {became} {day(delivery.changed_at)}"


def _why_not(line: "Line") -> str:
    """Why a letter would not leave now; '' when it would."""
    from mailer.planning import Status

    return "" if line.status is Status.DUE else f"{line.status}: {line.because}"


def _row(proof: "tuple[Draft, Letter, Line]") -> "Mapping[str, Any]":
    """A letter as a row of a listing; README.md has the fields."""
    from mailer.cli.enclosed import rows

    draft, letter, line = proof
    why_not = _why_not(line)
    return {
        "id": draft.id,
        "message_id": letter.message_id,
        "to": draft.to,
        "name": draft.to_name,
        "subject": draft.subject,
        "text": draft.text,
        "html": draft.html,
        "enclosures": rows(draft.enclosures),
        "why_not": why_not,
        "note": "" if why_not else line.because,
    }


def _print_letter(draft: "Draft", settings: "Settings | None", note: str, *, html: bool) -> None:
    from rich.text import Text

    from mailer.cli.enclosed import listed
    from mailer.cli.screen import out, words
    from mailer.nouns import visible

    console = out()
    title = words(draft.id, "bold")
    rule = "─" * max(console.width - title.cell_len - 1, 2)
    console.print(Text.assemble(title, " ", (rule, "dim")), soft_wrap=True)
    if note:
        console.print(words(note, "yellow"))
    if settings:
        console.print(
            words(f"From: {settings.sender.name} <{settings.sender.address}>", "cyan"), soft_wrap=True
        )
    console.print(words(f"To: {draft.to_name} <{draft.to}>".replace("  <", " <"), "cyan"), soft_wrap=True)
    console.print(words(f"Subject: {draft.subject}", "cyan"), soft_wrap=True)
    if draft.enclosures:
        console.print(words(f"With: {listed(draft.enclosures)}", "cyan"), soft_wrap=True)
    paper().write(f"\n{visible(draft.html if html else draft.text, lines=True)}\n\n")
