"""A letter in doubt is settled by proof (D01 to D10): a copy that is found, an answer; else it stays so."""

import json
from dataclasses import replace
from datetime import timedelta

import dovecot
import pytest
from doubts import CHIPY, because, breaking, look, send, state
from liars import CANARY
from stage import START, stage
from terminal import on_a_terminal

from mailer.cli import cli
from mailer.cli.doubts import say_unfound
from mailer.cli.entrance import run
from mailer.cli.screen import day
from mailer.errors import SignInRefused
from mailer.inbox import look_for_copies
from mailer.nouns import Address, Doubts, Kind, LetterId, OrderKind, Server, State, Traces
from mailer.orders import Clerk
from mailer.rehearsal import Filing, Habit, Person, Rewriting, Trouble
from mailer.servers import mailbox

HOUR = timedelta(hours=1)


@pytest.fixture
def doubt(tmp_path):
    """Makes a stage with its ledger, on which the letter to ChiPy has ended in doubt."""
    opened = []

    def make(people=(), *, taken=True, groups=("chipy",), **office):
        place = stage(tmp_path / "w", people, **office)
        play = place.__enter__()
        ledger = play.ledger()
        opened.extend([place, ledger])
        send(play, ledger, breaking(play, *groups, taken=taken))
        assert state(ledger) is State.UNSURE
        return play, ledger

    yield make
    for one in reversed(opened):
        one.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("filing", "where"),
    [
        (Filing(), "found in Sent (uid 1), filed 2026-06-01 09:30 UTC"),
        (Filing(rewriting=Rewriting.KEPT_BESIDE), "found in Sent (uid 1)"),
        (Filing(rewriting=Rewriting.LOST), "found in Sent (uid 1)"),
        (Filing(all_mail=True), "found in All Mail (uid 1)"),
    ],
    ids=["D01", "D02 kept beside", "D02 only our reference", "D07 all mail"],
)
def test_a_copy_where_sent_mail_lies_settles_it(doubt, filing, where):
    play, ledger = doubt(filing=filing)
    play.clock.move_on(timedelta(days=9))
    [settled] = look(play, ledger).doubts.settled
    assert (str(settled.letter), settled.state) == (CHIPY, State.ACCEPTED)
    assert because(ledger).startswith(where)
    assert settled == ledger.deliveries()[CHIPY]
    assert look(play, ledger).doubts.settled == ()
    assert len(play.post.letters) == 3


def test_d03_absence_alone_settles_nothing_ever(doubt):
    play, ledger = doubt(filing=Filing(copies=False), taken=False)
    for _ in range(4):
        play.clock.move_on(timedelta(days=30))
        found = look(play, ledger)
        assert found.doubts.settled == ()
        assert not any("chipy" in str(sent.letter) for sent in send(play, ledger, read=found).sent)
    assert state(ledger) is State.UNSURE


def test_d04_a_copy_that_comes_late_is_waited_for(doubt):
    play, ledger = doubt(filing=Filing(after=timedelta(minutes=4)))
    clerk = Clerk(ledger, play.manuscript().groups, "fay", play.clock.now())
    given, kept = clerk.resend_absent(look(play, ledger).doubts, "")
    assert given == ()
    assert kept == {CHIPY: f"its copy may still come: look again after {day(START + HOUR / 2)}"}
    play.clock.move_on(timedelta(minutes=5))
    look(play, ledger)
    assert state(ledger) is State.ACCEPTED
    assert "filed 2026-06-01 09:34 UTC" in because(ledger)


