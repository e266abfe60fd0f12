"""Finds the groups whose clock or calendar nobody knows, though a campaign asks for it."""

from collections.abc import Iterator, Sequence

from mailer.nouns import BY_GROUP, Campaign, Group, Problem, visible
from mailer.planning.public_holidays import country
from mailer.planning.window import read_zone, zone_name

_NAMED = 5
"""So many groups are named; the rest are counted."""


def window_faults(campaign: Campaign, groups: Sequence[Group]) -> Iterator[Problem]:
    """What keeps a campaign's window from being held.

    Args:
        campaign: Its window says whether clocks and calendars matter.
        groups: Those that it is for.
    """
    window = campaign.window
    if window.always:
        return
    place = (campaign.file, window.line, 0)
    lost = [group for group in groups if read_zone(zone_name(group, window)) is None]
    if lost:
        what = f"nobody knows what time it is for {_listed(lost)}: no time zone"
        fix = 'fill the column zone, or add here, for empty cells: zone = "Europe/Berlin"'
        yield Problem(*place, what, fix)
    if window.holidays == BY_GROUP:
        strange = [group for group in groups if country(str(group.cells.get("country") or "")) is None]
        if strange:
            what = f"no public holidays are known for {_listed(strange)}"
            fix = "fill the column country with a name or code such as Norway or NO"
            yield Problem(*place, what, fix, warning=True)


def _listed(groups: Sequence[Group]) -> str:
    named = ", ".join(visible(group.id, limit=40) for group in groups[:_NAMED])
    return f"{named} and {len(groups) - _NAMED:,} more" if len(groups) > _NAMED else named
