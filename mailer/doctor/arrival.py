"""What a letter to herself tells, once it has arrived: its marks, its copy, its signature, its welcome."""

import re
from collections.abc import Iterator, Mapping

from mailer.doctor.checks import Check, Grade
from mailer.doctor.dkim import is_aligned, within
from mailer.doctor.probe import Probed
from mailer.errors import TryAgain
from mailer.nouns import Learned, Outcome, Provider, Settings, visible
from mailer.replies import Mail

_PART = "letter"
_UNSURE = 4
"""The exit code for a letter of which nobody knows whether it left."""

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
_BY = re.compile(r"\bby\s+([a-z0-9.-]{1,255})", re.IGNORECASE)
_METHODS = ("spf", "dkim", "dmarc")


def check_probe(
    probed: Probed, learned: Learned | None, settings: Settings, provider: Provider | None
) -> tuple[Check, ...]:
    """What a letter to herself has shown.

    Args:
        probed: What became of it.
        learned: The same, as it is remembered; None when it did not arrive.
        settings: Who she is, and where her mail arrives.
        provider: Whoever runs her mailbox, if known.
    """
    if refused := _not_taken(probed):
        return (refused,)
    if probed.mail is None or learned is None:
        return (_not_here(probed),)
    sender = settings.sender.address.domain
    lines = (_arrived(probed), *_marks(learned), _copy(probed), _signature(learned, sender))
    return (*lines, _welcome(probed.mail, settings.imap.host, provider.receiver if provider else ""))


def _not_taken(probed: Probed) -> Check | None:
    """That the server did not take it; None when it may have."""
    verdict = probed.verdict
    if verdict.outcome in {Outcome.ACCEPTED, Outcome.UNSURE}:
        return None
    said = " ".join(filter(None, (str(verdict.code or ""), verdict.words)))
    if verdict.outcome is Outcome.DEFERRED:
        says = f"the server asks for patience: {said}"
        return Check(_PART, "handed in", Grade.WRONG, says, "try again later", TryAgain.exit_code)
    says = f"the server does not take it: {said}"
    return Check(_PART, "handed in", Grade.WRONG, says, "it says why; ask your provider if that is no help")


def _not_here(probed: Probed) -> Check:
    fix = "look into your mailbox, then campaign doctor --probe"
    if probed.hindered:
        says = f"the mailbox could not be watched: {probed.hindered}"
        return Check(_PART, "arrival", Grade.UNKNOWN, says, fix)
    if probed.verdict.outcome is Outcome.UNSURE:
        says = f"nobody knows whether it left: {probed.verdict.words}"
        return Check(_PART, "arrival", Grade.WRONG, says, fix, _UNSURE)
    return Check(
        _PART, "arrival", Grade.ATTENTION, "the server took it, but it is not here after minutes", fix
    )


def _arrived(probed: Probed) -> Check:
    took = f"after {probed.took.total_seconds():.0f} s"
    if probed.is_junk:
        says = f"it landed in {visible(probed.folder, limit=60)} {took}, where others' copies may land, too"
        fix = "see what SPF, DKIM and DMARC below say, and mark it as no junk"
        return Check(_PART, "arrival", Grade.ATTENTION, says, fix)
    return Check(_PART, "arrival", Grade.FINE, f"in {visible(probed.folder, limit=60)} {took}")


def _marks(learned: Learned) -> Iterator[Check]:
    """Whether answers and returned letters can be told by our marks."""
    if learned.keeps_message_id:
        yield Check(_PART, "Message-ID", Grade.FINE, "ours is kept")
    else:
        where = f"; ours stands in {visible(learned.original_in, limit=60)}" if learned.original_in else ""
        says = f"it is replaced by {visible(learned.message_id, limit=100) or 'none'}{where}"
        fix = "nothing to do: answers are told by References, and copies by X-Campaign-Ref"
        yield Check(_PART, "Message-ID", Grade.ATTENTION, says, fix if learned.keeps_ref else "")
    if learned.keeps_ref:
        yield Check(_PART, "X-Campaign-Ref", Grade.FINE, "it is kept")
    else:
        says = "it is taken out, so returned letters may be told by their address only"
        yield Check(_PART, "X-Campaign-Ref", Grade.ATTENTION, says)


def _copy(probed: Probed) -> Check:
    if probed.copied is None:
        why = probed.hindered or "there is no folder for sent mail"
        return Check(_PART, "copy", Grade.UNKNOWN, why)
    what = "a copy lies in Sent by itself" if probed.copied else "no copy came into Sent within a minute"
    return Check(_PART, "copy", Grade.FINE, what)


def _signature(learned: Learned, sender: str) -> Check:
    """Whether somebody signed it whose word counts for the sender's domain."""
    if not learned.signers:
        says = "nobody signed it (servers do not always sign what stays in the house)"
        return Check(_PART, "signature", Grade.ATTENTION, says, "switch on DKIM at your provider")
    named = ", ".join(visible(f"{selector} of {domain}", limit=100) for selector, domain in learned.signers)
    if any(is_aligned(domain, sender, "") for _, domain in learned.signers):
        return Check(_PART, "signature", Grade.FINE, f"signed with the key {named}")
    says = f"signed with the key {named}, which does not count for {sender}"
    fix = "switch on DKIM for your own domain at your provider"
    return Check(_PART, "signature", Grade.ATTENTION, says, fix)


def _welcome(mail: Mail, host: str, receiver: str) -> Check:
    """What the receiving server itself thought of it."""
    found = verdicts(mail, host, receiver)
    if not found:
        says = "the receiving server noted none, as many do for what stays in the house"
        return Check(_PART, "welcome", Grade.UNKNOWN, says)
    says = ", ".join(f"{method.upper()} {visible(result, limit=20)}" for method, result in found.items())
    bad = any(result in {"fail", "softfail", "permerror"} for result in found.values())
    grade = Grade.ATTENTION if bad else Grade.FINE
    return Check(_PART, "welcome", grade, says, "see SPF, DKIM and DMARC below" if bad else "")


def verdicts(mail: Mail, host: str, receiver: str) -> Mapping[str, str]:
    """What the receiving server noted in `Authentication-Results` (RFC 8601), and nobody else.

    Anybody can write such a field. The receiving server's own is the topmost, and calls the server by name.

    Args:
        mail: Untrusted.
        host: The server of the mailbox, in small letters.
        receiver: What its receiving servers are known to call themselves; empty when that is not known.
    """
    fields = mail.fields.all("authentication-results")
    if not fields:
        return {}
    plain = _COMMENT.sub("", fields[0][:4000])
    name, *results = plain.split(";")
    server = name.split()[0].lower() if name.split() else ""
    if not _is_receivers(server, mail, host, receiver):
        return {}
    noted = (one for result in results if (one := _RESULT.match(result)))
    found: dict[str, str] = {}
    for one in noted:
        # Of several signatures one that passes is enough.
        method, result = one[1].lower(), one[2].lower()
        found[method] = result if found.get(method) != "pass" else "pass"
    return {method: found[method] for method in _METHODS if method in found}


def _is_receivers(server: str, mail: Mail, host: str, receiver: str) -> bool:
    if not server or "." not in server:
        return False
    first, _, domain = host.partition(".")
    house = domain if first.startswith(("imap", "mail")) and "." in domain else host
    by = _BY.search((*mail.fields.all("received"), "")[0][:2000])
    there = by[1].lower().rstrip(".") if by else ""
    return server == receiver or within(server, house) or bool(there and within(there, server))