def test_d05_what_is_absent_after_the_settle_time_is_sent_again_once_and_the_same(doubt):
    play, ledger = doubt(taken=False)
    play.clock.move_on(HOUR)
    clerk = Clerk(ledger, play.manuscript().groups, "fay", play.clock.now())
    [order], kept = clerk.resend_absent(look(play, ledger).doubts, "the line was bad")
    assert kept == {}
    assert (order.kind, order.subject, order.by) == (OrderKind.RESEND, CHIPY, "fay")
    assert order.because == "absent from Sent and All Mail at 2026-06-01 10:30 UTC; the line was bad"
    assert state(ledger) is State.DEFERRED
    before = ledger.letter_bytes(ledger.deliveries()[CHIPY].letter)
    assert [str(sent.letter) for sent in send(play, ledger).sent] == [CHIPY]
    assert [posted.raw for posted in play.post.letters if b"chipy" in posted.raw] == [before]
    assert send(play, ledger).sent == ()
    assert clerk.resend_absent(look(play, ledger).doubts, "") == ((), {})


def test_where_the_program_ended_over_a_letter_its_copy_is_waited_for_as_long_as_an_attempt_may_last(
    tmp_path,
):
    def die(letter):
        raise RuntimeError(letter)

    with stage(tmp_path / "w") as play:
        with play.ledger() as ledger, pytest.raises(RuntimeError):
            send(play, ledger, breaking(play, "chipy", taken=False, meanwhile=die))
        with play.ledger() as ledger:
            assert state(ledger) is State.UNSURE
            for after in (State.UNSURE, State.DEFERRED):
                play.clock.move_on(HOUR)
                clerk = Clerk(ledger, play.manuscript().groups, "fay", play.clock.now())
                _, kept = clerk.resend_absent(look(play, ledger).doubts, "")
                assert state(ledger) is after
                assert ["its copy may still come" in why for why in kept.values()] == [True] * (
                    after is State.UNSURE
                )


def test_one_that_is_found_is_settled_and_only_the_absent_one_is_sent_again(doubt):
    play, ledger = doubt(taken=False, groups=("chipy", "oslo-python"))
    play.post.inject(ledger.letter_bytes(ledger.deliveries()["hello/oslo-python/hello"].letter), "Sent")
    play.clock.move_on(HOUR)
    found = look(play, ledger).doubts
    assert [str(each.letter) for each in found.settled] == ["hello/oslo-python/hello"]
    clerk = Clerk(ledger, play.manuscript().groups, "fay", play.clock.now())
    given, kept = clerk.resend_absent(found, "")
    assert ([order.subject for order in given], kept) == ([CHIPY], {})


def test_absence_says_nothing_where_no_letter_has_a_copy(doubt):
    play, ledger = doubt(filing=Filing(copies=False), taken=False)
    play.clock.move_on(HOUR)
    clerk = Clerk(ledger, play.manuscript().groups, "fay", play.clock.now())
    given, kept = clerk.resend_absent(look(play, ledger).doubts, "")
    assert given == ()
    assert kept == {CHIPY: "2 letters that surely left have no copy there, either"}


@pytest.mark.parametrize(
    ("habit", "after"),
    [
        (Habit.ANSWERS, State.ACCEPTED),
        (Habit.COLLEAGUE, State.ACCEPTED),
        (Habit.AWAY, State.ACCEPTED),
        (Habit.BOUNCES, State.BOUNCED),
    ],
)
def test_d06_an_answer_or_a_bounce_that_names_it_settles_it(doubt, habit, after):
    play, ledger = doubt([Person("robin@chipy.example", habit)], filing=Filing(copies=False))
    play.clock.move_on(timedelta(days=2))
    found = look(play, ledger)
    assert state(ledger) is after
    assert [str(each.letter) for each in found.doubts.settled] == [CHIPY]
    assert found.new[0].id in found.doubts.settled[0].because


def test_a_change_of_the_subject_settles_nothing(doubt):
    play, ledger = doubt([Person("robin@chipy.example", Habit.NEW_SUBJECT)], filing=Filing(copies=False))
    play.clock.move_on(timedelta(days=2))
    look(play, ledger)
    assert state(ledger) is State.UNSURE


@pytest.mark.parametrize("rewriting", Rewriting)
def test_d07_a_copy_to_oneself_settles_it(doubt, rewriting):
    play, ledger = doubt(filing=Filing(copies=False))
    raw = ledger.letter_bytes(ledger.deliveries()[CHIPY].letter)
    play.post.inject(Filing(rewriting=rewriting).copy(raw))
    [message] = look(play, ledger).new
    assert message.finding.kind is Kind.OWN_COPY
    assert (
        because(ledger)
        == f"a copy of it came back, under its own From: message {message.id} in INBOX (uid 1)"
    )
    assert state(ledger) is State.ACCEPTED


