"""Finds the letter that a mail answers, with the evidence.

Our own ids decide wherever they survive, whoever sends them: a colleague may answer for the group. After them
come mails of the same thread that were matched before; after these what is quoted, the subject, the writer.
Where any of that speaks for two groups, none is chosen silently.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from mailer.nouns import Address, Candidate, LetterId, Match
from mailer.replies.matching.clues import Clues
from mailer.replies.matching.guesses import guesses, is_from_contact
from mailer.replies.matching.hosts import organisation
from mailer.replies.matching.ids import (
    IN_TEXT,
    REFERRED,
    RETURNED,
    answers,
    enclosed,
    places_in,
    reported,
    written_out,
)
from mailer.replies.matching.ours import Ours
from mailer.replies.matching.senders import same_mailbox, writers
from mailer.replies.matching.subjects import is_about
from mailer.replies.reading.header_fields import address_in
from mailer.replies.reading.mail import Mail
from mailer.replies.returns.bounces import Bounce, bounce_in
from mailer.replies.returns.notices import is_daemon, is_under_daemons_path

__all__ = ["NAMED", "match"]

_LOWER = 4
"""What a contradiction takes off: an id of ours is one all the same."""
NAMED = IN_TEXT - _LOWER
"""From so many points on a mail holds an id of ours, wherever that may stand."""
_CHAINED = 87
_REPORTED_ON = 75
_DOUBTFUL = 58
_WEAK = 50
_MOST_RIVALS = 3
_SERVERS_GIVE_UP = timedelta(days=14)
"""Long after the last server has: they try for four or five days (RFC 5321 §4.5.4.1)."""


def match(mail: Mail, ours: Ours) -> Match:
    """Which letters a mail may answer, best first.

    Args:
        mail: The incoming mail.
        ours: The look-ups among what we sent.

    Returns:
        The letters that its ids name; without any, those that mails of its thread were matched to; without
        these, what its words, its subject or its writer point to. Equal points mean a tie.
        Of an answer to a letter that was only tried out the sender alone counts; of a report on one, nothing.
    """
    found = _by_ids(mail, ours) or _without_ids(mail, ours)
    best: dict[LetterId, Candidate] = {}
    for candidate in sorted(found, key=lambda each: -each.points):
        best.setdefault(candidate.letter, candidate)
    return Match(tuple(best.values()))


def _by_ids(mail: Mail, ours: Ours) -> list[Candidate]:
    found = list(_named(mail, ours))
    if not found:
        return []
    found = [replace(each, because=each.because + _unexpected(mail, each.letter, ours)) for each in found]
    return _contradicted(mail, ours, found)


def _named(mail: Mail, ours: Ours) -> Iterator[Candidate]:
    referred_only = True
    for place in places_in(mail):
        for text in place.ids:
            letter = ours.letter_of(text)
            because = place.because
            if letter is None and (letter := ours.renamed(text)):
                because += ", by the Message-ID that the provider gave it"
            if letter is None:
                continue
            if (
                place.points == REFERRED
                and not place.trusted
                and referred_only
                and _is_recycled(mail, letter, ours)
            ):
                again = ", but neither subject nor writer is known: it may be an old thread used again"
                yield Candidate(letter, _DOUBTFUL, because + again)
            else:
                referred_only = referred_only and not place.trusted
                yield Candidate(letter, place.points, because)


def _is_recycled(mail: Mail, letter: LetterId, ours: Ours) -> bool:
    """Whether somebody unknown writes about something else: mail programs put new mails into old threads."""
    delivery = ours.delivery(letter)
    if delivery is None or mail.reports or is_about(mail.subject, delivery.subject):
        return False
    return not any(_belongs_to(address, letter, ours) for address in writers(mail, ours.sender))


def _belongs_to(address: Address, letter: LetterId, ours: Ours) -> bool:
    """Whether a letter went to an address, to its group, or to its organisation."""
    to = ours.recipients(letter)
    shared = organisation(address.domain)
    return (
        any(same_mailbox(address, each) for each in to)
        or letter in ours.letters_to_group_of(address.key)
        or any(shared and organisation(each.domain) == shared for each in to)
    )


def _contradicted(mail: Mail, ours: Ours, found: list[Candidate]) -> list[Candidate]:
    """The candidates, less sure where other signs speak for another group; those are listed behind them."""
    best = max(found, key=lambda each: each.points)
    others = {each.letter.group for each in found} - {best.letter.group}
    rivals: list[Candidate] = []
    if (
        mail.sender
        and not mail.reports
        and mail.return_path != ""
        and not _belongs_to(mail.sender, best.letter, ours)
    ):
        hers = ours.letters_to(mail.sender.key) or ours.letters_to_group_of(mail.sender.key)
        because = f"{mail.sender} belongs to this group"
        rivals = [Candidate(each, _WEAK, because) for each in Clues(mail, ours).one_each(hers)[:_MOST_RIVALS]]
    if not others and not rivals:
        return found
    if rivals and IN_TEXT <= best.points <= RETURNED:
        # She passes on what another group got: for whom she speaks above it, a person must read.
        found = [replace(each, points=min(each.points, _DOUBTFUL)) for each in found]
    return [*(replace(each, points=each.points - _LOWER) for each in found), *rivals]


def _unexpected(mail: Mail, letter: LetterId, ours: Ours) -> str:
    """A remark when somebody answers to whom the letter did not go."""
    if mail.sender is None or mail.return_path == "" or mail.reports:
        return ""
    to = ours.recipients(letter)
    known = not to or any(same_mailbox(mail.sender, address) for address in to)
    return "" if known else f", though {mail.sender} is not whom we wrote to"


def _without_ids(mail: Mail, ours: Ours) -> list[Candidate]:
    bounce = bounce_in(mail)
    is_report = bool(bounce or mail.reports)
    if _is_on_a_trial(mail, ours, is_report=is_report):
        # Whom we really wrote to is heard all the same: she may have got the test from a colleague.
        return guesses(mail, ours) if is_from_contact(mail, ours) and not is_report else []
    if chained := list(_by_thread(mail, ours)):
        return _contradicted(mail, ours, chained)
    return _by_report(mail, bounce, ours) if is_report else guesses(mail, ours)


def _is_on_a_trial(mail: Mail, ours: Ours, *, is_report: bool) -> bool:
    """Whether it directly answers, returns or is a letter that was only tried out.

    What stands further up in the thread, or in the text, says nothing: tests are forwarded, too.
    """
    direct = (mail.message_id, *mail.in_reply_to, *mail.references[-1:])
    returned = (*reported(mail), *enclosed(mail), *written_out(mail.text)) if is_report else ()
    return any(ours.is_trial(text) for text in (*direct, *returned))


def _by_thread(mail: Mail, ours: Ours) -> Iterator[Candidate]:
    trusted = {*mail.in_reply_to}
    for text in answers(mail):
        if letter := ours.answered_by(text):
            because = "it answers a mail that was matched to the letter"
            if text not in trusted and _is_recycled(mail, letter, ours):
                again = ", but neither subject nor writer is known"
                yield Candidate(letter, _DOUBTFUL, because + again)
            else:
                yield Candidate(letter, _CHAINED, because + _unexpected(mail, letter, ours))
    if mail.message_id and (letter := ours.answer_to(mail.message_id)):
        yield Candidate(letter, _CHAINED, "a mail that answers it was matched to the letter")


def _by_report(mail: Mail, bounce: Bounce | None, ours: Ours) -> list[Candidate]:
    """The newest letter of each conversation with those whom a report speaks of."""
    clues = Clues(mail, ours)
    failed = [failure.address for failure in bounce.failures] if bounce else []
    found: list[Candidate] = []
    for address in dict.fromkeys(filter(None, (*failed, *_reported_on(mail)))):
        letters = ours.letters_to(address.key)
        because = f"it reports on {address}, to whom we wrote"
        called = clues.called_so(letters)
        earlier = [each for each in letters if not clues.is_later(each)] or letters
        # Newest first: a letter comes back within days. That is why of two campaigns the later one is meant.
        for each in clues.one_each(called or earlier):
            doubt = _doubt_about(mail, each, clues) if bounce else ""
            found.append(Candidate(each, _DOUBTFUL if doubt else _REPORTED_ON, because + doubt))
    return found or guesses(mail, ours)


def _doubt_about(mail: Mail, letter: LetterId, clues: Clues) -> str:
    """Why a report that returns nothing of the letter may be made up, or be about another one; else empty.

    Whoever knows an address can write such a report, and a dead address gets no letters. Servers write with
    the null path (RFC 5321 §6.1), which is noted by ours and not by who writes.
    """
    if not (is_under_daemons_path(mail) or (mail.return_path is None and is_daemon(mail))):
        return ", but no mail server sent it"
    at = clues.sent_at(letter)
    if at and mail.date and mail.date - at > _SERVERS_GIVE_UP:
        return ", but long after servers give up a letter"
    return ""


def _reported_on(mail: Mail) -> Iterator[Address | None]:
    """Whom a complaint (RFC 5965) or a receipt (RFC 8098) speaks of."""
    for report in mail.reports:
        for group in report.groups:
            for name in ("original-rcpt-to", "original-recipient", "final-recipient"):
                yield address_in(group.get(name).rpartition(";")[2])
