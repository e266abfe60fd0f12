"""Opens a workbook and prints the cells of its table as text; runs in a process of its own.

A workbook of a few kilobytes can ask for half a terabyte: two cells in opposite corners are enough. The
library that reads it then ends the whole process, which no `except` can stop. So this module is started as a
program that may use only so much memory and time. It imports nothing of ours, reads a workbook from stdin,
and writes one document of JSON to stdout: `trouble` with `names`, or `first` (the number of the first row)
and `rows`. Its arguments are the folders in which libraries are looked for.
"""

import contextlib
import io
import json
import os
import re
import resource
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

Value = int | float | str | bool | time | date | datetime | timedelta

MEMORY = 1 << 30
"""Bytes; 100,000 groups take a third of it."""
SECONDS = 30
"""Of the processor; 100,000 groups take 5."""
UNPACKED = 400_000_000
"""Bytes that a workbook may say it holds; 100,000 groups fill a quarter of it."""
ANSWER = 150_000_000
"""Characters that may be answered; 100,000 groups take a seventh of it."""
ROWS = 200_000
COLUMNS = 1_000
"""A table of more rows or columns is another file, or has a stray cell far from the others."""

_NAME = "groups"
# No group is repeated possessively: Pythons before 3.11.5 lose matches then (gh-106052).
_XLSX_CELL = re.compile(rb"<((?:[\w.-]+:)?)c(\s[^<>]*)?(?<!/)>([^<]*(?:<(?!/?\1c[\s>])[^<]*)*)</\1c\s*>")
_XLSX_TYPE = re.compile(rb"\st\s*=\s*(?:\"(\w*)\"|'(\w*)')")
_XLSX_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_XLSX_VALUE = re.compile(rb"<(?:[\w.-]+:)?(?:v(?:\s[^<>]*)?>\s*[^<\s]|is[\s>])")
_ODS_CELL = re.compile(rb"<table:table-cell(?=\s)((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*)>")
_ODS_FORMULA = re.compile(rb"\stable:formula\s*=")
_ODS_ERROR = re.compile(rb"\scalcext:value-type\s*=\s*[\"']error[\"']")
_ODS_VALUED = re.compile(rb"\soffice:(?:(?:[a-z]+-)?value\s*=|value-type\s*=\s*[\"']string[\"'])")
_ODS_VALUE = re.compile(rb"\soffice:(?:value-type|(?:[a-z]+-)?value)\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_UNSOLVED = b"=(formula)"
"""Stands for a formula that nobody has worked out; the reader of cells knows that it is one."""
_FAILED = b"#VALUE!"
"""Stands for a formula that failed, and does not say how."""


class _Trouble(Exception):
    """The table cannot be told; the exception's arguments are the word for it, and names of sheets."""


def main() -> None:
    """Answer on stdout what the workbook on stdin holds."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_CPU, SECONDS)
    _limit(resource.RLIMIT_AS, MEMORY)
    sys.path += sys.argv[1:]
    text = answer(sys.stdin.buffer.read())
    with os.fdopen(1, "wb") as pipe:  # to our own kind; nothing that a person sees is written here
        pipe.write(text.encode())


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with contextlib.suppress(ValueError, OSError):  # macOS knows the limit of memory, and does not grant it
        resource.setrlimit(what, (most, most))


def answer(content: bytes) -> str:
    """The JSON for a workbook's bytes. Never raises, but may end the process."""
    try:
        first, rows = _table(_readable(content))
        text = json.dumps({"first": first, "rows": [list(map(_text, row)) for row in rows]})
        return text if len(text) <= ANSWER else json.dumps({"trouble": "large"})
    except _Trouble as trouble:
        return json.dumps({"trouble": trouble.args[0], "names": trouble.args[1:]})
    except MemoryError:
        return json.dumps({"trouble": "large"})
    except BaseException:  # noqa: BLE001 - a panic of the library, which is written in Rust, is no Exception
        return json.dumps({"trouble": "damaged"})


def _readable(content: bytes) -> bytes:
    """The workbook, changed where the library would hide something: it reads a failed formula as empty."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        raise _Trouble("cut") from None
    with archive:
        members = archive.infolist()
        if sum(member.file_size for member in members) > UNPACKED:
            raise _Trouble("large")
        if any(
            b"encryption-data" in archive.read(m) for m in members if m.filename == "META-INF/manifest.xml"
        ):
            raise _Trouble("locked")
        told = {m.filename: text for m in members if (text := _told(m.filename, archive.read(m)))}
        if not told:
            return content
        rewritten = io.BytesIO()
        with zipfile.ZipFile(rewritten, "w") as copy:
            for member in members:
                copy.writestr(member.filename, told.get(member.filename) or archive.read(member))
        return rewritten.getvalue()


def _told(name: str, xml: bytes) -> bytes:
    """The cells with each error, and each formula without a value, as text; empty when there is none."""
    if name == "content.xml" and (b"formula" in xml or b"error" in xml):
        changed = _ODS_CELL.sub(_ods_cell, xml)
    # Excel keeps its sheets in xl/worksheets/, other programs where they like.
    elif b"sheetData" in xml and any(mark in xml for mark in (b"<f", b":f", b'"e"', b"'e'")):
        changed = _XLSX_CELL.sub(_xlsx_cell, xml)
    else:
        return b""
    return changed if changed != xml else b""


def _ods_cell(cell: "re.Match[bytes]") -> bytes:
    attributes = cell[1]
    if _ODS_ERROR.search(attributes):
        value = _FAILED
    elif _ODS_FORMULA.search(attributes) and not _ODS_VALUED.search(attributes):
        value = _UNSOLVED
    else:
        return cell[0]
    attributes = _ODS_VALUE.sub(b"", attributes)
    return b'<table:table-cell office:value-type="string" office:string-value="%b"%b>' % (value, attributes)


def _xlsx_cell(cell: "re.Match[bytes]") -> bytes:
    """A cell as it is; or a formula nobody has worked out yet, or a failed one, as text."""
    prefix, attributes, inside = cell[1], cell[2] or b"", cell[3]
    kind = b"".join(found.groups(b"")) if (found := _XLSX_TYPE.search(attributes)) else b""
    valued = _XLSX_VALUE.search(inside)
    if kind == b"e":
        inside = inside if valued else b"<%bv>%b</%bv>" % (prefix, _FAILED, prefix)
    elif not valued and kind != b"str" and _XLSX_FORMULA.search(inside):
        inside = b"<%bv>%b</%bv>" % (prefix, _UNSOLVED, prefix)
    else:  # the result of a kind "str" that is empty stays so: it was worked out
        return cell[0]
    attributes = _XLSX_TYPE.sub(b"", attributes)
    return b'<%bc%b t="str">%b</%bc>' % (prefix, attributes, inside, prefix)


def _table(content: bytes) -> tuple[int, list[list[Value]]]:
    """The number of the first row that holds something, and the rows from there on, from column A on."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - not before the limits are set

    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
        sheet = _sheet(workbook)
        if sheet is None or sheet.start is None:
            return 1, []
        last_row, last_column = sheet.end  # both from 0; the header is a row more
        if last_row > ROWS or last_column >= COLUMNS:
            raise _Trouble("large")
        row, column = sheet.start
        left: list[Value] = [""] * column
        return row + 1, [left + cells for cells in sheet.to_python()]


def _sheet(workbook: Any) -> Any:
    """The sheet of groups: the one called so, or else the only one that holds something."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415 - see above

    usual = [sheet for sheet in workbook.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]
    shown = [sheet.name for sheet in usual if sheet.visible is SheetVisibleEnum.Visible]
    called = [name for name in shown if name.strip().casefold() == _NAME]
    if len(called) == 1:
        return workbook.get_sheet_by_name(called[0])
    filled = [name for name in called or shown if workbook.get_sheet_by_name(name).start]
    if len(filled) > 1:
        raise _Trouble("several", *filled)
    hidden = [sheet.name for sheet in usual if sheet.name not in shown]
    if not filled and any(workbook.get_sheet_by_name(name).start for name in hidden):
        raise _Trouble("hidden", *hidden)
    return workbook.get_sheet_by_name(filled[0]) if filled else None


def _text(value: Value) -> str:
    """A cell's value as one would type it into a CSV file."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _figures(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds" if value.second else "minutes")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return str(value).removesuffix(":00") if isinstance(value, time) else str(value)


def _figures(value: float) -> str:
    """A number in the 15 digits that a spreadsheet keeps: 1234.0 is 1234, and 0.1 + 0.2 is 0.3."""
    text = f"{value:.15g}"
    # Three places after the point are taken for thousands in a text; in a workbook they are what they are.
    whole, _, places = text.partition(".")
    return f"{text}0" if len(places) == 3 and whole.lstrip("-") != "0" else text  # noqa: PLR2004 - see above


if __name__ == "__main__":
    main()
