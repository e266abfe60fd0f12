"""Reads the first row of the table: what its columns are called, and whether the needed ones are there."""

from collections.abc import Sequence
from dataclasses import dataclass

from mailer.nouns import Problem, nearest, visible
from mailer.workspace.cells import fault, slug
from mailer.workspace.sheet import FILE, Row

NEEDED = ("group", "email")
ROW_LEVEL = ("organizer", "email", "greeting")
"""The columns that belong to one way to reach a group; all others belong to the group."""

_COUSINS = {
    "email": ("mail", "address", "emailaddress", "mailaddress", "contact"),
    "group": ("id", "slug", "usergroup", "groupid"),
}
"""What spreadsheets call the needed columns when they do not call them so."""
_TAKEN = "sender"
"""In a template, `sender` is the fellow."""


@dataclass(frozen=True, slots=True)
class Headers:
    """The columns of a table.

    Attributes:
        names: One for each place in a row; empty for a place that does not count.
        problems: What is wrong with them.
    """

    names: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def usable(self) -> bool:
        """Whether rows can be read at all."""
        return all(name in self.names for name in NEEDED)

    def place(self, name: str) -> int:
        """The number of the column of that name, from 1; 0 when there is none."""
        return self.names.index(name) + 1 if name in self.names else 0


def read_headers(row: Row, rows: Sequence[Row]) -> Headers:
    """Name the columns.

    Args:
        row: The table's first.
        rows: The others, to see whether a column without a name is in use.
    """
    names: list[str] = []
    problems: list[Problem] = []
    for place, name in enumerate(row.cells, start=1):
        found = _fault(name, place, names, rows)
        if found:
            problems.append(Problem(FILE, row.line, place, *found))
        names.append(name if name and not found else "")
    problems += [_missing(name, row) for name in NEEDED if name not in names]
    return Headers(tuple(names), tuple(problems))


def _fault(name: str, place: int, before: Sequence[str], rows: Sequence[Row]) -> tuple[str, str] | None:
    if not name:
        filled = next((row for row in rows if len(row.cells) >= place and row.cells[place - 1]), None)
        # Spreadsheets save empty columns that were once touched; those are no trouble.
        return (
            (f"column {place} has no name, but is filled in line {filled.line}", "name it")
            if filled
            else None
        )
    shown = visible(name, limit=40)
    if unfit := fault(name):
        return f"the name of column {place} {unfit[0]}: {shown!r}", unfit[1]
    if name in before:
        return f"two columns are called {shown!r}: {before.index(name) + 1} and {place}", "rename one of them"
    if name == _TAKEN:
        return "a column cannot be called 'sender': in a letter that is you", "rename it"
    return None


def _missing(name: str, row: Row) -> Problem:
    plain = {slug(cell).replace("-", ""): cell for cell in row.cells if cell and cell not in NEEDED}
    near = [
        *(plain[word] for word in (name, *_COUSINS[name]) if word in plain),
        *(plain[word] for word in (nearest(name, plain),) if word),
    ]
    others = ", ".join(visible(cell, limit=20) for cell in row.cells[:12] if cell)
    fix = f"rename {visible(near[0], limit=40)!r} to {name!r}" if near else f"the columns are: {others}"
    return Problem(FILE, row.line, 0, f"the table has no column {name!r}", fix)
