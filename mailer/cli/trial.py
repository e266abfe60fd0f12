"""A letter tried out: as a group would get it, through the real server, to one address that she names."""

from typing import TYPE_CHECKING

from mailer.cli.listing import print_listing
from mailer.cli.sent import row, sums
from mailer.cli.session import Session
from mailer.cli.telling import UNSURE
from mailer.errors import BadData, TryAgain, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailer.letters import Book
    from mailer.nouns import Address, Enclosure, Letter, Problem, Settings, Verdict
    from mailer.nouns.marks import Seal
    from mailer.trials import Trial
    from mailer.workspace import Manuscript


def send_trial(session: Session, name: str, address: str, group: str, step: str, *, as_json: bool) -> int:
    """Send one letter of a campaign as a test; the ledger is only looked at.

    Args:
        session: The command's.
        name: The campaign.
        address: Where it goes.
        group: As whom it is read.
        step: Which letter; empty for the group's next one.
        as_json: Print a document for programs.

    Returns:
        The exit code.

    Raises:
        CampaignError: when it cannot be sent, or must not.
    """
    import asyncio

    from mailer.proofs import read_book
    from mailer.trials import hand_in, print_trial

    to = _address(address)
    settings = session.settings()
    read = session.manuscript(name)
    trial, seal = _choose(session, read, settings, to, (name, group, step))
    book = read_book(session.workspace, session.workspace.templates(), [trial.step.template])
    _refuse_mistakes(trial, read, book, name)
    letter = print_trial(trial, book, settings.sender, seal, to, session.world.now())
    _say_letter(letter, to, book.enclosures(trial.step.template))
    verdict = asyncio.run(hand_in(session.world, settings, letter))
    if as_json:
        _print_json(session, letter, to, verdict)
    return _say_verdict(verdict, to)


def _address(text: str) -> "Address":
    from mailer.nouns import Address, BadAddress

    try:
        return Address.parse(text)
    except BadAddress as error:
        raise UsageError(f"--test-to: the address {text!r} {error}") from error


def _choose(
    session: Session, read: "Manuscript", settings: "Settings", to: "Address", asked: tuple[str, str, str]
) -> "tuple[Trial, Seal]":
    """The letter, and the ledger's secret for its Message-ID."""
    from mailer.cli.screen import print_problems, talk
    from mailer.trials import choose, refusal

    name, group, step = asked
    if name not in read.campaigns:
        print_problems([p for p in read.problems if not p.warning], talk())
        raise BadData(f"campaigns/{name}.toml cannot be used", fix=f"campaign check {name}")
    # Without its audience nobody knows whom the campaign is for.
    _refuse([p for p in read.problems if not p.warning and p.file == f"campaigns/{name}.toml"], name)
    ledger = session.look()
    history = ledger.history()
    if why_not := refusal(to, settings.sender.address, read.groups, history):
        raise UsageError(f"{why_not}; nothing was sent", fix="send the test to an address of your own")
    return choose(session.plan(read, name, history), read.groups, group, step), ledger.seal


def _refuse_mistakes(trial: "Trial", read: "Manuscript", book: "Book", name: str) -> None:
    from mailer.trials import mistakes

    in_template = book.problems(trial.step.template, read.table.columns)
    _refuse(mistakes(trial, (*read.problems, *in_template), name), name)


def _refuse(wrong: "Sequence[Problem]", name: str) -> None:
    from mailer.cli.screen import print_problems, several, talk

    if wrong:
        print_problems(wrong, talk())
        what = f"{several(len(wrong), 'mistake')} in this letter to mend first; nothing was sent"
        raise BadData(what, fix=f"campaign check {name}")


def _say_letter(letter: "Letter", to: "Address", enclosures: "Sequence[Enclosure]") -> None:
    from mailer.cli.enclosed import listed
    from mailer.cli.screen import say

    say(f"{letter.id}, to {to} only:", "bold")
    say(letter.subject, indent=2)
    if enclosures:
        say(f"with {listed(enclosures)}", indent=2)


def _print_json(session: Session, letter: "Letter", to: "Address", verdict: "Verdict") -> None:
    rows = [row(letter.id, to, verdict, again=False)]
    print_listing("send", session.world.now(), rows, sums(1, [verdict], test=True))


def _say_verdict(verdict: "Verdict", to: "Address") -> int:
    """What became of it, with the server's own words; the exit code."""
    from mailer.cli.screen import say
    from mailer.nouns import Outcome

    sentences: dict[Outcome, tuple[str, str, int]] = {
        Outcome.ACCEPTED: (f"the server has taken it; look into the mailbox of {to}", "green", 0),
        Outcome.DEFERRED: (
            "not sent: the server asks for patience; try again later",
            "yellow",
            TryAgain.exit_code,
        ),
        Outcome.REFUSED: ("not sent: the server refuses it", "red", 1),
        Outcome.UNSURE: (f"nobody knows whether it left; look into the mailbox of {to}", "red", UNSURE),
        Outcome.PAUSE: ("not sent: the server takes no letters from you now", "red", 1),
    }
    sentence, style, code = sentences[verdict.outcome]
    say(sentence, style)
    said = " ".join(filter(None, (str(verdict.code or ""), verdict.words)))
    say(f"it says: {said}" if verdict.code else said, "dim", indent=2)
    say("it is no letter of the campaign: the ledger knows nothing of it", "dim")
    return code
