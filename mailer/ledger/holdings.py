"""Finds out what the ledger holds of one person: records that are hers or speak of her, and copies of mails.

It goes by the documents as they stand in the tables, not by the nouns: so a field that the nouns do not know,
in a table of whatever kind, is searched as well.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mailer.errors import BadData, CampaignError
from mailer.ledger.books import Books
from mailer.ledger.journalled import Document
from mailer.ledger.lookups import DELIVERIES, MESSAGES, ORDERS
from mailer.ledger.segments import FORGOTTEN, Mails
from mailer.nouns import Address, LetterId, Place, Pseudonyms, State, Traces
from mailer.nouns.traces import blotted

_WORDS = frozenset({"subject", "words", "because", "note", "sender_name"})
"""Fields of free text, in which names are looked for; elsewhere a name may be a group's or a state's."""

_WRITTEN_BY_HER = ("subject", "words", "sender_name")
_FAR, _NEAR = "far", "near"
"""Which pattern of her traces has found her."""

_OPEN = frozenset({State.CLAIMED, State.SENDING, State.UNSURE})


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the ledger holds of a person, and what becomes of it.

    Attributes:
        traces: Of whom.
        records: Table and key of every record that is hers or speaks of her.
        rewritten: All documents of all tables as they are to be, hers without her.
        copies: The mails whose bytes are to go.
        obstacle: Why she cannot be forgotten now; None when she can.
        verdicts: What each mail was found to hold of her, asked strictly or (True) as one from near her.
    """

    traces: Traces
    records: tuple[tuple[str, str], ...]
    rewritten: Mapping[str, Mapping[str, Document]]
    copies: frozenset[Place]
    obstacle: CampaignError | None
    verdicts: Mapping[tuple[Place, bool], str]

    def count(self, table: str) -> int:
        """How many records of one table there are among them."""
        return sum(name == table for name, _ in self.records)


def places_in(value: object) -> Iterator[Place]:
    """Every copy of a mail that a document names."""
    if isinstance(value, dict):
        if value.keys() == {"segment", "offset", "length"}:
            place = Place(**value)
            yield from () if place == FORGOTTEN else (place,)
            return
        for inner in value.values():
            yield from places_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from places_in(inner)


def search(books: Books, mails: Mails, traces: Traces, before: Holdings | None = None) -> Holdings:
    """Look through everything, every mail included.

    Args:
        books: The ledger's tables.
        mails: The copies of mails.
        traces: Of whom.
        before: What was found a while ago: a mail that was read then is not read again.

    Raises:
        BadData: when a mail is not as it was written.
    """
    verdicts = dict(before.verdicts) if before else {}
    while True:
        looked = _Search(books.everything(), mails, traces, books.pseudonyms, verdicts)
        try:
            return looked.holdings()
        except BadData:
            # Whoever forgets another meanwhile gives the mails that stay a new place, and destroys the old.
            if set(places_in(looked.tables)) <= set(places_in(books.everything())):
                raise


