"""Reads the table of groups: rows become ladders of organizers; every mistake is named with row and column.

Nothing is dropped in silence: a row is used, or it is rejected and a problem says why.
The number after the line in a problem's place is the number of the column in the table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mailer.nouns import NAME, Address, BadAddress, Cell, Group, Organizer, Problem, visible
from mailer.workspace.cells import fault, number, slug
from mailer.workspace.headers import ROW_LEVEL, Headers, read_headers
from mailer.workspace.sheet import FILE, Row, Sheet, read_sheet

_NOT_CELLS = ("group", "name", *ROW_LEVEL)
_MOSTLY = 0.5
"""From so large a part of numbers on, the odd text in a column is taken for a slip."""


@dataclass(frozen=True, slots=True)
class Table:
    """The table of groups, read.

    Attributes:
        columns: Its headers, in order.
        groups: Those that can be written to, in the order of their first rows.
        problems: Everything that is wrong, in the order of the table.
        rows: How many rows it has, the header and blank ones not counted.
        used: How many of them became an organizer.
    """

    columns: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    problems: tuple[Problem, ...] = ()
    rows: int = 0
    used: int = 0

    @property
    def rejected(self) -> int:
        """How many rows were not used; each has its problem."""
        return self.rows - self.used


def read_table(content: bytes) -> Table:
    """Read the bytes of `campaigns/groups.csv`. Never raises: every trouble is a problem of the result."""
    sheet = read_sheet(content)
    if sheet.header is None:
        nothing = (
            Problem(FILE, 0, 0, "the table is empty", "its first row names the columns: group,email,…"),
        )
        return Table(problems=sheet.problems or nothing)
    headers = read_headers(sheet.header, sheet.rows)
    reading = _Reading(headers, sheet)
    if headers.usable:
        for row in sheet.rows:
            reading.take(row)
        reading.finish()
    problems = [*sheet.problems, *headers.problems, *reading.problems]
    if not sheet.rows and not problems:
        problems.append(
            Problem(FILE, sheet.header.line, 0, "the table has no rows", "add a group below its header")
        )
    return Table(
        tuple(name for name in headers.names if name),
        reading.groups(),
        tuple(sorted(problems, key=lambda problem: (problem.line, problem.column))),
        len(sheet.rows),
        reading.used,
    )


@dataclass(slots=True)
class _Ladder:
    """A group while its rows are being read."""

    id: str
    line: int
    cells: dict[str, str] = field(default_factory=dict)
    said_later: dict[str, int] = field(default_factory=dict)
    """The line of those cells that are not in the group's first row."""
    organizers: list[Organizer] = field(default_factory=list)


