"""One thing that needs a person, and how urgent it is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Urgency(StrEnum):
    """Why something needs a person; the most urgent first."""

    DOUBT = "letter in doubt"
    """Nobody knows whether a letter left, and its group gets nothing until that is settled."""
    SET_ASIDE = "letter set aside"
    """The program died over a letter again and again, so it goes on without it."""
    REPLY = "reply"
    """A person wrote and waits for an answer."""
    UNCLEAR = "unclear message"
    """It may be about several groups, or about none that we know; so nothing goes to any of them."""
    CHALLENGE = "challenge"
    """A machine wants proof of a person before it hands our letter on."""
    MODERATED = "letter before a moderator"
    """A list keeps the letter until its moderator lets it through."""
    CONTACT = "contact to change"
    """A machine says that somebody is not there any more, or whom to write to instead."""
    REFUSED = "refused letter"
    """A server refused a letter's words; the address is well."""
    NO_ADDRESS = "group without an address"
    """Every address of the group is dead."""
    MISTAKE = "mistake"
    """Something in the files keeps letters back."""
    DUE = "campaign with letters due"
    """Letters may leave now, and only she can send them."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that needs a person.

    Attributes:
        urgency: Why.
        subject: The group's id, several with commas, `?` for an unknown one; or a campaign, or a file.
        who: The person, address or template it is about; may be empty. Untrusted.
        since: Since when; None where nobody can know.
        why: In plain words; empty for a reply, whose words say it. May quote a server, so it is untrusted.
        command: What to type, or which file to edit.
        then: What to do when that is done; empty when it settles the matter.
        message: The id of the message that it is about; may be empty.
        words: What that message says. Untrusted.
    """

    urgency: Urgency
    subject: str
    who: str
    since: datetime | None
    why: str
    command: str
    then: str = ""
    message: str = ""
    words: str = ""
