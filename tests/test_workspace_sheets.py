"""Tables as spreadsheets really save them, workbooks and text: read right, or named exactly."""

import csv
import io
import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from workbooks import TABLES, grid, ods, ods_cell, ods_row, row, xlsx

from mailer.nouns import Problem
from mailer.workspace import find
from mailer.workspace.cells import tidy
from mailer.workspace.table import read_table

HEADER = ("group", "email", "name", "size")


def said(table):
    """Problems as the fellow reads them, warnings in brackets."""
    lines = [f"{problem.place} {problem.what} → {problem.fix}".strip() for problem in table.problems]
    return [f"({line})" if p.warning else line for p, line in zip(table.problems, lines, strict=True)]


def came_out(table):
    """Each group with its addresses and the cells that are filled."""
    return {
        group.id: (
            group.name,
            *(str(organizer.address) for organizer in group.organizers),
            {name: cell for name, cell in group.cells.items() if cell is not None},
        )
        for group in table.groups
    }


# ── Odd tables ──────────────────────────────────────────────────────────────────────────────────────────────

FAILS = "holds a formula that fails → mend the formula, or write what belongs there"
UNSOLVED = (
    "holds a formula instead of its value → "
    "write the value, or open the table in your spreadsheet and save it again"
)
ABOVE = "it was not read → delete what stands above the header"
OSLO, CHIPY = ("Oslo Python", "ingrid@oslo.example"), ("ChiPy", "robin@chipy.example")
SHARED = ("group", "email", "name", "size", "oslo", "ingrid@oslo.example", "Oslo Python", "since", "ok")
DATES = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="9"/><xf numFmtId="22"/></cellXfs>'

