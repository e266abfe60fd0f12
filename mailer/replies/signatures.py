"""Finds what stands above and below every mail of a person or a house: banners, signatures, disclaimers."""

from collections.abc import Sequence

from mailer.replies.signature_words import BANNER, DISCLAIMER, SENT_FROM, SIGN_OFF

_LONGEST = 12
_FEW = 6
_SHORT = 80
_EXAMINED = 300
_TALLEST_BANNER = 4


def without_signature(low: Sequence[str], start: int, end: int) -> int:
    """Where the signature of a stretch of lines (in lower case) begins; its end when there is none."""
    for at in range(start, end):
        line = low[at]
        if line in {"--", "- --", "\u2014", "\u2013"}:
            return at
        if not line:
            continue
        if (at == start or not low[at - 1]) and DISCLAIMER.match(line[:_EXAMINED]):
            return at
        if len(line) <= _SHORT and (_is_telephone(low, start, at, end) or _is_closing(low, at, end)):
            return at
    return end


def without_banner(low: Sequence[str]) -> int:
    """Where a mail begins below what a gateway has put above it."""
    first = next((at for at, line in enumerate(low[:_TALLEST_BANNER]) if line), 0)
    if not low or not BANNER.match(low[first][:_EXAMINED]):
        return 0
    height = next((count for count, line in enumerate(low[first:]) if not line), len(low))
    return first + height if height <= _TALLEST_BANNER else 0


def _is_telephone(low: Sequence[str], start: int, at: int, end: int) -> bool:
    alone = (at == start or not low[at - 1]) and (at + 1 == end or not low[at + 1])
    return (alone or _is_end(low, at + 1, end, _FEW)) and bool(SENT_FROM.match(low[at]))


def _is_closing(low: Sequence[str], at: int, end: int) -> bool:
    return end - at < 3 * _LONGEST and _is_end(low, at + 1, end, _LONGEST) and bool(SIGN_OFF.match(low[at]))


def _is_end(low: Sequence[str], start: int, end: int, most: int) -> bool:
    """Whether what follows is so short that it can only be a name, a title, a telephone number."""
    if end - start > 3 * most:
        return False
    filled = [line for line in low[start:end] if line]
    return len(filled) <= most and all(len(line) <= _SHORT for line in filled)
