"""The letters of a conversation stand together in a mail program, though each names itself in References."""

import imaplib

import dovecot
import pytest

from mailer.letters import write
from mailer.nouns import Address, Draft, LetterId, Sender

BEA = Sender("Bea Fellow", Address.parse("bea@foundation.example"))
ANA = Address.parse("ana@chipy.example")
IDS = tuple(f"<c.{step}@foundation.example>" for step in ("first", "again", "last"))
REPLY = (
    b"Subject: Re: Hi\r\nMessage-ID: <yes@chipy.example>\r\nIn-Reply-To: %s\r\nReferences: %s\r\n\r\nYes!\r\n"
)


def letters():
    """Three letters to the same group, each in the thread of those before it."""
    for number, message_id in enumerate(IDS):
        subject = "Re: Hi" if number else "Hi"
        draft = Draft(LetterId("a", "b", f"s{number}"), ANA, "", subject, "Hi\n", "<p>Hi</p>\n")
        yield write(draft, BEA, message_id, "a.b", IDS[:number], None).raw


@pytest.mark.parametrize(
    ("order", "threads"),
    [
        ((0, 1, 2, 3), b"(1 2 3 4)"),
        ((2, 0, 3, 1), b"(2 4 1 3)"),
        # Backwards, as nobody gets them, the letters stand side by side below the first.
        ((3, 2, 1, 0), b"(4 (2 1)(3))"),
    ],
)
def test_a_server_keeps_three_letters_and_their_answer_in_one_thread(need_server, order, threads):
    mails = [*letters(), REPLY % (IDS[-1].encode(), b" ".join(map(str.encode, IDS)))]
    with dovecot.running(need_server("dovecot"), "secret") as server:
        client = imaplib.IMAP4("127.0.0.1", server.port)
        client.login("bea", "secret")
        for number in order:
            client.append("INBOX", None, None, mails[number])
        client.select("INBOX", readonly=True)
        _, found = client.thread("REFERENCES", "UTF-8", "ALL")
        client.logout()
    assert found == [threads]
