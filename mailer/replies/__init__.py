"""Reads incoming mail: what it says, which letter it answers, what kind it is, and the evidence for that."""

from mailer.replies.kinds import classify, words_of
from mailer.replies.mail import Mail
from mailer.replies.matching import Ours, match
from mailer.replies.reading import read

__all__ = ["Mail", "Ours", "classify", "match", "read", "words_of"]
