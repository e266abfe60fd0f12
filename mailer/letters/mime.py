"""Turns a draft into the exact bytes that leave: our own writer, the only one of this project.

    From, To, Subject, Date*, Message-ID, In-Reply-To*, References, List-Unsubscribe*, X-Campaign-Ref*,
    MIME-Version, Content-Type: multipart/mixed*
    ├── multipart/alternative
    │   ├── text/plain; charset=utf-8, quoted-printable
    │   └── multipart/related*
    │       ├── text/html; charset=utf-8, quoted-printable
    │       └── pictures, base64
    └── attachments, base64

What has a star is there only where it is needed: a letter without files is a multipart/alternative of two.
The same draft gives the same bytes on every machine. Python's own generator takes many times as long, and its
folding of headers has let recipients be smuggled in (CVE-2024-6923).
"""

import re
from binascii import b2a_qp
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from mailer.errors import BadData
from mailer.letters.headers import address_line, date_line, ids_line, ref_line, subject_line, unsubscribe_line
from mailer.letters.proof import prove
from mailer.nouns import Draft, Letter, Sender

_WORDS = b"""Content-Type: text/%s; charset=utf-8\r
Content-Transfer-Encoding: quoted-printable\r
\r
%s"""
_SEVERAL = b"""Content-Type: multipart/%s;\r
 boundary="%s"\r
\r
%s--%s--\r
"""
_LONGEST = 76
"""RFC 2045 §6.7: no line of quoted-printable is longer."""

_DELICATE = re.compile(rb"^(?:\.|From ).*", re.MULTILINE)
"""At the start of a line a dot is SMTP's (RFC 5321 §4.5.2), `From ` the mailbox file's."""


def write(
    draft: Draft, sender: Sender, message_id: str, ref: str, thread: tuple[str, ...], date: datetime | None
) -> Letter:
    """Write a draft as a letter (RFC 5322, RFC 2045–2047, RFC 2369), and read it back.

    Args:
        draft: The words.
        sender: Who writes.
        message_id: The letter's own, with its angle brackets.
        ref: Its reference for `X-Campaign-Ref` and the unsubscribe button; empty for a letter that is only
            tried out, which has neither.
        thread: The Message-IDs of the conversation's letters before this one, oldest first.
        date: When it was decided to send it; None leaves `Date` out (plan and preview).

    Returns:
        The letter; its digest is that of the bytes without `Date`.

    Raises:
        BadData: the draft holds what no letter can have, or the bytes do not read back as intended.
    """
    above = [
        _from_line("From", sender.name, sender.address),
        address_line("To", draft.to_name, draft.to),
        subject_line(draft.subject),
    ]
    # Some relays replace our Message-ID and keep References, so each letter names itself there, last: what
    # answers or returns it names it then, too, and not the one before it. Threads stay whole, because readers
    # skip a mail's own id, and go on to the one before.
    below = [
        ids_line("Message-ID", [message_id]),
        *([ids_line("In-Reply-To", thread[-1:])] if thread else []),
        ids_line("References", [*thread, message_id]),
        *([unsubscribe_line(sender.address, ref), ref_line(ref)] if ref else []),
        b"MIME-Version: 1.0",
        _body(draft),
    ]
    undated = b"\r\n".join([*above, *below])
    raw = b"\r\n".join([*above, date_line(date), *below]) if date else undated
    letter = Letter(
        draft.id, message_id, sender.address, (draft.to,), draft.subject, raw, sha256(undated).hexdigest()
    )
    prove(letter, draft, sender)
    return letter


def _body(draft: Draft) -> bytes:
    """The parts, with the header field that announces them."""
    text, html = _quoted(draft.text), _quoted(draft.html)
    seed = text + html
    first, second = _WORDS % (b"plain", text), _WORDS % (b"html", html)
    if not draft.enclosures:
        return _several(b"alternative", seed, [first, second])
    seed += "".join(one.digest for one in draft.enclosures).encode("ascii")
    pictures = [one.part for one in draft.enclosures if one.cid]
    attached = [one.part for one in draft.enclosures if not one.cid]
    if pictures:
        # Inside, not around: whoever reads the plain part should not be shown them as files.
        second = _several(b'related; type="text/html"', b"related" + seed, [second, *pictures])
    whole = _several(b"alternative", seed, [first, second])
    return _several(b"mixed", b"mixed" + seed, [whole, *attached]) if attached else whole


def _several(kind: bytes, seed: bytes, parts: Sequence[bytes]) -> bytes:
    """A part made of parts (RFC 2046 §5.1.1). The boundary follows from what is in them, not from chance."""
    boundary = b"=_" + sha256(seed).hexdigest()[:32].encode("ascii")
    between = b"--" + boundary + b"\r\n"
    return _SEVERAL % (kind, boundary, b"".join([between + part + b"\r\n" for part in parts]), boundary)


_from_line = lru_cache(maxsize=8)(address_line)
"""The same in every letter of a run."""


def _quoted(text: str) -> bytes:
    """A part as quoted-printable (RFC 2045 §6.7), lines of 76 at most, CRLF between them.

    `=_` cannot come out of this, nor out of base64, so no boundary that begins with it can stand in a part.
    """
    return b"\r\n".join(map(_quoted_line, text.split("\n")))


@lru_cache(maxsize=1024)  # most lines of a letter are the same for all groups
def _quoted_line(line: str) -> bytes:
    try:
        quoted = b2a_qp(line.encode())
    except UnicodeEncodeError as error:
        raise BadData("a letter holds half a character, which no mail can carry") from error
    if b"\n." in quoted or b"\nFrom " in quoted or quoted.startswith((b".", b"From ")):
        quoted = _DELICATE.sub(lambda found: _defused(found.group()), quoted)
    return quoted.replace(b"\n", b"\r\n")


def _defused(line: bytes) -> bytes:
    """A line with its delicate first character as `=2E` or `=46`; alone, where the line gets too long."""
    if not _DELICATE.match(line):
        return line
    longer = b"=%02X%s" % (line[0], line[1:])
    return longer if len(longer) <= _LONGEST else longer[:3] + b"=\n" + _defused(line[1:])
