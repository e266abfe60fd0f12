"""The desk at which mails are opened one by one and filed by the portion, each in one durable change."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from mailer.errors import TryAgain
from mailer.failpoints import reach
from mailer.inbox import doubt
from mailer.inbox.again import judged_again
from mailer.inbox.judging import Judgement, judge, judge_sent, judged
from mailer.inbox.ours import Ours
from mailer.ledger import Ledger
from mailer.nouns import (
    Cursor,
    Delivery,
    Fetched,
    Group,
    Kind,
    Mailbox,
    Message,
    OrderKind,
    Place,
    Reason,
    Settings,
    World,
)
from mailer.replies import Mail

_MAILS_AT_ONCE = 50
_OCTETS_AT_ONCE = 4 * 2**20
"""Of a portion: so much is lost, and fetched again, when the program is killed."""

_NOWHERE = Place("", 0, 0)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A mail that is judged and not filed yet; its message has no place."""

    raw: bytes
    mail: Mail
    message: Message


class Desk:
    """One reading of a mailbox.

    Attributes:
        settled: The letters in doubt of which it showed that they left.
    """

    def __init__(self, world: World, settings: Settings, ledger: Ledger, groups: Sequence[Group]) -> None:
        """Look nothing up yet: most readings find nothing new.

        Args:
            world: The clock.
            settings: Who the fellow is.
            ledger: Where to file.
            groups: The table.
        """
        self._noted: dict[str, Message] = {}
        self._names: dict[str, set[str]] = {}
        self.settled: list[Delivery] = []
        self._now, self._ledger = world.now, ledger
        self._sender, self._groups = settings.sender.address, groups
        self._forgotten_before = self._forgotten()
        self._portion: dict[str, _Opened] = {}
        self._octets = 0
        self._cursor: Cursor | None = None

    @cached_property
    def ours(self) -> Ours:
        """The look-ups among what we sent."""
        return Ours(self._ledger, self._sender, self._groups)

    @property
    def new(self) -> tuple[Message, ...]:
        """What was noted, in order of arrival."""
        return tuple(sorted(self._noted.values(), key=lambda message: message.at))

    def look_again(self) -> None:
        """Judge once more what answers something that was noted only after it, or lay in another folder."""
        named = {message.message_id.lower() for message in self._noted.values()}
        answers = [message for message in self.new if self._names[message.id] & named]
        changes = judged_again(self._ledger, self.ours, answers) if answers else ()
        if changes:
            self._ledger.arrivals.note_anew([change.after for change in changes])
            self._noted |= {change.after.id: change.after for change in changes}

    def go_through(
        self, box: Mailbox, folder: str, since: date, *, whole: bool, sent: bool, again: bool = False
    ) -> None:
        """Open and file what is new in a folder. Running it twice changes nothing.

        Args:
            box: The mailbox.
            folder: Which folder.
            since: Where nothing is known of it, only what arrived on that day or later.
            whole: Whether all of it is to be read; else, of what she sent, only what went to a group.
            sent: Whether it is the folder for sent mail, in which nobody else files anything.
            again: Whether to look at everything since that day, whatever is known of the folder.

        Raises:
            CampaignError: when it cannot be read to its end. What was opened until then is noted.
        """
        wanted = None if whole else lambda head: judge_sent(head, self.ours) is not None
        known = self._ledger.cursor(folder)
        try:
            for cursor, fetched in box.fetch(folder, None if again else known, since, wanted):
                if fetched:
                    self._open(cursor, fetched, whole=whole, sent=sent)
                # To look at things again must not make us take for read what nobody has looked at yet.
                self._cursor = known if again else cursor
                if len(self._portion) >= _MAILS_AT_ONCE or self._octets >= _OCTETS_AT_ONCE:
                    self._put_away()
        finally:
            self._put_away()

    def _open(self, cursor: Cursor, fetched: Fetched, *, whole: bool, sent: bool) -> None:
        """Judge one mail, unless it is known; it is known by the digest of its bytes, wherever it lies."""
        # A mail that the server cannot show has no bytes to be known by; then its place stands for it.
        known_by = fetched.raw or f"{cursor.folder} {cursor.validity} {fetched.uid}".encode()
        identity = hashlib.sha256(known_by).hexdigest()[:12]
        if identity in self._portion or self._ledger.has_message(identity):
            if sent:
                self._know_better(identity, fetched.raw)
            return
        reach("poll.after_fetch")
        found = judge_sent(fetched.raw, self.ours) if sent else None
        if found is None:
            if not whole:
                return
            found = judge(fetched.raw, self.ours)
        self.ours.hear(found.mail, found.match)
        message = self._message(identity, cursor.folder, fetched, found)
        self._portion[identity] = _Opened(fetched.raw, found.mail, message)
        self._octets += len(fetched.raw)

    def _know_better(self, identity: str, raw: bytes) -> None:
        """What lies in Sent she wrote; at Gmail that mail lies in the INBOX, too, if she copied herself."""
        found = judge_sent(raw, self.ours)
        if found is None or found.finding.reason is not Reason.BY_HAND:
            return
        for before in self._ledger.as_read():
            taken_for = before.finding.kind, before.finding.reason
            if before.id == identity and taken_for == (Kind.OWN_COPY, Reason.NONE):
                after = judged(before, found)
                self._ledger.arrivals.note_anew([after])
                if identity in self._noted:
                    self._noted[identity] = after

    def _message(self, identity: str, folder: str, fetched: Fetched, found: Judgement) -> Message:
        mail = found.mail
        odd = doubt.remarks(self._ledger, self.ours, mail, fetched.raw, found.match)
        return Message(
            id=identity,
            message_id=mail.message_id,
            folder=folder,
            uid=fetched.uid,
            at=fetched.at,
            sender=mail.sender.key if mail.sender else "",
            sender_name=mail.sender_name,
            subject=mail.subject,
            words=found.words,
            finding=found.finding,
            match=found.match,
            place=_NOWHERE,
            note="; ".join((*_remarks(mail, fetched), *odd)),
            read_at=self._now(),
        )

    def _put_away(self) -> None:
        """File what is open on the desk, and note how far that gets us: all or nothing.

        A mail that is noted already is never looked at again, and copies that no record names are cleared
        away whenever somebody is forgotten.
        """
        opened, cursor = [*self._portion.values()], self._cursor
        self._portion, self._octets, self._cursor = {}, 0, None
        if cursor is None or (not opened and cursor == self._ledger.cursor(cursor.folder)):
            return
        with self._ledger.together():
            if opened:
                self._refuse_forgotten()
            # Somebody else may read the same mailbox just now.
            fresh = [each for each in opened if not self._ledger.has_message(each.message.id)]
            places = self._ledger.arrivals.keep([each.raw for each in fresh]) if fresh else []
            reach("poll.after_store")
            for each, place in zip(fresh, places, strict=True):
                self._file(each, replace(each.message, place=place), cursor)
            self._ledger.advance(cursor)
        reach("poll.after_cursor")

    def _file(self, opened: _Opened, message: Message, cursor: Cursor) -> None:
        self._ledger.note(message, cursor)
        self._noted[message.id] = message
        self._names[message.id] = {
            text.lower() for text in (*opened.mail.in_reply_to, *opened.mail.references)
        }
        self.settled += doubt.settle_by(
            self._ledger, self.ours, opened.mail, opened.raw, message, self._now()
        )

    def _refuse_forgotten(self) -> None:
        """Note nothing once somebody was forgotten whose mail, or who is in it, may be in our hands.

        Raises:
            TryAgain: the mail is left for the next reading.
        """
        if self._forgotten() != self._forgotten_before:
            raise TryAgain(
                "somebody was forgotten while the mailbox was read, so reading ended before the next mail",
                fix="run the same command again",
            )

    def _forgotten(self) -> frozenset[str]:
        """The orders by which people were forgotten."""
        return frozenset(o.id for o in self._ledger.orders() if o.kind is OrderKind.FORGET)


def _remarks(mail: Mail, fetched: Fetched) -> Iterator[str]:
    yield from mail.notes
    if not fetched.raw and fetched.size:
        yield "the server could not show it"
    if fetched.size > len(fetched.raw):
        yield f"only the first {len(fetched.raw):,} of {fetched.size:,} bytes were read"
