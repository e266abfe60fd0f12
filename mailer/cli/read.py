"""Commands to read what came back."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from mailer.cli.doubts import say_doubts, say_unfound
from mailer.cli.listing import json_option, print_listing
from mailer.cli.paper import paper
from mailer.cli.session import open_session
from mailer.errors import UsageError

if TYPE_CHECKING:
    from rich.console import OverflowMethod
    from rich.text import Text

    from mailer.ledger import Ledger
    from mailer.nouns import Message

SHORTEST_ID = 4
"""A message may be named by so many first characters of its id, if no other begins with them."""

INDENT = 8
"""Columns in front of a message's words: they stand under the group, behind the id."""

WIDEST_GROUP = 30
"""Columns for the group's id, so that one long id does not push the rest off the screen."""

WIDEST_KIND = 13
"""Columns for `out-of-office`."""


@click.command()
@click.argument("name", required=False)
@click.option("--all", "everything", is_flag=True, help="Show everything read so far, not only what is new.")
@json_option
@click.pass_context
def replies(context: click.Context, name: str | None, everything: bool, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Fetch what is new, and show which group it came from.

    People are told from machines. Your mailbox is never changed: what was unread stays unread.
    """
    from mailer.cli.screen import say

    session = open_session(context)
    read = session.manuscript(*([name] if name else []))
    doubts = None
    with session.look() if everything else session.ledger() as ledger:
        begun = bool(ledger.deliveries())
        if not begun:
            say("no letter has left yet, so there is nothing to answer")
        if everything or not begun:
            messages = ledger.messages()
        else:
            found = session.read_mailbox(session.settings(), ledger, read)
            messages, doubts = found.new, found.doubts
        deliveries = ledger.deliveries()
    shown = [m for m in messages if not name or name in {campaign for campaign, _ in m.match.conversations}]
    if as_json:
        sums = {"kinds": Counter(message.finding.kind for message in messages)}
        print_listing("replies", session.world.now(), map(_row, _ours(shown)), sums)
    else:
        print_messages(shown)
    if doubts:
        say_doubts(doubts)
        say_unfound(doubts, deliveries, session.world.now())
    if begun:
        _say_summary(messages, "so far" if everything else "new")
    if begun and _ours(shown):
        say("next: campaign show ID prints one; campaign status", "dim")
    if other := len(messages) - len(shown):
        say(f"{other} of them do not belong to {name}; campaign replies --all lists them", "dim")


def _ours(messages: Sequence["Message"]) -> list["Message"]:
    """Those that have to do with us."""
    from mailer.nouns import Kind

    return [m for m in messages if m.finding.kind not in {Kind.UNRELATED, Kind.OWN_COPY}]


def _row(message: "Message") -> Mapping[str, Any]:
    """A message as a row of a listing; README.md has the fields."""
    finding, best = message.finding, message.match.best
    return {
        "id": message.id,
        "at": message.at,
        "kind": finding.kind,
        "because": finding.because,
        "until": finding.until,
        "failed": finding.failed,
        "sender": message.sender,
        "name": message.sender_name,
        "subject": message.subject,
        "words": message.words,
        "groups": list(dict.fromkeys(group for _, group in message.match.conversations)),
        "letter": best.letter if best else None,
        "answers": [*_answers(message)],
        "note": _note(message),
    }


def _note(message: "Message") -> str:
    """What could not be read of it, or that there is nothing to read any more."""
    from mailer.nouns import is_forgotten

    gone = "what was written here was destroyed by campaign forget"
    return gone if is_forgotten(message.sender) else message.note


def _answers(message: "Message") -> Iterator[Mapping[str, Any]]:
    for candidate in message.match.candidates:
        letter = candidate.letter
        yield {
            "letter": letter,
            "campaign": letter.campaign,
            "group": letter.group,
            "step": letter.step,
            "points": candidate.points,
            "because": candidate.because,
        }


def print_messages(messages: Sequence["Message"], title: str = "") -> bool:
    """Two lines for each message that has to do with us; says whether there were any."""
    from rich.padding import Padding
    from rich.text import Text

    from mailer.cli.screen import NARROW, out, words

    listed = _ours(messages)
    console = out()
    if listed and title:
        console.print(title, style="dim")
    narrow = console.is_terminal and console.width < NARROW
    limit = WIDEST_GROUP if console.is_terminal else 0
    widest = max((_groups(message, limit).cell_len for message in listed), default=0)
    for message in listed:
        head, kind, sender = _groups(message, limit), _kind(message), _sender(message)
        lines = [words(_gist(message), "dim", limit=console.width - INDENT)]
        if narrow:
            lines.insert(0, Text.assemble(kind, "  ", sender))
        else:
            head.pad_right(widest - head.cell_len + 2)
            kind.pad_right(WIDEST_KIND - kind.cell_len + 2)
            head = Text.assemble(head, kind, sender)
        shown = Text.assemble((f"{message.id[:6]}  ", "dim"), head)
        # A terminal has an end; in a pipe every id is whole.
        overflow: OverflowMethod = "ellipsis" if console.is_terminal else "ignore"
        console.print(shown, no_wrap=True, overflow=overflow, crop=False)
        for line in lines:
            console.print(Padding(line, (0, 0, 0, INDENT), expand=False), no_wrap=True, overflow="ellipsis")
    return bool(listed)


def _groups(message: "Message", limit: int) -> "Text":
    from mailer.cli.screen import words

    return words(", ".join(group for _, group in message.match.conversations) or "?", limit=limit)


def _kind(message: "Message") -> "Text":
    from mailer.cli.screen import KIND_STYLES, words

    return words(message.finding.kind, KIND_STYLES.get(message.finding.kind, ""))


def _sender(message: "Message") -> "Text":
    from mailer.cli.screen import words

    return words(message.sender_name or message.sender)


def _gist(message: "Message") -> str:
    """What a person wrote; for a machine, what it was taken for and why."""
    from mailer.nouns import Kind

    if message.finding.kind in {Kind.HUMAN, Kind.UNSUBSCRIBE} or not message.finding.because:
        return message.words or message.subject or _note(message)
    until = f"back on {message.finding.until:%a %d %b}: " if message.finding.until else ""
    return until + message.finding.because[0]


def _say_summary(messages: Sequence["Message"], when: str) -> None:
    from mailer.cli.screen import say, several

    counts = Counter(message.finding.kind for message in messages)
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    say(f"{several(len(messages), 'message')} {when}{': ' + kinds if kinds else ''}")
    unmatched = [m for m in messages if len(m.match.conversations) > 1]
    if unmatched:
        many = several(len(unmatched), "message")
        say(
            f"{many} may belong to several groups; none of them is written to. campaign review asks which",
            "yellow",
        )


@click.command()
@click.argument("message")
@click.option(
    "--raw", is_flag=True, help="The mail as it came; on a terminal, what could harm it is left out."
)
@json_option
@click.pass_context
def show(context: click.Context, message: str, raw: bool, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Print one message, with what it was taken for and why."""
    session = open_session(context)
    ledger = session.look()
    found = _find(ledger, message)
    mail = ledger.mail_bytes(found.place) if raw else b""
    if as_json:
        print_listing("show", session.world.now(), [_row(found)])
    elif raw:
        _print_raw(mail)
    else:
        _print_message(found)


def _print_message(message: "Message") -> None:
    from mailer.cli.screen import KIND_STYLES, day, grid, out, words
    from mailer.nouns import visible

    kind = message.finding.kind
    sender = f"{message.sender_name} <{message.sender}>"
    rows = grid(2)
    rows.add_row(words("From", "dim"), words(sender))
    rows.add_row(words("Date", "dim"), words(day(message.at)))
    rows.add_row(words("Subject", "dim"), words(message.subject, "bold"))
    rows.add_row(words("Kind", "dim"), words(kind, KIND_STYLES.get(kind, "")))
    for reason in message.finding.because:
        rows.add_row("", words(reason, "dim"))
    for candidate in message.match.candidates:
        rows.add_row(words("Answers", "dim"), words(candidate.letter))
        rows.add_row("", words(f"{candidate.because} ({candidate.points} of 100)", "dim"))
    if note := _note(message):
        rows.add_row(words("Note", "dim"), words(note, "yellow"))
    console = out()
    console.print(rows)
    console.print()
    # A pipe gets the lines as they are.
    console.print(visible(message.words, lines=True), markup=False, soft_wrap=not console.is_terminal)


def _find(ledger: "Ledger", prefix: str) -> "Message":
    found = [m for m in ledger.messages() if m.id.startswith(prefix.lower())]
    if len(prefix) < SHORTEST_ID or len(found) != 1:
        many = f"{len(found)} messages begin with" if len(found) > 1 else "there is no message"
        raise UsageError(f"{many} {prefix!r}", fix="campaign replies --all lists them")
    return found[0]


def _print_raw(raw: bytes) -> None:
    from mailer.nouns import visible

    if paper().isatty():
        paper().write(f"{visible(raw.decode('utf-8', 'replace'), lines=True)}\n")
    else:
        paper().write_bytes(raw)
