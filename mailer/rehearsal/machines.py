"""What machines write back: reports of failed delivery, notices of absence, receipts of a help desk. Pure."""

from datetime import date, datetime, timedelta
from email.utils import format_datetime

from mailer.rehearsal import mime
from mailer.rehearsal.mime import Part
from mailer.rehearsal.programs import DAYS, MONTHS, received
from mailer.rehearsal.received import Received

_AWAY_GERMAN = """\
Vielen Dank für Ihre Nachricht.

Ich bin zurzeit nicht im Büro und lese meine E-Mails nicht.
Ab {weekday}, dem {day:%d.%m.%Y}, bin ich wieder für Sie da.

In dringenden Fällen wenden Sie sich bitte an das Vereinsbüro.

Mit freundlichen Grüßen
{name}
"""
_AWAY_ENGLISH = """\
Thank you for your message.

I am out of the office with limited access to email.
I will be back on {weekday}, {month} {day.day}, {day.year}, \
and will answer then.

Best regards,
{name}
"""
_AWAY_FRENCH = """\
Bonjour,

Je suis absente du bureau jusqu'au {day.day} {month} {day.year} inclus et je ne consulte pas ma messagerie.
Je vous répondrai dès mon retour.

Bien cordialement,
{name}
"""
_AWAY_SPANISH = """\
Hola:

Estoy fuera de la oficina y vuelvo el {weekday} {day.day} de {month}. Durante estos días no leo el correo.

Un saludo,
{name}
"""
_WORKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag")
_AWAY = {
    "de": ("Automatische Antwort", _AWAY_GERMAN, _WORKDAYS),
    "en": ("Automatic reply", _AWAY_ENGLISH, DAYS),
    "fr": ("Réponse automatique", _AWAY_FRENCH, ("lundi", "mardi", "mercredi", "jeudi", "vendredi")),
    "es": ("Respuesta automática", _AWAY_SPANISH, ("lunes", "martes", "miércoles", "jueves", "viernes")),
}
_MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "es": [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
}
_SAYS_NOTHING = {"es"}
"""Some office servers answer by a rule of the mailbox, and mark such mails in no way."""
_TICKET = """\
Hello,

this is to confirm that we have received your message. It has been given the number {number}.
A member of our team will look at it as soon as possible. Please keep the number in the subject
if you write to us about this again.

This is an automated message.

--\x20
{name}
"""


def back_on(today: date, *, at_least: int) -> date:
    """The first day back at work: in `at_least` days, or on the Monday after a weekend."""
    earliest = today + timedelta(days=at_least)
    weekend = earliest.weekday() >= len(_WORKDAYS)
    return earliest + timedelta(days=7 - earliest.weekday() if weekend else 0)


def away(letter: Received, address: str, name: str, language: str, now: datetime, until: date) -> bytes:
    """A notice of absence, as an office mail server sends it: null return path, `Auto-Submitted` (RFC 3834).

    Args:
        letter: What was written to the person.
        address: The person's.
        name: The person's; may be empty.
        language: `de`, `en`, `fr` or `es`.
        now: When the notice is sent.
        until: The first day back.
    """
    prefix, text, days = _AWAY[language]
    month = _MONTHS.get(language, MONTHS)[until.month - 1]
    text = text.format(day=until, weekday=days[until.weekday()], month=month, name=name or address)
    marks = (("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"))
    fields = (
        *_arrived(address, now),
        ("From", mime.person(name, address)),
        ("To", mime.person(letter.sender_name, letter.reply_to)),
        ("Subject", f"{prefix}: {letter.subject}"),
        ("Date", mime.date(now)),
        ("Message-ID", _own_id("away", letter, address)),
        ("In-Reply-To", letter.message_id),
        ("References", letter.message_id),
        *(() if language in _SAYS_NOTHING else marks),
        ("Content-Language", {"de": "de-DE", "en": "en-US", "fr": "fr-FR", "es": "es-CL"}[language]),
    )
    body = mime.text_part(text, charsets=("us-ascii", "iso-8859-1"), encoding="quoted-printable")
    return mime.mail(fields, body)


