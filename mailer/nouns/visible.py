"""Makes text that strangers wrote fit to be shown: on a terminal, in a table, on a page.

A subject line can hold an escape sequence that retitles the window or hides the next row (CWE-150);
a name can turn the reading direction round. This is the only door that such text goes through.
"""

import unicodedata

_STAND_IN = "\N{REPLACEMENT CHARACTER}"
_SILENT = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
"""Zero-width marks that mean nothing to a reader here; dropped without a stand-in."""


def visible(text: str, *, lines: bool = False, limit: int = 0) -> str:
    """The text with everything taken out that a reader cannot see.

    Args:
        text: Anything, from anywhere, lone surrogates included.
        lines: Keep line breaks (a body); without it the result is one line (a cell, a subject).
        limit: Cut to so many characters, the last an ellipsis; 0 for no limit.

    Returns:
        Text without control, format, private or unassigned characters. Tabs become spaces.
    """
    kept = "\n".join(map(_clean, text.splitlines())) if lines else " ".join(_clean(text).split())
    if limit and len(kept) > limit:
        kept = kept[: limit - 1].rstrip() + "…"
    return kept


def _clean(line: str) -> str:
    if line.isascii() and line.isprintable():
        return line
    return "".join(map(_shown, line))


def _shown(character: str) -> str:
    if character in _SILENT:
        return ""
    if character.isspace():
        return " "
    if unicodedata.category(character)[0] == "C":
        return _STAND_IN
    return character
