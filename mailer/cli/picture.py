"""Draws how far a campaign is: a bar of all its groups, a table of its letters, and who stands where."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

    from mailer.cli.progress import Progress
    from mailer.outcomes import Fate, Tally

BAR = 60
"""Characters of the picture that shows all groups of a campaign."""

SPARE = 8
"""Columns beside the bar on a narrow terminal: its indent, and one for each rare fate in it."""

# (fate, glyph, style): the glyphs tell the parts apart where there is no colour.
PICTURE = (
    ("answered", "█", "bold green"),
    ("unclear", "~", "cyan"),
    ("away", "▒", "yellow"),
    ("silent", "░", "bright_black"),
    ("held up", "|", "yellow"),
    ("stopped", "×", "magenta"),
    ("bounced", "!", "red"),
    ("unsure", "?", "bold red"),
    ("unsent", "·", "dim"),
)


def print_status(one: "Progress", now: "datetime", *, listed: bool, may_send: bool) -> None:
    """Print one campaign; with `listed` each group by its name, with `may_send` how to go on with it."""
    from mailer.cli.screen import day, out, print_table, words

    console, tally = out(), one.tally
    console.print()
    console.print(words(one.name, "bold"), words(f"as of {day(now)}", "dim"))
    console.print()
    if tally.groups:
        console.print(_bar(_by_name(tally.fates), len(tally.groups), min(BAR, console.width - SPARE)))
        console.print(_legend(_by_name(tally.fates)))
        console.print()
        _print_rate(console, tally)
        console.print()
    print_table(_steps(one), indent=2)
    console.print()
    if listed:
        _print_groups(console, one)
    _print_next(console, one, may_send=may_send)


def _by_name(fates: "Mapping[Fate, int]") -> dict[str, int]:
    return {fate.value: count for fate, count in fates.items()}


def _bar(fates: "Mapping[str, int]", groups: int, width: int) -> "Text":
    """All groups as one bar; every fate that occurs has at least one character."""
    from rich.text import Text

    bar = Text("  ")
    done = cells = 0
    for fate, glyph, style in PICTURE:
        count = fates.get(fate, 0)
        done += count
        until = max(round(width * done / groups), cells + (count > 0))
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
        " ",
        words(f"(95% interval: {low:.0%} to {high:.0%})", "dim"),
    )
    console.print(Padding(said, (0, 0, 0, 2), expand=False))


def _steps(one: "Progress") -> "Table":
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


def _print_groups(console: "Console", one: "Progress") -> None:
    """Which groups stand where; and for those without any letter, why."""
    from mailer.cli.screen import grid, words

    rows = grid(3)
    for fate, glyph, style in PICTURE:
        if groups := [group for group, found in one.tally.groups.items() if found == fate]:
            rows.add_row(words(glyph, style), words(fate, style), words(", ".join(groups), "dim"))
    for group, because in one.unwritten.items():
        rows.add_row("", words(group), words(because, "dim"))
    if rows.row_count:
        console.print(rows)
        console.print()


def _print_next(console: "Console", one: "Progress", *, may_send: bool) -> None:
    """The sum that must add up, and what to type next."""
    from mailer.cli.doubts import ways
    from mailer.cli.screen import several, words
    from mailer.outcomes import Fate
    from mailer.planning import Status

    plan = one.plan
    counts = ", ".join(f"{count} {status}" for status, count in sorted(plan.counts().items()))
    console.print(words(f"{several(len(plan.lines), 'letter')} planned: {counts}", "dim"))
    if reasons := one.withheld():
        why = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
        console.print(words(f"withheld because: {why}", "dim"))
    if one.tally.fates.get(Fate.UNCLEAR):
        console.print(words("what is unclear may have answered; campaign review asks which", "cyan"))
    if one.tally.fates.get(Fate.HELD_UP):
        held = "what is held up did not reach its reader; campaign todo says what to do"
        console.print(words(held, "yellow"))
    for line in plan.lines:
        if line.status is Status.UNSURE:
            console.print(words(f"nobody knows whether {line.letter} left: {line.because}", "bold red"))
            fix = "campaign replies looks for its copy; else look into your Sent folder, then: "
            console.print(words(fix + ways(str(line.letter)), "dim"))
    if plan.due and may_send:
        console.print(
            words(f"next: campaign send {one.name} sends the {several(len(plan.due), 'letter')} due", "dim")
        )
