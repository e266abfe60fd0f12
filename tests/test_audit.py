"""The sums of an audit: planned letters, who got what how often, and what contradicts itself."""

from dataclasses import replace
from datetime import timedelta

import past as pasts
import pytest
from past import START, group, history, plan

from mailer.audit import Concern, find_exceptions, take_account, take_account_of_lost
from mailer.nouns import Order, OrderKind, State

LADDER = ("a@chipy.example", "b@chipy.example")


# ── the sums ──────────────────────────────────────────────────────────────────────────────────────────


def delivery(name, step="first", state=State.ACCEPTED, **more):
    """A record that somebody bears out."""
    return replace(pasts.delivery(name, step, state, **more), because="somebody says so")


def exceptions(past, groups=(), days=0):
    """What is found, with the plan of the groups: (concern, subject)."""
    found = find_exceptions(past, [plan(groups, past, days)], groups, START + timedelta(days=days))
    return [(remark.concern, remark.subject) for remark in found]


def test_planned_letters_are_groups_times_steps_and_each_stands_in_one_place():
    past = history(delivery("chipy"), delivery("oslo", state=State.BOUNCED), delivery("gone"))
    made = plan([group("chipy"), group("oslo"), group("new")], past)
    account = take_account(made, past)
    assert (account.groups, account.steps, account.planned) == (4, 3, 12)
    assert account.letters == {"accepted": 2, "bounced": 1, "due": 1, "waiting": 4, "withheld": 4}
    assert account.withheld == {"no address left": 2, "not in the table": 2}
    assert account.adds_up
    assert not account.besides


def test_letters_of_an_address_that_died_and_of_steps_that_are_gone_are_counted_besides():
    past = history(
        delivery("chipy", state=State.BOUNCED, to=LADDER[0]),
        delivery("chipy", to=LADDER[1], take=2, days=1),
        delivery("oslo", "hello"),
    )
    account = take_account(plan([group("chipy", *LADDER), group("oslo")], past), past)
    assert account.adds_up
    assert account.besides == {"bounced": 1, "accepted": 1}


def test_of_a_campaign_without_a_file_the_records_are_added_up():
    past = history(delivery("chipy"), delivery("oslo", state=State.REFUSED), delivery("oslo", of="other"))
    account = take_account_of_lost("c", past)
    assert (account.groups, account.planned, account.letters) == (2, 2, {"accepted": 1, "refused": 1})


def test_a_plan_that_leaves_a_letter_out_or_counts_one_twice_does_not_add_up():
    past = history(delivery("chipy"))
    made = plan([group("chipy"), group("oslo")], past)
    fewer = replace(made, lines=made.lines[1:])
    more = replace(made, lines=(*made.lines, made.lines[4]))
    for spoilt, subject in ((fewer, "c/chipy/first"), (more, "c/oslo/again")):
        assert not take_account(spoilt, past).adds_up
        [remark] = find_exceptions(past, [spoilt], (), START)
        assert (remark.concern, remark.subject) == (Concern.CONTRADICTION, subject)


# ── twice ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("second", ["o@chipy.example", "O@CHIPY.example"])
def test_a_step_that_an_address_got_twice_is_seen(second):
    past = history(delivery("chipy"), delivery("chipy", to=second, take=2, days=1))
    assert exceptions(past, [group("chipy")]) == [(Concern.TWICE, "c/chipy/first~2")]


def test_a_person_who_got_a_step_in_the_name_of_two_groups_is_seen():
    past = history(delivery("chipy"), delivery("oslo", to="o@chipy.example", days=1))
    assert exceptions(past) == [(Concern.TWICE, "c/oslo/first")]


def test_two_addresses_with_and_without_a_tag_may_be_one_mailbox():
    past = history(delivery("chipy"), delivery("oslo", to="o+lists@chipy.example", days=1))
    assert exceptions(past) == [(Concern.ONE_MAILBOX, "c/oslo/first")]


def test_a_step_that_two_living_organizers_of_a_group_got_is_seen():
    past = history(delivery("chipy", to=LADDER[0]), delivery("chipy", to=LADDER[1], take=2, days=1))
    assert exceptions(past, [group("chipy", *LADDER)]) == [(Concern.TWICE, "c/chipy/first~2")]


@pytest.mark.parametrize("state", [State.BOUNCED, State.REFUSED])
def test_a_step_goes_to_the_next_organizer_when_the_first_address_is_dead(state):
    past = history(
        delivery("chipy", to=LADDER[0]),
        delivery("chipy", "again", state=state, to=LADDER[0], days=7),
        delivery("chipy", to=LADDER[1], take=2, days=8),
    )
    assert Concern.TWICE not in dict(exceptions(past, [group("chipy", *LADDER)], days=8))


