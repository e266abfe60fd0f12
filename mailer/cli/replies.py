"""`campaign replies`: fetches what came back; shows it, stays and shows what comes, or judges it again."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from mailer.cli.doubts import say_doubts, say_unfound
from mailer.cli.listing import json_option, print_listing
from mailer.cli.read import is_shown, ours, print_messages, row
from mailer.cli.session import Session, open_session
from mailer.errors import CampaignError, UsageError

if TYPE_CHECKING:
    from mailer.ledger import Ledger
    from mailer.nouns import Doubts, Message


@click.command()
@click.argument("name", required=False)
@click.option("--all", "everything", is_flag=True, help="Show everything read so far, not only what is new.")
@click.option(
    "--watch", "watching", is_flag=True, help="Stay, and show what comes as it comes; Ctrl-C ends it."
)
@click.option(
    "--since", metavar="DAY", help="Read again what arrived since 2026-09-01, monday or '2 weeks' ago."
)
@click.option("--again", "anew", is_flag=True, help="Judge all kept mail again, and show what would change.")
@click.option("--apply", "applying", is_flag=True, help="With --again: note what changes.")
@json_option
@click.pass_context
def replies(  # noqa: PLR0913 - one for each option
    context: click.Context,
    name: str | None,
    since: str | None,
    *,
    everything: bool,
    watching: bool,
    anew: bool,
    applying: bool,
    as_json: bool,
) -> None:
    """Fetch what is new, and show which group it came from.

    People are told from machines. Your mailbox is never changed: what was unread stays unread. Of what you
    sent yourself, only that is looked at which went to a group.
    """
    _refuse_together(everything=everything, watching=watching, since=bool(since), anew=anew)
    if applying and not anew:
        raise UsageError("--apply is for what --again shows", fix="campaign replies --again --apply")
    session = open_session(context)
    if watching:
        from mailer.cli.watch import watch

        watch(session, name, as_json=as_json)
    elif anew:
        from mailer.cli.again import again

        if name:
            raise UsageError(
                "--again judges all kept mail", fix="campaign replies --again, without a campaign"
            )
        again(session, apply=applying, as_json=as_json)
    elif everything:
        session.manuscript(*([name] if name else []))
        with session.look() as ledger:
            if not ledger.deliveries():
                _say_not_begun()
            _show(session, ledger, ledger.messages(), name, "so far", as_json=as_json)
    else:
        day = past_day(since, session.world.now().date()) if since else None
        _fetch(session, name, day, as_json=as_json)


def _refuse_together(**asked: bool) -> None:
    """Refuse what cannot be asked for at once."""
    flags = {"everything": "--all", "watching": "--watch", "since": "--since", "anew": "--again"}
    given = [flags[each] for each, is_asked in asked.items() if is_asked]
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} do not go together", fix="leave one of them out")


def past_day(text: str, today: date) -> date:
    """The day that has been, as a person says it: `2026-09-01`, `yesterday`, `monday`, `2 weeks`.

    Raises:
        UsageError: with the forms that are understood.
    """
    try:
        day = _meant(text.strip().lower().removesuffix(" ago"), today)
    except (UsageError, OverflowError):
        day = date.max
    if day > today:
        fix = "write 2026-09-01, yesterday, monday or '2 weeks'"
        raise UsageError(f"{text!r} is no day that has been", fix=fix)
    return day


def _meant(said: str, today: date) -> date:
    from mailer.orders import read_day

    if said in {"today", "yesterday"}:
        return today - timedelta(days=said == "yesterday")
    if said == "tomorrow" or said.startswith("in "):
        return date.max
    # The orders know the words for days to come.
    day = read_day(said, today)
    if said.isalpha():
        return day - timedelta(days=7)
    return day if "-" in said else today - (day - today)


def _fetch(session: Session, name: str | None, since: date | None, *, as_json: bool) -> None:
    """Read the mailbox and show what is new; also where that ends in the middle, for then it is noted."""
    read = session.manuscript(*([name] if name else []))
    with session.ledger() as ledger:
        if not ledger.deliveries():
            _say_not_begun()
            _show(session, ledger, (), name, "new", as_json=as_json)
            return
        known = {message.id for message in ledger.messages()}
        try:
            found = session.read_mailbox(session.settings(), ledger, read, since)
        except CampaignError:
            new = [message for message in ledger.messages() if message.id not in known]
            if new and not as_json:
                _show(session, ledger, new, name, "new, before it broke off", as_json=False)
            raise
        _show(session, ledger, found.new, name, "new", found.doubts, as_json=as_json)


def _say_not_begun() -> None:
    from mailer.cli.screen import say

    say("no letter has left yet, so there is nothing to answer")


def _show(
    session: Session,
    ledger: "Ledger",
    messages: Sequence["Message"],
    name: str | None,
    when: str,
    doubts: "Doubts | None" = None,
    *,
    as_json: bool,
) -> None:
    from mailer.cli.screen import say

    shown = [message for message in messages if is_shown(message, name)]
    listed = ours(shown)
    if as_json:
        sums = {"kinds": Counter(message.finding.kind for message in messages)}
        print_listing("replies", session.world.now(), map(row, listed), sums)
    else:
        print_messages(shown)
    if doubts:
        say_doubts(doubts)
        say_unfound(doubts, ledger.deliveries(), session.world.now())
    if not ledger.deliveries():
        return
    _say_summary(shown, f"{when} in {name}" if name else when)
    if listed:
        say("next: campaign show ID prints one; campaign status", "dim")
    elif shown:
        say("what is a copy of your own letters, or strange to them, is counted and not listed", "dim")
    if other := len(messages) - len(shown):
        belong = "others belong" if other > 1 else "other belongs"
        say(f"{other:,} {belong} elsewhere; campaign replies --all lists everything", "dim")


def _say_summary(messages: Sequence["Message"], when: str) -> None:
    from mailer.cli.screen import say, several

    counts = Counter(message.finding.kind for message in messages)
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    say(f"{several(len(messages), 'message')} {when}{': ' + kinds if kinds else ''}")
    unmatched = [m for m in messages if len(m.match.conversations) > 1]
    if unmatched:
        many = several(len(unmatched), "message")
        what = f"{many} may belong to several groups; none of them is written to. campaign review asks which"
        say(what, "yellow")
