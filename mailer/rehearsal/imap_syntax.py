"""Reads IMAP commands: words, quoted strings, literals, lists, number sets, names, dates (RFC 3501 §9).

All pure. A command is handed in whole, with its literals in place, as the client wrote it. Quirks of real
clients that cost nothing are allowed (several spaces, flags as atoms); everything else is `BadSyntax`.
"""

import re
from base64 import b64decode, b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

DEEPEST = 20
"""So many parentheses deep a command may be; real ones stay under four."""


class BadSyntax(ValueError):
    """The command cannot be read; the text says why, as the end of "BAD …"."""


class Refused(Exception):
    """The command is understood and will not be carried out; the text follows `NO`."""


@dataclass(frozen=True, slots=True)
class Word:
    """An atom, a quoted string or a literal: its octets, and whether they were quoted in any way."""

    raw: bytes
    quoted: bool = False

    @property
    def upper(self) -> str:
        """The word as text in upper case; commands and item names know no case."""
        return self.text.upper()

    @property
    def text(self) -> str:
        """The word as text; octets that are no UTF-8 are replaced."""
        return self.raw.decode("utf-8", "replace")


Argument = Word | tuple["Argument", ...]
"""A word, or a list of arguments in parentheses."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its tag, its name in upper case, its arguments."""

    tag: str
    name: str
    arguments: tuple[Argument, ...]


_TAG = re.compile(rb"[^\x00-\x20(){%*\"\\+\x7f-\xff]+(?= )")
_NAME = re.compile(rb" ([A-Za-z]+)(?= |$)")
_ATOM = re.compile(rb"(?:[^\x00-\x20(){\"\[\x7f-\xff]|\[[^\]\r\n]*\])+")
_QUOTED = re.compile(rb'"((?:[^"\\\r\n\x00]|\\["\\])*)"')
_LITERAL = re.compile(rb"\{(\d{1,10})\+?\}\r\n")


def parse(command: bytes) -> Command:
    """Read one command without its final line break.

    Raises:
        BadSyntax: when it does not follow the grammar.
    """
    tag = _TAG.match(command)
    name = _NAME.match(command, tag.end()) if tag else None
    if not tag or not name:
        raise BadSyntax("a command is a tag, a space and a word")
    stack: list[list[Argument]] = [[]]
    at = name.end()
    while at < len(command):
        at = _step(command, at, stack)
    if len(stack) > 1:
        raise BadSyntax("a parenthesis is not closed")
    return Command(tag[0].decode("ascii"), name[1].decode("ascii").upper(), tuple(stack[0]))


def tag_of(command: bytes) -> str:
    """The tag with which the answer must begin; `*` for a line that has none."""
    tag = _TAG.match(command)
    return tag[0].decode("ascii") if tag else "*"


def _step(command: bytes, at: int, stack: list[list[Argument]]) -> int:
    """Read one space, parenthesis or word at `at`; returns where the next begins."""
    match command[at : at + 1]:
        case b" ":
            return at + 1
        case b"(":
            if len(stack) > DEEPEST:
                raise BadSyntax("too many parentheses")
            stack.append([])
            return at + 1
        case b")":
            if len(stack) == 1:
                raise BadSyntax("a parenthesis is closed that was never opened")
            done = tuple(stack.pop())
            stack[-1].append(done)
            return at + 1
        case _:
            word, at = _word(command, at)
            if command[at : at + 1] not in {b"", b" ", b")"}:
                raise BadSyntax("words are separated by spaces")
            stack[-1].append(word)
            return at


def _word(command: bytes, at: int) -> tuple[Word, int]:
    if found := _ATOM.match(command, at):
        return Word(found[0]), found.end()
    if found := _QUOTED.match(command, at):
        return Word(re.sub(rb'\\(["\\])', rb"\1", found[1]), quoted=True), found.end()
    if found := _LITERAL.match(command, at):
        end = found.end() + int(found[1])
        if end > len(command):
            raise BadSyntax("a literal is shorter than announced")
        return Word(command[found.end() : end], quoted=True), end
    raise BadSyntax("there is a character that has no place here")


def word(argument: Argument) -> Word:
    """The argument as a single word.

    Raises:
        BadSyntax: when it is a list.
    """
    if isinstance(argument, tuple):
        raise BadSyntax("a word was expected, not a list")
    return argument


