"""The story of a group: its ladder, what it got in each campaign, what came back, what is next and when."""

from collections.abc import Iterator

from mailer.chronicle.letters import because_of, source_of
from mailer.chronicle.story import Archive, Fact, Story, came, day, decided, story
from mailer.nouns import Group, History, Message, Standing
from mailer.planning import Line, Plan, Status


def story_of_group(name: str, archive: Archive) -> Story:
    """Where a group stands in every campaign, and why."""
    group, history = archive.group(name), archive.history
    messages = [
        message
        for message in history.messages
        if name in {candidate.letter.group for candidate in message.match.candidates}
    ]
    known = {plan.campaign.name for plan in archive.plans}
    chapters = [
        ("its organizers", [*_ladder(group, archive)] if group else []),
        *((f"campaign {p.campaign.name}", [*_campaign(p, name, history)]) for p in archive.plans),
        ("campaigns without a file", [*_elsewhere(name, known, history)]),
        ("what came back", [_came(message, name) for message in messages]),
        ("what you decided", decided(history.orders_about(name))),
    ]
    title = group.name if group else "not in the table any more"
    then = ("campaign why MESSAGE or LETTER has the evidence for each",) if messages else ()
    return story("group", name, title, chapters, then)


def _ladder(group: Group, archive: Archive) -> Iterator[Fact]:
    """Each organizer, and whether she can be written to; the first who can is."""
    if stop := archive.history.stop(group.id):
        yield Fact("stopped", stop.because, (source_of(stop.source),), stop.since)
    for number, organizer in enumerate(group.organizers, 1):
        key, called = organizer.address.key, f"{organizer.name} " if organizer.name else ""
        why = _obstacle(key, group.id, archive)
        who = f"{called}<{organizer.address}>" if called else str(organizer.address)
        because, evidence = why or ("can be written to", ())
        yield Fact(f"{number}", f"{who}: {because}", evidence)


def _obstacle(key: str, group: str, archive: Archive) -> tuple[str, tuple[str, ...]] | None:
    history = archive.history
    found: list[tuple[str, Standing]] = []
    if dead := history.bounced(key):
        found.append((f"dead: {dead.because.removeprefix(f'{key}: ')}", dead))
    if stop := history.stop("", key):
        found.append((f"wants no more letters: {stop.because}", stop))
    if hold := history.hold(group, key, archive.now.date()):
        found.append((f"on hold until {hold.until:%a %d %b}: {hold.standing.because}", hold.standing))
    if left := history.left(key):
        found.append((left.because, left))
    if not found:
        return None
    text, standing = found[0]
    return text, (f"{source_of(standing.source)}, {day(standing.since)}",)


def _campaign(plan: Plan, group: str, history: History) -> Iterator[Fact]:
    lines = [line for line in plan.lines if line.letter.group == group]
    if not lines:
        if because := plan.selection.because(group):
            yield Fact("not for it", because)
        return
    for line in lines:
        yield _step(line, history)


def _step(line: Line, history: History) -> Fact:
    record = history.deliveries.get(str(line.letter))
    to = ", ".join(map(str, record.to)) if record else str(line.due.organizer.address) if line.due else ""
    label, at = line.letter.step, record.changed_at if record else None
    if line.status is Status.ACCEPTED:
        return Fact(label, f"sent to {to}", at=at)
    if record:
        return Fact(label, f"{line.status}, to {to}", (line.because,) if line.because else (), at)
    whom = f", to {to}" if to and line.status is Status.DUE else ""
    return Fact(label, f"{line.status}{whom}: {because_of(line)}")


def _elsewhere(group: str, known: set[str], history: History) -> Iterator[Fact]:
    for record in history.deliveries.values():
        if record.letter.group == group and record.letter.campaign not in known:
            to = ", ".join(map(str, record.to))
            yield Fact(str(record.letter), f"{record.state}, to {to}", at=record.changed_at)


def _came(message: Message, group: str) -> Fact:
    fact = came(message)
    best = message.match.best
    sure = "" if best and best.letter.group == group else ", perhaps" if best is None else ", but not theirs"
    return Fact(fact.label, fact.text + sure, fact.evidence, fact.at)
