"""Says in a few lines whom a campaign is for, and who is left out of it for which reason."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailer.planning import Selection

MOST_NAMES = 12
"""So many groups are named for one reason; the rest are counted."""


def say_audience(name: str, selection: "Selection", *, named: bool) -> None:
    """Say whom a campaign is for.

    Args:
        name: The campaign's.
        selection: What its audience makes of the table.
        named: Also name the groups that the fellow may not expect to be left out.
    """
    from mailer.cli.screen import say, several
    from mailer.planning import Lot

    everyone = ", which is everyone in the table" if selection.everyone else ""
    rest = [f"{len(selection.of(lot)):,} {lot}" for lot in Lot if lot is not Lot.CHOSEN and selection.of(lot)]
    left_out = f"; {', '.join(rest)}" if rest else ""
    say(f"{name} is for {several(len(selection.chosen), 'group')}{everyone}{left_out}", "dim", indent=2)
    if named:
        for reason, groups in _reasons(selection).items():
            say(f"{reason}: {_listed(groups)}", "dim", indent=4)


def _reasons(selection: "Selection") -> dict[str, list[str]]:
    """The groups with an empty cell and those that are excluded, by the reason."""
    from mailer.planning import Lot

    reasons: dict[str, list[str]] = {}
    for group in selection.of(Lot.UNDECIDED):
        reasons.setdefault("an empty cell leaves out", []).append(group)
    for group, why in selection.why.items():
        reasons.setdefault(why.removeprefix("it is ").removeprefix("it "), []).append(group)
    return reasons


def _listed(groups: Sequence[str]) -> str:
    more = len(groups) - MOST_NAMES
    return ", ".join(groups[:MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "")
