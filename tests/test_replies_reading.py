"""Taking a mail apart: whatever it is made of, and whoever made it to stop us."""
# ruff: noqa: RUF001 - the words of other alphabets have letters that look like ours

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.nouns import Address, Kind
from mailer.replies import NothingSent, classify, match, read, words_of


def all_of(raw):
    letter = read(raw)
    finding = classify(letter, match(letter, NothingSent()), NothingSent())
    return letter, finding, words_of(letter, finding)


HEAD = b"From: Ana <ana@loirepy.example>\nMessage-ID: <1@loirepy.example>\nSubject: Hello\n"
TWO = b'Content-Type: multipart/alternative; boundary="b"\n\n--b\n\n'
MIXED = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\n"

FORMS = {
    "plain": HEAD + b"\nHi there\n",
    "CRLF": (HEAD + b"\nHi there\n").replace(b"\n", b"\r\n"),
    "CR only": (HEAD + b"\nHi there\n").replace(b"\n", b"\r"),
    "CR CR LF": (HEAD + b"\nHi there\n").replace(b"\n", b"\r\r\n"),
    "byte order mark": b"\xef\xbb\xbf" + HEAD + b"\nHi there\n",
    "mbox": b"From ana@loirepy.example Mon May  5 09:00:00 2025\n" + HEAD + b"\nHi there\n",
    "mbox line further down": HEAD + b">From ana Mon May  5 09:00:00 2025\nX-A: b\n\nHi there\n",
    "empty lines first": b"\r\n\r\n" + HEAD + b"\nHi there\n",
    "Base64": HEAD + b"Content-Transfer-Encoding: base64\n\nSGkgdGhlcmUK\n",
    "an unknown encoding": HEAD + b"Content-Transfer-Encoding: x-odd\n\nHi there\n",
    "HTML": HEAD + b"Content-Type: text/html\n\n<html><style>p {}</style><p>Hi <b>there</b><br></p></html>",
    "HTML that says it is plain": HEAD
    + b"Content-Type: text/plain\n\n<!DOCTYPE html><html><p>Hi there</p></html>",
    "two versions": HEAD + TWO + b"Hi there\n--b\nContent-Type: text/html\n\n<p>Hi\n--b--",
    "two versions, one empty": HEAD + TWO + b"\n--b\nContent-Type: text/html\n\n<p>Hi there\n--b--",
    "a file": HEAD + MIXED + b"Hi there\n--b\nContent-Type: image/png\n\nxx\n--b--",
    "no last boundary": HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHi there\n",
}


@pytest.mark.parametrize("raw", FORMS.values(), ids=FORMS.keys())
def test_the_same_mail_is_read_in_every_form(raw):
    letter = read(raw)
    assert letter.sender == Address.parse("ana@loirepy.example")
    assert (letter.sender_name, letter.subject, letter.message_id) == ("Ana", "Hello", "<1@loirepy.example>")
    assert letter.text.strip() == "Hi there"
    assert letter.notes == ()


ALPHABETS = [
    (b"charset=utf-8", "Schöne Grüße, Zażółć, привет, 今日は", "utf-8"),
    (b'charset="ISO-8859-1"', "Schöne Grüße “ja”", "cp1252"),
    (b"charset=iso_8859-15", "Grüße für 5 €", "iso8859-15"),
    (b"charset=windows-1251", "Привет", "cp1251"),
    (b"charset=koi8-r", "Привет", "koi8-r"),
    (b"charset=ISO-2022-JP", "今日は", "iso-2022-jp"),
    (b"charset=Shift_JIS", "今日は①", "cp932"),
    (b"charset=gb2312", "你好，朋友們", "gb18030"),
    (b"charset=big5", "你好", "big5"),
    (b"charset=ks_c_5601-1987", "안녕하세요 똠", "cp949"),
    (b"charset=us-ascii", "Grüße", "utf-8"),
    (b"", "Grüße", "utf-8"),
    (b"", "Grüße", "cp1252"),
]


@pytest.mark.parametrize(("label", "text", "codec"), ALPHABETS)
def test_mails_in_every_alphabet_in_use_are_read(label, text, codec):
    letter = read(HEAD + b"Content-Type: text/plain; " + label + b"\n\n" + text.encode(codec))
    assert letter.text == text
    assert letter.notes == ()


@pytest.mark.parametrize(
    "name",
    ["zlib", "rot13", "iso-2022-cn", "unicode_escape", "idna", "punycode", "undefined", "a\0b", "9" * 99],
)
def test_an_alphabet_that_is_none_is_noted_and_read_as_best_it_can(name):
    letter = read(
        HEAD + b'Content-Type: text/plain; charset="' + name.encode() + b'"\n\n+AGE- \\x1b Hi there'
    )
    assert letter.text == "+AGE- \\x1b Hi there"
    assert letter.notes == ("it is written in an unknown alphabet, so some letters may be wrong",)


