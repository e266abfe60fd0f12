"""Guesses which letter a mail without our ids answers: by quoted words, subject, writer, organisation.

Points say what a guess is worth: what is quoted counts more than the subject, that more than who writes.
Below `CERTAIN` it is for a person to decide: a wrong match means silence to somebody who did not answer, so
whatever speaks for two groups, or against the best guess, goes there too.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta

from mailer.nouns import Candidate, LetterId
from mailer.replies.matching.clues import Clues, Contact
from mailer.replies.matching.ours import Ours
from mailer.replies.matching.quotations import Quoted
from mailer.replies.reading.mail import Mail

_QUOTED_BY_CONTACT = 88
_QUOTED_OF_HER = 84
_SUBJECT_BY_CONTACT = 80
_SUBJECT_AND_ADDRESS = 75
_QUOTED_BY_STRANGER = 72
_SUBJECT_BY_COLLEAGUE = 68
_SUBJECT_AND_NAME = 68
_ONE_OF_HERS_NAMED = 62
_CONTRADICTED = 58
_WEAK = 50
"""Below `CERTAIN`: a known person's post on a mailing list, or her newsletter, need not be an answer."""

_LEAD = 2
"""So many more runs of words must be quoted of one letter than of another."""
_MUCH = 8
_MOST = 8
_FEW = 5
_LONG_AGO = timedelta(days=60)
"""Of two campaigns to one group, the one that much older than the other is over."""


def guesses(mail: Mail, ours: Ours) -> list[Candidate]:
    """The letters that a mail without ids may answer, best first; none when nothing speaks for any.

    Args:
        mail: What a person or her answering machine wrote, not a report.
        ours: The look-ups among what we sent.
    """
    if mail.sender and mail.sender.key == ours.sender.key:
        return []
    clues = Clues(mail, ours)
    tiers = (_by_quote, _by_subject, _by_writer, _by_colleague, _by_stranger)
    found = next(filter(None, (sorted(tier(clues), key=lambda c: -c.points) for tier in tiers)), [])
    return found[:_MOST]


def is_from_contact(mail: Mail, ours: Ours) -> bool:
    """Whether somebody wrote it to whom, or to whose group, a letter of ours went."""
    return bool(Clues(mail, ours).contacts)


def _by_quote(clues: Clues) -> Iterator[Candidate]:
    quoted = clues.quoted
    if not quoted:
        return
    tied = [each for each in quoted if quoted[0].runs - each.runs < _LEAD]
    hers = {letter.group for contact in clues.contacts for letter in contact.letters}
    groups = {each.letter.group for each in tied}
    both = groups & hers
    if len(both) == 1:
        best = [each for each in tied if each.letter.group in both]
        yield from _of_one_group(clues, best, _QUOTED_BY_CONTACT, f"we wrote to {clues.contacts[0].address}")
    elif len(groups) == 1 and hers:
        yield from _contradiction(clues, tied[0].letter)
    elif len(groups) == 1:
        yield from _by_unknown(clues, tied)
    elif not hers:
        yield from _of_one_step(clues, tied)


def _of_one_group(clues: Clues, quoted: Sequence[Quoted], points: int, because: str) -> Iterator[Candidate]:
    """One letter; several campaigns of which the same is quoted are told apart by a person."""
    campaigns = {each.letter.campaign for each in quoted}
    # Of the same letter to two people of a group, the writer answers hers.
    for each in clues.one_each(
        sorted((each.letter for each in quoted), key=lambda one: not clues.is_hers(one))
    ):
        why = f"it quotes the letter, and {because}"
        yield Candidate(each, points if len(campaigns) == 1 else _CONTRADICTED, why)


def _contradiction(clues: Clues, quoted: LetterId) -> Iterator[Candidate]:
    writer = clues.contacts[0].address
    yield Candidate(quoted, _CONTRADICTED, f"it quotes the letter, though {writer} belongs to another group")
    for letter in clues.one_each(letter for contact in clues.contacts for letter in contact.letters):
        yield Candidate(letter, _CONTRADICTED, f"we wrote to {writer}, but another group's letter is quoted")


def _by_unknown(clues: Clues, tied: Sequence[Quoted]) -> Iterator[Candidate]:
    """A stranger quotes one letter: those it went to, or whom they passed it to, can do that."""
    best = tied[0]
    if evidence := clues.recipient_in(best.letter):
        yield from _of_one_group(clues, tied, _QUOTED_OF_HER, evidence)
    elif best.runs >= _MUCH and 2 * best.runs >= best.of:
        yield from _of_one_group(clues, tied, _QUOTED_BY_STRANGER, "no other letter says the same")
    else:
        yield from _of_one_group(clues, tied, _CONTRADICTED, "nothing else of it")


def _of_one_step(clues: Clues, tied: Sequence[Quoted]) -> Iterator[Candidate]:
    """What is quoted stands in letters to several groups; who it is must be said by something else."""
    told = {each.letter: evidence for each in tied if (evidence := clues.recipient_in(each.letter))}
    if len({letter.group for letter in told}) == 1:
        [(letter, evidence), *_] = told.items()
        yield Candidate(letter, _QUOTED_OF_HER, f"it quotes a letter like this, and {evidence}")
        return
    named = [each.letter for each in tied if clues.names_of(each.letter.group)]
    for letter in named or [each.letter for each in tied][:_FEW]:
        because = "and names the group" if named else "like others of the same step"
        yield Candidate(letter, _CONTRADICTED if named else _WEAK, f"it quotes a letter like this, {because}")


