"""One signed-in line to a mail server: each command with its limits, each breakdown in our words."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from mailer.errors import ServerUnavailable
from mailer.nouns import Server
from mailer.servers import imap_answers as answers
from mailer.servers.imap_door import said
from mailer.servers.imap_wire import Client, Wire
from mailer.servers.passwords import Credentials
from mailer.servers.patience import ImapPatience
from mailer.servers.trouble import place, quoted

_HIGHEST_UID = 2**32 - 1

Answer = dict[int, dict[bytes, Any]]
"""What a server says of mails, by their numbers."""


class Line:
    """The one place where imapclient, which ships no types and believes its server, is spoken to.

    Attributes:
        client: imapclient.
        known: How we signed in; what the server says is told without it.
        opened: The folder that is open; empty while none is.
    """

    def __init__(
        self, client: Client, wire: Wire, server: Server, known: Credentials, patience: ImapPatience
    ) -> None:
        self.client, self.known = client, known
        self.opened = ""
        self._tells = True
        self._wire, self._server, self._patience = wire, server, patience

    def listed(self) -> dict[str, frozenset[bytes]]:
        """Every folder with its flags, in small letters.

        Raises:
            ServerUnavailable: the line broke.
        """
        with self.asking("listing the folders"):
            return {
                str(name): frozenset(bytes(flag).lower() for flag in flags)
                for flags, _, name in self.client.list_folders()
            }

    def status(self, folder: str) -> dict[bytes, Any]:
        """A folder's numbers, without opening it.

        Not HIGHESTMODSEQ (RFC 7162): it also rises when somebody reads or moves a mail, and new mail shows in
        UIDNEXT on every server. To ask for it would only make us open folders in which nothing is new.

        Raises:
            ServerUnavailable: the line broke, or the folder is not to be looked at.
        """
        with self.asking(f"looking at the folder {quoted(folder)}"):
            if folder == self.opened:
                # Dovecot tells of an open folder what was so when it last said so (RFC 3501 §6.3.10).
                self.client.noop()
            return dict(self.client.folder_status(folder, ["MESSAGES", "UIDNEXT", "UIDVALIDITY"]))

    def examine(self, folder: str) -> dict[bytes, Any]:
        """Open a folder, to leave no trace in it; what the server says of it.

        Raises:
            ServerUnavailable: the line broke, or the folder is not to be opened.
        """
        self.opened = folder
        with self.asking(f"opening the folder {quoted(folder)}"):
            return dict(self.client.select_folder(folder, readonly=True))

    def found(self, last: int, since: date) -> list[int]:
        """The numbers of what came after the mail numbered `last`; if that is 0, on `since` or later.

        Raises:
            ServerUnavailable: the line broke.
        """
        # Nothing that stands in a mail is ever searched for: imapclient would let it end the command.
        wanted = ["UID", f"{last + 1}:*"] if last else ["SINCE", since]
        with self.asking(f"searching the folder {quoted(self.opened)}"):
            found = {answers.number(uid) for uid in self.client.search(wanted)}
        # `n:*` names the last mail even when it is older than n (RFC 3501 §6.4.8).
        return sorted(uid for uid in found if last < uid <= _HIGHEST_UID)

    def ask(self, uids: Sequence[int], *items: str) -> Answer | None:
        """What the server says about these mails and no others; None when it cannot, or makes no sense.

        One mail that a server cannot read must not keep us from all that came after it.

        Raises:
            ServerUnavailable: the line broke.
        """
        import imaplib  # noqa: PLC0415 - comes with imapclient

        self._wire.allow(self._patience.command)
        try:
            answer: Answer = self.client.fetch(list(uids), list(items))
        except (imaplib.IMAP4.abort, OSError, MemoryError) as error:
            raise self.broken("fetching mails", error) from None
        except Exception:  # noqa: BLE001 - a refusal, or an answer that imapclient cannot take apart
            return None
        return answer

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until mail comes into the open folder; whether it did, where the server says so.

        Raises:
            ServerUnavailable: the line broke, or the server ended it.
        """
        import imaplib  # noqa: PLC0415 - comes with imapclient

        with self.asking("waiting for mail"):
            if self._tells and self.client.has_capability("IDLE"):
                try:
                    return self._wire.idle(seconds, self._patience.command)
                except imaplib.IMAP4.abort:
                    raise
                except imaplib.IMAP4.error:
                    self._tells = False  # it offers what it then refuses
            self._wire.rest(seconds)
            return False

    @contextmanager
    def asking(self, doing: str) -> Iterator[None]:
        """Ask one thing; whatever goes wrong becomes a ServerUnavailable that says what was asked."""
        self._wire.allow(self._patience.command)
        try:
            yield
        except Exception as error:  # noqa: BLE001 - a hostile answer makes imapclient raise anything
            raise self.broken(doing, error) from None

    def broken(self, doing: str, error: Exception) -> ServerUnavailable:
        """What the server's failing is called."""
        why = self.known.quote(said(error)) or type(error).__name__
        return ServerUnavailable(
            f"{place(self._server)} failed while {doing} ({why})",
            fix="run the same command again; what was read until then is kept",
        )
