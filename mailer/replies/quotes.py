"""Finds what a person wrote herself: the mail without the quotes, and without the signature.

One pass over the lines; a decision never looks further than a few lines ahead, so that a megabyte of
`On … wrote:` takes no longer per line than one does. When nothing of her own is left, everything is.
"""

from collections.abc import Iterator, Sequence

from mailer.replies.quote_words import (
    DIVIDER,
    FORWARD,
    HEADER_NAMES,
    LIST_FOOTER,
    LIST_NAME,
    OPENING,
    RULE,
    SENT_FROM,
    SIGN_OFF,
    WROTE,
    WROTE_AT_END,
)

_LONGEST_OPENING = 300
_MOST_OPENING_LINES = 3
_HEADER_WINDOW = 8
_FEWEST_HEADERS = 3
_LONGEST_SIGNATURE = 12
_FEW = 6
_SHORT = 80
_DATED = 4
"""So many digits make a year or a time of day."""


def own_words(text: str) -> str:
    """What the writer of a mail added to what she quotes.

    Args:
        text: A mail's text, quotes marked by `>` or announced as mail programs do.

    Returns:
        Her words, answers between and below the quotes included, with at most one empty line in a row; the
        whole text when it is nothing but quote (a mail that is only forwarded).
    """
    lines = [line.rstrip() for line in text.replace("\u00a0", " ").replace("\u200b", "").split("\n")]
    low = [line.strip().lower() for line in lines]
    own = _joined([lines[start : _without_signature(low, start, end)] for start, end in _stretches(low)])
    return own or _joined([lines])


def _stretches(low: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where she writes herself: first line and the one after the last of each stretch between quotes."""
    start = at = 0
    written = False
    while at < len(low):
        skip = _quote_at(low, at, written=written) if low[at] else 0
        if skip:
            yield start, at
            start = at = at + skip
        else:
            written = written or bool(low[at])
            at += 1
    yield start, at


def _quote_at(low: Sequence[str], at: int, *, written: bool) -> int:
    """How many lines belong to the quote that begins at a line; 0 when none does."""
    line = low[at]
    if _is_marked(line):
        return 1
    to_the_end = len(low) - at
    ruled = line[0] in "-_=*" and bool(RULE.match(line))
    if (
        LIST_FOOTER.match(line)
        or (line[0] in "-_=*" and DIVIDER.match(line))
        or (line[-1] == ":" and FORWARD.match(line))
    ):
        return to_the_end
    block = _next(low, at + 1) if ruled else at
    if length := _header_block(low, block):
        return block + length - at if _quote_follows(low, block + length) else to_the_end
    if ruled and LIST_NAME.search(" ".join(low[block : block + 2])[:_LONGEST_OPENING]):
        return to_the_end
    length = _opening(low, at)
    if not length or _quote_follows(low, at + length) or _next(low, at + length) == len(low):
        return length
    # An unmarked quote lasts to the end. Under nothing at all, it is her own answer below a bare heading.
    return to_the_end if written and _is_opening(" ".join(low[at : at + length]), quoted=False) else length


def _is_marked(line: str) -> bool:
    return line[:1] in {">", "\uff1e"} or line.startswith("| ")


def _next(low: Sequence[str], at: int) -> int:
    """The next line with something on it, at most two empty ones on; the end when there is none."""
    return next((at + step for step in range(3) if at + step < len(low) and low[at + step]), len(low))


def _quote_follows(low: Sequence[str], at: int) -> bool:
    after = _next(low, at)
    return after < len(low) and _is_marked(low[after])


def _opening(low: Sequence[str], at: int) -> int:
    """How many lines the announcement of a quote takes ("On Monday Ana wrote:"); 0 when there is none."""
    joined = ""
    for count, last in enumerate(low[at : at + _MOST_OPENING_LINES], 1):
        folded = joined.rfind("<") > joined.rfind(
            ">"
        )  # the line was cut inside the address: "<ana@x" and ">:"
        joined = f"{joined} {last}".strip()
        if not last or (_is_marked(last) and not folded) or len(joined) > _LONGEST_OPENING:
            return 0
        if count > 1 and _is_dated(last[:60]):
            return 0  # The announcement begins further down; this line is still hers.
        if joined.endswith(WROTE_AT_END) and _is_opening(joined, quoted=_quote_follows(low, at + count)):
            return count
    return 0


def _is_dated(line: str) -> bool:
    return sum(map(str.isdigit, line)) >= _DATED and bool(OPENING.match(line))


def _is_opening(text: str, *, quoted: bool) -> bool:
    """Whether a line announces a quote, `quoted` telling whether a marked one follows."""
    bare = text.strip(" *-")
    colon = bare.endswith((":", "\uff1a"))
    names = WROTE.search(bare)
    digits = sum(map(str.isdigit, bare))
    if quoted:
        return colon and bool(names or "@" in bare or digits >= _DATED)
    if names and _is_dated(bare):
        return colon or "@" in bare or names.end() >= len(bare) - 1
    return colon and "@" in bare and digits > _DATED and bare.rstrip(" :\uff1a").endswith((">", ")", "]"))


def _header_block(low: Sequence[str], at: int) -> int:
    """How many lines `From: … Sent: … To: …` takes here: the sender and two more names within eight lines."""
    if at >= len(low) or not _header_name(low[at]):
        return 0
    window = low[at : at + _HEADER_WINDOW]
    names = [_header_name(line) for line in window]
    found = set(filter(None, names))
    if "from" not in found or len(found) < _FEWEST_HEADERS or not any(map(_has_address_or_date, window)):
        return 0
    return max(index for index, name in enumerate(names) if name) + 1


def _header_name(line: str) -> str:
    """The meaning of a line such as `*Gesendet:* Montag`; empty for any other line."""
    head, colon, _ = line[:40].replace("\uff1a", ":").partition(":")
    return HEADER_NAMES.get(head.strip(" \t>|*_"), "") if colon else ""


def _has_address_or_date(line: str) -> bool:
    return "@" in line or any(map(str.isdigit, line))


def _without_signature(low: Sequence[str], start: int, end: int) -> int:
    """Where the signature of a stretch begins; its end when there is none."""
    for at in range(start, end):
        line = low[at]
        if line in {"--", "- --"}:
            return at
        if not line or len(line) > _SHORT:
            continue
        if SENT_FROM.match(line):
            alone = (at == start or not low[at - 1]) and (at + 1 == end or not low[at + 1])
            if alone or _is_end(low, at + 1, end, _FEW):
                return at
        elif (
            end - at < 3 * _LONGEST_SIGNATURE
            and SIGN_OFF.match(line)
            and _is_end(low, at + 1, end, _LONGEST_SIGNATURE)
        ):
            return at
    return end


def _is_end(low: Sequence[str], start: int, end: int, most: int) -> bool:
    """Whether what follows is so short that it can only be a name, a title, a telephone number."""
    if end - start > 3 * most:
        return False
    filled = [line for line in low[start:end] if line]
    return len(filled) <= most and all(len(line) <= _SHORT for line in filled)


def _joined(stretches: Sequence[Sequence[str]]) -> str:
    kept: list[str] = []
    for stretch in stretches:
        for line in (*stretch, ""):
            if line or (kept and kept[-1]):
                kept.append(line)
    return "\n".join(kept).strip("\n")
