"""Commands that say what came of it."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from mailer.cli.listing import json_option, print_listing
from mailer.cli.session import Session, open_session

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

    from mailer.nouns import History
    from mailer.outcomes import Fate, Tally
    from mailer.planning import Line, Plan
    from mailer.workspace import Manuscript

BAR = 60
"""Characters of the picture that shows all groups of a campaign."""

# (fate, glyph, style): the glyphs tell the parts apart where there is no colour.
PICTURE = (
    ("answered", "█", "bold green"),
    ("away", "▒", "yellow"),
    ("silent", "░", "bright_black"),
    ("stopped", "×", "magenta"),
    ("bounced", "!", "red"),
    ("unsure", "?", "bold red"),
    ("unsent", "·", "dim"),
)


@dataclass(frozen=True, slots=True)
class _Progress:
    """How far one campaign is: what came of it so far, and what comes next."""

    name: str
    tally: "Tally"
    plan: "Plan"

    @property
    def unwritten(self) -> "Mapping[str, str]":
        """The groups without any letter, and why they have none yet."""
        first: dict[str, str] = {}
        for line in self.plan.lines:
            if line.letter.group not in self.tally.groups:
                first.setdefault(line.letter.group, line.because or line.status.value)
        return first

    def next_due(self, step: str) -> "datetime | None":
        """When the next letter of a step becomes due."""
        from mailer.planning import Status

        waiting = [line for line in self._of(step) if line.status is Status.WAITING]
        return min((line.when for line in waiting if line.when), default=None)

    def due(self, step: str) -> int:
        """How many letters of a step are due now."""
        from mailer.planning import Status

        return sum(line.status is Status.DUE for line in self._of(step))

    def withheld(self) -> Counter[str]:
        """How many letters are withheld, by the reason."""
        from mailer.planning import Status

        return Counter(line.reason for line in self.plan.lines if line.status is Status.WITHHELD)

    def _of(self, step: str) -> "Iterator[Line]":
        return (line for line in self.plan.lines if line.letter.step == step)


@click.command()
@click.argument("name", required=False)
@json_option
@click.pass_context
def status(context: click.Context, name: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Show where every group stands, and the response rate.

    Contacted, answered, away, silent, bounced; for each letter and in all; and what is due when. Every group
    that a letter was written to is counted in exactly one place.
    """
    from mailer.cli.screen import out, say

    session = open_session(context)
    read = session.manuscript(*([name] if name else []))
    with session.ledger() as ledger:
        history = ledger.history()
    begun = [known for known in read.campaigns if name or _has_letters(history, known)]
    if not begun:
        say("nothing has been sent yet; campaign list shows the campaigns")
    all_of_them = [_progress(session, read, known, history) for known in begun]
    if as_json:
        rows = (row for one in all_of_them for row in _groups_listed(one))
        sums = {"campaigns": [_sums(one) for one in all_of_them]}
        print_listing("status", session.world.now(), rows, sums)
        return
    for one in all_of_them:
        _print_status(out(), one, session.world.now(), listed=name is not None)


def _has_letters(history: "History", name: str) -> bool:
    return any(delivery.letter.campaign == name for delivery in history.deliveries.values())


def _progress(session: Session, read: "Manuscript", name: str, history: "History") -> _Progress:
    from mailer.outcomes import take_tally

    campaign, _ = read.campaigns[name]
    tally = take_tally(campaign, history, session.world.now())
    return _Progress(name, tally, session.plan(read, name, history))


def _groups_listed(one: _Progress) -> "Iterator[Mapping[str, Any]]":
    """A row for each group that was written to or is to be, in the order of their names."""
    from mailer.planning import Status

    open_lines: dict[str, Line] = {}
    for line in one.plan.lines:
        if line.status not in {Status.ACCEPTED, Status.BOUNCED}:
            open_lines.setdefault(line.letter.group, line)
    for group in sorted(one.tally.groups.keys() | open_lines.keys()):
        line = open_lines.get(group)
        yield {
            "campaign": one.name,
            "group": group,
            "fate": one.tally.groups.get(group),
            "letter": line.letter if line else None,
            "status": line.status if line else None,
            "because": line.because if line else "",
            "when": line.when if line else None,
        }


def _sums(one: _Progress) -> "Mapping[str, Any]":
    from mailer.planning import Status

    rate = one.tally.response
    low, high = rate.interval
    return {
        "campaign": one.name,
        "contacted": rate.of,
        "answered": rate.count,
        "rate": rate.share,
        "low": low,
        "high": high,
        "fates": one.tally.fates,
        "letters": one.plan.counts(),
        "withheld": one.withheld(),
        "unsure": [line.letter for line in one.plan.lines if line.status is Status.UNSURE],
        "steps": [
            {
                "step": step.step,
                "sent": step.sent,
                "fates": step.fates,
                "due": one.due(step.step),
                "next_due": one.next_due(step.step),
            }
            for step in one.tally.steps
        ],
    }


