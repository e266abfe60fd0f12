"""Why a letter came back, from the words of the server that refused it and its status code.

A permanent failure is not a dead address: a full mailbox, a spam filter, a policy are "permanent" too
(RFC 3463 class 5), and the person is there all the same. So the words decide first, the code second, and
where neither says that the address or its domain does not exist, it is taken to exist.
"""

import re
from dataclasses import dataclass

from mailer.replies import reason_words as said


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a letter came back, in our words; `dead` when writing to the address again is pointless."""

    words: str
    dead: bool = False


UNKNOWN = Reason("it does not say why")
_WAIT = Reason("the server asks to wait, or could not be reached")
_NO_MAILBOX = Reason("there is no such mailbox", dead=True)
_NO_DOMAIN = Reason("there is no such mail domain", dead=True)
_MOVED = Reason("the person has moved away from this address", dead=True)
_SWITCHED_OFF = Reason("the mailbox is switched off")
_FULL = Reason("the mailbox is full")
_TOO_BIG = Reason("the letter is too big")
_SPAM = Reason("it was taken for spam, or our server is on somebody's list")
_POLICY = Reason("a rule of the receiving server forbids it")
_AT_THE_END = Reason("it was refused after it had been read, so a filter did not like it")
_TROUBLE = Reason("a mail server has trouble of its own")

_BY_WORDS = (
    (_FULL, said.FULL),
    (_POLICY, said.AGAINST_SENDER),
    (_TOO_BIG, said.TOO_BIG),
    (_SPAM, said.SPAM),
    (_SWITCHED_OFF, said.SWITCHED_OFF),
    (_NO_MAILBOX, said.NO_MAILBOX),
    (_NO_DOMAIN, said.NO_DOMAIN),
    (_MOVED, said.MOVED),
    (_POLICY, said.POLICY),
    (_WAIT, said.WAIT),
    (_TROUBLE, said.TROUBLE),
)
"""In this order: what tells of a living mailbox, or of us, must not be drowned by the word "address"."""

_BY_STATUS = {
    "1.0": _NO_MAILBOX,
    "1.1": _NO_MAILBOX,
    "1.2": _NO_DOMAIN,
    "1.3": _NO_MAILBOX,
    "1.6": _MOVED,
    "1.10": _NO_MAILBOX,
    "1.351": _NO_MAILBOX,
    "2.1": _NO_MAILBOX,
    "2.2": _FULL,
    "2.3": _TOO_BIG,
    "3.1": _FULL,
    "3.4": _TOO_BIG,
    "4.4": _NO_DOMAIN,
    "4.6": _TROUBLE,
}
_BY_SUBJECT = {"3": _TROUBLE, "4": _WAIT, "5": _TROUBLE, "6": _POLICY, "7": _POLICY}
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_WRAPPED = re.compile(r"5\.1\.0 - unknown address error ")
"""Amazon's preface to whatever the other side said."""
_EXAMINED = 4_000


def reason_in(words: str) -> Reason | None:
    """What the words of a server, or of the notice around them, say; None when nothing that we know."""
    words = _WRAPPED.sub("", " ".join(words[:_EXAMINED].lower().split()))
    found = next((reason for reason, pattern in _BY_WORDS if pattern.search(words)), None)
    return _AT_THE_END if found and found.dead and said.AFTER_DATA.search(words) else found


def reason_for(status: str, words: str) -> Reason:
    """Why one recipient did not get the letter.

    Args:
        status: The enhanced status code (RFC 3463), perhaps with words around it; may be empty.
        words: What the refusing server said.
    """
    if by_words := reason_in(words):
        return by_words
    found = _STATUS.search(status) or _STATUS.search(words[:_EXAMINED])
    if not found:
        return UNKNOWN
    if found[1] == "4":
        return _WAIT
    return _BY_STATUS.get(found[2]) or _BY_SUBJECT.get(found[2].partition(".")[0], UNKNOWN)
