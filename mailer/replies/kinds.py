"""Says what kind of mail has come in, and why.

The order of the questions matters. Half of all bounces call themselves "auto-replied", so reports are looked
for before answering machines, and those before people. Whoever is left is a person; whether she answers us
is what the match says.
"""

from mailer.nouns import CERTAIN, Finding, Kind, Match, Reason
from mailer.replies.machines.automatic import automatic_in
from mailer.replies.machines.challenges import challenge_in
from mailer.replies.machines.moderation import moderation_in
from mailer.replies.matching.ids import UNSUBSCRIBE_SUBJECT
from mailer.replies.matching.ours import Ours
from mailer.replies.quoting.known_lines import unmarked
from mailer.replies.quoting.quotes import own_words
from mailer.replies.reading.mail import Mail
from mailer.replies.requests import stop_request
from mailer.replies.returns.notice_words import SUBJECT
from mailer.replies.returns.notices import notice_in
from mailer.replies.returns.reports import complaint_in, report_in

_LONGEST_MACHINE_TEXT = 4_000
_SURE, _LIKELY, _PERHAPS = 99, 92, 75


def classify(mail: Mail, match: Match, ours: Ours) -> Finding:
    """What kind of mail it is, with the evidence in plain words.

    Args:
        mail: The incoming mail.
        match: What it may answer.
        ours: The look-ups among what we sent.
    """
    return (
        _own_copy(mail, ours)
        or _button(mail, ours)
        or complaint_in(mail)
        or _gate(mail, match)
        or report_in(mail, match, ours)
        or _automatic(mail, match)
        or _from_ourselves(mail, ours)
        or _request(mail)
        or _person(match)
    )


def words_of(mail: Mail, finding: Finding) -> str:
    """What the person wrote, without quotes and signature; of a machine's mail, the beginning of its text."""
    of_a_person = {Kind.HUMAN, Kind.UNSUBSCRIBE, Kind.UNRELATED, Kind.OUT_OF_OFFICE, Kind.AUTO_ACK}
    if finding.kind in of_a_person or finding.reason is Reason.BY_HAND:
        return own_words(mail.text)
    return unmarked(mail.text[:_LONGEST_MACHINE_TEXT])


def _own_copy(mail: Mail, ours: Ours) -> Finding | None:
    """A copy of what we sent. A list that we wrote to returns it under its own From and, some, its own id."""
    if mail.message_id and (ours.letter_of(mail.message_id) or ours.renamed(mail.message_id)):
        return Finding(Kind.OWN_COPY, ("its Message-ID is that of a letter of ours",), confidence=_SURE)
    reference = mail.header("x-campaign-ref")
    if reference and ours.letter_of(reference):
        because = "its header carries a letter's reference, as no answer does"
        return Finding(Kind.OWN_COPY, (because,), confidence=_SURE)
    return None


def _button(mail: Mail, ours: Ours) -> Finding | None:
    """Mail programs send this by themselves, some as an automatic mail; a person asked for it."""
    found = UNSUBSCRIBE_SUBJECT.fullmatch(mail.subject.strip().lower())
    if found and ours.letter_of(found[1]):
        because = "somebody pressed the unsubscribe button of our letter"
        return Finding(Kind.UNSUBSCRIBE, (because,), confidence=_SURE)
    return None


def _from_ourselves(mail: Mail, ours: Ours) -> Finding | None:
    if _is_from_us(mail, ours):
        because = "it comes from our own address, so nobody else wrote it"
        return Finding(Kind.OWN_COPY, (because,), confidence=_LIKELY)
    return None


def _is_from_us(mail: Mail, ours: Ours) -> bool:
    return mail.sender is not None and mail.sender.key == ours.sender.key


def _gate(mail: Mail, match: Match) -> Finding | None:
    """A list's moderator or a mailbox's guard; asked before bounces, whose words their notices use too."""
    if mail.report("delivery-status") or mail.header("x-failed-recipients"):
        return None
    if SUBJECT.match(mail.subject.lower()) and notice_in(mail):
        return None  # what came back may itself have been such a notice
    if because := challenge_in(mail, answers_us=bool(match.candidates)):
        return Finding(Kind.CHALLENGE, because, confidence=90)
    if because := moderation_in(mail):
        return Finding(Kind.AUTO_ACK, because, reason=Reason.MODERATION, confidence=95)
    return None


def _automatic(mail: Mail, match: Match) -> Finding | None:
    found = automatic_in(mail)
    if found is None:
        return None
    if found.away:
        return Finding(
            Kind.OUT_OF_OFFICE,
            found.because,
            until=found.until,
            reason=found.reason,
            confidence=found.confidence,
            instead=found.instead,
        )
    if not found.reply and not match.candidates:
        because = ("a machine wrote it, and not in answer to a letter of ours", *found.because)
        return Finding(Kind.UNRELATED, because, confidence=_LIKELY)
    return Finding(Kind.AUTO_ACK, found.because, confidence=found.confidence)


def _request(mail: Mail) -> Finding | None:
    asked = stop_request(own_words(mail.text), mail.subject)
    because = f"it asks for no more letters: “{asked[:80]}”"
    return Finding(Kind.UNSUBSCRIBE, (because,), confidence=_LIKELY) if asked else None


def _person(match: Match) -> Finding:
    if match.candidates:
        best = match.candidates[0]
        because = ("a person wrote it: nothing in it is a machine's", best.because)
        return Finding(Kind.HUMAN, because, confidence=_LIKELY if best.points >= CERTAIN else _PERHAPS)
    return Finding(Kind.UNRELATED, ("nothing in it points to a letter of ours",), confidence=_LIKELY)
