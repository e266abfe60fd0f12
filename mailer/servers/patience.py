"""How long we wait for a mail server before we call the line dead.

Giving up early manufactures doubt: a server that is still filing a letter when we hang up files it all the
same, and nobody can tell. So these are the least that RFC 5321 §4.5.3.2 asks of a client. A limit counts
for a whole reply, not for each byte of it: a server that drips one byte a minute would hold us for ever.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SmtpPatience:
    """Seconds to wait for an SMTP server.

    Attributes:
        opening: For connecting, encrypting and signing in together.
        greeting: For the connection and its first reply (§4.5.3.2.1).
        command: For the reply to MAIL, RCPT and all commands before them (§4.5.3.2.2, .3).
        data: For the reply to DATA (§4.5.3.2.4).
        block: For one block of the letter to leave us (§4.5.3.2.5).
        dot: For the reply to the final dot (§4.5.3.2.6), when the server is filing the letter.
        courtesy: For RSET and QUIT, whose replies change nothing.
    """

    opening: float = 900
    greeting: float = 300
    command: float = 300
    data: float = 120
    block: float = 180
    dot: float = 600
    courtesy: float = 10


@dataclass(frozen=True, slots=True)
class ImapPatience:
    """Seconds to wait for an IMAP server.

    Attributes:
        connect: For the connection, and with TLS for the handshake.
        silence: For the next bytes while a command is being answered.
        command: For the whole answer to one command, however busily it drips.
        courtesy: For LOGOUT, whose answer changes nothing.
    """

    connect: float = 60
    silence: float = 120
    command: float = 600
    courtesy: float = 5
