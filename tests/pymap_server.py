"""pymap on loopback, in one thread with its own loop: an IMAP server that somebody else wrote from the RFCs.

Its own command holds none of the conversations that it begins, and Python 3.13 sweeps them up in the middle
of a word. So its `IMAPServer` is called directly here; each conversation is held on to, and ended at the end.
"""

import asyncio
import contextlib
import threading
from argparse import Namespace
from dataclasses import dataclass, field
from itertools import count

import pytest
from imapclient import imap_utf7
from proxyprotocol.sock import SocketInfoLocal
from pymap.backend.dict import Config, Identity, Login
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import SequenceSet
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

PATIENCE = 20
"""Seconds to wait for what takes milliseconds."""


@contextlib.contextmanager
def running(password):
    """pymap, for as long as it is needed."""
    pymap, listens = Pymap(password), threading.Event()
    thread = threading.Thread(target=asyncio.run, args=(pymap.serve(listens),), daemon=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FQDN", "localhost")  # else each greeting asks the DNS for this machine's name
        thread.start()
        assert listens.wait(PATIENCE)
        try:
            yield pymap
        finally:
            pymap.loop.call_soon_threadsafe(pymap.over.set)
            thread.join(PATIENCE)
    assert not thread.is_alive()


@dataclass
class Pymap:
    """A running server, and every line that it was told, in order."""

    password: str
    heard: list = field(default_factory=list)
    conversations: set = field(default_factory=set)
    serial: count = field(default_factory=count)

    async def serve(self, listens):
        """Listen until it is over; then end all conversations."""
        self.loop, self.over = asyncio.get_running_loop(), asyncio.Event()
        config = _config()
        config.apply_context()
        self.login = Login(config)
        self.imap = IMAPServer(self.login, config)
        async with await asyncio.start_server(self._begin, "127.0.0.1", 0) as listener:
            self.port = listener.sockets[0].getsockname()[1]
            listens.set()
            await self.over.wait()
            for conversation in self.conversations:
                conversation.cancel()
            await asyncio.gather(*self.conversations, return_exceptions=True)

    def _begin(self, reader, writer):
        conversation = asyncio.create_task(
            self.imap(_Ear(reader, self.heard), writer, SocketInfoLocal(writer))
        )
        self.conversations.add(conversation)
        conversation.add_done_callback(self.conversations.discard)

    def mailbox(self):
        """A mailbox of its own for one test."""
        mailbox = Mailbox(self, f"fellow{next(self.serial)}")
        mailbox.lay_out()
        return mailbox


def _config():
    quick = {"hash_context": Cleartext(), "cpu_subsystem": Subsystem.for_asyncio(), "invalid_user_sleep": 0}
    nobody = {"demo_data": False, "demo_user": "", "demo_password": ""}
    return Config(Namespace(proxy_protocol=None), host=None, port=0, tls_enabled=False, **quick, **nobody)


@dataclass
class _Ear:
    """A stream that pymap reads from, and which writes down what comes."""

    reader: asyncio.StreamReader
    heard: list

    async def readline(self):
        line = await self.reader.readline()
        self.heard.append(line)
        return line

    async def readexactly(self, count):
        return await self.reader.readexactly(count)


class Mailbox:
    """One user's mailbox, filled from behind the server's back."""

    def __init__(self, server, user):
        self.server, self.user, self.port = server, user, server.port
        self._earlier = len(server.heard)
        self._identity = Identity(user, server.login, None, frozenset())

    def lay_out(self):
        """Let the user in, and give her the folders that the other servers give theirs."""
        person = UserMetadata(self.server.login.config, self.user, password=self.server.password)

        async def welcome():
            await self._identity.set(person)
            async with self._identity.new_session() as session:
                for folder in ("Junk", "Sent"):
                    await session.create_mailbox(folder)

        self._wait_for(welcome())

    def put(self, raw, folder="INBOX", at=None):
        name = imap_utf7.decode(folder.encode())

        async def deliver():
            async with self._identity.new_session() as session:
                if name not in {"INBOX", "Junk", "Sent"}:
                    await session.create_mailbox(name)
                await session.append_messages(name, [AppendMessage(raw, at)])

        self._wait_for(deliver())

    def renumber(self):
        """As after a restore: new UIDVALIDITY, numbers from the lowest."""

        async def restore():
            async with self._identity.new_session() as session:
                await session.rename_mailbox("INBOX", "Backup")
                _, backup = await session.select_mailbox("Backup")
                await session.copy_messages(backup, SequenceSet.all(), "INBOX")
                await session.delete_mailbox("Backup")

        self._wait_for(restore())

    def _wait_for(self, deed):
        return asyncio.run_coroutine_threadsafe(deed, self.server.loop).result(PATIENCE)

    @property
    def commands(self):
        """What came over the wire, in order, without tags; what goes with a command is left out."""
        lines = [line.decode() for line in self.server.heard[self._earlier :]]
        return [line.partition(" ")[2].strip() for line in lines if " " in line]
