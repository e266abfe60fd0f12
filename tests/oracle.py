"""The oracle: the ledger held against what the server accepted, after any fault and any number of resumes.

I1  each letter is accepted at most once
I2  what was accepted, the ledger knows may be: its letter is being sent, unsure, accepted or bounced
I3  what the ledger calls accepted, was
I4  what it calls refused or deferred, was not
I5  after a resume with a healthy server nothing is left but doubt that no copy in Sent can settle, and the
    exit code says so
I6  the ledger opens
I7  what a command has said of a letter is kept
I8  planned letters are the sum of all states
"""

import hashlib
from collections import Counter

from mailer.nouns import State
from mailer.planning import Status

_HAS_IT = frozenset({State.ACCEPTED, State.BOUNCED})
_MAY_HAVE_IT = _HAS_IT | {State.SENDING, State.UNSURE}
_UNDONE = frozenset({Status.DUE, Status.CLAIMED, Status.SENDING})


def check(made, *, resumed=None):
    """See that all this holds.

    Args:
        made: The rig.
        resumed: The finished command of a resume with a healthy server, to check I5 as well.
    """
    accepts, ledger = made.accepts(), made.look()  # I6
    deliveries = ledger.deliveries()
    _once(accepts)
    by_id = {delivery.message_id: delivery for delivery in deliveries.values()}
    for accept in accepts:
        delivery = by_id.pop(accept.message_id, None)
        assert delivery, f"I2: accepted, and the ledger does not know it: {accept}"
        assert delivery.state in _MAY_HAVE_IT, f"I2, I4: accepted, and {delivery.state} here: {accept}"
        kept = hashlib.sha256(ledger.letter_bytes(delivery.letter)).hexdigest()
        assert kept == accept.sha256, f"the server got other bytes than the ledger has: {accept}"
    said = [delivery for delivery in by_id.values() if delivery.state in _HAS_IT]
    assert not said, f"I3: never accepted: {said}"
    for letter, outcome in made.told.items():
        _survived(letter, outcome, deliveries)
    _adds_up(made)
    if resumed:
        _resumed(made, resumed)


def _once(accepts):
    """I1, whatever a letter is known by."""
    for what in ("message_id", "ref", "to"):
        counts = Counter(getattr(accept, what) for accept in accepts)
        several = [known for known, count in counts.items() if count > 1]
        assert not several, f"I1: accepted more than once: {several}"


def _survived(letter, outcome, deliveries):
    """I7: what was said as recorded is still there, or has moved on by a rule."""
    state = deliveries[letter].state.value if letter in deliveries else "due"
    may = {
        "accepted": {"accepted", "bounced"},
        "refused": {"refused"},
        # A resend may be in the air, and a deferred letter has been tried again since.
        "deferred": {"deferred", "claimed", "sending", "accepted", "refused", "unsure"},
        "unsure": {"unsure", "accepted", "due", "claimed", "sending"},
    }
    assert state in may.get(outcome, {state}), f"I7: {letter} was said to be {outcome} and is {state}"


def _adds_up(made):
    """I8: planned = the sum over all states."""
    lines = Counter(line.letter for line in made.plan().lines)
    ids = {made.letter(number) for number in range(1, made.letters + 1)}
    assert {str(letter) for letter in lines} == ids, f"I8: the plan has {lines}"
    assert set(lines.values()) == {1}, f"I8: the plan has {lines}"


def _resumed(made, done):
    """I5: after a resume nothing is left undone, and doubt is said with an exit code of its own."""
    counts = made.plan().counts()
    left = {status.value: counts[status] for status in _UNDONE if counts[status]}
    assert not left, f"I5: after a resume there is still {left}:\n{done.err}"
    assert done.code == (4 if counts[Status.UNSURE] else 0), f"I5: {done.code} with {counts}\n{done.err}"
    unsure = {each.message_id for each in made.deliveries().values() if each.state is State.UNSURE}
    taken = {accept.message_id for accept in made.accepts()}
    assert not unsure & taken, f"I5: in doubt, and a copy of it lies in Sent:\n{done.err}"
