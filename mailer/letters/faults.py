"""What is wrong with a template before any letter is printed from it; each mistake with place and remedy."""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise

from jinja2 import TemplateSyntaxError, nodes
from jinja2.environment import Environment

from mailer.letters.jargon import in_plain_words
from mailer.letters.needs import word_of
from mailer.letters.sandbox import DEEPEST_LOOP, LOOP_WORDS, TEXT_METHODS
from mailer.nouns import Problem, nearest

SENDER_WORDS = frozenset({"name", "email", "role"})
"""What may follow `sender.`."""

_MARKUP = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)

_LEFTOVERS = (
    (re.compile(r"\b(?:TODO|FIXME|XXX|TBD)\b"), "is still to be written", "write it"),
    (re.compile(r"(?<=\s)…"), "is still to be written", "write what belongs there"),
    (re.compile(r"lorem ipsum", re.IGNORECASE), "is filler", "write what you mean"),
    (
        re.compile(r"(?<!\])\[[A-Z][A-Z _-]+\](?![\[(:])"),
        "looks like a gap nobody filled",
        "use a column: {{{{ name }}}}",
    ),
    (
        re.compile(r"(?<!\{)\{\w+\}(?!\})"),
        "would be printed as it stands",
        "write {{{{ {word} }}}} for the value",
    ),
    (
        re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"),
        "is a character that nobody can see",
        "delete it and type the words around it again",
    ),
)

_SHORT = 40
_STRUCTURE = re.compile(r" {4}|\s*(?:[-*+>#|`~=_]|\d+[.)]|\{[%#])")
"""What begins a line of Markdown that is no line of a paragraph, or a line of statements."""

_REFUSED: dict[type[nodes.Node], tuple[str, str]] = {
    nodes.Include: ("include", "write the words here"),
    nodes.Import: ("import", "write the words here"),
    nodes.FromImport: ("from", "write the words here"),
    nodes.Extends: ("extends", "write the words here"),
    nodes.Block: ("block", "write the words without it"),
    nodes.Macro: ("macro", "write the words where they belong"),
    nodes.CallBlock: ("call", "write the words where they belong"),
    nodes.FilterBlock: ("filter", "apply the filter to the value: {{ name|upper }}"),
    nodes.AssignBlock: ("set … endset", "write {% set word = … %} in one line"),
}
"""Statements that would read other files, or print somewhere else than straight into the letter."""


def parse(
    file: str, source: str, environment: Environment
) -> tuple[nodes.Template | None, tuple[Problem, ...]]:
    """Read a template's text as Jinja.

    Args:
        file: For the problems, such as `templates/initial-contact.md`.
        source: With the file's own lines and columns.
        environment: Which filters and tests there are.

    Returns:
        The tree, or None when it cannot be understood; and all that is wrong whatever the columns are.
    """
    try:
        tree = environment.parse(source)
    except TemplateSyntaxError as error:
        return None, (Problem(file, *in_plain_words(error, source)),)
    desk = _Desk(file, source)
    found = (
        *desk.leftovers(),
        *desk.joined(),
        *desk.refused(tree),
        *desk.unknown(tree, environment),
        *desk.reached(tree),
    )
    return tree, tuple(dict.fromkeys(found))


def strangers(file: str, source: str, words: Mapping[str, int], known: Collection[str]) -> Iterator[Problem]:
    """The words of a template that are no column of the table.

    Args:
        file: For the problems.
        source: With the file's own lines and columns.
        words: Each word that must come from outside, with its first line.
        known: The words there are.
    """
    desk = _Desk(file, source)
    for word, line in words.items():
        if word not in known:
            near = nearest(word, sorted(name for name in known if name.isidentifier()))
            meant = f"; did you mean {near!r}?" if near else ""
            fix = f"write {near}" if near else f"add a column {word!r} to the table, or take the word out"
            yield desk.problem(line, word, f"{word!r} is not a column{meant}", fix)


