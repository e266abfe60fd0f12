"""Keeps a letter's fixed words apart from the words of one group, so that the fixed ones are worked on once.

Jinja does not print a value, it prints a *slot*: a made-up word such as `zqslot2z`. What comes out, the
skeleton, is the same for most letters of a step, so it is read as Markdown once and kept. Only then are the
values put in, each escaped for the place where it stands. So no cell is ever read as Markdown, HTML or Jinja,
whatever it holds; and as the skeleton holds no value, none can pretend to be a slot.

The made-up word is of lower-case letters and digits: Markdown rewrites anything else inside a web address.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from jinja2 import Undefined, pass_context
from jinja2.runtime import Context

SLOTS = " slots"
"""Where the context keeps the slots of the letter in hand; the space keeps templates from naming it."""

_TEXT, _WHOLE, _PART, _MAILTO = "zwqm"
"""A slot's last letter says where it stands: in text; at the start of a web address, and so with its scheme;
later in a web address; in a `mailto:` address, where @ is itself."""

_ADDRESS_MARKS = "%/:?#[]@!$&'()*+,;=~"
_WEB = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)
_UNSHOWN = re.compile(
    "[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Control and half characters, and those that turn the reading direction. (White space is folded before.)"""


class Unprintable(ValueError):
    """A value holds nothing that can be printed; the text says what, as the end of "this value …"."""


class BadLink(ValueError):
    """A value stands where a web address begins, and is none; the text is the value."""


def plain(value: object) -> str:
    """A value as a reader should see it: one line, every run of white space one space, numbers without `.0`.

    Raises:
        Unprintable: for None, not-a-number, lists, and characters that nobody can see.
    """
    if isinstance(value, str):
        text = " ".join(value.split())
        return text if text.isprintable() else _seen(text)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, int):
        return str(value)
    if value is None:
        raise Unprintable("is empty")
    if isinstance(value, Undefined):
        str(value)  # Raises Jinja's own error, which knows the name.
    raise Unprintable("is not a text; |join(', ') makes one of a list")


def _seen(text: str) -> str:
    hidden = _UNSHOWN.search(text)
    if hidden:
        raise Unprintable(f"holds a character that nobody can see (U+{ord(hidden.group()):04X})")
    return text


def _number(value: float) -> str:
    """`1234.0` as `1234`, and never `1e+16`."""
    if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124 - the test for not-a-number
        raise Unprintable("is not a number")
    return f"{value:.10f}".rstrip("0").rstrip(".")


class Slots:
    """The values of one letter in the order in which they came up; equal values share a slot.

    Attributes:
        values: What stands in slot 0, 1, 2, …
    """

    __slots__ = ("_known", "_words", "values")

    def __init__(self, words: "SlotWords") -> None:
        self._words = words
        self._known: dict[str, str] = {}
        self.values: list[str] = []

    def take(self, value: object) -> str:
        """The slot for a value; nothing for an empty text, so that Markdown sees that nothing is there."""
        text = plain(value)
        if not text:
            return ""
        word = self._known.get(text)
        if word is None:
            word = self._known[text] = self._words.word(len(self.values))
            self.values.append(text)
        return word


@pass_context
def into_slot(context: Context, value: object) -> str:
    """Jinja's `finalize`: what a template prints becomes a slot."""
    slots: Slots = context.parent[SLOTS]
    return slots.take(value)


Put = Mapping[str, Callable[[str], str]]
"""For each kind of place, how a value is written there."""


@dataclass(frozen=True, slots=True)
class Woven:
    """A text with gaps for values.

    Attributes:
        parts: Fixed text, gap, fixed text, gap, … fixed text; the gaps are empty here.
        gaps: For each gap its slot and its kind of place.
    """

    parts: tuple[str, ...]
    gaps: tuple[tuple[int, str], ...]

    def fill(self, values: Sequence[str], put: Put) -> str:
        """The text with the values in their gaps.

        Raises:
            BadLink: a value stands where a web address begins, and is none.
        """
        words = [*self.parts]
        for number, (slot, place) in enumerate(self.gaps):
            words[2 * number + 1] = put[place](values[slot])
        return "".join(words)


class SlotWords:
    """The made-up words that stand for values in one template; none of them is part of its text."""

    def __init__(self, source: str) -> None:
        prefix = "zqslot"
        while prefix in source.lower():
            prefix += "q"
        self._prefix = prefix
        self._gap = re.compile(rf"{prefix}(\d+)([{_TEXT}{_WHOLE}{_PART}{_MAILTO}])")
        self._in_brackets = re.compile(rf"<({prefix}\d+{_TEXT})>")

    def word(self, slot: int) -> str:
        """The word for a slot that stands in a text."""
        return f"{self._prefix}{slot}{_TEXT}"

    def linked(self, skeleton: str) -> str:
        """The skeleton with `<{{ website }}>` written as `[…](…)`: a slot has no scheme to be known by."""
        return self._in_brackets.sub(r"[\1](\1)", skeleton)

    def in_address(self, address: str) -> str:
        """A web address with its slots marked for their places."""

        def mark(found: re.Match[str]) -> str:
            place = _WHOLE if found.start() == 0 else _MAILTO if address.startswith("mailto:") else _PART
            return f"{self._prefix}{found.group(1)}{place}"

        return self._gap.sub(mark, address)

    def woven(self, text: str) -> Woven:
        """The text taken apart at its slots."""
        parts = self._gap.split(text)
        gaps = tuple(zip(map(int, parts[1::3]), parts[2::3], strict=True))
        interleaved = [text for fixed in parts[0::3] for text in (fixed, "")]
        return Woven(tuple(interleaved[:-1]), gaps)


def _whole_address(value: str) -> str:
    if not _WEB.fullmatch(value):
        raise BadLink(value)
    return quote(value, safe=_ADDRESS_MARKS)


def _address_part(value: str) -> str:
    return quote(value, safe="")


def _mail_address(value: str) -> str:
    return quote(value, safe="@")


AS_TEXT: Put = {_TEXT: str, _WHOLE: _whole_address, _PART: _address_part, _MAILTO: _mail_address}
"""How values are put into the plain part and the subject."""

AS_HTML: Put = {
    _TEXT: escape,
    _WHOLE: lambda value: escape(_whole_address(value)),
    _PART: _address_part,
    _MAILTO: _mail_address,
}
"""How values are put into the HTML part."""
