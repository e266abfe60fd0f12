"""What an IMAP client may rely on when a mailbox changes: three servers, asked the same on the wire."""

import select
from datetime import UTC, datetime

import pytest
from imap_servers import EIGHT_BIT, OFFERS, PATIENCE, Line, client, expunge, fill, flags_of, on
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


# --- being told --------------------------------------------------------------------------------


def idle(one, deed):
    """What is told at once when something happens, and what until DONE."""
    one.idle()
    deed()
    assert select.select([one.socket()], [], [], PATIENCE)[0], "nothing was told"
    return one.idle_done()


@pytest.mark.parametrize("read_only", [True, False])
def test_who_idles_hears_of_a_mail_when_it_comes_and_finds_it(server, one, read_only):
    fill(server, a_mail(1))
    one.select_folder("INBOX", readonly=read_only)
    known = one.search()
    text, told = idle(one, lambda: fill(server, a_mail(2)))
    assert (2, b"EXISTS") in told
    assert text
    [new] = set(one.search(["UID", f"{known[-1] + 1}:*"])) - set(known)
    assert one.fetch([new], ["BODY.PEEK[]"])[new][b"BODY[]"] == a_mail(2)


def test_who_idles_hears_of_a_deletion(server, one):
    fill(server)
    one.select_folder("INBOX", readonly=True)
    one.idle()
    expunge(server, 2)
    told = []
    while (2, b"EXPUNGE") not in told:
        assert select.select([one.socket()], [], [], PATIENCE)[0], told
        told += one.idle_done()[1]
        one.idle()
    one.idle_done()
    assert len(one.search()) == 2


def test_nothing_but_done_ends_the_idling(server):
    with Line(server) as line:
        line.ask(b"EXAMINE INBOX")
        assert line.ask(b"IDLE")[-1].startswith(b"+")
        assert line.ask(b"NOOP")[-1].startswith(b"A1 BAD")
        assert line.ask(b"IDLE")[-1].startswith(b"+")
        line.socket.sendall(b"done\r\n")
        assert line.hear()[-1].startswith(b"A1 OK")
        assert line.ask(b"NOOP")[-1].startswith(b"A1 OK")


def test_without_idling_news_come_with_the_next_noop(server, one):
    one.select_folder("INBOX", readonly=True)
    fill(server, a_mail(1))
    assert (1, b"EXISTS") in one.noop()[1]
    assert len(one.search()) == 1


# --- filing ------------------------------------------------------------------------------------


def test_a_copy_is_filed_with_its_flags_and_date_under_the_number_that_was_foretold(server, one):
    at = datetime(2024, 5, 1, 12, 30, tzinfo=UTC)
    for number in (1, 2):
        before = one.folder_status("Sent", NUMBERS)
        answer = one.append("Sent", a_mail(number), ["\\Seen"], at)
        assert b"[APPENDUID %d %d]" % (before[b"UIDVALIDITY"], before[b"UIDNEXT"]) in answer
        after = one.folder_status("Sent", NUMBERS)
        assert (after[b"MESSAGES"], after[b"UIDNEXT"]) == (number, before[b"UIDNEXT"] + 1)
    one.select_folder("Sent", readonly=True)
    got = one.fetch(one.search(), ["BODY.PEEK[]", "FLAGS", "INTERNALDATE"])
    assert [mail[b"BODY[]"] for mail in got.values()] == [a_mail(1), a_mail(2)]
    assert {mail[b"INTERNALDATE"] for mail in got.values()} == {at}
    assert flags_of(one, list(got)) == [{b"\\Seen"}] * 2


def test_a_mail_of_any_octets_can_be_filed_and_found_by_its_id(server, one):
    raw = b"Message-ID: <campaign.7@w.example>\r\n" + EIGHT_BIT
    one.append("Sent", raw)
    one.select_folder("Sent", readonly=True)
    [uid] = one.search(["HEADER", "Message-ID", "<campaign.7@w.example>"])
    assert one.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"] == raw


def test_who_has_the_folder_open_hears_of_the_copy(server, one):
    one.select_folder("Sent", readonly=True)
    with client(server) as other:
        _, told = idle(one, lambda: other.append("Sent", a_mail(1)))
    assert (1, b"EXISTS") in told


def test_a_literal_waits_to_be_asked_for_unless_it_says_that_it_will_not(server):
    with Line(server) as line:
        assert line.ask(b"APPEND Sent {3}")[-1].startswith(b"+")
        line.socket.sendall(b"abc\r\n")
        assert line.hear()[-1].startswith(b"A1 OK [APPENDUID ")
        assert line.ask(b"APPEND Sent {3+}\r\nabc")[-1].startswith(b"A1 OK [APPENDUID ")


def test_what_cannot_be_filed_is_refused_and_makes_nothing(server):
    with Line(server) as line:
        assert line.ask(b"APPEND Nowhere {3+}\r\nabc")[-1].startswith(b"A1 NO")
        assert line.ask(b"STATUS Nowhere (MESSAGES)")[-1].startswith(b"A1 NO")
        assert line.ask(b"APPEND Sent {0+}\r\n")[-1].startswith(b"A1 NO")
        assert b"(MESSAGES 0)" in line.ask(b"STATUS Sent (MESSAGES)")[0]


