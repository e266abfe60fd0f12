"""Takes over from a ledger that is lost, older than it should be, or on another computer.

What is left here of it is the legacy. Together with the letters that the mailbox shows it becomes a ledger
with the next id: the other one, wherever it is, is refused as soon as the workspace there has the new id.
Until the last step, which names the new ledger in the workspace, all that is here is refused as before.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from zlib import crc32

from mailer.errors import BadData, BadSettings, TryAgain
from mailer.failpoints import reach
from mailer.ledger import documents, identity, opening
from mailer.ledger.forms import FORM
from mailer.ledger.journalled import (
    Document,
    Position,
    Tables,
    begin,
    durable,
    look,
    owner_of,
    refusals,
    snapshot,
)
from mailer.ledger.journalled.keeping import JOURNAL, SNAPSHOT
from mailer.ledger.journalled.locks import Turn
from mailer.ledger.journalled.snapshot import Stand
from mailer.ledger.lookups import CRASHES, DELIVERIES, LESSONS, ORDERS
from mailer.ledger.segments import FORGOTTEN, Segments
from mailer.ledger.sender import somebody_sends
from mailer.ledger.states import IN_THE_AIR
from mailer.nouns import Address, Delivery, Learned, LetterId, OrderKind, Pseudonyms, State, marks

_META = "_meta"


@dataclass(frozen=True)
class Legacy:
    """What is left here of the ledger that is to be taken over.

    Attributes:
        known: The id that the workspace names.
        id: The id of the ledger that is here; '' when none is.
        position: Its last change.
        tables: Its documents.
    """

    known: str
    id: str = ""
    position: Position = field(default_factory=Position)
    tables: Tables = field(default_factory=dict)

    @cached_property
    def deliveries(self) -> Mapping[LetterId, Delivery]:
        """The letters that it knows."""
        rows = self.tables.get(DELIVERIES, {}).items()
        found = (documents.read(documents.to_delivery, key, document) for key, document in rows)
        return {delivery.letter: delivery for delivery in found}

    @property
    def seal(self) -> marks.Seal | None:
        """What it marks its letters with; None when that is lost."""
        about = self.tables.get(_META, {}).get("ledger")
        return marks.Seal(self.known, bytes.fromhex(about["key"])) if about else None

    def called(self, address: Address) -> Address:
        """An address; or what stands for it, where whoever has it asked to be forgotten."""
        seal = self.seal
        pseudonyms = Pseudonyms(seal.secret if seal else b"")
        orders = self.tables.get(ORDERS, {}).values()
        forgotten = {order["subject"] for order in orders if order["kind"] == OrderKind.FORGET.value}
        is_forgotten = not forgotten.isdisjoint(pseudonyms.keys(address.key))
        return pseudonyms.of(address.key) if is_forgotten else address

    def learned(self, server: str) -> Learned | None:
        """What the last probe has shown of a server; None where that is not known here."""
        found = self.tables.get(LESSONS, {}).get(server)
        return documents.read(documents.to_learned, server, found) if found else None

    @property
    def changed_at(self) -> datetime | None:
        """When something became of a letter here for the last time; None when no letter is known."""
        return max((delivery.changed_at for delivery in self.deliveries.values()), default=None)

    @property
    def used_at(self) -> datetime | None:
        """When this account last used it, by the clock of the files; None when it never did."""
        return identity.last_used(self.known)

    @property
    def created(self) -> datetime | None:
        """When it was made; None when nothing of it is here."""
        about = self.tables.get(_META, {}).get("ledger")
        return datetime.fromisoformat(about["created"]) if about else None


@dataclass(frozen=True, slots=True)
class Adopted:
    """A letter that has left, as the mailbox shows.

    Attributes:
        letter: Which one.
        message_id: Its own.
        sender: Who wrote it.
        to: Whom it went to.
        subject: As it left.
        at: When it left. UTC.
        because: Where it was found.
        raw: The mail; empty where somebody to whom it went has asked to be forgotten.
    """

    letter: LetterId
    message_id: str
    sender: Address
    to: tuple[Address, ...]
    subject: str
    at: datetime
    because: str
    raw: bytes


def legacy(folder: Path, id_file: Path) -> Legacy:
    """What is left here of the workspace's ledger, when it cannot be used from here.

    Raises:
        BadSettings: when there is nothing to take over.
        BadData: when what is here is damaged or another workspace's.
        CampaignError: when the disk does not let us.
    """
    known = identity.read_id(id_file)
    if not known:
        opening.refuse_absent(folder, id_file, known)
    try:
        opening.open_ledger(folder, id_file).close()
    except (BadData, BadSettings):
        return _left(folder, known)
    raise BadSettings(
        "there is nothing to take over: the ledger is here, and this account has used it before",
        fix="go on with campaign check",
        where=str(folder),
    )


def take_over(folder: Path, id_file: Path, left: Legacy, adopted: Sequence[Adopted], now: datetime) -> str:
    """Write the ledger that takes over, and name it in the workspace.

    Args:
        folder: Where the ledger is, or will be.
        id_file: Where the workspace keeps its id.
        left: What is here of the one before.
        adopted: The letters to be entered as accepted. Where the very letter is known, its own bytes stay.
        now: When.

    Returns:
        The new ledger's id.

    Raises:
        TryAgain: when what is here has changed meanwhile.
        CampaignError: when the disk does not let us.
    """
    with durable.trouble("make the ledger", folder):
        durable.make_private_folder(folder)
    with closing(Turn(folder / "lock")) as turn, turn:
        if somebody_sends(folder / "sender.lock") or _left(folder, identity.read_id(id_file)) != left:
            raise TryAgain("the ledger was used meanwhile", fix=identity.TAKE_OVER, where=str(folder))
        opening.lay_out(folder)
        heir = identity.next_id(left.known, left.id)
        mails = Segments(folder / "mail")
        tables = _tables(left, adopted, mails, heir, now)
        mails.sync()
        start = _start(left, heir)
        reach("takeover.before_snapshot")
        snapshot.write(folder / SNAPSHOT, tables, Stand(start, FORM.number, heir))
        reach("takeover.before_journal")
        begin(folder, heir, FORM, start=start)
        reach("takeover.before_note")
        identity.introduce(heir, start)
        reach("takeover.before_id")
        # Last of all: everything that was adopted is inside before anybody may use it.
        identity.write_id(id_file, heir)
    return heir


def _start(left: Legacy, heir: str) -> Position:
    """What the heir's journal goes on from: never from nothing, else nobody would miss a lost snapshot."""
    return left.position if left.position.seq else Position(1, crc32(heir.encode()))


