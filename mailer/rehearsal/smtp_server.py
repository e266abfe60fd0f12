"""A small SMTP server on this machine: takes letters in and hands them to the post office."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

_ENOUGH = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Counter:
    """What the SMTP server needs of the post office.

    Attributes:
        user: The account's name.
        password: And its password.
        must_sign_in: Whether letters are taken only after signing in.
        refuses: The reply with which an address is refused; empty when it is taken.
        take: Given sender, recipients and bytes of each letter that is accepted.
    """

    user: str
    password: str
    must_sign_in: bool
    refuses: Callable[[str], str]
    take: Callable[[str, tuple[str, ...], bytes], None]


class Clerk:
    """Answers aiosmtpd's questions; the names of the methods are the library's."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def signs_in(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, who: LoginPassword
    ) -> AuthResult:
        """Whether name and password are right."""
        right = (self._counter.user.encode("utf-8"), self._counter.password.encode("utf-8"))
        return AuthResult(success=(who.login, who.password) == right, handled=False)

    async def handle_MAIL(  # noqa: N802 - the library's name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the sender's address. The library's own insistence on sign-in warns when there is no TLS."""
        if self._counter.must_sign_in and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, unless nobody of that name lives here."""
        refusal = self._counter.refuses(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the letter: from here on it is ours."""
        content = envelope.original_content or b""
        self._counter.take(envelope.mail_from or "", tuple(envelope.rcpt_tos), content)
        return "250 2.0.0 OK: taken in"


async def serve(counter: Counter, port: int) -> asyncio.Server:
    """Listen on a loopback port (0: any free one) until the server is closed.

    Raises:
        OSError: when the port is taken.
    """
    # The library logs a warning about itself at each sign-in; the demo's screen is no place for it.
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    loop = asyncio.get_running_loop()
    clerk = Clerk(counter)
    settings: dict[str, Any] = {
        "data_size_limit": _ENOUGH,
        "enable_SMTPUTF8": True,
        "hostname": "rehearsal.example",
        "ident": "ESMTP the rehearsal's post office",
        "auth_require_tls": False,
        "authenticator": clerk.signs_in,
        "loop": loop,
    }
    return await loop.create_server(lambda: SMTP(clerk, **settings), "127.0.0.1", port)
