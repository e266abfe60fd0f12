"""Asks a provider's web server one question and reads its answer: a form goes out, JSON comes back.

No library's: one that follows redirects would hand the secrets in the form to whoever it is sent to, and one
that waits for each read anew can be held for ever by a server that drips.
"""

import io
import json
import os
import socket
import ssl
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any, cast
from urllib.parse import SplitResult, urlencode, urlsplit

from mailer.errors import BadSettings, ServerUnavailable, SignInRefused
from mailer.servers.echoes import LEFT_OUT, repeats
from mailer.servers.trouble import quoted

PATIENCE = 30.0
"""Seconds for one question with its answer."""

MOST_OCTETS = 2**18
"""Of one answer; the largest tokens in use have some thousands."""

_OK = 200
_ERROR = 400
_BROKEN = 500
_TOO_MANY = 429
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})
_HTTPS = 443


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider said.

    Attributes:
        host: Who.
        fields: The members of its JSON object. Untrusted.
        secrets: What it was told and must not repeat.
    """

    host: str
    fields: Mapping[str, Any]
    secrets: Collection[str]

    @property
    def error(self) -> str:
        """RFC 6749 §5.2's word for what went wrong; '' when nothing did. Untrusted."""
        return self.text("error")

    def text(self, name: str) -> str:
        """A member that should be a text; '' when it is none."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str, otherwise: float) -> float:
        """A member that should be a number, which some providers write as text."""
        value = self.fields.get(name)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value[:9])
        good = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**31
        return float(cast("float", value)) if good else otherwise

    def words(self) -> str:
        """What it says of its error, fit to stand in an error of ours."""
        said = f"{self.error} ({self.text('error_description')})".removesuffix(" ()")
        return LEFT_OUT if any(repeats(said, secret) for secret in self.secrets) else quoted(said)


def ask(url: str, form: Mapping[str, str], secrets: Collection[str] = (), wait: float = PATIENCE) -> Answer:
    """Post a form and read the JSON object that comes back, be it what we want or a refusal.

    Args:
        url: From the settings: https, or on this machine.
        form: What goes out. What is empty does not.
        secrets: Which values of it must be told to nobody.
        wait: How many seconds the whole may take.

    Raises:
        BadSettings: the address cannot be asked, or answers with something else.
        SignInRefused: the server cannot prove who it is.
        ServerUnavailable: nobody answers, or not now, or not in time.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" and host not in _HERE:
        raise BadSettings(f"secrets would travel to {quoted(host)} in the clear", fix="write https://")
    body = urlencode({name: value for name, value in form.items() if value}).encode()
    try:
        status, raw = _asked(parts, body, time.monotonic() + wait)
    except ssl.SSLCertVerificationError as error:
        why = quoted(error.verify_message)
        raise SignInRefused(
            f"{host} cannot prove who it is: {why}", fix="check the date of this machine, or the network"
        ) from None
    except TimeoutError:
        raise _unavailable(host, "did not answer in time") from None
    except HTTPException:
        raise _wrong(host, "answers in no way that programs understand") from None
    except OSError as error:
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else type(error).__name__
        raise _unavailable(host, f"cannot be reached ({why})") from None
    return Answer(host, _fields(host, status, raw), [secret for secret in secrets if secret])


def _asked(parts: SplitResult, body: bytes, deadline: float) -> tuple[int, bytes]:
    """The status and the body of the answer."""
    host = parts.hostname or ""
    port = parts.port or _HTTPS
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUser-Agent: campaign\r\n"
        "Accept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((host, port), _left(deadline)) as bare:
        line: socket.socket = bare
        if parts.scheme == "https":
            line = ssl.create_default_context().wrap_socket(bare, server_hostname=host)
        with line:
            line.settimeout(_left(deadline))
            line.sendall(head.encode("ascii") + body)
            # It asks a socket for nothing but a file to read from.
            answer = HTTPResponse(cast("socket.socket", _Line(line, deadline)), method="POST")
            with answer:
                answer.begin()
                return answer.status, answer.read(MOST_OCTETS)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Line(io.RawIOBase):
    """A connection that is read for so long, and so much of it."""

    def __init__(self, line: socket.socket, deadline: float) -> None:
        self._line, self._deadline = line, deadline
        self._octets = 0

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._octets > MOST_OCTETS:
            raise HTTPException("an answer without end")
        self._line.settimeout(_left(self._deadline))
        got = self._line.recv_into(buffer)
        self._octets += got
        return got


def _fields(host: str, status: int, raw: bytes) -> Mapping[str, Any]:
    if status >= _BROKEN or status == _TOO_MANY:
        raise _unavailable(host, f"cannot answer now ({status})")
    if _OK < status < _ERROR:
        # Wherever it leads, what we have to say is for this address alone.
        raise _wrong(host, f"wants to send us elsewhere ({status})")
    try:
        fields = json.loads(raw)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise _wrong(host, f"answers with something that is no JSON object ({status})")
    if status != _OK and not isinstance(fields.get("error"), str):
        raise _wrong(host, f"refuses and does not say why ({status})")
    return fields


def _unavailable(host: str, why: str) -> ServerUnavailable:
    return ServerUnavailable(f"{quoted(host)} {why}", fix="check the network, and try again in a few minutes")


def _wrong(host: str, why: str) -> BadSettings:
    return BadSettings(
        f"{quoted(host)} {why}", fix="check the addresses under [oauth] in campaigns/settings.toml"
    )
