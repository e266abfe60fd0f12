"""Letters as bytes: headers that nothing can change, parts that say what the draft says, and no surprise."""

import contextlib
import email
import email.policy
import hashlib
import io
import os
import quopri
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.errors import BadData
from mailer.letters import Book, write
from mailer.letters.proof import prove
from mailer.nouns import Address, Draft, Group, Letter, LetterId, Organizer, Sender

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "golden" / "letters"
NOW = datetime(2026, 11, 21, 9, 5, 7, tzinfo=UTC)
BEA = Sender("Bea Fellow", Address.parse("bea@foundation.example"), "fellow for user groups")
ANA = Address.parse("ana@chipy.example")
FIRST = "<c.aaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbb@foundation.example>"
AGAIN = "<c.cccccccccccccccc.dddddddddddddddd@foundation.example>"
LAST = "<c.eeeeeeeeeeeeeeee.ffffffffffffffff@foundation.example>"
REF = "aaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbb"
NAMES = [
    *("From", "To", "Subject", "Message-ID", "References", "List-Unsubscribe", "X-Campaign-Ref"),
    *("MIME-Version", "Content-Type"),
]

TEMPLATES = {
    "plain": "Subject: A project night in {{ city }}?\n\nHi {{ greeting }},\n\nwould {{ name }} like one?\n",
    "rich": """Subject: {{ name }} and {{ size }} people

# Dear {{ greeting }},

I read about **{{ name }}** on [your page]({{ website }}), and have
*two* ideas{% if city %} for {{ city }}{% endif %}:

{% for idea in topics.split(";") %}
- an evening about {{ idea }}
{% endfor %}

> .starting with a dot

From me you can have all the [material](https://guide.example/nights?group={{ group }}), or `pip install` it.

Warmly,\\
{{ sender.name }}\\
{{ sender.role }}
""",
    "again": "Hi {{ greeting }}, did my letter reach you?\n",
    "picture": 'Subject: Our hall\n\nHi {{ greeting }},\n\n![Our hall, "big" enough](pictures/hall.png)\n',
    "attached": "Subject: Our flyer\nAttach: flyer.pdf\nAttach: Zürich.ics\n\nHi {{ greeting }}!\n",
    "both": "Subject: Our flyer\nAttach: flyer.pdf\n\n![](pictures/hall.png) Hi {{ greeting }}!\n",
    "long": "Subject: {{ name }}: a question about newcomers, about speakers, and about the summer\n\nHi\n",
}

FILES = {
    "flyer.pdf": b"%PDF-1.4\n" + bytes(range(256)),
    "Zürich.ics": b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    "pictures/hall.png": b"\x89PNG\r\n\x1a\n" + bytes(range(100)),
}


def a_draft(subject="Hello", text="Hi\n", html="<p>Hi</p>\n", to=ANA, to_name="Ana Example"):
    return Draft(LetterId("initial-contact", "chipy", "first"), to, to_name, subject, text, html)


def a_letter(sender=BEA, thread=(), date=None, **draft):
    return write(a_draft(**draft), sender, FIRST, REF, thread, date)


def from_template(
    template,
    name="ChiPy",
    organizer="Ana Example",
    sender=BEA,
    thread=(),
    date=NOW,
    first_subject="",
    **cells,
):
    every = {
        "city": "Chicago",
        "size": 1234.0,
        "website": "https://chipy.example/",
        "topics": "web;data",
        **cells,
    }
    row = {"organizer": organizer, "email": str(ANA), "greeting": cells.pop("greeting", "Ana")}
    group = Group("chipy", name, (), {k: v for k, v in every.items() if k != "greeting"}, 7)
    letter = LetterId("initial-contact", "chipy", template)
    draft, problems = Book(TEMPLATES, FILES).draft(
        template, letter, group, Organizer(ANA, organizer, row, 8), sender, first_subject
    )
    assert not problems
    return write(draft, sender, LAST if len(thread) > 1 else AGAIN if thread else FIRST, REF, thread, date)


def parsed(raw):
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    assert not message.defects
    for part in message.walk():
        assert not part.defects
    return message


def header(message, name):
    return str(make_header(decode_header(re.sub(r"\r?\n(?=[ \t])", "", message[name]))))


def mailbox(message, name):
    ((shown, address),) = getaddresses([re.sub(r"\r?\n(?=[ \t])", "", message[name])])
    return str(make_header(decode_header(shown))), address


def contents(message):
    return [
        part.get_payload(decode=True).decode("utf-8").replace("\r\n", "\n") for part in message.get_payload()
    ]


# ---------------------------------------------------------------- golden letters

