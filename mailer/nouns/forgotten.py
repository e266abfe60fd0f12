"""What a forgotten person is called in the records, and how she is known again should her address come back.

Nobody can read the address out of such a name; but who has the ledger's secret can work out the name of any
address that is put to the question.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field

from mailer.nouns.addresses import Address, untagged

DOMAIN = "forgotten.invalid"
"""RFC 2606 §2: no mail can ever go there."""

_LENGTH = 16


def is_forgotten(key: str) -> bool:
    """Whether an address of the records (its key) is one that stands for somebody forgotten."""
    return key.endswith(f"@{DOMAIN}")


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Gives every address a name of its own, always the same one.

    Attributes:
        secret: Keeps anybody else from trying out addresses.
    """

    secret: bytes = field(default=b"", repr=False)

    def of(self, key: str) -> Address:
        """The address that stands for this one (its key)."""
        digest = hmac.digest(self.secret, b"forgotten:" + key.encode(), hashlib.sha256)
        return Address(base64.b32encode(digest).decode("ascii").lower()[:_LENGTH], DOMAIN)

    def keys(self, key: str) -> tuple[str, ...]:
        """The keys that an address (its key) may go by: as it is spelt, and without its plus-tag."""
        return tuple(self.of(spelling).key for spelling in dict.fromkeys((key, untagged(key))))
