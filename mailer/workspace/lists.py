"""Reads a list of whom to leave out: a text file in `campaigns/`, with one group or address in a line."""

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from mailer.nouns import NAME, Address, BadAddress, Group, Problem, nearest, visible
from mailer.workspace.cells import tidy
from mailer.workspace.files import read_text

_NOTE = re.compile(r"(?:^|\s)#.*")
"""A # inside a word is a part of it: addresses may hold one."""


def list_names(root: Path) -> tuple[str, ...]:
    """The names of the lists that there are."""
    return tuple(sorted(file.stem for file in (root / "campaigns").glob("*.txt")))


def read_list(root: Path, name: str, groups: Sequence[Group]) -> tuple[frozenset[str], tuple[Problem, ...]]:
    """The entries of `campaigns/<name>.txt`, with everything that is wrong in them.

    Blank lines count for nothing, and neither does what follows a `#`.

    Args:
        root: The workspace, resolved.
        name: The list's, checked.
        groups: The table: who is in no row of it is asked about, in case it is a slip of the pen.

    Returns:
        Ids of groups and keys of addresses; and the problems. A file that cannot be read is one.
    """
    file = f"campaigns/{name}.txt"
    text = read_text(root, file)
    if isinstance(text, Problem):
        return frozenset(), (text,)
    ids = {group.id for group in groups}
    addresses = {organizer.address.key for group in groups for organizer in group.organizers}
    entries: set[str] = set()
    problems: list[Problem] = []
    for line, words in _lines(text):
        entry, wrong = _entry(words, ids)
        if not entry:
            problems.append(Problem(file, line, 0, *wrong))
            continue
        entries.add(entry)
        known = addresses if "@" in entry else ids
        if entry not in known:
            problems.append(_stranger(file, line, entry, nearest(entry, known)))
    if not entries and not problems:
        fix = "write a group or an address in each line"
        problems.append(Problem(file, 0, 0, "this list is empty, so it leaves nobody out", fix, warning=True))
    return frozenset(entries), tuple(problems)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for line, words in enumerate(text.split("\n"), start=1):
        if entry := tidy(_NOTE.sub("", words)):
            yield line, entry


def _entry(words: str, ids: Collection[str]) -> tuple[str, tuple[str, str]]:
    """A group's id or an address's key; '' and what is wrong when it is neither."""
    shown = visible(words, limit=60)
    if "@" not in words:
        near = nearest(words, ids)
        fix = f"did you mean {near}?" if near else "write one of them in each line"
        wrong = (f"{shown!r} is neither the id of a group nor an address", fix)
        return (words, wrong) if NAME.fullmatch(words) else ("", wrong)
    try:
        return Address.parse(words).key, ("", "")
    except BadAddress as error:
        return "", (f"the address {shown!r} {visible(str(error))}", "write the bare address")


def _stranger(file: str, line: int, entry: str, near: str) -> Problem:
    what = f"{visible(entry, limit=60)} is in no row of the table"
    return Problem(file, line, 0, what, f"did you mean {near}?" if near else "", warning=True)
