"""What a person decides is about somebody who exists, is kept with who and why, and can be taken back."""

from datetime import date, timedelta

import pytest
from stage import START, stage

from mailer.errors import UsageError
from mailer.nouns import (
    Candidate,
    Cursor,
    Finding,
    Kind,
    Match,
    Message,
    OrderKind,
    Outcome,
    Phase,
    State,
    Verdict,
    marks,
)
from mailer.nouns.addresses import Address
from mailer.nouns.letters import Letter, LetterId
from mailer.orders import Clerk, read_day


@pytest.fixture
def clerk(tmp_path):
    with stage(tmp_path / "w") as play, play.ledger() as ledger:
        yield Clerk(ledger, play.manuscript().groups, "fay", START)


def sent(ledger, group, to, outcome, step="hello"):
    letter_id = LetterId("hello", group, step)
    letter = Letter(
        letter_id,
        marks.message_id(letter_id, "x.example", ledger.seal),
        Address.parse("f@x.example"),
        (Address.parse(to),),
        "Hi",
        b"Subject: Hi\r\n\r\nHi\r\n",
        "d",
    )
    ledger.claim(letter, START)
    ledger.mark_sending(letter_id, START)
    phase = Phase.DOT
    ledger.settle(letter_id, Verdict(outcome, phase, 0, "", "words"), START)
    return str(letter_id)


def test_an_order_is_kept_with_who_and_why(clerk):
    [order] = clerk.answered("chipy", "she phoned on Monday")
    assert (order.kind, order.subject, order.by, order.because) == (
        OrderKind.ANSWERED,
        "chipy",
        "fay",
        "she phoned on Monday",
    )
    assert clerk.ledger.orders() == (order,)


def test_an_address_answers_for_its_groups(clerk):
    assert [order.subject for order in clerk.answered("Team@SFPython.example", "met her")] == ["sf-python"]


@pytest.mark.parametrize(
    ("whom", "fix"),
    [
        ("chpiy", "did you mean chipy?"),
        ("nobody", ""),
        ("robin@chippy.example", "did you mean robin@chipy.example?"),
        ("a@b@c", ""),
    ],
)
def test_an_order_about_nobody_is_refused(clerk, whom, fix):
    with pytest.raises(UsageError) as caught:
        clerk.answered(whom, "because")
    assert caught.value.fix == fix
    assert clerk.ledger.orders() == ()


def test_an_address_of_nobody_is_said_without_jargon(clerk):
    with pytest.raises(UsageError, match="stands in no row of the table and got no letter"):
        clerk.hold("eve@elsewhere.example", date(2026, 6, 2), "x")
    assert "stands in no row of the table" in clerk.stranger("eve@elsewhere.example")


def test_a_stranger_may_be_stopped(clerk):
    assert clerk.stop("eve@elsewhere.example", "she asked").subject == "eve@elsewhere.example"


def test_a_hold_lies_in_the_future(clerk):
    assert clerk.hold("chipy", date(2026, 6, 2), "holiday").until == date(2026, 6, 2)
    with pytest.raises(UsageError, match="not in the future"):
        clerk.hold("chipy", date(2026, 6, 1), "holiday")


def test_an_order_taken_back_counts_no_more(clerk):
    order = clerk.stop("chipy", "a slip")
    assert clerk.ledger.history().stop("chipy")
    clerk.undo(order.id, "wrong group")
    assert clerk.ledger.history().stop("chipy") is None
    with pytest.raises(UsageError, match="no order"):
        clerk.undo(order.id, "again")


def test_what_is_final_is_not_offered_to_be_taken_back(clerk):
    letter = sent(clerk.ledger, "chipy", "robin@chipy.example", Outcome.UNSURE)
    final = clerk.resolve(letter, sent=True, because="they rang")
    with pytest.raises(UsageError, match="no order 'o9'") as caught:
        clerk.undo("o9", "")
    assert caught.value.fix == "these can be taken back: none"
    stop = clerk.stop("chipy", "a slip")
    assert (final.final, stop.final) == (True, False)
    with pytest.raises(UsageError, match="no order 'o9'") as caught:
        clerk.undo("o9", "")
    assert caught.value.fix == f"these can be taken back: {stop.id}"


