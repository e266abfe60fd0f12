"""Reads a table from a workbook: .xlsx and .ods, as Excel, LibreOffice, Google Sheets and Numbers save them.

The file is opened in a process of its own (`unpack.py` says why), which hands back text.
"""

import codecs
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from mailer.nouns import Problem, visible
from mailer.workspace.cells import tidy
from mailer.workspace.delimited import OLE, WORKBOOK
from mailer.workspace.sheet import Row, Sheet

_PROGRAM = Path(__file__).with_name("unpack.py")
_SECONDS = 120
"""After so long even a program that waits for the disk is given up."""
_AGAIN = "open it in your spreadsheet and save it as {file}"
_TROUBLES = {
    "cut": ("this workbook is cut short or damaged", "copy it here once more, or " + _AGAIN),
    "damaged": ("this is no workbook that can be read, or it is damaged", _AGAIN),
    "locked": ("this workbook is locked with a password", "save it without one"),
    "large": (
        "this workbook asks for more room than any table of groups does",
        "copy the filled cells into a new spreadsheet and save that as {file}",
    ),
    "hidden": (
        "the only sheet with something in it is hidden: {names}",
        "show it in your spreadsheet, and save",
    ),
    "several": (
        "several sheets have something in them: {names}",
        'call the one with the table of groups "groups"',
    ),
}


def read_workbook(file: str, content: bytes) -> Sheet:
    """Read the bytes of a workbook. Never raises, and needs bounded time and memory whatever they are."""
    if not content.startswith(WORKBOOK):
        return Sheet(file, problems=(Problem(file, 0, 0, *_no_workbook(file, content)),))
    told = _unpacked(content)
    if trouble := told.get("trouble"):
        names = ", ".join(visible(name, limit=40) for name in told.get("names", ()))
        short = file.rpartition("/")[2]
        what, fix = (words.format(names=names, file=short) for words in _TROUBLES[trouble])
        return Sheet(file, problems=(Problem(file, 0, 0, what, fix),))
    numbered = enumerate((tuple(map(tidy, cells)) for cells in told["rows"]), start=told["first"])
    return Sheet(file, tuple(Row(line, cells) for line, cells in numbered if any(cells)))


def _unpacked(content: bytes) -> Any:
    """What the program says that opens the workbook. One that was ended has asked for too much."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program, with the workbook on its stdin
            [sys.executable, "-I", str(_PROGRAM), *filter(None, sys.path)],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a library written in Rust says there how it failed
            env={},  # it need not know the fellow's password
            timeout=_SECONDS,
            check=False,
        )
        return json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return {"trouble": "large"}


def _no_workbook(file: str, content: bytes) -> tuple[str, str]:
    """What a file is that has a workbook's name only, and what to do with it."""
    short = file.rpartition("/")[2]
    if content.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            return _TROUBLES["locked"]
        return (
            "this is a workbook in the old .xls format",
            "open it in your spreadsheet and save it as groups.xlsx",
        )
    if not content:
        return "this file is empty", f"save your table of groups as {short}"
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return "this is a web page or other markup under a workbook's name", _AGAIN.format(file=short)
    if b"\0" not in content or content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "this is text under a workbook's name", "if it is CSV, rename it to groups.csv"
    return _TROUBLES["damaged"][0], _AGAIN.format(file=short)
