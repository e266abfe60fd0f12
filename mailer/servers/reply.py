"""Reads one reply of an SMTP server: three digits and words, over one line or several (RFC 5321 §4.2).

Whatever is no such reply is garbage and says so; it is never guessed at, because after the final dot
a wrong guess is a letter lost or sent twice.
"""

import re
from asyncio import LimitOverrunError, StreamReader
from dataclasses import dataclass

from mailer.nouns.codes import status_of

LONGEST_LINE = 4096
"""§4.5.3.1.5 says 512; real servers write longer ones."""

MOST_LINES = 100
"""Of one reply; the longest greeting to EHLO in use has some twenty."""

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
    def out_of_turn(self) -> bool:
        """Whether it is neither a success nor a refusal, so that we and the server are no longer in step."""
        return self.code // 100 == 3  # noqa: PLR2004 - RFC 5321 §4.2.1


async def read_reply(reader: StreamReader) -> Reply:
    """Read one whole reply.

    Args:
        reader: The line, with a limit of `LONGEST_LINE`. How long to wait is the caller's business.

    Raises:
        Garbled: the server sent something else, or would not end.
        EOFError: the line was closed before the reply was complete.
        OSError: the line broke.
    """
    code, words = b"", list[str]()
    for _ in range(MOST_LINES):
        try:
            line = await reader.readuntil(b"\n")
        except LimitOverrunError:
            raise Garbled("the server sent a line without end") from None
        found = _LINE.fullmatch(line)
        if not found or code not in {b"", found[1]}:
            raise Garbled("the server sent something that is no reply")
        code = found[1]
        words.append((found[3] or b"").decode("utf-8", "replace"))
        if found[2] != b"-":
            return Reply(int(code), _joined(words))
    raise Garbled("the server sent a reply without end")


def _joined(words: list[str]) -> str:
    """The lines as one; the enhanced status code, which each of them repeats, only once."""
    status = status_of(words[0])
    first, *rest = (line.strip() for line in words)
    return " ".join([first, *(line.removeprefix(status).strip() for line in rest)]).strip()
