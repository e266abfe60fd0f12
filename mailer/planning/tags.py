"""Reads the column `tags` of the table: a few words for each group, such as `speakers, no mail`."""

import re

from mailer.nouns import Group

TAGS = "tags"
"""The column's name."""

_BETWEEN = re.compile(r"[,;]")


def tags_of(group: Group) -> frozenset[str]:
    """The tags of a group, whatever their case: separated by commas or semicolons in the cell."""
    cell = group.cells.get(TAGS)
    if cell is None:
        return frozenset()
    text = str(int(cell) if cell.is_integer() else cell) if isinstance(cell, float) else cell
    return frozenset(tag.strip().casefold() for tag in _BETWEEN.split(text) if tag.strip())
