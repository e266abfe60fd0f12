"""Recognizes a returned letter that is written for people only, and finds whose address it speaks of.

People write about bounces too, so two signs are wanted of a mail before it counts as one.
"""

import logging
import re
from dataclasses import dataclass
from email.message import Message

from mailer.nouns import Address
from mailer.replies.absence_words import SUBJECT_AUTOMATIC
from mailer.replies.header_fields import address_in
from mailer.replies.mail import Mail
from mailer.replies.notice_words import ABOUT_OTHERS, DAEMON, DELAYED, NOT_FAILED, ORIGINAL, PHRASE, SUBJECT

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,200}[A-Za-z0-9]")
_MOST_ADDRESSES = 10
_EXAMINED = 2_500
_NOTICE = 16_000
_ENOUGH = 2


_DAEMON_WROTE = "a mail server wrote it"
_NULL_PATH = "its envelope has no sender"
_LISTS_FAILED = "it lists failed recipients"
_SAYS_SO = "it says that a letter was not delivered"
_BY_MACHINE = {_DAEMON_WROTE, _NULL_PATH, _LISTS_FAILED}
_PASSED_ON = ("re:", "aw:", "fw:", "fwd:", "wg:")


@dataclass(frozen=True, slots=True)
class Notice:
    """A returned letter written for people.

    Attributes:
        signs: What tells that it is one, in plain words.
        text: What the server says, without the letter that it returns.
        addresses: Whom it speaks of.
        delayed: The server is still trying.
    """

    signs: tuple[str, ...]
    text: str
    addresses: tuple[Address, ...]
    delayed: bool


def notice_in(mail: Mail) -> Notice | None:
    """The notice that a mail is; None when it shows fewer than two signs of one."""
    signs = tuple(_signs(mail))
    if len(signs) < _ENOUGH or _is_absence_note(mail, signs):
        return None
    original = ORIGINAL.search(mail.text[:_NOTICE].lower(), 1)
    if not _BY_MACHINE & set(signs) and _is_from_person(mail, returned=bool(original or mail.originals)):
        return None
    text = mail.text[: original.start() if original else _NOTICE]
    delayed = bool(DELAYED.search(text[:_EXAMINED].lower()) or DELAYED.search(mail.subject[:200].lower()))
    return Notice(signs, text, _addresses(mail, text), delayed)


def is_daemon(mail: Mail) -> bool:
    """Whether a mail server says that it wrote this itself."""
    return bool(DAEMON.search(mail.sender_text[:500].lower())) or mail.sender_text.strip() == "<>"


def has_null_path(mail: Mail) -> bool:
    """Whether the envelope's sender is the null path, or the name that some servers note in its place."""
    return mail.return_path is not None and (
        mail.return_path == "" or mail.return_path.startswith("mailer-daemon")
    )


def _signs(mail: Mail) -> list[str]:
    found = {
        _DAEMON_WROTE: is_daemon(mail),
        _NULL_PATH: has_null_path(mail),
        _LISTS_FAILED: bool(mail.header("x-failed-recipients")),
        f"its subject is “{mail.subject[:80]}”": bool(SUBJECT.search(mail.subject[:200].lower())),
        "it is made up as a delivery report": "delivery-status" in mail.header("content-type").lower(),
    }
    signs = [sign for sign, there in found.items() if there]
    if signs and PHRASE.search(mail.text[:_EXAMINED].lower()):
        signs.append(_SAYS_SO)
    return signs


def _is_absence_note(mail: Mail, signs: tuple[str, ...]) -> bool:
    """Whether it rather says "I cannot be reached": absence notes too leave the envelope's sender empty."""
    return set(signs) <= {_NULL_PATH, _SAYS_SO} or bool(SUBJECT_AUTOMATIC.match(mail.subject[:200].lower()))


def _is_from_person(mail: Mail, *, returned: bool) -> bool:
    """Whether it rather is a person's word about a bounce: to a list, an answer, or with no letter in it."""
    listed = "list-id" in mail.fields or "list-post" in mail.fields
    return listed or not returned or mail.subject.lower().startswith(_PASSED_ON)


def _addresses(mail: Mail, text: str) -> tuple[Address, ...]:
    named = _ADDRESS.findall(mail.header("x-failed-recipients"))
    found = named or _by_format(mail, text) or _by_line(mail, text)
    parsed = (address for each in found[:_MOST_ADDRESSES] if (address := address_in(each.rstrip(".:"))))
    return tuple(dict.fromkeys(parsed))


def _by_line(mail: Mail, text: str) -> list[str]:
    """Every address in the notice but our own, the server's, and those of people to ask for help."""
    ours = {
        each.lower()
        for name in ("to", "delivered-to", "from")
        for each in _ADDRESS.findall(mail.header(name))
    }
    found = [
        each
        for line in text.split("\n")[:200]
        if not ABOUT_OTHERS.search(line[:_EXAMINED].lower()) or _stands_alone(line)
        for each in _ADDRESS.findall(line[:_EXAMINED])
        if each.lower() not in ours and not NOT_FAILED.search(each.lower())
    ]
    return list(dict.fromkeys(found))


def _stands_alone(line: str) -> bool:
    """Whether an address is nearly all that stands on a line."""
    return len(_ADDRESS.sub("", line).strip(" \t<>:;,.*-")) < 5  # noqa: PLR2004


def _by_format(mail: Mail, text: str) -> list[str]:
    """What flufl.bounce finds, which knows the formats of forty makes of server.

    It is shown our own bounded copy: its patterns take their time with long lines, and raw 8-bit headers or a
    missing From make it raise. Its verdict on permanence is not asked: it takes a full mailbox for dead.
    """
    from flufl.bounce import all_failures  # noqa: PLC0415 - only the odd mail needs it

    copy = Message()
    for name in ("from", "subject", "to", "x-mailer"):
        copy[name] = mail.header(name).encode("ascii", "replace").decode("ascii")[:500] or "none"
    copy.set_payload(
        "\n".join(line[:500] for line in text.split("\n")).encode("ascii", "replace").decode("ascii")
    )
    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)
    try:
        temporary, permanent = all_failures(copy)
    except Exception:  # noqa: BLE001 - one of its readers has stumbled: then our own looks
        return []
    return sorted(address.decode("ascii", "replace") for address in temporary | permanent)
