"""The embedded post office: its clock, its people, what it keeps, and that it leaves nothing behind."""

import asyncio
import contextlib
import gc
import smtplib
import socket
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from mailer.errors import BadData, TryAgain
from mailer.rehearsal import Clock, Habit, Person, Rehearsal, shelf

START = datetime(2024, 6, 3, 8, 0, tzinfo=UTC)
LETTER = (
    b"From: Fay Fellow <fay@fellow.example>\r\nSubject: A hand\r\nMessage-ID: <1@fellow.example>\r\n"
    b"\r\nWould you like a project night?\r\n"
)


def person(habit: Habit, **more) -> Person:
    given_name = {"name": "Inés", "group": "Café Python", "words": "Yes, gladly.", "zone": "America/Chicago"}
    return Person("ines@group.example", habit, **{**given_name, **more})


def send(post, *recipients: str, raw: bytes = LETTER) -> dict:
    with smtplib.SMTP(post.host, post.smtp_port, timeout=20) as server:
        return server.sendmail("fay@fellow.example", recipients, raw)


# --- the clock -----------------------------------------------------------------------------------


def test_a_standing_clock_is_moved_and_a_running_one_runs_ahead():
    standing = Clock(START.astimezone())
    standing.move_on(timedelta(days=2))
    assert (standing.now(), standing.runs) == (START + timedelta(days=2), False)
    running = Clock.running(timedelta(days=-5))
    running.move_on(timedelta(days=3))
    assert running.runs
    assert abs(running.now() - datetime.now(UTC) + timedelta(days=2)) < timedelta(minutes=5)
    assert abs(Clock(running.now()).ahead + timedelta(days=2)) < timedelta(minutes=5)
    with pytest.raises(ValueError, match="forwards"):
        running.move_on(timedelta(seconds=-1))


def test_nobody_waits_for_a_standing_clock(post_of):
    post = post_of(person(Habit.ANSWERS, after=timedelta(seconds=600)))
    send(post, "ines@group.example")
    asyncio.run(post.clock.sleep(599.5))
    assert post.inbox == ()
    asyncio.run(post.clock.sleep(0.5))
    assert [mail.at for mail in post.inbox] == [START + timedelta(minutes=10)]


# --- letters come in -----------------------------------------------------------------------------


@pytest.fixture
def post_of():
    """Opens a post office with these people, and closes it afterwards."""
    with contextlib.ExitStack() as stack:
        yield lambda *people, **more: stack.enter_context(
            Rehearsal(people, **{"clock": Clock(START), **more})
        )


def test_letters_are_kept_octet_by_octet_with_their_envelope(post_of):
    post = post_of()
    raw = LETTER.replace(b"Would Caf", b".dot\r\n..\r\n.\r\nWould Caf", 1)
    assert send(post, "a@one.example", "b@two.example", raw=raw) == {}
    (letter,) = post.letters
    assert (letter.sender, letter.to) == ("fay@fellow.example", ("a@one.example", "b@two.example"))
    assert (letter.raw, letter.at) == (raw, START)
    assert [(mail.raw, mail.flags) for mail in post.folder("Sent")] == [(raw, {"\\Seen"})]
    assert post.inbox == ()


def test_whom_nobody_knows_is_refused_and_the_others_get_the_letter(post_of):
    post = post_of(Person("Gone@group.example", Habit.UNKNOWN))
    refused = send(post, "gone@GROUP.example", "b@two.example")
    assert {address: reply[0] for address, reply in refused.items()} == {"gone@GROUP.example": 550}
    assert refused["gone@GROUP.example"][1].startswith(b"5.1.1 ")
    assert [letter.to for letter in post.letters] == [("b@two.example",)]


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_signing_in_is_possible_and_can_be_required(post_of, mechanism):
    post = post_of(must_sign_in=True, user="fay", password="secret word")
    with smtplib.SMTP(post.host, post.smtp_port, timeout=20) as server:
        server.ehlo()
        server.esmtp_features["auth"] = mechanism
        assert server.mail("fay@fellow.example")[0] == 530
        with pytest.raises(smtplib.SMTPAuthenticationError, match="535"):
            server.login("fay", "guess")
        server.login("fay", "secret word")
        assert server.mail("fay@fellow.example")[0] == 250


