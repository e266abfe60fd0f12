"""Compares subjects: `AW: [loire] Re: Hello` is about the same as `Hello`, in every language.

No table of `Re:`, `AW:`, `SV:` is needed. What all of them have in common is that something short with a
colon, or something in brackets, stands before the subject that was answered; and we know our subjects.
"""

import re
import unicodedata
from collections.abc import Iterator

_LONGEST = 300
_MOST = 12
"""So many beginnings are taken off one after the other."""
_LONGEST_PREFIX = 28
"""`Automatic reply`, `Respuesta automática`, `Undelivered Mail Returned`: what is longer says something."""

_BEGINNING = re.compile(rf"\s*(?:\[[^\[\]]{{1,60}}\]|[^:\[\]]{{1,{_LONGEST_PREFIX}}}(?:\[\d{{1,3}}\])?:)\s*")
_END = re.compile(r"\s*(?:\[[^\[\]]{1,40}\]|\([^()]{1,20}\)|[)\]]|\.\.\.)$")
_OUR_PREFIX = re.compile(r"(?:re\s?:\s*)+")


def plain(subject: str) -> str:
    """A subject of ours as it is compared: small letters, no `Re:` of our own follow-ups."""
    return _OUR_PREFIX.sub("", _even(subject), count=1)


def readings(subject: str) -> Iterator[tuple[str, bool]]:
    """What an incoming subject may be about, as `plain` writes it, and whether something stood before it.

    Args:
        subject: Untrusted.
    """
    rest, taken = _even(subject), False
    for _ in range(_MOST):
        shorter = _END.sub("", rest)
        for reading in dict.fromkeys((rest, shorter)):
            if reading:
                yield reading, taken
        found = _BEGINNING.match(rest)
        if found is None:
            return
        rest, taken = rest[found.end() :], True


def is_about(subject: str, ours: str) -> bool:
    """Whether an incoming subject is one of ours, with whatever stands before it.

    Args:
        subject: Untrusted.
        ours: The letter's subject.
    """
    wanted = plain(ours)
    return any(reading == wanted for reading, _ in readings(subject))


def _even(subject: str) -> str:
    # Full-width colons and brackets are written in Chinese and Japanese; `Hello` in any capitals is the same.
    text = unicodedata.normalize("NFKC", subject[:_LONGEST]).casefold()
    return " ".join(text.replace("\u3010", "[").replace("\u3011", "]").split())
