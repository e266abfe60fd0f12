"""Shows what would leave and what is wrong with it, before anything leaves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mailer.errors import BadData, UsageError
from mailer.letters import Book, compose
from mailer.nouns import (
    Campaign,
    Draft,
    Due,
    Group,
    Letter,
    LetterId,
    Problem,
    Sender,
    Settings,
    Step,
    marks,
    nearest,
)
from mailer.planning import Audience, Plan, Status, read_audience
from mailer.workspace import Table, Workspace


@dataclass(frozen=True, slots=True)
class Manuscript:
    """Everything that the fellow wrote, read once, with all that is wrong in it.

    Attributes:
        table: The groups, and how many of their rows could be used.
        settings: None when they cannot be used at all.
        book: The templates.
        campaigns: The campaigns that can be used, with their audiences, by name.
        problems: What is wrong in settings, table, campaigns, templates and letters, in that order.
    """

    table: Table
    settings: Settings | None
    book: Book
    campaigns: Mapping[str, tuple[Campaign, Audience]]
    problems: tuple[Problem, ...]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups that can be written to, in the order of the table."""
        return self.table.groups

    @property
    def mistakes(self) -> tuple[Problem, ...]:
        """The problems that keep letters from leaving; warnings are not among them."""
        return tuple(problem for problem in self.problems if not problem.warning)


def read_manuscript(workspace: Workspace, names: Sequence[str] = ()) -> Manuscript:
    """Read and check the workspace.

    Args:
        workspace: Where.
        names: Only these campaigns with their templates; empty for all campaigns and all templates.

    Raises:
        UsageError: when a name is no campaign's, with the nearest that is.
    """
    settings, problems = workspace.settings()
    table = workspace.table()
    found = [*problems, *table.problems]
    templates = workspace.templates()
    book = Book(templates)
    campaigns: dict[str, tuple[Campaign, Audience]] = {}
    for name in names or workspace.campaign_names():
        campaign, more = workspace.campaign(name)
        found += more
        if campaign:
            audience, more = read_audience(campaign, table.groups, table.columns)
            found += more
            campaigns[name] = campaign, audience
    used = dict.fromkeys(step.template for campaign, _ in campaigns.values() for step in campaign.steps)
    for template in used if names else templates:
        found += book.problems(template, table.columns)
    if settings:
        found += _letter_problems(campaigns, table.groups, book, settings.sender, found)
    return Manuscript(table, settings, book, campaigns, tuple(dict.fromkeys(found)))


def _letter_problems(
    campaigns: Mapping[str, tuple[Campaign, Audience]],
    groups: Sequence[Group],
    book: Book,
    sender: Sender,
    known: Sequence[Problem],
) -> Iterator[Problem]:
    """Render every letter to every organizer once, and say what stands in the way."""
    broken = {problem.file for problem in known if not problem.warning}
    for campaign, audience in campaigns.values():
        chosen = [group for group in groups if audience.selects(group)]
        file = f"campaigns/{campaign.name}.toml"
        if not chosen and groups and file not in broken:
            yield Problem(
                file, campaign.where_line, 0, "the audience is empty: no group matches it", "", warning=True
            )
        for index, step in enumerate(campaign.steps):
            template = f"templates/{step.template}.md"
            if template in broken:
                continue
            if not index and not book.has_subject(step.template):
                what = f"the first letter of {campaign.name} needs a subject"
                yield Problem(template, 1, 0, what, "begin the file with a line such as Subject: …")
                continue
            for group in chosen:
                yield from _faults(campaign, step, index, group, book, sender)


def _faults(
    campaign: Campaign, step: Step, index: int, group: Group, book: Book, sender: Sender
) -> Iterator[Problem]:
    subject = "the first letter" if index else ""
    letter = LetterId(campaign.name, group.id, step.name)
    for organizer in group.organizers:
        _, problems = book.draft(step.template, letter, group, organizer, sender, subject)
        yield from problems


def preview(
    manuscript: Manuscript, plan: Plan, key: bytes, group: str = "", step: str = ""
) -> Iterator[tuple[Draft, Letter, str]]:
    """The letters exactly as they would leave, but for `Date`.

    Args:
        manuscript: The templates, the table and the sender.
        plan: Says which letters are due and to whom.
        key: The ledger's secret, so that ids are the real ones.
        group: Only letters to this group; also one that is not due yet.
        step: Only this step; also where it is not due yet.

    Yields:
        Each letter as draft and as bytes, and why it would not leave now ('' when it would).

    Raises:
        UsageError: when the campaign has no such step, or does not write to such a group.
        BadData: when a letter cannot be rendered.
    """
    if manuscript.settings is None:
        raise BadData("the settings cannot be used", fix="campaign check")
    names = [known.name for known in plan.campaign.steps]
    if step and step not in names:
        raise UsageError(f"{plan.campaign.name} has no step {step!r}", fix=f"its steps: {', '.join(names)}")
    groups = {known.id: known for known in manuscript.groups}
    if group and group not in {line.letter.group for line in plan.lines}:
        raise _stranger(group, groups, plan)
    for line in plan.lines:
        wanted = (
            line.status in {Status.DUE, Status.WAITING, Status.WITHHELD}
            if group
            else line.status is Status.DUE
        )
        wanted = wanted if not step else line.letter.step == step
        if not wanted or (group and line.letter.group != group) or line.letter.group not in groups:
            continue
        due = _rehearsed(manuscript, plan.campaign, line.letter, line.due, key) if line.due else None
        if due is None:
            continue
        why_not = "" if line.status is Status.DUE else f"{line.status}: {line.because}"
        yield *compose(manuscript.book, manuscript.settings.sender, key, line.letter, due, None), why_not


def _stranger(group: str, groups: Mapping[str, Group], plan: Plan) -> UsageError:
    if group in groups:
        return UsageError(f"{group} is not in the audience of {plan.campaign.name}")
    near = nearest(group, {line.letter.group for line in plan.lines})
    fix = f"did you mean {near}?" if near else ""
    return UsageError(f"there is no group {group!r} in the table", fix=fix)


def _rehearsed(manuscript: Manuscript, campaign: Campaign, letter: LetterId, due: Due, key: bytes) -> Due:
    """A follow-up whose first letter has not left yet, as if the letters before it had left as they stand."""
    if not due.follow_up or due.thread:
        return due
    assert manuscript.settings
    sender = manuscript.settings.sender
    before = campaign.steps[: campaign.steps.index(due.step)]
    ids = [replace(letter, step=step.name) for step in before]
    first = Due(due.group, due.organizer, before[0])
    return replace(
        due,
        thread=tuple(marks.message_id(known, sender.address.domain, key) for known in ids),
        first_subject=compose(manuscript.book, sender, key, ids[0], first, None)[0].subject,
    )
