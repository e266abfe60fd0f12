"""Reads the address in a cell as people paste it there, and accepts only what cannot be misunderstood."""

import re

from mailer.nouns import Address, BadAddress, visible

_LINK = re.compile("mailto:", re.IGNORECASE)
_BETWEEN = re.compile("[<>,;]")
_SPELT_OUT = re.compile(r"\s*[(\[{]\s*at\s*[)\]}]\s*|\s+at\s+", re.IGNORECASE)
"""How people write the @ so that no machine finds it."""
_AROUND = " .'\""


def address_in(text: str) -> Address:
    """The one address that a cell holds: bare, or as a link to it (`mailto:`, RFC 6068).

    Raises:
        BadAddress: with the reason in words. `Robin <robin@…>` is refused, too: the name would be lost.
    """
    # In a link, %2B stands for a plus; bare, it is an address of its own. So such a link is not guessed at.
    link = None if "%" in text else _LINK.match(text)
    return Address.parse(text[link.end() :] if link else text)


def advice(text: str) -> str:
    """What to write instead of a cell that was refused."""
    if "@" not in text and _is_address(meant := _SPELT_OUT.sub("@", text)):
        return f"write the @: {visible(meant, limit=60)}"
    pieces = [_LINK.sub("", piece.strip(_AROUND), 1) for piece in _BETWEEN.split(text)]
    found = list(dict.fromkeys(piece for piece in pieces if "@" in piece))
    if not found or not all(map(_is_address, found)):
        return "correct it"
    shown = [visible(address, limit=60) for address in found[:4]]
    if len(shown) > 1:
        return "write a row for each: " + ", ".join(shown)
    named = (
        "; a name belongs in the column organizer" if text.partition("<")[0].strip() and "<" in text else ""
    )
    return f"write {shown[0]}{named}"


def _is_address(text: str) -> bool:
    try:
        Address.parse(text)
    except BadAddress:
        return False
    return "%" not in text
