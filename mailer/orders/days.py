"""Reads the day that a person means."""

import re
from datetime import date, timedelta

from mailer.errors import UsageError

_SPAN = re.compile(r"(\d{1,3})\s*(day|week|month)s?")
_DAYS = {"day": 1, "week": 7, "month": 30}


def read_day(text: str, today: date) -> date:
    """The day that a person means: `2026-09-01`, `tomorrow`, `monday`, `2 weeks`.

    Raises:
        UsageError: with the forms that are understood.
    """
    text = text.strip().lower()
    weekdays = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    if text == "tomorrow":
        return today + timedelta(days=1)
    if len(text) >= 3 and (day := next((d for d in weekdays if d.startswith(text)), None)):  # noqa: PLR2004
        return today + timedelta(days=(weekdays.index(day) - today.weekday() - 1) % 7 + 1)
    if span := _SPAN.fullmatch(text.removeprefix("in ")):
        return today + timedelta(days=int(span[1]) * _DAYS[span[2]])
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{text!r} is no day", fix="write 2026-09-01, tomorrow, monday or '2 weeks'"
        ) from None
