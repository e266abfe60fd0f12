"""Shows what came back: several messages in two lines each, or one with its evidence."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from mailer.cli.listing import json_option, print_listing
from mailer.cli.paper import paper
from mailer.cli.session import open_session

if TYPE_CHECKING:
    from rich.console import OverflowMethod
    from rich.text import Text

    from mailer.nouns import Message

INDENT = 8
"""Columns in front of a message's words: they stand under the group, behind the id."""

WIDEST_GROUP = 30
"""Columns for the group's id, so that one long id does not push the rest off the screen."""

WIDEST_KIND = 13
"""Columns for `out-of-office`."""


def is_shown(message: "Message", name: str | None) -> bool:
    """Whether it belongs to this campaign; everything does to none."""
    return not name or name in {campaign for campaign, _ in message.match.conversations}


def ours(messages: Sequence["Message"]) -> list["Message"]:
    """Those that have to do with us: of what we sent, only what she wrote by hand."""
    from mailer.nouns import Kind, Reason

    aside = {Kind.UNRELATED, Kind.OWN_COPY}
    return [m for m in messages if m.finding.kind not in aside or m.finding.reason is Reason.BY_HAND]


def row(message: "Message") -> Mapping[str, Any]:
    """A message as a row of a listing; README.md has the fields."""
    finding, best = message.finding, message.match.best
    return {
        "id": message.id,
        "at": message.at,
        "kind": finding.kind,
        "reason": finding.reason,
        "confidence": finding.confidence / 100,
        "evidence": finding.because,
        "return_date": finding.until,
        "failed": finding.failed,
        "addresses": finding.addresses,
        "instead": finding.instead,
        "sender": message.sender,
        "name": message.sender_name,
        "subject": message.subject,
        "visible_text": message.words,
        "groups": list(dict.fromkeys(group for _, group in message.match.conversations)),
        "letter": best.letter if best else None,
        "campaign": best.letter.campaign if best else "",
        "group": best.letter.group if best else "",
        "step": best.letter.step if best else "",
        "review": bool(message.match.candidates) and best is None,
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

    listed = ours(messages)
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


@click.command()
@click.argument("message")
@click.option(
    "--raw", is_flag=True, help="The mail as it came; on a terminal, what could harm it is left out."
)
@json_option
@click.pass_context
def show(context: click.Context, message: str, raw: bool, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Print one message, with what it was taken for and why."""
    from mailer.orders import message_called

    session = open_session(context)
    ledger = session.look()
    found = message_called(message, ledger.messages(), "campaign replies --all lists them")
    mail = ledger.mail_bytes(found.place) if raw else b""
    if as_json:
        print_listing("show", session.world.now(), [row(found)])
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
    if until := message.finding.until:
        rows.add_row(words("Back", "dim"), words(f"{until:%a %d %b %Y}"))
    if instead := message.finding.instead:
        rows.add_row(words("Instead", "dim"), words(instead))
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


def _print_raw(raw: bytes) -> None:
    from mailer.nouns import visible

    if paper().isatty():
        paper().write(f"{visible(raw.decode('utf-8', 'replace'), lines=True)}\n")
    else:
        paper().write_bytes(raw)
