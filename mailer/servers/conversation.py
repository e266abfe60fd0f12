"""Hands letters to an SMTP server over one open line, one step at a time, and knows at which step it stands.

    MAIL → RCPT for each recipient → DATA → the letter → (only when all of it has left us) the final dot

A mail library reports a dropped line in the same words before and after that dot. To us the two are
opposites: before it the letter was certainly not sent, after it nobody can know. So this conversation is
our own.
"""

import asyncio
from asyncio import StreamReader, StreamWriter, Transport
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from mailer import failpoints
from mailer.nouns import Address, Letter, Outcome, Phase, Verdict
from mailer.nouns.codes import broken, judge
from mailer.servers.patience import SmtpPatience
from mailer.servers.reply import LONGEST_LINE, Garbled, Reply, read_reply

BLOCK = 65_536
"""So much of a letter is written before we look whether it moves."""

_GO_AHEAD = 354
_FAREWELL = 421
_WORST_FIRST = (Outcome.PAUSE, Outcome.DEFERRED, Outcome.REFUSED)


class Conversation:
    """One signed-in line to a server, good for any number of letters until it breaks.

    Attributes:
        used: Whether a letter has been tried on it; a used line may have been closed while we were silent.
    """

    def __init__(self, transport: Transport, extensions: dict[str, str], patience: SmtpPatience) -> None:
        """Take an open line over.

        Args:
            transport: Connected, encrypted and signed in; its protocol is replaced by ours.
            extensions: What the server offered in reply to EHLO, by lower-case keyword.
            patience: How long to wait for what.
        """
        self.used = False
        self._patience = patience
        self._sized = "size" in extensions
        limit = extensions.get("size", "")
        self._largest = int(limit) if limit.isascii() and limit.isdigit() else 0
        self._phase = Phase.MAIL
        self._unfinished = False
        self._reader, self._writer = _streams(transport)

    async def ready(self) -> bool:
        """Whether the line is fit for the next letter; a refused letter is cleared away first (RSET).

        The clearing is left until here so that a server that stalls on it cannot hide its refusal.
        """
        if self._writer.is_closing() or await self._heard() is not None:
            return False
        if self._unfinished:
            with suppress(OSError, EOFError, Garbled):
                reply = await self._ask("RSET", self._patience.courtesy)
                self._unfinished = not reply.fine
        return not self._unfinished

    async def hand_in(self, letter: Letter) -> Verdict:
        """Hand one letter in.

        Args:
            letter: Fit to be sent (`last_look.unfit`).

        Returns:
            What came of it. Once the line broke or is out of step, it is closed.
        """
        self.used = True
        if 0 < self._largest < len(letter.raw):
            words = f"the letter has {len(letter.raw):,} bytes and the server takes only {self._largest:,}"
            return Verdict(Outcome.REFUSED, Phase.MAIL, words=words)
        self._phase = Phase.MAIL
        try:
            return await self._transaction(letter)
        except (OSError, EOFError, Garbled) as error:
            self.drop()
            return broken(self._phase, _in_words(error))
        except BaseException:
            # Ctrl-C or a crash in the middle: the line must not be used for another letter.
            self.drop()
            raise

    async def leave(self) -> None:
        """Say goodbye and close the line; what the server says to that changes nothing."""
        if not self._writer.is_closing():
            with suppress(OSError, EOFError, Garbled):
                await self._ask("QUIT", self._patience.courtesy)
        self.drop()
        with suppress(OSError):
            await self._writer.wait_closed()

    def drop(self) -> None:
        """Close the line at once."""
        self._writer.transport.abort()

    async def _transaction(self, letter: Letter) -> Verdict:
        size = f" SIZE={len(letter.raw)}" if self._sized else ""  # RFC 1870 §6: before dots are doubled
        reply = await self._ask(f"MAIL FROM:<{letter.sender}>{size}", self._patience.command)
        failpoints.reach("smtp.after_mail")
        if not reply.fine:
            return self._refused(reply)
        self._phase = Phase.RCPT
        answers = await self._recipients(letter.to)
        failpoints.reach("smtp.after_rcpt")
        if _over(answers[-1][1]) or not any(answer.fine for _, answer in answers):
            return self._nobody_taken(answers)
        self._phase = Phase.DATA
        reply = await self._ask("DATA", self._patience.data)
        if reply.code != _GO_AHEAD:
            return self._refused(reply)
        failpoints.reach("smtp.after_354")
        self._phase = Phase.BODY
        await self._write_body(letter.raw)
        failpoints.reach("smtp.before_dot")
        if (early := await self._heard()) is not None:
            return await self._spoken_too_early(early)
        self._phase = Phase.DOT
        self._writer.write(b".\r\n")
        failpoints.reach("smtp.after_dot")
        reply = await self._reply(self._patience.dot)
        failpoints.reach("smtp.after_reply")
        return self._settled(reply, answers)

    async def _recipients(self, to: Sequence[Address]) -> list[tuple[Address, Reply]]:
        """What the server said to each recipient, up to the one over whom it hung up, if it did."""
        answers: list[tuple[Address, Reply]] = []
        for address in to:
            reply = await self._ask(f"RCPT TO:<{address}>", self._patience.command)
            answers.append((address, reply))
            if _over(reply):
                break
        return answers

    async def _write_body(self, raw: bytes) -> None:
        """Write the letter with its dots doubled (RFC 5321 §4.5.2), and wait until all of it has left us."""
        body = raw.replace(b"\r\n.", b"\r\n..")
        if body.startswith(b"."):
            body = b"." + body
        middle = len(body) // 2
        await self._write(body[:middle])
        failpoints.reach("smtp.mid_body")
        await self._write(body[middle:])

    async def _write(self, octets: bytes) -> None:
        for start in range(0, len(octets), BLOCK):
            self._writer.write(octets[start : start + BLOCK])
            async with asyncio.timeout(self._patience.block):
                await self._writer.drain()

    async def _ask(self, command: str, patience: float) -> Reply:
        self._writer.write(command.encode("ascii") + b"\r\n")
        return await self._reply(patience)

    async def _reply(self, patience: float) -> Reply:
        async with asyncio.timeout(patience):
            return await read_reply(self._reader)

    async def _heard(self) -> bytes | None:
        """What the server said without being asked; b"" when it hung up, None while it is silent."""
        for _ in range(2):
            await asyncio.sleep(0)  # the loop's first turn sees what has come, and the second reads it
        if self._reader.exception():
            return b""
        try:
            async with asyncio.timeout(0):
                return await self._reader.read(LONGEST_LINE)
        except TimeoutError:
            return None
        except OSError:
            return b""

    def _refused(self, reply: Reply) -> Verdict:
        """The verdict for a reply that ends the attempt before the letter was written."""
        self._unfinished = True
        if _over(reply) or reply.fine:
            self.drop()
        return judge(self._phase, reply.code, reply.words)

    def _nobody_taken(self, answers: Sequence[tuple[Address, Reply]]) -> Verdict:
        if len(answers) == 1 or _over(answers[-1][1]):
            return self._refused(answers[-1][1])
        verdicts = [self._refused(answer) for _, answer in answers]
        worst = min(verdicts, key=lambda verdict: _WORST_FIRST.index(verdict.outcome))
        return replace(worst, words=_listed(answers))

    async def _spoken_too_early(self, heard: bytes) -> Verdict:
        """The verdict for a server that spoke or hung up while we were still writing. The dot is not sent."""
        self.drop()
        if not heard:
            return broken(Phase.BODY, _in_words(EOFError()))
        try:
            reply = await read_reply(_heard_again(heard))
        except (EOFError, Garbled):
            return broken(Phase.BODY, "the server spoke out of turn")
        if reply.fine:
            # It believes that it has a letter from us, whatever it took for the end of one.
            return Verdict(Outcome.UNSURE, Phase.BODY, reply.code, words=reply.words)
        return judge(Phase.BODY, reply.code, reply.words)

    def _settled(self, reply: Reply, answers: Sequence[tuple[Address, Reply]]) -> Verdict:
        """The verdict for the reply to the final dot."""
        if _over(reply):
            self.drop()
        verdict = judge(Phase.DOT, reply.code, reply.words)
        turned_away = [(address, answer) for address, answer in answers if not answer.fine]
        if verdict.outcome is Outcome.ACCEPTED and turned_away:
            verdict = replace(verdict, words=f"{verdict.words} (but not for {_listed(turned_away)})")
        return verdict


