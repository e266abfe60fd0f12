"""Finds what a person wrote herself: the mail without the quotes, and without the signature.

First go the lines that we wrote, which we know; then what has the form of a quote, in any language. One pass
over the lines; a decision never looks further than a few lines ahead, so that a megabyte of `On … wrote:`
takes no longer per line than one does. When nothing of her own is left, everything is.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from mailer.replies.quoting.known_lines import OURS, marked
from mailer.replies.quoting.quote_words import (
    ABOVE_THIS_LINE,
    DIVIDER,
    FORWARD,
    HEADER_NAMES,
    IN_ABOVE,
    LIST_FOOTER,
    LIST_NAME,
    OPENING,
    RULE,
    TIMED,
    WROTE,
    WROTE_AT_END,
)
from mailer.replies.quoting.signatures import without_banner, without_signature

_LONGEST_OPENING = 300
_MOST_OPENING_LINES = 3
_HEADER_WINDOW = 10
_FEWEST_HEADERS = 3
_LONGEST_NAME = 40
_DATED = 4
"""So many digits make a year or a time of day."""
_DATED_WELL = 6
_FEW_WORDS = 4
_INVISIBLE = str.maketrans(
    {
        "\u00a0": " ",
        **dict.fromkeys(
            "\u200b\u200e\u200f\ufeff\u2060\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", ""
        ),
    }
)
"""Mail programs wrap names in these where the language runs from right to left."""
_SHORTEST_WRAPPED = 60


def own_words(text: str, ours: Collection[str] = ()) -> str:
    """What the writer of a mail added to what she quotes.

    Args:
        text: A mail's text, quotes marked by `>` or announced as mail programs do; or one in which the lines
            of our letters are marked already.
        ours: The texts of the letters of ours that it may quote.

    Returns:
        Her words, answers between and below the quotes included, with at most one empty line in a row; the
        whole text when it is nothing but a stranger's quote (a mail that is only forwarded); nothing when it
        says only what we said.
    """
    return _own_words(marked(text, ours) if ours else text)


@lru_cache(maxsize=4)
def _own_words(text: str) -> str:
    """Kept for the last few texts: whoever sorts a mail asks for the same words several times."""
    plain = text if text.isascii() else text.translate(_INVISIBLE)
    lines = [line.rstrip() for line in plain.split("\n")]
    if "\n>" in plain:
        lines = _with_leftovers_marked(lines)
    own = _cut(lines)
    if own:
        return own
    others = [line for line in lines if not line.startswith(OURS)]
    if len(others) == len(lines):
        return _joined([lines])
    # Some programs mark her answer as if it were a quote, too.
    return _cut([line.lstrip("> ") for line in others])


def _with_leftovers_marked(lines: list[str]) -> list[str]:
    """The lines, with the end of a marked line that was broken in two on its way marked as well."""
    for at in range(1, len(lines) - 1):
        if (
            len(lines[at - 1]) >= _SHORTEST_WRAPPED
            and lines[at][:1].islower()
            and len(lines[at]) < _SHORTEST_WRAPPED
            and lines[at - 1].startswith(">")
            and lines[at + 1].startswith(">")
        ):
            lines[at] = "> " + lines[at]
    return lines


def _cut(lines: Sequence[str]) -> str:
    low = [line.strip().lower() for line in lines]
    first = without_banner(low)
    stretches = [(max(start, first), end) for start, end in _stretches(low) if start < end]
    return _joined([lines[start : without_signature(low, start, end)] for start, end in stretches])


def _stretches(low: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where she writes herself: first line and the one after the last of each stretch between quotes."""
    last = max((at for at, line in enumerate(low) if line.startswith(OURS)), default=-1)
    whole = "\n".join(low)
    above = any(word in whole for word in IN_ABOVE)
    doubtful = _doubtful(low, above=above)
    start = at = 0
    written = within = False
    while at < len(low):
        skip = _quote_at(low, at, written=written, above=above) if at in doubtful else 0
        if skip and at < last and at + skip == len(low):
            # An unmarked quote of ours: what stands between its lines is her answer.
            skip = next(index for index in range(at, last + 1) if low[index].startswith(OURS)) - at or 1
            within = True
        elif within and at > last and written:
            skip = len(low) - at
        if skip:
            yield start, _before_heading(low, start, at) if low[at].startswith(OURS) else at
            start = at = at + skip
        else:
            written = written or bool(low[at])
            at += 1
    yield start, at


def _before_heading(low: Sequence[str], start: int, end: int) -> int:
    """Where a stretch ends above a line of ours: whatever language announces it, the heading is not hers."""
    at = _last_filled(low, start, end)
    names = 0
    while at - names > start and 0 < low[at - names - 1].find(":") <= _LONGEST_NAME:
        names += 1
    if names >= _FEWEST_HEADERS and any(map(_has_address_or_date, low[at - names : at])):
        at = _last_filled(low, start, at - names)
        return at - 1 if at > start and RULE.match(low[at - 1]) else at
    for count in range(1, min(_MOST_OPENING_LINES, at - start) + 1):
        heading = " ".join(low[at - count : at])
        if not low[at - count] or len(heading) > _LONGEST_OPENING:
            break
        if heading.endswith((":", "\uff1a", ">")) and ("@" in heading or _digits(heading) >= _DATED):
            return _whole_heading(low, start, at - count)
    return end


def _whole_heading(low: Sequence[str], start: int, at: int) -> int:
    """The line above as well, when it is the dated first half of a heading that was broken in two."""
    return at - 1 if at > start and _is_dated(low[at - 1][:60]) and low[at - 1][-1:] not in ".!?" else at


