"""What a look into a mailbox of a hundred thousand costs, beside others at the same Dovecot in the same run.

With nothing new: `read_mailbox` as every command has it (connect, sign in, LIST, one STATUS for each folder,
the ledger asked, sign out), beside the no-op of `mbsync`, which keeps a mailbox and a folder alike; at most a
tenth of it. With a hundred new: our mailbox beside a reader on a bare socket, both fetch and keep nothing; at
most twice its time. What we do besides (read, match, classify, keep the bytes, note, all of it durable) is
told apart. They take turns, and the median of the rounds' ratios counts.

    python tests/bench/bench_polling.py [--rounds 5] [--mails 100000]

What is not installed is left out with a word: Dovecot (dovecot-imapd), mbsync (isync).
"""

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import dovecot

from mailer.inbox import read_mailbox
from mailer.ledger import create, open_ledger
from mailer.nouns import (
    Address,
    Group,
    Letter,
    LetterId,
    Organizer,
    Outcome,
    Pace,
    Phase,
    Sender,
    Server,
    Settings,
    Verdict,
    World,
    marks,
)
from mailer.servers import mailbox, post_office

PASSWORD = "bench"
STORE = "mail_location = sdbox:~/sdbox\nmail_fsync = never\n"
"""Of a Maildir with many mails Dovecot reads the whole list of names each time that anybody looks."""

LETTERS = 200
NEW = 100
MOST_OF_MBSYNC, MOST_OF_BARE = 0.1, 2.0
NOW = datetime.now(UTC)
BODY = "Yes, we would like that. Shall we talk next week?\r\n" * 24


def say(*words):
    sys.stdout.write("".join(words) + "\n")
    sys.stdout.flush()


def clocked(work):
    """How many milliseconds it takes, and what comes of it."""
    begun = time.perf_counter()
    found = work()
    return (time.perf_counter() - begun) * 1000, found


class Case:
    """A mailbox at Dovecot, a ledger with letters, and three ways to look into the one."""

    def __init__(self, server, folder, mails):
        self.box = server.mailbox("fellow")
        (self.box.home / "wire").rmdir()  # else Dovecot would write down all that is said
        self.port, self.folder, self.serial = server.port, folder, count(1)
        here = Server("127.0.0.1", server.port, "none", "fellow")
        sender = Sender("Grace", Address("grace", "foundation.example"))
        self.settings = Settings(sender, here, here, ("INBOX",), pace=Pace())
        self.world = World(lambda: datetime.now(UTC), None, 0, post_office, mailbox)
        self.groups = [
            Group(f"g{n}", f"G {n}", (Organizer(Address("ada", f"g{n}.example"), "Ada", {}, n),), {}, n)
            for n in range(LETTERS)
        ]
        create(folder / "ledger", folder / "ledger-id", NOW).close()
        self.ledger = open_ledger(folder / "ledger", folder / "ledger-id")
        self.send()
        self.fill(mails, NOW - timedelta(days=400))

    def send(self):
        """Letters, so that there is something to match with."""
        accepted = Verdict(Outcome.ACCEPTED, Phase.DOT, 250, "2.0.0", "queued")
        for number, group in enumerate(self.groups):
            letter = LetterId("hello", group.id, "hello")
            name = marks.message_id(letter, "foundation.example", self.ledger.seal)
            to = (group.organizers[0].address,)
            self.ledger.claim(
                Letter(letter, name, self.settings.sender.address, to, "Hello", b"x" * 3000, f"{number:064}"),
                NOW,
            )
            self.ledger.mark_sending(letter, NOW)
            self.ledger.settle(letter, accepted, NOW)
        self.names = [each.message_id for each in self.ledger.deliveries().values()]

    def fill(self, mails, at):
        """Put so many into the INBOX, five hundred with one command (RFC 3502)."""
        date = f'"{at:%d-%b-%Y %H:%M:%S} +0000"'.encode()
        with socket.create_connection(("127.0.0.1", self.port)) as line, line.makefile("rb") as answers:
            answers.readline()
            _asked(line, answers, b"1 LOGIN fellow bench")
            for begun in range(0, mails, 500):
                raws = [self.mail(at) for _ in range(min(500, mails - begun))]
                several = b"".join(b" %b {%d+}\r\n%b" % (date, len(raw), raw) for raw in raws)
                _asked(line, answers, b"2 APPEND INBOX" + several)
            _asked(line, answers, b"3 LOGOUT")

    def mail(self, at):
        number = next(self.serial)
        return (
            f"From: Ada <ada@g{number % LETTERS}.example>\r\nTo: grace@foundation.example\r\n"
            f"Message-ID: <{number}@bench.example>\r\nIn-Reply-To: {self.names[number % LETTERS]}\r\n"
            f"Subject: Re: Hello\r\nDate: {at:%a, %d %b %Y %H:%M:%S} +0000\r\n\r\nMail {number}.\r\n{BODY}"
        ).encode()

    def ours(self):
        return read_mailbox(self.world, self.settings, self.ledger, self.groups)

    def fetched(self):
        """Our mailbox alone: what is new after the cursor, and nothing done with it."""
        cursor = self.ledger.cursor("INBOX")
        with mailbox(self.settings) as box:
            return [mail for _, mail in box.fetch("INBOX", cursor, date(2020, 1, 1)) if mail]

    def bare(self):
        """A reader on a bare socket: what is new after the cursor, whole; the fewest commands that do."""
        cursor = self.ledger.cursor("INBOX")
        with socket.create_connection(("127.0.0.1", self.port)) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            answers = line.makefile("rb")
            answers.readline()
            _asked(line, answers, b"1 LOGIN fellow bench")
            _asked(line, answers, b"2 EXAMINE INBOX")
            got = _asked(line, answers, b"3 UID FETCH %d:* (UID INTERNALDATE BODY.PEEK[])" % (cursor.uid + 1))
            _asked(line, answers, b"4 LOGOUT")
            return got

    def mbsync(self):
        rc = self.folder / "mbsyncrc"
        if not rc.exists():
            kept = self.folder / "kept"
            kept.mkdir()
            rc.write_text(
                f"FSync no\nIMAPAccount a\nHost 127.0.0.1\nPort {self.port}\nUser fellow\nPass {PASSWORD}\n"
                "SSLType None\nAuthMechs LOGIN\n\nIMAPStore far\nAccount a\n\n"
                f"MaildirStore near\nPath {kept}/\nInbox {kept}/INBOX\n\n"
                "Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\nSyncState *\n"
            )
        done = subprocess.run(
            ["mbsync", "-c", str(rc), "c"], check=False, capture_output=True, text=True, timeout=1200
        )
        if done.returncode:
            raise SystemExit(f"mbsync fails: {done.stderr}")


