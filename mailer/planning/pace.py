"""Decides how soon the next letter may leave, so that no batch of them bursts and no restart makes it one.

Each limit remembers as many departures as it lets pass: when it has them all, the next letter waits until
the first of them is as old as the limit is long. So a letter costs the same after a hundred thousand as after
ten, and no span of that length, wherever it begins, holds more than the limit.
"""

import hashlib
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from mailer.nouns import (
    CLOCKS_DIFFER,
    Address,
    Campaign,
    Delivery,
    Departure,
    Group,
    Outcome,
    Pace,
    State,
    Turn,
)
from mailer.planning.window import Timetable

PACED = "pace"
"""The short reason of a letter that waits for others to have left."""

LONGEST_STAY = timedelta(hours=1)
"""A run waits so long for the turn of a letter; whatever has to wait longer is for another run."""

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_FEW_DOMAINS = 1000
_LEFT = frozenset({State.ACCEPTED, State.BOUNCED})
_MAY_HAVE_LEFT = frozenset({Outcome.ACCEPTED, Outcome.UNSURE})


class Gate:
    """When each letter of a campaign may leave: by the pace, and at the hours of its group."""

    def __init__(
        self, account: Pace, campaign: Campaign, past: Iterable[Departure], now: datetime, seed: int = 0
    ) -> None:
        """Begin where earlier runs have left off.

        Args:
            account: What the settings say: it holds for the letters of all campaigns together.
            campaign: Its own pace holds for its own letters, and its window for their hours.
            past: What left within the last day, in any order; see `departures`.
            now: The time, aware.
            seed: For the lots that are drawn.
        """
        self._meter = Meter(account, campaign, past, now, seed)
        self._timetable = Timetable(campaign)

    def turn(self, now: datetime, group: Group, to: Iterable[Address]) -> Turn:
        """When a letter to a group may leave, if no other leaves before it."""
        paced = self._meter.turn(now, self._domains(to))
        assert paced.at
        hours = self._timetable.turn(group, paced.at)
        return hours if hours.because else paced

    def soonest(self, now: datetime) -> datetime:
        """When the next letter may leave at the earliest, wherever it goes."""
        at = self._meter.turn(now, ()).at
        assert at
        return at

    def depart(self, now: datetime, to: Iterable[Address]) -> None:
        """Count a letter that leaves now; to be told before the server is."""
        self._meter.depart(now, self._domains(to))

    def _domains(self, to: Iterable[Address]) -> Collection[str]:
        return {address.domain for address in to} if self._meter.by_domain else ()


class Meter:
    """Counts what leaves, and says when the next may.

    Attributes:
        by_domain: Whether the domains of a letter matter.
    """

    def __init__(
        self, account: Pace, campaign: Campaign, past: Iterable[Departure], now: datetime, seed: int = 0
    ) -> None:
        """As `Gate`."""
        own = campaign.pace
        past = tuple(past)
        self._gap = max(account.gap, own.gap)
        self._jitter = max(account.jitter, own.jitter)
        self._seed = seed
        self._gap_ends: datetime | None = None
        self._newest: datetime | None = None
        self.by_domain = bool(account.per_domain or own.per_domain)
        self._limits: list[_Limit | _PerDomain] = []
        for pace in (account, own):
            mine = [departure for departure in past if pace is account or departure.campaign == campaign.name]
            begun = len(self._limits)
            self._limits += _limits(pace)
            for at, domains in _dated(mine, now):
                for limit in self._limits[begun:]:
                    limit.depart(at, domains)
                self._newest = max(at, self._newest or at)
        if self._newest:
            self._gap_ends = self._newest + self._drawn(self._newest)

    def turn(self, now: datetime, domains: Collection[str]) -> Turn:
        """When a letter to addresses of these domains may leave, if no other leaves before it.

        Args:
            now: The time. Where it is before what it was, what left then counts as having left just now: the
                clock was set back, and nobody has to wait longer than a limit is long.
            domains: Those of its recipients.
        """
        if self._newest is None or not (self._limits or self._gap_ends):
            return Turn(now)
        if now < self._newest:
            self._set_back(now)
        at, because = now, ""
        if self._gap_ends and self._gap_ends > at:
            at, because = self._gap_ends, f"{_said(self._gap)} between two letters"
        for limit in self._limits:
            free, words = limit.free(domains)
            if free and free > at:
                at, because = free, words
        return Turn(at, because, PACED if because else "")

    def depart(self, now: datetime, domains: Collection[str]) -> None:
        """Count a letter that leaves now."""
        if self._newest and now < self._newest:
            self._set_back(now)
        self._newest = now
        self._gap_ends = now + self._drawn(now) if self._gap else None
        for limit in self._limits:
            limit.depart(now, domains)

    def _drawn(self, at: datetime) -> timedelta:
        """The gap after a departure, always the same one: to ask again and again would find a shorter one."""
        if not (self._gap and self._jitter):
            return self._gap
        digest = hashlib.blake2b(f"{self._seed}/{at.isoformat()}".encode(), digest_size=8).digest()
        return self._gap * (1 + self._jitter * int.from_bytes(digest) / 2**64)

    def _set_back(self, now: datetime) -> None:
        self._newest = now
        if self._gap_ends:
            self._gap_ends = min(self._gap_ends, now + self._drawn(now))
        for limit in self._limits:
            limit.set_back(now)


