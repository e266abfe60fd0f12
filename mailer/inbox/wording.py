"""Reads the words of a letter of ours back from its bytes, quickly: thousands are compared with one quote."""

from binascii import a2b_qp

from mailer.replies import read

_HEAD = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
"""How `letters.mime` begins the plain part."""


def wording(raw: bytes) -> str:
    """The plain part of a letter, lines ended by LF.

    Args:
        raw: The letter as it left.
    """
    _, head, rest = raw.partition(_HEAD)
    if not head:
        return read(raw).text
    return a2b_qp(rest.partition(b"\r\n--")[0]).decode("utf-8", "replace").replace("\r\n", "\n")
