"""The smallest parts of an audience's sentence: columns, numbers and words, and how two of them compare."""

import ast
import contextlib
import operator
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from mailer.nouns import Cell, Group
from mailer.planning.tags import TAGS, tags_of


def _holds(item: Any, place: Any) -> bool:
    # Tags are compared as a whole and in any case; in other text any piece counts.
    return item.casefold() in place if isinstance(place, frozenset) else item in place


ORDER: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: _holds,
    ast.NotIn: lambda item, place: not _holds(item, place),
}
MEMBERSHIP = (ast.In, ast.NotIn)


def is_word(node: ast.expr) -> bool:
    """Whether it is a word in quotes."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def word(node: ast.expr) -> str:
    """A word as the table would have it: an accent typed as two characters is the same letter."""
    assert isinstance(node, ast.Constant)
    return unicodedata.normalize("NFC", str(node.value))


def number(node: ast.expr) -> float | None:
    """The number that it is; None when it is none."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = number(node.operand)
        return None if inner is None else -inner
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, (int, float))
        and not isinstance(node.value, bool)
    ):
        with contextlib.suppress(OverflowError):
            return float(node.value)
    return None


def term(node: ast.expr, group: Group) -> Cell | tuple[object, ...] | frozenset[str]:
    """What it stands for with this group; None for an empty cell."""
    if isinstance(node, ast.Name):
        if node.id == TAGS:
            return tags_of(group) or None
        cell = {"group": group.id, "name": group.name}.get(node.id, group.cells.get(node.id))
        return None if cell == "" else cell
    if isinstance(node, (ast.Tuple, ast.List)):
        return tuple(word(item) if is_word(item) else number(item) for item in node.elts)
    found = number(node)
    return word(node) if found is None else found
