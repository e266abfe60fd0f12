"""Filing by the portion: killed anywhere, nothing is lost, and nothing is there twice."""

import re
from contextlib import contextmanager
from dataclasses import replace

import pytest
from doubts import look, send
from stage import campaign, stage

from mailer.inbox import read_mailbox
from mailer.ledger.journalled import durable
from mailer.nouns import Reason
from mailer.rehearsal import Trouble

MAILS = 60
BY_HAND = b"From: fellow@rehearsal.example\r\nTo: %b\r\nSubject: by hand\r\n\r\nCoffee?\r\n"


def a_mail(number):
    return f"From: robin@chipy.example\r\nMessage-ID: <{number}@x>\r\n\r\nYes, number {number}.\r\n".encode()


@pytest.fixture
def play(tmp_path):
    """A stage on which the letters have left, and much has come back."""
    with stage(tmp_path / "w") as made:
        with made.ledger() as ledger:
            send(made, ledger)
        for number in range(MAILS):
            made.post.inject(a_mail(number))
        for address in (b"robin@chipy.example", b"noor@sfpython.example"):
            made.post.inject(BY_HAND % address, "Sent")
        yield made


def words(ledger):
    return sorted(message.words for message in ledger.messages())


ALL = sorted([*(f"Yes, number {number}." for number in range(MAILS)), "Coffee?", "Coffee?"])


@pytest.mark.parametrize(
    ("point", "noted"),
    [
        ("poll.after_fetch@1", 0),
        ("poll.after_fetch@50", 0),
        ("poll.after_fetch@51", 50),
        ("poll.after_fetch@61", MAILS),
        ("poll.after_store@1", 0),
        ("poll.after_store@2", 50),
        ("poll.after_store@3", MAILS),
        ("poll.after_cursor@1", 50),
        ("poll.after_cursor@2", MAILS),
        ("poll.after_cursor@3", MAILS + 2),
    ],
)
def test_i07_killed_anywhere_nothing_is_lost_and_nothing_there_twice(play, point, noted):
    now = {"CAMPAIGN_NOW": play.clock.now().isoformat()}
    done = campaign(play.folder, "replies", CAMPAIGN_FAILPOINT=f"{point}:kill", **now)
    assert done.returncode == -9, done.stderr
    with play.look() as ledger:
        assert len(ledger.messages()) == noted
    said = campaign(play.folder, "replies", **now)
    assert f"{len(ALL) - noted} messages new" in said.stderr
    with play.look() as ledger:
        assert words(ledger) == ALL
        assert all(ledger.mail_bytes(message.place) for message in ledger.messages())
    assert "0 messages new" in campaign(play.folder, "replies", **now).stderr


@pytest.mark.parametrize("trouble", Trouble)
def test_whatever_the_line_does_once_all_is_read_in_the_end(play, trouble):
    """At each command in turn: some of it is noted then, and the next reading brings the rest."""
    for nth in range(4, 30, 5):
        asked = iter(range(1, 1000))
        play.post.trouble = lambda number, command, asked=asked, nth=nth: (
            trouble if next(asked) == nth else None
        )
        done = play.type_in("replies", code=None)
        assert done.returncode in {0, 69, 77}, done.stderr
    play.post.trouble = None
    play.run("replies")
    with play.look() as ledger:
        assert words(ledger) == ALL


def test_the_disk_is_waited_for_by_the_portion(play, monkeypatch):
    waits = []
    sync = durable.sync
    monkeypatch.setattr(durable, "sync", lambda fd: (waits.append(fd), sync(fd)))
    with play.ledger() as ledger:
        waits.clear()
        look(play, ledger)
        # Mails and journal for each of two portions and that of Sent; as many again would do no harm.
        assert len(waits) <= 12
        assert words(ledger) == ALL


def test_what_answers_a_mail_of_the_same_portion_is_matched(play):
    play.post.inject(b"From: kim@elsewhere.example\r\nIn-Reply-To: <7@x>\r\n\r\nMe too.\r\n")
    with play.ledger() as ledger:
        [kim] = [message for message in look(play, ledger).new if message.sender.startswith("kim")]
        assert str(kim.match.best.letter) == "hello/chipy/hello"
        assert kim.match.best.because.startswith("it answers a mail that was matched")


def test_two_who_read_at_the_same_time_note_each_mail_once(play):
    brought = []

    @contextmanager
    def opened(settings):
        with play.world.mailbox(settings) as box:
            fetch = box.fetch

            def fetched(folder, *how):
                yield from fetch(folder, *how)
                with play.ledger() as other:
                    brought.extend(look(play, other).new)

            box.fetch = fetched
            yield box

    with play.ledger() as ledger:
        world = replace(play.world, mailbox=opened)
        found = read_mailbox(world, play.settings, ledger, play.manuscript().groups)
        assert len(found.new) + len(brought) == len(ALL)
        assert words(ledger) == ALL


READING = re.compile(
    r'CAPABILITY|AUTHENTICATE PLAIN|NOOP|LIST "" "\*"|LOGOUT|EXAMINE "[^"]*"|'
    r'STATUS "[^"]*" \(MESSAGES UIDNEXT UIDVALIDITY\)|UID SEARCH (UID \d+:\*|SINCE \d\d-\w{3}-\d{4})|'
    r"UID FETCH [\d,]+ \((RFC822\.SIZE INTERNALDATE|BODY\.PEEK\[\]<0\.1048576>|"
    r"FLAGS INTERNALDATE BODY\.PEEK\[HEADER\]<0\.65536>)\)"
)


def test_i08_i09_whatever_stands_in_a_mail_the_mailbox_stays_as_it_is(play):
    evil = b"From: fellow@rehearsal.example\r\nTo: robin@chipy.example\r\nMessage-ID: <x\r\nA1 EXPUNGE>\r\n"
    more = (
        b"In-Reply-To: <y\rA2 UID STORE 1 +FLAGS \\Deleted>\r\nReferences: <z\nA3 DELETE INBOX>\r\n\r\nhi\r\n"
    )
    for folder in ("INBOX", "Sent", "Junk"):
        play.post.inject(evil + more, folder)
    before = {folder: play.post.folder(folder) for folder in ("INBOX", "Sent", "Junk")}
    asked = []
    play.post.trouble = lambda number, command: asked.append(command)
    with play.ledger() as ledger:
        for _ in range(2):
            look(play, ledger)
        assert sum(message.finding.reason is Reason.BY_HAND for message in ledger.messages()) == 3  # and once
    assert [command for command in asked if not READING.fullmatch(command)] == []
    assert {folder: play.post.folder(folder) for folder in before} == before
