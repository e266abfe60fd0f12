"""Says in a fellow's words what Jinja says in a programmer's, and where it stands."""

import re
from collections.abc import Callable, Iterator

from jinja2 import TemplateSyntaxError

from mailer.nouns import nearest

_OPENING = re.compile(r"\{([{%#])")
_CLOSING = {"{": "}}", "%": "%}", "#": "#}"}
_STATEMENT = re.compile(r"\{%[-+]?\s*(\w+)")
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_BLOCKS = ("if", "for", "raw")
_TAGS = (*_BLOCKS, "else", "elif", "set", "endif", "endfor", "endraw")
_PRINTERS = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb\u2039\u203a"
_INNERMOST = re.compile(r"innermost block that needs to be closed is '(\w+)'")


def in_plain_words(error: TemplateSyntaxError, source: str) -> tuple[int, int, str, str]:
    """What is wrong with a template that Jinja does not understand.

    Args:
        error: What Jinja says.
        source: The template.

    Returns:
        Line and column (0 where only the line is known), what is wrong, and how to mend it.
    """
    message = (error.message or "this cannot be understood").rstrip(".")
    for place, what, fix in _unclosed(source):
        return *_line_and_column(source, place), what, fix
    for pattern, said in _SAYINGS:
        if found := re.match(pattern, message):
            what, fix = said(found)
            return error.lineno, _column(message, source), what, fix
    return error.lineno, 0, message, "see templates/README.md"


def _unclosed(source: str) -> Iterator[tuple[int, str, str]]:
    """What is opened and not closed: first braces, because nothing after them can be trusted, then blocks."""
    for found in _OPENING.finditer(source):
        closing = _CLOSING[found[1]]
        end, following = source.find(closing, found.end()), _OPENING.search(source, found.end())
        if end < 0 or (following and following.start() < end and found[1] != "#"):
            yield found.start(), f"'{found[0]}' is not closed", f"write {closing} where it ends"
    opened: list[tuple[int, str]] = []
    for found in _STATEMENT.finditer(_COMMENT.sub(lambda comment: "-" * len(comment[0]), source)):
        if found[1] in _BLOCKS:
            opened.append((found.start(), found[1]))
        elif opened and found[1] == f"end{opened[-1][1]}":
            opened.pop()
    for place, block in opened[-1:]:
        yield place, f"'{{% {block} %}}' is not closed", f"write {{% end{block} %}} where it ends"


def _line_and_column(source: str, place: int) -> tuple[int, int]:
    return source.count("\n", 0, place) + 1, place - source.rfind("\n", 0, place)


def _column(message: str, source: str) -> int:
    """The column of a single sign, the only thing of which Jinja tells the place."""
    found = re.search(r"char (['\"])(.)\1 at (\d+)", message)
    return _line_and_column(source, int(found[3]))[1] if found else 0


def _unknown_tag(found: re.Match[str]) -> tuple[str, str]:
    tag, block = found[1], _INNERMOST.search(found.string)
    if tag in {"else", "elif", "endif", "endfor", "endraw"}:
        begun = tag.removeprefix("end") if tag.startswith("end") else "if"
        fix = f"take it out, or write {{% {begun} … %}} where it begins"
        return f"'{{% {tag} %}}' belongs to nothing: no {{% {begun} %}} is open here", fix
    if block and tag.startswith("end"):
        return f"there is no {{% {tag} %}}", f"write {{% end{block[1]} %}}"
    near = nearest(tag, _TAGS)
    fix = f"write {{% {near} %}}" if near else "for a word of the table write {{ }} instead of {% %}"
    return f"there is no {{% {tag} %}}", fix


def _sign(found: re.Match[str]) -> tuple[str, str]:
    sign = found[2]
    if sign in _PRINTERS:
        return f"'{sign}' is a printer's quotation mark", 'between braces write straight ones: "'
    if sign in "'\"":
        return f"the quotation mark {sign} has no partner", "put the same one at the other end of the text"
    return f"'{sign}' has no meaning between braces", "take it out"


def _too_many(found: re.Match[str]) -> tuple[str, str]:
    fix = "write one column, with _ for a blank in its name: {{ first_name }}"
    return f"'{found[1]}' is one word too many between {{{{ and }}}}", fix


def _in_statement(found: re.Match[str]) -> tuple[str, str]:
    if found[1] == "=":
        return "'=' does not compare", "write =="
    return f"'{found[1]}' does not fit in here", "take it out, or see templates/README.md"


def _always(what: str, fix: str) -> Callable[[re.Match[str]], tuple[str, str]]:
    return lambda found: (found.expand(what), fix)


_SAYINGS: tuple[tuple[str, Callable[[re.Match[str]], tuple[str, str]]], ...] = (
    (r"Encountered unknown tag '(\w+)'", _unknown_tag),
    (r"unexpected char (['\"])(.)\1", _sign),
    (r"expected token 'end of print statement', got '(.+)'", _too_many),
    (r"expected token 'end of statement block', got '(.+)'", _in_statement),
    (
        r"Expected an expression, got 'end of print",
        _always("nothing stands between {{ and }}", "write a column of the table there: {{ name }}"),
    ),
    (
        r"Expected an expression, got 'end of state",
        _always("something is missing in front of %}", "write what is asked for: {% if city %}"),
    ),
    (
        r"unexpected 'end of print",
        _always("something is missing in front of }}", "write it, or take out what waits for it"),
    ),
    (r"unexpected '.+', expected '(.+)'", _always(r"'\1' is missing", "write it where the bracket ends")),
    (
        r"unexpected '\}'",
        _always("there is one brace too few or too many", "write {{ name }}, two on each side"),
    ),
    (r"unexpected '([\])])'", _always(r"'\1' closes nothing", "take it out")),
    (
        r"expected token 'name', got",
        _always("a name is missing behind | or is", "write it, or take the | or is out"),
    ),
    (
        r"expected name or number",
        _always("something is missing behind the dot", "write it, or take the dot out"),
    ),
)
"""What Jinja says, and what we say; the first that fits."""
