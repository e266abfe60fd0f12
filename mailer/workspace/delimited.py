"""Reads a table that was saved as text: CSV, in the many ways in which spreadsheets save it.

With a byte order mark, in UTF-16, in an old Windows encoding, with semicolons or tabs, with `sep=;` on top.
Each is recognized by what it is, never by a guess over the whole text: `csv.Sniffer` takes the `@` of a
column of addresses for a separator.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from mailer.nouns import Problem
from mailer.workspace.cells import tidy
from mailer.workspace.headers import ABOVE, names_columns
from mailer.workspace.sheet import COLUMNS, ROWS, Row, Sheet

WORKBOOK = b"PK\x03\x04"
"""How .xlsx and .ods begin, as every zip file."""
OLE = b"\xd0\xcf\x11\xe0"
"""How the old .xls begins, and every workbook with a password."""

_SEPARATORS = ",;\t|"
_QUOTED = re.compile(r'"[^"]*"')
_LINE_END = re.compile(rb"\r\n|\r|\n")
_UNREAD = "; the rows from here on were not read"
_OTHER = "look whether it is the file you meant"
_SAVE_AS = 'save it from the spreadsheet as "CSV UTF-8"'


def read_text_table(file: str, content: bytes) -> Sheet:
    """Read the bytes of a CSV file (RFC 4180, and what spreadsheets make of it). Never raises."""
    text, problems = _decode(file, content)
    text, separator, skipped = _separator(text)
    rows: list[Row] = []
    try:
        for row in _records(text, separator, skipped):
            rows.append(row)  # noqa: PERF402 - what was read before a broken row is kept
    except _BrokenRow as broken:
        problems.append(Problem(file, broken.line, 0, broken.what, broken.fix))
    return Sheet(file, tuple(rows), tuple(problems), separator)


def _decode(file: str, content: bytes) -> tuple[str, list[Problem]]:
    """The text, and what is to be said about its encoding."""
    if content.startswith((WORKBOOK, OLE)):
        what = "this is a spreadsheet's own format, not a CSV file"
        return "", [Problem(file, 0, 0, what, _rename(file, content))]
    utf16 = _utf16(content)
    try:
        return content.decode(utf16 or "utf-8").removeprefix("\ufeff"), []
    except UnicodeDecodeError as error:
        line = len(_LINE_END.findall(content, 0, error.start)) + 1
    if not utf16 and not _is_damaged(content):
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            pass
        else:
            what = "the table is not in UTF-8; it was read as an old Windows file"
            fix = f"see that its accents are right, and {_SAVE_AS}"
            return text, [Problem(file, line, 0, what, fix, warning=True)]
    return "", [Problem(file, line, 0, "from here on the table is in no encoding that we know", _SAVE_AS)]


def _is_damaged(content: bytes) -> bool:
    """Whether it is UTF-8 with a flaw and no older encoding, as which all its accents would be spoilt."""
    if b"\xed" in content and _decodes(content, "surrogatepass"):
        return True
    text = content.decode("utf-8", "replace")
    flaws = text.count("\N{REPLACEMENT CHARACTER}")
    return sum(not character.isascii() for character in text) - flaws > flaws


def _decodes(content: bytes, errors: str) -> bool:
    try:
        content.decode("utf-8", errors)
    except UnicodeDecodeError:
        return False
    return True


def _rename(file: str, content: bytes) -> str:
    if content.startswith(OLE):
        return "open it in your spreadsheet and save it as groups.xlsx"
    # The specification of OpenDocument wants the file `mimetype` first and unpacked, so that it shows.
    ending = "ods" if b"mimetypeapplication/vnd.oasis" in content[:100] else "xlsx"
    return f"rename it to {file.removesuffix('csv').rpartition('/')[2]}{ending}"


def _utf16(content: bytes) -> str:
    """The UTF-16 in which the text is, by its mark or by its zeros; '' when it is in none."""
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if content.startswith(mark):
            return name
    # Some programs leave the mark out. Then every other byte of a plain letter is zero, as in the header.
    head = content[:64]
    first, second = head[::2].count(0), head[1::2].count(0)
    if max(first, second) > len(head) // 4:
        return "utf-16-be" if first > second else "utf-16-le"
    return ""


def _separator(text: str) -> tuple[str, str, int]:
    """The text without a `sep=` line, what separates its cells, and how many lines were taken off."""
    first = re.match(r'"?sep=(.)"?(\r\n|\n|\r)', text, re.IGNORECASE)
    if first and first[1] in _SEPARATORS:
        return text[first.end() :], first[1], 1
    head = [*islice((line for line in io.StringIO(text, newline=None) if line.strip()), ABOVE)]
    for line in head:
        for separator in _SEPARATORS:
            if separator in line and names_columns(
                [tidy(cell.strip(' "\n')) for cell in line.split(separator)[:COLUMNS]]
            ):
                return text, separator, 0
    outside = _QUOTED.sub("", head[0]) if head else ""
    return text, max(_SEPARATORS, key=outside.count), 0


class _BrokenRow(Exception):
    """The row that begins on `line` cannot be taken apart."""

    def __init__(self, line: int, what: str, fix: str) -> None:
        super().__init__(what)
        self.line = line
        self.what = what
        self.fix = fix


def _records(text: str, separator: str, skipped: int) -> Iterator[Row]:
    """Rows that are not blank. Without `strict` a quotation mark left open would swallow all that follows."""
    # newline="" keeps the line ends, so that the reader counts the lines inside quotes as an editor does.
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True
    )
    count = 0
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _BrokenRow(line + skipped, *_explained(str(error))) from error
        tidied = tuple(map(tidy, cells[:COLUMNS]))
        if any(cells[COLUMNS:]):
            what = f"this row has more than {COLUMNS:,} cells{_UNREAD}"
            raise _BrokenRow(line + skipped, what, _OTHER)
        if any(tidied):
            count += 1
            if count > ROWS + 1:  # with the header
                what = f"the table has more than {ROWS:,} rows{_UNREAD}"
                raise _BrokenRow(line + skipped, what, _OTHER)
            yield Row(line + skipped, tidied)


def _explained(words: str) -> tuple[str, str]:
    if "unexpected end" in words:
        return (
            f"a quotation mark is opened in this row and never closed{_UNREAD}",
            'close it, or double it: ""',
        )
    if "field larger" in words:
        return (
            f"a cell of this row is longer than {csv.field_size_limit():,} characters{_UNREAD}",
            "shorten it",
        )
    return (
        f"text follows a closed quotation mark in this row{_UNREAD}",
        'write a quotation mark inside quotes twice: ""',
    )