def words(argument: Argument) -> tuple[Word, ...]:
    """The argument as a flat list of words; a lone word is a list of one.

    Raises:
        BadSyntax: when lists stand in it.
    """
    return tuple(map(word, argument)) if isinstance(argument, tuple) else (argument,)


_FLAG = re.compile(r"\\?[A-Za-z0-9$_.!-]{1,64}")


def flags(arguments: Iterable[Argument]) -> frozenset[str]:
    r"""The flags that a client names, system flags in their usual spelling (`\Seen`).

    Raises:
        BadSyntax: when one would not read back as a flag.
    """
    named = [word(one).text for one in arguments]
    if not all(map(_FLAG.fullmatch, named)):
        raise BadSyntax("that is no flag")
    return frozenset(name.title() if name.startswith("\\") else name for name in named)


_RANGE = re.compile(r"([1-9]\d{0,9}|\*)(?::([1-9]\d{0,9}|\*))?")


def pick(number_set: str, present: Sequence[int]) -> list[int]:
    """Those of `present` (ascending) that a set such as `2,4:7,9:*` names, ascending.

    `*` is the last one, also where the range stands the wrong way round: `999:*` names the last
    even if it is lower (RFC 3501 §6.4.8). That costs careless readers a mail read twice.

    Raises:
        BadSyntax: when the text is no set.
    """
    last = present[-1] if present else 0
    chosen: set[int] = set()
    for text in number_set.split(","):
        found = _RANGE.fullmatch(text)
        if not found:
            raise BadSyntax("that is no set of numbers")
        ends = sorted(last if end == "*" else int(end) for end in found.groups() if end)
        chosen.update(present[bisect_left(present, ends[0]) : bisect_right(present, ends[-1])])
    return sorted(chosen)


def folded(numbers: Sequence[int]) -> str:
    """Ascending numbers as a set: `1:3,7`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ",".join(":".join(map(str, run)) for run in runs)


_SHIFTED = re.compile(r"&([A-Za-z0-9+,]*)-")
_FOREIGN = re.compile(r"[^\x20-\x7e]+")


def folder_name(wire: str) -> str:
    """A folder's name as people read it, from the modified UTF-7 of the wire (RFC 3501 §5.1.3).

    Raises:
        BadSyntax: when that cannot be read.
    """
    return _SHIFTED.sub(_unshifted, wire)


def _unshifted(found: re.Match[str]) -> str:
    if not found[1]:
        return "&"
    try:
        return b64decode(found[1].replace(",", "/") + "=" * (-len(found[1]) % 4)).decode("utf-16-be")
    except ValueError as error:
        raise BadSyntax("a folder's name cannot be read") from error


def wire_name(name: str) -> str:
    """A folder's name as it goes over the wire, in printable ASCII."""
    return _FOREIGN.sub(_shifted, name.replace("&", "&-"))


def _shifted(found: re.Match[str]) -> str:
    packed = b64encode(found[0].encode("utf-16-be")).decode("ascii")
    return f"&{packed.rstrip('=').replace('/', ',')}-"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(r" ?(\d{1,2})-([A-Za-z]{3})-(\d{4})")
_DATE_TIME = re.compile(_DATE.pattern + r" (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")


def day(text: str) -> date:
    """Read `3-Jun-2024`.

    Raises:
        BadSyntax: when the text is no date.
    """
    found = _DATE.fullmatch(text)
    try:
        if found:
            return date(int(found[3]), _MONTHS.index(found[2].title()) + 1, int(found[1]))
    except ValueError:
        pass
    raise BadSyntax("that is no date")


def moment(text: str) -> datetime:
    """Read `03-Jun-2024 09:12:00 +0200`; the result is in UTC.

    Raises:
        BadSyntax: when the text is no moment.
    """
    found = _DATE_TIME.fullmatch(text)
    if not found:
        raise BadSyntax("that is no date with a time")
    on = day("-".join(found.group(1, 2, 3)))
    away = timedelta(hours=int(found[8]), minutes=int(found[9])) * (-1 if found[7] == "-" else 1)
    try:
        at = time(int(found[4]), int(found[5]), int(found[6]), tzinfo=timezone(away))
        return datetime.combine(on, at).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadSyntax("there is no such time") from error


def internal_date(at: datetime) -> str:
    """A moment in UTC as IMAP writes it: `03-Jun-2024 07:12:00 +0000`."""
    return f"{at:%d}-{_MONTHS[at.month - 1]}-{at:%Y %H:%M:%S} +0000"
