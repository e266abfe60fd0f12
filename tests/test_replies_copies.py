"""What proves that a letter left, and what only looks like it: headers in Sent, and mails that came in."""

from dataclasses import dataclass

import pytest

from mailer.nouns import Address, LetterId, marks
from mailer.replies import copied, objection, proof, read
from mailer.replies.matching.copies import LONGEST

SEAL = marks.Seal("l-0123456789abcdef", b"k" * 32)
CHIPY, OSLO = LetterId("hello", "chipy", "hello"), LetterId("hello", "oslo", "hello")
ID, OTHER = (marks.message_id(letter, "fellows.example", SEAL) for letter in (CHIPY, OSLO))
REF = marks.ref(CHIPY, SEAL)
FROM = "From: Fay Fellow <fay@fellows.example>"
OURS = f"Message-ID: {ID}"
PAIR = f"X-Campaign-Ref: {REF}"


@dataclass(frozen=True)
class Sent:
    """Two letters from Fay: to Robin of ChiPy, behind whom Ada stands in the table, and to Ingrid of Oslo."""

    sender = Address.parse("now@fellows.example")

    def letter_of(self, text):
        ref = marks.genuine(text, SEAL)
        return next((letter for letter in (CHIPY, OSLO) if marks.ref(letter, SEAL) == ref), None)

    def sender_of(self, letter):
        return Address.parse("fay@fellows.example")

    def recipients(self, letter):
        return (Address.parse("robin@chipy.example" if letter == CHIPY else "ingrid@oslo.example"),)

    def letters_to_group_of(self, address):
        return {"robin@chipy.example": (CHIPY,), "ada@chipy.example": (CHIPY,)}.get(address, ())


def header(*lines):
    return "\r\n".join((*lines, "", "")).encode()


@pytest.mark.parametrize(
    "lines",
    [
        (FROM, OURS),
        (FROM, OURS, PAIR),
        (FROM, "Message-ID: <x@outlook.example>", f"X-Microsoft-Original-Message-ID: {ID}"),
        (FROM, "Message-ID: <x@google.example>", f"X-Google-Original-Message-ID: {ID}"),
        (FROM, "Message-ID: <0100@amazonses.example>", PAIR),
        (FROM, PAIR),
        (FROM, f"Message-ID:\r\n {ID}"),
        (FROM.upper(), OURS.upper()),
        ('From: "Fellow, Fay" <fay@fellows.example>', OURS),
        ("From: =?utf-8?q?F=C3=A4y?= <fay@fellows.example>", OURS),
        ("From: fay@fellows.example", OURS),
        (FROM, OURS, f"References: {OTHER}", "Subject: Grüße"),
    ],
)
def test_a_copy_of_the_letter_is_known_by_its_own_ids_under_its_own_from(lines):
    assert copied(header(*lines), Sent()) == CHIPY
    assert copied(header(*lines).replace(b"\r\n", b"\n") + b"Message-ID: <body@x>", Sent()) == CHIPY


@pytest.mark.parametrize(
    "lines",
    [
        (OURS,),
        ("From: eve@evil.example", OURS),
        ('From: "fay@fellows.example" <eve@evil.example>', OURS),
        ("From: fay@fellows.example, eve@evil.example", OURS),
        ("From: eve@evil.example <fay@fellows.example", OURS),
        (FROM, "From: eve@evil.example", OURS),
        ("From: now@fellows.example", OURS),
        (FROM, f"Subject: {ID}"),
        (FROM, f"Subject: {OURS}"),
        (FROM, f"References: {ID}", f"In-Reply-To: {ID}"),
        (FROM, OURS, "Message-ID: <another@x.example>"),
        (FROM, "Message-ID: <another@x.example>", OURS),
        (FROM, PAIR, f"X-Campaign-Ref: {marks.ref(OSLO, SEAL)}"),
        (FROM, OURS, f"X-Campaign-Ref: {marks.ref(OSLO, SEAL)}"),
        (FROM, f"Message-ID: {ID} {OTHER}"),
        (FROM, f"Message-ID: {ID}{ID}"),
        (FROM, f"Message-ID: =?utf-8?q?{ID.replace('@', '=40')}?="),
        (FROM, "Message-ID: " + ID.replace(ID[6:10], "aaaa")),
        (FROM, f"Subject: x\r{OURS}"),
        (FROM, f"Subject: x\0\r\n{OURS}"),
        (FROM, "this is no field", OURS),
        (FROM, "", OURS),
        (f"{FROM}\r\n X: y", OURS),
        (FROM, "Message-ID: <test." + ID.removeprefix("<c.")),
        (),
    ],
)
def test_whatever_else_holds_our_id_is_no_copy(lines):
    assert copied(header(*lines), Sent()) is None


