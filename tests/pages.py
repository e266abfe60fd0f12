"""What the ledger's tests write down, tables to write it in, and a second process to write with."""

import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tinydb.table import Document, Table

from mailer.failpoints import reach
from mailer.ledger import open_ledger
from mailer.ledger.identity import LastSeen
from mailer.ledger.journalled import Form, KeyedDB, OnDisk, Store
from mailer.ledger.journalled.keeping import JOURNAL
from mailer.nouns import (
    Address,
    Candidate,
    Finding,
    Kind,
    Letter,
    LetterId,
    Match,
    Message,
    Outcome,
    Phase,
    Verdict,
    marks,
)

__all__ = [
    "ACCEPTED",
    "CHIPY",
    "NOW",
    "SECOND",
    "a_letter",
    "in_another_process",
    "open_ledger",
    "send",
]

NOW = datetime(2013, 8, 19, 9, 30, tzinfo=UTC)
LEDGER = "l-0123456789abcdef"
FIRST = Form()
SEAL = marks.Seal(LEDGER, b"k" * 32)
LATER = NOW + timedelta(minutes=15)
CHIPY = LetterId("initial-contact", "chipy", "initial-contact")
SECOND = LetterId("initial-contact", "baypiggies", "initial-contact")
ACCEPTED = Verdict(Outcome.ACCEPTED, Phase.DOT, 250, "2.0.0", "queued as 4FxQ")
DEFERRED = Verdict(Outcome.DEFERRED, Phase.RCPT, 451, "4.7.1", "greylisted, try again later")
REFUSED = Verdict(Outcome.REFUSED, Phase.RCPT, 550, "5.1.1", "no such user")
UNSURE = Verdict(Outcome.UNSURE, Phase.DOT, words="the connection was closed")
PAUSE = Verdict(Outcome.PAUSE, Phase.MAIL, 530, "5.7.0", "sign in first")


def a_letter(letter_id=CHIPY, text="Dear organizers,\r\n"):
    return Letter(
        id=letter_id,
        message_id=marks.message_id(letter_id, "foundation.example", SEAL),
        sender=Address("fellow", "foundation.example"),
        to=(Address("organizers", f"{letter_id.group}.example"),),
        subject="A project night in Chicago?",
        raw=text.encode(),
        digest="d" * 64,
    )


def a_message(name="m1", at=NOW, message_id="<r1@chipy.example>", place=None):
    best = Candidate(CHIPY, 100, "it answers our Message-ID")
    return Message(
        id=name,
        message_id=message_id,
        folder="INBOX",
        uid=7,
        at=at,
        sender="carl@chipy.example",
        sender_name="Carl",
        subject="Re: A project night in Chicago?",
        words="Sure!",
        finding=Finding(Kind.HUMAN, ("a person wrote it",), until=date(2013, 8, 26)),
        match=Match((best,)),
        place=place,
    )


def send(ledger, verdict, letter=None, **when):
    letter = letter or a_letter()
    ledger.claim(letter, NOW)
    reach("intent.after_fsync")
    ledger.mark_sending(letter.id, NOW)
    settled = ledger.settle(letter.id, verdict, LATER, **when)
    reach("outcome.after_fsync")
    return settled


def in_another_process(place, script, **popen):
    """Start Python with the ledger's two paths and this file's words at hand."""
    prelude = (
        "import os, sys; from pathlib import Path; sys.path.insert(0, sys.argv[3])\n"
        "from pages import *\n"
        "place = Path(sys.argv[1]), Path(sys.argv[2])\n"
    )
    command = [sys.executable, "-c", prelude + script, *map(str, place), str(Path(__file__).parent)]
    return subprocess.Popen(
        command, cwd=Path(__file__).parent.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **popen
    )


@contextmanager
def opened(folder, said=None, form=FIRST):
    """TinyDB over the folder."""
    store = Store(OnDisk(folder, LEDGER, LastSeen(LEDGER), form, [] if said is None else said))
    try:
        store.open(lambda *_: None)
        yield KeyedDB(store)
    finally:
        store.close()


def fill(folder, *names):
    """One line for each name; the file's bytes after it."""
    with opened(folder) as db:
        for name in names:
            db.table("groups").insert(Document({"name": name}, doc_id=name))
    return (folder / JOURNAL).read_bytes()


def names_in(folder, said=None):
    with opened(folder, said) as db:
        return [group["name"] for group in db.table("groups")]


class Plain(Table):
    """Stock TinyDB, told only that keys are text."""

    document_id_class = str
