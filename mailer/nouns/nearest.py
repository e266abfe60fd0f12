"""Guesses which word a person meant when she typed one that does not exist."""

import difflib
from collections.abc import Iterable, Mapping

_ALIKE = 0.8
"""From so much on two halves of an address, or two parts of an id, may be one with a slip in it."""

_SHORTEST = 3
"""So many characters of an id say which one is meant."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that looks most like `word`; '' when none comes close.

    Capitals do not count. Swapped letters (`lnae` for `lane`) are the commonest slip, and the one that plain
    similarity ranks low. Of an id, its beginning or one of its parts will do (`bostn` for `boston-python`),
    where no other begins or is made like that. Addresses must be very near: to a stranger's address belongs
    nobody's name.
    """
    candidates = {candidate.lower(): candidate for candidate in known}
    small = word.lower()
    letters = sorted(small)
    for candidate, written in candidates.items():
        if sorted(candidate) == letters:
            return written
    if "@" in small:
        return candidates.get(_address(small, candidates), "")
    near = difflib.get_close_matches(small, candidates, 1)
    return candidates[near[0]] if near else candidates.get(_by_part(small, candidates), "")


def _address(small: str, candidates: Mapping[str, str]) -> str:
    """The address whose halves, before and after the @, are both alike."""
    for candidate in difflib.get_close_matches(small, candidates, 3, _ALIKE):
        halves = zip(small.split("@", 1), candidate.split("@", 1), strict=False)
        if "@" in candidate and all(difflib.SequenceMatcher(None, *two).ratio() >= _ALIKE for two in halves):
            return candidate
    return ""


def _by_part(small: str, candidates: Mapping[str, str]) -> str:
    """The only id that begins with what was typed, or has a part like it."""
    if len(small) < _SHORTEST:
        return ""
    begun = [candidate for candidate in candidates if candidate.startswith(small)]
    same = [candidate for candidate in candidates if small in candidate.split("-")]
    alike = [c for c in candidates if difflib.get_close_matches(small, c.split("-"), 1, _ALIKE)]
    # The first that fits anything decides: where two fit equally well, a guess would be a lottery.
    fitting = begun or same or alike
    return fitting[0] if len(fitting) == 1 else ""
