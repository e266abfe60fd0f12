"""A template file as the program holds it: subject and body, ready to be printed for group after group."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import Any

from jinja2 import Template as Compiled
from jinja2 import nodes
from jinja2.environment import Environment
from jinja2.exceptions import SecurityError

from mailer.letters.enclosures import Mention, is_fit, pictures_in
from mailer.letters.faults import parse
from mailer.letters.needs import Use, uses_in
from mailer.letters.sandbox import LONGEST_TEXT, bounded, sandbox
from mailer.letters.slots import SLOTS, Slots, SlotWords, into_slot
from mailer.nouns import Problem, nearest

_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]*):(?:[ \t]+|$)")
_KNOWN_HEADERS = ("Subject", "Attach")

_STATEMENT = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)

_MOST_PIECES = 10_000
"""Jinja prints in pieces, some twenty for a letter; a template which prints without end is stopped here."""


class Unclear(ValueError):
    """A line of a template cannot be worked out for this group.

    Args:
        line: In the template's file; 0 when unknown.
        reason: What came up.
    """

    def __init__(self, line: int, reason: Exception) -> None:
        super().__init__(str(reason))
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Script:
    """One text of a template, ready to print: its subject line, or its body.

    Attributes:
        file: The template's file, by which its lines are known in a traceback.
        compiled: Jinja's reading of it.
    """

    file: str
    compiled: Compiled

    def skeleton(self, context: Mapping[str, Any], slots: Slots) -> str:
        """What Jinja makes of it, with slots in the places of values.

        Raises:
            Unclear: an expression asks for what cannot be had.
        """
        try:
            printing = self.compiled.root_render_func(
                self.compiled.new_context({**context, SLOTS: slots}, shared=True)
            )
            pieces = list(islice(printing, _MOST_PIECES))
        except Exception as error:  # an expression in a template may raise anything at all
            raise Unclear(self._line_of(error.__traceback__), error) from error
        if len(pieces) == _MOST_PIECES or sum(map(len, pieces)) > LONGEST_TEXT:
            raise Unclear(0, SecurityError("the letter grows longer than any letter is"))
        return "".join(pieces).strip()

    def _line_of(self, trace: TracebackType | None) -> int:
        """The line of the file where an error came up."""
        line = 0
        while trace:
            if trace.tb_frame.f_code.co_filename == self.file:
                line = self.compiled.get_corresponding_lineno(trace.tb_lineno)
            trace = trace.tb_next
        return line


@dataclass(frozen=True, slots=True)
class Template:
    """One file of `templates/`.

    Attributes:
        file: `templates/NAME.md`.
        text: All of it.
        subject: None when the file leaves it out; also None while there are problems (warnings aside).
        body: None while there are problems (warnings aside).
        has_subject: Whether the file has a subject of its own.
        words: Each word that comes from outside (`sender.role` as such), with its first line.
        needs: Each of them that must not be empty, with the first line that needs it.
        problems: All that is wrong whatever the table's columns are.
        slot_words: The made-up words that stand for values in it.
        mentions: The files that it names: its pictures, then its attachments, each in order.
    """

    file: str
    text: str
    subject: Script | None
    body: Script | None
    has_subject: bool
    words: Mapping[str, int]
    needs: Mapping[str, int]
    problems: tuple[Problem, ...]
    slot_words: SlotWords
    mentions: tuple[Mention, ...] = ()

    @property
    def table_words(self) -> dict[str, int]:
        """The words that are columns of the table, with their first lines."""
        return {word: line for word, line in self.words.items() if word.partition(".")[0] != "sender"}

    @property
    def faults(self) -> tuple[Problem, ...]:
        """The problems that keep letters from being printed."""
        return tuple(problem for problem in self.problems if not problem.warning)


def named_in(text: str) -> tuple[str, ...]:
    """The files in `templates/` that a template's text names, as far as they can go with a letter at all."""
    text = _in_lines(text)
    _, start, _, attachments = _headers("", text)
    return tuple(named.name for named in (*pictures_in(text, start), *attachments) if is_fit(named))


def read(name: str, text: str) -> Template:
    """Read a template file. Never fails: what is wrong is in the result's `problems`.

    Args:
        name: Without `.md`.
        text: The whole file.
    """
    file = f"templates/{name}.md"
    text = _in_lines(text)
    try:
        return _understood(file, text)
    except Exception as error:  # noqa: BLE001 - Jinja raises its own errors only for what a person would write
        what = f"this cannot be understood ({type(error).__name__}); it may be nested too deeply"
        problem = Problem(file, 0, 0, what, "make it simpler")
        return Template(file, text, None, None, False, {}, {}, (problem,), SlotWords(text))  # noqa: FBT003 - a field