GOLDEN_LETTERS = {
    "first": lambda: from_template("plain"),
    "undated": lambda: from_template("plain", date=None),
    "non-ascii": lambda: from_template(
        "plain",
        city="Zürich (Örlikon) und Umgebung, am schönen Zürichsee",
        organizer="Änne Müller-Lüdenscheidt",
        greeting="Änne",
    ),
    "rich": lambda: from_template("rich", name="Ben & Zoë's <Py>", website="https://chipy.example/?a=1&b=2"),
    "follow-up": lambda: from_template("again", thread=(FIRST,), first_subject="A project night in Chicago?"),
    "second-follow-up": lambda: from_template(
        "again", thread=(FIRST, AGAIN), first_subject="A project night?"
    ),
    "long-subject": lambda: from_template(
        "long", organizer='Dr. Ana "the Py" Example, of the ChiPy organizers'
    ),
    "picture": lambda: from_template("picture"),
    "attached": lambda: from_template("attached"),
    "both": lambda: from_template("both", organizer="Änne"),
    "to-a-list": lambda: from_template("plain", organizer="", greeting="organizers"),
}


@pytest.mark.parametrize("name", GOLDEN_LETTERS)
def test_golden_letters_are_the_same_byte_for_byte(name):
    raw = GOLDEN_LETTERS[name]().raw
    file = GOLDEN / f"{name}.eml"
    if os.environ.get("WRITE_GOLDEN"):
        file.write_bytes(raw)
    assert raw == file.read_bytes()


def test_every_golden_letter_is_written_by_a_test():
    assert {file.stem for file in GOLDEN.glob("*.eml")} == {*GOLDEN_LETTERS}


@pytest.mark.parametrize("name", GOLDEN_LETTERS)
def test_a_mail_library_reads_golden_letters_without_a_complaint(name):
    letter = GOLDEN_LETTERS[name]()
    message = parsed(letter.raw)
    assert mailbox(message, "From") == ("Bea Fellow", "bea@foundation.example")
    assert mailbox(message, "To")[1] == "ana@chipy.example"
    assert header(message, "Subject") == letter.subject
    modern = email.message_from_bytes(letter.raw, policy=email.policy.default)
    assert (modern["Subject"], modern["To"].addresses[0].addr_spec) == (letter.subject, "ana@chipy.example")
    assert not any(value.defects for value in modern.values())


# ---------------------------------------------------------------- what stands where


def test_the_headers_come_in_a_fixed_order():
    assert parsed(a_letter().raw).keys() == NAMES
    assert parsed(a_letter(date=NOW).raw).keys() == [*NAMES[:3], "Date", *NAMES[3:]]
    assert parsed(a_letter(thread=(AGAIN,)).raw).keys() == [*NAMES[:4], "In-Reply-To", *NAMES[4:]]


def test_the_digest_is_that_of_the_bytes_without_date():
    dated, undated = a_letter(date=NOW), a_letter()
    assert dated.digest == undated.digest == hashlib.sha256(undated.raw).hexdigest()
    assert dated.raw.replace(b"Date: Sat, 21 Nov 2026 09:05:07 +0000\r\n", b"") == undated.raw
    assert a_letter(subject="Hello!").digest != undated.digest
    assert a_letter(text="Ho\n").digest != undated.digest


def test_date_is_in_utc_whatever_zone_it_comes_in():
    local = NOW.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert a_letter(date=local).raw == a_letter(date=NOW).raw
    assert parsedate_to_datetime(parsed(a_letter(date=NOW).raw)["Date"]) == NOW
    with pytest.raises(AssertionError):
        a_letter(date=NOW.replace(tzinfo=None))


def test_a_first_letter_names_itself_in_references_because_relays_replace_message_ids():
    message = parsed(a_letter().raw)
    assert (message["Message-ID"], message["References"], message["In-Reply-To"]) == (FIRST, FIRST, None)


def test_a_follow_up_stands_in_the_thread_of_the_letters_before_it():
    message = parsed(write(a_draft(), BEA, LAST, REF, (FIRST, AGAIN), None).raw)
    assert message["In-Reply-To"] == AGAIN
    assert message["References"].split() == [FIRST, AGAIN, LAST]


def test_a_long_thread_keeps_its_lines_short():
    thread = tuple(FIRST.replace("aaaa", f"a{n:03}") for n in range(99))
    letter = write(a_draft(), BEA, LAST, REF, thread, None)
    assert parsed(letter.raw)["References"].split() == [*thread, LAST]
    assert max(len(line) for line in letter.raw.split(b"\r\n") if b"mailto:" not in line) <= 78


