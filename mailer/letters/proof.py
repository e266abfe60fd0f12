"""Reads every letter back before it may leave, by other means than it was written with, and compares.

Whatever a cell or a template holds: the letter has the headers that were meant, goes to whom it was meant
for, and says what the draft says. CVE-2024-6923 and CVE-2026-1299 would have been caught here.
"""

import re
from binascii import a2b_qp
from collections.abc import Iterator, Mapping
from email.header import decode_header

from mailer.errors import BadData
from mailer.nouns import Draft, Letter, Sender, marks

_HEADERS = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "List-Unsubscribe",
    "X-Campaign-Ref",
    "MIME-Version",
    "Content-Type",
)
_SOMETIMES = frozenset({"Date", "In-Reply-To"})
_MARKS = frozenset({"In-Reply-To", "List-Unsubscribe", "X-Campaign-Ref"})
"""By these a letter's answers find home; one that is only tried out has none of them."""

_LONGEST = 998
"""RFC 5322 §2.1.1."""

_FOLD = re.compile(r"\r\n(?=[ \t])")
_BOUNDARY = re.compile(r'multipart/alternative; boundary="(=_[0-9a-f]{32})"')
_MAILBOX = re.compile(
    r"""(?:([\w !#$%&'*+/=?^`{|}~-]+)|"([ !#-\[\]-~]+)")[ ]<([^\s<>(),;:"\\]+@[a-z0-9.-]+)>"""
    r"""|([^\s<>(),;:"\\]+@[a-z0-9.-]+)""",
    re.ASCII,
)
"""Shapes so plain that no reader can take them for anything else."""

_PART_HEAD = b"\r\nContent-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable"


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
    if max(map(len, lines)) > _LONGEST:
        yield "it has a line that is too long"
    head, _, body = letter.raw.partition(b"\r\n\r\n")
    unfolded = _FOLD.sub("", head.decode("ascii")).split("\r\n")
    headers = [line.partition(": ") for line in unfolded]
    names = [name for name, _, _ in headers]
    values = {name: value for name, _, value in headers}
    barred = _MARKS if marks.is_trial(letter.message_id) else frozenset()
    if barred and values.get("X-Campaign-Ref") == marks.own_ref(letter.message_id):
        barred = frozenset({"In-Reply-To"})  # by this reference, too, nobody finds a real letter
    meant = [name for name in _HEADERS if name not in barred]
    if names != [name for name in meant if name not in _SOMETIMES or name in names]:
        yield "its headers are others"
        return
    yield from _misread(values, letter, draft, sender)
    yield from _misquoted(values["Content-Type"], body, draft)


def _misread(values: Mapping[str, str], letter: Letter, draft: Draft, sender: Sender) -> Iterator[str]:
    """Headers that say something else than was meant."""
    if _mailbox(values["From"]) != (sender.name, str(sender.address)):
        yield "its sender is another"
    if _mailbox(values["To"]) != (draft.to_name, str(draft.to)):
        yield "its recipient is another"
    if _decoded(values["Subject"]) != draft.subject or letter.subject != draft.subject:
        yield "its subject is another"
    if values["Message-ID"] != letter.message_id:
        yield "its Message-ID is another"


def _misquoted(content_type: str, body: bytes, draft: Draft) -> Iterator[str]:
    """Parts that say something else than was meant."""
    found = _BOUNDARY.fullmatch(content_type)
    pieces = body.split(b"--" + found.group(1).encode("ascii")) if found else []
    if len(pieces) != 4 or pieces[0] or pieces[3] != b"--\r\n":  # noqa: PLR2004 - before, two parts, after
        yield "its parts are not two"
        return
    for piece, kind, meant in ((pieces[1], b"plain", draft.text), (pieces[2], b"html", draft.html)):
        part_head, _, quoted = piece.partition(b"\r\n\r\n")
        if part_head != _PART_HEAD % kind:
            yield "a part is announced as something else"
        if a2b_qp(quoted.removesuffix(b"\r\n")).replace(b"\r\n", b"\n") != meant.encode():
            yield "a part says something else"


def _mailbox(value: str) -> tuple[str, str] | None:
    """Display name and address of a From or To header, when it has one of the plain shapes."""
    found = _MAILBOX.fullmatch(value)
    if not found:
        return None
    words, quoted, behind_name, alone = found.groups()
    return _decoded(words or quoted or ""), behind_name or alone


def _decoded(value: str) -> str:
    """A header's text with its encoded words read."""
    if "=?" not in value:
        return value
    return "".join(
        text if isinstance(text, str) else text.decode(charset or "ascii")
        for text, charset in decode_header(value)
    )