def _in_lines(text: str) -> str:
    return re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff"))


def _understood(file: str, text: str) -> Template:
    environment = sandbox(into_slot)
    subject, start, problems, attachments = _headers(file, text)
    body = _blank(text[:start]) + text[start:]
    if not body.strip():
        problems = (*problems, Problem(file, 0, 0, "the letter has no text", "write it below an empty line"))
    subject_tree, subject_faults = parse(file, subject, environment)
    body_tree, body_faults = parse(file, _line_ends_kept(body), environment)
    problems = tuple(sorted({*problems, *subject_faults, *body_faults}))
    sound = all(problem.warning for problem in problems)
    trees = [tree for tree in (subject_tree, body_tree) if tree]
    uses = [use for tree in trees for use in uses_in(tree)]
    return Template(
        file=file,
        text=text,
        subject=_script(file, subject_tree, environment) if sound and subject else None,
        body=_script(file, body_tree, environment) if sound else None,
        has_subject=bool(subject),
        words=_first_lines(uses),
        needs=_first_lines(use for use in uses if use.needed),
        problems=problems,
        slot_words=SlotWords(text),
        mentions=(*pictures_in(text, start), *attachments),
    )


def _line_ends_kept(source: str) -> str:
    """The source with `%}` written `+%}` where it ends a line that holds more than statements.

    Jinja drops the line end after a statement. That is right for a line which holds nothing else; after
    `… your group{% if city %} in {{ city }}{% endif %}` it would glue the next line's first word to the city.
    """
    marked = _STATEMENT.sub(lambda found: "\0" * len(found.group()), source)
    kept, start = [], 0
    for line in marked.split("\n"):
        end = start + len(line)
        glued = line.endswith("\0") and line.strip("\0 \t") and source[end - 3] not in "+-"
        kept.append(f"{source[start : end - 2]}+{source[end - 2 : end]}" if glued else source[start:end])
        start = end + 1
    return "\n".join(kept)


def _headers(file: str, text: str) -> tuple[str, int, tuple[Problem, ...], tuple[Mention, ...]]:
    """The subject's source (or ''), where the body starts, what is wrong before that, and the attachments."""
    subject, start, problems, attached = "", 0, [], dict[str, Mention]()
    for number, line in enumerate(text.split("\n"), start=1):
        found = _HEADER.match(line)
        if not found:
            if start and line.strip():
                what = "the letter begins without an empty line above it"
                problems.append(Problem(file, number, 1, what, "put one in"))
            break
        value = line[found.end() :].rstrip()
        what, fix = _header_fault(found.group(1), value, subject, attached)
        if what:
            problems.append(Problem(file, number, 1, what, fix))
        elif found.group(1) == "Attach":
            attached[value] = Mention(value, number, found.end() + 1, inline=False)
        else:
            subject = _blank(text[: start + found.end()]) + value
        start = min(start + len(line) + 1, len(text))
    return subject, start, tuple(problems), tuple(attached.values())


def _header_fault(name: str, value: str, subject: str, attached: Collection[str]) -> tuple[str, str]:
    """What is wrong with a header line, and its remedy; two empty texts when nothing is."""
    if name not in _KNOWN_HEADERS:
        near = nearest(name.capitalize(), _KNOWN_HEADERS)
        if near:
            return f"there is no header {name!r}; did you mean {near!r}?", f"write {near}:"
        return f"there is no header {name!r}", "put an empty line above it if it belongs to the letter"
    if name == "Attach":
        if not value:
            return "no file is named here", "write its name, or take the line out"
        return ("this file is attached twice", "take one of the lines out") if value in attached else ("", "")
    if not value:
        return "the subject is empty", "write it; or take the line out, if this is a follow-up"
    return ("a letter has one Subject only", "take one of the lines out") if subject else ("", "")


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _script(file: str, tree: nodes.Template | None, environment: Environment) -> Script | None:
    if tree is None:
        return None
    code = environment.compile(bounded(tree), name=file, filename=file)
    return Script(file, Compiled.from_code(environment, code, environment.globals))


def _first_lines(uses: Iterable[Use]) -> dict[str, int]:
    """Each word with the first line where it stands."""
    found: dict[str, int] = {}
    for use in sorted(uses, key=lambda use: (use.line, use.word)):
        found.setdefault(use.word, use.line)
    return found
