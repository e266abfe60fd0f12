"""The table of groups: what spreadsheets and people make of it is read right, or named exactly."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailer.nouns import NAME, Address
from mailer.workspace.cells import fault
from mailer.workspace.table import Table, read_table

NO_ENCODING = (
    'from here on the table is in no encoding that we know → save it from the spreadsheet as "CSV UTF-8"'
)
HEADER = "group,email,name,size\n"


def read(text: str | bytes) -> Table:
    return read_table("campaigns/groups.csv", text if isinstance(text, bytes) else text.encode())


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
    "UTF-16 without a mark": "group,email,name\r\na,a@b.example,X\r\n".encode("utf-16-le"),
    "UTF-16, big end, without a mark": "group;email;name\na;a@b.example;X\n".encode("utf-16-be"),
    "headers in capitals": b"Group,E-Mail,NAME\na,a@b.example,X\n",
    "headers with odd spaces": "group ,\xa0email,  name\t\na,a@b.example,X\n".encode(),
    "a header broken for a narrow column": b'group,"E-\nMail",name\na,a@b.example,X\n',
    "a link for an address": b"group,email,name\na,mailto:a@b.example,X\n",
    "rows of nothing below": b"group,email,name\na,a@b.example,X\n,,\n,,\n,,\n",
    "no-break spaces": "group,email,name\na,\xa0a@b.example\xa0,X\n".encode(),
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_the_forms_in_which_tables_are_saved_are_read_alike(content):
    table = read(content)
    assert table.problems == ()
    assert [(g.id, g.name, str(g.organizers[0].address)) for g in table.groups] == [("a", "X", "a@b.example")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_part_of_the_first_column(encoding):
    table = read("city,group,email\nOslo,a,a@b.example\n".encode(encoding))
    assert table.columns == ("city", "group", "email")


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


def test_a_row_may_leave_out_the_empty_cells_at_its_end_and_is_named_once():
    table = read(HEADER + "a,a@b.example,A,1\nb,b@b.example\nc,c@b.example,C\n")
    assert [(g.id, g.name, g.cells["size"]) for g in table.groups] == [
        ("a", "A", 1.0),
        ("b", "b", None),
        ("c", "C", None),
    ]
    assert (table.rows, table.used, table.rejected) == (3, 3, 0)
    assert said(table) == [
        (
            "(3 nothing stands in the rows of b for name, size → "
            "they belong to its first row; write them anew if that row was deleted)"
        ),
        (
            "(3 this row ends after 2 of 4 cells, as 1 more do; the rest was taken for empty → "
            "see that no cell is missing in between)"
        ),
    ]


def test_what_stands_above_the_header_is_not_read_and_said():
    table = read("Table 1,,\n\nwhat we know; in 2026,,\ngroup,email,name\na,a@b.example,X\n")
    assert ids(table) == ["a"]
    assert (table.rows, table.used) == (1, 1)
    assert said(table) == [
        (
            "(1 'Table 1' stands above the header, which is in line 4; it was not read → "
            "delete what stands above the header)"
        )
    ]


def test_rows_above_a_header_that_was_sorted_into_the_table_are_a_mistake_and_count_as_rejected():
    table = read("Groups,,\nboston,b@a.example,B\nchipy,,C\ngroup,email,name\nz,z@a.example,Z\n")
    assert ids(table) == ["z"]
    assert (table.rows, table.used, table.rejected) == (3, 1, 2)
    assert said(table) == [
        (
            "2 the header is in line 4, so what stands above it was not read: line 2, line 3 → "
            "move the header to the top of the table"
        )
    ]


@pytest.mark.parametrize("above", ["boston,b@a.example", "b@a.example,", "boston,Boston Python"])
def test_a_row_with_an_address_or_two_cells_is_no_title(above):
    table = read(f"{above}\ngroup,email\nz,z@a.example\n")
    assert (table.rejected, [problem.warning for problem in table.problems]) == (1, [False])


@pytest.mark.parametrize("header", ["email (备用)", "email (старый)", "name (对内)", "e-mail (2)", "Größe"])
def test_a_header_with_more_letters_than_ours_is_a_column_of_its_own(header):
    table = read(f"group,email,{header}\na,a@b.example,X\n")
    assert (table.columns, table.problems) == (("group", "email", header), ())
    assert table.groups[0].cells == {header: "X"}


def test_the_columns_of_the_sample_are_known_in_any_spelling():
    named = "Group,E\u2011Mail,Size,LANE,City,Country,Zone,Language,Web-Site,Notes,Tags,Name,Organizer"
    columns = "group,email,size,lane,city,country,zone,language,website,notes,tags,name,organizer"
    assert read(f"{named}\na,a@b.example{',' * 11}\n").columns == tuple(columns.split(","))


def test_a_misspelt_greeting_is_read_as_one_so_that_one_mistake_is_one():
    table = read("group,email,greting\na,a@b.example,Robin\na,b@b.example,Kit\n")
    assert table.columns == ("group", "email", "greeting")
    assert [o.cells["greeting"] for o in table.groups[0].organizers] == ["Robin", "Kit"]
    assert len(table.problems) == 1


@pytest.mark.parametrize("header", ["meeting", "county", "notes2", "Namen des Ortes", "greeting_de"])
def test_a_column_of_her_own_is_no_slip_of_the_pen(header):
    table = read(f"group,email,{header}\na,a@b.example,X\n")
    assert table.problems == ()
    assert table.columns == ("group", "email", header)


def test_a_group_whose_first_row_was_deleted_with_all_that_it_said_is_a_warning():
    header, rest = "group,email,name,city,lane,size\n", "a,a@b.example,A,Oslo,x,\nb,b@b.example,,Kyiv,,\n"
    nothing = "nothing stands in the rows of c for name, city, lane"
    fix = "they belong to its first row; write them anew if that row was deleted"
    assert said(read(f"{header}{rest}c,c@b.example,,,,\nc,d@b.example,,,,\n")) == [f"(4 {nothing} → {fix})"]
    many = f"{header}{rest}c,c@b.example,,,,\nd,d@b.example,,,,\ne,e@b.example,E,,,\n"
    assert said(read(many)) == [f"(4 {nothing}, nor in those of 1 more groups → {fix})"]
    assert read(f"{header}{rest}c,c@b.example,,,,9\n").problems == ()
    assert read(f"{header}a,a@b.example,A,X,,\nc,c@b.example,,,,\nd,d@b.example,,,,\n").problems == ()


def test_an_unknown_time_zone_is_a_warning_with_the_nearest_one():
    table = read(
        "group,email,zone\na,a@b.example,Europe/Dublin\nb,b@b.example,Dublin\nc,c@b.example,Europe/Dubln\n"
        "d,d@b.example,Dublin\ne,e@b.example,../etc/passwd\nf,f@b.example,\ng,g@b.example,new york\n"
    )
    assert table.used == 7
    assert said(table) == [
        "(3:3 'Dublin' is no time zone; 2 groups have it → write Europe/Dublin)",
        "(4:3 'Europe/Dubln' is no time zone → write Europe/Dublin)",
        "(6:3 '../etc/passwd' is no time zone → write it as in Europe/Dublin: the continent, then a city)",
        "(8:3 'new york' is no time zone → write America/New_York)",
    ]


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

NO_HEADER = "put a row above this one that names the columns: group,email,…"
UNREAD = "the rows from here on were not read"
NOTHING = " the table is empty → its first row names the columns: group,email,…".strip()
WRONG_TABLES = {
    "empty": ("", [NOTHING]),
    "blank": ("\n \n,,\n", [NOTHING]),
    "only a header": (HEADER, ["1 the table has no rows → add a group below its header"]),
    "columns by other names": (
        "User group,Mail,name\na,a@b.example,X\n",
        [
            "1:1 the table has no column 'group' → rename 'User group' to 'group'",
            "1:2 the table has no column 'email' → rename 'Mail' to 'email'",
        ],
    ),
    "misspelt": (
        "grop,emial\na,a@b.example\n",
        [
            "1:1 the table has no column 'group' → rename 'grop' to 'group'",
            "1:2 the table has no column 'email' → rename 'emial' to 'email'",
        ],
    ),
    "a cousin": (
        "group,Address\na,a@b.example\n",
        ["1:2 the table has no column 'email' → rename 'Address' to 'email'"],
    ),
    "a cousin that is none": (
        "group,Contact\na,Robin\n",
        ["1 the table has no column 'email' → rename 'Contact' to 'email'"],
    ),
    "no header at all": (
        "py-a,a@b.example\npy-b,b@b.example\n",
        [
            f"1 the table has no column 'group' → {NO_HEADER}",
            f"1 the table has no column 'email' → {NO_HEADER}",
        ],
    ),
    "a misspelt greeting": (
        "group,email,greting\na,a@b.example,Robin\na,b@b.example,Kit\n",
        [
            (
                "1:3 the table has no column 'greeting' → "
                "rename 'greting' to 'greeting'; if it is something else, call it otherwise"
            )
        ],
    ),
    "the English of England": (
        "group,email,organiser\na,a@b.example,Robin\n",
        [
            (
                "1:3 the table has no column 'organizer' → "
                "rename 'organiser' to 'organizer'; if it is something else, call it otherwise"
            )
        ],
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
        ["1:2 column 2 has no name, but is filled in line 3 → name it, or empty it"],
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
        ["this is a spreadsheet's own format, not a CSV file → rename it to groups.xlsx"],
    ),
    "a workbook of LibreOffice": (
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"),
        ["this is a spreadsheet's own format, not a CSV file → rename it to groups.ods"],
    ),
    "an old workbook": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        [
            (
                "this is a spreadsheet's own format, not a CSV file → "
                "open it in your spreadsheet and save it as groups.xlsx"
            )
        ],
    ),
    "UTF-8 with one flaw": (
        "group,email,city\na,a@b.example,Zürich-Köln\nb,b@b.example,Malm".encode() + b"\xf6\n",
        [f"3 {NO_ENCODING}"],
    ),
    "UTF-8 with half a character of UTF-16": (
        "group,email,city\na,a@b.example,\ud83d\n".encode("utf-8", "surrogatepass"),
        [f"2 {NO_ENCODING}"],
    ),
    "no encoding at all": (b"group,email\n\x81\x8d,\x9d\n", [f"2 {NO_ENCODING}"]),
}


@pytest.mark.parametrize(("content", "problems"), WRONG_TABLES.values(), ids=WRONG_TABLES)
def test_a_table_that_cannot_be_meant_so_is_named_with_its_remedy(content, problems):
    assert said(read(content)) == problems


def test_a_row_without_a_group_is_never_told_to_join_another_than_the_one_right_above():
    rows = "chipy,a@b.example,\nOslo Python,b@b.example,\n,c@b.example,\n,d@b.example,Py B\n,e@b.example,\n"
    table = read("group,email,name\n" + rows)
    assert [problem.fix for problem in table.problems] == [
        "write oslo-python",
        "write oslo-python",
        "write py-b",
        "write py-b",
    ]
    table = read("group,email,name\nchipy,a@b.example,\nx,y@b.example,Z,more\n,c@b.example,\n")
    assert table.problems[-1].fix == "write small letters, figures and hyphens, such as python-ireland"


OTHER = f"{UNREAD} → look whether it is the file you meant"


def test_a_table_of_a_million_rows_is_read_as_far_as_a_table_can_go():
    table = read("group,email\n" + "a\n" * 1_000_000)
    assert (table.rows, table.rejected) == (200_000, 200_000)
    assert said(table)[-2:] == [
        "200001 something is wrong in 199,001 more rows, too → mend what is named, then look again",
        f"200002 the table has more than 200,000 rows; {OTHER}",
    ]
    assert len(table.problems) < 1_005


def test_a_row_of_a_million_cells_ends_the_reading_and_an_empty_one_does_not():
    header = ",".join(["group", "email", *(f"c{number}" for number in range(1_000_000))])
    assert said(read(f"{header}\na,a@b.example\n"))[0] == f"1 this row has more than 1,000 cells; {OTHER}"
    assert read("group,email" + "," * 16_000 + "\na,a@b.example" + "," * 16_000 + "\n").used == 1


def test_beyond_a_thousand_problems_the_rows_are_counted_and_warnings_stay_warnings():
    rows = "".join(f"g{number},a@b.example\n" for number in range(1_500))
    table = read("group,email\n" + rows)
    assert (table.used, len(table.problems)) == (1_500, 1_001)
    assert all(problem.warning for problem in table.problems)
    assert table.problems[-1].what == "something is wrong in 499 more rows, too"
    assert not read("group,email\n" + rows + "h,nobody\n").problems[-1].warning


def test_rows_before_a_broken_one_are_read_and_those_behind_it_are_not_guessed_at():
    table = read(HEADER + 'a,a@b.example,A,\nb,b@b.example,"Py B,\nc,c@b.example,C,\n')
    assert ids(table) == ["a"]


# ── What is wrong, by rows ──────────────────────────────────────────────────────────────────────────────────

WRONG_ROWS = {
    "too few cells for an address": (
        "a\n",
        [
            (
                "(2 this row ends after 1 of 4 cells; the rest was taken for empty → "
                "see that no cell is missing in between)"
            ),
            "2:2 this row of a has no address → fill it in, or delete the row",
        ],
    ),
    "the header once more": ("group,email,name,size\n", ["2 this row repeats the header → delete it"]),
    "a sum": ("Total:,,,240\n", ["2 this row ('Total:') is a sum and no group → delete it"]),
    "only a number": (
        ",,,240\n",
        ["2 this row has neither group nor address → fill them in, or delete the row"],
    ),
    "a comment": (
        "# paused,,,\n",
        ["2:1 '# paused' is no id for a group → a table has no comments; delete it"],
    ),
    "a formula that fails": (
        "a,a@b.example,#REF!,\n",
        ["2:3 the cell 'name' holds a formula that fails → mend the formula, or write what belongs there"],
    ),
    "one that fails in German": (
        "a,a@b.example,#BEZUG!,\n",
        ["2:3 the cell 'name' holds a formula that fails → mend the formula, or write what belongs there"],
    ),
    "a formula": (
        'a,a@b.example,,"=""02139"""\n',
        [
            (
                "2:4 the cell 'size' holds a formula instead of its value → "
                "write the value, or open the table in your spreadsheet and save it again"
            )
        ],
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


# ── Rows of one group ───────────────────────────────────────────────────────────────────────────────────────


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
    table = read(content)
    assert table.used + table.rejected == table.rows
    assert table.used == sum(len(group.organizers) for group in table.groups)
    rejected = {problem.line for problem in table.problems if not problem.warning}
    assert bool(table.rejected) <= bool(rejected)
    assert table.groups or table.problems
    for group in table.groups:
        assert NAME.fullmatch(group.id)
        cells = [group.name, *group.cells.values(), *(c for o in group.organizers for c in o.cells.values())]
        assert all(fault(cell) is None for cell in cells if isinstance(cell, str))
