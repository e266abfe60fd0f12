"""Finds the day on which an out-of-office note says that the person is back.

A note names up to three days: the first one away, the last one, and the first one back. Which is which its
words say, before the day in most languages, behind it in some. Days in figures are read in both orders.
"""

# ruff: noqa: RUF001 - the words of other alphabets have letters that look like ours

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from mailer.replies.machines.calendar_words import (
    AFTER,
    BACK_AFTER,
    BEFORE,
    JOINT,
    MONTH,
    NEXT_WEEK,
    SAID_AFTER,
    START,
    TOMORROW,
    WEEK,
    WEEKDAY,
)
from mailer.replies.reading.header_fields import moment
from mailer.replies.reading.mail import Mail

_EXAMINED = 3_000
_MOST_DATES = 12
_EARLIEST = timedelta(days=-1)
_BEGUN = timedelta(days=-60)
"""An absence that a note speaks of has begun since then."""
_LATEST = timedelta(days=120)
_LONGEST_LEAVE = timedelta(days=400)
"""A note is written for an absence that has begun and ends within months; a year says that it is longer."""
_DAY = timedelta(days=1)
_CLAUSE = 60
_WEST = (-1000, -400)
"""North America, where the month comes first."""

_APPLE = re.compile(r"enddate=(\d{4}-\d\d-\d\d)")
_FIGURES = re.compile(
    r"(?<![\d.:/])(?:(?P<y1>20\d\d)(?:[-/]|\. ?)(?P<m1>\d{1,2})(?:[-/]|\. ?)(?P<d1>\d{1,2})(?!\d)"
    r"|(?:(?P<from>\d{1,2})\.? ?[-\u2013] ?)?(?P<a>\d{1,2})(?:\. ?|/|-)(?P<b>\d{1,2})"
    r"(?:(?:\. ?|/|-)(?P<y2>20\d\d|\d\d)(?![\d:])|\.(?!\d)|(?!\d|[./:]\d|-\d{3}))(?! ?(?:uhr|h\b|am\b|pm\b))"
    r"|(?:(?P<y3>20\d\d)[年년] ?)?(?P<m3>\d{1,2})[月월] ?(?P<d3>\d{1,2})[日일号號])"
)
_ORDINAL = r"(?:st|nd|rd|th|er|º|ª|-?го|-?е|e)?"
_DAY_BEFORE = re.compile(
    rf"(?:(?<![\d.,:/])(?P<from>\d{{1,2}}){_ORDINAL}\.?{JOINT.pattern})?"
    rf"(?<![\d:/])(?P<day>\d{{1,2}}){_ORDINAL}\.?,? ?(?:de |di |of |d['’])?$"
)
_DAY_BEHIND = re.compile(
    r"\.? ?(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)?(?![\d:]|\.\d)"
    r"(?:(?: ?[-\u2013\u2014] ?| (?:to|until|through|thru|till) )(?P<last>\d{1,2})"
    r"(?:st|nd|rd|th)?(?![\d:/]|\.\d|[^\W\d_]))?"
)
_YEAR = re.compile(r"\.?,? ?(?:de |del |do )?(20\d\d)(?!\d)")
_BARE = re.compile(
    r"(?:\b(?:the|zum|den|dem|le|el|il|al|au|dia|d\.) (?P<a>\d{1,2})(?:st|nd|rd|th|º|\.)?(?![\d:/%]|\.\d)"
    r"|(?<![\d月])(?P<b>\d{1,2})(?:日|일|-го|-е))"
)
_ASIDE = re.compile(
    r"(?: ?(?:г|р|r|года?|року|roku)\.?(?![^\W\d_]))?(?: ?[(\uff08][^()\uff08\uff09\n]{1,14}[)\uff09])?"
    r"(?: [^\W\d_]{4,12}(?= ?[-\u2013\u2014]))?"
)
_STOP = re.compile(r"[!?;。！？]|[^\W\d_]{3}[.\n]\s")
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_ENGLISH = re.compile(r"\b(?:the|my|will|am|out|from|back)\b")
_ZONE = re.compile(r"([-+]\d{4})\s*(?:\(|$)")
_CLOCK = re.compile(r"\b(?:kl\.?|klo|um|at|às|ore) ?$")


