"""Takes down what a person says of a mail: which letter it answers, what kind it is, or that it is not ours.

The mail's record is left as it was read; her word is laid over it, and can be taken back (`campaign undo`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mailer.errors import UsageError
from mailer.ledger import Ledger
from mailer.nouns import (
    SHORTEST_ID,
    Candidate,
    Group,
    Kind,
    LetterId,
    Message,
    Order,
    OrderKind,
    State,
    nearest,
    told_apart,
)


@dataclass(frozen=True, slots=True)
class Corrector:
    """Takes corrections from one person and writes them into the ledger.

    Attributes:
        ledger: Where they are recorded.
        groups: The table, to tell who is known already.
        by: Who gives them: the account's name on this machine.
        now: When.
    """

    ledger: Ledger
    groups: Sequence[Group]
    by: str
    now: datetime

    def find(self, named: str) -> Message:
        """The message whose id begins so.

        Raises:
            UsageError: when there is none, or several.
        """
        return message_called(
            named, self.ledger.messages(), "campaign review --list has those to look through"
        )

    def accept(self, message: Message, number: int, because: str = "") -> Order:
        """It answers the letter of this guess, numbered from 1.

        Raises:
            UsageError: when there is no such guess.
        """
        guesses = guesses_of(message)
        if not 1 <= number <= len(guesses):
            fix = "the only one is number 1" if guesses else "name it with --group or --letter"
            fix = f"write a number from 1 to {len(guesses)}" if len(guesses) > 1 else fix
            raise UsageError(f"there is no guess number {number}", fix=fix)
        return self.answers(message, str(guesses[number - 1].letter), because)

    def answers(self, message: Message, letter: str, because: str = "") -> Order:
        """It answers this letter. A sender who stands nowhere yet is known by it from now on.

        Raises:
            UsageError: when no such letter was sent.
        """
        deliveries = self.ledger.deliveries()
        if letter not in deliveries:
            fix = "write campaign/group/step; campaign why GROUP lists its letters"
            raise UsageError(f"there is no letter {letter!r}", fix=_near(letter, deliveries) or fix)
        return self._say(OrderKind.MATCH, message, letter, because)

    def of_group(self, message: Message, group: str, because: str = "") -> Order:
        """It is this group's; it answers the likeliest letter to it, or else the newest.

        Raises:
            UsageError: when no letter went to such a group.
        """
        guessed = (c.letter for c in message.match.candidates if c.letter.group == group)
        letter = next(guessed, None) or next(iter(self.letters_to(group)), None)
        if letter is None:
            groups = {delivery.letter.group for delivery in self.ledger.deliveries().values()}
            what = f"no letter went to a group {group!r}, so nobody there can have answered one"
            raise UsageError(what, fix=_near(group, sorted(groups)))
        return self.answers(message, str(letter), because)

    def letters_to(self, group: str) -> tuple[LetterId, ...]:
        """The letters to a group that may have been answered, newest first."""
        left = (d for d in self.ledger.deliveries_to(group) if d.state not in {State.REFUSED, State.DEFERRED})
        return tuple(d.letter for d in sorted(left, key=lambda d: d.claimed_at, reverse=True))

    def is_of_kind(self, message: Message, kind: str, until: date | None = None, because: str = "") -> Order:
        """It is of this kind; an absence may have an end.

        Raises:
            UsageError: when there is no such kind.
        """
        kinds = [known.value for known in Kind]
        if kind not in kinds:
            fix = _near(kind, kinds) or f"the kinds: {', '.join(kinds)}"
            raise UsageError(f"there is no kind {kind!r}", fix=fix)
        if until and kind != Kind.OUT_OF_OFFICE:
            raise UsageError("--until goes with --kind out-of-office only")
        return self._say(OrderKind.KIND, message, kind, because, until)

    def is_unrelated(self, message: Message, because: str = "") -> Order:
        """It has nothing to do with any letter of ours."""
        return self._say(OrderKind.MATCH, message, "", because)

    def is_done(self, message: Message, because: str = "") -> Order:
        """It is dealt with, whatever it is."""
        return self.ledger.give(OrderKind.DONE, message.id, self.by, because, self.now)

    def undo(self, orders: Sequence[Order]) -> None:
        """Take back what was just decided, the last first."""
        with self.ledger.together():
            for order in reversed(orders):
                before = read_of(self.ledger, order.subject)
                self.ledger.revoke(order.id, self.by, "", self.now)
                bring_back_returned(self.ledger, before, self.now)

    def teaches(self, order: Order) -> str:
        """Whom a correction makes known for a group from now on; '' when nobody."""
        message = read_of(self.ledger, order.subject)
        known = {organizer.address.key for group in self.groups for organizer in group.organizers}
        if message is None or order.kind is not OrderKind.MATCH or message.sender in known:
            return ""
        return message.sender if message.sender in self.ledger.history().aliases else ""

    def _say(
        self, kind: OrderKind, message: Message, says: str, because: str, until: date | None = None
    ) -> Order:
        with self.ledger.together():
            order = self.ledger.give(kind, message.id, self.by, because, self.now, until, says)
            bring_back_returned(self.ledger, message, self.now)
        return order


def guesses_of(message: Message) -> tuple[Candidate, ...]:
    """What it may be about, likeliest first: of each group's letters in a campaign the best."""
    found: dict[tuple[str, str], Candidate] = {}
    for candidate in message.match.candidates:
        found.setdefault((candidate.letter.campaign, candidate.letter.group), candidate)
    return tuple(found.values())