def wrote(ledger, name, group="chipy", kind=Kind.HUMAN):
    """A person of a group wrote; her message is noted."""
    candidates = (Candidate(LetterId("hello", group, "hello"), 99, "x"),)
    finding, place = Finding(kind, ("x",)), ledger.arrivals.keep([b"x"])[0]
    # The mail server's clock is ahead of ours.
    at = START + timedelta(minutes=5)
    message = Message(
        name, "", "INBOX", 1, at, "r@chipy.example", "", "", "", finding, Match(candidates), place
    )
    ledger.note(message, Cursor("INBOX", 1, 1))


def waiting(clerk):
    return [message.id for message in clerk.ledger.history().open_messages(START.date())]


def test_done_with_a_group_is_done_with_each_of_its_messages_and_no_later_one(clerk):
    for name, group in (("aaaa1", "chipy"), ("aaaa2", "oslo-python"), ("aaaa3", "chipy")):
        wrote(clerk.ledger, name, group)
    given = clerk.done("chipy", "")
    assert [(order.kind, order.subject) for order in given] == [
        (OrderKind.DONE, "aaaa1"),
        (OrderKind.DONE, "aaaa3"),
    ]
    assert waiting(clerk) == ["aaaa2"]
    wrote(clerk.ledger, "aaaa4")
    assert waiting(clerk) == ["aaaa2", "aaaa4"]
    clerk.undo(given[0].id, "")
    assert waiting(clerk) == ["aaaa1", "aaaa2", "aaaa4"]


def test_done_with_a_message_on_hold(clerk):
    wrote(clerk.ledger, "aaaa1")
    clerk.ledger.give(OrderKind.HOLD, "chipy", "fay", "x", START + timedelta(hours=1), date(2026, 6, 9))
    assert waiting(clerk) == []
    clerk.done("AAAA1", "")
    assert clerk.ledger.history().open_messages(date.max) == ()


def test_a_message_is_named_by_enough_of_its_id(clerk):
    for name in ("aaaa1", "aaab1"):
        wrote(clerk.ledger, name)
    with pytest.raises(UsageError, match="waits to be dealt with"):
        clerk.done("aaa", "")
    assert [order.subject for order in clerk.done("aaab", "")] == ["aaab1"]
    for whom in ("aaab", "AAAB1"):
        with pytest.raises(UsageError, match=r"is already done \(o1\)"):
            clerk.done(whom, "")


def test_several_messages_that_begin_alike_are_told_apart(clerk):
    for name in ("aaaa1", "aaaa2"):
        wrote(clerk.ledger, name)
    with pytest.raises(UsageError, match="2 messages begin with") as refused:
        clerk.done("aaaa", "")
    assert refused.value.fix == "type more of it: aaaa1, aaaa2"
    assert len(waiting(clerk)) == 2


def test_doubt_is_settled_by_a_person(clerk):
    letter = sent(clerk.ledger, "chipy", "robin@chipy.example", Outcome.UNSURE)
    clerk.resolve(letter, sent=True, because="it is in Sent")
    assert clerk.ledger.deliveries()[letter].state is State.ACCEPTED
    [order] = clerk.ledger.orders()
    assert (order.kind, order.because) == (OrderKind.SENT, "it is in Sent")
    with pytest.raises(UsageError, match="cannot be undone"):
        clerk.undo(order.id, "")


def test_a_letter_that_did_not_leave_goes_again_with_the_same_bytes(clerk):
    letter = sent(clerk.ledger, "chipy", "robin@chipy.example", Outcome.UNSURE)
    before = clerk.ledger.letter_bytes(clerk.ledger.deliveries()[letter].letter)
    clerk.resolve(letter, sent=False, because="not in Sent")
    delivery = clerk.ledger.deliveries()[letter]
    assert (delivery.state, delivery.next_try) == (State.DEFERRED, None)
    assert clerk.ledger.letter_bytes(delivery.letter) == before


