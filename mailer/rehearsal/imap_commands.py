"""What the IMAP server does about sign-in and folders: the commands that do not touch single mails."""

import base64
import binascii
import re
from collections.abc import Sequence

from mailer.rehearsal.imap_session import Session
from mailer.rehearsal.imap_syntax import (
    Argument,
    BadSyntax,
    Refused,
    flags,
    folder_name,
    moment,
    wire_name,
    word,
    words,
)
from mailer.rehearsal.mailboxes import DELETED, SEEN, SPECIAL_USES, Folder

CAPABILITIES = " ".join(
    (
        *("IMAP4rev1", "LITERAL+", "SASL-IR", "AUTH=PLAIN", "ID", "ENABLE", "NAMESPACE", "SPECIAL-USE"),
        *("UNSELECT", "UIDPLUS", "MOVE", "IDLE", "CONDSTORE"),
    )
)
FLAGS = r"\Answered \Flagged \Deleted \Seen \Draft"


async def capability(session: Session, _arguments: Sequence[Argument]) -> str:
    """What we can do (RFC 3501 §6.1.1)."""
    session.say(f"* CAPABILITY {CAPABILITIES}")
    return "that is all"


async def noop(_session: Session, _arguments: Sequence[Argument]) -> str:
    """Nothing, but the client hears what is new."""
    return "nothing done"


async def identify(session: Session, _arguments: Sequence[Argument]) -> str:
    """Who we are (RFC 2971)."""
    session.say('* ID ("name" "rehearsal")')
    return "pleased to meet you"


async def login(session: Session, arguments: Sequence[Argument]) -> str:
    """Sign in with name and password."""
    user, password = (word(one).text for one in exactly(2, arguments))
    return _sign_in(session, user, password)


async def authenticate(session: Session, arguments: Sequence[Argument]) -> str:
    """Sign in with SASL PLAIN (RFC 4616), its answer at once (RFC 4959) or when asked for."""
    if not arguments or word(arguments[0]).upper != "PLAIN":
        raise Refused("only PLAIN is offered")
    if len(arguments) > 1:
        answer = word(arguments[1]).raw
    else:
        session.say("+ ")
        await session.flush()
        answer = (await session.read_line()).strip()
    try:
        _authorized, user, password = base64.b64decode(answer, validate=True).decode("utf-8").split("\0")
    except (binascii.Error, ValueError) as error:
        raise BadSyntax("that answer cannot be read") from error
    return _sign_in(session, user, password)


def _sign_in(session: Session, user: str, password: str) -> str:
    if session.signed_in:
        raise BadSyntax("signed in already")
    if (user, password) != (session.door.user, session.door.password):
        raise Refused("[AUTHENTICATIONFAILED] name or password is wrong")
    session.signed_in = True
    return f"[CAPABILITY {CAPABILITIES}] signed in"


async def enable(session: Session, arguments: Sequence[Argument]) -> str:
    """Switch extensions on (RFC 5161): CONDSTORE is the one that changes anything."""
    wanted = {word(one).upper for one in arguments}
    session.reports_changes |= "CONDSTORE" in wanted
    session.say("* ENABLED" + (" CONDSTORE" if "CONDSTORE" in wanted else ""))
    return "done"


async def namespace(session: Session, _arguments: Sequence[Argument]) -> str:
    """All folders are the person's own (RFC 2342)."""
    session.say('* NAMESPACE (("" "/")) NIL NIL')
    return "done"


async def list_folders(session: Session, arguments: Sequence[Argument]) -> str:
    """The folders whose names fit a pattern, with what each is for (RFC 6154)."""
    _list(session, "LIST", arguments)
    return "done"


async def list_subscribed(session: Session, arguments: Sequence[Argument]) -> str:
    """The same: every folder is subscribed to."""
    _list(session, "LSUB", arguments)
    return "done"


def _list(session: Session, name: str, arguments: Sequence[Argument]) -> None:
    under, pattern = (word(one).text for one in exactly(2, arguments))
    if not pattern:
        session.say(rf'* {name} (\Noselect) "/" ""')
        return
    fits = _pattern(under + pattern)
    for folder in session.door.account:
        if fits.fullmatch(wire_name(folder.name)) or (folder.name == "INBOX" and fits.fullmatch("inbox")):
            use = f" {SPECIAL_USES[folder.name]}" if folder.name in SPECIAL_USES else ""
            session.say(rf'* {name} (\HasNoChildren{use}) "/" {_quoted(folder)}')


def _pattern(text: str) -> re.Pattern[str]:
    """`*` stands for anything, `%` for anything within one level. A run of them counts as one."""
    text = re.sub(r"%+", "%", re.sub(r"[*%]*\*[*%]*", "*", text))
    parts = {"*": ".*", "%": "[^/]*"}
    return re.compile("".join(parts.get(character) or re.escape(character) for character in text))


def _quoted(folder: Folder) -> str:
    return '"' + wire_name(folder.name).replace("\\", "\\\\").replace('"', '\\"') + '"'


