"""One letter's way through a server: what is said for it, what is answered, and what that comes to.

MAIL, RCPT for each recipient, DATA, the letter, and only when all of that has left us the final dot.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from mailer import failpoints
from mailer.nouns import Address, Letter, Outcome, Phase, Verdict
from mailer.nouns.codes import judge
from mailer.servers.reply import FAREWELL, GO_AHEAD, Reply

_WORST_FIRST = (Outcome.PAUSE, Outcome.DEFERRED, Outcome.REFUSED)
_ENVID_LENGTH = 100
_UNFIT = re.compile("[^!-*,-<>-~]")


class Step(StrEnum):
    """A command, or the dot, that the server answers."""

    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    DOT = "."
    NOTHING = "a dot, where nobody is to get anything"
    RSET = "RSET"
    QUIT = "QUIT"


@dataclass(slots=True)
class Transaction:
    """What was said for a letter, and what was answered.

    Attributes:
        letter: Which.
        phase: How far it has come.
        open: Whether the server has begun a transaction that only a dot or RSET ends.
        verdict: What it came to, once that is known.
        astray: Whether a recipient was taken although the sender was refused: an empty letter might arrive.
    """

    letter: Letter
    phase: Phase = Phase.MAIL
    open: bool = False
    verdict: Verdict | None = None
    astray: bool = False
    _answers: list[tuple[Address, Reply]] = field(default_factory=list)

    def envelope(self, extensions: Mapping[str, str]) -> list[tuple[Step, bytes]]:
        """The commands before the letter itself.

        Args:
            extensions: What the server offers, by lower-case keyword.
        """
        letter = self.letter
        reports = "dsn" in extensions
        size = f" SIZE={len(letter.raw)}" if "size" in extensions else ""  # RFC 1870 §6: dots not doubled yet
        about = f" RET=HDRS{_envid(letter)}" if reports else ""
        commands = [(Step.MAIL, f"MAIL FROM:<{letter.sender}>{size}{about}")]
        for address in letter.to:
            original = f" ORCPT=rfc822;{_xtext(str(address))}" if reports else ""
            commands.append((Step.RCPT, f"RCPT TO:<{address}>{original}"))
        commands.append((Step.DATA, "DATA"))
        return [(step, command.encode("ascii") + b"\r\n") for step, command in commands]

    def body(self) -> bytes:
        """The letter with its dots doubled (RFC 5321 §4.5.2), without the final one."""
        raw = self.letter.raw
        body = raw.replace(b"\r\n.", b"\r\n..") if b"\r\n." in raw else raw
        return b"." + body if body.startswith(b".") else body

    def answered(self, step: Step, reply: Reply) -> bool:
        """Take the answer to a step.

        Returns:
            Whether the letter itself is wanted now. `verdict` says whether the attempt is over.
        """
        if step is Step.MAIL:
            self.open = reply.fine
            self._mail(reply)
        elif step is Step.RCPT:
            self._recipient(reply)
        elif step is Step.DATA:
            return self._data(reply)
        elif step is Step.DOT:
            self.open = False
            self._settle(reply)
        return False

    def _mail(self, reply: Reply) -> None:
        self.phase = Phase.RCPT
        if not reply.fine:
            self._end(Phase.MAIL, reply)

    def _recipient(self, reply: Reply) -> None:
        if self.verdict:
            self.astray = self.astray or reply.fine
            return
        address = self.letter.to[len(self._answers)]
        self._answers.append((address, reply))
        last = len(self._answers) == len(self.letter.to)
        if reply.final or (last and not any(answer.fine for _, answer in self._answers)):
            self._nobody_taken()
        elif last:
            self.phase = Phase.DATA

    def _nobody_taken(self) -> None:
        last = self._answers[-1][1]
        if len(self._answers) == 1 or last.final:
            self._end(Phase.RCPT, last)
            return
        verdicts = [judge(Phase.RCPT, answer.code, answer.words) for _, answer in self._answers]
        worst = min(verdicts, key=lambda verdict: _WORST_FIRST.index(verdict.outcome))
        self.phase, self.verdict = Phase.RCPT, replace(worst, words=_listed(self._answers))

    def _data(self, reply: Reply) -> bool:
        if self.verdict:
            return False
        if reply.code != GO_AHEAD:
            self._end(Phase.DATA, reply)
            return False
        self.phase = Phase.BODY
        return True

    def _settle(self, reply: Reply) -> None:
        verdict = judge(Phase.DOT, reply.code, reply.words)
        turned_away = [(address, answer) for address, answer in self._answers if not answer.fine]
        if verdict.outcome is Outcome.ACCEPTED and turned_away:
            verdict = replace(verdict, words=f"{verdict.words} (but not for {_listed(turned_away)})")
        self.verdict = verdict

    def _end(self, phase: Phase, reply: Reply) -> None:
        verdict = judge(phase, reply.code, reply.words)
        if out_of_step(step := Step(phase.upper()), reply):
            # Servers say "go ahead" and "ok" with it, which by themselves are no reason for anything.
            verdict = replace(verdict, words=f"that is no answer to {step} ({reply.words})")
        self.phase, self.verdict = phase, verdict


def out_of_step(step: Step, reply: Reply) -> bool:
    """Whether this cannot be the answer to that step, so that a reply was lost or is one too many."""
    return reply.fine if step is Step.DATA else reply.final and reply.code != FAREWELL


def came_to(step: Step) -> None:
    """A step was answered: a place where a test may end the program."""
    if step is Step.MAIL:
        failpoints.reach("smtp.after_mail")
    elif step is Step.RCPT:
        failpoints.reach("smtp.after_rcpt")
    elif step is Step.DATA:
        failpoints.reach("smtp.after_354")
    elif step is Step.DOT:
        failpoints.reach("smtp.after_reply")


def _listed(answers: Sequence[tuple[Address, Reply]]) -> str:
    return "; ".join(f"{address}: {answer.code} {answer.words}" for address, answer in answers)


def _envid(letter: Letter) -> str:
    """What a report about this letter will call it (RFC 3461 §4.4): its Message-ID, which finds it.

    Half of one finds nothing, and cut in the middle of a `+3D` it is an error; so a long one is left out.
    """
    name = _xtext(letter.message_id.removeprefix("<").removesuffix(">"))
    return f" ENVID={name}" if len(name) <= _ENVID_LENGTH else ""


def _xtext(text: str) -> str:
    """RFC 3461 §4: printable ASCII, with `+` and `=` and all else in hex."""
    return _UNFIT.sub(lambda found: f"+{ord(found[0]):02X}", text)
