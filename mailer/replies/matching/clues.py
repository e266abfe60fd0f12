"""What in a mail without our ids points to a letter: looked for only when it is asked for, and only once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from mailer.nouns import Address, LetterId
from mailer.replies.matching.hosts import organisation
from mailer.replies.matching.ours import Ours
from mailer.replies.matching.quotations import Quoted, words_in
from mailer.replies.matching.senders import addresses_in, writers
from mailer.replies.matching.subjects import plain, readings
from mailer.replies.reading.mail import Mail

_WRITTEN_TO = 70
_IN_LADDER = 65
_CLOCKS_DIFFER = timedelta(hours=12)
_MOST_COMPARED = 60
_SHORTEST_NAME = 4

_MOST_LINES = 200
_LONGEST_LINE = 300
_LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Contact:
    """A writer whom we know.

    Attributes:
        address: Hers.
        letters: The letters to her, or else to her group; newest first.
        points: What her writing alone is worth.
        because: Who she is, in plain words.
    """

    address: Address
    letters: tuple[LetterId, ...]
    points: int
    because: str


class Clues:
    """The clues of one mail."""

    def __init__(self, mail: Mail, ours: Ours) -> None:
        self._mail = mail
        self._ours = ours

    @cached_property
    def contacts(self) -> tuple[Contact, ...]:
        """Those among the possible writers whom we know, the likeliest first."""
        found: list[Contact] = []
        for address in self._writers:
            if letters := self._ours.letters_to(address.key):
                found.append(Contact(address, letters, _WRITTEN_TO, f"we wrote to {address}"))
            elif letters := self._ours.letters_to_group_of(address.key):
                because = f"{address} stands in the table for the group"
                found.append(Contact(address, letters, _IN_LADDER, because))
        return tuple(found)

    @cached_property
    def quoted(self) -> tuple[Quoted, ...]:
        """The letters that it quotes; those of the writer, and of whom it names, are compared in any case."""
        hers = [letter for contact in self.contacts for letter in contact.letters]
        among = [*hers[:_MOST_COMPARED], *self.letters_to_named[:20], *self.letters_to_organisation[:20]]
        return self._ours.quoted(self._words, tuple(dict.fromkeys(among)))

    @cached_property
    def letters_to_named(self) -> tuple[LetterId, ...]:
        """The letters to the addresses that stand in its text, as below `To:` in a quoted header."""
        keys = (a.key for a in addresses_in(self._text) if a.key != self._ours.sender.key)
        return tuple(dict.fromkeys(letter for key in keys for letter in self._ours.letters_to(key)))

    @cached_property
    def organisation(self) -> str:
        """The domain of the writer's organisation; empty where strangers share it."""
        return organisation(self._mail.sender.domain) if self._mail.sender else ""

    @cached_property
    def letters_to_organisation(self) -> tuple[LetterId, ...]:
        """The letters to others of her organisation."""
        return self._ours.letters_to_domain(self.organisation) if self.organisation else ()

    @cached_property
    def called_alike(self) -> tuple[LetterId, ...]:
        """All letters with its subject."""
        return next(filter(None, map(self._ours.letters_called, self._subjects)), ())

    def called_so(self, letters: Iterable[LetterId]) -> tuple[LetterId, ...]:
        """Those of the letters that have its subject."""
        records = ((letter, self._ours.delivery(letter)) for letter in letters)
        return tuple(letter for letter, each in records if each and plain(each.subject) in self._subjects)

    @cached_property
    def is_for_many(self) -> bool:
        """Whether it went to a mailing list or is a newsletter, rather than to us alone."""
        return any(name in self._mail.fields for name in ("list-id", "list-post", "list-unsubscribe"))

    @cached_property
    def is_generated(self) -> bool:
        """Whether a machine wrote it of its own accord (RFC 3834 §5)."""
        return self._mail.header("auto-submitted").lower().startswith("auto-generated")

    @cached_property
    def is_answer(self) -> bool:
        """Whether its subject says that it answers or passes on something."""
        return any(taken for _, taken in readings(self._mail.subject))

    @cached_property
    def answers_something_else(self) -> bool:
        """Whether it stands in a thread that is none of ours."""
        named = bool(self._mail.in_reply_to or self._mail.references)
        return named and self.is_answer

    def recipient_in(self, letter: LetterId) -> str:
        """What in the mail points to those to whom a letter went; empty when nothing does."""
        to = self._ours.recipients(letter)
        if letter in self.letters_to_named:
            return "it names whom we wrote to"
        if self.organisation and any(organisation(each.domain) == self.organisation for each in to):
            return f"we wrote to somebody else at {self.organisation}"
        writer = " ".join(words_in(self._mail.sender_name))
        people = {" ".join(words_in(name)) for name in self._ours.names(letter.group)[1:]}
        return f"{self._mail.sender_name} is one of its people" if " " in writer and writer in people else ""

    def names_of(self, group: str) -> bool:
        """Whether the mail names the group, in its text, its subject or its sender's name."""
        names = self._ours.names(group)[:1]
        return any(
            len(name) >= _SHORTEST_NAME and f" {even} " in self._said
            for name in names
            if (even := _even(name))
        )

    def is_hers(self, letter: LetterId) -> bool:
        """Whether a letter went to who writes, or to her group."""
        return any(letter in contact.letters for contact in self.contacts)

    @property
    def is_from_colleague(self) -> bool:
        """Whether somebody of our own organisation wrote it: she may speak of any group."""
        return bool(self.organisation) and self.organisation == organisation(self._ours.sender.domain)

    @cached_property
    def letters_to_namesake(self) -> tuple[LetterId, ...]:
        """The letters to people who are called like who writes."""
        name = _even(self._mail.sender_name)
        return self._ours.letters_to_person(name) if " " in name else ()

    @cached_property
    def letters_to_mentioned(self) -> list[LetterId]:
        """The newest letters to the groups whose names stand in it."""
        return self.one_each(
            self._ours.letters_to_mentioned([*words_in(self._mail.subject), "\n", *self._words])
        )

    @cached_property
    def letters_to_others_mentioned(self) -> list[LetterId]:
        """Those of them that went to other groups than the writer's; none when it names one of hers, too."""
        hers = {letter.group for contact in self.contacts for letter in contact.letters}
        if any(letter.group in hers for letter in self.letters_to_mentioned):
            return []
        return self.letters_to_mentioned

    def one_each(self, letters: Iterable[LetterId]) -> list[LetterId]:
        """The newest letter of each conversation that was there before the mail; else the newest."""
        found: dict[tuple[str, str], LetterId] = {}
        for letter in letters:
            conversation = (letter.campaign, letter.group)
            known = found.get(conversation)
            if known is None or (self.is_later(known) and not self.is_later(letter)):
                found[conversation] = letter
        return list(found.values())

    def is_later(self, letter: LetterId) -> bool:
        """Whether a letter left after the mail was written."""
        at, date = self.sent_at(letter), self._mail.date
        return at is not None and date is not None and at > date + _CLOCKS_DIFFER

    def sent_at(self, letter: LetterId) -> datetime | None:
        """When a letter left; None for an unknown one."""
        delivery = self._ours.delivery(letter)
        return delivery.claimed_at if delivery else None

    @cached_property
    def _writers(self) -> tuple[Address, ...]:
        return writers(self._mail, self._ours.sender)

    @cached_property
    def _text(self) -> str:
        return "\n".join((self._mail.text, *(original.text for original in self._mail.originals[:3])))

    @cached_property
    def _words(self) -> list[str]:
        return words_in(self._text)

    @cached_property
    def _said(self) -> str:
        said = (_even(self._mail.sender_name), _even(self._mail.subject), " ".join(self._words))
        return f" {' | '.join(said)} "

    @cached_property
    def _subjects(self) -> Mapping[str, None]:
        """What its subject may be about, and the subjects of the mails that it quotes or encloses."""
        inside = [original.fields.get("subject") for original in self._mail.originals[:3]]
        subjects = (self._mail.subject, *inside)
        found = [reading for subject in subjects for reading, _ in readings(subject)]
        return dict.fromkeys([*found, *self._written_out()])

    def _written_out(self) -> Iterator[str]:
        """A quoted header has its subject on a line of its own, in whatever language: `Betreff: …`."""
        for line in self._text.split("\n", _MOST_LINES)[:_MOST_LINES]:
            name, colon, value = line.replace("\uff1a", ":").partition(":")
            if colon and len(name) <= _LONGEST_NAME and len(value) <= _LONGEST_LINE and value[:2] != "//":
                yield plain(value.strip(" *"))


def _even(text: str) -> str:
    return " ".join(words_in(text))
