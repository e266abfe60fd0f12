"""SPF (RFC 7208): which servers may send for the sender's domain, and whether that counts."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from mailer.doctor.checks import Check, Grade
from mailer.nouns import Answer, visible

MOST_LOOKUPS = 10
"""RFC 7208 §4.6.4: with one more the whole record counts for nothing."""

_TERM = re.compile(r"([+?~-]?)([a-z0-9]+)(?:[:/](.*))?", re.IGNORECASE)
_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(.*)", re.IGNORECASE)
_FREE = frozenset({"ip4", "ip6", "all"})
_COSTLY = frozenset({"include", "a", "mx", "ptr", "exists"})
_PART = "domain"


class _Silence(Exception):
    """Nobody answers; the text says why."""


@dataclass
class _Walk:
    """What was found on the way through a record and those that it includes.

    Attributes:
        ask: For a name's texts.
        lookups: How many names a receiving server has to look up.
        included: Every name that is included, in small letters.
        fault: What makes the whole record count for nothing.
        final: What it says of all other servers: `-`, `~`, `?` or `+`; empty when nothing.
        found: How many records the domain itself has.
    """

    ask: Callable[[str], Answer]
    lookups: int = 0
    included: set[str] = field(default_factory=set)
    fault: str = ""
    final: str = ""
    found: int = 1

    def through(self, name: str, *, top: bool) -> None:
        """Follow the record of a name; `top` where its last word counts, and not only what it lets pass."""
        answer = self.ask(name)
        if answer.trouble:
            raise _Silence(answer.trouble)
        records = [text for text in answer.texts if re.match(r"v=spf1( |$)", text, re.IGNORECASE)]
        if top and not self.lookups:
            self.found = len(records)
        if len(records) != 1:
            has = f"{len(records)} SPF records" if records else "no SPF record"
            self.fault = self.fault or f"{_shown(name)} has {has}, and must have one"
            return
        redirect = ""
        for term in records[0].split()[1:]:
            if modifier := _MODIFIER.fullmatch(term):
                redirect = modifier[2] if modifier[1].lower() == "redirect" else redirect
            elif self._follows(term, name, top=top):
                return
            if self.fault:
                return
        if redirect and self._counts():
            self._into(redirect, top=top)

    def _follows(self, term: str, name: str, *, top: bool) -> bool:
        """Follow one mechanism; whether it was the last one that counts."""
        found = _TERM.fullmatch(term)
        kind = found[2].lower() if found else ""
        if not found or kind not in _FREE | _COSTLY:
            self.fault = f"the SPF record of {_shown(name)} holds {_shown(term)!r}, which means nothing"
        elif kind == "all":
            self.final = (found[1] or "+") if top else self.final
            return True
        elif kind == "include" and not found[3]:
            self.fault = f"the SPF record of {_shown(name)} includes nothing by name"
        elif kind in _COSTLY and self._counts() and kind == "include":
            self._into(found[3], top=False)
        return False

    def _counts(self) -> bool:
        """Count one more name; whether that is still allowed."""
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            self.fault = f"a receiving server would have to look up more than {MOST_LOOKUPS} names for it"
        return not self.fault

    def _into(self, name: str, *, top: bool) -> None:
        self.included.add(name.rstrip(".").lower())
        # What stands behind % depends on the letter (RFC 7208 §7).
        if "%" not in name:
            self.through(name, top=top)


def check_spf(domain: str, ask: Callable[[str], Answer], include: str) -> Check:
    """Look at the SPF record of a domain.

    Args:
        domain: The sender's, in A-labels.
        ask: For a name's texts.
        include: What the provider wants to be included; empty when that is not known.
    """
    walk = _Walk(ask)
    try:
        walk.through(domain, top=True)
    except _Silence as silence:
        return Check(_PART, "SPF", Grade.UNKNOWN, str(silence))
    wanted = f'"v=spf1 include:{include} ~all"' if include else "with what your provider asks for"
    if not walk.found:
        says = f"{domain} does not say who may send for it"
        return Check(_PART, "SPF", Grade.ATTENTION, says, f"add a TXT record to {domain}: {wanted}")
    if walk.fault:
        fix = f"correct the record of {domain} in its DNS; until then no server heeds it"
        return Check(_PART, "SPF", Grade.WRONG, walk.fault, fix)
    return _judged(domain, walk, include)


def _judged(domain: str, walk: _Walk, include: str) -> Check:
    """A record that is in order: what it says."""
    if walk.final == "+":
        says = f"the record of {domain} lets anybody send in its name (+all)"
        return Check(_PART, "SPF", Grade.WRONG, says, "end it with ~all")
    if include and include not in walk.included and include != domain:
        says = f"the record of {domain} does not name your provider's servers"
        return Check(_PART, "SPF", Grade.ATTENTION, says, f"put include:{include} into it, before its end")
    if walk.final not in {"-", "~"}:
        says = f"the record of {domain} does not say what to think of other servers"
        return Check(_PART, "SPF", Grade.ATTENTION, says, "end it with ~all")
    says = f"{domain} says who may send for it; {walk.lookups} of {MOST_LOOKUPS} look-ups, {walk.final}all"
    return Check(_PART, "SPF", Grade.FINE, says)


def _shown(text: str) -> str:
    return visible(text, limit=80)
