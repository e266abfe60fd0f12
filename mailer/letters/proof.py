"""Reads every letter back before it may leave, by other means than it was written with, and compares.

Whatever a cell or a template holds: the letter has the headers that were meant, goes to whom it was meant
for, and says what the draft says. CVE-2024-6923 and CVE-2026-1299 would have been caught here.
"""

import re
from binascii import a2b_qp
from collections.abc import Collection, Iterator, Mapping
from email.header import decode_header
from functools import lru_cache
from urllib.parse import unquote

from mailer.errors import BadData
from mailer.nouns import Draft, Letter, Sender, marks

_MARKS = ("List-Unsubscribe", "X-Campaign-Ref")
"""By these a letter's answers find home; one that is only tried out has none of them, and no thread."""


def _headers(date: str, thread: str, *found_by: str) -> tuple[str, ...]:
    names = ("From", "To", "Subject", date, "Message-ID", thread, "References", *found_by)
    return (*filter(None, names), "MIME-Version", "Content-Type")


_SHAPES = {_headers(date, thread, *_MARKS) for date in ("Date", "") for thread in ("In-Reply-To", "")}
_TRIAL_SHAPES = {_headers("Date", ""), _headers("", "")}
_PROBE_SHAPES = {_headers("Date", "", *_MARKS), _headers("", "", *_MARKS)}
"""The headers that a letter may have, in order. By a probe's own marks, too, nobody finds a real letter."""

_LONGEST = 998
"""RFC 5322 §2.1.1."""

_SEVERAL = re.compile(r'multipart/(mixed|alternative|related; type="text/html"); boundary="(=_[0-9a-f]{32})"')
_MAILBOX = re.compile(
    r"""(?:([\w !#$%&'*+/=?^`{|}~-]+)|"([ !#-\[\]-~]+)")[ ]<([^\s<>(),;:"\\]+@[a-z0-9.-]+)>"""
    r"""|([^\s<>(),;:"\\]+@[a-z0-9.-]+)""",
    re.ASCII,
)
"""Shapes so plain that no reader can take them for anything else."""

_BUTTON = re.compile(r"<mailto:([^\s<>?&@]+@[a-z0-9.-]+)\?subject=unsubscribe%20([a-z0-9.]+)>", re.ASCII)

_PART_HEAD = b"Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable"
_LONGEST_QUOTED = 76
"""RFC 2045 §6.7."""


def prove(letter: Letter, draft: Draft, sender: Sender) -> None:
    """Compare a letter's bytes with what was meant.

    Raises:
        BadData: they differ. This is a fault of the program, and the letter must not leave.
    """
    for wrong in _differences(letter, draft, sender):
        raise BadData(
            f"the letter {letter.id} does not read back as it was meant: {wrong}",
            fix="this is a fault of the program; please report it with the template and the row of the table",
        )


def _differences(letter: Letter, draft: Draft, sender: Sender) -> Iterator[str]:
    """What is not as it was meant, in words; nothing for every letter that may leave."""
    if letter.to != (draft.to,) or letter.sender != sender.address:
        yield "its envelope names others than its draft"
    lines = letter.raw.split(b"\r\n")
    rest = b"".join(lines)
    if not rest.isascii() or b"\0" in rest or b"\r" in rest or b"\n" in rest:
        yield "it holds characters that no mail may hold"
        return
    head, _, body = letter.raw.partition(b"\r\n\r\n")
    end = head.count(b"\r\n") + 1
    # Below the header only an enclosure's own, with its name, may be longer than quoted-printable.
    limit = _LONGEST if draft.enclosures else _LONGEST_QUOTED
    if max(map(len, lines[:end])) > _LONGEST or max(map(len, lines[end:]), default=0) > limit:
        yield "it has a line that is too long"
    headers = [line.partition(": ") for line in _unfolded(head).split("\r\n")]
    values = {name: value for name, _, value in headers}
    if tuple([header[0] for header in headers]) not in _shapes(letter, values):
        yield "its headers are others"
        return
    yield from _misread(values, letter, draft, sender)
    yield from _misquoted(values["Content-Type"], body, draft)


def _shapes(letter: Letter, values: Mapping[str, str]) -> Collection[tuple[str, ...]]:
    if not marks.is_trial(letter.message_id):
        return _SHAPES
    own = values.get("X-Campaign-Ref") == marks.own_ref(letter.message_id)
    return _PROBE_SHAPES if own else _TRIAL_SHAPES


