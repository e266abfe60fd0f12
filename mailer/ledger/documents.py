"""Turns the words of the trade into plain JSON documents, and back again.

A document's key is its natural one: the letter's id, the message's id, the folder's name, the order's number;
it is not repeated inside. Times are ISO 8601 in UTC. Text may hold anything that strangers wrote, half a
surrogate pair included: JSON keeps it as an escape. (Two halves that meet become the character they spell.)
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeVar

from mailer.errors import BadData
from mailer.ledger.identity import Here
from mailer.ledger.journalled import Document
from mailer.nouns import (
    Address,
    Attempt,
    Candidate,
    Cursor,
    Delivery,
    Filing,
    Finding,
    Kind,
    Learned,
    LetterId,
    Match,
    Message,
    Order,
    OrderKind,
    Outcome,
    Phase,
    Place,
    Reason,
    SentCopy,
    State,
    Verdict,
)

_Noun = TypeVar("_Noun")


def read(build: Callable[[str, Document], _Noun], key: str, document: Document) -> _Noun:
    """Build a noun from its document.

    Raises:
        BadData: when the document lacks what the noun needs. Its checksum was right: a program wrote it so.
    """
    try:
        return build(key, document)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadData(
            f"the ledger's record of {key} cannot be understood ({error!r})",
            fix="bring this installation of campaign up to date, then run the same command again",
        ) from error


_MAY_BE_EMPTY = frozenset({"subject", "digest", "attempts", "next_try", "because", "sender", "holder"})


def without_empty(document: Document) -> Document:
    """A delivery's document without the fields in which nothing stands: most letters have no `because`."""
    return {field: value for field, value in document.items() if value or field not in _MAY_BE_EMPTY}


def from_delivery(delivery: Delivery, holder: Here | None) -> Document:
    """A delivery's document.

    Args:
        delivery: The noun.
        holder: While it is in the air, the process that has it in hand.
    """
    fields = {
        "state": delivery.state.value,
        "to": [str(address) for address in delivery.to],
        "message_id": delivery.message_id,
        "subject": delivery.subject,
        "digest": delivery.digest,
        "place": _from_place(delivery.place),
        "claimed_at": _from_time(delivery.claimed_at),
        "changed_at": _from_time(delivery.changed_at),
        "attempts": [_from_attempt(attempt) for attempt in delivery.attempts],
        "next_try": _from_time(delivery.next_try) if delivery.next_try else None,
        "because": delivery.because,
        "sender": str(delivery.sender) if delivery.sender else None,
        "holder": {"host": holder.host, "boot": holder.boot, "pid": holder.pid} if holder else None,
    }
    return without_empty(fields)


def to_delivery(key: str, document: Document) -> Delivery:
    """The delivery that a document stands for."""
    return Delivery(
        letter=LetterId.parse(key),
        state=State(document["state"]),
        to=tuple(map(_to_address, document["to"])),
        message_id=document["message_id"],
        subject=document.get("subject", ""),
        digest=document.get("digest", ""),
        place=_to_place(document["place"]),
        claimed_at=_to_time(document["claimed_at"]),
        changed_at=_to_time(document["changed_at"]),
        attempts=tuple(map(_to_attempt, document.get("attempts", ()))),
        next_try=_to_time(document["next_try"]) if document.get("next_try") else None,
        because=document.get("because", ""),
        sender=_to_address(document["sender"]) if document.get("sender") else None,
    )


def holder(document: Document) -> Here | None:
    """The process that has, or had, a letter in hand."""
    found = document.get("holder")
    return Here(found["host"], found["boot"], found["pid"]) if found else None


def from_message(message: Message) -> Document:
    """A message's document."""
    return {
        "message_id": message.message_id,
        "folder": message.folder,
        "uid": message.uid,
        "at": _from_time(message.at),
        "sender": message.sender,
        "sender_name": message.sender_name,
        "subject": message.subject,
        "words": message.words,
        "finding": _from_finding(message.finding),
        "match": [
            {"letter": str(candidate.letter), "points": candidate.points, "because": candidate.because}
            for candidate in message.match.candidates
        ],
        "place": _from_place(message.place),
        "note": message.note,
        "read_at": _from_time(message.read_at) if message.read_at else None,
    }


def to_message(key: str, document: Document) -> Message:
    """The message that a document stands for."""
    return Message(
        id=key,
        message_id=document["message_id"],
        folder=document["folder"],
        uid=document["uid"],
        at=_to_time(document["at"]),
        sender=document["sender"],
        sender_name=document["sender_name"],
        subject=document["subject"],
        words=document["words"],
        finding=_to_finding(document["finding"]),
        match=Match(tuple(map(_to_candidate, document["match"]))),
        place=_to_place(document["place"]),
        note=document["note"],
        read_at=_to_time(document["read_at"]) if document.get("read_at") else None,
    )


