"""How replies look, by the mail program they were written with. Pure.

A reply holds what the person wrote, and around it what her program adds: the quote, the line above it,
headers, encodings. Readers of mail stumble over exactly these differences, so a rehearsal shows them all.
"""

import html
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mailer.rehearsal.mime import Part, date, mail, parts, person, text_part, token
from mailer.rehearsal.people import Program
from mailer.rehearsal.received import Received

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Note:
    """What a person writes, before her program has its way with it.

    Attributes:
        letter: The letter that she answers.
        name: Her name; may be empty.
        address: From where she writes.
        written_to: Where the letter went.
        words: What she writes, with her signature.
        at: When. UTC.
        zone: Her time zone.
        subject: A subject of her own; empty for a reply in the thread, with the letter quoted.
        copy_to: Who gets a copy; may be empty.
    """

    letter: Received
    name: str
    address: str
    written_to: str
    words: str
    at: datetime
    zone: ZoneInfo
    subject: str = ""
    copy_to: str = ""


def write(program: Program, note: Note) -> bytes:
    """The mail as it arrives, with the headers that servers added on the way."""
    prefix, threads_by, name, body = _PROGRAMS[program]
    letter, host = note.letter, note.address.rpartition("@")[2]
    own_id = f"<{token(note.address, letter.message_id, note.words)}@mail.{host}>"
    linked = {} if note.subject else _links(letter, threads_by)
    fields = (
        ("Return-Path", f"<{note.address}>"),
        ("Received", received(note.address, host, note.at)),
        ("From", person(note.name, note.address)),
        ("To", person(letter.sender_name, letter.reply_to)),
        ("Cc", note.copy_to),
        ("Subject", note.subject or f"{prefix} {letter.bare_subject}"),
        ("Date", date(note.at.astimezone(note.zone))),
        ("Message-ID", own_id),
        *linked.items(),
        ("User-Agent", name),
    )
    return mail(fields, body(note))


def received(seed: str, host: str, at: datetime) -> str:
    """The line that the fellow's server adds when it takes a mail from `host`."""
    return (
        f"from mx.{host} by mx.rehearsal.example with ESMTPS id {token(seed, str(at), length=12)}; {date(at)}"
    )


def _links(letter: Received, headers: tuple[str, ...]) -> dict[str, str]:
    """What ties the reply to the letter (RFC 5322 §3.6.4); not every program writes both."""
    before = [one for one in letter.references if one != letter.message_id]
    both = {"In-Reply-To": letter.message_id, "References": " ".join([*before, letter.message_id]).strip()}
    return {name: both[name] for name in headers}


def _quoted(letter: Received) -> str:
    return "\n".join(
        f"> {line}".rstrip() if line[:1] != ">" else f">{line}" for line in letter.text.split("\n")
    )


def _written_at(note: Note) -> datetime:
    """When the quoted letter was written, by the clock of the one who quotes it."""
    return (note.letter.at or note.at).astimezone(note.zone)


def _who(note: Note) -> str:
    return f"{note.letter.sender_name or note.letter.sender} <{note.letter.sender}>"


def _clock_12(at: datetime) -> str:
    return f"{at.hour % 12 or 12}:{at:%M} {'PM' if at.hour >= 12 else 'AM'}"  # noqa: PLR2004 - noon


def _web(note: Note) -> Part:
    at = _written_at(note)
    line = f"On {DAYS[at.weekday()][:3]}, {MONTHS[at.month - 1][:3]} {at.day}, {at.year} at {_clock_12(at)} "
    line += f"{_who(note)} wrote:"
    text, page = note.words, f'<div dir="ltr">{_as_html(note.words)}</div>'
    if not note.subject:
        text += f"\n\n{_wrapped(line)}\n\n{_quoted(note.letter)}\n"
        page += (
            f'<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{html.escape(line)}<br></div>'
        )
        page += f'<blockquote class="gmail_quote">{_as_html(note.letter.text)}</blockquote></div>'
    return _two_parts(text, page, "utf-8")


