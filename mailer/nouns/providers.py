"""A mail provider: its servers, its limits, what it does with a letter. What is not known stays open."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from mailer.nouns.settings import Server


@dataclass(frozen=True, slots=True)
class Door:
    """One kind of server of a provider, and the ways in.

    Attributes:
        hosts: The servers' names, the one to use first. `*` in a name stands for whatever differs (a region).
        ports: How the line is encrypted, by port, the best way first.
    """

    hosts: tuple[str, ...] = ()
    ports: tuple[tuple[int, str], ...] = ()

    @property
    def host(self) -> str:
        """The server to use; empty when that depends on the account."""
        return next((host for host in self.hosts if "*" not in host), "")

    def leads_to(self, server: Server) -> bool:
        """Whether this is the provider's server."""
        # A program that listens on this machine is known by its ports alone.
        if server.loopback and server.port not in dict(self.ports):
            return False
        return any(fnmatchcase(server.host.rstrip("."), host) for host in self.hosts)


@dataclass(frozen=True, slots=True)
class Provider:
    """What is known of a mail provider. None, 0 and empty texts mean that it is not known.

    Attributes:
        id: What it is called in the settings.
        name: What people call it.
        smtp: Where letters are handed in.
        imap: Where replies arrive.
        user: Whether accounts sign in with their whole address.
        per_day: Most letters in 24 hours, by the smallest kind of account.
        per_minute: Most letters in a minute.
        connections: Most lines at a time for handing in letters.
        keeps_message_id: Whether our Message-ID stays in letters.
        files_copies: Whether it puts a copy of each letter into Sent by itself.
        sign_in: Which password or token it wants, in a sentence.
        sign_in_page: Where to get that.
        domains: Domains of its own, whose records are its business.
        spf: What a customer's SPF record includes.
        selectors: The DKIM selectors that it signs with for a customer's domain.
        receiver: What its receiving servers call themselves in `Authentication-Results`.
    """

    id: str
    name: str
    smtp: Door
    imap: Door = Door()
    user: bool = False
    per_day: int = 0
    per_minute: int = 0
    connections: int = 0
    keeps_message_id: bool | None = None
    files_copies: bool | None = None
    sign_in: str = ""
    sign_in_page: str = ""
    domains: tuple[str, ...] = ()
    spf: str = ""
    selectors: tuple[str, ...] = ()
    receiver: str = ""
