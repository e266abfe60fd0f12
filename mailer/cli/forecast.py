"""Shows a plan before it is carried out: who gets which letter now, and why the others get none."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from mailer.letters import Book
    from mailer.planning import Line, Plan

MOST_ROWS = 60
"""A plan of more letters than this is shown by its first ones and a count."""


def show_plan(console: "Console", plan: "Plan", lines: Sequence["Line"], book: "Book") -> None:
    """Who gets which step now, and how many do not, each with the reason.

    Args:
        console: The one for data; the one for talk where data is a document for programs.
        plan: The whole plan.
        lines: What is to leave now.
        book: The templates.
    """
    from mailer.cli.audience import say_audience
    from mailer.cli.enclosed import listed
    from mailer.cli.screen import day, several, words

    if lines:
        _print_letters(console, lines)
    head = f"{several(len(lines), 'letter')} due now" if lines else "no letter is due now"
    console.print(words(head, "bold"))
    for template in dict.fromkeys(line.due.step.template for line in lines if line.due):
        if enclosures := book.enclosures(template):
            console.print(words(f"with {listed(enclosures)}"))
    _print_reasons(console, plan, lines)
    say_audience(plan.campaign.name, plan.selection, named=False)
    waiting = [line.when for line in plan.lines if line.when and line.reason == "not yet"]
    if waiting:
        console.print(words(f"the next becomes due on {day(min(waiting))}", "dim"))


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
    told = [line.because for line in lines if line.because]
    for because in told[:MOST_ROWS]:
        console.print(words(because, "yellow"))
    if len(told) > MOST_ROWS:
        console.print(words(f"… and {len(told) - MOST_ROWS:,} more of that kind", "yellow"))
    console.print()


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
    from mailer.planning import Status

    known = {
        Status.DUE: "due, but not in this run",
        Status.WAITING: "not due yet",
        Status.ACCEPTED: "sent before",
        Status.BOUNCED: "came back",
    }
    return known.get(line.status) or line.reason or line.status.value
