"""The rehearsal's IMAP server as imapclient, unchanged, finds it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError, InvalidCriteriaError, LoginError

from mailer.rehearsal import Clock, Rehearsal

START = datetime(2024, 6, 3, 8, 0, tzinfo=UTC)
LETTER = b"From: Ana <ana@a.example>\r\nSubject: One\r\nMessage-ID: <1@a.example>\r\n\r\nHello\r\n"


@pytest.fixture
def post() -> Iterator[Rehearsal]:
    with Rehearsal(clock=Clock(START)) as running:
        yield running


@pytest.fixture
def client(post) -> Iterator[IMAPClient]:
    with signed_in(post) as one:
        yield one


@contextmanager
def connected(post) -> Iterator[IMAPClient]:
    """A client that has the greeting, and is hung up however the test ends."""
    one = IMAPClient(post.host, post.imap_port, ssl=False, timeout=20)
    one.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        yield one
    finally:
        with suppress(OSError, IMAPClientError):
            one.shutdown()


@contextmanager
def signed_in(post) -> Iterator[IMAPClient]:
    with connected(post) as one:
        one.login(post.user, post.password)
        yield one


# --- signing in ----------------------------------------------------------------------------------


def test_both_ways_of_signing_in(post):
    for sign_in in (IMAPClient.login, IMAPClient.plain_login):
        with connected(post) as one:
            assert one.has_capability("AUTH=PLAIN")
            sign_in(one, post.user, post.password)
            assert one.namespace().personal == (("", "/"),)
            assert one.logout().startswith(b"till")


def test_a_wrong_password_is_refused(post):
    with connected(post) as one, pytest.raises(LoginError, match="AUTHENTICATIONFAILED"):
        one.login(post.user, "guess")


# --- folders -------------------------------------------------------------------------------------


def test_folders_say_what_they_are_for(client, post):
    post.inject(LETTER, "Projects/2024")
    listed = {name: flags for flags, _, name in client.list_folders()}
    assert set(listed) == {"INBOX", "Sent", "Junk", "Trash", "Projects/2024"}
    assert client.find_special_folder(b"\\Junk") == "Junk"
    assert client.find_special_folder(b"\\Sent") == "Sent"
    assert [name for _, _, name in client.list_folders(pattern="%")] == ["INBOX", "Sent", "Junk", "Trash"]
    assert [name for _, _, name in client.list_sub_folders(pattern="Pro*4")] == ["Projects/2024"]
    assert client.folder_exists("inbox")
    assert not client.folder_exists("Inbox/None")


def test_a_pattern_of_many_stars_takes_no_time(client):
    assert client.list_folders(pattern="*%" * 5000 + "z") == []


def test_status_tells_a_folders_numbers_without_opening_it(client, post):
    for flags in ((), ["\\Seen"], ()):
        post.inject(LETTER, flags=flags)
    asked = ["MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN", "HIGHESTMODSEQ", "RECENT"]
    told = client.folder_status("INBOX", asked)
    assert told == {
        b"MESSAGES": 3,
        b"UIDNEXT": 4,
        b"UIDVALIDITY": int(START.timestamp()),
        b"UNSEEN": 2,
        b"HIGHESTMODSEQ": 4,
        b"RECENT": 0,
    }


def test_opening_a_folder_tells_its_numbers(client, post):
    post.inject(LETTER)
    told = client.select_folder("inbox", readonly=True)
    assert (told[b"EXISTS"], told[b"UIDNEXT"], told[b"HIGHESTMODSEQ"]) == (1, 2, 2)
    assert told[b"PERMANENTFLAGS"] == ()
    assert b"READ-ONLY" in told
    told = client.select_folder("INBOX")
    assert b"\\Seen" in told[b"PERMANENTFLAGS"]
    client.unselect_folder()
    with pytest.raises(IMAPClientError, match="NONEXISTENT"):
        client.select_folder("Nowhere")


def test_folders_are_not_made_on_a_clients_word(client):
    for change in (client.create_folder, client.delete_folder):
        with pytest.raises(IMAPClientError, match="CANNOT"):
            change("Plans")


# --- mails ---------------------------------------------------------------------------------------


def test_mails_come_back_as_they_were(client, post):
    raw = b"Subject: x\r\n\r\n" + bytes(range(256)) * 20 + b"\r\n{5}\r\n* BYE\r\n)\r\n"
    uid = post.inject(raw, at=START - timedelta(days=1, seconds=5))
    client.select_folder("INBOX", readonly=True)
    got = client.fetch([uid], ["BODY.PEEK[]", "RFC822.SIZE", "INTERNALDATE", "FLAGS", "MODSEQ"])[uid]
    assert got[b"BODY[]"] == raw
    assert got[b"RFC822.SIZE"] == len(raw)
    assert got[b"INTERNALDATE"].replace(tzinfo=None) == datetime(2024, 6, 2, 7, 59, 55)  # noqa: DTZ001
    assert (got[b"FLAGS"], got[b"MODSEQ"], got[b"SEQ"]) == ((), (2,), 1)


def test_mails_are_known_by_their_number_and_not_by_their_place(client, post):
    for _ in range(3):
        post.inject(LETTER)
    client.select_folder("INBOX")
    client.delete_messages([1])
    client.expunge()
    assert {uid: got[b"SEQ"] for uid, got in client.fetch([2, 3], ["RFC822.SIZE"]).items()} == {2: 1, 3: 2}


def test_parts_of_a_mail_can_be_had(client, post):
    raw = b"From: a\r\nX-Long: 1\r\n 2\r\nto: b\r\n\r\nbody\r\n"
    uid = post.inject(raw)
    client.select_folder("INBOX", readonly=True)
    wanted = ["BODY[HEADER]", "BODY.PEEK[TEXT]", "RFC822", "RFC822.HEADER", "BODY.PEEK[]<3.7>"]
    wanted += ["BODY.PEEK[HEADER.FIELDS (To X-Long)]", "BODY.PEEK[HEADER.FIELDS.NOT (To)]"]
    got = client.fetch([uid], wanted)[uid]
    header = raw[: raw.index(b"body")]
    assert got[b"BODY[HEADER]"] == got[b"RFC822.HEADER"] == header
    assert (got[b"BODY[TEXT]"], got[b"RFC822"], got[b"BODY[]<3>"]) == (b"body\r\n", raw, raw[3:10])
    assert got[b"BODY[HEADER.FIELDS (TO X-LONG)]"] == b"X-Long: 1\r\n 2\r\nto: b\r\n\r\n"
    assert got[b"BODY[HEADER.FIELDS.NOT (TO)]"] == b"From: a\r\nX-Long: 1\r\n 2\r\n\r\n"


def test_reading_marks_a_mail_only_when_it_may(client, post):
    uid = post.inject(LETTER)
    client.select_folder("INBOX", readonly=True)
    client.fetch([uid], ["BODY[]"])
    client.select_folder("INBOX")
    client.fetch([uid], ["BODY.PEEK[]"])
    assert post.inbox[0].flags == frozenset()
    got = client.fetch([uid], ["BODY[]"])[uid]
    assert got[b"FLAGS"] == (SEEN,)
    assert post.inbox[0].flags == {"\\Seen"}


def test_searches_find_what_they_describe(client, post):
    post.inject(b"From: Ana <ana@a.example>\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\n\r\nred\r\n", at=START)
    post.inject(b"From: bo@b.example\r\nSubject: two\r\nX-Ref:\r\n\r\nblue " + b"." * 99, flags=["\\Seen"])
    post.inject(
        b"From: bo@b.example\r\nTo: ana@a.example\r\n\r\n", at=START + timedelta(days=2), flags=["Later"]
    )
    client.select_folder("INBOX", readonly=True)
    cases = [
        (["ALL"], [1, 2, 3]),
        (["UID", "2:*"], [2, 3]),
        (["UID", "9:*"], [3]),
        (["SEEN"], [2]),
        (["UNSEEN"], [1, 3]),
        (["NOT", "SEEN", "NOT", ["KEYWORD", "Later"]], [1]),
        (["SINCE", date(2024, 6, 4)], [3]),
        (["SINCE", date(2024, 6, 5)], [3]),
        (["SINCE", date(2024, 6, 6)], []),
        (["BEFORE", date(2024, 6, 4)], [1, 2]),
        (["ON", date(2024, 6, 5)], [3]),
        (["FROM", "ANA@"], [1]),
        (["OR", "FROM", "ana", "TO", "ana"], [1, 3]),
        (["SUBJECT", "two"], [2]),
        (["HEADER", "X-Ref", ""], [2]),
        (["BODY", "BLUE"], [2]),
        (["TEXT", "red"], [1]),
        (["LARGER", 120], [2]),
        (["SMALLER", 60], [3]),
        (["1,3"], [1, 3]),
        (["FROM", "nobody"], []),
    ]
    assert [(asked, list(client.search(asked))) for asked, _ in cases] == cases
    assert list(client.search(["SUBJECT", "café"], charset="UTF-8")) == [1]
    found = client.search(["MODSEQ", 3])
    assert (list(found), found.modseq) == ([2, 3], 4)


@pytest.mark.parametrize(
    "asked",
    ["FOO", "SINCE yesterday", "UID a", "NOT", "LARGER x", "OR SEEN", "NOT " * 99 + "SEEN", "FROM (a b)"],
)
def test_odd_searches_are_bad(client, asked):
    client.select_folder("INBOX", readonly=True)
    with pytest.raises(InvalidCriteriaError):
        client.search(asked)


def test_flags_are_set_added_and_taken(client, post):
    uid, other = post.inject(LETTER), post.inject(LETTER)
    client.select_folder("INBOX")
    assert client.add_flags([uid], ["\\SEEN", "$Later"]) == {uid: (b"$Later", b"\\Seen")}
    assert client.add_flags([uid], ["\\Seen"]) == {uid: (b"$Later", b"\\Seen")}
    assert client.remove_flags([uid], ["\\Seen"]) == {uid: (b"$Later",)}
    assert client.set_flags([uid, other], ["\\Flagged"], silent=True) is None
    assert [mail.flags for mail in post.inbox] == [{"\\Flagged"}, {"\\Flagged"}]
    client.select_folder("INBOX", readonly=True)
    with pytest.raises(IMAPClientError, match="READ-ONLY"):
        client.add_flags([uid], ["\\Seen"])


def test_only_what_changed_is_fetched_on_request(client, post):
    first, second = post.inject(LETTER), post.inject(LETTER)
    client.enable("CONDSTORE")
    before = client.select_folder("INBOX")[b"HIGHESTMODSEQ"]
    client.add_flags([second], ["\\Seen"])
    got = client.fetch([first, second], ["FLAGS"], [f"CHANGEDSINCE {before}"])
    assert {uid: data[b"MODSEQ"] for uid, data in got.items()} == {second: (before + 1,)}


def test_mails_are_appended_copied_moved_and_deleted(client, post):
    told = client.append("Junk", LETTER, ["\\Seen"], datetime(2024, 5, 1, 12, tzinfo=UTC))
    assert b"[APPENDUID " in told
    stored = post.folder("Junk")[0]
    assert (stored.raw, stored.flags, stored.at) == (LETTER, {"\\Seen"}, datetime(2024, 5, 1, 12, tzinfo=UTC))
    client.select_folder("Junk")
    client.copy([1], "INBOX")
    client.move([1], "Trash")
    assert [len(post.folder(name)) for name in ("Junk", "INBOX", "Trash")] == [0, 1, 1]
    client.select_folder("INBOX")
    kept = post.inject(LETTER)
    client.delete_messages([1])
    client.uid_expunge([kept])
    assert len(post.inbox) == 2
    client.expunge()
    assert [mail.uid for mail in post.inbox] == [kept]
    with pytest.raises(IMAPClientError, match="NONEXISTENT"):
        client.copy([kept], "Nowhere")


def test_closing_a_folder_deletes_and_unselecting_does_not(client, post):
    uid = post.inject(LETTER, flags=["\\Deleted"])
    client.select_folder("INBOX")
    client.unselect_folder()
    client.select_folder("INBOX", readonly=True)
    client.close_folder()
    assert [mail.uid for mail in post.inbox] == [uid]
    client.select_folder("INBOX")
    client.close_folder()
    assert post.inbox == ()
    assert post.inject(LETTER) == uid + 1


# --- what happens meanwhile ----------------------------------------------------------------------


def test_news_is_told_with_the_next_command(client, post):
    post.inject(LETTER)
    client.select_folder("INBOX")
    post.inject(LETTER)
    assert (2, b"EXISTS") in client.noop()[1]
    with signed_in(post) as other:
        other.select_folder("INBOX")
        other.add_flags([2], ["\\Seen"])
        assert (2, b"FETCH", (b"UID", 2, b"FLAGS", (b"\\Seen",))) in client.noop()[1]
        other.delete_messages([1])
        other.expunge()
    assert (1, b"EXPUNGE") in client.noop()[1]
    assert client.noop()[1] == []


def test_imapclient_idles(client, post):
    client.select_folder("INBOX", readonly=True)
    client.idle()
    post.inject(LETTER)
    assert client.idle_done()[1] == [(1, b"EXISTS")]
