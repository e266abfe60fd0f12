"""The command that sorts mails from files, without a workspace: what each one is, and why."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mailer.cli.listing import print_line
from mailer.cli.mail_files import mails_in

if TYPE_CHECKING:
    from mailer.nouns import Finding
    from mailer.replies import Mail

_WIDEST_KIND = 13
_INDENT = _WIDEST_KIND + 8

_OF_EVERY_MAIL = ("from", "date", "subject")
"""Fields that hardly a mail is without, even one that was cut."""


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="For programs: print one JSON object a line.")
@click.pass_context
def classify(context: click.Context, files: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Say of mails in files what they are, and why.

    A FILE holds one mail (.eml) or many (.mbox); of a folder, every file is read; - is standard input.
    No workspace is wanted, and none is looked at. So no letter can be found that a mail answers: what
    a person wrote is `human` if it answers anything at all, and else `unrelated`.
    """
    unread = found = 0
    folder = Path(context.find_root().params.get("folder") or ".")
    for name, raw in (mail for file in files for mail in mails_in(file, folder)):
        found += 1
        row = None if isinstance(raw, OSError) else _row(name, raw)
        if row is None:
            unread += 1
            _say_unread(name, raw)
        elif as_json:
            print_line(row)
        else:
            _print(row)
    if not found:
        _say_none(files)
    if unread:
        context.exit(1)


def _say_none(files: tuple[str, ...]) -> None:
    from mailer.cli.screen import say

    say(f"there is no mail in {', '.join(files)}", "yellow")


def _say_unread(name: str, raw: bytes | OSError) -> None:
    from mailer.cli.screen import print_error

    why = (raw.strerror or str(raw)).lower() if isinstance(raw, OSError) else "its contents are beyond us"
    print_error(f"it cannot be read: {why}", name, "name a file or a folder with mails in it")


def _row(name: str, raw: bytes) -> Mapping[str, Any] | None:
    """What is found out about one mail, as README.md has it; None when the reader breaks down over it."""
    from mailer.replies import NothingSent, match, read, words_of
    from mailer.replies import classify as classified

    ours = NothingSent()
    try:
        mail = read(raw)
        finding = classified(mail, match(mail, ours), ours)
        return _fields(name, mail, finding, words_of(mail, finding))
    except Exception:  # noqa: BLE001 - one mail, however mad, does not keep the others from being sorted
        return None


def _fields(name: str, mail: "Mail", finding: "Finding", text: str) -> Mapping[str, Any]:
    return {
        "path": name,
        "kind": finding.kind,
        "addresses": finding.addresses,
        "failed": finding.failed,
        "reason": finding.reason,
        "return_date": finding.until,
        "instead": finding.instead,
        "visible_text": text,
        "confidence": finding.confidence / 100,
        "evidence": finding.because,
        "note": "; ".join([*mail.notes, *_doubts(mail, finding)]),
    }


def _doubts(mail: "Mail", finding: "Finding") -> "Iterator[str]":
    """That a file is perhaps no mail at all: a wrong name on the command line looks like that."""
    from mailer.nouns import Kind

    if finding.kind is Kind.UNRELATED and not any(field in mail.fields for field in _OF_EVERY_MAIL):
        yield "is it a mail? it has neither From nor Date nor Subject"


def _print(row: Mapping[str, Any]) -> None:
    """Two lines: what it is and where it lies; whom it speaks of and why."""
    from rich.padding import Padding
    from rich.text import Text

    from mailer.cli.screen import KIND_STYLES, out, words

    console = out()
    kind = words(row["kind"], KIND_STYLES.get(row["kind"], ""))
    kind.pad_right(_WIDEST_KIND - kind.cell_len + 2)
    sure = f"{row['confidence']:4.0%}  " if row["confidence"] else "      "
    console.print(Text.assemble(kind, (sure, "dim"), words(row["path"])), no_wrap=True, crop=False)
    because = row["evidence"][0] if row["evidence"] else ""
    about = ", ".join(each for each in map(str, row["failed"] or row["addresses"]) if each not in because)
    until = f"back on {row['return_date']:%a %d %b %Y}" if row["return_date"] else ""
    said = ": ".join(filter(None, (until, about, because)))
    for line in filter(None, (said, row["note"])):
        gist = words(line, "dim", limit=0 if not console.is_terminal else max(20, console.width - _INDENT))
        console.print(Padding(gist, (0, 0, 0, _INDENT), expand=False), no_wrap=True, overflow="ellipsis")
