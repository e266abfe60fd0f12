"""Commands to read what came back."""

import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from mailer.cli.session import open_session
from mailer.errors import UsageError

if TYPE_CHECKING:
    from mailer.ledger import Ledger
    from mailer.nouns import Message

SHORTEST_ID = 4
"""A message may be named by so many first characters of its id, if no other begins with them."""

INDENT = 8
"""Columns in front of a message's words: they stand under the group, behind the id."""

WIDEST_GROUP = 30
"""Columns for the group's id, so that one long id does not push the rest off the screen."""


@click.command()
@click.argument("name", required=False)
@click.option("--all", "everything", is_flag=True, help="Show everything read so far, not only what is new.")
@click.pass_context
def replies(context: click.Context, name: str | None, everything: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Fetch what is new, and show which group it came from.

    People are told from machines. Your mailbox is never changed: what was unread stays unread.
    """
    from mailer.cli.screen import say

    session = open_session(context)
    read = session.manuscript(*([name] if name else []))
    with session.ledger() as ledger:
        if not ledger.deliveries():
            say("no letter has left yet, so there is nothing to answer")
            return
        if everything:
            messages = ledger.messages()
        else:
            messages = session.read_mailbox(session.settings(), ledger, read).new
    shown = [m for m in messages if not name or name in {campaign for campaign, _ in m.match.conversations}]
    print_messages(shown)
    _say_summary(messages, "so far" if everything else "new")
    if other := len(messages) - len(shown):
        say(f"{other} of them do not belong to {name}; campaign replies --all lists them", "dim")


def print_messages(messages: Sequence["Message"], title: str = "") -> bool:
    """Two lines for each message that has to do with us; says whether there were any."""
    from rich.cells import set_cell_size
    from rich.padding import Padding
    from rich.text import Text

    from mailer.cli.screen import KIND_STYLES, out, words
    from mailer.nouns import Kind, visible

    listed = [m for m in messages if m.finding.kind not in {Kind.UNRELATED, Kind.OWN_COPY}]
    if not listed:
        return False
    console = out()
    if title:
        console.print(title, style="dim")
    groups = [", ".join(group for _, group in m.match.conversations) or "?" for m in listed]
    widest = min(max(map(len, groups)), WIDEST_GROUP)
    for message, group in zip(listed, groups, strict=True):
        kind = message.finding.kind
        head = Text.assemble(
            (f"{message.id[:6]}  ", "dim"),
            set_cell_size(visible(group), widest),
            "  ",
            (f"{kind:<13}", KIND_STYLES.get(kind, "")),
            "  ",
            words(message.sender_name or message.sender),
        )
        console.print(head, no_wrap=True, overflow="ellipsis")
        console.print(
            Padding(words(_gist(message), "dim", limit=console.width - 8), (0, 0, 0, 8), expand=False)
        )
    return True


def _gist(message: "Message") -> str:
    """What a person wrote; for a machine, what it was taken for and why."""
    from mailer.nouns import Kind

    if message.finding.kind in {Kind.HUMAN, Kind.UNSUBSCRIBE} or not message.finding.because:
        return message.words or message.subject
    until = f"back on {message.finding.until:%a %d %b}: " if message.finding.until else ""
    return until + message.finding.because[0]


def _say_summary(messages: Sequence["Message"], when: str) -> None:
    from mailer.cli.screen import say, several

    counts = Counter(message.finding.kind for message in messages)
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    say(f"{several(len(messages), 'message')} {when}{': ' + kinds if kinds else ''}")
    unmatched = [m for m in messages if len(m.match.conversations) > 1]
    if unmatched:
        say(
            f"{several(len(unmatched), 'message')} may belong to several groups; none of them is written to",
            "yellow",
        )
    if counts:
        say("next: campaign show ID prints one; campaign status", "dim")


@click.command()
@click.argument("message")
@click.option(
    "--raw", is_flag=True, help="The mail as it came; on a terminal, what could harm it is left out."
)
@click.pass_context
def show(context: click.Context, message: str, raw: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Print one message, with what it was taken for and why."""
    from mailer.cli.screen import KIND_STYLES, day, out, table, words
    from mailer.nouns import visible

    session = open_session(context)
    with session.ledger() as ledger:
        found = _find(ledger, message)
        if raw:
            _print_raw(ledger.mail_bytes(found.place))
            return
    kind = found.finding.kind
    rows = table("", "")
    rows.show_header = False
    rows.columns[1].no_wrap = False
    rows.add_row(words("From", "dim"), words(f"{found.sender_name} <{found.sender}>".strip()))
    rows.add_row(words("Date", "dim"), words(day(found.at)))
    rows.add_row(words("Subject", "dim"), words(found.subject, "bold"))
    rows.add_row(words("Kind", "dim"), words(kind, KIND_STYLES.get(kind, "")))
    for reason in found.finding.because:
        rows.add_row("", words(reason, "dim"))
    for candidate in found.match.candidates:
        rows.add_row(words("Answers", "dim"), words(candidate.letter))
        rows.add_row("", words(f"{candidate.because} ({candidate.points} of 100)", "dim"))
    if found.note:
        rows.add_row(words("Note", "dim"), words(found.note, "yellow"))
    console = out()
    console.print(rows)
    console.print()
    console.print(visible(found.words, lines=True), markup=False, soft_wrap=True)


def _find(ledger: "Ledger", prefix: str) -> "Message":
    found = [m for m in ledger.messages() if m.id.startswith(prefix.lower())]
    if len(prefix) < SHORTEST_ID or len(found) != 1:
        many = f"{len(found)} messages begin with" if len(found) > 1 else "there is no message"
        raise UsageError(f"{many} {prefix!r}", fix="campaign replies --all lists them")
    return found[0]


def _print_raw(raw: bytes) -> None:
    from mailer.nouns import visible

    if sys.stdout.isatty():
        click.echo(visible(raw.decode("utf-8", "replace"), lines=True))
    else:
        sys.stdout.buffer.write(raw)
