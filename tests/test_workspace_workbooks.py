"""Workbooks that are none, are broken, or are meant to hurt: one exact sentence, in bounded time and room."""

import io
import os
import subprocess
import sys
import zipfile

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from stage import campaign
from workbooks import TABLES, grid, ods, ods_cell, ods_row, row, xlsx, zipped

from mailer.workspace import unpack
from mailer.workspace.table import read_table

GOOD = xlsx(("groups", grid([("group", "email"), ("a", "a@b.example")])))
AGAIN = "open it in your spreadsheet and save it as groups.xlsx"
DAMAGED = f"this is no workbook that can be read, or it is damaged → {AGAIN}"
CUT = f"this workbook is cut short or damaged → copy it here once more, or {AGAIN}"
LARGE = (
    "this workbook asks for more room than any table of groups does → "
    "copy the filled cells into a new spreadsheet and save that as groups.xlsx"
)
MARKUP = f"this is a web page or other markup under a workbook's name → {AGAIN}"
TEXT = "this is text under a workbook's name → if it is CSV, rename it to groups.csv"
LOCKED = "this workbook is locked with a password → save it without one"
OLD = f"this is a workbook in the old .xls format → {AGAIN}"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def lying(content, name, size):
    """The workbook with the unpacked size of one of its files told as `size`, in each place."""
    told = zipfile.ZipFile(io.BytesIO(content)).getinfo(name).file_size.to_bytes(4, "little")
    assert content.count(told) >= 2
    return content.replace(told, size.to_bytes(4, "little"))


def cell(where):
    return f'<c r="{where}" t="str"><v>x</v></c>'


