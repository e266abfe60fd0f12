"""Knows the usual mail providers, so that a fellow need not look up ports: `provider = "gmail"` says it all.

The facts stand in `providers.toml` beside this file, each with its source.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mailer.nouns import Door, Provider, Server, nearest, visible

STAND_IN = {"host": "nowhere.invalid", "port": 1, "tls": "implicit"}
"""Stands for what a provider that there is not would have filled in: one slip is one mistake."""


@cache
def providers() -> Mapping[str, Provider]:
    """All providers by what they are called in the settings."""
    read = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return MappingProxyType({name: _provider(name, facts) for name, facts in read.items()})


def provider_of(server: Server) -> Provider | None:
    """The provider whose server this is; None for one that is not known.

    Args:
        server: From the settings, however it got there.
    """
    known = providers().values()
    return next((one for one in known if one.smtp.leads_to(server) or one.imap.leads_to(server)), None)


def filled_in(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The settings with what their provider knows and they leave open; what they say themselves counts.

    Args:
        values: `settings.toml` with the environment on top, not yet checked.

    Returns:
        The same, with `host`, `port`, `tls` and `user` in `[smtp]` and `[imap]` where they lacked them.
    """
    if not isinstance(values.get("provider"), str):
        return values
    provider = providers().get(values["provider"])
    filled = dict(values)
    for section in ("smtp", "imap"):
        said = values.get(section, {})
        if isinstance(said, Mapping):
            door = getattr(provider, section) if provider else None
            known = dict(_known(door, said)) if door else STAND_IN
            user = _user(values) if provider and provider.user else {}
            filled[section] = {**known, **user, **said}
    return filled


def unknown_provider(name: str) -> tuple[str, str]:
    """What is wrong with a provider that there is not, and the remedy."""
    near = nearest(name.lower(), providers())
    known = f"leave the line out, or write one of: {', '.join(providers())}"
    what = f"names a provider that is not known here: {visible(name, limit=40)!r}"
    return what, f"did you mean {near}?" if near else known


def _known(door: Door, said: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Host, port and encryption that go with what is said already."""
    if door.host:
        yield "host", door.host
    ways = [
        (port, tls)
        for port, tls in door.ports
        if said.get("port", port) == port and said.get("tls", tls) == tls
    ]
    if ways:
        yield from zip(("port", "tls"), ways[0], strict=True)


def _user(values: Mapping[str, Any]) -> Mapping[str, object]:
    sender = values.get("sender")
    email = sender.get("email") if isinstance(sender, Mapping) else None
    return {"user": email} if isinstance(email, str) else {}


def _provider(name: str, facts: Mapping[str, Any]) -> Provider:
    listed: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in facts.items()
    }
    doors = {key: _door(facts[key]) for key in ("smtp", "imap") if key in facts}
    return Provider(**{**listed, **doors, "id": name})


def _door(facts: Mapping[str, Any]) -> Door:
    return Door(tuple(facts["hosts"]), tuple((int(port), tls) for port, tls in facts["ports"].items()))
