"""Finds the letter that a mail answers, with the evidence.

Our own ids decide wherever they survive, whoever sends them: a colleague may answer for the group. Only
without any id does the address speak, and where it belongs to several groups none is chosen silently.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from mailer.nouns import Address, Candidate, LetterId, Match
from mailer.replies.bounces import bounce_in
from mailer.replies.header_fields import address_in, ids_in
from mailer.replies.mail import Mail


class Ours(Protocol):
    """What must be looked up among the letters that we sent; the ledger and the table know it."""

    @property
    def sender(self) -> Address:
        """The fellow's own address."""
        ...

    def letter_of(self, text: str) -> LetterId | None:
        """The letter with this Message-ID or reference; genuine ones only, so a forged one finds nothing."""
        ...

    def is_trial(self, text: str) -> bool:
        """Whether it is the Message-ID of a letter that was only tried out; genuine ones only."""
        ...

    def letters_to(self, address: str) -> tuple[LetterId, ...]:
        """The letters sent to this address (its key), newest first."""
        ...

    def letters_to_group_of(self, address: str) -> tuple[LetterId, ...]:
        """The letters sent to any group in whose ladder this address stands, newest first."""
        ...

    def answered_by(self, message_id: str) -> LetterId | None:
        """The letter that an earlier incoming mail with this Message-ID was matched to."""
        ...

    def recipients(self, letter: LetterId) -> tuple[Address, ...]:
        """To whom a letter went."""
        ...

    def sender_of(self, letter: LetterId) -> Address | None:
        """From which address a letter went; None for an unknown letter."""
        ...


_ITSELF = 99
_ANSWERED = 99
_REFERRED = 98
_RETURNED = 97
_IN_TEXT = 92
NAMED = _IN_TEXT
"""From so many points on a mail holds an id of ours, wherever that may stand."""
_CHAINED = 90
_REPORTED_ON = 75
_WRITTEN_TO = 70
_IN_LADDER = 65
_BY_THE_WAY = 50
"""Below `CERTAIN`: a known person's post on a mailing list, or her newsletter, need not be an answer."""

_ID_IN_TEXT = re.compile(
    r"^[ \t>|]{0,10}(?:Message-ID|X-Campaign-Ref|References|In-Reply-To)[ \t]{0,5}:[ \t]{0,5}([^\n]{1,400})",
    re.IGNORECASE | re.MULTILINE,
)
_MOST_IN_TEXT = 50

UNSUBSCRIBE_SUBJECT = re.compile(r"(?:re: ?)?unsubscribe ([a-z2-7]{16}\.[a-z2-7]{16})")
"""What the `mailto:` of our List-Unsubscribe (RFC 2369) makes of the subject."""

_REAL_SENDERS = ("x-original-from", "x-original-sender", "x-google-original-from")
"""Where a mailing list that puts its own address into From keeps the writer's, besides Reply-To."""


def match(mail: Mail, ours: Ours) -> Match:
    """Which letters a mail may answer, best first.

    Args:
        mail: The incoming mail.
        ours: The look-ups among what we sent.

    Returns:
        The letters that its ids name; without any, those that mails earlier in its thread were matched to;
        without these, the newest letter of each conversation with its sender. Equal points mean a tie.
        Of an answer to a letter that was only tried out the sender alone counts; of a report on one, nothing.
    """
    found = list(_by_ids(mail, ours)) or list(_without_ids(mail, ours))
    best: dict[LetterId, Candidate] = {}
    for candidate in sorted(found, key=lambda each: -each.points):
        best.setdefault(candidate.letter, candidate)
    return Match(tuple(best.values()))


def _by_ids(mail: Mail, ours: Ours) -> Iterator[Candidate]:
    for points, texts, because in _ids(mail):
        for text in texts:
            if letter := ours.letter_of(text):
                yield Candidate(letter, points, because + _unexpected(mail, letter, ours))


def _ids(mail: Mail) -> Iterator[tuple[int, Iterable[str], str]]:
    """Every place in a mail where an id of ours may have survived, the most telling first."""
    yield _ITSELF, (mail.message_id,) if mail.message_id else (), "it is the letter itself"
    yield _ANSWERED, mail.in_reply_to, "its In-Reply-To names the letter"
    yield _ANSWERED, _pressed(mail), "its subject is what our List-Unsubscribe makes mail programs write"
    yield _REFERRED, reversed(mail.references), "its References name the letter"
    parents = ids_in(mail.header("x-ms-exchange-parent-message-id"))
    yield _REFERRED, parents, "Exchange says that the letter is its parent"
    yield _RETURNED, _reported(mail), "the report in it names the letter"
    yield _RETURNED, _enclosed(mail), "it encloses the letter"
    yield _IN_TEXT, _written_out(mail.text), "its text holds the letter's header"


