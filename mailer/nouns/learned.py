"""What a letter to herself has shown of a mail server: what it does with our marks, and with copies."""

from dataclasses import dataclass
from datetime import datetime

from mailer.nouns.providers import Provider
from mailer.nouns.settings import Settings


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


def files_copies(settings: Settings, learned: Learned | None, provider: Provider | None) -> bool | None:
    """Whether a copy of each letter is filed in Sent without us; None where nobody knows.

    Args:
        settings: What she says counts first.
        learned: What a probe through that SMTP server has shown counts next.
        provider: What is known of whoever runs that server comes last.
    """
    seen = learned.files_copies if learned else None
    known = provider.files_copies if provider else None
    return next((one for one in (settings.files_copies, seen, known) if one is not None), None)
