"""What stands between a letter and its reader writes back: lists, moderators, suspicious machines. Pure."""

from datetime import datetime

from mailer.rehearsal import mime
from mailer.rehearsal.programs import Note, received
from mailer.rehearsal.received import Received

_MODERATED = """\
Your mail to '{name}' with the subject

    {subject}

Is being held until the list moderator can review it for approval.

The reason it is being held:

    Post by non-member to a members-only list

Either the message will get posted to the list, or you will receive
notification of the moderator's decision.
"""
_CHALLENGE = """\
Hello,

I protect my mailbox from unwanted mail. Your message is waiting: it will be delivered to me only after you
have confirmed, once, that you are a person. Please click on this link:

    https://gate.{host}/confirm/{token}

If you do not, your message will be deleted after 14 days.

{name}
"""
_LEFT = """\
Hello,

{name} no longer works with us, and this mailbox is not read any more.
Please write to {instead} instead.

This is an automatic reply.
"""
_BARE = """\
Hi. This is the mail program at {host}.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{address}>:
Sorry, no mailbox here by that name. (#5.1.1)
"""


def through_list(note: Note, group: str) -> bytes:
    """An answer as a mailing list passes it on that puts its own address into From (for DMARC's sake).

    Args:
        note: What was written; `written_to` is the list.
        group: What the list calls itself.
    """
    listed, host = note.written_to, note.written_to.rpartition("@")[2]
    footer = f"_______________________________________________\n{group} mailing list\nhttps://lists.{host}/\n"
    quote = "\n".join(f"> {line}".rstrip() for line in note.letter.text.split("\n"))
    text = f"{note.words}\n\n{note.letter.sender_name} wrote:\n{quote}\n{footer}"
    fields = (
        ("Return-Path", f"<list-bounces@{host}>"),
        ("Received", received(listed, host, note.at)),
        ("From", mime.person(f"{note.name} via {group}", listed)),
        ("Reply-To", mime.person(note.name, note.address)),
        ("To", listed),
        ("Subject", f"[{group}] Re: {note.letter.bare_subject}"),
        ("Date", mime.date(note.at.astimezone(note.zone))),
        ("Message-ID", _own_id("list", note.letter, note.address)),
        ("References", note.letter.message_id),
        ("List-Id", f"{group} <list.{host}>"),
        ("List-Post", f"<mailto:{listed}>"),
        ("List-Unsubscribe", f"<mailto:list-leave@{host}>"),
        ("Precedence", "list"),
        ("X-Original-From", mime.person(note.name, note.address)),
    )
    return mime.mail(fields, mime.text_part(text, charsets=("us-ascii", "utf-8"), encoding="8bit"))


def moderated(letter: Received, address: str, name: str, now: datetime) -> bytes:
    """A list's notice that a letter waits for its moderator."""
    host = address.rpartition("@")[2]
    text = _MODERATED.format(name=name, subject=letter.subject)
    fields = (
        ("Return-Path", f"<list-bounces@{host}>"),
        ("Received", received(address, host, now)),
        ("From", f"list-owner@{host}"),
        ("To", letter.sender),
        ("Subject", f"Your message to {name} awaits moderator approval"),
        ("Date", mime.date(now)),
        ("Message-ID", _own_id("moderated", letter, address)),
        ("In-Reply-To", letter.message_id),
        ("Precedence", "bulk"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Mailman-Version", "2.1.39"),
        ("List-Id", f"{name} <list.{host}>"),
        ("X-List-Administrivia", "yes"),
    )
    return mime.mail(fields, mime.text_part(text, charsets=("us-ascii", "utf-8"), encoding="8bit"))


def challenge(letter: Received, address: str, name: str, now: datetime) -> bytes:
    """A machine's demand to prove that a person wrote the letter."""
    host = address.rpartition("@")[2]
    token = mime.token("gate", letter.message_id)
    text = _CHALLENGE.format(host=host, token=token, name=name or address)
    subject = f"Please confirm your message: {letter.bare_subject}"
    return _automatic(letter, address, name, subject, text, "challenge", now)


def has_left(letter: Received, address: str, name: str, instead: str, now: datetime) -> bytes:
    """A machine's word that somebody is not there any more, and whom to write to."""
    text = _LEFT.format(name=name or address, instead=instead)
    subject = f"Automatic reply: {letter.subject}"
    return _automatic(letter, address, name, subject, text, "left", now)


def bare_bounce(letter: Received, address: str, now: datetime) -> bytes:
    """A report in words only, that holds nothing of the letter."""
    host = address.rpartition("@")[2]
    fields = (
        ("Return-Path", "<>"),
        ("Received", received(address, host, now)),
        ("From", f"MAILER-DAEMON@{host}"),
        ("To", letter.sender),
        ("Subject", "failure notice"),
        ("Date", mime.date(now)),
        ("Message-ID", _own_id("bare", letter, address)),
    )
    text = _BARE.format(host=host, address=address)
    return mime.mail(fields, mime.text_part(text, charsets=("us-ascii",), encoding="8bit"))


def _automatic(
    letter: Received, address: str, name: str, subject: str, text: str, what: str, now: datetime
) -> bytes:
    fields = (
        ("Return-Path", "<>"),
        ("Received", received(address, address.rpartition("@")[2], now)),
        ("From", mime.person(name, address)),
        ("To", mime.person(letter.sender_name, letter.reply_to)),
        ("Subject", subject),
        ("Date", mime.date(now)),
        ("Message-ID", _own_id(what, letter, address)),
        ("In-Reply-To", letter.message_id),
        ("Auto-Submitted", "auto-replied"),
    )
    return mime.mail(fields, mime.text_part(text, charsets=("us-ascii", "utf-8"), encoding="8bit"))


def _own_id(what: str, letter: Received, address: str) -> str:
    return f"<{mime.token(what, address, letter.message_id)}@{address.rpartition('@')[2]}>"
