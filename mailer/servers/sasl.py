"""Says to a mail server that we have an access token, in the two forms that servers understand.

OAUTHBEARER is the standard (RFC 7628), XOAUTH2 what Google had before it and Microsoft knows alone.
"""

import base64
import binascii
import json
from collections.abc import Iterable

from mailer.nouns import Server

WAYS = ("OAUTHBEARER", "XOAUTH2")
"""The better one first."""


def best(offered: Iterable[str]) -> str:
    """The way to sign in with a token; '' when the server offers none.

    Args:
        offered: The mechanisms that it names, in any case.
    """
    there = {name.upper() for name in offered}
    return next((way for way in WAYS if way in there), "")


def opening(way: str, server: Server, user: str, token: str) -> bytes:
    """What we say first.

    Args:
        way: One of `WAYS`.
        server: To whom; it is told whom we believe it to be.
        user: The account.
        token: As it is.
    """
    if way == "XOAUTH2":
        return f"user={user}\1auth=Bearer {token}\1\1".encode()
    name = user.replace("=", "=3D").replace(",", "=2C")  # RFC 5801 §4
    return f"n,a={name},\1host={server.host}\1port={server.port}\1auth=Bearer {token}\1\1".encode()


def acknowledgement(way: str) -> bytes:
    """What we say to a refusal, so that the server gives its final reply (RFC 7628 §3.2.3)."""
    return b"" if way == "XOAUTH2" else b"\1"


def reason(challenge: bytes) -> str:
    """What stands in a refusal as its reason, such as `invalid_token`; '' where none does. Untrusted.

    Args:
        challenge: Its JSON, as it is or in base64.
    """
    for raw in (challenge, _decoded(challenge)):
        try:
            said = json.loads(raw)
        except (ValueError, RecursionError):
            continue
        status = said.get("status") if isinstance(said, dict) else None
        return status if isinstance(status, str) else ""
    return ""


class Talk:
    """One try to sign in by IMAP, whose library calls it with each challenge and sends what it returns."""

    def __init__(self, way: str, server: Server, user: str, token: str) -> None:
        self.way = way
        self.reason = ""
        self._left = [opening(way, server, user, token), acknowledgement(way)]

    def __call__(self, challenge: bytes) -> bytes | None:
        """The next thing to say; None to break off, when a server does not come to its end."""
        self.reason = reason(challenge) or self.reason
        return self._left.pop(0) if self._left else None


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return b""


def no_way(offered: str) -> str:
    """How it is said that a server takes no token: the end of "HOST:PORT …", with what it offers instead."""
    return f"takes no token: people sign in only by {offered}" if offered else "offers no way to sign in"


NO_WAY_FIX = (
    "check host and port; or take oauth and token_cmd out of campaigns/settings.toml, and sign in with a "
    "password"
)
