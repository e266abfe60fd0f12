"""What the IMAP server does with single mails: search, fetch, flag, copy, move and delete them.

Each command comes in two forms: with places in the folder, or after `UID` with lasting numbers (`by_uid`).
"""

import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence

from mailer.rehearsal.imap_commands import exactly, named
from mailer.rehearsal.imap_fetch import Item, answer, items
from mailer.rehearsal.imap_search import criteria, wants_modseq
from mailer.rehearsal.imap_session import Session
from mailer.rehearsal.imap_syntax import (
    Argument,
    BadSyntax,
    Refused,
    Word,
    flags,
    folded,
    pick,
    word,
    words,
)
from mailer.rehearsal.mailboxes import DELETED, SEEN, Folder


async def search(session: Session, arguments: Sequence[Argument], *, by_uid: bool) -> str:
    """Which mails meet all criteria (RFC 3501 §6.4.4)."""
    folder = _selected(session)
    session.report(removed=by_uid)
    test = criteria(arguments, session.view)
    found = [
        (place, mail)
        for place, uid in enumerate(session.view, start=1)
        if (mail := folder.mails.get(uid)) and test(place, mail)
    ]
    session.reports_changes |= wants_modseq(arguments)
    line = "".join(f" {mail.uid if by_uid else place}" for place, mail in found)
    if found and wants_modseq(arguments):
        line += f" (MODSEQ {max(mail.modseq for _, mail in found)})"
    session.say(f"* SEARCH{line}")
    return "done"


async def fetch(session: Session, arguments: Sequence[Argument], *, by_uid: bool) -> str:
    r"""Give parts of mails; a body that is not just peeked at becomes \Seen (RFC 3501 §6.4.5)."""
    folder = _selected(session)
    asked, since = _asked(session, arguments, by_uid=by_uid)
    marks = any(item.marks_seen for item in asked) and not session.read_only
    for place, uid in _chosen(session, arguments[0], by_uid=by_uid):
        mail = folder.mails.get(uid)
        if mail is None or mail.modseq <= since:
            continue
        if marks:
            folder.flag(uid, mail.flags | {SEEN})
        session.say(b"* %d FETCH (%b)" % (place, answer(asked, folder.mails[uid])))
        await session.flush(only_if_full=True)
    return "done"


def _asked(session: Session, arguments: Sequence[Argument], *, by_uid: bool) -> tuple[tuple[Item, ...], int]:
    """What to fetch, and after which change (RFC 7162 §3.1.4.1)."""
    since = 0
    if len(arguments) == 3:  # noqa: PLR2004 - the third is the modifier
        since = _modifier("CHANGEDSINCE", arguments[2])
        session.reports_changes = True
        arguments = arguments[:2]
    asked = list(items(exactly(2, arguments)[1]))
    names = {item.name for item in asked}
    if by_uid and "UID" not in names:
        asked[:0] = items(Word(b"UID"))
    if since and "MODSEQ" not in names:
        asked += items(Word(b"MODSEQ"))
    session.reports_changes |= "MODSEQ" in names
    return tuple(asked), since


async def store(session: Session, arguments: Sequence[Argument], *, by_uid: bool) -> str:
    """Set, add or take flags (RFC 3501 §6.4.6); if asked to, only where nothing has changed (RFC 7162)."""
    folder = _writable(session)
    which, latest, change, silent = _wanted(session, arguments)
    session.report(removed=False)
    too_late = []
    for place, uid in _chosen(session, which, by_uid=by_uid):
        mail = folder.mails.get(uid)
        if mail and mail.modseq > latest:
            too_late.append(uid if by_uid else place)
        elif mail:
            folder.flag(uid, change(mail.flags))
            if not silent or session.reports_changes:
                session.say(session.change_of(place, uid))
    session.told()
    return f"[MODIFIED {folded(too_late)}] not those" if too_late else "done"


