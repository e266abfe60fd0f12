"""Decides which groups a campaign is for: an expression, whom to leave out all the same, and a sample.

Every group of the table ends in exactly one lot, so that nobody vanishes without being counted.
"""

import ast
import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from mailer.nouns import Campaign, Group, History, Problem, State, nearest, visible
from mailer.planning.expression import read_expression, truth
from mailer.planning.tags import TAGS, tags_of

NOT_REACHED = frozenset({State.REFUSED, State.BOUNCED})
"""Of these letters nobody of the group has got a word."""


class Lot(StrEnum):
    """Where a group stands with an audience."""

    CHOSEN = "chosen"
    OUTSIDE = "outside the audience"
    UNDECIDED = "left out for an empty cell"
    EXCLUDED = "excluded"
    UNDRAWN = "not drawn for the sample"
    UNREAD = "left out until the audience can be read"


@dataclass(frozen=True, slots=True)
class Selection:
    """What an audience makes of a table.

    Attributes:
        lots: Every group of the table by its id, in order.
        why: Of those that are excluded: the reason in plain words.
    """

    lots: Mapping[str, Lot]
    why: Mapping[str, str] = field(default_factory=dict)

    def of(self, lot: Lot) -> tuple[str, ...]:
        """The groups of one lot, in the order of the table."""
        return tuple(group for group, found in self.lots.items() if found is lot)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The groups that the campaign is for."""
        return self.of(Lot.CHOSEN)

    @property
    def everyone(self) -> bool:
        """Whether nobody is left out of a table of several groups."""
        return len(self.lots) > 1 and len(self.chosen) == len(self.lots)

    def because(self, group: str) -> str:
        """Why a group is not among the chosen; '' for one that is."""
        lot = self.lots[group]
        return "" if lot is Lot.CHOSEN else self.why.get(group, f"it is {lot}")


@dataclass(frozen=True, slots=True)
class Audience:
    """Who a campaign is for. Without anything set: every group.

    Attributes:
        campaign: Whose audience.
        condition: Its expression, checked; None when there is none.
        lists: The entries of the lists that it excludes, in the spelling of ids and address keys.
        unreadable: A mistake is in it: then it is for nobody, since it could be for anybody.
    """

    campaign: Campaign
    condition: ast.expr | None = None
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unreadable: bool = False

    def choose(self, groups: Sequence[Group], history: History) -> Selection:
        """Put every group into its lot.

        Args:
            groups: The table, in its order.
            history: What has happened, to know who got letters before. Groups that this campaign has begun to
                write to keep their place in the sample.
        """
        if self.unreadable:
            return Selection(dict.fromkeys((group.id for group in groups), Lot.UNREAD))
        lots: dict[str, Lot] = {}
        why: dict[str, str] = {}
        for group in groups:
            fits = True if self.condition is None else truth(self.condition, group)
            lots[group.id] = {True: Lot.CHOSEN, False: Lot.OUTSIDE, None: Lot.UNDECIDED}[fits]
            if fits and (reason := self._exclusion(group, history)):
                lots[group.id], why[group.id] = Lot.EXCLUDED, reason
        if self.campaign.sample is not None:
            chosen = [group for group, lot in lots.items() if lot is Lot.CHOSEN]
            lots.update(dict.fromkeys(self._undrawn(chosen, history), Lot.UNDRAWN))
        return Selection(lots, why)

    def _exclusion(self, group: Group, history: History) -> str:
        """Why a group is left out although the expression fits; '' when it is not."""
        exclude = self.campaign.exclude
        tags = tags_of(group) if exclude.tags else frozenset()
        for tag in exclude.tags:
            if tag.text.casefold() in tags:
                return f"it is tagged {tag.text}"
        names = (
            {group.id, *(organizer.address.key for organizer in group.organizers)} if exclude.lists else set()
        )
        for listed in exclude.lists:
            if names & self.lists.get(listed.text, frozenset()):
                return f"it is on the list {listed.text}"
        for other in exclude.campaigns:
            if _reached_before(history, group.id, other.text, self.campaign.name):
                return f"it has got a letter of {other.text}"
        return ""

    def _undrawn(self, chosen: Sequence[str], history: History) -> Iterator[str]:
        """Those for whom there is no place in the sample.

        Drawn by a digest of the campaign's and the group's name: the same at every run and on every machine,
        and a group that comes into the table later changes the lot of one other at most. Whoever has been
        written to keeps the place, so never more than the sample are written to.
        """
        begun = history.groups(self.campaign.name)
        free = max((self.campaign.sample or 0) - len(begun), 0)
        rest = sorted((group for group in chosen if group not in begun), key=self._draw)
        yield from rest[free:]

    def _draw(self, group: str) -> bytes:
        return hashlib.sha256(f"{self.campaign.name}/{group}".encode()).digest()


def _reached_before(history: History, group: str, earlier: str, campaign: str) -> bool:
    """Whether a group had got a letter of an earlier campaign when this one began to write to it."""
    begun = history.conversation(campaign, group)
    return any(
        delivery.state not in NOT_REACHED and (not begun or delivery.claimed_at < begun[0].claimed_at)
        for delivery in history.conversation(earlier, group)
    )


def read_audience(
    campaign: Campaign,
    groups: Sequence[Group],
    columns: Sequence[str],
    lists: Mapping[str, frozenset[str]] | None = None,
) -> tuple[Audience, tuple[Problem, ...]]:
    """The campaign's audience, with everything that is wrong in it.

    Args:
        campaign: Says who is meant.
        groups: The table, to know which columns hold numbers and which tags there are.
        columns: The table's headers.
        lists: The entries of the lists that it excludes: ids of groups, keys of addresses.

    Returns:
        An audience and the problems, each with line and column. With a mistake among them it is for nobody.
    """
    condition, problems = read_expression(campaign, groups, columns)
    found = (*problems, *_tag_problems(campaign, groups, columns))
    mistaken = any(not problem.warning for problem in found)
    return Audience(campaign, condition, lists or {}, mistaken), found


def _tag_problems(campaign: Campaign, groups: Sequence[Group], columns: Collection[str]) -> Iterator[Problem]:
    known = sorted(set().union(*map(tags_of, groups))) if campaign.exclude.tags else []
    for tag in campaign.exclude.tags:
        place = (campaign.file, tag.line, tag.column)
        if TAGS not in columns:
            yield Problem(
                *place, "the table has no column 'tags' to exclude by", "add the column, or take this out"
            )
            return
        if tag.text.casefold() not in known:
            near = nearest(tag.text.casefold(), known)
            what = f"no group has the tag {visible(tag.text, limit=40)!r}"
            # A slip of the pen here would write to somebody who is to be left alone.
            fix = f"did you mean {near}?" if near else f"the tags are: {', '.join(known[:12]) or 'none yet'}"
            yield Problem(*place, what, fix, warning=not near)
