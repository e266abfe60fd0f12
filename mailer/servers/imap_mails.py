"""Takes mails out of the open folder, whole or their headers; singly where a server stumbles over one."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from mailer.nouns import Copy, Fetched
from mailer.servers import imap_answers as answers
from mailer.servers.imap_line import Line

MOST_OF_A_MAIL = 2**20
"""So many bytes of each mail are fetched; what people write stands at its beginning."""

_HEADER = ("FLAGS", "INTERNALDATE", f"BODY.PEEK[HEADER]<0.{answers.MOST_OF_A_HEADER}>")
_MAIL = f"BODY.PEEK[]<0.{MOST_OF_A_MAIL}>"
_FACTS_AT_ONCE = 500


class Mails:
    """The mails of whatever folder is open."""

    def __init__(self, line: Line) -> None:
        """Ask for nothing yet.

        Args:
            line: Signed in.
        """
        self._line = line
        self._refused = 0

    def whole(self, uids: Sequence[int]) -> Iterator[Fetched]:
        """These mails, in this order. One that cannot be shown comes empty, one that is gone does not come.

        Raises:
            ServerUnavailable: the line broke, or the server shows none of several.
        """
        for start in range(0, len(uids), _FACTS_AT_ONCE):
            some = uids[start : start + _FACTS_AT_ONCE]
            facts = self._facts(some)
            for few in answers.portions(some, facts, MOST_OF_A_MAIL):
                answer = self._line.ask(few, _MAIL) or {}
                self._refused = 0
                mails = [self._mail(uid, answer.get(uid), facts.get(uid, (0, None))) for uid in few]
                if self._refused == len(few):
                    # One mail may be beyond a server; when it shows none at all, it is the server's bad day,
                    # and to go on would count answers as read that nobody has seen.
                    raise self._line.broken("fetching mails", RuntimeError("it shows none of them"))
                yield from filter(None, mails)

    def chosen(
        self, folder: str, uids: Sequence[int], wanted: Callable[[bytes], bool]
    ) -> Iterator[tuple[int, Fetched | None]]:
        """Those of these mails whose header is wanted, with their numbers; and how far that gets, alone.

        Raises:
            ServerUnavailable: the line broke, or the server shows none of several.
        """
        for start in range(0, len(uids), _FACTS_AT_ONCE):
            some = uids[start : start + _FACTS_AT_ONCE]
            # One whose header cannot be shown may be wanted, too.
            found = [copy.uid for copy in self.heads(folder, some) if not copy.head or wanted(copy.head)]
            yield from ((mail.uid, mail) for mail in self.whole(found))
            yield some[-1], None

    def heads(self, folder: str, uids: Sequence[int]) -> Iterator[Copy]:
        """The headers of these mails, without those of drafts; one that cannot be shown comes empty.

        Raises:
            ServerUnavailable: the line broke, or the server shows none of several.
        """
        for start in range(0, len(uids), _FACTS_AT_ONCE):
            some = uids[start : start + _FACTS_AT_ONCE]
            if self._line.opened != folder:
                self._line.examine(folder)  # whoever takes them has looked into another one meanwhile
            answer = self._line.ask(some, *_HEADER) or {}
            self._refused = 0
            found = [self._head(folder, uid, answer.get(uid)) for uid in some]
            if self._refused == len(some):
                raise self._line.broken("fetching headers", RuntimeError("it shows none of them"))
            yield from filter(None, found)

    def one(self, uid: int) -> bytes:
        """One mail; empty when it is gone or not to be had."""
        answer = self._line.ask([uid], _MAIL) or {}
        return (answers.body(answer.get(uid)) or b"")[:MOST_OF_A_MAIL]

    def _facts(self, uids: Sequence[int]) -> dict[int, answers.Facts]:
        """Size and arrival of each mail, as far as the server tells; both are only hints."""
        answer = self._line.ask(uids, "RFC822.SIZE", "INTERNALDATE") or {}
        return {
            uid: (answers.number(fields.get(b"RFC822.SIZE")), answers.in_utc(fields.get(b"INTERNALDATE")))
            for uid, fields in answer.items()
        }

    def _mail(self, uid: int, fields: dict[bytes, Any] | None, facts: answers.Facts) -> Fetched | None:
        """One mail from the answer for several; asked for by itself when that does not hold it."""
        size, at = facts
        if answers.body(fields) is None:
            alone = self._line.ask([uid], _MAIL)
            self._refused += alone is None
            if alone is not None and uid not in alone:
                return None
            fields = alone[uid] if alone else None
        raw = (answers.body(fields) or b"")[:MOST_OF_A_MAIL]
        return Fetched(uid, at or datetime.now(UTC), max(size, len(raw)), raw)

    def _head(self, folder: str, uid: int, fields: dict[bytes, Any] | None) -> Copy | None:
        """One header from the answer for several; asked for by itself when that does not hold it."""
        if answers.header(fields) is None:
            alone = self._line.ask([uid], *_HEADER)
            self._refused += alone is None
            if alone is not None and uid not in alone:
                return None
            fields = alone[uid] if alone else None
        at = answers.in_utc((fields or {}).get(b"INTERNALDATE")) or datetime.now(UTC)
        head = answers.header(fields) or b""
        return None if answers.is_draft(fields) else Copy(folder, uid, at, head)
