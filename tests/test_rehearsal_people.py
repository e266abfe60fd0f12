"""The people of a rehearsal: what each habit writes back, and who plays in the demo."""

from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.nouns import Address, Group, Organizer
from mailer.rehearsal import CAST, HARDER_DAY, Habit, Part, Person, Program, cast
from mailer.rehearsal.habits import Answer, react
from mailer.rehearsal.machines import back_on
from mailer.rehearsal.mime import mail, text_part
from mailer.rehearsal.received import read

START = datetime(2024, 6, 3, 8, 0, tzinfo=UTC)
OURS = "<c.abcdefghijklmnop.qrstuvwxyz234567@fellow.example>"
LETTER = (
    "From: Fay Fellow <fay@fellow.example>\r\n"
    "To: Ines <ines@group.example>\r\n"
    "Subject: =?utf-8?q?A_hand_for_Caf=C3=A9_Python?=\r\n"
    f"Message-ID: {OURS}\r\n"
    f"References: {OURS}\r\n"
    "Date: Mon, 03 Jun 2024 08:00:00 +0000\r\n"
    "MIME-Version: 1.0\r\n"
    'Content-Type: multipart/alternative; boundary="b"\r\n'
    "\r\n"
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    "Would Caf=C3=A9 Python like a project night?\r\n\r\nIf you would rather not hear from me, say so.\r\n"
    "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Would you?</p>\r\n--b--\r\n"
).encode()
FOLLOW_UP = LETTER.replace(
    b"Message-ID: <c.abc", b"In-Reply-To: " + OURS.encode() + b"\r\nMessage-ID: <c.xyz", 1
)
QUESTION = "Would Café Python like a project night?"


def person(habit: Habit, **more) -> Person:
    given_name = {"name": "Inés", "group": "Café Python", "words": "Yes, gladly.", "zone": "America/Chicago"}
    return Person("ines@group.example", habit, **{**given_name, **more})


def only(answers: tuple[Answer, ...]):
    """The single answer, as the standard library reads it."""
    (answer,) = answers
    return message_from_bytes(answer.raw)


def shown(text: str) -> str:
    return str(make_header(decode_header(text)))


def body(message) -> str:
    """The text that a simple reader sees: the first text part, decoded."""
    part = next(one for one in message.walk() if one.get_content_maintype() == "text")
    return part.get_payload(decode=True).decode(part.get_content_charset())


# --- habits --------------------------------------------------------------------------------------


@pytest.mark.parametrize("program", Program)
@pytest.mark.parametrize("habit", [Habit.ANSWERS, Habit.OTHER_ADDRESS, Habit.COLLEAGUE, Habit.STOPS])
def test_a_written_reply_carries_what_its_program_writes(program, habit):
    writer = person(habit, writes_with=program, other="x@home.example", other_name="Robin")
    (answer,) = react(writer, LETTER, START)
    reply = message_from_bytes(answer.raw)
    links = {name for name in ("In-Reply-To", "References") if reply[name]}
    assert all(reply[name] == OURS for name in links)
    one_only = {Program.PHONE: {"References"}, Program.PORTAL: {"In-Reply-To"}}
    assert links == one_only.get(program, {"In-Reply-To", "References"})
    assert shown(reply["Subject"]).lower() == "re: a hand for café python"
    assert shown(reply["To"]) == "Fay Fellow <fay@fellow.example>"
    assert parsedate_to_datetime(reply["Date"]) == START + timedelta(hours=2)
    assert reply["Date"].endswith("-0500")
    assert reply["Message-ID"] != OURS
    assert reply.defects == []
    text = body(reply).replace("&nbsp;", " ")
    assert "Yes, gladly." in text
    assert QUESTION in text
    assert answer.raw.count(b"\n") == answer.raw.count(b"\r\n")
    assert max(map(len, answer.raw.split(b"\r\n"))) <= 998


def test_programs_differ_in_charset_encoding_and_order():
    replies = {one: only(react(person(Habit.ANSWERS, writes_with=one), LETTER, START)) for one in Program}
    leaves = {one: next(p for p in reply.walk() if not p.is_multipart()) for one, reply in replies.items()}
    told = {
        one: (p.get_content_type(), p.get_content_charset(), p["Content-Transfer-Encoding"])
        for one, p in leaves.items()
    }
    assert told == {
        Program.WEB: ("text/plain", "utf-8", "quoted-printable"),
        Program.OFFICE: ("text/plain", "windows-1252", "quoted-printable"),
        Program.PHONE: ("text/plain", "utf-8", "base64"),
        Program.CONSOLE: ("text/plain", "iso-8859-1", "quoted-printable"),
        Program.DESKTOP: ("text/plain", "utf-8", "8bit"),
        Program.PORTAL: ("text/html", "iso-8859-1", "base64"),
    }
    below = {
        one
        for one, reply in replies.items()
        if body(reply).index("Yes, gladly") > body(reply).index(QUESTION)
    }
    assert below == {Program.CONSOLE, Program.DESKTOP}
    assert "On Mon, Jun 3, 2024 at 3:00 AM Fay Fellow <fay@fellow.example> wrote:\r\n\r\n> Would" in body(
        replies[Program.WEB]
    )
    assert "Sent: Monday, June 3, 2024 3:00 AM\r\nTo: ines@group.example\r\n" in body(replies[Program.OFFICE])


