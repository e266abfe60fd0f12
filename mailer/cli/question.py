"""How one mail looks that the program cannot be sure about: its words, and what it may be."""

from typing import TYPE_CHECKING, Any

from mailer.cli.contact import place_of, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import Console, RenderableType

    from mailer.nouns import Candidate, Message
    from mailer.planning import Question
    from mailer.workspace import Workspace

MOST_LINES = 12
"""So many lines of a mail are shown; `campaign show` has all of them."""

MOST_GUESSES = 9
"""One key each."""

_INDENT = 2

_ASKS = {
    "which group?": "Which group is it from?",
    "an answer at all?": "Does it answer this letter?",
    "contradictory": "Is it this group's?",
    "for which of their groups?": "For which group does this person write?",
    "from whom?": "Which group is it from?",
    "a new contact?": "Change the contact?",
}


def row(question: "Question", workspace: "Workspace") -> "Mapping[str, Any]":
    """A question as a row of a listing; README.md has the fields."""
    message = question.message
    _, after = rows_of(question, workspace)
    return {
        "id": message.id,
        "at": message.at,
        "sender": message.sender,
        "name": message.sender_name,
        "subject": message.subject,
        "kind": message.finding.kind,
        "doubt": question.doubt,
        "why": question.why,
        "words": message.words,
        "guesses": [*_guesses(message)],
        "instead": message.finding.instead,
        "place": place_of(question),
        "row": after,
    }


def _guesses(message: "Message") -> "Iterator[Mapping[str, Any]]":
    from mailer.orders import guesses_of

    for number, guess in enumerate(guesses_of(message), 1):
        letter = guess.letter
        parts = {"campaign": letter.campaign, "group": letter.group, "step": letter.step}
        known = {"number": number, "letter": letter, **parts}
        yield {**known, "points": guess.points, "because": guess.because}


def print_question(question: "Question", workspace: "Workspace", title: str, *, whole: bool = False) -> None:
    """The mail and what is asked about it.

    Args:
        question: Which.
        workspace: Where the table is, for a row of it.
        title: What stands in the line above it.
        whole: Show all of its words.
    """
    from rich.padding import Padding

    from mailer.cli.screen import day, out, words

    console, message = out(), question.message
    console.print()
    console.rule(words(title, "bold"), align="left", style="dim")
    print_head(console, message, day(message.at))
    console.print()
    print_words(console, message, whole=whole)
    console.print()
    wish = message.finding.kind.value in {"unsubscribe", "complaint"}
    asked = "Who wants no more letters?" if wish else _ASKS[question.doubt.value]
    console.print(words(asked, "bold yellow"), words(f"({question.why})", "dim"))
    console.print()
    if question.doubt.value == "a new contact?":
        _print_contact(console, question, workspace)
    else:
        console.print(Padding(guesses_table(message), (0, 0, 0, _INDENT), expand=False))
        console.print()


def print_head(console: "Console", message: "Message", when: str) -> None:
    """Who wrote, when, about what, and what it was taken for."""
    from rich.text import Text

    from mailer.cli.screen import KIND_STYLES, words

    kind, who = message.finding.kind, message.sender
    sender = f"{message.sender_name} <{who}>" if message.sender_name else who or "nobody knows who"
    console.print(words(sender, "bold"), words(when, "dim"), sep="  ")
    console.print(words(message.subject or "(no subject)", "italic"))
    said = message.finding.because[0] if message.finding.because else ""
    line = Text.assemble(words(kind, KIND_STYLES.get(kind, "")), words(f": {said}" if said else "", "dim"))
    console.print(line)


def print_words(console: "Console", message: "Message", *, whole: bool) -> None:
    """What was written, its first lines or all."""
    from rich.padding import Padding
    from rich.text import Text

    from mailer.cli.screen import several, words
    from mailer.nouns import visible

    text = Text(visible(message.words, lines=True).strip() or "(nothing to read)")
    lines = text.wrap(console, max(console.width - 2 * _INDENT, 20))
    shown = lines if whole else lines[:MOST_LINES]
    console.print(Padding(Text("\n").join(shown), (0, 0, 0, _INDENT), expand=False))
    if len(shown) < len(lines):
        more = f"… {several(len(lines) - len(shown), 'line')} more; campaign show {message.id[:6]}"
        console.print(Padding(words(more, "dim"), (0, 0, 0, _INDENT), expand=False))


def guesses_table(message: "Message") -> "RenderableType":
    """What it may be about, numbered, likeliest first, each with its reason below it."""
    from rich.text import Text

    from mailer.cli.screen import grid, words
    from mailer.orders import guesses_of

    guesses = guesses_of(message)[:MOST_GUESSES]
    if not guesses:
        return words("no guess; g names the group", "dim")
    rows = grid(2)
    for number, guess in enumerate(guesses, 1):
        name = Text.assemble(words(guess.letter.group, "bold"), "  ", words(_letter(guess), "dim"))
        rows.add_row(Text(str(number), "bold"), name)
        rows.add_row("", words(f"{guess.because} ({guess.points} of 100)"))
    return rows


def _letter(guess: "Candidate") -> str:
    letter = guess.letter
    return letter.campaign if letter.step == letter.campaign else f"{letter.campaign}, step {letter.step}"


def _print_contact(console: "Console", question: "Question", workspace: "Workspace") -> None:
    """The row as it is and as it would be; whole, so that it can be copied."""
    from mailer.cli.screen import words

    before, after = rows_of(question, workspace)
    instead = question.message.finding.instead
    where = place_of(question)
    if after:
        console.print(words(f"  {where} is", "dim"))
        console.print(words(f"  {before}", "red"), soft_wrap=True)
        console.print(words("  and would be (put the name in)", "dim"))
        console.print(words(f"  {after}", "green"), soft_wrap=True)
    elif instead:
        console.print(words(f"  in {where} write {instead}"))
    else:
        console.print(words(f"  find out who is there now, and correct {where}"))
    still = "no letter goes to the old address until you have decided"
    console.print(words(f"  Nothing is changed by itself; {still}.", "dim"))
    console.print()


def lines_for(questions: "Sequence[Question]") -> str:
    """How to decide without a keyboard."""
    name = questions[0].message.id[:6] if questions else "ID"
    return f"campaign review {name} --accept 1 (or --group, --letter, --kind, --unrelated, --done)"
