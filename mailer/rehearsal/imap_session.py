"""One client's conversation with the IMAP server: who it is, which folder is open, what it has been told.

RFC 3501's states are three fields here: not signed in, signed in, a folder selected. The client's
picture of the folder is `view`: sequence numbers are places in it, and changes only when the client is told.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailer.rehearsal.imap_fetch import flag_list
from mailer.rehearsal.mailboxes import Account, Folder

LONGEST_LINE = 64 * 1024
LARGEST_COMMAND = 32 * 1024 * 1024
"""Octets of one command with its literals: a mail of 25 MB, as the large providers allow, in base 64."""
_FULL = 256 * 1024


class Trouble(StrEnum):
    """What may go wrong on request, so that a test sees how a client bears it."""

    DROP = "drop"
    """The line is closed without a word."""
    BYE = "bye"
    """The server says that it is going down, and closes."""
    NO = "no"
    """The command is refused; the conversation goes on."""
    CUT = "cut"
    """The command is carried out, half of the answer is sent, and the line is closed."""


@dataclass(frozen=True, slots=True)
class Door:
    """What every conversation needs of the post office.

    Attributes:
        account: The mailbox behind the door.
        user: The account's name.
        password: And its password.
        now: The time.
        trouble: Asked before each command with the conversation's number and the command; None for none.
    """

    account: Account
    user: str
    password: str
    now: Callable[[], datetime]
    trouble: Callable[[int, str], Trouble | None]


class LineClosed(Exception):
    """The conversation is over: the client left (no text), or overstepped a limit (text for `* BYE`)."""


class Session:
    """The state of one conversation, and its two directions."""

    def __init__(
        self, number: int, door: Door, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.number = number
        self.door = door
        self.signed_in = False
        self.folder: Folder | None = None
        self.read_only = True
        self.view: list[int] = []
        self.reports_changes = False
        self.idling = False
        self.cut = False
        self.over = False
        self._validity = 0
        self._told_until = 0
        self._owes_removals = False
        self._reader = reader
        self._writer = writer
        self._out = bytearray()

    def say(self, line: str | bytes) -> None:
        """Put one line of an answer down, without its line break."""
        self._out += line.encode("utf-8") if isinstance(line, str) else line
        self._out += b"\r\n"

    async def flush(self, *, only_if_full: bool = False) -> None:
        """Send what has been put down."""
        if self.cut or (only_if_full and len(self._out) < _FULL):
            return
        self._push()
        await self._writer.drain()

    def break_off(self) -> None:
        """Send half of what has been put down, to the octet."""
        del self._out[len(self._out) // 2 :]
        self._push()

    def _push(self) -> None:
        if self._out:
            self._writer.write(bytes(self._out))
            self._out.clear()

    async def read_line(self) -> bytes:
        """The client's next line, with its line break.

        Raises:
            LineClosed: when there is none, or no end of it.
        """
        try:
            return await self._reader.readuntil(b"\n")
        except asyncio.LimitOverrunError as error:
            raise LineClosed("that line is too long") from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise LineClosed from error

    async def read_command(self) -> bytes:
        r"""The client's next command with its literals, without its final line break.

        A literal `{5}` is waited for with a `+` line, `{5+}` is on its way already (RFC 7888). A size
        that the client announces is only believed below a limit.

        Raises:
            LineClosed: when the client is gone or wants too much.
        """
        command = bytearray()
        while True:
            line = await self.read_line()
            found = _LITERAL_AHEAD.search(line)
            if not found:
                return bytes(command + line.rstrip(b"\r\n"))
            size = int(found[1])
            if len(command) + len(line) + size > LARGEST_COMMAND:
                raise LineClosed("that is more than this server takes in one command")
            if not found[2]:
                self.say("+ go on")
                await self.flush()
            command += b"%b{%d}\r\n%b" % (line[: found.start()], size, await self._read_octets(size))

    async def _read_octets(self, count: int) -> bytes:
        try:
            return await self._reader.readexactly(count)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise LineClosed from error

    def open_folder(self, folder: Folder, *, read_only: bool) -> None:
        """Select a folder; from now on the client hears of its changes."""
        self.close_folder()
        self.folder, self.read_only = folder, read_only
        self.view, self._told_until, self._owes_removals = list(folder.mails), folder.modseq, False
        self._validity = folder.validity
        folder.watchers.append(self._heard)

    def close_folder(self) -> None:
        """Have no folder selected any more."""
        if self.folder:
            self.folder.watchers.remove(self._heard)
        self.folder, self.view = None, []

    def _heard(self) -> None:
        """The folder has changed: a client that idles is told at once (RFC 2177)."""
        if self.idling:
            self.report()
            self._push()

    def report(self, *, removed: bool = True) -> None:
        """Tell the client what has changed since it was last told.

        Args:
            removed: Also tell what is gone. Never while a command runs that speaks in sequence numbers: they
                would all shift under the client's hands (RFC 3501 §7.4.1).
        """
        folder = self.folder
        if folder is None or (folder.modseq == self._told_until and not (removed and self._owes_removals)):
            return
        if folder.validity != self._validity:
            self._leave("the folder's numbers have changed")
            return
        self._owes_removals = not removed
        if removed:
            for place in [p for p, uid in enumerate(self.view) if uid not in folder.mails][::-1]:
                del self.view[place]
                self.say(f"* {place + 1} EXPUNGE")
        self._report_changes(folder)
        new = [uid for uid in folder.mails if not self.view or uid > self.view[-1]]
        if new:
            self.view += new
            self.say(f"* {len(self.view)} EXISTS")
        self._told_until = folder.modseq

    def _report_changes(self, folder: Folder) -> None:
        for place, uid in enumerate(self.view, start=1):
            mail = folder.mails.get(uid)
            if mail and mail.modseq > self._told_until:
                self.say(self.change_of(place, uid))

    def _leave(self, why: str) -> None:
        """End the conversation from this side; the next attempt to read finds the line closed."""
        self.say(f"* BYE {why}")
        self._push()
        self.close_folder()
        self._writer.close()

    def told(self) -> None:
        """The client knows of everything so far: it made the last change itself."""
        self._told_until = self.folder.modseq if self.folder else 0

    def change_of(self, place: int, uid: int) -> bytes:
        """The untagged line that tells a mail's flags."""
        assert self.folder
        mail = self.folder.mails[uid]
        modseq = b" MODSEQ (%d)" % mail.modseq if self.reports_changes else b""
        return b"* %d FETCH (UID %d FLAGS %b%b)" % (place, uid, flag_list(mail), modseq)


_LITERAL_AHEAD = re.compile(rb"\{(\d{1,10})(\+?)\}\r?\n\Z")