def _streams(transport: Transport) -> tuple[StreamReader, StreamWriter]:
    """Our own ends of the line, in place of those of the library that opened it."""
    loop = asyncio.get_running_loop()
    reader = StreamReader(limit=LONGEST_LINE, loop=loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    transport.set_protocol(protocol)
    protocol.connection_made(transport)
    # `drain` is to return only when nothing is left in the transport's buffer. With TLS a mark of 0 would
    # make it wait for ever on an empty buffer (asyncio compares with >= there), so the mark is one byte.
    # (There a last block may wait below the encryption, out of our sight: it can only add to our doubt.)
    encrypted = transport.get_extra_info("sslcontext") is not None
    transport.set_write_buffer_limits(high=1 if encrypted else 0)
    return reader, StreamWriter(transport, protocol, reader, loop)


def _over(reply: Reply) -> bool:
    """Whether the line is of no use after this reply: the server hangs up, or we are no longer in step."""
    return reply.code == _FAREWELL or reply.out_of_turn


def _heard_again(heard: bytes) -> StreamReader:
    reader = StreamReader(limit=LONGEST_LINE)
    reader.feed_data(heard)
    reader.feed_eof()
    return reader


def _listed(answers: Sequence[tuple[Address, Reply]]) -> str:
    return "; ".join(f"{address}: {answer.code} {answer.words}" for address, answer in answers)


def _in_words(error: Exception) -> str:
    """What happened to the line."""
    if isinstance(error, Garbled):
        return str(error)
    if isinstance(error, TimeoutError):
        return "the server did not answer in time"
    return "the connection was closed"
