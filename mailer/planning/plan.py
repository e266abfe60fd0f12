"""Decides, for every group and every step of a campaign, where the letter stands and why."""

from collections.abc import Collection, Sequence
from datetime import datetime

from mailer.nouns import Campaign, Group, History, LetterId
from mailer.planning.audience import NOT_REACHED, Audience
from mailer.planning.conversation import Conversation, recorded
from mailer.planning.lines import Line, Plan, Status
from mailer.planning.window import Timetable


def make_plan(
    campaign: Campaign, audience: Audience, groups: Sequence[Group], history: History, now: datetime
) -> Plan:
    """Work out the plan of a campaign.

    Args:
        campaign: The steps.
        audience: Who is meant.
        groups: The table, in its order.
        history: What has happened.
        now: The time, aware.
    """
    selection = audience.choose(groups, history)
    written = _written(campaign, history)
    timetable = Timetable(campaign)
    lines: list[Line] = []
    for group in groups:
        begun = history.conversation(campaign.name, group.id)
        left_out = selection.because(group.id)
        if begun or not left_out:
            lines += Conversation(campaign, group, history, now, written, left_out, timetable).lines()
    lines += _orphans(campaign, {group.id for group in groups}, history)
    return Plan(campaign, tuple(lines), selection)


def _written(campaign: Campaign, history: History) -> dict[tuple[str, str], str]:
    """(step, address key) → the group in whose name that person got the step."""
    return {
        (delivery.letter.step, address.key): delivery.letter.group
        for delivery in history.deliveries.values()
        if delivery.letter.campaign == campaign.name and delivery.state not in NOT_REACHED
        for address in delivery.to
    }


def _orphans(campaign: Campaign, known: Collection[str], history: History) -> list[Line]:
    """Lines of groups that the ledger knows and the table does not (any more)."""
    gone = sorted(
        {d.letter.group for d in history.deliveries.values() if d.letter.campaign == campaign.name}
        - set(known)
    )
    lines = []
    for group in gone:
        records = {d.letter.step: d for d in history.conversation(campaign.name, group)}
        for step in campaign.steps:
            letter = LetterId(campaign.name, group, step.name)
            if step.name in records:
                lines.append(recorded(records[step.name]))
            else:
                lines.append(
                    Line(letter, Status.WITHHELD, "the group is no longer in the table", "not in the table")
                )
    return lines
