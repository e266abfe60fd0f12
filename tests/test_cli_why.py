"""`campaign why`: the evidence for a message, a letter, a group and an address, in plain words."""

import json
from datetime import timedelta

import pytest
from stage import GROUPS, stage

from mailer.nouns import LetterId
from mailer.rehearsal import Habit

PEOPLE = [
    ("robin@chipy.example", Habit.ANSWERS),
    ("noor@sfpython.example", Habit.BOUNCES),
    ("ingrid@oslopython.example", Habit.AWAY),
]
KIT = GROUPS + "chipy,,Kit,Kit,kit@mail.example,,,\noslo-python,,Kit,Kit,kit@mail.example,,,\n"
TIE = (
    b"From: Kit <kit@mail.example>\r\nSubject: Mine \x1b[31m\r\nMessage-ID: <k@mail.example>\r\n\r\nYes!\r\n"
)


@pytest.fixture(scope="module")
def play(tmp_path_factory):
    """An answer, a bounce, an absence, and a mail that may be from two groups; then one order about it."""
    with stage(tmp_path_factory.mktemp("why") / "w", PEOPLE) as made:
        made.write("campaigns/groups.csv", KIT)
        made.run("send", "hello", "--confirm", "3")
        made.clock.move_on(timedelta(days=1))
        made.post.inject(TIE)
        made.run("replies")
        kit = message(made, "kit@mail.example")
        made.run("review", kit.id, "--group", "oslo-python", "--because", "she said so")
        made.run("hold", "sf-python", "--until", "2 weeks", "--because", "their conference")
        yield made


def message(play, sender):
    with play.look() as ledger:
        return next(each for each in ledger.messages() if each.sender == sender)


def why(play, name):
    document = json.loads(play.run("why", name, "--json").stdout)
    return document["sums"], document["rows"]


def chapter(rows, title):
    return [(row["label"], row["text"]) for row in rows if row["chapter"] == title]


def test_a_message_has_its_kind_its_letter_and_what_follows_each_with_its_evidence(play):
    robin = message(play, "robin@chipy.example")
    sums, rows = why(play, robin.id[:6])
    assert (sums["what"], sums["name"]) == ("message", robin.id)
    [kind, *_] = [row for row in rows if row["chapter"] == "what it is"]
    assert kind["label"] == "human"
    assert kind["evidence"] == list(robin.finding.because)
    [answers, *_] = [row for row in rows if row["chapter"] == "which letter it answers"]
    assert "hello/chipy/hello" in answers["text"]
    assert answers["evidence"] == [robin.match.best.because]
    follows = chapter(rows, "what follows")
    assert ("paused", "chipy gets no follow-up in hello") in follows
    assert any(label == "waits" and "campaign done" in text for label, text in follows)


def test_a_bounce_and_an_absence_say_whom_they_stop(play):
    bounce = next(m for m in play.look().messages() if m.finding.failed)
    assert ("dead", "noor@sfpython.example") in chapter(why(play, bounce.id)[1], "what it is")
    away = why(play, message(play, "ingrid@oslopython.example").id)[1]
    assert any(
        "nothing goes to ingrid@oslopython.example before" in text
        for _, text in chapter(away, "what follows")
    )


def test_what_she_said_of_a_message_stands_with_the_guesses_that_lost(play):
    kit = message(play, "kit@mail.example")
    rows = why(play, kit.id)[1]
    answers = chapter(rows, "which letter it answers")
    assert answers[0] == ("answers", "hello/oslo-python/hello (100 of 100)")
    assert [label for label, text in answers if "chipy" in text] == ["not"]
    [said] = [row for row in rows if row["chapter"] == "what you said of it"]
    assert said["evidence"] == ["“she said so”", "campaign undo o1 takes it back"]


def test_a_letter_has_its_life_and_what_came_back(play):
    sums, rows = why(play, "hello/chipy/hello")
    assert sums["what"] == "letter"
    assert chapter(rows, "its life")[1][1] == "accepted"
    assert [text for _, text in chapter(rows, "what came back")] == [
        "human from robin@chipy.example",
        "human from Kit",
    ]
    stands = chapter(rows, "where it stands")
    assert stands[0] == ("accepted", "the server took it")
    assert stands[1][0] == "next"
    assert stands[1][1].startswith("again: withheld; robin@chipy.example answered")
    waiting = chapter(why(play, "hello/oslo-python/again")[1], "where it stands")
    assert waiting[0][0] == "withheld"


def test_a_group_has_its_ladder_its_campaigns_and_what_was_decided(play):
    rows = why(play, "sf-python")[1]
    ladder = chapter(rows, "its organizers")
    assert ladder[0][1].startswith("Noor <noor@sfpython.example>: dead: ")
    assert ladder[1][1].startswith("All <team@sfpython.example>: on hold until ")
    steps = chapter(rows, "campaign hello")
    assert steps[0][1].startswith("withheld: their conference, until")
    assert chapter(rows, "what you decided")[0][0] == "o2"
    assert chapter(why(play, "boston-python")[1], "campaign hello") == [
        ("not for it", "it is outside the audience")
    ]


def test_an_address_says_for_whom_it_stands(play):
    sums, rows = why(play, "Kit@Mail.example")
    assert (sums["what"], sums["name"]) == ("address", "kit@mail.example")
    assert [label for label, _ in chapter(rows, "it stands for")] == ["chipy", "oslo-python"]
    assert chapter(rows, "whether letters may go") == [("yes", "nothing stands against it")]
    dead = chapter(why(play, "noor@sfpython.example")[1], "whether letters may go")
    assert dead[0][0] == "dead"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("chpiy", "did you mean chipy?"),
        ("hello", "'hello' is a campaign"),
        ("again", "'again' is a step; which group's?"),
        ("hello/chipy/helo", "did you mean hello/chipy/hello?"),
        ("hello/boston/hello", "did you mean boston-python?"),
        ("hello/boston-python/hello", "no letter goes to this group"),
        ("kitt@mail.example", "did you mean kit@mail.example?"),
        ("no@where", "'no@where' has no dot after the @"),
        ("ffffffff", "no message, letter, group or address is called 'ffffffff'"),
        ("\x1b[31m", "is called"),
    ],
)
def test_a_name_that_means_nothing_is_met_with_the_nearest_that_does(play, name, says):
    said = " ".join(play.run("why", name, code=2).stderr.split())
    assert says in said
    assert "\x1b" not in said


def test_a_group_whose_name_begins_a_message_is_told_apart(play, tmp_path):
    robin = message(play, "robin@chipy.example").id
    play.write("campaigns/groups.csv", f"{KIT}{robin[:4]},Odd,,all,odd@odd.example,,,\n")
    try:
        done = play.run("why", robin[:4])
        assert f"group {robin[:4]}" in done.stdout
        assert f"message {robin} begins so, too" in done.stderr
        assert "message" in play.run("why", robin[:8]).stdout.splitlines()[0]
    finally:
        play.write("campaigns/groups.csv", KIT)


def test_it_reads_well_in_eighty_columns_and_hides_what_could_harm_the_terminal(play):
    with play.look() as ledger:
        names = [each.id for each in ledger.messages()]
    for name in (
        *names,
        "hello/chipy/hello",
        "sf-python",
        "kit@mail.example",
        str(LetterId("hello", "chipy", "again")),
    ):
        said = play.run("why", name, width=80).stdout
        assert max(map(len, said.splitlines())) <= 80
        assert "\x1b" not in said
