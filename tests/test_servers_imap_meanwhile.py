"""Reading a mailbox in which things happen meanwhile, and one that has grown large, on three real servers."""

import pytest
from imap_servers import expunge, on
from liars import CANARY, LONG_AGO, NOON, a_mail, settings_for

from mailer.servers import mailbox


@pytest.fixture
def server(request, servers):
    with servers.mailbox(request.param) as server:
        yield server


@pytest.fixture(autouse=True)
def password(monkeypatch):
    monkeypatch.setenv("CAMPAIGN_IMAP_PASSWORD", CANARY)


def fill(server, numbers):
    for number in numbers:
        server.put(a_mail(number), at=NOON)


def read(server, after=None, meanwhile=lambda: None):
    """The mails that are new, and how far the folder is read then; `meanwhile` comes after the first mail."""
    mails, cursor = [], after
    with mailbox(settings_for(server.port, user=server.user)) as box:
        for reached, mail in box.fetch("INBOX", after, LONG_AGO):
            cursor = reached
            mails += [mail] if mail else []
            if len(mails) == 1:
                meanwhile()
    return [mail.raw for mail in mails], cursor


@on()
def test_what_arrives_while_the_mailbox_is_read_comes_with_the_next_reading(server):
    fill(server, range(60))
    got, cursor = read(server, meanwhile=lambda: fill(server, [60, 61]))
    assert got == [a_mail(n) for n in range(60)]
    assert read(server, cursor)[0] == [a_mail(60), a_mail(61)]


@on()
def test_what_is_deleted_after_it_was_found_and_before_it_was_fetched_is_left_out(server):
    fill(server, range(60))  # of which the first fifty are fetched at once
    got, cursor = read(server, meanwhile=lambda: expunge(server, 2, 55, 60))
    rest = [a_mail(n) for n in range(60)]
    assert [raw for raw in rest if raw not in got] in ([rest[54], rest[59]], [])
    assert b"" not in got
    before = len(server.commands)
    assert read(server, cursor) == ([], cursor)
    assert not any("EXAMINE" in line for line in server.commands[before:])
    fill(server, [60])
    assert read(server, cursor)[0] == [a_mail(60)]


@on()
def test_the_whole_folder_may_be_emptied_while_it_is_read(server):
    fill(server, range(52))
    got, cursor = read(server, meanwhile=lambda: expunge(server, *range(1, 53)))
    assert got[:50] == [a_mail(n) for n in range(50)]
    assert b"" not in got
    assert read(server, cursor) == ([], cursor)


@on()
def test_a_folder_can_be_read_again_and_again_on_one_line(server):
    fill(server, range(2))
    with mailbox(settings_for(server.port, user=server.user)) as box:
        cursor = None
        for number in range(2, 5):
            got = list(box.fetch("INBOX", cursor, LONG_AGO))
            assert [mail.raw for _, mail in got][-1] == a_mail(number - 1)
            cursor = got[-1][0]
            assert list(box.fetch("INBOX", cursor, LONG_AGO)) == []
            assert list(box.fetch("Sent", None, LONG_AGO)) == []
            fill(server, [number])


@on("quick")
def test_thousands_of_mails_come_in_a_few_dozen_questions(server):
    fill(server, range(2000))
    got, cursor = read(server)
    assert got == [a_mail(n) for n in range(2000)]
    assert sum("FETCH" in line for line in server.commands) == 2000 / 50 + 4
    before = len(server.commands)
    assert read(server, cursor) == ([], cursor)
    assert [line.split()[0] for line in server.commands[before:]][-2:] == ["STATUS", "LOGOUT"]


@on("low numbers")
def test_a_backup_that_is_put_back_is_read_again(server):
    fill(server, range(9))
    _, cursor = read(server)
    expunge(server, *range(4, 10))
    server.renumber()
    got, again = read(server, cursor)
    assert got == [a_mail(n) for n in range(3)]
    assert again.uid < cursor.uid
    assert again.validity > cursor.validity
    fill(server, range(9, 12))
    assert all(raw == a_mail(n) for n, raw in enumerate(read(server, again)[0], start=9))
