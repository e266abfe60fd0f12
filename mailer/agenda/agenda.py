"""Says what needs a person today, over all campaigns: one sorted list, each entry with what to type next.

Whatever goes on by itself is not on it: silence, absences, dead addresses behind which another organizer is
written to, requests to stop that are heeded already.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from mailer.agenda.mails import mails
from mailer.agenda.tasks import Task, Urgency
from mailer.nouns import Delivery, Group, History, LetterId, Phase, Problem, Standing, State
from mailer.planning import Plan, Status


def make_agenda(
    history: History,
    plans: Sequence[Plan],
    groups: Sequence[Group],
    problems: Sequence[Problem],
    now: datetime,
    campaign: str = "",
) -> tuple[Task, ...]:
    """Collect what needs a person, most urgent first, and what has waited longest before the rest.

    Args:
        history: What has happened.
        plans: Of the campaigns whose files can be used.
        groups: The table.
        problems: What is wrong in the files; warnings wait for nobody.
        now: The time.
        campaign: Only what concerns this one; empty for all.
    """
    unsettled = _unsettled(history)
    found = [
        *_doubts(history, campaign, unsettled),
        *_set_aside(history, plans, unsettled),
        *mails(history, groups, now, campaign),
        *_refused(history, plans, unsettled),
        *_without_address(history, plans, groups),
        *_mistakes(problems, campaign),
        *(task for plan in plans for task in (*_renamed(plan), *_due(plan, history, campaign))),
    ]
    order = list(Urgency)
    latest = datetime.max.replace(tzinfo=now.tzinfo)
    return tuple(
        sorted(found, key=lambda t: (order.index(t.urgency), t.since or latest, t.subject, t.message))
    )


def _doubts(history: History, campaign: str, unsettled: Mapping[str, int]) -> Iterator[Task]:
    for delivery in history.deliveries.values():
        letter = delivery.letter
        if delivery.state is State.UNSURE and campaign in {"", letter.campaign}:
            resolve = f"campaign resolve {_shortest(letter, unsettled)}"
            yield Task(
                Urgency.DOUBT,
                letter.group,
                _to(delivery),
                delivery.changed_at,
                "campaign replies looks for a copy",
                f'{resolve} --sent --because "…"',
                f'or {resolve} --resend --because "…": your Sent folder tells which',
            )


def _unsettled(history: History) -> Mapping[str, int]:
    """How many letters to each group `campaign resolve` could be about."""
    open_ones = {
        *history.set_aside,
        *(key for key, d in history.deliveries.items() if d.state in {State.UNSURE, State.REFUSED}),
    }
    return Counter(LetterId.parse(key).group for key in open_ones)


def _shortest(letter: LetterId, unsettled: Mapping[str, int]) -> str:
    """How `campaign resolve` may call a letter: by its group, where no other letter could be meant."""
    return letter.group if unsettled[letter.group] == 1 else str(letter)


def _set_aside(history: History, plans: Sequence[Plan], unsettled: Mapping[str, int]) -> Iterator[Task]:
    for plan in plans:
        for line in plan.lines:
            # What comes after it is withheld for the same reason, and nobody has to decide about that.
            if line.reason == "set aside" and str(line.letter) in history.set_aside:
                group, step = line.letter.group, line.letter.step
                yield Task(
                    Urgency.SET_ASIDE,
                    group,
                    str(line.due.organizer.address) if line.due else "",
                    None,
                    line.because,
                    f"campaign preview {plan.campaign.name} --group {group} --step {step}",
                    f'then: campaign resolve {_shortest(line.letter, unsettled)} --resend --because "…"',
                )


def _refused(history: History, plans: Sequence[Plan], unsettled: Mapping[str, int]) -> Iterator[Task]:
    for plan in plans:
        for line in plan.lines:
            delivery = history.deliveries.get(str(line.letter))
            if (
                line.status is not Status.REFUSED
                or delivery is None
                or _is_settled(plan, line.letter.group, history)
            ):
                continue
            last = delivery.attempts[-1].verdict if delivery.attempts else None
            if last and last.phase is not Phase.RCPT:
                yield Task(
                    Urgency.REFUSED,
                    line.letter.group,
                    f"templates/{_template(plan, line.letter.step)}.md",
                    delivery.changed_at,
                    f"{last.code or ''} {last.words}".strip(),
                    f'campaign resolve {_shortest(delivery.letter, unsettled)} --resend --because "…"',
                    "with other words",
                )


def _template(plan: Plan, step: str) -> str:
    return next((known.template for known in plan.campaign.steps if known.name == step), step)


def _without_address(history: History, plans: Sequence[Plan], groups: Sequence[Group]) -> Iterator[Task]:
    left = [(plan, {o.letter.group for o in plan.lines if o.status is not Status.ACCEPTED}) for plan in plans]
    for group in groups:
        deaths = _deaths(group, history)
        wanted = (
            p for p, waiting in left if deaths and group.id in waiting and _goes_on(p, group.id, history)
        )
        if plan := next(wanted, None):
            key, death = max(deaths.items(), key=lambda item: item[1].since)
            line = next(o.line for o in group.organizers if o.address.key == key)
            yield Task(
                Urgency.NO_ADDRESS,
                group.id,
                key,
                death.since,
                death.because.removeprefix(f"{key}: "),
                f"correct row {line} of {group.file}",
                f"then: campaign send {plan.campaign.name}",
            )


def _deaths(group: Group, history: History) -> dict[str, Standing]:
    """The dead addresses of a group that has no other; none while anybody can be reached.

    Who asked for no more letters is no dead address: where only such are left, nobody is to be written to.
    """
    found: dict[str, Standing] = {}
    for organizer in group.organizers:
        key = organizer.address.key
        if death := history.bounced(key):
            found[key] = death
        elif not history.stop("", key):
            return {}
    return found


def _goes_on(plan: Plan, group: str, history: History) -> bool:
    """Whether a campaign is for the group, and would write to it again."""
    return not plan.selection.because(group) and not _is_settled(plan, group, history)


def _is_settled(plan: Plan, group: str, history: History) -> bool:
    """Whether nothing more goes to a group anyway."""
    name = plan.campaign.name
    return (
        history.stop(group, "", name) is not None
        or history.answer(name, group) is not None
        or history.by_hand(name, group) is not None
        or history.forgot_somebody(name, group)
    )


def _mistakes(problems: Sequence[Problem], campaign: str) -> Iterator[Task]:
    wrong = [problem for problem in problems if not problem.warning]
    for file in dict.fromkeys(problem.file for problem in wrong):
        here = [problem for problem in wrong if problem.file == file]
        more = f", and {len(here) - 1} more" if len(here) > 1 else ""
        place = f"line {here[0].line}: " if here[0].line else ""
        command = f"campaign check {campaign}".strip()
        yield Task(Urgency.MISTAKE, file, "", None, f"{place}{here[0].what}{more}", command)


def _renamed(plan: Plan) -> Iterator[Task]:
    lost = [line for line in plan.lines if line.reason == "step renamed"]
    if lost:
        groups = len({line.letter.group for line in lost})
        why = f"keeps {groups} {'group' if groups == 1 else 'groups'} waiting: {lost[0].because}"
        file = f"campaigns/{plan.campaign.name}.toml"
        yield Task(
            Urgency.MISTAKE, file, "", None, why, f"edit {file}", f"then: campaign send {plan.campaign.name}"
        )


def _due(plan: Plan, history: History, campaign: str) -> Iterator[Task]:
    """The letters of a campaign that she has begun, or asks for: when to begin one is her own affair."""
    name = plan.campaign.name
    begun = any(delivery.letter.campaign == name for delivery in history.deliveries.values())
    if plan.due and (begun or campaign):
        steps: dict[str, int] = {}
        for line in plan.due:
            steps[line.letter.step] = steps.get(line.letter.step, 0) + 1
        why = ", ".join(f"{count:,} × {step}" for step, count in steps.items())
        yield Task(Urgency.DUE, name, "", None, why, f"campaign send {name}")


def _to(delivery: Delivery) -> str:
    return ", ".join(map(str, delivery.to))
