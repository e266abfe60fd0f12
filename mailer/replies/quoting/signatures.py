"""Finds what stands above and below every mail of a person or a house: banners, signatures, disclaimers."""

from collections.abc import Sequence

from mailer.replies.quoting.signature_words import BANNER, DISCLAIMER, SENT_FROM, SIGN_OFF

_LONGEST = 12
_FEW = 6
_SHORT = 80
_EXAMINED = 300
_TALLEST_BANNER = 4


def without_signature(low: Sequence[str], start: int, end: int) -> int:
    """Where the signature of a stretch of lines (in lower case) begins; its end when there is none."""
    short, closing = _tail(low, start, end, _FEW), _tail(low, start, end, _LONGEST)
    for at in range(start, end):
        line = low[at]
        if line in {"--", "- --", "\u2014", "\u2013"}:
            return at
        if not line:
            continue
        if (at == start or not low[at - 1]) and DISCLAIMER.match(line[:_EXAMINED]):
            return at
        if len(line) > _SHORT:
            continue
        if (at + 1 >= short or _is_alone(low, start, at, end)) and SENT_FROM.match(line):
            return at
        if at + 1 >= closing and end - at < 3 * _LONGEST and SIGN_OFF.match(line):
            return at
    return end


def without_banner(low: Sequence[str]) -> int:
    """Where a mail begins below what a gateway has put above it."""
    first = next((at for at, line in enumerate(low[:_TALLEST_BANNER]) if line), 0)
    if not low or not BANNER.match(low[first][:_EXAMINED]):
        return 0
    height = next((count for count, line in enumerate(low[first:]) if not line), len(low))
    return first + height if height <= _TALLEST_BANNER else 0


def _is_alone(low: Sequence[str], start: int, at: int, end: int) -> bool:
    return (at == start or not low[at - 1]) and (at + 1 == end or not low[at + 1])


def _tail(low: Sequence[str], start: int, end: int, most: int) -> int:
    """From where on the lines are so few and short that they can only be a name, a title, a number."""
    filled = 0
    for at in range(end - 1, max(start, end - 3 * most) - 1, -1):
        filled += bool(low[at])
        if filled > most or len(low[at]) > _SHORT:
            return at + 1
    return max(start, end - 3 * most)
