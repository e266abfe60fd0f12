"""The last look at a letter before it goes to a server: are these bytes and addresses safe on the wire?

The rooms above see to all of this. It is looked at once more because a single stray line end can make two
letters out of one ("SMTP smuggling", CVE-2023-51764 and its kin), and a single stray bracket can add a
recipient.
"""

from mailer.nouns import Address, BadAddress, Letter

LONGEST_LINE = 998
"""RFC 5322 §2.1.1, without its CRLF."""


def unfit(letter: Letter) -> str:
    """Why this letter must not go to any server; '' when it may.

    Args:
        letter: As claimed.
    """
    if not letter.to:
        return "the letter has no recipient"
    for address in (letter.sender, *letter.to):
        if not _genuine(address):
            return f"the letter names {str(address)!r}, which is no plain address"
    return _unfit_bytes(letter.raw)


def _genuine(address: Address) -> bool:
    try:
        return Address.parse(str(address)) == address
    except BadAddress:
        return False


def _unfit_bytes(raw: bytes) -> str:
    if not raw.endswith(b"\r\n"):
        return "the letter does not end with a line end"
    if not raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r"):
        return "the letter holds a line end that mail servers read in different ways"
    if not raw.isascii() or b"\0" in raw:
        return "the letter holds bytes that are not 7-bit text"
    if max(map(len, raw.split(b"\r\n"))) > LONGEST_LINE:
        return f"the letter has a line of more than {LONGEST_LINE} characters"
    return ""
