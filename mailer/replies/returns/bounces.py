"""Reads what mail servers write when a letter does not arrive: whose address, why, and whether for good.

Reports made for machines (RFC 3464) come first. For the many makes of server that write only for people, a
mail must show two signs of a bounce before its words are believed: people write about bounces, too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from mailer.nouns import Address
from mailer.replies.reading.header_fields import address_in, fields_in
from mailer.replies.reading.mail import Fields, Mail, Report
from mailer.replies.returns.events import Event, event_in
from mailer.replies.returns.notices import (
    Notice,
    has_null_path,
    is_daemon,
    is_passed_on,
    notice_in,
    written_to,
)
from mailer.replies.returns.reasons import UNKNOWN, Cause, cause_for, cause_in, in_session


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient whom a letter did not reach.

    Attributes:
        address: As we wrote it, where the report says so; None when it cannot be read.
        cause: Why.
        words: What the refusing server said. Untrusted.
    """

    address: Address | None
    cause: Cause
    words: str = ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A server's report about a letter.

    Attributes:
        failures: Whom it did not reach; empty when it did arrive or the report names nobody.
        source: What tells that it is a report, in plain words.
        confidence: How sure that is, out of 100.
        delayed: The server is still trying.
        delivered: It did arrive (a success report).
        complaint: It is a provider's word that somebody called the letter spam.
    """

    failures: tuple[Failure, ...]
    source: str
    confidence: int
    delayed: bool = False
    delivered: bool = False
    complaint: bool = False

    @property
    def dead(self) -> tuple[Address, ...]:
        """The addresses that do not exist (any more)."""
        found = (failure.address for failure in self.failures if failure.cause.dead and failure.address)
        return tuple(dict.fromkeys(found))

    @property
    def addresses(self) -> tuple[Address, ...]:
        """All addresses that it speaks of, dead or alive."""
        return tuple(dict.fromkeys(failure.address for failure in self.failures if failure.address))


_ARRIVED = {"delivered", "relayed", "expanded"}
_RECIPIENT = re.compile(r"^[ \t>|*]{0,9}(?:final|original)-recipient[ \t]?:", re.IGNORECASE | re.MULTILINE)
_ACTION = re.compile(r"[a-z]+")
_REFUSED = re.compile(r"rejected|quota|not be delivered|disk space|mailbox (is )?full", re.IGNORECASE)
_LONGEST_WORDS = 300
_BEFORE, _AFTER = 300, 800
_CERTAIN, _SURE, _UNFRAMED = 99, 96, 94
_BY_SIGNS = {2: 90, 3: 95}
_MANY_SIGNS = 98


@lru_cache(maxsize=4)  # the match and the kind both ask, one after the other
def bounce_in(mail: Mail) -> Bounce | None:
    """What a mail reports about a letter's delivery; None when it is no such report."""
    report = mail.report("delivery-status")
    if report and not (is_passed_on(mail) and mail.content_type != "multipart/report"):
        groups = [group for group in report.groups if _speaks_of_recipient(group)]
        if groups:
            return _from_report(mail, groups, _CERTAIN if _is_by_machine(mail) else _SURE)
    event = event_in(mail)
    if event:
        return _from_event(event)
    notice = notice_in(mail)
    if notice is None:
        return None
    unframed = _groups_in_text(mail.text)
    return _from_report(mail, unframed, _UNFRAMED) if unframed else _from_notice(mail, notice)


def refusal_in(mail: Mail) -> Bounce | None:
    """A rejection that came dressed as a receipt (RFC 8098), as some mailbox servers send it; else None."""
    receipt = mail.report("disposition-notification")
    if receipt is None or not _REFUSED.search(mail.text[:1000]):
        return None
    address = next((a for group in receipt.groups if (a := _address(group.get("final-recipient")))), None)
    failure = Failure(address, cause_for("", mail.text), _shortened(mail.text))
    return Bounce((failure,), "it is a receipt that says “rejected”", _UNFRAMED)


