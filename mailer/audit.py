"""Adds up what every campaign has done: nothing left out, nothing sent twice, no contradiction.

Planned letters are counted once from the files and once from the plan's lines; what reached whom is counted
from the records alone. Nothing here trusts the rules by which letters are planned and sent.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from mailer.nouns import Delivery, Group, History, LetterId, Order, OrderKind, Outcome, Phase, State
from mailer.nouns.addresses import untagged
from mailer.planning import Plan, Status

LONG = timedelta(days=1)
"""A deferred letter whose time came so long ago is not waiting for the server any more, but for a person."""


class Concern(StrEnum):
    """Why something is on the list of exceptions; the gravest first."""

    DAMAGED = "damaged"
    """A file of the ledger is not as it was written."""
    REFUSED_LEDGER = "ledger not usable"
    """No command may write in this ledger here and now."""
    TWICE = "sent twice"
    """A group or an address got a step more than once."""
    UNREAD = "mailbox not read yet"
    """A group got a step at two addresses, and whether the first one failed the mailbox would say."""
    CONTRADICTION = "does not add up"
    """The records contradict each other, or the plan."""
    DOUBT = "letter in doubt"
    """Nobody knows whether a letter left."""
    SET_ASIDE = "letter set aside"
    """The program died over a letter again and again."""
    IN_THE_AIR = "letter in the air"
    """A process has it in hand just now."""
    REFUSED = "refused letter"
    """A server would not have it."""
    OVERDUE = "deferred letter overdue"
    """Its time to be tried again came long ago."""
    ONE_MAILBOX = "perhaps one mailbox"
    """Two addresses that differ in a plus-tag only got the same step."""


WRONG = frozenset({Concern.DAMAGED, Concern.REFUSED_LEDGER, Concern.TWICE, Concern.CONTRADICTION})
"""What must not be. Everything else is in order, and only wants attention."""

STUCK = frozenset({Concern.DOUBT, Concern.SET_ASIDE})
"""What only a person can move on."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One exception.

    Attributes:
        concern: Why it is one.
        subject: The letter, the campaign or the file.
        who: The address it is about; may be empty.
        since: Since when; None where nobody can know.
        why: In plain words. May quote a server, so it is untrusted.
        command: What to do about it, which may be to type a command; empty when it sees to itself.
    """

    concern: Concern
    subject: str
    who: str
    since: datetime | None
    why: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """One campaign added up.

    Attributes:
        campaign: Its name.
        groups: Those that it is for, and those that it has written to.
        steps: Its letters to each group; 0 when its file cannot say so.
        planned: Groups × steps; without a file, the letters of which the ledger has a record.
        letters: How many of them stand where.
        withheld: Why those are withheld that are.
        besides: Records that stand in no line of the plan, by their state: letters to an address that failed
            before another organizer was written to, and of steps that were taken out.
    """

    campaign: str
    groups: int
    steps: int
    planned: int
    letters: Mapping[str, int]
    withheld: Mapping[str, int] = field(default_factory=dict)
    besides: Mapping[str, int] = field(default_factory=dict)

    @property
    def adds_up(self) -> bool:
        """Whether every planned letter is counted in one place."""
        return sum(self.letters.values()) == self.planned


def take_account(plan: Plan, history: History) -> Account:
    """Add a campaign up whose file can be used."""
    name, steps = plan.campaign.name, len(plan.campaign.steps)
    groups = {*plan.selection.chosen, *history.groups(name)}
    shown = {str(line.letter) for line in plan.lines}
    besides = (d for d in _of(history, name) if str(d.letter) not in shown)
    return Account(
        name,
        len(groups),
        steps,
        len(groups) * steps,
        Counter(line.status.value for line in plan.lines),
        Counter(line.reason for line in plan.lines if line.status is Status.WITHHELD),
        Counter(delivery.state.value for delivery in besides),
    )


def take_account_of_lost(name: str, history: History) -> Account:
    """Add a campaign up of which there is only what the ledger has."""
    records = _of(history, name)
    states = Counter(delivery.state.value for delivery in records)
    return Account(name, len(history.groups(name)), 0, len(records), states)


def _of(history: History, campaign: str) -> list[Delivery]:
    return [d for d in history.deliveries.values() if d.letter.campaign == campaign]


def find_exceptions(
    history: History,
    plans: Sequence[Plan],
    groups: Sequence[Group],
    now: datetime,
    *,
    mailbox_read: bool = True,
) -> tuple[Remark, ...]:
    """Everything that is not as it should be, or that waits for a person; the gravest first.

    Args:
        history: What has happened.
        plans: Of the campaigns whose files can be used.
        groups: The table, to know which addresses a group still has.
        now: The time.
        mailbox_read: Whether bounces can be known, which is not so right after a taking over.
    """
    found = [
        *_sent_twice(history, groups, mailbox_read=mailbox_read),
        *_contradictions(history),
        *(
            remark
            for plan in plans
            for remark in (*_unbalanced(plan, history), *_overdue(plan, history, now))
        ),
        *_stuck(history, plans),
    ]
    order = list(Concern)
    return tuple(sorted(found, key=lambda r: (order.index(r.concern), r.subject)))


def _sent_twice(history: History, groups: Sequence[Group], *, mailbox_read: bool) -> Iterator[Remark]:
    to_address: dict[tuple[str, str, str], list[Delivery]] = defaultdict(list)
    to_group: dict[tuple[str, str, str], list[Delivery]] = defaultdict(list)
    for delivery in sorted(history.deliveries.values(), key=lambda d: d.claimed_at):
        letter = delivery.letter
        if delivery.state is State.ACCEPTED:
            to_group[letter.campaign, letter.group, letter.step].append(delivery)
            for address in delivery.to:
                to_address[letter.campaign, letter.step, untagged(address.key)].append(delivery)
    for several in to_address.values():
        for first, second in pairwise(several):
            yield _to_one_address(first, second)
    ladders = {group.id: {organizer.address.key for organizer in group.organizers} for group in groups}
    for (_, group, _), several in to_group.items():
        for first, second in pairwise(several):
            keys = {address.key for address in first.to}
            alive = [k for k in sorted(keys & ladders.get(group, set())) if not _is_dead(history, k)]
            # The next rung begins anew only when the one before it is dead, or is in the table no more.
            if alive and not keys & {address.key for address in second.to}:
                yield _to_two_organizers(first, second, alive[0], mailbox_read=mailbox_read)


def _to_two_organizers(first: Delivery, second: Delivery, alive: str, *, mailbox_read: bool) -> Remark:
    before = f"{second.letter.group} had got it at {alive}"
    if mailbox_read:
        return _twice(second, f"{before}, which still works ({first.letter})")
    why = f"{before} ({first.letter}); whether that bounced is not known here, as the mailbox was never read"
    letter, to = str(second.letter), _to(second)
    return Remark(Concern.UNREAD, letter, to, second.changed_at, why, "campaign replies")


def _is_dead(history: History, key: str) -> bool:
    return history.bounced(key) is not None or history.stop("", key) is not None


def _to_one_address(first: Delivery, second: Delivery) -> Remark:
    if {address.key for address in first.to} & {address.key for address in second.to}:
        return _twice(second, f"the same address had got it before, as {first.letter}")
    why = f"{_to(first)} had got it before, as {first.letter}; both may be one person"
    command = "" if first.letter.group == second.letter.group else "leave one of them out of your table"
    return Remark(Concern.ONE_MAILBOX, str(second.letter), _to(second), second.changed_at, why, command)


def _twice(second: Delivery, why: str) -> Remark:
    return Remark(Concern.TWICE, str(second.letter), _to(second), second.changed_at, why)


def _unbalanced(plan: Plan, history: History) -> Iterator[Remark]:
    """Pairs of group and step that the plan counts not at all, or more than once."""
    groups = {*plan.selection.chosen, *history.groups(plan.campaign.name)}
    counted = Counter((line.letter.group, line.letter.step) for line in plan.lines)
    wanted = {(group, step.name) for group in groups for step in plan.campaign.steps}
    for group, step in sorted(wanted | counted.keys()):
        times = counted[group, step]
        if times != ((group, step) in wanted):
            why = f"the plan counts it {times} times" if times else "the plan has left it out"
            subject = f"{plan.campaign.name}/{group}/{step}"
            yield Remark(Concern.CONTRADICTION, subject, "", None, why)


def _contradictions(history: History) -> Iterator[Remark]:
    """Records that contradict themselves, or name what is not there."""
    names: dict[str, LetterId] = {}
    for delivery in history.deliveries.values():
        first = names.setdefault(delivery.message_id, delivery.letter)
        why = f"it has the Message-ID of {first}" if first != delivery.letter else _fault(delivery)
        if why:
            yield Remark(Concern.CONTRADICTION, str(delivery.letter), _to(delivery), delivery.changed_at, why)
    messages = {message.id for message in history.messages}
    for order in history.orders:
        if why := _order_fault(order, history, messages):
            yield Remark(Concern.CONTRADICTION, f"order {order.id}", order.subject, order.at, why)


def _fault(delivery: Delivery) -> str:
    """Why a record cannot be true; '' when it can."""
    outcomes = {attempt.verdict.outcome for attempt in delivery.attempts}
    state = delivery.state
    # What was said of a letter to somebody who is forgotten may be gone with her.
    told = bool(delivery.because) or not delivery.place.segment
    if not delivery.to:
        return "it has no recipient"
    if state in {State.ACCEPTED, State.BOUNCED} and not (told or Outcome.ACCEPTED in outcomes):
        return f"it is {state}, and neither an attempt nor anybody says so"
    if state is State.REFUSED and not (told or Outcome.REFUSED in outcomes):
        return "it is refused, and no server said so"
    if state is State.UNSURE and not (told or Outcome.UNSURE in outcomes):
        return "it is unsure, and nothing says why"
    if state is State.DEFERRED and not (told or delivery.next_try):
        return "it is deferred, and nothing says until when"
    return ""


_ABOUT_MESSAGES = frozenset({OrderKind.DONE, OrderKind.MATCH, OrderKind.KIND})


def _order_fault(order: Order, history: History, messages: set[str]) -> str:
    if order.kind in _ABOUT_MESSAGES and order.subject not in messages:
        return "the message that it is about is not there"
    if order.kind is OrderKind.SENT and order.subject not in history.deliveries:
        return "there is no record of the letter that it settled"
    return ""


def _stuck(history: History, plans: Sequence[Plan]) -> Iterator[Remark]:
    for delivery in history.deliveries.values():
        letter, last = delivery.letter, delivery.attempts[-1].verdict if delivery.attempts else None
        said = delivery.because or (f"{last.code or ''} {last.words}".strip() if last else "")
        resend = f'campaign resolve {letter} --resend --because "…"'
        look = "campaign replies looks for its copy; else look into your Sent folder, then: "
        concern, command = {
            State.UNSURE: (
                Concern.DOUBT,
                f'{look}campaign resolve {letter} --sent --because "…", or {resend}',
            ),
            State.REFUSED: (Concern.REFUSED, resend),
            State.CLAIMED: (Concern.IN_THE_AIR, ""),
            State.SENDING: (Concern.IN_THE_AIR, ""),
        }.get(delivery.state, (None, ""))
        if concern is Concern.REFUSED and last and last.phase is Phase.RCPT:
            command = "correct the address in your table; the next organizer is written to meanwhile"
        if concern is Concern.IN_THE_AIR:
            said = "a process has it in hand just now"
        if concern:
            yield Remark(concern, str(letter), _to(delivery), delivery.changed_at, said, command)
    withheld = {str(line.letter): line.because for plan in plans for line in plan.lines}
    for key in sorted(history.set_aside):
        why = withheld.get(key) or "the program stopped again and again when it was about to send it"
        yield Remark(Concern.SET_ASIDE, key, "", None, why, f'campaign resolve {key} --resend --because "…"')


def _overdue(plan: Plan, history: History, now: datetime) -> Iterator[Remark]:
    for line in plan.due:
        record = history.deliveries.get(str(line.letter))
        moment = record and (record.next_try or record.changed_at)
        if record and moment and moment < now - LONG:
            said = record.attempts[-1].verdict.words if record.attempts else record.because
            command = f"campaign send {plan.campaign.name}"
            yield Remark(Concern.OVERDUE, str(line.letter), _to(record), moment, said, command)


def _to(delivery: Delivery) -> str:
    return ", ".join(map(str, delivery.to))
