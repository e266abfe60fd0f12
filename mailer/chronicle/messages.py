"""The story of a message: who wrote it, what it was taken for, which letter it answers, what follows."""

from collections.abc import Iterator

from mailer.chronicle.story import SHORT, Archive, Fact, Story, decided, story
from mailer.nouns import Kind, Message, Reason, is_forgotten, proposes_contact
from mailer.planning import Question, questions

_MEANS = {
    Kind.HUMAN: "the words of a person",
    Kind.OUT_OF_OFFICE: "a machine says that somebody is away",
    Kind.AUTO_ACK: "a machine confirms that a letter came in",
    Kind.BOUNCE_HARD: "the letter came back: the address is dead",
    Kind.BOUNCE_SOFT: "the letter came back, for now",
    Kind.DELAYED: "the letter is late; the server goes on trying",
    Kind.UNSUBSCRIBE: "somebody wants no more letters",
    Kind.CHALLENGE: "a machine wants proof of a person before it hands the letter on",
    Kind.COMPLAINT: "somebody called the letter spam",
    Kind.RECEIPT: "a receipt: the letter arrived, or was shown",
    Kind.OWN_COPY: "a mail of your own",
    Kind.UNRELATED: "it has nothing to do with your letters",
}
_MORE = {
    Reason.MODERATION: "a list keeps the letter until its moderator lets it through",
    Reason.LEFT: "a machine says that somebody is not there any more",
    Reason.BY_HAND: "you wrote it yourself, from your mail program",
}


def story_of_message(message: Message, archive: Archive) -> Story:
    """Why a message was taken for what it is, and what came of that.

    Args:
        message: As it counts now.
        archive: All that is known.
    """
    short = message.id[:SHORT]
    who = message.sender_name or message.sender or "nobody knows who"
    asked = questions(archive.history, archive.groups, archive.now)
    question = next((each for each in asked if each.message.id == message.id), None)
    chapters = (
        ("the message", [*_about(message)]),
        ("what it is", [*_kind(message, archive)]),
        ("which letter it answers", [*_match(message, archive)]),
        ("what you said of it", decided(archive.history.orders_about(message.id))),
        ("what follows", [*_follows(message, archive, question)]),
    )
    review = f"campaign review {short}"
    other = "decides what is unclear" if question else "with --kind, --group or --unrelated corrects it"
    then = (f"{review} {other}", f"campaign show {short} prints its words")
    return story("message", message.id, f"{message.finding.kind} from {who}", chapters, then)


def _about(message: Message) -> Iterator[Fact]:
    sender = f"{message.sender_name} <{message.sender}>" if message.sender_name else message.sender
    yield Fact("from", sender or "nobody knows who")
    yield Fact("subject", message.subject or "(none)")
    yield Fact("arrived", f"in {message.folder}, number {message.uid}", at=message.at)
    if message.note:
        yield Fact("note", message.note)


def _kind(message: Message, archive: Archive) -> Iterator[Fact]:
    finding = message.finding
    sure = f", {finding.confidence} of 100" if finding.confidence else ""
    means = _MORE.get(finding.reason) or _MEANS[finding.kind]
    yield Fact(finding.kind, f"{means}{sure}", finding.because)
    if finding.reason and finding.reason not in _MORE:
        yield Fact("reason", finding.reason)
    if finding.until:
        yield Fact("back on", f"{finding.until:%a %d %b %Y}")
    if finding.failed:
        yield Fact("dead", ", ".join(map(str, finding.failed)))
    if finding.instead:
        yield Fact("instead", f"write to {finding.instead}; nothing is changed by it")
    before = next((each for each in archive.as_read if each.id == message.id), message)
    if before.finding.kind is not finding.kind:
        yield Fact("read as", f"{before.finding.kind}, before you corrected it")


def _match(message: Message, archive: Archive) -> Iterator[Fact]:
    best = message.match.best
    if best:
        yield Fact("answers", f"{best.letter} ({best.points} of 100)", (best.because,))
    elif message.match.candidates:
        yield Fact("answers", "nobody can tell which of these")
    else:
        yield Fact("answers", "no letter that is known")
    for other in message.match.candidates:
        if other != best:
            label = "not" if best else "perhaps"
            yield Fact(label, f"{other.letter} ({other.points} of 100)", (other.because,))
    before = next((each for each in archive.as_read if each.id == message.id), message)
    if before.match != message.match and not message.match.candidates:
        for other in before.match.candidates:
            yield Fact("not", f"{other.letter} ({other.points} of 100)", (other.because,))


def _follows(message: Message, archive: Archive, question: Question | None) -> Iterator[Fact]:
    source, history = f"message {message.id}", archive.history
    if is_forgotten(message.sender):
        yield Fact("nothing", "who wrote it asked to be forgotten")
        return
    found = [*_standing(message, archive, source)]
    yield from found
    if question:
        yield Fact("unclear", question.why)
    if not found and not question:
        yield Fact("nothing", "no letter is held back or sent because of it")
    if message.finding.kind is Kind.HUMAN and message.id in {
        each.id for each in history.open_messages(archive.now.date())
    }:
        yield Fact("waits", f"for you: answer it, then campaign done {message.id[:SHORT]}")


def _standing(message: Message, archive: Archive, source: str) -> Iterator[Fact]:
    """What stands because of this very mail."""
    history, today = archive.history, archive.now.date()
    best = message.match.best
    for campaign, group in dict.fromkeys(
        (c.letter.campaign, c.letter.group) for c in message.match.candidates
    ):
        if (answer := history.answer(campaign, group)) and answer.source == source:
            until = "" if best else " until you say whom it is from"
            yield Fact("paused", f"{group} gets no follow-up in {campaign}{until}")
        if (by_hand := history.by_hand(campaign, group)) and by_hand.source == source:
            yield Fact("paused", f"{group} gets no follow-up in {campaign}: {by_hand.because}")
        notice = history.at_the_door(campaign, group)
        if notice and notice.id == message.id:
            yield Fact(
                "held up", f"follow-ups to {group} wait; campaign done {message.id[:SHORT]} lets them go"
            )
    records = [history.deliveries.get(str(c.letter)) for c in message.match.candidates]
    keys = [message.sender, *(address.key for record in records if record for address in record.to)]
    for key in dict.fromkeys(filter(None, keys)):
        if (stop := history.stop("", key)) and stop.source == source:
            yield Fact("stopped", f"nothing goes to {key} any more, in any campaign")
        if (hold := history.hold("", key, today)) and hold.standing.source == source:
            yield Fact("held", f"nothing goes to {key} before {hold.until:%a %d %b}, in any campaign")
        if (dead := history.bounced(key)) and dead.source == source:
            yield Fact("dead", f"{key} is dead: the next organizer, if there is one, is written to")
        if proposes_contact(message) and (left := history.left(key)) and left.source == source:
            yield Fact("held", f"nothing goes to {key} until you have changed the table")
