"""Makes one pattern of a table of phrases, so that whoever speaks a language can read and add to its lines.

A line is a regular expression in lower case; the text that it is tried on is put into lower case first.
"""

import re


def lower(text: str) -> str:
    """The text in lower case; a Turkish capital İ gives a plain i, not one with a dot put above it."""
    return text.lower().replace("i\u0307", "i")


def any_of(table: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """One pattern for all lines of a table; spaces around a line and empty lines mean nothing."""
    return re.compile("|".join(line.strip() for line in table.splitlines() if line.strip()), flags)