def test_a_password_may_hold_any_letter(post_of):
    post = post_of(user="fay", password="päss wörd")
    with smtplib.SMTP(post.host, post.smtp_port, timeout=20) as server:
        server.ehlo()
        assert server.docmd("AUTH", "PLAIN AGZheQBww6RzcyB3w7ZyZA==")[0] == 235


def test_each_recipient_answers_in_turn(post_of):
    post = post_of(
        Person("slow@group.example", Habit.ANSWERS, after=timedelta(days=1)),
        Person("quick@group.example", Habit.ANSWERS, after=timedelta(hours=1)),
        Person("same@group.example", Habit.ANSWERS, after=timedelta(hours=1)),
    )
    send(post, "slow@group.example", "quick@group.example", "same@group.example")
    assert post.pending == (*[START + timedelta(hours=1)] * 2, START + timedelta(days=1))
    post.clock.move_on(timedelta(days=3))
    assert [message_from_bytes(mail.raw)["From"].split("@")[0] for mail in post.inbox] == [
        "quick",
        "same",
        "slow",
    ]
    assert [mail.at - START for mail in post.inbox] == [timedelta(hours=1)] * 2 + [timedelta(days=1)]
    assert [mail.uid for mail in post.inbox] == [1, 2, 3]
    assert post.pending == ()


def test_in_a_hurry_answers_are_there_when_the_letter_is_taken(post_of):
    away = Person("away@group.example", Habit.AWAY)
    post = post_of(person(Habit.ANSWERS, after=timedelta(days=4)), away, hurry=True)
    send(post, "ines@group.example", "away@group.example")
    assert [mail.at for mail in post.inbox] == [START, START]
    assert parsedate_to_datetime(message_from_bytes(post.inbox[0].raw)["Date"]) == START


def test_strangers_answer_kindly_where_that_is_wanted(post_of):
    post, silent_post = post_of(kind_strangers=True), post_of()
    for one in (post, silent_post):
        send(one, "who@knows.example")
    (mail,) = post.inbox
    assert message_from_bytes(mail.raw)["From"] == "who@knows.example"
    assert silent_post.inbox == ()


def test_by_the_real_clock_answers_come_by_themselves(post_of):
    post = post_of(person(Habit.ANSWERS, after=timedelta(milliseconds=30)), clock=Clock.running())
    arrived = threading.Event()
    post._office.account.find("INBOX").watchers.append(arrived.set)
    send(post, "ines@group.example")
    assert arrived.wait(20)


# --- what is kept --------------------------------------------------------------------------------


def test_a_rehearsal_goes_on_where_it_ended(tmp_path):
    writer = person(Habit.ANSWERS, after=timedelta(days=2))
    with Rehearsal([writer], clock=Clock(START), state=tmp_path / "post") as post:
        send(post, "ines@group.example")
        post.inject(b"Subject: hi\r\n\r\n", "Other/Ünï..", at=START, flags=["\\Flagged"])
        ports, before = (post.smtp_port, post.imap_port), (post.letters, post._office.waiting)
        post.renumber("Sent")
        sent, validity = post.folder("Sent"), post._office.account.find("Sent").validity
    later = Clock(START + timedelta(days=1))
    with Rehearsal(
        [writer], clock=later, state=tmp_path / "post", smtp_port=ports[0], imap_port=ports[1]
    ) as post:
        assert (post.letters, post._office.waiting) == before
        assert post.folder("Sent") == sent
        assert post._office.account.find("Sent").validity == validity
        assert post.folder("Other/Ünï..")[0].flags == {"\\Flagged"}
        later.move_on(timedelta(days=1))
        assert [mail.at for mail in post.inbox] == [START + timedelta(days=2)]
    with Rehearsal(state=tmp_path / "post") as post:
        assert len(post.inbox) == 1
        assert abs(post.clock.now() - START - timedelta(days=2)) < timedelta(minutes=5)
        assert post.clock.runs
        assert post.inject(b"x") == 2


