"""What is said about letters of which nobody knows whether they left, and what to type about them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mailer.errors import CampaignError

if TYPE_CHECKING:
    from datetime import datetime

    from mailer.cli.session import Session
    from mailer.ledger import Ledger
    from mailer.nouns import Delivery, Doubts, LetterId, Settings
    from mailer.outbox import Run, Sent

MOST = 5
"""So many letters are named; of more there is the sum."""


def ways(letters: str = "LETTER", flags: Sequence[str] = ("--sent", "--resend")) -> str:
    """What to type when a person knows what became of a letter, each way whole.

    Args:
        letters: Which, as they would be typed.
        flags: What may have become of them.
    """
    return ", or ".join(f'campaign resolve {letters} {flag} --because "…"' for flag in flags)


def say_doubts(doubts: "Doubts", *, dry_run: bool = False) -> None:
    """Which letters in doubt are settled and by what, and what kept us from looking for the others."""
    from mailer.cli.screen import say

    settled = "would settle" if dry_run else "settled"
    for delivery in doubts.settled:
        say(f"{settled}: {delivery.letter} did leave: {delivery.because}", "green")
    if doubts.hindered:
        say(f"the look for copies of letters in doubt did not come to its end: {doubts.hindered}", "yellow")
        say("they stay in doubt; campaign replies looks again", "dim")


def say_unfound(doubts: "Doubts", deliveries: "Mapping[str, Delivery]", now: "datetime") -> None:
    """Which letters are still in doubt as no copy was found, and since when the next look makes sense."""
    from mailer.cli.screen import day, say
    from mailer.nouns import SETTLE_TIME, State

    looked_for = (deliveries[str(letter)] for letter in doubts.absent)
    unfound = [one for one in looked_for if one.state is State.UNSURE]
    if not unfound:
        return
    names = ", ".join(str(one.letter) for one in unfound[:MOST])
    more = f" and {len(unfound) - MOST:,} more" if len(unfound) > MOST else ""
    say(f"still in doubt: {names}{more}; Sent was searched, and no copy found", "yellow")
    later = max(one.left_by for one in unfound) + SETTLE_TIME
    if now < later:
        say(f"a copy may still come: campaign replies again, after {day(later)}", "dim")
    else:
        say(f"look into your mailbox yourself, then: {ways(names if len(unfound) == 1 else 'LETTER')}", "dim")


def look_again(session: "Session", settings: "Settings", ledger: "Ledger", run: "Run") -> "Run":
    """Look for copies of the letters that the run left in doubt.

    Returns:
        The run as it is known now: those found count as accepted. A mailbox in trouble is only said.
    """
    from mailer.cli.screen import say

    try:
        doubts = session.look_for_copies(settings, ledger)
    except CampaignError as error:
        say(f"no copies of the letters in doubt could be looked for: {error.what}", "yellow")
        return run
    say_doubts(doubts)
    return known_now(run, doubts)


def known_now(run: "Run", doubts: "Doubts") -> "Run":
    """The run after a look into the mailbox: letters that were found count as accepted."""
    found = {delivery.letter: delivery.because for delivery in doubts.settled}
    return replace(run, sent=tuple(_known_now(sent, found) for sent in run.sent)) if found else run


def _known_now(sent: "Sent", found: Mapping["LetterId", str]) -> "Sent":
    from mailer.nouns import Outcome

    if sent.letter not in found:
        return sent
    return replace(sent, verdict=replace(sent.verdict, outcome=Outcome.ACCEPTED, words=found[sent.letter]))
