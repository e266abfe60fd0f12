"""Says which files go with a letter, and how heavy each is."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mailer.letters import Book
    from mailer.nouns import Campaign, Enclosure

_KILO, _MEGA = 1_000, 1_000_000


def listed(enclosures: "Sequence[Enclosure]") -> str:
    """The files in one line: `flyer.pdf (120 kB), logo.png (8 kB, in the text)`."""
    return ", ".join(
        f"{one.name} ({_weight(one.size)}{', in the text' if one.cid else ''})" for one in enclosures
    )


def rows(enclosures: "Sequence[Enclosure]") -> list["Mapping[str, Any]"]:
    """The files for a listing."""
    return [
        {"name": one.name, "kind": one.kind, "size": one.size, "in_text": bool(one.cid)} for one in enclosures
    ]


def say_enclosures(campaign: "Campaign", book: "Book", *, indent: int) -> None:
    """Say which files may go with the letters of a campaign, step by step.

    Args:
        campaign: Which.
        book: Its templates, in which nothing is wrong.
        indent: Columns.
    """
    from mailer.cli.screen import say

    for step in campaign.steps:
        if enclosures := book.enclosures(step.template):
            say(f"with {step.name} goes {listed(enclosures)}", "dim", indent=indent)


def _weight(size: int) -> str:
    """A size as a person says it."""
    if size < _KILO:
        return f"{size} bytes"
    return f"{size / _KILO:.0f} kB" if size < _MEGA else f"{size / _MEGA:.1f} MB"
