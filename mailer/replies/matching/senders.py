"""Finds out who wrote a mail, wherever the way that it took has put the writer's address.

Mailing lists that must not write in other people's names (DMARC) put their own address into From, and keep
the writer's elsewhere: `From: Ana via Loire <loire@lists.example>`. Assistants write for others, help desks
and web forms for everybody.
"""

import re
from collections.abc import Iterator

from mailer.nouns import Address, BadAddress
from mailer.nouns.addresses import mailbox_of
from mailer.replies.reading.mail import Mail

_REAL_SENDERS = (
    *("x-original-from", "x-original-sender", "x-google-original-from", "x-mailfrom", "x-original-reply-to"),
    *("mail-reply-to", "resent-from", "sender", "x-sender", "x-envelope-from", "x-env-sender"),
)
"""Where servers and lists keep the writer's address, besides Reply-To."""

_LIST_ROLE = re.compile(
    r"(.+?)(?:-(?:owner|bounces|bounce|request|admin|help|confirm|leave|join|moderators?|editor)"
    r"|\+(?:owner|bounces|managers?|noreply|confirm|help|bnc[^@]*|owners))(?:[+=].*)?",
    re.IGNORECASE,
)
"""The addresses by which a list's own program writes (RFC 2142 §6, Mailman, Sympa, Google Groups)."""

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}\Z")
_DOMAIN = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_MOST = 40
_MOST_TRIED = 400
_EXAMINED = 64_000


def writers(mail: Mail, us: Address) -> tuple[Address, ...]:
    """Who may have written a mail, the likeliest first; never ourselves.

    Args:
        mail: The mail.
        us: Our own address.
    """
    found: dict[str, Address] = {}
    for address in _named(mail):
        if address.key != us.key:
            found.setdefault(address.key, address)
    return tuple(found.values())


def addresses_in(text: str) -> tuple[Address, ...]:
    """The addresses that stand anywhere in a text, in order; time is linear in its length.

    Args:
        text: Untrusted.
    """
    text = text[:_EXAMINED]
    found: dict[str, Address] = {}
    at, tried = text.find("@"), 0
    while at >= 0 and len(found) < _MOST and tried < _MOST_TRIED:
        tried += 1
        local = _LOCAL.search(text[max(0, at - 64) : at])
        domain = _DOMAIN.match(text, at + 1)
        if local and domain and (address := _address(local[0].lstrip("'._-"), domain[0])):
            found.setdefault(address.key, address)
        at = text.find("@", at + 1)
    return tuple(found.values())


def _named(mail: Mail) -> Iterator[Address]:
    yield from filter(None, (mail.sender, mail.reply_to))
    kept = {name: value for name, value in reversed(mail.fields.pairs) if name in _REAL_SENDERS}
    for name in _REAL_SENDERS if kept else ():
        yield from addresses_in(kept.get(name, "")[:1000])
    # "pa@agency.example on behalf of ana@loirepy.example", "'ana@loirepy.example' via Loire".
    yield from addresses_in(mail.sender_text[:1000])
    for address in filter(None, (mail.sender, mail.reply_to)):
        role = _LIST_ROLE.fullmatch(address.local)
        if role and (base := _address(role[1], address.domain)):
            yield base


def same_mailbox(one: Address, other: Address) -> bool:
    """Whether two addresses are spellings of one mailbox."""
    return mailbox_of(one.key) == mailbox_of(other.key)


def _address(local: str, domain: str) -> Address | None:
    try:
        return Address.parse(f"{local}@{domain}")
    except BadAddress:
        return None
