"""Makes one pattern of a table of phrases, so that whoever speaks a language can read and add to its lines.

A line is a regular expression in lower case; the text that it is tried on is put into lower case first.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

_EAST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_SIGN = re.compile(r"\\.|.", re.DOTALL)
_FIRST_GROUP = re.compile(r"\((?:\?:|(?!\?))([^()]*)\)(?![?*+{])(.*)")
_COUNTS = ("?", "*", "+", "{")


def lower(text: str) -> str:
    """The text in lower case; a Turkish capital İ gives a plain i, not one with a dot put above it."""
    return text.lower().replace("i\u0307", "i")


def any_of(table: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """One pattern for all lines of a table; spaces around a line and empty lines mean nothing."""
    return re.compile(_by_first_letter(_lines(table)), flags)


class Phrases:
    """A large table that is tried on every mail: made when first needed, and only where it can match.

    A line is tried only on texts that have letters of its script, and where a word begins; lines that begin
    with something else than a letter bring their own start. With `inside` they match within words, too.
    """

    def __init__(self, table: str, *, inside: bool = False) -> None:
        self._table = table
        self._start = "" if inside else r"(?<!\w)"

    @cached_property
    def _patterns(self) -> tuple[tuple[re.Pattern[str] | None, re.Pattern[str]], ...]:
        """Each with the letters that a text must have for it; None where every text will do."""
        east, cyrillic, latin, free = [], [], [], []
        for line in _lines(self._table):
            if _EAST.search(line):
                east.append(line)
            elif line.startswith(("^", "\\W", "(?:^", "(?<")):
                free.append(line)
            elif _CYRILLIC.search(line):
                cyrillic.append(line)
            else:
                latin.append(line)
        made = [
            (_EAST, _by_first_letter(east)),
            (_CYRILLIC, f"{self._start}(?:{_by_first_letter(cyrillic)})" if cyrillic else ""),
            (None, f"{self._start}(?:{_by_first_letter(latin)})" if latin else ""),
            (None, "|".join(free)),
        ]
        return tuple((letters, re.compile(pattern)) for letters, pattern in made if pattern)

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """The first place where a line matches."""
        stop = len(text) if end is None else end
        found = (pattern.search(text, start, stop) for pattern in self._possible(text))
        return min(filter(None, found), key=re.Match.start, default=None)

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """Every place where a line matches, script by script."""
        stop = len(text) if end is None else end
        for pattern in self._possible(text):
            yield from pattern.finditer(text, start, stop)

    def _possible(self, text: str) -> Iterator[re.Pattern[str]]:
        """The patterns whose letters a text has."""
        plain = text.isascii()
        for letters, pattern in self._patterns:
            if letters is None or (not plain and letters.search(text)):
                yield pattern


def _lines(table: str) -> Iterator[str]:
    return filter(None, map(str.strip, table.splitlines()))


def _by_first_letter(lines: Iterable[str]) -> str:
    """One pattern of many, those together that begin with the same letter.

    Python tries one after the other at each place of a text; this way it passes over all but a few.
    """
    kept: dict[str, list[str]] = {}
    for each in (branch for line in lines for branch in _branches(line)):
        plain = each[:1].isalpha() and each[1:2] not in _COUNTS
        kept.setdefault(each[0] if plain else "", []).append(each[1:] if plain else each)
    return "|".join(
        f"{first}(?:{'|'.join(rest)})" if first else "|".join(rest) for first, rest in kept.items()
    )


def _branches(line: str) -> Iterator[str]:
    """The alternatives of a line, those of a group at their beginning told apart, too."""
    for each in _alternatives(line):
        group = _FIRST_GROUP.fullmatch(each)
        yield from (f"{first}{group[2]}" for first in _alternatives(group[1])) if group else (each,)


def _alternatives(line: str) -> Iterator[str]:
    """What stands between the strokes of a pattern that are in no brackets."""
    depth = start = 0
    for sign in _SIGN.finditer(line):
        depth += (sign[0] in {"(", "["}) - (sign[0] in {")", "]"})
        if sign[0] == "|" and not depth:
            yield line[start : sign.start()]
            start = sign.end()
    yield line[start:]
