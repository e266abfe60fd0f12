"""Knows the public holidays of the countries of the world, by the package `holidays`, if that is there.

Their names come from that package and are in English where it has them so.
"""

import functools
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple


class Country(NamedTuple):
    """Whose holidays: the country by its code of ISO 3166, and the region by the package's, or nothing."""

    code: str
    region: str = ""


def available() -> bool:
    """Whether the package is there."""
    try:
        _countries()
    except ModuleNotFoundError:
        return False
    return True


@functools.cache
def country(name: str, region: str = "") -> Country | None:
    """The country of a name or code (`Norway`, `NO`, `DE`), and the region (`BY`, `Bayern`) if that is known.

    None where the package is missing, or does not know the country.
    """
    if not (name and available()):
        return None
    code = _countries().get(_key(name), "")
    return Country(code, _regions(code).get(_key(region), "")) if code else None


@functools.cache
def day_off(where: Country, day: date) -> str:
    """The name of the public holiday that a day is there; empty when it is none."""
    return _year(where, day.year).get(day, "")


def names() -> tuple[str, ...]:
    """The countries, by their codes."""
    return tuple(sorted(set(_countries().values())))


@functools.cache
def _year(where: Country, year: int) -> Mapping[date, str]:
    import holidays  # noqa: PLC0415 - takes longer to load than all else that a plan needs

    kind = holidays.country_holidays(where.code)
    language = next((known for known in kind.supported_languages if known.startswith("en")), None)
    found = holidays.country_holidays(where.code, where.region or None, years=year, language=language)
    return dict(found.items())


@functools.cache
def _countries() -> Mapping[str, str]:
    """Every name and code of a country, in small letters without spaces, and its code of two letters."""
    from holidays.registry import COUNTRIES  # noqa: PLC0415 - as above

    return {_key(name): known[1] for known in COUNTRIES.values() for name in known}


@functools.cache
def _regions(code: str) -> Mapping[str, str]:
    import holidays  # noqa: PLC0415 - as above

    kind = holidays.country_holidays(code)
    aliases: Mapping[str, str] = getattr(kind, "subdivisions_aliases", {})
    known = {_key(region): region for region in kind.subdivisions}
    return known | {_key(name): region for name, region in aliases.items()}


def _key(name: str) -> str:
    return "".join(mark for mark in name.casefold() if mark.isalnum())
