"""Commands that say what came of it."""

from typing import TYPE_CHECKING, Any

import click

from mailer.cli.listing import json_option, print_listing
from mailer.cli.progress import groups_listed, summed_up, take_progress
from mailer.cli.session import Session, open_session, say_take_over_first
from mailer.cli.stop_sign import say_stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailer.nouns import History
    from mailer.workspace import Manuscript


@click.command()
@click.argument("name", required=False)
@json_option
@click.pass_context
def status(context: click.Context, name: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Show where every group stands, and the response rate.

    Contacted, answered, away, silent, bounced; for each letter and in all; and what is due when. Every group
    that a letter was written to is counted in exactly one place.
    """
    from mailer.cli.picture import print_status
    from mailer.cli.screen import say

    session = open_session(context)
    with session.look() as ledger:
        history, is_copy = ledger.history(), bool(ledger.repaired())
    read = session.manuscript(*([name] if name else []))
    begun = [known for known in read.campaigns if name or _has_letters(history, known)]
    if not begun:
        say("nothing has been sent yet; campaign list shows the campaigns")
    all_of_them = [take_progress(session, read, known, history) for known in begun]
    if as_json:
        rows = (row for one in all_of_them for row in groups_listed(one))
        sums = {"campaigns": [summed_up(one) for one in all_of_them]}
        print_listing("status", session.world.now(), rows, sums)
        return
    may_send = not is_copy and not session.workspace.stopped()
    for one in all_of_them:
        print_status(one, session.world.now(), listed=name is not None, may_send=may_send)
    if is_copy:
        say_take_over_first()
    say_stopped(session.workspace)


def _has_letters(history: "History", name: str) -> bool:
    return any(delivery.letter.campaign == name for delivery in history.deliveries.values())


@click.command("list")
@json_option
@click.pass_context
def list_campaigns(context: click.Context, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """List the campaigns: whom they are for, how far they are."""
    from mailer.cli.screen import print_table, say, table, words

    session = open_session(context)
    with session.look() as ledger:
        history = ledger.history()
    read = session.manuscript()
    found = [_summary(session, read, name, history) for name in read.campaigns]
    if not found:
        say("no campaign yet; campaign new NAME begins one")
    if as_json:
        print_listing("list", session.world.now(), found)
    elif found:
        numbers = ("steps", "audience", "contacted", "answered", "due now")
        rows = table("campaign", *numbers, numbers=numbers)
        for row in found:
            name, *figures = row.values()
            rows.add_row(words(name), *(str(figure or "") for figure in figures))
        print_table(rows)
    _say_doubt(history)


def _say_doubt(history: "History") -> None:
    """That there are letters of which nobody knows whether they left; nothing when there are none."""
    from mailer.cli.screen import say, several
    from mailer.nouns import State

    unsure = sum(delivery.state is State.UNSURE for delivery in history.deliveries.values())
    if unsure:
        say(f"{several(unsure, 'letter')} in doubt; campaign todo says what to do", "bold red")


def _summary(session: Session, read: "Manuscript", name: str, history: "History") -> "Mapping[str, Any]":
    campaign, audience = read.campaigns[name]
    one = take_progress(session, read, name, history)
    return {
        "campaign": name,
        "steps": len(campaign.steps),
        "audience": len(audience.choose(read.groups, history).chosen),
        "contacted": one.tally.contacted,
        "answered": one.tally.response.count,
        "due": len(one.plan.due),
    }
