"""What must be looked up about our own letters to find out what a mail answers; others can look it up."""

from collections.abc import Collection, Sequence
from typing import Protocol

from mailer.nouns import Address, Delivery, LetterId
from mailer.replies.matching.quotations import Quoted


class Ours(Protocol):
    """What must be looked up among the letters that we sent; the ledger and the table know it.

    Letters come newest first. An address is asked for by its key; every spelling that is the same mailbox
    (`nouns.mailbox_of`) is meant.
    """

    @property
    def sender(self) -> Address:
        """The fellow's own address."""
        ...

    def letter_of(self, text: str) -> LetterId | None:
        """The letter with this Message-ID or reference; genuine ones only, so a forged one finds nothing."""
        ...

    def renamed(self, message_id: str) -> LetterId | None:
        """The letter that a provider gave this Message-ID instead of ours; no proof of anything."""
        ...

    def is_trial(self, text: str) -> bool:
        """Whether it is the Message-ID of a letter that was only tried out; genuine ones only."""
        ...

    def letters_to(self, address: str) -> tuple[LetterId, ...]:
        """The letters sent to this address."""
        ...

    def letters_to_group_of(self, address: str) -> tuple[LetterId, ...]:
        """The letters sent to any group of this address: by the table, or because she said so."""
        ...

    def letters_to_domain(self, domain: str) -> tuple[LetterId, ...]:
        """The letters sent to addresses of this domain."""
        ...

    def letters_called(self, subject: str) -> tuple[LetterId, ...]:
        """The letters with this subject, as `subjects.plain` writes it."""
        ...

    def answered_by(self, message_id: str) -> LetterId | None:
        """The letter that another incoming mail with this Message-ID was matched to."""
        ...

    def answer_to(self, message_id: str) -> LetterId | None:
        """The letter that a mail which answers this one was matched to, should that have been read first."""
        ...

    def delivery(self, letter: LetterId) -> Delivery | None:
        """The record of a letter; None for an unknown one."""
        ...

    def recipients(self, letter: LetterId) -> tuple[Address, ...]:
        """To whom a letter went."""
        ...

    def sender_of(self, letter: LetterId) -> Address | None:
        """From which address a letter went; None for an unknown letter."""
        ...

    def names(self, group: str) -> tuple[str, ...]:
        """What the group is called in the table, then its organizers; none for an unknown one."""
        ...

    def letters_to_mentioned(self, words: Sequence[str]) -> tuple[LetterId, ...]:
        """The letters to the groups whose names stand among the words of a text (`quotations.words_in`)."""
        ...

    def letters_to_person(self, name: str) -> tuple[LetterId, ...]:
        """The letters to the groups of whoever is called so, as `quotations.words_in` writes it."""
        ...

    def quoted(self, words: Sequence[str], among: Collection[LetterId]) -> tuple[Quoted, ...]:
        """The letters that a text repeats, as `quotations` finds them; `among` are compared."""
        ...
