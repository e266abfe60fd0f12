"""Labelled mails of many makers, from a folder that is no part of this project, and how well they are sorted.

The folder's `MANIFEST.tsv` has a line for each mail with the columns `path`, `expected_class`, `also_ok`,
`recipients` and `notes`.
"""

import csv
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from mailer.nouns import Kind
from mailer.replies import NothingSent, classify, match, read, words_of
from mailer.replies.quoting.quotes import own_words

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
    "challenge": {Kind.CHALLENGE},
    "unsubscribe": {Kind.UNSUBSCRIBE},
    "human_reply": NOBODYS,
    "unrelated": NOBODYS,
}
"""Nothing was sent, so nothing matches: a person's answer and a stranger's mail are the same here."""

NAMES = {"human_reply": "person", "unrelated": "stranger", "mdn": "receipt", "dsn_success": "receipt"}
SORTED_AS = {
    **dict.fromkeys(BOUNCES, "bounce"),
    Kind.COMPLAINT: "complaint",
    Kind.OUT_OF_OFFICE: "ooo",
    Kind.AUTO_ACK: "auto_ack",
    Kind.RECEIPT: "receipt",
    Kind.CHALLENGE: "challenge",
    Kind.UNSUBSCRIBE: "unsubscribe",
}
"""What a machine's mail, or a request to stop, is called here; all else is a person's or a stranger's."""


def manifest(folder):
    with (Path(folder) / "MANIFEST.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def mails(folder):
    """The rows that name a mail and its class."""
    return [row for row in manifest(folder) if row["expected_class"] in RIGHT]


def name_of(label):
    """The class as it is reported: all kinds of bounce are one."""
    return "bounce" if label.startswith("bounce") else NAMES.get(label, label)


def found_in(raw):
    """What the reader makes of a mail, all that follows included."""
    letter = read(raw)
    finding = classify(letter, match(letter, NothingSent()), NothingSent())
    words_of(letter, finding)
    return finding


@dataclass
class Score:
    """For each thing measured, how many mails it concerns and how many were right; and what was wrong."""

    asked: Counter = field(default_factory=Counter)
    right: Counter = field(default_factory=Counter)
    called: Counter = field(default_factory=Counter)
    rightly: Counter = field(default_factory=Counter)
    wrong: list = field(default_factory=list)

    def add(self, row, finding):
        """Count one mail and what it was found to be."""
        expected = row["expected_class"]
        classes = [expected, *filter(None, (row["also_ok"] or "").split(","))]
        good = any(finding.kind in RIGHT.get(each, ()) for each in classes)
        self._count(name_of(expected), good, row)
        sort = SORTED_AS.get(finding.kind, name_of(expected))
        self.called[sort] += 1
        self.rightly[sort] += good
        if expected in {"bounce_hard", "bounce_soft"} and finding.kind in BOUNCES:
            hard = finding.kind is Kind.BOUNCE_HARD
            self._count("hard or soft", hard == (expected == "bounce_hard"), row)
        wanted = {
            word for word in (row["recipients"] or "").lower().replace(";", ",").split(",") if "@" in word
        }
        if expected.startswith("bounce") and wanted:
            self._count("addresses", {each.key for each in finding.addresses} == wanted, row)

    def _count(self, what, good, row):
        self.asked[what] += 1
        self.right[what] += good
        if not good:
            self.wrong.append((what, row["path"]))

    def share(self, what):
        return self.right[what] / self.asked[what] if self.asked[what] else 1.0

    def precision(self, what):
        return self.rightly[what] / self.called[what] if self.called[what] else 1.0


def own_words_exact(folder):
    """How many of the labelled texts are cut down exactly to what their writer wrote, and of how many."""
    rows = list(texts(folder))
    return sum(words(own_words(text)) == words(wanted) for text, wanted in rows), len(rows)


def texts(folder):
    """Each text that holds quotes, and what its writer wrote herself."""
    for row in manifest(folder):
        wanted = Path(folder) / (row["notes"] or "").removeprefix("expected=")
        if row["expected_class"] == "reply_text" and wanted.is_file():
            raw = (Path(folder) / row["path"]).read_bytes()
            text = read(raw).text if row["path"].endswith(".eml") else raw.decode("utf-8", "replace")
            yield text, wanted.read_text(encoding="utf-8")


def words(text):
    """A text without its line ends and blanks: how it is laid out does not count."""
    return text.split()
