"""Looks up among our own letters what an incoming mail may be about."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from mailer.errors import BadData, CampaignError
from mailer.inbox.wording import wording
from mailer.ledger import Ledger
from mailer.nouns import Address, Delivery, Group, LetterId, Match, Outcome, mailbox_of, marks
from mailer.replies import (
    Mail,
    Quotations,
    Quoted,
    answers,
    bare,
    given_in,
    organisation,
    plain,
    texts_of,
    words_in,
)

_Value = TypeVar("_Value")

MOST_QUOTED = 8
"""So many letters of the conversations in question are looked at for what a mail quotes."""

_MANY = LetterId("", "", "")
"""Stands for a Message-ID that was given to more than one letter, and so names none."""


class Ours:
    """What we know of our own letters, as the replies room asks for it.

    It is made for one reading of the mailbox. Nothing is looked through before it is asked for: most readings
    find nothing new.

    Attributes:
        sender: The fellow's own address.
    """

    def __init__(self, ledger: Ledger, sender: Address, groups: Sequence[Group]) -> None:
        """Nothing is looked through yet.

        Args:
            ledger: Which letters there are.
            sender: The fellow's own address, as the settings have it.
            groups: The table.
        """
        self.sender = sender
        self._ledger = ledger
        self._table = groups
        self._matched: dict[str, LetterId | None] = {}
        self._answers: dict[str, LetterId] = {}

    def letter_of(self, text: str) -> LetterId | None:
        """The letter that a Message-ID or reference names; None when it is not genuinely ours."""
        # What stands in the ledger is ours: nobody else knows the seal, and its letters keep theirs whatever
        # becomes of the secret. Only text in the form of a reference is looked up.
        return self._ledger.letter_of(text) if marks.ref_in(text) else None

    def renamed(self, message_id: str) -> LetterId | None:
        """The letter to which a provider gave this Message-ID when it took it."""
        found = self._renamed.get(bare(message_id)) if message_id else None
        return None if found is _MANY else found

    def is_trial(self, text: str) -> bool:
        """Whether a Message-ID is that of a letter that we tried out."""
        return marks.is_genuine_trial(text, self._ledger.seal)

    def letters_to(self, address: str) -> tuple[LetterId, ...]:
        """The letters that went to this mailbox, newest first."""
        return tuple(self._to.get(mailbox_of(address), ()))

    def letters_to_group_of(self, address: str) -> tuple[LetterId, ...]:
        """The letters that went to any group for which this address stands, newest first."""
        groups = self._groups.get(mailbox_of(address), ())
        return tuple(letter for group in groups for letter in self._of.get(group, ()))

    def letters_to_domain(self, domain: str) -> tuple[LetterId, ...]:
        """The letters that went to an organisation's domain, or to one below it, newest first."""
        return tuple(self._at.get(domain, ()))

    def letters_called(self, subject: str) -> tuple[LetterId, ...]:
        """The letters with this subject, newest first."""
        return tuple(self._called.get(subject, ()))

    def letters_to_mentioned(self, words: Sequence[str]) -> tuple[LetterId, ...]:
        """The letters to the groups whose names stand among the words of a text, newest first."""
        found: dict[str, None] = {}
        for at, word in enumerate(words):
            for name, group in self._names.get(word, ()):
                if words[at : at + len(name)] == name:
                    found.setdefault(group)
        return tuple(letter for group in found for letter in self._of.get(group, ()))

    def letters_to_person(self, name: str) -> tuple[LetterId, ...]:
        """The letters that went to the groups of whoever the table calls so, newest first."""
        return tuple(letter for group in self._people.get(name, ()) for letter in self._of.get(group, ()))

    def is_known(self, address: str) -> bool:
        """Whether this address (its key) stands in the table."""
        return mailbox_of(address) in self._groups

    def answered_by(self, message_id: str) -> LetterId | None:
        """The letter that another incoming mail was found to answer."""
        if (known := bare(message_id)) in self._matched:
            return self._matched[known]
        earlier = self._ledger.message_of(message_id)
        return earlier.match.best.letter if earlier and earlier.match.best else None

    def answer_to(self, message_id: str) -> LetterId | None:
        """The letter that an answer to this mail was matched to, of those that this reading has seen."""
        return self._answers.get(bare(message_id))

    def hear(self, mail: Mail, found: Match) -> None:
        """Remember what a mail was matched to, whatever the ledger says of it.

        Mails do not arrive in the order in which they were written. When kept mails are matched again, what
        the ledger has of them is what was thought before; so each is heard, and those without a match are
        asked about once more at the end, for an answer to them may have come later.
        """
        letter = found.best.letter if found.best else None
        if mail.message_id and self._matched.get(bare(mail.message_id)) is None:
            self._matched[bare(mail.message_id)] = letter
        if letter:
            for message_id in answers(mail):
                self._answers.setdefault(bare(message_id), letter)

    def delivery(self, letter: LetterId) -> Delivery | None:
        """The record of a letter."""
        return self._ledger.delivery(letter)

    def recipients(self, letter: LetterId) -> tuple[Address, ...]:
        """Whom a letter of ours went to."""
        delivery = self._ledger.delivery(letter)
        return delivery.to if delivery else ()

    def sender_of(self, letter: LetterId) -> Address | None:
        """The address that a letter of ours came from; the settings may have had another one then."""
        delivery = self._ledger.delivery(letter)
        return (delivery.sender or self.sender) if delivery else None

    def texts_for(self, match: Match) -> tuple[str, ...]:
        """What we wrote in the conversations that a mail may belong to; its quotes may have these lines."""
        asked = match.conversations
        letters = [each.letter for each in match.candidates]
        letters += [each for _, group in asked for each in self._of.get(group, ())]
        wanted = [each for each in dict.fromkeys(letters) if (each.campaign, each.group) in asked]
        return tuple(text for letter in wanted[:MOST_QUOTED] for text in self._texts(letter))

    def _texts(self, letter: LetterId) -> tuple[str, ...]:
        try:
            return texts_of(self._ledger.letter_bytes(letter))
        except CampaignError:  # its copy is damaged; `audit` says so, and the quote is then told by its form
            return ()

    def names(self, group: str) -> tuple[str, ...]:
        """What the table calls the group, then its organizers."""
        found = self._by_id.get(group)
        return (found.name, *(each.name for each in found.organizers if each.name)) if found else ()

    def quoted(self, words: Sequence[str], among: Collection[LetterId]) -> tuple[Quoted, ...]:
        """The letters that a text repeats, the most quoted first."""
        return self._quotations.quoted(words, among)

    def text_of(self, letter: LetterId) -> str:
        """What a letter said, as plain text; empty when its bytes are gone."""
        try:
            return wording(self._ledger.letter_bytes(letter))
        except BadData:  # somebody was forgotten
            return ""

    @cached_property
    def _letters(self) -> Sequence[Delivery]:
        """The letters, newest first."""
        return sorted(self._ledger.deliveries().values(), key=lambda d: d.claimed_at, reverse=True)

    @cached_property
    def _to(self) -> Mapping[str, list[LetterId]]:
        return _listed((mailbox_of(address.key), d.letter) for d in self._letters for address in d.to)

    @cached_property
    def _of(self) -> Mapping[str, list[LetterId]]:
        return _listed((d.letter.group, d.letter) for d in self._letters)

    @cached_property
    def _at(self) -> Mapping[str, list[LetterId]]:
        return _listed((organisation(address.domain), d.letter) for d in self._letters for address in d.to)

    @cached_property
    def _called(self) -> Mapping[str, list[LetterId]]:
        return _listed((plain(d.subject), d.letter) for d in self._letters)

    @cached_property
    def _groups(self) -> Mapping[str, list[str]]:
        """Which groups an address stands for: by the table, or because a person said so."""
        rows = ((mailbox_of(o.address.key), group.id) for group in self._table for o in group.organizers)
        found = _listed(rows)
        for key, taught in self._ledger.history().aliases.items():
            # The table knows better.
            found.setdefault(mailbox_of(key), list(taught))
        return {key: [*dict.fromkeys(groups)] for key, groups in found.items()}

    @cached_property
    def _by_id(self) -> Mapping[str, Group]:
        return {group.id: group for group in self._table}

    @cached_property
    def _names(self) -> Mapping[str, list[tuple[list[str], str]]]:
        """The groups by the first word of their names."""
        named = ((words_in(group.name), group.id) for group in self._table)
        return _listed((name[0], (name, group)) for name, group in named if name)

    @cached_property
    def _people(self) -> Mapping[str, list[str]]:
        """The groups by the names of those who organize them."""
        return _listed((" ".join(words_in(o.name)), g.id) for g in self._table for o in g.organizers)

    @cached_property
    def _renamed(self) -> Mapping[str, LetterId]:
        found: dict[str, LetterId] = {}
        for delivery in self._letters:
            for attempt in delivery.attempts:
                if attempt.verdict.outcome is Outcome.ACCEPTED:
                    for given in given_in(attempt.verdict.words):
                        found[given] = delivery.letter if given not in found else _MANY
        return found

    @cached_property
    def _quotations(self) -> Quotations:
        return Quotations((delivery.letter for delivery in self._letters), self.text_of)


def _listed(pairs: Iterable[tuple[str, _Value]]) -> dict[str, list[_Value]]:
    found: dict[str, list[_Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
