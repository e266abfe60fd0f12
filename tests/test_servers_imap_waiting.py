"""Waiting for mail: told by the server where it tells, and not held by one that lies, floods or is silent."""

import threading
import time

import pytest
from dovecot import until
from imap_servers import OFFERS, fill
from liars import CANARY, LONG_AGO, SHORT, Imap, a_mail, settings_for

from mailer.errors import ServerUnavailable
from mailer.servers import imap_wire, mailbox
from mailer.servers.patience import ImapPatience

LONG = 60
"""Seconds; nobody waits so long."""


@pytest.fixture(params=OFFERS)
def server(request, servers):
    with servers.mailbox(request.param) as server:
        yield server


@pytest.fixture(autouse=True)
def password(monkeypatch):
    monkeypatch.setenv("CAMPAIGN_IMAP_PASSWORD", CANARY)


def opened(server, **patience):
    return mailbox(settings_for(server.port, user=server.user), ImapPatience(**patience))


def read_to_the_end(box):
    """The cursor after all that is there."""
    return [cursor for cursor, _ in box.fetch("INBOX", None, LONG_AGO)][-1]


def test_mail_that_comes_meanwhile_ends_the_waiting(server):
    fill(server)
    with opened(server) as box:
        cursor = read_to_the_end(box)
        telling = threading.Thread(target=lambda: (until(lambda: _idles(server)), fill(server, a_mail(7))))
        telling.start()
        assert box.wait("INBOX", cursor, LONG)
        telling.join()
        # And the line can be used again.
        assert [mail.raw for _, mail in box.fetch("INBOX", cursor, LONG_AGO) if mail] == [a_mail(7)]


def _idles(server):
    return "IDLE" in [command.upper() for command in server.commands]


def test_mail_that_came_before_anybody_listened_is_noticed(server):
    fill(server)
    with opened(server) as box:
        cursor = read_to_the_end(box)
        fill(server, a_mail(8))
        assert box.wait("INBOX", cursor, LONG)
    assert not _idles(server)


def test_where_nothing_comes_the_waiting_ends_by_itself_again_and_again(server):
    fill(server)
    with opened(server) as box:
        cursor = read_to_the_end(box)
        assert [box.wait("INBOX", cursor, SHORT) for _ in range(3)] == [False] * 3
        assert [mail for _, mail in box.fetch("INBOX", cursor, LONG_AGO) if mail] == []


def test_a_server_may_be_silent_for_as_long_as_is_waited():
    begun = time.monotonic()
    assert waited(b"+ go on\r\n", silence=SHORT / 4)[0] is False
    assert time.monotonic() - begun >= SHORT


def test_in_an_empty_folder_the_first_mail_is_noticed():
    with Imap(capabilities="IMAP4rev1 IDLE") as liar, opened(liar) as box:
        assert not box.wait("INBOX", None, SHORT)
        liar.put(a_mail(1))
        assert box.wait("INBOX", None, LONG)


def waited(idling, seconds=SHORT, capabilities="IMAP4rev1 IDLE", script=None, **patience):
    """What comes of waiting at a server that says this; and what it heard."""
    with Imap([a_mail(1)], script, capabilities=capabilities) as liar:
        liar.idling = idling
        with opened(liar, **patience) as box:
            return box.wait("INBOX", read_to_the_end(box), seconds), [*liar.heard]


@pytest.mark.parametrize(
    ("idling", "told"),
    [
        (b"+ go on\r\n* 2 EXISTS\r\n", True),
        (b"* 2 EXISTS\r\n* 2 RECENT\r\n+ go on\r\n", True),
        (b"+\r\n* 1 FETCH (FLAGS (\\Seen))\r\n* OK still here\r\n* 2 EXISTS\r\n", True),
        (b"+ go on\r\n* OK still here\r\n", False),
        (b"+ go on\r\n* 1 EXPUNGE\r\n", False),
        (b"+ go on\r\n* 99999999999999999999 EXISTS\r\n", False),
        (b"+ go on\r\nwhat?\r\n\0\xff\r\n", False),
    ],
)
def test_only_mail_that_comes_ends_the_waiting_early(idling, told):
    found, heard = waited(idling, LONG if told else SHORT)
    assert found is told
    assert heard[-1] == "- DONE"


def test_a_line_that_comes_in_two_pieces_is_one_line():
    assert waited(b"+ go on\r\n* 2 EXIS", script={"IDLE": [b"TS\r\nTAG OK done\r\n"]})[0] is True


@pytest.mark.parametrize("idling", [b"+ go on\r\n* BYE going down\r\n", b"* BYE no\r\n", b"idle BYE"])
def test_a_server_that_goes_down_is_not_taken_for_a_silent_one(idling):
    with pytest.raises(ServerUnavailable):
        waited(idling, silence=SHORT)


@pytest.mark.parametrize("step", ["stall", "close", "reset"])
def test_a_server_that_does_not_end_when_told_to_is_left(step):
    with pytest.raises(ServerUnavailable):
        waited(b"+ go on\r\n", script={"IDLE": [step]}, silence=SHORT, command=SHORT)


def test_a_flood_while_waiting_is_cut_off(monkeypatch):
    monkeypatch.setattr(imap_wire, "MOST_OCTETS", 2**20)
    with pytest.raises(ServerUnavailable, match="without end"):
        waited(b"+ go on\r\n" + b"* OK and another thing\r\n" * 60_000, LONG)


@pytest.mark.parametrize("capabilities", ["IMAP4rev1", "IMAP4rev1 IDLE"])
def test_a_server_that_does_not_tell_is_asked_later(capabilities):
    found, heard = waited(b"idle NO not for you\r\n", capabilities=capabilities)
    assert found is False
    assert ("idle IDLE" in heard) == ("IDLE" in capabilities)
    assert "- DONE" not in heard
