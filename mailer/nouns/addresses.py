"""An email address, checked by a grammar so strict that what we checked is what the server is told.

RFC 5321 allows quoted local parts, comments and address literals; nobody organizes a user group from one,
and each of them has been used to smuggle a second recipient past a mail library. We take the dot-atom form
of RFC 5322 §3.2.3 for the local part (ASCII) and host names of RFC 1123 for the domain; a domain in other
scripts becomes its A-labels (IDNA 2008).
"""

import re
from dataclasses import dataclass
from typing import Self

LONGEST = 254
"""RFC 5321 §4.5.3.1.3: a path is 256 octets with its angle brackets."""

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")


class BadAddress(ValueError):
    """The text is no address; the exception's text says why, as the end of "this address …"."""


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """One mailbox: `local` as written, `domain` in lower case and A-labels."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def key(self) -> str:
        """What makes two spellings one mailbox: no provider in use tells `Ana@` from `ana@`."""
        return str(self).lower()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read exactly one bare address.

        Raises:
            BadAddress: with the reason in words.
        """
        text = text.strip(" \t")
        if not text:
            raise BadAddress("is empty")
        if "," in text or ";" in text or text.count("@") > 1:
            raise BadAddress("holds more than one address; give each its own row")
        if any(mark in text for mark in '<>"()'):
            raise BadAddress("must stand alone, without a name, brackets or quotes")
        local, at, domain = text.partition("@")
        if not at:
            raise BadAddress("has no @")
        if not local.isascii():
            raise BadAddress("has letters before the @ that mail servers do not deliver to")
        if not _LOCAL.fullmatch(local) or len(local) > 64:  # noqa: PLR2004 - RFC 5321 §4.5.3.1.1
            raise BadAddress(f"has an odd part before the @: {local!r}")
        address = cls(local, _host(domain))
        if len(str(address)) > LONGEST:
            raise BadAddress(f"is longer than {LONGEST} characters")
        return address


def untagged(key: str) -> str:
    """An address's key without a plus-tag: most providers put `ana+lists@` into the mailbox of `ana@`."""
    local, _, domain = key.partition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


_DOTS_MEAN_NOTHING = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


def mailbox_of(key: str) -> str:
    """The key of the mailbox behind an address's key: without plus-tag, and as Gmail delivers it.

    For recognizing who writes; whom we write to is always the address as it was given.
    """
    local, _, domain = untagged(key).partition("@")
    known = _DOTS_MEAN_NOTHING.get(domain)
    return f"{local.replace('.', '') or local}@{known}" if known else f"{local}@{domain}"


def _host(domain: str) -> str:
    """The domain in lower-case A-labels."""
    if not domain:
        raise BadAddress("has nothing after the @")
    if not domain.isascii():
        domain = _a_labels(domain)
    domain = domain.lower()
    labels = domain.split(".")
    if len(labels) < 2:  # noqa: PLR2004 - a name and its top level
        raise BadAddress(f"has no dot after the @: {domain!r}")
    if any(len(label) > 63 or not _LABEL.fullmatch(label) for label in labels):  # noqa: PLR2004 - RFC 1035 §2.3.4
        raise BadAddress(f"has an odd host name: {domain!r}")
    if labels[-1].isdigit():
        raise BadAddress(f"names a number, not a host: {domain!r}")
    return domain


def _a_labels(domain: str) -> str:
    import idna  # noqa: PLC0415 - its tables are only loaded for the few who need them

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise BadAddress(f"has an odd host name: {domain!r}") from error