EVERYWHERE = ods_cell("x", 'office:value-type="string" table:number-columns-repeated="16384"')
HOSTILE = {
    "nothing": (b"", "this file is empty → save your table of groups as groups.xlsx"),
    "a zip file's first bytes": (b"PK\x03\x04", CUT),
    "half of a workbook": (GOOD[: len(GOOD) // 2], CUT),
    "a zip file of something else": (zipped(**{"letter.txt": "Dear Robin"}), DAMAGED),
    "a web page": (b"\xef\xbb\xbf\r\n<html><table><tr><td>group</td></tr></table></html>", MARKUP),
    "Excel's XML of 2003": (b'<?xml version="1.0"?><Workbook/>', MARKUP),
    "CSV": (b"group,email\na,a@b.example\n", TEXT),
    "CSV in UTF-16": ("group,email\n".encode("utf-16"), TEXT),
    "an old workbook": (OLE, OLD),
    "an old workbook that xlwt made": ((TABLES / "xlwt.xls").read_bytes(), OLD),
    "a locked workbook": (OLE + "EncryptedPackage".encode("utf-16-le"), LOCKED),
    "a locked one of LibreOffice": (ods(("x", ""), manifest="<m:encryption-data/>"), LOCKED),
    "zeros": (bytes(1000), DAMAGED),
    "two cells in opposite corners": (xlsx(("x", row(1, "group") + cell("XFD1048576"))), LARGE),
    "a cell far to the right": (xlsx(("x", row(1, "group") + cell("ALM1000"))), LARGE),
    "a row that is repeated": (ods(("x", ods_row("a", "b", repeated=200_002))), LARGE),
    "a cell beyond every column": (xlsx(("x", f'<row r="1">{cell("ZZZZZZZ1")}</row>')), LARGE),
    "a cell on every place": (ods(("x", ods_row(EVERYWHERE, repeated=1048576))), DAMAGED),
    "a row that is none": (xlsx(("x", f'<row r="0">{cell("A0")}</row>')), DAMAGED),
    "a text that is nowhere": (xlsx(("x", row(1, '<c t="s"><v>99</v></c>'))), DAMAGED),
    "an entity that laughs": (xlsx(("x", row(1, "<c t='str'><v>&lol;</v></c>"))), DAMAGED),
    "XML that breaks off": (xlsx(("x", "<row><c><v>1</row>")), DAMAGED),
    "a size of four gigabytes": (lying(GOOD, "xl/worksheets/sheet1.xml", 4_000_000_000), LARGE),
    "a size that is too small": (lying(GOOD, "xl/worksheets/sheet1.xml", 10), DAMAGED),
}


def said(table):
    return [f"{problem.place} {problem.what} → {problem.fix}".strip() for problem in table.problems]


@pytest.mark.parametrize(("content", "sentence"), HOSTILE.values(), ids=HOSTILE)
def test_a_file_that_is_no_table_is_named_in_one_sentence(content, sentence, capfd):
    assert said(read_table("campaigns/groups.xlsx", content)) == [sentence]
    # What a library written in Rust says when it fails is for its authors.
    assert capfd.readouterr() == ("", "")


UNSOLVED = (
    "holds a formula instead of its value → "
    "write the value, or open the table in your spreadsheet and save it again"
)
FAILS = "holds a formula that fails → mend the formula, or write what belongs there"
FORMULA = '<table:table-cell table:formula="of:=IF([.A2]>1;[.A2];7)"'
FORMULAS = {
    "<c><f>A1</f></c>": UNSOLVED,
    "<c>\n  <f>A1</f>\n</c>": UNSOLVED,
    "<c><f>A1</f ></c >": UNSOLVED,
    "<c><f>'Sheet 2'!A1</f><v> </v></c>": UNSOLVED,
    '<c><f t="shared" si="0"/></c>': UNSOLVED,
    '<c t = "e"><v>#REF!</v></c>': FAILS,
    "<c\nt='e'><f>A1</f></c>": FAILS,
    '<c t="e">\n<f>A1</f>\n<v>#N/A</v>\n</c>': FAILS,
    "<c>\n<f>A1</f>\n<v>7</v>\n</c>": "",
    f"{FORMULA}/>": UNSOLVED,
    f"{FORMULA}></table:table-cell>": UNSOLVED,
    f"{FORMULA} office:value-type='float'/>": UNSOLVED,
    f'{FORMULA} calcext:value-type="error"/>': FAILS,
    f'{FORMULA} calcext:value-type = \'error\' office:value-type = "float" office:value="0"/>': FAILS,
    f"{FORMULA} office:value-type = 'float' office:value = '7'/>": "",
}


@pytest.mark.parametrize(("cell", "fault"), FORMULAS.items(), ids=FORMULAS)
def test_a_formula_without_a_value_is_never_an_empty_cell(cell, fault):
    head, group = ("group", "email", "name"), ("a", "a@b.example")
    libre = cell.startswith("<table")
    content = ods(("x", ods_row(*head) + ods_row(*group, cell)))
    table = read_table(
        "campaigns/groups." + ("ods" if libre else "xlsx"),
        content if libre else xlsx(("x", row(1, *head) + row(2, *group, cell))),
    )
    assert said(table) == ([f"C2 the cell 'name' {fault}"] if fault else [])
    assert [group.name for group in table.groups] == ([] if fault else ["7"])


@pytest.mark.parametrize("folder", ["Worksheets", "sheets"])
def test_a_formula_is_told_wherever_the_workbook_keeps_its_sheets(folder):
    rows = grid([("group", "email", "name"), ("a", "a@b.example", "<c><f>A1</f></c>")])
    assert said(read_table("campaigns/groups.xlsx", xlsx(("x", rows), folder=folder))) == [
        f"C2 the cell 'name' {UNSOLVED}"
    ]


def test_cells_that_never_end_cost_no_more_than_they_are_long():
    content = xlsx(("x", "<f/>" + '<c r="A1">' * 200_000))
    assert said(read_table("campaigns/groups.xlsx", content)) == [DAMAGED]


def test_cells_with_a_style_and_nothing_else_are_nothing():
    empty = "".join(f'<row r="{n}"><c r="A{n}" s="1"/><c r="Z{n}" s="1"/></row>' for n in range(3, 200_000))
    rows = grid([("group", "email"), ("a", "a@b.example")])
    table = read_table("campaigns/groups.xlsx", xlsx(("x", rows + empty)))
    assert (table.rows, table.used, table.problems) == (1, 1, ())


def test_a_cell_of_a_megabyte_is_named():
    rows = grid([("group", "email", "notes"), ("a", "a@b.example", "x" * 1_000_000)])
    table = read_table("campaigns/groups.xlsx", xlsx(("x", rows)))
    assert said(table) == ["C2 the cell 'notes' is longer than 131,072 characters → shorten it"]


def opened(content):
    """What the program that opens workbooks did: its exit code, and the most memory it took, in bytes."""
    program = [sys.executable, unpack.__file__]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        process.stdin.write(content)
        process.stdin.close()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def test_a_bomb_goes_off_in_a_process_of_its_own_and_within_its_walls():
    code, memory = opened(HOSTILE["two cells in opposite corners"][0])
    assert code < 0, "the library ends the process that it is in: that is why there is one"
    assert memory <= unpack.MEMORY


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS grants no limit of memory")
def test_texts_that_are_few_in_the_file_and_many_in_the_table_end_at_the_wall():
    # One text of 100 kB, in 12,000 cells: 1.2 GB.
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 12_001))
    content = xlsx(("x", rows), shared=("x" * 100_000,))
    assert len(content) < 1_000_000
    assert said(read_table("campaigns/groups.xlsx", content)) == [LARGE]
    assert opened(content)[1] <= unpack.MEMORY


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=12))
@example([(0, 0)])
def test_no_bytes_whatever_make_a_workbook_raise(capfd, changes):
    content = bytearray(GOOD)
    for place, byte in changes:
        content[place] = byte
    table = read_table("campaigns/groups.xlsx", bytes(content))
    assert table.groups or table.problems
    assert table.used + table.rejected == table.rows
    assert capfd.readouterr() == ("", "")


def test_the_program_that_opens_a_workbook_is_told_no_secrets(monkeypatch, tmp_path):
    # A library that is found first and tells what it sees.
    spy = "import os, sys\nopen({!r}, 'w').write(repr(dict(os.environ)))\nraise ImportError\n"
    (tmp_path / "python_calamine.py").write_text(spy.format(str(tmp_path / "seen")))
    monkeypatch.setenv("CAMPAIGN_PASSWORD", "open sesame")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setattr(sys, "executable", sys._base_executable)
    read_table("campaigns/groups.xlsx", GOOD)
    assert "sesame" not in (tmp_path / "seen").read_text()


def test_check_names_the_cell_as_the_spreadsheet_does(tmp_path):
    assert campaign(tmp_path, "init", "work").returncode == 0
    (tmp_path / "work/campaigns/groups.csv").unlink()
    rows = grid([("group", "email", "name"), ("a", "a@b.example", "A"), ("b", "nobody", "B")])
    (tmp_path / "work/campaigns/groups.xlsx").write_bytes(xlsx(("x", rows)))
    done = campaign(tmp_path / "work", "check")
    assert done.returncode == 65
    assert "campaigns/groups.xlsx\n" in done.stdout
    assert "B3  the address 'nobody' has no @" in done.stdout
    assert "1 of 2 rows of the table cannot be used" in done.stderr
