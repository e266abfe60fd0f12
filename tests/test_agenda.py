"""What needs a person: each kind of task, its order, and what takes it off the list."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from past import START, campaign, delivery, group, history, mail, plan

from mailer.agenda import Urgency, make_agenda
from mailer.nouns import Address, Candidate, Finding, Kind, Order, OrderKind, Phase, Problem, Reason, State

NOW = START + timedelta(days=3)
GROUPS = (group("chipy"), group("oslo", "a@oslo.example", "b@oslo.example"))
LETTER = delivery("chipy")


def agenda(past, *, groups=GROUPS, problems=(), now=NOW, named="", where=""):
    days = (now - START) / timedelta(days=1)
    return make_agenda(past, [plan(groups, past, days, where)], groups, problems, now, named)


def urgent(past, **more):
    """The list without the letters that are due: (urgency, subject) of each task."""
    return [(t.urgency, t.subject) for t in agenda(past, **more) if t.urgency is not Urgency.DUE]


def reply(name="a1", *groups, days=1, kind=Kind.HUMAN, sender="o@chipy.example"):
    return replace(mail(kind, *(groups or ["chipy"]), sender=sender, days=days), id=name)


def order(kind, subject, days=2, until=None):
    return Order(f"o-{kind}-{subject}", kind, subject, START + timedelta(days=days), "fay", "", until)


def test_nothing_has_happened_and_nothing_needs_her():
    assert agenda(history()) == ()


# Replies


def test_a_reply_waits_with_its_words_and_what_to_type():
    wrote = replace(reply("923bbbcfad1e"), sender_name="Robin", words="Yes, please!")
    [task, *_] = agenda(history(LETTER, messages=[wrote]))
    assert (task.urgency, task.subject, task.who, task.words) == (
        Urgency.REPLY,
        "chipy",
        "Robin",
        "Yes, please!",
    )
    assert task.since == wrote.at
    assert (task.command, task.then) == ("campaign show 923bbb", "answer it, then: campaign done 923bbb")


HELD = date(2026, 6, 10)


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (order(OrderKind.DONE, "a1"), 0),
        (order(OrderKind.DONE, "a1", days=-5), 0),  # it names the message, whatever the clocks say
        (order(OrderKind.DONE, "b2"), 1),
        (order(OrderKind.ANSWERED, "chipy"), 0),
        (order(OrderKind.STOP, "chipy"), 0),
        (order(OrderKind.STOP, "o@chipy.example"), 0),
        (order(OrderKind.HOLD, "chipy", until=HELD), 0),
        (order(OrderKind.HOLD, "o@chipy.example", until=HELD), 0),
        (order(OrderKind.ANSWERED, "chipy", days=0), 1),  # given before she wrote
        (order(OrderKind.STOP, "chipy", days=0), 1),
        (order(OrderKind.HOLD, "chipy", days=0, until=HELD), 1),
        (order(OrderKind.ANSWERED, "oslo"), 1),
        (order(OrderKind.STOP, "a@oslo.example"), 1),
        (order(OrderKind.HOLD, "chipy", until=NOW.date()), 1),  # the hold has ended: time to write to them
    ],
)
def test_an_order_about_them_deals_with_what_they_wrote_before(given, left):
    assert len(urgent(history(LETTER, messages=[reply()], orders=[given]))) == left


@pytest.mark.parametrize("kind", [OrderKind.ANSWERED, OrderKind.STOP, OrderKind.HOLD])
@pytest.mark.parametrize(("read", "left"), [(1.5, 0), (2.5, 1)])
def test_an_order_cannot_have_meant_what_was_read_only_after_it(kind, read, left):
    wrote = replace(reply(), read_at=START + timedelta(days=read))
    given = order(kind, "chipy", until=HELD if kind is OrderKind.HOLD else None)
    assert len(urgent(history(LETTER, messages=[wrote], orders=[given]))) == left


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ([order(OrderKind.ANSWERED, "chipy")], 1),
        ([order(OrderKind.HOLD, "oslo", until=HELD)], 1),
        ([order(OrderKind.STOP, "o@chipy.example")], 1),
        ([order(OrderKind.ANSWERED, "chipy"), order(OrderKind.STOP, "oslo")], 0),
        ([order(OrderKind.ANSWERED, "chipy"), order(OrderKind.HOLD, "oslo", until=NOW.date())], 1),
        ([order(OrderKind.DONE, "a1")], 0),
    ],
)
def test_a_message_about_two_groups_waits_until_both_are_decided(given, left):
    about_both = reply("a1", "chipy", "oslo")
    assert len(urgent(history(LETTER, messages=[about_both], orders=given))) == left


def test_a_hold_brings_the_reply_back_on_the_day_it_ends():
    past = history(LETTER, messages=[reply()], orders=[order(OrderKind.HOLD, "chipy", until=HELD)])
    eve = START.replace(day=9)
    assert urgent(past, now=eve) == []
    assert urgent(past, now=eve + timedelta(days=1)) == [(Urgency.REPLY, "chipy")]


def test_a_newer_message_brings_the_group_back():
    past = history(
        LETTER, messages=[reply("a1"), reply("b2", days=2.5)], orders=[order(OrderKind.ANSWERED, "chipy")]
    )
    assert [task.message for task in agenda(past) if task.message] == ["b2"]


@pytest.mark.parametrize(
    ("kind", "listed"),
    [(kind, kind in {Kind.HUMAN, Kind.CHALLENGE}) for kind in Kind],
)
def test_of_the_messages_that_found_home_only_a_persons_wait(kind, listed):
    assert bool(urgent(history(LETTER, messages=[reply(kind=kind)]))) == listed


# Messages without a sure home


@pytest.mark.parametrize(
    ("kind", "groups", "subject"),
    [
        (Kind.HUMAN, ["chipy", "oslo"], "chipy, oslo"),
        (Kind.UNSUBSCRIBE, ["chipy", "oslo"], "chipy, oslo"),
        (Kind.BOUNCE_HARD, ["chipy", "oslo"], "chipy, oslo"),
        (Kind.UNSUBSCRIBE, [], "?"),
        (Kind.COMPLAINT, [], "?"),
        (Kind.BOUNCE_HARD, [], None),
        (Kind.UNRELATED, [], None),
        (Kind.OUT_OF_OFFICE, ["chipy", "oslo"], None),
    ],
)
def test_what_nobody_knows_where_to_put_waits_if_somebody_must_decide(kind, groups, subject):
    stray = mail(kind, *groups)
    assert urgent(history(LETTER, messages=[stray])) == ([(Urgency.UNCLEAR, subject)] if subject else [])


def test_a_weak_match_is_unclear():
    stray = mail(Kind.HUMAN, "chipy")
    weak = Candidate(LETTER.letter, 50, "by the way")
    stray = replace(stray, match=replace(stray.match, candidates=(weak,)))
    assert urgent(history(LETTER, messages=[stray])) == [(Urgency.UNCLEAR, "chipy")]


# Letters


def test_a_letter_in_doubt_is_the_first_thing():
    doubt = delivery("oslo", state=State.UNSURE, to="a@oslo.example")
    first, *_ = agenda(history(LETTER, doubt, messages=[reply()]))
    assert (first.urgency, first.subject, first.who) == (Urgency.DOUBT, "oslo", "a@oslo.example")
    assert first.command == 'campaign resolve oslo --sent --because "…"'


def test_of_two_letters_in_doubt_each_is_called_by_its_own_name():
    past = history(
        delivery("chipy", state=State.UNSURE), delivery("chipy", "again", State.UNSURE, of="other")
    )
    commands = [task.command.split()[2] for task in agenda(past) if task.urgency is Urgency.DOUBT]
    assert commands == ["c/chipy/first", "other/chipy/again"]


def test_a_letter_refused_for_its_words_names_the_template():
    past = history(delivery("chipy", state=State.REFUSED, phase=Phase.DOT))
    [task] = [t for t in agenda(past) if t.urgency is not Urgency.DUE]
    assert (task.urgency, task.command) == (Urgency.REFUSED, 'campaign resolve chipy --resend --because "…"')
    assert (task.who, task.then) == ("templates/first.md", "with other words")
    assert task.why == "550 no such user"


def test_a_refused_address_with_another_behind_it_goes_on_by_itself():
    past = history(delivery("oslo", state=State.REFUSED, to="a@oslo.example"))
    assert urgent(past) == []


def test_a_group_whose_last_address_is_dead_needs_another():
    past = history(
        delivery("oslo", state=State.BOUNCED, to="a@oslo.example"),
        delivery("oslo", state=State.REFUSED, to="b@oslo.example", take=2, days=1),
    )
    [task] = [t for t in agenda(past) if t.urgency is not Urgency.DUE]
    assert (task.urgency, task.subject, task.who) == (Urgency.NO_ADDRESS, "oslo", "b@oslo.example")
    assert task.command == "correct row 3 of campaigns/groups.csv"


@pytest.mark.parametrize("kind", [OrderKind.STOP, OrderKind.ANSWERED])
def test_a_group_that_needs_no_letter_needs_no_address(kind):
    dead = delivery("chipy", state=State.BOUNCED)
    refused = delivery("chipy", "again", State.REFUSED, phase=Phase.DOT)
    assert urgent(history(dead, refused, orders=[order(kind, "chipy")])) == []


def test_who_asked_for_no_more_letters_is_no_dead_address():
    past = history(
        delivery("oslo", state=State.BOUNCED, to="a@oslo.example"),
        orders=[order(OrderKind.STOP, "a@oslo.example"), order(OrderKind.STOP, "b@oslo.example")],
    )
    assert urgent(past, groups=(group("oslo", "b@oslo.example"),)) == []


def test_beside_a_dead_address_one_that_was_stopped_is_no_help():
    dead = delivery("oslo", state=State.BOUNCED, to="a@oslo.example")
    stopped = order(OrderKind.STOP, "b@oslo.example")
    assert urgent(history(dead)) == []
    [task] = [t for t in agenda(history(dead, orders=[stopped])) if t.urgency is not Urgency.DUE]
    assert (task.urgency, task.who) == (Urgency.NO_ADDRESS, "a@oslo.example")


def test_a_group_that_the_campaign_is_not_for_any_more_needs_no_address():
    past = history(delivery("chipy", state=State.BOUNCED))
    assert urgent(past) == [(Urgency.NO_ADDRESS, "chipy")]
    assert urgent(past, groups=(group("chipy", lane="ok"),), where='lane == "research"') == []


def test_letters_are_due_for_a_campaign_that_has_begun_or_is_named():
    assert agenda(history()) == ()
    [task] = agenda(history(), named="c")
    assert (task.urgency, task.subject, task.why) == (Urgency.DUE, "c", "2 × first")
    assert task.command == "campaign send c"
    [task] = agenda(history(LETTER), now=START + timedelta(days=8))
    assert task.why == "1 × again, 1 × first"


def test_a_step_that_is_gone_is_a_mistake_in_the_campaign():
    past = history(delivery("chipy", "old-name"))
    [task] = [t for t in agenda(past) if t.urgency is Urgency.MISTAKE]
    assert (task.subject, task.command) == ("campaigns/c.toml", "edit campaigns/c.toml")
    assert "old-name" in task.why


def test_mistakes_are_one_task_for_each_file_and_warnings_none():
    problems = [
        Problem("campaigns/groups.csv", 3, 1, "the address is odd"),
        Problem("campaigns/groups.csv", 4, 1, "and this one"),
        Problem("templates/first.md", 0, 0, "there is no template"),
        Problem("templates/again.md", 1, 1, "looks odd", warning=True),
    ]
    tasks = agenda(history(), problems=problems)
    assert [(t.subject, t.why) for t in tasks] == [
        ("campaigns/groups.csv", "line 3: the address is odd, and 1 more"),
        ("templates/first.md", "there is no template"),
    ]


# Letters set aside


def test_a_letter_set_aside_waits_alone_and_not_with_those_behind_it():
    [task] = [t for t in agenda(history(set_aside=["c/chipy/first"])) if t.urgency is Urgency.SET_ASIDE]
    assert (task.subject, task.who, task.since) == ("chipy", "o@chipy.example", None)
    assert task.command == "campaign preview c --group chipy --step first"
    assert task.then == 'then: campaign resolve chipy --resend --because "…"'


def test_a_letter_set_aside_needs_nobody_once_nothing_more_goes_to_its_group():
    stopped = order(OrderKind.STOP, "chipy")
    assert urgent(history(orders=[stopped], set_aside=["c/chipy/first"])) == []


def test_a_letter_set_aside_is_named_in_full_where_its_group_has_another_to_settle():
    refused = delivery("chipy", of="d", state=State.REFUSED, phase=Phase.DOT)
    [task] = [
        t for t in agenda(history(refused, set_aside=["c/chipy/first"])) if t.urgency is Urgency.SET_ASIDE
    ]
    assert "resolve c/chipy/first --resend" in task.then


# The whole list


MODERATED = Finding(Kind.AUTO_ACK, ("it awaits approval",), reason=Reason.MODERATION)
LEFT = Finding(
    Kind.AUTO_ACK, ("she has left",), reason=Reason.LEFT, instead=Address.parse("new@chipy.example")
)


def busy():
    return history(
        LETTER,
        delivery("oslo", state=State.UNSURE, to="a@oslo.example"),
        delivery("sf", state=State.BOUNCED),
        delivery("bonn", state=State.REFUSED, phase=Phase.DOT),
        messages=[
            reply("a1", days=2),
            reply("a3", days=1),
            reply("a2", "chipy", "oslo", days=1),
            reply("a4", "lima", kind=Kind.CHALLENGE),
            replace(reply("a5", "lima", kind=Kind.AUTO_ACK), finding=MODERATED),
            replace(reply("a6", kind=Kind.AUTO_ACK), finding=LEFT),
        ],
        set_aside=["c/paris/first"],
    )


def test_the_most_urgent_comes_first_and_of_equals_the_oldest():
    groups = (*GROUPS, group("sf"), group("bonn"), group("new"), group("paris"))
    problem = Problem("templates/x.md", 1, 1, "odd")
    tasks = agenda(busy(), groups=groups, problems=[problem])
    assert [task.urgency for task in tasks] == sorted((t.urgency for t in tasks), key=list(Urgency).index)
    assert {task.urgency for task in tasks} == set(Urgency)
    assert [task.message for task in tasks if task.urgency is Urgency.REPLY] == ["a3", "a1"]


def test_no_entry_appears_twice_and_the_order_is_the_same_each_time():
    groups = (*GROUPS, group("sf"), group("bonn"))
    tasks = agenda(busy(), groups=groups)
    assert len(set(tasks)) == len(tasks)
    one_campaign_more = replace(plan(groups, busy(), 3), campaign=replace(campaign(), name="d"))
    both = make_agenda(busy(), [plan(groups, busy(), 3), one_campaign_more], groups, (), NOW)
    assert [t for t in both if t.urgency is Urgency.NO_ADDRESS] == [
        t for t in tasks if t.urgency is Urgency.NO_ADDRESS
    ]
    assert agenda(busy(), groups=groups) == tasks


def test_one_campaign_alone_may_be_asked_for():
    elsewhere = delivery("oslo", of="other", state=State.UNSURE, to="a@oslo.example")
    wrote = replace(reply(), match=replace(reply().match, candidates=(Candidate(elsewhere.letter, 99, "x"),)))
    past = history(LETTER, elsewhere, messages=[wrote])
    assert [t.urgency for t in agenda(past)][:2] == [Urgency.DOUBT, Urgency.REPLY]
    assert urgent(past, named="c") == []