def test_a_header_that_was_cut_off_proves_nothing():
    long = header(FROM, OURS, *["X: " + "x" * 900] * 80)
    assert len(long) > LONGEST
    assert copied(long, Sent()) is None
    assert copied(long[:LONGEST], Sent()) is None
    assert copied(header(FROM, OURS, *["X: " + "x" * 900] * 60) + b"x" * LONGEST, Sent()) == CHIPY


def report(
    final="robin@chipy.example", sender="MAILER-DAEMON@chipy.example", more="", enclosed=OURS, fields=""
):
    return (
        f"From: {sender}\r\nSubject: Undelivered\r\n{more}MIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\n\r\nIt did not arrive.\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n{fields}\r\n"
        f"Final-Recipient: rfc822; {final}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: Hello\r\n{enclosed}\r\n\r\n--b--\r\n"
    ).encode()


def mail(sender, *lines, text="Yes!"):
    return header(f"From: {sender}", *lines) + text.encode()


PROOFS = {
    "she answers": mail("Robin <robin@chipy.example>", f"In-Reply-To: {ID}"),
    "further down in the thread": mail("robin@chipy.example", f"References: {ID} <x@y.example>"),
    "by Exchange": mail("robin@chipy.example", f"X-MS-Exchange-Parent-Message-ID: {ID}"),
    "her colleague in the table": mail("ada@chipy.example", f"In-Reply-To: {ID}"),
    "a copy that came back": mail("fay@fellows.example", OURS),
    "a bounce": report(),
    "a bounce by a null path": report(sender="x@y.example", more="Return-Path: <>\r\n"),
    "its reference is enclosed": report(enclosed=PAIR),
    "the envelope's id": report(enclosed="X: y", fields=f"Original-Envelope-Id: {REF}\r\n"),
    "the report's own thread": report(enclosed="X: y", more=f"In-Reply-To: {ID}\r\n"),
}

NO_PROOFS = {
    "a stranger": (mail("eve@evil.example", f"In-Reply-To: {ID}"), "nobody to whom it went"),
    "a stranger with her name": (
        mail('"robin@chipy.example" <eve@evil.example>', f"References: {ID}"),
        "nobody to whom it went",
    ),
    "no sender": (mail("", f"In-Reply-To: {ID}"), "nobody to whom it went"),
    "somebody of another letter": (mail("ingrid@oslo.example", f"In-Reply-To: {ID}"), "nobody to whom"),
    "in the subject": (mail("robin@chipy.example", f"Subject: {ID}"), "where a mail program puts it"),
    "in the text": (mail("robin@chipy.example", text=f"> {OURS}\r\n"), "where a mail program puts it"),
    "as her own id": (mail("robin@chipy.example", OURS), "where a mail program puts it"),
    "the unsubscribe button": (mail("robin@chipy.example", f"Subject: unsubscribe {REF}"), "mail program"),
    "a bounce of another address": (report(final="eve@evil.example"), "nobody to whom it went"),
    "a bounce by a person": (report(sender="eve@evil.example"), "nobody to whom it went"),
    "a bounce whose letter only refers": (report(enclosed=f"References: {ID}"), "nobody to whom it went"),
    "a forward": (
        header("From: eve@evil.example", "Content-Type: message/rfc822") + header(FROM, OURS),
        "nobody to whom it went",
    ),
}


@pytest.mark.parametrize("name", PROOFS)
def test_what_came_in_proves_a_letter(name):
    raw = PROOFS[name]
    assert proof(read(raw), raw, CHIPY, Sent())
    assert not proof(read(raw), raw, OSLO, Sent())


@pytest.mark.parametrize("name", NO_PROOFS)
def test_what_came_in_proves_nothing_and_it_is_said_why(name):
    raw, why = NO_PROOFS[name]
    assert proof(read(raw), raw, CHIPY, Sent()) == ""
    assert why in objection(read(raw), CHIPY, Sent())


def test_a_receipt_from_her_proves_and_from_a_stranger_does_not():
    def receipt(sender):
        return (
            f"From: {sender}\r\nMIME-Version: 1.0\r\n"
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n"
            "--b\r\n\r\nShown.\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
            f"Final-Recipient: rfc822; {sender}\r\nOriginal-Message-ID: {ID}\r\n\r\n--b--\r\n"
        ).encode()

    hers, strange = receipt("robin@chipy.example"), receipt("eve@evil.example")
    assert proof(read(hers), hers, CHIPY, Sent()) == "robin@chipy.example answers it"
    assert not proof(read(strange), strange, CHIPY, Sent())
