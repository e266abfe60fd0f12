"""Finds where the fellow's own files name somebody: those we never change, so she must.

Looked through is whatever lies in `campaigns/` and `templates/`, read by the program or not; not the ledger,
and not the program's own pages as long as nobody has changed them.
"""

import codecs
import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from mailer.nouns import Problem, Traces
from mailer.nouns.problems import WORKBOOKS
from mailer.workspace.delimited import WORKBOOK, read_text_table
from mailer.workspace.files import TABLE_LIMIT, read_bytes
from mailer.workspace.shipped import manuals
from mailer.workspace.workbook import read_workbook

_FOLDERS = ("campaigns", "templates")
_FIX = "take it out there"
_ANY_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,190}")


def mentions(root: Path, ledger: Path, traces: Traces, others: Sequence[str]) -> Iterator[Problem]:
    """Each place where her address stands, or one of her names.

    Args:
        root: The workspace, resolved.
        ledger: The folder that is not looked into.
        traces: Who.
        others: Names that somebody else has, too.
    """
    ours = manuals()
    for file in _files(root, ledger):
        if traces.address.search(_nfc(Path(file).name)):
            yield Problem(file, 0, 0, "this file is called by the address", _FIX)
        content = read_bytes(root, file, TABLE_LIMIT)
        if isinstance(content, Problem):
            what = f"whether it names this person is not known: {content.what}"
            yield Problem(file, 0, 0, what, content.fix)
        elif content.startswith(WORKBOOK):
            yield from _in_archive(file, content, traces, others)
        elif content != ours.get(file):
            yield from _in_text(file, content, traces, others)


def _files(root: Path, ledger: Path) -> Iterator[str]:
    for folder in _FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not path.is_relative_to(ledger):
                yield str(path.relative_to(root))


def _found(text: str, around: str, traces: Traces, others: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Where in a text her address or a name of hers begins, and which.

    Args:
        text: A line or a cell.
        around: Its line or row: a name beside another's address is the other's.
        traces: Who.
        others: Names that somebody else has, too.
    """
    text, around = _nfc(text), _nfc(around)
    for place in traces.address.finditer(text):
        yield place.start(), "the address"
    names = traces.called(others)
    of_another = _ANY_ADDRESS.search(around) and not traces.address.search(around)
    if names and not of_another:
        for place in names.finditer(text):
            yield place.start(), f"the name {place[0]}"


def _in_text(file: str, content: bytes, traces: Traces, others: Sequence[str]) -> Iterator[Problem]:
    """In any other file, line by line; of a table the cell is told."""
    lines = _text(content).splitlines()
    for number, line in enumerate(lines, 1):
        for start, what in _found(line, line, traces, others):
            before = [*lines[: number - 1], _nfc(line)[:start]]
            column = _cell(file, content, before) if file.endswith(".csv") else start + 1
            yield Problem(file, number, column, what, _FIX)


def _cell(file: str, content: bytes, before: Sequence[str]) -> int:
    """The number of the cell in a table saved as text that the lines before a place end in; 0 if it has none.

    Lines are looked through and not cells, so that a name is found whose words stand in two of them.
    """
    sheet = read_text_table(file, content)
    begin = max((row.line for row in sheet.rows if row.line <= len(before)), default=len(before))
    text = io.StringIO("\n".join(before[begin - 1 :]), newline="")
    try:
        *_, cells = csv.reader(text, delimiter=sheet.separator, skipinitialspace=True)
    except (csv.Error, ValueError):  # what is no table; the very beginning of a line
        return 1 if not before[-1] else 0
    return len(cells)


def _in_archive(file: str, content: bytes, traces: Traces, others: Sequence[str]) -> Iterator[Problem]:
    """In a workbook the cells of its table; what else is in it, and in other archives, file by file."""
    told = False
    if file.endswith(WORKBOOKS):
        for row in read_workbook(file, content).rows:
            around = "\t".join(row.cells)
            for column, cell in enumerate(row.cells, 1):
                for _, what in _found(cell, around, traces, others):
                    told = True
                    yield Problem(file, row.line, column, what, _FIX)
    if not told and (part := _part_with(content, traces)):
        yield Problem(file, 0, 0, f"the address is somewhere in its part {part}", _FIX)


def _part_with(content: bytes, traces: Traces) -> str:
    """The part of an archive that holds her address (another sheet, a comment); '' when none does."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > 4 * TABLE_LIMIT:
                return ""
            return next((p.filename for p in parts if traces.address.search(_text(archive.read(p)))), "")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):  # cut off, odd packing, a password
        return ""


def _text(content: bytes) -> str:
    """A file as text, whatever it is."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    # Other programs' files, an old .xls among them, hold text of two bytes for each letter.
    content = content.removeprefix(codecs.BOM_UTF8).replace(b"\0", b"")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
