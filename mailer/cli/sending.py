"""One run of sending: carried out in legs, told while it happens, and ended by whoever wants that.

The ledger has every outcome before a word of it is said here. So whoever closes the window, or a disk that is
full, can cost the fellow the sight of it, and nothing more.
"""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

import click

from mailer.cli.legs import Legs
from mailer.cli.look import Look
from mailer.cli.session import Session
from mailer.cli.telling import Telling

if TYPE_CHECKING:
    from mailer.nouns import History, MailboxRead
    from mailer.outbox import Run, Sent
    from mailer.planning import Canary, Line, Plan
    from mailer.proofs import Proofs

_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, `kill`, and the window that is closed."""

_STOPPING = b"\nstopping after the letter in hand; asked once more, nobody will know whether that one left\n"


def carry_out(
    look: Look, lines: Sequence["Line"], canary: "Canary | None", mailbox: "MailboxRead | None"
) -> "Run":
    """Send the letters, with a bar on a terminal and a line for each letter that did not simply go.

    Args:
        look: Session, settings, ledger and files of the run; the way to look into the mailbox again.
        lines: What is to leave.
        canary: Which of them leave ahead of the others; None when all leave together.
        mailbox: The fresh reading.

    Raises:
        CampaignError: as `Outbox.send`.
        click.Abort: the letter in hand was broken off, too.
    """
    from mailer.outbox import ASKED, Outbox

    session, settings = look.session, look.settings
    planner = _planner(session, look.read, lines[0].letter.campaign)
    outbox = Outbox(session.world, settings, look.ledger, look.read.book, planner)
    telling = Telling(len(lines), settings.smtp.host)

    def ended() -> str:
        return ASKED if asked() or telling.unheard else session.workspace.stopped() or ""

    with ExitStack() as at_the_end:
        if not look.dry_run:
            at_the_end.enter_context(_breaking_off(telling.tried, lines))
        at_the_end.callback(telling.end)
        asked = at_the_end.enter_context(_asked_to_stop())
        # password_cmd may ask for a password of its own, right where the bar would be.
        if not settings.smtp.asks:
            telling.begin()
        legs = Legs(look, outbox, telling, ended, mailbox)
        return legs.dry(lines) if look.dry_run else legs.go(lines, canary)


@contextmanager
def _breaking_off(tried: Sequence["Sent"], lines: Sequence["Line"]) -> Iterator[None]:
    """When a run breaks off in the middle, say how far it came.

    Args:
        tried: The letters that were told of; looked at when it is over.
        lines: What was to leave.
    """
    from mailer.cli.screen import say, several
    from mailer.nouns import Outcome

    def how_far() -> str:
        left = sum(sent.verdict.outcome is Outcome.ACCEPTED for sent in tried)
        verb = "are" if left > 1 else "is"
        return f"{left or 'none'} of {several(len(lines), 'letter')} {verb} known to have left"

    try:
        yield
    except KeyboardInterrupt:
        again = f"campaign send {lines[0].letter.campaign}"
        doubt = f"what was in hand may be in doubt now: {again}, or campaign replies, finds out"
        raise click.Abort(f"{how_far()}; {doubt}") from None
    except Exception:
        say(how_far(), "yellow")
        raise


def _planner(session: Session, read: "Proofs", name: str) -> "Callable[[History], Plan]":
    """What makes the campaign's plan anew, from the same files."""
    return lambda history: session.plan(read.manuscript, name, history)


@contextmanager
def _asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Whether somebody wants the run to end.

    The letter in hand is finished then; the same signal once more ends that, too. But not a second SIGHUP:
    when a window is closed, the terminal sends one and the shell in it often another.
    A signal that is ignored stays so: `nohup campaign send` is meant to outlive its window.
    """
    usual = {number: signal.getsignal(number) for number in _ENDS}
    heeded = [number for number in _ENDS if usual[number] is not signal.SIG_IGN]
    asked: list[int] = []

    def end(number: int, _frame: object) -> None:
        asked.append(number)
        if number != signal.SIGHUP:
            signal.signal(number, usual[signal.Signals(number)])
            with suppress(OSError):
                # Not through our paper: it may be in the middle of a line just now.
                os.write(2, _STOPPING)

    for number in heeded:
        signal.signal(number, end)
    try:
        yield lambda: bool(asked)
    finally:
        for number in heeded:
            signal.signal(number, usual[number])
