"""Finds out what a person means by a name: a message, a letter, a group or an address."""

from dataclasses import dataclass
from enum import StrEnum

from mailer.chronicle.story import Archive
from mailer.errors import UsageError
from mailer.nouns import SHORTEST_ID, Address, BadAddress, nearest, told_apart


class What(StrEnum):
    """What a name can stand for."""

    MESSAGE = "message"
    LETTER = "letter"
    GROUP = "group"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Named:
    """What is meant, by its whole id; and what else the name could have meant."""

    what: What
    name: str
    also: str = ""


def named(typed: str, archive: Archive) -> Named:
    """What a person means.

    Args:
        typed: As she typed it.
        archive: All that is known.

    Raises:
        UsageError: when nothing is called so, or several things are; it says how to name them.
    """
    if "@" in typed:
        return _address(typed, archive)
    if "/" in typed:
        return _letter(typed, archive)
    messages = _messages(typed, archive)
    if typed in archive.group_ids():
        also = f"message {messages[0]} begins so, too: type more of its id" if messages else ""
        return Named(What.GROUP, typed, also)
    if len(messages) == 1:
        return Named(What.MESSAGE, messages[0])
    if messages:
        what = f"{len(messages)} messages begin with {typed!r}"
        raise UsageError(what, fix=f"type more of it: {told_apart(messages)}")
    raise _unknown(typed, archive)


def _messages(typed: str, archive: Archive) -> list[str]:
    begins = typed.lower()
    if len(typed) < SHORTEST_ID:
        return []
    return [message.id for message in archive.history.messages if message.id.startswith(begins)]


def _address(typed: str, archive: Archive) -> Named:
    try:
        key = Address.parse(typed).key
    except BadAddress as error:
        raise UsageError(f"{typed!r} {error}") from error
    history = archive.history
    known = {organizer.address.key for group in archive.groups for organizer in group.organizers}
    known |= {address.key for record in history.deliveries.values() for address in record.to}
    known |= {message.sender for message in history.messages}
    if key not in known and not history.orders_about(key) and not history.stop("", key):
        raise UsageError(f"{key} stands nowhere: not in the table, nor in any mail", fix=_near(key, known))
    return Named(What.ADDRESS, key)


def _letter(typed: str, archive: Archive) -> Named:
    lines = {str(line.letter) for plan in archive.plans for line in plan.lines}
    known = lines | set(archive.history.deliveries)
    if typed in known:
        return Named(What.LETTER, typed)
    campaign, _, group = typed.partition("/")
    if group in archive.group_ids() and any(name.startswith(f"{campaign}/") for name in known):
        # The conversation: all of the group's story is nearer to it than any single letter.
        return Named(What.GROUP, group)
    wanted = group.partition("/")[0]
    hers = sorted(name for name in known if name.split("/")[1] == wanted)
    if not hers and wanted not in archive.group_ids():
        raise UsageError(f"there is no group {wanted!r}", fix=_near(wanted, archive.group_ids()))
    others = f"its letters: {', '.join(hers[:4])}" if hers else "no letter goes to this group"
    fix = _near(typed, set(hers)) or others
    raise UsageError(f"there is no letter {typed!r}", fix=fix)


def _unknown(typed: str, archive: Archive) -> UsageError:
    campaigns = {plan.campaign.name for plan in archive.plans}
    steps = {step.name for plan in archive.plans for step in plan.campaign.steps}
    if typed in campaigns:
        fix = f"campaign status {typed} says where it stands; or name a group, or {typed}/GROUP/STEP"
        return UsageError(f"{typed!r} is a campaign, not one message, letter or group", fix=fix)
    if typed in steps:
        return UsageError(f"{typed!r} is a step; which group's?", fix="name the letter: campaign/group/step")
    groups = archive.group_ids()
    fix = _near(typed, groups) or "campaign replies --all lists messages, campaign status groups"
    return UsageError(f"no message, letter, group or address is called {typed!r}", fix=fix)


def _near(word: str, known: frozenset[str] | set[str]) -> str:
    near = nearest(word, sorted(known))
    return f"did you mean {near}?" if near else ""
