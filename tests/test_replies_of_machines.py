"""Machines and people told apart: realistic mails in eighteen languages, of `replies_of`, and hard cases.

The figures are asked of wordings that the phrase tables were made with and of those that were kept aside.
"""
# ruff: noqa: RUF001 - the words of other alphabets have letters that look like ours

import time
from collections import Counter
from datetime import date

import pytest
from replies_of.mails import ANA, COLLEAGUE, US, cases
from test_replies import FIRST, Sent, id_of, mail, sort

from mailer.nouns import Address, Kind, Reason
from mailer.replies import read
from mailer.replies.machines.automatic import automatic_in
from mailer.replies.reading.mail import Fields, Mail
from mailer.replies.requests import stop_request

LEAST, LEAST_DATES, MOST_PEOPLE = 0.97, 0.95, 0.001
ROUNDS_IN_FULL = 20
SAMPLE = 7
"""The normal run makes every seventh wording into mails."""


class Answered(Sent):
    """Every mail that names the letter of the generator answers our first one."""

    def letter_of(self, text):
        return FIRST if "c.first@fellows.example" in text else super().letter_of(text)


OURS = Answered()


def counted(made):
    """For each thing asked of each class: how many mails, and how many were right."""
    asked, right = Counter(), Counter()
    for case in made:
        finding, _ = sort(case.raw, OURS)
        name = (case.name.split("-")[0], case.aside)
        right_kind = finding.kind in case.kinds
        answers = {"kind": right_kind}
        if right_kind and case.until:
            answers["date"] = finding.until in case.until
        if case.reason is not None:
            answers["reason"] = right_kind and finding.reason is case.reason
        if case.instead:
            answers["instead"] = finding.instead == Address.parse(case.instead)
        for what, well in answers.items():
            asked[*name, what] += 1
            right[*name, what] += well
    return asked, right


def check(made, *, aside):
    asked, right = counted(made)
    figures = {each: right[each] / n for each, n in asked.items() if each[1] is aside}
    bad = {
        f"{name} {what}": f"{figure:.1%}"
        for (name, _, what), figure in figures.items()
        if figure < (1 - MOST_PEOPLE if name == "person" else LEAST_DATES if what == "date" else LEAST)
    }
    assert figures
    assert bad == {}


@pytest.fixture(scope="module")
def one_round():
    return tuple(cases(seed=1, step=SAMPLE))


def test_machines_and_people_are_told_apart_in_every_language(one_round):
    check(one_round, aside=False)


@pytest.mark.full
@pytest.mark.parametrize("aside", [False, True])
def test_machines_and_people_are_told_apart_whoever_sends_and_whenever(aside):
    check(cases(seed=2, rounds=ROUNDS_IN_FULL), aside=aside)


def test_the_same_seed_makes_the_same_mails(one_round):
    assert [case.raw for case in cases(seed=1, step=SAMPLE)] == [case.raw for case in one_round]


def kind_of(text, **fields):
    return sort(mail(text, **fields))[0].kind


def test_a_guard_is_no_bounce_and_no_answer():
    finding, found = sort(
        mail(
            "Your message was waitlisted. To be a guest of mine, click here to deliver your message: https://x.example/1\n",
            subject="Hello (Action Required)",
            return_path="<>",
            auto_submitted="auto-replied",
            in_reply_to=id_of(FIRST),
        )
    )
    assert finding.kind is Kind.CHALLENGE
    assert found.best.letter == FIRST


def test_a_newsletter_that_wants_its_subscription_confirmed_is_no_guard():
    raw = mail(
        "Please confirm your e-mail address by clicking this link: https://news.example/confirm\n",
        **{"from": "no-reply@news.example"},
        subject="Confirm your subscription",
        auto_submitted="auto-generated",
    )
    assert sort(raw)[0].kind is Kind.UNRELATED


def test_who_has_left_names_her_successor_and_nobody_is_changed():
    text = f"I no longer work at Loire ({ANA}). Please write to Dan <{COLLEAGUE}>, not to {US}.\n"
    finding, _ = sort(mail(text, auto_submitted="auto-replied", in_reply_to=id_of(FIRST)))
    assert finding.reason is Reason.LEFT
    assert finding.instead == Address.parse(COLLEAGUE)
    assert finding.failed == ()


def test_who_tells_herself_that_she_has_left_is_a_person():
    text = "I've left the company last month but still run the group, so this address is fine.\n"
    assert kind_of(text, in_reply_to=id_of(FIRST)) is Kind.HUMAN
    assert kind_of(text, in_reply_to=id_of(FIRST), auto_submitted="auto-generated") is Kind.HUMAN


@pytest.mark.parametrize(
    "words",
    [
        "Ihre Nachricht an die Liste 'orga' wurde dem Moderator zur Freigabe vorgelegt.",
        "Hi there, your post in the topic 'Hello' needs approval by staff before it is visible.",
    ],
)
def test_a_lists_notice_in_other_words_is_one(words):
    raw = mail(words, auto_submitted="auto-replied", subject="Your post")
    assert sort(raw)[0].reason is Reason.MODERATION


def test_a_moderators_own_word_is_a_persons():
    text = "Your message to our list was held for moderation, I've just let it through.\n"
    assert kind_of(text, in_reply_to=id_of(FIRST)) is Kind.HUMAN


