"""The command to look through the mails of which the program cannot be sure by itself."""

from shlex import quote
from typing import TYPE_CHECKING

import click

from mailer.cli.corrections import corrector, sentence, waiting
from mailer.cli.listing import json_option, print_listing
from mailer.cli.paper import paper, somebody_types
from mailer.cli.session import Session, open_session
from mailer.errors import UsageError

if TYPE_CHECKING:
    from mailer.nouns import Message, Order
    from mailer.orders import Corrector
    from mailer.workspace import Manuscript

_ONE_OF = ("accept", "letter", "group", "unrelated", "done")
"""Two of these would contradict each other; a kind may be said beside the first three."""

_UNSAID = ("because", "")


@click.command()
@click.argument("message", required=False)
@click.option("--list", "listed", is_flag=True, help="Only list what there is to look through.")
@click.option("--accept", type=int, metavar="N", help="It is the guess with this number.")
@click.option("--group", metavar="GROUP", help="It is from this group.")
@click.option("--letter", metavar="LETTER", help="It answers this letter: campaign/group/step.")
@click.option("--kind", metavar="KIND", help="It is of this kind: human, out-of-office, bounce-hard, …")
@click.option("--until", metavar="DAY", help="With --kind out-of-office: the first day back.")
@click.option("--unrelated", is_flag=True, help="It has nothing to do with any letter of yours.")
@click.option("--done", is_flag=True, help="You have dealt with it, whatever it is.")
@click.option("--because", default="", metavar="WHY", help="Why, in your words; it is kept.")
@json_option
@click.pass_context
def review(context: click.Context, /, message: str | None, **typed: object) -> None:
    """Decide about the mails that campaign is not sure about.

    Replies that may be from several groups, weak guesses, wishes to get no more letters from nobody knows
    whom, contacts who have left. While one waits here, nothing goes to any group that it may be from. One key
    decides; whom you name is known from then on. Everything can be taken back (b, or campaign undo).

    MESSAGE is the beginning of a message's id; with one of the options it decides about any message,
    without a keyboard.
    """
    session = open_session(context)
    read = session.manuscript()
    flags = ("listed", "as_json")
    given = {name: what for name, what in typed.items() if what is not None and what is not False}
    said = {name: what for name, what in given.items() if name not in flags and (name, what) != _UNSAID}
    if message and (set(said) - {"because", "until"}):
        _decide(session, read, message, said)
        return
    if said and message:
        kind, alone = ("--kind out-of-office", "--until") if "until" in said else ("--done", "--because")
        what = f"{alone} alone does not say what {message} is"
        raise UsageError(what, fix=f"campaign review {message} {kind} {alone} {quote(str(said[alone[2:]]))}")
    if said:
        raise UsageError(
            "say which message is meant, and what it is", fix="campaign review --list names them"
        )
    if message or typed["listed"] or typed["as_json"]:
        _show(session, read, message or "", as_json=bool(typed["as_json"]))
        return
    if not (somebody_types() and paper().isatty()):
        raise UsageError(
            "nobody is at the keyboard, so nothing can be asked",
            fix="campaign review --list lists what there is; then campaign review ID with --accept N, "
            "--group GROUP, --letter LETTER, --kind KIND, --unrelated or --done",
        )
    from mailer.cli.reviewing import look_through

    with session.ledger() as ledger:
        look_through(session, ledger, read)


def _show(session: Session, read: "Manuscript", named: str, *, as_json: bool) -> None:
    """List the questions; with a name only that one."""
    from mailer.cli.question import lines_for, print_question, row
    from mailer.cli.screen import say, several

    with session.look() as ledger:
        asked = waiting(session, ledger, read)
        if named:
            found = corrector(session, ledger, read).find(named)
            asked = tuple(each for each in asked if each.message.id == found.id)
    if as_json:
        rows = [row(question, session.workspace) for question in asked]
        print_listing("review", session.world.now(), rows, {"questions": len(asked)})
        return
    for number, question in enumerate(asked, 1):
        title = f"{number} of {len(asked)}  {question.message.id[:6]}"
        print_question(question, session.workspace, title)
    if asked:
        say(f"{several(len(asked), 'message')} to look through", "bold")
        say(f"campaign review asks for one after the other; or: {lines_for(asked)}", "dim")
    elif named:
        say(f"nothing is unclear about {named}; campaign why {named} says what it was taken for", "green")
    else:
        say("nothing to look through", "green")


def _decide(session: Session, read: "Manuscript", named: str, said: dict[str, object]) -> None:
    """Take down what the options say of one message."""
    from mailer.cli.screen import say
    from mailer.orders import read_day

    chosen = [name for name in _ONE_OF if name in said]
    if len(chosen) > 1 or (chosen and chosen[0] in {"unrelated", "done"} and "kind" in said):
        both = " and ".join(f"--{name}" for name in [*chosen, *(["kind"] if "kind" in said else [])])
        raise UsageError(f"{both} do not go together", fix="leave all but one of them out")
    now = session.world.now()
    with session.ledger() as ledger:
        correct = corrector(session, ledger, read)
        message, because = correct.find(named), str(said.get("because", ""))
        orders = []
        with ledger.together():
            if "kind" in said:
                until = read_day(str(said["until"]), now.date()) if "until" in said else None
                orders.append(correct.is_of_kind(message, str(said["kind"]), until, because))
            if chosen:
                orders.append(_order(correct, message, chosen[0], said[chosen[0]], because))
        for order in orders:
            say(sentence(order, message, correct), "green")
        say(f"to take it back: {', then '.join(f'campaign undo {o.id}' for o in reversed(orders))}", "dim")


def _order(correct: "Corrector", message: "Message", how: str, what: object, because: str) -> "Order":
    """Give the one order that an option stands for."""
    match how:
        case "accept":
            return correct.accept(message, int(str(what)), because)
        case "letter":
            return correct.answers(message, str(what), because)
        case "group":
            return correct.of_group(message, str(what), because)
        case "unrelated":
            return correct.is_unrelated(message, because)
    return correct.is_done(message, because)
