"""Finds out what a lost or older ledger does not say: which of our letters lie in the Sent folder.

A letter is known there by the tag in its own Message-ID, which can be drawn anew for every letter that the
table and the campaigns can name. That a letter does not lie there says something only where this mailbox is
seen to keep what was sent, no mail there may be a letter under another name, no copy is still on its way,
and the provider files the copies: those that campaign itself puts there it may not have come to. Else nothing
is taken over, unless the fellow says that letters may go out twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product

from mailer.ledger import Adopted, Legacy
from mailer.nouns import (
    SETTLE_TIME,
    Address,
    Campaign,
    Copy,
    Delivery,
    Group,
    LetterId,
    Mailbox,
    Settings,
    State,
    World,
    marks,
)
from mailer.nouns.forgotten import DOMAIN
from mailer.replies import label_of, read
from mailer.replies.reading.header_fields import first_address

MOST_TAKES = 9
"""Another take is another address of the same group, or a corrected one: nobody has nine."""

MOST_NAMES = 3
"""So many letters that Sent lacks are named; they show where to look, and are no list to work through."""

_RENAMED = "if one was renamed, give it its old name back"
_PERHAPS_OURS = "nobody knows that your provider files copies itself, and campaign may not have put all there"
_MARKS = (b"x-campaign-ref", b"<c.")
_LEFT = frozenset({State.ACCEPTED, State.BOUNCED})
_EVER = date(1970, 1, 1)
_MARGIN = timedelta(days=2)
"""Between our clock and the server's, and between the days of two time zones."""


@dataclass(frozen=True, slots=True)
class Stray:
    """A mail in the Sent folder that carries our mark and cannot be taken for a letter.

    Attributes:
        to: Whom it went to, as its header says. A stranger's text.
        at: When it was filed. UTC.
        message_id: Its own. A stranger's text, too.
        because: What is wrong with it.
        may_be_ours: Whether it may be a letter that would be sent again.
    """

    to: str
    at: datetime
    message_id: str
    because: str
    may_be_ours: bool


@dataclass(frozen=True, slots=True)
class Inventory:
    """What lies in the Sent folder.

    Attributes:
        adopted: The letters that the ledger here does not know to have left, oldest first.
        strays: Mails that look like ours and are none of its letters.
        known: How many letters the ledger here knows to have left, and has the words of. (When a person was
            forgotten, the fellow was asked to take the letters to her out of Sent.)
        missing: Those of them that do not lie there.
        looked: Whether Sent could be looked into at all.
        files_itself: Whether the provider is known to file copies; campaign may not have put all there.
        settles: Until when copies of what left a moment ago may still come; None when none can. UTC.
    """

    adopted: tuple[Adopted, ...] = ()
    strays: tuple[Stray, ...] = ()
    known: int = 0
    missing: tuple[LetterId, ...] = ()
    looked: bool = True
    files_itself: bool = True
    settles: datetime | None = None

    @property
    def doubt(self) -> str:
        """Why what does not lie there may have left all the same; '' when it has not."""
        shown = self.known - len(self.missing)
        if not self.looked:
            return "Sent could not be looked into"
        if self.settles:
            return "copies of what left a moment ago may still be on their way to Sent"
        if self.missing:
            of_all = f"of the {self.known} letters that are known to have left"
            return f"Sent shows {shown} {of_all} ({self._lacks})" if shown else f"Sent shows none {of_all}"
        if any(stray.may_be_ours for stray in self.strays):
            return "Sent shows mails that may be letters of ours"
        if not shown and not self.adopted:
            return "Sent shows no letter at all: perhaps this mailbox keeps no copies of what is sent"
        return "" if self.files_itself else _PERHAPS_OURS

    @property
    def _lacks(self) -> str:
        """The first of the letters that do not lie there."""
        names = ", ".join(map(str, self.missing[:MOST_NAMES]))
        more = len(self.missing) - MOST_NAMES
        return f"it lacks {names}" + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True, slots=True)
class _Sighting:
    """A mail with our mark: itself, its writer, and the letter's reference in it."""

    copy: Copy
    writer: Address
    ref: str

    @property
    def tag(self) -> str:
        return self.ref.partition(".")[0]


