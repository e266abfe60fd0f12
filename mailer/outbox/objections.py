"""The last look at a letter that was due when it was shown: may it still leave?

Nothing here decides who gets a letter: that is the plan's, and it is asked again when anything came in since.
But the last look at who asked to be left alone is here, and so is the rule that no follow-up leaves without a
fresh look into the mailbox.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from mailer.errors import BadData
from mailer.ledger import Ledger, letter_fault
from mailer.nouns import Campaign, Delivery, Due, History, LetterId, MailboxRead, State
from mailer.planning import Line, Plan, Selection, Status

FRESH = timedelta(minutes=30)
"""How old a reading of the mailbox may be when a follow-up leaves."""

LOOK_AFTER = FRESH - timedelta(minutes=5)
"""So long after a reading a run that still goes on looks again; early enough that no letter waits for it."""


class Objections:
    """Says why a letter must not leave after all."""

    def __init__(
        self,
        ledger: Ledger,
        plan: Callable[[History], Plan],
        read: MailboxRead | None,
        now: Callable[[], datetime],
    ) -> None:
        """Look at nothing yet.

        Args:
            ledger: What happened.
            plan: Makes the campaign's plan from a history: its rules are looked at again.
            read: The last reading of the mailbox; without one no follow-up leaves.
            now: The time.
        """
        self._ledger, self._plan, self._read, self._now = ledger, plan, read, now
        self._news = -1
        self._in_hand: dict[LetterId, Delivery | None] = {}
        self._looked: dict[LetterId, int] = {}
        self._standing: tuple[History, Campaign, Selection, Mapping[LetterId, Due | str]] | None = None

    @property
    def campaign(self) -> Campaign:
        """Whose letters these are."""
        return self._as_of_now()[1]

    def to(self, line: Line, due: Due) -> str:
        """Why this letter must not be begun; '' when it may, and then it is in hand until `done`."""
        record = self._ledger.delivery(line.letter)
        if record and not (due.retry and record.state is State.DEFERRED):
            return f"it is {record.state} already"
        objection = self.still(line, due) or self._spoilt(due.retry)
        if not objection:
            self._in_hand[line.letter] = record
        return objection

    def done(self, letter: LetterId) -> None:
        """What became of it is written down."""
        self._in_hand.pop(letter, None)
        self._looked.pop(letter, None)

    def still(self, line: Line, due: Due) -> str:
        """Why this letter, which was due when it was shown, is so no more; '' when it still is."""
        # In either direction: a clock that was set back meanwhile does not say how long ago it was.
        if due.follow_up and (self._read is None or abs(self._now() - self._read.at) > FRESH):
            return "the mailbox has not been read just now"
        letter, news = line.letter, self._ledger.news()
        if self._looked.get(letter) == news:
            return ""
        objection = self._by_the_plan(line, due)
        if not objection:
            self._looked[letter] = news
        return objection

    def _by_the_plan(self, line: Line, due: Due) -> str:
        """Why it may not leave, as far as mails, orders and the plan say."""
        letter = line.letter
        history, _, selection, letters = self._as_of_now()
        if stop := history.stop(letter.group, due.organizer.address.key, letter.campaign):
            return stop.because
        if due.follow_up and (answer := history.answer(letter.campaign, letter.group)):
            return answer.because
        if letter not in letters:
            return selection.because(letter.group) or "it is not in the plan any more"
        found = letters[letter]
        if isinstance(found, str):
            return found
        return "" if found == due else "the plan has changed since it was shown"

    def _spoilt(self, retry: Delivery | None) -> str:
        """Why the bytes kept for a letter that was tried before cannot leave; '' when they can."""
        if retry is None:
            return ""
        try:
            return letter_fault(retry, self._ledger.letter_bytes(retry.letter))
        except BadData as error:
            return error.what

    def _before(self, history: History) -> History:
        """History as it was before the letters in hand were claimed: they are not to be in their own way."""
        deliveries = dict(history.deliveries)
        for letter, record in self._in_hand.items():
            deliveries.pop(str(letter), None)
            if record:
                deliveries[str(letter)] = record
        return replace(history, deliveries=deliveries) if self._in_hand else history

    def _as_of_now(self) -> tuple[History, Campaign, Selection, Mapping[LetterId, Due | str]]:
        """History and what the plan says, made anew only when a mail or an order came in.

        Of each letter what it needs to leave or else why it is not due: whole plans of a hundred thousand
        groups are large, and the one that was shown is in memory, too.

        Nobody else sends during the run, and what we send ourselves makes no other letter of it undue.
        """
        news = self._ledger.news()
        if self._standing is None or news != self._news:
            history = self._before(self._ledger.history())
            plan = self._plan(history)
            letters = {
                line.letter: line.due if line.due and line.status is Status.DUE else line.because
                for line in plan.lines
            }
            self._news, self._standing = news, (history, plan.campaign, plan.selection, letters)
        return self._standing
