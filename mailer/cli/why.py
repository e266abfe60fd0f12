"""The command that says why: the evidence for a message, a letter, a group or an address."""

from typing import TYPE_CHECKING, Any

import click

from mailer.cli.listing import json_option, print_listing
from mailer.cli.session import Session, open_session

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import RenderableType

    from mailer.chronicle import Archive, Fact, Named, Story

WIDEST_LABEL = 24
"""Columns for what a fact is about; a longer label stands in a line of its own."""


@click.command()
@click.argument("what", metavar="MESSAGE|LETTER|GROUP|ADDRESS")
@json_option
@click.pass_context
def why(context: click.Context, what: str, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Say why: the story of a message, a letter or a group.

    MESSAGE is the beginning of its id, LETTER is campaign/group/step; an address will do, too.
    """
    from mailer.chronicle import named
    from mailer.cli.screen import say

    session = open_session(context)
    archive = _archive(session)
    found = named(what, archive)
    told = _story(found, archive)
    if as_json:
        sums = {"what": told.what, "name": told.name, "title": told.title, "then": told.then}
        print_listing("why", session.world.now(), _rows(told), sums)
        return
    _print(told)
    for line in filter(None, (*told.then, found.also)):
        say(line, "dim")


def _archive(session: Session) -> "Archive":
    from mailer.chronicle import Archive

    read = session.manuscript()
    with session.look() as ledger:
        history, as_read, copies = ledger.history(), ledger.as_read(), ledger.sent_copies.all()
    plans = [session.plan(read, name, history) for name in read.campaigns]
    return Archive(history, as_read, read.groups, plans, session.world.now(), copies)


def _story(found: "Named", archive: "Archive") -> "Story":
    from mailer.chronicle import What, story_of_address, story_of_group, story_of_letter, story_of_message
    from mailer.nouns import LetterId

    match found.what:
        case What.MESSAGE:
            message = next(each for each in archive.history.messages if each.id == found.name)
            return story_of_message(message, archive)
        case What.LETTER:
            return story_of_letter(LetterId.parse(found.name), archive)
        case What.GROUP:
            return story_of_group(found.name, archive)
    return story_of_address(found.name, archive)


def _rows(told: "Story") -> "Iterator[Mapping[str, Any]]":
    """A fact as a row of a listing; README.md has the fields."""
    for chapter in told.chapters:
        for fact in chapter.facts:
            yield {
                "chapter": chapter.title,
                "label": fact.label,
                "at": fact.at,
                "text": fact.text,
                "evidence": fact.evidence,
            }


def _print(told: "Story") -> None:
    """Chapter by chapter: what is so, and below it why."""
    from rich.padding import Padding

    from mailer.cli.screen import grid, out, words

    console = out()
    console.print(words(f"{told.what} {told.name}", "bold"), words(told.title, "dim"), sep="  ")
    labels = [fact.label for chapter in told.chapters for fact in chapter.facts]
    width = max((len(label) for label in labels if len(label) <= WIDEST_LABEL), default=0)
    for chapter in told.chapters:
        console.print()
        console.print(words(chapter.title, "bold"))
        for fact in chapter.facts:
            rows = grid(2)
            rows.columns[0].min_width = width
            if len(fact.label) > WIDEST_LABEL:
                console.print(Padding(words(fact.label, "cyan"), (0, 0, 0, 2), expand=False))
            label = words(fact.label if len(fact.label) <= WIDEST_LABEL else "", "cyan")
            rows.add_row(label, _said(fact))
            console.print(Padding(rows, (0, 0, 0, 2), expand=False))
    console.print()


def _said(fact: "Fact") -> "RenderableType":
    from rich.text import Text

    from mailer.cli.screen import day, words

    when = Text.assemble(words(day(fact.at), "dim"), "  ") if fact.at else Text()
    lines = [Text.assemble(when, words(fact.text)), *(words(why, "dim") for why in fact.evidence)]
    return Text("\n").join(lines)
