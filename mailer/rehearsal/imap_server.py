"""A small IMAP server on this machine: takes in conversations and carries out their commands, one by one.

IMAP4rev1 (RFC 3501) as far as a program that reads a mailbox uses it, with the extensions of
`imap_commands.CAPABILITIES`. Not for the open network: there is no encryption, and one account.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import count

from mailer.nouns import visible
from mailer.rehearsal import imap_commands as on_folders
from mailer.rehearsal import imap_mails as on_mails
from mailer.rehearsal.imap_session import LONGEST_LINE, Door, LineClosed, Session, Trouble
from mailer.rehearsal.imap_syntax import Argument, BadSyntax, Command, Refused, parse, tag_of, word

Handler = Callable[[Session, Sequence[Argument]], Awaitable[str]]
"""Carries a command out: untagged lines go to the session, the text after `OK` comes back."""

_ANY_TIME: dict[str, Handler] = {
    "CAPABILITY": on_folders.capability,
    "ID": on_folders.identify,
    "LOGOUT": on_folders.logout,
    "NOOP": on_folders.noop,
}
_SIGNED_OUT: dict[str, Handler] = {
    "AUTHENTICATE": on_folders.authenticate,
    "LOGIN": on_folders.login,
    "STARTTLS": on_folders.cannot,
}
_SIGNED_IN: dict[str, Handler] = {
    "APPEND": on_folders.append,
    "CHECK": on_folders.noop,
    "CLOSE": on_folders.close,
    "CREATE": on_folders.cannot,
    "DELETE": on_folders.cannot,
    "ENABLE": on_folders.enable,
    "EXAMINE": on_folders.examine,
    "IDLE": on_folders.idle,
    "LIST": on_folders.list_folders,
    "LSUB": on_folders.list_subscribed,
    "NAMESPACE": on_folders.namespace,
    "RENAME": on_folders.cannot,
    "SELECT": on_folders.select,
    "STATUS": on_folders.status,
    "SUBSCRIBE": on_folders.noop,
    "UNSELECT": on_folders.unselect,
    "UNSUBSCRIBE": on_folders.noop,
}
_ON_MAILS = {
    "COPY": on_mails.copy,
    "EXPUNGE": on_mails.expunge,
    "FETCH": on_mails.fetch,
    "MOVE": on_mails.move,
    "SEARCH": on_mails.search,
    "STORE": on_mails.store,
}
_SPEAKS_IN_PLACES = {"FETCH", "SEARCH", "STORE"}
"""After these, and without UID, nothing may be told that shifts the places (RFC 3501 §7.4.1)."""


async def serve(door: Door, port: int) -> asyncio.Server:
    """Listen on a loopback port (0: any free one) until the server is closed.

    Raises:
        OSError: when the port is taken.
    """
    numbers = count(1)
    conversations: set[asyncio.Task[None]] = set()  # the loop itself keeps no task from being collected

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Not a coroutine: Python 3.11 logs an error for one that is cancelled when the server closes.
        conversation = asyncio.create_task(_converse(Session(next(numbers), door, reader, writer), writer))
        conversations.add(conversation)
        conversation.add_done_callback(conversations.discard)

    return await asyncio.start_server(begin, "127.0.0.1", port, limit=LONGEST_LINE)


async def _converse(session: Session, writer: asyncio.StreamWriter) -> None:
    """One conversation, until either side has enough."""
    try:
        await _take_turns(session)
    except ConnectionError:
        pass  # the client hung up on us: its right
    except asyncio.CancelledError:
        writer.transport.abort()  # whatever it has not read by now it never will
        raise
    finally:
        session.close_folder()
        writer.close()


async def _take_turns(session: Session) -> None:
    session.say(f"* OK [CAPABILITY {on_folders.CAPABILITIES}] the rehearsal's post office")
    await session.flush()
    try:
        while await _turn(session, await session.read_command()):
            pass
    except LineClosed as why:
        if str(why):
            session.say(f"* BYE {why}")
            await session.flush()


async def _turn(session: Session, text: bytes) -> bool:
    """Answer one command; False when the line has to be closed after it."""
    trouble = session.door.trouble(session.number, _without_tag(text))
    if trouble is Trouble.DROP:
        return False
    if trouble is Trouble.BYE:
        raise LineClosed("this server is going down")
    session.cut = trouble is Trouble.CUT
    session.say(await _answer(session, text, refuse=trouble is Trouble.NO))
    if session.cut:
        session.break_off()
        return False
    await session.flush()
    return not session.over


async def _answer(session: Session, text: bytes, *, refuse: bool) -> str:
    """Carry a command out; returns its tagged line."""
    tag = tag_of(text)
    if refuse:
        return f"{tag} NO not now"
    try:
        name, handler, arguments = _handler(session, parse(text))
        done = await handler(session, arguments)
    except BadSyntax as error:
        return f"{tag} BAD {visible(str(error), limit=200)}"
    except Refused as error:
        return f"{tag} NO {error}"
    session.report(removed=name not in _SPEAKS_IN_PLACES)
    return f"{tag} OK {done}"


def _handler(session: Session, command: Command) -> tuple[str, Handler, Sequence[Argument]]:
    """Who carries the command out, given how far the conversation has come."""
    name, arguments = command.name, command.arguments
    if name == "UID" and session.signed_in and arguments:
        name, arguments = word(arguments[0]).upper, arguments[1:]
        if name in _ON_MAILS:
            return f"UID {name}", partial(_ON_MAILS[name], by_uid=True), arguments
    elif name in _ANY_TIME:
        return name, _ANY_TIME[name], arguments
    elif not session.signed_in and name in _SIGNED_OUT:
        return name, _SIGNED_OUT[name], arguments
    elif not session.signed_in and name in {**_SIGNED_IN, **_ON_MAILS}:
        raise BadSyntax("sign in first")
    elif session.signed_in and name in _SIGNED_IN:
        return name, _SIGNED_IN[name], arguments
    elif session.signed_in and name in _ON_MAILS:
        return name, partial(_ON_MAILS[name], by_uid=False), arguments
    raise BadSyntax(f"{name} is not known, or not now")


def _without_tag(text: bytes) -> str:
    """The command for whoever decides on trouble: one short line."""
    return text.partition(b" ")[2].partition(b"\r\n")[0].decode("utf-8", "replace")
