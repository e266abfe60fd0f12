"""Makes one cell of the table fit to stand in a letter, or says what is wrong with it.

A cell can reach any header through a template (`Subject: … {{ city }}`). A line break in it would begin a
header of its own, and so would an RFC 2047 word such as `=?utf-8?q?=0ABcc:…?=`, which holds no line break but
is unfolded into one by the mail library of several Pythons (CVE-2024-6923). Both are refused here, for every
cell, because nobody means them; the letters guard themselves once more.
"""

import re
import unicodedata
from collections.abc import Sequence

ENCODED_WORD = re.compile(r"=\?[^?\s]*\?")
"""How an RFC 2047 §2 encoded word begins, as far as its charset."""

LONGEST = 131_072
"""Characters of one cell; Python's csv reads no more, and a spreadsheet holds a quarter of it."""

_EDGES = " \t\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}"
_BREAKS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}")
_LOST = "\N{REPLACEMENT CHARACTER}"
_UNFIT = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14}|0\.[0-9]{1,15}|[1-9][0-9]{0,14}(\.[0-9]{1,2}|\.[0-9]{4,15}))")
_NEVER_MEANT = (
    (ENCODED_WORD, "holds an encoded word (=?…?…?=)", "write it in plain letters"),
    # In English or not (`#BEZUG!`); LibreOffice numbers its own.
    (
        re.compile(r"^(#[A-ZÀ-Ý/_]+[!?]|#DIV/0!|#N/A|#N/D|#NV|Err:[0-9]{3})$", re.MULTILINE),
        "holds a formula that fails",
        "mend the formula, or write what belongs there",
    ),
    (
        re.compile(r'^=[A-Za-z0-9"(+$.-]', re.MULTILINE),
        "holds a formula instead of its value",
        "write the value, or open the table in your spreadsheet and save it again",
    ),
)
_SUSPECT = re.compile("|".join(pattern.pattern for pattern, _, _ in _NEVER_MEANT), re.MULTILINE)


def tidy(text: str) -> str:
    """The text in Unicode's composed form (NFC), without spaces at its ends.

    A name typed on one machine and pasted on another differs in its accents, and would count as two.
    """
    if text.isascii():
        return text.strip(" \t")
    return unicodedata.normalize("NFC", text).strip(_EDGES)


def fault(text: str) -> tuple[str, str] | None:
    """What makes a text unfit for a letter, as the end of "this cell …", and how to mend it; or None."""
    if not text.isprintable() or _LOST in text:
        for character in text:
            if character in _BREAKS:
                return "holds a line break", "write it in one line"
            if character == _LOST:
                return f"holds {_LOST}: a letter was lost when the file was saved", "type it anew"
            if unicodedata.category(character) in _UNFIT:
                return f"holds {_called(character)}", "delete what cannot be seen, or type the cell anew"
    if len(text) > LONGEST:
        return f"is longer than {LONGEST:,} characters", "shorten it"
    return next(((what, fix) for pattern, what, fix in _NEVER_MEANT if pattern.search(text)), None)


def faultless(texts: Sequence[str]) -> bool:
    """Whether no cell of a row has a fault; most rows have none, and this is quicker than to ask for each."""
    whole = "".join(texts)
    if len(whole) > LONGEST or _LOST in whole or not whole.isprintable():
        return not any(map(fault, texts))
    marked = "=" in whole or "#" in whole or "Err:" in whole
    return not (marked and _SUSPECT.search("\n".join(texts)))


def _called(character: str) -> str:
    if character == "\t":
        return "a tab"
    name = unicodedata.name(character, "a control character").lower()
    return f"an invisible character (U+{ord(character):04X}, {name})"


def number(text: str) -> float | None:
    """The number that a cell is, or None.

    Zip codes and telephone numbers are none: `02139` and `+49…` would lose their first character.
    Neither is `1.700`: half of the world reads it as seventeen hundred. (Nobody reads `0.125` so.)
    """
    return float(text) if _NUMBER.fullmatch(text) else None


def slug(text: str) -> str:
    """The id that one would make of a name: small letters, figures, hyphens. Empty when nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:64].rstrip("-_")