async def status(session: Session, arguments: Sequence[Argument]) -> str:
    """A folder's numbers without opening it (RFC 3501 §6.3.10): what a frugal poll needs."""
    name, asked = exactly(2, arguments)
    folder = named(session, name)
    items = [item.upper for item in words(asked)]
    session.reports_changes |= "HIGHESTMODSEQ" in items  # to ask is to switch it on (RFC 7162 §3.1)
    told = " ".join(f"{item} {_number(folder, item)}" for item in items)
    session.say(f"* STATUS {_quoted(folder)} ({told})")
    return "done"


def _number(folder: Folder, item: str) -> int:
    match item:
        case "MESSAGES":
            return len(folder.mails)
        case "RECENT":
            return 0
        case "UIDNEXT":
            return folder.next_uid
        case "UIDVALIDITY":
            return folder.validity
        case "UNSEEN":
            return folder.unseen
        case "HIGHESTMODSEQ":
            return folder.modseq
    raise BadSyntax(f"a folder has no {item}")


async def select(session: Session, arguments: Sequence[Argument]) -> str:
    """Open a folder to read and change it."""
    _open(session, arguments, read_only=False)
    return "[READ-WRITE] open"


async def examine(session: Session, arguments: Sequence[Argument]) -> str:
    """Open a folder to read it, and to leave no trace."""
    _open(session, arguments, read_only=True)
    return "[READ-ONLY] open"


def _open(session: Session, arguments: Sequence[Argument], *, read_only: bool) -> None:
    session.close_folder()
    if not arguments:
        raise BadSyntax("the folder's name is missing")
    folder = named(session, arguments[0])
    if len(arguments) > 1:
        session.reports_changes |= "CONDSTORE" in {one.upper for one in words(arguments[1])}
    session.open_folder(folder, read_only=read_only)
    permanent = "" if read_only else rf"{FLAGS} \*"
    session.say(f"* FLAGS ({FLAGS})")
    session.say(f"* {len(folder.mails)} EXISTS")
    session.say("* 0 RECENT")
    session.say(f"* OK [PERMANENTFLAGS ({permanent})] these can be changed")
    session.say(f"* OK [UIDVALIDITY {folder.validity}] so long the numbers hold")
    session.say(f"* OK [UIDNEXT {folder.next_uid}] the next number")
    session.say(f"* OK [HIGHESTMODSEQ {folder.modseq}] the last change")
    unseen = [place for place, mail in enumerate(folder.mails.values(), start=1) if SEEN not in mail.flags]
    if unseen:
        session.say(f"* OK [UNSEEN {unseen[0]}] the first that nobody has read")


async def close(session: Session, _arguments: Sequence[Argument]) -> str:
    """Put the folder away, and with it what was marked as deleted."""
    if session.folder and not session.read_only:
        gone = [uid for uid, mail in session.folder.mails.items() if DELETED in mail.flags]
        folder = session.folder
        session.close_folder()
        if gone:
            folder.remove(gone)
    session.close_folder()
    return "closed"


async def unselect(session: Session, _arguments: Sequence[Argument]) -> str:
    """Put the folder away and change nothing (RFC 3691)."""
    session.close_folder()
    return "closed"


async def append(session: Session, arguments: Sequence[Argument]) -> str:
    """Put a mail into a folder, with flags and a date if they are given; tells its number (RFC 4315)."""
    if not 2 <= len(arguments) <= 4:  # noqa: PLR2004 - folder, flags, date, mail
        raise BadSyntax("APPEND takes a folder, flags, a date and a mail")
    folder = named(session, arguments[0])
    middle = list(arguments[1:-1])
    marks = flags(words(middle.pop(0))) if middle and isinstance(middle[0], tuple) else frozenset[str]()
    at = moment(word(middle.pop(0)).text) if middle else session.door.now()
    mail = word(arguments[-1])
    if middle or not mail.quoted:
        raise BadSyntax("APPEND takes a folder, flags, a date and a mail")
    if not mail.raw:
        raise Refused("[CANNOT] there is nothing in that mail")
    uid = folder.add(mail.raw, at, marks)
    return f"[APPENDUID {folder.validity} {uid}] kept"


async def idle(session: Session, _arguments: Sequence[Argument]) -> str:
    """Say at once what happens, until the client has heard enough (RFC 2177)."""
    session.say("+ idling")
    session.report()
    await session.flush()
    session.idling = True
    try:
        line = await session.read_line()
    finally:
        session.idling = False
    if line.strip().upper() != b"DONE":
        raise BadSyntax("only DONE ends an IDLE")
    return "that was all"


async def logout(session: Session, _arguments: Sequence[Argument]) -> str:
    """End the conversation."""
    session.say("* BYE till next time")
    session.over = True
    return "good-bye"


async def cannot(_session: Session, _arguments: Sequence[Argument]) -> str:
    """What this server has no use for: it makes, renames and deletes no folders on a client's word."""
    raise Refused("[CANNOT] not in a rehearsal")


def exactly(count: int, arguments: Sequence[Argument]) -> Sequence[Argument]:
    """The arguments, if there are so many.

    Raises:
        BadSyntax: when there are more or fewer.
    """
    if len(arguments) != count:
        raise BadSyntax(f"this command takes {count} arguments")
    return arguments


def named(session: Session, name: Argument) -> Folder:
    """The folder that an argument names.

    Raises:
        Refused: when there is none.
    """
    folder = session.door.account.find(folder_name(word(name).text))
    if folder is None:
        raise Refused("[NONEXISTENT] there is no such folder")
    return folder
