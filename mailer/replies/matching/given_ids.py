"""Learns which Message-ID a provider put in place of ours, from its answer to the letter.

    Amazon SES          250 Ok 0100018f2b7c41aa-5d…-000000           <0100018f…-000000@email.amazonses.com>
    Exchange Online     250 2.0.0 OK <AM0PR05…@AM0PR05….eurprd05.prod.outlook.com> [Hostname=…]
    Brevo and others    250 2.0.0 OK: queued as <202605…@smtp-relay.example>
    Postmark            250 2.0.0 Ok: queued as 2f4e…-…-…            <2f4e…@mtasv.net>

Gmail's `gsmtp` and Postfix's queue ids are no Message-IDs, and are passed over: they never come back.
"""

import re

_LONGEST = 1_000
_IN_BRACKETS = re.compile(r"<([^<>\s@]{6,200}@[^<>\s@]{3,200})>")
_AMAZON = re.compile(r"\b([0-9a-f]{16}-[0-9a-f]{8}-[0-9a-f-]{14,23}-[0-9a-f]{12}-0{6})\b", re.IGNORECASE)
_QUEUED = re.compile(r"\bqueued as ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b", re.IGNORECASE)
_OF_AMAZON = re.compile(r"(?:email|[a-z0-9-]{4,30})\.amazonses\.com")
_AMAZONS, _POSTMARKS = "@amazonses.com", "@mtasv.net"


def given_in(words: str) -> tuple[str, ...]:
    """The Message-IDs that a server's answer to a letter gives it, as `bare` writes them.

    Args:
        words: What the server said to the final dot. Untrusted.
    """
    if len(words) > _LONGEST or not ("<" in words or "-" in words):
        return ()
    found = [each.lower() for each in _IN_BRACKETS.findall(words)]
    found += [f"{each.lower()}{_AMAZONS}" for each in _AMAZON.findall(words)]
    found += [f"{each.lower()}{_POSTMARKS}" for each in _QUEUED.findall(words)]
    return tuple(dict.fromkeys(found))


def bare(message_id: str) -> str:
    """A Message-ID as it is compared: small, without brackets; Amazon's without the region in its domain.

    Args:
        message_id: Untrusted.
    """
    text = message_id.strip().strip("<>").lower()
    local, at, domain = text.rpartition("@")
    return f"{local}{_AMAZONS}" if at and _OF_AMAZON.fullmatch(domain) else text
