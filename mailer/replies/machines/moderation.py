"""Recognizes the notice of a mailing list that keeps a letter for its moderator, or does not take it.

List software writes from addresses of its own, or under subjects of its own. A moderator who tells that she
has let a letter through writes from neither.
"""

from mailer.replies.machines.machine_marks import machine_header
from mailer.replies.machines.moderation_words import HELD, LISTS_ADDRESS, TITLE
from mailer.replies.machines.phrases import lower
from mailer.replies.reading.mail import Mail

_EXAMINED = 1_500
_ANSWERED = "auto-submitted: auto-replied"


def moderation_in(mail: Mail) -> tuple[str, ...]:
    """Why a mail is such a notice, in plain words; empty when it is none."""
    subject = lower(mail.subject[:200])
    signs: list[str] = []
    if mail.sender and LISTS_ADDRESS.search(mail.sender.key):
        signs.append(f"it comes from {mail.sender}, where list software writes from")
    if TITLE.search(subject):
        signs.append(f"its subject is “{mail.subject[:80]}”")
    if machine_header(mail) == _ANSWERED:
        signs.append(f"its header says {_ANSWERED}")
    if not signs:
        return ()
    said = HELD.search(" ".join(lower(mail.text[:_EXAMINED]).split()))
    return (f"a list keeps or refuses the letter (“{said[0][:80]}”)", *signs) if said else ()
