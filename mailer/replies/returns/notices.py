"""Recognizes a returned letter that is written for people only.

People write about bounces too, so two signs are wanted of a mail before it counts as one, and of a mail that
no machine seems to have sent, the letter that came back as well.
"""

import re
from dataclasses import dataclass

from mailer.nouns import Address
from mailer.replies.machines.absence_words import SUBJECT_AUTOMATIC
from mailer.replies.reading.header_fields import address_in, fields_in
from mailer.replies.reading.mail import Mail
from mailer.replies.returns.dead_addresses import addresses_in
from mailer.replies.returns.notice_words import (
    ARRIVED,
    DAEMON,
    DELAYED,
    IN_OUTRIGHT,
    LIST_REFUSAL,
    ORIGINAL,
    OUTRIGHT,
    PHRASE,
    SUBJECT,
    SUBJECT_ARRIVED,
)

_EXAMINED = 2_500
_NOTICE = 16_000
_ENOUGH = 2
_SHORT = 800
_BEGINNING = 200

_DAEMON_WROTE = "a mail server wrote it"
_NULL_PATH = "its envelope has no sender"
_LISTS_FAILED = "it lists failed recipients"
_TITLED = "its subject is"
_SAYS_SO = "it says that a letter was not delivered"
_QUOTES_SERVER = "it quotes a server's refusal"
_REPORT = "it is made up as a delivery report"
_LIST_ROBOT = "the program of a mailing list wrote it"
_BY_MACHINE = {_LIST_ROBOT, _DAEMON_WROTE, _NULL_PATH, _LISTS_FAILED, _REPORT}

