"""Reads what some providers write about a letter: a record in JSON, sent on as a mail.

Amazon's simple mail service reports bounces, complaints and deliveries to a topic, and the topic to whoever
has subscribed to it by mail (its pages call the record a notification, or an event).
"""

import json
from dataclasses import dataclass
from typing import Any

from mailer.nouns import Address
from mailer.replies.reading.header_fields import address_in
from mailer.replies.reading.mail import Mail

_LONGEST = 64_000
_MOST_RECIPIENTS = 50
_KINDS = {"bounce", "complaint", "delivery", "deliverydelay"}
_LISTS = ("bouncedRecipients", "complainedRecipients", "delayedRecipients")
_ABOUT = {
    "general": "user unknown",
    "noemail": "user unknown",
    "suppressed": "user unknown",
    "onaccountsuppressionlist": "user unknown",
    "mailboxfull": "mailbox full",
    "messagetoolarge": "message too large",
    "contentrejected": "content rejected",
    "attachmentrejected": "attachment rejected",
}
"""What a permanent bounce's sub-type says where the other side's words are missing."""


@dataclass(frozen=True, slots=True)
class Event:
    """What became of a letter, as a provider's record has it.

    Attributes:
        kind: `bounce`, `complaint`, `delivery` or `deliverydelay`.
        recipients: Whom it speaks of, each with what the other side said.
        status: The status code of the first of them; may be empty.
        about: What the provider makes of it.
    """

    kind: str
    recipients: tuple[tuple[Address | None, str], ...]
    status: str = ""
    about: str = ""


def event_in(mail: Mail) -> Event | None:
    """The record that a mail consists of; None when it is no such mail."""
    # Where a line is longer than SMTP allows (RFC 5321 §4.5.3.1.6), sendmail breaks it after a "!".
    text = mail.text[:_LONGEST].lstrip().replace("!\n ", "")
    if not text.startswith("{") or '"mail"' not in text:
        return None
    try:
        record, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):  # cut off, or nested by somebody who means harm
        return None
    kind = str(record.get("notificationType") or record.get("eventType") or "").lower()
    body = record.get(kind) or record.get("deliveryDelay" if kind == "deliverydelay" else kind)
    return _event(kind, body) if kind in _KINDS and isinstance(body, dict) else None


def _event(kind: str, body: dict[str, Any]) -> Event:
    lists = [body[name] for name in _LISTS if isinstance(body.get(name), list)]
    entries = [each for found in lists for each in found[:_MOST_RECIPIENTS] if isinstance(each, dict)]
    recipients = tuple(
        (address_in(str(each.get("emailAddress", ""))), str(each.get("diagnosticCode", "")))
        for each in entries
    )
    status = str(entries[0].get("status", "")) if entries else ""
    permanent = str(body.get("bounceType", "")).lower() == "permanent"
    about = _ABOUT.get(str(body.get("bounceSubType", "")).lower(), "") if permanent else "try again"
    return Event(kind, recipients or ((None, ""),), status, about)
