"""DMARC (RFC 7489): what the sender's domain asks of those who get a letter that may not be from it."""

from collections.abc import Callable
from dataclasses import dataclass

from mailer.doctor.checks import Check, Grade
from mailer.doctor.dkim import tags
from mailer.nouns import Answer

_PART, _WHAT = "domain", "DMARC"
_MOST_STEPS = 5


@dataclass(frozen=True, slots=True)
class Policy:
    """What a DMARC record says.

    Attributes:
        domain: Where it stands; everything below belongs together. Empty when there is none.
        asks: `none`, `quarantine` or `reject`.
        strict: Whether only signatures of the very domain of the address count.
        trouble: Why nobody could say.
        several: Whether there is more than one, so that none counts.
    """

    domain: str = ""
    asks: str = ""
    strict: bool = False
    trouble: str = ""
    several: bool = False


def find_policy(domain: str, ask: Callable[[str], Answer]) -> Policy:
    """The policy for a domain: its own, or that of the nearest domain above.

    Which domain above is the organization's is a question for a list that ages (RFC 7489 §3.2); DMARC's next
    version walks up the tree instead, and so do we.

    Args:
        domain: The sender's, in A-labels.
        ask: For a name's texts.
    """
    labels = domain.split(".")
    for start in range(max(1, min(len(labels) - 1, _MOST_STEPS))):
        above = ".".join(labels[start:])
        answer = ask(f"_dmarc.{above}")
        if answer.trouble:
            return Policy(trouble=answer.trouble)
        records = [fields for text in answer.texts if (fields := tags(text)).get("v", "").upper() == "DMARC1"]
        if len(records) > 1:
            return Policy(above, several=True)
        if records:
            [fields] = records
            inherited = fields.get("sp", fields.get("p", "")) if start else fields.get("p", "")
            return Policy(above, inherited.lower(), fields.get("adkim", "r").lower() == "s")
    return Policy()


def check_policy(domain: str, policy: Policy) -> Check:
    """What to think of a policy.

    Args:
        domain: The sender's.
        policy: As found.
    """
    if policy.trouble:
        return Check(_PART, _WHAT, Grade.UNKNOWN, policy.trouble)
    if policy.several:
        says = f"_dmarc.{policy.domain} has more than one record, so none counts"
        return Check(_PART, _WHAT, Grade.WRONG, says, "leave only one of them")
    if not policy.domain:
        says = f"{domain} does not say what to do with letters that only pretend to be from it"
        fix = f'add a TXT record to _dmarc.{domain}: "v=DMARC1; p=none"; Gmail and Yahoo ask for one'
        return Check(_PART, _WHAT, Grade.ATTENTION, says, fix)
    if policy.asks not in {"none", "quarantine", "reject"}:
        says = f"the record at _dmarc.{policy.domain} asks for nothing that DMARC knows"
        return Check(_PART, _WHAT, Grade.WRONG, says, "write p=none, p=quarantine or p=reject into it")
    # Envelope and From name the same address here, so where SPF passes, it is aligned.
    says = f"{policy.domain} asks for {policy.asks}, and SPF counts for it"
    return Check(_PART, _WHAT, Grade.FINE, says)
