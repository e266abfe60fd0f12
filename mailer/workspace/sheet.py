"""Turns the bytes of the table into rows of cells, each with the line on which it begins.

Spreadsheets save "CSV" in many ways: with a byte order mark, in UTF-16, in an old Windows encoding, with
semicolons or tabs, with `sep=;` on top. Each is recognized by what it is, never by a guess over the whole
text: `csv.Sniffer` takes the `@` of a column of addresses for a separator.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailer.nouns import Problem
from mailer.workspace.cells import tidy

FILE = "campaigns/groups.csv"
_SEPARATORS = ",;\t|"
_QUOTED = re.compile(r'"[^"]*"')
_SAVE_AS = 'save it from the spreadsheet as "CSV UTF-8"'
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx and .ods (zip) and .xls (OLE) files begin."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line on which it begins, and its cells, tidied."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it was read.

    Attributes:
        header: The first row that is not blank; None when there is none.
        rows: The others that are not blank, in order.
        separator: What stands between two cells.
        problems: What stood in the way of reading it. Rows after a broken one are not there.
    """

    header: Row | None
    rows: tuple[Row, ...]
    separator: str
    problems: tuple[Problem, ...]


def read_sheet(content: bytes) -> Sheet:
    """Read the bytes of a CSV file (RFC 4180, and what spreadsheets make of it). Never raises."""
    text, problems = _decode(content)
    text, separator, skipped = _separator(text)
    rows: list[Row] = []
    try:
        for row in _records(text, separator, skipped):
            rows.append(row)  # noqa: PERF402 - what was read before a broken row is kept
    except _BrokenRow as broken:
        problems.append(Problem(FILE, broken.line, 0, broken.what, broken.fix))
    return Sheet(rows[0] if rows else None, tuple(rows[1:]), separator, tuple(problems))


def _decode(content: bytes) -> tuple[str, list[Problem]]:
    """The text, and what is to be said about its encoding."""
    if content.startswith(_WORKBOOK):
        return "", [Problem(FILE, 0, 0, "this is a spreadsheet's own format, not a CSV file", _SAVE_AS)]
    utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if utf16 else "utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    if not utf16:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            pass
        else:
            what = "the table is not in UTF-8; it was read as an old Windows file"
            return text, [
                Problem(FILE, line, 0, what, f"see that its accents are right, and {_SAVE_AS}", warning=True)
            ]
    return "", [Problem(FILE, line, 0, "from here on the table is in no encoding that we know", _SAVE_AS)]


def _separator(text: str) -> tuple[str, str, int]:
    """The text without a `sep=` line, what separates its cells, and how many lines were taken off."""
    first = re.match(r'"?sep=(.)"?(\r\n|\n|\r)', text)
    if first and first[1] in _SEPARATORS:
        return text[first.end() :], first[1], 1
    header = next((line for line in io.StringIO(text, newline="") if line.strip()), "")
    outside = _QUOTED.sub("", header)
    return text, max(_SEPARATORS, key=outside.count), 0


class _BrokenRow(Exception):
    """The row that begins on `line` cannot be taken apart."""

    def __init__(self, line: int, what: str, fix: str) -> None:
        super().__init__(what)
        self.line, self.what, self.fix = line, what, fix


def _records(text: str, separator: str, skipped: int) -> Iterator[Row]:
    """Rows that are not blank. Without `strict` a quotation mark left open would swallow all that follows."""
    # newline="" keeps the line ends, so that the reader counts the lines inside quotes as an editor does.
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True
    )
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _BrokenRow(line + skipped, *_explained(str(error))) from error
        tidied = tuple(map(tidy, cells))
        if any(tidied):
            yield Row(line + skipped, tidied)


def _explained(words: str) -> tuple[str, str]:
    rest = "; the rows from here on were not read"
    if "unexpected end" in words:
        return f"a quotation mark is opened in this row and never closed{rest}", 'close it, or double it: ""'
    if "field larger" in words:
        return f"a cell of this row is longer than {csv.field_size_limit():,} characters{rest}", "shorten it"
    return (
        f"text follows a closed quotation mark in this row{rest}",
        'write a quotation mark inside quotes twice: ""',
    )
