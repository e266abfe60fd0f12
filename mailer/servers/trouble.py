"""Says in plain words why a mail server could not be reached, and what to type or edit next."""

import errno
import os
import socket
import ssl
from collections.abc import Iterator
from typing import Literal

from mailer.errors import BadSettings, CampaignError, ServerUnavailable, SignInRefused
from mailer.nouns import Server, visible

Section = Literal["smtp", "imap"]
"""Which part of `campaigns/settings.toml` a server is set in."""

LONGEST = 300
"""So much of a server's own words fits into a sentence of ours."""

_UNTRUSTED = frozenset({18, 19, 20, 21})
_EXPIRED = 10
_NOT_YET = 9
_OTHER_NAME = frozenset({62, 64})
"""OpenSSL's numbers for what is wrong with a certificate; its sentences differ from version to version."""

_TLS_PORTS = frozenset({465, 993})


def place(server: Server) -> str:
    """`host:port`, and `[::1]:port` (RFC 3986 §3.2.2)."""
    return f"[{server.host}]:{server.port}" if ":" in server.host else f"{server.host}:{server.port}"


def quoted(words: str) -> str:
    """A server's own words, fit to stand in an error."""
    return visible(words, limit=LONGEST)


def refuse_bare(server: Server, section: Section) -> None:
    """Refuse to talk in the clear to any machine but this one.

    Raises:
        BadSettings: when `tls` is `none` and the server is elsewhere.
    """
    if server.tls == "none" and not server.loopback:
        raise BadSettings(
            f"letters and passwords would travel to {place(server)} in the clear",
            fix=f'write tls = "implicit" or tls = "starttls" under [{section}] in campaigns/settings.toml',
        )


def no_encryption(server: Server, section: Section, why: str) -> SignInRefused:
    """The error for a server that does not start TLS when asked to; we never go on in the clear.

    Args:
        server: Which one.
        section: Where it is set.
        why: The end of "HOST:PORT …".
    """
    return SignInRefused(
        f"{place(server)} {why}, so no password was sent",
        fix=f'try tls = "implicit" and port = {465 if section == "smtp" else 993} under [{section}] in '
        "campaigns/settings.toml; if it worked before, somebody on this network may be listening",
    )


def unreachable(server: Server, section: Section, error: BaseException) -> CampaignError:
    """The error to raise for a connection that could not be made.

    Args:
        server: Whom we called.
        section: Where it is set.
        error: What the library raised; what caused it is looked at too.
    """
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _bad_certificate(server, section, cause)
        if isinstance(cause, ssl.SSLError):
            return _bad_tls(server, section, cause)
        if isinstance(cause, socket.gaierror):
            return ServerUnavailable(
                f"no mail server called {server.host} can be found",
                fix=f"check the network, and host under [{section}] in campaigns/settings.toml",
            )
        if isinstance(cause, TimeoutError):
            return _silent(server, section)
        if isinstance(cause, ConnectionResetError):
            return hung_up(server)
    return _nobody(server, section, error)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def hung_up(server: Server) -> ServerUnavailable:
    """The error for a server that closes the connection while we open it."""
    return ServerUnavailable(f"{place(server)} closed the connection", fix="try again in a few minutes")


def _nobody(server: Server, section: Section, error: BaseException) -> ServerUnavailable:
    first = "start it (in a demo's folder: campaign demo --serve)" if server.loopback else "check the network"
    *_, deepest = _causes(error)
    number = deepest.errno if isinstance(deepest, OSError) else None
    why = f" ({os.strerror(number)})" if number not in {None, errno.ECONNREFUSED} else ""
    return ServerUnavailable(
        f"nobody answers at {place(server)}{why}",
        fix=f"{first}, or correct host and port under [{section}] in campaigns/settings.toml",
    )


def _silent(server: Server, section: Section) -> ServerUnavailable:
    fix = f"try again later, or correct host and port under [{section}] in campaigns/settings.toml"
    if server.port in _TLS_PORTS and server.tls != "implicit":
        # Such a port waits for our first TLS bytes while we wait for its greeting.
        fix = f'write tls = "implicit" under [{section}] in campaigns/settings.toml'
    return ServerUnavailable(f"{place(server)} did not answer in time", fix=fix)


def _bad_certificate(server: Server, section: Section, error: ssl.SSLCertVerificationError) -> SignInRefused:
    fix = "use another network, or ask whoever runs the mail server"
    if error.verify_code in _UNTRUSTED:
        why = "its certificate is signed by nobody whom this machine trusts"
        fix += "; a certificate of your own is trusted with SSL_CERT_FILE=the-file.pem"
    elif error.verify_code == _EXPIRED:
        why = "its certificate has expired"
        fix = "check the date of this machine, or ask whoever runs the mail server"
    elif error.verify_code == _NOT_YET:
        why = "its certificate is not valid yet"
        fix = "check the date of this machine, or ask whoever runs the mail server"
    elif error.verify_code in _OTHER_NAME:
        why = "its certificate is made out to another name"
        fix = f"write the server's full name as host under [{section}] in campaigns/settings.toml"
    else:
        why = quoted(error.verify_message)
    return SignInRefused(f"{place(server)} cannot prove who it is: {why}", fix=fix)


def _bad_tls(server: Server, section: Section, error: ssl.SSLError) -> CampaignError:
    if server.tls == "implicit" and error.reason == "WRONG_VERSION_NUMBER":
        return BadSettings(
            f"{place(server)} does not speak TLS from the first byte",
            fix=f'write tls = "starttls" under [{section}] in campaigns/settings.toml, or use another port',
        )
    return SignInRefused(
        f"encryption with {place(server)} failed ({quoted(error.reason or str(error))})",
        fix="ask whoever runs the mail server; it may only speak versions of TLS that are broken",
    )
