"""Finds what a person wrote herself: the mail without the quotes, and without the signature.

One pass over the lines; a decision never looks further than a few lines ahead, so a megabyte of
`On … wrote:` takes no longer per line than one does. When nothing of her own is left, everything is.
"""

from collections.abc import Iterator

from mailer.replies.quote_words import (
    DIVIDER,
    FORWARD,
    HEADER_LINES,
    LIST_FOOTER,
    LIST_NAME,
    OPENING,
    RULE,
    SENT_FROM,
    SIGN_OFF,
    WROTE,
)

_LONGEST_OPENING = 300
_MOST_OPENING_LINES = 3
_HEADER_WINDOW = 8
_HEADER_NAMES = 3
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
        Her words, answers between and below the quotes included, with at most one empty line between two others;
        the whole text when it is nothing but quote (a mail that is only forwarded).
    """
    lines = [line.rstrip() for line in text.replace("\u00a0", " ").replace("\u200b", "").split("\n")]
    runs = [_without_signature(run) for run in _runs(lines)]
    own = _joined(runs)
    return own or _joined([lines])


def _runs(lines: list[str]) -> Iterator[list[str]]:
    """The stretches between quotes."""
    run: list[str] = []
    at = 0
    written = False
    while at < len(lines):
        skip = _quote_at(lines, at, written=written)
        if not skip:
            run.append(lines[at])
            written = written or bool(lines[at].strip())
            at += 1
            continue
        yield run
        run = []
        at += skip
    yield run


def _quote_at(lines: list[str], at: int, *, written: bool) -> int:
    """How many lines belong to the quote that begins at a line; 0 when none does."""
    line = lines[at]
    if _is_marked(line):
        return 1
    if not line.strip():
        return 0
    if DIVIDER.match(line) or FORWARD.match(line) or LIST_FOOTER.match(line):
        return len(lines) - at
    block = _next(lines, at + 1) if RULE.match(line) else at
    if length := _header_block(lines, block):
        return block + length - at if _quote_follows(lines, block + length) else len(lines) - at
    if block > at and _is_list_footer(lines, block):
        return len(lines) - at
    length = _opening(lines, at)
    if not length:
        return 0
    after = _next(lines, at + length)
    if after < len(lines) and not _is_marked(lines[after]) and _is_full_opening(lines, at, length):
        # An unmarked quote lasts to the end. Under nothing at all it is her own answer below a bare heading.
        return len(lines) - at if written else length
    return length


def _is_marked(line: str) -> bool:
    return line.lstrip(" \t")[:1] in {">", "\uff1e"} or line.startswith("| ")


def _next(lines: list[str], at: int) -> int:
    """The next line with something on it, at most two empty ones on."""
    for step in range(3):
        if at + step < len(lines) and lines[at + step].strip():
            return at + step
    return len(lines)


def _opening(lines: list[str], at: int) -> int:
    """How many lines the announcement of a quote takes ("On Monday Ana wrote:"); 0 when there is none."""
    joined = ""
    for count in range(1, _MOST_OPENING_LINES + 1):
        last = lines[at + count - 1].strip() if at + count <= len(lines) else ""
        folded = joined.rfind("<") > joined.rfind(">")  # the line was cut inside the address: "<ana@x" and ">:"
        joined = f"{joined} {last}".strip()
        if not last or (_is_marked(last) and not folded) or len(joined) > _LONGEST_OPENING:
            return 0
        if count > 1 and _begins_opening(last):
            return 0  # The announcement begins further down; this line is still hers.
        if _ends_like_opening(joined) and _is_opening(joined, quoted=_quote_follows(lines, at + count)):
            return count
    return 0


def _begins_opening(line: str) -> bool:
    return sum(map(str.isdigit, line[:60])) >= _DATED and bool(OPENING.match(line))


def _ends_like_opening(text: str) -> bool:
    return text.endswith((":", "\uff1a", ":*", ">", "---")) or bool(WROTE.search(text[-25:]))


def _is_opening(text: str, *, quoted: bool) -> bool:
    """Whether a line announces a quote, `quoted` telling whether a marked one follows."""
    digits = sum(map(str.isdigit, text))
    bare = text.strip(" *-")
    colon = bare.endswith((":", "\uff1a"))
    names = WROTE.search(bare)
    if quoted:
        return colon and bool(names or "@" in text or digits >= _DATED)
    if names and digits >= _DATED and OPENING.match(bare):
        return colon or "@" in text or names.end() >= len(bare) - 1
    return colon and "@" in text and digits > _DATED and bare.rstrip(" :\uff1a").endswith((">", ")", "]"))


def _is_full_opening(lines: list[str], at: int, length: int) -> bool:
    return _is_opening(" ".join(line.strip() for line in lines[at : at + length]), quoted=False)


def _quote_follows(lines: list[str], at: int) -> bool:
    after = _next(lines, at)
    return after < len(lines) and _is_marked(lines[after])


def _header_block(lines: list[str], at: int) -> int:
    """How many lines `From: … Sent: … To: … Subject: …` takes here: the sender and two more within eight lines."""
    if at >= len(lines) or not _header_name(lines[at]):
        return 0
    window = lines[at : at + _HEADER_WINDOW]
    names = [_header_name(line) for line in window]
    found = set(filter(None, names))
    if "from" not in found or len(found) < _HEADER_NAMES or not any(map(_has_address_or_date, window)):
        return 0
    return max(index for index, name in enumerate(names) if name) + 1


def _has_address_or_date(line: str) -> bool:
    return "@" in line or any(map(str.isdigit, line))


def _is_list_footer(lines: list[str], at: int) -> bool:
    """Whether a mailing list's own lines begin here, under the line that it draws."""
    return at < len(lines) and bool(LIST_NAME.search(" ".join(lines[at : at + 2])[:_LONGEST_OPENING]))


def _header_name(line: str) -> str:
    head = line[:60]
    if ":" not in head and "\uff1a" not in head:
        return ""
    return next((name for name, pattern in HEADER_LINES.items() if pattern.match(head)), "")


def _without_signature(run: list[str]) -> list[str]:
    for at, line in enumerate(run):
        rest = run[at + 1 :][: _LONGEST_SIGNATURE + 8]
        if line.strip() in {"--", "- --"}:
            return run[:at]
        alone = not (at and run[at - 1].strip()) and not (rest and rest[0].strip())
        if len(line) <= _SHORT and SENT_FROM.match(line) and (alone or _is_end(rest, _FEW)):
            return run[:at]
        if len(line) <= _SHORT and SIGN_OFF.match(line) and _is_end(rest, _LONGEST_SIGNATURE):
            return run[:at]
    return run


def _is_end(rest: list[str], most: int) -> bool:
    """Whether what follows is so short that it can only be a name, a title, a telephone number."""
    filled = [line for line in rest if line.strip()]
    return len(filled) <= most and all(len(line) <= _SHORT for line in filled)


def _joined(runs: list[list[str]]) -> str:
    kept: list[str] = []
    for run in runs:
        for line in [*run, ""]:
            if line.strip() or (kept and kept[-1]):
                kept.append(line if line.strip() else "")
    return "\n".join(kept).strip("\n")