@pytest.mark.parametrize("local", ["bea", "x" * 64, "b+c", "a%b&c?d/e=f#g"])
def test_list_unsubscribe_stands_there_literally_in_one_line(local):
    sender = Sender("Bea", Address.parse(f"{local}@{'a' * 60}.{'b' * 60}.foundation.example"))
    (line,) = [
        line for line in a_letter(sender=sender).raw.split(b"\r\n") if line.startswith(b"List-Unsubscribe")
    ]
    found = re.fullmatch(
        rb"List-Unsubscribe: <mailto:([^@<>?&# ]+)@[a-z.]+\?subject=unsubscribe%20([a-z.]+)>", line
    )
    assert found
    assert found.group(2).decode() == REF


def test_the_envelope_is_the_checked_address():
    letter = a_letter()
    assert (letter.sender, letter.to) == (BEA.address, (ANA,))


# ---------------------------------------------------------------- the parts

BODIES = [
    "",
    "\n",
    "no line end",
    "a\n.\nb\n..c\n.d\n",
    ".first\n",
    "From me\nFrom: you\n>From them\n",
    "x" * 70 + " From the middle " + "y" * 80 + "\n",
    ("x" * 74 + ".") * 20 + "\n",
    ("x" * 75 + "From ") * 20 + "\n",
    "".join("x" * length + "\n" for length in range(73, 80)),
    "blank at end \ntab at end\t\n \n",
    "= =3D =_ --=_\n",
    "é" * 500 + "\n",
    "日本 👩‍👩‍👧 عربى\n",
    "x" * 100_000 + "\n",
    "a\tb\x0cc\n",
]


@pytest.mark.parametrize("text", BODIES)
def test_the_parts_come_back_as_they_were_in_lines_that_every_relay_carries(text):
    letter = a_letter(text=text, html=text)
    assert contents(parsed(letter.raw)) == [text, text]
    lines = letter.raw.split(b"\r\n")
    body = lines[lines.index(b"") :]
    assert letter.raw.isascii()
    assert max(map(len, body)) <= 76
    assert not any(line.endswith((b" ", b"\t")) or line.startswith((b".", b"From ")) for line in body)
    assert lines[-1] == b""


