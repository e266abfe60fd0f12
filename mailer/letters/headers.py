"""Writes the header lines of a letter so that whatever stands in a name or subject stays what it is: text.

ASCII goes as it is. Everything else becomes encoded words of ours, and so does what looks like one already
(`=?utf-8?q?…?=`): a mail program would decode it, and Python's library folds it line breaks and all
(CVE-2024-6923).
"""

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from mailer.errors import BadData
from mailer.nouns import Address

_LINE = 78
"""RFC 5322 §2.1.1: lines should be no longer."""
_ENCODED_LINE = 76
"""RFC 2047 §2: lines with encoded words must be no longer."""
_LONGEST_WORD = 900
"""RFC 5322 §2.1.1: no line may be longer than 998."""

_UNFIT = re.compile("[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,450}@[!-;=?-~]{1,450}>")
_REF = re.compile(r"[a-z0-9.]{1,200}")
_MAILTO_MARKS = "!$'*+-._~"
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_QUOTABLE = re.compile(r"[ !#-\[\]-~]+")


def subject_line(subject: str) -> bytes:
    """`Subject:` with its text (RFC 5322 §3.6.5).

    Raises:
        BadData: the text is empty, or holds a line break or another control character.
    """
    if not subject.strip():
        raise BadData(
            "a letter without a subject cannot be sent", fix="write one behind Subject: in its template"
        )
    _fit("subject", subject)
    words = subject.split(" ") if _simple(subject) else list(_encoded_words(subject, len("Subject: ")))
    return _folded("Subject", words)


def address_line(header: str, name: str, address: Address) -> bytes:
    """`From:` or `To:` with one mailbox (RFC 5322 §3.4).

    Args:
        header: Its name.
        name: The display name; may be empty.
        address: A checked address.

    Raises:
        BadData: the name holds a line break or another control character.
    """
    if not name:
        return _folded(header, [str(address)])
    _fit("name", name)
    return _folded(header, [*_phrase(name, len(header) + 2), f"<{address}>"])


def ids_line(header: str, ids: Sequence[str]) -> bytes:
    """`Message-ID:`, `In-Reply-To:` or `References:` (RFC 5322 §3.6.4), one id on each line.

    Raises:
        BadData: one of them is no message id.
    """
    for message_id in ids:
        if not _MESSAGE_ID.fullmatch(message_id):
            raise BadData(f"{message_id!r} is no message id")
    return f"{header}: ".encode("ascii") + "\r\n ".join(ids).encode("ascii")


def ref_line(ref: str) -> bytes:
    """`X-Campaign-Ref:`, which comes back in bounces that return only headers.

    Raises:
        BadData: it is no reference.
    """
    return f"X-Campaign-Ref: {_checked(ref)}".encode("ascii")


def unsubscribe_line(address: Address, ref: str) -> bytes:
    """`List-Unsubscribe:` by mail (RFC 2369 §3.2), unfolded, because providers ignore it otherwise.

    Args:
        address: Where the request to stop goes.
        ref: The letter's reference, so that the request finds its group.

    Raises:
        BadData: it is no reference.
    """
    mailbox = f"{quote(address.local, safe=_MAILTO_MARKS)}@{address.domain}"
    return f"List-Unsubscribe: <mailto:{mailbox}?subject=unsubscribe%20{_checked(ref)}>".encode("ascii")


def _checked(ref: str) -> str:
    if not _REF.fullmatch(ref):
        raise BadData(f"{ref!r} is no reference of a letter")
    return ref


def date_line(date: datetime) -> bytes:
    """`Date:` in UTC (RFC 5322 §3.3). The date must know its zone."""
    assert date.tzinfo, "a date without a zone is a different moment on every machine"
    date = date.astimezone(UTC)
    words = date.ctime()  # English whatever the locale: `Sat Nov 21 09:05:00 2026`
    return f"Date: {words[:3]}, {date.day:02} {words[4:7]} {date.year:04} {words[11:19]} +0000".encode(
        "ascii"
    )


def _simple(text: str) -> bool:
    """Whether a text can stand in a header as it is, broken between its words."""
    words = text.split()
    return (
        text.isascii()
        and "=?" not in text
        and text == " ".join(words)
        and all(len(word) <= _LONGEST_WORD for word in words)
    )


def _phrase(name: str, indent: int) -> Sequence[str]:
    """A display name as words that may be put on lines of their own."""
    if _simple(name) and _ATOMS.fullmatch(name):
        return name.split(" ")
    # A quoted string could hold `"` and `\` too, behind a backslash; encoded words are read right more often.
    if _simple(name) and _QUOTABLE.fullmatch(name):
        return f'"{name}"'.split(" ")
    return list(_encoded_words(name, indent))


def _encoded_words(text: str, indent: int) -> Iterator[str]:
    """RFC 2047 words of whole characters that fit their lines; the first line has `indent` columns taken."""
    room = _room(_ENCODED_LINE - indent)
    while text:
        cut = _fitting(text, room)
        yield f"=?utf-8?b?{b64encode(text[:cut].encode()).decode('ascii')}?="
        text, room = text[cut:], _room(_ENCODED_LINE - 1)


def _room(columns: int) -> int:
    """How many octets an encoded word of so many columns (75 at most) holds."""
    return (min(columns, 75) - len("=?utf-8?b??=")) // 4 * 3


def _fitting(text: str, room: int) -> int:
    """How many characters of the text go into `room` octets, not ending in a space (which readers drop)."""
    cut = size = 0
    for cut, character in enumerate(text):  # noqa: B007 - where the loop stopped is the answer
        size += len(character.encode())
        if size > room:
            break
    else:
        return len(text)
    kept = len(text[:cut].rstrip(" "))
    return kept or cut


def _folded(header: str, words: Sequence[str]) -> bytes:
    """A header line, broken between words where it gets long; the first word stays with the header's name."""
    whole = f"{header}: {' '.join(words)}"
    if len(whole) <= _ENCODED_LINE:
        return whole.encode("ascii")
    lines = [f"{header}: {words[0]}"]
    for word in words[1:]:
        limit = _ENCODED_LINE if word.startswith("=?") or "=?utf-8?b?" in lines[-1] else _LINE
        if len(lines[-1]) + 1 + len(word) > limit:
            lines.append(f" {word}")
        else:
            lines[-1] += f" {word}"
    return "\r\n".join(lines).encode("ascii")


def _fit(what: str, text: str) -> None:
    if not text.isprintable() and (found := _UNFIT.search(text)):
        raise BadData(
            f"the {what} {text!r} holds a character that no letter can have (U+{ord(found.group()):04X})",
            fix=f"take it out of the {what}",
        )