def take_stock(
    world: World,
    settings: Settings,
    left: Legacy,
    campaigns: Sequence[Campaign],
    groups: Sequence[Group],
) -> Inventory:
    """Look for our letters where copies of sent mail are kept.

    Args:
        world: The clock and the mailbox.
        settings: How to get in, and who writes.
        left: What is here of the ledger.
        campaigns: All of them.
        groups: The table.

    Raises:
        CampaignError: when the mailbox cannot be read.
    """
    with world.mailbox(settings) as box:
        sightings = list(_sightings(box.copies(_since(left))))
        wanted = {sighting.tag for sighting in sightings if isinstance(sighting, _Sighting)}
        letters = _letters_by_tag(left, wanted, campaigns, groups)
        return _Stocktaking(left, settings.sender.address, letters, groups, world.now()).of(sightings, box)


def _since(left: Legacy) -> date:
    """A letter of this ledger cannot be older than the ledger; of a lost one nobody knows how old it is."""
    if left.created is None or left.id != marks.stem(left.id):
        return _EVER
    first = min((delivery.claimed_at for delivery in left.deliveries.values()), default=left.created)
    return (min(left.created, first) - _MARGIN).date()


def _sightings(copies: Iterable[Copy]) -> Iterator[_Sighting | Stray]:
    """The copies that carry our mark as their own, and those of which nobody can tell."""
    for copy in copies:
        # Most of what people send is not ours, and this is a hundred times faster than to read the header.
        head = copy.head.lower()
        if head and not any(mark in head for mark in _MARKS):
            continue
        label = label_of(copy.head)
        if label is None:
            yield _stray(copy, "its header cannot be read", may_be_ours=True)
            continue
        for ref in sorted({ref for text in label.ids if (ref := marks.ref_in(text))}):
            yield _Sighting(copy, label.writer, ref)


def _stray(copy: Copy, because: str, *, may_be_ours: bool) -> Stray:
    mail = read(copy.head)
    return Stray(mail.header("to"), copy.at, mail.header("message-id"), because, may_be_ours)


def _letters_by_tag(
    left: Legacy, wanted: set[str], campaigns: Sequence[Campaign], groups: Sequence[Group]
) -> Mapping[str, LetterId]:
    """The letters behind the tags, as far as they can be named."""
    found = {
        marks.ref_in(delivery.message_id).partition(".")[0]: letter
        for letter, delivery in left.deliveries.items()
    }
    missing = wanted - set(found)
    for letter in _names(left.deliveries, campaigns, groups):
        if not missing:
            break
        tag = marks.tag(letter, left.known)
        if tag in missing:
            missing.remove(tag)
            found[tag] = letter
    return found


def _names(
    known: Iterable[LetterId], campaigns: Sequence[Campaign], groups: Sequence[Group]
) -> Iterator[LetterId]:
    """Every letter that can be named from the files and the ledger; the likeliest first."""
    steps = {(campaign.name, step.name) for campaign in campaigns for step in campaign.steps}
    steps |= {(letter.campaign, letter.step) for letter in known}
    names = {group.id for group in groups} | {letter.group for letter in known}
    for take in range(1, MOST_TAKES + 1):
        for (campaign, step), group in product(sorted(steps), sorted(names)):
            yield LetterId(campaign, group, step, take)


