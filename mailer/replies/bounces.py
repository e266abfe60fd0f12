"""Reads what mail servers write when a letter does not arrive: whose address, why, and whether for good.

Reports made for machines (RFC 3464) come first. For the many makes of server that write only for people, a
mail must show two signs of a bounce before its words are believed: people write about bounces, too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailer.nouns import Address
from mailer.replies.header_fields import address_in, fields_in
from mailer.replies.mail import Fields, Mail, Report
from mailer.replies.notices import Notice, notice_in
from mailer.replies.reasons import UNKNOWN, Reason, reason_for, reason_in


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient whom a letter did not reach.

    Attributes:
        address: As we wrote it, where the report says so; None when it cannot be read.
        reason: Why.
        words: What the refusing server said. Untrusted.
    """

    address: Address | None
    reason: Reason
    words: str = ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A server's report about a letter.

    Attributes:
        failures: Whom it did not reach; empty when it did arrive or the report names nobody.
        delayed: The server is still trying.
        delivered: It did arrive (a success report).
        source: What tells that it is a report, in plain words.
    """

    failures: tuple[Failure, ...]
    source: str
    delayed: bool = False
    delivered: bool = False

    @property
    def dead(self) -> tuple[Address, ...]:
        """The addresses that do not exist (any more)."""
        found = (failure.address for failure in self.failures if failure.reason.dead and failure.address)
        return tuple(dict.fromkeys(found))


_ARRIVED = {"delivered", "relayed", "expanded"}
_RECIPIENT = re.compile(r"^\s{0,3}final-recipient:", re.IGNORECASE | re.MULTILINE)
_ACTION = re.compile(r"[a-z]+")
_REFUSED = re.compile(r"rejected|quota|not be delivered", re.IGNORECASE)


def bounce_in(mail: Mail) -> Bounce | None:
    """What a mail reports about a letter's delivery; None when it is no such report."""
    report = mail.report("delivery-status") or _report_in_text(mail)
    groups = [group for group in report.groups if _speaks_of_recipient(group)] if report else []
    if groups:
        return _from_report(mail, groups)
    notice = notice_in(mail)
    return _from_notice(notice) if notice else None


def refusal_in(mail: Mail) -> Bounce | None:
    """A rejection that came dressed as a receipt (RFC 8098), as some mailbox servers send it; else None."""
    receipt = mail.report("disposition-notification")
    if receipt is None or not _REFUSED.search(mail.text[:1000]):
        return None
    address = next((a for group in receipt.groups if (a := _address(group.get("final-recipient")))), None)
    reason = reason_for("", mail.text)
    return Bounce(
        (Failure(address, reason, " ".join(mail.text.split())[:300]),), "it is a receipt that says “rejected”"
    )


def _report_in_text(mail: Mail) -> Report | None:
    """A report whose parts have lost their frame, so that it stands in the text; only from a mail server."""
    found = _RECIPIENT.search(mail.text)
    if found is None or notice_in(mail) is None:
        return None
    blocks = mail.text[max(0, found.start() - 2000) : found.end() + 4000].split("\n\n")
    return Report("delivery-status", tuple(fields_in(block) for block in blocks))


def _speaks_of_recipient(group: Fields) -> bool:
    return any(name in group for name in ("final-recipient", "original-recipient", "action", "status"))


def _from_report(mail: Mail, groups: list[Fields]) -> Bounce:
    actions = {_action(group) for group in groups}
    source = "it is a delivery report"
    if actions <= _ARRIVED:
        return Bounce((), source, delivered=True)
    failed = [group for group in groups if _action(group) not in _ARRIVED]
    return Bounce(tuple(_failure(mail, group) for group in failed), source, delayed=actions <= {"delayed"})


def _action(group: Fields) -> str:
    found = _ACTION.match(group.get("action").strip().lower())
    return found[0] if found else "failed"


def _failure(mail: Mail, group: Fields) -> Failure:
    """One recipient's block (RFC 3464 §2.3.1, §2.3.2).

    The original recipient is the one we wrote to, the final one whom the server could not reach. Providers
    write a mailbox's address anew in another domain, and then the two are one; but behind `team@` there may
    be others who got the letter.
    """
    original, final = _address(group.get("original-recipient")), _address(group.get("final-recipient"))
    one = original and (final is None or original.local.lower() == final.local.lower())
    address = original if one else final
    _, _, words = group.get("diagnostic-code").partition(";")
    reason = reason_for(group.get("status"), words or group.get("status"))
    if reason is UNKNOWN or not words:
        reason = reason_in(mail.text) or reason
    return Failure(address, reason, " ".join(words.split())[:300])


def _address(field: str) -> Address | None:
    kind, _, address = field.rpartition(";")
    return address_in(address) if kind.strip().lower() in {"", "rfc822", "utf-8"} else None


def _from_notice(notice: Notice) -> Bounce:
    failures = tuple(_noticed(notice)) or (Failure(None, reason_for("", notice.text)),)
    return Bounce(failures, " and ".join(notice.signs[:3]), delayed=notice.delayed)


def _noticed(notice: Notice) -> Iterator[Failure]:
    """Each address with what is said between it and the next one; else with what the whole notice says."""
    text = notice.text
    places = {address: text.lower().find(str(address).lower()) for address in notice.addresses}
    for address, at in places.items():
        end = min((other for other in places.values() if other > at), default=len(text))
        words = text[at:end] if at >= 0 else text
        reason = reason_for("", words)
        if reason is UNKNOWN:
            reason = reason_for("", text)
        yield Failure(address, reason, " ".join(words.split())[:300])
