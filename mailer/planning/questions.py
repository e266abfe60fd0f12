"""Finds the mails of which the program cannot be sure by itself: what a person should look through.

While such a question is open nothing goes to any group that it may be about; so a question costs letters that
do not leave, never letters that should not have left.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailer.nouns import (
    Candidate,
    Group,
    History,
    Kind,
    Message,
    OrderKind,
    Organizer,
    Reason,
    is_at_the_door,
    is_forgotten,
    proposes_contact,
)

CONTRADICTS = 10
"""Two letters to different groups whose points are nearer than this contradict each other."""

BY_ID = 90
"""From so many points on a mail names its letter, or answers one that did; less is gathered from signs."""

_LIKELY = 60
"""Evidence of fewer points contradicts nothing."""

_ASKED_ABOUT = frozenset({Kind.HUMAN, Kind.UNSUBSCRIBE, Kind.COMPLAINT, Kind.BOUNCE_HARD, Kind.CHALLENGE})
"""Of other kinds nothing follows, whichever letter they are about; an absence holds all who may be away."""


class Doubt(StrEnum):
    """What is not certain."""

    TIE = "which group?"
    """Letters to several groups are equally likely."""
    WEAK = "an answer at all?"
    """Too little speaks for the only letter that it may be about."""
    CONTRADICTION = "contradictory"
    """There is a best letter, but evidence nearly as good names another group."""
    SEVERAL_GROUPS = "for which of their groups?"
    """Whoever wrote stands in the table for several groups, and only signs say for which she writes."""
    STRANGER = "from whom?"
    """It speaks to us, and nothing says about which letter."""
    CONTACT = "a new contact?"
    """Somebody is not there any more, or another address is named; the table is hers to change."""


@dataclass(frozen=True, slots=True)
class Question:
    """One mail to look at.

    Attributes:
        message: Which, as corrected so far.
        doubt: What is not certain about it.
        why: The same as a sentence.
        old: For a new contact: the row of the table that is out of date, if it is still there.
        group: For a new contact: whose row it is.
    """

    message: Message
    doubt: Doubt
    why: str
    old: Organizer | None = None
    group: Group | None = None


def questions(history: History, groups: Sequence[Group], now: datetime) -> tuple[Question, ...]:
    """What a person should look through, oldest first.

    Args:
        history: What has happened.
        groups: The table.
        now: The time; a `hold` keeps a reply off the list until it ends.
    """
    stands_for = _table(groups)
    waiting = {message.id for message in history.open_messages(now.date())}
    asked = (
        _question(message, history, stands_for, waiting=message.id in waiting)
        for message in history.messages
        if not is_forgotten(message.sender)
    )
    return tuple(question for question in asked if question)


def _table(groups: Sequence[Group]) -> Mapping[str, list[tuple[Group, Organizer]]]:
    """Every address of the table (its key), and for whom it stands there."""
    found: dict[str, list[tuple[Group, Organizer]]] = {}
    for group in groups:
        for organizer in group.organizers:
            found.setdefault(organizer.address.key, []).append((group, organizer))
    return found


def _question(
    message: Message,
    history: History,
    stands_for: Mapping[str, list[tuple[Group, Organizer]]],
    *,
    waiting: bool,
) -> Question | None:
    if history.is_done(message):
        return None
    if proposes_contact(message) and (contact := _contact(message, history, stands_for)):
        return contact
    ruled = any(order.kind is OrderKind.MATCH for order in history.orders_about(message.id))
    asked_about = message.finding.kind in _ASKED_ABOUT or is_at_the_door(message)
    if ruled or not asked_about or not waiting:
        return None
    doubt = next(_doubts(message, stands_for), None)
    return Question(message, *doubt) if doubt else None


def _doubts(
    message: Message, stands_for: Mapping[str, list[tuple[Group, Organizer]]]
) -> Iterator[tuple[Doubt, str]]:
    kind, match = message.finding.kind, message.match
    if not match.candidates:
        if kind in {Kind.HUMAN, Kind.UNSUBSCRIBE, Kind.COMPLAINT, Kind.CHALLENGE}:
            yield Doubt.STRANGER, "nothing says which letter it is about"
        return
    rivals = _rivals(message)
    if match.best is None and rivals:
        yield Doubt.TIE, f"it may be about {_names(rivals)}"
    elif match.best is None:
        yield Doubt.WEAK, f"little speaks for it: {match.candidates[0].because}"
    elif rivals:
        yield Doubt.CONTRADICTION, f"other evidence names {_names(rivals[1:])}"
    elif kind is Kind.HUMAN and match.best.points < BY_ID:
        own = {group.id for group, _ in stands_for.get(message.sender, ())}
        if len(own) > 1:
            yield Doubt.SEVERAL_GROUPS, f"{message.sender} stands in the table for {', '.join(sorted(own))}"


def _rivals(message: Message) -> list[Candidate]:
    """The likeliest letter, and those to other groups that are nearly as likely; none where none is."""
    first, *others = message.match.candidates
    sure = message.match.best is not None
    near = [
        c
        for c in others
        if c.letter.group != first.letter.group
        and (first.points - c.points < CONTRADICTS if sure else c.points >= first.points)
        and (c.points >= _LIKELY or not sure)
    ]
    return [first, *near] if near else []


def _names(candidates: Sequence[Candidate]) -> str:
    return " or ".join(dict.fromkeys(candidate.letter.group for candidate in candidates))


def _contact(
    message: Message, history: History, stands_for: Mapping[str, list[tuple[Group, Organizer]]]
) -> Question | None:
    """The row of the table that a mail calls out of date; None where it has been changed since."""
    best, instead = message.match.best, message.finding.instead
    record = history.deliveries.get(str(best.letter)) if best else None
    keys = [*((address.key for address in record.to) if record else ()), message.sender]
    rows = [row for key in keys for row in stands_for.get(key, ()) if not instead or key != instead.key]
    if not rows:
        return None
    group, old = next((row for row in rows if best and row[0].id == best.letter.group), rows[0])
    gone = "there" if message.finding.reason is Reason.LEFT else "right"
    why = f"{old.address} is not {gone} any more, it says"
    return Question(message, Doubt.CONTACT, why, old, group)
