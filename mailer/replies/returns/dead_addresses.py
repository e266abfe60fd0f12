"""Finds whose address a returned letter speaks of, where it is written for people only.

Addresses that a notice names for other reasons (our own, the server's, whom to ask for help) are told apart
by the words in front of them.
"""

import re
from collections.abc import Iterator

from mailer.nouns import Address
from mailer.replies.reading.header_fields import address_in
from mailer.replies.reading.mail import Mail
from mailer.replies.returns.notice_words import ABOUT_OTHERS, NAMES_FAILED, NOT_FAILED

_ADDRESS = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-][A-Za-z0-9.-]{0,200}[A-Za-z0-9]"
)
_MOST = 10
_LONGEST_LINE = 2_500
_MOST_LINES = 200
_BEFORE = 60


def addresses_in(mail: Mail, text: str) -> tuple[Address, ...]:
    """The addresses that a notice says were not reached, in its order; at most ten.

    Args:
        mail: The mail.
        text: What the server says in it, without the letter that it returns.
    """
    named = _ADDRESS.findall(mail.header("x-failed-recipients"))
    ours = _ours(mail)
    found = named or list(_named_outright(text, ours)) or list(_by_line(text, ours))
    if not found:
        # Some servers return a letter to the very person whom it was to.
        found = list(_named_outright(text, set()))
    parsed = (address_in(each.strip("'`").rstrip(".:")) for each in dict.fromkeys(found))
    return tuple(dict.fromkeys(filter(None, parsed)))[:_MOST]


def _ours(mail: Mail) -> set[str]:
    return {
        each.lower()
        for name in ("to", "delivered-to", "from", "x-original-to")
        for each in _ADDRESS.findall(mail.header(name)[:_LONGEST_LINE])
    }


def _named_outright(text: str, ours: set[str]) -> Iterator[str]:
    """Each address that begins a line, alone or before a colon, or that words like "recipient:" lead to."""
    for line in text.split("\n")[:_MOST_LINES]:
        for found in _ADDRESS.finditer(line[:_LONGEST_LINE]):
            if found[0].lower() in ours:
                continue
            before = line[: found.start()].lower()[-_BEFORE:]
            begins = not before.strip(" \t<>\"'`*-|([:;,.#0123456789")
            if NAMES_FAILED.search(before) or (begins and not NOT_FAILED.search(found[0].lower())):
                yield found[0]


def _by_line(text: str, ours: set[str]) -> Iterator[str]:
    """Every address but our own, the server's, and those of people to ask for help."""
    for line in text.split("\n")[:_MOST_LINES]:
        for found in _ADDRESS.finditer(line[:_LONGEST_LINE]):
            before = line[: found.start()].lower()[-_BEFORE:]
            if found[0].lower() in ours or NOT_FAILED.search(found[0].lower()):
                continue
            if not ABOUT_OTHERS.search(before):
                yield found[0]
