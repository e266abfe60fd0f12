"""Writes down what several letters in the air have to say, all that has gathered at a time.

A change is on the disk before it is answered, and the disk takes its time. So while that works for one round,
in a thread of its own, the next one gathers: a round costs the same whether it is about one letter or fifty.
A quick disk is waited for instead: to ask a thread costs as much as to print a letter, or two.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self

from mailer.ledger.books import Books
from mailer.ledger.segments import Mails
from mailer.nouns import Delivery, Place

_QUICK = 0.001
"""Seconds. While the disk took no longer for the last round, it is waited for."""

Change = Callable[[Place | None], Delivery | None]
"""Changes the ledger, and says how the letter stands then. Is told where the bytes are that came with it."""


@dataclass(slots=True, eq=False)
class _Note:
    change: Change
    raw: bytes
    kept: asyncio.Future[Delivery | None]
    place: Place | None = None


class Clerk:
    """Keeps changes in rounds, for the length of an `async with`. Nobody else in this process writes then."""

    def __init__(self, books: Books, mails: Mails, *, beside: bool) -> None:
        """Begin with nothing.

        Args:
            books: The documents.
            mails: The bytes of mails.
            beside: Whether a slow disk works beside us. It pays where something else can be done meanwhile.
        """
        self._books, self._mails = books, mails
        self._waiting: list[_Note] = []
        self._at_work: asyncio.Task[None] | None = None
        self._disk = ThreadPoolExecutor(1, "disk") if beside else None
        self._took = 0.0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._at_work:
            await asyncio.wait([self._at_work])
        if self._disk:
            self._disk.shutdown()

    async def keep(self, change: Change, raw: bytes = b"") -> Delivery | None:
        """Make a change; return what it returned once that is on the disk.

        Args:
            change: One of the ledger's methods.
            raw: A letter's bytes that are to be on the disk before.

        Raises:
            CampaignError: when a change is refused or the disk fails; all who are in its round hear of it.
        """
        note = _Note(change, raw, asyncio.get_running_loop().create_future())
        self._waiting.append(note)
        if self._at_work is None:
            self._at_work = asyncio.create_task(self._work())
        return await note.kept

    async def _work(self) -> None:
        while self._waiting:
            # What the last round has answered goes on first: much of it comes back with its next change.
            await asyncio.sleep(0)
            notes, self._waiting = self._waiting, []
            try:
                await self._round(notes)
            except Exception as error:  # noqa: BLE001 - told to each who waits for it
                for note in notes:
                    if not note.kept.done():
                        note.kept.set_exception(error)
        self._at_work = None

    async def _round(self, notes: Sequence[_Note]) -> None:
        """Write down what there is to say, and the bytes of which something is said in the next round."""
        bringing = [note for note in notes if note.raw and note.place is None]
        ready = [note for note in notes if note.place or not note.raw]
        # What becomes of a letter must find room on the disk, however full that is by then.
        with self._books.together(sync=False, room=any(note.raw for note in notes)):
            for note in bringing:
                note.place = self._mails.append(note.raw)
            answers = [note.change(note.place) for note in ready]
        if self._disk and self._took > _QUICK:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._disk, self._onto_disk, bringing, ready)
        else:
            self._onto_disk(bringing, ready)
        self._waiting[:0] = bringing
        for note, answer in zip(ready, answers, strict=True):
            if not note.kept.done():
                note.kept.set_result(answer)

    def _onto_disk(self, bringing: Sequence[_Note], ready: Sequence[_Note]) -> None:
        """Have the disk keep both, in one go."""
        begun = time.monotonic()
        if ready:
            self._books.keep()
        if bringing:
            self._mails.sync()
        self._took = time.monotonic() - begun
