"""The mails that need a person: to be answered, to be told apart, or to be acted on elsewhere."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from mailer.agenda.tasks import Task, Urgency
from mailer.nouns import Group, History, Kind, Message, is_at_the_door, proposes_contact
from mailer.planning import Doubt, Question, questions

_ID = 6
"""So many characters of a message's id are shown; the other listings show as many."""


def mails(history: History, groups: Sequence[Group], now: datetime, campaign: str) -> Iterator[Task]:
    """A task for each mail that nobody has dealt with, and for each that the program cannot be sure about.

    Args:
        history: What has happened.
        groups: The table.
        now: The time.
        campaign: Only what may concern this one; empty for all.
    """
    asked = {question.message.id: question for question in questions(history, groups, now)}
    waiting = {message.id for message in history.open_messages(now.date())}
    for message in history.messages:
        question = asked.get(message.id)
        # A row of the table that she has changed since needs nobody any more.
        if question is None and (message.id not in waiting or proposes_contact(message)):
            continue
        if not campaign or campaign in {name for name, _ in message.match.conversations}:
            yield _task(message, question)


def _task(message: Message, question: Question | None) -> Task:
    urgency, why, command, then = _handling(message, question)
    return Task(
        urgency,
        ", ".join(dict.fromkeys(group for _, group in message.match.conversations)) or "?",
        message.sender_name or message.sender,
        message.at,
        why,
        command,
        then,
        message.id,
        message.words or message.subject,
    )


def _handling(message: Message, question: Question | None) -> tuple[Urgency, str, str, str]:
    """What sort of message it is, why it waits, and what is to be done about it."""
    name = message.id[:_ID]
    show, done, review = f"campaign show {name}", f"campaign done {name}", f"campaign review {name}"
    if question and question.doubt is Doubt.CONTACT:
        return Urgency.CONTACT, question.why, review, f"which has the new row; then: {done}"
    if question:
        doubt = question.doubt.value
        wish = message.finding.kind in {Kind.UNSUBSCRIBE, Kind.COMPLAINT}
        return Urgency.UNCLEAR, f"{doubt} wants no more letters" if wish else doubt, review, ""
    if message.finding.kind is Kind.CHALLENGE:
        why = "not delivered yet: it wants proof of a person"
        return Urgency.CHALLENGE, why, show, f"do what it asks; then: {done}"
    if is_at_the_door(message):
        why = "not delivered yet: the list's moderator must let it through"
        return Urgency.MODERATED, why, show, f"ask the moderator; when it is through: {done}"
    return Urgency.REPLY, "", show, f"answer it, then: {done}"
