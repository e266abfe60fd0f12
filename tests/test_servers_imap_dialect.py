"""What an IMAP client may rely on: three servers, with no line in common, asked the same on the wire."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from imap_servers import EIGHT_BIT, OFFERS, Line, client, expunge, fill, flags_of, on
from imapclient.exceptions import IMAPClientError
from liars import NOON, a_mail

NUMBERS = ["MESSAGES", "UIDNEXT", "UIDVALIDITY"]


@pytest.fixture(params=OFFERS)
def server(request, servers):
    with servers.mailbox(request.param) as server:
        server.kind = request.param
        yield server


@pytest.fixture
def one(server):
    with client(server) as one:
        yield one


# --- what each offers --------------------------------------------------------------------------


def test_each_server_offers_what_the_table_says(server, one):
    features = set().union(*OFFERS.values())
    fill(server, a_mail(1))
    opened = one.select_folder("INBOX")
    found = {name for name in features if name.isupper() and one.has_capability(name)}
    found |= {"keywords"} if b"\\*" in opened[b"PERMANENTFLAGS"] else set()
    found |= {"low numbers"} if one.search() == [1] else set()
    fill(server, a_mail(2))
    found |= {"search finds news"} if len(one.search()) > 1 else set()
    assert found == OFFERS[server.kind] - {"quick"}


@on()
def test_keywords_are_kept_where_that_is_said_and_dropped_elsewhere(server, one):
    fill(server, a_mail(1))
    one.select_folder("INBOX")
    [uid] = one.search()
    one.add_flags([uid], ["\\Flagged", "Later"])
    kept = {b"Later"} if "keywords" in OFFERS[server.kind] else set()
    assert flags_of(one, [uid]) == [{b"\\Flagged"} | kept]


# --- numbers -----------------------------------------------------------------------------------


def test_status_and_opening_tell_the_same_numbers(server, one):
    fill(server)
    told = one.folder_status("INBOX", NUMBERS)
    for read_only in (True, False):
        opened = one.select_folder("inbox", readonly=read_only)
        assert {told[b"MESSAGES"]} == {opened[b"EXISTS"]} == {3}
        assert b"UNSEEN" in opened
        assert [told[name] for name in (b"UIDNEXT", b"UIDVALIDITY")] == [
            opened[name] for name in (b"UIDNEXT", b"UIDVALIDITY")
        ]
    assert one.search()[-1] + 1 == told[b"UIDNEXT"]


def test_a_number_is_foretold_given_once_and_never_again(server, one):
    for _ in range(2):
        upcoming = one.folder_status("INBOX", NUMBERS)[b"UIDNEXT"]
        fill(server, a_mail(1))
        one.select_folder("INBOX", readonly=True)
        assert one.search() == [upcoming]
        one.select_folder("Sent")  # of an open folder STATUS may tell old news
        expunge(server, 1)
        told = one.folder_status("INBOX", NUMBERS)
        assert (told[b"MESSAGES"], told[b"UIDNEXT"]) == (0, upcoming + 1)


def test_a_new_numbering_has_a_new_name(server):
    fill(server)
    with client(server) as one:
        before = one.folder_status("INBOX", NUMBERS)
    server.renumber()
    with client(server) as one:
        after = one.folder_status("INBOX", NUMBERS)
    assert after[b"UIDVALIDITY"] != before[b"UIDVALIDITY"]
    assert after[b"MESSAGES"] == 3


# --- fetching ----------------------------------------------------------------------------------


def test_octets_sizes_and_dates_come_back_as_they_were(server, one):
    at = datetime(2024, 2, 29, 23, 59, 58, tzinfo=UTC)
    server.put(EIGHT_BIT, at=at)
    one.select_folder("INBOX", readonly=True)
    [got] = one.fetch(one.search(), ["BODY.PEEK[]", "RFC822.SIZE", "INTERNALDATE"]).values()
    assert got[b"BODY[]"] == EIGHT_BIT
    assert got[b"RFC822.SIZE"] == len(EIGHT_BIT)
    assert got[b"INTERNALDATE"] == at


@pytest.mark.parametrize(
    ("asked", "answered", "cut"),
    [
        ("0.10", b"0", slice(10)),
        ("0.1048576", b"0", slice(None)),
        ("5.7", b"5", slice(5, 12)),
        ("900000.10", b"900000", slice(0)),
    ],
)
def test_an_answer_names_where_its_part_begins_and_no_more(server, asked, answered, cut):
    fill(server, EIGHT_BIT)
    with Line(server) as line:
        line.ask(b"EXAMINE INBOX")
        head, *rest = line.ask(b"UID FETCH 1:* (BODY.PEEK[]<%b>)" % asked.encode())
    part = EIGHT_BIT[cut]
    assert b"BODY[]<%b> {%d}\r\n" % (answered, len(part)) in head
    assert b"".join(rest).startswith(part)
    assert b"UID " in head + rest[-2]


def test_only_reading_without_a_peek_and_with_leave_to_write_marks_a_mail(server, one):
    fill(server, a_mail(1))
    one.select_folder("INBOX", readonly=True)
    [uid] = one.search()
    for read_only in (True, False):
        one.select_folder("INBOX", readonly=read_only)
        one.fetch([uid], ["BODY.PEEK[]", "BODY.PEEK[]<0.9>", "BODY.PEEK[HEADER]", "RFC822.SIZE", "FLAGS"])
        assert flags_of(one, [uid]) == [set()]
        one.fetch([uid], ["BODY[]<0.9>"])
        assert flags_of(one, [uid]) == [set() if read_only else {b"\\Seen"}]


def test_a_folder_opened_for_reading_stays_as_it_is(server, one):
    fill(server)
    opened = one.select_folder("INBOX", readonly=True)
    assert b"READ-ONLY" in opened
    assert opened[b"PERMANENTFLAGS"] == ()
    uids = one.search()
    for change in (lambda: one.add_flags(uids, ["\\Deleted"]), one.expunge, one.close_folder):
        with suppress(IMAPClientError):  # Dovecot says OK and does nothing; the others say NO
            change()
    one.select_folder("INBOX")
    assert one.search() == uids
    assert flags_of(one, uids) == [set()] * 3


def test_a_mail_that_is_gone_is_told_as_gone_and_asked_for_in_vain(server, one):
    fill(server)
    one.select_folder("INBOX", readonly=True)
    uids = one.search()
    expunge(server, 2)
    assert (2, b"EXPUNGE") in one.noop()[1]
    assert one.search() == [uids[0], uids[2]]
    assert one.fetch([uids[1]], ["BODY.PEEK[]"]) == {}


# --- searching ---------------------------------------------------------------------------------

LETTERS = [
    b"From: ana@a.example\r\nMessage-ID: <c.1@w.example>\r\nSubject: =?utf-8?q?Caf=C3=A9?= at four\r\n",
    b"From: bo@b.example\r\nTo: ana@a.example\r\nSubject: two\r\nX-Ref:\r\n\r\nblue\r\n",
    b"From: bo@b.example\r\nSubject: four\r\nIn-Reply-To: <c.1@w.example>\r\n\r\nred\r\n",
    b"From: cy@c.example\r\nSubject: last\r\n\r\nCaf\xc3\xa9\r\n",
]
DAY = NOON.date()


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        (["ALL"], [1, 2, 3, 4]),
        (["SINCE", DAY], [3, 4]),
        (["SINCE", DAY + timedelta(days=1)], [4]),
        (["SINCE", DAY + timedelta(days=9)], []),
        (["BEFORE", DAY], [1, 2]),
        (["ON", DAY], [3]),
        (["HEADER", "Message-ID", "<c.1@w.example>"], [1]),
        (["HEADER", "message-id", "C.1@W"], [1]),
        (["HEADER", "In-Reply-To", "c.1"], [3]),
        (["HEADER", "X-Ref", ""], [2]),
        (["HEADER", "X-Nothing", ""], []),
        (["FROM", "bo@b.example"], [2, 3]),
        (["FROM", "bo@b.example", "NOT", "SUBJECT", "two"], [3]),
        (["OR", "FROM", "ana", "TO", "ana"], [1, 2]),
        (["BODY", "BLUE"], [2]),
        (["SUBJECT", "four"], [1, 3]),
        (["LARGER", 80], [1]),
        (["UNSEEN"], [1, 2, 3, 4]),
        (["SEEN"], []),
        (["*"], [4]),
    ],
)
def test_a_search_finds_the_same_everywhere(server, one, asked, places):
    for days, raw in enumerate(LETTERS, start=-2):
        server.put(raw, at=NOON + timedelta(days=days))
    one.select_folder("INBOX", readonly=True)
    uids = one.search()
    assert list(one.search(asked)) == [uids[place - 1] for place in places]


def test_numbers_from_one_on_name_the_last_mail_even_if_it_is_older(server, one):
    one.select_folder("INBOX", readonly=True)
    assert one.search(["UID", "1:*"]) == []
    fill(server)
    one.select_folder("INBOX", readonly=True)
    first, second, last = one.search()
    assert one.search(["UID", f"{second}:*"]) == [second, last]
    assert one.search(["UID", f"{last + 1}:*"]) == one.search(["UID", "4000000000:*"]) == [last]
    assert one.search(["UID", f"{last + 1}:{last + 9}"]) == []
    assert one.search(["UID", f"{first},{last}"]) == [first, last]
    assert one.search(["UID", f"*:{second}"]) == [second, last]
    with pytest.raises(IMAPClientError):
        one.search(["UID", "0"])


def test_words_of_any_script_are_searched_for_in_utf8_and_in_nothing_unheard_of(server, one):
    fill(server, *LETTERS)
    one.select_folder("INBOX", readonly=True)
    uids = one.search()
    assert one.search(["SUBJECT", "café"], "UTF-8") == [uids[0]]
    assert one.search(["BODY", "Café"], "UTF-8") == [uids[3]]
    with Line(server) as line:
        line.ask(b"EXAMINE INBOX")
        assert line.ask(b"SEARCH CHARSET X-UNHEARD-OF SUBJECT x")[-1].startswith((b"A1 NO", b"A1 BAD"))
