"""Counts what became of a campaign, in groups: every group written to is in exactly one place."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailer.nouns import Campaign, Delivery, History, Kind, Rate, State


class Fate(StrEnum):
    """Where a group stands in a campaign."""

    ANSWERED = "answered"
    STOPPED = "stopped"
    """Somebody asked for no more letters, or the fellow decided so."""
    UNCLEAR = "unclear"
    """What may be its answer may be another group's."""
    UNSURE = "unsure"
    """Nobody knows whether the last letter left."""
    BOUNCED = "bounced"
    """No letter reached anybody: every address tried so far is dead or refused."""
    HELD_UP = "held up"
    """A moderator or a machine keeps its letter, or whoever got it is not there any more."""
    AWAY = "away"
    SILENT = "silent"
    UNSENT = "unsent"
    """Claimed or deferred, so nothing has left yet."""


@dataclass(frozen=True, slots=True)
class StepTally:
    """One step's groups; each group is counted for one step, the one it answered or its latest.

    Attributes:
        step: The step's name.
        sent: To how many groups the letter went.
        fates: Where those stand whose latest letter this is, or who answered it.
    """

    step: str
    sent: int
    fates: Mapping[Fate, int]


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of one campaign.

    Attributes:
        campaign: Its name.
        groups: Every group with a letter, and where it stands.
        steps: The same by step, in order.
    """

    campaign: str
    groups: Mapping[str, Fate]
    steps: tuple[StepTally, ...]

    @property
    def fates(self) -> Mapping[Fate, int]:
        """How many groups stand where."""
        return Counter(self.groups.values())

    @property
    def contacted(self) -> int:
        """The groups that a letter reached, as far as anybody can tell."""
        lost = {Fate.BOUNCED, Fate.UNSENT, Fate.UNSURE, Fate.HELD_UP}
        return sum(count for fate, count in self.fates.items() if fate not in lost)

    @property
    def response(self) -> Rate:
        """Groups that answered, of those contacted."""
        return Rate(self.fates.get(Fate.ANSWERED, 0), self.contacted)


def take_tally(campaign: Campaign, history: History, now: datetime) -> Tally:
    """Count a campaign.

    Args:
        campaign: Its steps, in order.
        history: What has happened.
        now: The time, to tell who is away.
    """
    groups = sorted(
        {d.letter.group for d in history.deliveries.values() if d.letter.campaign == campaign.name}
    )
    fates = {group: _fate(campaign.name, group, history, now) for group in groups}
    decided_by = {group: _deciding_step(campaign.name, group, history) for group in groups}
    steps = tuple(
        StepTally(
            step.name,
            sum(_got(step.name, history.conversation(campaign.name, group)) for group in groups),
            Counter(fates[group] for group in groups if decided_by[group] == step.name),
        )
        for step in campaign.steps
    )
    return Tally(campaign.name, fates, steps)


def _fate(campaign: str, group: str, history: History, now: datetime) -> Fate:
    letters = history.conversation(campaign, group)
    addresses = {address.key for delivery in letters for address in delivery.to}
    states = {delivery.state for delivery in letters}
    doubtful = bool(states & {State.UNSURE, State.SENDING})
    reached = [d for d in letters if d.state is State.ACCEPTED and not _all_dead(d, history)]
    if history.answer(campaign, group):
        return Fate.UNCLEAR if history.is_unclear(campaign, group) else Fate.ANSWERED
    stopped = any(history.stop(group, address, campaign) for address in addresses)
    if stopped or (reached and history.forgot_somebody(campaign, group) and not doubtful):
        return Fate.STOPPED
    if doubtful:
        return Fate.UNSURE
    if not reached:
        return Fate.UNSENT if states & {State.CLAIMED, State.DEFERRED} else Fate.BOUNCED
    return _reached(campaign, group, reached[-1], history, now)


def _reached(campaign: str, group: str, last: Delivery, history: History, now: datetime) -> Fate:
    """Where a group stands of which nobody has answered, by the last letter that reached it."""
    keys = {address.key for address in last.to}
    addresses = {a.key for delivery in history.conversation(campaign, group) for a in delivery.to}
    if history.at_the_door(campaign, group) or any(map(history.left, keys)):
        return Fate.HELD_UP
    away = any(history.hold(group, address, now.date()) for address in addresses)
    return Fate.AWAY if away and history.of_kind(campaign, group, Kind.OUT_OF_OFFICE) else Fate.SILENT


def _deciding_step(campaign: str, group: str, history: History) -> str:
    """The step that a group's fate is counted for: the one answered, else the latest that was written."""
    for kind in (Kind.HUMAN, Kind.UNSUBSCRIBE):
        for message in history.of_kind(campaign, group, kind):
            for candidate in message.match.candidates:
                if (candidate.letter.campaign, candidate.letter.group) == (campaign, group):
                    return candidate.letter.step
    answer = history.answer(campaign, group)
    letters = history.conversation(campaign, group)
    before = [d for d in letters if answer is None or d.claimed_at <= answer.since]
    return (before or list(letters))[-1].letter.step


def _got(step: str, letters: tuple[Delivery, ...]) -> bool:
    return any(d.letter.step == step and d.state in {State.ACCEPTED, State.BOUNCED} for d in letters)


def _all_dead(delivery: Delivery, history: History) -> bool:
    return all(history.bounced(address.key) for address in delivery.to)
