"""Why a letter came back, from the words of the server that refused it and its status code.

A permanent failure is not a dead address: a full mailbox, a spam filter, a policy are "permanent" too
(RFC 3463 class 5), and the person is there all the same. So the words decide first, the code second, and
where neither says that the address or its domain does not exist, it is taken to exist.
"""

import re
from dataclasses import dataclass

from mailer.nouns import Reason
from mailer.replies.returns import reason_words as said
from mailer.replies.returns.transcript_words import AFTER_DATA, DATA_REFUSED, NOBODY_LEFT


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a letter came back.

    Attributes:
        reason: The class of reasons it belongs to.
        words: In our words.
        dead: Whether writing to the address again is pointless.
    """

    reason: Reason
    words: str
    dead: bool = False


UNKNOWN = Cause(Reason.UNKNOWN, "it does not say why")
_WAIT = Cause(Reason.TRY_LATER, "the server asks to wait, or could not be reached")
_NO_MAILBOX = Cause(Reason.USER_UNKNOWN, "there is no such mailbox", dead=True)
_NO_DOMAIN = Cause(Reason.HOST_UNKNOWN, "there is no such mail domain", dead=True)
_MOVED = Cause(Reason.MOVED, "the person has moved away from this address", dead=True)
_SWITCHED_OFF = Cause(Reason.MAILBOX_DISABLED, "the mailbox is switched off")
_FULL = Cause(Reason.MAILBOX_FULL, "the mailbox is full")
_TOO_BIG = Cause(Reason.TOO_BIG, "the letter is too big")
_SPAM = Cause(Reason.SPAM, "it was taken for spam, or our server is on somebody's list")
_POLICY = Cause(Reason.POLICY, "a rule of the receiving server forbids it")
_CONTENT = Cause(Reason.CONTENT, "something in the letter is not allowed there")
_AT_THE_END = Cause(Reason.CONTENT, "it was refused after it had been read, so a filter did not like it")
_TROUBLE = Cause(Reason.SERVER_TROUBLE, "a mail server has trouble of its own")

_BY_WORDS = (
    (_NO_DOMAIN, said.DOMAIN_FIRST),
    (_FULL, said.FULL),
    (_POLICY, said.AGAINST_SENDER),
    (_TOO_BIG, said.TOO_BIG),
    (_SPAM, said.SPAM),
    (_CONTENT, said.CONTENT),
    (_SWITCHED_OFF, said.SWITCHED_OFF),
    (_NO_MAILBOX, said.MAILBOX_IS_NOT),
    (_NO_MAILBOX, said.NO_MAILBOX),
    (_WAIT, said.NO_ANSWER),
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
    "2.0": _SWITCHED_OFF,
    "2.1": _SWITCHED_OFF,
    "2.2": _FULL,
    "2.3": _TOO_BIG,
    "3.1": _FULL,
    "3.4": _TOO_BIG,
    "4.4": _NO_DOMAIN,
    "4.6": _TROUBLE,
    "7.8": _POLICY,
    "7.17": _MOVED,
}
"""RFC 3463 §3, RFC 7505 and 7293 by subject and detail, where they tell more than the subject alone."""
_BY_SUBJECT = {"3": _TROUBLE, "4": _WAIT, "5": _TROUBLE, "6": _CONTENT, "7": _POLICY}
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_WRAPPED = re.compile(r"5\.1\.0 - unknown address error ")
"""Amazon's preface to whatever the other side said."""
_BASIC_4 = re.compile(r"(?<![\d.])4[25][0-9][ -](?!\d)")
_EXAMINED = 2_500


def cause_in(words: str) -> Cause | None:
    """What the words of a server, or of the notice around them, say; None when nothing that we know."""
    words = _WRAPPED.sub("", " ".join(words[:_EXAMINED].lower().split()))
    found = next((cause for cause, pattern in _BY_WORDS if pattern.search(words)), None)
    late = found is _NO_MAILBOX and AFTER_DATA.search(words) and "5.1.1" not in words
    return _AT_THE_END if late else found


def cause_for(status: str, words: str) -> Cause:
    """Why one recipient did not get the letter.

    Args:
        status: The enhanced status code (RFC 3463), perhaps with words around it; may be empty.
        words: What the refusing server said.
    """
    if by_words := cause_in(words):
        return by_words
    found = _STATUS.search(status) or _STATUS.search(words[:_EXAMINED])
    if found:
        if found[1] == "4":
            return _WAIT
        return _BY_STATUS.get(found[2]) or _BY_SUBJECT.get(found[2].partition(".")[0], UNKNOWN)
    return _WAIT if _BASIC_4.search(words[:_EXAMINED]) else UNKNOWN


def in_session(cause: Cause, transcript: str) -> Cause:
    """The cause, once more, in the light of the conversation that a server quotes from.

    "User unknown" in answer to the whole letter is a filter's way to say no. But a server that has been told
    all commands at once answers DATA as well when it has refused the only recipient before (RFC 2920).

    Args:
        cause: What the refusal itself says.
        transcript: What is quoted around it.
    """
    if cause is not _NO_MAILBOX:
        return cause
    said_then = transcript[:_EXAMINED].lower()
    if DATA_REFUSED.search(said_then):
        return cause if NOBODY_LEFT.search(said_then) else _AT_THE_END
    late = "5.1.1" not in said_then and AFTER_DATA.search(" ".join(said_then.split()))
    return _AT_THE_END if late else cause
