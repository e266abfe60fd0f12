"""One cell: what may stand in a letter, what never may, and when figures are a number."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.nouns import NAME
from mailer.workspace.cells import fault, number, slug
from mailer.workspace.table import read_table

# ── Cells that could become a header, a recipient or a picture on the terminal ──────────────────────────────

UNFIT = {
    "carriage return": "a\rb",
    "line feed": "a\nb",
    "both": "a\r\nb",
    "at the end": "a\n",
    "vertical tab": "a\vb",
    "form feed": "a\fb",
    "file separator": "a\x1cb",
    "group separator": "a\x1db",
    "record separator": "a\x1eb",
    "next line": "a\x85b",
    "line separator": "a\u2028b",
    "paragraph separator": "a\u2029b",
    "nul": "a\0b",
    "tab": "a\tb",
    "escape": "a\x1b[31mb",
    "C1": "a\x9bb",
    "right-to-left override": "a\u202eb",
    "isolate": "a\u2066b",
    "zero width space": "a\u200bb",
    "soft hyphen": "a\xadb",
    "byte order mark within": "a\ufeffb",
    "tag letter": "a\U000e0041b",
    "lost letter": "M\N{REPLACEMENT CHARACTER}laga",
    "encoded word": "=?utf-8?q?a=0D=0ABcc:_e@e.example=0D=0A=0D=0Ax?=",
    "encoded word in b": "x =?UTF-8?B?QmNjOg==?= y",
    "begun encoded word": "=?utf-8?",
    "formula": "=A1&B1",
    "formula that fails": "#DIV/0!",
}
COLUMNS = ("group", "name", "organizer", "greeting", "email", "size", "city", "notes")


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("cell", UNFIT.values(), ids=UNFIT)
def test_an_unfit_cell_is_refused_in_each_column_and_named(column, cell):
    good = dict.fromkeys(COLUMNS, "") | {"group": "a", "email": "a@b.example"}
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerow(good | {column: cell})
    writer.writerow(good | {"group": "b", "email": "b@b.example"})
    table = read_table("campaigns/groups.csv", text.getvalue().encode())
    assert [group.id for group in table.groups] == ["b"]
    (problem,) = table.problems
    assert (problem.line, problem.column) == (2, COLUMNS.index(column) + 1)
    assert problem.what.startswith(f"the cell {column!r} holds ")
    assert not problem.warning
    assert problem.what.isprintable()


@pytest.mark.parametrize(
    "cell",
    [
        "Málaga",
        "李小龙",
        "Nguyễn Văn An",
        "O'Brien & Søn",
        "{{7*7}} {% x %}",
        "*Py* <b>",
        "=> ask Robin",
        "== Python ==",
        "#1 of all",
        "Python #NV!",
        "a = ?b",
        "is it?=",
        "🐍 Pythons",
    ],
)
def test_what_people_really_write_is_fit(cell):
    assert fault(cell) is None
    (group,) = read_table("campaigns/groups.csv", f"group,email,name\na,a@b.example,{cell}\n".encode()).groups
    assert group.name == cell


def test_what_is_said_of_an_unfit_cell_names_the_character():
    assert fault("a\u202eb") == (
        "holds an invisible character (U+202E, right-to-left override)",
        "delete what cannot be seen, or type the cell anew",
    )


# ── Numbers ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0.0),
        ("200", 200.0),
        ("-3", -3.0),
        ("2.5", 2.5),
        ("12.75", 12.75),
        ("0.125", 0.125),
        ("-0.5", -0.5),
        ("0.333333333333333", 0.333333333333333),
        ("3.1416", 3.1416),
        ("123456789012345", 123456789012345.0),
    ],
)
def test_a_cell_of_figures_is_a_number(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "02139",
        "+49301234",
        "1e3",
        "1_000",
        "1,700",
        "1.700",
        "~200",
        "nan",
        "inf",
        "٣",
        "1.",
        ".5",
        "1" * 16,
    ],
)
def test_what_would_not_come_back_as_it_was_written_is_no_number(text):
    assert number(text) is None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_a_proposed_id_is_an_id(text):
    assert slug(text) == "" or NAME.fullmatch(slug(text))
