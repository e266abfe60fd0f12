"""Guesses which word a person meant when she typed one that does not exist."""

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that looks most like `word`; '' when none comes close.

    Capitals do not count. Swapped letters (`lnae` for `lane`) are the commonest slip, and the one that plain
    similarity ranks low.
    """
    candidates = {candidate.lower(): candidate for candidate in known}
    letters = sorted(word.lower())
    for small, candidate in candidates.items():
        if sorted(small) == letters:
            return candidate
    near = difflib.get_close_matches(word.lower(), candidates, 1)
    return candidates[near[0]] if near else ""
