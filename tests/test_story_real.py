"""The whole story, through the installed command, with a provider that we did not write: Postfix and Dovecot.

What happened is asked of the servers: of the mailboxes' files and of Postfix's log.
"""

import contextlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path

import pytest
from postfix import Provider
from stage import AGAIN, HELLO, STEPS, campaign

from mailer.ledger import open_ledger
from mailer.nouns import LetterId, State

GROUPS = """\
group,name,greeting,email,lane
chipy,ChiPy,Robin,robin@chipy.TOWN,research
sf-python,SF Python,Noor,nobody@sfpython.TOWN,research
sf-python,,all at SF Python,list@sfpython.TOWN,
oslo-python,Oslo Python,Ingrid,gone@oslopython.TOWN,research
oslo-python,,Maja,maja@oslopython.TOWN,
pune-python,Pune Python,Asha,grey@punepython.TOWN,research
python-ireland,Python Ireland,Aoife,aoife@pythonireland.TOWN,research
boston-python,Boston Python,Taylor,taylor@bostonpython.TOWN,research
"""

SETTINGS = """\
[sender]
name = "Fay Fellow"
email = "{user}"

[smtp]
host = "127.0.0.1"
port = {smtp}
tls = "{tls}"
user = "{user}"
password_cmd = ["printf", "{password}"]

[imap]
host = "127.0.0.1"
port = {imap}
tls = "{tls}"
user = "{user}"
password_cmd = ["printf", "{password}"]
"""


@dataclass
class Fellow:
    """Somebody with a workspace and a mailbox at the provider.

    Attributes:
        town: How all addresses of this test end.
        now: The time of her commands. It starts as the servers' own, because they date the mails.
    """

    folder: Path
    provider: Provider
    town: str
    now: datetime

    @property
    def address(self):
        return f"fay@psf.{self.town}"

    def set_up(self, groups=GROUPS, tls="starttls"):
        """A fresh workspace, with her own servers in the settings."""
        done = campaign(self.folder.parent, "init", self.folder.name)
        assert done.returncode == 0, done.stderr
        for example in (self.folder / "campaigns").glob("*.toml"):
            example.unlink()  # their audiences ask for columns of the example table
        self.settings(tls)
        self.write("campaigns/groups.csv", groups.replace("TOWN", self.town))
        self.write("campaigns/hello.toml", STEPS)
        self.write("templates/hello.md", HELLO)
        self.write("templates/again.md", AGAIN)

    def settings(self, tls):
        """Write the settings for the provider's servers."""
        smtp, imap = self.provider, self.provider.dovecot
        ports = (smtp.port, imap.port) if tls == "starttls" else (smtp.tls_port, imap.tls_port)
        known = {"user": self.address, "password": smtp.password, "tls": tls}
        text = SETTINGS.format(smtp=ports[0], imap=ports[1], **known)
        self.write("campaigns/settings.toml", text)

    def write(self, path, text):
        (self.folder / path).write_text(text, encoding="utf-8")

    def run(self, *words, code=0, **more):
        """Run the command at her time, as on a machine that trusts the provider's certificate."""
        known = {"CAMPAIGN_NOW": self.now.isoformat(), "COLUMNS": "200"}
        trusted = str(self.provider.certificate)
        done = campaign(self.folder, *words, **{"SSL_CERT_FILE": trusted, **known, **more})
        assert done.returncode == code, f"{words} gave {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return done

    def mails(self, address=""):
        """What lies in an inbox, read."""
        raws = self.provider.mails(f"{address}.{self.town}" if address else self.address)
        return [message_from_bytes(raw, policy=policy.default) for raw in raws]

    @contextlib.contextmanager
    def ledger(self):
        here = self.folder / "campaigns"
        with open_ledger(here / "ledger", here / "ledger-id") as ledger:
            yield ledger

    def letter(self, group):
        """The very bytes of the first letter to a group, as the ledger keeps them."""
        with self.ledger() as ledger:
            return ledger.letter_bytes(LetterId("hello", group, "hello"))

    def state(self, group):
        """What the ledger says about that letter."""
        with self.ledger() as ledger:
            return ledger.delivery(LetterId("hello", group, "hello")).state

    def answer(self, address, words, **headers):
        """Answer the last letter in somebody's inbox as her mail program does, signed in as she herself."""
        letter = self.mails(address)[-1]
        mail = EmailMessage()
        mail["From"] = me = f"{address}.{self.town}"
        mail["To"] = letter["From"]
        mail["Subject"] = headers.pop("subject", f"Re: {letter['Subject']}")
        mail["Date"] = formatdate(localtime=True)
        mail["Message-ID"] = make_msgid(domain=me.partition("@")[2])
        mail["In-Reply-To"] = letter["Message-ID"]
        mail["References"] = letter["Message-ID"]
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        text = letter.get_body(("plain",)).get_content()
        quote = "".join(f"> {line}\n" for line in text.splitlines())
        mail.set_content(f"{words}\n\nOn {letter['Date']}, {letter['From']} wrote:\n{quote}")
        self.provider.hand_in(mail.as_bytes(policy=policy.SMTP), me, self.address)


