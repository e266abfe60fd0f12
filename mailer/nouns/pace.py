"""How fast letters leave, and at which hours; so that a batch of them neither bursts nor comes at night."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

BY_GROUP = "group"
"""Stands for a country's code where each group has its own public holidays."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast letters leave. Without anything set: as fast as the server takes them.

    Attributes:
        per_minute: So many letters at most within any minute; None for no limit. The same for the next three.
        per_hour: Within any hour.
        per_day: Within any 24 hours.
        per_domain: Within any hour to addresses of one domain.
        gap: At least so long from one letter to the next.
        jitter: So much longer at most the gap is, by lot, as a fraction of it: 0 to 1.
        connections: So many letters are in the air at once: 1 to 3.
        bounce_rate: When surely more than this fraction of the letters cannot be delivered, the run stops.
        canary: So many letters leave first, and the others when it is known how those fared; None for none.
    """

    per_minute: int | None = None
    per_hour: int | None = None
    per_day: int | None = None
    per_domain: int | None = None
    gap: timedelta = timedelta(0)
    jitter: float = 0.0
    connections: int = 1
    bounce_rate: float = 0.1
    canary: int | None = None


UNLIMITED = Pace()

CAUTIOUS = Pace(per_minute=20, per_day=300)
"""What is not said. Microsoft takes 30 letters a minute from a mailbox, and 300 a day from a free one; Google
500 a day. Personal letters need no more, and who is allowed more can say so."""


@dataclass(frozen=True, slots=True)
class Departure:
    """That a letter was handed to a server, whatever became of it: servers count what they are asked.

    Attributes:
        at: When, aware.
        campaign: Whose letter.
        domains: Those of its recipients.
    """

    at: datetime
    campaign: str
    domains: Collection[str]


@dataclass(frozen=True, slots=True)
class Span:
    """One span of hours within a day.

    Attributes:
        opens: From this time on, by the group's clock.
        closes: Until right before this time. One that is not later than `opens` is on the next day, so that
            22:00 to 02:00 is a night, and 00:00 to 00:00 a whole day.
    """

    opens: time
    closes: time

    def __str__(self) -> str:
        closes = f"{self.closes:%H:%M}" if self.closes != time.min else "24:00"
        return f"{self.opens:%H:%M}-{closes}"


ALL_DAY = Span(time.min, time.min)
EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Window:
    """At which hours letters of a campaign may leave, by the clock of the group that they go to.

    Attributes:
        days: Weekdays, Monday is 0. A span over midnight belongs to the day on which it begins.
        spans: The hours of such a day.
        zone: The time zone of groups that have none in the table; empty when there is none.
        holidays: Whose public holidays are kept free: a code such as `NO` or `DE-BY`, `BY_GROUP` for those of
            each group's own country, or nothing.
        closed: Further days on which nothing leaves.
        line: Where it stands in the campaign's file.
    """

    days: frozenset[int] = EVERY_DAY
    spans: tuple[Span, ...] = (ALL_DAY,)
    zone: str = ""
    holidays: str = ""
    closed: frozenset[date] = frozenset()
    line: int = 0

    @property
    def always(self) -> bool:
        """Whether letters may leave at any hour."""
        return self.days == EVERY_DAY and self.spans == (ALL_DAY,) and not (self.holidays or self.closed)


ANY_HOUR = Window()


@dataclass(frozen=True, slots=True)
class Turn:
    """When a letter may leave, and what it waits for.

    Attributes:
        at: The earliest moment, aware; None when there is none.
        because: Why not now, in plain words; empty when it may leave now.
        reason: The same in two or three words, for counting.
    """

    at: datetime | None
    because: str = ""
    reason: str = ""
