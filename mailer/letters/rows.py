"""One row of the table as a template sees it, and the sentences about what is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from mailer.letters.sandbox import is_blank
from mailer.letters.slots import Unprintable, plain
from mailer.letters.templates import Template, Unclear
from mailer.nouns import Cell, Group, Organizer, Problem, Sender, visible

_SETTINGS = "campaigns/settings.toml"

OWN_WORDS = frozenset({"group", "sender", "name", "organizer", "email"})
"""Words that every group has, whatever the table's columns are."""

_LONGEST_NAME = 200

_EXACT = 10.0**15
"""Below this a number of the table is a whole number exactly when it looks like one."""


@dataclass(frozen=True, slots=True)
class Row:
    """A group and one of its organizers, for one template.

    Attributes:
        template: The template.
        group: Whom the letter concerns.
        organizer: To whom of the group it goes.
        cells: The words that the template uses, with their values; None for an empty cell.
    """

    template: Template
    group: Group
    organizer: Organizer
    cells: Mapping[str, Any]

    @classmethod
    def of(cls, template: Template, group: Group, organizer: Organizer, sender: Sender) -> Self:
        """The row with the words that this template uses."""
        every: dict[str, Cell] = {
            "name": group.name,
            "organizer": organizer.name,
            "email": str(organizer.address),
            **group.cells,
            **organizer.cells,
            "group": group.id,
        }
        cells: dict[str, Any] = {word: _value(every[word]) for word in template.words if word in every}
        cells["sender"] = {"name": sender.name, "email": str(sender.address), "role": sender.role}
        return cls(template, group, organizer, cells)

    def gaps(self) -> Iterator[Problem]:
        """The cells that the template needs and the row does not fill."""
        for word, line in self.template.words.items():
            if word not in self.cells and not word.startswith("sender."):
                yield Problem(
                    self.template.file, line, 0, f"{word!r} is not a column", "run `campaign check`"
                )
        for word, line in self.template.needs.items():
            stand_in = (
                f'give it a stand-in in {self.template.file} line {line}: {{{{ {word}|default("…") }}}}'
            )
            if word.startswith("sender."):
                if is_blank(self.cells["sender"].get(word.removeprefix("sender."))):
                    yield Problem(_SETTINGS, 0, 0, f"{word} is empty", f"fill it in, or {stand_in}")
            elif word in self.cells and self.cells[word] is None:
                what = f"the {word} of {self.group.id} is empty"
                yield Problem(self.group.file, self._line(word), 0, what, f"fill it in, or {stand_in}")
        try:
            name = plain(self.organizer.name)
        except Unprintable as error:
            yield self._bad_cell("organizer", str(error))
        else:
            if len(name) > _LONGEST_NAME:
                yield self._bad_cell("organizer", f"is {len(name)} characters long")

    def unclear(self, error: Unclear) -> Problem:
        """The problem of a line that cannot be worked out."""
        if isinstance(error.reason, Unprintable):
            for word, cell in self.cells.items():
                try:
                    plain(cell or "")
                except Unprintable as reason:
                    if word != "sender":
                        return self._bad_cell(word, str(reason))
            return self._here(error.line, f"a value {error.reason}")
        return self._here(error.line, visible(str(error.reason), limit=200).rstrip("."))

    def no_address(self, text: str) -> Problem:
        """The problem of a link that leads nowhere."""
        shown = visible(text, limit=60)
        for word, cell in self.cells.items():
            if word != "sender" and cell is not None and plain(cell) == text:
                what = f"the {word} of {self.group.id} is no web address: {shown}"
                fix = "write it in full, beginning with https://"
                return Problem(self.group.file, self._line(word), 0, what, fix)
        line = self.template.text[: max(self.template.text.find(text), 0)].count("\n") + 1
        fix = "write it in full, beginning with https:// (or mailto: for an email address)"
        return Problem(
            self.template.file, line, 0, f"a link leads to {shown!r}, which is no web address", fix
        )

    def bad_subject(self, subject: str) -> Problem:
        """The problem of a letter whose subject comes out empty, or too long."""
        if subject:
            return self._here(
                1, f"the subject is {len(subject)} characters long: {visible(subject, limit=60)}"
            )
        if self.template.has_subject:
            return self._here(1, "the subject comes out empty")
        fix = "begin the file with a line such as `Subject: A project night in {{ city }}?`"
        return Problem(self.template.file, 1, 0, "the first letter of a conversation needs a subject", fix)

    def _here(self, line: int, what: str) -> Problem:
        fix = f"mend this line, or the row of {self.group.id} ({self.group.file}, row {self.organizer.line})"
        return Problem(self.template.file, line, 0, f"for {self.group.id}: {what}", fix)

    def _bad_cell(self, word: str, wrong: str) -> Problem:
        what = f"the {word} of {self.group.id} {wrong}"
        return Problem(self.group.file, self._line(word), 0, what, "type the cell again")

    def _line(self, word: str) -> int:
        """The line of the table where a word's cell stands."""
        of_organizer = word in self.organizer.cells or word in {"organizer", "email"}
        return self.organizer.line if of_organizer else self.group.line


def _value(cell: Cell) -> Cell | int:
    """A cell as expressions see it: empty is None, and a whole number has no `.0` to show."""
    if is_blank(cell):
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return int(cell)
    return cell
