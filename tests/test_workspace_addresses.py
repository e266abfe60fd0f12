"""Addresses in the table: what is accepted is what the server will be told; all else says what to write."""

import unicodedata

import pytest

from mailer.nouns import Address
from mailer.workspace.cells import tidy
from mailer.workspace.table import read_table


def read(text):
    return read_table("campaigns/groups.csv", text.encode())


def said(table):
    """Problems as one would read them: line:column what → fix, warnings in brackets."""
    lines = [f"{problem.place} {problem.what} → {problem.fix}" for problem in table.problems]
    return [f"({line})" if p.warning else line for p, line in zip(table.problems, lines, strict=True)]


PASTED = {
    "Robin <robin@b.example>": "write robin@b.example; a name belongs in the column organizer",
    "<robin@b.example>": "write robin@b.example",
    "robin@b.example,": "write robin@b.example",
    "robin@b.example;": "write robin@b.example",
    "robin@b.example.": "write robin@b.example",
    "'robin@b.example'": "write robin@b.example",
    "robin@b.example, kit@b.example": "write a row for each: robin@b.example, kit@b.example",
    "Robin <robin@b.example>; Kit <kit@b.example>": "write a row for each: robin@b.example, kit@b.example",
    "mailto:robin%2Bpy@b.example": "correct it",
    "mailto:robin@b.example?subject=Hi": "correct it",
    "Robin robin@b.example": "correct it",
    "a b@c.example": "correct it",
    "robin (at) b.example": "write the @: robin@b.example",
    "robin(at)b.example": "write the @: robin@b.example",
    "robin[AT]b.example": "write the @: robin@b.example",
    "robin at b.example": "write the @: robin@b.example",
    "robin(at)b": "correct it",
    "ask at the door": "correct it",
    "friends: a@b.example;": "correct it",
}


@pytest.mark.parametrize(("cell", "fix"), PASTED.items(), ids=range(len(PASTED)))
def test_an_address_pasted_with_something_around_it_is_refused_with_what_to_write(cell, fix):
    table = read(f'group,email\na,"{cell}"\n')
    assert table.groups == ()
    assert [problem.fix for problem in table.problems] == [fix]


@pytest.mark.parametrize("cell", ["mailto:robin@b.example", "MAILTO:robin@b.example", " robin@b.example\t"])
def test_an_address_that_cannot_be_misunderstood_is_the_one_that_was_meant(cell):
    (group,) = read(f"group,email\na,{cell}\n").groups
    assert group.organizers[0].address == Address("robin", "b.example")


def test_a_per_cent_sign_belongs_to_a_bare_address_and_is_ambiguous_in_a_link():
    assert read("group,email\na,robin%2Bpy@b.example\n").groups[0].organizers[0].address.local == "robin%2Bpy"
    assert read("group,email\na,mailto:robin%2Bpy@b.example\n").groups == ()


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
    assert [group.id for group in table.groups] == ["a", "b"]
    assert said(table) == [
        (
            f"(3:2 {Address.parse(tidy(other))} stands in a (line 2) and in b → "
            "fine if it is the same person: she is written to once per step)"
        )
    ]
