"""Finds the day on which an out-of-office note says that the person is back.

Dates in figures are read here, in both orders; month names and weekdays in whatever language by dateparser.
"""

# ruff: noqa: RUF001 - the words of other alphabets have letters that look like ours

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from mailer.replies.header_fields import moment
from mailer.replies.mail import Mail
from mailer.replies.phrases import any_of

_BEFORE = 150
_AFTER = 450
_MOST_DATES = 8
_EARLIEST = timedelta(days=-1)
_LATEST = timedelta(days=120)
_LONGEST_LEAVE = timedelta(days=400)
"""A note is written for an absence that has begun and ends within months; other dates mean something else."""
_DAY = timedelta(days=1)
_WEEK = timedelta(days=8)

_NEIGHBOURS = {
    "en": (),
    "da": ("nb", "en"),
    "nb": ("da", "en"),
    "sv": ("nb", "en"),
    "es": ("pt", "en"),
    "pt": ("es", "en"),
    "ru": ("uk", "en"),
    "uk": ("ru", "en"),
}
"""Languages whose notes look alike before the first month name."""

_APPLE = re.compile(r"enddate=(\d{4}-\d\d-\d\d)")
_IN_FIGURES = re.compile(
    r"(?<![\d.])(?:(?P<y1>20\d\d)[-./](?P<m1>\d{1,2})[-./](?P<d1>\d{1,2})"
    r"|(?P<a>\d{1,2})(?:\.|/|-) ?(?P<b>\d{1,2})(?:(?:\.|/|-) ?(?P<y2>20\d\d|\d\d)|\.(?!\d)|(?![\d./:-]))"
    r"|(?:(?P<y3>20\d\d)[年년] ?)?(?P<m3>\d{1,2})[月월] ?(?P<d3>\d{1,2})[日일号])"
)
_MONTH = r"[^\W\d_]{3,14}"
_DAY_FIRST = re.compile(
    r"(?<!\d)(?:\d{1,2}\.? ?[-\u2013] ?)?(\d{1,2})(?:st|nd|rd|th|er|º|ª)?\.? ?(?:de |of )?"
    rf"({_MONTH})\.?(?:,? (?:de |del )?(20\d\d))?"
)
_MONTH_FIRST = re.compile(
    rf"({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?(?: ?([-\u2013]) ?(\d{{1,2}}))?\b(?:,? (20\d\d))?"
)
_WEEKDAY = any_of(r"""
    \b(?:on|until|till|by|this|next|back|am|bis|ab|le|el|op|tot|på|til|den|do|em|na) ([^\W\d_]{4,12})\b
""")
_LAST_DAY = any_of(r"""
    (through|thru|inclu\w+|einschlie\w+|compreso)\s*(the |den |\w{1,12},? )?$
    (t/m|en met|och med|og med)\s*(den |\w{1,12},? )?$
    \d\.? ?[-\u2013\u2014]\s*$
""")
_LAST_DAY_AFTER = re.compile(r"[, (]{0,3}(inclu|einschlie|compreso)")
_UP_TO = any_of(r"""
    \b(to|until|till|bis( zum)?|au|jusqu'au|al|hasta( el)?|fino al)\s*(the |den |\w{1,12},? )?$
    \b(tot|até|a|do|til|по|до)\s*(den |\w{1,12},? )?$
""")
_FROM = re.compile(r"\b(from|starting|between|vom|von|du|desde|dal|del|van|vanaf|od|från|fra|с|з)\b")


@dataclass(frozen=True, slots=True, order=True)
class _Found:
    """A date in a note, and whether it is the last day away rather than the first one back."""

    day: date
    last_away: bool
    start: int


