"""Opens the way to an SMTP server: connection, encryption, and one single try to sign in.

aiosmtplib does this part. Two of its conveniences are not used: it would start TLS only "if possible", so
that whoever removes one line of the server's greeting reads the password; and it would try a refused password
again by every other mechanism, so that one mistake counts for three and locks the account.
"""

import asyncio
import os
import ssl
from base64 import b64encode
from typing import TYPE_CHECKING, TypeVar, cast

from mailer.errors import CampaignError, ServerUnavailable, SignInRefused
from mailer.nouns import Server, Settings
from mailer.servers import sasl
from mailer.servers.calling import call
from mailer.servers.conversation import Conversation
from mailer.servers.passwords import Credentials, told
from mailer.servers.patience import SmtpPatience
from mailer.servers.trouble import hung_up, no_encryption, place, unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    import aiosmtplib

_FAREWELL = 421
_WELCOME = 235
_GO_ON = 334
_FOR_GOOD = 5
"""The first digit of a reply that will be the same the next time (RFC 5321 §4.2.1)."""

_LONGEST_COMMAND = 510
"""RFC 5321 §4.5.3.1.4, without its CRLF. A longer answer is given only after the server's word."""


_T = TypeVar("_T")


async def open_line(settings: Settings, known: Credentials | None, patience: SmtpPatience) -> Conversation:
    """Connect, encrypt and sign in.

    Args:
        settings: The server, and the sender, whose domain we introduce ourselves with: the library's default
            is this machine's name, which is nobody's business.
        known: How to sign in; None for servers that ask for nothing.
        patience: How long to wait.

    Raises:
        ServerUnavailable: nobody answers, or not now.
        SignInRefused: the name, the password or the encryption.
        BadSettings: the port speaks something else.
    """

    def take_over(client: "aiosmtplib.SMTP", _greeting: str) -> Conversation:
        return _taken_over(client, settings.smtp, patience)

    return await signed_in(settings, known, patience, take_over)


async def signed_in(
    settings: Settings,
    known: Credentials | None,
    patience: SmtpPatience,
    use: "Callable[[aiosmtplib.SMTP, str], _T]",
) -> _T:
    """Connect, encrypt and sign in, and make use of it.

    Args:
        settings: As for `open_line`.
        known: As for `open_line`.
        patience: As for `open_line`.
        use: Gets the library's client and the server's greeting (untrusted). What it leaves open is closed.

    Raises:
        CampaignError: As for `open_line`.
    """
    import aiosmtplib  # noqa: PLC0415 - heavy, and only needed once something is really sent

    server = settings.smtp
    client = aiosmtplib.SMTP(
        hostname=server.host,
        local_hostname=settings.sender.address.domain,
        timeout=patience.command,
        use_tls=server.tls == "implicit",
        start_tls=False,
        tls_context=None if server.tls == "none" else ssl.create_default_context(),
    )
    trouble: CampaignError
    try:
        async with asyncio.timeout(patience.opening):
            greeting = await _greeted(client, server, patience)
            await _introduce(client, server, known)
            await _encrypt(client, server, known)
            await _sign_in(client, server, known)
            return use(client, greeting.message)
    except CampaignError as error:
        trouble = error
    except (aiosmtplib.SMTPException, OSError) as error:
        trouble = _translated(error, server, known)
    finally:
        _let_go(client)
    # Raised out here so that no exception of the library travels along: a server may echo the password.
    raise trouble


async def _greeted(
    client: "aiosmtplib.SMTP", server: Server, patience: SmtpPatience
) -> "aiosmtplib.SMTPResponse":
    async with asyncio.timeout(patience.greeting):
        line = await call(server.host, server.port, os.environ)
        # TLS checks the name that the library was told, though it is given an open line.
        return await client.connect(sock=line, timeout=patience.greeting)


def _let_go(client: "aiosmtplib.SMTP") -> None:
    """Close what is still the library's; after a success that is nothing, as the line is ours by then."""
    if client.transport is not None:
        # At once: politely, TLS would wait for the server's goodbye, which may come when we are gone.
        cast("asyncio.Transport", client.transport).abort()
    client.close()


async def _introduce(client: "aiosmtplib.SMTP", server: Server, known: Credentials | None) -> None:
    """EHLO; for servers of another age, HELO, where neither encryption nor sign-in is asked for."""
    import aiosmtplib  # noqa: PLC0415 - see above

    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError as refusal:
        if known or server.tls == "starttls" or refusal.code == _FAREWELL:
            raise
        await client.helo()


