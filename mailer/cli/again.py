"""`campaign replies --again`: what kept messages would be taken for now, and which of that is to be noted."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mailer.cli.doubts import say_doubts
from mailer.cli.listing import print_listing
from mailer.cli.session import Session

if TYPE_CHECKING:
    from mailer.inbox import Change
    from mailer.nouns import Message

NOTHING = "nothing"
"""What a message is said to belong to that belongs to no letter."""


def again(session: Session, *, apply: bool, as_json: bool) -> None:
    """Show what would change, or note it.

    Args:
        session: The command's.
        apply: Whether it is to be noted.
        as_json: For programs.
    """
    from mailer.inbox import accept, reconsider
    from mailer.nouns import Doubts

    settings, groups = session.settings(), session.manuscript().groups
    settled: Doubts | None = None
    with session.ledger() if apply else session.look() as ledger:
        kept = sum(bool(message.place.segment) for message in ledger.messages())
        changes = reconsider(ledger, settings, groups)
        if apply and changes:
            settled = Doubts(accept(ledger, settings, groups, changes, session.world.now()))
    matter = [change for change in changes if change.matters]
    if as_json:
        sums = {"judged": kept, "changed": len(matter), "worded": len(changes) - len(matter), "noted": apply}
        print_listing("replies-again", session.world.now(), map(_row, matter), sums)
    else:
        _print(matter)
    _say_sums(kept, changes, apply=apply)
    if settled:
        say_doubts(settled)


def _row(change: "Change") -> Mapping[str, Any]:
    before, after = change.before, change.after
    return {
        "id": before.id,
        "at": before.at,
        "sender": before.sender,
        "subject": before.subject,
        "before": _side(before),
        "after": _side(after),
        "because": [*after.finding.because, *(candidate.because for candidate in after.match.candidates)],
        "decided": change.decided,
    }


def _side(message: "Message") -> Mapping[str, Any]:
    finding, best = message.finding, message.match.best
    return {
        "kind": finding.kind,
        "reason": finding.reason,
        "until": finding.until,
        "failed": finding.failed,
        "instead": finding.instead,
        "letter": best.letter if best else None,
        "groups": list(dict.fromkeys(group for _, group in message.match.conversations)),
    }


def _print(changes: Sequence["Change"]) -> None:
    """Three lines for each message and more: which, what changes, and why it does."""
    from rich.padding import Padding

    from mailer.cli.screen import out, words

    console = out()
    for change in changes:
        before = change.before
        line = words(before.id[:6], "dim")
        line.append("  ")
        line.append_text(words(before.sender_name or before.sender or "?"))
        line.append("  ")
        line.append_text(words(before.subject, "dim", limit=60))
        console.print(line, no_wrap=True, overflow="ellipsis")
        lines = [words(f"{what}: {old} → {new}", "bold") for what, old, new in _differences(change)]
        candidates = change.after.match.candidates[:1]
        reasons = [*change.after.finding.because[:1], *(candidate.because for candidate in candidates)]
        lines += [words(reason, "dim") for reason in reasons]
        if change.decided:
            lines.append(words("you have decided about it, and that stays", "green"))
        for each in lines:
            console.print(Padding(each, (0, 0, 0, 8), expand=False))


def _differences(change: "Change") -> Iterator[tuple[str, str, str]]:
    sides = dict(_told(change.before)), dict(_told(change.after))
    for what in sides[0]:
        old, new = (side[what] for side in sides)
        if old != new:
            yield what, old or NOTHING, new or NOTHING


def _told(message: "Message") -> Iterator[tuple[str, str]]:
    """What is said of one side, by what it is about."""
    finding, best = message.finding, message.match.best
    yield "kind", finding.kind + (f" ({finding.reason})" if finding.reason else "")
    groups = dict.fromkeys(group for _, group in message.match.conversations)
    yield "group", ", ".join(groups) + (" (which is not clear)" if groups and not best else "")
    yield "step", f"{best.letter.step} of {best.letter.campaign}" if best else ""
    yield "back", f"{finding.until:%a %d %b %Y}" if finding.until else ""
    yield "dead", ", ".join(map(str, finding.failed))
    yield "instead", str(finding.instead or "")
    yield "about", ", ".join(map(str, finding.addresses))


def _say_sums(kept: int, changes: Sequence["Change"], *, apply: bool) -> None:
    from mailer.cli.screen import say, several

    matter = sum(change.matters for change in changes)
    verb = "changed" if apply else "would change"
    say(f"{several(kept, 'message')} judged again: {matter} {verb}")
    if worded := len(changes) - matter:
        say(f"of {several(worded, 'other')} only the reasons or the excerpt are worded otherwise", "dim")
    if changes and not apply:
        say("nothing is noted yet; to accept all of it: campaign replies --again --apply", "yellow")
