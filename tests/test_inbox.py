"""What came back: filed once, matched, never lost, and the mailbox left as it was."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from stage import stage

from mailer.errors import CampaignError, ServerUnavailable
from mailer.inbox import read_mailbox
from mailer.nouns import Kind, State
from mailer.outbox import Outbox
from mailer.planning import make_plan
from mailer.rehearsal import Habit, Person, Trouble
from mailer.replies import texts_of


def send(play, ledger, world=None):
    read = play.manuscript("hello")
    campaign, audience = read.campaigns["hello"]

    def plan(history):
        return make_plan(campaign, audience, read.groups, history, play.clock.now())

    outbox = Outbox(world or play.world, play.settings, ledger, play.proofs().book, plan)
    return asyncio.run(outbox.send(plan(ledger.history()).due, None, lambda sent: None, lambda: False))


def look(play, ledger):
    return read_mailbox(play.world, play.settings, ledger, play.manuscript().groups)


def conversation(folder, habit, **more):
    """A stage on which the letters have left, and Robin of ChiPy has done as is her habit."""
    return stage(folder, [Person("robin@chipy.example", habit, **more)])


@pytest.mark.parametrize(
    ("habit", "kind"),
    [
        (Habit.ANSWERS, Kind.HUMAN),
        (Habit.OTHER_ADDRESS, Kind.HUMAN),
        (Habit.COLLEAGUE, Kind.HUMAN),
        (Habit.NEW_SUBJECT, Kind.HUMAN),
        (Habit.AWAY, Kind.OUT_OF_OFFICE),
        (Habit.AWAY_ENGLISH, Kind.OUT_OF_OFFICE),
        (Habit.TICKET, Kind.AUTO_ACK),
        (Habit.BOUNCES, Kind.BOUNCE_HARD),
        (Habit.STOPS, Kind.UNSUBSCRIBE),
    ],
)
def test_each_habit_is_recognised_and_finds_its_letter(tmp_path, habit, kind):
    with conversation(tmp_path / "w", habit) as play, play.ledger() as ledger:
        send(play, ledger)
        play.clock.move_on(timedelta(days=2))
        [message] = look(play, ledger).new
        assert message.finding.kind is kind
        assert str(message.match.best.letter) == "hello/chipy/hello"
        assert message.finding.because
        assert message.match.best.because


def test_reading_twice_changes_nothing(tmp_path):
    with conversation(tmp_path / "w", Habit.ANSWERS) as play, play.ledger() as ledger:
        send(play, ledger)
        play.clock.move_on(timedelta(days=2))
        assert len(look(play, ledger).new) == 1
        before = {p.name: p.read_bytes() for p in play.workspace.ledger_folder.glob("*.json*")}
        assert look(play, ledger).new == ()
        assert {p.name: p.read_bytes() for p in play.workspace.ledger_folder.glob("*.json*")} == before


def test_the_mailbox_is_left_as_it_was(tmp_path):
    with conversation(tmp_path / "w", Habit.ANSWERS) as play, play.ledger() as ledger:
        send(play, ledger)
        play.clock.move_on(timedelta(days=2))
        before = play.post.inbox
        look(play, ledger)
        assert play.post.inbox == before
        assert all(stored.flags == frozenset() for stored in before)


def test_the_bytes_are_kept_as_they_came(tmp_path):
    with conversation(tmp_path / "w", Habit.ANSWERS) as play, play.ledger() as ledger:
        send(play, ledger)
        play.clock.move_on(timedelta(days=2))
        [message] = look(play, ledger).new
        assert ledger.mail_bytes(message.place) == play.post.inbox[0].raw


def test_a_renumbered_folder_loses_nothing_and_repeats_nothing(tmp_path):
    with conversation(tmp_path / "w", Habit.ANSWERS) as play, play.ledger() as ledger:
        send(play, ledger)
        play.clock.move_on(timedelta(days=2))
        look(play, ledger)
        play.post.renumber()
        play.post.inject(b"From: robin@chipy.example\r\nSubject: and one more thing\r\n\r\nCall me.\r\n")
        assert [message.subject for message in look(play, ledger).new] == ["and one more thing"]
        assert len(ledger.messages()) == 2


def test_a_line_that_drops_half_way_is_taken_up_where_it_broke(tmp_path):
    with stage(tmp_path / "w") as play, play.ledger() as ledger:
        send(play, ledger)
        for number in range(5):
            play.post.inject(f"From: a{number}@x.example\r\nSubject: {number}\r\n\r\nhi\r\n".encode())
        fetches = []

        def trouble(connection, command):
            if command.startswith("UID FETCH") and "BODY" in command:
                fetches.append(command)
                return Trouble.CUT if len(fetches) == 1 else None
            return None

        play.post.trouble = trouble
        with pytest.raises(ServerUnavailable):
            look(play, ledger)
        look(play, ledger)
        assert sorted(message.subject for message in ledger.messages()) == list("01234")


@pytest.mark.parametrize("trouble", [Trouble.DROP, Trouble.BYE, Trouble.NO])
def test_a_mailbox_in_trouble_is_said_and_not_taken_for_empty(tmp_path, trouble):
    with stage(tmp_path / "w") as play, play.ledger() as ledger:
        send(play, ledger)
        play.post.inject(b"From: a@x.example\r\n\r\nhi\r\n")
        play.post.trouble = lambda connection, command: (
            trouble if command.startswith(("STATUS", "EXAMINE")) else None
        )
        with pytest.raises(CampaignError):
            look(play, ledger)


def test_a_hard_bounce_settles_the_letter(tmp_path):
    with conversation(tmp_path / "w", Habit.BOUNCES) as play, play.ledger() as ledger:
        send(play, ledger)
        play.clock.move_on(timedelta(days=2))
        look(play, ledger)
        assert ledger.deliveries()["hello/chipy/hello"].state is State.BOUNCED
        assert ledger.history().bounced("robin@chipy.example")


@pytest.mark.parametrize("sender", ["robin@chipy.example", "relay@elsewhere.example"])
@pytest.mark.parametrize("more", ["", "Auto-Submitted: auto-generated\r\n", "Return-Path: <>\r\n"])
def test_the_unsubscribe_button_stops_whoever_pressed_it(tmp_path, sender, more):
    with stage(tmp_path / "w") as play, play.ledger() as ledger:
        send(play, ledger)
        letter = play.post.letters[0].raw.decode()
        [subject] = re.findall(
            r"List-Unsubscribe: <mailto:.*?subject=(unsubscribe%20[a-z2-7.]+)", letter, re.DOTALL
        )
        subject = subject.replace("%20", " ")
        play.post.inject(f"{more}From: {sender}\r\nSubject: {subject}\r\n\r\n".encode())
        [message] = look(play, ledger).new
        assert message.finding.kind is Kind.UNSUBSCRIBE
        assert ledger.history().stop("another", "robin@chipy.example")


@pytest.mark.parametrize(
    ("more", "subject", "words"),
    [
        ("From: Robin <help@chipy.example>", "Re: Hello ChiPy", "Thanks for reaching out! We would love to."),
        ("From: r-notification@chipy.example", "Re: Hello ChiPy", "Thank you for your message. Yes, please."),
        ("From: robin@chipy.example\r\nAuto-Submitted: auto-generated", "Re: Hello", "Yes, call me."),
        ("Return-Path: <>\r\nFrom: robin@chipy.example", "Re: Hello ChiPy", "yes, call me"),
        ("From: help@chipy.example", "R: Hello ChiPy [request #12]", "Thanks for writing, we want to do it."),
    ],
)
def test_a_person_who_thanks_is_no_machine(tmp_path, more, subject, words):
    with stage(tmp_path / "w") as play, play.ledger() as ledger:
        send(play, ledger)
        answered = ledger.deliveries()["hello/chipy/hello"].message_id
        play.post.inject(
            f"{more}\r\nIn-Reply-To: {answered}\r\nSubject: {subject}\r\n\r\n{words}\r\n".encode()
        )
        [message] = look(play, ledger).new
        assert message.finding.kind is Kind.HUMAN, message.finding.because


@pytest.mark.parametrize(
    ("form", "kind", "words"),
    [
        ("Die Lunae Maria scripsit:\n\n{sent}", Kind.HUMAN, "Die Lunae Maria scripsit:"),
        ("Yes, gladly!\n\n{sent}", Kind.HUMAN, "Yes, gladly!"),
        ("Please unsubscribe us.\n\n{sent}", Kind.UNSUBSCRIBE, "Please unsubscribe us."),
    ],
)
def test_what_we_wrote_is_never_taken_for_hers(tmp_path, form, kind, words):
    with stage(tmp_path / "w") as play, play.ledger() as ledger:
        letter = play.folder / "templates/hello.md"
        letter.write_text(letter.read_text() + "\n\nTo unsubscribe, answer this letter with that one word.\n")
        send(play, ledger)
        delivery = ledger.deliveries()["hello/chipy/hello"]
        sent = texts_of(ledger.letter_bytes(delivery.letter))[0]
        head = f"From: robin@chipy.example\nIn-Reply-To: {delivery.message_id}\nSubject: Re: Hello\n\n"
        play.post.inject((head + form.format(sent=sent)).encode())
        [message] = look(play, ledger).new
        assert message.finding.kind is kind
        assert message.words == words


def test_thanks_under_a_new_subject_are_a_persons_too(tmp_path):
    with stage(tmp_path / "w") as play, play.ledger() as ledger:
        send(play, ledger)
        play.post.inject(
            b"From: robin@chipy.example\r\nSubject: Thank you for a letter\r\n\r\nThanks for writing! Yes.\n"
        )
        [message] = look(play, ledger).new
        assert message.finding.kind is Kind.HUMAN


def test_a_server_that_shows_nothing_for_a_while_hides_no_answer(tmp_path):
    with conversation(tmp_path / "w", Habit.ANSWERS) as play, play.ledger() as ledger:
        send(play, ledger)
        play.clock.move_on(timedelta(days=2))
        play.post.trouble = lambda connection, command: Trouble.NO if "BODY" in command else None
        with pytest.raises(ServerUnavailable):
            look(play, ledger)
        play.post.trouble = None
        assert [message.finding.kind for message in look(play, ledger).new] == [Kind.HUMAN]


def test_an_answer_is_found_though_the_clock_was_ahead_when_the_letters_left(tmp_path):
    with conversation(tmp_path / "w", Habit.SILENT) as play, play.ledger() as ledger:
        ahead = replace(play.world, now=lambda: play.clock.now() + timedelta(days=5))
        send(play, ledger, ahead)
        play.post.inject(b"From: robin@chipy.example\r\nSubject: yes\r\n\r\nYes, call me.\r\n")
        assert [message.finding.kind for message in look(play, ledger).new] == [Kind.HUMAN]


def test_what_cannot_be_read_is_kept_and_counted(tmp_path):
    with stage(tmp_path / "w") as play, play.ledger() as ledger:
        send(play, ledger)
        odd = [
            b"",
            b"\0\xff\xfe",
            b"From: <\r\n\r\n",
            b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x" * 500,
        ]
        for raw in odd:
            play.post.inject(raw)
        assert len(look(play, ledger).new) == len(odd)
        assert {ledger.mail_bytes(message.place) for message in ledger.messages()} == set(odd)


def test_mail_from_before_the_campaign_is_not_read(tmp_path):
    with stage(tmp_path / "w") as play, play.ledger() as ledger:
        play.post.inject(b"Subject: old\r\n\r\nold\r\n", at=play.clock.now() - timedelta(days=90))
        send(play, ledger)
        play.post.inject(b"Subject: new\r\n\r\nnew\r\n")
        assert [message.subject for message in look(play, ledger).new] == ["new"]


def test_a_mailbox_with_nothing_new_costs_one_question_for_each_folder(tmp_path):
    with stage(tmp_path / "w") as play, play.ledger() as ledger:
        play.post.inject(b"Subject: an old one\r\n\r\n", at=play.clock.now() - timedelta(days=400))
        send(play, ledger)
        asked = []
        play.post.trouble = lambda connection, command: asked.append(command.split()[0])
        assert look(play, ledger).new == ()
        assert asked.count("EXAMINE") == 2  # the junk folder is empty
        asked.clear()
        assert look(play, ledger).new == ()
        assert asked[-4:] == ["STATUS", "STATUS", "STATUS", "LOGOUT"]
        assert "EXAMINE" not in asked


def test_a_forged_reference_answers_nothing(tmp_path):
    with stage(tmp_path / "w") as play, play.ledger() as ledger:
        send(play, ledger)
        real = ledger.deliveries()["hello/chipy/hello"].message_id
        forged = real.replace(real[5:9], "aaaa")
        play.post.inject(f"From: eve@x.example\r\nIn-Reply-To: {forged}\r\n\r\nyes!\r\n".encode())
        [message] = look(play, ledger).new
        assert message.finding.kind is Kind.UNRELATED
        assert message.match.candidates == ()
