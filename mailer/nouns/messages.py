"""One incoming mail: what kind it is, which letter it answers, and the evidence for both."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import count

from mailer.nouns.addresses import Address
from mailer.nouns.deliveries import Place
from mailer.nouns.letters import LetterId


class Kind(StrEnum):
    """What an incoming mail is."""

    HUMAN = "human"
    OUT_OF_OFFICE = "out-of-office"
    AUTO_ACK = "auto-ack"
    BOUNCE_HARD = "bounce-hard"
    BOUNCE_SOFT = "bounce-soft"
    DELAYED = "delayed"
    UNSUBSCRIBE = "unsubscribe"
    CHALLENGE = "challenge"
    COMPLAINT = "complaint"
    RECEIPT = "receipt"
    OWN_COPY = "own-copy"
    UNRELATED = "unrelated"


class Reason(StrEnum):
    """What more there is to say of a mail than its kind: why it came back, or what it waits for."""

    NONE = ""
    USER_UNKNOWN = "user-unknown"
    HOST_UNKNOWN = "host-unknown"
    MOVED = "moved"
    MAILBOX_FULL = "mailbox-full"
    MAILBOX_DISABLED = "mailbox-disabled"
    TOO_BIG = "too-big"
    SPAM = "blocked-as-spam"
    POLICY = "policy"
    CONTENT = "content-refused"
    TRY_LATER = "try-later"
    SERVER_TROUBLE = "server-trouble"
    UNKNOWN = "unknown"
    """A bounce that does not say why."""
    LEFT = "left"
    """The person does not work there any more."""
    MODERATION = "awaits-approval"
    """A list keeps the letter until a moderator lets it through."""
    BY_HAND = "written-by-hand"
    """A letter that the fellow wrote from her own mail program."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What kind of mail it is, and why we think so.

    Attributes:
        kind: The class.
        because: The evidence in plain words, strongest first. May quote the mail, so it is untrusted.
        failed: For bounces, the addresses that do not exist (any more).
        until: For out-of-office, the first day the person is back, where the mail says it.
        reason: What more there is to say of it.
        confidence: How sure the kind is, out of 100; 0 where the ledger did not write that down yet.
        addresses: Whom a report speaks of, dead or alive.
        instead: Whom to write to instead, where the mail says so. A proposal: nothing is changed by it.
    """

    kind: Kind
    because: tuple[str, ...]
    failed: tuple[Address, ...] = ()
    until: date | None = None
    reason: Reason = Reason.NONE
    confidence: int = 0
    addresses: tuple[Address, ...] = ()
    instead: Address | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A letter that a mail may answer, with points out of 100 and the evidence in plain words."""

    letter: LetterId
    points: int
    because: str


SHORTEST_ID = 4
"""A message may be named by so many first characters of its id, if no other begins with them."""

_FEW = 5


def told_apart(ids: Collection[str]) -> str:
    """The beginnings of messages' ids, for a person to choose from: as long as tells all of them apart."""
    length = next(n for n in count(SHORTEST_ID) if len({name[:n] for name in ids}) == len({*ids}))
    return ", ".join(sorted(name[:length] for name in ids)[:_FEW])


CERTAIN = 60
"""From so many points on a lone best candidate is taken without asking a person."""


@dataclass(frozen=True, slots=True)
class Match:
    """Which letters a mail may answer, best first; none when it has nothing to do with us."""

    candidates: tuple[Candidate, ...] = ()

    @property
    def best(self) -> Candidate | None:
        """The candidate to go by; None when there is none, or when two groups tie."""
        if not self.candidates:
            return None
        first = self.candidates[0]
        if first.points < CERTAIN:
            return None
        rivals = (c for c in self.candidates if c.letter.group != first.letter.group)
        return None if any(c.points >= first.points for c in rivals) else first

    @property
    def conversations(self) -> tuple[tuple[str, str], ...]:
        """The (campaign, group) pairs in question: the best one's, or all while nobody has decided."""
        chosen = (self.best,) if self.best else self.candidates
        return tuple(dict.fromkeys((c.letter.campaign, c.letter.group) for c in chosen))


@dataclass(frozen=True, slots=True)
class Message:
    """One incoming mail as the ledger remembers it. All text in it is untrusted.

    Attributes:
        id: Ours: the first 12 hex digits of the SHA-256 of its bytes (of its place, when it has none).
        message_id: Its own Message-ID with angle brackets; empty when it has none.
        folder: Where it was found.
        uid: Its number there.
        at: When it arrived, by the server's clock. UTC.
        sender: Its From address in lower case; empty when unreadable.
        sender_name: Its From name.
        subject: Decoded.
        words: What the person wrote, without quotes and signature; or the machine's text.
        finding: Its kind, with evidence.
        match: What it answers, with evidence.
        place: Its very bytes.
        note: What could not be read of it; empty when all was.
        read_at: When we read it, by our clock; None where the ledger did not write that down yet. UTC.
    """

    id: str
    message_id: str
    folder: str
    uid: int
    at: datetime
    sender: str
    sender_name: str
    subject: str
    words: str
    finding: Finding
    match: Match
    place: Place
    note: str = ""
    read_at: datetime | None = None
