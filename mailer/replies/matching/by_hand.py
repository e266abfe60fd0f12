"""Recognizes what the fellow wrote to a group from her own mail program: it is contact like a letter.

Only for mails out of her folder for sent mail, in which nobody files anything but she and her provider: From
can be forged by anybody.
"""

from collections.abc import Iterable, Iterator
from email.utils import getaddresses
from typing import Protocol

from mailer.nouns import Address, Candidate, Finding, Kind, LetterId, Match, Reason
from mailer.replies.reading.header_fields import address_in
from mailer.replies.reading.mail import Mail

_ANSWERS = 97
_WRITTEN_TO = 70
_SURE = 98

_DELIVERED = ("return-path", "delivered-to", "x-original-to")
"""What a server writes into a mail that it delivers (RFC 5321 §4.4), and not into one that is only filed."""

_MOST_ADDRESSES = 200
_LONGEST_FIELD = 20_000


class Acquaintances(Protocol):
    """Whom we know, and what went to them."""

    @property
    def sender(self) -> Address:
        """The fellow's own address."""
        ...

    def letter_of(self, text: str) -> LetterId | None:
        """The letter with this Message-ID or reference."""
        ...

    def is_trial(self, text: str) -> bool:
        """Whether it is the Message-ID of a letter that was only tried out."""
        ...

    def letters_to(self, address: str) -> tuple[LetterId, ...]:
        """The letters sent to this address (its key), newest first."""
        ...

    def letters_to_group_of(self, address: str) -> tuple[LetterId, ...]:
        """The letters sent to any group in whose ladder this address stands, newest first."""
        ...

    def answered_by(self, message_id: str) -> LetterId | None:
        """The letter that an earlier mail with this Message-ID was matched to."""
        ...

    def is_known(self, address: str) -> bool:
        """Whether this address (its key) stands in the table."""
        ...


def by_hand(mail: Mail, ours: Acquaintances) -> tuple[Finding, Match] | None:
    """What a mail out of the folder for sent mail says to a group; None where it has nothing to do with one.

    Args:
        mail: The mail, or only its header.
        ours: Whom we know, and what went to them.

    Returns:
        The finding has the addresses that she wrote to; the match the newest letter of each conversation with
        them, and before these the letter that the mail answers, or whose answer. Where nothing was sent to
        them yet there are no candidates, and the addresses alone count.
    """
    if not _is_hers(mail, ours) or _is_ours(mail, ours) or _is_automatic(mail):
        return None
    to = [address for address in _addressees(mail) if address.key != ours.sender.key]
    answered = list(_answered(mail, ours))
    known = [each for each in to if ours.is_known(each.key) or ours.letters_to(each.key)]
    if not (known or (answered and to)):
        return None
    found = (*answered, *_conversations(known, ours))
    best: dict[LetterId, Candidate] = {}
    for candidate in found:
        best.setdefault(candidate.letter, candidate)
    whom = known or to
    because = f"you wrote it yourself, to {', '.join(map(str, whom[:3]))}{' and others' if whom[3:] else ''}"
    finding = Finding(
        Kind.OWN_COPY, (because,), reason=Reason.BY_HAND, confidence=_SURE, addresses=tuple(whom)
    )
    return finding, Match(tuple(best.values()))


def _is_hers(mail: Mail, ours: Acquaintances) -> bool:
    """Whether she wrote it: people also file what came to them there. She may write under other addresses."""
    if mail.sender is None:
        return False
    if mail.sender.key == ours.sender.key:
        return True
    strange = not (ours.is_known(mail.sender.key) or ours.letters_to(mail.sender.key))
    return strange and not any(name in mail.fields for name in _DELIVERED)


def _is_ours(mail: Mail, ours: Acquaintances) -> bool:
    """Whether it is a letter of a campaign, of this one or of a ledger that is no more."""
    is_letter = bool(mail.message_id) and (ours.letter_of(mail.message_id) or ours.is_trial(mail.message_id))
    return bool(is_letter) or "x-campaign-ref" in mail.fields


def _is_automatic(mail: Mail) -> bool:
    """RFC 3834: some servers file the absence notes that they send in her name."""
    return mail.header("auto-submitted").partition(";")[0].strip().lower() not in {"", "no"}


def _addressees(mail: Mail) -> list[Address]:
    """To whom it went; only the sender's own copy still names those of Bcc."""
    fields = [value[:_LONGEST_FIELD] for name in ("to", "cc", "bcc") for value in mail.fields.all(name)]
    try:
        pairs = getaddresses(fields)
    except (RecursionError, IndexError, ValueError):  # nested comments, stray brackets
        return []
    found = filter(None, (address_in(bare) for _, bare in pairs[:_MOST_ADDRESSES]))
    return list({address.key: address for address in found}.values())


def _answered(mail: Mail, ours: Acquaintances) -> Iterator[Candidate]:
    for text in dict.fromkeys((*mail.in_reply_to, *reversed(mail.references))):
        if letter := ours.answered_by(text):
            yield Candidate(letter, _ANSWERS, "you answered a mail that belongs to the letter")
        elif letter := ours.letter_of(text):
            yield Candidate(letter, _ANSWERS, "you wrote it in answer to the letter")


def _conversations(known: Iterable[Address], ours: Acquaintances) -> Iterator[Candidate]:
    """The newest letter of each conversation with these people."""
    for address in known:
        seen: set[tuple[str, str]] = set()
        for letter in ours.letters_to(address.key) or ours.letters_to_group_of(address.key):
            if (pair := (letter.campaign, letter.group)) not in seen:
                seen.add(pair)
                yield Candidate(letter, _WRITTEN_TO, f"it is the last letter to {address}")
