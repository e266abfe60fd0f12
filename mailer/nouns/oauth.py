"""What has to be known of a provider that lets programs in with a consent instead of a password (OAuth 2).

The two that most mailboxes belong to are known here; an own one is described in the settings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class OAuth:
    """A provider's addresses, and who we are to it. Never a secret: that is asked for when it is needed.

    Attributes:
        provider: What a person calls it.
        token_url: Where consents are exchanged for tokens (RFC 6749 §3.2).
        authorization_url: Where a person consents in her browser (§3.1); empty where only `--device` works.
        device_url: Where consenting on another device begins (RFC 8628 §3.1); empty where that does not work.
        scopes: What we ask to be allowed.
        asks: Further words of the browser's address, that this provider wants.
        redirect_host: What the browser is to call this machine when it brings the answer.
        client_id: The name under which the provider knows this program.
        client_secret_cmd: A command whose first line of output is what some providers want besides.
    """

    provider: str
    token_url: str
    authorization_url: str = ""
    device_url: str = ""
    scopes: tuple[str, ...] = ()
    asks: tuple[tuple[str, str], ...] = ()
    redirect_host: str = "127.0.0.1"
    client_id: str = ""
    client_secret_cmd: tuple[str, ...] = field(default=(), repr=False)


_MICROSOFT = "https://login.microsoftonline.com/common/oauth2/v2.0"
_OUTLOOK = "https://outlook.office.com"

OAUTH_PRESETS: Mapping[str, OAuth] = {
    "google": OAuth(
        "google",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
        authorization_url="https://accounts.google.com/o/oauth2/v2/auth",
        # No device_url: Google lets nobody at mail by that way.
        scopes=("https://mail.google.com/",),
        # Without both it gives no refresh token from the second time on.
        asks=(("access_type", "offline"), ("prompt", "consent")),
    ),
    "microsoft": OAuth(
        "microsoft",
        token_url=f"{_MICROSOFT}/token",
        authorization_url=f"{_MICROSOFT}/authorize",
        device_url=f"{_MICROSOFT}/devicecode",
        scopes=(f"{_OUTLOOK}/IMAP.AccessAsUser.All", f"{_OUTLOOK}/SMTP.Send", "offline_access"),
        # Its portal takes this name for programs without fuss, and any port with it.
        redirect_host="localhost",
    ),
}
"""By what stands behind `oauth =` in the settings."""