def _asked(line, answers, command):
    """The mails in the answer to one command."""
    tag = command.split()[0]
    line.sendall(command + b"\r\n")
    got = []
    while not (text := answers.readline()).startswith(tag):
        if text.endswith(b"}\r\n"):
            got.append(answers.read(int(text[text.rindex(b"{") + 1 : -3])))
    if not text.startswith(tag + b" OK"):
        raise SystemExit(f"{command!r}: {text!r}")
    return got


def nothing_new(case, rounds):
    """One look after the other; whether the budget is kept."""
    case.ours()
    case.mbsync()
    pairs = [(clocked(case.ours)[0], clocked(case.mbsync)[0]) for _ in range(rounds)]
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    kept = ratio <= MOST_OF_MBSYNC
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    say(
        f"nothing new    ours {ours:7.1f} ms   mbsync {theirs:7.1f} ms   "
        f"ratio {ratio:.3f} of at most {MOST_OF_MBSYNC}   {'PASSED' if kept else 'MISSED'}"
    )
    return kept


def a_hundred_new(case, rounds):
    """A hundred more each round, which Dovecot has noticed before anybody's clock runs."""
    rows = []
    for turn in range(rounds):
        case.fill(NEW, NOW)
        case.bare()
        ways = (case.fetched, case.bare) if turn % 2 else (case.bare, case.fetched)
        took = {way: clocked(way) for way in ways}
        whole, reading = clocked(case.ours)
        got = len(took[case.fetched][1]), len(took[case.bare][1]), len(reading.new)
        if got != (NEW, NEW, NEW):
            raise SystemExit(f"they got {got}")
        rows.append((took[case.fetched][0], took[case.bare][0], whole))
    ratio = statistics.median(fetched / bare for fetched, bare, _ in rows)
    fetched, bare, whole = (statistics.median(column) for column in zip(*rows, strict=True))
    kept = ratio <= MOST_OF_BARE
    say(
        f"{NEW} new        ours {fetched:7.1f} ms   bare   {bare:7.1f} ms   "
        f"ratio {ratio:.3f} of at most {MOST_OF_BARE}   {'PASSED' if kept else 'MISSED'}"
    )
    say(
        f"               with reading, matching, classifying, and all of it on the disk: {whole:.1f} ms "
        f"({whole / bare:.1f} x bare)"
    )
    return kept


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--mails", type=int, default=100_000)
    asked, _ = words.parse_known_args()
    program = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
    if not program:
        say("SKIPPED: there is no Dovecot (apt install dovecot-imapd), so no mailbox to look into")
        return 0
    os.environ["CAMPAIGN_IMAP_PASSWORD"] = PASSWORD
    with tempfile.TemporaryDirectory() as home, dovecot.running(program, PASSWORD, besides=STORE) as server:
        os.environ["XDG_STATE_HOME"] = home
        say(f"a mailbox of {asked.mails:,} is being made …")
        case = Case(server, Path(home), asked.mails)
        case.ours()
        kept = []
        if shutil.which("mbsync"):
            kept.append(nothing_new(case, asked.rounds))
        else:
            say("SKIPPED: there is no mbsync (apt install isync) to stand beside a look with nothing new")
        kept.append(a_hundred_new(case, asked.rounds))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