ODD = {
    "Excel in Germany, CSV": (
        "groups.csv",
        "Group;E-Mail;Name;Größe\r\noslo;ingrid@oslo.example;Oslo Python;80\r\n"
        "chipy;robin@chipy.example;ChiPy;\r\n;;;\r\n".encode("cp1252"),
        {"oslo": (*OSLO, {"Größe": 80.0}), "chipy": (*CHIPY, {})},
        [
            (
                "(1 the table is not in UTF-8; it was read as an old Windows file → "
                'see that its accents are right, and save it from the spreadsheet as "CSV UTF-8")'
            )
        ],
    ),
    "Excel, Unicode text": (
        "groups.csv",
        'group\temail\tname\tnotes\r\noslo\tingrid@oslo.example\tOslo Python\t"a ""b"", c"\r\n'.encode(
            "utf-16"
        ),
        {"oslo": (*OSLO, {"notes": 'a "b", c'})},
        [],
    ),
    "Excel, CSV whose rows end early, with a sum below": (
        "groups.csv",
        (
            b"\xef\xbb\xbfgroup,email,name,size,notes\r\noslo,ingrid@oslo.example,Oslo Python,80,x\r\n"
            b"chipy,robin@chipy.example,ChiPy,1\r\nTotal,,,81,\r\n"
        ),
        {"oslo": (*OSLO, {"size": 80.0, "notes": "x"}), "chipy": (*CHIPY, {"size": 1.0})},
        [
            (
                "(3 this row ends after 4 of 5 cells; the rest was taken for empty → "
                "see that no cell is missing in between)"
            ),
            "4 this row ('Total') is a sum and no group → delete it",
        ],
    ),
    "Numbers, CSV": (
        "groups.csv",
        b"Table 1\n\ngroup,email,name,size\noslo,ingrid@oslo.example,Oslo Python,80\n,,,\n,,,\n",
        {"oslo": (*OSLO, {"size": 80.0})},
        [f"(1 'Table 1' stands above the header, which is in line 3; {ABOVE})"],
    ),
    "Numbers in France, CSV": (
        "groups.csv",
        b"Tableau 1, les groupes\ngroup;email;name\noslo;ingrid@oslo.example;Oslo Python\n",
        {"oslo": (*OSLO, {})},
        [f"(1 'Tableau 1, les groupes' stands above the header, which is in line 2; {ABOVE})"],
    ),
    "Google Sheets, CSV": (
        "groups.csv",
        (
            b'group,email,name,size,notes\r\noslo,ingrid@oslo.example,Oslo Python,80,"two\nlines"\r\n'
            b"chipy,robin@chipy.example,ChiPy,#N/A,\r\nsf,Noor <noor@sf.example>,SF,TRUE,"
        ),
        {},
        [
            "2:5 the cell 'notes' holds a line break → write it in one line",
            f"4:4 the cell 'size' {FAILS}",
            (
                "5:2 the address 'Noor <noor@sf.example>' must stand alone, without a name, "
                "brackets or quotes → write noor@sf.example; a name belongs in the column organizer"
            ),
        ],
    ),
    "LibreOffice, CSV with every text in quotes": (
        "groups.csv",
        b'"sep=|"\n"group"|"email"|"name"|"size"\n"oslo"|"ingrid@oslo.example"|"Oslo | Python"|80\n',
        {"oslo": ("Oslo | Python", OSLO[1], {"size": 80.0})},
        [],
    ),
    "a database, UTF-16 without a mark, bars": (
        "groups.csv",
        "group|email|name\r\noslo|ingrid@oslo.example|Oslo Python\r\n".encode("utf-16-le"),
        {"oslo": (*OSLO, {})},
        [],
    ),
    "Excel, with an empty corner, shared texts, a date, a share and a sheet of lists that is hidden": (
        "groups.xlsx",
        xlsx(
            (
                "Tabelle1",
                row(3, None, *(f'<c t="s"><v>{n}</v></c>' for n in (0, 1, 2, 3, 7, 8)))
                + row(
                    4,
                    None,
                    *(f'<c t="s"><v>{n}</v></c>' for n in (4, 5, 6)),
                    "<c><v>1234</v></c>",
                    '<c s="1"><v>45000</v></c>',
                    '<c t="b"><v>1</v></c>',
                )
                + row(
                    5,
                    None,
                    '<c t="e"><f>NA()</f><v>#N/A</v></c>',
                    '<c t="s"><v>5</v></c>',
                    None,
                    '<c s="2"><v>0.125</v></c>',
                ),
            ),
            ("lists", row(1, "research", "ok")),
            hidden=("lists",),
            shared=SHARED,
            styles=DATES,
        ),
        {"oslo": (*OSLO, {"size": 1234.0, "since": "2023-03-15", "ok": "TRUE"})},
        [f"B5 the cell 'group' {FAILS}"],
    ),
    "Google Sheets, with formulas and a thousand empty rows": (
        "groups.xlsx",
        xlsx(
            (
                "Groups",
                row(1, *HEADER)
                + row(
                    2,
                    "oslo",
                    "ingrid@oslo.example",
                    '<c t="str"><f>A2&amp;"!"</f><v>oslo!</v></c>',
                    "<c><f>4*20</f><v>80</v></c>",
                )
                + row(
                    3,
                    "chipy",
                    "robin@chipy.example",
                    '<c t="str"><f>""</f><v></v></c>',
                    "<c><f>SUM(D2)</f></c>",
                )
                + "".join(
                    f'<row r="{n}"><c r="A{n}" s="1"/><c r="Z{n}" s="1"/></row>' for n in range(4, 1004)
                ),
            ),
            ("Sheet2", row(1, "x")),
        ),
        {"oslo": ("oslo!", "ingrid@oslo.example", {"size": 80.0})},
        [f"D3 the cell 'size' {UNSOLVED}"],
    ),
    "LibreOffice, with errors, money, a note, and emptiness to the end of the sheet": (
        "groups.ods",
        ods(
            (
                "groups",
                ods_row(*HEADER, "fee", '<table:table-cell table:number-columns-repeated="16379"/>')
                + ods_row(
                    "oslo",
                    ods_cell("ingrid@oslo.example<office:annotation>").replace(
                        "&lt;office:annotation&gt;", ""
                    ),
                    "Oslo Python",
                    ods_cell(
                        "1.234", 'office:value-type="float" office:value="1234" calcext:value-type="float"'
                    ),
                    ods_cell(
                        "12,50 €", 'office:value-type="currency" office:currency="EUR" office:value="12.5"'
                    ),
                )
                + ods_row(
                    "chipy",
                    "robin@chipy.example",
                    ods_cell(
                        "#REF!",
                        'office:value-type="string" office:string-value="" calcext:value-type="error"',
                    ),
                    ods_cell(
                        "Err:502", 'office:value-type="float" office:value="0" calcext:value-type="error"'
                    ),
                    ods_cell("7,00 €", 'office:value-type="currency" office:currency="EUR" office:value="7"'),
                )
                + ods_row('<table:table-cell table:number-columns-repeated="16384"/>', repeated=1048573),
            )
        ),
        {"oslo": (*OSLO, {"size": 1234.0, "fee": 12.5})},
        [f"C3 the cell 'name' {FAILS}", f"D3 the cell 'size' {FAILS}"],
    ),
    "Numbers, a workbook with a summary": (
        "groups.xlsx",
        xlsx(
            ("Export Summary", row(1, "This document was exported from Numbers.")),
            ("Sheet 1 - Table 1", grid([HEADER])),
        ),
        {},
        [
            (
                "several sheets have something in them: Export Summary, Sheet 1 - Table 1 → "
                'call the one with the table of groups "groups"'
            )
        ],
    ),
    "openpyxl": (
        "groups.xlsx",
        (TABLES / "openpyxl.xlsx").read_bytes(),
        {
            "oslo-python": (
                "Oslo Python",
                "ingrid@oslopython.example",
                {"size": 80.0, "zone": "Europe/Oslo", "since": "2019-03-01"},
            )
        },
        [f"D3 the cell 'size' {UNSOLVED}"],
    ),
    "XlsxWriter, with a title, merged cells, a linked address": (
        "groups.xlsx",
        (TABLES / "xlsxwriter.xlsx").read_bytes(),
        {
            "oslo-python": (
                "Oslo Python",
                "ingrid@oslopython.example",
                {"size": 80.0, "share": 0.125, "since": "2019-03-01"},
            )
        },
        [
            f"(1 'Groups we know' stands above the header, which is in row 3; {ABOVE})",
            f"F5 the cell 'share' {FAILS}",
            "B6 this row names no group → write chipy; where cells are merged, only the first one counts",
        ],
    ),
    "odfpy": (
        "groups.ods",
        (TABLES / "odfpy.ods").read_bytes(),
        {
            "oslo-python": (
                "Oslo Python",
                "ingrid@oslopython.example",
                {"size": 80.0, "fee": 12.5, "since": "2019-03-01", "active": "TRUE"},
            ),
            "chipy": (*CHIPY, {"size": 1234.0, "fee": 7.0, "since": "2020-12-24", "active": "FALSE"}),
        },
        [],
    ),
}


