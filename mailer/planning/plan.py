"""Decides, for every group and every step of a campaign, where the letter stands and why.

The plan has one line for each group in the audience or the ledger, times the steps: nothing is left out
silently. A group's letters follow one organizer at a time. The first rung of the ladder whose address is
alive is written to; her steps count, and when her address dies the next rung begins with the first step,
because nobody should get a reminder of a letter that she never saw.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from mailer.nouns import Campaign, Delivery, Group, History, LetterId, Organizer, State, Step
from mailer.planning.audience import Audience


class Status(StrEnum):
    """Where one line of the plan stands; those after `withheld` have a record in the ledger."""

    DUE = "due"
    WAITING = "waiting"
    WITHHELD = "withheld"
    CLAIMED = "claimed"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNSURE = "unsure"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True)
class Due:
    """What sending a due letter needs to know.

    Attributes:
        group: To whom.
        organizer: The rung that is written to.
        step: Which letter.
        follow_up: Whether it may only go after a fresh look into the mailbox.
        thread: The Message-IDs of the letters that she got in this conversation, oldest first.
        first_subject: The subject of the first of them; empty when there is none.
        retry: The deferred delivery whose very bytes are to be tried again; None for a new letter.
    """

    group: Group
    organizer: Organizer
    step: Step
    follow_up: bool = False
    thread: tuple[str, ...] = ()
    first_subject: str = ""
    retry: Delivery | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Where one step for one group stands.

    Attributes:
        letter: Its id.
        status: Exactly one.
        because: Why it is not due, in plain words; for a due letter why now. May quote a mail.
        reason: The same in two or three words, for counting; empty when it is due.
        when: For `waiting` and dated holds: not before this moment.
        due: What sending it needs, as far as it is known by now; None for letters with a record and where
            nobody is left to write to.
    """

    letter: LetterId
    status: Status
    because: str = ""
    reason: str = ""
    when: datetime | None = None
    due: Due | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All lines of one campaign, group by group in the order of the table.

    Attributes:
        campaign: Whose plan.
        lines: One for each group and step.
        outside: How many groups of the table the audience leaves out.
        undecided: Groups left out because a cell that the audience asks for is empty.
    """

    campaign: Campaign
    lines: tuple[Line, ...]
    outside: int = 0
    undecided: tuple[str, ...] = ()

    @property
    def due(self) -> tuple[Line, ...]:
        """The letters that may leave now."""
        return tuple(line for line in self.lines if line.status is Status.DUE)

    def counts(self) -> Mapping[Status, int]:
        """How many lines stand where; the sum is the number of lines."""
        return Counter(line.status for line in self.lines)


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
    verdicts = {group.id: audience.selects(group) for group in groups}
    written = _written(campaign, history)
    lines: list[Line] = []
    for group in groups:
        begun = history.conversation(campaign.name, group.id)
        if verdicts[group.id] or begun:
            lines += _Conversation(campaign, group, history, now, written, bool(verdicts[group.id])).lines()
    lines += _orphans(campaign, {group.id for group in groups}, history)
    outside = sum(verdict is False for verdict in verdicts.values())
    return Plan(
        campaign, tuple(lines), outside, tuple(g for g, verdict in verdicts.items() if verdict is None)
    )


def _written(campaign: Campaign, history: History) -> dict[tuple[str, str], str]:
    """(step, address key) → the group in whose name that person got the step."""
    return {
        (delivery.letter.step, address.key): delivery.letter.group
        for delivery in history.deliveries.values()
        if delivery.letter.campaign == campaign.name and delivery.state not in {State.REFUSED, State.BOUNCED}
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
                lines.append(_recorded(records[step.name]))
            else:
                lines.append(
                    Line(letter, Status.WITHHELD, "the group is no longer in the table", "not in the table")
                )
    return lines


def _recorded(delivery: Delivery) -> Line:
    because = delivery.because or (delivery.attempts[-1].verdict.words if delivery.attempts else "")
    return Line(
        delivery.letter, Status(delivery.state.value), because, delivery.state.value, delivery.next_try
    )


class _Conversation:
    """The lines of one group, worked out step by step."""

    def __init__(
        self,
        campaign: Campaign,
        group: Group,
        history: History,
        now: datetime,
        written: dict[tuple[str, str], str],
        wanted: bool,  # noqa: FBT001 - a fact about the group, named where it is passed
    ) -> None:
        self.campaign = campaign
        self.group = group
        self.history = history
        self.now = now
        self.written = written
        self.wanted = wanted
        self.past = history.conversation(campaign.name, group.id)
        self.rung = self._rung()
        self.hers = tuple(d for d in self.past if self.rung and self.rung.address in d.to)

    def lines(self) -> list[Line]:
        """One line for each step."""
        barrier = self._barrier()
        lines: list[Line] = []
        for index, step in enumerate(self.campaign.steps):
            line = self._line(step, index, lines[-1] if lines else None, barrier)
            if line.status is Status.DUE and self.rung:
                self.written[step.name, self.rung.address.key] = self.group.id
            lines.append(line)
        return lines

    def _rung(self) -> Organizer | None:
        """Whom to write to: whoever the conversation is with while she can be reached, else the first."""
        alive = [
            organizer
            for organizer in self.group.organizers
            if not self.history.bounced(organizer.address.key)
            and not self.history.stop("", organizer.address.key)
        ]
        for delivery in reversed(self.past):
            for organizer in alive:
                if organizer.address in delivery.to and delivery.state is not State.BOUNCED:
                    return organizer
        return alive[0] if alive else None

    def _barrier(self) -> tuple[str, str] | None:
        """Why nothing more may go to this group at all: the sentence and the short reason."""
        unsure = next((d for d in self.past if d.state in {State.UNSURE, State.SENDING, State.CLAIMED}), None)
        stops = [
            stop
            for address in ("", *(address.key for delivery in self.past for address in delivery.to))
            if (stop := self.history.stop(self.group.id, address, self.campaign.name))
        ]
        answer = self.history.answer(self.campaign.name, self.group.id)
        if stops:
            return stops[0].because, "stopped"
        if answer:
            return answer.because, "answered"
        if unsure:
            return f"nobody knows whether {unsure.letter} left; settle that first", "unsure"
        if self.rung is None:
            return "no address of its ladder works", "no address left"
        if not self.wanted:
            return "it is no longer in the audience", "not in the audience"
        return None

    def _line(self, step: Step, index: int, before: Line | None, barrier: tuple[str, str] | None) -> Line:
        record = self._record(step)
        if record and record.state is not State.DEFERRED:
            return _recorded(record)
        letter = record.letter if record else self._new_letter(step)
        if barrier or self.rung is None:
            return self._withheld(letter, step, index, *(barrier or ("", "")))
        name = self.written.get((step.name, self.rung.address.key), self.group.id)
        if name != self.group.id and not record:
            because = f"{self.rung.address} gets this letter as organizer of {name}"
            return self._withheld(letter, step, index, because, "same person")
        line = self._timed(letter, step, index, before, record)
        return replace(line, due=self._due(step, index, record))

    def _withheld(self, letter: LetterId, step: Step, index: int, because: str, reason: str) -> Line:
        due = self._due(step, index, None) if self.rung else None
        return Line(letter, Status.WITHHELD, because, reason, due=due)

    def _timed(
        self, letter: LetterId, step: Step, index: int, before: Line | None, record: Delivery | None
    ) -> Line:
        assert self.rung
        if before and before.status is not Status.ACCEPTED:
            return self._after(letter, before)
        previous = self._record(self.campaign.steps[index - 1]) if index else None
        moment = record.next_try if record else previous.changed_at + step.wait if previous else None
        if moment and moment > self.now:
            because = "the server asked for patience" if record else "it is not time yet"
            return Line(letter, Status.WAITING, because, "not yet", moment)
        hold = self.history.hold(self.group.id, self.rung.address.key, self.now.date())
        if hold:
            until = datetime.combine(hold.until, datetime.min.time(), self.now.tzinfo)
            because = f"{hold.standing.because}, until {hold.until:%a %d %b}"
            return Line(letter, Status.WITHHELD, because, "on hold", until)
        return Line(letter, Status.DUE)

    def _after(self, letter: LetterId, before: Line) -> Line:
        if before.status in {Status.DUE, Status.WAITING, Status.DEFERRED}:
            return Line(letter, Status.WAITING, "the letter before it goes first", "not yet")
        reason = before.reason or before.status.value
        return Line(
            letter,
            Status.WITHHELD,
            before.because or f"the letter before it is {before.status}",
            reason,
            before.when,
        )

    def _due(self, step: Step, index: int, record: Delivery | None) -> Due:
        assert self.rung
        got = [delivery for delivery in self.hers if delivery.state is State.ACCEPTED]
        return Due(
            group=self.group,
            organizer=self.rung,
            step=step,
            follow_up=index > 0,
            thread=tuple(delivery.message_id for delivery in got),
            first_subject=got[0].subject if got else "",
            retry=record,
        )

    def _record(self, step: Step) -> Delivery | None:
        """The newest delivery of this step: hers, or with nobody left to write to, anybody's."""
        pool = self.hers if self.rung else self.past
        return next((delivery for delivery in reversed(pool) if delivery.letter.step == step.name), None)

    def _new_letter(self, step: Step) -> LetterId:
        takes = [delivery.letter.take for delivery in self.past if delivery.letter.step == step.name]
        return LetterId(self.campaign.name, self.group.id, step.name, max(takes, default=0) + 1)
