"""Shows a plan before it is carried out: who gets which letter now, and why the others get none."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from mailer.letters import Book
    from mailer.planning import Canary, Line, Outlook, Plan

MOST_ROWS = 60
"""A plan of more letters than this is shown by its first ones and a count."""

MOST_NAMED = 5
"""So many groups of a canary are named."""


def show_plan(
    console: "Console",
    plan: "Plan",
    lines: Sequence["Line"],
    book: "Book",
    ahead: "tuple[Outlook, Canary | None] | None" = None,
) -> None:
    """Who gets which step now, and how many do not, each with the reason.

    Args:
        console: The one for data; the one for talk where data is a document for programs.
        plan: The whole plan.
        lines: What is to leave now.
        book: The templates.
        ahead: How fast it will, when that is known, and which letters first.
    """
    from mailer.cli.audience import say_audience
    from mailer.cli.enclosed import listed
    from mailer.cli.screen import day, several, words
    from mailer.planning import CLOSED

    if lines:
        _print_letters(console, lines)
    head = f"{several(len(lines), 'letter')} due now" if lines else "no letter is due now"
    console.print(words(head, "bold"))
    for template in dict.fromkeys(line.due.step.template for line in lines if line.due):
        if enclosures := book.enclosures(template):
            console.print(words(f"with {listed(enclosures)}"))
    if ahead and lines:
        _print_canary(console, ahead[1])
        _print_outlook(console, ahead[0])
    _print_reasons(console, plan, lines)
    say_audience(plan.campaign.name, plan.selection, named=False)
    waiting = [line.when for line in plan.lines if line.when and line.reason in {"not yet", CLOSED}]
    if waiting:
        console.print(words(f"the next becomes due on {day(min(waiting))}", "dim"))


def _print_canary(console: "Console", canary: "Canary | None") -> None:
    """Which letters leave ahead of the others, and what the others wait for."""
    from mailer.cli.screen import several, words
    from mailer.planning import CANARY_STAY

    if canary is None:
        return
    named = [line.letter.group for line in canary.first]
    more = ", …" if len(named) > MOST_NAMED else ""
    who = (
        f"{several(len(named), 'letter')} first, to {', '.join(named[:MOST_NAMED])}{more}; " if named else ""
    )
    if canary.before:
        who += f"{several(len(canary.before), 'letter')} left just before; "
    wait = f"{CANARY_STAY.total_seconds() / 60:g} minutes"
    console.print(words(f"{who}the others {wait} later, if those fare well", "dim"))


def _print_outlook(console: "Console", outlook: "Outlook") -> None:
    """How long it takes, where the pace makes it last; and what is left for another run."""
    from mailer.cli.screen import day, several, words

    if outlook.slowed and outlook.leaving:
        said = f"the last of them leaves about {day(outlook.ends)}: {outlook.slowed}"
        console.print(words(said, "dim"))
    if outlook.next_turn:
        turn = outlook.next_turn
        since = f", from {day(turn.at)} on" if turn.at else ""
        said = f"{several(outlook.later, 'letter')} of them must wait for another run{since}: {turn.because}"
        console.print(words(said, "yellow"))


def _print_letters(console: "Console", lines: Sequence["Line"]) -> None:
    from mailer.cli.screen import table, words

    rows = table("group", "to", "letter")
    for line in lines[:MOST_ROWS]:
        assert line.due
        again = "  (again)" if line.due.retry else ""
        to = words(line.due.organizer.address)
        rows.add_row(words(line.letter.group), to, words(f"{line.letter.step}{again}"))
    console.print(rows)
    if len(lines) > MOST_ROWS:
        console.print(words(f"… and {len(lines) - MOST_ROWS:,} more", "dim"))
    told = [noted(line) for line in lines if line.because]
    for because in told[:MOST_ROWS]:
        console.print(words(because, "yellow"))
    if len(told) > MOST_ROWS:
        console.print(words(f"… and {len(told) - MOST_ROWS:,} more of that kind", "yellow"))
    console.print()


def noted(line: "Line") -> str:
    """What is to be known of a letter before it leaves, and of which group."""
    group = line.letter.group
    return line.because if line.because.startswith(f"{group} ") else f"{group}: {line.because}"


def _print_reasons(console: "Console", plan: "Plan", lines: Sequence["Line"]) -> None:
    from rich.padding import Padding

    from mailer.cli.screen import table, words

    chosen = {line.letter for line in lines}
    tally = table("letters", "why", numbers=["letters"])
    tally.show_header = False
    reasons = Counter(_reason(line) for line in plan.lines if line.letter not in chosen)
    for reason, count in reasons.most_common():
        tally.add_row(words(f"{count:,}", "dim"), words(reason, "dim"))
    console.print(Padding(tally, (0, 0, 0, 2), expand=False))


def _reason(line: "Line") -> str:
    from mailer.planning import CLOSED, Status

    if line.reason == CLOSED:
        return line.because
    known = {
        Status.DUE: "due, but not in this run",
        Status.WAITING: "not due yet",
        Status.ACCEPTED: "sent before",
        Status.BOUNCED: "came back",
    }
    return known.get(line.status) or line.reason or line.status.value
