"""How things look: one console for data, one for talk, and the few shapes that all commands share.

stdout is data and stderr is talk, so that a listing can be piped. Whatever came from outside enters a screen
only through `visible`, and only as text: rich's markup is never built from it.
"""

import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from mailer.nouns import Kind, Problem, visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

PIPED_WIDTH = 120
"""Columns when nobody says how wide the paper is; a terminal and `COLUMNS` do."""

KIND_STYLES = {
    Kind.HUMAN: "bold green",
    Kind.OUT_OF_OFFICE: "yellow",
    Kind.BOUNCE_HARD: "red",
    Kind.BOUNCE_SOFT: "red",
    Kind.UNSUBSCRIBE: "magenta",
    Kind.COMPLAINT: "magenta",
}


def out() -> "Console":
    """The console for data."""
    return _console(sys.stdout.isatty(), stderr=False)


def talk() -> "Console":
    """The console for progress, advice and questions."""
    # Where both go into one pipe, what was said first shall stand first.
    if sys.stdout:  # None when the shell has closed it
        sys.stdout.flush()
    return _console(sys.stderr.isatty(), stderr=True)


def _console(terminal: bool, *, stderr: bool) -> "Console":  # noqa: FBT001 - asked for right above
    from rich.console import Console

    width = None if terminal or "COLUMNS" in os.environ else PIPED_WIDTH
    return Console(stderr=stderr, width=width, highlight=False, soft_wrap=False, emoji=False)


def table(*columns: str, numbers: Iterable[str] = ()) -> "Table":
    """An airy table without lines; the columns in `numbers` are set flush right."""
    from rich.table import Table

    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    right = set(numbers)
    for column in columns:
        made.add_column(
            column, justify="right" if column in right else "left", overflow="ellipsis", no_wrap=True
        )
    return made


def words(text: object, style: str = "", *, limit: int = 0) -> "Text":
    """Any text, cleaned, in one style."""
    from rich.text import Text

    return Text(visible(str(text), limit=limit), style=style)


def say(text: str, style: str = "", *, indent: int = 0) -> None:
    """One line of talk, in our own words."""
    from rich.padding import Padding

    talk().print(Padding(words(text, style), (0, 0, 0, indent), expand=False))


def several(count: int, one: str, many: str = "") -> str:
    """`1 letter`, `2 letters`, `3 replies`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def day(moment: datetime) -> str:
    """A moment as a person reads it, in her own time zone: `Mon 24 Nov 09:30`."""
    return f"{moment.astimezone():%a %d %b %H:%M}"


def print_problems(problems: Sequence[Problem], console: "Console") -> None:
    """Problems under the file they concern: line and column, what is wrong, and how to mend it."""
    from rich.table import Table
    from rich.text import Text

    for file in dict.fromkeys(problem.file for problem in problems):
        console.print(words(file, "bold"))
        rows = Table.grid(padding=(0, 2, 0, 0))
        for problem in sorted(p for p in problems if p.file == file):
            place = ":".join(str(number) for number in (problem.line, problem.column) if number)
            what = words(problem.what)
            if problem.fix:
                what.append_text(Text("\n→ ", "dim")).append_text(words(problem.fix, "dim"))
            kind, style = ("warning", "yellow") if problem.warning else ("mistake", "red")
            rows.add_row(Text(f"  {kind}", style), Text(place, "dim", justify="right"), what)
        console.print(rows)


def print_error(what: str, where: str = "", fix: str = "") -> None:
    """A breakdown: what, where, and what to type next."""
    from rich.text import Text

    console = talk()
    place = f"{where}: " if where else ""
    console.print(Text.assemble(("campaign: ", "bold red"), words(f"{place}{what}")))
    if fix:
        console.print(Text.assemble(("          → ", "dim"), words(fix)))