SUBJECTS = [
    (b"=?utf-8?q?Caf=C3=A9?=", "Café"),
    (b"=?UTF-8?B?Q2Fmw6k=?= and more", "Café and more"),
    (b"=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
    (b"=?iso-2022-jp?B?GyRCOiM=?=\n =?iso-2022-jp?B?RnwbKEI=?=", "今日"),
    (b"=?utf-8?b?5LuK?= =?utf-8?b?5pel?=", "今日"),
    (b"=?utf-8?b?5Ls=?=\n =?utf-8?b?iuaXpQ==?=", "今日"),
    (b"=?x-none?q?Caf=E9?=", "Café"),
    (b"=?utf-8?q?unfinished", "=?utf-8?q?unfinished"),
    (b"=?utf-8?b?!!!?= rest", " rest".strip()),
    ("Café".encode(), "Café"),
    ("Café".encode("cp1252"), "Café"),
    (b"folded\n over lines", "folded over lines"),
    (b"=?utf-8?q?two=0D=0ABcc:_x@x.example?=", "two Bcc: x@x.example"),
]


@pytest.mark.parametrize(("raw", "expected"), SUBJECTS)
def test_subjects_are_decoded_and_stay_on_one_line(raw, expected):
    assert read(b"Subject: " + raw + b"\n\nHi").subject == expected


SENDERS = [
    (b'"Nov\xc3\xa1k, Ana" <Ana@LoirePy.example>', "Ana@loirepy.example", "Novák, Ana"),
    (b"ana@loirepy.example (Ana)", "ana@loirepy.example", "Ana"),
    (b"=?utf-8?q?Ana=2C_b=40c=2Eexample?= <ana@loirepy.example>", "ana@loirepy.example", "Ana, b@c.example"),
    (b"Ana <ana@loirepy.example>, Bo <bo@loirepy.example>", "ana@loirepy.example", "Ana"),
    (b"<>", None, ""),
    (b"<", None, ""),
    (b"x@[", None, ""),
    (b"a@", None, ""),
    (b"(" * 5000, None, None),
    (b"", None, ""),
]


@pytest.mark.parametrize(("raw", "address", "name"), SENDERS)
def test_senders_are_read_or_are_nobody(raw, address, name):
    letter = read(b"From: " + raw + b"\n\nHi")
    assert letter.sender == (Address.parse(address) if address else None)
    assert name is None or letter.sender_name == name


def test_the_return_path_is_null_only_when_it_says_so():
    assert read(b"Return-Path: <>\n\n").return_path == ""
    assert read(b"Return-Path:\n\n").return_path is None
    assert read(b"X: y\n\n").return_path is None
    assert read(b"Return-Path: <Ana@x.example>\n\n").return_path == "ana@x.example"


MEGABYTE = 1_000_000
DAEMON = b"From: MAILER-DAEMON@x.example\nReturn-Path: <>\nSubject: delivery failed\n"


def filled(piece, size=MEGABYTE):
    return (piece * (size // len(piece) + 1))[:size]


NESTED = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5000))
PART = b'Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain; a="'
HOSTILE = {
    "nothing": b"",
    "zeros": bytes(MEGABYTE),
    "all bytes": bytes(range(256)) * 4000,
    "a header only of lines": filled(b"A: b\n"),
    "a megabyte of subject": b"Subject: " + filled(b"=?utf-8?q?a?= "),
    "20,000 senders": b"From: " + filled(b"a@b.example, ", 300_000),
    "50,000 references": b"References: " + filled(b"<a@b.example> ", 700_000),
    "20,000 parameters": HEAD + b"Content-Type: text/plain;" + filled(b" a*0*=%41;\n", 300_000),
    "a megabyte of semicolons": HEAD + PART + filled(b";", 900_000),
    "folded semicolons": HEAD + PART + filled(b"\n ;;;;;;;;;;;;;;;;;;;;;;", 900_000),
    "100,000 parts": HEAD + b"Content-Type: multipart/mixed; boundary=x\n\n" + filled(b"--x\n\nx\n"),
    "5,000 levels": HEAD + NESTED,
    "5,000 levels and as many lines": HEAD + NESTED + filled(b"a\n", 700_000),
    "mails in mails": HEAD + filled(b"Content-Type: message/rfc822\n\n"),
    "a report of empty lines": HEAD + b"Content-Type: message/delivery-status\n\n" + filled(b"\n"),
    "an endless report": DAEMON
    + b"Content-Type: message/delivery-status\n\n"
    + filled(b"Action: failed\n\n"),
    "an encoded report": HEAD
    + b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\nQQ",
    "digits in a parameter's name": HEAD + b"Content-Type: multipart/mixed; a*" + b"9" * 5000 + b"*=x\n\n",
    "parentheses": b"From: " + b"(" * 7000 + b"\nDate: " + b"(" * 7000 + b"\n\n",
    "a year far off": b"Date: Mon, 99999999999 May 99999999999 25:61:61 +99999999\n\n",
    "open tags": HEAD + b"Content-Type: text/html\n\n" + filled(b"<a "),
    "open quotes in tags": HEAD + b"Content-Type: text/html\n\n" + filled(b'<a b="'),
    "open comments": HEAD + b"Content-Type: text/html\n\n" + filled(b"<!--"),
    "deep quotes": HEAD + b"Content-Type: text/html\n\n" + filled(b"<blockquote>"),
    "a long character reference": HEAD + b"Content-Type: text/html\n\n&#" + filled(b"1", 100_000),
    "broken uuencode": HEAD + b"Content-Transfer-Encoding: x-uuencode\n\nbegin \n\n",
    "On": HEAD + b"\n" + filled(b"On "),
    "On … wrote": HEAD + b"\n" + filled(b"On 2020 wrote:\n"),
    "on … at": HEAD + b"\n" + filled(b" on at 12:34 <a@b> "),
    "quotes": HEAD + b"\n" + filled(b">"),
    "rules": HEAD + b"\n" + filled(b"____\n"),
    "colons": HEAD + b"\n" + filled(b":\n"),
    "addresses": DAEMON + b"\n" + filled(b"a.a@a-"),
    "failed addresses": DAEMON + b"\n" + filled(b"<a@b.example>: not delivered\n"),
    "dates": b"Date: Mon, 5 May 2025 09:00:00 +0000\nAuto-Submitted: auto-replied\n\nout of office "
    + filled(b"12.12. 3 mai "),
    "unsubscribe": HEAD + b"\n" + filled(b"unsubscribe "),
    "user": DAEMON + b"\n" + filled(b"user address "),
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_mail_is_read_like_any_other(raw):
    letter, finding, words = all_of(raw)
    assert finding.because
    assert len(letter.text) <= 256_000
    assert len(words) <= 256_000
    assert len(letter.fields.pairs) <= 200
    assert all(len(value) <= 8_002 for _, value in letter.fields.pairs)
    (letter.text + letter.subject + letter.sender_text + words).encode("utf-8")


CUT = {
    "too long": (HEAD + b"\n" + filled(b"a b "), "very long"),
    "too many lines": (HEAD + b"\n" + filled(b"a\n", 100_000), "very long"),
    "too many fields": (filled(b"A: b\n", 2_000) + b"\nHi", "header"),
    "too many parts": (HOSTILE["100,000 parts"], "parts"),
    "too deep": (HOSTILE["5,000 levels"], "very many parts"),
    "too tangled": (HOSTILE["mails in mails"], "told apart"),
}


@pytest.mark.parametrize(("raw", "word"), CUT.values(), ids=CUT.keys())
def test_what_is_left_out_is_noted(raw, word):
    letter = read(raw)
    assert any(word in note for note in letter.notes)
    assert letter.text.count("\n") <= 20_000


def test_the_first_and_the_last_of_many_references_are_kept():
    middle = b" ".join(b"<%d@x.example>" % n for n in range(2000))
    found = read(b"References: <first@x.example> " + middle + b" <last@x.example>\n\n").references
    assert (found[0], found[-1]) == ("<first@x.example>", "<last@x.example>")
    assert len(found) <= 100


SMALL = [
    b"\n",
    b"\r",
    b"\0",
    b"--b\n",
    b"=?utf-8?b?",
    b"?=",
    b">",
    b"\x1b$B",
    b"\xff\xfe",
    b"Message-ID: <",
    b"@",
]
LINES = [
    b"Content-Type: multipart/mixed; boundary=b\n",
    b"Content-Type: message/delivery-status\n",
    b"Content-Type: message/rfc822\n\n",
    b"Content-Type: text/html\n",
    b"Content-Type: text/plain; charset=iso-2022-kr\n",
    b"Content-Transfer-Encoding: base64\n",
    b"Final-Recipient: rfc822; a@b.example\n",
    b"Auto-Submitted: auto-replied\n",
    b"out of office until 31.02.\n",
    b"On 1 May 2025 Ana wrote:\n",
    b"<blockquote>",
]
PIECES = st.sampled_from([HEAD, DAEMON, *SMALL, *LINES])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(PIECES, st.binary(max_size=40)), max_size=25).map(b"".join))
def test_any_bytes_are_read_and_sorted(raw):
    letter, finding, words = all_of(raw)
    assert finding.kind in Kind
    text = "".join(
        (letter.text, letter.subject, letter.sender_name, letter.message_id, words, *finding.because)
    )
    text.encode("utf-8")
    assert not re.search(r"[\r\n]", letter.subject + letter.sender_name + letter.message_id)
