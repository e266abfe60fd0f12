"""Who gets which letter now, and why the others do not."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from past import START, STEPS, delivery, group, history, mail, plan

from mailer.nouns import Kind, Order, OrderKind, Outcome, Phase, State
from mailer.planning import Status


def statuses(made, name):
    return [line.status.value for line in made.lines if line.letter.group == name]


# The steps


def test_a_new_group_gets_the_first_letter_and_the_others_wait():
    made = plan([group("chipy")])
    assert statuses(made, "chipy") == ["due", "waiting", "waiting"]
    [line] = made.due
    assert str(line.letter) == "c/chipy/first"
    assert not line.due.follow_up
    assert line.due.thread == ()


@pytest.mark.parametrize(("days", "second"), [(6.99, "waiting"), (7, "due"), (30, "due")])
def test_a_follow_up_waits_its_days(days, second):
    made = plan([group("chipy")], history(delivery("chipy")), days=days)
    assert statuses(made, "chipy") == ["accepted", second, "waiting"]


def test_a_waiting_line_says_when():
    made = plan([group("chipy")], history(delivery("chipy")), days=1)
    assert made.lines[1].when == START + timedelta(days=7)


def test_a_follow_up_goes_into_the_thread_of_the_first_letter():
    past = history(delivery("chipy"), delivery("chipy", "again", days=7))
    [line] = plan([group("chipy")], past, days=21).due
    assert line.due.follow_up
    assert line.due.thread == ("<c/chipy/first@x>", "<c/chipy/again@x>")
    assert line.due.first_subject == "Hello"


@pytest.mark.parametrize("kind", [Kind.HUMAN, Kind.UNSUBSCRIBE, Kind.COMPLAINT])
def test_an_answer_or_a_request_to_stop_ends_the_follow_ups(kind):
    past = history(delivery("chipy"), messages=[mail(kind, "chipy")])
    assert statuses(plan([group("chipy")], past, days=8), "chipy") == ["accepted", "withheld", "withheld"]


def test_a_reply_under_review_pauses_all_groups_it_may_belong_to():
    past = history(delivery("a"), delivery("b"), messages=[mail(Kind.HUMAN, "a", "b")])
    made = plan([group("a"), group("b"), group("c")], past, days=8)
    assert [line.letter.group for line in made.due] == ["c"]


@pytest.mark.parametrize("kind", [Kind.AUTO_ACK, Kind.UNRELATED, Kind.BOUNCE_SOFT, Kind.OWN_COPY])
def test_a_machine_does_not_end_the_follow_ups(kind):
    past = history(delivery("chipy"), messages=[mail(kind, "chipy")])
    assert statuses(plan([group("chipy")], past, days=8), "chipy")[1] == "due"


def test_somebody_away_is_written_to_when_she_is_back():
    away = mail(Kind.OUT_OF_OFFICE, "chipy", days=2)
    past = history(delivery("chipy"), messages=[away])
    assert statuses(plan([group("chipy")], past, days=8), "chipy")[1] == "withheld"
    assert statuses(plan([group("chipy")], past, days=9), "chipy")[1] == "due"


@pytest.mark.parametrize("state", [State.UNSURE, State.SENDING, State.CLAIMED])
def test_while_a_letter_is_in_doubt_the_group_gets_nothing(state):
    past = history(delivery("chipy", state=state))
    made = plan([group("chipy", "o@chipy.example", "p@chipy.example")], past, days=30)
    assert statuses(made, "chipy") == [state.value, "withheld", "withheld"]


def test_a_deferred_letter_is_due_again_when_the_server_allows_and_not_before():
    late = START + timedelta(minutes=15)
    past = history(delivery("chipy", state=State.DEFERRED, next_try=late))
    assert statuses(plan([group("chipy")], past), "chipy") == ["waiting", "waiting", "waiting"]
    [line] = plan([group("chipy")], past, days=1).due
    assert line.due.retry == past.deliveries["c/chipy/first"]


def test_a_letter_refused_for_its_words_holds_the_rest_back():
    past = history(delivery("chipy", state=State.REFUSED, phase=Phase.DOT))
    made = plan([group("chipy", "o@chipy.example", "p@chipy.example")], past, days=30)
    assert statuses(made, "chipy") == ["refused", "withheld", "withheld"]


def test_a_step_put_in_before_one_that_has_gone_comes_too_late():
    past = history(delivery("chipy", "again"))
    made = plan([group("chipy")], past, days=14)
    assert statuses(made, "chipy") == ["withheld", "accepted", "due"]
    assert made.lines[0].reason == "overtaken"


@pytest.mark.parametrize("spelling", ["O@chipy.example", "o@CHIPY.example"])
def test_another_spelling_of_an_address_is_nobody_new(spelling):
    made = plan([group("chipy", spelling)], history(delivery("chipy")), days=1)
    assert statuses(made, "chipy") == ["accepted", "waiting", "waiting"]


def test_a_step_that_was_renamed_or_removed_stops_the_rest():
    made = plan([group("chipy")], history(delivery("chipy", "hello")), days=30)
    assert statuses(made, "chipy") == ["withheld"] * 3
    assert 'name = "hello"' in made.lines[0].because


def test_whatever_goes_to_somebody_written_to_before_is_a_follow_up():
    past = history(delivery("chipy", state=State.BOUNCED))
    [line] = plan([group("chipy", *LADDER)], past, days=1).due
    assert line.due.follow_up


# The ladder


LADDER = ("o@chipy.example", "p@chipy.example")


@pytest.mark.parametrize("state", [State.BOUNCED, State.REFUSED])
def test_a_dead_address_makes_the_next_rung_due(state):
    [line] = plan([group("chipy", *LADDER)], history(delivery("chipy", state=state)), days=1).due
    assert str(line.letter) == "c/chipy/first~2"
    assert str(line.due.organizer.address) == "p@chipy.example"
    assert line.due.thread == ()


def test_the_next_rung_is_not_reminded_of_a_letter_that_she_never_saw():
    dead = mail(Kind.BOUNCE_HARD, "chipy", step="again", failed=["o@chipy.example"], days=8)
    past = history(delivery("chipy"), delivery("chipy", "again", State.BOUNCED, days=7), messages=[dead])
    made = plan([group("chipy", *LADDER)], past, days=9)
    assert statuses(made, "chipy") == ["due", "waiting", "waiting"]
    assert str(made.due[0].letter) == "c/chipy/first~2"


@pytest.mark.parametrize(
    ("outcome", "because", "known"),
    [(Outcome.REFUSED, "", False), (Outcome.UNSURE, "", True), (Outcome.REFUSED, "fay: not in Sent", True)],
)
def test_whoever_may_have_got_a_letter_that_was_in_doubt_gets_a_follow_up(outcome, because, known):
    """It goes again by a person's order; before the next rung is written to, the mailbox is read."""
    doubted = delivery("a", "first", State.REFUSED, to="gone@a.example", phase=Phase.DOT)
    verdict = replace(doubted.attempts[0].verdict, outcome=outcome)
    attempts = (replace(doubted.attempts[0], verdict=verdict),)
    line = plan([group("a")], history(replace(doubted, attempts=attempts, because=because))).lines[0]
    assert line.letter.take == 2, "to somebody else"
    assert line.due.follow_up is known


