"""Hands letters to an SMTP server over one open line, and knows of each how far it has come.

Where the server takes commands together (PIPELINING, RFC 2920), a letter costs one round trip: what is said
for the next one rides behind the final dot of the one before. Else they are said one at a time.

A mail library reports a dropped line in the same words before and after that dot. To us the two are
opposites: before it the letter was certainly not sent, after it nobody can know. So this conversation is
our own.
"""

import asyncio
from asyncio import Transport
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from mailer import failpoints
from mailer.nouns import UNCONDITIONAL, Letter, Outcome, Permit, Phase, Verdict
from mailer.nouns.codes import broken, judge
from mailer.servers.errand import Errand
from mailer.servers.patience import SmtpPatience
from mailer.servers.reply import FAREWELL, GO_AHEAD, Reply
from mailer.servers.smtp_line import CLOSED, Line
from mailer.servers.transaction import Step, Transaction, came_to, out_of_step

BLOCK = 65_536
"""So much of a letter is written before we look whether it moves."""

_ROOM = 8
"""A power cut leaves at most so many letters a line in doubt."""

_DOT = b".\r\n"
_EARLY = "the server spoke out of turn"


class Conversation:
    """One signed-in line to a server, good for any number of letters until it breaks.

    Attributes:
        room: So many letters it takes at a time: with pipelining one at its dot, one whose envelope goes
            ahead, and a few that wait their turn, so that they can be written down together.
    """

    def __init__(self, transport: Transport, extensions: dict[str, str], patience: SmtpPatience) -> None:
        """Take an open line over.

        Args:
            transport: Connected, encrypted and signed in; its protocol is replaced by ours.
            extensions: What the server offered in reply to EHLO, by lower-case keyword.
            patience: How long to wait for what.
        """
        self._extensions, self._patience = extensions, patience
        self._together = "pipelining" in extensions
        self.room = _ROOM if self._together else 1
        limit = extensions.get("size", "")
        self._largest = int(limit) if limit.isascii() and limit.isdigit() else 0
        self._waiting: deque[Errand] = deque()
        self._current: Errand | None = None
        self._next: Errand | None = None
        self._answered: Errand | None = None
        self._unsaid: deque[tuple[Step, bytes, Errand | None]] = deque()
        self._used = False
        self._loop = asyncio.get_running_loop()
        self._line: Line[Errand | None] = Line(transport, patience, self)

    @property
    def in_hand(self) -> int:
        """How many letters it has."""
        return len(self._waiting) + (self._current is not None) + (self._next is not None)

    @property
    def usable(self) -> bool:
        """Whether it may be given a letter."""
        return self._line.usable

    async def hand_in(self, letter: Letter, permit: Permit = UNCONDITIONAL) -> Verdict | None:
        """Hand one letter in.

        Args:
            letter: Fit to be sent (`last_look.unfit`).
            permit: Asked for right before the server hears of it; again before the letter itself, where
                its envelope went ahead.

        Returns:
            What came of it; None when the line broke before it had a chance, or the permit did not hold.
        """
        if 0 < self._largest < len(letter.raw):
            words = f"the letter has {len(letter.raw):,} bytes and the server takes only {self._largest:,}"
            return Verdict(Outcome.REFUSED, Phase.MAIL, words=words)
        if self._line.over:
            # It broke since it was chosen: as below, where the first command finds it dead.
            return None if self._used else broken(Phase.MAIL, CLOSED)
        errand = Errand(letter, permit, self._loop.create_future(), Transaction(letter))
        self._waiting.append(errand)
        self._guarded(self._go_on)
        try:
            return await errand.told
        except asyncio.CancelledError:
            # A second Ctrl-C in the middle: the line must not be used for another letter.
            self.drop()
            raise

    async def leave(self) -> None:
        """Say goodbye and close the line; what the server says to that changes nothing."""
        if self.usable and not self.in_hand:
            self._line.say((Step.QUIT, b"QUIT\r\n", None))
            await asyncio.wait([self._line.gone], timeout=self._patience.courtesy)
        self.drop()
        await self._line.gone

    def drop(self) -> None:
        """Close the line at once."""
        self._line.close()

    # ── What the line tells us ───────────────────────────────────────────────────────────────────────────

    def answered(self, step: Step, about: Errand | None, reply: Reply) -> None:
        """The server answered a step."""
        if about is None:
            self._guarded(self._tidied, step, reply)
        else:
            self._guarded(self._take, about, step, reply)

    def spoken_to(self, reply: Reply) -> None:
        """The server speaks without being asked: between letters it says goodbye; else we are out of step."""
        before = self._answered and self._answered.transaction.verdict
        if before and reply.code not in {before.code, FAREWELL}:
            self._doubt()
        errand = self._current
        if errand is not None and errand.transaction.phase is Phase.BODY:
            verdict = judge(Phase.BODY, reply.code, reply.words)
            if reply.fine:
                # It believes that it has a letter from us, whatever it took for the end of one.
                verdict = Verdict(Outcome.UNSURE, Phase.BODY, reply.code, words=reply.words)
            errand.tell(verdict)
        self._line.close(_EARLY)

    def heard(self) -> None:
        """That was all for now: nothing beside the answer to a dot has cast doubt on it."""
        if self._answered:
            self._answered.tell(self._answered.transaction.verdict)
            self._answered = None

    def _doubt(self) -> None:
        """We and the server are out of step, so what we took for the answer to the last dot may be none."""
        if self._answered and (verdict := self._answered.transaction.verdict):
            self._answered.tell(replace(verdict, outcome=Outcome.UNSURE, words=f"{_EARLY}: {verdict.words}"))
            self._answered = None

    def written(self) -> None:
        """All that was written has left us."""
        self._guarded(self._write_on)

    def ended(self, words: str) -> None:
        """The line is closed. What comes of the letters on it depends on how far each had come."""
        self.heard()
        if self._current:
            phase = self._current.transaction.phase
            # Servers hang up on the silent, or after so many letters; the first command finds the line dead.
            stale = self._used and phase is Phase.MAIL
            self._current.tell(None if stale else broken(phase, words))
        for errand in (*filter(None, [self._next]), *self._waiting):
            errand.tell(None)
        self._current = self._next = None
        self._waiting.clear()

    def _guarded(self, act: Callable[..., None], *arguments: object) -> None:
        """Do something of ours. Should it fail, whoever waits for the letter in hand hears of it."""
        try:
            act(*arguments)
        except Exception as error:
            if not self._current or self._current.told.done():
                self._line.close()
                raise
            self._current.told.set_exception(error)
            self._line.close()

    # ── What is said ─────────────────────────────────────────────────────────────────────────────────────

    def _go_on(self) -> None:
        """Begin with the next letter if the line is free for it."""
        if self._line.over:
            return
        if self._current is None:
            self._current, self._next = self._next or self._begun(), None
        elif self._together and self._next is None and self._current.transaction.phase is Phase.DOT:
            self._next = self._begun()
            if self._next:
                self._next.ahead = True
        self._speak()

    def _begun(self) -> Errand | None:
        """The next letter that may go, its envelope ready to be said."""
        while self._waiting:
            errand = self._waiting.popleft()
            if errand.told.done() or not errand.permit.holds():
                errand.tell(None)
                continue
            commands = errand.transaction.envelope(self._extensions)
            self._unsaid.extend((step, words, errand) for step, words in commands)
            errand.marking = asyncio.ensure_future(errand.permit.mark())
            errand.marking.add_done_callback(partial(self._guarded, self._marked, errand))
            return errand
        return None

    def _speak(self) -> None:
        """Say what is to be said: all of it, or where the server wants that, one thing at a time."""
        said: list[tuple[Step, bytes, Errand | None]] = []
        while self._unsaid and (self._together or not (self._line.asking or said)):
            said.append(self._unsaid.popleft())
        self._line.say(*said)

    def _marked(self, errand: Errand, marking: asyncio.Future[None]) -> None:
        if marking.cancelled():
            return
        # What goes before it on this line is left in peace, and gets its answer.
        errand.fail()
        if errand.wanted:
            self._begin_body(errand)

    def _begin_body(self, errand: Errand) -> None:
        """Begin with the letter itself, if the server waits for it and it is written down that it leaves."""
        if errand.begun:
            # The mark was done when the server asked for the letter; we only hear of it now.
            return
        errand.wanted = True
        if errand.marking is None or not errand.marking.done() or self._line.over:
            return
        errand.fail()  # the mark may have failed a moment ago, and `_marked` is still to hear of it
        if errand.told.done() or (errand.ahead and not errand.permit.holds()):
            # Whoever must not get it is named in the envelope already. Only hanging up takes that back.
            errand.tell(None)
            self._line.close()
            return
        errand.begun, errand.left = True, memoryview(errand.transaction.body())
        self._write_block(errand)
        failpoints.reach("smtp.mid_body")
        self._write_on()

    def _write_on(self) -> None:
        """Write the letter block by block, each when the last one has left us; then the dot."""
        errand = self._current
        if errand is None or not errand.wanted or errand.transaction.phase is not Phase.BODY:
            return
        while errand.left and not self._line.held_up:
            self._write_block(errand)
        if not errand.left and not self._line.held_up:
            errand.wanted = False
            failpoints.reach("smtp.before_dot")
            # The loop's first turn sees what the server has said meanwhile, and the second reads it.
            self._loop.call_soon(self._loop.call_soon, self._guarded, self._write_dot, errand)

    def _write_block(self, errand: Errand) -> None:
        block, errand.left = errand.left[:BLOCK], errand.left[BLOCK:]
        self._line.write(block)

    def _write_dot(self, errand: Errand) -> None:
        if self._line.over or errand is not self._current:
            return
        errand.transaction.phase = Phase.DOT
        # In one go with the envelope of the next letter.
        self._unsaid.append((Step.DOT, _DOT, errand))
        self._go_on()
        failpoints.reach("smtp.after_dot")

    # ── What is answered ─────────────────────────────────────────────────────────────────────────────────

    def _take(self, errand: Errand, step: Step, reply: Reply) -> None:
        transaction, known = errand.transaction, errand.transaction.verdict is not None
        if step is Step.DATA and known and reply.code == GO_AHEAD:
            if transaction.astray:
                self._line.close()
                return
            # Nobody was taken, and yet it waits for a letter (RFC 2920 §3.1): an empty one ends that.
            transaction.open = False
            self._line.say((Step.NOTHING, _DOT, None))
            self._over(transaction)
            return
        wanted = transaction.answered(step, reply)
        if wanted or step is not Step.DATA:
            came_to(step)
        if out_of_step(step, reply):
            self._doubt()
        if transaction.verdict is not None and not known:
            self._settled(errand, step, reply)
        if wanted:
            self._begin_body(errand)
        elif reply.final or out_of_step(step, reply):
            self._line.close()
        elif transaction.verdict is not None and not self._line.asks_about(errand):
            self._over(transaction)
        else:
            self._speak()

    def _settled(self, errand: Errand, step: Step, reply: Reply) -> None:
        """It is known what came of a letter."""
        self._unsaid = deque(said for said in self._unsaid if said[2] is not errand)
        if step is Step.DOT:
            self._answered = errand
        elif self._used and step is Step.MAIL and reply.code == FAREWELL:
            # A server that hangs up after so many letters says so instead of taking the next one.
            errand.tell(None)
        else:
            errand.tell(errand.transaction.verdict)

    def _over(self, transaction: Transaction) -> None:
        """One letter is settled; on to the next."""
        self._used = True
        if transaction.open:
            self._unsaid.appendleft((Step.RSET, b"RSET\r\n", None))
        self._current = None
        self._go_on()

    def _tidied(self, step: Step, reply: Reply) -> None:
        """What was answered to RSET, or to an empty letter for nobody."""
        if step is Step.QUIT or reply.final or (step is Step.RSET and not reply.fine):
            self._line.close()
        else:
            self._speak()