@dataclass(frozen=True, slots=True)
class _Day:
    """A day in a note.

    Attributes:
        start: Where its words begin.
        end: Where they end.
        day: Which it is.
        dated: Its year is written, too.
        role: `back`, `last` (day away), `until` (either of them), `start`, or empty.
    """

    start: int
    end: int
    day: date
    dated: bool = False
    role: str = ""


def day_back(mail: Mail, words: str) -> date | None:
    """The first day the person is back.

    Args:
        mail: The note; its date tells which year a year-less date means, its zone the order of figures.
        words: The note's text.

    Returns:
        None when it names no such day from yesterday to four months on (with its year: to a year on).
    """
    written = mail.date or moment(mail.header("received").rpartition(";")[2])
    if told := _APPLE.search(mail.header("x-apple-criteria").lower()):
        day = _date(*map(int, told[1].split("-")))
        # The year 9999 stands for "no end"; nobody is to be held for ever by a header.
        return day if day and written and day - written.date() <= _LONGEST_LEAVE else None
    if written is None:
        return None
    text = unicodedata.normalize("NFKC", words[:_EXAMINED]).lower()
    zone = _ZONE.search(mail.header("date"))
    days = _days(text, written, int(zone[1]) if zone else 0)
    return _chosen(days, written.date()) or _soon(text, written.date())


def _chosen(days: Sequence[_Day], today: date) -> date | None:
    """The day of return among those that a note names: what it calls so, else the one after the last away."""
    coming = [each for each in days if each.day - today >= _EARLIEST]
    for role in ("back", "last", "until"):
        if found := next((each for each in coming if each.role == role), None):
            return found.day + _DAY if role == "last" else found.day
    rest = [each.day for each in coming if not each.role]
    return None if not rest else today + _DAY if max(rest) <= today else max(rest)


def _days(text: str, written: datetime, zone: int) -> list[_Day]:
    """Every day near enough to be meant, with its role; in the order of figures that gives sense."""
    named = [*_by_name(text, written)]
    readings = [[*_in_figures(text, order, written), *named] for order in _orders(text, zone)]
    near = [[each for each in reading if _is_near(each, written)] for reading in readings]
    whole = [kept for kept, reading in zip(near, readings, strict=True) if kept and len(kept) == len(reading)]
    ahead = [kept for kept in whole if max(each.day for each in kept) >= written.date()]
    best = (ahead or whole or [kept for kept in near if kept] or [[]])[0]
    if len(ahead) > 1 and _is_torn(text, zone):
        best = min(ahead, key=lambda kept: max(each.day for each in kept))  # Few are away for long.
    if all(each.day - written.date() < _EARLIEST for each in best):
        best = [*best, *_bare(text, written)]
    found = sorted(best, key=lambda each: each.start)
    return [each for each in _with_roles(text, found) if each.role != "start"]


def _orders(text: str, zone: int) -> tuple[str, str]:
    american = _WEST[0] <= zone <= _WEST[1] and _ENGLISH.search(text)
    return ("MDY", "DMY") if american or _IDEOGRAPHS.search(text) else ("DMY", "MDY")


def _is_torn(text: str, zone: int) -> bool:
    """Whether nothing tells the order: English from a server that writes all its dates in UTC."""
    return not zone and bool(_ENGLISH.search(text))


def _is_near(found: _Day, written: datetime) -> bool:
    return _BEGUN <= found.day - written.date() <= (_LONGEST_LEAVE if found.dated else _LATEST)


def _with_roles(text: str, days: Sequence[_Day]) -> Iterator[_Day]:
    joined = False
    for index, each in enumerate(days):
        following = days[index + 1] if index + 1 < len(days) else None
        if each.role:
            yield each
        elif following and JOINT.fullmatch(text[_past(text, each.end) : following.start]):
            joined = True
            continue
        else:
            role = _role(text, each)
            yield replace(each, role="last" if joined and role in {"", "until", "start"} else role)
        joined = False


def _role(text: str, found: _Day) -> str:
    end = _past(text, found.end)
    behind = AFTER.match(text, end)
    if behind and behind.lastgroup:
        return behind.lastgroup
    if text[found.end - 1] != "." and BACK_AFTER.match(text, end):
        return "back"
    if SAID_AFTER.match(text, found.end) or SAID_AFTER.match(text, end):
        return "last"
    before = text[max(0, found.start - _CLAUSE) : found.start]
    stops = [stop.end() for stop in _STOP.finditer(before)]
    before = before[stops[-1] if stops else 0 :]
    roles = [match.lastgroup or "" for match in BEFORE.finditer(before)]
    if roles:
        return roles[-1]
    return "start" if START.search(before) else ""


