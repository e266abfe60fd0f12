"""Headers of letters: whatever stands in a name, a subject or a table, it stays text."""

import email
import email.policy
import html
import re
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.errors import BadData
from mailer.letters import Book, write
from mailer.nouns import Address, BadAddress, Draft, Group, LetterId, Organizer, Sender

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


def a_draft(subject="Hello", text="Hi\n", html="<p>Hi</p>\n", to=ANA, to_name="Ana Example"):
    return Draft(LetterId("initial-contact", "chipy", "first"), to, to_name, subject, text, html)


def a_letter(sender=BEA, thread=(), date=None, **draft):
    return write(a_draft(**draft), sender, FIRST, REF, thread, date)


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


ADDRESSES = [
    "a@b.example",
    "A.b+c@B.Example",
    "o'neil@x.example",
    "ana@münchen.example",
    "x" * 64 + "@y.example",
    "!#$%&'*+-/=?^_`{|}~@a.example",
]
NO_ADDRESSES = [
    "",
    "<>",
    "a@b.example,c@d.example",
    "a b@c.example",
    '"q" <a@b.example>',
    "a@b.example> SIZE=1",
    "a@b.example\r\nRCPT TO:<e@evil.example>",
    "friends: a@b.example;",
    "a(x)@b.example",
    '"a b"@c.example',
    "a@b.example.",
    "a@[127.0.0.1]",
    "a@" + "b" * 250 + ".example",
    "\u0430na@chipy.example",
]


@pytest.mark.parametrize("text", ADDRESSES)
@pytest.mark.parametrize("name", ["", "Ana", "Ana, Bo", "Änne"])
def test_a_good_address_stands_in_to_as_it_was_checked(text, name):
    address = Address.parse(text)
    letter = a_letter(to=address, to_name=name)
    assert letter.to == (address,)
    assert mailbox(parsed(letter.raw), "To") == (name, str(address))


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_a_bad_address_never_becomes_a_letter(text):
    with pytest.raises(BadAddress):
        Address.parse(text)


# ---------------------------------------------------------------- header texts

HEADER_TEXTS = [
    "Hello",
    "A, B; C: <d@e.example> (f) [g]",
    'He said "no" \\ "yes"',
    "=?utf-8?q?a=0D=0ABcc:_e@evil.example=0D=0A=0D=0Ax?=",
    "=?utf-8?b?YQ0KQmNjOiBlQGV2aWwuZXhhbXBsZQ==?=",
    "a =?utf-8?q? b",
    "=?utf-8?q?x?= =?utf-8?q?y?=",
    "x" * 60 + " =?utf-8?q?a=0D=0ABcc:_e@evil.example?=",
    "Zoë",
    "Änne Müller-Lüdenscheidt von der Python-Nutzergruppe Zürich-Örlikon",
    "ä" * 70,
    "ä " * 70 + "ä",
    "日本語のユーザーグループへの手紙です。" * 6,
    "👩‍👩‍👧 " * 20 + "x",
    "x" * 200,
    "x" * 5000,
    "word " * 60 + "end",
    "a" * 77 + " " + "b" * 77,
    "עברית and عربى",
    "Re: [x] a@b.example #1!",
    "a  b   c",
    "e\u0301",
    "From here",
    ".",
]


@pytest.mark.parametrize("text", HEADER_TEXTS)
def test_header_texts_come_back_as_they_were_in_lines_that_are_short_enough(text):
    letter = a_letter(subject=text, to_name=text, sender=Sender(text, BEA.address))
    message = parsed(letter.raw)
    assert message.keys() == NAMES
    assert header(message, "Subject") == text
    assert mailbox(message, "To") == (text, str(ANA))
    assert mailbox(message, "From") == (text, str(BEA.address))
    head = letter.raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    for line in head:
        if not line.startswith(b"List-Unsubscribe"):
            assert len(line) <= (76 if b"=?" in line else 78) or len(text) == 200 or text.startswith("aaaa")
        assert line.strip()
        assert all(len(word) <= 75 for word in line.split() if word.startswith(b"=?"))