async def _encrypt(client: "aiosmtplib.SMTP", server: Server, known: Credentials | None) -> None:
    """STARTTLS where the settings ask for it: all or nothing."""
    import aiosmtplib  # noqa: PLC0415 - see above

    if server.tls != "starttls":
        return
    if not client.supports_extension("starttls"):
        raise no_encryption(server, "smtp", "does not offer encryption (STARTTLS)")
    try:
        await client.starttls()
    except aiosmtplib.SMTPResponseException as refusal:
        words = told(f"{refusal.code} {refusal.message}", known)
        raise no_encryption(server, "smtp", f"refuses to encrypt ({words})") from None
    await client.ehlo()


async def _sign_in(client: "aiosmtplib.SMTP", server: Server, known: Credentials | None) -> None:
    """One try by one mechanism: a second one with the same password only brings the lock-out nearer."""
    if known is None:
        return
    offered = client.server_auth_methods
    if not server.loopback and client.get_transport_info("sslcontext") is None:
        raise no_encryption(server, "smtp", "is not encrypted")
    if known.is_token:
        await _by_token(client, server, known)
    elif "plain" in offered:
        await client.auth_plain(known.user, known.password)
    elif "login" in offered:
        await client.auth_login(known.user, known.password)
    else:
        ways = f"lets people sign in only by {told(' '.join(offered).upper(), known)}"
        raise SignInRefused(
            f"{place(server)} {ways if offered else 'offers no way to sign in'}",
            fix="ask whoever runs the mail server for the submission server and its port (mostly 465 or 587)",
        )


async def _by_token(client: "aiosmtplib.SMTP", server: Server, known: Credentials) -> None:
    """The same with an access token (RFC 7628, and RFC 4954 §4 for how it is wrapped)."""
    import aiosmtplib  # noqa: PLC0415 - see above

    offered = client.server_auth_methods
    if not (way := sasl.best(offered)):
        words = told(" ".join(offered).upper(), known)
        raise SignInRefused(f"{place(server)} {sasl.no_way(words)}", fix=sasl.NO_WAY_FIX)
    verb, opening = (b"AUTH", way.encode()), b64encode(sasl.opening(way, server, known.user, known.password))
    if len(b" ".join((*verb, opening))) <= _LONGEST_COMMAND:
        reply = await client.execute_command(*verb, opening)
    else:
        reply = await client.execute_command(*verb)
        if reply.code == _GO_ON:
            reply = await client.execute_command(opening)
    words = reply.message
    if reply.code == _GO_ON:
        why = sasl.reason(words.encode("utf-8", "replace"))
        reply = await client.execute_command(b64encode(sasl.acknowledgement(way)))
        words = f"{reply.message} ({why})" if why else reply.message
    if reply.code != _WELCOME:
        raise aiosmtplib.SMTPAuthenticationError(reply.code, words)


def _taken_over(client: "aiosmtplib.SMTP", server: Server, patience: SmtpPatience) -> Conversation:
    """Our conversation on the library's transport, which the library then forgets."""
    if client.transport is None or not client.is_connected:
        raise hung_up(server)
    transport = cast("asyncio.Transport", client.transport)
    extensions = dict(client.esmtp_extensions)
    client.transport = None
    return Conversation(transport, extensions, patience)


def _translated(error: Exception, server: Server, known: Credentials | None) -> CampaignError:
    """The library's exception in our words."""
    import aiosmtplib  # noqa: PLC0415 - see above

    if not isinstance(error, aiosmtplib.SMTPResponseException):
        if isinstance(error, aiosmtplib.SMTPServerDisconnected) or isinstance(
            error.__cause__, aiosmtplib.SMTPServerDisconnected
        ):
            return hung_up(server)
        return unreachable(server, "smtp", error)
    words = told(error.message, known)
    if error.code < 0:
        return ServerUnavailable(
            f"{place(server)} does not speak SMTP",
            fix="check host and port under [smtp] in campaigns/settings.toml",
        )
    refused = isinstance(error, aiosmtplib.SMTPAuthenticationError) and error.code // 100 == _FOR_GOOD
    if known and refused:  # RFC 4954 §6
        return SignInRefused(
            f"{place(server)} does not let {known.user} sign in: {error.code} {words}",
            fix=known.remedy("smtp"),
        )
    now, fix = " now", "try again in a few minutes"
    if error.code // 100 == _FOR_GOOD:
        now, fix = "", "ask whoever runs the mail server, or correct host and port under [smtp]"
    return ServerUnavailable(f"{place(server)} does not take letters{now}: {error.code} {words}", fix=fix)