def test_the_from_of_then_counts_and_not_that_of_today(doubt):
    play, ledger = doubt()
    settings = replace(
        play.settings, sender=replace(play.settings.sender, address=Address.parse("new@rehearsal.example"))
    )
    look(play, ledger, settings)
    assert state(ledger) is State.ACCEPTED


FORGERIES = {
    "a stranger answers": "From: eve@evil.example\r\nIn-Reply-To: {id}\r\n\r\nyes",
    "in References": "From: eve@evil.example\r\nReferences: <a@b.example> {id}\r\n\r\nyes",
    "in the subject": "From: robin@chipy.example\r\nSubject: {id}\r\n\r\nyes",
    "in the text": "From: robin@chipy.example\r\n\r\n> Message-ID: {id}\r\n",
    "as her own": "From: eve@evil.example\r\nMessage-ID: {id}\r\n\r\nyes",
    "her own, among others": "From: {us}\r\nMessage-ID: <a@b.example>\r\nMessage-ID: {id}\r\n\r\nyes",
    "our address as a name": 'From: "{us}" <eve@evil.example>\r\nMessage-ID: {id}\r\n\r\nyes',
    "a trial": "From: {us}\r\nMessage-ID: {trial}\r\n\r\nyes",
}


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("folder", ["INBOX", "All Mail", "Sent"])
def test_d08_our_id_in_a_strangers_mail_settles_nothing(doubt, forgery, folder):
    play, ledger = doubt(filing=Filing(copies=False), taken=False)
    id_ = ledger.deliveries()[CHIPY].message_id
    raw = FORGERIES[forgery].format(
        id=id_, us=play.settings.sender.address, trial=id_.replace("<c.", "<test.")
    )
    play.post.inject(raw.encode(), folder)
    for _ in range(2):
        assert look(play, ledger).doubts.settled == ()
    assert state(ledger) is State.UNSURE
    if folder == "INBOX" and "eve" in forgery:
        assert "in doubt" in ledger.messages()[0].note


def test_d08_it_is_remarked_that_it_proves_nothing(doubt):
    play, ledger = doubt(filing=Filing(copies=False), taken=False)
    answer = f"From: eve@evil.example\r\nIn-Reply-To: {ledger.deliveries()[CHIPY].message_id}\r\n\r\nyes"
    play.post.inject(answer.encode())
    [message] = look(play, ledger).new
    assert message.note == (
        f"it names {CHIPY}, which is in doubt, but that proves nothing: "
        "whoever wrote this is nobody to whom it went"
    )
    assert str(message.match.best.letter) == CHIPY


def test_a_draft_has_not_left(doubt):
    play, ledger = doubt(filing=Filing(copies=False), taken=False)
    play.post.inject(ledger.letter_bytes(ledger.deliveries()[CHIPY].letter), "All Mail", flags=["\\Draft"])
    look(play, ledger)
    assert state(ledger) is State.UNSURE


@pytest.mark.parametrize("trouble", [Trouble.DROP, Trouble.BYE, Trouble.NO, Trouble.CUT])
@pytest.mark.parametrize("step", ["LIST", "EXAMINE", "UID SEARCH", "UID FETCH"])
def test_d09_trouble_in_mid_look_keeps_the_doubt_and_is_said(doubt, trouble, step):
    play, ledger = doubt()
    play.post.trouble = lambda number, command: trouble if command.startswith(step) else None
    found = look_for_copies(play.world, play.settings, ledger)
    assert "127.0.0.1" in found.hindered
    assert (found.settled, found.absent) == ((), ())
    assert state(ledger) is State.UNSURE
    play.clock.move_on(HOUR)
    clerk = Clerk(ledger, play.manuscript().groups, "fay", play.clock.now())
    given, kept = clerk.resend_absent(found, "")
    assert given == ()
    assert kept[CHIPY].startswith("the look for its copy did not come to its end: ")
    play.post.trouble = None
    look(play, ledger)
    assert state(ledger) is State.ACCEPTED


