"""Tells an answering machine from a person: notes of absence, of departure, and plain receipts.

A mark of a machine opens the question, the words answer it. Some marks are weak: help desks write
`auto-generated` over what their people say, and some gateways lose the envelope's sender. There the words
must be a machine's outright. A rule of a mail program leaves no mark at all: then they must say everything.
"""

import re
from dataclasses import dataclass
from datetime import date

from mailer.nouns import Address, Reason
from mailer.replies.machines.absence_words import ABSENCE, ASIDE, MYSELF, SUBJECT_ABSENCE, SUBJECT_AUTOMATIC
from mailer.replies.machines.departures import departure_in
from mailer.replies.machines.machine_marks import GENERATED, MACHINE_SENDER, has_null_path, machine_header
from mailer.replies.machines.phrases import lower
from mailer.replies.machines.receipt_words import CONVERSATION, OUTRIGHT, QUESTION, RECEIPT, SUBJECT_RECEIPT
from mailer.replies.quoting.quotes import own_words
from mailer.replies.reading.mail import Mail

_EXAMINED = 3_000
_LONGEST_NOTE = 900
_BEGINNING = 400
_SURE, _LIKELY, _PERHAPS = 97, 88, 75
_THANKS = re.compile(r"thank(s| you)[^.!?\n]{0,80}|ありがとうございます")
"""Thanks for writing: every polite answer begins so."""