@pytest.mark.parametrize(("file", "content", "groups", "problems"), ODD.values(), ids=ODD)
def test_a_table_that_a_spreadsheet_saved_is_read_right_or_named_exactly(file, content, groups, problems):
    table = read_table(f"campaigns/{file}", content)
    assert said(table) == problems
    assert came_out(table) == groups
    assert table.file == f"campaigns/{file}"
    assert {problem.file for problem in table.problems} <= {table.file}
    assert table.used == sum(len(group.organizers) for group in table.groups)
    assert table.used + table.rejected == table.rows


# ── Cells of a workbook ─────────────────────────────────────────────────────────────────────────────────────

CELLS = {
    "<c><v>1234</v></c>": "1234",
    "<c><v>1234.0</v></c>": "1234",
    "<c><v>-3</v></c>": "-3",
    "<c><v>0.30000000000000004</v></c>": "0.3",
    "<c><v>1.125</v></c>": "1.1250",
    '<c t="b"><v>0</v></c>': "FALSE",
    '<c s="1"><v>45000</v></c>': "2023-03-15",
    '<c s="3"><v>45000.5</v></c>': "2023-03-15 12:00",
    '<c t="str"><v>0123</v></c>': "0123",
    '<c t="inlineStr"><is><r><t xml:space="preserve">two </t></r><r><t>parts</t></r></is></c>': "two parts",
    '<c t="inlineStr"><is><t>&lt;b&gt; &amp; {{7*7}} &#8364;</t></is></c>': "<b> & {{7*7}} €",
}


@pytest.mark.parametrize(("cell", "text"), CELLS.items())
def test_a_cell_of_a_workbook_becomes_what_one_would_type(cell, text):
    rows = (
        row(1, "group", "email", "word")
        + row(2, "a", "a@b.example", cell)
        + row(3, "b", "b@b.example", "text")
    )
    rows += row(4, "c", "c@b.example", "text")
    table = read_table("campaigns/groups.xlsx", xlsx(("groups", rows), styles=DATES))
    assert table.groups[0].cells["word"] == text


def test_numbers_of_a_workbook_are_numbers_in_every_length():
    values = ["1.125", "0.125", "2", "3.14159265"]
    rows = grid([("group", "email", "rate")])
    rows += "".join(
        row(n, f"g{n}", f"g{n}@b.example", f"<c><v>{value}</v></c>") for n, value in enumerate(values, 2)
    )
    table = read_table("campaigns/groups.xlsx", xlsx(("groups", rows)))
    assert [group.cells["rate"] for group in table.groups] == list(map(float, values))
    assert table.problems == ()


# ── Which sheet ─────────────────────────────────────────────────────────────────────────────────────────────

TABLE = grid([("group", "email"), ("a", "a@b.example")])
OTHER = grid([("x", "y")])
SHEETS = {
    "the only one": ([("Sheet1", TABLE)], ()),
    "the only one with cells": ([("Sheet1", ""), ("Sheet2", TABLE), ("Sheet3", "")], ()),
    "the one called groups": ([("people", OTHER), (" GROUPS", TABLE)], ()),
    "the one that is shown": ([("lists", OTHER), ("Sheet2", TABLE)], ("lists",)),
    "not a hidden one called groups": ([("groups", OTHER), ("Sheet2", TABLE)], ("groups",)),
}