# --- folders -----------------------------------------------------------------------------------


def test_the_folders_are_listed_and_one_that_is_not_there_cannot_be_opened(server, one):
    listed = {name: (flags, delimiter) for flags, delimiter, name in one.list_folders()}
    assert set(listed) >= {"INBOX", "Junk", "Sent"}
    assert all(b"\\HasNoChildren" in flags for flags, _ in listed.values())
    assert len({delimiter for _, delimiter in listed.values()}) == 1
    assert [name for _, _, name in one.list_folders(pattern="S%")] == ["Sent"]
    server.put(a_mail(1), "Caf&AOk-", NOON)
    assert [name for _, _, name in one.list_folders(pattern="Café*")] == ["Café"]
    assert one.list_folders("", "")[0][0] == (b"\\Noselect",)
    one.select_folder("INBOX")
    with pytest.raises(IMAPClientError):
        one.select_folder("Nowhere")
    with pytest.raises(IMAPClientError):
        one.search()  # nothing is open any more


@on()
def test_foreign_names_go_over_the_wire_in_modified_utf7(server):
    server.put(a_mail(1), "Caf&P,8-", NOON)
    with Line(server) as line:
        assert b"Caf&P,8-" in b"".join(line.ask(b'LIST "" "*"'))
        assert line.ask(b'STATUS "Caf&P,8-" (MESSAGES)')[-1].startswith(b"A1 OK")


@on("SPECIAL-USE")
def test_folders_tell_what_they_are_for(server, one):
    uses = {name: set(flags) & {b"\\Sent", b"\\Junk"} for flags, _, name in one.list_folders()}
    assert (uses["INBOX"], uses["Sent"], uses["Junk"]) == (set(), {b"\\Sent"}, {b"\\Junk"})


# --- changes -----------------------------------------------------------------------------------


@on("CONDSTORE")
def test_every_change_has_a_higher_number_and_only_what_changed_is_told(server, one):
    fill(server)
    before = one.folder_status("INBOX", ["HIGHESTMODSEQ"])[b"HIGHESTMODSEQ"]
    assert one.select_folder("INBOX")[b"HIGHESTMODSEQ"] == before
    uids = one.search()
    assert one.fetch(uids, ["FLAGS"], [f"CHANGEDSINCE {before}"]) == {}
    one.add_flags(uids[1:2], ["\\Flagged"])
    [(uid, got)] = one.fetch(uids, ["FLAGS"], [f"CHANGEDSINCE {before}"]).items()
    assert (uid, got[b"FLAGS"][0]) == (uids[1], b"\\Flagged")
    assert got[b"MODSEQ"][0] > before
    after = one.folder_status("Sent", ["HIGHESTMODSEQ"])[b"HIGHESTMODSEQ"]
    assert after > 0
    found = one.search(["MODSEQ", before + 1])
    assert (list(found), found.modseq) == ([uids[1]], got[b"MODSEQ"][0])
    assert one.search(["MODSEQ", before + 100]) == []
    fill(server, a_mail(4))
    one.noop()
    assert list(one.search(["MODSEQ", got[b"MODSEQ"][0] + 1])) == [one.search()[-1]]


@on("CONDSTORE")
@pytest.mark.parametrize(
    "question",
    [
        "STATUS Sent (HIGHESTMODSEQ)",
        "FETCH 1 MODSEQ",
        "SEARCH MODSEQ 1",
        "FETCH 1 FLAGS (CHANGEDSINCE 1)",
        "STORE 1 (UNCHANGEDSINCE 1) FLAGS (\\Draft)",
        "SELECT INBOX (CONDSTORE)",
        "ENABLE CONDSTORE",
    ],
)
def test_who_once_asks_for_the_numbers_of_changes_is_told_them_from_then_on(server, question):
    fill(server)
    with Line(server) as line, client(server) as other:
        line.ask(b"SELECT INBOX")
        assert line.ask(question.encode())[-1].startswith(b"A1 OK")
        other.select_folder("INBOX")
        other.add_flags(other.search()[1:2], ["\\Flagged"])
        assert b"MODSEQ (" in b"".join(line.ask(b"NOOP"))


@on("CONDSTORE")
def test_a_change_can_be_made_to_depend_on_there_having_been_none(server):
    fill(server, *map(a_mail, range(4)))
    expunge(server, 1)  # so that numbers and places differ
    with Line(server) as line:
        line.ask(b"SELECT INBOX (CONDSTORE)")
        line.ask(b"STORE 2 +FLAGS (\\Flagged)")
        told = b"".join(line.ask(b"FETCH 2 MODSEQ"))
        latest = int(told.partition(b"MODSEQ (")[2].partition(b")")[0])
        answer = line.ask(b"UID STORE 1:* (UNCHANGEDSINCE %d) +FLAGS (\\Draft)" % (latest - 1))
        assert b"[MODIFIED 3]" in answer[-1]
        answer = line.ask(b"UID STORE 3 (UNCHANGEDSINCE %d) +FLAGS.SILENT (\\Answered)" % latest)
        assert b"MODSEQ (" in answer[0]
        flags = b"".join(line.ask(b"FETCH 1:* FLAGS"))
    assert [flags.count(name) for name in (b"\\Draft", b"\\Flagged", b"\\Answered")] == [2, 1, 1]
