"""Looks through the unclear mails with a person at the keyboard: one mail, one key, the next.

Every decision is on the disk before the next mail is shown, so Ctrl-C loses nothing.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from mailer.cli.corrections import corrector, sentence, several_left, waiting
from mailer.cli.keyboard import Keyboard, listening
from mailer.cli.question import MOST_GUESSES, print_question
from mailer.errors import UsageError
from mailer.nouns import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from mailer.cli.session import Session
    from mailer.ledger import Ledger
    from mailer.nouns import Order
    from mailer.planning import Question
    from mailer.workspace import Manuscript

_HELP = (
    ("1-9", "it is the guess with this number; Enter takes the first where it is ahead of the others"),
    ("g", "it is from another group, by its name (TAB completes)"),
    ("s", "it answers another letter to the first of these groups"),
    ("k", "it is of another kind: no bounce but a person, and so on"),
    ("u", "it is unrelated: it has nothing to do with your letters"),
    ("d", "you have dealt with it; leave it as it is"),
    ("n", "later, also the space bar; it stays on the list"),
    ("b", "back: takes back what you decided last, or shows the one before"),
    ("v", "view all of its words"),
    ("q", "quit; what you decided is kept"),
)

_KINDS = {
    "h": "human",
    "o": "out-of-office",
    "a": "auto-ack",
    "b": "bounce-hard",
    "f": "bounce-soft",
    "u": "unsubscribe",
    "c": "challenge",
    "p": "complaint",
    "r": "receipt",
}


def look_through(session: "Session", ledger: "Ledger", read: "Manuscript") -> None:
    """Ask about one mail after the other, until there is none left or she has had enough."""
    from mailer.cli.screen import say, several

    with listening() as keyboard:
        table = _Table(session, ledger, read, keyboard)
        try:
            table.go_through()
        except KeyboardInterrupt:
            kept = several(table.decided, "decision")
            raise click.Abort(f"{kept} kept, {several_left(table.waiting())}") from None
    if not table.decided and not table.waiting():
        say("nothing to look through", "green")
        return
    say(f"{several(table.decided, 'decision')}, {several_left(table.waiting())}", "bold")
    if table.decided:
        say("campaign undo lists what was decided, and takes it back", "dim")


@dataclass(slots=True)
class _Table:
    """The mails in front of her.

    Attributes:
        later: Ids of those that she has put off.
        past: What she was shown and what she decided about it, for `b`.
        decided: How many decisions stand.
    """

    session: "Session"
    ledger: "Ledger"
    read: "Manuscript"
    keyboard: Keyboard
    later: list[str] = field(default_factory=list)
    past: "list[tuple[str, tuple[Order, ...]]]" = field(default_factory=list)

    @property
    def decided(self) -> int:
        return sum(len(orders) for _, orders in self.past)

    def waiting(self) -> "tuple[Question, ...]":
        return waiting(self.session, self.ledger, self.read)

    def go_through(self) -> None:
        """Until nothing is left that she has not put off."""
        again = ""
        while question := self._next(again):
            left = [each for each in self.waiting() if each.message.id not in self.later]
            seen = len({name for name, _ in self.past} - {each.message.id for each in left})
            title = f"{seen + 1} of {seen + len(left)}  {question.message.id[:6]}"
            print_question(question, self.session.workspace, title)
            act = self._asked(question)
            if act == "quit":
                return
            again = question.message.id if act == "again" else act

    def _next(self, again: str) -> "Question | None":
        """The one that she wants to see again, or the first that she has not put off."""
        asked = self.waiting()
        wanted = next((each for each in asked if each.message.id == again), None)
        return wanted or next((each for each in asked if each.message.id not in self.later), None)

    def _asked(self, question: "Question") -> str:
        """Wait for keys until one decides; `quit`, `again`, the id of another message to show, or ''."""
        from mailer.cli.screen import say

        _print_keys(question)
        while True:
            key = self.keyboard.key()
            if key in {"q", "Q", "", "\x1b"}:
                return "quit"
            try:
                done = self._act(question, key)
            except UsageError as error:
                say(f"{error.what}{f'; {error.fix}' if error.fix else ''}", "yellow")
                continue
            if done is not None:
                return done

    def _act(self, question: "Question", key: str) -> str | None:
        """Do what a key stands for; None when it was no decision and the next key is waited for."""
        if key in {"\r", "\n"} or (key.isdecimal() and key != "0"):
            return self._guess(question, key)
        acts: dict[str, Callable[[Question], str | None]] = {
            "g": self._group,
            "s": self._step,
            "k": self._kind,
            "u": self._unrelated,
            "d": self._done,
            "n": self._put_off,
            " ": self._put_off,
            "b": self._back,
            "v": self._view,
        }
        act = acts.get(key.lower())
        if act:
            return act(question)
        _explain(key)
        return None

    def _guess(self, question: "Question", key: str) -> str | None:
        from mailer.cli.screen import say
        from mailer.orders import guesses_of

        guesses = guesses_of(question.message)[:MOST_GUESSES]
        ahead = len(guesses) == 1 or (len(guesses) > 1 and guesses[0].points > guesses[1].points)
        if question.doubt.value == "a new contact?":
            say("the table is yours to change; then press d", "yellow")
            return None
        if not key.isdecimal() and guesses and not ahead:
            say("the first guesses are equally likely: press a number", "yellow")
            return None
        if not guesses:
            say("there is no guess to accept; g names the group", "yellow")
            return None
        number = int(key) if key.isdecimal() else 1
        return self._give(question, lambda: corrector(*self._here).accept(question.message, number))

    def _group(self, question: "Question") -> str | None:
        from mailer.nouns import nearest

        known = sorted({delivery.letter.group for delivery in self.ledger.deliveries().values()})
        typed = self.keyboard.line("which group? ", known)
        if not typed:
            return "again"
        begun = [group for group in known if group.startswith(typed)]
        group = typed if typed in known else begun[0] if len(begun) == 1 else typed
        if group not in known and (near := nearest(typed, known)):
            if not self._confirm(f"{near}?"):
                return "again"
            group = near
        return self._give(question, lambda: corrector(*self._here).of_group(question.message, group))

    def _step(self, question: "Question") -> str | None:
        from mailer.cli.screen import say
        from mailer.orders import guesses_of

        guesses = guesses_of(question.message)
        if not guesses:
            say("first say which group it is from: g", "yellow")
            return None
        letters = corrector(*self._here).letters_to(guesses[0].letter.group)[:MOST_GUESSES]
        say(f"which letter to {guesses[0].letter.group} does it answer?", "bold")
        for number, letter in enumerate(letters, 1):
            say(f"{number}  {letter}", indent=2)
        key = self.keyboard.key()
        if not (key.isdecimal() and 1 <= int(key) <= len(letters)):
            return "again"
        chosen = str(letters[int(key) - 1])
        return self._give(question, lambda: corrector(*self._here).answers(question.message, chosen))

    def _kind(self, question: "Question") -> str | None:
        from mailer.cli.screen import say

        say("what kind of mail is it? (any other key: none of these)", "bold")
        _print_choice(_KINDS.items())
        kind = _KINDS.get(self.keyboard.key().lower())
        if kind is None:
            say("nothing is decided", "dim")
            return "again"
        until = self._back_on() if kind == Kind.OUT_OF_OFFICE else None
        return self._give(question, lambda: corrector(*self._here).is_of_kind(question.message, kind, until))

    def _back_on(self) -> "date | None":
        """The first day on which the person is back; None where the mail does not say."""
        from mailer.orders import read_day

        typed = self.keyboard.line("back on which day? (2026-09-01, monday, 2 weeks; Enter if unknown) ", ())
        return read_day(typed, self.session.world.now().date()) if typed else None

    def _unrelated(self, question: "Question") -> str | None:
        return self._give(question, lambda: corrector(*self._here).is_unrelated(question.message))

    def _done(self, question: "Question") -> str | None:
        return self._give(question, lambda: corrector(*self._here).is_done(question.message))

    def _put_off(self, question: "Question") -> str | None:
        self.later.append(question.message.id)
        self.past.append((question.message.id, ()))
        return ""

    def _back(self, _question: "Question") -> str | None:
        from mailer.cli.screen import say

        if not self.past:
            say("there is nothing before this one", "yellow")
            return None
        name, orders = self.past.pop()
        corrector(*self._here).undo(orders)
        self.later = [each for each in self.later if each != name]
        if orders:
            say(f"taken back: {', '.join(order.id for order in orders)}", "green")
        return name

    def _view(self, question: "Question") -> str | None:
        print_question(question, self.session.workspace, question.message.id[:6], whole=True)
        _print_keys(question)
        return None

    def _confirm(self, text: str) -> bool:
        from mailer.cli.screen import say

        say(f"did you mean {text} Enter for yes, any other key for no")
        return self.keyboard.key() in {"\r", "\n", "y"}

    def _give(self, question: "Question", order: "Callable[[], Order]") -> str:
        """Have it written down, and say so; the same mail is shown again while it is still unclear."""
        from mailer.cli.screen import say

        given = order()
        self.past.append((question.message.id, (given,)))
        say(sentence(given, question.message, corrector(*self._here)), "green")
        return question.message.id

    @property
    def _here(self) -> "tuple[Session, Ledger, Manuscript]":
        return self.session, self.ledger, self.read


def _print_keys(question: "Question") -> None:
    """What may be pressed."""
    from mailer.orders import guesses_of

    count = min(len(guesses_of(question.message)), MOST_GUESSES)
    steps = [("s", "step")] if count else []
    keys = [("g", "group"), *steps, ("k", "kind"), ("u", "unrelated")]
    if question.doubt.value == "a new contact?":
        keys = [("k", "kind")]
    elif count:
        keys.insert(0, ("1" if count == 1 else f"1-{count}", "accept"))
    _print_choice([*keys, ("d", "done"), ("n", "later"), ("b", "back"), ("q", "quit"), ("?", "help")])


def _print_choice(keys: "Iterable[tuple[str, str]]") -> None:
    """Keys and what they stand for, in one line where they fit; no key is torn from its meaning."""
    from rich.text import Text

    from mailer.cli.screen import talk

    console, line = talk(), Text()
    for key, name in keys:
        item = Text.assemble((key, "bold cyan"), f" {name}")
        if line and line.cell_len + len("  ") + item.cell_len > console.width:
            console.print(line)
            line = Text()
        line = Text.assemble(line, "  " if line else "", item)
    console.print(line)


def _explain(key: str) -> None:
    """What the keys do; for one that does nothing, that there is an explanation."""
    from mailer.cli.screen import grid, say, talk, words

    if key not in {"?", "h"}:
        say("that key does nothing; ? explains", "dim")
        return
    rows = grid(2)
    for known, meaning in _HELP:
        rows.add_row(words(known, "bold cyan"), words(meaning))
    talk().print(rows)
