"""All templates of a workspace, read once: what is wrong with each, what it needs, and what it prints."""

import re
from collections.abc import Collection, Mapping

from mailer.letters.faults import strangers
from mailer.letters.markdown import Sheet, weave
from mailer.letters.rows import OWN_WORDS, Row
from mailer.letters.slots import AS_TEXT, BadLink, Slots, plain
from mailer.letters.templates import Unclear, read
from mailer.nouns import Draft, Group, LetterId, Organizer, Problem, Sender, nearest

_ANSWER = re.compile(r"^(?:re: ?)+", re.IGNORECASE)

_LONGEST_SUBJECT = 400

_MOST_SHEETS = 256
"""How many different skeletons of a template are kept: more than any template has that is not a bomb."""


class Book:
    """The templates of a workspace, compiled once.

    Args:
        templates: Names (without `.md`) and texts. Never refused: what is wrong comes out of `problems`.
    """

    def __init__(self, templates: Mapping[str, str]) -> None:
        self._templates = {name: read(name, text) for name, text in templates.items()}
        self._sheets: dict[str, dict[tuple[str, str], Sheet]] = {name: {} for name in templates}

    def problems(self, template: str, columns: Collection[str]) -> tuple[Problem, ...]:
        """All that is wrong with a template.

        Args:
            template: Its name.
            columns: The table's headers.
        """
        found = self._templates.get(template)
        if not found:
            return (self._missing(template),)
        known = {*columns, *OWN_WORDS}
        return tuple(sorted({*found.problems, *strangers(found.file, found.text, found.table_words, known)}))

    def words(self, template: str) -> Mapping[str, int]:
        """The words of the table that a template uses, each with its first line."""
        found = self._templates.get(template)
        return found.table_words if found else {}

    def needs(self, template: str) -> tuple[str, ...]:
        """The columns that a template uses without a default; their cells must not be empty."""
        found = self._templates.get(template)
        return tuple(word for word in found.needs if word in found.table_words) if found else ()

    def has_subject(self, template: str) -> bool:
        """Whether a template brings its own subject. The first step of a campaign must; a follow-up may."""
        found = self._templates.get(template)
        return bool(found and found.has_subject)

    def draft(
        self,
        template: str,
        id: LetterId,  # noqa: A002 - it becomes the draft's `id`
        group: Group,
        organizer: Organizer,
        sender: Sender,
        first_subject: str = "",
    ) -> tuple[Draft | None, tuple[Problem, ...]]:
        """Print one letter.

        Args:
            template: Its template's name.
            id: Which letter it is.
            group: Whom it concerns.
            organizer: To whom of the group it goes.
            sender: Who writes.
            first_subject: The subject of the conversation so far; a template without one of its own gets
                `Re: ` and this.

        Returns:
            The draft, or None and what stands in its way: in the template, the group's row, or the settings.
        """
        found = self._templates.get(template)
        if not found:
            return None, (self._missing(template),)
        row = Row.of(found, group, organizer, sender)
        problems = found.faults or tuple(row.gaps())
        if problems:
            return None, problems
        try:
            subject, text, html = self._printed(template, row, first_subject)
        except Unclear as error:
            return None, (row.unclear(error),)
        except BadLink as error:
            return None, (row.no_address(str(error)),)
        if not 0 < len(subject) <= _LONGEST_SUBJECT:
            return None, (row.bad_subject(subject),)
        return Draft(id, organizer.address, plain(organizer.name), subject, text, html), ()

    def _printed(self, name: str, row: Row, first_subject: str) -> tuple[str, str, str]:
        """Subject, plain part and HTML part."""
        template = self._templates[name]
        slots = Slots(template.slot_words)
        subject = template.subject.skeleton(row.cells, slots) if template.subject else ""
        assert template.body, "a template without problems has a body"
        sheet = self._sheet(name, subject, template.body.skeleton(row.cells, slots))
        values = slots.values
        if template.subject:
            subject = " ".join(sheet.subject.fill(values, AS_TEXT).split())
        elif first_subject:
            subject = f"Re: {_ANSWER.sub('', first_subject)}"
        return subject, sheet.text(values), sheet.html(values)

    def _sheet(self, name: str, subject: str, body: str) -> Sheet:
        """What is the same for all letters with these skeletons, worked out when they first come up."""
        kept = self._sheets[name]
        sheet = kept.get((subject, body))
        if sheet is None:
            if len(kept) >= _MOST_SHEETS:
                kept.clear()
            sheet = kept[subject, body] = weave(subject, body, self._templates[name].slot_words)
        return sheet

    def _missing(self, name: str) -> Problem:
        near = nearest(name, sorted(self._templates))
        what = f"there is no template {name!r}" + (f"; did you mean {near!r}?" if near else "")
        return Problem(f"templates/{name}.md", 0, 0, what, f"write {near}" if near else "write the file")
