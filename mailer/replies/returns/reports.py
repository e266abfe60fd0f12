"""What kind a machine's report is: a complaint, a bounce, a delay or a receipt; with its evidence."""

import re

from mailer.nouns import Address, Finding, Kind, Match, Reason
from mailer.replies.matching.ours import Ours
from mailer.replies.reading.header_fields import address_in, fields_in
from mailer.replies.reading.mail import Mail, Report
from mailer.replies.returns.bounces import Bounce, Failure, bounce_in, refusal_in
from mailer.replies.returns.report_words import ABUSE_REPORT, FEEDBACK_SENDER, READ_SUBJECT, READ_WORDS

_MOST_REASONS = 5
_MOST_ADDRESSES = 10
_EXAMINED = 2_000
_FEEDBACK = re.compile(r"^[ \t>]{0,5}feedback-type[ \t]?:", re.IGNORECASE | re.MULTILINE)
_NOT_SPAM = "not-spam"
_AUTHENTICATION = {"auth-failure", "dmarc"}
_CERTAIN, _SURE, _LIKELY = 99, 95, 88
_NO_REASON_GIVEN = 85


def complaint_in(mail: Mail) -> Finding | None:
    """RFC 5965: somebody pressed "this is spam" and the provider tells us; None when it is no such thing."""
    report = mail.report("feedback-report")
    if report:
        return _feedback(mail, report, _CERTAIN)
    if any("x-hmxmroriginalrecipient" in original.fields for original in mail.originals):
        named = _named(mail, "x-hmxmroriginalrecipient")
        because = ("it is a complaint in Microsoft's own form",)
        return Finding(Kind.COMPLAINT, because, confidence=_CERTAIN, addresses=named)
    found = _FEEDBACK.search(mail.text[:_EXAMINED])
    if found and _is_feedback(mail):
        fields = fields_in(mail.text[found.start() : found.start() + _EXAMINED].partition("\n\n")[0])
        return _feedback(mail, Report("feedback-report", (fields,)), _SURE)
    if _is_feedback(mail) and ABUSE_REPORT.search(mail.text[:_EXAMINED].lower()):
        because = ("its text is that of a complaint which a provider passes on",)
        return Finding(Kind.COMPLAINT, because, confidence=_LIKELY, addresses=_named(mail, "to"))
    bounce = bounce_in(mail)
    if bounce and bounce.complaint:
        because = ("it is a provider's record of a complaint",)
        return Finding(Kind.COMPLAINT, because, confidence=_CERTAIN, addresses=bounce.addresses)
    return None


def _is_feedback(mail: Mail) -> bool:
    """Whether a provider's loop of complaints says that it sent this."""
    kind = mail.header("content-type").lower()
    return "feedback-report" in kind or bool(FEEDBACK_SENDER.search(mail.sender_text[:500].lower()))


def _feedback(mail: Mail, report: Report, confidence: int) -> Finding:
    kind = next((value for group in report.groups if (value := group.get("feedback-type"))), "abuse")
    kind = kind.strip().lower()[:40]
    if kind == _NOT_SPAM:
        because = ("it reports that the letter is not spam",)
        return Finding(Kind.RECEIPT, because, confidence=confidence)
    named = [
        address
        for group in report.groups
        for name in ("original-rcpt-to", "removal-recipient")
        for value in group.all(name)
        if (address := address_in(value.rpartition(";")[2]))
    ]
    return Finding(
        Kind.COMPLAINT,
        (f"it is a provider's report of a complaint ({kind})",),
        reason=Reason.POLICY if kind in _AUTHENTICATION else Reason.NONE,
        confidence=confidence,
        addresses=tuple(dict.fromkeys(named))[:_MOST_ADDRESSES] or _named(mail, "to"),
    )


def _named(mail: Mail, field: str) -> tuple[Address, ...]:
    """Whom the enclosed letter names in a field, where that is one person."""
    found = (address_in(original.fields.get(field)) for original in mail.originals)
    return tuple(dict.fromkeys(filter(None, found)))[:_MOST_ADDRESSES]


def report_in(mail: Mail, match: Match, ours: Ours) -> Finding | None:
    """What a mail server or a mail program reports about a letter; None when it reports nothing.

    Args:
        mail: The incoming mail.
        match: What it may answer.
        ours: The look-ups among what we sent.
    """
    if mail.report("disposition-notification"):
        bounce = refusal_in(mail)
        because = "it is a receipt that a mail program wrote (read, shown or deleted)"
        return _bounced(bounce, match, ours) if bounce else _receipt(because, _CERTAIN)
    bounce = bounce_in(mail)
    if bounce:
        return _bounced(bounce, match, ours)
    if _says_read(mail):
        return _receipt("its words are those of a mail program's receipt", _LIKELY)
    return None


def _says_read(mail: Mail) -> bool:
    """A receipt whose machine-written part is missing, or was never there."""
    if "disposition-notification" in mail.header("content-type").lower():
        return True
    words = " ".join(mail.text[:_EXAMINED].lower().split())
    return bool(READ_SUBJECT.match(mail.subject[:200].lower()) and READ_WORDS.search(words))


def _receipt(because: str, confidence: int) -> Finding:
    return Finding(Kind.RECEIPT, (because,), confidence=confidence)


def _bounced(bounce: Bounce, match: Match, ours: Ours) -> Finding:
    if bounce.delivered:
        return _receipt("it reports that the letter has arrived", bounce.confidence)
    failures = sorted(bounce.failures, key=lambda each: not each.cause.dead)
    because = (*_said(failures), bounce.source)
    reason = _first_reason(failures)
    failed: tuple[Address, ...] = ()
    if bounce.delayed:
        kind = Kind.DELAYED
        because = ("the letter is delayed; the server goes on trying", *because)
    elif any(failure.cause.dead for failure in failures):
        kind, failed = Kind.BOUNCE_HARD, _dead(bounce, match, ours)
    else:
        kind = Kind.BOUNCE_SOFT
    confidence = min(bounce.confidence, _NO_REASON_GIVEN if reason is Reason.UNKNOWN else _CERTAIN)
    addresses = bounce.addresses or failed
    return Finding(
        kind, because, failed, reason=reason, confidence=confidence, addresses=addresses[:_MOST_ADDRESSES]
    )


def _first_reason(failures: list[Failure]) -> Reason:
    """The reason of the gravest failure that gives one."""
    given = (failure.cause.reason for failure in failures if failure.cause.reason is not Reason.UNKNOWN)
    return next(given, Reason.UNKNOWN)


def _said(failures: list[Failure]) -> list[str]:
    """The reason for each recipient, dead ones first, and below it what the server said."""
    said: list[str] = []
    for failure in failures[:_MOST_REASONS]:
        words = failure.cause.words
        said.append(f"{failure.address}: {words}" if failure.address else words)
        said += [f"the server said “{failure.words}”"] if failure.words else []
    return said


def _dead(bounce: Bounce, match: Match, ours: Ours) -> tuple[Address, ...]:
    """The dead addresses; where the report names none at all, the one that the letter went to.

    A report about another address than ours is about somebody behind it: one reader of a list, the old end of
    a forward. The address that we wrote to may be well.
    """
    if bounce.dead:
        return bounce.dead
    wrote_to = ours.recipients(match.best.letter) if match.best else ()
    return wrote_to if len(wrote_to) == 1 and all(each.cause.dead for each in bounce.failures) else ()