@pytest.mark.parametrize(("sheets", "hidden"), SHEETS.values(), ids=SHEETS)
def test_the_sheet_of_groups_is_found(sheets, hidden):
    assert list(came_out(read_table("campaigns/groups.xlsx", xlsx(*sheets, hidden=hidden)))) == ["a"]


def test_a_sheet_that_is_hidden_is_not_read_in_secret():
    table = read_table("campaigns/groups.xlsx", xlsx(("Sheet1", ""), ("old", TABLE), hidden=("old",)))
    assert said(table) == [
        "the only sheet with something in it is hidden: old → show it in your spreadsheet, and save"
    ]


def test_an_empty_workbook_is_an_empty_table():
    table = read_table("campaigns/groups.xlsx", xlsx(("Sheet1", "")))
    assert said(table) == ["the table is empty → its first row names the columns: group,email,…"]


# ── Which file ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def folder(tmp_path):
    """The folder `campaigns` of a workspace without a table."""
    for name in ("campaigns", "templates"):
        (tmp_path / name).mkdir()
    return tmp_path / "campaigns"


def table_in(folder):
    return find(folder, {}).table()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("groups.xlsx", xlsx(("x", TABLE))),
        ("groups.ods", ods(("x", ods_row("group", "email") + ods_row("a", "a@b.example")))),
    ],
)
def test_a_workbook_stands_for_the_table(folder, name, content):
    (folder / name).write_bytes(content)
    table = table_in(folder)
    assert (table.file, table.problems) == (f"campaigns/{name}", ())
    assert [group.line for group in table.groups] == [2]


def test_of_two_tables_both_are_named_and_she_chooses_whatever_their_dates(folder):
    (folder / "groups.csv").write_text("group,email\na,a@b.example\n")
    (folder / "groups.xlsx").write_bytes(xlsx(("x", TABLE)))
    os.utime(folder / "groups.csv", (1, 1))
    table = table_in(folder)
    assert (table.groups, table.columns) == ((), ())
    assert table.problems == (
        Problem(
            "campaigns/groups.csv",
            0,
            0,
            "there is more than one table: campaigns/groups.csv, campaigns/groups.xlsx",
            "keep the one that counts, and move the other away: "
            "mv campaigns/groups.csv campaigns/groups-old.csv or "
            "mv campaigns/groups.xlsx campaigns/groups-old.xlsx",
        ),
    )


def test_a_table_in_capitals_is_named(folder):
    if (folder / "x").touch() or (folder / "X").exists():
        pytest.skip("this file system takes capitals and small letters for the same")
    (folder / "Groups.XLSX").write_bytes(xlsx(("x", TABLE)))
    assert said(table_in(folder)) == ["this file is missing → rename Groups.XLSX to groups.xlsx"]


# ── Any table at all ────────────────────────────────────────────────────────────────────────────────────────

_LETTERS = st.characters(
    exclude_categories=("C", "Zl", "Zp"), exclude_characters="\N{REPLACEMENT CHARACTER}\ufffe\uffff"
)
_WORD = st.text(_LETTERS, max_size=10).filter(lambda text: "=?" not in text)
_GRID = st.lists(st.tuples(_WORD, _WORD, st.booleans()), min_size=1, max_size=8)


def _rows(cells):
    """A table with these words in its cells; a letter stands in front, because figures become numbers."""
    yield "group", "email", "city", "notes"
    for n, (city, notes, sound) in enumerate(cells):
        yield f"g{n}", f"g{n}@b.example" if sound else "nobody", f"x{city}", f"x{notes}"


def _holds(table, cells):
    good = [(tidy(f"x{city}"), tidy(f"x{notes}")) for city, notes, sound in cells if sound]
    assert [(group.cells["city"], group.cells["notes"]) for group in table.groups] == good
    assert (table.rows, table.used, table.rejected) == (len(cells), len(good), len(cells) - len(good))
    assert len(table.problems) == table.rejected


@settings(max_examples=150, deadline=None)
@given(
    _GRID,
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
@example([("", "", True)] * 3, ";", "utf-16-le", csv.QUOTE_ALL, "\r")
def test_any_table_saved_as_text_reads_back(cells, separator, encoding, quoting, end):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=end).writerows(_rows(cells))
    _holds(read_table("campaigns/groups.csv", text.getvalue().encode(encoding)), cells)


@settings(max_examples=15, deadline=None)
@given(_GRID, st.booleans())
def test_any_table_saved_as_a_workbook_reads_back(cells, libre):
    rows = [*_rows(cells)]
    content = ods(("x", "".join(ods_row(*cells) for cells in rows))) if libre else xlsx(("x", grid(rows)))
    _holds(read_table("campaigns/groups.ods" if libre else "campaigns/groups.xlsx", content), cells)