def test_it_is_kept_while_it_runs(tmp_path, monkeypatch):
    kept, save = threading.Event(), shelf.save
    monkeypatch.setattr(shelf, "save", lambda *what: (save(*what), kept.set()))
    with Rehearsal(clock=Clock(START), state=tmp_path) as post:
        send(post, "ines@group.example")
        assert kept.wait(20)
        with Rehearsal(clock=Clock(START), state=tmp_path) as other:
            assert other.letters == post.letters


@pytest.mark.parametrize(
    "damage", [b"", b"{}", b"[]", b'{"ahead": 0, "folders": [{}], "letters": [], "waiting": []}']
)
def test_a_damaged_folder_is_said_to_be_damaged(tmp_path, damage):
    (tmp_path / "post-office.json").write_bytes(damage)
    with pytest.raises(BadData) as caught:
        Rehearsal(state=tmp_path)
    assert str(tmp_path) in caught.value.fix


def test_a_missing_mail_is_damage_too(tmp_path):
    with Rehearsal(clock=Clock(START), state=tmp_path) as post:
        post.inject(b"x")
    next((tmp_path / "mails").iterdir()).unlink()
    with pytest.raises(BadData, match="cannot be read"):
        Rehearsal(state=tmp_path)


# --- coming and going ----------------------------------------------------------------------------


def open_files() -> int:
    files = Path("/proc/self/fd")
    return len(list(files.iterdir())) if files.is_dir() else 0


def test_fifty_rehearsals_leave_nothing_behind(caplog):
    clock = Clock(START)

    def once():
        with Rehearsal(clock=clock) as post:
            lines = [
                socket.create_connection((post.host, port)) for port in (post.smtp_port, post.imap_port) * 2
            ]
            for line in lines[:2]:
                line.recv(10)
        for line in lines:
            line.close()

    once()
    gc.collect()
    threads, files = threading.active_count(), open_files()
    for _ in range(50):
        once()
    gc.collect()
    assert (threading.active_count(), open_files()) == (threads, files)
    assert caplog.messages == []
    assert clock._listeners == []


def test_stopping_ends_every_conversation():
    post = Rehearsal(clock=Clock(START))
    post.start()
    lines = [
        socket.create_connection((post.host, port), timeout=20) for port in (post.smtp_port, post.imap_port)
    ]
    for line in lines:
        assert line.recv(1000)
    post.stop()
    post.stop()
    for line in lines:
        assert line.recv(1000) == b""
        line.close()
    assert post.inbox == ()
    ports = post.smtp_port, post.imap_port
    with post:
        assert (post.smtp_port, post.imap_port) == ports
        send(post, "a@b.example")


def test_a_taken_port_is_said_to_be_taken():
    with Rehearsal() as post:
        for ports in ({"smtp_port": post.smtp_port}, {"imap_port": post.imap_port}):
            with pytest.raises(TryAgain, match=f"Port {next(iter(ports.values()))} "):
                Rehearsal(**ports).start()
    assert threading.active_count() == len(threading.enumerate())


def test_who_finds_the_port_taken_leaves_the_folder_alone(tmp_path):
    with Rehearsal(clock=Clock(START), state=tmp_path) as post:
        second = Rehearsal(clock=Clock(START), state=tmp_path, imap_port=post.imap_port)
        post.inject(b"x")
    with Rehearsal(imap_port=post.imap_port), pytest.raises(TryAgain):
        second.start()
    with Rehearsal(clock=Clock(START), state=tmp_path) as post:
        assert len(post.inbox) == 1


def test_many_threads_may_ask_at_once(post_of):
    post = post_of()
    workers = [threading.Thread(target=lambda: [post.inject(b"x") for _ in range(50)]) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [mail.uid for mail in post.inbox] == list(range(1, 201))


def test_what_goes_wrong_in_the_thread_is_raised_where_it_was_asked_for(post_of):
    post = post_of()
    with pytest.raises(TypeError):
        post.inject(b"x", flags=None)
    assert post.inject(b"x")
