"""Judges one mail from its bytes: what it says, which letter it belongs to, and what kind of mail it is."""

from dataclasses import dataclass, replace

from mailer.inbox.ours import Ours
from mailer.nouns import Candidate, Finding, Kind, Match, Message
from mailer.replies import Mail, by_hand, classify, copied, match, read, recalled, words_of

MOST_WORDS = 20_000
"""So many characters of a mail's own words are kept in the record; its bytes are kept whole anyway."""

_ITSELF = 99


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is thought of a mail."""

    mail: Mail
    finding: Finding
    match: Match
    words: str


def judge(raw: bytes, ours: Ours) -> Judgement:
    """What is thought of a mail that came in.

    Args:
        raw: The mail. Any bytes.
        ours: The look-ups among what we sent.
    """
    mail = read(raw)
    found = match(mail, ours)
    mail = recalled(mail, ours.texts_for(found))
    return _judgement(mail, classify(mail, found, ours), found)


def judge_sent(raw: bytes, ours: Ours) -> Judgement | None:
    """What is thought of a mail out of the folder for sent mail; None where nothing is to be noted of it.

    To be noted are those that she wrote to a group by hand, and the copies of our letters to which the
    provider gave another Message-ID: answers will name that. Her other mail is none of our business.

    Args:
        raw: The mail, or only its header. Any bytes.
        ours: The look-ups among what we sent.
    """
    mail = read(raw)
    if letter := copied(raw, ours):
        if ours.letter_of(mail.message_id):
            return None
        because = f"it is the copy of the letter {letter}, under another Message-ID"
        found = Match((Candidate(letter, _ITSELF, because),))
        return _judgement(mail, Finding(Kind.OWN_COPY, (because,), confidence=_ITSELF), found)
    if written := by_hand(mail, ours):
        finding, found = written
        return _judgement(recalled(mail, ours.texts_for(found)), finding, found)
    return None


def judged(message: Message, found: Judgement) -> Message:
    """A message as it is to be noted, judged so."""
    mail = found.mail
    return replace(
        message,
        message_id=mail.message_id,
        sender=mail.sender.key if mail.sender else "",
        sender_name=mail.sender_name,
        subject=mail.subject,
        words=found.words,
        finding=found.finding,
        match=found.match,
    )


def _judgement(mail: Mail, finding: Finding, found: Match) -> Judgement:
    return Judgement(mail, finding, found, words_of(mail, finding)[:MOST_WORDS])
