"""The command for a Monday morning: what needs a person, most urgent first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from mailer.cli.listing import json_option, print_listing
from mailer.cli.session import open_session

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console
    from rich.text import Text

    from mailer.agenda import Task, Urgency

INDENT = 4
"""Columns in front of an entry's second line."""

SHORTEST_WHY = 30
"""So many characters of the reason stay, however little room the names leave."""

STYLES = {
    "letter in doubt": "bold red",
    "reply": "bold green",
    "unclear message": "yellow",
    "challenge": "yellow",
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
    from mailer.agenda import make_agenda

    session = open_session(context)
    now = session.world.now()
    with session.ledger() as ledger:
        history = ledger.history()
    read = session.proofs(*([name] if name else []), strict=False, history=history)
    plans = [session.plan(read.manuscript, known, history) for known in read.manuscript.campaigns]
    agenda = make_agenda(history, plans, read.manuscript.groups, read.problems, now, name or "")
    if as_json:
        print_listing("todo", now, map(_row, agenda), _sums(agenda))
    else:
        _print_agenda(agenda, now)
    _say_what_next(agenda)


def _row(task: "Task") -> Mapping[str, Any]:
    """A task as a row of a listing; README.md has the fields."""
    fields = ("urgency", "subject", "who", "since", "why", "command", "then", "message")
    return {field: getattr(task, field) for field in fields}


def _sums(agenda: "Sequence[Task]") -> Mapping[str, Any]:
    return {"tasks": len(agenda), "urgencies": Counter(task.urgency for task in agenda)}


def _print_agenda(agenda: "Sequence[Task]", now: "datetime") -> None:
    from mailer.cli.screen import out, words

    console = out()
    for urgency in dict.fromkeys(task.urgency for task in agenda):
        tasks = [task for task in agenda if task.urgency is urgency]
        console.print(words(_several(len(tasks), urgency), STYLES[urgency]))
        for task in tasks:
            _print_task(console, task, now)
        console.print()


def _print_task(console: "Console", task: "Task", now: "datetime") -> None:
    """Whom it is about and why, in one line; below it what to type, which is never cut."""
    from rich.text import Text

    from mailer.cli.screen import words

    head = Text.assemble("  ", words(task.subject, "bold"))
    for detail in (task.who, _ago(task, now)):
        if detail:
            head.append("  ").append_text(words(detail, "dim"))
    room = max(console.width - head.cell_len - 2, SHORTEST_WHY)
    head.append("  ").append_text(words(task.why, limit=room))
    console.print(head, no_wrap=True, overflow="ellipsis")
    console.print(_next_step(task), soft_wrap=True)


def _next_step(task: "Task") -> "Text":
    from rich.text import Text

    from mailer.cli.screen import words

    step = Text(" " * INDENT).append_text(words(task.command, "cyan"))
    return step.append_text(words(f"  {task.then}" if task.then else "", "dim")) if task.then else step


def _ago(task: "Task", now: "datetime") -> str:
    """How long it has waited, as a person would say it."""
    if task.since is None:
        return ""
    days = (now.astimezone().date() - task.since.astimezone().date()).days
    if days <= 0:
        return "today"
    return "yesterday" if days == 1 else f"{days} days ago"


def _several(count: int, urgency: "Urgency") -> str:
    from mailer.cli.screen import several

    plurals = {
        "reply": "replies",
        "letter in doubt": "letters in doubt",
        "group without an address": "groups without an address",
        "campaign with letters due": "campaigns with letters due",
    }
    return several(count, urgency, plurals.get(urgency, ""))


def _say_what_next(agenda: "Sequence[Task]") -> None:
    """How much it is; and that nobody has looked into the mailbox for it."""
    from mailer.cli.screen import say

    if agenda:
        counts = Counter(task.urgency for task in agenda)
        said = ", ".join(_several(count, urgency) for urgency, count in counts.items())
        say(said, "bold")
    else:
        say("nothing needs you", "green")
    say("as far as the mailbox was read; campaign replies reads what is new", "dim")