class _Search:
    """One look through everything, for one person."""

    def __init__(
        self,
        tables: Mapping[str, Mapping[str, Document]],
        mails: Mails,
        traces: Traces,
        pseudonyms: Pseudonyms,
        verdicts: dict[tuple[Place, bool], str],
    ) -> None:
        self.tables, self.mails, self.traces, self.pseudonyms = tables, mails, traces, pseudonyms
        # Who is forgotten once more already goes by it.
        self.known_as = pseudonyms.of(traces.key).key
        letters = tables.get(DELIVERIES, {})
        hers = (key for key, document in letters.items() if self._is_hers(DELIVERIES, document))
        self.conversations = {_conversation(key) for key in hers}
        self.copies: set[Place] = set()
        self.verdicts = verdicts
        self.near: set[str] = {group for _, group in self.conversations}

    def holdings(self) -> Holdings:
        """Everything, once looked through."""
        rewritten: dict[str, dict[str, Document]] = {}
        records: list[tuple[str, str]] = []
        # What people ordered comes last: it may name a message.
        for table in sorted(self.tables, key=lambda name: name == ORDERS):
            for key, document in self.tables[table].items():
                after = self._after(table, key, document)
                rewritten.setdefault(table, {})[key] = after
                if after != document:
                    records.append((table, key))
        copies, obstacle = frozenset(self.copies), self._obstacle()
        return Holdings(self.traces, tuple(records), rewritten, copies, obstacle, self.verdicts)

    def _after(self, table: str, key: str, document: Document) -> Document:
        """A document as it is to be."""
        hers = self._is_hers(table, document)
        near = self._is_near(table, document)
        speaks = hers or self.traces.spoken_of(_texts(document), self.traces.far)
        for place in places_in(document):
            found = "" if speaks else self._verdict(place, near=near)
            speaks |= found == _FAR
            if speaks or found:
                self.copies.add(place)
        if near or speaks:
            self.near.add(key)
        what = self.traces.own if speaks else self.traces.near if near else self.traces.far
        after: Document = self._without_her(document, "", table, what)
        if hers and table == MESSAGES:
            after |= dict.fromkeys(_WRITTEN_BY_HER, "")
        return after

    def _is_hers(self, table: str, document: Document) -> bool:
        of_whom = {DELIVERIES: "to", MESSAGES: "sender"}.get(table)
        named = document.get(of_whom, "") if of_whom else ""
        return any(map(self._is_she, named if isinstance(named, list) else [named]))

    def _is_she(self, text: str) -> bool:
        return text == self.known_as or self.traces.is_hers(text)

    def _is_near(self, table: str, document: Document) -> bool:
        """Whether it belongs to a conversation with her group, in which a single word may be her name."""
        if table == MESSAGES:
            candidates = (candidate["letter"] for candidate in document.get("match", ()))
            return any(_conversation(letter) in self.conversations for letter in candidates)
        subject = document.get("subject", "") if table == ORDERS else ""
        return subject in self.near or (
            subject.count("/") > 1 and _conversation(subject) in self.conversations
        )

    def _verdict(self, place: Place, *, near: bool) -> str:
        """By what she is found in a mail; '' when by nothing."""
        if (place, near) not in self.verdicts:
            self.verdicts[place, near] = self._found_in(self.mails.read(place), near=near)
        return self.verdicts[place, near]

    def _found_in(self, raw: bytes, *, near: bool) -> str:
        from mailer.replies import every_text  # noqa: PLC0415 - all that reads mail, and hardly anybody asks for it

        texts = list(every_text(raw))
        if self.traces.spoken_of(texts, self.traces.far):
            return _FAR
        return _NEAR if near and self.traces.spoken_of(texts, self.traces.near) else ""

    def _without_her(self, value: Any, field: str, table: str, what: re.Pattern[str]) -> Any:
        if isinstance(value, dict):
            if any(place in self.copies for place in _own_place(value)):
                return {"segment": FORGOTTEN.segment, "offset": 0, "length": 0}
            return {name: self._without_her(inner, name, table, what) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._without_her(inner, field, table, what) for inner in value]
        return self._text(value, field, table, what) if isinstance(value, str) else value

    def _text(self, text: str, field: str, table: str, what: re.Pattern[str]) -> str:
        if self.traces.is_hers(text):
            return self.pseudonyms.of(Address.parse(text).key).key
        if (table, field) == (MESSAGES, "message_id"):
            # Another mail may name it, so it stays one that no other mail has.
            return f"<{self.pseudonyms.of(text)}>" if blotted(text, what) != text else text
        is_prose = field in _WORDS and (table, field) != (ORDERS, "subject")
        return blotted(text, what if is_prose else self.traces.address)

    def _obstacle(self) -> CampaignError | None:
        for key, document in self.tables.get(DELIVERIES, {}).items():
            letter, state = LetterId.parse(key), State(document["state"])
            hers = self._is_hers(DELIVERIES, document)
            speaks = not hers and not self.copies.isdisjoint(places_in(document))
            if speaks and state in _OPEN:
                what = f"{letter} speaks of this person, and nobody knows whether it left: it may have to be"
                fix = f'campaign resolve {letter} --sent (or --resend) --because "…", then run this again'
                return CampaignError(f"{what} sent again, with the very same words", fix=fix)
            if hers and state in _OPEN:
                what = f"nobody knows whether {letter} left, and afterwards nobody could find out"
                fix = f'campaign resolve {letter} --sent (or --resend) --because "…", then run this again'
                return CampaignError(what, fix=fix)
            if speaks and state is State.DEFERRED:
                what = f"{letter} speaks of this person, and waits to be tried again with the very same words"
                return CampaignError(what, fix=f"when it is time: campaign send {letter.campaign}")
        return None


def _own_place(value: Mapping[str, Any]) -> Iterator[Place]:
    """The place that a value is, if it is one."""
    yield from places_in(value) if "segment" in value else ()


def _conversation(letter: str) -> tuple[str, str]:
    campaign, group, *_ = letter.split("/")
    return campaign, group


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
