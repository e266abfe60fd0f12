"""How things look: one console for data, one for talk, and the few shapes that all commands share.

stdout is data and stderr is talk, so that a listing can be piped. Whatever came from outside enters a screen
only through `visible`, and only as text: rich's markup is never built from it.
"""

from collections.abc import Iterable, Sequence
from contextlib import nullcontext, suppress
from datetime import datetime
from typing import IO, TYPE_CHECKING, cast

from mailer.cli.paper import Paper, ReaderGone, margin, paper
from mailer.errors import CampaignError
from mailer.nouns import Kind, Problem, visible

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

NARROW = 60
"""On a terminal of fewer columns too little would be left of the cells of a table that does not fit."""

WIDEST = 1_000_000
"""Columns without an end."""

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
    return _console(paper(trim=not paper().isatty()))


def talk() -> "Console":
    """The console for progress, advice and questions."""
    # Where both go into one pipe, what was said first shall stand first.
    paper().flush()
    return _console(margin())


def waiting(text: str, *, still: bool) -> "AbstractContextManager[object]":
    """Says what is being waited for, while it lasts.

    Args:
        text: What.
        still: Nothing may move on the screen: `password_cmd` may ask for a password of its own there.
    """
    console = talk()
    if not still:
        return console.status(text)
    if console.is_terminal:
        console.print(text, style="dim")
    return nullcontext()


def _console(sheet: Paper) -> "Console":
    from rich.console import Console

    file = cast("IO[str]", sheet)
    # With a height, too, rich believes the width of a dumb terminal.
    return Console(file=file, width=sheet.width, height=25, highlight=False, emoji=False)


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


def grid(columns: int) -> "Table":
    """Columns without titles; what is too long goes on in the next line and is never cut off."""
    from rich.table import Table

    made = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(columns):
        made.add_column(overflow="fold")
    return made


def print_table(rows: "Table", *, indent: int = 0) -> None:
    """Print a table of data.

    Where it goes into a pipe or a file each row is one whole line, however long. A terminal cuts cells off,
    and where it is too narrow for that, each row becomes a small paragraph.
    """
    from rich.measure import Measurement
    from rich.padding import Padding

    console = out()
    whole = Measurement.get(console, console.options.update(max_width=WIDEST), rows).maximum + indent
    if console.is_terminal and whole > console.width < NARROW and rows.show_header:
        for cells in zip(*(column.cells for column in rows.columns), strict=True):
            console.print(Padding(_paragraph(rows, cells), (0, 0, 0, indent), expand=False))
        return
    if not console.is_terminal:
        console.width = max(console.width, whole)
    console.print(Padding(rows, (0, 0, 0, indent), expand=False))


def _paragraph(rows: "Table", cells: "Sequence[RenderableType]") -> "RenderableType":
    """One row, its first cell as the title and each other one behind its column's name."""
    from rich.columns import Columns
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    pairs = [
        Text.assemble((str(column.header), "dim"), " ", cell)
        for column, cell in zip(rows.columns[1:], cells[1:], strict=True)
        if isinstance(cell, str | Text) and cell
    ]
    return Group(cells[0], Padding(Columns(pairs, padding=(0, 2)), (0, 0, 0, 2)))


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


def clock_time(moment: datetime) -> str:
    """A moment within the next hours, in her own time zone: `09:30`."""
    return f"{moment.astimezone():%H:%M}"


def print_problems(problems: Sequence[Problem], console: "Console", called: str = "") -> None:
    """Problems under the file they concern: line and column, what is wrong, and how to mend it.

    Args:
        problems: What there is.
        console: The one to print on.
        called: What they are, where they are neither mistakes nor warnings.
    """
    from rich.text import Text

    for file in dict.fromkeys(problem.file for problem in problems):
        console.print(words(file, "bold"))
        rows = grid(3)
        for problem in sorted(p for p in problems if p.file == file):
            kind, style = ("warning", "yellow") if problem.warning else ("mistake", "red")
            said = advised(words(problem.what), problem.fix)
            shown = Text(f"  {called or kind}", style)
            rows.add_row(shown, Text(problem.place, "dim", justify="right"), said)
        console.print(rows)


def advised(what: "Text", fix: str) -> "RenderableType":
    """What is wrong, and below it the remedy behind an arrow."""
    from rich.console import Group

    if not fix:
        return what
    arrow = grid(2)
    arrow.padding = (0, 1, 0, 0)
    arrow.add_row(words("→", "dim"), words(fix, "dim"))
    return Group(what, arrow)


def print_error(what: str, where: str = "", fix: str = "") -> None:
    """A breakdown: what, where, and what to type next."""
    from rich.text import Text

    with suppress(CampaignError, ReaderGone):  # the error is what we are about
        paper().flush()
    place = f"{where}: " if where else ""
    rows = grid(2)
    rows.padding = (0, 1, 0, 0)
    rows.add_row(words("campaign:", "bold red"), words(f"{place}{what}"))
    if fix:
        rows.add_row(Text("→", "dim", justify="right"), words(fix))
    _console(margin()).print(rows)