@pytest.mark.parametrize("text", HEADER_TEXTS)
def test_encoded_words_hold_whole_characters_and_end_in_none_that_readers_drop(text):
    for word in re.findall(rb"=\?utf-8\?b\?([^?]*)\?=", a_letter(subject=text).raw):
        decoded = email.base64mime.decode(word).decode("utf-8")
        assert decoded == decoded.rstrip(" ")


@pytest.mark.parametrize(
    "bad",
    [
        "a\r\nBcc: e@evil.example",
        "a\nb",
        "a\rb",
        "a\0b",
        "a\u2028b",
        "a\x85b",
        "a\x0bb",
        "a\ud800b",
        "a\u202eb",
    ],
)
def test_a_header_text_with_a_line_break_is_refused(bad):
    for draft in ({"subject": bad}, {"to_name": bad}, {"sender": Sender(bad, BEA.address)}):
        with pytest.raises(BadData):
            a_letter(**draft)


@pytest.mark.parametrize(
    "bad", ["", "x", "<a@b>\r\nBcc: <e@evil.example>", "<a b@c>", "<a@b", "<ä@b>", "<a@b> <c@d>"]
)
def test_what_is_no_message_id_is_refused(bad):
    with pytest.raises(BadData):
        write(a_draft(), BEA, bad, REF, (), None)
    with pytest.raises(BadData):
        write(a_draft(), BEA, FIRST, REF, (bad,), None)


@pytest.mark.parametrize("bad", ["", "a\r\nBcc: e@evil.example", "ä", "a b"])
def test_what_is_no_reference_is_refused(bad):
    with pytest.raises(BadData):
        write(a_draft(), BEA, FIRST, bad, (), None)


def test_a_letter_without_a_subject_is_refused():
    with pytest.raises(BadData):
        a_letter(subject=" ")


# ---------------------------------------------------------------- any table at all

EVERY_WORD = """Subject: {{ city|default("x") }} {{ name|default("x") }}!

{{ greeting|default("x") }} {{ city|default("x") }}

- {{ organizer|default("x") }} **{{ name|default("x") }}** `{{ notes|default("x") }}`

> {{ notes|default("x") }} [{{ name|default("x") }}](https://a.example/{{ notes|default("x") }})
"""
BOOK = Book({"first": EVERY_WORD})
CELLS = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.sampled_from(HEADER_TEXTS[:13]),
    st.floats(),
    st.text("=?utf-8bq \r\n:<>@.", max_size=30),
)


@given(city=CELLS, notes=CELLS, greeting=CELLS, name=st.text(max_size=40), organizer=st.text(max_size=40))
def test_whatever_a_table_holds_the_letter_is_the_one_that_was_meant(city, notes, greeting, name, organizer):
    group = Group("chipy", name, (), {"city": city, "notes": notes}, 7)
    row = Organizer(ANA, organizer, {"greeting": greeting}, 8)
    draft, problems = BOOK.draft("first", LetterId("a", "chipy", "first"), group, row, BEA)
    if problems:
        assert draft is None
        assert all(
            p.file == "campaigns/groups.csv" and p.line in (7, 8) and p.what.isprintable() for p in problems
        )
        assert any(re.search(r"(holds a character|is not a number)", p.what) for p in problems)
        return
    letter = write(draft, BEA, FIRST, REF, (), NOW)
    message = parsed(letter.raw)
    assert message.keys() == [*NAMES[:3], "Date", *NAMES[3:]]
    assert header(message, "Subject") == draft.subject
    assert mailbox(message, "To") == (" ".join(organizer.split()), str(ANA))
    assert mailbox(message, "From") == (BEA.name, str(BEA.address))
    assert max(map(len, letter.raw.split(b"\r\n"))) <= 998
    text, page = contents(message)
    assert (text, page) == (draft.text, draft.html)
    shown = squeezed(html.unescape(re.sub(r"<[^>]*>", "", page)))
    for cell in (city, notes, greeting, name):
        if isinstance(cell, str):
            assert squeezed(cell) in squeezed(text)
            assert squeezed(cell) in shown


def squeezed(text):
    """The text without white space, and without what begins the lines of lists and quotations."""
    return re.sub(r"[\s>-]", "", text)
