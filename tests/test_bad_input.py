"""What a table or a template may hold: through the installed command, the server's own records as oracle.

The rooms have their own tables of cases; here the whole way is walked. (S01 to S05, S07, S08, S10, S11.)
"""

import csv
import html
import io
import re
import unicodedata
from email import message_from_bytes
from email.header import decode_header, make_header

import pytest
from stage import stage

COLUMNS = ("group", "name", "organizer", "greeting", "email", "size", "lane", "city")
STEP = '[[steps]]\ntemplate = "hello"\n'
HEADERS = [
    "Content-Type",
    "Date",
    "From",
    "List-Unsubscribe",
    "MIME-Version",
    "Message-ID",
    "References",
    "Subject",
    "To",
    "X-Campaign-Ref",
]
"""What a first letter has, each once."""


@pytest.fixture
def play(tmp_path):
    with stage(tmp_path) as made:
        made.write("campaigns/hello.toml", STEP)
        yield made


def fill(play, *rows):
    """Write the table: a sound row for each of `rows`, with the cells that it sets."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    for number, cells in enumerate(rows):
        sound = {"group": f"g{number}", "email": f"o@g{number}.example", "greeting": "Robin", "city": "Oslo"}
        writer.writerow(dict.fromkeys(COLUMNS, "") | sound | cells)
    (play.folder / "campaigns/groups.csv").write_bytes(text.getvalue().encode("utf-8", "surrogatepass"))


def flat(done):
    return " ".join((done.stdout + done.stderr).split())


def read(raw):
    """The header lines as any mail program takes them apart, and the two parts."""
    mail = message_from_bytes(raw)
    parts = [part.get_payload(decode=True).decode() for part in mail.get_payload()]
    return mail, parts


UNFIT = {
    "a line break": "a\nBcc: evil@z.example",
    "a carriage return": "a\rBcc: evil@z.example",
    "a vertical tab": "a\vb",
    "a next line": "a\x85b",
    "a line separator": "a\u2028b",
    "an escape": "a\x1b]0;x\x07b",
    "a right-to-left override": "a\u202eb",
    "an encoded word": "=?utf-8?q?a=0D=0ABcc:_evil@z.example=0D=0A=0D=0Ax?=",
    "an encoded word in base64": "=?utf-8?b?YQ0KQmNjOiBl?=",
    "half an encoded word": "=?utf-8?q?a=0D=0ABcc:",
}


def test_an_unfit_cell_in_any_column_is_named_and_nothing_leaves(play):
    """S01, S02."""
    bad = [(column, cell) for column in COLUMNS for cell in UNFIT.values()]
    fill(play, {}, *({column: cell} for column, cell in bad))
    done = play.run("check", "hello", code=65)
    assert flat(done).count("mistake ") == len(bad), "one for each row"
    for place, column in enumerate(COLUMNS, 1):
        assert flat(done).count(f":{place} the cell {column!r} holds ") == len(UNFIT)
    assert f"{len(bad)} of {len(bad) + 1} rows of the table cannot be used" in flat(done)
    play.run("send", "hello", "--confirm", "1", code=65)
    assert play.post.letters == ()


def test_a_cell_that_no_encoding_holds_stops_the_table(play):
    """S01: half of a surrogate pair, which is no UTF-8."""
    fill(play, {"city": "a\ud800b"})
    play.run("check", "hello", code=65)
    play.run("send", "hello", "--confirm", "1", code=65)
    assert play.post.letters == ()


ODD = [
    "Straße; Zürich, “quoted” & <tagged>",
    'O\'Brien "the" Group',
    "Bcc: evil@z.example",
    "=?not an encoded word",
    "李小龙 and ελληνικά and " + "ü" * 60,
    "a\\b%n$HOME`id`",
    ". at the beginning",
    "From here on",
    "\N{FAMILY} emoji",
    "é" + unicodedata.normalize("NFD", "é"),
]


def test_what_people_write_reaches_the_header_it_belongs_to_and_no_other(play):
    """S03."""
    play.write(
        "templates/hello.md",
        "Subject: Hello {{ name }} in {{ city }}\n\nDear {{ greeting }},\n\n{{ name }}\n",
    )
    fill(play, *({"name": odd, "organizer": odd, "greeting": odd, "city": odd} for odd in ODD))
    play.run("send", "hello", "--confirm", str(len(ODD)))
    assert len(play.post.letters) == len(ODD)
    for number, (odd, letter) in enumerate(zip(ODD, play.post.letters, strict=True)):
        shown = unicodedata.normalize("NFC", odd)
        mail, parts = read(letter.raw)
        assert sorted(mail.keys()) == HEADERS
        assert str(make_header(decode_header(mail["Subject"]))) == f"Hello {shown} in {shown}"
        assert f"<o@g{number}.example>" in mail["To"]
        assert mail["From"] == "Fay Fellow <fellow@rehearsal.example>"
        assert (letter.sender, letter.to) == ("fellow@rehearsal.example", (f"o@g{number}.example",))
        assert max(map(len, letter.raw.splitlines())) <= 998
        assert "Dear" in parts[0]
        assert letter.raw.count(b"\r\n") == letter.raw.count(b"\n") == letter.raw.count(b"\r")


GOOD = {
    "plain@chipy.example": "plain@chipy.example",
    " spaces@chipy.example ": "spaces@chipy.example",
    "Case.Kept+tag@ChiPy.Example": "Case.Kept+tag@chipy.example",
    "o'brien@x.example": "o'brien@x.example",
    "list@bücher.example": "list@xn--bcher-kva.example",
}
BAD = (
    "a@b.example,c@d.example",
    "a b@c.example",
    "a@b.example> SIZE=1",
    "<>",
    "",
    "friends: a@b.example;",
    "a(comment)@b.example",
    '"quoted local"@b.example',
    "a@b.example..",
    "a" * 250 + "@b.example",
    "a%b@c@d.example",
    "a@[127.0.0.1]",
    "\N{CYRILLIC SMALL LETTER ER}aypal@b.example",
    "a@b.example\x00",
)


def test_the_server_is_told_the_very_address_or_the_row_is_refused(play):
    """S04."""
    fill(play, *({"email": text} for text in (*GOOD, *BAD)))
    done = play.run("check", "hello", code=65)
    assert f"{len(BAD)} of {len(GOOD) + len(BAD)} rows of the table cannot be used" in flat(done)
    for line in range(2 + len(GOOD), 2 + len(GOOD) + len(BAD)):
        assert f"mistake {line}:5 " in flat(done)
    fill(play, *({"email": text} for text in GOOD))
    play.run("send", "hello", "--confirm", str(len(GOOD)))
    assert [letter.to for letter in play.post.letters] == [(told,) for told in GOOD.values()]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ana@chipy.example", "Ana@ChiPy.Example"),
        ("ana@chipy.example", " ana@chipy.example"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        (
            f"ana@{unicodedata.normalize('NFC', 'bücher')}.example",
            f"ana@{unicodedata.normalize('NFD', 'bücher')}.example",
        ),
    ],
)
def test_a_person_under_two_spellings_gets_one_letter_and_it_is_said(play, one, other):
    """S05: in two groups. In one group it is a mistake."""
    fill(play, {"email": one}, {"email": other})
    assert "stands in g0 (line 2) and in g1" in flat(play.run("check", "hello"))
    done = play.run("send", "hello", "--confirm", "1")
    assert "1 same person" in flat(done)
    assert len(play.post.letters) == 1
    fill(play, {"email": one}, {"email": other, "group": "g0"})
    assert "stands twice in g0" in flat(play.run("check", "hello", code=65))


def test_a_template_in_a_cell_is_text_in_subject_and_both_parts(play):
    """S07."""
    cells = ["{{ 7*7 }}", "{% include 'hello' %}", "{# gone? #}", "{{ sender.email }}", "{{"]
    play.write("templates/hello.md", "Subject: To {{ city }}\n\nDear {{ greeting }} of {{ city }}\n")
    fill(play, *({"city": cell} for cell in cells))
    play.run("send", "hello", "--confirm", str(len(cells)))
    for cell, letter in zip(cells, play.post.letters, strict=True):
        mail, (text, page) = read(letter.raw)
        assert mail["Subject"] == f"To {cell}"
        assert f"of {cell}" in text
        assert f"of {cell}" in html.unescape(page)


def test_a_cell_cannot_become_a_script_or_an_attribute_of_the_page(play):
    """S11."""
    cells = [
        '"><script>alert(1)</script>',
        '" onmouseover="alert(1)',
        "' onclick='alert(1)",
        "<!--",
        "&lt;b&gt;",
    ]
    play.write("templates/hello.md", "Subject: x\n\n[go](https://a.example/{{ city }}) to {{ city }}\n")
    fill(play, *({"city": cell} for cell in cells))
    play.run("send", "hello", "--confirm", str(len(cells)))
    for cell, letter in zip(cells, play.post.letters, strict=True):
        _, (text, page) = read(letter.raw)
        assert f"to {cell}" in " ".join(text.split())
        tags = re.findall(r"<[^>]*>", page)
        assert [
            tag for tag in tags if re.match(r"<(?!/?(html|head|meta|body|div|p|a)\b|!DOCTYPE)", tag)
        ] == []
        (link,) = (tag for tag in tags if tag.startswith("<a"))
        assert re.fullmatch(r'<a href="https://a\.example/[\w%.~-]+">', link)
        assert f"to {html.escape(cell)}</p>" in page.replace("&#x27;", "'").replace("'", "&#x27;")


@pytest.mark.parametrize(
    "cell", ["javascript:alert(1)", "data:text/html,x", "//a.example", "JaVaScRiPt:x", "x"]
)
def test_a_cell_that_is_no_web_address_never_becomes_a_link(play, cell):
    """S11."""
    play.write("templates/hello.md", "Subject: x\n\n[go]({{ city }})\n")
    fill(play, {"city": cell})
    assert "is no web address" in flat(play.run("check", "hello", code=65))
    play.run("send", "hello", "--confirm", "1", code=65)
    assert play.post.letters == ()


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ cycler.__init__.__globals__.os.system('touch stolen') }}",
        "{{ name|attr('format') }}",
        "{{ '{0.__class__}'.format_map(sender) }}",
        "{{ sender.update(name='x') }}",
        "{{ self._TemplateReference__context }}",
        "{% include '../campaigns/settings.toml' %}",
        "{% import 'os' as os %}",
        "{% extends 'again' %}",
    ],
)
def test_a_template_that_reaches_out_is_stopped_at_its_line(play, attack):
    """S08."""
    play.write("templates/hello.md", f"Subject: x\n\nDear {{{{ greeting }}}}\n\n{attack}\n")
    done = play.run("check", "hello", code=65)
    assert "templates/hello.md mistake 5" in flat(done)
    play.run("preview", "hello", code=65)
    play.run("send", "hello", "--confirm", "4", code=65)
    assert play.post.letters == ()
    assert not list(play.folder.rglob("stolen"))


def test_a_hole_in_any_row_stops_all_letters_and_every_row_is_listed(play):
    """S10."""
    holes = ("", "  ", "\N{NO-BREAK SPACE}", "\N{IDEOGRAPHIC SPACE}")
    play.write("templates/hello.md", "Subject: x\n\nDear {{ greeting|upper }} in {{ city }}\n")
    fill(play, {}, *({"greeting": hole} for hole in holes), {"city": ""}, {"city": "nan"}, {"city": "None"})
    done = play.run("check", "hello", code=65)
    lines = [2 + 1 + number for number in range(len(holes) + 1)]
    for line in lines:
        assert f"mistake {line}" in flat(done), line
    assert flat(done).count("is empty") == len(lines)
    play.run("send", "hello", "--confirm", "3", code=65)
    assert play.post.letters == ()


def test_a_number_that_is_none_is_text_and_never_arithmetic(play):
    """S10: NaN, infinity and the like."""
    play.write("templates/hello.md", "Subject: x\n\nDear {{ greeting }}, {{ size }}!\n")
    fill(play, *({"size": size} for size in ("nan", "inf", "-inf", "1e999", "0x10")))
    play.run("send", "hello", "--confirm", "5")
    texts = [read(letter.raw)[1][0] for letter in play.post.letters]
    for size, text in zip(("nan", "inf", "-inf", "1e999", "0x10"), texts, strict=True):
        assert f"Dear Robin, {size}!" in text