def read_of(ledger: Ledger, message: str) -> Message | None:
    """A message by its id, as it counts now."""
    return next((known for known in ledger.messages() if known.id == message), None)


def bring_back_returned(ledger: Ledger, before: Message | None, now: datetime) -> None:
    """Let a letter that counted as returned count as accepted, once no report says so of it any more.

    That a letter came back is written into its record when the report is read; so a report that was no
    report, or one about another letter, has to be taken out of it. What a newly found report says is entered
    when the mailbox is read next.

    Args:
        ledger: What happened, the correction included.
        before: The message as it counted before the correction.
        now: When.
    """
    best = before.match.best if before else None
    if before is None or best is None or before.finding.kind is not Kind.BOUNCE_HARD:
        return
    record = ledger.delivery(best.letter)
    if record is None or record.state is not State.BOUNCED:
        return
    keys = {address.key for address in record.to}
    for message in ledger.messages():
        about = message.match.best
        returned = message.finding.kind is Kind.BOUNCE_HARD and about and about.letter == best.letter
        if returned and keys & {address.key for address in message.finding.failed}:
            return
    ledger.change(best.letter, State.ACCEPTED, now, "what called it returned was corrected")


def message_called(named: str, messages: Iterable[Message], listed: str) -> Message:
    """The message whose id begins so.

    Args:
        named: The first characters of an id, in small letters or capitals.
        messages: Those in question.
        listed: What to type to see their ids.

    Raises:
        UsageError: when there is none, or several, or too few characters are given.
    """
    found = [message for message in messages if message.id.startswith(named.lower())]
    if found and len(named) < SHORTEST_ID:
        what = f"{named!r} is too short to say which message is meant"
        raise UsageError(what, fix=f"write the first {SHORTEST_ID} characters of its id, or more")
    if len(found) > 1:
        what = f"{len(found)} messages begin with {named!r}"
        raise UsageError(what, fix=f"type more of it: {told_apart([message.id for message in found])}")
    if not found:
        raise UsageError(f"there is no message {named!r}", fix=listed)
    return found[0]


def _near(word: str, known: Sequence[str] | Mapping[str, object]) -> str:
    near = nearest(word, known)
    return f"did you mean {near}?" if near else ""
