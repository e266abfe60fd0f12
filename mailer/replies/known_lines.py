"""Finds the lines of our own letters in an answer, whatever the mail program on the other side made of them.

We know exactly what we wrote, so its lines are told from hers by their letters and digits alone. Marks of
quotation, new line breaks, entities, other kinds of apostrophes, and links led through a scanner change nothing.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence

OURS = ">\u2063"
"""What a line of ours begins with once it is marked: a quotation mark that no mail program writes."""

_LONGEST_KNOWN = 64_000
_FEWEST_BYTES_ALONE = 48
"""One line that says what we said may be hers all the same ("Looking forward to hearing from you")."""
_FEWEST_BYTES = 24
_LINK = re.compile(r"[<\[(]?(?:https?://|mailto:|www\.)[^\s<>]{1,4000}>?", re.IGNORECASE)


def marked(text: str, sent: Collection[str]) -> str:
    """The text with the lines that repeat our letters marked as quotes.

    Args:
        text: What came in.
        sent: The texts of the letters of ours that it may quote.
    """
    known = "\0".join(_key(each) for each in sent)[:_LONGEST_KNOWN]
    if not known.strip("\0"):
        return text
    lines = text.split("\n")
    for at in _repeated([_key(line) for line in lines], known):
        lines[at] = OURS + lines[at]
    return "\n".join(lines)


def _repeated(keys: Sequence[str], known: str) -> Iterator[int]:
    """The lines that stand in our letters in the same order, run by run; too short a run is nobody's."""
    at = 0
    while at < len(keys):
        end = _run(keys, at, known)
        run = [index for index in range(at, end) if keys[index]]
        least = _FEWEST_BYTES if len(run) > 1 else _FEWEST_BYTES_ALONE
        if sum(len(keys[index].encode("utf-8", "replace")) for index in run) >= least:
            yield from run
        at = max(end, at + 1)


def _run(keys: Sequence[str], at: int, known: str) -> int:
    """Where the run that begins at a line ends; the line itself when it is none of ours.

    Each look into our letters starts where the last one ended, so that a mail that repeats them a thousand
    times costs no more per line than one that does so once.
    """
    place = known.find(keys[at]) if keys[at] else -1
    if place < 0:
        return at
    end = place + len(keys[at])
    second = True
    for index in range(at + 1, len(keys)):
        if not keys[index]:
            continue
        if not known.startswith(keys[index], end):
            place = known.find(keys[at] + keys[index]) if second else -1
            if place < 0:
                return index
            end = place + len(keys[at])
        end += len(keys[index])
        second = False
    return len(keys)


def _key(text: str) -> str:
    """Its letters and digits in one form."""
    if not text:
        return ""
    plain = _LINK.sub(" ", text) if ":" in text or "ww" in text.lower() else text
    plain = plain if plain.isascii() else unicodedata.normalize("NFKC", plain)
    return "".join(filter(str.isalnum, plain.casefold()))