def _left(folder: Path, known: str) -> Legacy:
    try:
        return _whole(folder, known)
    except BadData as refusal:
        raise BadData(
            f"what is here cannot be taken over: {refusal.what}",
            fix=refusals.whole_copy(folder),
            where=refusal.where,
        ) from refusal


def _whole(folder: Path, known: str) -> Legacy:
    if not (folder / JOURNAL).exists():
        return _without_journal(folder, known)
    name = owner_of(folder, FORM)
    _refuse_foreign(name, known, folder)
    return Legacy(known, name, *look(folder, name, FORM, half_way=True))


def _without_journal(folder: Path, known: str) -> Legacy:
    """A snapshot alone is an older copy like any other."""
    stand, tables = snapshot.read(folder / SNAPSHOT, FORM)
    if stand is None:
        return Legacy(known)
    name = tables[_META]["ledger"]["id"]
    _refuse_foreign(name, known, folder)
    return Legacy(known, name, stand.position, tables)


def _refuse_foreign(name: str, known: str, folder: Path) -> None:
    if marks.stem(name) != marks.stem(known):
        raise refusals.foreign(folder, name, known)


def _tables(left: Legacy, adopted: Sequence[Adopted], mails: Segments, heir: str, now: datetime) -> Tables:
    tables = {name: dict(rows) for name, rows in left.tables.items()}
    # To forget somebody may have been begun and not ended; whoever opens the heir carries on with it.
    tables[_META] = tables.get(_META, {}) | {"ledger": _about(left, heir, now)}
    rows = tables.setdefault(DELIVERIES, {})
    for letter, delivery in left.deliveries.items():
        if delivery.state in IN_THE_AIR:
            rows[str(letter)] = documents.from_delivery(_in_doubt(delivery, now), None)
    for one in adopted:
        delivery = _accepted(one, left.deliveries.get(one.letter), mails, now)
        rows[str(one.letter)] = documents.from_delivery(delivery, None)
        tables.get(CRASHES, {}).pop(str(one.letter), None)
    return tables


def _about(left: Legacy, heir: str, now: datetime) -> Document:
    seal, at = left.seal, now.astimezone(UTC).isoformat()
    return {
        "id": heir,
        "key": (seal.secret if seal else identity.new_secret()).hex(),
        "created": left.created.isoformat() if left.created else at,
        "taken_over": {"from": left.id or left.known, "at": at},
    }


def _in_doubt(before: Delivery, now: datetime) -> Delivery:
    because = f"it was {before.state} when this copy of the ledger was made"
    return replace(before, state=State.UNSURE, changed_at=now, because=because)


def _accepted(one: Adopted, before: Delivery | None, mails: Segments, now: datetime) -> Delivery:
    if before and before.message_id == one.message_id:
        return replace(before, state=State.ACCEPTED, changed_at=now, next_try=None, because=one.because)
    return Delivery(
        letter=one.letter,
        state=State.ACCEPTED,
        to=one.to,
        message_id=one.message_id,
        subject=one.subject,
        digest="",
        place=mails.append(one.raw) if one.raw else FORGOTTEN,
        claimed_at=one.at,
        # A follow-up waits from when the letter left, and not from now.
        changed_at=one.at,
        because=one.because,
        sender=one.sender,
    )
