"""What a letter to herself has shown of a mail server: what it does with our marks, and with copies."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Learned:
    """What one probe through a server has shown.

    Attributes:
        server: The name of the server that took it, in small letters.
        at: When. UTC.
        keeps_message_id: Whether our Message-ID was still its own when it arrived.
        message_id: The one it arrived with. Untrusted.
        original_in: The header field that our Message-ID was moved to, in small letters; else empty.
        keeps_ref: Whether X-Campaign-Ref arrived as it left.
        files_copies: Whether a copy lay in Sent that we had not put there; None when nobody could look.
        signers: Who signed it, each as `selector` and `domain` of its DKIM-Signature. Untrusted.
    """

    server: str
    at: datetime
    keeps_message_id: bool
    message_id: str = ""
    original_in: str = ""
    keeps_ref: bool = True
    files_copies: bool | None = None
    signers: tuple[tuple[str, str], ...] = ()
