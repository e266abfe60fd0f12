"""The command that forgets a person: it shows how much there is of her, asks, and destroys it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from mailer.cli.listing import json_option, print_listing
from mailer.cli.paper import somebody_types
from mailer.cli.session import Session, open_session
from mailer.errors import UsageError

if TYPE_CHECKING:
    from mailer.ledger import Holdings, Ledger
    from mailer.nouns import Address
    from mailer.oblivion import Request

_ALSO_HERS = (
    "what campaign cannot reach is yours to clean: your mailbox (what came, and your letters in Sent, "
    "also those that campaign put there), copies of this folder in backups, and its older versions if you "
    "keep any"
)


@click.command()
@click.argument("address")
@click.option("--confirm", default="", metavar="ADDRESS", help="For scripts: the same address once more.")
@click.option("--not-hers", multiple=True, metavar="NAME", help="In your files this name is somebody else's.")
@json_option
@click.pass_context
def forget(
    context: click.Context,
    address: str,
    confirm: str,
    not_hers: Sequence[str],
    as_json: bool,  # noqa: FBT001 - click passes options by name
) -> None:
    """Destroy what is kept of a person, and write to them no more.

    Address and names go from all records; what the person wrote, and every copy of a mail that speaks of
    them, is destroyed. Letters and messages still count, as to and from nobody in particular. It cannot be
    undone.

    Your own files are yours: while the table, a campaign or a template still names them, it says where.
    """
    from mailer.cli.screen import say
    from mailer.oblivion import forget as carry_out
    from mailer.oblivion import look_for, read_address, refuse_early, refuse_self

    whom = read_address(address)
    session = open_session(context)
    refuse_self(whom, session.workspace)
    with session.ledger() as ledger:
        request = look_for(whom, session.workspace, ledger, not_hers)
        _show(request)
        if not (request.holdings.records or request.places or request.before):
            _doubt(session, ledger, whom)
        refuse_early(request)
        if not (request.before and not request.holdings.records):
            _confirm(whom, confirm)
            carry_out(request, ledger, session.person, session.world.now())
            say("forgotten; nothing goes to this address ever again", "green")
            say(_ALSO_HERS, "dim")
        else:
            say("forgotten already; nothing has come since", "green")
    if as_json:
        print_listing("forget", session.world.now(), _rows(request.holdings), _sums(request))


def _show(request: "Request") -> None:
    """What there is of her, and what stands in the way."""
    from mailer.cli.screen import print_problems, say, several, talk

    print_problems(request.places, talk(), called="mention")
    sums = _sums(request)
    say(
        f"the ledger holds {several(sums['letters'], 'letter')}, {several(sums['messages'], 'message')}, "
        f"{several(sums['orders'], 'order')}; {several(sums['copies'], 'copy', 'copies')} of mails"
    )
    for other in request.also:
        say(f"the same name wrote from {other}; if it is the same person: campaign forget {other}", "yellow")


def _doubt(session: Session, ledger: "Ledger", whom: "Address") -> None:
    """Say of an address that nobody has who it may be a slip for; it can be forgotten all the same."""
    from mailer.cli.screen import say
    from mailer.orders import Clerk

    groups, _ = session.workspace.groups()
    clerk = Clerk(ledger, groups, session.person, session.world.now())
    if doubt := clerk.stranger(whom.key):
        say(doubt, "yellow")


def _confirm(whom: "Address", confirm: str) -> None:
    """See that the person, or the script, means this very address.

    Raises:
        UsageError: when another one was given, or nobody can be asked.
        click.Abort: when she does not type it.
    """
    from mailer.oblivion import read_address

    if not confirm and not somebody_types():
        raise UsageError("nobody is there to confirm; nothing was changed", fix=f"--confirm {whom}")
    if not confirm:
        question = "this cannot be undone; type the address again to go on"
        try:
            confirm = click.prompt(question, default="", show_default=False, err=True)
        except click.Abort:
            raise click.Abort("nothing was changed") from None
    if not confirm.strip() or read_address(confirm).key != whom.key:
        raise UsageError("that is another address; nothing was changed", fix=f"it is {whom}")


def _rows(holdings: "Holdings") -> list[Mapping[str, Any]]:
    names = {"deliveries": "letter", "messages": "message", "orders": "order"}
    return [{"what": names.get(table, table), "id": key} for table, key in holdings.records]


def _sums(request: "Request") -> Mapping[str, Any]:
    found = request.holdings
    return {
        "letters": found.count("deliveries"),
        "messages": found.count("messages"),
        "orders": found.count("orders"),
        "copies": len(found.copies),
        "before": request.before,
        "also": request.also,
    }