@pytest.fixture
def fellow(provider, tmp_path):
    return Fellow(tmp_path / "outreach", provider, provider.town(), datetime.now(UTC))


def as_handed_in(raw, letter):
    """Whether a mail in a mailbox is this letter, byte for byte, below what the servers put on top."""
    return raw.replace(b"\n", b"\r\n").endswith(b"\r\n" + letter)


def test_from_the_first_letters_to_the_follow_ups_of_those_who_stay_silent(fellow):
    fellow.set_up()
    assert "all is in order" in fellow.run("check", "hello").stderr

    # The first letters: one address is unknown to Postfix, one is asked for patience.
    sent = fellow.run("send", "hello", "--confirm", "6")
    assert "4 letters of 6 sent" in sent.stderr
    assert "hello/sf-python/hello" in sent.stderr
    assert "User unknown in virtual mailbox table" in sent.stderr
    assert "Greylisted" in sent.stderr
    for group, address in (("chipy", "robin@chipy"), ("boston-python", "taylor@bostonpython")):
        [raw] = fellow.provider.mails(f"{address}.{fellow.town}")
        assert as_handed_in(raw, fellow.letter(group))
    assert fellow.mails("grey@punepython") == fellow.mails("nobody@sfpython") == []
    log = fellow.provider.log
    assert f"550 5.1.1 <nobody@sfpython.{fellow.town}>: Recipient address rejected" in log
    assert f"450 4.2.0 <grey@punepython.{fellow.town}>: Recipient address rejected" in log
    assert re.search(rf"orig_to=<gone@oslopython.{fellow.town}>.*status=bounced", log)

    # Postfix has written a report about the address that it took and Dovecot did not.
    [report] = fellow.mails()
    assert report.get_content_type() == "multipart/report"

    # Both ladders go on at once; who asked for patience is left in peace, and then gets the very same letter.
    greylisted = fellow.letter("pune-python")
    fellow.now += timedelta(minutes=1)
    again = fellow.run("send", "hello", "--confirm", "2")
    assert "bounce-hard" in again.stdout
    assert fellow.state("oslo-python") is State.BOUNCED
    assert fellow.state("sf-python") is State.REFUSED
    assert [len(fellow.mails(a)) for a in ("list@sfpython", "maja@oslopython", "grey@punepython")] == [
        1,
        1,
        0,
    ]
    fellow.now += timedelta(minutes=15)
    fellow.run("send", "hello", "--confirm", "1")
    [raw] = fellow.provider.mails(f"grey@punepython.{fellow.town}")
    assert as_handed_in(raw, greylisted)
    assert "no letter is due now" in fellow.run("send", "hello").stdout

    # What comes back.
    fellow.answer("robin@chipy", "What a lovely idea! Let us talk next week.\n\nRobin")
    back = (fellow.now + timedelta(days=20)).strftime("%d %B %Y")
    fellow.answer(
        "aoife@pythonireland",
        f"I am out of the office until {back}. I will read your mail when I am back.",
        subject="Automatic reply: Hello Python Ireland",
        Auto_Submitted="auto-replied",
    )
    assert len(fellow.mails()) == 3
    fellow.now += timedelta(days=1)
    replies = fellow.run("replies").stdout
    assert re.search(r"chipy .*human", replies)
    assert re.search(r"python-ireland .*out-of-office", replies)
    assert "0 messages new" in fellow.run("replies").stderr

    # A week later only the silent are asked again, each in the thread of her own letter.
    fellow.now += timedelta(days=7)
    silent = ("list@sfpython", "maja@oslopython", "grey@punepython", "taylor@bostonpython")
    shown = fellow.run("send", "hello", "--confirm", "4").stdout
    for group in ("chipy", "python-ireland"):
        assert group not in shown
    for address in silent:
        first, second = fellow.mails(address)
        assert second["In-Reply-To"] == first["Message-ID"]
        assert second["Subject"] == f"Re: {first['Subject']}"
    assert [len(fellow.mails(a)) for a in ("robin@chipy", "aoife@pythonireland")] == [1, 1]
    assert "1 of 6 groups contacted answered" in fellow.run("status", "hello").stdout
    assert len({mail["Message-ID"] for a in silent for mail in fellow.mails(a)}) == 8


