"""What letters to herself have shown of the mail servers: kept by server, the last one counts."""

from mailer.ledger.books import Books
from mailer.nouns import Learned


class Lessons:
    """Part of a ledger, and under its promises: what is learned is on the disk when `learn` returns."""

    def __init__(self, books: Books) -> None:
        """Take the ledger's documents.

        Args:
            books: Open.
        """
        self._books = books

    def learn(self, learned: Learned) -> None:
        """Record what a probe has shown of a server, in place of what an earlier one had."""
        with self._books.together():
            self._books.enter_learned(learned)

    def of(self, server: str) -> Learned | None:
        """What the last probe has shown of a server; None before the first.

        Args:
            server: Its name, as in the settings.
        """
        return self._books.learned(server)
