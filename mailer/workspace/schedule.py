"""Reads one value of a pace or a window, such as "Mon-Thu", or says what is wrong with it."""

import datetime as dt
import re

from mailer.nouns import BY_GROUP, Span, nearest, visible
from mailer.planning import public_holidays
from mailer.workspace import values
from mailer.workspace.values import Unfit
from mailer.workspace.zones import strangers

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MOST = 1_000_000
_MOST_CONNECTIONS = 3
"""More at once from one mailbox is what providers refuse: Microsoft lets three pass."""
_CLOCK = r"([01]?[0-9]|2[0-4])[:.]([0-5][0-9])"
_SPAN = re.compile(rf"{_CLOCK} *(?:-|–|to) *{_CLOCK}")
_GAP = re.compile(r"([0-9]{1,5}) *(second|minute|hour)s?")
_LONGEST_GAP = dt.timedelta(days=1)
_DAY_FIX = 'write it as: days = ["Mon", "Tue", "Wed"], or "Mon-Thu"'
_HOURS_FIX = 'write it as: hours = "09:00-16:00"'
_DATE_FIX = "write year, month and day: 2026-12-01"
_EXTRA = "pip install 'campaign[holidays]'"


def limit(value: object) -> int:
    """How many letters at most."""
    if not 1 <= values.whole(value) <= _MOST:
        fix = "to let all pass write a high one; campaigns/STOP stops everything"
        raise Unfit(f"must be between 1 and {_MOST:,}", fix)
    return values.whole(value)


def connections(value: object) -> int:
    """How many letters at once."""
    if not 1 <= values.whole(value) <= _MOST_CONNECTIONS:
        raise Unfit(f"must be 1 to {_MOST_CONNECTIONS}", "providers refuse more from one mailbox")
    return values.whole(value)


def fraction(value: object) -> float:
    """A part of a whole, from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise Unfit("must be a number from 0 to 1", "10 of 100 are 0.1")
    return float(value)


def gap(value: object) -> dt.timedelta:
    """`20 seconds`, `2 minutes`."""
    found = _GAP.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    if not found:
        proposed = f"{value} seconds" if isinstance(value, int) and value is not True else "20 seconds"
        fix = f'write a whole number of seconds, minutes or hours, such as "{visible(proposed, limit=40)}"'
        raise Unfit(f"is no time between two letters: {visible(str(value), limit=40)!r}", fix)
    read = dt.timedelta(**{f"{found[2]}s": int(found[1])})
    if read > _LONGEST_GAP:
        raise Unfit("must not be longer than a day", "to spread letters over days write per_day = 10")
    return read


def days(value: object) -> frozenset[int]:
    """Weekdays: `["Mon", "Wed"]`, `"Mon-Thu"`, `"Sat-Sun"`."""
    read: set[int] = set()
    for word in values.words(value):
        first, dash, last = (part.strip() for part in word.replace("–", "-").partition("-"))
        begin = _weekday(first)
        end = _weekday(last) if dash else begin
        read |= {(begin + ahead) % 7 for ahead in range((end - begin) % 7 + 1)}
    if not read:
        raise Unfit("names no day", "leave the line out for every day")
    return frozenset(read)


def _weekday(word: str) -> int:
    # Monday, monday, Mon; but not Month.
    for number, day in enumerate(_WHOLE_DAYS):
        if len(word) >= len(DAYS[number]) and day.startswith(word.lower()):
            return number
    raise Unfit(f"knows no day {visible(word, limit=20)!r}", _DAY_FIX)


_WHOLE_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def hours(value: object) -> tuple[Span, ...]:
    """Spans of a day: `"09:00-16:00"`, `["09:00-12:00", "14:00-17:00"]`, `"22:00-02:00"`."""
    read = tuple(map(_span, values.words(value)))
    if not read:
        raise Unfit("names no hours", "leave the line out for all day long")
    return tuple(sorted(read, key=lambda span: span.opens))


def _span(word: str) -> Span:
    found = _SPAN.fullmatch(word.strip())
    if not found:
        raise Unfit(f"are no hours: {visible(word, limit=40)!r}", _HOURS_FIX)
    opens, closes = (int(found[1]), int(found[2])), (int(found[3]), int(found[4]))
    midnight = 24, 0
    if opens >= midnight or closes > midnight:
        raise Unfit(f"are no hours: {visible(word, limit=40)!r}", "a day ends at 24:00")
    if opens == closes:
        raise Unfit("begin when they end", "for all day long write 00:00-24:00, or leave the line out")
    return Span(dt.time(*opens), dt.time.min if closes == midnight else dt.time(*closes))


def zone(value: object) -> str:
    """The name of a time zone."""
    read = values.filled_line(value)
    for _, fix in strangers([read]):
        raise Unfit(f"is no time zone: {visible(read, limit=40)!r}", fix)
    return read


def day(value: object) -> dt.date:
    """A date, as TOML has it or as text."""
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date | str):
        raise Unfit("must be a date", _DATE_FIX)
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value.strip())
    except ValueError:
        raise Unfit(f"is no date: {visible(value, limit=40)!r}", _DATE_FIX) from None


def dates(value: object) -> frozenset[dt.date]:
    """A list of dates; a date alone stands for a list of one."""
    return frozenset(map(day, value)) if isinstance(value, list) else frozenset([day(value)])


def holidays(value: object) -> str:
    """Whose public holidays: `"group"`, or a country such as `"NO"`, `"Norway"`, `"DE-BY"`."""
    if isinstance(value, bool):
        raise Unfit(
            "must say whose public holidays",
            'write "group" for those of each group, or a country such as "DE" or "DE-BY"',
        )
    read = values.filled_line(value)
    if not public_holidays.available():
        raise Unfit("need a package that is not here", _EXTRA)
    if read.lower() == BY_GROUP:
        return BY_GROUP
    name, dash, region = read.partition("-")
    found = public_holidays.country(name, region)
    if found is None or (dash and not found.region):
        near = nearest(name.upper(), public_holidays.names())
        known = f"did you mean {near}?" if found is None and near else 'write a code such as "NO" or "DE-BY"'
        raise Unfit(f"are not known of {visible(read, limit=40)!r}", known)
    return "-".join(filter(None, found))
