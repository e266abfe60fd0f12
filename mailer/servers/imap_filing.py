"""Puts copies of letters into the folder for sent mail, as far as the server takes them."""

import imaplib
from datetime import datetime

from mailer.nouns import Filed
from mailer.servers import imap_answers as answers
from mailer.servers.imap_door import said
from mailer.servers.imap_wire import Client
from mailer.servers.passwords import Credentials


class SentFolder:
    """The folder for sent mail, of a mailbox that is open."""

    def __init__(self, client: Client, known: Credentials, name: str) -> None:
        """Ask how large a mail may be (RFC 7889).

        Args:
            client: Signed in.
            known: With what; what the server says is told without it.
            name: What the folder is called.
        """
        self._client, self._known, self._name = client, known, name
        limit = answers.append_limit(client.capabilities())
        if limit is None:
            limit = answers.number(client.folder_status(name, ["APPENDLIMIT"]).get(b"APPENDLIMIT"))
        self._limit = limit

    def take(self, raw: bytes, at: datetime) -> Filed:
        r"""Put one mail there, \Seen and with this date; what a server refuses is a value.

        Raises whatever imaplib does when the line breaks.
        """
        if 0 < self._limit < len(raw):
            return Filed(self._name, refused=f"it takes no mail of more than {self._limit:,} bytes")
        try:
            # Its size goes ahead, and the server is waited for (RFC 3501 §7.5): who has no room says so then.
            answer = self._client.append(self._name, raw, [b"\\Seen"], at)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            words = self._known.quote(said(error).removeprefix("append failed: "))
            return Filed(self._name, refused=words or "it does not say why")
        return Filed(self._name, answers.appended(answer))
