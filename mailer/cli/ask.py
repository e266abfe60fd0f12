"""Commands that say what came of it."""

from collections import Counter
from typing import TYPE_CHECKING

import click

from mailer.cli.session import Session, open_session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from mailer.nouns import History
    from mailer.outcomes import Fate, Tally
    from mailer.planning import Plan
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


@click.command()
@click.argument("name", required=False)
@click.pass_context
def status(context: click.Context, name: str | None) -> None:
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
    for known in begun:
        _print_status(out(), session, read, known, history, listed=name is not None)


def _has_letters(history: "History", name: str) -> bool:
    return any(delivery.letter.campaign == name for delivery in history.deliveries.values())


def _print_status(
    console: "Console",
    session: Session,
    read: "Manuscript",
    name: str,
    history: "History",
    *,
    listed: bool,
) -> None:
    from mailer.cli.screen import day, words
    from mailer.outcomes import take_tally

    campaign, _ = read.campaigns[name]
    now = session.world.now()
    tally = take_tally(campaign, history, now)
    plan = session.plan(read, name, history)
    console.print()
    console.print(words(name, "bold"), words(f"as of {day(now)}", "dim"))
    console.print()
    if tally.groups:
        console.print(_bar(_by_name(tally.fates), len(tally.groups)))
        console.print(_legend(_by_name(tally.fates)))
        console.print()
        _print_rate(console, tally)
        console.print()
    console.print(_steps(tally, plan))
    console.print()
    if listed:
        _print_groups(console, tally, plan)
    _print_next(console, plan)


def _by_name(fates: "Mapping[Fate, int]") -> dict[str, int]:
    return {fate.value: count for fate, count in fates.items()}


def _bar(fates: "Mapping[str, int]", groups: int) -> "Text":
    """All groups as one bar; every fate that occurs has at least one character."""
    from rich.text import Text

    bar = Text("  ")
    done = cells = 0
    for fate, glyph, style in PICTURE:
        done += fates.get(fate, 0)
        until = round(BAR * done / groups)
        bar.append(glyph * (until - cells), style)
        cells = until
    return bar


def _legend(fates: "Mapping[str, int]") -> "Text":
    from rich.text import Text

    legend = Text("  ")
    for fate, glyph, style in PICTURE:
        if count := fates.get(fate, 0):
            legend.append(f"{glyph} {count} {fate}", style)
            legend.append("   ")
    return legend


def _print_rate(console: "Console", tally: "Tally") -> None:
    from mailer.cli.screen import several, words

    rate = tally.response
    low, high = rate.interval
    console.print(
        f"  {rate.count} of {several(rate.of, 'group')} contacted answered:",
        words(f"{rate.share:.0%}", "bold green"),
        words(f"(95% interval: {low:.0%} to {high:.0%})", "dim"),
    )


def _steps(tally: "Tally", plan: "Plan") -> "Table":
    """One row for each step: its letters, what became of them, what is due and when."""
    from rich.padding import Padding

    from mailer.cli.screen import table, words
    from mailer.planning import Status

    # The picture's own signs head the columns: the words would not fit into a terminal of 80.
    shown = {fate: glyph for fate, glyph, _ in PICTURE if _by_name(tally.fates).get(fate)}
    numbers = ["sent", *shown.values(), "due"]
    rows = table("  letter", *numbers, "next due", numbers=numbers)
    for step in tally.steps:
        lines = [line for line in plan.lines if line.letter.step == step.step]
        due = sum(line.status is Status.DUE for line in lines)
        moments = [line.when for line in lines if line.status is Status.WAITING and line.when]
        fates = [str(_by_name(step.fates).get(fate, "")) for fate in shown]
        rows.add_row(
            Padding(words(step.step), (0, 0, 0, 2)),
            str(step.sent),
            *fates,
            str(due or ""),
            words(f"{min(moments).astimezone():%a %d %b}" if moments else ""),
        )
    return rows


def _print_groups(console: "Console", tally: "Tally", plan: "Plan") -> None:
    """Which groups stand where; and for those without any letter, why."""
    from rich.table import Table

    from mailer.cli.screen import words

    rows = Table.grid(padding=(0, 2, 0, 0))
    for fate, glyph, style in PICTURE:
        if groups := [group for group, found in tally.groups.items() if found == fate]:
            rows.add_row(words(glyph, style), words(fate, style), words(", ".join(groups), "dim"))
    unwritten = {
        line.letter.group: line.because or line.status.value
        for line in reversed(plan.lines)
        if line.letter.group not in tally.groups
    }
    for group, because in reversed(unwritten.items()):
        rows.add_row("", words(group), words(because, "dim"))
    if rows.row_count:
        console.print(rows)
        console.print()


def _print_next(console: "Console", plan: "Plan") -> None:
    """The sum that must add up, and what to type next."""
    from mailer.cli.screen import several, words
    from mailer.planning import Status

    counts = ", ".join(f"{count} {status}" for status, count in sorted(plan.counts().items()))
    console.print(words(f"{several(len(plan.lines), 'letter')} planned: {counts}", "dim"))
    reasons = Counter(line.reason for line in plan.lines if line.status is Status.WITHHELD)
    if reasons:
        why = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
        console.print(words(f"withheld because: {why}", "dim"))
    name = plan.campaign.name
    for line in plan.lines:
        if line.status is Status.UNSURE:
            console.print(words(f"nobody knows whether {line.letter} left: {line.because}", "bold red"))
            fix = f'campaign resolve {line.letter} --sent --because "…"'
            console.print(words(f"look into your Sent folder, then: {fix}, or --resend", "dim"))
    if plan.due:
        console.print(
            words(f"next: campaign send {name} sends the {several(len(plan.due), 'letter')} due", "dim")
        )


@click.command("list")
@click.pass_context
def list_campaigns(context: click.Context) -> None:
    """List the campaigns: whom they are for, how far they are."""
    from mailer.cli.screen import out, say, table, words
    from mailer.outcomes import take_tally

    session = open_session(context)
    read = session.manuscript()
    with session.ledger() as ledger:
        history = ledger.history()
    numbers = ("steps", "audience", "contacted", "answered", "due now")
    rows = table("campaign", *numbers, numbers=numbers)
    for name, (campaign, audience) in read.campaigns.items():
        tally = take_tally(campaign, history, session.world.now())
        chosen = sum(audience.selects(group) is True for group in read.groups)
        due = len(session.plan(read, name, history).due)
        figures: Sequence[int] = (len(campaign.steps), chosen, tally.contacted, tally.response.count, due)
        rows.add_row(words(name), *(str(figure or "") for figure in figures))
    if not read.campaigns:
        say("no campaign yet; campaign new NAME begins one")
        return
    out().print(rows)
