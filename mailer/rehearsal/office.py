"""The sorting room: keeps each letter that comes in, asks the people, delivers their answers in time."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailer.rehearsal.clock import Clock
from mailer.rehearsal.filing import Filing
from mailer.rehearsal.habits import REFUSAL, react
from mailer.rehearsal.mailboxes import INBOX, SEEN, Account
from mailer.rehearsal.people import Habit, Person

_KIND_WORDS = (
    "Thank you for your letter, it made my day. Yes, I would like to hear more; write or call any time."
)


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter as the SMTP server took it in: its envelope, its bytes, and when (UTC)."""

    sender: str
    to: tuple[str, ...]
    raw: bytes
    at: datetime


@dataclass(frozen=True, slots=True, order=True)
class Waiting:
    """An answer on its way: when it arrives, its turn within that moment, where it lands, its bytes."""

    due: datetime
    turn: int
    lands_in: str
    raw: bytes


class Office:
    """Letters, people, and the answers on their way into the mailbox. Lives in one thread."""

    def __init__(  # noqa: PLR0913 - they are the rehearsal's own
        self,
        people: Iterable[Person],
        clock: Clock,
        account: Account,
        letters: Iterable[Posted] = (),
        waiting: Iterable[Waiting] = (),
        *,
        hurry: bool = False,
        kind_strangers: bool = False,
        filing: Filing = Filing(),  # noqa: B008 - it is frozen
        own: str = "",
    ) -> None:
        self.letters = list(letters)
        self.waiting = sorted(waiting)
        self.account = account
        self.clock = clock
        self._filing, self._own = filing, own.lower()
        self._people = {person.address.lower(): person for person in people}
        self._hurry = hurry
        self._kind_strangers = kind_strangers
        self._turn = max((one.turn for one in self.waiting), default=0)

    def refuses(self, address: str) -> str:
        """The reply to `RCPT` where nobody lives behind an address; empty where the letter is taken."""
        person = self._people.get(address.lower())
        return REFUSAL if person and person.habit is Habit.UNKNOWN else ""

    def take(self, sender: str, to: tuple[str, ...], raw: bytes) -> None:
        """Keep a letter, file a copy as is the provider's habit, and ask everyone whom it is for."""
        now = self.clock.now()
        self.letters.append(Posted(sender, to, raw, now))
        self._file(raw, now)
        for address in to:
            self._ask(address, raw, now)
        self.deliver_due()

    def deliver_due(self) -> None:
        """Put the answers whose time has come into the mailbox, oldest first, dated when they were due."""
        now = self.clock.now()
        while self.waiting and self.waiting[0].due <= now:
            one = heapq.heappop(self.waiting)
            self.account.open(one.lands_in).add(one.raw, one.due)

    def _file(self, raw: bytes, now: datetime) -> None:
        filing = self._filing
        if not filing.copies:
            return
        if not filing.after:
            self.account.open(filing.folder).add(filing.copy(raw), now, [SEEN])
            return
        self._turn += 1
        due = now + filing.after
        heapq.heappush(self.waiting, Waiting(due, self._turn, filing.folder, filing.copy(raw)))

    def _ask(self, address: str, raw: bytes, now: datetime) -> None:
        if address.lower() == self._own:
            # As in Sent: who puts its own Message-ID into letters does so before it delivers them.
            self.account.open(INBOX).add(self._filing.copy(raw), now)
            return
        person = self._people.get(address.lower())
        if person is None:
            if not self._kind_strangers:
                return
            person = Person(address, Habit.ANSWERS, after=timedelta(), words=_KIND_WORDS)
        if self._hurry:
            person = replace(person, after=timedelta())
        for answer in react(person, raw, now):
            self._turn += 1
            due = now if self._hurry else now + answer.after
            heapq.heappush(self.waiting, Waiting(due, self._turn, answer.lands_in, answer.raw))
