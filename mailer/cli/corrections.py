"""What is asked and answered about unclear mails, for those who have a keyboard and those who have not."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailer.cli.session import Session
    from mailer.ledger import Ledger
    from mailer.nouns import Message, Order
    from mailer.orders import Corrector
    from mailer.planning import Question
    from mailer.workspace import Manuscript


def waiting(session: "Session", ledger: "Ledger", read: "Manuscript") -> "tuple[Question, ...]":
    """What there is to look through now."""
    from mailer.planning import questions

    return questions(ledger.history(), read.groups, session.world.now())


def corrector(session: "Session", ledger: "Ledger", read: "Manuscript") -> "Corrector":
    """Who takes the decisions down, as of now."""
    from mailer.orders import Corrector

    return Corrector(ledger, read.groups, session.person, session.world.now())


def sentence(order: "Order", message: "Message", correct: "Corrector") -> str:
    """What a decision says, and what follows from it."""
    from mailer.nouns import LetterId, OrderKind

    who = message.sender_name or message.sender or "it"
    if order.kind is OrderKind.DONE:
        return f"done: the message of {who} waits for nobody any more"
    if order.kind is OrderKind.KIND:
        until = f", until {order.until:%a %d %b}" if order.until else ""
        return f"the message of {who} counts as {order.says}{until}"
    if not order.says:
        return f"the message of {who} has nothing to do with your letters"
    letter = LetterId.parse(order.says)
    said = f"the message of {who} is from {letter.group}, about {letter.step}"
    taught = correct.teaches(order)
    return f"{said}; {taught} is known for {letter.group} from now on" if taught else said


def several_left(questions: "Sequence[Question]") -> str:
    """How many there still are, for a farewell."""
    from mailer.cli.screen import several

    count = len(questions)
    return f"{several(count, 'message')} left to look through" if count else "nothing left to look through"