def _pressed(mail: Mail) -> tuple[str, ...]:
    """The reference in `Subject: unsubscribe {ref}`: somebody pressed the button that our letters offer."""
    found = UNSUBSCRIBE_SUBJECT.fullmatch(mail.subject.strip().lower())
    return (found[1],) if found else ()


def _reported(mail: Mail) -> Iterator[str]:
    """RFC 8098's Original-Message-ID; RFC 3464's Original-Envelope-Id, which carries our reference."""
    for report in mail.reports:
        for group in report.groups:
            yield from ids_in(group.get("original-message-id"))
            yield from filter(None, (group.get("original-envelope-id"), group.get("x-original-message-id")))


def _enclosed(mail: Mail) -> Iterator[str]:
    for original in mail.originals:
        yield from ids_in(original.fields.get("message-id"))
        yield from filter(None, (original.fields.get("x-campaign-ref"),))
        yield from reversed(ids_in(original.fields.get("references")))
        yield from _written_out(original.text)


def _written_out(text: str) -> Iterator[str]:
    for found in [*_ID_IN_TEXT.finditer(text)][:_MOST_IN_TEXT]:
        yield from ids_in(found[1])
        yield found[1].strip()


def _unexpected(mail: Mail, letter: LetterId, ours: Ours) -> str:
    """A remark when somebody answers to whom the letter did not go."""
    if mail.sender is None or mail.return_path == "" or mail.reports:
        return ""
    keys = {address.key for address in ours.recipients(letter)}
    return "" if not keys or mail.sender.key in keys else f", though {mail.sender} is not whom we wrote to"


def _without_ids(mail: Mail, ours: Ours) -> Iterable[Candidate]:
    if not _is_on_a_trial(mail, ours):
        return list(_by_thread(mail, ours)) or _by_address(mail, ours)
    # Whom we really wrote to is heard all the same: she may have got the test from a colleague.
    return () if _is_report(mail) else _by_address(mail, ours)


def _is_on_a_trial(mail: Mail, ours: Ours) -> bool:
    """Whether it directly answers, returns or is a letter that was only tried out.

    What stands further up in the thread, or in the text, says nothing: tests are forwarded, too.
    """
    direct = (mail.message_id, *mail.in_reply_to, *mail.references[-1:])
    returned = (*_reported(mail), *_enclosed(mail), *_written_out(mail.text)) if _is_report(mail) else ()
    return any(ours.is_trial(text) for text in (*direct, *returned))


def _is_report(mail: Mail) -> bool:
    return bool(mail.reports) or bounce_in(mail) is not None


def _by_thread(mail: Mail, ours: Ours) -> Iterator[Candidate]:
    for text in (*mail.in_reply_to, *reversed(mail.references)):
        if letter := ours.answered_by(text):
            yield Candidate(letter, _CHAINED, "it answers a mail that was matched to the letter")


def _by_address(mail: Mail, ours: Ours) -> Iterator[Candidate]:
    bounce = bounce_in(mail)
    if bounce or mail.reports:
        failed = [failure.address for failure in bounce.failures] if bounce else []
        for address in dict.fromkeys(filter(None, (*failed, *_reported_on(mail)))):
            because = f"it reports on {address}, to whom we wrote"
            yield from _newest(ours.letters_to(address.key), _REPORTED_ON, because)
        return
    weak = _is_for_many(mail)
    for address in _senders(mail, ours):
        to_her = ours.letters_to(address.key)
        if to_her:
            yield from _newest(to_her, _BY_THE_WAY if weak else _WRITTEN_TO, f"we wrote to {address}")
        else:
            to_group = ours.letters_to_group_of(address.key)
            because = f"{address} stands in the table for the group"
            yield from _newest(to_group, _BY_THE_WAY if weak else _IN_LADDER, because)


def _reported_on(mail: Mail) -> Iterator[Address | None]:
    """Whom a complaint (RFC 5965) or a receipt (RFC 8098) speaks of."""
    for report in mail.reports:
        for group in report.groups:
            for name in ("original-rcpt-to", "original-recipient", "final-recipient"):
                yield address_in(group.get(name).rpartition(";")[2])


def _senders(mail: Mail, ours: Ours) -> list[Address]:
    named = [mail.sender, mail.reply_to, *(address_in(mail.header(name)) for name in _REAL_SENDERS)]
    found = {
        address.key: address for address in reversed(named) if address and address.key != ours.sender.key
    }
    return list(reversed(found.values()))


def _is_for_many(mail: Mail) -> bool:
    """Whether it went to a mailing list or is a newsletter, rather than to us alone."""
    return any(name in mail.fields for name in ("list-id", "list-post", "list-unsubscribe"))


def _newest(letters: Iterable[LetterId], points: int, because: str) -> Iterator[Candidate]:
    """The newest letter of each conversation."""
    seen: set[tuple[str, str]] = set()
    for letter in letters:
        conversation = (letter.campaign, letter.group)
        if conversation not in seen:
            seen.add(conversation)
            yield Candidate(letter, points, because)
