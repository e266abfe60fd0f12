"""Shows what would leave and what is wrong with it, before anything leaves."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mailer.errors import BadData, UsageError
from mailer.letters import Book, compose, named_in
from mailer.nouns import (
    Campaign,
    Draft,
    Due,
    Group,
    History,
    Letter,
    LetterId,
    Problem,
    Sender,
    Settings,
    Step,
    marks,
    nearest,
)
from mailer.planning import Line, Lot, Plan, Selection, Status
from mailer.workspace import Manuscript, Workspace, read_manuscript


@dataclass(frozen=True, slots=True)
class Proofs:
    """Everything that the fellow wrote, read once, with all that is wrong in it.

    Attributes:
        manuscript: The table and the campaigns.
        settings: None when they cannot be used at all.
        book: The templates.
        problems: What is wrong in settings, table, campaigns, templates and letters, in that order.
    """

    manuscript: Manuscript
    settings: Settings | None
    book: Book
    problems: tuple[Problem, ...]

    @property
    def mistakes(self) -> tuple[Problem, ...]:
        """The problems that keep letters from leaving; warnings are not among them."""
        return tuple(problem for problem in self.problems if not problem.warning)


NOTHING_YET = History({})


def read_proofs(workspace: Workspace, names: Sequence[str] = (), history: History = NOTHING_YET) -> Proofs:
    """Read and check the workspace, and print every letter once.

    Args:
        workspace: Where.
        names: Only these campaigns with their templates; empty for all campaigns and all templates.
        history: What has happened: some audiences leave out whoever got another campaign's letter.
    """
    settings, problems = workspace.settings()
    manuscript = read_manuscript(workspace, names)
    found = [*problems, *manuscript.problems]
    campaigns = [campaign for campaign, _ in manuscript.campaigns.values()]
    used = dict.fromkeys(step.template for campaign in campaigns for step in campaign.steps)
    templates = workspace.templates()
    checked = used if names else templates
    book = read_book(workspace, templates, checked)
    for template in checked:
        # A missing template is named where the campaign asks for it; without a table no column is known.
        if template in templates and manuscript.groups:
            found += book.problems(template, manuscript.table.columns)
    if settings:
        found += _made_up(manuscript, settings)
        found += _letter_problems(manuscript, book, settings.sender, found, history)
    return Proofs(manuscript, settings, book, _once(found))


def read_book(workspace: Workspace, templates: Mapping[str, str], used: Collection[str]) -> Book:
    """The templates, with the files that go with the letters of some of them.

    Args:
        workspace: Where.
        templates: All of them, by name.
        used: The names of those from which letters will be printed.
    """
    texts = (templates[name] for name in used if name in templates)
    files = dict.fromkeys(file for text in texts for file in named_in(text))
    return Book(templates, {file: workspace.enclosure(file) for file in files})


def _once(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Each problem once, also where several templates can mend it: an empty cell is empty for all of them."""
    found: dict[tuple[str, int, int, str], list[Problem]] = {}
    for problem in dict.fromkeys(problems):
        found.setdefault((problem.file, problem.line, problem.column, problem.what), []).append(problem)
    return tuple(
        replace(first, fix=f"{first.fix}; {_others(len(more))}") if more else first
        for first, *more in found.values()
    )


def _others(templates: int) -> str:
    return f"{templates} more templates need it, too" if templates > 1 else "one more template needs it, too"


def _made_up(manuscript: Manuscript, settings: Settings) -> Iterator[Problem]:
    """The starter's own addresses: RFC 2606 keeps `.example` free of real mailboxes."""
    lines = [o.line for g in manuscript.groups for o in g.organizers if o.address.domain.endswith(".example")]
    if lines and not settings.smtp.loopback:
        what = f"{len(lines)} addresses end in .example, where nobody receives mail"
        fix = "put your own groups into the table"
        yield Problem(manuscript.table.file, min(lines), 0, what, fix, warning=True)


def _letter_problems(
    manuscript: Manuscript, book: Book, sender: Sender, known: Sequence[Problem], history: History
) -> Iterator[Problem]:
    """Render every letter to every organizer once, and say what stands in the way."""
    broken = {problem.file for problem in known if not problem.warning}
    for campaign, audience in manuscript.campaigns.values():
        if campaign.file in broken:
            continue
        selection = audience.choose(manuscript.groups, history)
        if not selection.chosen and manuscript.groups:
            yield _nobody(campaign, selection, history)
        chosen = [group for group in manuscript.groups if selection.lots[group.id] is Lot.CHOSEN]
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