def day_back(mail: Mail, language: str, at: int, words: str) -> date | None:
    """The first day the person is back.

    Args:
        mail: The note; its date tells which year a year-less date means.
        language: In which the dates are read (ISO 639-1).
        at: Where in subject and words it speaks of the absence.
        words: The note's text in lower case.

    Returns:
        None when it names no day between yesterday and four months on.
    """
    written = mail.date or moment(mail.header("received").rpartition(";")[2])
    if told := _APPLE.search(mail.header("x-apple-criteria").lower()):
        day = _date(*map(int, told[1].split("-")))
        # The year 9999 stands for "no end"; nobody is to be held for ever by a header.
        return day if day and written and day - written.date() <= _LONGEST_LEAVE else None
    if written is None:
        return None
    text = " ".join(f"{mail.subject[:200].lower()}\n{words}"[max(0, at - _BEFORE) : at + _AFTER].split())
    named = [*_in_words(text, language, written)]
    readings = [[*_in_figures(text, order, written), *named] for order in ("DMY", "MDY")]
    near = [[each for each in reading if _is_near(each.day, written)] for reading in readings]
    whole = [kept for kept, reading in zip(near, readings, strict=True) if len(kept) == len(reading)]
    latest = [max(reading) for reading in (whole or near) if reading] or [
        *_on_weekdays(text, language, written)
    ][-1:]
    if not latest:
        return None
    best = min(latest)  # Where both orders give sense, the nearer day: few are away for long.
    return best.day + _DAY if best.last_away else best.day


def _is_near(day: date, written: datetime) -> bool:
    return _EARLIEST <= day - written.date() <= _LATEST


def _found(text: str, start: int, end: int, day: date, *, last_away: bool = False) -> _Found:
    before = text[max(0, start - 25) : start]
    ranged = _UP_TO.search(before) and _FROM.search(text[max(0, start - 45) : start])
    inclusive = _LAST_DAY.search(before) or _LAST_DAY_AFTER.match(text[end : end + 20])
    return _Found(day, last_away or bool(ranged or inclusive), start)


def _in_figures(text: str, order: str, written: datetime) -> Iterator[_Found]:
    for place in [*_IN_FIGURES.finditer(text)][:_MOST_DATES]:
        year = place["y1"] or place["y2"] or place["y3"]
        if place["a"]:
            day, month = (place["a"], place["b"]) if order == "DMY" else (place["b"], place["a"])
        else:
            day, month = place["d1"] or place["d3"], place["m1"] or place["m3"]
        if found := _in_year(year, int(month), int(day), written):
            yield _found(text, place.start(), place.end(), found)


def _in_year(year: str | None, month: int, day: int, written: datetime) -> date | None:
    """The day; without a year, the next such day counted from yesterday."""
    if year:
        return _date(int(year) + (2000 if int(year) < 100 else 0), month, day)  # noqa: PLR2004 - two digits
    this = _date(written.year, month, day)
    if this and this - written.date() < _EARLIEST:
        return _date(written.year + 1, month, day)
    return this


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _in_words(text: str, language: str, written: datetime) -> Iterator[_Found]:
    taken: list[tuple[int, int]] = []
    for place in [*_DAY_FIRST.finditer(text)][:_MOST_DATES]:
        day, month, year = place.groups()
        if found := _parsed(f"{day} {month} {year or ''}", language, written):
            taken.append(place.span())
            yield _found(text, place.start(1), place.end(), found)
    for place in [*_MONTH_FIRST.finditer(text)][:_MOST_DATES]:
        month, day, dash, last, year = place.groups()
        if any(start < place.end() and place.start() < end for start, end in taken):
            continue
        if found := _parsed(f"{last or day} {month} {year or ''}", language, written):
            yield _found(text, place.start(), place.end(), found, last_away=bool(dash))


def _on_weekdays(text: str, language: str, written: datetime) -> Iterator[_Found]:
    for place in [*_WEEKDAY.finditer(text)][:_MOST_DATES]:
        found = _parsed(place[1], language, written)
        if found and timedelta(0) < found - written.date() < _WEEK:
            yield _found(text, place.start(1), place.end(), found)


def _parsed(words: str, language: str, written: datetime) -> date | None:
    import dateparser  # noqa: PLC0415 - its language tables take a third of a second to load

    figures = any(map(str.isdigit, words))
    base = (written.astimezone(UTC) + (_EARLIEST if figures else timedelta(0))).replace(tzinfo=None)
    required = ["day", "month"] if figures else []
    try:
        found = dateparser.parse(
            words.strip(),
            languages=[language, *_NEIGHBOURS.get(language, ("en",))],
            settings={
                "DATE_ORDER": "DMY",
                "PREFER_DATES_FROM": "future",
                "RELATIVE_BASE": base,
                "REQUIRE_PARTS": required,
            },
        )
    except Exception:  # noqa: BLE001 - it stumbles over odd words and years in many ways; then it is no date
        return None
    return found.date() if isinstance(found, datetime) else None
