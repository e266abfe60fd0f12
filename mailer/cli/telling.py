"""What is said of a run: how far it is, each letter that did not simply go, and the sum at its end."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, cast

from mailer.cli.doubts import ways
from mailer.cli.paper import Paper, ReaderGone
from mailer.errors import CampaignError

if TYPE_CHECKING:
    from datetime import datetime

    from rich.progress import Progress

    from mailer.nouns import Turn, Verdict
    from mailer.outbox import Run, Sent

MOST_ALIKE = 5
"""So many letters that were kept back for the same reason are named; of more there is the sum."""

UNSURE = 4
"""The exit code while nobody knows whether a letter left."""

_WIDTH = 20
"""Columns of the bar; what a letter waits for is to fit beside it on a narrow terminal."""

_SHORT = 60.0
"""Seconds; to say until when is worth its room only for a longer wait."""


class Telling:
    """Says what happens while it does.

    Attributes:
        tried: The letters that were told of.
        unheard: What kept a word from being heard.
    """

    def __init__(self, letters: int, host: str) -> None:
        self.tried: list[Sent] = []
        self.unheard: list[Exception] = []
        self._bar = _bar()
        self._task = self._bar.add_task("sending", total=letters, to=f"waiting for {host} …")
        self._moves = False
        self._said: set[str] = set()

    def begin(self) -> None:
        """Show the bar."""
        self._moves = True
        self._bar.start()

    def end(self) -> None:
        """Take the bar away."""
        self._moves = False
        self._bar.stop()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the bar away for as long as something else is printed, or asked for."""
        moved = self._moves
        self.end()
        try:
            yield
        finally:
            if moved:
                self.begin()

    def told(self, sent: "Sent") -> None:
        """Say what became of a letter."""
        from mailer.nouns import Outcome

        self.tried.append(sent)
        self._bar.update(self._task, advance=1, to=sent.to)
        if sent.verdict.outcome is not Outcome.ACCEPTED:
            self._bar.stop()  # a line that is printed across the bar would be glued to it
            # She may go away in the middle. Whoever did not hear of one refusal should not have sixty.
            self.unheard.extend(_not_remarked(sent))
        self.begin()

    def resting(self, turn: "Turn", now: "datetime") -> None:
        """Say what is waited for: in the bar, or else once for each thing."""
        from mailer.cli.screen import clock_time, say

        assert turn.at
        until = f" until {clock_time(turn.at)}" if (turn.at - now).total_seconds() > _SHORT else ""
        self._bar.update(self._task, to=f"waiting{until}: {turn.because}")
        if self._bar.disable and turn.because not in self._said:
            self._said.add(turn.because)
            say(f"waiting: {turn.because}", "dim")


def _not_remarked(sent: "Sent") -> Iterator[Exception]:
    """Say what became of a letter that did not simply go; what kept it from being heard."""
    try:
        _remark(sent)
    except (ReaderGone, CampaignError) as error:
        yield error


def _bar() -> "Progress":
    """How far the run is; on a terminal only."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from mailer.cli.screen import talk

    console, to = talk(), TextColumn("{task.fields[to]}", markup=False)
    columns = (TextColumn("sending"), BarColumn(_WIDTH), MofNCompleteColumn(), to)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _remark(sent: "Sent") -> None:
    """A line for each letter that did not simply go.

    Raises:
        ReaderGone, CampaignError: when it cannot be written.
    """
    from rich.console import Console

    from mailer.cli.screen import words
    from mailer.nouns import Outcome
    from mailer.outbox import by_policy

    styles = {
        Outcome.DEFERRED: "yellow",
        Outcome.REFUSED: "red",
        Outcome.UNSURE: "bold red",
        Outcome.PAUSE: "red",
    }
    verdict = sent.verdict
    if verdict.outcome not in styles or sys.stderr is None:
        return
    # Not the usual paper for talk, which loses what it cannot write.
    sheet = Paper(sys.stderr, trim=not sys.stderr.isatty())
    console = Console(file=cast("IO[str]", sheet), width=sheet.width, highlight=False, emoji=False)
    code = f"{verdict.code} " if verdict.code else ""
    outcome = "not taken" if by_policy(verdict) else verdict.outcome
    said = f"{sent.letter} to {sent.to}: {outcome}, {code}{verdict.words}"
    console.print(words(said, styles[verdict.outcome]))
    sheet.flush()


def report(run: "Run", asked: int, name: str) -> None:
    """Say what happened and what to type next."""
    from mailer.cli.screen import day, say, several
    from mailer.nouns import Outcome
    from mailer.outbox import ASKED

    accepted = run.count(Outcome.ACCEPTED)
    of_all = f" of {asked}" if accepted != asked else ""
    say(f"{several(accepted, 'letter')}{of_all} sent", "green")
    advice = {
        "deferred": "deferred: the server asked for patience; the same command sends them later",
        "broken off": "deferred: the line broke before they had left; the same command sends them later",
        "no address": "refused: see above; correct the address in your table of groups",
        "words": "refused for what they are, whatever the address: change the letter, then "
        'campaign resolve LETTER --resend --because "…"',
        "policy": "not taken, and due again the next time: the server lets us not write there. "
        "Ask whoever runs it, or leave such a group out with campaign hold GROUP",
        "unsure": "unsure: nobody knows whether they left. campaign replies looks for copies again. "
        f"Or look into your Sent folder, then: {ways()}",
    }
    came_to = Counter(_in_a_word(sent.verdict) for sent in run.sent)
    for word, sentence in advice.items():
        if count := came_to[word]:
            say(f"{count} {sentence}", "yellow", indent=2)
    _say_kept_back(run)
    if run.next_turn and run.next_turn.at:
        say(f"for another run, from {day(run.next_turn.at)} on", "yellow", indent=2)
    if run.paused == ASKED:
        say(f"the run stopped early: {run.paused}", "yellow")
        say(f"nothing is lost; campaign send {name} goes on", "dim")
    elif run.paused:
        say(f"the run stopped early: {run.paused}", "red")
        say(f"nothing is lost; when that is mended: campaign send {name}", "dim")
    else:
        say(f"next: campaign replies, then campaign status {name}", "dim")


def _in_a_word(verdict: "Verdict") -> str:
    """What it came to, as far as it makes a difference to what she can do about it."""
    from mailer.nouns import Outcome, Phase
    from mailer.outbox import by_policy

    if by_policy(verdict):
        return "policy"
    if verdict.outcome is Outcome.REFUSED:
        return "no address" if verdict.phase is Phase.RCPT else "words"
    if verdict.outcome is Outcome.DEFERRED and not verdict.code:
        return "broken off"
    return str(verdict.outcome)


def _say_kept_back(run: "Run") -> None:
    """Which letters were due and did not leave; many for the same reason are one line."""
    from mailer.cli.screen import say

    for reason, count in Counter(reason for _, reason in run.kept_back).items():
        if count > MOST_ALIKE:
            say(f"kept back {count:,} letters, each for the same reason: {reason}", "yellow", indent=2)
        else:
            for letter in (letter for letter, why in run.kept_back if why == reason):
                say(f"kept back {letter}: {reason}", "yellow", indent=2)


def exit_code(run: "Run") -> int:
    """What the shell is told about a run."""
    from mailer.nouns import Outcome

    return UNSURE if run.count(Outcome.UNSURE) else 1 if run.paused or run.count(Outcome.PAUSE) else 0
