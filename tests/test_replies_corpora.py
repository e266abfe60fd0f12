"""How well real mail is sorted: labelled mails of many makers, from a folder that is no part of this project.

`CAMPAIGN_CORPORA` names the folder; its `MANIFEST.tsv` has a line for each mail with the columns `path`,
`expected_class`, `also_ok` and `notes`. Without it these tests are skipped, and say so.
"""

import csv
import os
import random
import sys
from collections import Counter
from pathlib import Path

import pytest

from mailer.nouns import Address, Kind
from mailer.replies import classify, match, read, words_of
from mailer.replies.quotes import own_words

FOLDER = os.environ.get("CAMPAIGN_CORPORA", "")
MISSING = "no labelled mail: set CAMPAIGN_CORPORA to a folder with a MANIFEST.tsv to measure the reader on it"
pytestmark = pytest.mark.skipif(not (FOLDER and (Path(FOLDER) / "MANIFEST.tsv").is_file()), reason=MISSING)

BOUNCES = {Kind.BOUNCE_HARD, Kind.BOUNCE_SOFT, Kind.DELAYED}
NOBODYS = {Kind.UNRELATED, Kind.HUMAN}
RIGHT = {
    **dict.fromkeys(("bounce_any", "bounce_perm", "bounce_mixed", "bounce_unlabelled"), BOUNCES),
    "bounce_hard": BOUNCES,
    "bounce_soft": BOUNCES,
    "complaint": {Kind.COMPLAINT},
    "ooo": {Kind.OUT_OF_OFFICE},
    "auto_ack": {Kind.AUTO_ACK},
    "mdn": {Kind.RECEIPT},
    "dsn_success": {Kind.RECEIPT},
    "human_reply": NOBODYS,
    "unrelated": NOBODYS,
}
"""Nothing was sent, so nothing matches: a person's answer and a stranger's mail are the same here."""

LEAST = {
    "bounce": 0.97,
    "hard or soft": 0.90,
    "complaint": 0.90,
    "person": 0.999,
    "stranger": 0.995,
    "own words": 0.85,
}
SAMPLE = 6
"""The normal run reads every sixth mail."""


class Nobody:
    """We have sent nothing."""

    sender = Address.parse("maria@fellows.example")

    def letter_of(self, text):
        return None

    def is_trial(self, text):
        return False

    def letters_to(self, address):
        return ()

    def letters_to_group_of(self, address):
        return ()

    def answered_by(self, message_id):
        return None

    def recipients(self, letter):
        return ()


def manifest():
    with (Path(FOLDER) / "MANIFEST.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def kind_of(row):
    letter = read((Path(FOLDER) / row["path"]).read_bytes())
    finding = classify(letter, match(letter, Nobody()), Nobody())
    words_of(letter, finding)
    return finding.kind


def counted(rows):
    """For each thing measured, how many mails it concerns and how many were right."""
    asked, right = Counter(), Counter()
    for row in rows:
        expected, found = row["expected_class"], kind_of(row)
        classes = [expected, *filter(None, (row["also_ok"] or "").split(","))]
        name = "bounce" if expected.startswith("bounce") else NAMES.get(expected, expected)
        asked[name] += 1
        right[name] += any(found in RIGHT.get(each, ()) for each in classes)
        if expected in {"bounce_hard", "bounce_soft"} and found in BOUNCES:
            asked["hard or soft"] += 1
            right["hard or soft"] += (found is Kind.BOUNCE_HARD) == (expected == "bounce_hard")
    return asked, right


NAMES = {"human_reply": "person", "unrelated": "stranger"}


def say(capsys, *lines):
    """Shows the figures even when all is well."""
    with capsys.disabled():
        sys.stdout.write("\n" + "".join(f"  {line}\n" for line in lines))


def check(rows, capsys):
    asked, right = counted([row for row in rows if row["expected_class"] in RIGHT])
    table = [
        f"{name:14} {right[name]:5} of {n:5}  {right[name] / n:6.1%}" for name, n in sorted(asked.items())
    ]
    say(capsys, *table)
    assert not {name for name, n in asked.items() if right[name] < int(LEAST.get(name, 0) * n)}


def test_a_sample_of_real_mail_is_sorted(capsys):
    check(manifest()[::SAMPLE], capsys)


@pytest.mark.full
def test_all_real_mail_is_sorted(capsys):
    check(manifest(), capsys)


BITS = [
    b"\r",
    b"\n",
    b"\0",
    b"--",
    b"=?utf-8?b?",
    b"?=",
    b"\xff",
    b"<",
    b"@",
    b'"',
    b"(",
    b"boundary=",
    b"9" * 30,
]


def broken(rnd, raws):
    """One mail with pieces taken out, put in, turned round, or of another mail."""
    raw = bytearray(rnd.choice(raws))
    for _ in range(rnd.randint(1, 10)):
        at, size = rnd.randrange(len(raw) + 1), rnd.randint(1, 2000)
        other = rnd.choice(raws)
        from_other = rnd.randrange(len(other) + 1)
        piece = rnd.choice([rnd.choice(BITS), b"", rnd.randbytes(3), other[from_other : from_other + size]])
        raw[at : at + rnd.choice([0, 1, size])] = piece
    return bytes(raw)


def read_broken(count, rows):
    rnd = random.Random(5)
    raws = [(Path(FOLDER) / row["path"]).read_bytes()[:40_000] for row in rows]
    for _ in range(count):
        letter = read(broken(rnd, raws))
        finding = classify(letter, match(letter, Nobody()), Nobody())
        "".join((letter.text, letter.subject, words_of(letter, finding), *finding.because)).encode("utf-8")


def test_real_mail_broken_in_transit_is_read_as_well():
    read_broken(300, manifest()[:: 4 * SAMPLE])


@pytest.mark.full
def test_much_real_mail_broken_in_transit_is_read_as_well():
    read_broken(5000, manifest()[::SAMPLE])


def test_what_people_wrote_themselves_is_found_in_real_mail(capsys):
    rows = [row for row in manifest() if row["expected_class"] == "reply_text"]
    asked = exact = 0
    for row in rows:
        wanted = Path(FOLDER) / (row["notes"] or "").removeprefix("expected=")
        if wanted.is_file():
            raw = (Path(FOLDER) / row["path"]).read_bytes()
            text = read(raw).text if row["path"].endswith(".eml") else raw.decode("utf-8", "replace")
            asked += 1
            exact += own_words(text).split() == wanted.read_text(encoding="utf-8").split()
    say(capsys, f"own words, exactly: {exact} of {asked}")
    assert exact >= LEAST["own words"] * asked
