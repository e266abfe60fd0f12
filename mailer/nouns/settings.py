"""What the fellow set once: who she is, and through which servers her mail goes."""

from dataclasses import dataclass, field
from typing import Literal

from mailer.nouns.addresses import Address
from mailer.nouns.oauth import OAuth
from mailer.nouns.pace import UNLIMITED, Pace

ONLY_TO = "CAMPAIGN_ONLY_TO"
"""The variable that names those to whom alone letters may go: for trying things out with a real table."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes.

    Attributes:
        name: Stands in `From:`.
        address: Stands in `From:` and in the envelope.
        role: One line under the name, such as "Fellow for user groups"; may be empty.
    """

    name: str
    address: Address
    role: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """One mail server and how to sign in. Never a password: that is asked for when it is needed.

    Attributes:
        host: Name or number.
        port: TCP port.
        tls: `implicit` (from the first byte), `starttls` (required, never optional), `none` (loopback only).
        user: The account's name; empty for no sign-in.
        password_cmd: A command whose first line of output is the password; empty to look elsewhere.
        token_cmd: A command whose first line of output is an access token, for OAuth 2 instead of a password.
        oauth: Where we get an access token ourselves, once `campaign login` has asked for it.
    """

    host: str
    port: int
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    user: str = ""
    password_cmd: tuple[str, ...] = field(default=(), repr=False)
    token_cmd: tuple[str, ...] = field(default=(), repr=False)
    oauth: OAuth | None = None

    @property
    def loopback(self) -> bool:
        """Whether the server is this very machine."""
        return self.host in {"127.0.0.1", "::1", "localhost"}

    @property
    def asks(self) -> bool:
        """Whether signing in starts a command of hers, which may ask for something on the terminal."""
        return bool(self.password_cmd or self.token_cmd or (self.oauth and self.oauth.client_secret_cmd))


@dataclass(frozen=True, slots=True)
class Settings:
    """`campaigns/settings.toml`, with what the environment says on top.

    Attributes:
        sender: Who writes.
        smtp: Where letters are handed in.
        imap: Where replies arrive.
        folders: The mailbox folders to read, beside those the server marks as junk.
        files_copies: Whether the provider itself keeps a copy of each letter that it takes in. Only then does
            it mean anything that a letter has none. None where she leaves it open, for others who know.
        pace: How fast letters leave, whatever campaign they are of.
        only_to: Keys of addresses, and domains with an @ before them, to which alone letters may go; where
            there are none, to all.
    """

    sender: Sender
    smtp: Server
    imap: Server
    folders: tuple[str, ...] = ("INBOX",)
    files_copies: bool | None = None
    pace: Pace = UNLIMITED
    only_to: tuple[str, ...] = ()

    def lets(self, address: Address) -> bool:
        """Whether letters may go to this address, as far as `only_to` says."""
        return not self.only_to or not {address.key, f"@{address.domain}"}.isdisjoint(self.only_to)
