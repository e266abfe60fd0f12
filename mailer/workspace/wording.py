"""Turns what pydantic finds wrong in a file into problems that say where, in plain words, and the remedy."""

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from mailer.nouns import Problem, nearest, visible
from mailer.workspace.shapes import OURS
from mailer.workspace.toml_lines import Document, Path, Spot

_SECRETS = frozenset({"password", "passwd", "pass", "passphrase", "secret", "token", "pw"})
_EXAMPLES: Mapping[str, str] = {
    "name": 'name = "Ana Muster"',
    "email": 'email = "ana@users.example"',
    "host": 'host = "mail.users.example"',
    "port": "port = 465",
    "template": 'template = "initial-contact"',
    "steps": "add [[steps]] with a template below it",
}
_UNKNOWN = "unexpected_keyword_argument"
_PROVIDER = "your provider's page on mail programs names it"
_SENTENCES: Mapping[str, tuple[str, str]] = {
    "string_type": ("{name} must be text", 'put it between quotes: "like this"'),
    "int_type": ("{name} must be a whole number", "write it in figures, without quotes"),
    "greater_than_equal": ("{name} must be between 1 and 65535", _PROVIDER),
    "less_than_equal": ("{name} must be between 1 and 65535", _PROVIDER),
    "literal_error": ("{name} must be one of {expected}", _PROVIDER),
    "list_type": ("{name} must be a list", "write [[{name}]], in double brackets, above each"),
    "too_short": ("the campaign has no steps", _EXAMPLES["steps"]),
    "dataclass_type": (
        "{where} must be a section",
        "write {header} alone in a line, and its settings below it",
    ),
}
"""What pydantic calls the mistake, and what we say of it."""
_ANY = ("{name} is wrong: {words}", "compare it with the starter's file")


def check(
    shape: type[Any], file: str, document: Document, variables: Mapping[Path, str] | None = None
) -> tuple[Any, tuple[Problem, ...]]:
    """Hold a document against its shape.

    Args:
        shape: One of `shapes.py`.
        file: The document's name, for the problems.
        document: What was read.
        variables: The values that came from the environment, with the names of their variables.

    Returns:
        The shape filled in, or None with everything that is wrong.
    """
    try:
        # A class can be a key; mypy takes `type[Any]` for anything.
        return _reader(shape).validate_python(document.values), ()  # type: ignore[arg-type]
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        meant = {_meant(shape, detail["loc"]) for detail in details if detail["type"] == _UNKNOWN}
        found = [
            _problem(shape, file, document, detail, variables or {})
            for detail in details
            # A misspelt setting is one mistake, though it leaves another one missing.
            if not (detail["type"] == "missing" and detail["loc"] in meant)
        ]
    return None, tuple(sorted(found, key=lambda problem: (problem.line, problem.column)))


@cache
def _reader(shape: type[Any]) -> TypeAdapter[Any]:
    """Made once for all files of a shape: that takes longer than reading one."""
    return TypeAdapter(shape)


def _problem(
    shape: type[Any], file: str, document: Document, detail: ErrorDetails, variables: Mapping[Path, str]
) -> Problem:
    path: Path = detail["loc"]
    if path in variables:
        return Problem("environment", 0, 0, *_wrong(detail, variables[path], path))
    if detail["type"] == _UNKNOWN:
        return Problem(file, *document.key(path), *_unknown(shape, path))
    if detail["type"] == "missing":
        spot = document.key(path[:-1]) if len(path) > 1 else Spot()
        return Problem(file, *spot, *_missing(path))
    what, fix = _wrong(detail, str(path[-1]), path)
    return Problem(file, *document.text(path), what, fix)


def _where(path: Path) -> str:
    """How a fellow would call the part of the file that the path leads to."""
    if not path:
        return "this file"
    if len(path) > 1 and isinstance(path[1], int):
        return f"step {path[1] + 1}"
    return f"[{'.'.join(map(str, path))}]"


def _missing(path: Path) -> tuple[str, str]:
    name = str(path[-1])
    if name == "steps":
        return "the campaign has no steps", _EXAMPLES[name]
    if len(path) == 1:
        return f"the section [{name}] is missing", f"add a line [{name}] and its settings below it"
    return f"{_where(path[:-1])} has no {name}", f"add: {_EXAMPLES[name]}"


def _unknown(shape: type[Any], path: Path) -> tuple[str, str]:
    name, place = str(path[-1]), path[:-1]
    if name.lower() in _SECRETS:
        what = "a password must not stand in this file: it is meant to be shared"
        return what, 'take it out; instead write password_cmd = "a command that prints it"'
    known = _names(shape, place)
    near = _meant(shape, path)
    what = f"{_where(place)} knows no setting {visible(name, limit=40)!r}"
    return what, f"did you mean {near[-1]}?" if near else f"it knows: {', '.join(known)}"


def _meant(shape: Any, path: Path) -> Path:
    """The setting that a misspelt one was probably meant to be; () when none is near."""
    near = nearest(str(path[-1]).lower(), _names(shape, path[:-1]))
    return (*path[:-1], near) if near else ()


def _names(shape: Any, place: Path) -> list[str]:
    """The settings of the part of a shape that the path leads to."""
    for name in place:
        if isinstance(name, int):
            continue
        kind: Any = next(part.type for part in dataclasses.fields(shape) if part.name == name)
        # A list of steps is an Annotated[list[StepShape], …].
        while not dataclasses.is_dataclass(kind):
            kind = kind.__args__[0]
        shape = kind
    return [part.name for part in dataclasses.fields(shape)]


def _wrong(detail: ErrorDetails, name: str, path: Path) -> tuple[str, str]:
    context = detail.get("ctx", {})
    if detail["type"] == OURS:
        return f"{name} {context['what']}", context["fix"]
    what, fix = _SENTENCES.get(detail["type"], _ANY)
    words = {
        "name": name,
        "where": _where(path),
        "header": f"[[{path[0]}]]" if isinstance(path[-1], int) else f"[{'.'.join(map(str, path))}]",
        "expected": context.get("expected", ""),
        "words": visible(detail["msg"], limit=80),
    }
    return what.format(**words), fix.format(**words)