def _print_status(console: "Console", one: _Progress, now: "datetime", *, listed: bool) -> None:
    from mailer.cli.screen import day, print_table, words

    tally = one.tally
    console.print()
    console.print(words(one.name, "bold"), words(f"as of {day(now)}", "dim"))
    console.print()
    if tally.groups:
        console.print(_bar(_by_name(tally.fates), len(tally.groups), min(BAR, console.width - 4)))
        console.print(_legend(_by_name(tally.fates)))
        console.print()
        _print_rate(console, tally)
        console.print()
    print_table(_steps(one), indent=2)
    console.print()
    if listed:
        _print_groups(console, one)
    _print_next(console, one)


def _by_name(fates: "Mapping[Fate, int]") -> dict[str, int]:
    return {fate.value: count for fate, count in fates.items()}


def _bar(fates: "Mapping[str, int]", groups: int, width: int) -> "Text":
    """All groups as one bar; every fate that occurs has at least one character."""
    from rich.text import Text

    bar = Text("  ")
    done = cells = 0
    for fate, glyph, style in PICTURE:
        done += fates.get(fate, 0)
        until = round(width * done / groups)
        bar.append(glyph * (until - cells), style)
        cells = until
    return bar


def _legend(fates: "Mapping[str, int]") -> "RenderableType":
    from rich.columns import Columns
    from rich.padding import Padding
    from rich.text import Text

    parts = [
        Text(f"{glyph} {count} {fate}", style) for fate, glyph, style in PICTURE if (count := fates.get(fate))
    ]
    return Padding(Columns(parts, padding=(0, 3)), (0, 0, 0, 2), expand=False)


def _print_rate(console: "Console", tally: "Tally") -> None:
    from rich.padding import Padding
    from rich.text import Text

    from mailer.cli.screen import several, words

    rate = tally.response
    low, high = rate.interval
    said = Text.assemble(
        f"{rate.count} of {several(rate.of, 'group')} contacted answered: ",
        words(f"{rate.share:.0%}", "bold green"),
        words(f" (95% interval: {low:.0%} to {high:.0%})", "dim"),
    )
    console.print(Padding(said, (0, 0, 0, 2), expand=False))


def _steps(one: _Progress) -> "Table":
    """One row for each step: its letters, what became of them, what is due and when."""
    from mailer.cli.screen import table, words

    # The picture's own signs head the columns: the words would not fit into a terminal of 80.
    shown = {fate: glyph for fate, glyph, _ in PICTURE if _by_name(one.tally.fates).get(fate)}
    numbers = ["sent", *shown.values(), "due"]
    rows = table("letter", *numbers, "next due", numbers=numbers)
    for step in one.tally.steps:
        moment = one.next_due(step.step)
        rows.add_row(
            words(step.step),
            str(step.sent),
            *(str(_by_name(step.fates).get(fate, "")) for fate in shown),
            str(one.due(step.step) or ""),
            words(f"{moment.astimezone():%a %d %b}" if moment else ""),
        )
    return rows


def _print_groups(console: "Console", one: _Progress) -> None:
    """Which groups stand where; and for those without any letter, why."""
    from rich.table import Table

    from mailer.cli.screen import words

    rows = Table.grid(padding=(0, 2, 0, 0))
    for fate, glyph, style in PICTURE:
        if groups := [group for group, found in one.tally.groups.items() if found == fate]:
            rows.add_row(words(glyph, style), words(fate, style), words(", ".join(groups), "dim"))
    for group, because in one.unwritten.items():
        rows.add_row("", words(group), words(because, "dim"))
    if rows.row_count:
        console.print(rows)
        console.print()


def _print_next(console: "Console", one: _Progress) -> None:
    """The sum that must add up, and what to type next."""
    from mailer.cli.screen import several, words
    from mailer.planning import Status

    plan = one.plan
    counts = ", ".join(f"{count} {status}" for status, count in sorted(plan.counts().items()))
    console.print(words(f"{several(len(plan.lines), 'letter')} planned: {counts}", "dim"))
    if reasons := one.withheld():
        why = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
        console.print(words(f"withheld because: {why}", "dim"))
    for line in plan.lines:
        if line.status is Status.UNSURE:
            console.print(words(f"nobody knows whether {line.letter} left: {line.because}", "bold red"))
            fix = f'campaign resolve {line.letter} --sent --because "…"'
            console.print(words(f"look into your Sent folder, then: {fix}, or --resend", "dim"))
    if plan.due:
        console.print(
            words(f"next: campaign send {one.name} sends the {several(len(plan.due), 'letter')} due", "dim")
        )


@click.command("list")
@json_option
@click.pass_context
def list_campaigns(context: click.Context, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """List the campaigns: whom they are for, how far they are."""
    from mailer.cli.screen import print_table, say, table, words

    session = open_session(context)
    read = session.manuscript()
    with session.ledger() as ledger:
        history = ledger.history()
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


def _summary(session: Session, read: "Manuscript", name: str, history: "History") -> "Mapping[str, Any]":
    campaign, audience = read.campaigns[name]
    one = _progress(session, read, name, history)
    return {
        "campaign": name,
        "steps": len(campaign.steps),
        "audience": len(audience.choose(read.groups, history).chosen),
        "contacted": one.tally.contacted,
        "answered": one.tally.response.count,
        "due": len(one.plan.due),
    }
