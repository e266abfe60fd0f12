"""What came of it: every group in one place, and rates that know how sure they are."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailer.nouns import (
    Address,
    Campaign,
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
    Place,
    State,
    Step,
)
from mailer.outcomes import Fate, Rate, take_tally

START = datetime(2026, 6, 1, 9, tzinfo=UTC)
CAMPAIGN = Campaign("c", (Step("first", "first", timedelta()), Step("again", "again", timedelta(days=7))))


def delivery(group, state=State.ACCEPTED, step="first", days=0, take=1, to=""):
    at = START + timedelta(days=days)
    letter = LetterId("c", group, step, take)
    address = Address.parse(to or f"o@{group}.example")
    return Delivery(letter, state, (address,), f"<{letter}>", "Hi", "d", Place("s", 0, 1), at, at)


def mail(kind, group, step="first", days=1):
    match = Match((Candidate(LetterId("c", group, step), 99, "references"),))
    at = START + timedelta(days=days)
    sender = f"o@{group}.example"
    failed = (Address.parse(sender),) if kind is Kind.BOUNCE_HARD else ()
    return Message(
        "a", "", "INBOX", 1, at, sender, "", "", "", Finding(kind, ("e",), failed), match, Place("i", 0, 1)
    )


def tally(deliveries, messages=(), orders=(), days=2):
    history = History({str(d.letter): d for d in deliveries}, tuple(messages), tuple(orders))
    return take_tally(CAMPAIGN, history, START + timedelta(days=days))


@pytest.mark.parametrize(
    ("deliveries", "messages", "fate"),
    [
        ([delivery("a")], [], Fate.SILENT),
        ([delivery("a")], [mail(Kind.HUMAN, "a")], Fate.ANSWERED),
        ([delivery("a")], [mail(Kind.OUT_OF_OFFICE, "a")], Fate.AWAY),
        ([delivery("a")], [mail(Kind.AUTO_ACK, "a")], Fate.SILENT),
        ([delivery("a")], [mail(Kind.UNSUBSCRIBE, "a")], Fate.STOPPED),
        ([delivery("a", State.BOUNCED)], [mail(Kind.BOUNCE_HARD, "a")], Fate.BOUNCED),
        ([delivery("a", State.REFUSED)], [], Fate.BOUNCED),
        ([delivery("a", State.BOUNCED), delivery("a", take=2, to="p@a.example")], [], Fate.SILENT),
        ([delivery("a", State.UNSURE)], [], Fate.UNSURE),
        ([delivery("a", State.UNSURE)], [mail(Kind.HUMAN, "a")], Fate.ANSWERED),
        ([delivery("a", State.DEFERRED)], [], Fate.UNSENT),
        ([delivery("a", State.CLAIMED)], [], Fate.UNSENT),
    ],
)
def test_a_group_is_in_exactly_one_place(deliveries, messages, fate):
    assert tally(deliveries, messages).groups == {"a": fate}


def test_somebody_who_is_back_is_silent_again():
    letters, mails = [delivery("a")], [mail(Kind.OUT_OF_OFFICE, "a")]
    assert tally(letters, mails, days=2).groups["a"] is Fate.AWAY
    assert tally(letters, mails, days=20).groups["a"] is Fate.SILENT


def test_a_phone_call_is_an_answer():
    order = Order("o1", OrderKind.ANSWERED, "a", START + timedelta(days=1), "fay", "she phoned")
    assert tally([delivery("a")], orders=[order]).groups["a"] is Fate.ANSWERED


def test_the_rate_counts_groups_that_were_reached():
    letters = [delivery("a"), delivery("b"), delivery("c", State.BOUNCED), delivery("d", State.UNSURE)]
    counted = tally(letters, [mail(Kind.HUMAN, "a"), mail(Kind.HUMAN, "a")])
    assert counted.contacted == 2
    assert counted.response == Rate(1, 2)


def test_an_answer_counts_for_the_step_that_it_answers():
    letters = [
        delivery("a"),
        delivery("a", step="again", days=7),
        delivery("b"),
        delivery("b", step="again", days=7),
    ]
    first, again = tally(letters, [mail(Kind.HUMAN, "a", "first", days=9)], days=10).steps
    assert (first.sent, again.sent) == (2, 2)
    assert first.fates == {Fate.ANSWERED: 1}
    assert again.fates == {Fate.SILENT: 1}


def test_the_steps_add_up_to_the_groups():
    letters = [delivery(g) for g in "abc"] + [delivery("a", step="again", days=7)]
    counted = tally(letters, [mail(Kind.HUMAN, "b")])
    assert sum(sum(step.fates.values()) for step in counted.steps) == len(counted.groups) == 3


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (9, 22, 0.2326, 0.6127),
        (50, 100, 0.4038, 0.5962),
    ],
)
def test_the_interval_is_wilsons(count, of, low, high):
    assert Rate(count, of).interval == pytest.approx((low, high), abs=1e-4)


def test_one_mail_is_no_answer_of_two_groups():
    both = Match(tuple(Candidate(LetterId("c", group, "first"), 65, "she has both") for group in ("a", "b")))
    unclear = replace(mail(Kind.HUMAN, "a"), match=both)
    letters = {str(each.letter): each for each in (delivery("a"), delivery("b"))}
    tally = take_tally(CAMPAIGN, History(letters, (unclear,)), START + timedelta(days=2))
    assert tally.groups == {"a": Fate.UNCLEAR, "b": Fate.UNCLEAR}
    assert (tally.response.count, tally.contacted) == (0, 2)
    told = Order("o1", OrderKind.ANSWERED, "b", START + timedelta(days=2), "me", "she phoned")
    tally = take_tally(CAMPAIGN, History(letters, (unclear,), (told,)), START + timedelta(days=3))
    assert tally.groups == {"a": Fate.UNCLEAR, "b": Fate.ANSWERED}
