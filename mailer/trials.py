"""Tries a letter out: the one that a group would get, through the real server, to another address.

It is no letter of the campaign. Nothing is written down, and what comes back from it is nobody's answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailer.errors import UsageError
from mailer.letters import Book, compose, compose_trial
from mailer.nouns import (
    Address,
    Due,
    Group,
    History,
    Letter,
    Problem,
    Sender,
    Settings,
    Step,
    Verdict,
    World,
    marks,
    nearest,
    untagged,
)
from mailer.planning import Line, Plan, Status


@dataclass(frozen=True, slots=True)
class Trial:
    """Which letter is tried out.

    Attributes:
        line: Its line in the plan.
        group: As whom it is read.
        step: Which step it is.
        first_step: The campaign's first step, from which a follow-up has its subject.
    """

    line: Line
    group: Group
    step: Step
    first_step: Step

    @property
    def is_follow_up(self) -> bool:
        """Whether a letter goes before it."""
        return self.step is not self.first_step


def choose(plan: Plan, groups: Sequence[Group], group: str, step: str = "") -> Trial:
    """Find the letter to try out.

    Args:
        plan: The campaign's.
        groups: The table.
        group: The id of the group that would get it.
        step: Which step; empty for the group's next letter, or for the first when no more will come.

    Raises:
        UsageError: when there is no such group or step, or the campaign is not for this group.
    """
    known = {each.id: each for each in groups}
    lines = {line.letter.step: line for line in plan.lines if line.letter.group == group}
    if group not in known or not lines:
        raise _stranger(plan, known, group)
    steps = {each.name: each for each in plan.campaign.steps}
    if step and step not in steps:
        near = nearest(step, steps)
        fix = f"did you mean {near}?" if near else f"its steps: {', '.join(steps)}"
        raise UsageError(f"{plan.campaign.name} has no step {step!r}", fix=fix)
    to_come = (name for name in steps if lines[name].status in {Status.DUE, Status.WAITING})
    first = next(iter(steps))
    chosen = step or next(to_come, first)
    return Trial(lines[chosen], known[group], steps[chosen], steps[first])


def _stranger(plan: Plan, known: dict[str, Group], group: str) -> UsageError:
    if group in known:
        return UsageError(f"{plan.campaign.name} is not for {group}: {plan.selection.because(group)}")
    near = nearest(group, plan.selection.chosen) or nearest(group, known)
    if near:
        return UsageError(f"there is no group {group!r} in the table", fix=f"did you mean {near}?")
    what = f"there is no group {group!r} in the table, or none of its rows can be used"
    return UsageError(what, fix="campaign check names the rows that cannot be used, if there are any")


def refusal(to: Address, sender: Address, groups: Sequence[Group], history: History) -> str:
    """Why this address must get no test; '' when it may.

    Args:
        to: The address. With a plus-tag it is the same person's.
        sender: The fellow's own, which may always get one unless it was stopped.
        groups: The table.
        history: Who asked to be left alone, and who has had letters.
    """
    person = untagged(to.key)
    if stop := history.stop_of_person(to.key):
        return f"nothing may go to {to}: {stop.because}"
    if person == untagged(sender.key):
        return ""
    ladder = (g.id for g in groups if person in {untagged(o.address.key) for o in g.organizers})
    wrote = (d.letter.group for d in history.deliveries.values() if person in {untagged(a.key) for a in d.to})
    if group := next(ladder, "") or next(wrote, ""):
        # A test is not remembered: she would get the same letter once more, and wonder about the first.
        return f"{to} belongs to {group}, who would get the letter twice"
    return ""


def mistakes(trial: Trial, problems: Sequence[Problem], campaign: str) -> tuple[Problem, ...]:
    """Those mistakes that this very letter would suffer from.

    Args:
        trial: Which letter.
        problems: All that is wrong in table, campaign and template.
        campaign: The campaign's name.
    """
    files = {f"campaigns/{campaign}.toml", f"templates/{trial.step.template}.md"}
    rows = {trial.group.line, *(organizer.line for organizer in trial.group.organizers)}
    return tuple(
        problem
        for problem in problems
        if not problem.warning
        and (problem.file in files or (problem.file == trial.group.file and problem.line in rows))
    )


def print_trial(
    trial: Trial, book: Book, sender: Sender, seal: marks.Seal, to: Address, now: datetime
) -> Letter:
    """The letter's bytes, for this one address.

    Raises:
        BadData: when the template cannot be filled for this group.
    """
    due = trial.line.due or Due(trial.group, trial.group.organizers[0], trial.step)
    if trial.is_follow_up and not due.first_subject and not book.has_subject(trial.step.template):
        due = replace(due, first_subject=_first_subject(trial, due, book, sender, seal))
    return compose_trial(book, sender, seal, trial.line.letter, due, to, now)


def _first_subject(trial: Trial, due: Due, book: Book, sender: Sender, seal: marks.Seal) -> str:
    """The subject that the conversation would have by then."""
    letter = replace(trial.line.letter, step=trial.first_step.name)
    return compose(book, sender, seal, letter, Due(trial.group, due.organizer, trial.first_step), None)[
        0
    ].subject


async def hand_in(world: World, settings: Settings, letter: Letter) -> Verdict:
    """Hand the letter in at the real server, and say what that said.

    Raises:
        CampaignError: when the post office cannot be opened.
    """
    async with world.post_office(settings) as office:
        return await office.deliver(letter)
