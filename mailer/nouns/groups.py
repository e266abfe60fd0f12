"""A user group and the people who organize it."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailer.nouns.addresses import Address

Cell = str | float | None
"""What stands in one cell of the table: text, a number where the column is numeric, None where empty."""


@dataclass(frozen=True, slots=True)
class Organizer:
    """A person or list address of a group: one row of the table.

    Attributes:
        address: Where letters go.
        name: As the table has it, for the `To:` line; may be empty.
        cells: The row's own cells (`organizer`, `email`, `greeting`), by column.
        line: The row's line in the table, for messages to the fellow.
    """

    address: Address
    name: str
    cells: Mapping[str, Cell]
    line: int


@dataclass(frozen=True, slots=True)
class Group:
    """A user group, with its organizers in the order in which they are written to (the ladder).

    Attributes:
        id: The slug in the column `group`; unique.
        name: What people call it.
        organizers: One at least.
        cells: Every other column by its header: size, lane, city, country, zone, language, website, notes, …
        line: The first row's line in the table.
        file: The table, relative to the workspace.
    """

    id: str
    name: str
    organizers: tuple[Organizer, ...]
    cells: Mapping[str, Cell]
    line: int
    file: str = "campaigns/groups.csv"
