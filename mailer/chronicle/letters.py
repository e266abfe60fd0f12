"""The story of a letter: what was decided, what the server said, what came back, what it waits for."""

from collections.abc import Iterator

from mailer.chronicle.story import SHORT, Archive, Fact, Story, came, day, decided, story
from mailer.nouns import Delivery, Filing, LetterId, Message, Outcome, State
from mailer.planning import Line, Status

_MEANS = {
    State.CLAIMED: "about to leave: a process has it in hand",
    State.SENDING: "leaving just now",
    State.ACCEPTED: "the server took it",
    State.DEFERRED: "not sent yet: it is tried again",
    State.REFUSED: "the server would not have it",
    State.UNSURE: "nobody knows whether it left; its group gets nothing more until that is settled",
    State.BOUNCED: "taken, and returned later",
}
_FILED = {
    Filing.TRIED: "campaign was about to put it there",
    Filing.PUT: "campaign put it there",
    Filing.FOUND: "your provider files it by itself",
}


def story_of_letter(letter: LetterId, archive: Archive) -> Story:
    """How a letter fared, from the claim to what came back; or why it has not been written."""
    record = archive.history.deliveries.get(str(letter))
    line = line_of(letter, archive)
    chapters = (
        ("the letter", [*_about(letter, record, line)]),
        ("its life", [*_life(record)] if record else []),
        ("its copy in Sent", [*_copy(letter, archive)]),
        ("what came back", [came(each) for each in archive.history.messages if _is_about(each, letter)]),
        ("what you said of it", decided(archive.history.orders_about(str(letter)))),
        ("where it stands", [*_stands(record, line, archive)]),
    )
    then = [f"campaign why {letter.group} has the whole conversation"]
    if record and record.state is State.UNSURE:
        then.insert(0, f'campaign resolve {letter} --sent (or --resend) --because "…"')
    return story("letter", str(letter), f"to {letter.group}", chapters, then)


def because_of(line: Line) -> str:
    """Why a letter of the plan is where it is, and until when."""
    # A hold says itself when it ends.
    when = f", not before {day(line.when)}" if line.when and line.reason != "on hold" else ""
    return f"{line.because or 'it may leave now'}{when}"


def line_of(letter: LetterId, archive: Archive) -> Line | None:
    """The letter's line in its campaign's plan."""
    lines = (line for plan in archive.plans for line in plan.lines)
    return next((line for line in lines if line.letter == letter), None)


def _is_about(message: Message, letter: LetterId) -> bool:
    return any(candidate.letter == letter for candidate in message.match.candidates)


def _about(letter: LetterId, record: Delivery | None, line: Line | None) -> Iterator[Fact]:
    to = record.to if record else (line.due.organizer.address,) if line and line.due else ()
    if to:
        yield Fact("to", ", ".join(map(str, to)))
    if record:
        yield Fact("subject", record.subject)
        yield Fact("Message-ID", record.message_id)
    if letter.take > 1:
        yield Fact("take", f"number {letter.take}: the same step went to another address before")


def _life(record: Delivery) -> Iterator[Fact]:
    yield Fact("claimed", f"its {record.place.length:,} bytes were kept first", at=record.claimed_at)
    for attempt in record.attempts:
        verdict = attempt.verdict
        # Most servers repeat the status in their words.
        status = "" if verdict.words.startswith(verdict.status) else verdict.status
        said = " ".join(filter(None, (str(verdict.code or ""), status, verdict.words)))
        evidence = (f"the server said “{said}”" if verdict.code else said,) if said else ()
        where = "" if verdict.outcome is Outcome.ACCEPTED else f", at {verdict.phase.value.upper()}"
        yield Fact("tried", f"{verdict.outcome}{where}", evidence, attempt.at)
    if record.because:
        yield Fact(record.state, record.because, at=record.changed_at)


def _copy(letter: LetterId, archive: Archive) -> Iterator[Fact]:
    if copy := archive.copies.get(str(letter)):
        where = f" ({copy.folder}, number {copy.uid})" if copy.uid else ""
        yield Fact("copy", f"{_FILED[copy.how]}{where}", at=copy.at)


def _stands(record: Delivery | None, line: Line | None, archive: Archive) -> Iterator[Fact]:
    if record:
        yield Fact(record.state, _MEANS[record.state])
        if record.next_try:
            yield Fact("next try", f"not before {day(record.next_try)}")
        for address in record.to:
            if dead := archive.history.bounced(address.key):
                because = dead.because.removeprefix(f"{address.key}: ")
                yield Fact("dead", f"{address}: {because}", (source_of(dead.source),))
        if after := _after(record.letter, archive):
            yield after
    elif line:
        yield Fact(line.status, because_of(line))
    else:
        yield Fact("no record", "it was never begun, and no plan has it any more")


def _after(letter: LetterId, archive: Archive) -> Fact | None:
    """The step behind it, and what that waits for."""
    pair = (letter.campaign, letter.group)
    lines = (line for plan in archive.plans for line in plan.lines if line.letter != letter)
    here = (line for line in lines if (line.letter.campaign, line.letter.group) == pair)
    behind = [line for line in here if line.status not in {Status.ACCEPTED, Status.BOUNCED}]
    if not behind:
        return None
    line = behind[0]
    return Fact("next", f"{line.letter.step}: {line.status}; {because_of(line)}")


def source_of(source: str) -> str:
    """A source as it is typed: `message 1a2b3c`."""
    what, _, name = source.partition(" ")
    return f"{what} {name[:SHORT]}" if what == "message" else source
