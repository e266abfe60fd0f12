"""The table of groups: what spreadsheets and people make of it is read right, or named exactly."""

import csv
import io
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailer.nouns import NAME, Address
from mailer.workspace.cells import fault, tidy
from mailer.workspace.table import Table, read_table

HEADER = "group,email,name,size\n"


def read(text: str | bytes) -> Table:
    return read_table(text if isinstance(text, bytes) else text.encode())


def said(table: Table) -> list[str]:
    """Problems as one would read them: line:column what → fix, warnings in brackets."""
    lines = []
    for problem in table.problems:
        where = problem.where.removeprefix("campaigns/groups.csv").removeprefix(":")
        line = f"{where} {problem.what} → {problem.fix}".strip()
        lines.append(f"({line})" if problem.warning else line)
    return lines


def ids(table: Table) -> list[str]:
    return [group.id for group in table.groups]


# ── What is read ────────────────────────────────────────────────────────────────────────────────────────────


def test_rows_of_one_group_become_its_ladder_in_order():
    table = read(
        "group,name,organizer,greeting,email,size,city\n"
        "py-a,Py A,Robin,Robin,robin@a.example,200,Málaga\n"
        "py-b,,,,list@b.example,,\n"
        "py-a,,Kit,dear Kit,kit@a.example,,\n"
    )
    assert table.problems == ()
    a, b = table.groups
    assert (a.id, a.name, a.line) == ("py-a", "Py A", 2)
    assert a.cells == {"size": 200.0, "city": "Málaga"}
    assert [(o.name, o.address, o.line) for o in a.organizers] == [
        ("Robin", Address("robin", "a.example"), 2),
        ("Kit", Address("kit", "a.example"), 4),
    ]
    assert a.organizers[1].cells == {"organizer": "Kit", "greeting": "dear Kit", "email": "kit@a.example"}
    assert (b.name, b.organizers[0].name, b.cells) == ("py-b", "", {"size": None, "city": None})
    assert b.organizers[0].cells == {"organizer": None, "greeting": None, "email": "list@b.example"}
    assert (table.rows, table.used, table.rejected) == (3, 3, 0)
    assert table.columns == ("group", "name", "organizer", "greeting", "email", "size", "city")


def test_a_group_takes_a_cell_from_the_first_row_that_fills_it():
    table = read("group,email,city,size\na,x@a.example,,\na,y@a.example,Oslo,40\n")
    assert table.problems == ()
    assert table.groups[0].cells == {"city": "Oslo", "size": 40.0}