def test_the_other_address_the_colleague_and_the_new_subject():
    elsewhere = only(react(person(Habit.OTHER_ADDRESS, other="i@home.example"), LETTER, START))
    assert shown(elsewhere["From"]) == "Inés <i@home.example>"
    colleague = only(
        react(person(Habit.COLLEAGUE, other="r@work.example", other_name="Robin"), LETTER, START)
    )
    assert (colleague["From"], shown(colleague["Cc"])) == (
        "Robin <r@work.example>",
        "Inés <ines@group.example>",
    )
    fresh = only(react(person(Habit.NEW_SUBJECT), LETTER, START))
    assert (fresh["In-Reply-To"], fresh["References"]) == (None, None)
    assert shown(fresh["Subject"]) == "Café Python and your idea"
    assert QUESTION not in body(fresh)
    assert OURS.encode() not in react(person(Habit.NEW_SUBJECT), LETTER, START)[0].raw


@pytest.mark.parametrize(
    ("habit", "subject", "says"),
    [
        (
            Habit.AWAY,
            "Automatische Antwort: A hand for Café Python",
            "Ab Montag, dem 17.06.2024, bin ich wieder",
        ),
        (
            Habit.AWAY_ENGLISH,
            "Automatic reply: A hand for Café Python",
            "I will be back on Monday, June 10, 2024",
        ),
    ],
)
def test_who_is_away_says_until_when_and_answers_later(habit, subject, says):
    away = only(react(person(habit), LETTER, START))
    assert (away["Return-Path"], away["Auto-Submitted"], away["In-Reply-To"]) == ("<>", "auto-replied", OURS)
    assert shown(away["Subject"]) == subject
    assert says in body(away)
    back = only(react(person(habit), FOLLOW_UP, START))
    assert back["Auto-Submitted"] is None
    assert "Yes, gladly." in body(back)


def test_the_first_day_back_is_a_working_day():
    assert [back_on(date(2024, 6, day), at_least=5).day for day in (3, 4, 5, 6)] == [10, 10, 10, 11]


def test_the_help_desk_confirms_the_first_letter_only():
    receipt = only(react(person(Habit.TICKET), LETTER, START))
    assert shown(receipt["Subject"]).startswith("[Ticket #")
    assert (receipt["Auto-Submitted"], receipt["In-Reply-To"]) == ("auto-replied", OURS)
    assert react(person(Habit.TICKET), FOLLOW_UP, START) == ()


def test_a_bounce_is_a_report_with_the_letters_headers():
    report = only(react(person(Habit.BOUNCES), LETTER, START))
    assert (report["Return-Path"], report["To"]) == ("<>", "fay@fellow.example")
    assert "MAILER-DAEMON@" in report["From"]
    assert (report.get_content_type(), report.get_param("report-type")) == (
        "multipart/report",
        "delivery-status",
    )
    words, status, headers = report.get_payload()
    assert "ines@group.example" in words.get_payload()
    per_message, per_recipient = status.get_payload()
    assert per_message["Reporting-MTA"] == "dns; mx.group.example"
    assert per_recipient["Final-Recipient"] == "rfc822; ines@group.example"
    assert (per_recipient["Action"], per_recipient["Status"]) == ("failed", "5.1.1")
    assert headers.get_content_type() == "text/rfc822-headers"
    assert message_from_bytes(headers.get_payload(decode=True))["Message-ID"] == OURS
    assert b"project night" not in react(person(Habit.BOUNCES), LETTER, START)[0].raw


def test_some_answer_late_and_some_never():
    assert react(person(Habit.LATE), LETTER, START) == ()
    assert "Yes, gladly." in body(only(react(person(Habit.LATE), FOLLOW_UP, START)))
    for habit in (Habit.SILENT, Habit.UNKNOWN):
        assert react(person(habit), LETTER, START) == react(person(habit), FOLLOW_UP, START) == ()


