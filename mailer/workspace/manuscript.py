"""Whom the fellow writes to, and in which campaigns: the table and the campaign files, read together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mailer.nouns import Campaign, Group, History, Problem
from mailer.planning import Audience, read_audience, window_faults
from mailer.workspace.room import Workspace
from mailer.workspace.table import Table


@dataclass(frozen=True, slots=True)
class Manuscript:
    """The table and the campaigns, with what is wrong in them.

    Attributes:
        table: The groups, and how many of their rows could be used.
        campaigns: The campaigns that can be used, with their audiences, by name.
        problems: What is wrong in the table and the campaign files, in that order.
    """

    table: Table
    campaigns: Mapping[str, tuple[Campaign, Audience]]
    problems: tuple[Problem, ...]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups that can be written to, in the order of the table."""
        return self.table.groups


def read_manuscript(workspace: Workspace, names: Sequence[str] = ()) -> Manuscript:
    """Read the table and the campaigns.

    Args:
        workspace: Where.
        names: Only these campaigns; empty for all.
    """
    table = workspace.table()
    found = [*table.problems]
    campaigns: dict[str, tuple[Campaign, Audience]] = {}
    for name in names or workspace.campaign_names():
        campaign, problems = workspace.campaign(name)
        found += problems
        if campaign:
            audience, problems = _read_audience(workspace, campaign, table)
            found += problems
            campaigns[name] = campaign, audience
    return Manuscript(table, campaigns, tuple(dict.fromkeys(found)))


def _read_audience(
    workspace: Workspace, campaign: Campaign, table: Table
) -> tuple[Audience, tuple[Problem, ...]]:
    if not table.groups:
        # Without a table every column would be called unknown: one true mistake is enough.
        return Audience(campaign), ()
    lists: dict[str, frozenset[str]] = {}
    found: list[Problem] = []
    for listed in campaign.exclude.lists:
        lists[listed.text], problems = workspace.listed(listed.text, table.groups)
        found += problems
    audience, problems = read_audience(campaign, table.groups, table.columns, lists)
    return audience, (*found, *problems, *_window_faults(campaign, audience, table))


def _window_faults(campaign: Campaign, audience: Audience, table: Table) -> tuple[Problem, ...]:
    if campaign.window.always:
        return ()
    chosen = set(audience.choose(table.groups, History({})).chosen)
    return tuple(window_faults(campaign, [group for group in table.groups if group.id in chosen]))
