"""Guesses which word a person meant when she typed one that does not exist."""

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that looks most like `word`; '' when none comes close.

    Swapped letters (`lnae` for `lane`) are the commonest slip, and the one that plain similarity ranks low.
    """
    candidates = list(known)
    letters = sorted(word.lower())
    for candidate in candidates:
        if sorted(candidate.lower()) == letters:
            return candidate
    near = difflib.get_close_matches(word, candidates, 1)
    return near[0] if near else ""
