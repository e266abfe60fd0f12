"""One thing that was looked at: how it stands, in a sentence, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How a thing stands."""

    FINE = "fine"
    ATTENTION = "attention"
    """Letters leave all the same, but something is better mended."""
    WRONG = "wrong"
    """Letters do not leave, or are thrown away where they arrive."""
    UNKNOWN = "not checked"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor's.

    Attributes:
        part: What it is about: `settings`, `smtp`, `imap`, `domain` or `letter`.
        what: Which thing about that.
        grade: How it stands.
        says: That in a sentence without a final full stop. May hold strangers' words.
        fix: What to do; empty when there is nothing to do.
        code: The exit code that a wrong one asks for.
    """

    part: str
    what: str
    grade: Grade
    says: str
    fix: str = ""
    code: int = 1
