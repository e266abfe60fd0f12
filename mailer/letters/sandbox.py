"""The fenced yard in which templates run: they may print, choose and repeat, and reach nothing else.

A fellow's template is semi-trusted: she may have pasted one from somewhere. Jinja's sandbox keeps it from
Python's insides, but not from asking for a gigabyte (`'a' * 10**9`) or for a century; so what can blow up is
taken away or bounded. What the lists below lack they lack on purpose: a letter needs little.
"""

from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import StrictUndefined, Undefined, nodes
from jinja2.environment import Environment
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split(" "))


TEXT_METHODS = _listed(
    "capitalize casefold count endswith find lower lstrip partition removeprefix removesuffix "
    "rpartition rsplit rstrip split splitlines startswith strip swapcase title upper"
)
"""What a template may call on a text. `center`, `format`, `join` and `zfill` can ask for any size."""

LOOP_WORDS = _listed("changed cycle first index index0 last length nextitem previtem revindex")
"""What `loop` offers inside `{% for %}`."""

LONGEST_TEXT = 100_000
LONGEST_LOOP = 1_000
DEEPEST_LOOP = 2
"""No letter needs more characters, rounds, or loops in loops."""

_LARGEST_BASE, _LARGEST_POWER, _LARGEST_NUMBER = 1_000, 10, 10**30

_KEPT_FILTERS = _listed(
    "abs capitalize count first int last length list lower map max min reject reverse select sort "
    "title trim truncate unique upper wordcount"
)


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing that could be read: None, or white space only."""
    return value is None or (isinstance(value, str) and not value.strip())


def sandbox(finalize: Callable[[Context, Any], str]) -> Environment:
    """A fresh environment for templates.

    Args:
        finalize: Receives the context and every printed value; what it returns stands in Jinja's output.
    """
    environment = _Sandbox(
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    # Without `range`, `lipsum`, `cycler`, `dict`, `joiner` and `namespace` no template gets hold of
    # anything but the words that it is given.
    environment.globals.clear()
    environment.filters = {name: FILTERS[name] for name in _KEPT_FILTERS} | _OWN_FILTERS
    return environment


def bounded(tree: nodes.Template) -> nodes.Template:
    """The template with a bound on every loop and on every `~`; the tree itself is changed."""
    bound: nodes.Template = _Bounds().visit(tree)
    return bound


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's own sandbox with shorter lists; a subclass because Jinja offers no other way."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ARG002 - the signature is Jinja's
        """Whether a template may say `obj.attr`."""
        if isinstance(obj, str):
            return attr in TEXT_METHODS
        return isinstance(obj, LoopContext) and attr in LOOP_WORDS

    def wrap_str_format(self, value: Any) -> None:  # noqa: ARG002 - the signature is Jinja's
        """Never: `'{:999999999}'.format(1)` would ask for a gigabyte, so `format` stays out of reach."""
        return

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute `left operator right`."""
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return _join((left, right))
        if not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise SecurityError(f"{operator!r} works on numbers only; ~ puts texts together")
        if operator == "**" and (abs(left) > _LARGEST_BASE or abs(right) > _LARGEST_POWER):
            raise SecurityError("the power is too large")
        result = super().call_binop(context, operator, left, right)
        if abs(result) > _LARGEST_NUMBER:
            raise SecurityError("the number is too large")
        return result


class _Bounds(NodeTransformer):
    """Puts our bounded filters where Jinja would loop or join without end."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - the name is Jinja's
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), "join")

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - the name is Jinja's
        self.generic_visit(node)
        node.iter = _filtered(node.iter, "_few")
        return node


def _filtered(node: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _join(parts: Iterable[Any], between: str = "") -> str:
    """Jinja's `join` without its unbounded growth (`{% set x = x ~ x %}` forty times)."""
    text: str = str(between).join(map(str, parts))
    if len(text) > LONGEST_TEXT:
        raise SecurityError(f"a text grows longer than {LONGEST_TEXT} characters")
    return text


def _replace(value: Any, old: str, new: str) -> str:
    """Jinja's `replace`, refusing what would grow without bounds."""
    text = str(value)
    if len(text) + text.count(old) * len(new) > LONGEST_TEXT:
        raise SecurityError(f"a text grows longer than {LONGEST_TEXT} characters")
    return text.replace(old, new)


def _few(items: Iterable[Any]) -> list[Any]:
    """The items of a loop as a list."""
    found = list(items)
    if len(found) > LONGEST_LOOP:
        raise SecurityError(f"a loop goes over more than {LONGEST_LOOP} things")
    return found


def _default(value: Any, other: Any = "", _boolean: Any = None) -> Any:
    """Jinja's `default`, but an empty cell counts as missing: in a table nothing else can be missing."""
    return other if isinstance(value, Undefined) or is_blank(value) else value


def _round(value: float, precision: int = 0) -> float:
    """Round to at most the digits that a number has; Jinja's own would compute `10 ** precision`."""
    return round(value, max(-15, min(precision, 15)))


_OWN_FILTERS: dict[str, Callable[..., Any]] = {
    "d": _default,
    "default": _default,
    "_few": _few,
    "join": _join,
    "replace": _replace,
    "round": _round,
}