def test_her_follow_ups_come_in_her_own_thread():
    past = history(
        delivery("chipy", state=State.BOUNCED), delivery("chipy", take=2, to="p@chipy.example", days=1)
    )
    [line] = plan([group("chipy", *LADDER)], past, days=8).due
    assert str(line.letter) == "c/chipy/again"
    assert line.due.thread == ("<c/chipy/first~2@x>",)


def test_a_ladder_without_a_living_address_ends():
    past = history(delivery("chipy", state=State.BOUNCED))
    made = plan([group("chipy")], past, days=8)
    assert statuses(made, "chipy") == ["bounced", "withheld", "withheld"]
    assert made.lines[1].reason == "no address left"


def test_rows_that_change_places_do_not_change_whom_we_talk_to():
    past = history(delivery("chipy", to="o@chipy.example"))
    [line] = plan([group("chipy", *reversed(LADDER))], past, days=8).due
    assert str(line.due.organizer.address) == "o@chipy.example"


def test_a_corrected_address_gets_the_first_letter():
    past = history(delivery("chipy", to="wrong@chipy.example", state=State.BOUNCED))
    [line] = plan([group("chipy", "right@chipy.example")], past, days=1).due
    assert str(line.letter) == "c/chipy/first~2"


# Orders


def order(kind, subject, **more):
    return Order("o1", kind, subject, START + timedelta(hours=1), "fay", "because", **more)


