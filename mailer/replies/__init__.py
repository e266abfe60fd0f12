"""Reads incoming mail: what it says, which letter it answers, what kind it is, and the evidence for that."""

from mailer.replies.kinds import classify, words_of
from mailer.replies.matching.by_hand import by_hand
from mailer.replies.matching.copies import copied, label_of
from mailer.replies.matching.evidence import objection, proof
from mailer.replies.matching.given_ids import bare, given_in
from mailer.replies.matching.hosts import organisation
from mailer.replies.matching.ids import answers
from mailer.replies.matching.matching import NAMED, match
from mailer.replies.matching.nothing_sent import NothingSent
from mailer.replies.matching.ours import Ours
from mailer.replies.matching.quotations import Quotations, Quoted, words_in
from mailer.replies.matching.subjects import plain
from mailer.replies.quoting.known_lines import recalled, texts_of
from mailer.replies.reading.every_text import every_text
from mailer.replies.reading.mail import Mail
from mailer.replies.reading.reading import read

__all__ = [
    "NAMED",
    "Mail",
    "NothingSent",
    "Ours",
    "Quotations",
    "Quoted",
    "answers",
    "bare",
    "by_hand",
    "classify",
    "copied",
    "every_text",
    "given_in",
    "label_of",
    "match",
    "objection",
    "organisation",
    "plain",
    "proof",
    "read",
    "recalled",
    "texts_of",
    "words_in",
    "words_of",
]
