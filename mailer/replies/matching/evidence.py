"""Says whether an incoming mail proves that a letter of ours left, and why.

That it holds the letter's id is not enough: the id must stand where a mail program or a mail server puts it,
and the writer must be somebody who can have it from the letter. Anybody else may have found it elsewhere.
"""

from collections.abc import Iterable

from mailer.nouns import LetterId
from mailer.replies.matching.copies import copied
from mailer.replies.matching.ours import Ours
from mailer.replies.reading.header_fields import address_in, ids_in
from mailer.replies.reading.mail import Mail, Report
from mailer.replies.returns.notices import has_null_path, is_daemon


def proof(mail: Mail, raw: bytes, letter: LetterId, ours: Ours) -> str:
    """Why the mail proves that the letter left; empty when it does not.

    Args:
        mail: The incoming mail.
        raw: Its bytes.
        letter: Which letter.
        ours: The look-ups among what we sent.
    """
    if copied(raw, ours) == letter:
        return "a copy of it came back, under its own From"
    answered = _names(letter, _answered(mail), ours)
    if _is_server_report(mail, letter, ours) and (answered or _names(letter, _returned(mail), ours)):
        return "a mail server reports on it"
    if _is_in_conversation(mail, letter, ours) and (answered or _names(letter, _receipted(mail), ours)):
        return f"{mail.sender} answers it"
    return ""


def objection(mail: Mail, letter: LetterId, ours: Ours) -> str:
    """Why a mail that holds the letter's id, and is no proof, proves nothing."""
    if _is_in_conversation(mail, letter, ours):
        return "its id does not stand where a mail program puts it"
    return "whoever wrote this is nobody to whom it went"


def _names(letter: LetterId, texts: Iterable[str], ours: Ours) -> bool:
    return any(ours.letter_of(text) == letter for text in texts)


def _answered(mail: Mail) -> Iterable[str]:
    """Where mail programs put the ids of what is answered (RFC 5322 §3.6.4)."""
    return (*mail.in_reply_to, *mail.references, *ids_in(mail.header("x-ms-exchange-parent-message-id")))


def _returned(mail: Mail) -> Iterable[str]:
    """Where a report holds the id of what it is about: a field (RFC 3464 §2.2.1), or what it encloses."""
    report = mail.report("delivery-status")
    for group in report.groups if report else ():
        yield from filter(None, (group.get("original-envelope-id"),))
    for original in mail.originals:
        yield from ids_in(original.fields.get("message-id"))
        yield from filter(None, (original.fields.get("x-campaign-ref"),))


def _receipted(mail: Mail) -> Iterable[str]:
    """Where a mail program's receipt holds the id of what was read (RFC 8098 §3.2.5)."""
    report = mail.report("disposition-notification")
    for group in report.groups if report else ():
        yield from ids_in(group.get("original-message-id"))


def _is_server_report(mail: Mail, letter: LetterId, ours: Ours) -> bool:
    """Whether a mail server reports (RFC 3464) on one of those to whom the letter went."""
    report = mail.report("delivery-status")
    if report is None or not (is_daemon(mail) or has_null_path(mail)):
        return False
    return bool(_reported_on(report) & {address.key for address in ours.recipients(letter)})


def _reported_on(report: Report) -> set[str]:
    fields = (
        group.get(name) for group in report.groups for name in ("original-recipient", "final-recipient")
    )
    return {address.key for field in fields if (address := address_in(field.rpartition(";")[2]))}


def _is_in_conversation(mail: Mail, letter: LetterId, ours: Ours) -> bool:
    """Whether the letter went to the writer, or she stands in the table for its group."""
    if mail.sender is None:
        return False
    wrote_to = {address.key for address in ours.recipients(letter)}
    return mail.sender.key in wrote_to or letter in ours.letters_to_group_of(mail.sender.key)
