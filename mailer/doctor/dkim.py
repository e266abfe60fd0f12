"""DKIM (RFC 6376): whether the keys that sign letters can be found, and whose signatures count."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence

from mailer.doctor.checks import Check, Grade
from mailer.nouns import Answer, visible

_PART, _WHAT = "domain", "DKIM"
MOST_KEYS = 6
"""So many keys are looked up; a letter with more signatures means no good."""


def tags(text: str) -> Mapping[str, str]:
    """The `name=value` pairs of a record or signature (RFC 6376 §3.2); the first of a name counts."""
    pairs = (part.partition("=") for part in text.split(";"))
    found: dict[str, str] = {}
    for name, equals, value in pairs:
        if equals:
            found.setdefault(name.strip().lower(), "".join(value.split()))
    return found


def within(domain: str, other: str) -> bool:
    """Whether a domain is another one, or lies below it."""
    return domain == other or domain.endswith(f".{other}")


def is_aligned(signer: str, sender: str, organization: str, *, strict: bool = False) -> bool:
    """Whether a signature counts for the sender's address (RFC 7489 §3.1.1).

    Args:
        signer: The domain that signed, in small letters.
        sender: That of the address in From.
        organization: The domain with the DMARC record, which all below belongs to; empty for none.
        strict: Whether that record wants the very same domain.
    """
    if strict or signer == sender:
        return signer == sender
    if "." not in signer:
        return False
    together = bool(organization) and within(signer, organization) and within(sender, organization)
    return together or within(signer, sender) or within(sender, signer)


def check_keys(
    domain: str, keys: Sequence[tuple[str, str]], ask: Callable[[str], Answer], *, seen: bool
) -> Check:
    """Look up the keys with which letters are signed.

    Args:
        domain: The sender's.
        keys: Selector and domain of each.
        ask: For a name's texts.
        seen: Whether a letter was signed with them; else they are those that the provider is known to use.
    """
    if not keys:
        says = "which key signs your letters only a letter can show"
        return Check(_PART, _WHAT, Grade.UNKNOWN, says, "campaign doctor --probe")
    good, bad = [], []
    for selector, signer in keys[:MOST_KEYS]:
        answer = ask(f"{selector}._domainkey.{signer}")
        if answer.trouble:
            return Check(_PART, _WHAT, Grade.UNKNOWN, answer.trouble)
        name = visible(f"{selector} of {signer}", limit=100)
        if fault := _fault(answer):
            bad.append(f"the key {name} {fault}")
        else:
            good.append(name)
    if bad and seen:
        return Check(
            _PART, _WHAT, Grade.WRONG, bad[0], "have your provider renew it, or correct its DNS record"
        )
    if good:
        return Check(_PART, _WHAT, Grade.FINE, f"there is a key: {', '.join(good)}")
    says = f"{domain} has none of the keys that your provider signs with ({', '.join(s for s, _ in keys)})"
    return Check(_PART, _WHAT, Grade.ATTENTION, says, "switch on DKIM for your domain at your provider")


def _fault(answer: Answer) -> str:
    """What is wrong with the record of a key; empty when nothing."""
    if not answer.texts:
        return "cannot be found"
    # Several records leave it open which one a receiving server takes (RFC 6376 §3.6.2.2).
    fields = tags(answer.texts[0])
    if fields.get("v", "DKIM1") != "DKIM1" or "p" not in fields:
        return "is no DKIM record"
    try:
        key = base64.b64decode(fields["p"], validate=True)
    except (binascii.Error, ValueError):
        return "is garbled"
    return "" if key else "has been withdrawn"