def _last_filled(low: Sequence[str], start: int, end: int) -> int:
    while end > start and not low[end - 1]:
        end -= 1
    return end


def _doubtful(low: Sequence[str], *, above: bool) -> set[int]:
    """The lines at which a quote may begin at all; most lines need no closer look."""
    found: set[int] = set()
    for at, line in enumerate(low):
        if line.endswith(WROTE_AT_END):
            found.update(range(at - _MOST_OPENING_LINES + 1, at + 1))
        elif line and (
            above
            or not line[0].isalnum()
            or ":" in line
            or "\uff1a" in line
            or LIST_FOOTER.match(line[:_LONGEST_OPENING])
        ):
            found.add(at)
    return {at for at in found if at >= 0 and low[at]}


def _quote_at(low: Sequence[str], at: int, *, written: bool, above: bool) -> int:
    """How many lines belong to the quote that begins at a line; 0 when none does."""
    line = low[at]
    to_the_end = len(low) - at
    if _is_marked(line):
        return to_the_end if line.startswith(">>>") and line.endswith(">>>") and "@" in line else 1
    drawn = not line[0].isalnum()
    ruled = drawn and bool(RULE.match(line))
    divided = drawn and bool(DIVIDER.match(line))
    begins = at == 0 or not low[at - 1][-1:].isalnum()
    if (
        (begins and LIST_FOOTER.match(line[:_LONGEST_OPENING]))
        or (line[-1] in ":\uff1a" and FORWARD.match(line))
        or (above and written and ABOVE_THIS_LINE.search(line[:_LONGEST_OPENING]))
    ):
        return to_the_end
    block = _next(low, at + 1) if ruled or divided else at
    length = _header_block(low, block) or (_opening(low, block) if divided and block < len(low) else 0)
    if length or divided:
        return block + length - at if _quote_follows(low, block + length) else to_the_end
    if ruled:
        return to_the_end if LIST_NAME.search(" ".join(low[block : block + 2])[:_LONGEST_OPENING]) else 0
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
    window = low[at : at + _MOST_OPENING_LINES]
    if not any(line.endswith(WROTE_AT_END) for line in window):
        return 0
    for count, last in enumerate(window, 1):
        # The line may have been cut inside the address: "<ana@x" and ">:".
        folded = joined.rfind("<") > joined.rfind(">")
        joined = f"{joined} {last}".strip()
        if not last or (_is_marked(last) and not folded) or len(joined) > _LONGEST_OPENING:
            return 0
        if count > 1 and _is_dated(last[:60]):
            return 0  # The announcement begins further down; this line is still hers.
        if last.endswith(WROTE_AT_END) and _is_opening(joined, quoted=_quote_follows(low, at + count)):
            return count
    return 0


def _is_dated(line: str) -> bool:
    return _digits(line) >= _DATED and bool(OPENING.match(line))


def _digits(line: str) -> int:
    return sum(map(str.isdigit, line))


def _is_opening(text: str, *, quoted: bool) -> bool:
    """Whether a line announces a quote, `quoted` telling whether a marked one follows."""
    bare = text.strip(" *-_")
    colon = bare.endswith((":", "\uff1a"))
    names = WROTE.search(bare)
    digits = _digits(bare)
    if quoted:
        at_end = bool(names and names.end() >= len(bare) - 1)
        return at_end or (colon and bool(names or "@" in bare or digits >= _DATED))
    if names and _is_dated(bare):
        return colon or "@" in bare or names.end() >= len(bare) - 1
    if names and colon and digits >= _DATED_WELL and ("@" in bare or TIMED.search(bare)):
        return True
    # In a language unknown here: a date, an address, and at most a verb or two before the colon.
    tail = bare[bare.rfind("@") + 1 :].split()
    return colon and "@" in bare and digits >= _DATED_WELL and len(tail) <= _FEW_WORDS


def _header_block(low: Sequence[str], at: int) -> int:
    """How many lines `From: … Sent: … To: …` takes here: the sender and two more names close by."""
    if at + 1 >= len(low) or not (_header_name(low[at]) or _is_foreign_sender(low, at)):
        return 0
    window = low[at : at + _HEADER_WINDOW]
    names = [_header_name(line) for line in window]
    names[0] = names[0] or "from"
    found = set(filter(None, names))
    if "from" not in found or len(found) < _FEWEST_HEADERS or not any(map(_has_address_or_date, window)):
        return 0
    return max(index for index, name in enumerate(names) if name) + 1


def _is_foreign_sender(low: Sequence[str], at: int) -> bool:
    """Whether a line may say `From: Ana <ana@…>` in a language that the table lacks."""
    return "@" in low[at] and 0 < low[at].find(":") <= _LONGEST_NAME and bool(_header_name(low[at + 1]))


def _header_name(line: str) -> str:
    """The meaning of a line such as `*Gesendet:* Montag`; empty for any other line."""
    head, colon, _ = line[:_LONGEST_NAME].replace("\uff1a", ":").partition(":")
    return HEADER_NAMES.get(head.strip(" \t>|*_").replace("\u3000", ""), "") if colon else ""


def _has_address_or_date(line: str) -> bool:
    return "@" in line or any(map(str.isdigit, line))


def _joined(stretches: Sequence[Sequence[str]]) -> str:
    kept: list[str] = []
    for stretch in stretches:
        for line in (*stretch, ""):
            if line or (kept and kept[-1]):
                kept.append(line)
    return "\n".join(kept).strip("\n")
