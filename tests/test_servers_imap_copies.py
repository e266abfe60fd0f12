"""Where copies of sent mail lie, and their headers, on three servers that have no line in common."""

from datetime import timedelta

import pytest
from imap_servers import OFFERS, Rehearsed, on
from liars import CANARY, LONG_AGO, NOON, Imap, a_mail, settings_for

from mailer.errors import BadSettings, ServerUnavailable
from mailer.rehearsal import Trouble
from mailer.servers import mailbox
from mailer.servers.imap_answers import MOST_OF_A_HEADER
from mailer.servers.imap_copies import places, sent_places


@pytest.fixture(params=OFFERS)
def server(request, servers):
    with servers.mailbox(request.param) as server:
        yield server


@pytest.fixture(autouse=True)
def password(monkeypatch):
    monkeypatch.setenv("CAMPAIGN_IMAP_PASSWORD", CANARY)


def opened(server):
    return mailbox(settings_for(server.port, user=server.user))


def copies(server, since=LONG_AGO):
    with opened(server) as box:
        return list(box.copies(since))


def head(raw):
    return raw[: raw.index(b"\r\n\r\n") + 4]


def test_every_copy_since_a_day_comes_with_its_header_place_and_time(server):
    for days in (-3, 0, 1):
        server.put(a_mail(days), "Sent", NOON + timedelta(days=days))
    server.put(a_mail(9), at=NOON)
    got = copies(server, NOON.date())
    assert [copy.head for copy in got] == [head(a_mail(0)), head(a_mail(1))]
    assert [copy.at for copy in got] == [NOON, NOON + timedelta(days=1)]
    assert {copy.folder for copy in got} == {"Sent"}
    assert got[0].uid < got[1].uid


def test_a_whole_copy_can_be_had_in_the_middle_of_the_walk(server):
    for number in range(501):
        server.put(a_mail(number), "Sent", NOON)
    server.put(a_mail(7), at=NOON)
    with opened(server) as box:
        walk = box.copies(LONG_AGO)
        first = next(walk)
        assert box.copy(first.folder, first.uid) == a_mail(0)
        [(_, other), *_] = box.fetch("INBOX", None, LONG_AGO)
        assert box.copy("INBOX", other.uid) == a_mail(7)
        assert [copy.head for copy in walk] == [head(a_mail(n)) for n in range(1, 501)]
        assert box.copy("Sent", 4_000_000) == b""


def test_many_headers_come_in_few_questions(server):
    for number in range(620):
        server.put(a_mail(number), "Sent", NOON)
    before = len(server.commands)
    assert [copy.head for copy in copies(server)] == [head(a_mail(n)) for n in range(620)]
    assert len([line for line in server.commands[before:] if "FETCH" in line]) == 2


def test_looking_leaves_no_trace_and_names_nothing_that_a_mail_holds(server):
    server.put(a_mail(1), "Sent", NOON)
    before = server.post.folder("Sent") if isinstance(server, Rehearsed) else None
    with opened(server) as box:
        [copy] = box.copies(LONG_AGO)
        box.copy(copy.folder, copy.uid)
    names = {" ".join(line.split()[: 2 if line.startswith("UID") else 1]) for line in server.commands}
    assert names <= {
        *("CAPABILITY", "AUTHENTICATE", "LOGIN", "NAMESPACE", "LIST", "NOOP", "EXAMINE", "LOGOUT"),
        *("UID SEARCH", "UID FETCH"),
    }
    assert all(" SINCE " in line for line in server.commands if "SEARCH" in line)
    assert all("PEEK" in line for line in server.commands if "FETCH" in line)
    if before:
        assert server.post.folder("Sent") == before


def test_of_a_huge_header_the_beginning_comes(server):
    server.put(b"Subject: x\r\n" + b"X: %b\r\n" % (b"x" * 900) * 200 + b"\r\n", "Sent", NOON)
    [copy] = copies(server)
    assert len(copy.head) == MOST_OF_A_HEADER


@on("SPECIAL-USE")
def test_where_a_folder_is_marked_no_other_is_looked_into_for_its_name(server):
    server.put(a_mail(1), "Sent Items", NOON)
    assert copies(server) == []


def test_drafts_are_left_out_and_all_mail_comes_last():
    with Rehearsed() as server:
        server.post.inject(a_mail(1), "All Mail", flags=["\\Draft"])
        server.post.inject(a_mail(2), "All Mail", flags=["\\Seen"])
        server.put(a_mail(3), "Sent")
        assert [(copy.folder, copy.head) for copy in copies(server)] == [
            ("Sent", head(a_mail(3))),
            ("All Mail", head(a_mail(2))),
        ]


@pytest.mark.parametrize("trouble", Trouble)
def test_a_server_that_shows_no_header_at_all_is_in_trouble(trouble):
    with Rehearsed() as server:
        server.put(a_mail(1), "Sent")
        server.post.trouble = lambda number, command: trouble if "HEADER" in command else None
        with pytest.raises(ServerUnavailable):
            copies(server)


def test_one_header_that_cannot_be_shown_is_told_as_empty():
    with Rehearsed() as server:
        for number in range(3):
            server.put(a_mail(number), "Sent")
        server.post.trouble = lambda number, command: (
            Trouble.NO if command.startswith(("UID FETCH 1,2,3 ", "UID FETCH 1:3 ", "UID FETCH 2 ")) else None
        )
        assert [copy.head for copy in copies(server)] == [head(a_mail(0)), b"", head(a_mail(2))]


def test_a_mailbox_without_a_folder_for_sent_mail_is_told_so():
    with Imap() as server:
        server.folders.pop("Sent")
        server.flags.pop("Sent")
        with pytest.raises(BadSettings, match="no folder for sent mail"):
            copies(server)


def flags(*names):
    return frozenset(name.encode() for name in names)


@pytest.mark.parametrize(
    ("there", "found"),
    [
        ({"INBOX": "", "Sent": "", "Gesendet": "\\sent"}, ("Gesendet",)),
        ({"INBOX": "", "[Gmail]/Sent Mail": "\\sent", "[Gmail]/All Mail": "\\all"}, None),
        ({"Sent": "", "Sent Items": ""}, ("Sent",)),
        ({"INBOX.Sent": "", "INBOX.Sent Items": ""}, ("INBOX.Sent",)),
        ({"Archive/Sent": "", "Sent": ""}, ("Sent",)),
        ({"Gesendete Objekte": "", "INBOX": ""}, ("Gesendete Objekte",)),
        ({"Sent": "\\noselect", "Sent Items": ""}, ("Sent Items",)),
        ({"Sent": "\\sent \\nonexistent", "All": "\\all"}, ("All",)),
        ({"Drafts": "\\drafts \\sent"}, ()),
        ({"INBOX": "", "Presents": "", "Unsent": ""}, ()),
        ({"A": "\\sent", "B": "\\sent"}, ("A", "B")),
    ],
)
def test_which_folders_hold_copies(there, found):
    wanted = ("[Gmail]/Sent Mail", "[Gmail]/All Mail") if found is None else found
    listed = {name: flags(*words.split()) for name, words in there.items()}
    assert places(listed) == wanted
    assert sent_places(listed) == tuple(name for name in wanted if "\\all" not in there[name])
