"""The look-ups for mails read without a workspace: nothing was sent, and any of them may be an answer."""

from collections.abc import Collection, Sequence

from mailer.nouns import Address, LetterId
from mailer.replies.matching.quotations import Quoted

_UNKNOWN = LetterId("", "", "")


class NothingSent:
    """Nobody has sent anything. What says that it answers a mail is taken to answer one of ours."""

    sender = Address("nobody", "nowhere.invalid")
    """Nobody's address (RFC 2606)."""

    def letter_of(self, text: str) -> None:
        """No letter."""

    def renamed(self, message_id: str) -> None:
        """No letter."""

    def is_trial(self, text: str) -> bool:  # noqa: ARG002
        """No letter was tried out."""
        return False

    def letters_to(self, address: str) -> tuple[LetterId, ...]:  # noqa: ARG002
        """None."""
        return ()

    def letters_to_group_of(self, address: str) -> tuple[LetterId, ...]:  # noqa: ARG002
        """None."""
        return ()

    def letters_to_domain(self, domain: str) -> tuple[LetterId, ...]:  # noqa: ARG002
        """None."""
        return ()

    def letters_called(self, subject: str) -> tuple[LetterId, ...]:  # noqa: ARG002
        """None."""
        return ()

    def answered_by(self, message_id: str) -> LetterId:  # noqa: ARG002
        """Whatever it answers might be ours."""
        return _UNKNOWN

    def answer_to(self, message_id: str) -> None:
        """No letter."""

    def delivery(self, letter: LetterId) -> None:
        """No record."""

    def recipients(self, letter: LetterId) -> tuple[Address, ...]:  # noqa: ARG002
        """None."""
        return ()

    def sender_of(self, letter: LetterId) -> None:
        """Nobody."""

    def names(self, group: str) -> tuple[str, ...]:  # noqa: ARG002
        """None."""
        return ()

    def letters_to_mentioned(self, words: Sequence[str]) -> tuple[LetterId, ...]:  # noqa: ARG002
        """None."""
        return ()

    def letters_to_person(self, name: str) -> tuple[LetterId, ...]:  # noqa: ARG002
        """None."""
        return ()

    def quoted(self, words: Sequence[str], among: Collection[LetterId]) -> tuple[Quoted, ...]:  # noqa: ARG002
        """None."""
        return ()