def test_d09_new_numbers_in_the_folder_change_nothing(doubt):
    play, ledger = doubt()
    play.post.inject(b"Subject: x\r\n\r\n", "Sent", at=START - timedelta(days=90))
    play.post.renumber("Sent")
    look(play, ledger)
    assert state(ledger) is State.ACCEPTED


def test_what_a_person_decides_during_the_look_stands(doubt):
    play, ledger = doubt()

    def decide(number, command):
        if command.startswith("UID FETCH"):
            play.post.trouble = None
            with play.ledger() as other:
                clerk = Clerk(other, play.manuscript().groups, "fay", play.clock.now())
                clerk.resolve("chipy", sent=False, because="she told me")

    play.post.trouble = decide
    assert look_for_copies(play.world, play.settings, ledger).settled == ()
    assert state(ledger) is State.DEFERRED


def test_without_doubt_nobody_looks_for_copies_in_sent(tmp_path):
    with stage(tmp_path / "w") as play, play.ledger() as ledger:
        send(play, ledger)
        asked = []
        play.post.trouble = lambda number, command: asked.append(command)
        look(play, ledger)
        assert sum("EXAMINE" in command and "Sent" in command for command in asked) == 1
        asked.clear()
        look(play, ledger)
        assert [command for command in asked if "Sent" in command] == [
            'STATUS "Sent" (MESSAGES UIDNEXT UIDVALIDITY)'
        ]


@pytest.mark.parametrize(
    ("habit", "doubtful", "before", "after"),
    [
        (Habit.ANSWERS, True, State.UNSURE, State.ACCEPTED),
        (Habit.BOUNCES, True, State.UNSURE, State.BOUNCED),
        (Habit.BOUNCES, False, State.ACCEPTED, State.BOUNCED),
    ],
)
def test_a_proof_that_was_read_while_the_letter_was_in_the_air_counts_later(
    tmp_path, habit, doubtful, before, after
):
    last, people = "hello/oslo-python/hello", [("ingrid@oslopython.example", habit)]
    seen = []

    def read_in_between(letter):
        if str(letter.id) == last:
            with play.ledger() as other:
                seen.append((look(play, other).new[0].match.best.letter, state(other, last)))

    office = {"hurry": True, "filing": Filing(copies=False)}
    with stage(tmp_path / "w", people, **office) as play, play.ledger() as ledger:
        groups = ["oslo-python"] if doubtful else []
        send(play, ledger, breaking(play, *groups, meanwhile=read_in_between))
        assert [(str(letter), then) for letter, then in seen] == [(last, State.SENDING)]
        assert state(ledger, last) is before
        found = look(play, ledger)
        assert found.new == ()
        assert state(ledger, last) is after
        assert [str(each.letter) for each in found.doubts.settled] == ([last] if doubtful else [])


def test_a_copy_that_was_destroyed_for_somebody_who_is_forgotten_is_not_asked_for_proof(doubt):
    play, ledger = doubt(filing=Filing(copies=False))
    play.post.inject(ledger.letter_bytes(ledger.deliveries()["hello/oslo-python/hello"].letter))
    [copy] = look(play, ledger).new
    assert copy.finding.kind is Kind.OWN_COPY
    ledger.forget(ledger.holdings(Traces.of(Address.parse("ingrid@oslopython.example"))), "fay", START)
    assert look(play, ledger).doubts.settled == ()
    assert state(ledger) is State.UNSURE