def _nobody(campaign: Campaign, selection: Selection, history: History) -> Problem:
    """An audience that is empty is a slip, unless it has been written to and has got smaller since."""
    counts = Counter(selection.lots.values())
    parts = ", ".join(f"{count} {lot}" for lot, count in counts.items())
    fix = "change the [audience], or fill the cells that it asks for"
    begun = bool(history.groups(campaign.name))
    return Problem(
        campaign.file, campaign.where.line, 0, f"the audience is empty: {parts}", fix, warning=begun
    )


def _faults(
    campaign: Campaign, step: Step, index: int, group: Group, book: Book, sender: Sender
) -> Iterator[Problem]:
    subject = "the first letter" if index else ""
    letter = LetterId(campaign.name, group.id, step.name)
    for organizer in group.organizers:
        _, problems = book.draft(step.template, letter, group, organizer, sender, subject)
        yield from problems


def preview(
    proofs: Proofs, plan: Plan, seal: marks.Seal, group: str = "", step: str = ""
) -> Iterator[tuple[Draft, Letter, Line]]:
    """The letters exactly as they would leave, but for `Date`.

    Args:
        proofs: The templates, the table and the sender.
        plan: Says which letters are due and to whom.
        seal: The ledger's, so that ids are the real ones.
        group: Only letters to this group; also one that is not due yet.
        step: Only this step; also where it is not due yet.

    Yields:
        Each letter as draft and as bytes, and its line of the plan.

    Raises:
        UsageError: when the campaign has no such step, or does not write to such a group.
        BadData: when a letter cannot be rendered.
    """
    if proofs.settings is None:
        raise BadData("the settings cannot be used", fix="campaign check")
    names = [known.name for known in plan.campaign.steps]
    if step and step not in names:
        raise UsageError(f"{plan.campaign.name} has no step {step!r}", fix=f"its steps: {', '.join(names)}")
    groups = {known.id: known for known in proofs.manuscript.groups}
    if group and group not in {line.letter.group for line in plan.lines}:
        raise _stranger(group, groups, plan)
    ids = {(line.letter.group, line.letter.step): line.letter for line in plan.lines}
    for line in plan.lines:
        wanted = (
            line.status in {Status.DUE, Status.WAITING, Status.WITHHELD}
            if group
            else line.status is Status.DUE
        )
        wanted = wanted if not step else line.letter.step == step
        if not wanted or (group and line.letter.group != group) or line.letter.group not in groups:
            continue
        if line.due is None:
            continue
        before = plan.campaign.steps[: names.index(line.letter.step)]
        earlier = [ids[line.letter.group, known.name] for known in before]
        due = _rehearsed(proofs, before, earlier, line.due, seal)
        yield *compose(proofs.book, proofs.settings.sender, seal, line.letter, due, None), line


def _stranger(group: str, groups: Mapping[str, Group], plan: Plan) -> UsageError:
    if group in groups:
        return UsageError(f"{group} is not in the audience of {plan.campaign.name}")
    near = nearest(group, [*groups, *(line.letter.group for line in plan.lines)])
    fix = f"did you mean {near}?" if near else ""
    return UsageError(f"there is no group {group!r} in the table", fix=fix)


def _rehearsed(
    proofs: Proofs, before: Sequence[Step], earlier: Sequence[LetterId], due: Due, seal: marks.Seal
) -> Due:
    """A follow-up whose first letter has not left yet, as if the letters before it had left as they stand.

    Args:
        proofs: The templates and the sender.
        before: The steps before it; none where only others of the group have got letters.
        earlier: The letters that those are to her.
        due: The follow-up.
        seal: The ledger's.
    """
    if not before or due.thread:
        return due
    assert proofs.settings
    sender = proofs.settings.sender
    first = Due(due.group, due.organizer, before[0])
    return replace(
        due,
        thread=tuple(marks.message_id(known, sender.address.domain, seal) for known in earlier),
        first_subject=compose(proofs.book, sender, seal, earlier[0], first, None)[0].subject,
    )
