"""Commands for what a person decides: it is written down with who and why, and can be taken back."""

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from mailer.cli.doubts import say_doubts, ways
from mailer.cli.listing import json_option, print_listing
from mailer.cli.session import open_session
from mailer.cli.telling import UNSURE
from mailer.errors import BadSettings, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mailer.ledger import Ledger
    from mailer.nouns import Order, Settings
    from mailer.orders import Clerk


def _said(_context: click.Context, _option: click.Parameter, why: str) -> str:
    if not why.strip():
        raise click.BadParameter("say why, in a few words; it is kept with the decision")
    return why.strip()


_because = click.option(
    "--because", required=True, metavar="WHY", callback=_said, help="Why, in your words; it is kept."
)


@contextmanager
def _clerk(context: click.Context) -> "Iterator[Clerk]":
    from mailer.orders import Clerk

    session = open_session(context)
    groups = session.manuscript().groups
    with session.ledger() as ledger:
        yield Clerk(ledger, groups, session.person, session.world.now())


def _say(order: "Order", sentence: str) -> None:
    from mailer.cli.screen import say

    say(sentence, "green")
    say(f"to take it back: campaign undo {order.id}", "dim")


@click.command()
@click.argument("whom", metavar="GROUP|ADDRESS")
@_because
@click.pass_context
def answered(context: click.Context, whom: str, because: str) -> None:
    """A group answered by phone or in person: no more follow-ups."""
    with _clerk(context) as clerk:
        for order in clerk.answered(whom, because):
            _say(order, f"{order.subject} has answered; it gets no more follow-ups")


@click.command()
@click.argument("whom", metavar="GROUP|ADDRESS")
@click.option("--until", required=True, metavar="DAY", help="2026-09-01, tomorrow, monday, '2 weeks'.")
@_because
@click.pass_context
def hold(context: click.Context, whom: str, until: str, because: str) -> None:
    """Do not write to a group or an address before a day."""
    from mailer.orders import read_day

    with _clerk(context) as clerk:
        order = clerk.hold(whom, read_day(until, clerk.now.date()), because)
        _say(order, f"nothing goes to {order.subject} before {order.until:%a %d %b %Y}")


@click.command()
@click.argument("whom", metavar="GROUP|ADDRESS")
@_because
@click.pass_context
def stop(context: click.Context, whom: str, because: str) -> None:
    """Never write to a group or an address again, in any campaign."""
    from mailer.cli.screen import say

    with _clerk(context) as clerk:
        order = clerk.stop(whom, because)
        if doubt := clerk.stranger(order.subject):
            say(doubt, "yellow")
        _say(order, f"nothing goes to {order.subject} ever again")


@click.command()
@click.argument("whom", metavar="MESSAGE|GROUP")
@click.option("--because", default="", metavar="WHY", help="Why, in your words; it is kept.")
@click.pass_context
def done(context: click.Context, whom: str, because: str) -> None:
    """You have dealt with what somebody wrote: it leaves the list.

    MESSAGE is named as campaign todo names it; GROUP stands for all its messages there. Their next message is
    on the list again. Nothing else changes: who has answered gets no more follow-ups anyway.
    """
    with _clerk(context) as clerk:
        for order in clerk.done(whom, because.strip()):
            _say(order, f"done: {_subject(order, clerk)}")


@click.command()
@click.argument("letters", nargs=-1, metavar="[LETTER|GROUP]...")
@click.option("--sent", is_flag=True, help="It did leave.")
@click.option("--resend", is_flag=True, help="It did not leave: send it again.")
@click.option(
    "--resend-absent",
    is_flag=True,
    help="Look for copies now; send every letter again that has none, if your provider files copies.",
)
@click.option("--because", default="", metavar="WHY", help="Why, in your words; it is kept.")
@click.pass_context
def resolve(
    context: click.Context,
    letters: tuple[str, ...],
    sent: bool,  # noqa: FBT001 - click passes options by name
    resend: bool,  # noqa: FBT001 - as above
    resend_absent: bool,  # noqa: FBT001 - as above
    because: str,
) -> int:
    """Settle letters of which nobody knows whether they left.

    It is final: what you say here cannot be taken back.

    LETTER is named as status names it: campaign/group/step. campaign replies looks for copies of them by
    itself, and settles what it finds. Else look into your Sent folder first. --resend is also for a letter
    that was refused for its words, or set aside because the program died over it.
    """
    from mailer.cli.screen import say

    because, how = because.strip(), _only_one(sent=sent, resend=resend, resend_absent=resend_absent)
    if how == "--resend-absent":
        _refuse_names(letters)
        return _resend_absent(context, because)
    if not (how and letters):
        raise _unsaid("which letter" if how else "what became of it", how, letters)
    with _clerk(context) as clerk, clerk.ledger.together():
        for letter in letters:
            clerk.to_settle(letter, sent=sent)
        if not because:
            raise _unsaid("why", how, letters)
        orders = [clerk.resolve(letter, sent=sent, because=because) for letter in letters]
    for order in orders:
        say(f"{order.subject} {'counts as sent' if sent else 'is due again'}; that is final", "green")
    return 0


