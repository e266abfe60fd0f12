"""Finds what is wrong with an audience's sentence, and says it in the words of somebody who writes one.

Nothing is guessed: a comparison that can never be meant (text with a number, a word that is no column) is a
mistake, and a word that stands in no cell is a warning.
"""

import ast
from collections.abc import Iterator, Sequence

from mailer.nouns import Group, nearest
from mailer.planning.tags import TAGS, tags_of
from mailer.planning.terms import MEMBERSHIP, ORDER, is_word, number, word

EXAMPLE = 'write it like: lane == "research" and size >= 100'

_OF_PERSONS = frozenset({"organizer", "email", "greeting"})
_DOCUMENTED = frozenset({"size", "lane", "city", "country", "zone", "language", "website", "notes", TAGS})


class Columns:
    """What the table offers: its column names, and which of them hold numbers, or nothing at all."""

    def __init__(self, groups: Sequence[Group], columns: Sequence[str]) -> None:
        self.names = [name for name in columns if name not in _OF_PERSONS]
        cells = [(name, cell) for group in groups for name, cell in group.cells.items() if cell is not None]
        self.numbers = {name for name, cell in cells if isinstance(cell, float)} - {TAGS}
        self.empty = set(self.names) - {name for name, _ in cells} - {"group", "name"}
        self.words: dict[str, set[str]] = {"group": {group.id for group in groups}}
        self.words["name"] = {group.name for group in groups}
        for name, cell in cells:
            self.words.setdefault(name, set()).add(str(cell))
        self.words[TAGS] = set().union(*map(tags_of, groups)) if TAGS in self.names else set()

    def is_text(self, node: ast.expr) -> bool:
        """Whether a column, or a word in quotes, is text and no number."""
        if isinstance(node, ast.Name):
            return node.id not in self.numbers
        return isinstance(node, ast.Constant) and isinstance(node.value, str)

    def is_empty(self, node: ast.expr) -> bool:
        """Whether it is a column without a single filled cell: it can be neither text nor number yet."""
        return isinstance(node, ast.Name) and node.id in self.empty


Fault = tuple[ast.expr, str, str]
"""The part of the expression that is wrong, what is wrong with it, and how to mend it."""