class _Stocktaking:
    """Decides for each sighting what it is."""

    def __init__(
        self,
        left: Legacy,
        sender: Address,
        letters: Mapping[str, LetterId],
        groups: Sequence[Group],
        now: datetime,
    ) -> None:
        self.left, self.letters, self.now = left, letters, now
        self.known = {letter for letter, found in left.deliveries.items() if found.state in _LEFT}
        senders = (delivery.sender for delivery in left.deliveries.values())
        self.writers = {sender.key, *(known.key for known in senders if known)}
        self.ladders = {group.id: tuple(o.address for o in group.organizers) for group in groups}
        self.table = {address.key for ladder in self.ladders.values() for address in ladder}

    def of(self, sightings: Sequence[_Sighting | Stray], box: Mailbox) -> Inventory:
        """The inventory; the mails of the letters that are adopted are fetched."""
        seen: dict[LetterId, _Sighting] = {}
        strays: list[Stray] = []
        sent = [each for each in sightings if isinstance(each, _Sighting) and each.copy.is_sent]
        refs = {sighting.ref for sighting in sent}
        for sighting in sightings:
            if isinstance(sighting, _Sighting) and sighting.ref in refs and not sighting.copy.is_sent:
                continue  # the folder for all mail shows again what lies in Sent
            verdict = sighting if isinstance(sighting, Stray) else self._judge(sighting)
            if isinstance(verdict, Stray):
                strays.append(verdict)
            elif isinstance(sighting, _Sighting):
                seen.setdefault(verdict, sighting)
        adopted = [self._adopt(letter, seen[letter], box) for letter in seen if letter not in self.known]
        adopted.sort(key=lambda one: (one.at, one.letter))
        kept = {letter for letter in self.known if self.left.deliveries[letter].place.segment}
        missing, settles = tuple(sorted(kept - seen.keys())), self._settles(sent)
        strays.sort(key=lambda stray: not stray.may_be_ours)
        return Inventory(tuple(adopted), tuple(strays), len(kept), missing, settles=settles)

    def _settles(self, sent: Iterable[_Sighting]) -> datetime | None:
        moments = {self.left.changed_at, *(sighting.copy.at for sighting in sent)}
        # Were the files' clock far ahead of ours, one of them would be wrong, and it would not help to wait.
        if (used := self.left.used_at) and used < self.now + SETTLE_TIME:
            moments.add(used)
        settled = max(filter(None, moments), default=self.now - SETTLE_TIME) + SETTLE_TIME
        return settled if settled > self.now else None

    def _judge(self, sighting: _Sighting) -> LetterId | Stray:
        letter, copy = self.letters.get(sighting.tag), sighting.copy
        if letter is None:
            because = f"no campaign, step or group here makes this letter; {_RENAMED}"
            return _stray(copy, because, may_be_ours=self._may_be_repeated(sighting))
        if sighting.writer.key not in self.writers:
            because = f"it is {letter}, but from {sighting.writer}"
        elif not copy.is_sent:
            because = f"it is {letter}, but lies only in {copy.folder}, where mails from anybody lie"
        elif not self._is_sealed(letter, sighting.ref):
            # Another computer that had taken over, with a secret of its own; or somebody's forgery.
            because = f"it is {letter}, but its seal is not this ledger's: another computer's, or a forgery"
        else:
            return letter
        return _stray(copy, because, may_be_ours=letter not in self.known)

    def _may_be_repeated(self, sighting: _Sighting) -> bool:
        """Whether a letter under a name that is no more may go out again: under the name it has now."""
        if not self.left.id:
            return True
        to = first_address(read(sighting.copy.head).header("to"))
        return sighting.writer.key in self.writers and (to is None or to.key in self.table)

    def _is_sealed(self, letter: LetterId, ref: str) -> bool:
        """Whether nobody but this ledger can have made a reference; where its secret is lost, any may be."""
        seal, known = self.left.seal, self.left.deliveries.get(letter)
        is_known = known is not None and ref == marks.ref_in(known.message_id)
        return is_known or seal is None or bool(marks.genuine(ref, seal))

    def _adopt(self, letter: LetterId, sighting: _Sighting, box: Mailbox) -> Adopted:
        copy = sighting.copy
        mail = read(copy.head)
        to, remark = self._to(letter, mail.header("to"))
        is_forgotten = any(address.domain == DOMAIN for address in to)
        return Adopted(
            letter=letter,
            message_id=f"<c.{sighting.ref}@{sighting.writer.domain}>",
            sender=sighting.writer,
            to=to,
            subject="" if is_forgotten else mail.subject,
            at=min(mail.date or copy.at, self.now),
            because=f"found in {copy.folder} (uid {copy.uid}) when the ledger was taken over{remark}",
            raw=b"" if is_forgotten else box.copy(copy.folder, copy.uid) or copy.head,
        )

    def _to(self, letter: LetterId, field: str) -> tuple[tuple[Address, ...], str]:
        """Whom a letter went to, and what is odd about that. Who asked to be forgotten stays so."""
        ladder = tuple(map(self.left.called, self.ladders.get(letter.group, ())))
        to = first_address(field)
        if to is None:
            # To whomever it went: nobody of this group is to get it again.
            return ladder, "; whom it went to cannot be read"
        to = self.left.called(to)
        known = {address.key for address in ladder} | {
            address.key for delivery in self._of(letter.group) for address in delivery.to
        }
        return (to,), "" if to.key in known else f"; {to} is no organizer of {letter.group} here"

    def _of(self, group: str) -> Iterator[Delivery]:
        return (delivery for letter, delivery in self.left.deliveries.items() if letter.group == group)
