"""Holds a settings or campaign file against its shape, and names all that is wrong at once, with its place.

Our own and no library's: pydantic, which did this before, took longer to load than everything else that
`campaign status` does, and knows no places; every one of its sentences had to be replaced.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, TypeVar

from mailer.nouns import Problem, nearest, visible
from mailer.workspace.shapes import READ, Several
from mailer.workspace.toml_lines import Document, Path, Spot
from mailer.workspace.values import Unfit

S = TypeVar("S")

_ATTACH = "files that go along are named in the template's first lines: Attach: flyer.pdf"
_IN_THE_TEMPLATE = {
    **dict.fromkeys(("attach", "attachment", "attachments", "files"), _ATTACH),
    "subject": "the subject stands in the template's first line: Subject: …",
}
"""Settings that others have, and that are a letter's own here."""
_SECRETS = frozenset({"password", "passwd", "pass", "passphrase", "secret", "token", "pw"})
_EXAMPLES: Mapping[str, str] = {
    "name": 'name = "Ana Muster"',
    "email": 'email = "ana@users.example"',
    "host": 'host = "mail.users.example"',
    "smtp.port": "port = 465",
    "imap.port": "port = 993",
    "template": 'template = "initial-contact"',
}
_NO_STEPS = ("the campaign has no steps", "add [[steps]] with a template below it")


def fill(
    shape: type[S], file: str, document: Document, variables: Mapping[Path, str] | None = None
) -> tuple[S | None, tuple[Problem, ...]]:
    """Fill a shape with what a document says.

    Args:
        shape: One of `shapes.py`.
        file: The document's name, for the problems.
        document: What was read.
        variables: The values that came from the environment, with the names of their variables.

    Returns:
        The shape filled in, or None with everything that is wrong.
    """
    filling = _Filling(file, document, variables or {})
    filled: S = filling.section(shape, document.values, ())
    if not filling.problems:
        return filled, ()
    return None, tuple(sorted(filling.problems, key=lambda problem: (problem.line, problem.column)))


class _Filling:
    """A document on the way into its shape."""

    def __init__(self, file: str, document: Document, variables: Mapping[Path, str]) -> None:
        self.file = file
        self.document = document
        self.variables = variables
        self.problems: list[Problem] = []

    def section(self, shape: Any, values: object, path: Path) -> Any:
        """The shape with what stands in a section; None after a complaint."""
        if not isinstance(values, Mapping):
            fix = f"write {_header(path)} alone in a line, and its settings below it"
            self._complain(self.document.text(path), f"{_where(path)} must be a section", fix)
            return None
        parts = {part.name: part for part in fields(shape)}
        # A misspelt setting is one mistake, though it leaves another one missing.
        meant = {self._unknown(name, parts, path) for name in values if name not in parts}
        filled = {}
        for name, part in parts.items():
            if name in values:
                filled[name] = self._part(part, values[name], (*path, name))
            elif part.default is MISSING:
                filled[name] = None
                if name not in meant:
                    self._missing(name, path)
        return shape(**filled)

    def _part(self, part: "Field[Any]", value: object, path: Path) -> Any:
        read = part.metadata[READ]
        if isinstance(read, Several):
            return self._sections(read.shape, value, path)
        if is_dataclass(read):
            return self.section(read, value, path)
        try:
            return read(value)
        except Unfit as unfit:
            if path in self.variables:
                what = f"{self.variables[path]} {unfit.what}"
                self.problems.append(Problem("environment", 0, 0, what, unfit.fix))
            else:
                self._complain(self.document.text(path), f"{part.name} {unfit.what}", unfit.fix)
        return None

    def _sections(self, shape: Any, value: object, path: Path) -> Any:
        if not isinstance(value, list):
            fix = f"write [[{path[-1]}]], in double brackets, above each"
            self._complain(self.document.text(path), f"{path[-1]} must be a list", fix)
            return None
        if not value:
            self._complain(self.document.text(path), *_NO_STEPS)
        return tuple(self.section(shape, one, (*path, place)) for place, one in enumerate(value))

    def _unknown(self, name: str, parts: "Mapping[str, Field[Any]]", path: Path) -> str:
        """Complain of a setting that there is not; the one that was probably meant."""
        near = nearest(name.lower(), parts)
        spot = self.document.key((*path, name))
        if name.lower() in _SECRETS:
            fix = 'take it out; instead write password_cmd = "a command that prints it"'
            self._complain(spot, "a password must not stand in this file: it is meant to be shared", fix)
            return ""
        what = f"{_where(path)} knows no setting {visible(name, limit=40)!r}"
        below = [section for section, part in parts.items() if name in _settings_of(part)]
        known = _IN_THE_TEMPLATE.get(name.lower()) or f"it knows: {', '.join(parts)}"
        fix = f"did you mean {near}?" if near else known
        self._complain(spot, what, f"put it below [{'.'.join([*map(str, path), *below])}]" if below else fix)
        return "" if below else near

    def _missing(self, name: str, path: Path) -> None:
        if path:
            self._complain(
                self.document.key(path), f"{_where(path)} has no {name}", f"add: {_example(path, name)}"
            )
        elif name == "steps":
            self._complain(Spot(), *_NO_STEPS)
        else:
            fix = f"add a line [{name}] and its settings below it"
            self._complain(Spot(), f"the section [{name}] is missing", fix)

    def _complain(self, spot: Spot, what: str, fix: str) -> None:
        self.problems.append(Problem(self.file, *spot, what, fix))


def _example(path: Path, name: str) -> str:
    """How the missing line could read; a port differs from section to section."""
    return _EXAMPLES.get(name) or _EXAMPLES[f"{path[-1]}.{name}"]


def _settings_of(part: "Field[Any]") -> set[str]:
    """The settings of a section that stands once; none of a single setting."""
    read = part.metadata[READ]
    return {below.name for below in fields(read)} if is_dataclass(read) else set()


def _where(path: Path) -> str:
    """How a fellow would call the part of the file that the path leads to."""
    if not path:
        return "this file"
    return f"step {path[-1] + 1}" if isinstance(path[-1], int) else f"[{'.'.join(map(str, path))}]"


def _header(path: Path) -> str:
    return f"[[{path[0]}]]" if isinstance(path[-1], int) else f"[{'.'.join(map(str, path))}]"