def test_d10_a_person_names_letters_and_leaves_a_record_for_each(doubt):
    play, ledger = doubt(groups=("chipy", "oslo-python"), filing=Filing(copies=False))
    ledger.close()
    for words, fixes in (
        ([], ['campaign resolve LETTER --sent --because "…", or campaign resolve LETTER --resend --because']),
        (
            ["--resend", "--because", "x"],
            ["which letter", '→ campaign resolve LETTER --resend --because "…"'],
        ),
        (["chipy"], ["what became of it", '→ campaign resolve chipy --sent --because "…", or campaign']),
        (["chipy", "--sent"], ["say why", '→ campaign resolve chipy --sent --because "…"']),
        (["chpy", "--sent"], ["there is no such letter as 'chpy'"]),
    ):
        said = " ".join(play.run("resolve", *words, code=2).stderr.split())
        assert all(fix in said for fix in fixes), said
    for flags in (["--sent", "--resend"], ["--resend", "--resend-absent"], ["--resend-absent", "--sent"]):
        said = play.run("resolve", "chipy", *flags, "--because", "x", code=2).stderr
        assert "do not go together" in said
    play.run("resolve", "chipy", "nobody", "--sent", "--because", "x", code=2)
    play.run("resolve", "chipy", CHIPY, "--sent", "--because", "x", code=2)
    with play.ledger() as again:
        assert again.orders() == ()
        assert state(again) is State.UNSURE
    said = play.run("resolve", "chipy", "hello/oslo-python/hello", "--sent", "--because", "they rang")
    assert said.stderr.count("counts as sent; that is final") == 2
    with play.ledger() as again:
        assert [(order.kind, order.subject, order.because) for order in again.orders()] == [
            (OrderKind.SENT, CHIPY, "they rang"),
            (OrderKind.SENT, "hello/oslo-python/hello", "they rang"),
        ]
        assert all(order.by for order in again.orders())
        assert state(again) is State.ACCEPTED


def test_what_is_final_is_called_so_and_only_another_decision_is_offered_to_be_taken_back(doubt):
    play, ledger = doubt(filing=Filing(copies=False))
    ledger.close()
    play.run("resolve", "chipy", "--sent", "--because", "they rang")
    listed = play.run("undo")
    assert "sent (final)" in listed.stdout
    assert "to take one back" not in listed.stderr
    play.run("stop", "chipy", "--because", "they rang")
    assert "to take one back: campaign undo o2" in play.run("undo").stderr
    assert [row["final"] for row in json.loads(play.run("undo", "--json").stdout)["rows"]] == [True, False]
    assert "It is final" in play.run("resolve", "--help").stdout


def test_resend_absent_wants_the_setting_and_no_names(doubt):
    play, ledger = doubt(taken=False)
    ledger.close()
    play.clock.move_on(HOUR)
    said = play.run("resolve", "--resend-absent", code=78).stderr
    assert "files_copies = true" in said
    with play.ledger() as again:
        assert state(again) is State.UNSURE
    play.write("campaigns/settings.toml", filing(play))
    play.run("resolve", "chipy", "--resend-absent", code=2)
    said = play.run("resolve", "--resend-absent", "--because", "bad line").stderr
    assert f"{CHIPY} is due again: Sent and All Mail hold no copy of it; that is final" in said
    with play.ledger() as again:
        because = again.orders()[-1].because
    assert because == "absent from Sent and All Mail at 2026-06-01 10:30 UTC; bad line"
    assert "no letter is in doubt" in play.run("resolve", "--resend-absent").stderr


def test_resend_absent_says_of_each_letter_why_it_stays(doubt):
    play, ledger = doubt(taken=False, groups=("chipy", "oslo-python"))
    play.post.inject(ledger.letter_bytes(ledger.deliveries()[CHIPY].letter), "Sent")
    ledger.close()
    play.write("campaigns/settings.toml", filing(play))
    said = play.run("resolve", "--resend-absent", code=4).stderr
    assert f"settled: {CHIPY} did leave: found in Sent (uid 2), filed" in said
    assert "hello/oslo-python/hello stays in doubt: its copy may still come" in said


def filing(play):
    text = (play.folder / "campaigns/settings.toml").read_text("utf-8")
    return text.replace("[smtp]\n", "[smtp]\nfiles_copies = true\n")


