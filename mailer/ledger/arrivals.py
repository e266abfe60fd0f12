"""Keeps what comes in by the portion: the disk is waited for once, however many mails there are."""

from collections.abc import Iterable, Sequence

from mailer.errors import TryAgain
from mailer.ledger.books import Books
from mailer.ledger.segments import Mails
from mailer.nouns import Message, Place


class Arrivals:
    """The incoming mails of a ledger; a part of it, and of its promises."""

    def __init__(self, books: Books, mails: Mails) -> None:
        """Take the ledger's documents and mails.

        Args:
            books: Open.
            mails: The copies of mails.
        """
        self._books, self._mails = books, mails

    def keep(self, raws: Iterable[bytes]) -> list[Place]:
        """Keep the bytes of incoming mails; where they are, in the same order."""
        with self._books.together():
            places = [self._mails.append(raw) for raw in raws]
            self._mails.sync()
        return places

    def note_anew(self, messages: Sequence[Message]) -> None:
        """Record what is thought of known messages now, all in one change.

        Raises:
            TryAgain: when somebody was forgotten meanwhile: then the mails lie elsewhere, if they do at all.
        """
        with self._books.together():
            known = {message.id: message.place for message in self._books.messages()}
            if any(known.get(message.id) != message.place for message in messages):
                raise TryAgain("somebody was forgotten meanwhile", fix="run the same command again")
            for message in messages:
                self._books.enter_message(message)
