"""Reads the first row of the table: what its columns are called, and whether the needed ones are there."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from mailer.nouns import Problem, nearest, visible
from mailer.workspace.cells import fault
from mailer.workspace.sheet import Row, Sheet

NEEDED = ("group", "email")
ROW_LEVEL = ("organizer", "email", "greeting")
"""The columns that belong to one way to reach a group; all others belong to the group."""
ABOVE = 10
"""The header is one of so many rows: Numbers writes `Table 1` above it, people write what the table is."""

_SAMPLE = ("size", "lane", "city", "country", "zone", "language", "website", "notes", "tags")
_OURS = frozenset({*NEEDED, *ROW_LEVEL, "name", *_SAMPLE})
"""The columns that the sample has or the program knows; `E-Mail` and `City` are these, too."""
_FOLDED = re.compile(r"[\s._\-\N{HYPHEN}\N{NON-BREAKING HYPHEN}]+")
"""What may stand between the letters of a name; a bracket or a letter of any script makes it another name."""
_GUESSED = (*NEEDED, "organizer", "greeting", "name")
"""Those that do harm when their name is misspelt: their cells would count for something else, in silence."""
_COUSINS = {
    "email": ("mail", "emailaddress", "mailaddress", "address", "contact"),
    "group": ("groupid", "usergroup", "id", "slug"),
}
"""What spreadsheets call the needed columns when they do not call them so."""
_TAKEN = "sender"
"""In a template, `sender` is the fellow."""
_BLANKS = re.compile("[ \t\r\n\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}]+")


@dataclass(frozen=True, slots=True)
class Headers:
    """The columns of a table.

    Attributes:
        names: One for each place in a row; empty for a place that does not count.
        problems: What is wrong with them.
        line: Where they stand; 0 when the table is empty.
        rows: The rows below them.
        lost: How many rows of the table stand above them, where they cannot be read.
    """

    names: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    line: int = 0
    rows: tuple[Row, ...] = ()
    lost: int = 0

    @property
    def usable(self) -> bool:
        """Whether rows can be read at all."""
        return all(name in self.names for name in NEEDED)

    def place(self, name: str) -> int:
        """The number of the column of that name, from 1; 0 when there is none."""
        return self.names.index(name) + 1 if name and name in self.names else 0


def names_columns(cells: Collection[str]) -> bool:
    """Whether these are the cells of a header: the needed columns are among them, well spelt or nearly so."""
    words = [_plain(cell) for cell in cells]
    return all(name in words or _guess(name, words) for name in NEEDED)


def read_headers(sheet: Sheet) -> Headers:
    """Name the columns of a table. A near miss is a mistake, but read on from as if it were mended."""
    if not sheet.rows:
        return Headers()
    above = next((place for place, row in enumerate(sheet.rows[:ABOVE]) if names_columns(row.cells)), 0)
    row, rows = sheet.rows[above], sheet.rows[above + 1 :]
    names: list[str] = []
    lost = [row for row in sheet.rows[:above] if _is_no_title(row.cells)]
    problems = [_sorted(sheet, lost, row.line) if lost else _title(sheet, row.line)] if above else []
    for place, cell in enumerate(row.cells, start=1):
        name = _spelt(cell)
        found = _fault(name, place, names, rows, sheet)
        if found:
            problems.append(Problem(sheet.file, row.line, place, *found))
        names.append("" if found else name)
    for name in _GUESSED:
        if name not in names:
            problems += _missing(name, names, row, sheet)
    return Headers(tuple(names), tuple(problems), row.line, rows, len(lost))


def _is_no_title(cells: Sequence[str]) -> bool:
    """Whether these are cells of the table itself: a title is one cell, and no address."""
    return sum(map(bool, cells)) > 1 or any("@" in cell for cell in cells)


def _sorted(sheet: Sheet, lost: Sequence[Row], header: int) -> Problem:
    """The rows above the header of a table that was sorted together with it."""
    called = ", ".join(sheet.row(row.line) for row in lost)
    what = f"the header is in {sheet.row(header)}, so what stands above it was not read: {called}"
    return Problem(sheet.file, lost[0].line, 0, what, "move the header to the top of the table")


def _title(sheet: Sheet, header: int) -> Problem:
    first = sheet.rows[0]
    shown = visible(" ".join(cell for cell in first.cells if cell), limit=40)
    what = f"{shown!r} stands above the header, which is in {sheet.row(header)}; it was not read"
    return Problem(sheet.file, first.line, 0, what, "delete what stands above the header", warning=True)


def _spelt(cell: str) -> str:
    """A header as the program calls it: with single spaces, and ours in small letters."""
    name = _BLANKS.sub(" ", cell).strip()
    return _plain(name) if _plain(name) in _OURS else name


def _plain(name: str) -> str:
    return _FOLDED.sub("", name.casefold())


def _fault(
    name: str, place: int, before: Sequence[str], rows: Sequence[Row], sheet: Sheet
) -> tuple[str, str] | None:
    """What is wrong with a header, and how to mend it; or None."""
    called = sheet.column(place)
    if not name:
        filled = next((row for row in rows if len(row.cells) >= place and row.cells[place - 1]), None)
        # Spreadsheets save empty columns that were once touched; those are no trouble.
        if not filled:
            return None
        return f"{called} has no name, but is filled in {sheet.row(filled.line)}", "name it, or empty it"
    shown = visible(name, limit=40)
    if unfit := fault(name):
        return f"the name of {called} {unfit[0]}: {shown!r}", unfit[1]
    if name in before:
        other = sheet.column(before.index(name) + 1).removeprefix("column ")
        return (
            f"two columns are called {shown!r}: {other} and {called.removeprefix('column ')}",
            "rename one of them",
        )
    if name == _TAKEN:
        return "a column cannot be called 'sender': in a letter that is you", "rename it"
    return None


def _missing(name: str, names: list[str], row: Row, sheet: Sheet) -> list[Problem]:
    """Look for a column under a name that was meant to be this one; it is called so from now on."""
    meant = _guess(name, [_plain(known) for known in names])
    if meant and not (name == "email" and _holds_no_address(meant - 1, sheet)):
        shown = visible(names[meant - 1], limit=40)
        names[meant - 1] = name
        fix = f"rename {shown!r} to {name!r}"
        fix += "" if name in NEEDED else "; if it is something else, call it otherwise"
        return [Problem(sheet.file, row.line, meant, f"the table has no column {name!r}", fix)]
    if name not in NEEDED:
        return []
    return [Problem(sheet.file, row.line, 0, f"the table has no column {name!r}", _advice(name, names, row))]


def _advice(name: str, names: Sequence[str], row: Row) -> str:
    if any("@" in cell for cell in row.cells):
        return "put a row above this one that names the columns: group,email,…"
    plain = {_plain(known): known for known in names if known and known not in _OURS}
    near = nearest(name, plain) or next((word for word in _COUSINS[name] if word in plain), "")
    others = ", ".join(visible(cell, limit=20) for cell in row.cells[:12] if cell)
    return f"rename {visible(plain[near], limit=40)!r} to {name!r}" if near else f"the columns are: {others}"


def _guess(name: str, words: Sequence[str]) -> int:
    """The place, from 1, of the word that was meant to be this name; 0 when there is none."""
    for cousin in _COUSINS.get(name, ()):
        if cousin in words:
            return words.index(cousin) + 1
    return next((place for place, word in enumerate(words, start=1) if _slip(word, name)), 0)


def _slip(word: str, name: str) -> bool:
    """Whether one letter too few, too many or another, or two that changed places, make the difference."""
    same = next(
        (n for n, (a, b) in enumerate(zip(word, name, strict=False)) if a != b), min(len(word), len(name))
    )
    here, there = word[same:], name[same:]
    swapped = here[1:2] + here[:1] + here[2:]
    return there in (here[1:], swapped) or here == there[1:] or here[1:] == there[1:]


def _holds_no_address(place: int, sheet: Sheet) -> bool:
    filled = [row.cells[place] for row in sheet.rows[1:ABOVE] if len(row.cells) > place and row.cells[place]]
    return bool(filled) and not any("@" in cell for cell in filled)
