"""Reads the table of groups: rows become ladders of organizers; every mistake is named with row and column.

Nothing is dropped in silence: a row is used, or it is rejected and a problem says why.
A problem's column is that of the table; in a workbook both together are the cell's name, such as `C5`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mailer.nouns import NAME, Address, BadAddress, Cell, Group, Organizer, Problem, visible
from mailer.workspace.cells import fault, faultless, number, slug
from mailer.workspace.delimited import read_text_table
from mailer.workspace.headers import ROW_LEVEL, Headers, read_headers
from mailer.workspace.pasted import address_in, advice
from mailer.workspace.sheet import Row, Sheet
from mailer.workspace.workbook import read_workbook
from mailer.workspace.zones import strangers

FILES = ("campaigns/groups.csv", "campaigns/groups.ods", "campaigns/groups.xlsx", "campaigns/groups.xls")
"""Where the table can stand. The last is the old format; it is looked for to say what to do with it."""

_MOST_PROBLEMS = 1_000
"""Nobody reads more; what is wrong beyond them is counted."""
_MOSTLY = 0.5
"""From so large a part of numbers on, the odd text in a column is taken for a slip."""
_SEVERAL = 2
"""With one column besides the groups' ids and people, an empty cell is nothing to wonder about."""
_TOTALS = frozenset({"total", "totals", "sum", "summe", "gesamt", "somme", "totale", "suma", "totaal"})


@dataclass(frozen=True, slots=True)
class Table:
    """The table of groups, read.

    Attributes:
        columns: Its headers, in order.
        groups: Those that can be written to, in the order of their first rows.
        problems: Everything that is wrong, in the order of the table.
        rows: How many rows it has, the header and blank ones not counted.
        used: How many of them became an organizer.
        file: Where it stands, relative to the workspace.
    """

    columns: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    problems: tuple[Problem, ...] = ()
    rows: int = 0
    used: int = 0
    file: str = FILES[0]

    @property
    def rejected(self) -> int:
        """How many rows were not used; each has its problem."""
        return self.rows - self.used


