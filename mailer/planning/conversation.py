"""Works out where the letters to one group stand, step by step.

A group's letters follow one organizer at a time. The first rung of the ladder whose address is alive is
written to; her steps count, and when her address dies the next rung begins with the first step, because
nobody should get a reminder of a letter that she never saw.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from mailer.nouns import (
    CLOCKS_DIFFER,
    LONGEST_PATIENCE,
    Address,
    Campaign,
    Delivery,
    Due,
    Group,
    History,
    Kind,
    LetterId,
    Organizer,
    Outcome,
    State,
    Step,
)
from mailer.planning.lines import Line, Status
from mailer.planning.window import CLOSED, Timetable

MODERATION = timedelta(days=10)
"""How long a follow-up waits for a list's moderator. Most let a letter through, or drop it, silently."""

NEVER_LEFT = frozenset({State.DEFERRED, State.REFUSED})
"""Of these letters nobody has got a word, so nobody can have answered them."""


class Conversation:
    """The lines of one group, worked out step by step."""

    def __init__(
        self,
        campaign: Campaign,
        group: Group,
        history: History,
        now: datetime,
        written: dict[tuple[str, str], str],
        left_out: str,
        timetable: Timetable,
    ) -> None:
        self.campaign = campaign
        self.group = group
        self.history = history
        self.now = now
        self.written = written
        self.left_out = left_out
        self.timetable = timetable
        self.past = history.conversation(campaign.name, group.id)
        self.rung = self._rung()
        self.hers: tuple[Delivery, ...] = tuple(d for d in self.past if self.rung and _went_to(d, self.rung))

    def lines(self) -> list[Line]:
        """One line for each step."""
        barrier = self._barrier()
        lines: list[Line] = []
        before: Line | None = None
        for index, step in enumerate(self.campaign.steps):
            if index < self._furthest():
                lines.append(self._overtaken(step, index))
                continue
            line = self._line(step, index, before, barrier)
            if (line.status is Status.DUE or line.reason == CLOSED) and self.rung:
                self.written[step.name, self.rung.address.key] = self.group.id
            lines.append(line)
            before = line
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
                if _went_to(delivery, organizer) and delivery.state is not State.BOUNCED:
                    return organizer
        return alive[0] if alive else None

    def _furthest(self) -> int:
        """The last step that she got. A step put in before it later on comes too late for her."""
        got = {delivery.letter.step for delivery in self.hers if delivery.state is State.ACCEPTED}
        return max((index for index, step in enumerate(self.campaign.steps) if step.name in got), default=0)

    def _overtaken(self, step: Step, index: int) -> Line:
        record = self._record(step)
        if record:
            return recorded(record)
        because = "a later letter has gone to them already"
        return self._withheld(self._new_letter(step), step, index, because, "overtaken")

    def _barrier(self) -> tuple[str, str] | None:
        """Why nothing more may go to this group at all: the sentence and the short reason."""
        unsure = next((d for d in self.past if d.state in {State.UNSURE, State.SENDING, State.CLAIMED}), None)
        stops = [
            stop
            for address in ("", *(address.key for delivery in self.past for address in delivery.to))
            if (stop := self.history.stop(self.group.id, address, self.campaign.name))
        ]
        if stops:
            return stops[0].because, "stopped"
        if heard := self._heard():
            return heard
        if unsure:
            return f"nobody knows whether {unsure.letter} left; settle that first", "unsure"
        if self.history.forgot_somebody(self.campaign.name, self.group.id):
            return "somebody there asked to be forgotten", "stopped"
        if self.rung is None:
            return self._nobody_left()
        return (self.left_out, "not in the audience") if self.left_out else self._renamed()

    def _heard(self) -> tuple[str, str] | None:
        """That they have answered, or that she has gone on by herself."""
        if answer := self.history.answer(self.campaign.name, self.group.id):
            return answer.because, "answered"
        by_hand = self.history.by_hand(self.campaign.name, self.group.id)
        return (by_hand.because, "written by hand") if by_hand else None

    def _nobody_left(self) -> tuple[str, str]:
        """Why nobody of the ladder can be written to."""
        keys = (organizer.address.key for organizer in self.group.organizers)
        asked = next((standing for key in keys if (standing := self.history.forgotten(key))), None)
        return (asked.because, "stopped") if asked else ("no address of its ladder works", "no address left")

    def _renamed(self) -> tuple[str, str] | None:
        """Why nothing goes on when she got a step that the campaign has no more: it may be there, renamed."""
        known = {step.name for step in self.campaign.steps}
        for delivery in self.hers:
            if delivery.state is State.ACCEPTED and delivery.letter.step not in known:
                name = delivery.letter.step
                because = f'she got {name!r}, which is no step now; give the step that it was name = "{name}"'
                return because, "step renamed"
        return None

    def _line(self, step: Step, index: int, before: Line | None, barrier: tuple[str, str] | None) -> Line:
        record = self._record(step)
        if record and record.state is not State.DEFERRED:
            return recorded(record)
        letter = record.letter if record else self._new_letter(step)
        if barrier or self.rung is None:
            return self._withheld(letter, step, index, *(barrier or ("", "")))
        name = self.written.get((step.name, self.rung.address.key), self.group.id)
        if name != self.group.id and not record:
            because = f"{self.rung.address} gets this letter as organizer of {name}"
            return self._withheld(letter, step, index, because, "same person")
        if str(letter) in self.history.set_aside:
            because = "the program stopped again and again when it was about to send it"
            return self._withheld(letter, step, index, because, "set aside")
        line = self._at_its_hours(self._timed(letter, step, before, record))
        return replace(line, due=self._due(step, index, record))

    def _withheld(self, letter: LetterId, step: Step, index: int, because: str, reason: str) -> Line:
        due = self._due(step, index, None) if self.rung else None
        return Line(letter, Status.WITHHELD, because, reason, due=due)

    def _timed(self, letter: LetterId, step: Step, before: Line | None, record: Delivery | None) -> Line:
        assert self.rung
        if before and before.status is not Status.ACCEPTED:
            return self._after(letter, before)
        previous = self._record(self.campaign.step(before.letter.step)) if before else None
        if not record and previous and previous.changed_at - self.now > CLOCKS_DIFFER:
            return self._dated_ahead(letter, previous)
        moment = record.next_try if record else previous.changed_at + step.wait if previous else None
        if record and moment and moment - self.now > LONGEST_PATIENCE:
            # No server was promised that: the clock was ahead when it was tried. It certainly did not leave.
            moment = None
        if moment and moment > self.now:
            because = "the server asked for patience" if record else "it is not time yet"
            return Line(letter, Status.WAITING, because, "not yet", moment)
        hold = self.history.hold(self.group.id, self.rung.address.key, self.now.date())
        if hold:
            until = datetime.combine(hold.until, datetime.min.time(), self.now.tzinfo)
            because = f"{hold.standing.because}, until {hold.until:%a %d %b}"
            return Line(letter, Status.WITHHELD, because, "on hold", until)
        if left := self.history.left(self.rung.address.key):
            return Line(letter, Status.WITHHELD, left.because, "no longer there")
        return self._past_the_door(letter, self._had_by_another(step))

    def _past_the_door(self, letter: LetterId, note: str) -> Line:
        """The line of a letter whose time has come; withheld while the one before it has reached nobody."""
        notice = self.history.at_the_door(self.campaign.name, self.group.id)
        hers = {delivery.letter for delivery in self.hers}
        if notice is None or notice.match.best is None or notice.match.best.letter not in hers:
            return Line(letter, Status.DUE, note)
        if notice.finding.kind is Kind.CHALLENGE:
            because = "the letter before it waits until you prove to a machine that you are a person"
            return Line(letter, Status.WITHHELD, because, "held up")
        until, because = notice.at + MODERATION, "the letter before it waits for the list's moderator"
        if until > self.now:
            return Line(letter, Status.WITHHELD, because, "held up", until)
        return Line(letter, Status.DUE, "; ".join(filter(None, (note, f"perhaps {because}"))))

    def _at_its_hours(self, line: Line) -> Line:
        """The line of a letter as the campaign's window and last day have it."""
        if line.status is Status.WITHHELD or (line.status is Status.WAITING and not line.when):
            return line
        turn = self.timetable.turn(self.group, line.when or self.now)
        if turn.at is None:
            return replace(line, status=Status.WITHHELD, because=turn.because, reason=turn.reason, when=None)
        if line.status is Status.WAITING:
            return replace(line, when=turn.at)
        if turn.because:
            return replace(
                line, status=Status.WAITING, because=turn.because, reason=turn.reason, when=turn.at
            )
        return line

    def _had_by_another(self, step: Step) -> str:
        """That the group has this letter, from a time when another row of the table stood for it; else ''.

        Only an address that letters reach: behind a dead one the next is written to without many words.
        """
        for delivery in self.past:
            if delivery.letter.step == step.name and delivery.state is State.ACCEPTED:
                gone = [a for a in delivery.to if not self.history.bounced(a.key) and not self._has(a)]
                if gone:
                    whom = " and ".join(map(str, gone))
                    return (
                        f"{self.group.id} got this letter already, at {whom}, who is not among its"
                        " organizers in the table any more"
                    )
        return ""

    def _has(self, address: Address) -> bool:
        return any(organizer.address.key == address.key for organizer in self.group.organizers)

    def _dated_ahead(self, letter: LetterId, previous: Delivery) -> Line:
        """Nobody can tell how long ago the letter before it left; rather than too early, it waits for her."""
        because = (
            f"{previous.letter} left on {previous.changed_at:%d %b %Y}, which is yet to come: see that this"
            f' computer\'s clock is right, then: campaign resolve {previous.letter} --sent --because "…"'
        )
        return Line(letter, Status.WITHHELD, because, "dated ahead")

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
            follow_up=index > 0 or any(_may_have_left(each) for each in self.past if each != record),
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


def _may_have_left(delivery: Delivery) -> bool:
    """Whether somebody may have got it: also a letter that was in doubt, and was then sent again by order."""
    doubted = any(attempt.verdict.outcome is Outcome.UNSURE for attempt in delivery.attempts)
    return delivery.state not in NEVER_LEFT or doubted or bool(delivery.because)


def _went_to(delivery: Delivery, organizer: Organizer) -> bool:
    """Whether a letter went to her, however her address is spelt in the table now."""
    return organizer.address.key in {address.key for address in delivery.to}


def recorded(delivery: Delivery) -> Line:
    """The line of a letter that has a record."""
    because = delivery.because or (delivery.attempts[-1].verdict.words if delivery.attempts else "")
    return Line(
        delivery.letter, Status(delivery.state.value), because, delivery.state.value, delivery.next_try
    )