def test_who_stops_says_so_in_words_of_her_own():
    assert "stop writing" in body(only(react(person(Habit.STOPS, words=""), LETTER, START)))


@pytest.mark.parametrize("habit", Habit)
def test_the_same_letter_brings_the_same_octets(habit):
    assert react(person(habit), LETTER, START) == react(person(habit), LETTER, START)


@given(st.binary(max_size=200), st.sampled_from(list(Habit)), st.sampled_from(list(Program)))
@settings(max_examples=120, deadline=None)
def test_no_letter_upsets_anybody(raw, habit, program):
    for answer in react(
        person(habit, writes_with=program), b"Subject: =?utf-8?b?/w==?=\r\nFrom: " + raw, START
    ):
        assert message_from_bytes(answer.raw)["Message-ID"]


@pytest.mark.parametrize("when", ["Fri, 31 Dec 9999 23:59:00 +0000", "soon", ""])
def test_a_letter_from_nowhere_in_time_is_answered(when):
    raw = LETTER.replace(b"Mon, 03 Jun 2024 08:00:00 +0000", when.encode())
    assert read(raw).at is None
    assert "Yes, gladly." in body(only(react(person(Habit.ANSWERS, zone="Asia/Kolkata"), raw, START)))


@given(
    st.text(max_size=200),
    st.sampled_from(["us-ascii", "iso-8859-1", "utf-8"]),
    st.sampled_from(["quoted-printable", "base64", "8bit"]),
)
@settings(max_examples=120, deadline=None)
def test_every_text_survives_every_encoding(text, charset, encoding):
    text = "\n".join(text.encode("utf-8", "ignore").decode().splitlines()).rstrip("\n")
    written = mail([("Subject", "x")], text_part(text, charsets=(charset,), encoding=encoding))
    part = message_from_bytes(written)
    assert (
        part.get_payload(decode=True).decode(part.get_content_charset())
        == text.replace("\n", "\r\n") + "\r\n"
    )


def test_no_line_is_longer_than_a_mail_may_have():
    written = mail(
        [("Subject", "x")], text_part("x" * 3000, charsets=("us-ascii",), encoding="quoted-printable")
    )
    assert max(map(len, written.split(b"\r\n"))) <= 78


# --- the cast ------------------------------------------------------------------------------------


def group(id_: str, *addresses: str, zone: str | None = "Europe/Oslo") -> Group:
    ladder = tuple(Organizer(Address.parse(one), one[:3], {}, 2) for one in addresses)
    return Group(id_, id_.title(), ladder, {"zone": zone}, 2)


def test_the_cast_gives_each_rung_its_part():
    people = cast(
        [
            group("vancouver-python", "sam@v.example", "all@v.example", "third@v.example"),
            group("new", "New@n.example"),
        ]
    )
    assert {one.address: one.habit for one in people} == {
        "sam@v.example": Habit.BOUNCES,
        "all@v.example": Habit.ANSWERS,
        "third@v.example": Habit.SILENT,
        "New@n.example": Habit.SILENT,
    }
    assert (people[0].zone, people[0].name, people[0].group) == ("Europe/Oslo", "sam", "Vancouver-Python")


def test_a_group_with_fewer_rungs_than_parts_and_a_person_in_two_groups():
    people = cast([group("new", "Sam@v.example", zone=None), group("vancouver-python", "sam@v.example")])
    assert [(one.habit, one.zone) for one in people] == [(Habit.BOUNCES, "Europe/Oslo")]


def test_the_cast_makes_a_good_story():
    parts: list[Part] = [part for ladder in CAST.values() for part in ladder]
    habits = {part.habit for part in parts}
    harder = {part.habit for ladder in HARDER_DAY.values() for part in ladder}
    assert habits | harder == set(Habit) - {Habit.UNKNOWN, Habit.SILENT}
    writing = [p for p in parts if p.habit not in {Habit.BOUNCES, Habit.TICKET}]
    assert all(part.words and part.hours and part.writes_with for part in writing)
    assert len({part.words for part in writing}) == len(writing)
    assert all(part.other for part in parts if part.habit in {Habit.OTHER_ADDRESS, Habit.COLLEAGUE})
    assert {part.writes_with for part in writing} == set(Program)
    assert CAST["vancouver-python"][0].habit is Habit.BOUNCES
    assert CAST["vancouver-python"][1].habit is Habit.ANSWERS
    for part in writing:
        in_latin_1 = part.words.encode("iso-8859-1", "replace")
        assert part.writes_with is not Program.CONSOLE or b"?" not in in_latin_1.replace(
            b"?", b"", part.words.count("?")
        )