def test_nothing_is_concluded_from_a_wish_for_silence_or_an_empty_flag():
    fields = Fields((("x-auto-response-suppress", "All"), ("x-autoreply", ""), ("auto-submitted", "no")))
    assert automatic_in(Mail(subject="Re: Hello", text="Yes, on Monday.", fields=fields)) is None


def test_two_signs_make_surer_than_one():
    strong = mail("I am out of office.", auto_submitted="auto-replied", in_reply_to=id_of(FIRST))
    alone = mail("Hm.", return_path="<>", auto_submitted="auto-replied", in_reply_to=id_of(FIRST))
    assert sort(strong)[0].confidence > sort(alone)[0].confidence > 50


ZONES = [
    ("-0400", date(2025, 6, 5)),
    ("+0100", date(2025, 5, 6)),
    ("+1000", date(2025, 5, 6)),
]


@pytest.mark.parametrize(("zone", "back"), ZONES)
def test_the_writers_zone_tells_which_figure_is_the_month(zone, back):
    raw = mail(
        "I am out of office until 06/05/2025.\n",
        date=f"Thu, 01 May 2025 09:00:00 {zone}",
        auto_submitted="auto-replied",
        subject="Automatic reply: Hello",
    )
    assert sort(raw)[0].until == back


DAYS = [
    ("Back on the 12th. I was away from 1 May.", date(2025, 5, 12)),
    ("Out 5-16 May, back 19 May.", date(2025, 5, 19)),
    ("I will be out of the office May 5-16.", date(2025, 5, 17)),
    ("Urlaub vom 5.-16.5., danach wieder im Büro.", date(2025, 5, 17)),
    ("Ich bin ab KW 21 wieder da. Nicht im Büro.", date(2025, 5, 19)),
    ("I'm out of office, back tomorrow.", date(2025, 5, 6)),
    ("I'm on leave and will be back next week.", date(2025, 5, 12)),
    ("I'm out of office and return on Friday. Office hours: Monday to Thursday.", date(2025, 5, 9)),
    ("Out of office until 12 May 2031.", None),
    ("Out of office. Call +49 89 12-05-33 at 9.05 Uhr.", None),
    ("I was on vacation until 12 April.", None),
    ("On parental leave until 12 January 2026.", date(2026, 1, 12)),
]


@pytest.mark.parametrize(("text", "back"), DAYS)
def test_the_day_of_return_is_told_from_other_days(text, back):
    assert sort(mail(text, auto_submitted="auto-replied", subject="Automatic reply: x"))[0].until == back


HARD = [
    ("How do I unsubscribe my dog from his puppy class? And yes, we'd love a project night.", False),
    ("Please don't unsubscribe me!", False),
    ("Bitte melden Sie mich nicht ab.", False),
    ("配信は停止しないでください。", False),
    ("I am not interested, please take me off your list.", True),
    ("İPTAL", True),
    ("Not for us, thanks.", False),
    ("Not interested and please don't write to us again.", True),
    ("Nicht interessiert und bitte streichen Sie mich aus dem Verteiler.", True),
    ("We don't want to hear from you again.", True),
    ("I don't wish to be contacted.", True),
    ("Please take my address out of your list, I did not ask for this.", True),
    ("Skriv inte till mig igen, tack.", True),
    ("I've asked before: do not email me.", True),
    ("Kindly refrain from sending me further messages.", True),
    ("Please don't send any more of these.", True),
    ("Bitte keine Werbung mehr!", True),
    ("Quíteme de su lista por favor", True),
    ("Stuur mij niets meer", True),
    ("Nie życzę sobie takich wiadomości", True),
    ("Vær så snill å slutte å sende meg e-post", True),
    ("Не надо мне больше писать", True),
    ("Lütfen bana bir daha yazmayın", True),
    ("Lütfen beni listeden çıkarmayın", False),
    ("Please stop writing “hackathon”, we call it a sprint. Otherwise great!", False),
    ("Remove me from the cc and write to the board instead. They decide.", False),
    ("Leave us alone with the paperwork, but we'd love the evening itself.", False),
    ("You may want to unsubscribe our old address and use this one. Happy to host!", False),
    ("Unsubscribe buttons are what our web group builds, so the night could be about that.", False),
    ("Vorher kann ich nicht mehr schreiben als diese Zeilen.", False),
    ("STOP!!!", True),
]


@pytest.mark.parametrize(("words", "asks"), HARD)
def test_a_request_to_stop_is_told_from_talk_about_it(words, asks):
    assert bool(stop_request(words, "Re: Hello")) is asks


EVIL = [
    "on leave " * 20_000,
    "i am " * 40_000,
    "12.5." * 40_000,
    "from 1 may to " * 15_000,
    "bitte " * 40_000,
    "not to be " * 20_000,
    "address " * 25_000,
    "不" * 150_000,
    "click " * 40_000,
    "until the " * 20_000,
]


@pytest.mark.parametrize("evil", EVIL, ids=lambda evil: ascii(evil[:10]))
def test_twice_the_text_takes_no_more_than_twice_the_time(evil):
    def seconds(text):
        raw = mail(text, auto_submitted="auto-replied", subject="Automatic reply: x", return_path="<>")
        best = float("inf")
        for _ in range(3):
            begun = time.process_time()
            sort(raw)
            best = min(best, time.process_time() - begun)
        return best

    assert read(mail(evil)).text
    assert seconds(evil * 2) < 2.5 * seconds(evil) + 0.05