@given(st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"])))
def test_any_text_comes_back_as_it_was(text):
    assert contents(parsed(a_letter(text=text, html=text).raw)) == [text, text]


def test_half_a_character_is_refused():
    with pytest.raises(BadData):
        a_letter(text="\ud800")


def test_a_boundary_in_the_text_does_not_end_the_part():
    boundary = re.search(rb'boundary="([^"]+)"', a_letter().raw).group(1).decode()
    text = f"--{boundary}\n\n--{boundary}--\n"
    assert contents(parsed(a_letter(text=text).raw))[0] == text


def test_python_reads_our_quoted_printable_as_the_library_would():
    text = "".join(BODIES)
    piece = a_letter(text=text).raw.split(b"quoted-printable\r\n\r\n")[1].partition(b"\r\n--=_")[0]
    assert quopri.decodestring(piece).decode().replace("\r\n", "\n") == text


# ---------------------------------------------------------------- the proof


def _swap(old, new):
    return lambda raw: raw.replace(old, new, 1)


@pytest.mark.parametrize(
    "damage",
    [
        _swap(b"To: Ana Example <ana@", b"To: Ana Example <eve@"),
        _swap(b"To: Ana Example <", b"To: Eve Example <"),
        _swap(b"To: Ana Example", b"To: <eve@evil.example>, Ana Example"),
        _swap(b"From: Bea", b"From: Eve"),
        _swap(b"Subject: Hello", b"Subject: Hallo"),
        _swap(b"Subject: Hello", b"Subject: Hello\r\nBcc: eve@evil.example"),
        _swap(b"Subject: Hello", b"Subject: Hello\r\n\r\nHi"),
        _swap(b"Subject: Hello\r\n", b""),
        _swap(b"Subject: Hello", b"Subject: Hello\r\nSubject: Hello"),
        _swap(b"Subject: Hello", b"Subject: Hello\nBcc: eve@evil.example"),
        _swap(b"Subject: Hello", b"Subject: Hello\rBcc: eve@evil.example"),
        _swap(b"Subject: Hello", b"Subject: Hel\0lo"),
        _swap(b"Subject: Hello", b"Subject: Hell\xc3\xb6"),
        _swap(b"Message-ID: <c.a", b"Message-ID: <c.b"),
        _swap(b"References: <c.a", b"References: <c.b"),
        _swap(b"X-Campaign-Ref: a", b"X-Campaign-Ref: b"),
        _swap(b"<mailto:bea", b"<mailto:bea,eve"),
        _swap(b"<mailto:bea", b"<https://bea"),
        _swap(b"<mailto:bea", b"=?utf-8?q?<mailto:bea"),
        _swap(b"MIME-Version", b"MIME-version"),
        _swap(b"multipart/alternative", b"multipart/mixed"),
        _swap(b"text/html", b"text/plain"),
        _swap(b"quoted-printable\r\n", b"quoted-printable\r\nX: y\r\n"),
        _swap(b"\r\n\r\nHi", b"\r\n\r\nHo"),
        _swap(b"\r\n\r\nHi\r\n", b"\r\n\r\nHi\n"),
        _swap(b"\r\n\r\nHi", b"\r\n\r\n=48\ri"),
        _swap(b"<p>", b"<p>" + b"x" * 1000),
        lambda raw: raw + b"x",
        lambda raw: b"x: y\r\n" + raw,
    ],
)
def test_a_letter_that_does_not_read_back_as_meant_never_leaves(damage):
    letter = a_letter()
    prove(letter, a_draft(), BEA)
    damaged = damage(letter.raw)
    assert damaged != letter.raw
    with pytest.raises(BadData):
        prove(
            Letter(letter.id, FIRST, BEA.address, letter.to, letter.subject, damaged, letter.digest),
            a_draft(),
            BEA,
        )


def test_a_line_that_servers_may_cut_never_leaves():
    draft = a_draft(text="x" * 2000)
    letter = write(draft, BEA, FIRST, REF, (), None)
    damaged = letter.raw.replace(b"=\r\n", b"")
    with pytest.raises(BadData, match="a line that is too long"):
        prove(
            Letter(letter.id, FIRST, BEA.address, letter.to, letter.subject, damaged, letter.digest),
            draft,
            BEA,
        )


def test_a_header_line_that_servers_may_cut_never_leaves():
    draft = a_draft(subject="word " * 250 + "end")
    letter = write(draft, BEA, FIRST, REF, (), None)
    damaged = letter.raw.replace(b"\r\n word", b" word")
    with pytest.raises(BadData, match="a line that is too long"):
        prove(
            Letter(letter.id, FIRST, BEA.address, letter.to, letter.subject, damaged, letter.digest),
            draft,
            BEA,
        )


def test_write_reads_back_what_it_wrote():
    with pytest.raises(BadData, match="does not read back"):
        a_letter(text="a\r\nb")


def test_an_envelope_that_is_not_the_drafts_never_leaves():
    letter, eve = a_letter(), Address.parse("eve@evil.example")
    for sender, to in ((BEA.address, (ANA, eve)), (BEA.address, ()), (eve, (ANA,))):
        with pytest.raises(BadData):
            prove(
                Letter(letter.id, FIRST, sender, to, letter.subject, letter.raw, letter.digest),
                a_draft(),
                BEA,
            )


# ---------------------------------------------------------------- the same everywhere

SCRIPT = """
from mailer.letters import Book, write
from mailer.nouns import Address, Group, LetterId, Organizer, Sender
text = "Subject: Über {{ name|upper }} {{ size / 7 }}\\nAttach: ü.pdf\\n\\n"
text += "[İ]({{ web }}) {{ size }} {{ name|title }} ![İ](a.png)\\n"
files = {"a.png": b"\\x89PNG\\r\\n\\x1a\\n", "ü.pdf": b"%PDF-" + bytes(range(256))}
cells = {"size": 1234.5, "web": "https://chipy.example/?a=é&b=%20"}
sender, ana = Sender("Bea Ö", Address.parse("bea@münchen.example")), Address.parse("ana@chipy.example")
row = Organizer(ana, "Ana İ", {}, 1)
group = Group("b", "istanbul ß", (row,), cells, 1)
draft, _ = Book({"first": text}, files).draft("first", LetterId("a", "b", "c"), group, row, sender)
letter = write(draft, sender, "<a@b.example>", "a.b", ("<c@d.example>",), None)
print(letter.digest, letter.raw)
"""
WORLDS = [
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "2", "TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "PYTHONUTF8": "0"},
]


def test_another_process_zone_locale_and_hash_seed_write_the_same_bytes(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    running = [
        subprocess.Popen(
            [sys.executable, script],
            env={**os.environ, **world, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for world in WORLDS
    ]
    elsewhere = [process.communicate()[0] for process in running]
    with contextlib.redirect_stdout(io.StringIO()) as here:
        exec(SCRIPT, {})
    assert elsewhere == [here.getvalue()] * 2
    assert "=?utf-8?b?" in here.getvalue()
