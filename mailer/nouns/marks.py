"""The mark that each letter carries, so that its reply finds home and nobody can forge one.

A Message-ID of ours is `<c.{tag}.{seal}@{domain}>`: the tag is drawn from the letter's id, the seal is keyed
with the ledger's secret. Both are lower-case base 32, because gateways lower-case what they quote.
The tag alone travels as `X-Campaign-Ref`, which comes back in bounces that return only headers.

A letter that the fellow tries out on herself carries none of this, but `<test.{tag}.{seal}@{domain}>`, sealed
likewise: what comes back from it is known for what it is, and taken for nobody's answer.
"""

import base64
import hashlib
import hmac
import re
from datetime import datetime

from mailer.nouns.addresses import Address
from mailer.nouns.letters import LetterId

_TAG = 16
_SEAL = 16
_MESSAGE_ID = re.compile(rf"<?c\.([a-z2-7]{{{_TAG}}})\.([a-z2-7]{{{_SEAL}}})@[a-z0-9.-]+>?")

_TRIAL_ID = re.compile(rf"<?test\.([a-z2-7]{{{_TAG}}})\.([a-z2-7]{{{_SEAL}}})@[a-z0-9.-]+>?")


def ref(letter: LetterId, key: bytes) -> str:
    """The letter's reference: tag and seal, `{tag}.{seal}`."""
    tag = _short(hmac.digest(key, b"tag:" + str(letter).encode(), hashlib.sha256), _TAG)
    return f"{tag}.{_seal(tag, key)}"


def message_id(letter: LetterId, domain: str, key: bytes) -> str:
    """The letter's Message-ID (RFC 5322 §3.6.4), the same however often it is asked for.

    Args:
        letter: Which letter.
        domain: The sender's domain, in A-labels.
        key: The ledger's secret.
    """
    return f"<c.{ref(letter, key)}@{domain}>"


def genuine(text: str, key: bytes) -> str:
    """The reference inside a Message-ID or `X-Campaign-Ref` that claims to be ours, or '' if it is not.

    Args:
        text: From a mail, so possibly forged, in any case, with or without angle brackets.
        key: The ledger's secret.
    """
    text = text.strip().lower()
    found = _MESSAGE_ID.fullmatch(text) or _MESSAGE_ID.fullmatch(f"c.{text}@x")
    if not found:
        return ""
    tag, seal = found.groups()
    return f"{tag}.{seal}" if hmac.compare_digest(seal, _seal(tag, key)) else ""


def trial_id(letter: LetterId, to: Address, at: datetime, domain: str, key: bytes) -> str:
    """The Message-ID of a letter that is only tried out, different for each moment.

    Args:
        letter: Which letter it shows.
        to: Where it goes.
        at: When.
        domain: The sender's domain, in A-labels.
        key: The ledger's secret.
    """
    drawn = f"trial:{letter}:{to}:{at.isoformat()}".encode()
    tag = _short(hmac.digest(key, drawn, hashlib.sha256), _TAG)
    return f"<test.{tag}.{_trial_seal(tag, key)}@{domain}>"


def is_trial(text: str) -> bool:
    """Whether a Message-ID has the form of a letter only tried out; whether it is ours, its seal says."""
    return _TRIAL_ID.fullmatch(text.strip().lower()) is not None


def is_genuine_trial(text: str, key: bytes) -> bool:
    """Whether a Message-ID is that of a letter that we tried out.

    Args:
        text: From a mail, so possibly forged, in any case, with or without angle brackets.
        key: The ledger's secret.
    """
    found = _TRIAL_ID.fullmatch(text.strip().lower())
    return found is not None and hmac.compare_digest(found[2], _trial_seal(found[1], key))


def _seal(tag: str, key: bytes) -> str:
    return _short(hmac.digest(key, b"seal:" + tag.encode(), hashlib.sha256), _SEAL)


def _trial_seal(tag: str, key: bytes) -> str:
    # Another word before the tag than a real letter's: the one can never be made into the other.
    return _short(hmac.digest(key, b"trial-seal:" + tag.encode(), hashlib.sha256), _SEAL)


def _short(digest: bytes, length: int) -> str:
    return base64.b32encode(digest).decode("ascii").lower()[:length]
