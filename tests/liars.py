"""Mail servers on loopback that keep to a script, so that each fault happens where a test wants it."""

import asyncio
import base64
import contextlib
import hashlib
import re
import socket
import ssl
import struct
import subprocess
import threading
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from mailer.errors import CampaignError
from mailer.nouns import Address, Letter, LetterId, Pace, Sender, Server, Settings
from mailer.servers import post_office

CANARY = "canary-Wr0ng.horse"
ODD_SECRETS = (
    CANARY,
    "two  spaces between",
    'quo"ted \\back\\slash',
    "%s %(x)s 100%25 {0} {user}",
    "--leading dash",
    "Schlüssel-für-Zoë",
)
"""Passwords that quoting, wrapping and escaping change on the way."""
"""A password that must turn up nowhere."""

SHORT = 0.2
"""Seconds; for limits that a server lets us run into."""

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LONG_AGO = date(2020, 1, 1)


def everything_said_by(error):
    """All text that a handler of `error` can come upon."""
    texts = []
    while error is not None:
        texts += [str(error), repr(error), repr(error.args), repr(vars(error))]
        error = error.__cause__ or error.__context__
    return "\n".join(texts)


def a_certificate(folder, name, alternative):
    """The files of a throw-away certificate and its key."""
    pem, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName={alternative}"),
            *("-keyout", key, "-out", pem),
        ],
        check=True,
        capture_output=True,
    )
    return pem, key


