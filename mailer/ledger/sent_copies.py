"""Which letters have a copy in the folder for sent mail, and whether that was our doing."""

from collections.abc import Iterable, Mapping

from mailer.ledger.books import Books
from mailer.nouns import SentCopy


class SentCopies:
    """Part of a ledger, and under its promises: what is noted is on the disk when `note` returns."""

    def __init__(self, books: Books) -> None:
        """Take the ledger's documents.

        Args:
            books: Open.
        """
        self._books = books

    def note(self, copies: Iterable[SentCopy]) -> None:
        """Record these copies, all or none, in place of what was noted of the same letters before."""
        with self._books.together():
            for copy in copies:
                self._books.enter_sent_copy(copy)

    def all(self) -> Mapping[str, SentCopy]:
        """Every noted copy by its letter's id."""
        return self._books.sent_copies()