_ANSWER = re.compile(
    r"\s{0,3}(re|r|res|aw|antwort|sv|vs|odp|ynt|antw|回复|答复|rif)\s{0,2}(\[\d+\])?[:\uff1a]"
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{3,200}")


@dataclass(frozen=True, slots=True)
class Automatic:
    """An answer that no person wrote.

    Attributes:
        away: It is an out-of-office note; otherwise a receipt.
        because: What tells so, in plain words, strongest first.
        until: The first day the person is back, where the note says it.
        reply: It answers a mail, rather than being sent on its own account (a notification, a newsletter).
        reason: `Reason.LEFT` where the person is gone for good.
        instead: Whom to write to then.
        confidence: How sure this is, out of 100.
    """

    away: bool
    because: tuple[str, ...]
    until: date | None = None
    reply: bool = True
    reason: Reason = Reason.NONE
    instead: Address | None = None
    confidence: int = _LIKELY


@dataclass(frozen=True, slots=True)
class _Marks:
    """By what a mail says that a machine wrote it.

    Attributes:
        header: The field that says so.
        titled: Its subject is one that only machines write.
        away: Its subject speaks of an absence.
        nobody: Its envelope has no sender.
        said: All this in plain words.
    """

    header: str
    titled: bool
    away: bool
    nobody: bool
    said: tuple[str, ...]

    @property
    def strong(self) -> bool:
        """Whether it hardly stands over a person's words."""
        return self.titled or self.away or self.header not in {"", GENERATED}


def automatic_in(mail: Mail) -> Automatic | None:
    """What an answering machine says in this mail; None when a person seems to have written it."""
    marks = _marks(mail)
    words = own_words(mail.text[:_EXAMINED])
    if not marks.said:
        return _unmarked_receipt(mail, lower(words)) or _unmarked_absence(mail, words)
    left = departure_in(mail, words)
    if left and (marks.strong or left.instead):
        because = (f"it says that somebody has left (“{left.said[:80]}”)", *marks.said)
        sure = _sureness(marks, phrase=True)
        return Automatic(
            away=True, because=because, reason=Reason.LEFT, instead=left.instead, confidence=sure
        )
    return _absence(mail, marks, words) or _receipt(mail, marks, lower(words))


def _marks(mail: Mail) -> _Marks:
    header, subject = machine_header(mail), lower(mail.subject[:200])
    titled = bool(SUBJECT_AUTOMATIC.match(subject))
    away = bool(SUBJECT_ABSENCE.search(subject)) and not _ANSWER.match(subject)
    nobody = has_null_path(mail)
    said = [f"its subject is “{mail.subject[:80]}”"] if titled or away else []
    said += [f"its header says {header}"] if header else []
    said += ["its envelope has no sender"] if nobody else []
    return _Marks(header, titled, away, nobody, tuple(said))


def _day_back(mail: Mail, words: str) -> date | None:
    from mailer.replies.machines.return_dates import day_back  # noqa: PLC0415 - its calendar takes a while to make

    return day_back(mail, words)


def _sureness(marks: _Marks, *, phrase: bool) -> int:
    if marks.strong:
        return _SURE if phrase else _LIKELY
    return _LIKELY if phrase else _PERHAPS


def _absence(mail: Mail, marks: _Marks, words: str) -> Automatic | None:
    low = lower(words)
    if not (marks.titled or mail.in_reply_to or mail.references or marks.header != GENERATED):
        return None  # A newsletter or a notification, sent on its own account.
    myself = MYSELF.search(low)
    phrase = myself or ABSENCE.search(low)
    receipt = (
        RECEIPT.search(_THANKS.sub("", low))
        or OUTRIGHT.search(low)
        or SUBJECT_RECEIPT.search(lower(mail.subject[:200]))
    )
    until = _day_back(mail, words) if phrase or marks.strong else None
    if marks.strong:
        apple = marks.header.startswith("x-apple-action")
        away = bool(marks.away or apple or (phrase and (myself or until or not receipt)))
        away = away or (marks.titled and not receipt)
    else:
        away = bool(myself or (phrase and ASIDE.search(low))) and not QUESTION.search(low)
    if not away:
        return None
    if until is None and marks.away:
        until = _day_back(mail, mail.subject[:200])
    said = (f"it speaks of an absence (“{' '.join(phrase[0].split())[:80]}”)",) if phrase else ()
    return Automatic(
        away=True, because=(*said, *marks.said), until=until, confidence=_sureness(marks, phrase=bool(phrase))
    )


def _receipt(mail: Mail, marks: _Marks, low: str) -> Automatic | None:
    receipt = bool(RECEIPT.search(low) or SUBJECT_RECEIPT.search(lower(mail.subject[:200])))
    answers = bool(mail.in_reply_to)
    weak = not marks.strong and answers
    if weak and not OUTRIGHT.search(low) and (not receipt or _is_conversation(low)):
        return None  # A person is not to be passed over for what her help desk or gateway does.
    reply = marks.header != GENERATED or marks.titled or answers or bool(mail.references)
    return Automatic(away=False, because=marks.said, reply=reply, confidence=_sureness(marks, phrase=receipt))


def _is_conversation(low: str) -> bool:
    return bool(CONVERSATION.search(low))


def _unmarked_absence(mail: Mail, words: str) -> Automatic | None:
    """The note that a mail program's rule sends: it says who is away, whom to turn to, and asks nothing."""
    low = lower(words)
    if len(low) > _LONGEST_NOTE or QUESTION.search(low) or "list-id" in mail.fields:
        return None
    phrase = MYSELF.search(low, 0, _BEGINNING)
    if phrase is None:
        return None
    own = {mail.sender.key if mail.sender else ""}
    others = {each.rstrip(".") for each in _ADDRESS.findall(low)} - own
    until = _day_back(mail, words)
    if not (others and (until or ASIDE.search(low))) and not OUTRIGHT.search(low):
        return None
    because = (
        f"it speaks of an absence (“{phrase[0][:80]}”)",
        "it names whom to turn to, and answers nothing",
    )
    return Automatic(away=True, because=because, until=until, confidence=_PERHAPS)


def _unmarked_receipt(mail: Mail, low: str) -> Automatic | None:
    """A receipt from a ticket system that does not say that it is one: two things must point there."""
    subject = lower(mail.subject[:200])
    sender = bool(mail.sender and MACHINE_SENDER.search(mail.sender.key))
    titled = bool(SUBJECT_RECEIPT.search(subject))
    answers = _ANSWER.match(subject) or mail.in_reply_to
    if not (sender or titled) or "list-id" in mail.fields or (answers and not OUTRIGHT.search(low)):
        return None
    if not RECEIPT.search(_THANKS.sub("", low)):
        return None
    because = ["its text is that of an automatic receipt"]
    because += [f"it comes from {mail.sender}"] if sender else []
    because += [f"its subject is “{mail.subject[:80]}”"] if titled else []
    return Automatic(away=False, because=tuple(because), confidence=_PERHAPS)
