"""Looks up among our own letters what an incoming mail may be about."""

from collections.abc import Sequence

from mailer.errors import CampaignError
from mailer.ledger import Ledger
from mailer.nouns import Address, Group, LetterId, Match, marks
from mailer.replies import texts_of

MOST_QUOTED = 8
"""So many letters of the conversations in question are looked at for what a mail quotes."""


class Ours:
    """What we know of our own letters, as the replies room asks for it.

    Attributes:
        sender: The fellow's own address.
    """

    def __init__(self, ledger: Ledger, sender: Address, groups: Sequence[Group]) -> None:
        """Look the letters and the table through once.

        Args:
            ledger: Which letters there are.
            sender: The fellow's own address, as the settings have it.
            groups: The table.
        """
        self.sender = sender
        self._ledger = ledger
        self._to: dict[str, list[LetterId]] = {}
        self._of: dict[str, list[LetterId]] = {}
        for delivery in sorted(ledger.deliveries().values(), key=lambda d: d.claimed_at, reverse=True):
            self._of.setdefault(delivery.letter.group, []).append(delivery.letter)
            for address in delivery.to:
                self._to.setdefault(address.key, []).append(delivery.letter)
        self._groups: dict[str, list[str]] = {}
        for group in groups:
            for organizer in group.organizers:
                self._groups.setdefault(organizer.address.key, []).append(group.id)
        for key, taught in ledger.history().aliases.items():
            # The table knows better.
            self._groups.setdefault(key, list(taught))

    def letter_of(self, text: str) -> LetterId | None:
        """The letter that a Message-ID or reference names; None when it is not genuinely ours."""
        # What stands in the ledger is ours: nobody else knows the seal, and its letters keep theirs whatever
        # becomes of the secret. Only text in the form of a reference is looked up.
        return self._ledger.letter_of(text) if marks.ref_in(text) else None

    def is_trial(self, text: str) -> bool:
        """Whether a Message-ID is that of a letter that we tried out."""
        return marks.is_genuine_trial(text, self._ledger.seal)

    def letters_to(self, address: str) -> tuple[LetterId, ...]:
        """The letters that went to this address (its key), newest first."""
        return tuple(self._to.get(address, ()))

    def letters_to_group_of(self, address: str) -> tuple[LetterId, ...]:
        """The letters that went to any group in whose ladder this address stands, newest first."""
        return tuple(letter for group in self._groups.get(address, ()) for letter in self._of.get(group, ()))

    def answered_by(self, message_id: str) -> LetterId | None:
        """The letter that an earlier incoming mail was found to answer."""
        earlier = self._ledger.message_of(message_id)
        return earlier.match.best.letter if earlier and earlier.match.best else None

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
