"""Reading a mailbox, on a scripted server and on three real ones: what is new, once, and without a trace."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from imap_servers import OFFERS, Rehearsed, Servers, expunge, on
from imapclient import imap_utf7
from liars import CANARY, LONG_AGO, NOON, SHORT, Imap, a_mail, settings_for

from mailer.errors import BadSettings, CampaignError
from mailer.nouns import Cursor
from mailer.rehearsal import Trouble
from mailer.servers import mailbox
from mailer.servers.imap_mails import MOST_OF_A_MAIL
from mailer.servers.patience import ImapPatience


@pytest.fixture(scope="module")
def servers(need_server):
    with Servers(need_server) as servers:
        yield servers


@pytest.fixture(params=["scripted", *OFFERS])
def server(request, servers):
    with Imap() if request.param == "scripted" else servers.mailbox(request.param) as server:
        yield server


@pytest.fixture(autouse=True)
def password(monkeypatch):
    monkeypatch.setenv("CAMPAIGN_IMAP_PASSWORD", CANARY)


def settings(server, folders=("INBOX",)):
    return settings_for(server.port, user=server.user, folders=folders)


def take(server, after=None, since=LONG_AGO, folder="INBOX"):
    """What is new in a folder, as (cursor, mail) pairs; and how far it is read then."""
    with mailbox(settings(server)) as box:
        got = list(box.fetch(folder, after, since))
    return [(cursor, mail) for cursor, mail in got if mail], got[-1][0] if got else after


def read(server, after=None, since=LONG_AGO, folder="INBOX"):
    """What is new in a folder: (cursor, mail) pairs."""
    return take(server, after, since, folder)[0]


def asked(server, before):
    """The names of the commands since there were so many, without those that come with every connection."""
    said = [" ".join(line.split()[: 2 if line.startswith("UID") else 1]) for line in server.commands[before:]]
    return [name for name in said if name not in {"CAPABILITY", "AUTHENTICATE", "LOGIN", "LOGOUT"}]


def fill(server, *raws):
    for raw in raws:
        server.put(raw, at=NOON)


def test_each_mail_comes_with_its_time_size_bytes_and_the_cursor_that_covers_it(server):
    for number in (1, 2, 3):
        server.put(a_mail(number), at=NOON + timedelta(hours=number))
    got = read(server)
    assert [mail.raw for _, mail in got] == [a_mail(n) for n in (1, 2, 3)]
    assert [mail.at for _, mail in got] == [NOON + timedelta(hours=n) for n in (1, 2, 3)]
    assert all(mail.at.utcoffset() == timedelta() for _, mail in got)
    assert {mail.size for _, mail in got} == {len(a_mail(1))}
    assert [cursor.uid for cursor, _ in got] == [mail.uid for _, mail in got]
    assert {(cursor.folder, cursor.validity) for cursor, _ in got} == {("INBOX", got[0][0].validity)}


def test_with_a_cursor_only_what_came_later_is_fetched(server):
    fill(server, *map(a_mail, range(5)))
    first = read(server)
    before = len(server.commands)
    assert read(server, first[2][0]) == first[3:]
    fetched = [line.split()[2] for line in server.commands[before:] if "FETCH" in line]
    assert fetched == [",".join(str(mail.uid) for _, mail in first[3:])] * 2


def test_with_nothing_new_one_status_is_all_that_is_asked(server):
    fill(server, *map(a_mail, range(5)))
    cursor = read(server)[-1][0]
    before = len(server.commands)
    assert take(server, cursor) == ([], cursor)
    assert asked(server, before) == ["STATUS"]


def test_a_folder_in_which_nothing_was_to_be_read_is_opened_once(server):
    fill(server, *map(a_mail, range(5)))
    tomorrow = NOON.date() + timedelta(days=1)
    got, cursor = take(server, since=tomorrow)
    assert got == []
    before = len(server.commands)
    assert take(server, cursor, since=tomorrow) == ([], cursor)
    assert asked(server, before) == ["STATUS"]
    fill(server, a_mail(5))
    assert [mail.raw for _, mail in read(server, cursor, since=tomorrow)] == [a_mail(5)]


@on()
def test_mails_that_come_and_go_between_two_readings_are_looked_for_once(server):
    fill(server, *map(a_mail, range(5)))
    _, cursor = take(server)
    fill(server, a_mail(5), a_mail(6))
    expunge(server, 3, 6, 7)
    before = len(server.commands)
    nothing, further = take(server, cursor)
    assert (nothing, further) == ([], replace(cursor, uid=cursor.uid + 2))
    assert asked(server, before) == ["STATUS", "EXAMINE", "UID SEARCH"]
    before = len(server.commands)
    assert take(server, further) == ([], further)
    assert asked(server, before) == ["STATUS"]
    fill(server, a_mail(7))
    assert [mail.raw for _, mail in read(server, further)] == [a_mail(7)]


def test_an_empty_folder_is_not_even_opened(server):
    assert read(server) == []
    assert not any("EXAMINE" in line for line in server.commands)


def test_the_last_mail_that_every_search_names_is_not_taken_for_a_new_one():
    with Imap(map(a_mail, range(5))) as server:
        server.upcoming["INBOX"] = 9  # mails 6 to 8 came and were deleted again
        assert read(server, Cursor("INBOX", 7, 5)) == []


def test_a_first_reading_begins_at_its_day(server):
    for days in (-3, -1, 0, 1):
        server.put(a_mail(days), at=NOON + timedelta(days=days))
    assert [mail.raw for _, mail in read(server, since=NOON.date())] == [a_mail(0), a_mail(1)]


def test_when_the_numbers_have_begun_anew_everything_since_the_day_is_read_again(server):
    fill(server, *map(a_mail, range(3)))
    before = read(server)
    server.renumber()
    after = read(server, before[-1][0])
    assert [mail.raw for _, mail in after] == [mail.raw for _, mail in before]
    assert {cursor.validity for cursor, _ in after}.isdisjoint({cursor.validity for cursor, _ in before})
    assert read(server, after[-1][0]) == []


def test_a_cursor_beyond_the_end_means_that_the_numbers_went_back(server):
    fill(server, *map(a_mail, range(3)))
    got = read(server)
    beyond = Cursor("INBOX", got[0][0].validity, got[-1][0].uid + 30)
    assert read(server, beyond) == got


def test_a_reading_that_was_broken_off_goes_on_after_its_last_cursor(server):
    fill(server, *map(a_mail, range(5)))
    with mailbox(settings(server)) as box:
        reading = box.fetch("INBOX", None, LONG_AGO)
        next(reading)
        cursor, _ = next(reading)
        assert [mail.raw for _, mail in box.fetch("INBOX", cursor, LONG_AGO)] == [
            a_mail(n) for n in (2, 3, 4)
        ]


def test_of_a_huge_mail_the_first_megabyte_is_fetched_and_its_size_told(server):
    huge = b"x" * (3 * MOST_OF_A_MAIL)
    fill(server, a_mail(1), huge, a_mail(3))
    got = [mail for _, mail in read(server)]
    assert [len(mail.raw) for mail in got] == [len(a_mail(1)), MOST_OF_A_MAIL, len(a_mail(3))]
    assert got[1].size == len(huge)


def test_an_empty_mail_is_a_mail(server):
    fill(server, b"", a_mail(1))
    assert [mail.raw for _, mail in read(server)] == [b"", a_mail(1)]


def test_many_mails_come_in_few_questions_and_in_order(server):
    fill(server, *map(a_mail, range(620)))
    got = read(server)
    assert [mail.raw for _, mail in got] == [a_mail(n) for n in range(620)]
    assert all(a.uid < b.uid for (a, _), (b, _) in pairwise(got))
    assert sum("FETCH" in line for line in server.commands) < 20


@on("SPECIAL-USE")
def test_the_folders_are_the_configured_ones_and_the_junk(server):
    with mailbox(settings(server, ("inbox", "Sent"))) as box:
        assert box.folders() == ("INBOX", "Sent", "Junk")


def test_a_junk_folder_of_any_name_is_known_by_its_mark():
    with Imap() as server, mailbox(settings(server)) as box:
        assert box.folders() == ("INBOX", "Spam é")


@on()
def test_a_folder_of_any_name_is_read_like_any_other(server):
    names = ("Spam é", "Q&A", "会議 㿿", "Grüße & Küsse 🐍", 'her "own" folder')
    for number, name in enumerate(names):
        server.put(a_mail(number), imap_utf7.encode(name).decode(), NOON)
    with mailbox(settings(server, names)) as box:
        assert box.folders()[: len(names)] == names
        for number, name in enumerate(names):
            ((cursor, mail),) = box.fetch(name, None, LONG_AGO)
            assert (cursor.folder, mail.raw) == (name, a_mail(number))


def test_a_folder_that_is_not_there_is_told_with_those_that_are(server):
    with mailbox(settings(server, ("INBOX", "sent"))) as box, pytest.raises(BadSettings) as caught:
        box.check_folders()
    assert caught.value.what == "the mailbox has no folder 'sent'"
    assert "there are: INBOX, " in caught.value.fix
    assert "Sent" in caught.value.fix


READING = re.compile(
    r'CAPABILITY|AUTHENTICATE PLAIN|NOOP|LIST "" "\*"|LOGOUT|EXAMINE "[^"]*"|'
    r'STATUS "[^"]*" \(MESSAGES UIDNEXT UIDVALIDITY\)|UID SEARCH (UID \d+:\*|SINCE \d\d-\w{3}-\d{4})|'
    r"UID FETCH [\d,]+ \((RFC822\.SIZE INTERNALDATE|BODY\.PEEK\[\]<0\.1048576>)\)"
)


def test_nothing_on_the_wire_can_change_the_mailbox(server):
    stored = b"Subject: a\r\nA2 UID STORE 1 +FLAGS \\Deleted\r\n\r\n"
    fill(server, a_mail(1), b"Message-ID: <x\r\nA1 EXPUNGE>\r\n\r\n", stored)
    before = server.post.inbox if isinstance(server, Rehearsed) else None
    with mailbox(settings(server)) as box:
        for folder in ("INBOX", *box.folders()):
            got = list(box.fetch(folder, None, LONG_AGO))
            list(box.fetch(folder, got[0][0] if got else None, LONG_AGO))
    assert len(server.commands) > 8
    assert [line for line in server.commands if not READING.fullmatch(line)] == []
    if before:
        assert server.post.inbox == before
    assert getattr(server, "marks", {""}) == {""}


@pytest.mark.parametrize("trouble", Trouble)
@pytest.mark.parametrize("nth", range(1, 9))
def test_whatever_goes_wrong_once_each_mail_is_read_exactly_once(trouble, nth):
    mails = [a_mail(n) for n in range(120)]
    with Rehearsed() as server:
        fill(server, *mails)
        asked = iter(range(1, 1000))
        server.post.trouble = lambda number, command: trouble if next(asked) == nth else None
        cursor, got = None, []
        for _ in range(3):
            try:
                with mailbox(settings(server), ImapPatience(silence=SHORT)) as box:
                    for covered, mail in box.fetch(box.folders()[0], cursor, LONG_AGO):
                        cursor = covered
                        got.append(mail.raw)
                    break
            except CampaignError:
                continue
    assert got == mails
