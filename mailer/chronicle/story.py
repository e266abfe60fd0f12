"""What a story is made of: chapters of facts, each with its evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mailer.nouns import Group, History, Message, Order, SentCopy
from mailer.planning import Plan

SHORT = 6
"""So many characters of a message's id are shown; the other listings show as many."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is so.

    Attributes:
        label: In a word or two, what it is about.
        text: What is so. May quote a mail or a server, so it is untrusted.
        evidence: Why, strongest first. Untrusted.
        at: When it happened; None for what holds.
    """

    label: str
    text: str
    evidence: tuple[str, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """Facts under one title."""

    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that is known of one thing, in the order in which a person asks.

    Attributes:
        what: `message`, `letter`, `group` or `address`.
        name: Its id, whole.
        title: What it is, in a few words. Untrusted.
        chapters: Only those that have something to say.
        then: What to type next; may be empty.
    """

    what: str
    name: str
    title: str
    chapters: tuple[Chapter, ...]
    then: tuple[str, ...] = ()


@dataclass(frozen=True)
class Archive:
    """All that a story can be made from.

    Attributes:
        history: What has happened, as people have corrected it.
        as_read: The messages as they were read.
        groups: The table.
        plans: One for each campaign whose file can be used.
        copies: What is known of the letters' copies in Sent, by the letter's id.
        now: The time.
    """

    history: History
    as_read: Sequence[Message]
    groups: Sequence[Group]
    plans: Sequence[Plan]
    now: datetime
    copies: Mapping[str, SentCopy] = field(default_factory=dict)

    def group(self, name: str) -> Group | None:
        """A group of the table."""
        return next((group for group in self.groups if group.id == name), None)

    def group_ids(self) -> frozenset[str]:
        """Those of the table, and those that letters went to before they left it."""
        written_to = {delivery.letter.group for delivery in self.history.deliveries.values()}
        return frozenset({group.id for group in self.groups} | written_to)


def story(
    what: str, name: str, title: str, chapters: Sequence[tuple[str, Sequence[Fact]]], then: Sequence[str] = ()
) -> Story:
    """A story of those chapters that have something to say."""
    told = tuple(Chapter(heading, tuple(facts)) for heading, facts in chapters if facts)
    return Story(what, name, title, told, tuple(then))


def day(moment: datetime) -> str:
    """A moment within a sentence."""
    return f"{moment.astimezone():%a %d %b %H:%M}"


def decided(orders: Sequence[Order]) -> list[Fact]:
    """What she said about something."""
    facts = []
    for order in orders:
        until = f" until {order.until:%a %d %b}" if order.until else ""
        said = f": {order.says or 'none of your letters'}" if order.kind in {"match", "kind"} else ""
        because = (f"“{order.because}”",) if order.because else ()
        undo = () if order.final else (f"campaign undo {order.id} takes it back",)
        facts.append(
            Fact(order.id, f"{order.by} said: {order.kind}{said}{until}", (*because, *undo), order.at)
        )
    return facts


def came(message: Message) -> Fact:
    """A message as a line in another story."""
    who = message.sender_name or message.sender or "nobody knows who"
    because = message.finding.because[:1]
    return Fact(message.id[:SHORT], f"{message.finding.kind} from {who}", because, message.at)
