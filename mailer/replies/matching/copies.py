"""Recognizes a copy of a letter of ours, in the Sent folder or among what came in, by its header alone.

It proves that the letter left, and so it is read more strictly than any other mail: the letter's id counts
only as the header's own, and only under the letter's own From. Our id anywhere else proves nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import getaddresses

from mailer.nouns import Address, LetterId
from mailer.replies.matching.ours import Ours
from mailer.replies.reading.header_fields import address_in

LONGEST = 2**16
"""So many bytes of a header are examined; in a longer one a second Message-ID could hide."""

_OWN_IDS = {
    "message-id",
    # Outlook.com, Amazon and others put an id of their own in its place; these they leave, or put beside it.
    "x-campaign-ref",
    "x-microsoft-original-message-id",
    "x-google-original-message-id",
}
_FIELD = re.compile(r"([!-9;-~]{1,100})[ \t]*:(.*)")
_ID = re.compile(r"<?[!-;=?-~]{1,300}>?")


@dataclass(frozen=True, slots=True)
class Label:
    """What a header says of its own mail.

    Attributes:
        writer: The one address in its one From.
        ids: Its own ids, with or without angle brackets.
    """

    writer: Address
    ids: tuple[str, ...]


def copied(head: bytes, ours: Ours) -> LetterId | None:
    """The letter of ours that a mail is a copy of; None for any other mail, and where two could be meant.

    Args:
        head: The mail, or only its header. Any bytes.
        ours: The look-ups among what we sent.
    """
    label = label_of(head)
    letters = {letter for text in label.ids if (letter := ours.letter_of(text))} if label else set()
    if label is None or len(letters) != 1:
        return None
    [letter] = letters
    sender = ours.sender_of(letter)
    return letter if sender is not None and sender.key == label.writer.key else None


def label_of(head: bytes) -> Label | None:
    """What a header says of its own mail; None when it is not in order, or says one thing twice.

    Args:
        head: The mail, or only its header. Any bytes.
    """
    fields = _fields(head[:LONGEST])
    if fields is None:
        return None
    own = [(name, value.strip()) for name, value in fields if name in _OWN_IDS]
    writer = _only_address([value for name, value in fields if name == "from"])
    if writer is None or len({name for name, _ in own}) < len(own):
        return None
    return Label(writer, tuple(value for _, value in own if _ID.fullmatch(value)))


def _fields(head: bytes) -> list[tuple[str, str]] | None:
    """Name and value of each field, unfolded; None when a line of the header is none (RFC 5322 §2.2)."""
    text = head.replace(b"\r\n", b"\n").decode("utf-8", "replace")
    block, end, _ = text.partition("\n\n")
    # A lone CR is a line's end for some readers and not for others, and so hides a field from one of them.
    if "\r" in block or "\0" in block or (not end and len(head) == LONGEST):
        return None
    fields: list[tuple[str, str]] = []
    for line in _unfolded(block.removesuffix("\n")):
        found = _FIELD.fullmatch(line)
        if found is None:
            return None
        fields.append((found[1].lower(), found[2]))
    return fields


def _unfolded(block: str) -> Iterator[str]:
    lines: list[str] = []
    for line in block.split("\n"):
        if not line.startswith((" ", "\t")) and lines:
            yield "".join(lines)
            lines.clear()
        lines.append(line)
    yield "".join(lines)


def _only_address(values: list[str]) -> Address | None:
    """The one address in the one field; None where there are more or fewer."""
    if len(values) != 1:
        return None
    try:
        found = getaddresses(values)
    except (RecursionError, IndexError, ValueError):  # nested comments, stray brackets
        return None
    return address_in(found[0][1]) if len(found) == 1 else None
