"""Forgets a person who asks for it: first in the fellow's own files, by her own hand, then in the ledger.

What is left is a number of letters and messages to and from nobody in particular, and that whoever has this
address is never written to again.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from mailer.errors import BadData, CampaignError, UsageError
from mailer.ledger import Holdings, Ledger
from mailer.nouns import Address, BadAddress, Delivery, Problem, Traces, untagged
from mailer.replies import read
from mailer.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Request:
    """What there is of a person who asks to be forgotten.

    Attributes:
        traces: Her address and her names.
        places: Where the fellow's own files name her; nothing is done while there is one.
        holdings: What the ledger holds of her.
        also: Addresses beside which one of her names stands: perhaps hers, too.
        before: Whether she was forgotten already.
    """

    traces: Traces
    places: tuple[Problem, ...]
    holdings: Holdings
    also: tuple[str, ...]
    before: bool


def read_address(text: str) -> Address:
    """The address that was typed.

    Raises:
        UsageError: when it is none.
    """
    try:
        return Address.parse(text)
    except BadAddress as error:
        raise UsageError(f"{text!r} {error}") from error


def refuse_self(address: Address, workspace: Workspace) -> None:
    """Refuse the fellow's own address: every letter of hers would be a trace.

    Raises:
        UsageError: when letters leave from this address.
    """
    settings, _ = workspace.settings()
    if settings and untagged(settings.sender.address.key) == untagged(address.key):
        what = f"{address} is you: your letters leave from it (campaigns/settings.toml)"
        raise UsageError(what, fix="name whoever asked for it; campaign replies --all lists who wrote")


def look_for(address: Address, workspace: Workspace, ledger: Ledger, others: Sequence[str] = ()) -> Request:
    """Find all that there is of a person.

    Args:
        address: Hers, in any spelling.
        workspace: The fellow's files.
        ledger: What happened.
        others: Names that stand in the fellow's files for somebody else.

    Raises:
        BadData: when a copy of a mail is not as it was written.
    """
    traces = Traces.of(address)
    traces = Traces.of(address, {*_in_the_table(workspace, traces), *_in_the_ledger(ledger, traces)})
    also = {m.sender for m in ledger.messages() if m.sender_name in traces.names}
    return Request(
        traces=traces,
        places=workspace.mentions(traces, others),
        holdings=ledger.holdings(traces),
        also=tuple(sorted(key for key in also if key and not traces.is_hers(key))),
        before=ledger.history().forgotten(traces.key) is not None,
    )


def refuse_early(request: Request) -> None:
    """Refuse while her name stands in the fellow's files, or a letter to her is in doubt.

    Raises:
        BadData, CampaignError: with what to do first.
    """
    if request.places:
        count = len(request.places)
        what = f"your own files name this person in {count} place{'s' * (count > 1)}"
        fix = "take that out, then run it again; for a name that is somebody else's there: --not-hers NAME"
        raise BadData(what, fix=fix)
    if request.holdings.obstacle:
        raise request.holdings.obstacle


def forget(request: Request, ledger: Ledger, by: str, now: datetime) -> Holdings:
    """Forget her. It cannot be undone.

    Raises:
        TryAgain: while somebody is sending.
        CampaignError: as `refuse_early`, or when the disk does not let us.
    """
    refuse_early(request)
    return ledger.forget(request.holdings, by, now)


def _in_the_table(workspace: Workspace, traces: Traces) -> Iterator[str]:
    """The names beside her address in the table."""
    groups, _ = workspace.groups()
    for group in groups:
        yield from (o.name for o in group.organizers if traces.is_hers(str(o.address)))


def _in_the_ledger(ledger: Ledger, traces: Traces) -> Iterator[str]:
    """The names under which she wrote to us, and under which we wrote to her."""
    for message in ledger.messages():
        if traces.is_hers(message.sender):
            yield message.sender_name
    for delivery in ledger.deliveries().values():
        if any(traces.is_hers(str(address)) for address in delivery.to):
            yield _addressed(ledger, delivery)


def _addressed(ledger: Ledger, delivery: Delivery) -> str:
    """The name in front of the address that a letter went to."""
    for _ in range(2):
        # Damaged, it is to go anyway. But one that is moved, as another is forgotten just now, is found then.
        with suppress(CampaignError):
            mail = read(ledger.letter_bytes(delivery.letter))
            return mail.header("to").rpartition("<")[0].strip(' "')
    return ""
