"""The command for a Monday morning: what needs a person, most urgent first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from mailer.cli.listing import json_option, print_listing
from mailer.cli.session import open_session, say_take_over_first
from mailer.cli.stop_sign import say_stopped

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console, OverflowMethod

    from mailer.agenda import Task, Urgency
    from mailer.planning import Plan

WIDEST_SUBJECT = 24
"""So many characters of a group's id, of several, or of a file's name; on a terminal only."""

LONGEST_NAME = 24
"""So many characters of a person's name; an address is never cut."""

SHORTEST_WHY = 30
"""So many characters of the reason stay, however little room the names leave."""

INDENT = 4
"""Columns in front of what to type."""

STYLES = {
    "letter in doubt": "bold red",
    "letter set aside": "bold red",
    "reply": "bold green",
    "unclear message": "yellow",
    "challenge": "yellow",
    "letter before a moderator": "yellow",
    "contact to change": "yellow",
    "refused letter": "red",
    "group without an address": "red",
    "mistake": "red",
    "campaign with letters due": "bold",
}


@click.command()
@click.argument("name", required=False)
@json_option
@click.pass_context
def todo(context: click.Context, name: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """List what needs you today, and what to type next.

    Letters in doubt, people who wait for your answer, groups without a working address, mistakes in the
    files, letters that are due. What goes on by itself is not on it. The mailbox is not read for it;
    campaign replies does that.
    """
    from mailer.agenda import Urgency, make_agenda

    session = open_session(context)
    now = session.world.now()
    with session.look() as ledger:
        history, is_copy = ledger.history(), bool(ledger.repaired())
    read = session.proofs(*([name] if name else []), strict=False, history=history)
    plans = [session.plan(read.manuscript, known, history) for known in read.manuscript.campaigns]
    agenda = make_agenda(history, plans, read.manuscript.groups, read.problems, now, name or "")
    if is_copy:
        agenda = tuple(task for task in agenda if task.urgency is not Urgency.DUE)
    if as_json:
        print_listing("todo", now, map(_row, agenda), _sums(agenda))
    else:
        _print_agenda(agenda, now)
    if is_copy:
        say_take_over_first()
        return
    _say_what_next(agenda, plans)
    say_stopped(session.workspace)


def _row(task: "Task") -> Mapping[str, Any]:
    """A task as a row of a listing; README.md has the fields."""
    fields = ("urgency", "subject", "who", "since", "why", "command", "then", "message", "words")
    return {field: getattr(task, field) for field in fields}


def _sums(agenda: "Sequence[Task]") -> Mapping[str, Any]:
    return {"tasks": len(agenda), "urgencies": Counter(task.urgency for task in agenda)}


def _print_agenda(agenda: "Sequence[Task]", now: "datetime") -> None:
    from mailer.cli.screen import out, words
    from mailer.nouns import visible

    console = out()
    # In front of every entry, one below the other: whom it is about, and how long it has waited.
    widest = WIDEST_SUBJECT if console.is_terminal else 0
    edges = {task: (visible(task.subject, limit=widest), _age(task, now)) for task in agenda}
    widths = [max(map(len, column)) for column in zip(*edges.values(), strict=True)]
    for urgency in dict.fromkeys(task.urgency for task in agenda):
        tasks = [task for task in agenda if task.urgency is urgency]
        console.print(words(_several(len(tasks), urgency), STYLES[urgency]))
        for task in tasks:
            _print_task(console, task, edges[task], widths)
        console.print()


def _print_task(console: "Console", task: "Task", edge: tuple[str, str], widths: "Sequence[int]") -> None:
    """Whom it is about and why, in one line; below it what to type, which is never cut."""
    from rich.padding import Padding
    from rich.text import Text

    from mailer.cli.screen import words

    subject, age = (cell.ljust(width) for cell, width in zip(edge, widths, strict=True))
    head = Text.assemble("  ", (subject, "bold"), "  ", (f"{age}  ", "dim") if widths[1] else "")
    if task.who:
        head.append_text(words(task.who, "dim", limit=0 if "@" in task.who else LONGEST_NAME)).append("  ")
    why = " ".join(filter(None, (task.why, task.words and f"“{task.words}”")))
    head.append_text(words(why, limit=max(console.width - head.cell_len, SHORTEST_WHY)))
    # In a pipe ids and addresses stay whole, however long the line gets.
    overflow: OverflowMethod = "ellipsis" if console.is_terminal else "ignore"
    console.print(head, no_wrap=True, overflow=overflow, crop=console.is_terminal)
    step = Text.assemble(words(task.command, "cyan"), words(f", {task.then}" if task.then else "", "dim"))
    if console.is_terminal:
        # A narrow one breaks it between words.
        console.print(Padding(step, (0, 0, 0, INDENT), expand=False))
    else:
        console.print(Text(" " * INDENT).append_text(step), soft_wrap=True)


def _age(task: "Task", now: "datetime") -> str:
    """How long it has waited, as a person would say it."""
    from mailer.cli.screen import several

    if task.since is None:
        return ""
    days = (now.astimezone().date() - task.since.astimezone().date()).days
    return several(days, "day") if days > 0 else "today"


def _several(count: int, urgency: "Urgency") -> str:
    from mailer.cli.screen import several

    plurals = {
        "reply": "replies",
        "letter in doubt": "letters in doubt",
        "letter set aside": "letters set aside",
        "letter before a moderator": "letters before a moderator",
        "contact to change": "contacts to change",
        "group without an address": "groups without an address",
        "campaign with letters due": "campaigns with letters due",
    }
    return several(count, urgency, plurals.get(urgency, ""))


def _say_hours(plan: "Plan") -> None:
    """How many letters only wait for the hours at which they may leave, and when those come."""
    from mailer.cli.screen import day, say, several
    from mailer.planning import CLOSED

    waiting = [(line.when, line.because) for line in plan.lines if line.reason == CLOSED and line.when]
    if waiting:
        when, because = min(waiting)
        many = several(len(waiting), "letter")
        say(f"{plan.campaign.name}: {many} may leave from {day(when)} on; {because}", "dim")


def _say_what_next(agenda: "Sequence[Task]", plans: "Sequence[Plan]") -> None:
    """How much it is, and that nobody has looked into the mailbox for it."""
    from mailer.cli.screen import say, several

    for plan in plans:
        _say_hours(plan)
    if agenda:
        say(f"{several(len(agenda), 'thing')} to do", "bold")
    else:
        say("nothing needs you", "green")
        for name in (plan.campaign.name for plan in plans if plan.due):
            say(f"not begun yet: {name}; campaign send {name} --dry-run shows it", "dim")
    say("as far as the mailbox has been read; campaign replies reads what is new", "dim")
