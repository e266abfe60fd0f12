"""Finds the lines of our own letters in an answer, whatever the mail program on the other side made of them.

We know exactly what we wrote, so its lines are told from hers by their letters and digits alone. Marks of
quotation, new line breaks, other kinds of apostrophes, and links led through a scanner change nothing.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from email import message_from_bytes

from mailer.replies.reading.html_text import text_from_html
from mailer.replies.reading.mail import Mail
from mailer.replies.reading.part_text import part_text

OURS = ">\u2063"
"""What a line of ours begins with once it is marked: a quotation mark that no mail program writes."""

_LONGEST_KNOWN = 64_000
_FEWEST_BYTES_ALONE = 48
"""One line that says what we said may be hers all the same ("Looking forward to hearing from you")."""
_FEWEST_BYTES = 24
_LONGEST_MARK = 12
_INITIALS = re.compile(r"[\s>]{0,6}\w{1,4}>")
"""Some programs quote with the writer's initials: `MF> Hello`."""
_LINK = re.compile(r"[<\[(]?(?:https?://|mailto:|www\.)[^\s<>]{1,4000}>?", re.IGNORECASE)


def texts_of(letter: bytes) -> tuple[str, ...]:
    """What a letter of ours says, in each of its versions: an answer may quote the plain or the HTML one.

    Args:
        letter: Its bytes as they left.
    """
    parts = [part for part in message_from_bytes(letter).walk() if part.get_content_maintype() == "text"]
    texts = [
        (part.get_content_subtype(), part_text(part, str(part.get_param("charset") or ""), ""))
        for part in parts
    ]
    return tuple(text_from_html(text) if kind == "html" else text for kind, text in texts)


def recalled(mail: Mail, sent: Collection[str]) -> Mail:
    """The mail with the lines that repeat our letters marked, so that nobody takes them for hers.

    Args:
        mail: What came in.
        sent: The texts of the letters of ours that it may quote.
    """
    return replace(mail, text=marked(mail.text, sent)) if sent else mail


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
    keys = [_key(line) for line in lines]
    for start, last in _repeated(keys, known):
        end = last
        # A link alone on its line has no key of its own; amid ours it is ours.
        while end < len(lines) and not keys[end] and any(map(str.isalnum, lines[end])):
            end += 1
        lines[start:end] = [OURS + line if line.strip() else line for line in lines[start:end]]
    return "\n".join(lines)


def unmarked(text: str) -> str:
    """A text as it was before the lines of our letters were marked."""
    return text.replace(OURS, "")


def _repeated(keys: Sequence[str], known: str) -> Iterator[tuple[int, int]]:
    """The runs of lines that stand in our letters in the same order; too short a run is nobody's."""
    at = 0
    while at < len(keys):
        end = _run(keys, at, known)
        run = [key for key in keys[at:end] if key]
        least = _FEWEST_BYTES if len(run) > 1 else _FEWEST_BYTES_ALONE
        if sum(len(key.encode("utf-8", "replace")) for key in run) >= least:
            yield at, max(index for index in range(at, end) if keys[index]) + 1
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
    if ">" in text[:_LONGEST_MARK]:
        text = _INITIALS.sub("", text)
    plain = _LINK.sub(" ", text) if ":" in text or "ww" in text.lower() else text
    plain = plain if plain.isascii() else unicodedata.normalize("NFKC", plain)
    return "".join(filter(str.isalnum, plain.casefold()))