def test_a_letter_refused_for_its_words_is_written_anew(clerk):
    letter = sent(clerk.ledger, "chipy", "robin@chipy.example", Outcome.REFUSED)
    clerk.resolve(letter, sent=False, because="I have changed the words")
    assert letter not in clerk.ledger.deliveries()


def test_a_letter_in_doubt_that_was_then_refused_goes_again_with_the_same_bytes(clerk):
    letter = sent(clerk.ledger, "chipy", "robin@chipy.example", Outcome.UNSURE)
    clerk.resolve(letter, sent=False, because="not in Sent")
    assert sent(clerk.ledger, "chipy", "robin@chipy.example", Outcome.REFUSED) == letter
    before = clerk.ledger.deliveries()[letter]
    clerk.resolve(letter, sent=False, because="they take our letters again")
    delivery = clerk.ledger.deliveries()[letter]
    assert (delivery.state, delivery.place) == (State.DEFERRED, before.place)


def test_a_letter_to_settle_may_be_named_by_its_group(clerk):
    letter = sent(clerk.ledger, "chipy", "robin@chipy.example", Outcome.UNSURE)
    with pytest.raises(UsageError) as caught:
        clerk.resolve("oslo-python", sent=True, because="slip")
    assert caught.value.fix == f"letters to settle: {letter}"
    assert clerk.resolve("chipy", sent=True, because="it is in Sent").subject == letter


def test_a_stop_for_a_stranger_is_kept_and_doubted(clerk):
    assert "did you mean robin@chipy.example?" in clerk.stranger("robbin@chipy.example")
    assert clerk.stranger("robin@chipy.example") == ""
    assert clerk.stranger("chipy") == ""


def test_a_settled_letter_cannot_be_sent_again_by_a_slip(clerk):
    letter = sent(clerk.ledger, "chipy", "robin@chipy.example", Outcome.ACCEPTED)
    for did in (True, False):
        with pytest.raises(UsageError, match="nothing to settle"):
            clerk.resolve(letter, sent=did, because="slip")
    with pytest.raises(UsageError, match="no such letter"):
        clerk.resolve("hello/chipy/helo", sent=False, because="slip")
    with pytest.raises(UsageError, match="no letter to chipy waits to be settled"):
        clerk.resolve("chipy", sent=False, because="slip")


def test_of_several_letters_in_doubt_to_a_group_one_must_be_named(clerk):
    for step in ("hello", "again"):
        sent(clerk.ledger, "chipy", "robin@chipy.example", Outcome.UNSURE, step=step)
    with pytest.raises(UsageError, match="2 letters to chipy wait to be settled") as caught:
        clerk.resolve("chipy", sent=True, because="slip")
    assert caught.value.fix == "name one of them: hello/chipy/hello, hello/chipy/again"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-06-20", date(2026, 6, 20)),
        ("tomorrow", date(2026, 6, 2)),
        ("monday", date(2026, 6, 8)),
        ("Tue", date(2026, 6, 2)),
        ("sunday", date(2026, 6, 7)),
        ("3 days", date(2026, 6, 4)),
        ("in 2 weeks", date(2026, 6, 15)),
        ("1 month", date(2026, 7, 1)),
    ],
)
def test_a_day_may_be_said_as_people_say_it(text, day):
    assert read_day(text, START.date()) == day


@pytest.mark.parametrize("text", ["", "soon", "20.6.", "2026-13-01", "m", "0x10 days", "999999 days"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(UsageError, match="is no day"):
        read_day(text, START.date())


def test_monday_is_never_today():
    assert START.strftime("%A") == "Monday"
    assert read_day("monday", START.date()) - START.date() == timedelta(days=7)