def faults(node: ast.expr, columns: Columns) -> list[Fault]:
    """Everything in the expression that we do not understand, or that cannot be meant."""
    if isinstance(node, ast.BoolOp):
        return [fault for value in node.values for fault in faults(value, columns)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return faults(node.operand, columns)
    if isinstance(node, ast.Compare):
        return _comparison_faults(node, columns)
    return [(node, f"{_shown(node)} is neither true nor false; compare it with something", EXAMPLE)]


def _comparison_faults(node: ast.Compare, columns: Columns) -> list[Fault]:
    sides = [node.left, *node.comparators]
    if faults := [fault for side in sides for fault in _term_faults(side, columns)]:
        return faults
    for left, sign, right in zip(sides, node.ops, sides[1:], strict=False):
        if mismatch := _mismatch(left, sign, right, columns):
            return [(node, *mismatch)]
    return []


def _term_faults(node: ast.expr, columns: Columns) -> list[Fault]:
    if isinstance(node, ast.Name):
        return [] if node.id in columns.names else [(node, *_no_column(node.id, columns))]
    if isinstance(node, (ast.Tuple, ast.List)):
        return _list_faults(node)
    if number(node) is not None or is_word(node):
        return []
    what = f"{_shown(node)} is not understood in an audience"
    return [(node, what, "use columns, numbers and words in quotes")]


def _no_column(name: str, columns: Columns) -> tuple[str, str]:
    if name in _OF_PERSONS:
        what = f"{name!r} belongs to a person, and an audience chooses groups"
        return what, "use a column of the group, such as lane"
    what = f"the table has no column {name!r}"
    if name in _DOCUMENTED:
        return what, f"add a column {name} to the table"
    if near := nearest(name, columns.names):
        return what, f"did you mean {near}?"
    return what, f'put it in quotes if it is a word: "{name}"; the columns are: {", ".join(columns.names)}'


def _list_faults(node: ast.Tuple | ast.List) -> list[Fault]:
    """What is wrong with a list behind `in`: it holds words or numbers, and one at least."""
    if not node.elts:
        return [(node, "a list of nothing matches nothing", 'write: lane in ("research", "ok")')]
    odd = [item for item in node.elts if number(item) is None and not is_word(item)]
    fix = "write numbers, and words in quotes"
    return [(item, f"{_shown(item)} is not understood in a list", fix) for item in odd]


def _mismatch(left: ast.expr, sign: ast.cmpop, right: ast.expr, columns: Columns) -> tuple[str, str] | None:
    """The sentence and the advice when two sides cannot be compared in this way: always a slip."""
    if type(sign) not in ORDER:
        return "'is' is not understood in an audience", "use == or !="
    if columns.is_empty(left) or columns.is_empty(right):
        return None
    if isinstance(sign, MEMBERSHIP):
        return _membership_mismatch(left, right, columns)
    return _comparison_mismatch(left, right, columns)


def _comparison_mismatch(left: ast.expr, right: ast.expr, columns: Columns) -> tuple[str, str] | None:
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


def _membership_mismatch(left: ast.expr, right: ast.expr, columns: Columns) -> tuple[str, str] | None:
    if isinstance(left, ast.Name) and left.id == TAGS:
        return _SEVERAL_TAGS, 'write: "one" in tags or "another" in tags'
    if isinstance(right, (ast.Tuple, ast.List)):
        return _list_mismatch(left, right, columns)
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


def _list_mismatch(left: ast.expr, right: ast.Tuple | ast.List, columns: Columns) -> tuple[str, str] | None:
    """Numbers looked for among words, or words among numbers: never found, and `not in` finds all."""
    if columns.is_text(left):
        odd = next((item for item in right.elts if not is_word(item)), None)
        sorts, fix = ("text", "a number"), "put the number in quotes"
    else:
        odd = next((item for item in right.elts if is_word(item)), None)
        sorts, fix = ("a number", "text"), "write the number without quotes"
    return (
        (f"{_shown(left)} is {sorts[0]}, and {_shown(odd)} in the list is {sorts[1]}", fix) if odd else None
    )


def words_of_nobody(node: ast.expr, columns: Columns) -> Iterator[Fault]:
    """Words that no group has in the column they are compared with: slips of the pen, mostly."""
    if isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from words_of_nobody(value, columns)
    elif isinstance(node, ast.UnaryOp):
        yield from words_of_nobody(node.operand, columns)
    elif isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        for left, sign, right in zip(sides, node.ops, sides[1:], strict=False):
            yield from _compared_with_nobody(left, sign, right, columns)


def _compared_with_nobody(
    left: ast.expr, sign: ast.cmpop, right: ast.expr, columns: Columns
) -> Iterator[Fault]:
    if isinstance(sign, MEMBERSHIP) and isinstance(right, ast.Name) and right.id == TAGS:
        left, right = right, left
    elif not isinstance(sign, (ast.Eq, ast.NotEq, *MEMBERSHIP)):
        return
    if isinstance(right, ast.Name) and isinstance(sign, (ast.Eq, ast.NotEq)):
        left, right = right, left
    if not isinstance(left, ast.Name) or columns.is_empty(left):
        return
    known = columns.words.get(left.id, set())
    for item in right.elts if isinstance(right, (ast.Tuple, ast.List)) else [right]:
        said = word(item) if is_word(item) else ""
        if said and (said.casefold() if left.id == TAGS else said) not in known:
            near = nearest(said, known)
            what = f"no group has {said!r} in the column {left.id!r}"
            yield item, what, f"did you mean {near}?" if near else ""


_SEVERAL_TAGS = "a group can have several tags"


def _shown(node: ast.expr) -> str:
    return ast.unparse(node)