def _office(note: Note) -> Part:
    at = _written_at(note)
    sent = f"{DAYS[at.weekday()]}, {MONTHS[at.month - 1]} {at.day}, {at.year} {_clock_12(at)}"
    lines = [
        ("From", _who(note)),
        ("Sent", sent),
        ("To", note.written_to),
        ("Subject", note.letter.subject),
    ]
    text, page = note.words, f'<div class="WordSection1">{_as_html(note.words)}</div>'
    if not note.subject:
        header = "\n".join(f"{name}: {value}" for name, value in lines)
        text += f"\n\n________________________________\n{header}\n\n{note.letter.text}\n"
        header = "<br>".join(f"<b>{name}:</b> {html.escape(value)}" for name, value in lines)
        page += f'<hr><div id="divRplyFwdMsg">{header}</div><div>{_as_html(note.letter.text)}</div>'
    page = f'<html><body lang="EN-US">{page}</body></html>'
    return _two_parts(text, page, "windows-1252")


def _phone(note: Note) -> Part:
    at = _written_at(note)
    text = f"{note.words}\n\nSent from my phone"
    if not note.subject:
        line = f"On {at.day} {MONTHS[at.month - 1][:3]} {at.year}, at {at:%H:%M}, {_who(note)} wrote:"
        text += f"\n\n> {line}\n>\n{_quoted(note.letter)}\n"
    return text_part(text, charsets=("us-ascii", "utf-8"), encoding="base64")


def _console(note: Note) -> Part:
    at = _written_at(note)
    line = f"On {DAYS[at.weekday()][:3]}, {MONTHS[at.month - 1][:3]} {at:%d, %Y at %H:%M:%S %z}, "
    line += f"{note.letter.sender_name or note.letter.sender} wrote:"
    above = "" if note.subject else f"{line}\n{_quoted(note.letter)}\n\n"
    text = f"{above}{note.words}\n\n-- \n{note.name or note.address}\n"
    return text_part(text, charsets=("us-ascii", "iso-8859-1"), encoding="quoted-printable")


def _desktop(note: Note) -> Part:
    at = _written_at(note)
    line = f"Am {at:%d.%m.%y} um {at:%H:%M} schrieb {note.letter.sender_name or note.letter.sender}:"
    above = "" if note.subject else f"{line}\n{_quoted(note.letter)}\n\n"
    return text_part(above + note.words, charsets=("utf-8",), encoding="8bit", extra="format=flowed")


def _portal(note: Note) -> Part:
    page = f"<p>{_as_html(note.words)}</p>"
    if not note.subject:
        at = _written_at(note)
        line = html.escape(f"{at:%Y-%m-%d %H:%M}, {_who(note)}:")
        page += f'<p>{line}</p><blockquote type="cite">{_as_html(note.letter.text)}</blockquote>'
    page = f"<!DOCTYPE html><html><head><title></title></head><body>{page}</body></html>"
    return text_part(page, kind="html", charsets=("iso-8859-1",), encoding="base64")


def _two_parts(text: str, page: str, charset: str) -> Part:
    options: Any = {"charsets": ("us-ascii", charset), "encoding": "quoted-printable"}
    both = text_part(text, **options), text_part(page, kind="html", **options)
    return parts("alternative", both, text)


def _as_html(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>\n")


def _wrapped(line: str) -> str:
    """Some programs break this line before the address, and readers that look at single lines miss it."""
    return line if len(line) <= 78 else line.replace(" <", "\n<", 1)  # noqa: PLR2004 - RFC 5322 §2.1.1


_BOTH = ("In-Reply-To", "References")
_PROGRAMS: dict[Program, tuple[str, tuple[str, ...], str, Callable[[Note], Part]]] = {
    # what it puts before the subject, how it threads, its name, how it writes a body
    Program.WEB: ("Re:", _BOTH[::-1], "", _web),
    Program.OFFICE: ("RE:", _BOTH, "", _office),
    Program.PHONE: ("Re:", ("References",), "", _phone),
    Program.CONSOLE: ("Re:", _BOTH, "Slate/2.2", _console),
    Program.DESKTOP: ("Re:", _BOTH, "Lantern 115", _desktop),
    Program.PORTAL: ("Re:", ("In-Reply-To",), "", _portal),
}