class _Reading:
    """The table while it is being read."""

    def __init__(self, headers: Headers, sheet: Sheet) -> None:
        self.headers = headers
        self.separator = sheet.separator
        self.problems: list[Problem] = []
        self.used = 0
        self.ladders: dict[str, _Ladder] = {}
        self.numeric: frozenset[str] = frozenset()
        self.addresses: dict[str, tuple[str, int]] = {}
        """Who has an address first: group and line."""

    def complain(self, row: Row, column: str, what: str, fix: str, *, warning: bool = False) -> None:
        """Note a problem of a cell."""
        place = self.headers.place(column)
        self.problems.append(Problem(FILE, row.line, place, what, fix, warning))

    def take(self, row: Row) -> None:
        """Read one row; its group keeps what is right with it."""
        cells = self._cells(row)
        if cells is None:
            return
        group = self._group_id(row, cells)
        if not group:
            return
        ladder = self.ladders.setdefault(group, _Ladder(group, row.line))
        sound = self._share(row, cells, ladder)
        address = self._address(row, cells, ladder)
        if address and sound and None not in cells.values():
            self.used += 1
            self.addresses.setdefault(address.key, (group, row.line))
            own: dict[str, Cell] = {name: cells[name] or None for name in ROW_LEVEL if name in cells}
            ladder.organizers.append(Organizer(address, cells.get("organizer") or "", own, row.line))

    def _cells(self, row: Row) -> dict[str, str | None] | None:
        """The row's cells by column, None for an unfit one; None when they cannot be told apart."""
        names = self.headers.names
        if len(row.cells) < len(names) or any(row.cells[len(names) :]):
            self.problems.append(self._ragged(row))
            return None
        cells: dict[str, str | None] = dict(zip(names, row.cells, strict=False))
        cells.pop("", None)
        # Nearly every row is sound, and one look at it as a whole is quicker than one at each cell.
        if fault("".join(row.cells)):
            for name, cell in cells.items():
                if unfit := fault(cell or ""):
                    cells[name] = None
                    self.complain(row, name, f"the cell {name!r} {unfit[0]}", unfit[1])
        return cells

    def _ragged(self, row: Row) -> Problem:
        what = f"this row has {len(row.cells)} cells, but the header has {len(self.headers.names)}"
        few = len(row.cells) < len(self.headers.names)
        mark = {"\t": "tab"}.get(self.separator, self.separator)
        fix = (
            f"put a {mark} for each empty cell"
            if few
            else f'put "quotes" around a cell that itself holds a {mark}'
        )
        return Problem(FILE, row.line, 0, what, fix)

    def _group_id(self, row: Row, cells: Mapping[str, str | None]) -> str:
        """The row's group, or '' after a complaint."""
        text = cells["group"]
        if text is None:
            return ""
        if NAME.fullmatch(text):
            return text
        above = next(reversed(self.ladders), "")
        proposed = slug(text or cells.get("name") or above)
        fix = (
            f"write {proposed}"
            if proposed
            else "write small letters, figures and hyphens, such as python-ireland"
        )
        what = f"{visible(text, limit=40)!r} is no id for a group" if text else "this row names no group"
        self.complain(row, "group", what, fix)
        return ""

    def _share(self, row: Row, cells: Mapping[str, str | None], ladder: _Ladder) -> bool:
        """Give the group what this row says of it; False after a complaint that two rows disagree."""
        agreed = True
        for name, cell in cells.items():
            if not cell or name == "group" or name in ROW_LEVEL:
                continue
            said = ladder.cells.get(name)
            if said is None:
                ladder.cells[name] = cell
                if row.line != ladder.line:
                    ladder.said_later[name] = row.line
            elif said != cell:
                agreed = False
                line = ladder.said_later.get(name, ladder.line)
                here, there = visible(cell, limit=40), visible(said, limit=40)
                what = f"{ladder.id} has {name} {here!r} here, but {there!r} in line {line}"
                self.complain(row, name, what, "say it once, in the group's first row")
        return agreed

    def _address(self, row: Row, cells: Mapping[str, str | None], ladder: _Ladder) -> Address | None:
        """The row's address, or None after a complaint."""
        text = cells["email"]
        if text is None:
            return None
        if not text:
            self.complain(
                row, "email", f"this row of {ladder.id} has no address", "fill it in, or delete the row"
            )
            return None
        try:
            address = Address.parse(text)
        except BadAddress as error:
            self.complain(
                row, "email", f"the address {visible(text, limit=60)!r} {visible(str(error))}", "correct it"
            )
            return None
        owner, line = self.addresses.get(address.key, ("", 0))
        if owner == ladder.id:
            what = f"{address} stands twice in {ladder.id}: in line {line} and here"
            self.complain(row, "email", what, "delete one of the two rows")
            return None
        if owner:
            what = f"{address} stands in {owner} (line {line}) and in {ladder.id}"
            fix = "fine if it is the same person: she is written to once per step"
            self.complain(row, "email", what, fix, warning=True)
        return address

    def finish(self) -> None:
        """Tell the columns of numbers from the others, and name the odd cell that spoils one."""
        columns = [name for name in self.headers.names if name and name not in _NOT_CELLS]
        self.numeric = frozenset(name for name in columns if self._is_numeric(name))

    def _is_numeric(self, name: str) -> bool:
        said = [ladder for ladder in self.ladders.values() if name in ladder.cells]
        odd = [ladder for ladder in said if number(ladder.cells[name]) is None]
        if odd and len(said) - len(odd) > _MOSTLY * len(said):
            for ladder in odd:
                text, line = ladder.cells[name], ladder.said_later.get(name, ladder.line)
                what = (
                    f"{visible(text, limit=40)!r} in the column {name!r} is no number; most others there are"
                )
                fix = "write figures only, or leave it empty; until then the column counts as text"
                self.problems.append(Problem(FILE, line, self.headers.place(name), what, fix, warning=True))
        return bool(said) and not odd

    def groups(self) -> tuple[Group, ...]:
        """The groups that can be written to."""
        names = [name for name in self.headers.names if name and name not in _NOT_CELLS]
        return tuple(self._group(ladder, names) for ladder in self.ladders.values() if ladder.organizers)

    def _group(self, ladder: _Ladder, names: Iterable[str]) -> Group:
        cells: dict[str, Cell] = {}
        for name in names:
            text = ladder.cells.get(name)
            cells[name] = number(text) if text and name in self.numeric else text
        return Group(
            ladder.id, ladder.cells.get("name", ladder.id), tuple(ladder.organizers), cells, ladder.line
        )