def server_side(certificate):
    """The TLS settings of a server with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def a_letter(number=1, to=("ada@chipy.example",), body="Hello\r\n"):
    raw = f"Subject: letter {number}\r\n\r\n{body}".encode("ascii")
    letter_id = LetterId("spring", f"group{number}", "hello")
    sender, recipients = Address("fellow", "psf.example"), tuple(map(Address.parse, to))
    digest = hashlib.sha256(raw).hexdigest()
    return Letter(letter_id, f"<c.{number}@psf.example>", sender, recipients, "Hello", raw, digest)


def settings_for(port, tls="none", user="", host="127.0.0.1", folders=("INBOX",), connections=1):
    server, pace = Server(host, port, tls, user), Pace(connections=connections)
    return Settings(Sender("Grace", Address("grace", "psf.example")), server, server, folders, pace=pace)


def deliver(server, *letters, tls="none", user="", patience=None):
    """Start `server`, hand the letters in, stop it; the verdicts."""

    async def run():
        async with server.running() as port, post_office(settings_for(port, tls, user), patience) as office:
            return [await office.deliver(letter) for letter in letters]

    return asyncio.run(run())


def deliver_together(server, *letters, tls="none", user="", patience=None, connections=1):
    """As `deliver`, with as many letters in the air as the post office takes; and how many those are."""

    async def run():
        async with server.running() as port:
            chosen = settings_for(port, tls, user, connections=connections)
            async with post_office(chosen, patience) as office:
                turns = asyncio.Semaphore(office.room)

                async def hand_in(letter):
                    async with turns:
                        return await office.deliver(letter)

                return office.room, await asyncio.gather(*map(hand_in, letters))

    return asyncio.run(run())


def fail_to_open(server, tls="none", user="", patience=None):
    """Start `server` and try to open the post office; the error."""

    async def run():
        async with server.running() as port:
            with pytest.raises(CampaignError) as caught:
                async with post_office(settings_for(port, tls, user), patience):
                    pass
            return caught.value

    return asyncio.run(run())


@dataclass
class Scripted:
    """One SMTP server. It answers by its script: `{"RCPT": ["550 no", "close"]}` is for the first two RCPT.

    Beyond the script it behaves. Words with a meaning: close, reset, stall, garbage, partial, endless, drip;
    `taken+…` at DOT accepts the letter first. `early …` at BODY is said while the letter is still coming.
    """

    script: dict = field(default_factory=dict)
    offers: tuple = ("SIZE 30000000", "AUTH PLAIN LOGIN")
    heard: list = field(default_factory=list)
    accepted: list = field(default_factory=list)
    connections: int = 0
    stalled: asyncio.Event = field(default_factory=asyncio.Event)

    @contextlib.asynccontextmanager
    async def running(self):
        self.script = {command: list(steps) for command, steps in self.script.items()}
        self.tasks = set()
        listener = socket.create_server(("127.0.0.1", 0))
        # So that a letter of some megabytes cannot disappear into the buffers of the line.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**16)
        # Nor is a reply to wait until the one before it was noticed (asyncio forgets it for such a socket).
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = await asyncio.start_server(self._meet, sock=listener)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            await turns()  # whoever was let in a moment ago is not among the tasks yet
            for task in self.tasks:
                task.cancel()
            await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _meet(self, reader, writer):
        self.tasks.add(asyncio.current_task())
        self.connections += 1
        with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
            await self._converse(reader, writer)
        writer.transport.abort()
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await writer.wait_closed()

    async def _converse(self, reader, writer):
        await self._act("GREETING", "220 scripted", writer)
        sender, to = "", []
        while line := await reader.readline():
            self.heard.append(line.decode().rstrip())
            verb = line.split(maxsplit=1)[0].upper().decode() if line.strip() else ""
            if verb == "EHLO":
                lines = ["scripted", *self.offers]
                usual = "\r\n".join(f"250{'-' if x is not lines[-1] else ' '}{x}" for x in lines)
            else:
                usual = {"DATA": "354 go", "AUTH": "235 yes", "QUIT": "221 bye"}.get(verb, "250 ok")
            if (verb == "RCPT" and not sender) or (verb == "DATA" and not to):
                usual = "503 5.5.1 not yet"
            said = await self._act(verb, usual, writer)
            if verb in {"MAIL", "RSET"}:
                sender, to = (line if verb == "MAIL" and said.startswith("2") else ""), []
            if verb == "RCPT" and said.startswith("2"):
                to.append(line.decode().split("<")[1].split(">")[0])
            if verb == "DATA" and said.startswith("354"):
                await self._take(reader, writer, tuple(to))
                sender, to = "", []

    async def _take(self, reader, writer, to):
        body = bytearray()
        early = self.script.get("BODY")
        while (line := await reader.readline()) != b".\r\n":
            if early:
                await self._act("BODY", "", writer)
                early = None
            if not line:
                raise EOFError
            body += line[1:] if line.startswith(b".") else line
        self.heard.append(".")
        step = (self.script.get("DOT") or ["250 taken"])[0]
        if step.startswith(("2", "taken+")):
            self.accepted.append((to, bytes(body)))
        await self._act("DOT", "250 taken", writer)

    async def _act(self, verb, usual, writer):  # noqa: C901 - one case for each deed
        steps = self.script.get(verb)
        step = (steps.pop(0) if steps else usual).removeprefix("taken+").removeprefix("early ")
        match step:
            case "close":
                raise EOFError
            case "reset":
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                raise EOFError
            case "stall":
                self.stalled.set()
                await asyncio.Event().wait()
            case "garbage":
                step = "\0\xff<html>what?"
            case "partial":
                writer.write(b"250 o")
                await writer.drain()
                raise EOFError
            case "endless":
                while True:
                    writer.write(b"250-and another thing\r\n" * 100)
                    await writer.drain()
            case "drip":
                for _ in range(100):
                    writer.write(b"250-x\r\n")
                    await asyncio.sleep(SHORT / 4)
        if step:
            writer.write(step.encode("latin-1") + b"\r\n")
            await writer.drain()
        return step


@dataclass
class Aiosmtpd:
    """The real thing on loopback."""

    certificate: tuple = ()
    implicit: bool = False
    password: str = ""
    limit: int = 2**26
    got: list = field(default_factory=list)
    logins: list = field(default_factory=list)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        if address.startswith("nobody@"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.got.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content, session.host_name))
        return "250 2.0.0 queued"

    def check(self, server, session, envelope, mechanism, data):
        self.logins.append((mechanism, data.login))
        return AuthResult(success=data.password == self.password.encode(), handled=False)

    @contextlib.asynccontextmanager
    async def running(self):
        context = server_side(self.certificate) if self.certificate else None
        # aiosmtpd knows of no TLS but STARTTLS, and warns when a sign-in is required without it.
        upgrade = bool(context) and not self.implicit
        sign_in = {"authenticator": self.check, "auth_required": upgrade, "auth_require_tls": upgrade}

        conversations = []

        def protocol():
            made = SMTP(
                self,
                hostname="mx.example",
                data_size_limit=self.limit,
                tls_context=None if self.implicit else context,
                **(sign_in if self.password else {}),
            )
            conversations.append(made)
            return made

        server = await asyncio.get_running_loop().create_server(
            protocol, "127.0.0.1", 0, ssl=context if self.implicit else None
        )
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            # Closing the door leaves those inside where they are, with their sockets.
            for conversation in conversations:
                if conversation.transport and not conversation.transport.is_closing():
                    conversation.transport.abort()
            await turns()


async def turns():
    """A few turns of the loop, in which sockets are let in and let go."""
    for _ in range(20):
        await asyncio.sleep(0)


def a_mail(number):
    return f"From: ada@chipy.example\r\nSubject: mail {number}\r\n\r\nYes!\r\n".encode()


FOREIGN = "Spam &AOk-"
"""What `Spam é` is called on the wire (RFC 3501 §5.1.3)."""


class Imap:
    """One IMAP server on loopback, one connection after the other, in a thread.

    `script` maps a command ("UID FETCH", "GREETING") to what happens instead, the first time, the second …
    Bytes are sent with TAG replaced, and AWAY at their end hangs up. The words close, reset, stall, drip,
    endless, flood are deeds. Empty bytes are the usual.
    """

    user = "fellow"

    def __init__(
        self, mails=(), script=None, *, capabilities="IMAP4rev1 AUTH=PLAIN", context=None, implicit=False
    ):
        self.folders = {"INBOX": {}, "Sent": {}, FOREIGN: {}}
        self.flags = {FOREIGN: r"\HasNoChildren \Junk", "Sent": r"\Sent"}
        self.validity = 7
        self.upcoming = {}
        self.script = {command: list(steps) for command, steps in (script or {}).items()}
        self.capabilities = capabilities
        self.context, self.implicit = context, implicit
        self.hasty = False
        self.idling = b"+ go on\r\n"
        self.heard = []
        self.password = CANARY
        self.over = threading.Event()
        for raw in mails:
            self.put(raw)

    def put(self, raw, folder="INBOX", at=NOON):
        uid = self.next_uid(folder)
        self.folders[folder][uid] = (raw, at)
        self.upcoming[folder] = uid + 1
        return uid

    def renumber(self):
        self.validity += 1

    def next_uid(self, folder):
        return self.upcoming.get(folder, 1)

    @property
    def commands(self):
        return [line.partition(" ")[2] for line in self.heard if not line.startswith("- ")]

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *nothing):
        self.over.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()

    def _serve(self):
        with contextlib.suppress(OSError):
            while not self.over.is_set():
                line, _ = self.listener.accept()
                with contextlib.suppress(OSError, EOFError):
                    if self.context and self.implicit:
                        line = self.context.wrap_socket(line, server_side=True)
                    self._meet(line)
                self._hang_up(line)

    def _hang_up(self, line):
        # A file made from a socket keeps the connection open by itself.
        for end in (getattr(self, "file", line), getattr(self, "line", line), line):
            with contextlib.suppress(OSError):
                end.close()

    def _meet(self, line):
        self.line, self.file, self.chosen = line, line.makefile("rb"), "INBOX"
        self._act("GREETING", "", b"* OK ready\r\n")
        while raw := self.file.readline():
            text = raw.decode("latin-1").rstrip("\r\n")
            self.heard.append(text)
            tag, _, rest = text.partition(" ")
            words = rest.upper().split(" ")
            name = " ".join(words[:2]) if words[0] == "UID" else words[0]
            known = getattr(self, "_" + name.lower().replace(" ", "_"), None)
            self._act(name, tag, known(rest) + b"TAG OK done\r\n" if known else b"TAG BAD what\r\n")
            if name == "STARTTLS" and self.context:
                self.line = self.context.wrap_socket(self.line, server_side=True)
                self.file = self.line.makefile("rb")
            if name == "LOGOUT":
                raise EOFError

    def _act(self, name, tag, usual):  # noqa: C901 - one case for each deed
        steps = self.script.get(name)
        step = (steps.pop(0) if steps else b"") or usual
        match step:
            case "close":
                raise EOFError
            case "reset":
                self.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                raise EOFError
            case "stall":
                self.over.wait()
                raise EOFError
            case "drip":
                while not self.over.wait(SHORT / 8):
                    self.line.sendall(b"* OK still here\r\n")
                raise EOFError
            case "endless":
                while True:
                    self.line.sendall(b"x" * 2**18)
            case "flood":
                while True:
                    self.line.sendall(b"* 1 FETCH (BODY[] {1048576}\r\n" + b"x" * 2**20 + b")\r\n")
        self.line.sendall(step.replace(b"TAG", tag.encode()).removesuffix(b"AWAY"))
        if step.endswith(b"AWAY"):
            raise EOFError

    def _capability(self, rest):
        return f"* CAPABILITY {self.capabilities}\r\n".encode()

    def _authenticate(self, rest):
        self.line.sendall(b"+ \r\n")
        self.heard.append("- " + base64.b64decode(self.file.readline()).decode())
        return b""

    def _login(self, rest):
        return b""

    _starttls = _noop = _login

    def _logout(self, rest):
        return b"* BYE bye\r\n"

    def _idle(self, rest):
        """Says `idling`, and waits for the end."""
        self.line.sendall(self.idling)
        self.heard.append("- " + self.file.readline().decode().strip())
        return b""

    def _list(self, rest):
        return (
            b"".join(
                f'* LIST ({self.flags.get(name, "")}) "/" "{name}"\r\n'.encode() for name in self.folders
            )
            + b'* LIST (\\Noselect) "/" "All"\r\n'
        )

    def _status(self, rest):
        name = re.match(r'STATUS "(.*)" ', rest)[1]
        here = self.folders[name]
        numbers = f"MESSAGES {len(here)} UIDNEXT {self.next_uid(name)} UIDVALIDITY {self.validity}"
        return f'* STATUS "{name}" ({numbers})\r\n'.encode()

    def _examine(self, rest):
        self.chosen = re.match(r'EXAMINE "(.*)"', rest)[1]
        return (
            f"* FLAGS (\\Seen)\r\n* {len(self.folders[self.chosen])} EXISTS\r\n* 0 RECENT\r\n"
            f"* OK [UIDVALIDITY {self.validity}] x\r\n* OK [UIDNEXT {self.next_uid(self.chosen)}] x\r\n"
        ).encode()

    def _append(self, rest):
        """Waits for the mail, unless it refuses before that (`hasty`)."""
        name, size = re.match(r'APPEND "(.*?)" .*\{(\d+)\}', rest).groups()
        if self.hasty:
            return b""
        self.line.sendall(b"+ go on\r\n")
        raw = self.file.read(int(size))
        self.file.readline()
        if not (self.script.get("APPEND") or [b""])[0]:
            self.put(raw, name)
        return b""

    def _uid_search(self, rest):
        here = self.folders[self.chosen]
        if found := re.search(r"UID (\d+):\*", rest):
            uids = {uid for uid in here if uid >= int(found[1])} | ({max(here)} if here else set())
        else:
            since = datetime.strptime(rest.split()[-1], "%d-%b-%Y").replace(tzinfo=UTC)
            uids = {uid for uid, (_, at) in here.items() if at >= since}
        return f"* SEARCH {' '.join(map(str, sorted(uids)))}\r\n".encode()

    def _uid_fetch(self, rest):
        _, _, uids, items = rest.split(" ", 3)
        here = self.folders[self.chosen]
        answer = b""
        for uid in map(int, uids.split(",")):
            if uid in here:
                raw, at = here[uid]
                fields = f"* {uid} FETCH (UID {uid} "
                if "HEADER" in items:
                    head = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
                    answer += f"{fields}BODY[HEADER]<0> {{{len(head)}}}\r\n".encode() + head + b")\r\n"
                elif "BODY.PEEK" in items:
                    part = raw[: int(re.search(r"<0\.(\d+)>", items)[1])]
                    answer += f"{fields}BODY[]<0> {{{len(part)}}}\r\n".encode() + part + b")\r\n"
                else:
                    when = at.strftime("%d-%b-%Y %H:%M:%S %z")
                    answer += f'{fields}RFC822.SIZE {len(raw)} INTERNALDATE "{when}")\r\n'.encode()
        return answer
