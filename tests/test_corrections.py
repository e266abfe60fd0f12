"""What a person says of a mail stands over what was read; what follows from mails follows from her word."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from past import START, delivery, group, history, mail, plan

from mailer.cli.forecast import noted
from mailer.nouns import Address, Finding, Kind, Order, OrderKind, Reason, corrected
from mailer.outcomes import Fate, take_tally
from mailer.planning import Doubt, Status, questions

GROUPS = (group("chipy"), group("oslo"))
LETTERS = (delivery("chipy"), delivery("oslo"))
WEEK = 8


def order(number, kind, says="", subject="a1", until=None):
    return Order(f"o{number}", kind, subject, START + timedelta(days=2), "fay", "", until, says)


def with_orders(message, *orders):
    """History as the ledger gives it: the messages corrected, and the orders that did it."""
    return history(*LETTERS, messages=[corrected(message, orders)], orders=orders)


def found(kind, *groups, reason=Reason.NONE, instead="", sender="who@else.example", days=1, addresses=()):
    message = mail(kind, *groups, sender=sender, days=days)
    finding = Finding(
        kind,
        ("evidence",),
        reason=reason,
        instead=Address.parse(instead) if instead else None,
        addresses=tuple(map(Address.parse, addresses)),
    )
    return replace(message, finding=finding)


def line(past, name="chipy", step=1, days=WEEK):
    made = plan(GROUPS, past, days)
    return [each for each in made.lines if each.letter.group == name][step]


# Her word


def test_her_letter_comes_first_and_says_who_said_so():
    message = corrected(mail(Kind.HUMAN, "chipy", "oslo"), [order(7, OrderKind.MATCH, "c/oslo/first")])
    best = message.match.best
    assert (str(best.letter), best.points, best.because) == ("c/oslo/first", 100, "you said so (order o7)")
    assert message.match.conversations == (("c", "oslo"),)
    assert "c/chipy/first" in [str(each.letter) for each in message.match.candidates]


def test_of_several_orders_the_last_one_counts():
    orders = [order(1, OrderKind.MATCH, "c/oslo/first"), order(2, OrderKind.MATCH, "c/chipy/first")]
    assert corrected(mail(Kind.HUMAN), orders).match.best.letter.group == "chipy"
    assert corrected(mail(Kind.HUMAN), orders[:1]).match.best.letter.group == "oslo"


def test_a_mail_of_no_letter_has_nothing_to_do_with_us_until_she_gives_it_a_kind():
    nothing = order(1, OrderKind.MATCH)
    assert corrected(mail(Kind.HUMAN, "chipy"), [nothing]).finding.kind is Kind.UNRELATED
    later = order(2, OrderKind.KIND, "unsubscribe")
    assert corrected(mail(Kind.HUMAN, "chipy"), [nothing, later]).finding.kind is Kind.UNSUBSCRIBE


def test_a_corrected_kind_drops_what_was_read_beside_the_other():
    message = found(Kind.AUTO_ACK, "chipy", reason=Reason.LEFT, instead="new@chipy.example")
    finding = corrected(message, [order(1, OrderKind.KIND, "out-of-office", until=date(2026, 7, 1))]).finding
    assert (finding.reason, finding.instead, finding.until) == (Reason.NONE, None, date(2026, 7, 1))
    assert (finding.confidence, finding.because[0]) == (100, "you said so (order o1)")


def test_what_follows_from_a_mail_follows_from_her_word_and_goes_with_it():
    tie = mail(Kind.HUMAN, "chipy", "oslo")
    assert [line(with_orders(tie), name).reason for name in ("chipy", "oslo")] == ["answered", "answered"]
    said = with_orders(tie, order(1, OrderKind.MATCH, "c/oslo/first"))
    assert [line(said, name).status for name in ("chipy", "oslo")] == [Status.DUE, Status.WITHHELD]
    none = with_orders(tie, order(1, OrderKind.MATCH))
    assert [line(none, name).status for name in ("chipy", "oslo")] == [Status.DUE, Status.DUE]
    assert with_orders(tie).answer("c", "chipy")


def test_a_match_does_not_deal_with_what_was_written():
    said = with_orders(mail(Kind.HUMAN, "chipy", "oslo"), order(1, OrderKind.MATCH, "c/oslo/first"))
    assert [each.id for each in said.open_messages(START.date())] == ["a1"]


def test_accepting_a_letter_teaches_the_address_and_only_that_of_a_person():
    said = order(1, OrderKind.MATCH, "c/oslo/first")
    assert with_orders(mail(Kind.HUMAN, sender="who@else.example"), said).aliases == {
        "who@else.example": ("oslo",)
    }
    assert not with_orders(mail(Kind.HUMAN, sender="who@else.example")).aliases
    assert not with_orders(mail(Kind.BOUNCE_HARD, sender="mailer-daemon@else.example"), said).aliases
    assert not with_orders(mail(Kind.HUMAN, sender="o@chipy.example"), said).aliases
    assert not with_orders(mail(Kind.HUMAN, "oslo"), order(1, OrderKind.MATCH)).aliases


# What follows


def test_an_answer_that_may_be_to_two_campaigns_stops_the_follow_ups_of_both():
    both = (delivery("chipy"), delivery("chipy", of="d"))
    message = mail(Kind.HUMAN, "chipy")
    other = replace(message.match.candidates[0], letter=both[1].letter)
    twice = replace(message, match=replace(message.match, candidates=(*message.match.candidates, other)))
    past = history(*both, messages=[twice])
    assert past.answer("c", "chipy")
    assert past.answer("d", "chipy")
    less = replace(twice.match, candidates=(twice.match.candidates[0], replace(other, points=70)))
    assert history(*both, messages=[replace(twice, match=less)]).answer("d", "chipy") is None


def test_an_absence_of_nobody_knows_whom_holds_all_who_may_be_away():
    past = with_orders(mail(Kind.OUT_OF_OFFICE, "chipy", "oslo"))
    today = (START + timedelta(days=2)).date()
    assert past.hold("chipy", "o@chipy.example", today)
    assert past.hold("oslo", "o@oslo.example", today)
    said = with_orders(mail(Kind.OUT_OF_OFFICE, "chipy", "oslo"), order(1, OrderKind.MATCH, "c/oslo/first"))
    assert said.hold("chipy", "o@chipy.example", today) is None


@pytest.mark.parametrize(
    ("days", "status"), [(7, Status.WITHHELD), (10.9, Status.WITHHELD), (11.1, Status.DUE)]
)
def test_a_follow_up_waits_some_days_for_a_moderator_and_then_says_so(days, status):
    past = with_orders(found(Kind.AUTO_ACK, "chipy", reason=Reason.MODERATION))
    waits = line(past, days=days)
    assert waits.status is status
    assert "moderator" in waits.because
    assert waits.reason == ("held up" if status is Status.WITHHELD else "")
    assert line(past, "oslo", days=days).because == ""


def test_what_is_told_of_a_letter_before_it_leaves_says_of_which_group():
    past = with_orders(found(Kind.AUTO_ACK, "chipy", reason=Reason.MODERATION))
    perhaps = "perhaps the letter before it waits for the list's moderator"
    assert noted(line(past, days=11.1)) == f"chipy: {perhaps}"
    had = replace(line(past, days=11.1), because="chipy got this letter already")
    assert noted(had) == "chipy got this letter already"


def test_a_challenge_keeps_follow_ups_until_she_has_met_it():
    challenge = found(Kind.CHALLENGE, "chipy")
    assert line(with_orders(challenge), days=100).reason == "held up"
    done = order(1, OrderKind.DONE)
    assert line(with_orders(challenge, done)).status is Status.DUE


def test_what_waits_at_a_door_is_a_place_of_its_own_and_reached_nobody():
    for message in (
        found(Kind.CHALLENGE, "chipy"),
        found(Kind.AUTO_ACK, "chipy", reason=Reason.MODERATION),
        found(Kind.AUTO_ACK, "chipy", reason=Reason.LEFT, sender="o@chipy.example"),
    ):
        past = with_orders(message)
        tally = take_tally(plan(GROUPS, past).campaign, past, START + timedelta(days=2))
        assert tally.groups == {"chipy": Fate.HELD_UP, "oslo": Fate.SILENT}
        assert tally.contacted == 1


def test_a_mere_receipt_of_a_help_desk_changes_nothing():
    past = with_orders(found(Kind.AUTO_ACK, "chipy"))
    assert line(past).status is Status.DUE
    assert past.open_messages(START.date()) == ()


def test_who_has_left_gets_nothing_and_whom_to_write_to_instead_is_a_question_only():
    left = found(Kind.OUT_OF_OFFICE, "chipy", reason=Reason.LEFT, instead="new@chipy.example")
    past = with_orders(left)
    assert (line(past).reason, line(past).status) == ("no longer there", Status.WITHHELD)
    assert past.left("new@chipy.example") is None
    assert past.hold("chipy", "o@chipy.example", START.date()) is None
    [question] = questions(past, GROUPS, START)
    assert (question.doubt, question.old.line, question.group.id) == (Doubt.CONTACT, 2, "chipy")
    moved = (group("chipy", "new@chipy.example"), GROUPS[1])
    assert questions(past, moved, START) == ()
    assert plan(moved, past, WEEK).lines[0].status is Status.DUE


@pytest.mark.parametrize("matched", [True, False])
def test_a_letter_that_she_wrote_by_hand_stops_the_nudge_and_is_no_answer(matched):
    groups = ["chipy"] if matched else []
    own = found(Kind.OWN_COPY, *groups, reason=Reason.BY_HAND, addresses=["o@chipy.example"], days=3)
    past = with_orders(own)
    assert line(past).because == "you wrote to them yourself on 04 Jun 2026"
    assert line(past).reason == "written by hand"
    assert line(past, "oslo").status is Status.DUE
    assert past.answer("c", "chipy") is None
    tally = take_tally(plan(GROUPS, past).campaign, past, START + timedelta(days=4))
    assert tally.groups["chipy"] is Fate.SILENT


def test_a_letter_by_hand_from_before_the_campaign_stops_nothing():
    own = found(Kind.OWN_COPY, "chipy", reason=Reason.BY_HAND, addresses=["o@chipy.example"], days=-1)
    assert line(with_orders(own)).status is Status.DUE


# Questions


def asked(message, *orders, groups=GROUPS):
    return [question.doubt for question in questions(with_orders(message, *orders), groups, START)]


def points(message, *given):
    candidates = zip(message.match.candidates, given, strict=True)
    return replace(
        message, match=replace(message.match, candidates=tuple(replace(c, points=p) for c, p in candidates))
    )


@pytest.mark.parametrize(
    ("message", "doubts"),
    [
        (mail(Kind.HUMAN, "chipy"), []),
        (mail(Kind.HUMAN, "chipy", "oslo"), [Doubt.TIE]),
        (points(mail(Kind.HUMAN, "chipy"), 50), [Doubt.WEAK]),
        (points(mail(Kind.HUMAN, "chipy", "oslo"), 95, 90), [Doubt.CONTRADICTION]),
        (points(mail(Kind.HUMAN, "chipy", "oslo"), 95, 70), []),
        (mail(Kind.HUMAN), [Doubt.STRANGER]),
        (mail(Kind.UNSUBSCRIBE), [Doubt.STRANGER]),
        (mail(Kind.COMPLAINT), [Doubt.STRANGER]),
        (mail(Kind.UNSUBSCRIBE, "chipy", "oslo"), [Doubt.TIE]),
        (mail(Kind.BOUNCE_HARD, "chipy", "oslo"), [Doubt.TIE]),
        (mail(Kind.BOUNCE_HARD), []),
        (mail(Kind.OUT_OF_OFFICE, "chipy", "oslo"), []),
        (mail(Kind.AUTO_ACK, "chipy", "oslo"), []),
        (mail(Kind.RECEIPT, "chipy", "oslo"), []),
        (mail(Kind.UNRELATED), []),
    ],
)
def test_she_is_asked_what_nobody_can_be_sure_about(message, doubts):
    assert asked(message) == doubts


def test_who_stands_for_several_groups_is_asked_about_unless_an_id_says_which():
    two = (group("chipy", "kit@mail.example"), group("oslo", "kit@mail.example"))
    by_signs = points(mail(Kind.HUMAN, "chipy", sender="kit@mail.example"), 80)
    assert asked(by_signs, groups=two) == [Doubt.SEVERAL_GROUPS]
    assert asked(mail(Kind.HUMAN, "chipy", sender="kit@mail.example"), groups=two) == []


@pytest.mark.parametrize(
    "said",
    [
        [order(1, OrderKind.MATCH, "c/oslo/first")],
        [order(1, OrderKind.MATCH)],
        [order(1, OrderKind.DONE)],
        [order(n, OrderKind.ANSWERED, subject=name) for n, name in enumerate(("chipy", "oslo"))],
    ],
)
def test_what_she_has_decided_is_not_asked_again(said):
    assert asked(mail(Kind.HUMAN, "chipy", "oslo"), *said) == []


def test_a_report_on_our_signatures_stops_nobody():
    asked = found(Kind.COMPLAINT, "chipy", sender="reports@else.example")
    assert with_orders(asked).stop("", "reports@else.example")
    report = replace(asked, finding=replace(asked.finding, reason=Reason.POLICY))
    assert with_orders(report).stop("", "reports@else.example") is None