def ticket(letter: Received, address: str, name: str, now: datetime) -> bytes:
    """The receipt of a help desk that takes every mail for a request."""
    number = int(mime.token(address, letter.message_id, length=6), 16) % 90_000 + 10_000
    text = _TICKET.format(number=number, name=name or "Help desk")
    fields = (
        *_arrived(address, now),
        ("From", mime.person(name or "Help desk", address)),
        ("To", mime.person(letter.sender_name, letter.reply_to)),
        ("Subject", f"[Ticket #{number}] We have received your request: {letter.bare_subject}"),
        ("Date", mime.date(now)),
        ("Message-ID", _own_id("ticket", letter, address)),
        ("In-Reply-To", letter.message_id),
        ("References", letter.message_id),
        ("Auto-Submitted", "auto-replied"),
        ("Precedence", "auto_reply"),
        ("X-Auto-Response-Suppress", "All"),
    )
    return mime.mail(fields, mime.text_part(text, charsets=("utf-8",), encoding="quoted-printable"))


def bounce(letter: Received, address: str, now: datetime) -> bytes:
    """The report that the address does not exist (RFC 3464), with the letter's own headers (RFC 6522).

    Three parts: words for people, fields for programs, and the headers of what came back.
    """
    host = address.rpartition("@")[2]
    reason = f"550 5.1.1 <{address}>: Recipient address rejected: User unknown"
    words = (
        f"This is the mail system at host mx.{host}.\n\n"
        "I am sorry to say that your message could not be delivered to one recipient.\n"
        "The report and the headers of your message are attached.\n\n"
        f"<{address}>: host mail.{host} said: {reason}\n    (in reply to RCPT TO command)\n"
    )
    fields = (
        ("Return-Path", "<>"),
        ("Received", received(address, host, now)),
        ("From", f"Mail Delivery System <MAILER-DAEMON@mx.{host}>"),
        ("To", letter.sender),
        ("Subject", "Undelivered Mail Returned to Sender"),
        ("Date", mime.date(now)),
        ("Message-ID", _own_id("bounce", letter, f"x@mx.{host}")),
        ("Auto-Submitted", "auto-replied"),
    )
    inner = [
        Part((("Content-Description", "Notification"), *_ascii("text/plain")), _lines(words)),
        Part(
            (("Content-Description", "Delivery report"), ("Content-Type", "message/delivery-status")),
            _lines(_report(letter, address, host, reason, now)),
        ),
        Part(
            (("Content-Description", "Undelivered Message Headers"), ("Content-Type", "text/rfc822-headers")),
            letter.header,
        ),
    ]
    return mime.mail(
        fields, mime.parts("report; report-type=delivery-status", inner, letter.message_id + address)
    )


def _report(letter: Received, address: str, host: str, reason: str, now: datetime) -> str:
    return (
        f"Reporting-MTA: dns; mx.{host}\n"
        f"X-Sender: rfc822; {letter.sender}\n"
        f"Arrival-Date: {format_datetime((letter.at or now).replace(microsecond=0))}\n\n"
        f"Final-Recipient: rfc822; {address}\n"
        f"Original-Recipient: rfc822;{address}\n"
        "Action: failed\nStatus: 5.1.1\n"
        f"Remote-MTA: dns; mail.{host}\n"
        f"Diagnostic-Code: smtp; {reason}\n"
    )


def _arrived(address: str, now: datetime) -> tuple[tuple[str, str], ...]:
    return ("Return-Path", "<>"), ("Received", received(address, address.rpartition("@")[2], now))


def _own_id(what: str, letter: Received, address: str) -> str:
    return f"<{mime.token(what, address, letter.message_id)}@{address.rpartition('@')[2]}>"


def _ascii(kind: str) -> tuple[tuple[str, str], ...]:
    return (("Content-Type", f'{kind}; charset="us-ascii"'),)


def _lines(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("ascii", "replace")
