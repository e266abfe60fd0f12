"""Sends what is due, one letter after the other, and writes down what became of each before saying so.

    plan → render → claim (on disk) → mark → deliver → settle (on disk) → report

Nothing here decides who gets a letter: that is the plan's, and it is asked again before each letter when
anything came in since it was shown. But the last look at who asked to be left alone is here, right before the
socket, and so is the rule that no follow-up leaves without a fresh look into the mailbox.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer import failpoints
from mailer.errors import BadData
from mailer.ledger import Ledger, letter_fault
from mailer.letters import Book, compose
from mailer.nouns import (
    LONGEST_PATIENCE,
    Delivery,
    Due,
    History,
    Letter,
    LetterId,
    MailboxRead,
    Order,
    Outcome,
    Phase,
    PostOffice,
    Settings,
    State,
    Verdict,
    World,
)
from mailer.planning import Line, Plan, Selection, Status

FRESH = timedelta(minutes=30)
"""How old a reading of the mailbox may be when a follow-up leaves."""

FIRST_PATIENCE = timedelta(minutes=15)
"""After the first 4yz; greylisting servers want five to fifteen minutes. Doubles each time."""

ASKED = "you asked to stop"
"""Why a run stopped early where nothing is to be mended."""

EQUAL_REFUSALS = 3
"""So many refusals of the content in the same words, in a row, are about us and not about the letters."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one letter in this run."""

    letter: LetterId
    to: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Run:
    """What a run of `send` came to.

    Attributes:
        sent: Every attempt, in order.
        kept_back: Letters that were due in the plan and yet did not leave, with the reason.
        paused: Why the run stopped early; empty when it came to its end.
    """

    sent: tuple[Sent, ...]
    kept_back: tuple[tuple[LetterId, str], ...] = ()
    paused: str = ""

    def count(self, outcome: Outcome) -> int:
        """How many attempts came to `outcome`."""
        return sum(sent.verdict.outcome is outcome for sent in self.sent)


