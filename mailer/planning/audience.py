"""Reads the sentence that says who a campaign is for, such as `lane == "research" and size >= 100`.

The sentence looks like Python and is parsed as such, but never run: only names of columns, numbers,
quoted words, comparisons, `in`, `and`, `or`, `not` are understood, each evaluated here. An empty cell is
neither equal nor unequal to anything, so a comparison with one is undecided (Kleene's third value). An
undecided group is left out and counted: the fellow sees a gap in the table, not a group that vanished.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mailer.nouns import Campaign, Cell, Group, Problem, nearest

_ORDER: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda item, place: item in place,
    ast.NotIn: lambda item, place: item not in place,
}
_MEMBERSHIP = (ast.In, ast.NotIn)


@dataclass(frozen=True, slots=True)
class Audience:
    """Who a campaign is for. Without a condition: every group."""

    condition: ast.expr | None = None

    def selects(self, group: Group) -> bool | None:
        """True or False; None when an empty cell leaves it undecided."""
        return True if self.condition is None else _truth(self.condition, group)


def read_audience(
    campaign: Campaign, groups: Sequence[Group], columns: Sequence[str]
) -> tuple[Audience, tuple[Problem, ...]]:
    """The campaign's audience, with everything that is wrong in its expression.

    Args:
        campaign: Its `where` is the expression.
        groups: The table, to know which columns hold numbers.
        columns: The table's headers.

    Returns:
        An audience (everybody, when there are problems) and the problems, each with line and column.
    """
    if not campaign.where.strip():
        return Audience(), ()
    try:
        condition = ast.parse(campaign.where.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        column = getattr(error, "offset", None) or 1
        what = f"the audience cannot be read: {_excerpt(campaign.where, column)}"
        return Audience(), (_problem(campaign, column - 1, what, _hint(campaign.where)),)
    problems = tuple(_faults(condition, campaign, _Columns(groups, columns)))
    return (Audience(), problems) if problems else (Audience(condition), ())


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
    """What the table offers: its column names and which of them hold numbers."""

    def __init__(self, groups: Sequence[Group], columns: Sequence[str]) -> None:
        self.names = [name for name in columns if name not in {"organizer", "email", "greeting"}]
        self.numbers = {
            name for group in groups for name, cell in group.cells.items() if isinstance(cell, float)
        }


def _faults(node: ast.expr, campaign: Campaign, columns: _Columns) -> list[Problem]:
    """Everything in the expression that we do not understand, or that cannot be meant."""
    if isinstance(node, ast.BoolOp):
        return [problem for value in node.values for problem in _faults(value, campaign, columns)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _faults(node.operand, campaign, columns)
    if isinstance(node, ast.Compare):
        return _comparison_faults(node, campaign, columns)
    what = f"{ast.unparse(node)!r} is neither true nor false; compare it with something"
    return [_problem(campaign, node.col_offset, what, _EXAMPLE)]


def _comparison_faults(node: ast.Compare, campaign: Campaign, columns: _Columns) -> list[Problem]:
    sides = [node.left, *node.comparators]
    faults = [fault for side in sides for fault in _term_faults(side, campaign, columns)]
    if faults:
        return faults
    for left, sign, right in zip(sides, node.ops, sides[1:], strict=False):
        if type(sign) not in _ORDER:
            what = f"'is' is not understood in an audience: {ast.unparse(node)}"
            return [_problem(campaign, node.col_offset, what, "use == or !=")]
        if mismatch := _mismatch(left, sign, right, columns):
            return [_problem(campaign, node.col_offset, *mismatch)]
    return []


def _term_faults(node: ast.expr, campaign: Campaign, columns: _Columns) -> list[Problem]:
    if isinstance(node, ast.Name):
        if node.id in columns.names:
            return []
        near = nearest(node.id, columns.names)
        fix = f"did you mean {near}?" if near else f'put it in quotes if it is a word: "{node.id}"'
        fix += "" if near else f"; the columns are: {', '.join(columns.names)}"
        return [_problem(campaign, node.col_offset, f"the table has no column {node.id!r}", fix)]
    if isinstance(node, (ast.Tuple, ast.List)) and all(isinstance(item, ast.Constant) for item in node.elts):
        return []
    if _number(node) is not None or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return []
    what = f"{ast.unparse(node)!r} is not understood in an audience"
    return [_problem(campaign, node.col_offset, what, "use columns, numbers and words in quotes")]


def _mismatch(left: ast.expr, sign: ast.cmpop, right: ast.expr, columns: _Columns) -> tuple[str, str] | None:
    """The sentence and the advice when text is compared with a number: always a slip."""
    if isinstance(sign, _MEMBERSHIP):
        if isinstance(right, (ast.Tuple, ast.List)) or _is_text(right, columns):
            return None
        return f"nothing can be 'in' {ast.unparse(right)}", 'write: lane in ("research", "ok")'
    if _is_text(left, columns) == _is_text(right, columns):
        return None
    number, text = (right, left) if _is_text(left, columns) else (left, right)
    if isinstance(text, ast.Constant):
        return (
            f"{ast.unparse(number)} is a number and {ast.unparse(text)} is text",
            "write the number without quotes",
        )
    return (
        f"the column {ast.unparse(text)} holds text, so it cannot be compared with {ast.unparse(number)}",
        f"put the number in quotes, or give every row a number in the column {ast.unparse(text)}",
    )


def _is_text(node: ast.expr, columns: _Columns) -> bool:
    if isinstance(node, ast.Name):
        return node.id not in columns.numbers
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


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


def _truth(node: ast.expr, group: Group) -> bool | None:
    if isinstance(node, ast.BoolOp):
        return _combine(node, group)
    if isinstance(node, ast.UnaryOp):
        value = _truth(node.operand, group)
        return None if value is None else not value
    assert isinstance(node, ast.Compare)
    terms = [_term(side, group) for side in (node.left, *node.comparators)]
    if any(term is None for term in terms):
        return None
    pairs = zip(terms, node.ops, terms[1:], strict=False)
    return all(_ORDER[type(sign)](left, right) for left, sign, right in pairs)


def _combine(node: ast.BoolOp, group: Group) -> bool | None:
    decisive = isinstance(node.op, ast.Or)
    values = [_truth(value, group) for value in node.values]
    if decisive in values:
        return decisive
    return None if None in values else not decisive


def _term(node: ast.expr, group: Group) -> Cell | tuple[object, ...]:
    if isinstance(node, ast.Name):
        cell = {"group": group.id, "name": group.name}.get(node.id, group.cells.get(node.id))
        return None if cell == "" else cell
    if isinstance(node, (ast.Tuple, ast.List)):
        return tuple(item.value for item in node.elts if isinstance(item, ast.Constant))
    number = _number(node)
    if number is not None:
        return number
    assert isinstance(node, ast.Constant)
    return str(node.value)


def _problem(campaign: Campaign, offset: int, what: str, fix: str) -> Problem:
    column = campaign.where_column + offset if campaign.where_column else 0
    return Problem(f"campaigns/{campaign.name}.toml", campaign.where_line, column, what, fix)


def _excerpt(text: str, column: int) -> str:
    start = max(0, column - 1)
    return f"it stops making sense at {text[start : start + 20]!r}" if text[start:] else "it stops too early"
