"""A table and a past, in few words: groups, letters that left, mails that came; for tests of what follows."""

from datetime import UTC, datetime, timedelta

from mailer.nouns import (
    Address,
    Attempt,
    Campaign,
    Candidate,
    Delivery,
    Exclusions,
    Finding,
    Group,
    History,
    LetterId,
    Match,
    Message,
    Organizer,
    Outcome,
    Phase,
    Phrase,
    Place,
    State,
    Step,
    Verdict,
)
from mailer.planning import make_plan, read_audience

START = datetime(2026, 6, 1, 9, tzinfo=UTC)
STEPS = (
    Step("first", "first", timedelta()),
    Step("again", "again", timedelta(days=7)),
    Step("last", "last", timedelta(days=14)),
)
COLUMNS = ("group", "name", "organizer", "greeting", "email", "size", "lane", "website")


def group(name, *addresses, **cells):
    organizers = tuple(
        Organizer(Address.parse(a), "", {"email": a}, line)
        for line, a in enumerate(addresses or [f"o@{name}.example"], 2)
    )
    return Group(name, name.title(), organizers, {"lane": "research", "size": None, **cells}, 2)


def campaign(where="", sample=None, **exclude):
    """The campaign `c`; `tags=["x"]`, `lists=[…]` and `campaigns=[…]` leave groups out."""
    phrases = {kind: tuple(Phrase(word, 5, 1) for word in words) for kind, words in exclude.items()}
    return Campaign("c", STEPS, Phrase(where, 3, 10), Exclusions(**phrases), sample)


def delivery(
    name,
    step="first",
    state=State.ACCEPTED,
    *,
    of="c",
    to="",
    days=0,
    take=1,
    phase=Phase.RCPT,
    next_try=None,
):
    at = START + timedelta(days=days)
    attempts = (Attempt(at, Verdict(Outcome.REFUSED, phase, 550, "5.1.1", "no such user")),)
    to = to or f"o@{name}.example"
    place = Place("s", 0, 1)
    letter = LetterId(of, name, step, take)
    message_id = f"<{letter}@x>"
    return Delivery(
        letter, state, (Address.parse(to),), message_id, "Hello", "d", place, at, at, attempts, next_try
    )


def history(*deliveries, messages=(), orders=(), set_aside=()):
    letters = {str(d.letter): d for d in deliveries}
    return History(letters, tuple(messages), tuple(orders), frozenset(set_aside))


def mail(kind, *groups, step="first", sender="who@else.example", days=1, failed=()):
    candidates = tuple(Candidate(LetterId("c", name, step), 99, "references") for name in groups)
    finding = Finding(kind, ("evidence",), tuple(map(Address.parse, failed)))
    at = START + timedelta(days=days)
    return Message("a1", "", "INBOX", 1, at, sender, "", "", "", finding, Match(candidates), Place("i", 0, 1))


def plan(groups, past=None, days=0, where=""):
    made = campaign(where)
    audience, problems = read_audience(made, groups, COLUMNS)
    assert all(problem.warning for problem in problems)
    return make_plan(made, audience, groups, past or history(), START + timedelta(days=days))
