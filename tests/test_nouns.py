"""The words of the trade: addresses, marks, reply codes, what follows from what happened."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.nouns import (
    Address,
    Attempt,
    BadAddress,
    Candidate,
    Delivery,
    Finding,
    History,
    Kind,
    LetterId,
    Match,
    Message,
    Order,
    OrderKind,
    Outcome,
    Phase,
    Place,
    State,
    Verdict,
    marks,
    nearest,
    visible,
)
from mailer.nouns.codes import broken, judge

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SEAL = marks.Seal("l-0123456789abcdef", b"k" * 32)
LETTER = LetterId("initial-contact", "chipy", "initial-contact")


# Addresses


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ana@chipy.example", "ana@chipy.example"),
        (" ana@chipy.example ", "ana@chipy.example"),
        ("Ana.B+py@ChiPy.Example", "Ana.B+py@chipy.example"),
        ("o'brien@x.example", "o'brien@x.example"),
        ("list@bücher.example", "list@xn--bcher-kva.example"),
        ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_read_as_it_will_be_told(text, shown):
    assert str(Address.parse(text)) == shown


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        ("chipy.example", "has no @"),
        ("a@b.example, c@d.example", "more than one address"),
        ("a@b.example;c@d.example", "more than one address"),
        ("a@b@c.example", "more than one address"),
        ('"q" <a@b.example>', "must stand alone"),
        ("Ana <a@b.example>", "must stand alone"),
        ("a@b.example> SIZE=1", "must stand alone"),
        ("<>", "must stand alone"),
        ("a b@c.example", "odd part before the @"),
        ("a@b.example\r\nRCPT TO:<evil@z.example>", "more than one address"),
        ("a@b.example\r\nDATA", "odd host name"),
        ("a\0@b.example", "odd part before the @"),
        (".a@b.example", "odd part before the @"),
        ("a..b@c.example", "odd part before the @"),
        ("jörg@b.example", "letters before the @"),
        ("a@localhost", "no dot after the @"),
        ("a@b.example.", "odd host name"),
        ("a@-b.example", "odd host name"),
        ("a@[127.0.0.1]", "odd host name"),
        ("a@127.0.0.1", "names a number"),
        ("a@b_c.example", "odd host name"),
        ("a@" + "b" * 64 + ".example", "odd host name"),
        ("a" * 65 + "@b.example", "odd part before the @"),
        ("a@" + "b.c" * 90 + ".example", "longer than 254"),
        ("a(comment)@b.example", "must stand alone"),
    ],
)
def test_what_is_no_plain_address_is_refused_with_its_reason(text, reason):
    with pytest.raises(BadAddress, match=reason):
        Address.parse(text)


@given(st.text(max_size=60))
def test_whatever_parses_is_plain_ascii_with_one_at(text):
    try:
        address = str(Address.parse(text))
    except BadAddress:
        return
    assert address.isascii()
    assert address.count("@") == 1
    assert not set(address) & set(' \t\r\n<>,;"()\0')
    assert str(Address.parse(address)) == address


def test_spelling_does_not_make_another_mailbox():
    assert Address.parse("Ana@X.example").key == Address.parse("ana@x.Example").key


# Text from strangers


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Zoë — 李小龙 🎉", "Zoë — 李小龙 🎉"),
        ("a\x1b]0;owned\x07b", "a�]0;owned�b"),
        ("a\x1b[31mred", "a�[31mred"),
        ("a\x9b31mred", "a�31mred"),
        ("back\rover", "back over"),
        ("two\nlines\ttab", "two lines tab"),
        ("\u202eabc\u2066", "�abc�"),
        ("zero\u200bwidth", "zerowidth"),
        ("lone\ud800surrogate", "lone�surrogate"),
    ],
)
def test_only_what_a_reader_can_see_is_shown(text, shown):
    assert visible(text) == shown


def test_a_body_keeps_its_lines_and_a_long_subject_is_cut():
    assert visible("a\x1b\nb", lines=True) == "a�\nb"
    assert visible("x" * 10_000, limit=10) == "x" * 9 + "…"


@given(st.text())
def test_no_control_character_survives(text):
    shown = visible(text, lines=True)
    assert all(ch == "\n" or ch.isprintable() or ch == " " for ch in shown)
    shown.encode()


# Marks


def test_a_mark_is_stable_and_recognised_in_any_case():
    mark = marks.message_id(LETTER, "x.example", SEAL)
    assert mark == marks.message_id(LETTER, "x.example", SEAL)
    assert marks.genuine(mark, SEAL) == marks.ref(LETTER, SEAL)
    assert marks.genuine(mark.upper(), SEAL) == marks.ref(LETTER, SEAL)
    assert marks.genuine(marks.ref(LETTER, SEAL), SEAL) == marks.ref(LETTER, SEAL)


def test_a_mark_is_the_one_that_it_has_always_been():
    # Letters that have left carry theirs; another way of drawing them would orphan every answer.
    seal = marks.Seal("l-0123456789abcdef", b"x" * 32)
    mark = marks.message_id(LetterId("a", "b", "c"), "x.example", seal)
    assert mark == "<c.35lygdtmbhiifxsy.l36fk53zhnt2tyap@x.example>"


def test_a_mark_cannot_be_forged_without_the_key():
    mark = marks.message_id(LETTER, "x.example", marks.Seal(SEAL.ledger, b"another secret"))
    assert marks.genuine(mark, SEAL) == ""
    real = marks.message_id(LETTER, "x.example", SEAL)
    assert marks.genuine(real.replace(real[5], "a" if real[5] != "a" else "b", 1), SEAL) == ""


def test_a_tag_can_be_drawn_without_the_secret_and_outlives_a_take_over():
    later = marks.Seal(f"{SEAL.ledger}~2-7f3a01", b"another secret")
    assert marks.tag(LETTER, SEAL.ledger) == marks.ref(LETTER, SEAL).split(".")[0]
    assert marks.tag(LETTER, SEAL.ledger) == marks.tag(LETTER, later.ledger)
    assert marks.ref(LETTER, later) != marks.ref(LETTER, SEAL)
    assert marks.tag(LETTER, "l-fedcba9876543210") != marks.tag(LETTER, SEAL.ledger)
    assert marks.genuine(marks.ref(LETTER, later), SEAL) == ""


def test_a_reference_is_found_in_its_own_form_only_whoever_drew_it():
    ref = marks.ref(LETTER, SEAL)
    for text in (ref, ref.upper(), f" <c.{ref}@x.example> ", f"c.{ref}@x.example"):
        assert marks.ref_in(text) == ref
    for text in ("", ref[:-1], f"{ref}a", f"<{ref}@x.example>", f"<test.{ref}@x.example>", f"<1.c.{ref}@x>"):
        assert marks.ref_in(text) == ""


def test_a_secret_is_never_shown():
    assert "kkk" not in repr(SEAL)


@pytest.mark.parametrize(
    "text", ["", "a/b", "a/b/c/d", "a/b/c~1", "a/b/c~-3", "a/b/c~1_0", "A/b/c", "a/b/c~", "a//c"]
)
def test_what_is_no_letter_id_is_refused(text):
    with pytest.raises(ValueError, match="no letter id"):
        LetterId.parse(text)


def test_another_take_is_another_letter():
    again = LetterId(LETTER.campaign, LETTER.group, LETTER.step, 2)
    assert str(again) == "initial-contact/chipy/initial-contact~2"
    assert LetterId.parse(str(again)) == again
    assert marks.ref(again, SEAL) != marks.ref(LETTER, SEAL)


# What a reply means


@pytest.mark.parametrize(
    ("phase", "code", "words", "outcome"),
    [
        (Phase.GREETING, 554, "no", Outcome.PAUSE),
        (Phase.AUTH, 535, "5.7.8 bad password", Outcome.PAUSE),
        (Phase.MAIL, 550, "5.7.60 not your address", Outcome.PAUSE),
        (Phase.MAIL, 451, "4.3.0 later", Outcome.DEFERRED),
        (Phase.MAIL, 421, "4.7.0 slow down", Outcome.DEFERRED),
        (Phase.RCPT, 550, "5.1.1 no such user", Outcome.REFUSED),
        (Phase.RCPT, 553, "mailbox name invalid", Outcome.REFUSED),
        (Phase.RCPT, 552, "5.2.2 mailbox full", Outcome.DEFERRED),
        (Phase.RCPT, 450, "4.2.0 greylisted", Outcome.DEFERRED),
        (Phase.RCPT, 550, "5.4.5 daily sending quota exceeded", Outcome.PAUSE),
        (Phase.RCPT, 530, "5.7.0 sign in first", Outcome.PAUSE),
        (Phase.RCPT, 554, "5.7.1 relay access denied", Outcome.PAUSE),
        (Phase.DATA, 554, "no", Outcome.PAUSE),
        (Phase.DATA, 451, "later", Outcome.DEFERRED),
        (Phase.DOT, 250, "2.0.0 queued as 1", Outcome.ACCEPTED),
        (Phase.DOT, 200, "odd but fine", Outcome.ACCEPTED),
        (Phase.DOT, 452, "4.3.1 full", Outcome.DEFERRED),
        (Phase.DOT, 554, "5.7.1 spam", Outcome.REFUSED),
        (Phase.DOT, 550, "5.4.5 quota", Outcome.PAUSE),
        (Phase.DOT, 354, "what", Outcome.UNSURE),
        (Phase.DOT, 99, "garbage", Outcome.UNSURE),
    ],
)
def test_a_reply_is_judged_by_its_phase(phase, code, words, outcome):
    assert judge(phase, code, words).outcome is outcome


def test_doubt_is_exactly_at_the_final_dot():
    outcomes = {phase: broken(phase, "the line dropped").outcome for phase in Phase}
    assert {phase for phase, outcome in outcomes.items() if outcome is Outcome.UNSURE} == {Phase.DOT}
    assert {phase for phase, o in outcomes.items() if o is Outcome.DEFERRED} == {
        Phase.MAIL,
        Phase.RCPT,
        Phase.DATA,
        Phase.BODY,
    }


# What follows from what happened


def delivery(
    state=State.ACCEPTED, *, group="chipy", to="ana@chipy.example", step="initial-contact", verdict=None
):
    attempts = (Attempt(NOON, verdict),) if verdict else ()
    letter = LetterId("initial-contact", group, step)
    place = Place("sent-1", 0, 1)
    return Delivery(letter, state, (Address.parse(to),), "<m>", "Hello", "d", place, NOON, NOON, attempts)


def message(kind, *letters, sender="ana@chipy.example", days=1, until=None, failed=()):
    candidates = tuple(Candidate(letter, 90, "because") for letter in letters)
    finding = Finding(kind, ("evidence",), tuple(Address.parse(f) for f in failed), until)
    at = NOON + timedelta(days=days)
    return Message(
        "a1", "<x>", "INBOX", 1, at, sender, "", "", "", finding, Match(candidates), Place("in-1", 0, 1)
    )


def happened(*deliveries, messages=(), orders=()):
    return History({str(d.letter): d for d in deliveries}, tuple(messages), tuple(orders))


def test_a_human_reply_answers_for_the_group():
    history = happened(delivery(), messages=[message(Kind.HUMAN, LETTER, sender="colleague@else.example")])
    answer = history.answer("initial-contact", "chipy")
    assert answer
    assert "colleague@else.example" in answer.because
    assert history.answer("project-night", "chipy") is None


@pytest.mark.parametrize("kind", [Kind.AUTO_ACK, Kind.OUT_OF_OFFICE, Kind.BOUNCE_SOFT, Kind.RECEIPT])
def test_no_machine_answers_for_a_group(kind):
    assert happened(delivery(), messages=[message(kind, LETTER)]).answer("initial-contact", "chipy") is None


def test_a_reply_that_may_belong_to_two_groups_pauses_both():
    other = LetterId("initial-contact", "sf-python", "initial-contact")
    history = happened(delivery(), delivery(group="sf-python"), messages=[message(Kind.HUMAN, LETTER, other)])
    assert history.answer("initial-contact", "chipy")
    assert history.answer("initial-contact", "sf-python")


def test_a_phone_call_counts_for_conversations_begun_before_it():
    order = Order("o1", OrderKind.ANSWERED, "chipy", NOON + timedelta(hours=1), "fay", "she phoned")
    before = Order("o2", OrderKind.ANSWERED, "chipy", NOON - timedelta(days=2), "fay", "she phoned")
    assert happened(delivery(), orders=[order]).answer("initial-contact", "chipy")
    assert happened(delivery(), orders=[before]).answer("initial-contact", "chipy") is None


def test_out_of_office_holds_the_person_until_the_day_she_is_back():
    history = happened(delivery(), messages=[message(Kind.OUT_OF_OFFICE, LETTER, until=date(2026, 6, 20))])
    hold = history.hold("any-group", "ana@chipy.example", date(2026, 6, 19))
    assert hold
    assert hold.until == date(2026, 6, 20)
    assert history.hold("any-group", "ana@chipy.example", date(2026, 6, 20)) is None


def test_out_of_office_without_a_date_holds_for_a_week():
    history = happened(delivery(), messages=[message(Kind.OUT_OF_OFFICE, LETTER)])
    assert history.hold("g", "ana@chipy.example", date(2026, 6, 8))
    assert history.hold("g", "ana@chipy.example", date(2026, 6, 9)) is None


def test_out_of_office_from_another_address_holds_the_one_we_wrote_to():
    mail = message(Kind.OUT_OF_OFFICE, LETTER, sender="ana@home.example", until=date(2026, 6, 20))
    history = happened(delivery(), messages=[mail])
    assert history.hold("g", "ana@chipy.example", date(2026, 6, 2))
    assert history.hold("g", "ana@home.example", date(2026, 6, 2))


def test_a_request_to_stop_holds_everywhere_and_for_the_conversation():
    history = happened(delivery(), messages=[message(Kind.UNSUBSCRIBE, LETTER)])
    assert history.stop("another-group", "ana@chipy.example")
    assert history.stop("chipy", "other@chipy.example", "initial-contact")
    assert history.stop("chipy", "other@chipy.example", "project-night") is None


def test_a_report_kills_no_address_but_the_one_that_the_letter_went_to():
    failed = ["ana@chipy.example", "bo@sfpython.example"]
    history = happened(delivery(), messages=[message(Kind.BOUNCE_HARD, LETTER, failed=failed)])
    assert history.bounced("ana@chipy.example")
    assert history.bounced("bo@sfpython.example") is None


def test_a_call_counts_though_the_clock_was_ahead_when_the_letter_left():
    order = Order("o1", OrderKind.ANSWERED, "chipy", NOON - timedelta(hours=1), "fay", "she phoned")
    assert happened(delivery(), orders=[order]).answer("initial-contact", "chipy")


def test_an_unmatched_stranger_stops_and_holds_nothing():
    mails = [
        message(Kind.UNSUBSCRIBE),
        message(Kind.OUT_OF_OFFICE),
        message(Kind.BOUNCE_HARD, failed=["a@b.example"]),
    ]
    history = happened(delivery(), messages=mails)
    assert history.stop("chipy", "ana@chipy.example", "initial-contact") is None
    assert history.hold("chipy", "ana@chipy.example", NOON.date()) is None
    assert history.bounced("a@b.example") is None


def test_a_refusal_of_the_address_kills_it_and_a_refusal_of_the_words_does_not():
    at_rcpt = Verdict(Outcome.REFUSED, Phase.RCPT, 550, "5.1.1", "no such user")
    at_dot = Verdict(Outcome.REFUSED, Phase.DOT, 554, "5.7.1", "spam")
    assert happened(delivery(State.REFUSED, verdict=at_rcpt)).bounced("ana@chipy.example")
    assert happened(delivery(State.REFUSED, verdict=at_dot)).bounced("ana@chipy.example") is None
    assert happened(delivery(State.BOUNCED)).bounced("ana@chipy.example")


# The word that was meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bostn", "boston-python"),
        ("Bost", "boston-python"),
        ("oslo", "oslo-lug-norway"),
        ("lug", ""),  # two have that part: a guess would be a lottery
        ("b", ""),
        ("robim@chipy.example", "robin@chipy.example"),
        ("robin@chpy.example", "robin@chipy.example"),
        ("x@y.example", ""),
        ("tim@vanpyz.example", ""),
        ("sam@chipy.example", ""),
    ],
)
def test_a_part_of_an_id_will_do_and_only_a_very_near_address(typed, meant):
    ids = ["boston-python", "oslo-lug-norway", "bergen-lug-norway"]
    assert nearest(typed, [*ids, "robin@chipy.example", "sam@vanpyz.example"]) == meant
