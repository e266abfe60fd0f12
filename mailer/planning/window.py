"""Decides at which hours a letter may leave, by the clock and the calendar of the group that it goes to.

What counts is what the clock on the wall shows there. An hour that is left out in spring is no hour of any
window; of one that comes twice in autumn only the part counts that is within the hours for certain.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from mailer.nouns import BY_GROUP, Campaign, Group, Turn, Window
from mailer.planning.public_holidays import Country, country, day_off

CLOSED = "not at this hour"
"""The short reason of a letter that waits for its hours."""

TOO_LATE = "too late"
"""The short reason of a letter whose plan is stale."""

NO_HOURS = "no hours"
"""The short reason of a letter for which there are no hours at all."""

_HORIZON = 400
"""So many days are looked through for one on which the window opens."""

_DAY = timedelta(days=1)

_Hours = tuple[datetime, datetime]
"""From when until right before when; UTC."""


class Timetable:
    """When the letters of a campaign may leave, group by group; remembers the days that it has worked out."""

    def __init__(self, campaign: Campaign) -> None:
        self._window = campaign.window
        self._last = campaign.not_after
        self._zones: dict[str, tzinfo | None] = {}
        self._days: dict[tuple[tzinfo, Country | None, date], tuple[_Hours, ...]] = {}

    def turn(self, group: Group, moment: datetime) -> Turn:
        """When a letter to the group may leave that is due at a moment.

        Args:
            group: Its cells `zone`, `country` and `region` say which clock and calendar count.
            moment: From then on; aware.

        Returns:
            The moment itself where it is within the hours.
        """
        if self._window.always and self._last is None:
            return Turn(moment)
        zone = self._zone(group)
        if zone is None and self._window.always:
            zone = UTC
        if zone is None:
            return Turn(None, "nobody knows what time it is there: it has no time zone", NO_HOURS)
        return self._opening(zone, _calendar(self._window, group), moment)

    def _zone(self, group: Group) -> tzinfo | None:
        name = zone_name(group, self._window)
        if name not in self._zones:
            self._zones[name] = read_zone(name)
        return self._zones[name]

    def _opening(self, zone: tzinfo, calendar: Country | None, moment: datetime) -> Turn:
        today = moment.astimezone(zone).date()
        at = moment if self._window.always else self._next(zone, calendar, moment)
        if at is None:
            return Turn(None, "the days on which letters may leave never come", NO_HOURS)
        if self._last and at.astimezone(zone).date() > self._last:
            return Turn(None, f"the plan is stale: not after {self._last:%a %d %b %Y}", TOO_LATE)
        if at == moment:
            return Turn(at)
        return Turn(at, self._why(zone, calendar, today, moment), CLOSED)

    def _next(self, zone: tzinfo, calendar: Country | None, moment: datetime) -> datetime | None:
        """The first moment from this one on that is within the hours; None when there is none."""
        today = moment.astimezone(zone).date()
        for ahead in range(_HORIZON):
            for opens, closes in self._hours(zone, calendar, today + ahead * _DAY):
                if moment < closes:
                    return max(opens, moment)
        return None

    def _hours(self, zone: tzinfo, calendar: Country | None, day: date) -> tuple[_Hours, ...]:
        """The hours of a day, from its first midnight to its second."""
        key = zone, calendar, day
        if key not in self._days:
            self._days[key] = tuple(sorted(self._hours_on(zone, calendar, day)))
        return self._days[key]

    def _hours_on(self, zone: tzinfo, calendar: Country | None, day: date) -> Iterator[_Hours]:
        if self._is_off(calendar, day):
            return
        midnight = _moment(zone, day + _DAY, time.min)
        for span in self._window.spans:
            over_midnight = span.closes <= span.opens
            if day.weekday() in self._window.days:
                opens = _moment(zone, day, span.opens, late=True)
                closes = midnight if over_midnight else _moment(zone, day, span.closes)
                if closes <= opens:  # both within the hour that comes twice: its second time
                    closes = _moment(zone, day, span.closes, late=True)
                if opens < closes:
                    yield opens, closes
            eve = day - _DAY
            if over_midnight and eve.weekday() in self._window.days and not self._is_off(calendar, eve):
                opens, closes = _moment(zone, day, time.min), _moment(zone, day, span.closes)
                if opens < closes:
                    yield opens, closes

    def _is_off(self, calendar: Country | None, day: date) -> bool:
        return day in self._window.closed or bool(calendar and day_off(calendar, day))

    def _why(self, zone: tzinfo, calendar: Country | None, today: date, moment: datetime) -> str:
        """Why it is no moment for a letter there."""
        place = _place(zone)
        hours = self._hours(zone, calendar, today)
        if later := [opens for opens, _ in hours if opens > moment]:
            return f"not before {later[0].astimezone(zone):%H:%M} in {place}"
        if hours:
            return f"it is past {hours[-1][1].astimezone(zone):%H:%M} in {place}"
        if calendar and (name := day_off(calendar, today)):
            return f"it is {name} in {place}"
        if today in self._window.closed:
            return f"nothing leaves on {today:%a %d %b}"
        return f"it is {today:%A} in {place}"


def zone_name(group: Group, window: Window) -> str:
    """The name of the zone whose clock counts for a group; empty where there is none."""
    return str(group.cells.get("zone") or window.zone)


def read_zone(name: str) -> tzinfo | None:
    """The time zone of that name; None when there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (OSError, ValueError, LookupError):  # an odd name is an odd path
        return None


def _calendar(window: Window, group: Group) -> Country | None:
    """Whose public holidays count for a group."""
    if window.holidays == BY_GROUP:
        return country(str(group.cells.get("country") or ""), str(group.cells.get("region") or ""))
    return country(*window.holidays.split("-", 1)) if window.holidays else None


def _place(zone: tzinfo) -> str:
    """`Europe/Oslo` as a person says it."""
    return str(zone).rpartition("/")[2].replace("_", " ")


def _moment(zone: tzinfo, day: date, clock: time, *, late: bool = False) -> datetime:
    """When the clock of a zone shows a time on a day; UTC.

    Args:
        zone: Whose clock.
        day: The date.
        clock: The time. One that is left out in spring stands for the moment at which it is.
        late: Of a time that comes twice, the second.
    """
    shown = datetime.combine(day, clock, zone)
    first, second = (shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if second < first:  # PEP 495: in a gap the two are the wrong way round, and it is between them
        return _turn_of_the_clock(zone, second, first)
    return second if late else first


def _turn_of_the_clock(zone: tzinfo, low: datetime, high: datetime) -> datetime:
    """The second between two moments in which the clock is set."""
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