def _wanted(
    session: Session, arguments: Sequence[Argument]
) -> tuple[Argument, int, Callable[[frozenset[str]], frozenset[str]], bool]:
    """Of a STORE: which mails, the latest change they may have had, what becomes of their flags, silently?"""
    which, *rest = arguments or [()]
    latest = sys.maxsize
    if rest and isinstance(rest[0], tuple):
        latest = _modifier("UNCHANGEDSINCE", rest.pop(0))
        session.reports_changes = True
    if len(rest) < 2:  # noqa: PLR2004 - what to do, flags
        raise BadSyntax("STORE takes a set, an action and flags")
    action, _, silent = word(rest[0]).upper.partition(".")
    marks = flags(rest[1] if isinstance(rest[1], tuple) else rest[1:])
    deeds: dict[str, Callable[[frozenset[str]], frozenset[str]]] = {
        "FLAGS": lambda _: marks,
        "+FLAGS": lambda before: before | marks,
        "-FLAGS": lambda before: before - marks,
    }
    if action not in deeds or silent not in {"", "SILENT"}:
        raise BadSyntax("STORE knows FLAGS, +FLAGS and -FLAGS")
    return which, latest, deeds[action], bool(silent)


def _modifier(name: str, argument: Argument) -> int:
    """The number of a change, from `(NAME number)`."""
    match words(argument):
        case (Word() as found, Word() as number) if found.upper == name and number.raw.isdigit():
            return int(number.raw)
    raise BadSyntax(f"{name} with a number was expected")


async def copy(session: Session, arguments: Sequence[Argument], *, by_uid: bool) -> str:
    """Put copies into another folder; tells both numbers (RFC 4315)."""
    folder, (which, name) = _selected(session), exactly(2, arguments)
    target = named(session, name)
    uids = [uid for _, uid in _chosen(session, which, by_uid=by_uid) if uid in folder.mails]
    return _copied(folder, target, uids) + "copied"


async def move(session: Session, arguments: Sequence[Argument], *, by_uid: bool) -> str:
    """Put mails into another folder (RFC 6851)."""
    folder, (which, name) = _writable(session), exactly(2, arguments)
    target = named(session, name)
    uids = [uid for _, uid in _chosen(session, which, by_uid=by_uid) if uid in folder.mails]
    session.say(f"* OK {_copied(folder, target, uids)}moved")
    folder.remove(uids)
    return "moved"


def _copied(folder: Folder, target: Folder, uids: Iterable[int]) -> str:
    """Copy, and say so as a response code; nothing copied has no code."""
    pairs = []
    for uid in uids:
        mail = folder.mails[uid]
        pairs.append((uid, target.add(mail.raw, mail.at, mail.flags)))
    if not pairs:
        return ""
    old, new = (folded(numbers) for numbers in zip(*pairs, strict=True))
    return f"[COPYUID {target.validity} {old} {new}] "


async def expunge(session: Session, arguments: Sequence[Argument], *, by_uid: bool) -> str:
    r"""Delete for good what is marked \Deleted; after `UID` only among the given numbers (RFC 4315)."""
    folder = _writable(session)
    among = session.view
    if by_uid:
        among = pick(word(exactly(1, arguments)[0]).text, session.view)
    gone = [uid for uid in among if uid in folder.mails and DELETED in folder.mails[uid].flags]
    if gone:
        folder.remove(gone)
    return "done"


def _chosen(session: Session, number_set: Argument, *, by_uid: bool) -> list[tuple[int, int]]:
    """Place and UID of the mails that a set names, in order."""
    text = word(number_set).text
    if by_uid:
        return [(bisect_left(session.view, uid) + 1, uid) for uid in pick(text, session.view)]
    return [(place, session.view[place - 1]) for place in pick(text, range(1, len(session.view) + 1))]


def _selected(session: Session) -> Folder:
    if session.folder is None:
        raise BadSyntax("no folder is open")
    return session.folder


def _writable(session: Session) -> Folder:
    folder = _selected(session)
    if session.read_only:
        raise Refused("[READ-ONLY] the folder is open for reading only")
    return folder
