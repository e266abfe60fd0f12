"""Files that go with letters: which ones may, where they stand in them, what is said of the others."""

import base64
import email
import email.policy
import hashlib
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.errors import BadData
from mailer.letters import Book, named_in, write
from mailer.letters.proof import prove
from mailer.nouns import Address, Group, Letter, LetterId, Organizer, Problem, Sender

NOW = datetime(2026, 11, 21, 9, 5, 7, tzinfo=UTC)
BEA = Sender("Bea Fellow", Address.parse("bea@foundation.example"), "fellow for user groups")
ANA = Organizer(Address.parse("ana@chipy.example"), "Ana Example", {}, 8)
CHIPY = Group("chipy", "ChiPy", (), {"city": "Chicago", "empty": None}, 7)
ID = LetterId("initial-contact", "chipy", "first")
OWN = "<c.aaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbb@foundation.example>"
REF = "aaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbb"

PDF = b"%PDF-1.4\n" + bytes(range(256)) * 3
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(255, -1, -1))
JPG = b"\xff\xd8\xff\xe0" + b"x" * 100
FILES = {"flyer.pdf": PDF, "logo.png": PNG, "pictures/hall.jpg": JPG, "Zürich plan.pdf": PDF}

SHAPES = {
    "none": ("Hi\n", ["text/plain", "text/html"]),
    "a picture": ("Hi ![ChiPy's logo](logo.png)\n", ["text/plain", "text/html", "image/png"]),
    "an attachment": ("Attach: flyer.pdf\n\nHi\n", ["text/plain", "text/html", "application/pdf"]),
    "all": (
        "Attach: flyer.pdf\nAttach: Zürich plan.pdf\n\n![](logo.png)\n\n![b](pictures/hall.jpg)\n",
        ["text/plain", "text/html", "image/png", "image/jpeg", "application/pdf", "application/pdf"],
    ),
}
CONTAINERS = {
    "none": ["multipart/alternative"],
    "a picture": ["multipart/alternative", "multipart/related"],
    "an attachment": ["multipart/mixed", "multipart/alternative"],
    "all": ["multipart/mixed", "multipart/alternative", "multipart/related"],
}


def a_text(rest):
    """A template: its subject, and either more headers or the letter at once."""
    return f"Subject: Hello\n{rest}" if rest.lower().startswith("attach") else f"Subject: Hello\n\n{rest}"


def a_book(rest, files=FILES):
    return Book({"first": a_text(rest)}, files)


def a_draft(rest, files=FILES):
    draft, problems = a_book(rest, files).draft("first", ID, CHIPY, ANA, BEA)
    assert not problems
    return draft


def a_letter(rest, files=FILES):
    return write(a_draft(rest, files), BEA, OWN, REF, (), NOW)


def problems_of(rest, files=FILES):
    return a_book(rest, files).problems("first", ("name", "city", "empty"))


