"""What each habit makes of a letter: mails, each with the time that it takes.

Pure: the same letter, taken in at the same time, gives the same mails.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mailer.rehearsal import doorkeepers, machines
from mailer.rehearsal.mime import person as full_address
from mailer.rehearsal.people import Habit, Person
from mailer.rehearsal.programs import Note, write
from mailer.rehearsal.received import Received, read

REFUSAL = "550 5.1.1 Nobody of that name here"
_AT_ONCE = timedelta(seconds=20)
_RETURN = timedelta(minutes=1)
LONG_ABSENCE, SHORT_ABSENCE = 14, 5
"""Days for which `AWAY` and `AWAY_ENGLISH` stay away: past a follow-up after a week, and not so long."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One mail that comes back: after how long, its bytes, and the folder in which it lands."""

    after: timedelta
    raw: bytes
    lands_in: str = "INBOX"


def react(person: Person, raw: bytes, now: datetime) -> tuple[Answer, ...]:
    """What comes of a letter.

    Args:
        person: Who gets it.
        raw: The letter as it was handed in.
        now: When. UTC.
    """
    return _HABITS[person.habit](person, read(raw), now)


def _answers(person: Person, letter: Received, now: datetime) -> tuple[Answer, ...]:
    return (_written(person, letter, now, person.name, person.address),)


def _other_address(person: Person, letter: Received, now: datetime) -> tuple[Answer, ...]:
    return (_written(person, letter, now, person.name, person.other or person.address),)


def _colleague(person: Person, letter: Received, now: datetime) -> tuple[Answer, ...]:
    copy_to = full_address(person.name, person.address)
    return (
        _written(person, letter, now, person.other_name, person.other or person.address, copy_to=copy_to),
    )


def _new_subject(person: Person, letter: Received, now: datetime) -> tuple[Answer, ...]:
    subject = f"{person.group or 'Our group'} and your idea"
    return (_written(person, letter, now, person.name, person.address, subject=subject),)


def _away_in(language: str, days: int) -> Callable[[Person, Received, datetime], tuple[Answer, ...]]:
    def away(person: Person, letter: Received, now: datetime) -> tuple[Answer, ...]:
        if letter.follows_up:
            return _answers(person, letter, now)
        at = now + _AT_ONCE
        until = machines.back_on(at.astimezone(_zone(person)).date(), at_least=days)
        raw = machines.away(letter, person.address, person.name, language, at, until)
        return (Answer(_AT_ONCE, raw, person.lands_in),)

    return away


def _ticket(person: Person, letter: Received, now: datetime) -> tuple[Answer, ...]:
    if letter.follows_up:
        return ()
    raw = machines.ticket(letter, person.address, person.name, now + _AT_ONCE)
    return (Answer(_AT_ONCE, raw, person.lands_in),)


def _bounces(person: Person, letter: Received, now: datetime) -> tuple[Answer, ...]:
    return (Answer(_RETURN, machines.bounce(letter, person.address, now + _RETURN)),)


def _elsewhere(person: Person, letter: Received, now: datetime) -> tuple[Answer, ...]:
    name = person.other_name or person.name
    subject = _subject(person.words) or "Hello from us"
    return (_written(person, letter, now, name, person.other or person.address, subject=subject),)


def _subject(words: str) -> str:
    """What a letter without a subject of its own is about: its first line that says something."""
    lines = (line.strip() for line in words.splitlines())
    return next((line[:60] for line in lines if len(line) > len("Hello everybody,")), "")


def _through_list(person: Person, letter: Received, now: datetime) -> tuple[Answer, ...]:
    note = _note(person, letter, now, person.other_name, person.other or person.address)
    return (Answer(person.after, doorkeepers.through_list(note, person.group), person.lands_in),)


def _bare_bounce(person: Person, letter: Received, now: datetime) -> tuple[Answer, ...]:
    return (Answer(_RETURN, doorkeepers.bare_bounce(letter, person.address, now + _RETURN)),)


def _moderated(person: Person, letter: Received, now: datetime) -> tuple[Answer, ...]:
    at = now + _AT_ONCE
    raw = doorkeepers.moderated(letter, person.address, person.group, at)
    return (Answer(_AT_ONCE, raw, person.lands_in),)


def _challenges(person: Person, letter: Received, now: datetime) -> tuple[Answer, ...]:
    raw = doorkeepers.challenge(letter, person.address, person.name, now + _AT_ONCE)
    return (Answer(_AT_ONCE, raw, person.lands_in),)


def _has_left(person: Person, letter: Received, now: datetime) -> tuple[Answer, ...]:
    raw = doorkeepers.has_left(letter, person.address, person.name, person.other, now + _AT_ONCE)
    return (Answer(_AT_ONCE, raw, person.lands_in),)


def _late(person: Person, letter: Received, now: datetime) -> tuple[Answer, ...]:
    return _answers(person, letter, now) if letter.follows_up else ()


def _nothing(_person: Person, _letter: Received, _now: datetime) -> tuple[Answer, ...]:
    return ()


_HABITS: dict[Habit, Callable[[Person, Received, datetime], tuple[Answer, ...]]] = {
    Habit.ANSWERS: _answers,
    Habit.OTHER_ADDRESS: _other_address,
    Habit.COLLEAGUE: _colleague,
    Habit.NEW_SUBJECT: _new_subject,
    Habit.AWAY: _away_in("de", LONG_ABSENCE),
    Habit.AWAY_ENGLISH: _away_in("en", SHORT_ABSENCE),
    Habit.TICKET: _ticket,
    Habit.BOUNCES: _bounces,
    Habit.UNKNOWN: _nothing,
    Habit.STOPS: _answers,
    Habit.LATE: _late,
    Habit.AWAY_FRENCH: _away_in("fr", LONG_ABSENCE),
    Habit.AWAY_SPANISH: _away_in("es", SHORT_ABSENCE),
    Habit.THROUGH_LIST: _through_list,
    Habit.ELSEWHERE: _elsewhere,
    Habit.BARE_BOUNCE: _bare_bounce,
    Habit.MODERATED: _moderated,
    Habit.CHALLENGES: _challenges,
    Habit.HAS_LEFT: _has_left,
    Habit.SILENT: _nothing,
}


def _written(
    person: Person,
    letter: Received,
    now: datetime,
    name: str,
    address: str,
    *,
    subject: str = "",
    copy_to: str = "",
) -> Answer:
    """A mail in the person's words, from her program."""
    note = _note(person, letter, now, name, address, subject=subject, copy_to=copy_to)
    return Answer(person.after, write(person.program, note), person.lands_in)


def _note(
    person: Person,
    letter: Received,
    now: datetime,
    name: str,
    address: str,
    *,
    subject: str = "",
    copy_to: str = "",
) -> Note:
    """What she writes, before her program has its way with it."""
    return Note(
        letter=letter,
        name=name,
        address=address,
        written_to=person.address,
        words=person.words or f"{_WORDS[person.habit is Habit.STOPS]}\n\nBest,\n{name or person.address}",
        at=now + person.after,
        zone=_zone(person),
        subject=subject,
        copy_to=copy_to,
    )


_WORDS = {
    False: "Thank you for writing. This sounds good to us; shall we talk about it next week?",
    True: "Thanks, but please stop writing to us about this. Take us off your list.",
}


def _zone(person: Person) -> ZoneInfo:
    """The person's zone; UTC where the table names one that nobody knows."""
    try:
        return ZoneInfo(person.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
