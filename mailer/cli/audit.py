"""The command that adds everything up: every letter, every copy, every checksum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from mailer.cli.listing import json_option, print_listing
from mailer.cli.session import Session, open_session
from mailer.cli.telling import UNSURE
from mailer.errors import BadData, UsageError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from mailer.audit import Account, Remark
    from mailer.ledger import Files
    from mailer.nouns import History

MOST = 8
"""Exceptions of one kind that are shown; with all of sixty the worst would scroll away."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What an audit has found.

    Attributes:
        files: What the ledger's files come to.
        accounts: The campaigns; empty where it is not known as a whole what happened.
        filed: The campaigns whose files can be used.
        remarks: The exceptions, the gravest first.
    """

    files: "Files"
    accounts: "Sequence[Account]"
    filed: frozenset[str]
    remarks: "Sequence[Remark]"

    @property
    def wrong(self) -> int:
        """How many things do not add up."""
        from mailer.audit import WRONG

        odd = sum(not account.adds_up for account in self.accounts)
        return odd + sum(remark.concern in WRONG for remark in self.remarks)

    @property
    def stuck(self) -> int:
        """How many letters wait for a person."""
        from mailer.audit import STUCK

        return sum(remark.concern in STUCK for remark in self.remarks)

    @property
    def unread(self) -> bool:
        """Whether something can be told only when the mailbox has been read."""
        from mailer.audit import Concern

        return any(remark.concern is Concern.UNREAD for remark in self.remarks)

    @property
    def exit_code(self) -> int:
        """What the shell is told: what is wrong comes before what is in doubt."""
        refusal = self.files.refusal
        if refusal and self.wrong == 1:
            return refusal.exit_code
        return BadData.exit_code if self.wrong else UNSURE if self.stuck else 0


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]…")
@json_option
@click.pass_context
def audit(context: click.Context, names: Sequence[str], as_json: bool) -> int:  # noqa: FBT001 - click passes options by name
    """Prove that nothing was left out, and nothing sent twice.

    For each campaign the planned letters are added up by where they stand; every line and every copy in the
    ledger is compared with its checksum. It changes nothing, and works with a ledger that is damaged, too,
    and with a copy of one.
    """
    session = open_session(context)
    found = _look(session, names)
    if as_json:
        print_listing(
            "audit", session.world.now(), (_row(one, found) for one in found.accounts), _sums(found)
        )
    else:
        _print(found)
    return found.exit_code


def _look(session: Session, names: Sequence[str]) -> _Found:
    from mailer.audit import find_exceptions, take_account, take_account_of_lost
    from mailer.ledger import verify
    from mailer.nouns import History

    workspace = session.workspace
    files = verify(workspace.ledger_folder, workspace.ledger_id_file)
    history = files.history or History({})
    _refuse_unknown(names, {*workspace.campaign_names(), *_in_ledger(history)})
    read = session.manuscript()
    plans = {name: session.plan(read, name, history) for name in read.campaigns if not names or name in names}
    lost = [
        name for name in _in_ledger(history) if name not in read.campaigns and (not names or name in names)
    ]
    accounts = [
        *(take_account(plan, history) for plan in plans.values()),
        *(take_account_of_lost(name, history) for name in lost),
    ]
    now, known = session.world.now(), files.mailbox_read
    found = find_exceptions(history, list(plans.values()), read.groups, now, mailbox_read=known)
    asked = [r for r in found if not names or "/" not in r.subject or r.subject.partition("/")[0] in names]
    return _Found(
        files,
        accounts if files.history else (),
        frozenset(plans),
        [*_remarks(files, f"{workspace.root}/"), *asked],
    )


def _in_ledger(history: "History") -> list[str]:
    return sorted({delivery.letter.campaign for delivery in history.deliveries.values()})


def _refuse_unknown(names: Sequence[str], known: set[str]) -> None:
    from mailer.nouns import nearest

    for name in names:
        if name not in known:
            near = nearest(name, known)
            fix = f"did you mean {near}?" if near else f"the campaigns here: {', '.join(sorted(known))}"
            raise UsageError(f"there is no campaign {name!r}", fix=fix)


def _remarks(files: "Files", root: str) -> "list[Remark]":
    """What is wrong with the files, as exceptions; their places as seen from the workspace."""
    from mailer.audit import Concern, Remark

    found = [(Concern.DAMAGED, damage) for damage in files.damages]
    found += [(Concern.REFUSED_LEDGER, files.refusal)] if files.refusal else []
    return [
        Remark(concern, error.where.removeprefix(root) or "campaigns/ledger", "", None, error.what, error.fix)
        for concern, error in found
    ]


def _row(one: "Account", found: _Found) -> Mapping[str, Any]:
    """A campaign as a row of a listing; README.md has the fields."""
    fields = ("campaign", "groups", "steps", "planned", "letters", "withheld", "besides")
    return {"file": one.campaign in found.filed, **{field: getattr(one, field) for field in fields}}


def _sums(found: _Found) -> Mapping[str, Any]:
    of_files = ("lines", "snapshots", "letters", "mails", "forgotten", "leftover", "sending", "forgetting")
    of_remarks = ("concern", "subject", "who", "since", "why", "command")
    return {
        **{field: getattr(found.files, field) for field in of_files},
        "wrong": found.wrong,
        "stuck": found.stuck,
        "exceptions": [{field: getattr(one, field) for field in of_remarks} for one in found.remarks],
    }


def _print(found: _Found) -> None:
    from mailer.cli.screen import out

    console = out()
    _print_accounts(console, found)
    _print_files(console, found.files)
    for concern in dict.fromkeys(remark.concern for remark in found.remarks):
        _print_remarks(console, [remark for remark in found.remarks if remark.concern is concern])
    _print_verdict(console, found)


def _print_accounts(console: "Console", found: _Found) -> None:
    """A line for each campaign with its sum, and below it why letters are withheld."""
    from mailer.cli.screen import NARROW, grid, words

    lines: list[tuple[str, str, str]] = []
    for one in found.accounts:
        lines.append((one.campaign, _equation(one, found), "" if one.adds_up else "bold red"))
        if one.withheld:
            lines.append(("", f"withheld because: {_counts(one.withheld)}", "dim"))
        if one.besides:
            why = "no longer planned, because the address failed or the step was taken out"
            lines.append(("", f"{why}: {_counts(one.besides)}", "dim"))
    if not found.files.history:
        unknown = "what happened is not known as a whole, so no campaign can be added up"
        lines.append(("", unknown, "red"))
    if console.is_terminal and console.width < NARROW:
        for name, said, style in lines:
            if name:
                _print_line(console, words(name, "bold"), 0)
            _print_line(console, words(said, style), 2)
    else:
        rows = grid(2)
        for name, said, style in lines:
            rows.add_row(words(name, "bold"), words(said, style))
        console.print(rows)
    console.print()


def _equation(one: "Account", found: _Found) -> str:
    from mailer.cli.screen import several

    groups, letters = several(one.groups, "group"), several(one.planned, "letter")
    counted = sum(one.letters.values())
    stands = _counts(one.letters) or "none"
    if one.campaign not in found.filed:
        return f"{groups}, {letters}: {stands} (its file is gone, or has mistakes)"
    head = f"{groups} × {several(one.steps, 'step')} = {letters}"
    return f"{head}: {stands}" if one.adds_up else f"{head}, but {counted:,} are counted: {stands}"


def _counts(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count:,} {name}" for name, count in ordered)


def _print_files(console: "Console", files: "Files") -> None:
    from mailer.cli.screen import several, words

    parts = (
        several(files.lines, "line of the journal", "lines of the journal"),
        *(["1 snapshot"] if files.snapshots else []),
        f"{several(files.letters, 'letter')} and {several(files.mails, 'mail')}",
    )
    right = "of all other things the checksum is right" if files.damages else "every checksum is right"
    console.print(words(f"{', '.join(parts)}: {right}", "" if files.damages else "green"))
    if files.forgotten:
        gone = several(files.forgotten, "copy", "copies")
        console.print(words(f"{gone} destroyed because somebody asked to be forgotten", "dim"))
    if files.forgetting:
        begun = "a forgetting was begun and not finished; the next command that writes finishes it"
        console.print(words(begun, "yellow"))
    if files.leftover and not files.sending and not files.forgetting:
        left = several(files.leftover, "byte")
        whose = "no record names, of letters that did not leave after all, or of a crash: harmless"
        if not files.history:
            whose = "no record names that can be read; the records of some may stand behind the damage"
        console.print(words(f"{left} that {whose}", "dim"))
    if files.sending:
        console.print(words("somebody is sending just now, so all this may have moved on", "dim"))
    console.print()


def _print_remarks(console: "Console", remarks: "Sequence[Remark]") -> None:
    from mailer.audit import STUCK, WRONG
    from mailer.cli.screen import day, words

    concern = remarks[0].concern
    grave = concern in WRONG | STUCK
    console.print(words(f"{concern}: {len(remarks):,}", "bold red" if grave else "yellow"))
    for remark in remarks[:MOST]:
        since = f"since {day(remark.since)}" if remark.since else ""
        facts = "  ".join(filter(None, (remark.subject, remark.who, since)))
        _print_line(console, words(facts, "bold"), 2)
        for text, style in ((remark.why, ""), (remark.command and f"→ {remark.command}", "cyan")):
            if text:
                _print_line(console, words(text, style), 4)
    if len(remarks) > MOST:
        console.print(words(f"  … and {len(remarks) - MOST:,} more; --json lists them all", "dim"))
    console.print()


def _print_line(console: "Console", text: "Text", indent: int) -> None:
    """A line that a narrow terminal breaks between words, and a pipe gets whole."""
    from rich.padding import Padding
    from rich.text import Text

    if console.is_terminal:
        console.print(Padding(text, (0, 0, 0, indent), expand=False))
    else:
        console.print(Text(" " * indent).append_text(text), soft_wrap=True)


def _print_verdict(console: "Console", found: _Found) -> None:
    """One last line."""
    from mailer.cli.screen import several, words

    if found.wrong:
        verdict, style = several(found.wrong, "thing does", "things do") + " not add up", "bold red"
    elif found.unread:
        verdict = "nothing is wrong as far as can be told: campaign replies first, then campaign audit"
        style = "bold yellow"
    elif found.stuck:
        waits = several(found.stuck, "letter waits", "letters wait")
        verdict, style = f"everything adds up, and {waits} for you to decide", "bold yellow"
    else:
        verdict = "everything adds up: no letter was left out, and none went twice"
        style = "bold green"
    console.print(words(verdict, style))