class _Desk:
    """One template on the desk of its proof-reader."""

    def __init__(self, file: str, source: str) -> None:
        self._file = file
        self._source = source

    def problem(self, line: int, word: str, what: str, fix: str) -> Problem:
        """A problem at the first place in a line where `word` stands between braces."""
        return Problem(self._file, line, self._column(line, word), what, fix)

    def _column(self, line: int, word: str) -> int:
        """Jinja knows the line of everything and the column of nothing."""
        sought = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
        for markup in _MARKUP.finditer(self._source):
            for found in sought.finditer(self._source, markup.start(), markup.end()):
                if self._line_of(found.start()) == line:
                    return self._column_of(found.start())
        return 0

    def _line_of(self, position: int) -> int:
        return self._source.count("\n", 0, position) + 1

    def _column_of(self, position: int) -> int:
        return position - self._source.rfind("\n", 0, position)

    def leftovers(self) -> Iterator[Problem]:
        """Places in the fixed words that the author meant to come back to."""
        fixed = _MARKUP.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), self._source)
        for pattern, what, fix in _LEFTOVERS:
            for found in pattern.finditer(fixed):
                text = found.group()
                if text.startswith("[") and f"{text}:" in fixed:
                    continue  # `[PSF]` with its address further down is Markdown's link by reference.
                shown = repr(text) if text.isprintable() else f"U+{ord(text):04X}"
                place = self._line_of(found.start()), self._column_of(found.start())
                yield Problem(self._file, *place, f"{shown} {what}", fix.format(word=text.strip("{}")))

    def joined(self) -> Iterator[Problem]:
        """Short lines such as `Warmly,` above a name: Markdown makes one line of them, unless told not to."""
        for number, (line, after) in enumerate(pairwise(self._source.split("\n")), start=1):
            if _is_short(line) and _is_short(after.rstrip("\\ ")):
                what = f"{line.strip()!r} and the line below it will be one line in the letter"
                fix = "end the line with a backslash (\\) to keep the break"
                yield Problem(self._file, number, 1, what, fix, warning=True)

    def refused(self, tree: nodes.Template) -> Iterator[Problem]:
        """Statements that have no place in a letter."""
        for node in tree.find_all(tuple(_REFUSED)):
            name, fix = _REFUSED[type(node)]
            yield self.problem(node.lineno, name.split()[0], f"{{% {name} %}} has no place in a letter", fix)
        for node in tree.find_all((nodes.List, nodes.Tuple, nodes.Dict)):
            if not all(map(_fixed, node.iter_child_nodes())):
                what = "a list may hold only fixed texts and numbers"
                yield Problem(self._file, node.lineno, 0, what, 'write it as ["this", "that"]')
        for loop in tree.find_all(nodes.For):
            if loop.recursive or _depth(loop) > DEEPEST_LOOP:
                fix = f"at most {DEEPEST_LOOP} loops stand in each other, and none is recursive"
                yield self.problem(loop.lineno, "for", "this loop goes too deep for a letter", fix)

    def unknown(self, tree: nodes.Template, environment: Environment) -> Iterator[Problem]:
        """Filters and tests that do not exist; asked before Jinja compiles, which breaks off at the first."""
        kinds = ((nodes.Filter, "filter", environment.filters), (nodes.Test, "test", environment.tests))
        for kind, called, there in kinds:
            for node in tree.find_all(kind):
                if node.name not in there:
                    near = nearest(node.name, sorted(there))
                    what = f"there is no {called} {node.name!r}" + (
                        f"; did you mean {near!r}?" if near else ""
                    )
                    fix = (
                        f"write {near}"
                        if near
                        else "use one of: " + ", ".join(sorted(each for each in there if each[0] != "_"))
                    )
                    yield self.problem(node.lineno, node.name, what, fix)

    def reached(self, tree: nodes.Template) -> Iterator[Problem]:
        """What a template asks of a word: `sender.phone`, `name.__class__`, `name()`."""
        asked: list[nodes.Getattr | nodes.Getitem] = [
            *tree.find_all(nodes.Getattr),
            *tree.find_all(nodes.Getitem),
        ]
        for node in asked:
            word = node.attr if isinstance(node, nodes.Getattr) else _text_of(node.arg)
            of_sender = isinstance(node.node, nodes.Name) and node.node.name == "sender"
            allowed = SENDER_WORDS if of_sender else TEXT_METHODS | LOOP_WORDS
            if word and word not in allowed:
                near = nearest(word, sorted(allowed))
                thing = word_of(node.node) or "a value"
                what = f"{thing} has no {word!r} that a letter may use" + (
                    f"; did you mean {near!r}?" if near else ""
                )
                yield self.problem(node.lineno, word, what, f"write {near}" if near else "take it out")
        for call in tree.find_all(nodes.Call):
            if not isinstance(call.node, nodes.Getattr):
                yield Problem(
                    self._file,
                    call.lineno,
                    0,
                    "a letter can call nothing by name",
                    "use a filter: {{ name|upper }}",
                )


def _is_short(line: str) -> bool:
    """Whether a line of a paragraph ends long before the margin and does not ask for a break itself."""
    broken = line.endswith(("\\", "  ", "%}", "#}"))
    return 0 < len(line.strip()) < _SHORT and not broken and not _STRUCTURE.match(line)


def _fixed(item: nodes.Node) -> bool:
    return isinstance(item, nodes.Const) or (isinstance(item, nodes.Name) and item.ctx == "store")


def _depth(loop: nodes.For) -> int:
    return 1 + max((_depth(inner) for node in loop.body for inner in _loops(node)), default=0)


def _loops(node: nodes.Node) -> Iterator[nodes.For]:
    if isinstance(node, nodes.For):
        yield node
    yield from node.find_all(nodes.For)


def _text_of(node: nodes.Node) -> str:
    return node.value if isinstance(node, nodes.Const) and isinstance(node.value, str) else ""