def _only_one(**flags: bool) -> str:
    """The flag that was typed; '' when there was none."""
    typed = [f"--{name.replace('_', '-')}" for name, given in flags.items() if given]
    if len(typed) > 1:
        raise UsageError(f"{' and '.join(typed)} do not go together", fix="leave all but one of them out")
    return typed[0] if typed else ""


def _unsaid(what: str, how: str, letters: tuple[str, ...]) -> UsageError:
    """What is missing, and what to type then: with as much of it as was typed."""
    fix = ways(" ".join(letters) or "LETTER", [how] if how else ["--sent", "--resend"])
    return UsageError(f"say {what}", fix=fix if letters else f"{fix}; campaign todo names the letters")


def _refuse_names(letters: tuple[str, ...]) -> None:
    if letters:
        fix = "leave the names out, or write --resend for just these"
        raise UsageError("--resend-absent is about all letters in doubt", fix=fix)


def _resend_absent(context: click.Context, because: str) -> int:
    """Look into the mailbox; what has a copy there did leave, and what has none is to be sent again."""
    from mailer.cli.read import print_messages
    from mailer.cli.screen import say
    from mailer.orders import Clerk

    session = open_session(context)
    settings, read = session.settings(), session.manuscript()
    with session.ledger() as ledger:
        _refuse_without_filing(settings, ledger)
        now = session.world.now()
        found = session.read_mailbox(settings, ledger, read)
        orders, kept = Clerk(ledger, read.groups, session.person, now).resend_absent(found.doubts, because)
    print_messages(found.new, title="new in your mailbox")
    say_doubts(found.doubts)
    for order in orders:
        say(f"{order.subject} is due again: Sent and All Mail hold no copy of it; that is final", "green")
    for letter, reason in kept.items():
        say(f"{letter} stays in doubt: {reason}", "yellow")
    if not (orders or kept or found.doubts.settled):
        say("no letter is in doubt")
    return UNSURE if kept else 0


def _refuse_without_filing(settings: "Settings", ledger: "Ledger") -> None:
    """Refuse where it means nothing that there is no copy."""
    from mailer.nouns import files_copies
    from mailer.workspace import provider_of

    if not files_copies(settings, ledger.lessons.of(settings.smtp.host), provider_of(settings.smtp)):
        raise BadSettings(
            "nobody knows that your provider itself files a copy of each letter, so it means nothing that "
            "there is none",
            fix="campaign doctor --probe finds out; or, if you know that it does, write files_copies = true "
            f"below [smtp] in campaigns/settings.toml; else {ways()}",
        )


@click.command()
@click.argument("order", required=False)
@click.option("--because", default="", metavar="WHY", help="Why, in your words; it is kept.")
@json_option
@click.pass_context
def undo(context: click.Context, order: str | None, because: str, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Take a decision back; without ORDER, list those that stand.

    One that is called final cannot be taken back.
    """
    from mailer.cli.screen import say

    with _clerk(context) as clerk:
        standing = clerk.ledger.orders()
        taken = [clerk.undo(order, because)] if order else []
        if as_json:
            print_listing("undo", clerk.now, map(_row, taken or standing))
        named = {known.id: _subject(known, clerk) for known in taken or standing}
    for known in taken:
        because = f" ({known.because})" if known.because else ""
        what = named[known.id] if known.says else f"{known.kind} {named[known.id]}"
        say(f"taken back: {what}{because}", "green")
        if known.kind == "match":
            say("what came in while it stood was read by it: campaign replies --again", "dim")
    if not taken and not standing:
        say("no decision stands")
    elif not taken and not as_json:
        _print_orders(standing, named)
        if may_go := [known.id for known in standing if not known.final]:
            say(f"to take one back: campaign undo {may_go[-1]}", "dim")


def _row(order: "Order") -> "Mapping[str, Any]":
    """An order as a row of a listing; README.md has the fields."""
    return {
        field: getattr(order, field)
        for field in ("id", "at", "kind", "subject", "says", "until", "by", "because", "final")
    }


def _subject(order: "Order", clerk: "Clerk") -> str:
    """What an order is about, as a person knows it: a message by the beginning of its id, and its writer."""
    from mailer.nouns import OrderKind

    if order.kind not in {OrderKind.DONE, OrderKind.MATCH, OrderKind.KIND}:
        return order.subject
    writers = (m.sender_name or m.sender for m in clerk.ledger.messages() if m.id == order.subject)
    said = "" if order.kind is OrderKind.DONE else f": {order.says or 'none of your letters'}"
    return f"the message {order.subject[:6]} of {next(writers, '') or 'an unknown sender'}{said}"


def _print_orders(orders: "Sequence[Order]", named: "Mapping[str, str]") -> None:
    from mailer.cli.screen import print_table, table, words

    rows = table("order", "given", "what", "whom", "until", "because")
    rows.columns[-1].no_wrap = False
    for known in orders:
        until = f"{known.until:%d %b %Y}" if known.until else ""
        given = f"{known.at.astimezone():%d %b}"
        kind = f"{known.kind} (final)" if known.final else known.kind
        cells = (known.id, given, kind, named[known.id], until, known.because)
        rows.add_row(*map(words, cells))
    print_table(rows)