def _by_subject(clues: Clues) -> Iterator[Candidate]:
    """The subject is a letter's, and the writer somebody to whom we wrote, or of her group."""
    hers = False
    for contact in clues.contacts:
        called = clues.called_so(contact.letters)
        hers = hers or bool(called)
        points = _SUBJECT_BY_CONTACT
        yield from _told_apart(clues, contact, called, points, "its subject is the letter's, and")
    if clues.contacts and clues.is_answer and not hers:
        yield from _about_others(clues, clues.called_alike, "its subject is another group's letter's")


def _by_writer(clues: Clues) -> Iterator[Candidate]:
    if clues.contacts and not clues.is_for_many and clues.letters_to_others_mentioned:
        yield from _about_others(clues, clues.letters_to_others_mentioned, "it names another group than hers")
        return
    for contact in clues.contacts:
        points = contact.points
        if clues.is_for_many:
            points = _WEAK
        elif clues.answers_something_else:
            points = _CONTRADICTED
        yield from _told_apart(clues, contact, contact.letters, points, "")


def _about_others(clues: Clues, letters: Iterable[LetterId], because: str) -> Iterator[Candidate]:
    """Somebody we know seems to speak for others: a person must read what she says."""
    others = clues.one_each(letters)[:_FEW]
    for contact in clues.contacts if others else ():
        own = clues.one_each(contact.letters)
        yield from _plain(clues, own, _CONTRADICTED, f"{contact.because}, but {because}")
    yield from _plain(clues, others, _WEAK, because)


def _told_apart(
    clues: Clues, contact: Contact, letters: Sequence[LetterId], points: int, before: str
) -> Iterator[Candidate]:
    """The newest letter of each conversation; fewer points where several are open."""
    newest = clues.one_each(letters)
    because = f"{before} {contact.because}".strip()
    groups = {letter.group for letter in newest}
    named = {group for group in groups if clues.names_of(group)} if len(groups) > 1 else groups
    for letter in newest:
        if clues.is_later(letter):
            yield Candidate(letter, _WEAK, f"{because}, though it is dated before the letter")
        elif len(named) == 1 < len(groups):
            told = letter.group in named
            said = f"{because}; of her groups it names {'this one' if told else 'another'}"
            yield Candidate(letter, min(points, _ONE_OF_HERS_NAMED) if told else _WEAK, said)
        elif len(groups) == 1 and _is_one_of_several(clues, letter, newest):
            yield Candidate(letter, min(points, _CONTRADICTED), f"{because}, in several campaigns")
        else:
            yield Candidate(letter, points, because)


def _is_one_of_several(clues: Clues, letter: LetterId, newest: Collection[LetterId]) -> bool:
    """Whether the same group was written to in another campaign at about the same time."""
    ages = {each: clues.sent_at(each) for each in newest if not clues.is_later(each)}
    last = max(filter(None, ages.values()), default=None)
    if last is None:
        return len(newest) > 1
    live = [each for each, at in ages.items() if at is None or last - at < _LONG_AGO]
    return len(live) > 1 or letter not in live


def _by_colleague(clues: Clues) -> Iterator[Candidate]:
    """Nobody we know, but of the same organisation as somebody to whom we wrote, or naming her address."""
    for letters, because in (
        (clues.letters_to_named, "it names an address to which we wrote"),
        (clues.letters_to_organisation, f"we wrote to somebody else at {clues.organisation}"),
    ):
        called = clues.called_so(letters)
        groups = {letter.group for letter in called}
        if called and len(groups) == 1:
            sure = _SUBJECT_AND_ADDRESS if letters is clues.letters_to_named else _SUBJECT_BY_COLLEAGUE
            yield from _plain(clues, called, sure, f"its subject is the letter's, and {because}")
        elif called:
            yield from _plain(clues, called, _CONTRADICTED, f"its subject is the letter's, and {because}")
        elif not clues.is_for_many and not clues.is_generated:
            newest = clues.one_each(letters)
            if len({letter.group for letter in newest}) <= _FEW:
                yield from _plain(clues, newest, _WEAK, because)


def _by_stranger(clues: Clues) -> Iterator[Candidate]:
    """Nobody we know: the subject of a letter of ours, or a platform that says that a group has written."""
    called = clues.one_each(clues.called_alike)
    same = [letter for letter in called if letter in clues.letters_to_namesake]
    named = [letter for letter in called if clues.names_of(letter.group)]
    if len({letter.group for letter in same}) == 1:
        because = "its subject is the letter's, and its writer is called like whom we wrote to"
        yield from _plain(clues, same, _SUBJECT_AND_NAME, because)
    elif same or named:
        because = "its subject is the letter's, and it names the group or whom we wrote to"
        yield from _plain(clues, (same or named)[:_FEW], _CONTRADICTED, because)
    elif clues.is_answer or len({letter.group for letter in called}) <= _FEW:
        yield from _plain(clues, called[:_FEW], _WEAK, "its subject is the letter's")
    if called or clues.is_for_many or clues.is_generated or clues.is_from_colleague:
        return
    yield from _plain(clues, clues.letters_to_namesake, _WEAK, "its writer is called like whom we wrote to")
    if len(clues.letters_to_mentioned) <= _FEW:
        yield from _plain(clues, clues.letters_to_mentioned, _WEAK, "it names the group")


def _plain(clues: Clues, letters: Iterable[LetterId], points: int, because: str) -> Iterator[Candidate]:
    for letter in clues.one_each(letters):
        yield Candidate(letter, _WEAK if clues.is_later(letter) else points, because)
