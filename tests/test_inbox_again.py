"""Judging kept mail again: shows what would change, notes it when told to, keeps what a person decided."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from doubts import look, send
from stage import stage

from mailer.cli.replies import past_day
from mailer.errors import TryAgain, UsageError
from mailer.inbox import accept, reconsider
from mailer.nouns import Address, Finding, Kind, Match, Order, OrderKind, State
from mailer.rehearsal import Trouble

KIM = b"From: Kim <kim@elsewhere.example>\r\nSubject: hello\r\n\r\nWe would love to.\r\n"
ROBIN = b"From: Robin <robin@chipy.example>\r\nSubject: yes\r\n\r\nYes, call me.\r\n"
CHIPY = "hello/chipy/hello"


@pytest.fixture
def play(tmp_path):
    """A stage on which the letters have left."""
    with stage(tmp_path / "w") as made:
        with made.ledger() as ledger:
            send(made, ledger)
        yield made


def read(play, *mails):
    for raw in mails:
        play.post.inject(raw)
    with play.ledger() as ledger:
        return look(play, ledger).new


def know_kim(play):
    """Correct the table: Kim stands in it."""
    table = play.folder / "campaigns/groups.csv"
    table.write_text(table.read_text() + "chipy,,Kim,Kim,kim@elsewhere.example,,,\n")


def changes(play, ledger):
    return reconsider(ledger, play.settings, play.manuscript().groups)


def take(play, ledger):
    found = changes(play, ledger)
    return accept(ledger, play.settings, play.manuscript().groups, found, play.clock.now())


def test_where_nothing_has_changed_nothing_would(play):
    read(play, ROBIN, KIM, b"", b"Auto-Submitted: auto-replied\r\nFrom: robin@chipy.example\r\n\r\naway\r\n")
    with play.look() as ledger:
        assert len(ledger.messages()) == 4
        assert changes(play, ledger) == ()


def test_a_corrected_table_is_shown_first_and_then_noted(play):
    [before] = read(play, KIM)
    assert before.finding.kind is Kind.UNRELATED
    know_kim(play)
    journal = [*play.workspace.ledger_folder.glob("*.json*")]
    kept = [path.read_bytes() for path in journal]
    said = play.run("replies", "--again")
    assert "kind: unrelated → human" in said.stdout
    assert "group: nothing → chipy" in said.stdout
    assert "step: nothing → hello of hello" in said.stdout
    assert "1 message judged again: 1 would change" in said.stderr
    assert "campaign replies --again --apply" in said.stderr
    assert [path.read_bytes() for path in journal] == kept
    said = play.run("replies", "--again", "--apply")
    assert "1 message judged again: 1 changed" in said.stderr
    with play.look() as ledger:
        assert ledger.history().answer("hello", "chipy")
        [after] = ledger.messages()
        assert (after.finding.kind, str(after.match.best.letter)) == (Kind.HUMAN, CHIPY)
        assert (after.id, after.at, after.place) == (before.id, before.at, before.place)
    assert "0 changed" in play.run("replies", "--again", "--apply").stderr


def test_for_programs_both_sides_are_whole(play):
    read(play, KIM)
    know_kim(play)
    found = json.loads(play.run("replies", "--again", "--json").stdout)
    assert found["listing"] == "replies-again"
    assert found["sums"] == {"judged": 1, "changed": 1, "worded": 0, "noted": False}
    [row] = found["rows"]
    assert (row["before"]["kind"], row["after"]["kind"]) == ("unrelated", "human")
    assert (row["before"]["letter"], row["after"]["letter"]) == (None, CHIPY)
    assert row["decided"] is False


def test_what_answers_a_mail_that_is_matched_now_is_matched_too(play):
    chain = (
        b"From: c@3.example\r\nMessage-ID: <3@x>\r\nIn-Reply-To: <2@x>\r\n\r\nthird\r\n",
        b"From: b@2.example\r\nMessage-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\n\r\nsecond\r\n",
        KIM.replace(b"Subject", b"Message-ID: <1@x>\r\nSubject"),
    )
    assert {message.finding.kind for message in read(play, *chain)} == {Kind.UNRELATED}
    know_kim(play)
    with play.ledger() as ledger:
        take(play, ledger)
        assert [str(message.match.best.letter) for message in ledger.messages()] == [CHIPY] * 3


def test_what_a_person_decided_stays_above_it(play):
    [message] = read(play, KIM)
    know_kim(play)
    with play.ledger() as ledger:
        order = Order("o1", OrderKind.KIND, message.id, play.clock.now(), "fay", "spam", says="unrelated")
        ledger._books.enter_order(order)
        [change] = changes(play, ledger)
        assert change.decided
        assert "you have decided about it" in play.run("replies", "--again").stdout
        take(play, ledger)
        assert ledger.orders() == (order,)


def test_her_word_is_not_noted_as_the_reading_of_the_mail_that_she_spoke_of(play):
    kim = KIM.replace(b"Subject", b"Message-ID: <1@x>\r\nSubject")
    answer = b"From: b@2.example\r\nMessage-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\n\r\nMe too.\r\n"
    message, _ = read(play, kim, answer)
    play.run("review", message.id, "--letter", CHIPY)
    play.run("replies", "--again", "--apply")
    with play.look() as ledger:
        assert [str(each.match.best.letter) for each in ledger.messages()] == [CHIPY] * 2
    assert "campaign replies --again" in play.run("undo", "o1").stderr
    with play.look() as ledger:
        assert ledger.messages()[0].match.best is None
    play.run("replies", "--again", "--apply")
    with play.look() as ledger:
        assert [each.match.best for each in ledger.messages()] == [None] * 2


def test_forgotten_mails_are_left_alone(play):
    read(play, KIM, ROBIN)
    play.run("forget", "kim@elsewhere.example", "--confirm", "kim@elsewhere.example")
    assert "1 message judged again: 0 would change" in play.run("replies", "--again").stderr


def test_whoever_is_forgotten_meanwhile_ends_it_before_anything_is_noted(play):
    _, robins = read(play, KIM, ROBIN)
    with play.ledger() as ledger:
        as_noted_by_older_rules(ledger, robins, match=Match())
        found = changes(play, ledger)
        play.run("forget", "kim@elsewhere.example", "--confirm", "kim@elsewhere.example")
        before = ledger.messages()
        with pytest.raises(TryAgain):
            accept(ledger, play.settings, play.manuscript().groups, found, play.clock.now())
        assert ledger.messages() == before


def as_noted_by_older_rules(ledger, message, **changed):
    ledger.arrivals.note_anew([replace(message, **changed)])


def test_a_letter_that_came_back_by_mistake_has_not_come_back(play):
    [message] = read(play, ROBIN)
    dead = Finding(Kind.BOUNCE_HARD, ("unknown",), (Address.parse("robin@chipy.example"),))
    with play.ledger() as ledger:
        as_noted_by_older_rules(ledger, message, finding=dead)
        look(play, ledger)
        assert ledger.deliveries()[CHIPY].state is State.BOUNCED
        take(play, ledger)
        assert ledger.deliveries()[CHIPY].state is State.ACCEPTED
        assert ledger.history().bounced("robin@chipy.example") is None


def test_a_letter_by_hand_stays_one_and_a_forged_one_becomes_none(play):
    by_hand = b"From: fellow@rehearsal.example\r\nTo: robin@chipy.example\r\n\r\nCoffee?\r\n"
    play.post.inject(by_hand, "Sent")
    read(play, by_hand.replace(b"Coffee", b"Tea"))
    with play.look() as ledger:
        assert changes(play, ledger) == ()


def test_only_other_words_are_counted_and_noted_with_the_rest(play):
    [message] = read(play, ROBIN)
    with play.ledger() as ledger:
        as_noted_by_older_rules(ledger, message, words="an older excerpt")
        [change] = changes(play, ledger)
        assert not change.matters
        take(play, ledger)
        assert ledger.messages() == (message,)
        as_noted_by_older_rules(ledger, message, match=Match())
        [change] = changes(play, ledger)
        assert change.matters


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--watch", "--again"], "--watch and --again do not go together"),
        (["--all", "--since", "monday"], "--all and --since do not go together"),
        (["--apply"], "--apply is for what --again shows"),
        (["hello", "--again"], "--again judges all kept mail"),
        (["--since", "tomorrow"], "'tomorrow' is no day that has been"),
        (["--since", "2027-01-01"], "no day that has been"),
        (["--since", "soon"], "'soon' is no day that has been"),
    ],
)
def test_what_cannot_be_asked_is_said(play, words, says):
    assert says in play.run("replies", *words, code=2).stderr


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-05-01", date(2026, 5, 1)),
        ("today", date(2026, 6, 3)),
        ("Yesterday", date(2026, 6, 2)),
        ("monday", date(2026, 6, 1)),
        ("wednesday", date(2026, 6, 3)),
        ("thu", date(2026, 5, 28)),
        ("2 weeks", date(2026, 5, 20)),
        ("3 days ago", date(2026, 5, 31)),
    ],
)
def test_days_that_have_been_are_said_as_people_say_them(text, day):
    assert past_day(text, date(2026, 6, 3)) == day


@pytest.mark.parametrize("text", ["", "in 2 weeks", "99999999999 weeks", "0001-01-00", "\x1b[2J"])
def test_other_words_are_no_day(text):
    with pytest.raises(UsageError):
        past_day(text, date(2026, 6, 3))


def test_since_reads_again_from_the_command_line(play):
    play.post.inject(ROBIN, at=play.clock.now() - timedelta(days=40))
    assert "0 messages new" in play.run("replies").stderr
    assert "1 human" in play.run("replies", "--since", "2 months").stderr
    assert "0 messages new" in play.run("replies", "--since", "2 months").stderr


def test_what_was_noted_before_the_line_broke_is_shown(play):
    for number in range(60):
        play.post.inject(ROBIN + str(number).encode())
    bodies = []

    def trouble(number, command):
        bodies.extend([command] if "BODY.PEEK[]" in command else [])
        return Trouble.DROP if len(bodies) == 2 else None

    play.post.trouble = trouble
    said = play.run("replies", code=69)
    assert "50 messages new, before it broke off: 50 human" in said.stderr
    assert said.stdout.count("Yes, call me.") == 50