FORMS = {
    "plain": b"group,email,name\na,a@b.example,X\n",
    "byte order mark": b"\xef\xbb\xbfgroup,email,name\na,a@b.example,X\n",
    "UTF-16, little end first": "\ufeffgroup,email,name\na,a@b.example,X\n".encode("utf-16-le"),
    "UTF-16, big end first": "\ufeffgroup,email,name\na,a@b.example,X\n".encode("utf-16-be"),
    "semicolons": b"group;email;name\r\na;a@b.example;X\r\n",
    "tabs": b"group\temail\tname\na\ta@b.example\tX\n",
    "bars": b"group|email|name\na|a@b.example|X",
    "sep= says so": b"sep=;\r\ngroup;email;name\r\na;a@b.example;X\r\n",
    "sep= in quotes": b'"sep=;"\ngroup;email;name\na;a@b.example;X\n',
    "old Mac line ends": b"group,email,name\ra,a@b.example,X\r",
    "blank lines": b"\n\ngroup,email,name\n\na,a@b.example,X\n,,\n\n",
    "spaces around": b"group , email, name \n a ,\ta@b.example , X \n",
    "separators inside quotes": b'group;email;name;"a, b, c, d, e"\na;a@b.example;X;\n',
    "quoted": b'"group","email","name"\n"a","a@b.example","X"\n',
    "spaces before quotes": b'group, "email", "name"\na, "a@b.example", "X"\n',
    "empty columns behind": b"group,email,name,,\na,a@b.example,X,,\n",
    "empty cells behind one row": b"group,email,name\na,a@b.example,X,,,\n",
    "no-break spaces": "group,email,name\na,\xa0a@b.example\xa0,X\n".encode(),
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_the_forms_in_which_tables_are_saved_are_read_alike(content):
    table = read(content)
    assert table.problems == ()
    assert [(g.id, g.name, str(g.organizers[0].address)) for g in table.groups] == [("a", "X", "a@b.example")]


def test_an_old_windows_file_is_read_with_a_warning_that_says_where_to_look():
    table = read((HEADER + "a,a@b.example,Ok,\nb,b@b.example,Malmö,\n").encode("cp1252"))
    assert table.groups[1].name == "Malmö"
    assert said(table) == [
        (
            "(3 the table is not in UTF-8; it was read as an old Windows file → "
            'see that its accents are right, and save it from the spreadsheet as "CSV UTF-8")'
        )
    ]


def test_a_name_typed_in_decomposed_letters_is_the_same_name():
    table = read(HEADER + unicodedata.normalize("NFD", "a,a@b.example,Málaga,\n") + "a,b@b.example,Málaga,\n")
    assert table.problems == ()
    assert table.groups[0].name == "Málaga"


def test_lines_are_counted_as_an_editor_does_through_cells_of_several_lines():
    table = read('group,email,name\na,a@b.example,"one\ntwo\r\nthree"\nb,b@b.example,\nc,nobody,\n')
    assert ids(table) == ["b"]
    assert table.groups[0].line == 5
    assert said(table) == [
        "2:3 the cell 'name' holds a line break → write it in one line",
        "6:2 the address 'nobody' has no @ → correct it",
    ]


def test_a_line_that_names_the_separator_is_counted_too():
    table = read("sep=;\ngroup;email\na;nobody\n")
    assert said(table) == ["3:2 the address 'nobody' has no @ → correct it"]


# ── Numbers ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_column_is_numeric_when_all_its_filled_cells_are():
    table = read("group,email,size,zip\na,a@b.example,200,02139\nb,b@b.example,,10115\nc,c@b.example,7,\n")
    assert [g.cells for g in table.groups] == [
        {"size": 200.0, "zip": "02139"},
        {"size": None, "zip": "10115"},
        {"size": 7.0, "zip": None},
    ]
    assert table.problems == ()


def test_the_odd_cell_that_makes_a_column_of_numbers_text_is_named():
    table = read(HEADER + "a,a@b.example,,200\nb,b@b.example,,~200\nc,c@b.example,,40\n")
    assert [g.cells["size"] for g in table.groups] == ["200", "~200", "40"]
    assert said(table) == [
        (
            "(3:4 '~200' in the column 'size' is no number; most others there are → "
            "write figures only, or leave it empty; until then the column counts as text)"
        )
    ]


def test_ids_names_and_greetings_stay_text_even_when_they_are_figures():
    table = read("group,name,organizer,greeting,email\n2600,1337,7,42,a@b.example\n")
    group = table.groups[0]
    assert (group.id, group.name, group.organizers[0].name) == ("2600", "1337", "7")
    assert group.organizers[0].cells["greeting"] == "42"


# ── What is wrong, by whole tables ──────────────────────────────────────────────────────────────────────────

UNREAD = "the rows from here on were not read"
NOTHING = " the table is empty → its first row names the columns: group,email,…".strip()
WRONG_TABLES = {
    "empty": ("", [NOTHING]),
    "blank": ("\n \n,,\n", [NOTHING]),
    "only a header": (HEADER, ["1 the table has no rows → add a group below its header"]),
    "columns by other names": (
        "Group,E-Mail,name\na,a@b.example,X\n",
        [
            "1 the table has no column 'group' → rename 'Group' to 'group'",
            "1 the table has no column 'email' → rename 'E-Mail' to 'email'",
        ],
    ),
    "misspelt": (
        "grop,emial\na,a@b.example\n",
        [
            "1 the table has no column 'group' → rename 'grop' to 'group'",
            "1 the table has no column 'email' → rename 'emial' to 'email'",
        ],
    ),
    "a cousin": (
        "group,Address\na,a@b.example\n",
        ["1 the table has no column 'email' → rename 'Address' to 'email'"],
    ),
    "something else": (
        "x,y,group\n1,2,3\n",
        ["1 the table has no column 'email' → the columns are: x, y, group"],
    ),
    "two alike": (
        "group,email,city,city \na,a@b.example,X,Y\n",
        ["1:4 two columns are called 'city': 3 and 4 → rename one of them"],
    ),
    "no name": (
        "group,,email\na,,a@b.example\nb,x,b@b.example\n",
        ["1:2 column 2 has no name, but is filled in line 3 → name it"],
    ),
    "your own name": (
        "group,email,sender\na,a@b.example,X\n",
        ["1:3 a column cannot be called 'sender': in a letter that is you → rename it"],
    ),
    "a header with an escape sequence": (
        "group,email,ci\x1bty\na,a@b.example,X\n",
        [
            (
                "1:3 the name of column 3 holds an invisible character (U+001B, a control character): "
                "'ci�ty' → delete what cannot be seen, or type the cell anew"
            )
        ],
    ),
    "a quotation mark left open": (
        HEADER + 'a,a@b.example,A,\nb,b@b.example,"Py B,\nc,c@b.example,C,\n',
        [
            (
                f"3 a quotation mark is opened in this row and never closed; {UNREAD} "
                '→ close it, or double it: ""'
            )
        ],
    ),
    "text behind a quotation mark": (
        HEADER + 'a,a@b.example,"Py" A,\n',
        [
            (
                f"2 text follows a closed quotation mark in this row; {UNREAD} "
                '→ write a quotation mark inside quotes twice: ""'
            )
        ],
    ),
    "a cell of a megabyte": (
        HEADER + f"a,a@b.example,{'x' * 1_000_000},\n",
        [f"2 a cell of this row is longer than 131,072 characters; {UNREAD} → shorten it"],
    ),
    "a workbook": (
        b"PK\x03\x04\x14\x00",
        ['this is a spreadsheet\'s own format, not a CSV file → save it from the spreadsheet as "CSV UTF-8"'],
    ),
    "no encoding at all": (
        b"group,email\n\x81\x8d,\x9d\n",
        [
            (
                "2 from here on the table is in no encoding that we know → "
                'save it from the spreadsheet as "CSV UTF-8"'
            )
        ],
    ),
}


@pytest.mark.parametrize(("content", "problems"), WRONG_TABLES.values(), ids=WRONG_TABLES)
def test_a_table_that_cannot_be_meant_so_is_named_with_its_remedy(content, problems):
    assert said(read(content)) == problems


def test_rows_before_a_broken_one_are_read_and_those_behind_it_are_not_guessed_at():
    table = read(HEADER + 'a,a@b.example,A,\nb,b@b.example,"Py B,\nc,c@b.example,C,\n')
    assert ids(table) == ["a"]


# ── What is wrong, by rows ──────────────────────────────────────────────────────────────────────────────────

WRONG_ROWS = {
    "too few cells": (
        "a,a@b.example\n",
        ["2 this row has 2 cells, but the header has 4 → put a , for each empty cell"],
    ),
    "too many cells": (
        "a,a@b.example,X,1,Y\n",
        ['2 this row has 5 cells, but the header has 4 → put "quotes" around a cell that itself holds a ,'],
    ),
    "no group": (",a@b.example,Böblingen Py,\n", ["2:1 this row names no group → write boblingen-py"]),
    "neither group nor name": (
        ",a@b.example,,\n",
        ["2:1 this row names no group → write small letters, figures and hyphens, such as python-ireland"],
    ),
    "not an id": ("Py Chile!,a@b.example,X,\n", ["2:1 'Py Chile!' is no id for a group → write py-chile"]),
    "an id that is a path": ("../x,a@b.example,X,\n", ["2:1 '../x' is no id for a group → write x"]),
    "no address": ("a,,X,\n", ["2:2 this row of a has no address → fill it in, or delete the row"]),
    "spaces for an address": (
        "a,   ,X,\n",
        ["2:2 this row of a has no address → fill it in, or delete the row"],
    ),
}


@pytest.mark.parametrize(("row", "problems"), WRONG_ROWS.values(), ids=WRONG_ROWS)
def test_a_wrong_row_is_named_with_its_column_and_remedy(row, problems):
    table = read(HEADER + row + "good,good@b.example,Good,\n")
    assert said(table) == problems
    assert ids(table) == ["good"]
    assert (table.rows, table.used, table.rejected) == (2, 1, 1)


def test_a_row_without_a_group_may_have_been_meant_for_the_group_above():
    table = read(HEADER + "py-a,a@b.example,X,\n,b@b.example,,\n")
    assert said(table) == ["3:1 this row names no group → write py-a"]


ADDRESSES = {
    "a@b.example,c@d.example": "holds more than one address; give each its own row",
    "a b@c.example": "has an odd part before the @: 'a b'",
    "Ana <a@b.example>": "must stand alone, without a name, brackets or quotes",
    "a@b.example> SIZE=1": "must stand alone, without a name, brackets or quotes",
    "<>": "must stand alone, without a name, brackets or quotes",
    "friends: a@b.example;": "holds more than one address; give each its own row",
    "a(comment)@b.example": "must stand alone, without a name, brackets or quotes",
    '"a b"@b.example': "must stand alone, without a name, brackets or quotes",
    "a.@b.example": "has an odd part before the @: 'a.'",
    "a@b.example.": "has an odd host name: 'b.example.'",
    "a@b": "has no dot after the @: 'b'",
    "a@[127.0.0.1]": "has an odd host name: '[127.0.0.1]'",
    "a@127.0.0.1": "names a number, not a host: '127.0.0.1'",
    "\N{CYRILLIC SMALL LETTER A}na@b.example": "has letters before the @ that mail servers do not deliver to",
    "a" * 65 + "@b.example": None,
    "a@" + "b" * 250 + ".example": None,
}


@pytest.mark.parametrize(("address", "reason"), ADDRESSES.items(), ids=range(len(ADDRESSES)))
def test_an_address_that_is_none_is_refused_with_the_reason(address, reason):
    cell = '"' + address.replace('"', '""') + '"'
    table = read(f"group,email\na,{cell}\n")
    assert table.groups == ()
    (problem,) = table.problems
    assert (problem.line, problem.column, problem.warning) == (2, 2, False)
    if reason:
        assert problem.what == f"the address {address!r} {reason}"


@pytest.mark.parametrize(
    "address", ["a%b@c.example", "o'brien@c.example", "a+b@c.example", "x@Bücher.example"]
)
def test_a_good_address_is_what_the_server_will_be_told(address):
    (group,) = read(f"group,email\na,{address}\n").groups
    assert group.organizers[0].address == Address.parse(address)


# ── The same address, the same group ────────────────────────────────────────────────────────────────────────

SAME_MAILBOX = [
    ("ana@b.example", "ana@b.example"),
    ("ana@b.example", "Ana@B.EXAMPLE"),
    ("ana@bücher.example", "ana@xn--bcher-kva.example"),
    ("ana@bücher.example", unicodedata.normalize("NFD", "ana@bücher.example")),
    ("ANA@B.example", "ana@b.example"),
    ("ana@b.example", " ana@b.example "),
]


@pytest.mark.parametrize(("one", "other"), SAME_MAILBOX)
def test_the_same_mailbox_twice_in_a_group_is_an_error(one, other):
    table = read(f"group,email\na,{one}\na,{other}\n")
    assert len(table.groups[0].organizers) == 1
    assert said(table) == [
        f"3:2 {Address.parse(tidy(other))} stands twice in a: in line 2 and here → delete one of the two rows"
    ]
    assert (table.used, table.rejected) == (1, 1)


@pytest.mark.parametrize(("one", "other"), SAME_MAILBOX)
def test_the_same_mailbox_in_two_groups_is_a_warning_that_names_both(one, other):
    table = read(f"group,email\na,{one}\nb,{other}\n")
    assert ids(table) == ["a", "b"]
    assert said(table) == [
        (
            f"(3:2 {Address.parse(tidy(other))} stands in a (line 2) and in b → "
            "fine if it is the same person: she is written to once per step)"
        )
    ]


def test_rows_of_a_group_that_disagree_are_named_with_both_lines():
    table = read(
        "group,email,city,lane\na,x@b.example,,ok\na,y@b.example,Oslo,ok\na,z@b.example,Bergen,research\n"
    )
    assert said(table) == [
        "4:3 a has city 'Bergen' here, but 'Oslo' in line 3 → say it once, in the group's first row",
        "4:4 a has lane 'research' here, but 'ok' in line 2 → say it once, in the group's first row",
    ]
    assert table.groups[0].cells == {"city": "Oslo", "lane": "ok"}
    assert len(table.groups[0].organizers) == 2


def test_a_row_with_a_bad_address_still_says_what_its_group_is():
    table = read("group,email,lane\na,nobody,research\na,x@b.example,\n")
    assert table.groups[0].cells == {"lane": "research"}
    assert len(table.problems) == 1


# ── Whatever the bytes ──────────────────────────────────────────────────────────────────────────────────────

_BYTES = st.one_of(
    st.binary(max_size=300),
    st.binary(max_size=200).map(lambda tail: b"group,email,name\na,a@b.example,X\n" + tail),
    st.text(alphabet='gaemil@.,;\t|"\n\r\\ \x85\u2028=?\ufeff', max_size=200).map(str.encode),
    st.text(max_size=100).map(lambda text: b"\xff\xfe" + text.encode("utf-16-le", "surrogatepass")),
)


@settings(max_examples=400, deadline=None)
@given(_BYTES)
@example(b"\xff\xfe")
@example(b"sep=;")
@example(b'"')
def test_no_bytes_whatever_make_the_table_raise_and_no_row_gets_lost(content):
    table = read_table(content)
    assert table.used + table.rejected == table.rows
    assert table.used == sum(len(group.organizers) for group in table.groups)
    rejected = {problem.line for problem in table.problems if not problem.warning}
    assert bool(table.rejected) <= bool(rejected)
    assert table.groups or table.problems
    for group in table.groups:
        assert NAME.fullmatch(group.id)
        cells = [group.name, *group.cells.values(), *(c for o in group.organizers for c in o.cells.values())]
        assert all(fault(cell) is None for cell in cells if isinstance(cell, str))


_LETTERS = st.characters(exclude_categories=("C", "Zl", "Zp"), exclude_characters="\N{REPLACEMENT CHARACTER}")
_CELL = st.text(_LETTERS, max_size=12).filter(lambda text: "=?" not in text)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(_CELL, _CELL), min_size=1, max_size=6), st.sampled_from(",;\t|"))
def test_what_a_spreadsheet_writes_is_what_we_read(cells, separator):
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(["group", "email", "city", "notes"])
    # A letter in front, because a column of figures becomes one of numbers.
    writer.writerows(
        [f"g{n}", f"g{n}@b.example", f"x{city}", f"x{notes}"] for n, (city, notes) in enumerate(cells)
    )
    table = read(text.getvalue())
    assert table.problems == ()
    assert [(g.cells["city"], g.cells["notes"]) for g in table.groups] == [
        (tidy(f"x{city}"), tidy(f"x{notes}")) for city, notes in cells
    ]
