"""Listings for programs: the same facts as on the screen, as one JSON document of one documented shape.

README.md beside this file has the shape, and every listing's fields.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from itertools import chain, islice
from typing import Any

import click

from mailer.cli.paper import paper

VERSION = 1
"""Raised when a field changes its name, its type or its meaning; a new field leaves it as it is."""

json_option = click.option("--json", "as_json", is_flag=True, help="For programs: print one JSON document.")
"""Gives a command its `--json`, as the parameter `as_json`."""


def print_listing(
    listing: str, at: datetime, rows: Iterable[Mapping[str, Any]], sums: Mapping[str, Any] | None = None
) -> None:
    """Print one JSON document to stdout, each row as one line of its own.

    All of it is ASCII: what strangers wrote stays exact, and still no control character and no turned
    reading direction reaches a terminal.

    Args:
        listing: Its name.
        at: The moment it holds for, aware.
        rows: What is listed; taken one by one. A moment becomes ISO 8601 in UTC with its offset, a day
            ISO 8601, an enum its value; what else JSON does not know (an address, an id) its text.
        sums: What is said about all rows together.

    Raises:
        OSError: when stdout takes no more.
    """
    sheet, rows = paper(), iter(rows)
    # What is wrong with the command itself comes up with the first row, and nothing shall be printed by then.
    first = list(islice(rows, 1))
    opening = _text({"version": VERSION, "listing": listing, "at": at})
    sheet.write(f'{opening[:-1]}, "rows": [')
    between = "\n"
    for row in chain(first, rows):
        sheet.write(between + _text(row))
        between = ",\n"
    sheet.write(f'\n], "sums": {_text(sums or {})}}}\n')
    sheet.flush()


def print_line(row: Mapping[str, Any]) -> None:
    """Print one row as a JSON object in a line of its own, for what comes bit by bit and has no end.

    Raises:
        OSError: when stdout takes no more.
    """
    paper().write(f"{_text(row)}\n")


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, default=_plain, allow_nan=False)


def _plain(value: object) -> object:
    """What stands in JSON for a value that JSON does not know."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case Enum():
            return value.value
        case Mapping():
            return dict(value)
        case Iterable():
            return list(value)
    return str(value)
