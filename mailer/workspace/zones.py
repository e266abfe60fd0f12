"""Knows the time zones of the world, to tell a slip of the pen in the column `zone`."""

import zoneinfo
from collections.abc import Iterable, Iterator

from mailer.nouns import nearest

_GUESSES = 20
"""To guess at a name takes some hundredths of a second, and a table can hold thousands of wrong ones."""


def strangers(zones: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Those of some names that no time zone has, each with what to write instead.

    Without a list of zones on this machine there is nobody to ask, and nothing is strange.
    """
    strange = [zone for zone in dict.fromkeys(zones) if not _is_known(zone)]
    # To list them all takes longer than to read a whole table; most tables need no list.
    known = zoneinfo.available_timezones() if strange else set()
    by_city = {name.rpartition("/")[2].lower(): name for name in sorted(known)}
    for place, zone in enumerate(zone for zone in strange if known and zone not in known):
        near = by_city.get(zone.rpartition("/")[2].strip().replace(" ", "_").lower(), "")
        if not near and place < _GUESSES:
            near = nearest(zone[:60], known)
        yield zone, f"write {near}" if near else "write it as in Europe/Dublin: the continent, then a city"


def _is_known(zone: str) -> bool:
    try:
        zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # an odd name is an odd path
        return False
    return True
