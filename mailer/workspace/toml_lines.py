"""Knows on which line and column each setting of a TOML file stands, which Python's own reader does not tell.

The reader (`tomllib`) has already accepted the file, so this walk only has to find its way, not to judge:
it follows TOML 1.0's grammar (https://toml.io/en/v1.0.0) and stops quietly at what it does not know.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mailer.nouns import Problem, visible

Path = tuple[str | int, ...]
"""The way to a value: names of tables and keys, and the number of an element in a list, from 0."""


class Spot(NamedTuple):
    """A place in a file, both numbers from 1; zeros when it is not known."""

    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A TOML file with its places.

    Attributes:
        values: What `tomllib` made of it.
        keys: Where the key, or the header of the table, stands.
        texts: Where the value begins; for a text, its first character inside the quotes.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    keys: Mapping[Path, Spot] = field(default_factory=dict)
    texts: Mapping[Path, Spot] = field(default_factory=dict)

    def key(self, path: Path) -> Spot:
        """Where the key stands, or the nearest thing around it that the file has."""
        while path and path not in self.keys:
            path = path[:-1]
        return self.keys.get(path, Spot())

    def text(self, path: Path) -> Spot:
        """Where the value stands, or the nearest thing around it that the file has."""
        return self.texts.get(path) or self.key(path)


def read_toml(file: str, source: str) -> Document | Problem:
    """Read a TOML file.

    Args:
        file: Its name, for the problem.
        source: Its text, lines ended by LF.

    Returns:
        The document, or the place and reason why it is no TOML.
    """
    walk = _Walk(source)
    try:
        values = tomllib.loads(source)
        walk.run()
    except ValueError as error:  # TOMLDecodeError is one; a number of 5,000 digits is the plain kind
        return _broken(file, source, str(error))
    except RecursionError:
        return Problem(file, 0, 0, "brackets are nested too deeply in this file", "take some of them out")
    return Document(values, walk.keys, walk.texts)


_AT = re.compile(r"(.*?) \(at (?:line (\d+), column (\d+)|(end of document))\)", re.DOTALL)
_HINTS = (
    ("Invalid value", "no value that TOML knows", 'put text between quotes: "like this"'),
    ("Expected '='", "a name without a value", 'write it as: name = "value"'),
    ("Expected newline", "something more after the value", "give each setting its own line"),
    ("Unterminated string", "a text that is never closed", 'close it with a quotation mark: "'),
    ("Illegal character '\\n'", "a text that is never closed", 'close it with a quotation mark: "'),
    ('Expected "\'"', "a text that is never closed", "close it with a quotation mark: '"),
    ("Expected ']", "a bracket that is never closed", "close it with ]"),
    ("Unclosed array", "a list that is never closed", "close it with ]"),
    ("Cannot overwrite", "a name that was given a value before", "keep one of the two"),
    ("Cannot declare", "a section that stood there before", "put its lines together under one header"),
    ("Unescaped '\\'", "a backslash", "write two of them, or put the text between 'single quotes'"),
)
"""How the reader begins its sentence, what that means, and what to do."""


_QUOTED_TWICE = re.compile(r'=\s*"[^"]*"[^\s#"]')
"""`where = "lane == "research""`: the commonest slip with an audience."""


def _broken(file: str, source: str, words: str) -> Problem:
    found = _AT.fullmatch(words)
    reason = found[1] if found else words
    spot = Spot(int(found[2]), int(found[3])) if found and found[2] else Spot(source.rstrip().count("\n") + 1)
    if reason.startswith("Expected newline") and _QUOTED_TWICE.search(source.split("\n")[spot.line - 1]):
        what = "here ends the text, for quotes in quotes end it"
        return Problem(file, *spot, what, "put the whole between 'single quotes'")
    for start, meaning, advice in _HINTS:
        if reason.startswith(start):
            return Problem(file, *spot, f"here stands {meaning}", advice)
    return Problem(
        file, *spot, f"this is no TOML: {visible(reason, limit=80)}", "compare it with a line that works"
    )


_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BASIC = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_LITERAL = re.compile(r"'([^'\n]*)'")
_LONG_BASIC = re.compile(r'"""(\n?)((?:[^"\\]|\\.|"(?!""))*"{0,2})"""', re.DOTALL)
_LONG_LITERAL = re.compile(r"'''(\n?)((?:[^']|'(?!''))*'{0,2})'''", re.DOTALL)
_PLAIN = re.compile(r"[^,\]}#\n]+")


class _Walk:
    """One walk through a file that is known to be TOML."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.keys: dict[Path, Spot] = {}
        self.texts: dict[Path, Spot] = {}
        self.counts: dict[Path, int] = {}
        """How many `[[tables]]` of a name there are so far."""

    def run(self) -> None:
        """Walk to the end, or to what cannot be followed."""
        table: Path = ()
        while self._skip() < len(self.source):
            before = self.at
            table = self._header() if self._sees("[") else self._pair(table)
            if self.at == before:
                return

    def _skip(self) -> int:
        """Go past blanks and comments."""
        found = _BLANK.match(self.source, self.at)
        self.at = found.end() if found else self.at
        return self.at

    def _sees(self, text: str) -> bool:
        return self.source.startswith(text, self.at)

    def _takes(self, text: str) -> bool:
        if not self._sees(text):
            return False
        self.at += len(text)
        return True

    def _spot(self, at: int) -> Spot:
        return Spot(self.source.count("\n", 0, at) + 1, at - self.source.rfind("\n", 0, at))

    def _header(self) -> Path:
        """`[table]` or `[[table]]`; the path of what follows it."""
        start = self.at
        many = self._takes("[[")
        if not many:
            self._takes("[")
        path = self._inside(self._key())
        if many:
            self.counts[path] = self.counts.get(path, -1) + 1
            self.keys.setdefault(path, self._spot(start))
            path = (*path, self.counts[path])
        self._skip()
        self._takes("]]" if many else "]")
        self.keys.setdefault(path, self._spot(start))
        return path

    def _inside(self, names: Path) -> Path:
        """The path with the number of the latest element wherever it leads through `[[tables]]`."""
        path: Path = ()
        for place, name in enumerate(names, start=1):
            path = (*path, name)
            if path in self.counts and place < len(names):
                path = (*path, self.counts[path])
        return path

    def _key(self) -> Path:
        """`name`, `"quoted"` or `dotted.name`."""
        names: list[str] = []
        while True:
            self._skip()
            if found := _BARE.match(self.source, self.at):
                names.append(found[0])
            elif found := _LITERAL.match(self.source, self.at):
                names.append(found[1])
            elif found := _BASIC.match(self.source, self.at):
                # An escape in a key is rare enough to let the reader undo it.
                names.append(tomllib.loads(f"k = {found[0]}")["k"])
            else:
                return tuple(names)
            self.at = found.end()
            self._skip()
            if not self._takes("."):
                return tuple(names)

    def _pair(self, table: Path) -> Path:
        """`key = value`; returns the table again."""
        start = self.at
        path = (*table, *self._key())
        for length in range(len(table) + 1, len(path) + 1):
            self.keys.setdefault(path[:length], self._spot(start))
        self._skip()
        self._takes("=")
        self._skip()
        self._value(path)
        return table

    def _value(self, path: Path) -> None:
        self.texts[path] = self._spot(self.at)
        if self._takes("["):
            self._list(path)
        elif self._takes("{"):
            self._inline(path)
        elif found := _LONG_BASIC.match(self.source, self.at) or _LONG_LITERAL.match(self.source, self.at):
            self.texts[path] = self._spot(found.start(2))
            self.at = found.end()
        elif found := _BASIC.match(self.source, self.at) or _LITERAL.match(self.source, self.at):
            self.texts[path] = self._spot(found.start(1))
            self.at = found.end()
        elif found := _PLAIN.match(self.source, self.at):
            self.at = found.end()

    def _list(self, path: Path) -> None:
        place = 0
        while self._skip() < len(self.source) and not self._takes("]"):
            before = self.at
            self.keys[(*path, place)] = self._spot(self.at)
            self._value((*path, place))
            self._skip()
            self._takes(",")
            place += 1
            if self.at == before:
                return

    def _inline(self, path: Path) -> None:
        while self._skip() < len(self.source) and not self._takes("}"):
            before = self.at
            self._pair(path)
            self._skip()
            self._takes(",")
            if self.at == before:
                return
