"""Commands to look before sending: what is wrong, and what would leave."""

import sys
from typing import TYPE_CHECKING

import click

from mailer.cli.session import open_session
from mailer.errors import BadData

if TYPE_CHECKING:
    from mailer.nouns import Draft, Settings


@click.command()
@click.argument("name", required=False)
@click.pass_context
def check(context: click.Context, name: str | None) -> int:
    """Read everything and report all mistakes at once.

    Each comes with file, line and what to write instead. With NAME only that campaign is checked.
    """
    from mailer.cli.audience import say_audience
    from mailer.cli.screen import out, print_problems, say, several

    session = open_session(context)
    history = session.history()
    proofs = session.proofs(*([name] if name else []), strict=False, history=history)
    read = proofs.manuscript
    print_problems(proofs.problems, out())
    mistakes, warnings = len(proofs.mistakes), len(proofs.problems) - len(proofs.mistakes)
    if read.table.rejected:
        say(f"{read.table.rejected} of {several(read.table.rows, 'row')} of the table cannot be used", "red")
    if mistakes:
        counted = f"{several(mistakes, 'mistake')}, {several(warnings, 'warning')}"
        say(f"{counted}; what they concern cannot be sent", "red")
        return BadData.exit_code
    people = sum(len(group.organizers) for group in read.groups)
    checked = f"{several(len(read.groups), 'group')}, {several(people, 'organizer')}, "
    checked += f"{several(len(read.campaigns), 'campaign')}"
    say(f"{checked}: " + (several(warnings, "warning") if warnings else "all is in order"), "green")
    for known, (_, audience) in read.campaigns.items():
        say_audience(known, audience.choose(read.groups, history), named=name is not None)
    return 0


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
@click.pass_context
def preview(context: click.Context, name: str, group: str, step: str, html: bool, raw: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Print letters exactly as they would leave.

    Without options: all that are due now.
    """
    from mailer.cli.screen import say, several
    from mailer.nouns import visible
    from mailer.proofs import preview as proof

    session = open_session(context)
    with session.ledger() as ledger:
        history = ledger.history()
        read = session.proofs(name, history=history)
        plan = session.plan(read.manuscript, name, history)
        count = 0
        for draft, letter, why_not in proof(read, plan, ledger.key, group, step):
            count += 1
            if raw:
                sys.stdout.buffer.write(letter.raw)
            else:
                _print_letter(draft, read.settings, why_not, html=html)
    if not count:
        asked = " of that kind" if group or step else " now"
        say(f"no letter is due{asked}; campaign status {visible(name)} says why")
    elif not raw:
        say(f"{several(count, 'letter')}; nothing was sent", "dim")


def _print_letter(draft: "Draft", settings: "Settings | None", why_not: str, *, html: bool) -> None:
    from mailer.cli.screen import out, words
    from mailer.nouns import visible

    console = out()
    console.rule(words(draft.id, "bold"), align="left", style="dim")
    if why_not:
        console.print(words(why_not, "yellow"))
    sender = settings.sender if settings else None
    console.print(words(f"From: {sender.name} <{sender.address}>" if sender else "", "cyan"))
    console.print(words(f"To: {draft.to_name} <{draft.to}>".replace("  <", " <"), "cyan"))
    console.print(words(f"Subject: {draft.subject}", "cyan"))
    console.print()
    console.print(visible(draft.html if html else draft.text, lines=True), markup=False, soft_wrap=True)
    console.print()
