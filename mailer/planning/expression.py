"""Reads the sentence that says who a campaign is for, such as `lane == "research" and size >= 100`.

The sentence looks like Python and is parsed as such, but never run: only names of columns, numbers,
quoted words, comparisons, `in`, `and`, `or`, `not` are understood, each evaluated here. An empty cell is
neither equal nor unequal to anything, so a comparison with one is undecided (Kleene's third value). An
undecided group is left out and counted: the fellow sees a gap in the table, not a group that vanished.
"""

import ast
import re
import warnings
from collections.abc import Sequence
from dataclasses import replace

from mailer.nouns import Campaign, Group, Problem
from mailer.planning.slips import EXAMPLE, Columns, faults, words_of_nobody
from mailer.planning.terms import ORDER, term

_DEEPEST = 50
"""So many brackets in brackets; nobody writes them, and each costs a call in a call."""


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
        column. Words that no group has are a warning.
    """
    # To Python a line end would end the sentence; to her it is a space.
    where = campaign.where.text.replace("\n", " ")
    if not where.strip():
        return None, ()
    if slip := _slip_of_the_pen(where):
        return None, (_problem(campaign, *slip),)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a backslash in quotes is no business of Python's here
            condition = ast.parse(where, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        column = getattr(error, "offset", None) or 1
        what = f"the audience cannot be read: {_excerpt(where, column)}"
        return None, (_problem(campaign, column - 1, what, _hint(where)),)
    if _depth(condition) > _DEEPEST:
        return None, (_problem(campaign, 0, "the audience has too many brackets in brackets", EXAMPLE),)
    known = Columns(groups, columns)
    found = faults(condition, known)
    problems = tuple(_problem(campaign, _offset(where, node), what, fix) for node, what, fix in found)
    if problems:
        return None, problems
    doubts = words_of_nobody(condition, known)
    return condition, tuple(
        replace(_problem(campaign, _offset(where, node), what, fix), warning=True)
        for node, what, fix in doubts
    )


def truth(condition: ast.expr, group: Group) -> bool | None:
    """Whether a sound condition holds for a group; None when an empty cell leaves it undecided."""
    if isinstance(condition, ast.BoolOp):
        return _combine(condition, group)
    if isinstance(condition, ast.UnaryOp):
        value = truth(condition.operand, group)
        return None if value is None else not value
    assert isinstance(condition, ast.Compare)
    terms = [term(side, group) for side in (condition.left, *condition.comparators)]
    if any(term is None for term in terms):
        return None
    pairs = zip(terms, condition.ops, terms[1:], strict=False)
    return all(ORDER[type(sign)](left, right) for left, sign, right in pairs)


def _combine(node: ast.BoolOp, group: Group) -> bool | None:
    decisive = isinstance(node.op, ast.Or)
    values = [truth(value, group) for value in node.values]
    if decisive in values:
        return decisive
    return None if None in values else not decisive


def _depth(node: ast.AST) -> int:
    depth, level = 0, [node]
    while level:
        depth += 1
        level = [child for one in level for child in ast.iter_child_nodes(one)]
    return depth


_PIECE = re.compile(r"""(?P<word>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<note>#)|(?P<other>\S)""")


def _slip_of_the_pen(where: str) -> tuple[int, str, str] | None:
    """What Python would read otherwise than it is meant: its place, what it is, and the remedy.

    A comment would take the rest of the sentence with it, and two words side by side would be one.
    """
    before = ""
    for piece in _PIECE.finditer(where):
        if piece.lastgroup == "note":
            return piece.start(), "a # has no meaning in an audience", "write notes in lines of their own"
        if piece.lastgroup == before == "word":
            return piece.start(), "two words stand side by side", "put a comma, and, or or between them"
        before = piece.lastgroup or ""
    return None


_SLIPS = (
    (re.compile("[“”„‘’«»]"), "write straight quotes: \" or '"),
    (re.compile(r"=[<>]"), "write >= and <=, the sign before the ="),
    (re.compile(r"(?<![=!<>])=(?!=)"), "write == for 'is equal to'"),
    (re.compile(r"\b(?:AND|OR|NOT|IN)\b"), "write and, or, not, in with small letters"),
)
"""What people write who think of a spreadsheet or a search field, and what to write instead."""


def _hint(where: str) -> str:
    return next((hint for slip, hint in _SLIPS if slip.search(where)), EXAMPLE)


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
