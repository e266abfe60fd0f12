"""Reads the replies of an SMTP server: three digits and words, over one line or several (RFC 5321 §4.2).

Whatever is no such reply is garbage and says so; it is never guessed at, because after the final dot
a wrong guess is a letter lost or sent twice.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailer.nouns.codes import status_of

LONGEST_LINE = 4096
"""§4.5.3.1.5 says 512; real servers write longer ones."""

MOST_LINES = 100
"""Of one reply; the longest greeting to EHLO in use has some twenty."""

FAREWELL = 421
"""The server hangs up, whatever it was asked (§3.8)."""

GO_AHEAD = 354
"""It waits for the letter."""

_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*?))?[ \t]*\r?\n", re.DOTALL)


class Garbled(Exception):
    """What the server sent is no reply."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said.

    Attributes:
        code: 200–599.
        words: Its lines joined by a space. Untrusted.
    """

    code: int
    words: str

    @property
    def fine(self) -> bool:
        """Whether the command was carried out (2yz)."""
        return self.code // 100 == 2  # noqa: PLR2004 - RFC 5321 §4.2.1

    @property
    def final(self) -> bool:
        """Whether the line is of no use after it: the server hangs up, or we and it are no longer in step."""
        return self.code == FAREWELL or self.code // 100 == 3  # noqa: PLR2004 - RFC 5321 §4.2.1


class Replies:
    """Puts together what arrives in pieces."""

    def __init__(self) -> None:
        self._held = b""
        self._code = b""
        self._words: list[str] = []

    def feed(self, data: bytes) -> Iterator[Reply]:
        """The replies that are whole now.

        Args:
            data: What has just arrived.

        Raises:
            Garbled: the server sent something else, or would not end; nothing more is to be read from it.
        """
        *lines, self._held = (self._held + data).split(b"\n")
        for line in lines:
            if (reply := self._read(line + b"\n")) is not None:
                yield reply
        if len(self._held) > LONGEST_LINE:
            raise Garbled("the server sent a line without end")

    def _read(self, line: bytes) -> Reply | None:
        found = _LINE.fullmatch(line) if len(line) <= LONGEST_LINE else None
        if not found or self._code not in {b"", found[1]}:
            raise Garbled("the server sent something that is no reply")
        self._words.append((found[3] or b"").decode("utf-8", "replace"))
        if found[2] != b"-":
            self._code, words, self._words = b"", self._words, []
            return Reply(int(found[1]), _joined(words))
        self._code = found[1]
        if len(self._words) == MOST_LINES:
            raise Garbled("the server sent a reply without end")
        return None


def _joined(words: list[str]) -> str:
    """The lines as one; the enhanced status code, which each of them repeats, only once."""
    if len(words) == 1:
        return words[0].strip()
    status = status_of(words[0])
    first, *rest = (line.strip() for line in words)
    return " ".join([first, *(line.removeprefix(status).strip() for line in rest)]).strip()
