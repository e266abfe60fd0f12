"""Something wrong in what the fellow wrote: what, where, how to mend it. A value, so all come at once."""

from dataclasses import dataclass

WORKBOOKS = (".xlsx", ".ods")
"""How the names of those workbooks end that a table can be."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a table, campaign, template or setting.

    Attributes:
        file: Relative to the workspace, such as `campaigns/groups.csv`.
        line: From 1; 0 when the whole file is meant.
        column: From 1; 0 when the whole line is meant.
        what: One sentence, without a final full stop. May quote a cell, so it is untrusted.
        fix: What to write instead, or what to type; empty when `what` says it all.
        warning: The letters could leave all the same, but a careful person would look first.
    """

    file: str
    line: int
    column: int
    what: str
    fix: str = ""
    warning: bool = False

    @property
    def where(self) -> str:
        """`file:line:column`, as far as known."""
        return ":".join(filter(None, [self.file, self.place]))

    @property
    def place(self) -> str:
        """`line:column`, as far as known; in a workbook the cell as a spreadsheet names it, such as `C5`."""
        if self.column and self.file.endswith(WORKBOOKS):
            return f"{letters(self.column)}{self.line}"
        return ":".join(str(number) for number in (self.line, self.column) if number)


def letters(column: int) -> str:
    """The letters of a workbook's column: 1 is A, 27 is AA."""
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
