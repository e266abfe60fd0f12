"""Reads incoming mail: what it says, which letter it answers, what kind it is, and the evidence for that."""

from mailer.replies.by_hand import by_hand
from mailer.replies.copies import copied, label_of
from mailer.replies.every_text import every_text
from mailer.replies.evidence import objection, proof
from mailer.replies.given_ids import bare, given_in
from mailer.replies.hosts import organisation
from mailer.replies.ids import answers
from mailer.replies.kinds import classify, words_of
from mailer.replies.known_lines import recalled, texts_of
from mailer.replies.mail import Mail
from mailer.replies.matching import NAMED, match
from mailer.replies.nothing_sent import NothingSent
from mailer.replies.ours import Ours
from mailer.replies.quotations import Quotations, Quoted, words_in
from mailer.replies.reading import read
from mailer.replies.subjects import plain

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
