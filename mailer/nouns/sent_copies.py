"""The copies of our letters in the folder for sent mail: which we put there, and which lay there without us.

A copy that we put there proves nothing about other letters: that one has none may only mean that we did not
come so far. So it is remembered whose doing each of them is.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailer.nouns.letters import LetterId


class Filing(StrEnum):
    """How a copy came into the folder for sent mail."""

    TRIED = "tried"
    """We were about to put it there; whether it lies there, only a look can tell."""
    PUT = "put"
    """We put it there."""
    FOUND = "found"
    """It lay there without us."""


@dataclass(frozen=True, slots=True)
class SentCopy:
    """What is known of one letter's copy.

    Attributes:
        letter: Of which letter.
        how: Whose doing it is.
        at: When that was noted. UTC.
        folder: Where it lies, by the server's name. Untrusted.
        uid: Its number there (RFC 4315's APPENDUID where we put it); 0 where the server did not tell.
    """

    letter: LetterId
    how: Filing
    at: datetime
    folder: str = ""
    uid: int = 0

    @property
    def may_be_ours(self) -> bool:
        """Whether the copy may be one that we put there."""
        return self.how is not Filing.FOUND
