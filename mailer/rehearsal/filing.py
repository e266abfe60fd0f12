"""What a provider does with a copy of each letter that it takes in: where, when and how it is filed."""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from mailer.rehearsal.mailboxes import ALL, SENT


class Rewriting(StrEnum):
    """What becomes of a letter's Message-ID."""

    NONE = "none"
    """It stays, as with Gmail and most others."""
    KEPT_BESIDE = "kept beside"
    """The provider puts its own there and keeps ours in another field, as Outlook.com does."""
    LOST = "lost"
    """The provider puts its own there, as Amazon does; our other fields stay."""


@dataclass(frozen=True, slots=True)
class Filing:
    """A provider's habit.

    Attributes:
        copies: Whether it files a copy at all; a plain relay files none.
        after: How long that takes.
        rewriting: What becomes of the Message-ID.
        all_mail: Whether the copy lies only in the folder for all mail.
    """

    copies: bool = True
    after: timedelta = timedelta()
    rewriting: Rewriting = Rewriting.NONE
    all_mail: bool = False

    @property
    def folder(self) -> str:
        """Where copies lie."""
        return ALL if self.all_mail else SENT

    def copy(self, raw: bytes) -> bytes:
        """The copy of a letter."""
        if self.rewriting is Rewriting.NONE:
            return raw
        own = b"Message-ID: <%b@provider.example>\r\n" % hashlib.sha256(raw).hexdigest()[:20].encode()
        beside = rb"X-Microsoft-Original-Message-ID:\1" if self.rewriting is Rewriting.KEPT_BESIDE else b""
        return own + _MESSAGE_ID.sub(beside, raw, count=1)


_MESSAGE_ID = re.compile(rb"^Message-ID:((?:[^\n]|\n[ \t])*\n)", re.IGNORECASE | re.MULTILINE)
