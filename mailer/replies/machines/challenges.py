"""Recognizes a mailbox's guard that wants proof of a person before it lets a letter through.

Newsletters ask for a click too ("confirm your subscription"); a guard speaks of a letter, and what becomes
of it.
"""

from mailer.replies.machines.challenge_words import ASKED, KEPT, KNOWN, PROOF
from mailer.replies.machines.machine_marks import MACHINE_SENDER, has_null_path, machine_header
from mailer.replies.machines.phrases import lower
from mailer.replies.reading.mail import Mail

_EXAMINED = 2_500


def challenge_in(mail: Mail, *, answers_us: bool) -> tuple[str, ...]:
    """Why a mail is a guard's question, in plain words; empty when it is none.

    Args:
        mail: The incoming mail.
        answers_us: Whether anything in it points to a letter of ours.
    """
    if "list-post" in mail.fields:
        return ()
    text = " ".join(lower(f"{mail.subject[:200]}\n{mail.text[:_EXAMINED]}").split())
    known = next((name for name in KNOWN if name in text), "")
    marks = _marks(mail)
    if not (known or marks) or not ASKED.search(text):
        return ()
    proof, kept = PROOF.search(text), KEPT.search(text)
    if not (proof or known) or not (kept or answers_us) or not (marks or (proof and kept)):
        return ()
    wanted = proof[0] if proof else known
    return (f"it wants proof of a person (“{wanted[:60]}”)", *marks)


def _marks(mail: Mail) -> tuple[str, ...]:
    header = machine_header(mail)
    bulk = mail.header("precedence").strip().lower() in {"junk", "bulk"} and "list-id" not in mail.fields
    signs = {
        f"its header says {header}": bool(header),
        "its envelope has no sender": has_null_path(mail),
        "it calls itself bulk mail": bulk,
        f"it comes from {mail.sender}": bool(mail.sender and MACHINE_SENDER.search(mail.sender.key)),
    }
    return tuple(sign for sign, there in signs.items() if there)