def test_an_address_of_several_people_is_not_dead_when_one_of_them_is(fellow):
    fellow.set_up("group,name,greeting,email,lane\nchipy,ChiPy,all,team@chipy.TOWN,research\n")
    fellow.run("send", "hello", "--confirm", "1")
    assert len(fellow.mails("member@chipy")) == len(fellow.mails()) == 1
    fellow.now += timedelta(days=8)
    fellow.run("send", "hello", "--confirm", "1")
    assert len(fellow.mails("member@chipy")) == 2


def test_all_of_it_works_with_tls_from_the_first_byte_on(fellow):
    fellow.set_up(tls="implicit")
    fellow.run("send", "hello", "--only", "chipy", "--confirm", "1")
    fellow.answer("robin@chipy", "Yes!")
    fellow.mails()
    assert re.search(r"chipy .*human", fellow.run("replies").stdout)


def test_a_wrong_password_is_tried_once_and_nothing_is_sent(fellow):
    fellow.set_up()
    wrong = {"CAMPAIGN_SMTP_PASSWORD_CMD": "printf mistyped"}
    done = fellow.run("send", "hello", "--only", "boston-python", "--confirm", "1", code=77, **wrong)
    assert "535 5.7.8" in done.stderr
    assert "password_cmd under [smtp]" in done.stderr
    assert "mistyped" not in done.stdout + done.stderr
    assert len(re.findall(rf"{fellow.address}.*Password mismatch", fellow.provider.dovecot.log)) == 1
    assert fellow.mails("taylor@bostonpython") == []


def test_a_certificate_that_nobody_signed_is_named_and_no_password_leaves(fellow):
    fellow.set_up()
    nobody = {"SSL_CERT_FILE": "/dev/null"}
    done = fellow.run("send", "hello", "--only", "chipy", "--confirm", "1", code=77, **nobody)
    for port in (fellow.provider.port, fellow.provider.dovecot.port):
        assert f"127.0.0.1:{port} cannot prove who it is" in done.stderr
    assert "a certificate of your own is trusted with SSL_CERT_FILE" in done.stderr
    assert fellow.address not in fellow.provider.log + fellow.provider.dovecot.log
    assert fellow.mails("robin@chipy") == []


def test_a_letter_that_is_tried_out_arrives_and_its_bounce_belongs_to_no_letter(fellow):
    fellow.set_up()
    test = ("send", "hello", "--as", "boston-python", "--test-to")
    fellow.run("send", "hello", "--only", "boston-python", "--confirm", "1")
    fellow.run(*test, f"kim@home.{fellow.town}", "--step", "hello")
    [mail] = fellow.mails("kim@home")
    [real] = fellow.mails("taylor@bostonpython")
    assert mail["Subject"] == f"[test as boston-python] {real['Subject']}"
    assert mail.get_body(("plain",)).get_content() == real.get_body(("plain",)).get_content()
    assert "550" in fellow.run(*test, f"nobody@home.{fellow.town}", code=1).stderr
    fellow.run(*test, f"gone@home.{fellow.town}")
    assert "bounce-hard" in fellow.run("replies").stdout
    with fellow.ledger() as ledger:
        [bounce] = ledger.messages()
        assert bounce.match.candidates == ()
        assert [d.state for d in ledger.deliveries().values()] == [State.ACCEPTED]
