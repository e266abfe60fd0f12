"""Calls a server by its name, at whichever of its addresses answers first (RFC 8305).

Many a name has two kinds of addresses, and many a network says that it carries both when it carries one.
Who then asks one address after the other waits for minutes at the dead one.
"""

import asyncio
import socket
from collections import deque
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from itertools import chain, zip_longest

from mailer.errors import BadSettings

HEAD_START = 0.25
"""Seconds until the next address is tried, too (§5)."""

_MOST_UNSENT = 16_384
"""So many bytes wait in the buffer of the system for their turn; by itself it takes some megabytes.

What it has taken is out of our sight: the dot would be written behind a letter of which nothing has left,
and when the line breaks, that letter is in doubt. So the rest of it waits with us.
"""

_Where = tuple[int, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]


async def call(host: str, port: int, environ: Mapping[str, str]) -> socket.socket:
    """A connection to a server.

    Args:
        host: Its name or address.
        port: At which it listens.
        environ: `CI` in it says that this is a machine for tests, and from there no other one is called: a
            test that was never meant to send has written to thousands before.

    Raises:
        OSError: nobody has that name, or nobody answers; what the last address came to.
        BadSettings: the server is another machine, and this one is for tests.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if is_for_tests(environ) and not all(ip_address(address[0]).is_loopback for *_, address in found):
        raise BadSettings(
            f"CI is set, so this is a machine for tests, and {host} is another one: nothing leaves for there",
            fix="take the variable away where letters are really meant to leave: env -u CI campaign …",
        )
    left = deque(_by_turns([(family, address) for family, _, _, _, address in found]))
    trying: set[asyncio.Task[socket.socket]] = set()
    try:
        while True:
            if left:
                trying.add(asyncio.create_task(_reached(*left.popleft())))
            wait = HEAD_START if left else None
            done, _ = await asyncio.wait(trying, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
            for attempt in done:
                trying.discard(attempt)
                error = attempt.exception()
                if error is None:
                    return attempt.result()
                if not (trying or left):
                    raise error
    finally:
        await _called_off(trying)


def is_for_tests(environ: Mapping[str, str]) -> bool:
    """Whether this is a machine for tests: those of all usual kinds set `CI` to something."""
    return environ.get("CI", "").strip().lower() not in {"", "0", "false", "no"}


def _by_turns(places: list[_Where]) -> Iterator[_Where]:
    """Of each family in its turn, beginning with that of the first (§4)."""
    first = [place for place in places if place[0] == places[0][0]]
    others = [place for place in places if place[0] != places[0][0]]
    return filter(None, chain.from_iterable(zip_longest(first, others)))


async def _reached(family: int, address: object) -> socket.socket:
    # asyncio sends small things at once (TCP_NODELAY) only over what says that it is TCP.
    line = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):  # Linux and macOS have it
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _MOST_UNSENT)
    try:
        line.settimeout(0)
        await asyncio.get_running_loop().sock_connect(line, address)  # type: ignore[arg-type] # as it was found
    except BaseException:
        line.close()
        raise
    return line


async def _called_off(attempts: set[asyncio.Task[socket.socket]]) -> None:
    """End the attempts that came too late, and hang up where one of them has got through all the same."""
    for attempt in attempts:
        attempt.cancel()
    for line in await asyncio.gather(*attempts, return_exceptions=True):
        if isinstance(line, socket.socket):
            line.close()