def _past(text: str, end: int) -> int:
    """Behind what may stand between a day and the word that says its role: the weekday, "of the year"."""
    aside = _ASIDE.match(text, end)
    return aside.end() if aside else end


def _in_figures(text: str, order: str, written: datetime) -> Iterator[_Day]:
    for place in [*_FIGURES.finditer(text)][:_MOST_DATES]:
        year = place["y1"] or place["y2"] or place["y3"]
        day, month = place["d1"] or place["d3"], place["m1"] or place["m3"]
        if place["a"]:
            if _CLOCK.search(text[max(0, place.start() - 5) : place.start()]):
                continue
            european = order == "DMY" or ("." in place[0][:-1] and not _IDEOGRAPHS.search(text))
            day, month = (place["a"], place["b"]) if european else (place["b"], place["a"])
        if found := _in_year(year, int(month), int(day), written):
            yield _Day(*place.span(), found, bool(year), "last" if place["from"] else "")


def _by_name(text: str, written: datetime) -> Iterator[_Day]:
    for place in [*MONTH.finditer(text)][:_MOST_DATES]:
        month, start, end = place.lastindex or 0, place.start(), place.end()
        around = _DAY_BEFORE.search(text[max(0, start - 36) : start])
        if around:
            day, ranged = around["day"], bool(around["from"])
            start -= len(around[0])
        elif around := _DAY_BEHIND.match(text, end):
            day, ranged, end = around["last"] or around["day"], bool(around["last"]), around.end()
        else:
            continue
        year = _YEAR.match(text, end)
        if found := _in_year(year and year[1], month, int(day), written):
            yield _Day(start, year.end() if year else end, found, bool(year), "last" if ranged else "")


def _bare(text: str, written: datetime) -> Iterator[_Day]:
    """Days without a month: the next such day."""
    for place in [*_BARE.finditer(text)][:_MOST_DATES]:
        number = int(place["a"] or place["b"])
        this = written.date()
        coming = (this + timedelta(days=step) for step in range(1, 40))
        found = next((day for day in coming if day.day == number), None)
        if found and _role(text, _Day(*place.span(), found)) in {"back", "last", "until"}:
            yield _Day(*place.span(), found)


def _soon(text: str, today: date) -> date | None:
    """A day that is named by its distance or weekday: tomorrow, on Monday, next week, in week 20."""
    for place in _weekdays(text):
        weekday = (place.lastindex or 1) - 1
        day = today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
        if (role := _role(text, _Day(*place.span(), day))) in {"back", "last", "until"}:
            return day + _DAY if role == "last" else day
    monday = today + timedelta(days=7 - today.weekday())
    for pattern, day in ((TOMORROW, today + _DAY), (NEXT_WEEK, monday)):
        said = pattern.search(text)
        if said and _role(text, _Day(*said.span(), day)) in {"back", "until"}:
            return day
    week = WEEK.search(text)
    if week and _role(text, _Day(*week.span(), today)) in {"back", "until"}:
        return _week(int(week[1]), today)
    return None


def _weekdays(text: str) -> Iterator[re.Match[str]]:
    """The weekdays that stand alone; "Monday to Friday" says when somebody works."""
    last = -1
    places = [*WEEKDAY.finditer(text)][:_MOST_DATES]
    for index, place in enumerate(places):
        following = places[index + 1].start() if index + 1 < len(places) else len(text)
        joined = JOINT.fullmatch(text[place.end() : following][:_CLAUSE])
        if not joined and not (last >= 0 and JOINT.fullmatch(text[last : place.start()][:_CLAUSE])):
            yield place
        last = place.end()


def _week(number: int, today: date) -> date | None:
    for year in (today.year, today.year + 1):
        try:
            monday = date.fromisocalendar(year, number, 1)
        except ValueError:
            continue
        if timedelta(0) < monday - today <= _LATEST:
            return monday
    return None


def _in_year(year: str | None, month: int, day: int, written: datetime) -> date | None:
    """The day; without a year, the first such day since an absence may have begun."""
    if year:
        return _date(int(year) + (2000 if int(year) < 100 else 0), month, day)  # noqa: PLR2004 - two digits
    years = (written.year - 1, written.year, written.year + 1)
    days = (found for each in years if (found := _date(each, month, day)))
    return next((each for each in days if each - written.date() >= _BEGUN), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
