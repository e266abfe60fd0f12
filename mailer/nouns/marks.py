"""The mark that each letter carries, so that its reply finds home and nobody can forge one.

A Message-ID of ours is `<c.{tag}.{seal}@{domain}>`: the tag is drawn from the ledger's id and the letter's,
the seal is keyed with the ledger's secret. Both are lower-case base 32, because gateways lower-case what they
quote. They travel as `X-Campaign-Ref`, too, which comes back in bounces that return only headers.

The tag is no secret: by it, a copy of the workspace that has lost its ledger can tell which letter a mail in
the Sent folder is. The seal is one: nobody can make it who has not the ledger.

A letter that the fellow tries out on herself carries none of this, but `<test.{tag}.{seal}@{domain}>`, sealed
likewise: what comes back from it is known for what it is, and taken for nobody's answer.
"""

import base64
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime

from mailer.nouns.addresses import Address
from mailer.nouns.letters import LetterId

_TAG = 16
_SEAL = 16
_MESSAGE_ID = re.compile(rf"<?c\.([a-z2-7]{{{_TAG}}})\.([a-z2-7]{{{_SEAL}}})@[a-z0-9.-]+>?")
_TRIAL_ID = re.compile(rf"<?test\.([a-z2-7]{{{_TAG}}})\.([a-z2-7]{{{_SEAL}}})@[a-z0-9.-]+>?")


@dataclass(frozen=True, slots=True)
class Seal:
    """What a ledger marks its letters with.

    Attributes:
        ledger: The ledger's id, such as `l-0123456789abcdef`; more follows after `~` once it was taken over.
        secret: Its 32 secret bytes.
    """

    ledger: str
    secret: bytes = field(repr=False)


def stem(ledger: str) -> str:
    """The part of a ledger's id that outlives a take-over."""
    return ledger.partition("~")[0]


def tag(letter: LetterId, ledger: str) -> str:
    """The first half of the letter's reference; the ledger's secret is not needed for it.

    Args:
        letter: Which letter.
        ledger: The ledger's id. One that was taken over goes on with the tags it had.
    """
    return _short(hmac.digest(stem(ledger).encode(), b"tag:" + str(letter).encode(), "sha256"), _TAG)


def ref(letter: LetterId, seal: Seal) -> str:
    """The letter's reference: tag and seal, `{tag}.{seal}`."""
    drawn = tag(letter, seal.ledger)
    return f"{drawn}.{_seal(drawn, seal)}"


def message_id(letter: LetterId, domain: str, seal: Seal) -> str:
    """The letter's Message-ID (RFC 5322 §3.6.4), the same however often it is asked for.

    Args:
        letter: Which letter.
        domain: The sender's domain, in A-labels.
        seal: The ledger's.
    """
    return id_with(ref(letter, seal), domain)


def id_with(reference: str, domain: str) -> str:
    """The Message-ID of the letter that has this reference.

    Args:
        reference: From `ref`.
        domain: The sender's domain, in A-labels.
    """
    return f"<c.{reference}@{domain}>"


def ref_in(text: str) -> str:
    """The reference inside a Message-ID or `X-Campaign-Ref` with the form of ours, or '' in any other text.

    Whether it is ours, its seal says.
    """
    text = text.strip().lower()
    found = _MESSAGE_ID.fullmatch(text) or _MESSAGE_ID.fullmatch(f"c.{text}@x")
    return f"{found[1]}.{found[2]}" if found else ""


def genuine(text: str, seal: Seal) -> str:
    """The reference inside a Message-ID or `X-Campaign-Ref` that claims to be ours, or '' if it is not.

    Args:
        text: From a mail, so possibly forged, in any case, with or without angle brackets.
        seal: The ledger's.
    """
    drawn, _, sealed = ref_in(text).partition(".")
    return f"{drawn}.{sealed}" if sealed and hmac.compare_digest(sealed, _seal(drawn, seal)) else ""


def trial_id(letter: LetterId, to: Address, at: datetime, domain: str, seal: Seal) -> str:
    """The Message-ID of a letter that is only tried out, different for each moment.

    Args:
        letter: Which letter it shows.
        to: Where it goes.
        at: When.
        domain: The sender's domain, in A-labels.
        seal: The ledger's.
    """
    drawn = f"trial:{letter}:{to}:{at.isoformat()}".encode()
    mark = _short(hmac.digest(seal.secret, drawn, "sha256"), _TAG)
    return f"<test.{mark}.{_trial_seal(mark, seal)}@{domain}>"


def own_ref(message_id: str) -> str:
    """The reference of a letter that she sends herself to see what becomes of it; no real letter's.

    Args:
        message_id: Its own, as of `trial_id`.
    """
    return message_id.strip("<>").partition("@")[0]


def is_trial(text: str) -> bool:
    """Whether a Message-ID has the form of a letter only tried out; whether it is ours, its seal says."""
    return _TRIAL_ID.fullmatch(text.strip().lower()) is not None


def is_genuine_trial(text: str, seal: Seal) -> bool:
    """Whether a Message-ID is that of a letter that we tried out.

    Args:
        text: From a mail, so possibly forged, in any case, with or without angle brackets.
        seal: The ledger's.
    """
    found = _TRIAL_ID.fullmatch(text.strip().lower())
    return found is not None and hmac.compare_digest(found[2], _trial_seal(found[1], seal))


def _seal(drawn: str, seal: Seal) -> str:
    return _short(hmac.digest(seal.secret, b"seal:" + drawn.encode(), "sha256"), _SEAL)


def _trial_seal(drawn: str, seal: Seal) -> str:
    # Another word before the tag than a real letter's: the one can never be made into the other.
    return _short(hmac.digest(seal.secret, b"trial-seal:" + drawn.encode(), "sha256"), _SEAL)


def _short(digest: bytes, length: int) -> str:
    return base64.b32encode(digest[: length * 5 // 8]).decode("ascii").lower()
