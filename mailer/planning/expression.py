"""Reads the sentence that says who a campaign is for, such as `lane == "research" and size >= 100`.

The sentence looks like Python and is parsed as such, but never run: only names of columns, numbers,
quoted words, comparisons, `in`, `and`, `or`, `not` are understood, each evaluated here. An empty cell is
neither equal nor unequal to anything, so a comparison with one is undecided (Kleene's third value). An
undecided group is left out and counted: the fellow sees a gap in the table, not a group that vanished.
"""

import ast
import operator
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mailer.nouns import Campaign, Cell, Group, Problem, nearest
from mailer.planning.tags import TAGS, tags_of

_DEEPEST = 50
"""So many brackets in brackets; nobody writes them, and each costs a call in a call."""


def _holds(item: Any, place: Any) -> bool:
    # Tags are compared as a whole and in any case; in other text any piece counts.
    return item.casefold() in place if isinstance(place, frozenset) else item in place


_ORDER: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: _holds,
    ast.NotIn: lambda item, place: not _holds(item, place),
}
_MEMBERSHIP = (ast.In, ast.NotIn)


def read_expression(
    campaign: Campaign, groups: Sequence[Group], columns: Sequence[str]
) -> tuple[ast.expr | None, tuple[Problem, ...]]:
    """The condition that a campaign's `where` sets, with everything that is wrong in it.

    Args:
        campaign: Its `where` is the expression.
        groups: The table, to know which columns hold numbers.
        columns: The table's headers.

    Returns:
        The condition, None when there is none or it cannot be used; and the problems, each with line and
        column.
    """
    # To Python a line end would end the sentence; to her it is a space.
    where = campaign.where.text.replace("\n", " ")
    if not where.strip():
        return None, ()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a backslash in quotes is no business of Python's here
            condition = ast.parse(where, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        column = getattr(error, "offset", None) or 1
        what = f"the audience cannot be read: {_excerpt(where, column)}"
        return None, (_problem(campaign, column - 1, what, _hint(where)),)
    if _depth(condition) > _DEEPEST:
        return None, (_problem(campaign, 0, "the audience has too many brackets in brackets", _EXAMPLE),)
    faults = _faults(condition, _Columns(groups, columns))
    problems = tuple(_problem(campaign, _offset(where, node), what, fix) for node, what, fix in faults)
    return (None if problems else condition), problems


def truth(condition: ast.expr, group: Group) -> bool | None:
    """Whether a sound condition holds for a group; None when an empty cell leaves it undecided."""
    if isinstance(condition, ast.BoolOp):
        return _combine(condition, group)
    if isinstance(condition, ast.UnaryOp):
        value = truth(condition.operand, group)
        return None if value is None else not value
    assert isinstance(condition, ast.Compare)
    terms = [_term(side, group) for side in (condition.left, *condition.comparators)]
    if any(term is None for term in terms):
        return None
    pairs = zip(terms, condition.ops, terms[1:], strict=False)
    return all(_ORDER[type(sign)](left, right) for left, sign, right in pairs)


def _depth(node: ast.AST) -> int:
    depth, level = 0, [node]
    while level:
        depth += 1
        level = [child for one in level for child in ast.iter_child_nodes(one)]
    return depth


_SLIPS = (
    (re.compile("[“”„‘’«»]"), "write straight quotes: \" or '"),
    (re.compile(r"=[<>]"), "write >= and <=, the sign before the ="),
    (re.compile(r"(?<![=!<>])=(?!=)"), "write == for 'is equal to'"),
    (re.compile(r"\b(?:AND|OR|NOT|IN)\b"), "write and, or, not, in with small letters"),
)
"""What people write who think of a spreadsheet or a search field, and what to write instead."""


def _hint(where: str) -> str:
    return next((hint for slip, hint in _SLIPS if slip.search(where)), _EXAMPLE)


_EXAMPLE = 'write it like: lane == "research" and size >= 100'


class _Columns:
    """What the table offers: its column names, and which of them hold numbers, or nothing at all."""

    def __init__(self, groups: Sequence[Group], columns: Sequence[str]) -> None:
        self.names = [name for name in columns if name not in {"organizer", "email", "greeting"}]
        cells = [(name, cell) for group in groups for name, cell in group.cells.items() if cell is not None]
        self.numbers = {name for name, cell in cells if isinstance(cell, float)} - {TAGS}
        self.empty = set(self.names) - {name for name, _ in cells} - {"group", "name"}

    def is_text(self, node: ast.expr) -> bool:
        """Whether a column, or a word in quotes, is text and no number."""
        if isinstance(node, ast.Name):
            return node.id not in self.numbers
        return isinstance(node, ast.Constant) and isinstance(node.value, str)

    def is_empty(self, node: ast.expr) -> bool:
        """Whether it is a column without a single filled cell: it can be neither text nor number yet."""
        return isinstance(node, ast.Name) and node.id in self.empty


_Fault = tuple[ast.expr, str, str]
"""The part of the expression that is wrong, what is wrong with it, and how to mend it."""


def _faults(node: ast.expr, columns: _Columns) -> list[_Fault]:
    """Everything in the expression that we do not understand, or that cannot be meant."""
    if isinstance(node, ast.BoolOp):
        return [fault for value in node.values for fault in _faults(value, columns)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _faults(node.operand, columns)
    if isinstance(node, ast.Compare):
        return _comparison_faults(node, columns)
    return [(node, f"{_shown(node)} is neither true nor false; compare it with something", _EXAMPLE)]


def _comparison_faults(node: ast.Compare, columns: _Columns) -> list[_Fault]:
    sides = [node.left, *node.comparators]
    if faults := [fault for side in sides for fault in _term_faults(side, columns)]:
        return faults
    for left, sign, right in zip(sides, node.ops, sides[1:], strict=False):
        if mismatch := _mismatch(left, sign, right, columns):
            return [(node, *mismatch)]
    return []


def _term_faults(node: ast.expr, columns: _Columns) -> list[_Fault]:
    if isinstance(node, ast.Name):
        if node.id in columns.names:
            return []
        near = nearest(node.id, columns.names)
        fix = f"did you mean {near}?" if near else f'put it in quotes if it is a word: "{node.id}"'
        fix += "" if near else f"; the columns are: {', '.join(columns.names)}"
        return [(node, f"the table has no column {node.id!r}", fix)]
    if isinstance(node, (ast.Tuple, ast.List)) and all(isinstance(item, ast.Constant) for item in node.elts):
        return []
    if _number(node) is not None or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return []
    return [
        (node, f"{_shown(node)} is not understood in an audience", "use columns, numbers and words in quotes")
    ]


def _mismatch(left: ast.expr, sign: ast.cmpop, right: ast.expr, columns: _Columns) -> tuple[str, str] | None:
    """The sentence and the advice when two sides cannot be compared in this way: always a slip."""
    if type(sign) not in _ORDER:
        return "'is' is not understood in an audience", "use == or !="
    if columns.is_empty(left) or columns.is_empty(right):
        return None
    if isinstance(sign, _MEMBERSHIP):
        return _membership_mismatch(left, right, columns)
    return _comparison_mismatch(left, right, columns)


def _comparison_mismatch(left: ast.expr, right: ast.expr, columns: _Columns) -> tuple[str, str] | None:
    for side, other in ((left, right), (right, left)):
        if isinstance(side, ast.Name) and side.id == TAGS:
            return _SEVERAL_TAGS, f"write: {_shown(other)} in tags"
    if columns.is_text(left) == columns.is_text(right):
        return None
    number, text = (right, left) if columns.is_text(left) else (left, right)
    if isinstance(text, ast.Constant):
        return f"{_shown(number)} is a number and {_shown(text)} is text", "write the number without quotes"
    return (
        f"the column {_shown(text)} holds text, so it cannot be compared with {_shown(number)}",
        f"put the number in quotes, or give every row a number in the column {_shown(text)}",
    )


def _membership_mismatch(left: ast.expr, right: ast.expr, columns: _Columns) -> tuple[str, str] | None:
    if isinstance(left, ast.Name) and left.id == TAGS:
        return _SEVERAL_TAGS, 'write: "one" in tags or "another" in tags'
    if isinstance(right, (ast.Tuple, ast.List)):
        return None
    if isinstance(right, ast.Constant) and isinstance(right.value, str):
        # Brackets around one word are no list to Python, and a piece of the word would match.
        return (
            f"'in' wants several words in brackets, not {_shown(right)} alone",
            f"write: {_shown(left)} == {_shown(right)}",
        )
    if not columns.is_text(right):
        return f"nothing can be 'in' {_shown(right)}", 'write: lane in ("research", "ok")'
    if not columns.is_text(left):
        return f"{_shown(left)} is a number and {_shown(right)} holds text", "put the number in quotes"
    return None


_SEVERAL_TAGS = "a group can have several tags"


def _shown(node: ast.expr) -> str:
    return ast.unparse(node)


def _number(node: ast.expr) -> float | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _number(node.operand)
        return None if inner is None else -inner
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, (int, float))
        and not isinstance(node.value, bool)
    ):
        return float(node.value)
    return None