def test_before_the_mailbox_was_read_nobody_knows_whether_the_first_of_two_addresses_bounced():
    two = history(delivery("chipy", to=LADDER[0]), delivery("chipy", to=LADDER[1], take=2, days=1))
    [remark] = find_exceptions(two, (), [group("chipy", *LADDER)], START, mailbox_read=False)
    assert (remark.concern, remark.command) == (Concern.UNREAD, "campaign replies")
    same = history(delivery("chipy", to=LADDER[0]), delivery("chipy", to=LADDER[0], take=2, days=1))
    [remark] = find_exceptions(same, (), [group("chipy", *LADDER)], START, mailbox_read=False)
    assert remark.concern is Concern.TWICE, "no bounce makes that right"


def test_an_organizer_who_took_over_a_group_gets_its_first_letter():
    past = history(delivery("chipy", to=LADDER[0]), delivery("chipy", to=LADDER[1], take=2, days=1))
    assert exceptions(past, [group("chipy", LADDER[1])]) == []


def test_the_same_step_in_two_campaigns_is_not_twice():
    assert exceptions(history(delivery("chipy"), delivery("chipy", of="other"))) == []


# ── what contradicts itself, and what waits ───────────────────────────────────────────────────────────


def spoilt(state, **more):
    """A record as none should be: nothing says why it is what it is."""
    return replace(delivery("chipy", state=state), **{"attempts": (), "because": "", **more})


@pytest.mark.parametrize(
    "record",
    [
        *(spoilt(state) for state in (State.ACCEPTED, State.BOUNCED, State.REFUSED, State.UNSURE)),
        spoilt(State.DEFERRED),
        spoilt(State.ACCEPTED, because="x", to=()),
    ],
)
def test_a_record_that_nothing_bears_out_contradicts_itself(record):
    assert (Concern.CONTRADICTION, "c/chipy/first") in exceptions(history(record))


@pytest.mark.parametrize("state", [State.ACCEPTED, State.BOUNCED, State.UNSURE, State.DEFERRED])
def test_a_record_that_a_person_or_a_proof_bears_out_does_not(state):
    found = exceptions(history(spoilt(state, because="fay: it is in Sent")))
    assert Concern.CONTRADICTION not in dict(found)


def test_a_message_id_belongs_to_one_letter():
    first = delivery("chipy")
    copied = replace(delivery("oslo"), message_id=first.message_id)
    assert exceptions(history(first, copied)) == [(Concern.CONTRADICTION, "c/oslo/first")]


def test_orders_about_what_is_not_there_are_seen():
    orders = [
        Order("o1", OrderKind.DONE, "923bbb", START, "fay", ""),
        Order("o2", OrderKind.SENT, "c/chipy/first", START, "fay", ""),
        Order("o3", OrderKind.RESEND, "c/chipy/first", START, "fay", ""),  # its record may be struck out
        Order("o4", OrderKind.STOP, "who@else.example", START, "fay", ""),  # anybody may ask for it
    ]
    found = exceptions(history(orders=orders))
    assert found == [(Concern.CONTRADICTION, "order o1"), (Concern.CONTRADICTION, "order o2")]


def test_whatever_waits_for_a_person_is_listed_the_gravest_first():
    long_ago = START - timedelta(days=2)
    past = history(
        delivery("overdue", state=State.DEFERRED, next_try=long_ago),
        delivery("refused", state=State.REFUSED),
        delivery("unsure", state=State.UNSURE),
        delivery("air", state=State.SENDING),
        set_aside=["c/poison/first"],
    )
    groups = [group(name) for name in ("overdue", "refused", "unsure", "air", "poison")]
    assert exceptions(past, groups) == [
        (Concern.DOUBT, "c/unsure/first"),
        (Concern.SET_ASIDE, "c/poison/first"),
        (Concern.IN_THE_AIR, "c/air/first"),
        (Concern.REFUSED, "c/refused/first"),
        (Concern.OVERDUE, "c/overdue/first"),
    ]


@pytest.mark.parametrize(("hours", "listed"), [(23, False), (25, True)])
def test_a_deferred_letter_is_overdue_a_day_after_its_time(hours, listed):
    late = START - timedelta(hours=hours)
    past = history(delivery("chipy", state=State.DEFERRED, next_try=late))
    assert bool(exceptions(past, [group("chipy")])) == listed
    stopped = Order("o1", OrderKind.STOP, "chipy", START, "fay", "")
    past = history(*past.deliveries.values(), orders=[stopped])
    assert exceptions(past, [group("chipy")]) == []
