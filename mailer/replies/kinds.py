"""Says what kind of mail has come in, and why.

The order of the questions matters. Half of all bounces call themselves "auto-replied", so reports are looked
for before answering machines, and those before people. Whoever is left is a person; whether she answers us
is what the match says.
"""

from mailer.nouns import Address, Finding, Kind, Match, Reason
from mailer.replies.automatic import automatic_in
from mailer.replies.bounces import Bounce, bounce_in, refusal_in
from mailer.replies.known_lines import unmarked
from mailer.replies.mail import Mail
from mailer.replies.matching import UNSUBSCRIBE_SUBJECT, Ours
from mailer.replies.quotes import own_words
from mailer.replies.requests import stop_request

_LONGEST_MACHINE_TEXT = 4_000
_MOST_REASONS = 5


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
        or _complaint(mail)
        or _report(mail, match, ours)
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
    """A copy of what we sent. A list that we wrote to returns it under its own From, but our Message-ID."""
    if mail.message_id and ours.letter_of(mail.message_id):
        return Finding(Kind.OWN_COPY, ("its Message-ID is that of a letter of ours",))
    reference = mail.header("x-campaign-ref")
    if reference and _is_from_us(mail, ours) and ours.letter_of(reference):
        return Finding(Kind.OWN_COPY, ("it comes from our address and carries a letter's reference",))
    return None


def _button(mail: Mail, ours: Ours) -> Finding | None:
    """Mail programs send this by themselves, some as an automatic mail; a person asked for it."""
    found = UNSUBSCRIBE_SUBJECT.fullmatch(mail.subject.strip().lower())
    if found and ours.letter_of(found[1]):
        return Finding(Kind.UNSUBSCRIBE, ("somebody pressed the unsubscribe button of our letter",))
    return None


def _from_ourselves(mail: Mail, ours: Ours) -> Finding | None:
    if _is_from_us(mail, ours):
        return Finding(Kind.OWN_COPY, ("it comes from our own address, so nobody else wrote it",))
    return None


def _is_from_us(mail: Mail, ours: Ours) -> bool:
    return mail.sender is not None and mail.sender.key == ours.sender.key


def _complaint(mail: Mail) -> Finding | None:
    """RFC 5965: somebody pressed "this is spam" and the provider tells us."""
    report = mail.report("feedback-report")
    if report is None:
        forwarded = any("x-hmxmroriginalrecipient" in original.fields for original in mail.originals)
        return Finding(Kind.COMPLAINT, ("it is a complaint in Microsoft's own form",)) if forwarded else None
    kind = next((value for group in report.groups if (value := group.get("feedback-type"))), "abuse")
    if kind.lower() == "not-spam":
        return Finding(Kind.RECEIPT, ("it reports that the letter is not spam",))
    return Finding(Kind.COMPLAINT, (f"it is a provider's report of a complaint ({kind[:40]})",))


def _report(mail: Mail, match: Match, ours: Ours) -> Finding | None:
    if mail.report("disposition-notification"):
        bounce = refusal_in(mail)
        if bounce is None:
            return Finding(
                Kind.RECEIPT, ("it is a receipt that a mail program wrote (read, shown or deleted)",)
            )
        return _bounced(bounce, match, ours)
    bounce = bounce_in(mail)
    return _bounced(bounce, match, ours) if bounce else None


def _bounced(bounce: Bounce, match: Match, ours: Ours) -> Finding:
    if bounce.delivered:
        return Finding(Kind.RECEIPT, ("it reports that the letter has arrived",))
    because = (*_said(bounce), bounce.source)
    if bounce.delayed:
        return Finding(Kind.DELAYED, ("the letter is delayed; the server goes on trying", *because))
    if any(failure.reason.dead for failure in bounce.failures):
        return Finding(Kind.BOUNCE_HARD, because, _dead(bounce, match, ours))
    return Finding(Kind.BOUNCE_SOFT, because)


def _said(bounce: Bounce) -> list[str]:
    """The reason for each recipient, dead ones first, and below it what the server said."""
    said: list[str] = []
    for failure in sorted(bounce.failures, key=lambda each: not each.reason.dead)[:_MOST_REASONS]:
        said.append(f"{failure.address}: {failure.reason.words}" if failure.address else failure.reason.words)
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
    return wrote_to if len(wrote_to) == 1 and all(each.reason.dead for each in bounce.failures) else ()


def _automatic(mail: Mail, match: Match) -> Finding | None:
    found = automatic_in(mail)
    if found is None:
        return None
    if found.away:
        return Finding(Kind.OUT_OF_OFFICE, found.because, until=found.until)
    if not found.reply and not match.candidates:
        return Finding(
            Kind.UNRELATED, ("a machine wrote it, and not in answer to a letter of ours", *found.because)
        )
    return Finding(Kind.AUTO_ACK, found.because)


def _request(mail: Mail) -> Finding | None:
    asked = stop_request(own_words(mail.text), mail.subject)
    return Finding(Kind.UNSUBSCRIBE, (f"it asks for no more letters: “{asked[:80]}”",)) if asked else None


def _person(match: Match) -> Finding:
    if match.candidates:
        return Finding(
            Kind.HUMAN, ("a person wrote it: nothing in it is a machine's", match.candidates[0].because)
        )
    return Finding(Kind.UNRELATED, ("nothing in it points to a letter of ours",))