def leaves(raw):
    """The parts that hold something, as a mail library finds them."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    parts = list(mail.walk())
    assert not any(part.defects for part in parts)
    return mail, [part for part in parts if not part.is_multipart()]


# ---------------------------------------------------------------- where they stand


@pytest.mark.parametrize("name", SHAPES)
def test_a_mail_library_finds_each_file_in_its_place_with_the_bytes_it_had(name):
    rest, kinds = SHAPES[name]
    draft = a_draft(rest)
    mail, parts = leaves(a_letter(rest).raw)
    assert [part.get_content_type() for part in mail.walk() if part.is_multipart()] == CONTAINERS[name]
    assert [part.get_content_type() for part in parts] == kinds
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == draft.text
    assert mail.get_body(("html",)).get_content().replace("\r\n", "\n") == draft.html
    held = [part.get_content() for part in parts[2:]]
    assert held == [FILES[mention] for mention in named_in(a_text(rest))]


def test_what_is_attached_is_called_by_its_name_without_its_folder():
    names = [part.get_filename() for part in leaves(a_letter(SHAPES["all"][0]).raw)[1]]
    assert names == [None, None, "logo.png", "hall.jpg", "flyer.pdf", "Zürich plan.pdf"]
    kinds = [part.get_content_disposition() for part in leaves(a_letter(SHAPES["all"][0]).raw)[1]]
    assert kinds == [None, None, "inline", "inline", "attachment", "attachment"]


def test_the_page_shows_each_picture_by_the_id_of_its_part():
    mail, parts = leaves(a_letter(SHAPES["all"][0]).raw)
    page = mail.get_body(("html",)).get_content()
    shown = re.findall(r'<img src="cid:([^"]+)"', page)
    assert shown == [part["Content-ID"].strip("<>") for part in parts[2:4]]
    assert len(set(shown)) == 2
    assert "<img" not in mail.get_body(("plain",)).get_content()


def test_the_plain_part_has_the_words_of_a_picture_and_nothing_for_one_without():
    assert a_draft("Hi ![our *new* hall](logo.png) there\n").text == "Hi [our *new* hall] there\n"
    assert a_draft("Hi\n\n![](logo.png)\n").text == "Hi\n\n\n"
    assert a_draft("![two&#10;lines](logo.png)\n").text == "[two lines]\n"
    linked = a_draft("[![the hall](logo.png)](https://chipy.example/)\n").text
    assert linked == "[the hall] <https://chipy.example/>\n"


def test_the_words_of_a_picture_take_values_and_stay_words():
    group = Group("chipy", '"><script>alert(1)</script>', (), {}, 7)
    draft, _ = a_book("![logo of {{ name }}](logo.png)\n").draft("first", ID, group, ANA, BEA)
    assert '[logo of "><script>alert(1)</script>]' in draft.text
    assert "<script" not in draft.html
    assert 'alt="logo of &quot;&gt;&lt;script&gt;' in draft.html


def test_a_picture_that_is_shown_twice_goes_once():
    draft = a_draft("![a](logo.png) ![b](logo.png)\n")
    assert [one.name for one in draft.enclosures] == ["logo.png"]
    assert draft.html.count(f"cid:{draft.enclosures[0].cid}") == 2


def test_a_picture_goes_only_with_the_letters_that_show_it():
    rest = "Hi{% if city %}\n\n![a](logo.png)\n{% endif %}\n"
    assert [one.name for one in a_draft(rest).enclosures] == ["logo.png"]
    elsewhere = Group("oslo", "Oslo", (), {"city": None}, 7)
    draft, _ = a_book(rest).draft("first", ID, elsewhere, ANA, BEA)
    assert draft.enclosures == ()


def test_the_same_file_may_be_shown_and_attached():
    draft = a_draft("Attach: logo.png\n\n![a](logo.png)\n")
    assert [(one.name, bool(one.cid)) for one in draft.enclosures] == [
        ("logo.png", True),
        ("logo.png", False),
    ]


def test_a_file_with_a_space_in_its_name_can_be_shown_too():
    files = {"our hall.png": PNG}
    assert named_in("Subject: x\n\n![a](<our hall.png>)\n") == ("our hall.png",)
    for way in ("<our hall.png>", "our%20hall.png"):
        assert a_draft(f"![a]({way})\n", files).enclosures[0].name == "our hall.png"


# ---------------------------------------------------------------- the bytes


@pytest.mark.parametrize("name", SHAPES)
def test_every_line_is_short_enough_and_seven_bit(name):
    raw = a_letter(SHAPES[name][0]).raw
    assert raw.isascii()
    assert raw.count(b"\r\n") == raw.count(b"\r") == raw.count(b"\n")
    body = raw.partition(b"\r\n\r\n")[2].split(b"\r\n")
    assert max(map(len, body)) <= 78
    assert not any(line.startswith((b".", b"From ")) for line in body)


def test_another_file_of_the_same_name_makes_another_letter():
    before, after = (a_letter("Attach: flyer.pdf\n\nHi\n", {"flyer.pdf": PDF + end}) for end in (b"", b"!"))
    assert before.digest != after.digest
    assert before.digest == hashlib.sha256(re.sub(rb"Date: .*\r\n", b"", before.raw)).hexdigest()
    assert before.raw == a_letter("Attach: flyer.pdf\n\nHi\n").raw


@given(st.binary(max_size=300), st.text("aé _'%;=.,-", min_size=1, max_size=20))
def test_any_bytes_under_any_name_come_back(content, name):
    name = f"x{name}.pdf"
    raw = a_letter(f"Attach: {name}\n\nHi\n", {name: b"%PDF-" + content}).raw
    (part,) = leaves(raw)[1][2:]
    assert part.get_content() == b"%PDF-" + content
    assert part.get_filename() == name


def _swap(old, new):
    return lambda raw: raw.replace(old, new, 1)


@pytest.mark.parametrize(
    "damage",
    [
        _swap(base64.b64encode(PDF)[:20], b"A" * 20),
        _swap(base64.b64encode(PNG)[:20], b"A" * 20),
        _swap(b'filename="flyer.pdf"', b'filename="flyer.exe"'),
        _swap(b"application/pdf", b"application/x-pdf"),
        _swap(b"Content-ID: <logo", b"Content-ID: <lego"),
        _swap(b"multipart/mixed", b"multipart/alternative"),
        _swap(b"multipart/alternative", b"multipart/mixed"),
        _swap(b"multipart/related", b"multipart/mixed"),
        _swap(b"inline", b"attachment"),
        lambda raw: raw + b"x",
        lambda raw: raw.rpartition(b"\r\n--=_")[0] + b"\r\n",
        lambda raw: re.sub(
            rb"\r\n--=_\w+\r\nContent-Type: application/pdf.*?(?=\r\n--=_)", b"", raw, flags=16
        ),
    ],
)
def test_a_letter_whose_files_are_not_as_meant_never_leaves(damage):
    rest = "Attach: flyer.pdf\n\n![a](logo.png)\n"
    letter, draft = a_letter(rest), a_draft(rest)
    prove(letter, draft, BEA)
    damaged = damage(letter.raw)
    assert damaged != letter.raw
    with pytest.raises(BadData, match="does not read back"):
        prove(Letter(ID, OWN, BEA.address, letter.to, letter.subject, damaged, letter.digest), draft, BEA)


def test_a_line_of_words_that_is_too_long_is_seen_beside_a_file_too():
    rest = f"Attach: flyer.pdf\n\n{'x' * 200}\n"
    letter, draft = a_letter(rest), a_draft(rest)
    damaged = letter.raw.replace(b"x=\r\nx", b"xx")
    with pytest.raises(BadData, match="a line that is too long"):
        prove(Letter(ID, OWN, BEA.address, letter.to, letter.subject, damaged, letter.digest), draft, BEA)


# ---------------------------------------------------------------- which ones may not


@pytest.mark.parametrize(
    ("rest", "where", "what", "fix"),
    [
        ("Attach: flier.pdf\n\nHi\n", "2:9", "templates/flier.pdf: this file is missing", "put the file"),
        ("Attach: flyer.exe\n\nHi\n", "2:9", "'flyer.exe' is of no kind that arrives as an att", "pdf, png"),
        ("Attach: first.md\n\nHi\n", "2:9", "'first.md' is of no kind that arrives", "pdf, png"),
        ("Attach: flyer\n\nHi\n", "2:9", "'flyer' is of no kind that arrives", "pdf, png"),
        ("Attach:\n\nHi\n", "2:1", "no file is named here", "take the line out"),
        ("Attach: flyer.pdf\nAttach: flyer.pdf\n\nHi\n", "3:1", "this file is attached twice", "take one"),
        ("Attach: {{ city }}.pdf\n\nHi\n", "2:9", "the table cannot choose a file", "write the file's name"),
        ("Attach: ../campaigns/groups.csv\n\nHi\n", "2:9", "'../campaigns/groups.csv' is not", "templates/"),
        ("Attach: /etc/flyer.pdf\n\nHi\n", "2:9", "'/etc/flyer.pdf' is not the name", "templates/"),
        ("Attach: a/../flyer.pdf\n\nHi\n", "2:9", "'a/../flyer.pdf' is not the name", "templates/"),
        ("Attach: a//flyer.pdf\n\nHi\n", "2:9", "'a//flyer.pdf' is not the name", "templates/"),
        ("Attach: ./flyer.pdf\n\nHi\n", "2:9", "'./flyer.pdf' is not the name", "templates/"),
        ("Attach: ..\\flyer.pdf\n\nHi\n", "2:9", "'..\\\\flyer.pdf' is not the name", "templates/"),
        ("Attach: C:\\flyer.pdf\n\nHi\n", "2:9", "'C:\\\\flyer.pdf' is no file in templates/", "link to it"),
        ("Attach: file:///flyer.pdf\n\nHi\n", "2:9", "'file:///flyer.pdf' is no file in", "link to it"),
        ("Attach: a\0.pdf\n\nHi\n", "2:9", "'a\\x00.pdf' is not the name", "templates/"),
        ('Attach: a".pdf\n\nHi\n', "2:9", "'a\".pdf' is not the name", "templates/"),
        ("Attach: a\u202efdp.pdf\n\nHi\n", "2:9", "'a\\u202efdp.pdf' is not the name", "templates/"),
        ("Attach: " + "ü" * 200 + ".pdf\n\nHi\n", "2:9", "the name of the file is too long", "shorter"),
        ("attach: flyer.pdf\n\nHi\n", "2:1", "there is no header 'attach'; did you mean 'Attach'", "Attach:"),
        (
            "Hi ![a](https://a.example/x.png)\n",
            "3:9",
            "a picture from the web tells its keeper",
            "without the !",
        ),
        ("Hi ![a](//a.example/x.png)\n", "3:9", "a picture from the web", "without the !"),
        ("Hi ![a](cid:x.png)\n", "3:9", "a picture from the web", "without the !"),
        ("Hi ![a](data:image/png;base64,aaaa)\n", "3:9", "a picture from the web", "without the !"),
        ("Hi ![a][p]\n\n[p]: https://a.example/x.png\n", "5:6", "a picture from the web", "without the !"),
        ("Hi ![a](logo.svg)\n", "3:9", "'logo.svg' is of no kind that arrives as a picture", "png, jpg"),
        ("Hi ![a](flyer.pdf)\n", "3:9", "'flyer.pdf' is of no kind that arrives as a picture", "png, jpg"),
        ("Hi ![a](../logo.png)\n", "3:9", "'../logo.png' is not the name", "templates/"),
        ("Hi ![a](..%2Flogo.png)\n", "3:9", "'../logo.png' is not the name", "templates/"),
        ("Hi ![a](lego.png)\n", "3:9", "templates/lego.png: this file is missing", "put the file"),
        ("Hi ![a]({{city}}.png)\n", "3:9", "the table cannot choose a file", "write the file's name"),
    ],
)
def test_each_file_that_cannot_go_along_is_named_with_its_place_and_its_remedy(rest, where, what, fix):
    book = a_book(rest)
    (problem,) = book.problems("first", ("city",))
    assert problem.where == f"templates/first.md:{where}"
    assert problem.what.startswith(what)
    assert fix in problem.fix
    assert not problem.warning
    assert book.draft("first", ID, CHIPY, ANA, BEA)[0] is None


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.pdf", b"", "'a.pdf' is empty"),
        ("a.pdf", b"<html>", "'a.pdf' holds something else than PDF"),
        ("a.png", JPG, "'a.png' holds something else than PNG"),
        ("a.jpg", PNG, "'a.jpg' holds something else than JPG"),
        ("a.docx", b"\xd0\xcf\x11\xe0", "'a.docx' holds something else than DOCX"),
        ("a.txt", b"Z\xfcrich", "'a.txt' holds something else than TXT"),
        ("a.ics", b"hello", "'a.ics' holds something else than ICS"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(name, content, what):
    (problem,) = problems_of(f"Attach: {name}\n\nHi\n", {name: content})
    assert problem.what == what


def test_a_file_that_cannot_be_read_is_a_problem_of_the_template_that_names_it():
    files = {"a.pdf": Problem("templates/a.pdf", 0, 0, "this is no plain file", "move it away")}
    (problem,) = problems_of("Attach: a.pdf\n\nHi\n", files)
    assert (problem.where, problem.what) == (
        "templates/first.md:2:9",
        "templates/a.pdf: this is no plain file",
    )
    assert problem.fix == "move it away"


def test_files_that_many_servers_would_turn_away_are_too_heavy():
    half = b"%PDF-" + bytes(3_700_000)
    rest = "Attach: a.pdf\nAttach: b.pdf\n\nHi\n"
    (problem,) = problems_of(rest, {"a.pdf": half, "b.pdf": half})
    assert problem.what == "the letter comes to 10.1 MB with its files, and many servers take 10 at most"
    assert problem.where == "templates/first.md:3:9"
    assert not problems_of("Attach: a.pdf\n\nHi\n", {"a.pdf": half})


@pytest.mark.parametrize("name", ["{{ city }}.png", "{{ city }}", "a{{ city }}.png"])
def test_no_cell_chooses_a_picture(name):
    group = Group("chipy", "ChiPy", (), {"city": "logo.png"}, 7)
    draft, problems = a_book(f"Hi ![a](<{name}>)\n").draft("first", ID, group, ANA, BEA)
    assert draft is None
    assert "the table cannot choose" in problems[0].what


def test_only_what_can_go_along_is_looked_for_at_all():
    rest = (
        "Attach: ../a.pdf\nAttach: flyer.pdf\n\n![a](https://a.example/x.png) ![b](logo.png) ![c](/c.png)\n"
    )
    assert named_in(a_text(rest)) == ("logo.png", "flyer.pdf")
    assert named_in("Subject: Hello\n\nAttach: flyer.pdf\n\n    ![b](logo.png)\n") == ()
