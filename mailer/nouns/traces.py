"""What a person leaves behind in a text: her address, however it is spelt, and her names.

Rather too much is found than too little: this decides what is blotted out when she asks to be forgotten.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from mailer.nouns.addresses import Address, BadAddress, untagged

BLOT = "…"
"""Stands where a word of hers stood."""

_SHORTEST = 3
"""A name of fewer letters stands in every other word; scripts without capitals say more with each letter."""

_AT = r"(?:@|=|%40|\s{0,3}[(\[]\s?at\s?[)\]]\s{0,3}|\sat\s)"
"""As mailing lists write an address into a return path (`bounces+ana=x.example@…`), and people for people."""

# Before it may stand what no address holds, or a single mark: `'ana@…'`, `_ana@…_`. But `joana@`, `jo.ana@`
# and `jo+ana@` are somebody else. Behind it a full stop ends a sentence, and `.com` goes on with another's
# host. Japanese and Chinese letters stand right beside it, without a space.
_BEGIN = r"(?<![a-z0-9])(?<![a-z0-9][._%-])(?<![a-z0-9]\+(?!\S{1,80}=))"
_END = r"(?!-?[a-z0-9])(?!(?-i:\.[a-z0-9]))"


@dataclass(frozen=True)
class Traces:
    """One person, as texts know her.

    Attributes:
        key: Her address's key, without a plus-tag.
        names: What she is called where her address stands: `Ana Souza`, `Ana`.
    """

    key: str
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, address: Address, names: Iterable[str] = ()) -> "Traces":
        """The traces of whoever has this address.

        Args:
            address: With or without a plus-tag.
            names: As they stand beside it. Untrusted; what is no name is passed over.
        """
        plain = (" ".join(_nfc(name).split()) for name in names)
        return cls(untagged(address.key), frozenset(name for name in plain if _is_name(name)))

    def is_hers(self, text: str) -> bool:
        """Whether a text is her address and nothing else, in capitals or not, with a plus-tag or without."""
        if self.key.partition("@")[0] not in text.lower():
            return False
        try:
            return untagged(Address.parse(text).key) == self.key
        except BadAddress:
            return False

    @cached_property
    def address(self) -> re.Pattern[str]:
        """Finds her address in a text (NFC)."""
        local, _, domain = self.key.partition("@")
        hosts = "|".join(map(re.escape, _spellings(domain)))
        tag = r"(?:\+[^@=\s<>\"]{0,64})?"
        return re.compile(f"{_BEGIN}{re.escape(local)}{tag}{_AT}(?:{hosts}){_END}", re.IGNORECASE)

    @cached_property
    def far(self) -> re.Pattern[str]:
        """Finds what can only be she: her address, and names of several words."""
        return self._with(name for name in self.names if " " in name)

    @cached_property
    def near(self) -> re.Pattern[str]:
        """Finds what is probably she, where she is known to be spoken of: single words of her names, too."""
        return self._with({*self.names, *(word for name in self.names for word in _words(name))})

    @cached_property
    def own(self) -> re.Pattern[str]:
        """Finds what is she in a text of hers: also the part of her address before the @."""
        local = self.key.partition("@")[0]
        return self._with({*self.names, *(word for name in (*self.names, local) for word in _words(name))})

    def spoken_of(self, texts: Iterable[str], what: re.Pattern[str]) -> bool:
        """Whether one of the texts holds what one of the patterns above finds."""
        plain = map(_nfc, texts)
        # Most mails are about other people, and this tells them thirty times as fast as the pattern.
        return any(what.search(text) for text in plain if any(map(text.lower().__contains__, self._hints)))

    @cached_property
    def _hints(self) -> frozenset[str]:
        """In lower case, what every text that speaks of her holds one of."""
        words = (_words(name) or [name] for name in self.names)
        return frozenset({self.key.partition("@")[0], *(word.lower() for each in words for word in each)})

    def called(self, others: Iterable[str]) -> re.Pattern[str] | None:
        """Finds her names as they are written, capitals and all; None when no name is left.

        Args:
            others: Names that are somebody else's, too, and are not to be found.
        """
        left = self.names - {_nfc(other).strip() for other in others}
        return re.compile(_any_of(left)) if left else None

    def _with(self, names: Iterable[str]) -> re.Pattern[str]:
        words = _any_of(names)
        whole = f"{self.address.pattern}|{words}" if words else self.address.pattern
        return re.compile(whole, re.IGNORECASE)


def blotted(text: str, what: re.Pattern[str]) -> str:
    """The text with all that is found blotted out."""
    plain = _nfc(text)
    return what.sub(BLOT, plain) if what.search(plain) else text


def _nfc(text: str) -> str:
    """One spelling of letters with accents: some programs write them as letter and accent."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _words(name: str) -> list[str]:
    return [word for word in (part.strip(".,;:'\"()[]") for part in name.split()) if _is_name(word)]


def _is_name(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    return "@" not in text and letters >= (_SHORTEST if _has_capitals(text) else _SHORTEST - 1)


def _has_capitals(text: str) -> bool:
    return text.lower() != text.upper()


def _any_of(names: Iterable[str]) -> str:
    """One pattern for all the names; '' for none."""
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return "|".join(map(_name, longest_first))


def _name(name: str) -> str:
    words = r"[\s,]+".join(map(re.escape, name.split()))
    # Where there are no capitals, there is often no space between words either.
    return rf"(?<![^\W_]){words}(?![^\W_])" if _has_capitals(name) else words


def _spellings(domain: str) -> tuple[str, ...]:
    """A domain in A-labels, and as people read it where that differs."""
    if "xn--" not in domain:
        return (domain,)
    import idna  # noqa: PLC0415 - its tables are only loaded for the few who need them

    try:
        return domain, _nfc(idna.decode(domain))
    except idna.IDNAError:
        return (domain,)