def test_a_phone_call_ends_the_follow_ups():
    past = history(delivery("chipy"), orders=[order(OrderKind.ANSWERED, "chipy")])
    assert statuses(plan([group("chipy")], past, days=8), "chipy")[1] == "withheld"


@pytest.mark.parametrize("subject", ["chipy", "o@chipy.example"])
def test_a_stop_ends_everything(subject):
    past = history(delivery("chipy"), orders=[order(OrderKind.STOP, subject)])
    made = plan([group("chipy", *LADDER)], past, days=8)
    assert [line.reason for line in made.lines[1:]] == ["stopped", "stopped"]


def test_an_address_stopped_before_the_first_letter_leaves_the_next_rung():
    [line] = plan([group("chipy", *LADDER)], history(orders=[order(OrderKind.STOP, "o@chipy.example")])).due
    assert str(line.due.organizer.address) == "p@chipy.example"


@pytest.mark.parametrize("subject", ["chipy", "o@chipy.example"])
def test_a_hold_ends_on_its_day(subject):
    until = (START + timedelta(days=3)).date()
    past = history(orders=[order(OrderKind.HOLD, subject, until=until)])
    assert statuses(plan([group("chipy")], past, days=2), "chipy") == ["withheld"] * 3
    assert statuses(plan([group("chipy")], past, days=3), "chipy")[0] == "due"


# One person, many groups; the table changes


def test_a_person_in_two_groups_gets_a_step_once():
    made = plan([group("a", "ana@x.example"), group("b", "Ana@x.example")])
    assert [line.letter.group for line in made.due] == ["a"]
    [other] = [line for line in made.lines if line.letter.group == "b" and line.letter.step == "first"]
    assert other.reason == "same person"
    assert "ana@x.example" in other.because.lower()
    assert "a" in other.because


def test_it_stays_once_after_she_was_written_to():
    groups = [group("b", "ana@x.example"), group("a", "ana@x.example")]
    made = plan(groups, history(delivery("a", to="ana@x.example")), days=8)
    assert [str(line.letter) for line in made.due] == ["c/a/again"]


def test_a_group_that_left_the_table_keeps_its_lines():
    made = plan([], history(delivery("gone")), days=8)
    assert statuses(made, "gone") == ["accepted", "withheld", "withheld"]


def test_a_group_that_left_the_audience_gets_no_follow_up():
    made = plan([group("chipy", lane="ok")], history(delivery("chipy")), days=8, where='lane == "research"')
    assert statuses(made, "chipy") == ["accepted", "withheld", "withheld"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"), st.sampled_from(["first", "again", "last"]), st.sampled_from(list(State))
        ),
        max_size=8,
    ),
    st.lists(st.tuples(st.sampled_from(list(Kind)), st.sampled_from("abc")), max_size=4),
    st.integers(0, 40),
)
def test_nothing_is_left_out_and_nobody_is_due_twice(letters, mails, days):
    """Planned = groups in the audience or the ledger × steps, whatever has happened."""
    past = history(
        *(delivery(name, step, state) for name, step, state in letters),
        messages=[mail(kind, name, failed=[f"o@{name}.example"]) for kind, name in mails],
    )
    groups = [group("a", "o@a.example", "p@a.example"), group("b")]
    made = plan(groups, past, days=days)
    known = {"a", "b"} | {name for name, _, _ in letters}
    assert len(made.lines) == len(known) * len(STEPS)
    assert sum(made.counts().values()) == len(made.lines)
    assert max(Counter(line.letter.group for line in made.due).values(), default=0) <= 1
    taken = {str(letter) for letter, d in past.deliveries.items() if d.state is not State.DEFERRED}
    assert not {str(line.letter) for line in made.due} & taken
    for line in made.lines:
        assert line.status in {Status.DUE, Status.ACCEPTED} or line.because or line.reason
