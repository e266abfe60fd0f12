"""Settles by proof the letters of which nobody knows whether they left; without proof they stay in doubt.

Three things prove that a letter left: a copy of it where the mailbox keeps what was sent, a copy of it that
came back, and an answer or a report from somebody who can only have its id from the letter itself.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from mailer.errors import BadSettings, ServerUnavailable
from mailer.inbox.ours import Ours
from mailer.ledger import Ledger
from mailer.nouns import (
    SETTLE_TIME,
    Copy,
    Delivery,
    Doubts,
    Kind,
    LetterId,
    Mailbox,
    Match,
    Message,
    Outcome,
    State,
)
from mailer.replies import NAMED, Mail, copied, objection, proof, read

OVERLAP = timedelta(days=1)
"""Mails are looked for from a day before the letter on: clocks and time zones differ."""


def remarks(ledger: Ledger, ours: Ours, mail: Mail, raw: bytes, found: Match) -> Iterator[str]:
    """What is odd about a mail that names a letter in doubt, and yet does not prove that it left."""
    for letter in dict.fromkeys(each.letter for each in found.candidates if each.points >= NAMED):
        if _is_unsure(ledger, letter) and not proof(mail, raw, letter, ours):
            why = objection(mail, letter, ours)
            yield f"it names {letter}, which is in doubt, but that proves nothing: {why}"


def settle_by(
    ledger: Ledger, ours: Ours, mail: Mail, raw: bytes, message: Message, now: datetime
) -> list[Delivery]:
    """Settle what an incoming mail proves about the letters that it names.

    Args:
        ledger: Where.
        ours: The look-ups among what we sent.
        mail: The mail.
        raw: Its bytes.
        message: What is noted of it.
        now: When.

    Returns:
        The letters that were in doubt and did leave.
    """
    itself = copied(raw, ours)
    named = [*([itself] if itself else []), *(each.letter for each in message.match.candidates)]
    settled = []
    for letter in dict.fromkeys(named):
        if _is_unsure(ledger, letter) and (why := proof(mail, raw, letter, ours)):
            because = f"{why}: message {message.id} in {message.folder} (uid {message.uid})"
            settled += _settle(ledger, letter, now, because)
    _return(ledger, message)
    return settled


def settle_by_earlier(ledger: Ledger, ours: Callable[[], Ours], now: datetime) -> list[Delivery]:
    """Settle what mails prove that are noted already.

    One may have come while its letter was still in the air, and then it could settle nothing.
    """
    unsure = _unsure(ledger)
    settled = []
    for message in ledger.messages():
        if unsure and _may_prove(message, unsure):
            raw = ledger.mail_bytes(message.place)
            settled += settle_by(ledger, ours(), read(raw), raw, message, now)
        else:
            _return(ledger, message)
    return settled


def _may_prove(message: Message, unsure: list[Delivery]) -> bool:
    """Whether it is worth reading a mail again: who reads her Sent folder along has thousands of copies."""
    if not message.place.segment:  # destroyed, because somebody who was in it asked to be forgotten
        return False
    if message.finding.kind is Kind.OWN_COPY:
        # One whose Message-ID was rewritten is matched with no letter.
        return message.at >= min(each.claimed_at for each in unsure) - OVERLAP
    letters = {each.letter for each in unsure}
    return any(each.letter in letters for each in message.match.candidates)


def look_for_copies(box: Mailbox, ledger: Ledger, ours: Callable[[], Ours], now: datetime) -> Doubts:
    """Look for copies of the letters in doubt where the mailbox keeps what was sent, and settle those found.

    Asks the server nothing when no letter is in doubt. That the look cannot be finished is no breakdown: what
    was found until then counts, and the other letters stay in doubt.
    """
    unsure = _unsure(ledger)
    if not unsure:
        return Doubts()
    # Never later than now: the clock may have been ahead when the letter left.
    since = min(now, *(each.claimed_at for each in unsure)) - OVERLAP
    found, hindered = _copies(box, ours(), {each.letter for each in unsure}, since.date())
    settled: list[Delivery] = []
    for each in unsure:
        if copy := found.get(each.letter):
            settled += _settle(ledger, each.letter, now, _where(copy))
    absent = () if hindered else tuple(each.letter for each in unsure if each.letter not in found)
    sure = _surely_left(ledger, since, now - SETTLE_TIME)
    # A copy that we put there ourselves does not show that the provider files any.
    own = {copy.letter for copy in ledger.sent_copies.all().values() if copy.may_be_ours}
    return Doubts(tuple(settled), absent, 0 if (sure & set(found)) - own else len(sure), hindered)


def _copies(box: Mailbox, ours: Ours, wanted: set[LetterId], since: date) -> tuple[dict[LetterId, Copy], str]:
    """The copies of our letters, until all wanted ones are found; and why not every mail could be seen."""
    found: dict[LetterId, Copy] = {}
    hindered = ""
    try:
        for copy in box.copies(since):
            if not copy.head:
                hindered = f"the mail numbered {copy.uid} in {copy.folder} cannot be read"
            if letter := copied(copy.head, ours):
                found.setdefault(letter, copy)
            if wanted <= set(found):
                break
    except (ServerUnavailable, BadSettings) as error:
        hindered = error.what
    return found, hindered


def _where(copy: Copy) -> str:
    return f"found in {copy.folder} (uid {copy.uid}), filed {copy.at:%Y-%m-%d %H:%M} UTC"


def _surely_left(ledger: Ledger, since: datetime, until: datetime) -> set[LetterId]:
    """The letters that a server took within that time: where none of them has a copy, nothing has."""
    taken = (each for each in ledger.deliveries().values() if each.state is State.ACCEPTED and each.attempts)
    last = ((each.letter, each.attempts[-1]) for each in taken)
    return {
        letter
        for letter, attempt in last
        if attempt.verdict.outcome is Outcome.ACCEPTED and since <= attempt.at <= until
    }


def _unsure(ledger: Ledger) -> list[Delivery]:
    return [each for each in ledger.deliveries().values() if each.state is State.UNSURE]


def _is_unsure(ledger: Ledger, letter: LetterId) -> bool:
    delivery = ledger.delivery(letter)
    return delivery is not None and delivery.state is State.UNSURE


def _settle(ledger: Ledger, letter: LetterId, now: datetime, because: str) -> list[Delivery]:
    """Record that a letter did leave; nothing when somebody else has settled it meanwhile."""
    with ledger.together():
        if not _is_unsure(ledger, letter):
            return []
        return [ledger.change(letter, State.ACCEPTED, now, because)]


def _return(ledger: Ledger, message: Message) -> None:
    """Record that a letter came back, when the message says so of an address that it went to."""
    best, finding = message.match.best, message.finding
    if finding.kind is not Kind.BOUNCE_HARD or best is None:
        return
    with ledger.together():
        delivery = ledger.delivery(best.letter)
        if delivery is None or delivery.state is not State.ACCEPTED:
            return
        if {address.key for address in finding.failed} & {address.key for address in delivery.to}:
            because = finding.because[0] if finding.because else ""
            ledger.change(best.letter, State.BOUNCED, message.at, because)
