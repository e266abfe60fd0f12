"""How far a campaign is: what came of it so far, and what comes next."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from mailer.cli.session import Session
    from mailer.nouns import History
    from mailer.outcomes import StepTally, Tally
    from mailer.planning import Line, Plan
    from mailer.workspace import Manuscript


@dataclass(frozen=True, slots=True)
class Progress:
    """One campaign at one moment.

    Attributes:
        name: Its name.
        tally: What came of it so far.
        plan: What comes next.
    """

    name: str
    tally: "Tally"
    plan: "Plan"

    @property
    def unwritten(self) -> "Mapping[str, str]":
        """The groups without any letter, and why they have none yet."""
        first: dict[str, str] = {}
        for line in self.plan.lines:
            if line.letter.group not in self.tally.groups:
                first.setdefault(line.letter.group, line.because or line.status.value)
        return first

    def next_due(self, step: str) -> "datetime | None":
        """When the next letter of a step becomes due."""
        from mailer.planning import Status

        waiting = [line for line in self._of(step) if line.status is Status.WAITING]
        return min((line.when for line in waiting if line.when), default=None)

    def due(self, step: str) -> int:
        """How many letters of a step are due now."""
        from mailer.planning import Status

        return sum(line.status is Status.DUE for line in self._of(step))

    def withheld(self) -> Counter[str]:
        """How many letters are withheld, by the reason."""
        from mailer.planning import Status

        return Counter(line.reason for line in self.plan.lines if line.status is Status.WITHHELD)

    def _of(self, step: str) -> "Iterator[Line]":
        return (line for line in self.plan.lines if line.letter.step == step)


def take_progress(session: "Session", read: "Manuscript", name: str, history: "History") -> Progress:
    """How far a campaign of the workspace is, now."""
    from mailer.outcomes import take_tally

    campaign, _ = read.campaigns[name]
    tally = take_tally(campaign, history, session.world.now())
    return Progress(name, tally, session.plan(read, name, history))


def groups_listed(one: Progress) -> "Iterator[Mapping[str, Any]]":
    """A row for each group that was written to or is to be, by its name; README.md has the fields."""
    from mailer.planning import Status

    ahead: dict[str, Line] = {}
    for line in one.plan.lines:
        if line.status not in {Status.ACCEPTED, Status.BOUNCED}:
            ahead.setdefault(line.letter.group, line)
    for group in sorted(one.tally.groups.keys() | ahead.keys()):
        found = {"campaign": one.name, "group": group, "fate": one.tally.groups.get(group)}
        yield {**found, **_ahead(ahead.get(group))}


def _ahead(line: "Line | None") -> "Mapping[str, Any]":
    """The group's next letter; nothing where all have left."""
    if line is None:
        return {"letter": None, "status": None, "because": "", "when": None}
    return {"letter": line.letter, "status": line.status, "because": line.because, "when": line.when}


def summed_up(one: Progress) -> "Mapping[str, Any]":
    """A campaign as a whole; README.md has the fields."""
    from mailer.planning import Status

    rate = one.tally.response
    low, high = rate.interval
    return {
        "campaign": one.name,
        "contacted": rate.of,
        "answered": rate.count,
        "rate": rate.share,
        "low": low,
        "high": high,
        "fates": one.tally.fates,
        "letters": one.plan.counts(),
        "withheld": one.withheld(),
        "unsure": [line.letter for line in one.plan.lines if line.status is Status.UNSURE],
        "steps": [_step(one, step) for step in one.tally.steps],
    }


def _step(one: Progress, step: "StepTally") -> "Mapping[str, Any]":
    return {
        "step": step.step,
        "sent": step.sent,
        "fates": step.fates,
        "due": one.due(step.step),
        "next_due": one.next_due(step.step),
    }