def _is_by_machine(mail: Mail) -> bool:
    return has_null_path(mail) or is_daemon(mail) or mail.content_type == "multipart/report"


def _groups_in_text(text: str) -> list[Fields]:
    """A report whose parts have lost their frame, so that it stands in the text."""
    found = _RECIPIENT.search(text)
    if found is None:
        return []
    blocks = text[max(0, found.start() - 2000) : found.end() + 4000].split("\n\n")
    report = Report("delivery-status", tuple(fields_in(block) for block in blocks))
    return [group for group in report.groups if "final-recipient" in group or "original-recipient" in group]


def _speaks_of_recipient(group: Fields) -> bool:
    return any(name in group for name in ("final-recipient", "original-recipient", "action", "status"))


def _from_report(mail: Mail, groups: list[Fields], confidence: int) -> Bounce:
    actions = {_action(group) for group in groups}
    source = "it is a delivery report"
    if actions <= _ARRIVED:
        return Bounce((), source, confidence, delivered=True)
    failed = [group for group in groups if _action(group) not in _ARRIVED]
    failures = [_failure(mail, group) for group in failed]
    if not any(failure.address for failure in failures):
        to = written_to(mail)
        failures = [Failure(to[0] if len(to) == 1 else None, each.cause, each.words) for each in failures]
    return Bounce(tuple(failures), source, confidence, delayed=actions <= {"delayed"})


def _action(group: Fields) -> str:
    found = _ACTION.match(group.get("action").strip().lower())
    if found:
        return found[0]
    return "delivered" if group.get("status").strip().startswith("2.") else "failed"


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
    cause = cause_for(group.get("status"), words or group.get("status"))
    if cause is UNKNOWN or not words:
        cause = cause_in(mail.text) or cause
    return Failure(address, in_session(cause, _around(mail.text, address)), _shortened(words))


def _around(text: str, address: Address | None) -> str:
    """What the text says of one recipient, and a little more: the whole when it does not name her."""
    at = text.lower().rfind(str(address).lower()) if address else -1
    return text if at < 0 else text[max(0, at - _BEFORE) : at + _AFTER]


def _address(field: str) -> Address | None:
    """The address of a field; what stands before the semicolon is a type that many servers get wrong."""
    return address_in(field.rpartition(";")[2])


def _from_event(event: Event) -> Bounce:
    failures = tuple(
        Failure(address, cause_for(event.status, said or event.about), _shortened(said))
        for address, said in event.recipients
    )
    source = "it is a provider's record of what became of a letter"
    arrived, complaint = event.kind == "delivery", event.kind == "complaint"
    delayed = event.kind == "deliverydelay"
    return Bounce(failures, source, _CERTAIN, delayed=delayed, delivered=arrived, complaint=complaint)


def _from_notice(mail: Mail, notice: Notice) -> Bounce:
    failures = tuple(_noticed(notice)) or tuple(
        Failure(address, in_session(cause_for("", notice.text), mail.text))
        for address in (written_to(mail) or (None,))[:1]
    )
    confidence = _BY_SIGNS.get(len(notice.signs), _MANY_SIGNS)
    source = " and ".join(notice.signs[:3])
    return Bounce(failures, source, confidence, delayed=notice.delayed, delivered=notice.delivered)


def _noticed(notice: Notice) -> Iterator[Failure]:
    """Each address with what is said between it and the next one; else with what the whole notice says."""
    text = notice.text
    low = text.lower()
    places = {address: low.find(str(address).lower()) for address in notice.addresses}
    for address, at in places.items():
        end = min((other for other in places.values() if other > at), default=len(text))
        words = text[at:end] if at >= 0 else text
        cause = cause_for("", words)
        if cause is UNKNOWN:
            cause = cause_for("", text)
        said = words[len(str(address)) :].lstrip("<>()[]\"':;,. \t\r\n") if at >= 0 else words
        yield Failure(address, in_session(cause, text), _shortened(said))


def _shortened(words: str) -> str:
    return " ".join(words[: 4 * _LONGEST_WORDS].split())[:_LONGEST_WORDS]