def test_replies_says_what_was_settled_and_todo_what_to_type(doubt):
    play, ledger = doubt()
    ledger.close()
    todo = " ".join(play.run("todo").stdout.split())
    assert "campaign replies looks for a copy" in todo
    way = 'campaign resolve chipy --sent --because "…", or campaign resolve chipy --resend --because "…"'
    assert way in todo
    assert way.replace("chipy", CHIPY) in " ".join(play.run("status").stdout.split())
    assert "1 letter in doubt; campaign todo" in play.run("list").stderr
    said = play.run("replies").stderr
    assert f"settled: {CHIPY} did leave: found in Sent (uid 1), filed 2026-06-01 09:30 UTC" in said
    assert "settled" not in play.run("replies").stderr
    assert "in doubt" not in play.run("list").stderr


def test_replies_says_that_nothing_was_found_and_when_to_look_again(doubt):
    play, ledger = doubt(filing=Filing(copies=False), groups=("chipy", "oslo-python"))
    ledger.close()
    said = play.run("replies").stderr
    assert f"still in doubt: {CHIPY}, hello/oslo-python/hello; Sent was searched, and no copy found" in said
    assert "campaign replies again, after Mon 01 Jun 10:00" in said
    play.run("resolve", "oslo-python", "--sent", "--because", "they rang")
    play.clock.move_on(HOUR)
    said = " ".join(play.run("replies").stderr.split())
    assert f"still in doubt: {CHIPY}; Sent was searched" in said
    assert (
        f'yourself, then: campaign resolve {CHIPY} --sent --because "…", or campaign resolve {CHIPY}' in said
    )


def test_of_many_letters_in_doubt_the_first_are_named_and_the_others_counted(doubt, capsys):
    _, ledger = doubt()
    chipy = ledger.deliveries()[CHIPY]
    many = [LetterId("hello", f"g{number}", "hello") for number in range(7)]
    say_unfound(Doubts((), tuple(many)), {str(each): replace(chipy, letter=each) for each in many}, START)
    said = " ".join(capsys.readouterr().err.split())
    assert "hello/g4/hello and 2 more; Sent was searched" in said
    assert "g5" not in said


def test_a_dry_run_settles_nothing_and_does_not_say_so(doubt):
    play, ledger = doubt()
    ledger.close()
    said = play.run("send", "hello", "--dry-run").stderr
    assert f"would settle: {CHIPY} did leave" in said
    assert "1 letter in doubt" in play.run("list").stderr


def test_the_reason_for_a_letter_in_doubt_fits_into_a_terminal(doubt):
    play, ledger = doubt()
    ledger.close()
    now = play.clock.now().isoformat()
    shown = on_a_terminal(play.folder, "todo", width=120, NO_COLOR="1", CAMPAIGN_NOW=now, TERM="dumb")
    assert "campaign replies looks for a copy" in shown
    assert "or campaign resolve chipy --resend" in " ".join(shown.split())


def test_send_says_what_was_settled_and_stays_at_4_while_nothing_is(doubt):
    play, ledger = doubt()
    ledger.close()
    play.post.trouble = lambda number, command: Trouble.NO if "Sent" in command else None
    said = play.run("send", "hello", code=4).stderr
    assert "the look for copies of letters in doubt did not come to its end" in said
    play.post.trouble = None
    assert f"settled: {CHIPY} did leave" in play.run("send", "hello").stderr


def test_at_the_end_of_a_run_copies_are_looked_for_once_more(tmp_path, capsys):
    with stage(tmp_path / "w") as play:
        words = ["-C", str(play.folder), "send", "hello", "--confirm", "3"]
        assert run(cli, words, breaking(play, "chipy", "oslo-python")) == 0
        said = capsys.readouterr().err
        assert f"settled: {CHIPY} did leave: found in Sent (uid 1)" in said
        assert "3 letters sent" in said
        assert "unsure: nobody knows" not in said


