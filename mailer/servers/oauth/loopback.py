"""Lets a person consent in her browser, which brings the answer to a door that this machine opens for it.

RFC 8252 (programs on her own machine) with RFC 7636 (PKCE): another program here that catches the answer can
do nothing with it, as it does not know the verifier; and nobody can slip us the consent of another account,
as he does not know the state.
"""

import base64
import hashlib
import os
import secrets
import socket
import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

from mailer.errors import BadSettings, CampaignError, SignInRefused, TryAgain, UsageError
from mailer.nouns import OAuth
from mailer.servers.oauth.grants import LOGIN, Grant, grant, refusal
from mailer.servers.trouble import quoted

LONGEST_WAIT = 600.0
"""Seconds for a person to sign in and consent."""

_MOST_OCTETS = 2**14
_GLANCE = 2.0
"""Seconds for one visitor: browsers open connections in advance and then say nothing."""

_PAGE = """\
HTTP/1.1 {status}\r
Content-Type: text/html; charset=utf-8\r
Content-Security-Policy: default-src 'none'\r
Cache-Control: no-store\r
Referrer-Policy: no-referrer\r
Connection: close\r
\r
<!doctype html><meta charset="utf-8"><title>campaign</title><h1>{title}</h1><p>{text}</p>
"""

_Said = dict[str, list[str]]


def by_browser(
    oauth: OAuth, user: str, secret: str, show: Callable[[str], None], wait: float = LONGEST_WAIT
) -> Grant:
    """Ask a person for her consent, and fetch what it brings.

    Args:
        oauth: The provider.
        user: Whose account; the provider's page fills it in.
        secret: The client's; '' for none.
        show: Gets the address that she has to open.
        wait: How many seconds she may take.

    Raises:
        UsageError: the provider knows only the way by another device.
        SignInRefused: she did not consent, or the provider does not let us in.
        TryAgain: she took too long.
        CampaignError: as `web.ask` does.
    """
    if not oauth.authorization_url:
        raise UsageError("your provider does this on another device", fix=f"{LOGIN} --device")
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    with _door() as door:
        redirect = f"http://{oauth.redirect_host}:{door.getsockname()[1]}"
        show(_address(oauth, user, redirect, state, verifier))
        said = _answer(door, state, time.monotonic() + wait)
    form = {
        "grant_type": "authorization_code",
        "code": _one(said, "code"),
        "redirect_uri": redirect,
        "code_verifier": verifier,
    }
    if not form["code"]:
        raise _declined(oauth, user, said)
    given = grant(oauth, form, secret, time.time())
    if isinstance(given, Grant):
        return given
    raise refusal(oauth, user, given)


def _door() -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", 0))
    except OSError as error:
        raise BadSettings(
            f"this machine opens no door for the browser's answer ({os.strerror(error.errno or 0)})",
            fix=f"{LOGIN} --device",
        ) from None


def _address(oauth: OAuth, user: str, redirect: str, state: str, verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    words = {
        "response_type": "code",
        "client_id": oauth.client_id,
        "redirect_uri": redirect,
        "scope": " ".join(oauth.scopes),
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii"),
        "code_challenge_method": "S256",
        "login_hint": user,
        **dict(oauth.asks),
    }
    joint = "&" if urlsplit(oauth.authorization_url).query else "?"
    return oauth.authorization_url + joint + urlencode({name: word for name, word in words.items() if word})


def _answer(door: socket.socket, state: str, deadline: float) -> _Said:
    """What her browser brings; whoever else knocks is sent away."""
    while (left := deadline - time.monotonic()) > 0:
        door.settimeout(left)
        try:
            visitor, _ = door.accept()
        except TimeoutError:
            break
        with visitor:
            said = _heard(visitor)
            ours = secrets.compare_digest(_one(said, "state").encode(), state.encode())
            fine = ours and bool(_one(said, "code"))
            _show_page(visitor, ours=ours, fine=fine)
        if ours:
            return said
    raise TryAgain(
        "nobody has consented in the browser", fix=f"{LOGIN}; where there is no browser: {LOGIN} --device"
    )


def _heard(visitor: socket.socket) -> _Said:
    """What stands behind the question mark of a visitor's request; nothing where it is none."""
    deadline = time.monotonic() + _GLANCE
    request = b""
    try:
        while b"\r\n\r\n" not in request and len(request) < _MOST_OCTETS:
            visitor.settimeout(max(0.001, deadline - time.monotonic()))
            if time.monotonic() > deadline or not (more := visitor.recv(_MOST_OCTETS)):
                return {}
            request += more
        words = request.partition(b"\r\n")[0].decode("ascii").split(" ")
        if words[0] != "GET" or len(words) != 3:  # noqa: PLR2004 - method, address, version
            return {}
        address = urlsplit(words[1])
        return parse_qs(address.query, max_num_fields=20) if address.path == "/" else {}
    except (OSError, ValueError):  # of which TimeoutError and UnicodeDecodeError are kinds
        return {}


def _one(said: _Said, name: str) -> str:
    """What is said once; '' when it is not, or more often."""
    values = said.get(name, [])
    return values[0] if len(values) == 1 else ""


def _show_page(visitor: socket.socket, *, ours: bool, fine: bool) -> None:
    # Nothing of what the address holds is repeated here: anybody can make her browser open one.
    if fine:
        page = _PAGE.format(status="200 OK", title="Thank you", text="You can close this window.")
    elif ours:
        page = _PAGE.format(status="200 OK", title="Not let in", text="The terminal says more.")
    else:
        page = _PAGE.format(status="404 Not Found", title="Nothing here", text="")
    try:
        visitor.sendall(page.encode())
        visitor.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # a browser that has gone has brought its answer all the same


def _declined(oauth: OAuth, user: str, said: _Said) -> CampaignError:
    error, more = _one(said, "error"), _one(said, "error_description")
    words = f"{error} ({more})".removesuffix(" ()")
    if error == "access_denied":
        return SignInRefused(f"you did not consent ({quoted(words)})", fix=f"{LOGIN}, and consent as {user}")
    if error in {"unauthorized_client", "invalid_request", "invalid_scope"}:
        fix = "check client_id and scopes under [oauth] in campaigns/settings.toml"
        return BadSettings(f"{oauth.provider} does not take what [oauth] says: {quoted(words)}", fix=fix)
    return SignInRefused(f"{oauth.provider} does not let campaign in: {quoted(words)}", fix=LOGIN)
