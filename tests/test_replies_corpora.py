"""How well real mail is sorted: labelled mails of many makers, from a folder that is no part of this project.

`CAMPAIGN_CORPORA` names the folder; labels.py says what it looks like. Without it these tests are skipped,
and say so. `make corpora` measures more, beside others.
"""

import os
import random
import sys
from pathlib import Path

import pytest
from labels import Score, found_in, mails, manifest, own_words_exact

from mailer.replies import NothingSent, classify, match, read, words_of

FOLDER = os.environ.get("CAMPAIGN_CORPORA", "")
MISSING = "no labelled mail: set CAMPAIGN_CORPORA to a folder with a MANIFEST.tsv to measure the reader on it"
pytestmark = pytest.mark.skipif(not (FOLDER and (Path(FOLDER) / "MANIFEST.tsv").is_file()), reason=MISSING)

LEAST = {
    "bounce": 0.98,
    "bounce precision": 0.99,
    "hard or soft": 0.90,
    "complaint": 0.95,
    "person": 0.999,
    "stranger": 0.995,
    "own words": 0.85,
}
SAMPLE = 6
"""The normal run reads every sixth mail."""


def say(capsys, *lines):
    """Shows the figures even when all is well."""
    with capsys.disabled():
        sys.stdout.write("\n" + "".join(f"  {line}\n" for line in lines))


def check(rows, capsys):
    score = Score()
    for row in rows:
        score.add(row, found_in((Path(FOLDER) / row["path"]).read_bytes()))
    table = [
        f"{name:14} {score.right[name]:5} of {n:5}  {score.share(name):6.1%}"
        for name, n in sorted(score.asked.items())
    ]
    say(capsys, *table, f"{'bounces rightly called so':20} {score.precision('bounce'):6.1%}")
    assert score.precision("bounce") >= LEAST["bounce precision"]
    assert not {name for name, n in score.asked.items() if score.right[name] < int(LEAST.get(name, 0) * n)}


def test_a_sample_of_real_mail_is_sorted(capsys):
    check(mails(FOLDER)[::SAMPLE], capsys)


@pytest.mark.full
def test_all_real_mail_is_sorted(capsys):
    check(mails(FOLDER), capsys)


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
        finding = classify(letter, match(letter, NothingSent()), NothingSent())
        "".join((letter.text, letter.subject, words_of(letter, finding), *finding.because)).encode("utf-8")


def test_real_mail_broken_in_transit_is_read_as_well():
    read_broken(300, manifest(FOLDER)[:: 4 * SAMPLE])


@pytest.mark.full
def test_much_real_mail_broken_in_transit_is_read_as_well():
    read_broken(5000, manifest(FOLDER)[::SAMPLE])


def test_what_people_wrote_themselves_is_found_in_real_mail(capsys):
    exact, asked = own_words_exact(FOLDER)
    say(capsys, f"own words, exactly: {exact} of {asked}")
    assert exact >= LEAST["own words"] * asked