def test_what_is_not_found_at_the_end_of_a_run_stays_in_doubt_with_what_to_type(tmp_path, capsys):
    with stage(tmp_path / "w", filing=Filing(after=HOUR)) as play:
        words = ["-C", str(play.folder), "send", "hello", "--confirm", "3"]
        assert run(cli, words, breaking(play, "chipy")) == 4
        said = " ".join(capsys.readouterr().err.split())
        assert "1 unsure: nobody knows whether they left. campaign replies looks for copies again" in said
        assert "campaign resolve LETTER --sent --because" in said
        play.clock.move_on(HOUR)
        assert run(cli, ["-C", str(play.folder), "send", "hello"], play.world) == 0


def test_a_mailbox_that_is_gone_at_the_end_of_a_run_is_only_said(tmp_path, capsys):
    with stage(tmp_path / "w") as play:
        opened = []

        def closing(settings):
            opened.append(settings)
            nowhere = replace(settings, imap=replace(settings.imap, port=9))
            return mailbox(settings if len(opened) == 1 else nowhere)

        world = replace(breaking(play, "chipy"), mailbox=closing)
        words = ["-C", str(play.folder), "send", "hello", "--confirm", "3", "--json"]
        assert run(cli, words, world) == 4
        heard = capsys.readouterr()
        assert "no copies of the letters in doubt could be looked for" in heard.err
        assert json.loads(heard.out)["sums"]["outcomes"] == {"accepted": 2, "unsure": 1}


@pytest.fixture(scope="module")
def server(need_server):
    with dovecot.running(need_server("dovecot"), CANARY) as running:
        yield running


@pytest.fixture
def sent_box(server, monkeypatch):
    """A mailbox at Dovecot, and the settings' way there."""
    monkeypatch.setenv("CAMPAIGN_IMAP_PASSWORD", CANARY)
    box = server.mailbox()
    return box, Server("127.0.0.1", box.port, "none", box.user)


@pytest.mark.parametrize("rewriting", Rewriting)
def test_d01_d02_a_copy_in_dovecots_sent_folder_settles_it(doubt, sent_box, rewriting):
    box, imap = sent_box
    play, ledger = doubt(filing=Filing(copies=False))
    settings = replace(play.settings, imap=imap)
    box.put(b"Subject: something else\r\n\r\n", "Sent", START)
    assert look(play, ledger, settings).doubts.settled == ()
    raw = ledger.letter_bytes(ledger.deliveries()[CHIPY].letter)
    box.put(Filing(rewriting=rewriting).copy(raw), "Sent", START + HOUR)
    assert len(look(play, ledger, settings).doubts.settled) == 1
    assert because(ledger) == "found in Sent (uid 2), filed 2026-06-01 10:30 UTC"
    assert {name.partition(" ")[0] for name in box.commands} <= {
        *("CAPABILITY", "LIST", "STATUS", "EXAMINE", "NOOP", "UID", "LOGOUT"),
    }
    assert not any("STORE" in name for name in box.commands)


def test_d09_what_dovecot_cannot_show_or_does_not_want_to_keeps_the_doubt(doubt, sent_box, monkeypatch):
    box, imap = sent_box
    play, ledger = doubt(filing=Filing(copies=False))
    settings = replace(play.settings, imap=imap)
    box.put(ledger.letter_bytes(ledger.deliveries()[CHIPY].letter), "Sent", START)
    [copy] = (box.home / "Maildir" / ".Sent" / "new").iterdir()
    copy.chmod(0)
    found = look(play, ledger, settings).doubts
    assert "failed while fetching mails" in found.hindered
    assert found.absent == ()
    monkeypatch.setenv("CAMPAIGN_IMAP_PASSWORD", "wrong")
    with pytest.raises(SignInRefused):
        look(play, ledger, replace(settings, imap=replace(imap, user="somebody")))
    assert state(ledger) is State.UNSURE
    monkeypatch.setenv("CAMPAIGN_IMAP_PASSWORD", CANARY)
    next((box.home / "Maildir" / ".Sent").glob("[cn]*/*.here*")).chmod(0o600)
    look(play, ledger, settings)
    assert state(ledger) is State.ACCEPTED
