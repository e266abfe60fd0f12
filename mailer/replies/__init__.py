"""Reads incoming mail: what it says, which letter it answers, what kind it is, and the evidence for that."""

from mailer.replies.by_hand import by_hand
from mailer.replies.copies import copied, label_of
from mailer.replies.every_text import every_text
from mailer.replies.evidence import objection, proof
from mailer.replies.kinds import classify, words_of
from mailer.replies.known_lines import recalled, texts_of
from mailer.replies.mail import Mail
from mailer.replies.matching import NAMED, Ours, match
from mailer.replies.reading import read

__all__ = [
    "NAMED",
    "Mail",
    "Ours",
    "by_hand",
    "classify",
    "copied",
    "every_text",
    "label_of",
    "match",
    "objection",
    "proof",
    "read",
    "recalled",
    "texts_of",
    "words_of",
]
