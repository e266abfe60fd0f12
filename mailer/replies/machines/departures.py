"""Finds the note that somebody has left or changed her address, and whom to write to instead.

The note proposes; nobody's address is changed by it.
"""

import re
from dataclasses import dataclass

from mailer.nouns import Address
from mailer.replies.machines.departure_words import DEPARTED
from mailer.replies.machines.phrases import lower
from mailer.replies.reading.header_fields import address_in
from mailer.replies.reading.mail import Mail

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,200}[A-Za-z0-9]")
_MOST = 10


@dataclass(frozen=True, slots=True)
class Departure:
    """That somebody is not to be found there any more: the words that say so, and who is."""

    said: str
    instead: Address | None


def departure_in(mail: Mail, words: str) -> Departure | None:
    """What a note says of a departure or a new address; whether a machine sent it the caller must know.

    Args:
        mail: The note; its own addresses are not proposed.
        words: Its text, without quotes.
    """
    said = DEPARTED.search(lower(words))
    if said is None:
        return None
    own = {mail.sender.key if mail.sender else ""}
    own |= {each.lower() for name in ("to", "delivered-to") for each in _ADDRESS.findall(mail.header(name))}
    # Japanese and Chinese write no space before an address: only letters of addresses belong to it.
    places = [*_ADDRESS.finditer(words)][:_MOST]
    behind = sorted(places, key=lambda place: place.start() < said.start())
    found = (address_in(place[0].rstrip(".")) for place in behind)
    instead = next((each for each in found if each and each.key not in own), None)
    return Departure(" ".join(said[0].split()), instead)
