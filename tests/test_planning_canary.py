"""Which letters leave ahead of the others, and whether the others may follow them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from past import START, campaign, delivery, group

from mailer.nouns import Due, LetterId, Outcome, Pace, Phase, State, Verdict
from mailer.planning import CANARY_STAY, Line, Status, plan_canary, stay, why_stop_after_canary

SECOND = timedelta(seconds=1)


def due(*domains):
    groups = [group(f"g{n}", f"a{n}@{domain}") for n, domain in enumerate(domains)]
    step = campaign().steps[0]
    return [Line(LetterId("c", g.id, "first"), Status.DUE, due=Due(g, g.organizers[0], step)) for g in groups]


def named(lines):
    return [line.letter.group for line in lines]


def test_it_goes_to_as_many_domains_as_there_are():
    found = plan_canary(due("x.example", "x.example", "y.example", "x.example", "z.example"), 3, (), START)
    assert named(found.first) == ["g0", "g2", "g4"]
    assert named(found.others) == ["g1", "g3"]


def test_of_few_domains_it_takes_turns_and_keeps_the_order_of_the_plan():
    found = plan_canary(due("x.example", "x.example", "x.example", "y.example", "x.example"), 3, (), START)
    assert named(found.first) == ["g0", "g1", "g3"]


@pytest.mark.parametrize(("letters", "most"), [(3, 3), (3, 9), (3, 0), (0, 3)])
def test_there_is_none_where_nobody_would_follow(letters, most):
    assert plan_canary(due(*["x.example"] * letters), most, (), START) is None


def just_left(name, ago=SECOND, **more):
    made = delivery(name, **more)
    return replace(made, attempts=(replace(made.attempts[0], at=START - ago),), changed_at=START - ago)


def test_what_a_run_has_left_behind_that_ended_in_the_middle_counts():
    past = [
        just_left("one"),
        replace(just_left("dead", state=State.UNSURE), attempts=()),
        just_left("of-another", of="d"),
        just_left("judged", CANARY_STAY),
        just_left("ahead", -SECOND),
    ]
    found = plan_canary(due(*["x.example"] * 9), 5, past, START)
    assert [letter.group for letter in found.before] == ["one", "dead", "ahead"]
    assert named(found.first) == ["g0", "g1"]
    assert len(found.letters) == 5


def test_a_whole_canary_left_behind_lets_no_other_letter_go_first():
    found = plan_canary(due("x.example"), 1, [just_left("one"), just_left("two")], START)
    assert (len(found.before), found.first, named(found.others)) == (2, (), ["g0"])


def test_it_is_waited_for_since_its_last_letter_and_never_longer():
    assert stay([just_left("one", 9 * SECOND), just_left("two", SECOND)], START) == CANARY_STAY - SECOND
    assert stay([just_left("one", 2 * CANARY_STAY)], START) == timedelta()
    assert stay([just_left("one", -CANARY_STAY)], START) == CANARY_STAY
    assert stay([], START) == timedelta()


FINE = delivery("fine")
BACK = delivery("back", state=State.BOUNCED)
NOBODY = delivery("nobody", state=State.REFUSED, phase=Phase.RCPT)
LATER = delivery("later", state=State.DEFERRED)


@pytest.mark.parametrize(
    ("letters", "stops"),
    [
        ([FINE], False),
        ([FINE] * 9 + [BACK], False),
        ([FINE] * 4 + [BACK], True),
        ([FINE] * 4 + [NOBODY], True),
        ([NOBODY], True),
        ([FINE, LATER], False),
        ([LATER], True),
        ([], True),
    ],
)
def test_one_in_five_that_reaches_nobody_is_too_many(letters, stops):
    assert bool(why_stop_after_canary(letters, Pace())) is stops


def test_it_says_why():
    assert why_stop_after_canary([FINE, BACK, NOBODY], Pace()) == (
        "of those that went first, 2 of 3 letters reached nobody"
        " (1 came back, 1 had an address that was refused): 67%, and 10% are let pass"
    )


def test_words_that_are_refused_once_are_enough():
    spam = Verdict(Outcome.REFUSED, Phase.DOT, 554, "5.7.1", "looks like spam")
    refused = delivery("no", state=State.REFUSED)
    refused = replace(refused, attempts=(replace(refused.attempts[0], verdict=spam),))
    said = why_stop_after_canary([FINE] * 99 + [refused], Pace(bounce_rate=1.0))
    assert said == "c/no/first, of those that went first, was refused: 554 looks like spam"


def test_a_letter_that_is_too_large_once_is_enough_too():
    """Its server said so in time (RFC 1870), and the others are as large."""
    words = "the letter has 1,396 bytes and the server takes only 500"
    too_large = Verdict(Outcome.REFUSED, Phase.MAIL, words=words)
    refused = delivery("no", state=State.REFUSED)
    refused = replace(refused, attempts=(replace(refused.attempts[0], verdict=too_large),))
    said = why_stop_after_canary([FINE] * 99 + [refused], Pace(bounce_rate=1.0))
    assert said == f"c/no/first, of those that went first, was refused: {words}"
