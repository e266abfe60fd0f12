"""The last look at a letter before it goes to a server: are these bytes and addresses safe on the wire?

The rooms above see to all of this. It is looked at once more because a single stray line end can make two
letters out of one ("SMTP smuggling", CVE-2023-51764 and its kin), and a single stray bracket can add a
recipient.
"""

from functools import lru_cache

from mailer.nouns import ONLY_TO, Address, BadAddress, Letter, Settings

LONGEST_LINE = 998
"""RFC 5322 §2.1.1, without its CRLF."""


def unfit(letter: Letter, settings: Settings) -> str:
    """Why this letter must not go to any server; '' when it may.

    Args:
        letter: As claimed.
        settings: They may say to whom alone letters go.
    """
    if not letter.to:
        return "the letter has no recipient"
    for address in (letter.sender, *letter.to):
        if not _genuine(address):
            return f"the letter names {str(address)!r}, which is no plain address"
    for address in letter.to:
        if not settings.lets(address):
            return f"{ONLY_TO} does not name {address}"
    return _unfit_bytes(letter.raw)


@lru_cache(maxsize=8)  # the sender of all letters is the same
def _genuine(address: Address) -> bool:
    try:
        return Address.parse(str(address)) == address
    except BadAddress:
        return False


def _unfit_bytes(raw: bytes) -> str:
    if not raw.endswith(b"\r\n"):
        return "the letter does not end with a line end"
    lines = raw.split(b"\r\n")
    rest = b"".join(lines)
    if b"\r" in rest or b"\n" in rest:
        return "the letter holds a line end that mail servers read in different ways"
    if not rest.isascii() or b"\0" in rest:
        return "the letter holds bytes that are not 7-bit text"
    if max(map(len, lines)) > LONGEST_LINE:
        return f"the letter has a line of more than {LONGEST_LINE} characters"
    return ""