class Outbox:
    """One run of sending: the letters of a plan through one post office, into one ledger.

    Attributes:
        plan: Makes the campaign's plan from a history: its rules are looked at again when no other can send.
    """

    def __init__(
        self,
        world: World,
        settings: Settings,
        ledger: Ledger,
        book: Book,
        plan: Callable[[History], Plan],
    ) -> None:
        self.world = world
        self.settings = settings
        self.ledger = ledger
        self.book = book
        self.plan = plan
        self._seen: tuple[int, tuple[Order, ...]] = (0, ())
        self._now: tuple[History, Selection, Mapping[LetterId, Due | str]] | None = None

    async def send(
        self,
        lines: Sequence[Line],
        read: MailboxRead | None,
        told: Callable[[Sent], None],
        asked_to_stop: Callable[[], bool],
    ) -> Run:
        """Send the due letters of a plan, in order.

        Args:
            lines: Due lines of the plan that was shown; others may have sent since.
            read: The fresh reading of the mailbox; without one no follow-up leaves.
            told: Is called with each attempt once its outcome is on disk.
            asked_to_stop: Is asked before each letter; the one in hand is always finished.

        Returns:
            What happened. Refusals are in it, as values.

        Raises:
            CampaignError: the post office cannot be opened, another `send` is running, or the ledger fails.
        """
        sent: list[Sent] = []
        kept: list[tuple[LetterId, str]] = []
        paused = ""
        with self.ledger.sending():
            async with self.world.post_office(self.settings) as office:
                for line in lines:
                    if paused or asked_to_stop():
                        paused = paused or ASKED
                        break
                    assert line.due
                    if reason := self._objection(line, line.due, read):
                        kept.append((line.letter, reason))
                        continue
                    attempt = await self._send_one(line.letter, line.due, office)
                    sent.append(attempt)
                    told(attempt)
                    paused = _why_pause(sent)
        return Run(tuple(sent), tuple(kept), paused)

    def _objection(self, line: Line, due: Due, read: MailboxRead | None) -> str:
        """Why this letter must not leave after all; '' when it may."""
        # In either direction: a clock that was set back meanwhile does not say how long ago it was.
        if due.follow_up and (read is None or abs(self.world.now() - read.at) > FRESH):
            return "the mailbox has not been read just now"
        record = self.ledger.delivery(line.letter)
        if record and not (due.retry and record.state is State.DEFERRED):
            return f"it is {record.state} already"
        return self._undue(line, due) or self._spoilt(due.retry)

    def _spoilt(self, retry: Delivery | None) -> str:
        """Why the bytes kept for a letter that was tried before cannot leave; '' when they can."""
        if retry is None:
            return ""
        try:
            return letter_fault(retry, self.ledger.letter_bytes(retry.letter))
        except BadData as error:
            return error.what

    def _undue(self, line: Line, due: Due) -> str:
        """Why this letter, which was due when it was shown, is so no more; '' when it still is."""
        letter = line.letter
        history, selection, letters = self._as_of_now()
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

    def _as_of_now(self) -> tuple[History, Selection, Mapping[LetterId, Due | str]]:
        """History and plan, made anew only when a mail or an order came in.

        Of the plan only the audience, and of each letter what it needs to leave or else why it is not due:
        whole plans of a hundred thousand groups are large, and the one that was shown is in memory, too.

        Nobody else sends during the run, and what we send ourselves makes no other letter of it undue.
        """
        # The orders themselves and not their number: one may be taken back while another is given.
        news = len(self.ledger.messages()), self.ledger.orders()
        if news != self._seen or self._now is None:
            history = self.ledger.history()
            plan = self.plan(history)
            letters = {
                line.letter: line.due if line.due and line.status is Status.DUE else line.because
                for line in plan.lines
            }
            self._seen, self._now = news, (history, plan.selection, letters)
        return self._now

    async def _send_one(self, letter_id: LetterId, due: Due, office: PostOffice) -> Sent:
        now = self.world.now()
        letter = self._again(due.retry) if due.retry else self._compose(letter_id, due, now)
        self.ledger.claim(letter, now)
        self.ledger.mark_sending(letter_id, now)
        failpoints.reach("attempt.after_mark")
        verdict = await office.deliver(letter)
        failpoints.reach("outcome.known")
        tries = len(due.retry.attempts) if due.retry else 0
        patience = min(FIRST_PATIENCE * 2**tries, LONGEST_PATIENCE)
        now = self.world.now()
        next_try = now + patience if verdict.outcome is Outcome.DEFERRED else None
        self.ledger.settle(letter_id, verdict, now, next_try)
        return Sent(letter_id, ", ".join(map(str, letter.to)), verdict)

    def _compose(self, letter_id: LetterId, due: Due, now: datetime) -> Letter:
        _, letter = compose(self.book, self.settings.sender, self.ledger.seal, letter_id, due, now)
        return letter

    def _again(self, delivery: Delivery) -> Letter:
        """A deferred letter with the very bytes of its first attempt."""
        raw = self.ledger.letter_bytes(delivery.letter)
        return Letter(
            delivery.letter,
            delivery.message_id,
            delivery.sender or self.settings.sender.address,
            delivery.to,
            delivery.subject,
            raw,
            delivery.digest,
        )


def _why_pause(sent: Sequence[Sent]) -> str:
    """Why the run must stop after the last attempt; '' when it may go on."""
    last = sent[-1].verdict
    if last.outcome is Outcome.PAUSE:
        return last.words or f"the server does not take our letters (at {last.phase})"
    tail = [attempt.verdict for attempt in sent[-EQUAL_REFUSALS:]]
    content = all(v.outcome is Outcome.REFUSED and v.phase is Phase.DOT for v in tail)
    if len(tail) == EQUAL_REFUSALS and content and len({(v.code, v.status) for v in tail}) == 1:
        return f"{EQUAL_REFUSALS} letters in a row were refused with {last.code} {last.words}"
    return ""