def _combine(node: ast.BoolOp, group: Group) -> bool | None:
    decisive = isinstance(node.op, ast.Or)
    values = [truth(value, group) for value in node.values]
    if decisive in values:
        return decisive
    return None if None in values else not decisive


def _term(node: ast.expr, group: Group) -> Cell | tuple[object, ...] | frozenset[str]:
    if isinstance(node, ast.Name):
        if node.id == TAGS:
            return tags_of(group) or None
        cell = {"group": group.id, "name": group.name}.get(node.id, group.cells.get(node.id))
        return None if cell == "" else cell
    if isinstance(node, (ast.Tuple, ast.List)):
        return tuple(item.value for item in node.elts if isinstance(item, ast.Constant))
    number = _number(node)
    if number is not None:
        return number
    assert isinstance(node, ast.Constant)
    return str(node.value)


def _offset(where: str, node: ast.expr) -> int:
    """How many characters stand before a part of the expression; Python counts bytes of UTF-8."""
    return len(where.encode()[: node.col_offset].decode())


def _problem(campaign: Campaign, offset: int, what: str, fix: str) -> Problem:
    first = campaign.where
    before = first.text[:offset]
    line = first.line + before.count("\n") if first.line else 0
    column = (
        len(before) - before.rfind("\n") if "\n" in before else first.column + offset if first.column else 0
    )
    return Problem(campaign.file, line, column, what, fix)


def _excerpt(text: str, column: int) -> str:
    start = max(0, column - 1)
    return f"it stops making sense at {text[start : start + 20]!r}" if text[start:] else "it stops too early"
