"""Which mails a SEARCH asks for: criteria in, a test of one mail out. Pure.

The keys of RFC 3501 §6.4.4, but for those that look at `Date:`; and MODSEQ of RFC 7162.
"""

from collections import deque
from collections.abc import Callable, Sequence
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from functools import partial

from mailer.rehearsal.imap_fetch import halves
from mailer.rehearsal.imap_syntax import DEEPEST, Argument, BadSyntax, Refused, Word, day, pick, word
from mailer.rehearsal.mailboxes import Stored

Test = Callable[[int, Stored], bool]
"""Takes a mail's place in the folder, from 1, and the mail."""

_FLAGS = {"ANSWERED", "DELETED", "DRAFT", "FLAGGED", "SEEN"}


def criteria(arguments: Sequence[Argument], uids: Sequence[int]) -> Test:
    """The test that a SEARCH's arguments describe; all of them must hold.

    Args:
        arguments: After the command's name, with or without `CHARSET x`.
        uids: The folder's UIDs in order, which `n:*` and the like refer to.

    Raises:
        BadSyntax: for a key that we do not know, or one with a missing or odd argument.
        Refused: for a character set that we do not know.
    """
    left = deque(arguments)
    if left and isinstance(left[0], Word) and left[0].upper == "CHARSET":
        left.popleft()
        if _next(left).upper not in {"UTF-8", "US-ASCII"}:
            raise Refused("[BADCHARSET (UTF-8 US-ASCII)] that character set is not known here")
    if not left:
        raise BadSyntax("SEARCH needs something to look for")
    return _all_of(left, uids, 0)


def wants_modseq(arguments: Sequence[Argument]) -> bool:
    """Whether the answer must end with `(MODSEQ n)`."""
    return any(isinstance(a, Word) and not a.quoted and a.upper == "MODSEQ" for a in arguments)


def _all_of(left: deque[Argument], uids: Sequence[int], depth: int) -> Test:
    tests: list[Test] = []
    while left:
        tests.append(_key(left, uids, depth))
    return lambda place, mail: all(test(place, mail) for test in tests)


def _key(left: deque[Argument], uids: Sequence[int], depth: int) -> Test:
    """Take one search key and its arguments off the left."""
    if depth > DEEPEST:
        raise BadSyntax("the search is nested too deeply")
    if left and isinstance(left[0], tuple):
        inner = left[0]
        left.popleft()
        return _all_of(deque(inner), uids, depth + 1)
    name = _next(left).upper
    if name in {"NOT", "OR"}:
        return _joined(name, left, uids, depth + 1)
    if name in _FLAGS or (name.startswith("UN") and name[2:] in _FLAGS):
        return partial(_flagged, f"\\{name.removeprefix('UN').title()}", not name.startswith("UN"))
    if name[:1].isdigit() or name[:1] == "*":
        chosen = frozenset(pick(name, range(1, len(uids) + 1)))
        return lambda place, _mail: place in chosen
    if name not in _WITH_ARGUMENT:
        raise BadSyntax(f"{name} is no search key here")
    return _WITH_ARGUMENT[name](left, uids)


def _joined(name: str, left: deque[Argument], uids: Sequence[int], depth: int) -> Test:
    first = _key(left, uids, depth)
    if name == "NOT":
        return lambda place, mail: not first(place, mail)
    second = _key(left, uids, depth)
    return lambda place, mail: first(place, mail) or second(place, mail)


def _next(left: deque[Argument]) -> Word:
    if not left:
        raise BadSyntax("a search key lacks its argument")
    return word(left.popleft())


def _number(left: deque[Argument]) -> int:
    text = _next(left).text
    if not (text.isascii() and text.isdigit() and len(text) < 20):  # noqa: PLR2004 - 63 bits, RFC 7162 §7
        raise BadSyntax("a number was expected")
    return int(text)


def _everything(_left: deque[Argument], _uids: Sequence[int]) -> Test:
    return lambda _place, _mail: True


def _uid(left: deque[Argument], uids: Sequence[int]) -> Test:
    chosen = frozenset(pick(_next(left).text, uids))
    return lambda _place, mail: mail.uid in chosen


def _since(left: deque[Argument], _uids: Sequence[int]) -> Test:
    start = day(_next(left).text)
    return lambda _place, mail: mail.at.date() >= start


def _before(left: deque[Argument], _uids: Sequence[int]) -> Test:
    end = day(_next(left).text)
    return lambda _place, mail: mail.at.date() < end


def _on(left: deque[Argument], _uids: Sequence[int]) -> Test:
    that_day = day(_next(left).text)
    return lambda _place, mail: mail.at.date() == that_day


def _larger(left: deque[Argument], _uids: Sequence[int]) -> Test:
    size = _number(left)
    return lambda _place, mail: len(mail.raw) > size


def _smaller(left: deque[Argument], _uids: Sequence[int]) -> Test:
    size = _number(left)
    return lambda _place, mail: len(mail.raw) < size


def _modseq(left: deque[Argument], _uids: Sequence[int]) -> Test:
    least = _number(left)
    return lambda _place, mail: mail.modseq >= least


def _keyword(left: deque[Argument], _uids: Sequence[int]) -> Test:
    return partial(_flagged, _next(left).text, True)  # noqa: FBT003 - "flagged: yes"


def _header(left: deque[Argument], _uids: Sequence[int]) -> Test:
    name = _next(left).text
    return partial(_header_has, name, _next(left).text.lower())


def _named_header(name: str, left: deque[Argument], _uids: Sequence[int]) -> Test:
    return partial(_header_has, name, _next(left).text.lower())


def _text(left: deque[Argument], _uids: Sequence[int]) -> Test:
    needle = _next(left).raw.lower()
    return lambda _place, mail: needle in mail.raw.lower()


def _body(left: deque[Argument], _uids: Sequence[int]) -> Test:
    needle = _next(left).raw.lower()
    return lambda _place, mail: needle in halves(mail.raw)[1].lower()


_WITH_ARGUMENT: dict[str, Callable[[deque[Argument], Sequence[int]], Test]] = {
    "ALL": _everything,
    "BEFORE": _before,
    "BODY": _body,
    "HEADER": _header,
    "KEYWORD": _keyword,
    "LARGER": _larger,
    "MODSEQ": _modseq,
    "ON": _on,
    "SINCE": _since,
    "SMALLER": _smaller,
    "TEXT": _text,
    "UID": _uid,
    **{name: partial(_named_header, name) for name in ("BCC", "CC", "FROM", "SUBJECT", "TO")},
}


def _flagged(flag: str, wanted: bool, _place: int, mail: Stored) -> bool:  # noqa: FBT001 - filled in by partial
    return (flag.lower() in {own.lower() for own in mail.flags}) is wanted


def _header_has(name: str, needle: str, _place: int, mail: Stored) -> bool:
    """Whether a header's decoded text holds the needle; the empty needle asks only whether it is there."""
    found = BytesHeaderParser().parsebytes(halves(mail.raw)[0]).get_all(name, [])
    return any(needle in _decoded(str(text)).lower() for text in found)


def _decoded(text: str) -> str:
    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):
        return text
