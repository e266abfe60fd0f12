"""Reads what came back, finds out which letter it answers and who or what wrote it, and writes that down.

    fetch → read → match → classify → keep the bytes → note (with the cursor, in one durable line) → settle

Of what she sent herself, only that is read which went to a group. Nothing in the mailbox is ever changed by
it, and nothing that comes in ever causes a letter.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from mailer.errors import ServerUnavailable
from mailer.inbox import doubt
from mailer.inbox.desk import Desk
from mailer.inbox.ours import Ours
from mailer.ledger import Ledger
from mailer.nouns import Doubts, Group, Mailbox, MailboxRead, Settings, World


def read_mailbox(
    world: World, settings: Settings, ledger: Ledger, groups: Sequence[Group], since: date | None = None
) -> MailboxRead:
    """Fetch, match, classify and note everything that has arrived since the last time.

    Running it twice changes nothing: a mail is known by the digest of its bytes, wherever it is found.

    Args:
        world: The clock and the mailbox.
        settings: How to get in, and which folders.
        ledger: Where to note it.
        groups: The table.
        since: Look again at everything that arrived on that day or later, too.

    Raises:
        CampaignError: when the mailbox cannot be read to its end. What was noted until then stays noted.
        BadSettings: a configured folder is not there. All others have been read.
    """
    with world.mailbox(settings) as box:
        return read_open(box, world, settings, ledger, groups, since)


def read_open(
    box: Mailbox,
    world: World,
    settings: Settings,
    ledger: Ledger,
    groups: Sequence[Group],
    since: date | None = None,
) -> MailboxRead:
    """As `read_mailbox`, in a mailbox that is open."""
    # Never later than now: the clock may have been ahead when the letters left.
    begun = min([world.now(), *(delivery.claimed_at for delivery in ledger.deliveries().values())])
    desk = Desk(world, settings, ledger, groups)
    whole = box.folders()
    sent = box.sent_folders()
    apart = tuple(folder for folder in sent if folder not in whole)
    first = (begun - doubt.OVERLAP).date()

    def go_through(folder: str) -> None:
        how = {"whole": folder in whole, "sent": folder in sent}
        desk.go_through(box, folder, first, **how)
        if since:
            desk.go_through(box, folder, since, **how, again=True)

    for folder in whole:
        go_through(folder)
    settled = doubt.settle_by_earlier(ledger, lambda: desk.ours, world.now())
    doubts = doubt.look_for_copies(box, ledger, lambda: desk.ours, world.now())
    hindered = ""
    try:
        for folder in apart:
            go_through(folder)
    except ServerUnavailable as error:
        # Answers have been read, and they are what counts: one mail that a server cannot show her must not
        # keep her from sending for ever.
        hindered = error.what
    desk.look_again()
    # At the end: what does lie there is read, though nobody may go by this reading.
    box.check_folders()
    found = replace(doubts, settled=(*desk.settled, *settled, *doubts.settled))
    return MailboxRead(world.now(), desk.new, (*whole, *apart), found, hindered)


def look_for_copies(world: World, settings: Settings, ledger: Ledger) -> Doubts:
    """Look for copies of the letters in doubt, and read nothing else.

    Raises:
        CampaignError: when the mailbox cannot be opened.
    """
    with world.mailbox(settings) as box:
        return doubt.look_for_copies(
            box, ledger, lambda: Ours(ledger, settings.sender.address, ()), world.now()
        )
