"""Sends what is due, and writes down what became of each letter before saying so.

    plan → render → claim (on disk) → mark (on disk) → deliver → settle (on disk) → report

As many letters are on their way at a time as the post office takes. Each asks once more for its permit right
before the server hears of it, and before the letter itself leaves.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from mailer import failpoints
from mailer.ledger import Clerk, Ledger
from mailer.letters import Book, compose
from mailer.nouns import (
    ANY_HOUR,
    LONGEST_PATIENCE,
    UNLIMITED,
    Delivery,
    Due,
    History,
    Letter,
    LetterId,
    MailboxRead,
    Outcome,
    PostOffice,
    Settings,
    Turn,
    Verdict,
    World,
)
from mailer.outbox.objections import Objections
from mailer.outbox.run import Run, Sent, why_pause
from mailer.planning import Gate, Line, Plan, Queue, departures, earliest

FIRST_PATIENCE = timedelta(minutes=15)
"""After the first 4yz; greylisting servers want five to fifteen minutes. Doubles each time."""

_NAP = 1.0
"""Seconds after which a run that waits for the turn of a letter looks whether it was asked to stop."""

_GIVEN_BACK = Outcome.PAUSE
"""What is settled so stands as it stood before."""


class Outbox:
    """One run of sending: the letters of a plan through one post office, into one ledger."""

    def __init__(
        self, world: World, settings: Settings, ledger: Ledger, book: Book, plan: Callable[[History], Plan]
    ) -> None:
        """Do nothing yet.

        Args:
            world: Clock and post office.
            settings: Who sends, and how fast.
            ledger: What happened.
            book: The templates.
            plan: Makes the campaign's plan from a history.
        """
        self.world, self.settings, self.ledger, self.book, self.plan = world, settings, ledger, book, plan

    async def send(
        self,
        lines: Sequence[Line],
        read: MailboxRead | None,
        told: Callable[[Sent], None],
        asked_to_stop: Callable[[], str],
        resting: Callable[[Turn], None] = lambda _: None,
        *,
        paced: bool = True,
    ) -> Run:
        """Send the due letters of a plan, in order.

        Args:
            lines: Due lines of the plan that was shown; others may have sent since.
            read: The fresh reading of the mailbox; without one no follow-up leaves.
            told: Is called with each attempt once its outcome is on disk.
            asked_to_stop: Why no other letter is to leave; '' while they may. Who is at the dot is finished.
            resting: Is called while the turn of a letter is waited for.
            paced: Whether turns are waited for at all. Where nothing leaves, nobody has to.

        Returns:
            What happened. Refusals are in it, as values.

        Raises:
            CampaignError: the post office cannot be opened, another `send` is running, or the ledger fails.
        """
        with self.ledger.sending():
            objections = Objections(self.ledger, self.plan, read, self.world.now)
            async with (
                self.world.post_office(self.settings) as office,
                self.ledger.clerk(beside=paced and office.room > 1) as clerk,
            ):
                flight = _Flight(self, objections, office, clerk, told, asked_to_stop)
                await flight.carry(lines, resting, paced=paced)
        return Run(tuple(flight.sent), tuple(flight.kept), flight.paused or flight.ended, flight.next_turn)


class _Flight:
    """The letters that are on their way.

    Attributes:
        sent: Every attempt that was settled.
        kept: Letters that did not leave after all, and why.
        ended: Why no other letter leaves; '' while they do.
        paused: What came up on the way that must not go on; it may come after somebody has asked for an end.
        next_turn: When the first of those may leave that would have had to wait too long.
    """

    def __init__(
        self,
        outbox: Outbox,
        objections: Objections,
        office: PostOffice,
        clerk: Clerk,
        told: Callable[[Sent], None],
        asked_to_stop: Callable[[], str],
    ) -> None:
        self._outbox, self.objections, self._office, self.clerk = outbox, objections, office, clerk
        self.ledger, self.now, self._sleep = outbox.ledger, outbox.world.now, outbox.world.sleep
        self._told, self._asked_to_stop = told, asked_to_stop
        self.sent: list[Sent] = []
        self.kept: list[tuple[LetterId, str]] = []
        self.ended = self.paused = ""
        self.next_turn: Turn | None = None
        self._failure: Exception | None = None

    def over(self) -> bool:
        """Whether no other letter may leave."""
        self.ended = self.ended or self._asked_to_stop()
        return bool(self.ended)

    async def carry(self, lines: Sequence[Line], resting: Callable[[Turn], None], *, paced: bool) -> None:
        """Send the letters, so many at a time as there is room.

        Should one of them fail, those whose dot is out are waited for: that a letter cannot be written down,
        or made, puts no other one in doubt.
        """
        room = _Room(self._office.room)
        queue = Queue(self._gate(paced=paced), lines) if lines else None
        async with asyncio.TaskGroup() as on_their_way:
            try:
                while queue and (line := await self._whose_turn(queue, resting)):
                    assert line.due
                    room.take()
                    task = on_their_way.create_task(self._carried(line, line.due))
                    task.add_done_callback(lambda _: room.give_back())
                    await room.some()
            except Exception as error:  # noqa: BLE001 - raised below, when nobody is at the dot any more
                self._failed(error)
        if self._failure:
            raise self._failure
        if queue:
            self.kept += [(line.letter, turn.because) for line, turn in queue.later]
            self.next_turn = earliest(turn for _, turn in queue.later)

    async def _carried(self, line: Line, due: Due) -> None:
        try:
            await self._send_one(line, due)
        except Exception as error:  # noqa: BLE001 - as above
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        self._failure = self._failure or error
        self.ended = self.ended or str(error) or "it failed"

    def _gate(self, *, paced: bool) -> Gate:
        now, campaign = self.now(), self.objections.campaign
        if not paced:
            free = replace(campaign, pace=UNLIMITED, window=ANY_HOUR, not_after=None)
            return Gate(UNLIMITED, free, (), now)
        past = departures(self.ledger.deliveries().values(), now)
        return Gate(self._outbox.settings.pace, campaign, past, now, self._outbox.world.seed)

    async def _whose_turn(self, queue: Queue, resting: Callable[[Turn], None]) -> Line | None:
        """The letter that may be begun now, once there is one; notes why others stay. None when none may."""
        while not self.over() and (found := queue.next(self.now())):
            if isinstance(found, Turn):
                resting(found)
                assert found.at
                await self._sleep(min((found.at - self.now()).total_seconds(), _NAP))
                continue
            assert found.due
            if not (objection := self.objections.to(found, found.due)):
                queue.depart(self.now(), found)
                return found
            self.kept.append((found.letter, objection))
        return None

    async def _send_one(self, line: Line, due: Due) -> None:
        letter_id, now = line.letter, self.now()
        letter = self._again(due.retry) if due.retry else self._compose(letter_id, due, now)
        await self.clerk.keep(
            lambda place: self.ledger.claim(letter, now, place), b"" if due.retry else letter.raw
        )
        failpoints.reach("intent.after_fsync", str(letter_id))
        permit = _Permit(self, line, due)
        verdict = await self._office.deliver(letter, permit)
        failpoints.reach("outcome.known")
        await self._settle(letter_id, due, verdict)
        if permit.objection or (verdict.outcome is _GIVEN_BACK and self.ended):
            if permit.objection and permit.objection != self.ended:
                self.kept.append((letter_id, permit.objection))
            return
        sent = Sent(letter_id, ", ".join(map(str, letter.to)), verdict)
        self.sent.append(sent)
        self.paused = self.paused or why_pause(self.sent, self._outbox.settings.pace)
        self.ended = self.ended or self.paused
        self._told(sent)

    async def _settle(self, letter: LetterId, due: Due, verdict: Verdict) -> None:
        tries = len(due.retry.attempts) if due.retry else 0
        patience = min(FIRST_PATIENCE * 2**tries, LONGEST_PATIENCE)
        now = self.now()
        next_try = now + patience if verdict.outcome is Outcome.DEFERRED else None
        await self.clerk.keep(lambda _: self.ledger.settle(letter, verdict, now, next_try))
        failpoints.reach("outcome.after_fsync")
        self.objections.done(letter)

    def _compose(self, letter_id: LetterId, due: Due, now: datetime) -> Letter:
        book, sender = self._outbox.book, self._outbox.settings.sender
        _, letter = compose(book, sender, self.ledger.seal, letter_id, due, now)
        return letter

    def _again(self, delivery: Delivery) -> Letter:
        """A deferred letter with the very bytes of its first attempt."""
        return Letter(
            delivery.letter,
            delivery.message_id,
            delivery.sender or self._outbox.settings.sender.address,
            delivery.to,
            delivery.subject,
            self.ledger.letter_bytes(delivery.letter),
            delivery.digest,
        )


class _Room:
    """Room for so many letters at a time. Once it was full, a few are let in together.

    Letters that are written one after the other and claimed in one round cost less than each by itself: the
    processor has at hand what it needs for them, and the disk is asked once.
    """

    def __init__(self, most: int) -> None:
        self._most, self._taken = most, 0
        self._free = asyncio.Event()

    def take(self) -> None:
        """Take room for one."""
        self._taken += 1

    def give_back(self) -> None:
        """It has gone."""
        self._taken -= 1
        if self._most - self._taken >= max(1, self._most // 4):
            self._free.set()

    async def some(self) -> None:
        """Wait while there is none."""
        if self._taken == self._most:
            self._free.clear()
            await self._free.wait()


class _Permit:
    """What one letter on its way may do.

    Attributes:
        objection: Why it may not go on; '' while it may.
    """

    def __init__(self, flight: _Flight, line: Line, due: Due) -> None:
        self._flight, self._line, self._due = flight, line, due
        self._marked = False
        self.objection = ""

    def holds(self) -> bool:
        """Whether it may go on: nobody has asked for an end, and nobody has asked to be left alone."""
        if not self.objection:
            flight = self._flight
            self.objection = flight.ended if flight.over() else flight.objections.still(self._line, self._due)
        return not self.objection

    async def mark(self) -> None:
        """Write down that the server is about to get it; once is enough, whatever line it goes over."""
        if not self._marked:
            letter, now = self._line.letter, self._flight.now()
            await self._flight.clerk.keep(lambda _: self._flight.ledger.mark_sending(letter, now))
            failpoints.reach("attempt.after_mark")
            self._marked = True
