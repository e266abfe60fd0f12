"""`campaign init --take-over`: says what the Sent folder shows, and from where letters go out from now on."""

import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailer.cli.session import Session, open_session
from mailer.errors import BadData, BadSettings, CampaignError, TryAgain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailer.ledger import Legacy
    from mailer.takeover import Inventory, Stray
    from mailer.workspace import Manuscript

_MOST_LINES = 5
"""So many letters are named one by one; of more, the sum says enough, and what matters stays in sight."""

TAKE_OVER = "campaign init --take-over"
_WITHOUT_PROOF = f"{TAKE_OVER} --without-proof"


def take_over_here(context: click.Context, folder: Path, *, without_proof: bool) -> None:
    """Take over the ledger of the workspace in `folder`.

    Raises:
        CampaignError: when there is nothing to take over, or nobody can tell what has been sent.
    """
    from mailer.ledger import legacy, take_over

    session = _session_in(context, folder)
    place = session.workspace.ledger_folder, session.workspace.ledger_id_file
    left = legacy(*place)
    found = _take_stock(session, left, without_proof=without_proof)
    if found.doubt and not without_proof:
        _say_strays(found.strays)
        raise _refusal(found)
    heir = take_over(*place, left, found.adopted, session.world.now())
    _report(session, left, found, heir)


def _refusal(found: "Inventory") -> CampaignError:
    """What to say where letters may go out twice: wait, mend a name, or go on elsewhere."""
    from mailer.cli.screen import day

    what = f"{found.doubt}; so what it does not show may have been sent as well. Nothing was changed"
    at_last = f"or, if you accept that, {_WITHOUT_PROOF}"
    if found.settles:
        return TryAgain(what, fix=f"look again after {day(found.settles)}: {TAKE_OVER}; {at_last}")
    if any(stray.may_be_ours for stray in found.strays):
        mend = (
            f"mend what can be mended above (names), then {TAKE_OVER}; else go on where the ledger is whole"
        )
        return CampaignError(what, fix=f"{mend}; {at_last}")
    if not found.files_itself:
        known = "if you know that it does, write files_copies = true below [smtp] in campaigns/settings.toml"
        return CampaignError(
            what, fix=f"{known}, then {TAKE_OVER}; else go on where the ledger is whole; {at_last}"
        )
    return CampaignError(what, fix=f"go on where the ledger is whole; {at_last}")


def _session_in(context: click.Context, folder: Path) -> Session:
    """The session of a workspace; where a folder was named, of the one in that very folder."""
    session = open_session(context, folder)
    meant = (Path(context.find_root().params.get("folder") or ".") / folder).resolve()
    if folder != Path() and session.workspace.root != meant:
        raise BadSettings(
            f"there is no workspace in this folder; it lies in that of {session.workspace.root}",
            fix=f"to take that one over: cd {shlex.quote(str(session.workspace.root))}; {TAKE_OVER}",
            where=str(meant),
        )
    return session


def _take_stock(session: Session, left: "Legacy", *, without_proof: bool) -> "Inventory":
    from mailer.cli.screen import say, waiting
    from mailer.nouns import files_copies
    from mailer.takeover import Inventory, take_stock
    from mailer.workspace import provider_of

    read = _whole_manuscript(session)
    campaigns = [campaign for campaign, _ in read.campaigns.values()]
    try:
        settings = session.settings()
        with waiting("reading the Sent folder …", still=settings.imap.asks):
            found = take_stock(session.world, settings, left, campaigns, read.groups)
        known = files_copies(settings, left.learned(settings.smtp.host), provider_of(settings.smtp))
        return replace(found, files_itself=known is True)
    except CampaignError as error:
        say("what has been sent stands in your mailbox, and that cannot be read", "yellow")
        if not without_proof:
            say(
                f"nothing was changed. If letters may rather go out twice than not at all: {_WITHOUT_PROOF}",
                "dim",
            )
            raise
        say(f"{error.what}; letters that the ledger here does not know may go out twice", "yellow")
        return Inventory(looked=False)


def _whole_manuscript(session: Session) -> "Manuscript":
    """The table and the campaigns: a letter is recognized by the names in them."""
    from mailer.cli.screen import print_problems, several, talk
    from mailer.workspace import read_manuscript

    read = read_manuscript(session.workspace)
    mistakes = [problem for problem in read.problems if not problem.warning]
    if mistakes:
        print_problems(mistakes, talk())
        raise BadData(
            f"{several(len(mistakes), 'mistake')} to mend first: letters in the Sent folder are recognized by"
            " the names of groups, campaigns and steps",
            fix="campaign check",
        )
    return read


def _report(session: Session, left: "Legacy", found: "Inventory", heir: str) -> None:
    """What was found, then what it means: what matters most stands last."""
    from mailer.cli.screen import say

    for one in found.adopted[:_MOST_LINES]:
        say(f"{one.letter}  {', '.join(map(str, one.to))}  {one.because}", indent=2)
    if len(found.adopted) > _MOST_LINES:
        say(f"and {len(found.adopted) - _MOST_LINES:,} more", indent=2)
    _say_strays(found.strays)
    say(f"took over {left.known}; the ledger here is {heir} now")
    say(f"in the folder {session.workspace.root}")
    say(_sums(left, found))
    _say_what_follows(left, found)


def _sums(left: "Legacy", found: "Inventory") -> str:
    from mailer.cli.screen import several

    known = f"{several(len(left.deliveries), 'letter')} known before"
    if not found.looked:
        return f"{known}; Sent was not looked into"
    new = [one for one in found.adopted if one.letter not in left.deliveries]
    settled = len(found.adopted) - len(new)
    return f"{known}, {len(new):,} found in Sent that the ledger did not know" + (
        f", {settled:,} settled by what Sent shows" if settled else ""
    )


def _say_strays(strays: "Sequence[Stray]") -> None:
    from mailer.cli.screen import day, say, several

    if not strays:
        return
    say(f"{several(len(strays), 'mail')} in Sent with our mark that belong to no letter here:", "yellow")
    for stray in strays[:_MOST_LINES]:
        facts = f"to {stray.to or 'nobody'}, {day(stray.at)}, {stray.message_id or 'without a Message-ID'}"
        say(f"{facts}: {stray.because}", indent=2)
    if len(strays) > _MOST_LINES:
        say(f"and {len(strays) - _MOST_LINES} more", indent=2)


def _say_what_follows(left: "Legacy", found: "Inventory") -> None:
    from mailer.cli.screen import say

    say(
        "commit campaigns/ledger-id: as soon as another computer has it, letters go out from there no more",
        "dim",
    )
    look = "look with campaign send NAME --dry-run before you send"
    if found.doubt:
        say(f"{found.doubt}: letters may go out twice; {look}", "yellow")
    elif not found.known:
        say(
            "no letter was known here by which to tell whether Sent keeps them all: what it does not show"
            f" will be due again; {look}",
            "yellow",
        )
    lost = "since this copy was made" if left.id else "with the other ledger"
    say(
        f"what you decided {lost} is not known here: stops, holds, answers by phone, letters that you settled"
        " by hand (campaign resolve), people whom you had campaign forget; say it again before you send",
        "yellow",
    )
    say("next: campaign replies", "dim")
