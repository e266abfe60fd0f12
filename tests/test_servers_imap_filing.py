"""Putting a copy into the folder for sent mail: on three servers as it should be, and on liars."""

from datetime import UTC, datetime

import pytest
from imap_servers import OFFERS, client
from liars import CANARY, LONG_AGO, Imap, a_mail, settings_for

from mailer.errors import BadSettings, ServerUnavailable
from mailer.nouns import Filed
from mailer.servers import mailbox
from mailer.servers.imap_answers import append_limit, appended

LEFT = datetime(2026, 6, 1, 9, 30, 7, tzinfo=UTC)
LETTER = b"Subject: =?utf-8?q?caf=C3=A9?=\r\n\r\n.\r\n{5}\r\n* BYE\r\n" + b"x" * 5000 + b"\r\n\r\n"
LIMITED = "IMAP4rev1 AUTH=PLAIN APPENDLIMIT=90"
EACH = "IMAP4rev1 AUTH=PLAIN APPENDLIMIT"


@pytest.fixture(params=OFFERS)
def server(request, servers):
    with servers.mailbox(request.param) as server:
        yield server


@pytest.fixture(autouse=True)
def password(monkeypatch):
    monkeypatch.setenv("CAMPAIGN_IMAP_PASSWORD", CANARY)


def opened(server):
    return mailbox(settings_for(server.port, user=server.user))


def filed(server, raw=LETTER):
    with opened(server) as box:
        return box.file(raw, LEFT)


def test_a_copy_is_byte_for_byte_seen_and_dated_when_the_letter_left(server):
    server.put(a_mail(1), "Sent", LEFT)
    with opened(server) as box:
        list(box.copies(LONG_AGO))
        one, two = box.file(LETTER, LEFT), box.file(a_mail(2), LEFT)
    assert (one.folder, one.refused, two.uid) == ("Sent", "", one.uid + 1)
    with client(server) as other:
        other.select_folder("Sent", readonly=True)
        got = other.fetch([one.uid], ["BODY[]", "FLAGS", "INTERNALDATE"])[one.uid]
    assert got[b"BODY[]"] == LETTER
    assert set(got[b"FLAGS"]) - {b"\\Recent"} == {b"\\Seen"}
    assert got[b"INTERNALDATE"] == LEFT


def test_it_goes_where_the_mark_is_whatever_the_folder_is_called():
    with Imap() as server:
        server.folders["Gesendet &APw-"] = {}
        server.flags = {"Gesendet &APw-": r"\Sent"}
        assert filed(server) == Filed("Gesendet ü")
        assert [raw for raw, _ in server.folders["Gesendet &APw-"].values()] == [LETTER]
        assert not server.folders["Sent"]


def test_without_a_folder_for_sent_mail_there_is_nowhere_to_put_it():
    with Imap() as server:
        server.folders.pop("Sent")
        with pytest.raises(BadSettings, match="no folder for sent mail"):
            filed(server)
        assert not any("APPEND" in line for line in server.commands)


@pytest.mark.parametrize("hasty", [True, False], ids=["before it has come", "after it has come"])
@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"TAG NO [OVERQUOTA] Mailbox is full\r\n", "[OVERQUOTA] Mailbox is full"),
        (b"TAG BAD what\r\n", "it does not understand APPEND"),
        (b"TAG NO \r\n", "it does not say why"),
        (f"TAG NO {CANARY} again\r\n".encode(), None),
    ],
)
def test_a_refusal_is_a_value_and_the_conversation_goes_on(hasty, said, told):
    with Imap(script={"APPEND": [said]}) as server, opened(server) as box:
        server.hasty = hasty
        refused = box.file(LETTER, LEFT)
        assert refused.refused
        assert CANARY not in refused.refused
        assert told in {None, refused.refused}
        server.hasty = False
        assert box.file(a_mail(1), LEFT) == Filed("Sent")
        assert [raw for raw, _ in server.folders["Sent"].values()] == [a_mail(1)]


@pytest.mark.parametrize("deed", ["close", "reset", b"* BYE going down\r\nAWAY", b"TAG OK [APPENDU"])
def test_when_the_line_breaks_nobody_knows_and_it_is_said_so(deed):
    deed = deed + b"AWAY" if isinstance(deed, bytes) and not deed.endswith(b"AWAY") else deed
    with Imap(script={"APPEND": [deed]}) as server, pytest.raises(ServerUnavailable, match="a copy for Sent"):
        filed(server)


@pytest.mark.parametrize(
    ("offers", "status", "limit"),
    [
        (LIMITED, b"", "90"),
        (EACH, b'* STATUS "Sent" (APPENDLIMIT 80)\r\nTAG OK x\r\n', "80"),
        (EACH, b'* STATUS "Sent" (APPENDLIMIT NIL)\r\nTAG OK x\r\n', ""),
        (EACH, b'* STATUS "Sent" ()\r\nTAG OK x\r\n', ""),
        ("IMAP4rev1 AUTH=PLAIN APPENDLIMIT=x", b"", ""),
    ],
)
def test_what_is_larger_than_the_server_takes_is_not_even_offered(offers, status, limit):
    with Imap(script={"STATUS": [status]}, capabilities=offers) as server, opened(server) as box:
        assert not box.file(a_mail(1), LEFT).refused
        large = box.file(LETTER, LEFT).refused
        assert large == (f"it takes no mail of more than {limit} bytes" if limit else "")
        assert sum("APPEND " in line for line in server.commands) == (1 if limit else 2)
        assert sum("STATUS" in line for line in server.commands) == (offers == EACH), "asked once"


@pytest.mark.parametrize(
    ("offered", "limit"),
    [
        ([b"IMAP4REV1"], 0),
        ([b"APPENDLIMIT=35651584"], 35651584),
        ([b"appendlimit=12"], 12),
        ([b"APPENDLIMIT"], None),
        ([b"APPENDLIMIT", b"APPENDLIMIT=7"], 7),
        ([b"APPENDLIMIT=-7"], 0),
        ([b"APPENDLIMITS"], 0),
    ],
)
def test_the_limit_that_a_server_announces(offered, limit):
    assert append_limit(offered) == limit


@pytest.mark.parametrize(
    ("said", "uid"),
    [
        (b"[APPENDUID 38505 3955] kept", 3955),
        (b"kept", 0),
        (b"[APPENDUID 1 99999999999] x", 0),
        (b"[APPENDUID 1 2:3] x", 0),
        (None, 0),
    ],
)
def test_the_number_that_a_copy_was_given(said, uid):
    assert appended(said) == uid
