"""A table as it was read: rows of cells, each row with the number that editor or spreadsheet shows beside it.

What a cell means is not asked here. A CSV file and a workbook both end as such a sheet, so that one reader
(`table.py`) gives both their meaning.
"""

from dataclasses import dataclass

from mailer.nouns import Problem
from mailer.nouns.problems import letters

ROWS = 200_000
COLUMNS = 1_000
"""So many a table may have; there are not that many groups, and what has more is another file."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number (in a text file the line on which it begins), and its cells, tidied."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it was read.

    Attributes:
        file: Where it stands, relative to the workspace.
        rows: Those that are not blank, in order, the header among them; as far as they could be read.
        problems: What stood in the way of reading it.
        separator: What stands between two cells of a text file; empty for a workbook, which has none.
    """

    file: str
    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    separator: str = ""

    def row(self, line: int) -> str:
        """How the fellow calls the row of that number."""
        return f"line {line}" if self.separator else f"row {line}"

    def column(self, place: int) -> str:
        """How she calls the column of that number, from 1: a spreadsheet shows letters."""
        return f"column {place if self.separator else letters(place)}"