def from_order(order: Order) -> Document:
    """An order's document; `revoked` says by whom, when and why it was taken back."""
    return {
        "kind": order.kind.value,
        "subject": order.subject,
        "at": _from_time(order.at),
        "by": order.by,
        "because": order.because,
        "until": order.until.isoformat() if order.until else None,
        "says": order.says,
        "revoked": None,
    }


def revocation(by: str, because: str, now: datetime) -> Document:
    """The field that takes an order back."""
    return {"revoked": {"at": _from_time(now), "by": by, "because": because}}


def to_order(key: str, document: Document) -> Order:
    """The order that a document stands for."""
    return Order(
        id=key,
        kind=OrderKind(document["kind"]),
        subject=document["subject"],
        at=_to_time(document["at"]),
        by=document["by"],
        because=document["because"],
        until=_to_date(document["until"]),
        says=document["says"],
    )


def from_cursor(cursor: Cursor) -> Document:
    """A cursor's document."""
    return {"validity": cursor.validity, "uid": cursor.uid}


def to_cursor(key: str, document: Document) -> Cursor:
    """The cursor that a document stands for."""
    return Cursor(key, document["validity"], document["uid"])


def from_learned(learned: Learned) -> Document:
    """The document of what a probe has shown."""
    return {
        "at": _from_time(learned.at),
        "keeps_message_id": learned.keeps_message_id,
        "message_id": learned.message_id,
        "original_in": learned.original_in,
        "keeps_ref": learned.keeps_ref,
        "files_copies": learned.files_copies,
        "signers": [list(signer) for signer in learned.signers],
    }


def to_learned(key: str, document: Document) -> Learned:
    """What a probe has shown, from its document."""
    signers = tuple((selector, domain) for selector, domain in document["signers"])
    return Learned(key, **{**document, "at": _to_time(document["at"]), "signers": signers})


def from_sent_copy(copy: SentCopy) -> Document:
    """The document of a letter's copy in the folder for sent mail."""
    return {"how": copy.how.value, "at": _from_time(copy.at), "folder": copy.folder, "uid": copy.uid}


def to_sent_copy(key: str, document: Document) -> SentCopy:
    """What is known of such a copy, from its document."""
    how, at = Filing(document["how"]), _to_time(document["at"])
    return SentCopy(LetterId.parse(key), how, at, document["folder"], document["uid"])


def _from_time(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone; the ledger takes no guess")
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat()


def _to_time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _to_date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _to_address(text: str) -> Address:
    local, _, domain = text.rpartition("@")
    return Address(local, domain)


def _from_place(place: Place) -> Document:
    return {"segment": place.segment, "offset": place.offset, "length": place.length}


def _to_place(document: Document) -> Place:
    return Place(document["segment"], document["offset"], document["length"])


def _from_attempt(attempt: Attempt) -> Document:
    verdict = attempt.verdict
    return {
        "at": _from_time(attempt.at),
        "outcome": verdict.outcome.value,
        "phase": verdict.phase.value,
        "code": verdict.code,
        "status": verdict.status,
        "words": verdict.words,
    }


def _to_attempt(document: Document) -> Attempt:
    outcome, phase = Outcome(document["outcome"]), Phase(document["phase"])
    verdict = Verdict(outcome, phase, document["code"], document["status"], document["words"])
    return Attempt(_to_time(document["at"]), verdict)


def _from_finding(finding: Finding) -> Document:
    return {
        "kind": finding.kind.value,
        "because": list(finding.because),
        "failed": [str(address) for address in finding.failed],
        "until": finding.until.isoformat() if finding.until else None,
        "reason": finding.reason.value,
        "confidence": finding.confidence,
        "addresses": [str(address) for address in finding.addresses],
        "instead": str(finding.instead) if finding.instead else None,
    }


def _to_finding(document: Document) -> Finding:
    return Finding(
        kind=Kind(document["kind"]),
        because=tuple(document["because"]),
        failed=tuple(map(_to_address, document["failed"])),
        until=_to_date(document["until"]),
        reason=Reason(document["reason"]),
        confidence=document["confidence"],
        addresses=tuple(map(_to_address, document["addresses"])),
        instead=_to_address(document["instead"]) if document["instead"] else None,
    )


def _to_candidate(document: Document) -> Candidate:
    return Candidate(LetterId.parse(document["letter"]), document["points"], document["because"])
