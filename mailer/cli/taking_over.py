"""`campaign init --take-over`: says what the Sent folder shows, and from where letters go out from now on."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailer.cli.session import Session, open_session
from mailer.errors import BadData, CampaignError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailer.ledger import Legacy
    from mailer.takeover import Inventory, Stray
    from mailer.workspace import Manuscript

_MOST_LINES = 20
"""So many letters are named one by one; of more, the sum says enough."""

_WITHOUT_PROOF = "campaign init --take-over --without-proof"


def take_over_here(context: click.Context, folder: Path, *, without_proof: bool) -> None:
    """Take over the ledger of the workspace in `folder`.

    Raises:
        CampaignError: when there is nothing to take over, or nobody can tell what has been sent.
    """
    from mailer.ledger import legacy, take_over

    session = open_session(context, folder)
    place = session.workspace.ledger_folder, session.workspace.ledger_id_file
    left = legacy(*place)
    found = _take_stock(session, left, without_proof=without_proof)
    if found.doubt and not without_proof:
        _say_strays(found.strays)
        raise CampaignError(
            f"{found.doubt}; so what it does not show may have been sent as well. Nothing was changed",
            fix=f"go on where the ledger is whole; or, if you accept that, {_WITHOUT_PROOF}",
        )
    heir = take_over(*place, left, found.adopted, session.world.now())
    _report(left, found, heir)


def _take_stock(session: Session, left: "Legacy", *, without_proof: bool) -> "Inventory":
    from mailer.cli.screen import say, waiting
    from mailer.takeover import Inventory, take_stock

    read = _whole_manuscript(session)
    campaigns = [campaign for campaign, _ in read.campaigns.values()]
    try:
        settings = session.settings()
        with waiting("reading the Sent folder …", still=bool(settings.imap.password_cmd)):
            return take_stock(session.world, settings, left, campaigns, read.groups)
    except CampaignError as error:
        say("what has been sent stands in your mailbox, and that cannot be read", "yellow")
        if not without_proof:
            say(
                f"nothing was changed. If letters may rather go out twice than not at all: {_WITHOUT_PROOF}",
                "dim",
            )
            raise
        say(f"{error.what}; letters that the ledger here does not know may go out twice", "yellow")
        return Inventory()


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


def _report(left: "Legacy", found: "Inventory", heir: str) -> None:
    from mailer.cli.screen import say, several

    new = [one for one in found.adopted if one.letter not in left.deliveries]
    settled = len(found.adopted) - len(new)
    known = len(left.deliveries)
    say(f"took over {left.known}; the ledger here is {heir} now")
    say(
        f"{several(known, 'letter')} known before, {len(new)} found in Sent that the ledger did not know"
        + (f", {settled} settled by what Sent shows" if settled else "")
    )
    for one in found.adopted[:_MOST_LINES]:
        say(f"{one.letter}  {', '.join(map(str, one.to))}  {one.because}", indent=2)
    if len(found.adopted) > _MOST_LINES:
        say(f"and {len(found.adopted) - _MOST_LINES} more", indent=2)
    _say_strays(found.strays)
    if found.doubt:
        say(f"{found.doubt}: letters may go out twice", "yellow")
    _say_what_follows(left)


def _say_strays(strays: "Sequence[Stray]") -> None:
    from mailer.cli.screen import day, say, several

    if not strays:
        return
    say(f"{several(len(strays), 'mail')} in Sent with our mark that belong to no letter here:", "yellow")
    for stray in strays[:_MOST_LINES]:
        say(f"to {stray.to or 'nobody'}, {day(stray.at)}: {stray.because}", indent=2)
    if len(strays) > _MOST_LINES:
        say(f"and {len(strays) - _MOST_LINES} more", indent=2)


def _say_what_follows(left: "Legacy") -> None:
    from mailer.cli.screen import say

    lost = (
        "what you decided with the other ledger"
        if not left.id
        else "what you decided since this copy was made"
    )
    say(f"{lost} (stops, holds, answers by phone) is not known here: say it again before you send", "yellow")
    say(
        "commit campaigns/ledger-id: as soon as another computer has it, letters go out from there no more",
        "dim",
    )
    say("next: campaign replies, then campaign send NAME --dry-run", "dim")
