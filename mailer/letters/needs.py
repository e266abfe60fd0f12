"""Which cells a template cannot do without: the words it prints with no stand-in and no question before.

`{{ city }}` needs the city; `{{ city|default("your town") }}`, `{{ city or "your town" }}` and
`{% if city %}in {{ city }}{% endif %}` do not. In doubt a word is needed: then an empty cell may stop a
letter, but never spoils one.
"""

from collections.abc import Callable, Iterator

from jinja2 import nodes

Known = frozenset[str]
"""Words that are certainly filled, or belong to the template itself."""

Need = tuple[str, int]
"""A word and the line where it is needed."""


def needs_of(tree: nodes.Template) -> dict[str, int]:
    """The words that must not be empty (`sender.role` as such), each with the first line that needs it."""
    found: dict[str, int] = {}
    for word, line in _in_order(tree.body, frozenset()):
        found[word] = min(line, found.get(word, line))
    return found


def word_of(node: nodes.Node) -> str:
    """The word that an expression is: `city`, `sender.role`; '' for anything longer."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == "sender":
        return f"sender.{node.attr}"
    return ""


def _in_order(body: list[nodes.Node], known: Known) -> Iterator[Need]:
    """The needs of statements, one after another; what `{% set %}` names is known from then on."""
    for node in body:
        yield from _needs(node, known)
        if isinstance(node, nodes.Assign):
            known |= _names(node.target)


def _needs(node: nodes.Node, known: Known) -> Iterator[Need]:
    word = word_of(node)
    if word:
        if word not in known:
            yield word, node.lineno
        return
    visit = _VISITS.get(type(node))
    if visit:
        yield from visit(node, known)
        return
    for child in node.iter_child_nodes():
        yield from _needs(child, known)


def _of_filter(node: nodes.Filter, known: Known) -> Iterator[Need]:
    """`x|default(…)` does without x; any other filter would print `None` for it."""
    for child in node.iter_child_nodes():
        if not (node.name in {"default", "d"} and child is node.node and word_of(child)):
            yield from _needs(child, known)


def _of_or(node: nodes.Or, known: Known) -> Iterator[Need]:
    if not word_of(node.left):
        yield from _needs(node.left, known)
    yield from _needs(node.right, known | _false(node.left))


def _of_and(node: nodes.And, known: Known) -> Iterator[Need]:
    yield from _asked(node.left, known)
    yield from _needs(node.right, known | _true(node.left))


def _of_choice(node: nodes.CondExpr, known: Known) -> Iterator[Need]:
    yield from _asked(node.test, known)
    yield from _needs(node.expr1, known | _true(node.test))
    if node.expr2:
        yield from _needs(node.expr2, known | _false(node.test))


def _of_if(node: nodes.If, known: Known) -> Iterator[Need]:
    yield from _asked(node.test, known)
    yield from _in_order(node.body, known | _true(node.test))
    otherwise = known | _false(node.test)
    for branch in node.elif_:
        yield from _of_if(branch, otherwise)
        otherwise |= _false(branch.test)
    yield from _in_order(node.else_, otherwise)


def _of_for(node: nodes.For, known: Known) -> Iterator[Need]:
    yield from _needs(node.iter, known)
    inside = known | _names(node.target) | {"loop"}
    if node.test:
        yield from _asked(node.test, inside)
        inside |= _true(node.test)
    yield from _in_order(node.body, inside)
    yield from _in_order(node.else_, known)


def _of_with(node: nodes.With, known: Known) -> Iterator[Need]:
    for value in node.values:
        yield from _needs(value, known)
    yield from _in_order(node.body, known.union(*map(_names, node.targets)))


def _of_set(node: nodes.Assign, known: Known) -> Iterator[Need]:
    yield from _needs(node.node, known)


_VISITS: dict[type[nodes.Node], Callable[..., Iterator[Need]]] = {
    nodes.Filter: _of_filter,
    nodes.Or: _of_or,
    nodes.And: _of_and,
    nodes.CondExpr: _of_choice,
    nodes.If: _of_if,
    nodes.For: _of_for,
    nodes.With: _of_with,
    nodes.Assign: _of_set,
}


def _names(target: nodes.Node) -> Known:
    """What an assignment or a loop names."""
    names = [target] if isinstance(target, nodes.Name) else target.find_all(nodes.Name)
    return frozenset(name.name for name in names)


def _asked(test: nodes.Node, known: Known) -> Iterator[Need]:
    """The needs of a question. Whether a word is there, or equals something, an empty cell can answer too."""
    match test:
        case nodes.Not():
            yield from _asked(test.node, known)
        case nodes.And():
            yield from _asked(test.left, known)
            yield from _asked(test.right, known | _true(test.left))
        case nodes.Or():
            yield from _asked(test.left, known)
            yield from _asked(test.right, known | _false(test.left))
        case nodes.Compare() if all(operand.op in {"eq", "ne"} for operand in test.ops):
            for side in (test.expr, *(operand.expr for operand in test.ops)):
                yield from _asked(side, known)
        case nodes.Compare() if [operand.op for operand in test.ops] in (["in"], ["notin"]):
            yield from _asked(test.expr, known)
            yield from _needs(test.ops[0].expr, known)
        case nodes.Test():
            yield from _asked(test.node, known)
        case _:
            yield from () if word_of(test) else _needs(test, known)


def _true(test: nodes.Node) -> Known:
    """The words that are filled when the answer is yes."""
    match test:
        case nodes.Not():
            return _false(test.node)
        case nodes.And():
            return _true(test.left) | _true(test.right)
        case _:
            word = word_of(test)
            return frozenset({word} if word else ())


def _false(test: nodes.Node) -> Known:
    """The words that are filled when the answer is no."""
    match test:
        case nodes.Not():
            return _true(test.node)
        case nodes.Or():
            return _false(test.left) | _false(test.right)
        case _:
            return frozenset()