_PASSED_ON = re.compile(
    r"\s{0,3}(fwd?|wg|tr|rv|i|vs|vb|enc|doorst|pd|转发|轉寄|転送)\s{0,2}(\[\d+\])?[:\uff1a]"
)
_ANSWER = re.compile(r"\s{0,3}(re|aw|antw|sv|r[ée]f|odp|ynt|回复|答复)\s{0,2}(\[\d+\])?[:\uff1a]")
_CODE = re.compile(
    r"(?<![\w.])(?:4(?:21|5\d)|5(?:[0-4]\d|5\d|7[0-9]))[ -]{1,3}#?[45]\.\d{1,3}\.\d{1,3}"
    r"|(?<![\w.])(?:421|45[0-2]|55[0-6]|571)[ -]{1,3}[<a-z'\[(:]"
    r"|[\s:(\[#][45]\.\d\.\d{1,3}[\s)\],:;-]|rcpt to:"
)
"""A server's refusal; not "500 people"."""
_GREETING = re.compile(
    r"\s{0,9}(hi|hey|hello|dear|hallo|liebe[rs]?|moin|bonjour|salut|ch[eè]re?|hola|ciao|ol[áa]|oi|cześć|hej|hei|moi"
    r"|beste|добрый|привет|здравствуйте)\b"
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A returned letter written for people.

    Attributes:
        signs: What tells that it is one, in plain words.
        text: What the server says, without the letter that it returns.
        addresses: Whom it speaks of.
        delayed: The server is still trying.
        delivered: It did arrive.
    """

    signs: tuple[str, ...]
    text: str
    addresses: tuple[Address, ...]
    delayed: bool
    delivered: bool


def notice_in(mail: Mail) -> Notice | None:
    """The notice that a mail is; None when it shows fewer than two signs of one."""
    signs = tuple(_signs(mail))
    if not (_REPORT in signs or _LIST_ROBOT in signs or len(signs) >= _ENOUGH) or _is_absence_note(
        mail, signs
    ):
        return None
    original = ORIGINAL.search(mail.text[:_NOTICE].lower(), 1)
    if _is_from_person(mail, set(signs), returned=bool(original or mail.originals)):
        return None
    text = mail.text[: original.start() if original else _NOTICE]
    low, subject = text[:_EXAMINED].lower(), mail.subject[:200].lower()
    delayed = bool(DELAYED.search(low) or DELAYED.search(subject))
    arrived = bool(SUBJECT_ARRIVED.search(subject) or ARRIVED.search(low)) and not PHRASE.search(low)
    return Notice(signs, text, addresses_in(mail, text), delayed, arrived)


def is_daemon(mail: Mail) -> bool:
    """Whether a mail server says that it wrote this itself."""
    return bool(DAEMON.search(mail.sender_text[:500].lower())) or mail.sender_text.strip() == "<>"


def has_null_path(mail: Mail) -> bool:
    """Whether the envelope's sender is the null path, or the name that some servers note in its place."""
    return mail.return_path is not None and (
        mail.return_path == "" or mail.return_path.startswith("mailer-daemon")
    )


def is_under_daemons_path(mail: Mail) -> bool:
    """Whether the envelope's sender, as our server noted it, is the null path or a mail server's own."""
    path = mail.return_path
    return path is not None and (has_null_path(mail) or path == "#@[]" or bool(DAEMON.search(path[:200])))


def is_passed_on(mail: Mail) -> bool:
    """Whether a person seems to have passed on, or to answer, what a server wrote to her."""
    subject = mail.subject[:200].lower()
    return not (is_daemon(mail) or has_null_path(mail)) and bool(
        _PASSED_ON.match(subject) or _ANSWER.match(subject)
    )


def written_to(mail: Mail) -> tuple[Address, ...]:
    """Whom the returned letter was to, where its header came back and names one person."""
    for original in mail.originals:
        if address := address_in(original.fields.get("to")):
            return (address,)
    found = ORIGINAL.search(mail.text[:_NOTICE].lower(), 1)
    if found is None:
        return ()
    header = mail.text[found.start() : found.start() + _EXAMINED]
    # What stands in front of the header is the server's last word, which says that it follows.
    address = next((a for each in header.split("\n\n")[:2] if (a := address_in(_to(each)))), None)
    return (address,) if address else ()


def _to(header: str) -> str:
    return fields_in(header).get("to")


def _signs(mail: Mail) -> list[str]:
    text = mail.text[:_EXAMINED].lower()
    subject = mail.subject[:200].lower()
    found = {
        _DAEMON_WROTE: is_daemon(mail),
        _NULL_PATH: has_null_path(mail),
        _LISTS_FAILED: bool(mail.header("x-failed-recipients")),
        f"{_TITLED} “{mail.subject[:80]}”": bool(SUBJECT.search(subject)),
        _LIST_ROBOT: "x-mlserver" in mail.fields and _is_list_refusal(subject, text),
        _REPORT: "delivery-status" in mail.header("content-type").lower(),
    }
    signs = [sign for sign, there in found.items() if there]
    outright = any(word in text for word in IN_OUTRIGHT) and bool(OUTRIGHT.search(text))
    if not signs and not outright:
        return []
    if outright or PHRASE.search(text):
        signs.append(_SAYS_SO)
    if _CODE.search(text):
        signs.append(_QUOTES_SERVER)
    return signs


def _is_list_refusal(subject: str, text: str) -> bool:
    return bool(LIST_REFUSAL.search(subject) or LIST_REFUSAL.search(text))


def _is_absence_note(mail: Mail, signs: tuple[str, ...]) -> bool:
    """Whether it rather says "I cannot be reached": absence notes too leave the envelope's sender empty."""
    alone = set(signs) - {_NULL_PATH}
    if SUBJECT_AUTOMATIC.match(mail.subject[:200].lower()):
        return True
    return len(alone) < _ENOUGH and alone <= {_SAYS_SO, _QUOTES_SERVER}


def _is_from_person(mail: Mail, signs: set[str], *, returned: bool) -> bool:
    """Whether it rather is a person's word about a bounce: to a list, an answer, or with no letter in it.

    A postmaster is a person as well, who may answer; but not with a server's refusal or the letter itself.
    """
    subject = mail.subject[:200].lower()
    if signs & (_BY_MACHINE - {_DAEMON_WROTE}):
        return False
    if _DAEMON_WROTE in signs:
        return bool(_ANSWER.match(subject)) and not (returned or _QUOTES_SERVER in signs)
    titled = any(sign.startswith(_TITLED) for sign in signs)
    if not titled or _PASSED_ON.match(subject) or mail.in_reply_to or mail.references:
        return True
    low = mail.text[:_EXAMINED].lower()
    outright = bool(OUTRIGHT.search(low)) and not _GREETING.match(low)
    if "list-id" in mail.fields or "list-post" in mail.fields:
        return not (returned and OUTRIGHT.search(mail.text[:_BEGINNING].lower()))
    if _ANSWER.match(subject):
        return not (outright and len(mail.text) < _SHORT)
    return not (outright or (returned and _QUOTES_SERVER in signs))
