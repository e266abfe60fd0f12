"""Which words a template takes from outside, and which of them it cannot do without.

`{{ city }}` needs the city; `{{ city|default("your town") }}`, `{{ city or "your town" }}` and
`{% if city %}in {{ city }}{% endif %}` only use it. In doubt a word is needed: then an empty cell may stop a
letter, but never spoils one.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Self

from jinja2 import nodes


class Use(NamedTuple):
    """A word from outside in one place of a template.

    Attributes:
        word: `city`, `sender.role`.
        line: Where.
        needed: Whether an empty one would leave a hole there.
    """

    word: str
    line: int
    needed: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known in some place: which names are the template's own, which words are certainly filled."""

    own: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()

    def naming(self, names: Iterable[str]) -> Self:
        return type(self)(self.own.union(names), self.filled)

    def filling(self, words: Iterable[str]) -> Self:
        return type(self)(self.own, self.filled.union(words))


def uses_in(tree: nodes.Template) -> Iterator[Use]:
    """Every use of a word from outside, in no particular order."""
    yield from _statements(tree.body, _Seen())


def word_of(node: nodes.Node) -> str:
    """The word that an expression is: `city`, `sender.role`; '' for anything longer."""
    if isinstance(node, nodes.Name):
        return node.name if node.ctx == "load" else ""
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == "sender":
        return f"sender.{node.attr}"
    return ""


def _statements(body: Iterable[nodes.Node], seen: _Seen) -> Iterator[Use]:
    for node in body:
        yield from _uses(node, seen)
        seen = seen.naming(_named([node]))


def _named(body: Iterable[nodes.Node]) -> frozenset[str]:
    """What statements name for those after them: `{% set %}` does, and `{% if %}` where each branch does."""
    found: frozenset[str] = frozenset()
    for node in body:
        if isinstance(node, nodes.Assign | nodes.AssignBlock):
            found |= _names(node.target)
        elif isinstance(node, nodes.If):
            branches = (node.body, *(branch.body for branch in node.elif_), node.else_)
            found |= frozenset.intersection(*map(_named, branches))
    return found


def _names(target: nodes.Node) -> frozenset[str]:
    """What `{% set %}`, `{% for %}` or `{% with %}` names."""
    names = [target] if isinstance(target, nodes.Name) else target.find_all(nodes.Name)
    return frozenset(name.name for name in names)


def _uses(node: nodes.Node, seen: _Seen) -> Iterator[Use]:
    word = word_of(node)
    visit = _VISITS.get(type(node))
    if word:
        yield from _use(node, seen, needed=word not in seen.filled)
    elif visit:
        yield from visit(node, seen)
    else:
        for child in node.iter_child_nodes():
            yield from _uses(child, seen)


def _use(node: nodes.Node, seen: _Seen, *, needed: bool) -> Iterator[Use]:
    word = word_of(node)
    if word.partition(".")[0] not in seen.own:
        yield Use(word, node.lineno, needed)


def _of_filter(node: nodes.Filter, seen: _Seen) -> Iterator[Use]:
    """`x|default(…)` does without x; any other filter would print `None` for it."""
    for child in node.iter_child_nodes():
        if child is node.node and word_of(child) and node.name in {"default", "d"}:
            yield from _use(child, seen, needed=False)
        else:
            yield from _uses(child, seen)


def _of_or(node: nodes.Or, seen: _Seen) -> Iterator[Use]:
    """An empty left side gives way to the right one."""
    yield from _asked(node.left, seen)
    yield from _uses(node.right, seen.filling(_false(node.left)))


def _of_choice(node: nodes.CondExpr, seen: _Seen) -> Iterator[Use]:
    yield from _asked(node.test, seen)
    yield from _uses(node.expr1, seen.filling(_true(node.test)))
    if node.expr2:
        yield from _uses(node.expr2, seen.filling(_false(node.test)))


def _of_if(node: nodes.If, seen: _Seen) -> Iterator[Use]:
    yield from _asked(node.test, seen)
    yield from _statements(node.body, seen.filling(_true(node.test)))
    otherwise = seen.filling(_false(node.test))
    for branch in node.elif_:
        yield from _of_if(branch, otherwise)
        otherwise = otherwise.filling(_false(branch.test))
    yield from _statements(node.else_, otherwise)


def _of_for(node: nodes.For, seen: _Seen) -> Iterator[Use]:
    yield from _uses(node.iter, seen)
    inside = seen.naming(_names(node.target) | {"loop"})
    if node.test:
        yield from _asked(node.test, inside)
        inside = inside.filling(_true(node.test))
    yield from _statements(node.body, inside)
    yield from _statements(node.else_, seen)


def _of_with(node: nodes.With, seen: _Seen) -> Iterator[Use]:
    for value in node.values:
        yield from _uses(value, seen)
    yield from _statements(node.body, seen.naming(frozenset().union(*map(_names, node.targets))))


def _of_set(node: nodes.Assign, seen: _Seen) -> Iterator[Use]:
    yield from _uses(node.node, seen)


_VISITS: dict[type[nodes.Node], Callable[..., Iterator[Use]]] = {
    nodes.Filter: _of_filter,
    nodes.Or: _of_or,
    nodes.CondExpr: _of_choice,
    nodes.If: _of_if,
    nodes.For: _of_for,
    nodes.With: _of_with,
    nodes.Assign: _of_set,
}


def _asked(test: nodes.Node, seen: _Seen) -> Iterator[Use]:
    """The uses in a question. Whether a word is there, or equals something, an empty cell can answer too."""
    match test:
        case nodes.Not():
            yield from _asked(test.node, seen)
        case nodes.And():
            yield from _asked(test.left, seen)
            yield from _asked(test.right, seen.filling(_true(test.left)))
        case nodes.Or():
            yield from _asked(test.left, seen)
            yield from _asked(test.right, seen.filling(_false(test.left)))
        case nodes.Compare() if all(operand.op in {"eq", "ne"} for operand in test.ops):
            for side in (test.expr, *(operand.expr for operand in test.ops)):
                yield from _asked(side, seen)
        case nodes.Compare() if [operand.op for operand in test.ops] in (["in"], ["notin"]):
            yield from _asked(test.expr, seen)
            yield from _uses(test.ops[0].expr, seen)
        case nodes.Test():
            yield from _asked(test.node, seen)
        case _:
            yield from _use(test, seen, needed=False) if word_of(test) else _uses(test, seen)


def _true(test: nodes.Node) -> frozenset[str]:
    """The words that are filled when the answer is yes."""
    match test:
        case nodes.Not():
            return _false(test.node)
        case nodes.And():
            return _true(test.left) | _true(test.right)
        case _:
            word = word_of(test)
            return frozenset({word} if word else ())


def _false(test: nodes.Node) -> frozenset[str]:
    """The words that are filled when the answer is no."""
    match test:
        case nodes.Not():
            return _true(test.node)
        case nodes.Or():
            return _false(test.left) | _false(test.right)
        case _:
            return frozenset()
