"""What a mail server's reply means for one letter, by the phase of the conversation it came in.

The receiver takes responsibility with its 2yz reply to the final dot, and not before
(RFC 5321 §4.1.1.4, §6.1). So a line that drops earlier has certainly delivered nothing, and only at or
after the dot is there doubt.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """How far the conversation had come."""

    CONNECT = "connect"
    GREETING = "greeting"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    DOT = "dot"


class Outcome(StrEnum):
    """What one attempt to deliver came to."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    """Not sent, for certain; may be tried again with the same bytes."""
    REFUSED = "refused"
    """Not sent, for certain; a person must change something first."""
    UNSURE = "unsure"
    """Nobody can know: the line broke at or after the final dot."""
    PAUSE = "pause"
    """Not about this letter but about us: sign-in, quota, policy. Stop the run, mark nobody."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one attempt to deliver came to, and the evidence.

    Attributes:
        outcome: The decision.
        phase: Where the conversation stood.
        code: The reply's three digits; 0 when the line broke and nobody replied.
        status: The enhanced status code (RFC 3463) such as `5.1.1`; empty when not given.
        words: The server's own words, or ours for a broken line. Untrusted.
    """

    outcome: Outcome
    phase: Phase
    code: int = 0
    status: str = ""
    words: str = ""


_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_SIGN_IN_CODES = frozenset({530, 534, 535, 538})
_ACCOUNT_STATUSES = frozenset({"5.4.5", "5.7.0", "5.7.8", "5.7.9", "5.7.14", "5.7.57", "5.7.60"})
"""Sender-side troubles that servers report per recipient: daily quota, sign-in, send-as."""


def status_of(words: str) -> str:
    """The enhanced status code at the start of a reply (RFC 2034), or ''."""
    found = _STATUS.match(words.lstrip())
    return found.group(1) if found else ""


def judge(phase: Phase, code: int, words: str) -> Verdict:
    """Decide what a complete reply means.

    Args:
        phase: What the reply answers; `DOT` for the end of data.
        code: Three digits, 200–599. At `DOT` any other number counts as garbage.
        words: The text of the reply, lines joined by a space.

    Returns:
        A verdict. A 2yz before `DOT` is no verdict yet; callers ask only about what ends the attempt.
    """
    status = status_of(words)
    return Verdict(_decide(phase, code, status), phase, code, status, words)


def _decide(phase: Phase, code: int, status: str) -> Outcome:
    if phase in {Phase.CONNECT, Phase.GREETING, Phase.EHLO, Phase.STARTTLS, Phase.AUTH}:
        return Outcome.PAUSE
    if code in _SIGN_IN_CODES or status in _ACCOUNT_STATUSES:
        return Outcome.PAUSE
    kind = code // 100
    # A full mailbox is not a dead one: 552 at RCPT counts as 452 (RFC 5321 §4.5.3.1.10).
    full = phase is Phase.RCPT and (code == 552 or status == "5.2.2")  # noqa: PLR2004
    if full or kind == 4:  # noqa: PLR2004 - RFC 5321 §4.2.1
        return Outcome.DEFERRED
    if phase is Phase.DOT:
        return {2: Outcome.ACCEPTED, 5: Outcome.REFUSED}.get(kind, Outcome.UNSURE)
    # Some servers take less than their SIZE says, and say so when they hear the letter's own (RFC 1870 §6.1).
    too_large = phase is Phase.MAIL and status == "5.3.4"
    if too_large or (phase is Phase.RCPT and kind == 5 and not status.startswith("5.7.")):  # noqa: PLR2004
        return Outcome.REFUSED
    # 5yz at MAIL and DATA, policy (5.7.x) at RCPT, and replies out of turn say nothing about the recipient.
    return Outcome.PAUSE


def broken(phase: Phase, words: str) -> Verdict:
    """The verdict for a line that dropped, timed out or turned to garbage at `phase`.

    Args:
        phase: The last thing that we wrote; `BODY` while the final dot had not left us.
        words: What happened, in our words ("the connection was closed").
    """
    if phase is Phase.DOT:
        return Verdict(Outcome.UNSURE, phase, words=words)
    if phase in {Phase.MAIL, Phase.RCPT, Phase.DATA, Phase.BODY}:
        return Verdict(Outcome.DEFERRED, phase, words=words)
    return Verdict(Outcome.PAUSE, phase, words=words)
