"""Opens the way to an IMAP server: connection, encryption, and one single try to sign in."""

import imaplib
import re
import ssl
from collections.abc import Iterable
from contextlib import suppress

from imapclient.exceptions import CapabilityError, LoginError

from mailer.errors import BadSettings, CampaignError, ServerUnavailable, SignInRefused
from mailer.nouns import Server
from mailer.servers import sasl
from mailer.servers.imap_wire import Client, Wire, greeting
from mailer.servers.passwords import Credentials
from mailer.servers.patience import ImapPatience
from mailer.servers.trouble import hung_up, no_encryption, place, unreachable

_PASSING = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]", re.IGNORECASE)
"""RFC 5530: refusals that have nothing to do with who we are."""

_ATOM = re.compile(r"[A-Za-z0-9@._+=-]+")


def open_mailbox(server: Server, known: Credentials, patience: ImapPatience) -> tuple[Client, Wire]:
    """Connect, encrypt and sign in.

    Args:
        server: Whom to call.
        known: How to sign in.
        patience: How long to wait for what.

    Raises:
        ServerUnavailable: nobody answers, or not now.
        SignInRefused: the name, the password or the encryption.
        BadSettings: the port speaks something else.
    """
    client, wire = _connected(server, patience)
    trouble: CampaignError
    try:
        _encrypt(client, wire, server, known, patience)
        _sign_in(client, wire, server, known, patience)
    except Exception as error:  # noqa: BLE001 - what imaplib raises over odd answers is not to be foreseen
        trouble = _translated(server, error)
    else:
        return client, wire
    close(client, wire, 0)
    # Raised out here so that no exception of the library travels along: a server may echo the password.
    raise trouble


def close(client: Client, wire: Wire, patience: float) -> None:
    """Say goodbye and close the line; what the server says to that changes nothing.

    Args:
        client: Whose line.
        wire: The same line.
        patience: How many seconds to wait for its goodbye; 0 to say none.
    """
    if patience:
        wire.allow(patience)
        with suppress(Exception):
            client.logout()
    with suppress(OSError):
        wire.shutdown()


def _connected(server: Server, patience: ImapPatience) -> tuple[Client, Wire]:
    context = ssl.create_default_context() if server.tls == "implicit" else None
    try:
        wire = Wire(server, context, patience)
        return Client(wire, server, patience), wire
    except Exception as error:  # noqa: BLE001 - imaplib again
        raise _translated(server, error) from None


def _encrypt(client: Client, wire: Wire, server: Server, known: Credentials, patience: ImapPatience) -> None:
    if greeting(client).upper().startswith(b"* PREAUTH"):
        # Somebody on the way can send this line to make us skip STARTTLS, and then read the mailbox along.
        raise no_encryption(server, "imap", "says that we are signed in before we are")
    if server.tls != "starttls":
        return
    wire.allow(patience.command)
    try:
        client.starttls(ssl.create_default_context())
    except CapabilityError:
        raise no_encryption(server, "imap", "does not offer encryption (STARTTLS)") from None
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise no_encryption(server, "imap", f"refuses to encrypt ({known.quote(said(error))})") from None


def _sign_in(client: Client, wire: Wire, server: Server, known: Credentials, patience: ImapPatience) -> None:
    """One try by one mechanism: a second one with the same password only brings the lock-out nearer."""
    wire.allow(patience.command)
    offered = client.capabilities()
    refused: LoginError
    talk = None
    try:
        if known.is_token:
            talk = _talk(server, known, offered)
            client.sasl_login(talk.way, talk)
        elif b"AUTH=PLAIN" in offered:
            client.plain_login(known.user, known.password)
        elif b"LOGINDISABLED" in offered or not (known.user + known.password).isascii():
            raise SignInRefused(
                f"{place(server)} offers no way to sign in that campaign speaks with this name and password",
                fix="ask whoever runs the mail server how programs sign in; a password in ASCII may help",
            )
        else:
            user = known.user if _ATOM.fullmatch(known.user) else _quoted_string(known.user)
            client.login(user, known.password)
    except LoginError as error:
        refused = error
    else:
        return
    # imapclient wraps whatever happened in a LoginError, the line's breaking included.
    reason = refused.__context__
    if isinstance(reason, imaplib.IMAP4.abort):
        raise hung_up(server)
    spoken = said(reason or refused)
    words = known.quote(f"{spoken} ({talk.reason})" if talk and talk.reason else spoken)
    if _PASSING.search(spoken):
        raise ServerUnavailable(
            f"{place(server)} lets nobody in just now: {words}", fix="try again in a few minutes"
        )
    raise SignInRefused(
        f"{place(server)} does not let {known.user} sign in: {words}",
        fix=known.remedy("imap"),
    )


def _talk(server: Server, known: Credentials, offered: Iterable[bytes]) -> sasl.Talk:
    """How to sign in with an access token."""
    names = [name.decode("ascii", "replace").upper().partition("AUTH=")[2] for name in offered]
    if not (way := sasl.best(names)):
        words = known.quote(" ".join(filter(None, names)))
        raise SignInRefused(f"{place(server)} {sasl.no_way(words)}", fix=sasl.NO_WAY_FIX)
    return sasl.Talk(way, server, known.user, known.password)


def said(error: BaseException) -> str:
    """What the server said, from an exception of imaplib, which sometimes holds bytes. Untrusted."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    words = error.args[0] if error.args else ""
    if isinstance(words, bytes):
        return words.decode("utf-8", "replace")
    # "NAME command error: BAD [b'…']" quotes the server as Python would write it.
    name, bad, _ = str(words).partition(" command error: ")
    return f"it does not understand {name}" if bad else str(words)


def _quoted_string(text: str) -> str:
    """A string of RFC 3501 §4.3; imaplib quotes only the password."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _translated(server: Server, error: Exception) -> CampaignError:
    """The library's exception in our words."""
    if isinstance(error, CampaignError):
        return error
    if isinstance(error, imaplib.IMAP4.abort | ConnectionResetError | BrokenPipeError):
        return hung_up(server)
    if isinstance(error, OSError):
        return unreachable(server, "imap", error)
    if "* BYE" in str(error):
        return ServerUnavailable(f"{place(server)} takes no callers now", fix="try again in a few minutes")
    return BadSettings(
        f"{place(server)} does not speak IMAP",
        fix="check host and port under [imap] in campaigns/settings.toml",
    )
