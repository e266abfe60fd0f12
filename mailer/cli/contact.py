"""The row of the table as it would be with the contact that a mail proposes. The table is hers to change."""

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailer.planning import Question
    from mailer.workspace import Workspace

_NAMED = {"organizer", "greeting"}
"""Columns that speak of the old contact: nobody knows yet what the new one is called."""


def place_of(question: "Question") -> str:
    """Where the row is that is out of date: `campaigns/groups.csv line 9`; '' where there is none."""
    return f"{question.group.file} line {question.old.line}" if question.group and question.old else ""


def rows_of(question: "Question", workspace: "Workspace") -> tuple[str, str]:
    """The row as it is and as it would be; both '' where the table is a workbook, or the row has changed."""
    group, old, instead = question.group, question.old, question.message.finding.instead
    if group is None or old is None or instead is None or not group.file.endswith(".csv"):
        return "", ""
    try:
        text = (workspace.root / group.file).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return "", ""
    lines = text.splitlines()
    header = next((line for line in lines if line.strip()), "")
    separator = max(",;\t", key=header.count)
    if not 0 < old.line <= len(lines):
        return "", ""
    before = lines[old.line - 1]
    titles, cells = (next(csv.reader([line], delimiter=separator), []) for line in (header, before))
    changed = [_cell(title, cell, question) for title, cell in zip(titles, cells, strict=False)]
    after = io.StringIO()
    csv.writer(after, delimiter=separator, lineterminator="").writerow([*changed, *cells[len(titles) :]])
    return (before, after.getvalue()) if changed != cells else ("", "")


def _cell(title: str, cell: str, question: "Question") -> str:
    assert question.old
    assert question.group
    if cell.strip().lower() in {str(question.old.address).lower(), question.old.address.key}:
        return str(question.message.finding.instead)
    if title.strip().lower() not in _NAMED or not cell:
        return cell
    return f"all at {question.group.name}" if title.strip().lower() == "greeting" else ""
