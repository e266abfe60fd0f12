"""Notices a password in what a mail server says, in whatever form the server gives it back.

Some servers repeat what they were sent: in a refusal, in a greeting, as base64, over several lines. The
words are compared by what is left of them without the marks that change on the way, and words that repeat
the password are left out as a whole: with only the password taken out of them, a short one could be read
off the gaps.

A password that is an ordinary word stands in sentences that repeat nothing: "wrong user or password". Such a
sentence tells nobody that it is the password, so there only base64 is looked for.
"""

import base64
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TypeVar
from urllib.parse import unquote

from mailer.nouns import visible

T = TypeVar("T", str, bytes)

LEFT_OUT = "(its words are left out: they repeat the password)"

_FEWEST = 4
"""Characters; fewer stand in every other sentence."""

_LONGEST_PLAIN = 5
"""Letters; a password of no more than these, and of letters only, is taken for an ordinary word."""

_ORDINARY = frozenset(
    """
    accepted access account address authenticate authentication authorization blocked command connection
    credentials database delivery denied disabled domain encryption exceeded failed failure incorrect
    internal invalid letter letters mailbox mailer message messages network outlook password passwords
    permanent please policy postfix postmaster quota recipient refused rejected relay request required
    secret secure security sender server service submission support syntax system temporary timeout
    unavailable unknown username verify welcome
    """.split()  # noqa: SIM905 - a line for each word would hide the code
)
"""Longer words that mail servers say anyway."""

_NO_BONES = bytes(code for code in range(128) if not chr(code).isalnum())
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
"""RFC 2034: each line of a reply may begin with one, and so cut a word in two."""


def repeats(words: str, password: str) -> bool:
    """Whether the words hold the password, as it is or as it looks when sent, quoted or escaped.

    Args:
        words: What a server said, raw.
        password: Whole; a part of it is not noticed.
    """
    inks, bones = _forms(password)
    return (password in words and not _is_ordinary(password)) or any(
        any(form in _ink(reading) for form in inks) or any(form in _bones(reading) for form in bones)
        for reading in _readings(words)
    )


@lru_cache(maxsize=8)
def _forms(password: str) -> tuple[frozenset[str], frozenset[bytes]]:
    """What to look for, as ink and as bones."""
    # imaplib tells some answers as Python writes bytes.
    whole = () if _is_ordinary(password) else (password, repr(password.encode())[2:-1])
    inks = {_ink(form) for form in whole}
    bones = {_bones(form) for form in (*whole, *_in_base64(password.encode()))}
    return _long_enough(inks), _long_enough(bones)


def _long_enough(forms: Iterable[T]) -> frozenset[T]:
    return frozenset(form for form in forms if len(form) >= _FEWEST)


def _is_ordinary(password: str) -> bool:
    """Whether it stands in sentences that do not repeat it."""
    plain = password.isalpha() and password[1:].islower() and len(password) <= _LONGEST_PLAIN
    return plain or len(password) < _FEWEST or password.casefold() in _ORDINARY


def _in_base64(secret: bytes) -> Iterator[str]:
    """What is the same in the base64 of every text that holds the secret (RFC 4648 §4).

    Three bytes become four characters, so there are three ways in which it can lie. The characters at its
    edges are made of its neighbours, too, and are left away.
    """
    for before, edge in enumerate((0, 2, 3)):
        encoded = base64.b64encode(bytes(before) + secret).decode()
        yield encoded[edge : (before + len(secret)) * 8 // 6]


def _readings(words: str) -> Iterator[str]:
    for reading in (words, unquote(words, errors="ignore")) if "%" in words else (words,):
        yield reading
        if "." in reading:
            yield _STATUS.sub("", reading)


def _ink(text: str) -> str:
    """All that can be seen, in small letters, without the backslashes of RFC 3501's quoted strings."""
    return "".join(visible(text).split()).replace("\\", "").casefold()


def _bones(text: str) -> bytes:
    """ASCII letters and figures, in small letters: they outlive any quoting, wrapping and wrong charset."""
    return text.encode("ascii", "ignore").translate(None, _NO_BONES).lower()