def read_table(file: str, content: bytes) -> Table:
    """Read the bytes of one of `FILES`. Never raises: every trouble is a problem of the result."""
    sheet = read_text_table(file, content) if file.endswith(".csv") else read_workbook(file, content)
    headers = read_headers(sheet)
    reading = _Reading(headers, sheet)
    if headers.usable:
        for row in headers.rows:
            reading.take(row)
        reading.finish()
    problems = [*sheet.problems, *headers.problems, *reading.problems]
    if not headers.line and not problems:
        fix = "its first row names the columns: group,email,…"
        problems.append(Problem(file, 0, 0, "the table is empty", fix))
    elif not headers.rows and not problems:
        fix = "add a group below its header"
        problems.append(Problem(file, headers.line, 0, "the table has no rows", fix))
    return Table(
        tuple(name for name in headers.names if name),
        reading.groups(),
        tuple(sorted(problems, key=lambda problem: (problem.line, problem.column))),
        len(headers.rows) + headers.lost,
        reading.used,
        file,
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

    def where(self, name: str) -> int:
        """The line of a cell."""
        return self.said_later.get(name, self.line)


class _Reading:
    """The table while it is being read."""

    def __init__(self, headers: Headers, sheet: Sheet) -> None:
        self.headers = headers
        self.sheet = sheet
        self.problems: list[Problem] = []
        self.unsaid: dict[int, bool] = {}
        """The lines whose problems are only counted, and whether all of them are warnings."""
        self.used = 0
        self.shared = [name for name in headers.names if name and name != "group" and name not in ROW_LEVEL]
        """The columns that belong to the group."""
        self.short: list[Row] = []
        """Rows with fewer cells than there are columns."""
        self.ladders: dict[str, _Ladder] = {}
        self.above = ""
        """The group of the row right above, or the id proposed for it; empty when it has neither."""
        self.numeric: frozenset[str] = frozenset()
        self.addresses: dict[str, tuple[str, int]] = {}
        """Who has an address first: group and line."""

    def complain(self, line: int, column: str, what: str, fix: str, *, warning: bool = False) -> None:
        """Note a problem of a cell."""
        if len(self.problems) >= _MOST_PROBLEMS and line != self.problems[-1].line:
            self.unsaid[line] = self.unsaid.get(line, True) and warning
            return
        place = self.headers.place(column)
        self.problems.append(Problem(self.sheet.file, line, place, what, fix, warning))

    def take(self, row: Row) -> None:
        """Read one row; its group keeps what is right with it."""
        cells = self._cells(row)
        group = self._group_id(row, cells) if cells else ""
        addressed = (cells["group"] or cells.get("name") or self.above) if cells and cells["email"] else ""
        self.above = group or slug(addressed or "")
        if not cells or not group:
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
        names, texts = self.headers.names, row.cells
        if any(texts[len(names) :]):
            self._complain_of_length(row)
            return None
        if len(texts) < len(names):
            # Excel leaves out the empty cells at the end of a row, and so do people.
            self.short.append(row)
            texts += ("",) * (len(names) - len(texts))
        cells: dict[str, str | None] = dict(zip(names, texts, strict=False))
        cells.pop("", None)
        if not faultless(texts):
            for name, cell in cells.items():
                if unfit := fault(cell or ""):
                    cells[name] = None
                    self.complain(row.line, name, f"the cell {name!r} {unfit[0]}", unfit[1])
        return cells

    def _complain_of_length(self, row: Row) -> None:
        mark = {"\t": "tab"}.get(self.sheet.separator, self.sheet.separator)
        what = f"this row has {len(row.cells)} cells, but the header has {len(self.headers.names)}"
        fix = f'put "quotes" around a cell that itself holds a {mark}'
        self.complain(row.line, "", what, fix)

    def _group_id(self, row: Row, cells: Mapping[str, str | None]) -> str:
        """The row's group, or '' after a complaint."""
        text, email = cells["group"], cells["email"]
        if text is None:
            return ""
        if text.lower() == "group" and email and "@" not in email:
            self.complain(row.line, "", "this row repeats the header", "delete it")
            return ""
        if NAME.fullmatch(text):
            return text
        shown = visible(text, limit=40)
        if email == "" and text.lower().strip(" :") in _TOTALS:
            self.complain(row.line, "", f"this row ({shown!r}) is a sum and no group", "delete it")
        elif text.startswith("#"):
            self.complain(
                row.line, "group", f"{shown!r} is no id for a group", "a table has no comments; delete it"
            )
        elif not text and email == "":
            self.complain(
                row.line, "", "this row has neither group nor address", "fill them in, or delete the row"
            )
        else:
            what = f"{shown!r} is no id for a group" if text else "this row names no group"
            self.complain(row.line, "group", what, self._proposal(text or cells.get("name") or ""))
        return ""

    def _proposal(self, text: str) -> str:
        """An id for a group of that name; without a name the row may have been meant for the group above."""
        proposed = slug(text) if text else self.above
        if proposed and not text and not self.sheet.separator:
            return f"write {proposed}; where cells are merged, only the first one counts"
        return (
            f"write {proposed}"
            if proposed
            else "write small letters, figures and hyphens, such as python-ireland"
        )

    def _share(self, row: Row, cells: Mapping[str, str | None], ladder: _Ladder) -> bool:
        """Give the group what this row says of it; False after a complaint that two rows disagree."""
        agreed = True
        for name in self.shared:
            cell = cells[name]
            if not cell:
                continue
            said = ladder.cells.get(name)
            if said is None:
                ladder.cells[name] = cell
                if row.line != ladder.line:
                    ladder.said_later[name] = row.line
            elif said != cell:
                agreed = False
                line = ladder.where(name)
                here, there = visible(cell, limit=40), visible(said, limit=40)
                what = f"{ladder.id} has {name} {here!r} here, but {there!r} in {self.sheet.row(line)}"
                self.complain(row.line, name, what, "say it once, in the group's first row")
        return agreed

    def _address(self, row: Row, cells: Mapping[str, str | None], ladder: _Ladder) -> Address | None:
        """The row's address, or None after a complaint."""
        text = cells["email"]
        if text is None:
            return None
        if not text:
            what = f"this row of {ladder.id} has no address"
            self.complain(row.line, "email", what, "fill it in, or delete the row")
            return None
        try:
            address = address_in(text)
        except BadAddress as error:
            what = f"the address {visible(text, limit=60)!r} {visible(str(error), limit=120)}"
            self.complain(row.line, "email", what, advice(text))
            return None
        owner, line = self.addresses.get(address.key, ("", 0))
        if owner == ladder.id:
            what = f"{address} stands twice in {ladder.id}: in {self.sheet.row(line)} and here"
            self.complain(row.line, "email", what, "delete one of the two rows")
            return None
        if owner:
            what = f"{address} stands in {owner} ({self.sheet.row(line)}) and in {ladder.id}"
            fix = "fine if it is the same person: she is written to once per step"
            self.complain(row.line, "email", what, fix, warning=True)
        return address

    def finish(self) -> None:
        """Look at the columns as a whole: which hold numbers, which cells are odd among the others."""
        self.numeric = frozenset(name for name in self.shared if name != "name" and self._is_numeric(name))
        if "zone" in self.shared:
            self._look_at_zones()
        self._look_at_bare_groups()
        if self.short:
            first, more = self.short[0], len(self.short) - 1
            what = f"this row ends after {len(first.cells)} of {len(self.headers.names)} cells"
            what += f", as {more} more do" * bool(more) + "; the rest was taken for empty"
            self.complain(first.line, "", what, "see that no cell is missing in between", warning=True)
        if self.unsaid:
            what = f"something is wrong in {len(self.unsaid):,} more rows, too"
            fix = "mend what is named, then look again"
            last, harmless = max(self.unsaid), all(self.unsaid.values())
            self.problems.append(Problem(self.sheet.file, last, 0, what, fix, warning=harmless))

    def _is_numeric(self, name: str) -> bool:
        said = [ladder for ladder in self.ladders.values() if name in ladder.cells]
        odd: list[_Ladder] = []
        for ladder in said:
            if number(ladder.cells[name]) is None:
                odd.append(ladder)
                if len(odd) >= _MOSTLY * len(said):
                    return False
        for ladder in odd:
            shown = visible(ladder.cells[name], limit=40)
            what = f"{shown!r} in the column {name!r} is no number; most others there are"
            fix = "write figures only, or leave it empty; until then the column counts as text"
            self.complain(ladder.where(name), name, what, fix, warning=True)
        return bool(said) and not odd

    def _look_at_bare_groups(self) -> None:
        """Warn of groups of which nothing is said: with a first row that is deleted goes all that it said."""
        said = [name for name in self.shared if any(name in ladder.cells for ladder in self.ladders.values())]
        bare = [ladder for ladder in self.ladders.values() if ladder.organizers and not ladder.cells]
        if len(said) < _SEVERAL or not bare or 2 * len(bare) >= len(self.ladders):
            return
        first, more = bare[0], len(bare) - 1
        columns = ", ".join(visible(name, limit=20) for name in (*said[:3], *("…" for _ in said[3:4])))
        what = f"nothing stands in the rows of {first.id} for {columns}"
        what += f", nor in those of {more} more groups" * bool(more)
        fix = "they belong to its first row; write them anew if that row was deleted"
        self.complain(first.line, "", what, fix, warning=True)

    def _look_at_zones(self) -> None:
        said: dict[str, list[_Ladder]] = {}
        for ladder in self.ladders.values():
            if zone := ladder.cells.get("zone"):
                said.setdefault(zone, []).append(ladder)
        for zone, fix in strangers(said):
            everywhere = f"; {len(said[zone])} groups have it" if len(said[zone]) > 1 else ""
            what = f"{visible(zone, limit=40)!r} is no time zone{everywhere}"
            self.complain(said[zone][0].where("zone"), "zone", what, fix, warning=True)

    def groups(self) -> tuple[Group, ...]:
        """The groups that can be written to."""
        names = [name for name in self.shared if name != "name"]
        return tuple(self._group(ladder, names) for ladder in self.ladders.values() if ladder.organizers)

    def _group(self, ladder: _Ladder, names: Iterable[str]) -> Group:
        cells: dict[str, Cell] = {}
        for name in names:
            text = ladder.cells.get(name)
            cells[name] = float(text) if text and name in self.numeric else text
        name, organizers = ladder.cells.get("name", ladder.id), tuple(ladder.organizers)
        return Group(ladder.id, name, organizers, cells, ladder.line, self.sheet.file)
