"""The rules by which a letter passes from one state to the next; the rest of the ledger is bookkeeping.

    (no record) ──claim──► claimed ──mark──► sending ──settle──► accepted · deferred · refused · unsure
                              ▲                                                │
                              └────────────── claim, when its time has come ───┘

A run that must pause gives its letter back: as deferred when it had been tried before, else without a record.
A person or a proof moves a letter on with `changed`. What she says did not leave (`unsure`) is tried again as
it is; what the server would not have (`refused`) is released, to be written anew. But where it was in doubt
before that, a copy may be with somebody: then it, too, is tried again as it is.
"""

from dataclasses import replace
from datetime import datetime

from mailer.errors import CampaignError, TryAgain
from mailer.ledger.identity import Here
from mailer.nouns import Attempt, Delivery, Letter, Outcome, Phase, Place, State, Verdict

IN_THE_AIR = frozenset({State.CLAIMED, State.SENDING})
"""A process has this letter in hand, or had it when it ended."""

MOST_CRASHES = 3
"""So many times the program may end over a letter; then it is set aside, and the others go on."""

_SETTLED = {
    Outcome.ACCEPTED: State.ACCEPTED,
    Outcome.DEFERRED: State.DEFERRED,
    Outcome.REFUSED: State.REFUSED,
    Outcome.UNSURE: State.UNSURE,
}


def claimed(letter: Letter, place: Place, now: datetime) -> Delivery:
    """The first record of a letter."""
    return Delivery(
        letter=letter.id,
        state=State.CLAIMED,
        to=letter.to,
        message_id=letter.message_id,
        subject=letter.subject,
        digest=letter.digest,
        place=place,
        claimed_at=now,
        changed_at=now,
        sender=letter.sender,
    )


def claimed_again(before: Delivery, now: datetime) -> Delivery:
    """The record of a deferred letter that is tried again: same bytes, same Message-ID, same `Date`.

    Raises:
        CampaignError: when it is not deferred; a second copy might leave.
    """
    if before.state is not State.DEFERRED:
        raise CampaignError(
            f"the letter {before.letter} is {before.state} already, so it is not sent",
            fix=f"campaign status {before.letter.campaign}",
        )
    return replace(before, state=State.CLAIMED, changed_at=now, next_try=None)


def sending(before: Delivery, now: datetime) -> Delivery:
    """The record of a letter that the server is about to be told of."""
    return replace(before, state=State.SENDING, changed_at=now)


def settled(before: Delivery, verdict: Verdict, now: datetime, next_try: datetime | None) -> Delivery | None:
    """The record after an attempt; None when there is to be none.

    Args:
        before: The record of a letter in the air.
        verdict: What the attempt came to.
        now: When.
        next_try: For a deferred letter; without it, it may be tried again at once.
    """
    if verdict.outcome is Outcome.PAUSE:
        return given_back(before, now)
    state = _SETTLED[verdict.outcome]
    later = (next_try or now) if state is State.DEFERRED else None
    attempts = (*before.attempts, Attempt(now, verdict))
    return replace(before, state=state, changed_at=now, attempts=attempts, next_try=later, because="")


def given_back(before: Delivery, now: datetime) -> Delivery | None:
    """The record of a letter in the air that did not leave this time; None when it was its first attempt."""
    # An earlier version left one that was sent again by order after a crash without an attempt on record, but
    # with the order's `because`. Its bytes may be with somebody by now: they stay.
    if not (before.attempts or before.because):
        return None
    return replace(before, state=State.DEFERRED, changed_at=now, next_try=now)


def left_behind(before: Delivery, boot: str, here: Here) -> Delivery | None:
    """The record of a letter that was in the air when its process ended; None when there is to be none.

    As long as the machine has run on, a mere claim says for certain that nothing was sent: the attempt mark
    is on the disk before a server hears anything. After a start of the machine it is not relied upon: disks
    lie about what they have written, and the first version of the program did not sync the mark.

    Args:
        before: The record.
        boot: The boot of the machine in which it was claimed.
        here: Who looks at it now.
    """
    if before.state is State.CLAIMED and here.same_boot(boot):
        return given_back(before, before.changed_at)
    because = "the program or the machine stopped while this letter was being sent"
    return replace(before, state=State.UNSURE, because=because)


def changed(before: Delivery, state: State, now: datetime, because: str) -> Delivery:
    """The record after a bounce, a proof or a person's word.

    Raises:
        TryAgain: when the letter is in the air; only its sender knows more just now.
        ValueError: for a state that only sending leads to.
    """
    resend = state is State.DEFERRED and before.state is State.UNSURE
    if state in IN_THE_AIR or (state is State.DEFERRED and not resend):
        raise ValueError(f"only sending makes a letter {state}")
    if before.state in IN_THE_AIR:
        raise TryAgain(
            f"the letter {before.letter} is being sent just now", fix="run the same command again in a moment"
        )
    attempts = before.attempts
    if resend and not _was_in_doubt(before):
        # The program ended over it. Whatever comes of the next attempt, this one is not to be lost sight of.
        doubt = Verdict(Outcome.UNSURE, Phase.DOT, words=before.because)
        attempts = (*attempts, Attempt(before.changed_at, doubt))
    return replace(before, state=state, changed_at=now, because=because, attempts=attempts, next_try=None)


def _was_in_doubt(delivery: Delivery) -> bool:
    """Whether an attempt has ended in doubt: whatever came of later ones, a copy may be with somebody."""
    return any(attempt.verdict.outcome is Outcome.UNSURE for attempt in delivery.attempts)


def released(before: Delivery) -> Delivery | None:
    """The record of a refused letter that is to be due again; None when it is to be written anew.

    Raises:
        CampaignError: when it was not refused.
    """
    if before.state is not State.REFUSED:
        raise CampaignError(
            f"the letter {before.letter} is {before.state}, so it cannot be due again",
            fix=f"campaign status {before.letter.campaign}",
        )
    return given_back(before, before.changed_at) if _was_in_doubt(before) else None