def _misread(values: Mapping[str, str], letter: Letter, draft: Draft, sender: Sender) -> Iterator[str]:
    """Headers that say something else than was meant."""
    if _sender(values["From"]) != (sender.name, str(sender.address)):
        yield "its sender is another"
    if _mailbox(values["To"]) != (draft.to_name, str(draft.to)):
        yield "its recipient is another"
    if _decoded(values["Subject"]) != draft.subject or letter.subject != draft.subject:
        yield "its subject is another"
    if values["Message-ID"] != letter.message_id:
        yield "its Message-ID is another"
    if values["References"].split(" ")[-1] != letter.message_id:
        yield "its References do not end with itself"
    ref = values.get("X-Campaign-Ref")
    if ref and _button(values["List-Unsubscribe"]) != (str(sender.address), ref):
        yield "its unsubscribe button is another's"


def _misquoted(content_type: str, body: bytes, draft: Draft) -> Iterator[str]:
    """Parts that say something else than was meant."""
    pictures = tuple(one.part for one in draft.enclosures if one.cid)
    attached = tuple(one.part for one in draft.enclosures if not one.cid)
    if attached:
        whole, *rest = _parts("mixed", content_type, body) or [b""]
        if tuple(rest) != attached:
            yield "its attachments are others"
            return
        content_type, body = _opened(whole)
    parts = _parts("alternative", content_type, body)
    if len(parts) != len(("text", "html")):
        yield "its parts are not two"
        return
    text, html = parts
    if pictures:
        html, *rest = _parts('related; type="text/html"', *_opened(html)) or [b""]
        if tuple(rest) != pictures:
            yield "its pictures are others"
    yield from _misread_part(text, b"plain", draft.text)
    yield from _misread_part(html, b"html", draft.html)
    if draft.enclosures and max(_longest(text), _longest(html)) > _LONGEST_QUOTED:
        yield "it has a line that is too long"


def _misread_part(part: bytes, kind: bytes, meant: str) -> Iterator[str]:
    """What is wrong with one of the two parts that are words."""
    head, _, quoted = part.partition(b"\r\n\r\n")
    if head != _PART_HEAD % kind:
        yield "a part is announced as something else"
    if a2b_qp(quoted).replace(b"\r\n", b"\n") != meant.encode():
        yield "a part says something else"


def _opened(part: bytes) -> tuple[str, bytes]:
    """What a part that is made of parts is announced as, and what is in it."""
    head, _, body = part.partition(b"\r\n\r\n")
    return _unfolded(head).removeprefix("Content-Type: "), body


def _longest(text: bytes) -> int:
    """How long its longest line is."""
    return max(map(len, text.split(b"\r\n")))


def _unfolded(head: bytes) -> str:
    """Header fields, each in one line; a line that goes on one begins with a space (RFC 5322 §2.2.3)."""
    return head.decode("ascii").replace("\r\n ", " ")


def _parts(kind: str, content_type: str, body: bytes) -> list[bytes]:
    """What lies between the boundaries; nothing where they are not as they should be."""
    found = _SEVERAL.fullmatch(content_type)
    if not found or found[1] != kind:
        return []
    mark = b"--" + found[2].encode("ascii")
    start, between, end = mark + b"\r\n", b"\r\n" + mark + b"\r\n", b"\r\n" + mark + b"--\r\n"
    if not body.startswith(start) or not body.endswith(end):
        return []
    parts = body[len(start) : -len(end)].split(between)
    return parts if body.count(mark) == len(parts) + 1 else []


def _mailbox(value: str) -> tuple[str, str] | None:
    """Display name and address of a From or To header, when it has one of the plain shapes."""
    found = _MAILBOX.fullmatch(value)
    if not found:
        return None
    words, quoted, behind_name, alone = found.groups()
    return _decoded(words or quoted or ""), behind_name or alone


def _button(value: str) -> tuple[str, str] | None:
    """Where a request to stop goes and which letter it names; None where no button can be made of it."""
    found = _BUTTON.fullmatch(value)
    return (unquote(found[1]), found[2]) if found else None


_sender = lru_cache(maxsize=8)(_mailbox)
"""The same in every letter of a run."""


def _decoded(value: str) -> str:
    """A header's text with its encoded words read."""
    if "=?" not in value:
        return value
    return "".join(
        text if isinstance(text, str) else text.decode(charset or "ascii")
        for text, charset in decode_header(value)
    )