class _Limit:
    """So many letters within a span of time."""

    __slots__ = ("length", "times", "words")

    def __init__(self, most: int, length: timedelta, words: str) -> None:
        self.length = length
        self.words = words
        self.times: deque[datetime] = deque(maxlen=most)

    def free(self, _domains: Collection[str] = ()) -> tuple[datetime | None, str]:
        """From when on it lets one more pass, None for from ever; and the limit in words."""
        full = len(self.times) == self.times.maxlen
        return self.times[0] + self.length if full else None, self.words

    def depart(self, at: datetime, _domains: Collection[str] = ()) -> None:
        self.times.append(at)

    def set_back(self, now: datetime) -> None:
        self.times = deque((min(at, now) for at in self.times), self.times.maxlen)


class _PerDomain:
    """So many letters to each domain within a span of time."""

    def __init__(self, most: int, length: timedelta) -> None:
        self.most = most
        self.length = length
        self.limits: dict[str, _Limit] = {}
        self.many = _FEW_DOMAINS

    def free(self, domains: Collection[str]) -> tuple[datetime | None, str]:
        found = [self.limits[domain].free() for domain in domains if domain in self.limits]
        return max((each for each in found if each[0]), default=(None, ""))

    def depart(self, at: datetime, domains: Collection[str]) -> None:
        for domain in domains:
            if domain not in self.limits:
                words = f"{self.most:,} an hour to {domain}"
                self.limits[domain] = _Limit(self.most, self.length, words)
            self.limits[domain].depart(at)
        if len(self.limits) > self.many:
            self._forget(at - self.length)

    def set_back(self, now: datetime) -> None:
        for limit in self.limits.values():
            limit.set_back(now)

    def _forget(self, before: datetime) -> None:
        """Drop the domains to which nothing has gone for so long that it does not count any more."""
        self.limits = {domain: limit for domain, limit in self.limits.items() if limit.times[-1] > before}
        self.many = max(2 * len(self.limits), _FEW_DOMAINS)


def _limits(pace: Pace) -> Iterator[_Limit | _PerDomain]:
    for most, length, unit in (
        (pace.per_minute, _MINUTE, "minute"),
        (pace.per_hour, _HOUR, "hour"),
        (pace.per_day, _DAY, "day"),
    ):
        if most:
            yield _Limit(most, length, f"{most:,} {'an' if unit == 'hour' else 'a'} {unit}")
    if pace.per_domain:
        yield _PerDomain(pace.per_domain, _HOUR)


def _dated(past: Iterable[Departure], now: datetime) -> Iterator[tuple[datetime, Collection[str]]]:
    """The departures that can count, oldest first.

    What is dated ahead left before the clock was set back, nobody knows when. By more than a day ahead it
    cannot count, or each run anew would wait for it until that day has come.
    """
    for departure in sorted(past, key=lambda departure: departure.at):
        if departure.at - now <= CLOCKS_DIFFER:
            yield departure.at, departure.domains


def _said(gap: timedelta) -> str:
    seconds = gap.total_seconds()
    return f"{seconds:g} s" if seconds < 2 * _MINUTE.total_seconds() else f"{seconds / 60:g} minutes"


def departures(deliveries: Iterable[Delivery], now: datetime) -> tuple[Departure, ...]:
    """What was handed to servers within the last day, from the ledger: every attempt, whatever came of it.

    Args:
        deliveries: All of them, of all campaigns.
        now: The time, aware.
    """
    since = now - _DAY
    return tuple(
        Departure(at, delivery.letter.campaign, frozenset(address.domain for address in delivery.to))
        for delivery in deliveries
        for at in tried_at(delivery)
        if at > since
    )


def tried_at(delivery: Delivery) -> set[datetime]:
    """When a letter was handed to a server, or may have been."""
    moments = {attempt.at for attempt in delivery.attempts}
    if delivery.state in {State.SENDING, State.UNSURE}:
        # The program ended over it: it may have left, and no attempt says so.
        moments.add(delivery.changed_at)
    elif delivery.state in _LEFT and not any(a.verdict.outcome in _MAY_HAVE_LEFT for a in delivery.attempts):
        # Then a copy of it was found.
        moments.add(delivery.changed_at if moments else delivery.claimed_at)
    return moments
