"""All templates of a workspace, read once: what is wrong with each, what it needs, and what it prints."""

import re
from collections.abc import Collection, Mapping

from mailer.letters.enclosures import Files, Mention, Unfit
from mailer.letters.faults import strangers
from mailer.letters.markdown import Sheet, weave
from mailer.letters.rows import OWN_WORDS, Row
from mailer.letters.slots import AS_TEXT, BadLink, Slots, plain
from mailer.letters.templates import Unclear, read
from mailer.nouns import Draft, Enclosure, Group, LetterId, Organizer, Problem, Sender, nearest

_ANSWER = re.compile(r"^(?:re: ?)+", re.IGNORECASE)

_LONGEST_SUBJECT = 400

_NO_FILES: Mapping[str, bytes | Problem] = {}

_MOST_SHEETS = 256
"""How many different skeletons of a template are kept: more than any template has that is not a bomb."""


class Book:
    """The templates of a workspace, compiled once.

    Args:
        templates: Names (without `.md`) and texts. Never refused: what is wrong comes out of `problems`.
        files: The files that the templates name (`named_in` tells which), each as its bytes, or as what keeps
            it from being read.
    """

    def __init__(
        self, templates: Mapping[str, str], files: Mapping[str, bytes | Problem] = _NO_FILES
    ) -> None:
        self._files = Files(files)
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
        unknown = strangers(found.file, found.text, found.table_words, known)
        unfit = self._files.problems(found.file, found.mentions)
        return tuple(sorted({*found.problems, *unknown, *unfit}))

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

    def enclosures(self, template: str) -> tuple[Enclosure, ...]:
        """The files that may go with the letters of a template: its pictures, then its attachments.

        Raises:
            Unfit: one of them cannot; `problems` says so, too.
        """
        found = self._templates.get(template)
        return tuple(map(self._files.ready, found.mentions)) if found else ()

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
            return self._printed(template, row, id, first_subject)
        except Unclear as error:
            return None, (row.unclear(error),)
        except BadLink as error:
            return None, (row.no_address(str(error)),)
        except Unfit as error:
            return None, (Problem(found.file, 0, 0, error.what, error.fix),)

    def _printed(
        self, name: str, row: Row, letter: LetterId, first_subject: str
    ) -> tuple[Draft | None, tuple[Problem, ...]]:
        template = row.template
        slots = Slots(template.slot_words)
        subject = template.subject.skeleton(row.cells, slots) if template.subject else ""
        assert template.body, "a template without problems has a body"
        sheet = self._sheet(name, subject, template.body.skeleton(row.cells, slots))
        values = slots.values
        if template.subject:
            subject = " ".join(sheet.subject.fill(values, AS_TEXT).split())
        elif first_subject:
            subject = f"Re: {_ANSWER.sub('', first_subject)}"
        if not 0 < len(subject) <= _LONGEST_SUBJECT:
            return None, (row.bad_subject(subject),)
        text, html = sheet.text(values), sheet.html(values)
        to = row.organizer
        return Draft(letter, to.address, plain(to.name), subject, text, html, sheet.enclosures), ()

    def _sheet(self, name: str, subject: str, body: str) -> Sheet:
        """What is the same for all letters with these skeletons, worked out when they first come up."""
        kept = self._sheets[name]
        sheet = kept.get((subject, body))
        if sheet is None:
            if len(kept) >= _MOST_SHEETS:
                kept.clear()
            template = self._templates[name]
            attached = tuple(self._files.ready(named) for named in template.mentions if not named.inline)
            sheet = kept[subject, body] = weave(subject, body, template.slot_words, self._picture, attached)
        return sheet

    def _picture(self, name: str) -> Enclosure:
        return self._files.ready(Mention(name, 0, 0, inline=True))

    def _missing(self, name: str) -> Problem:
        near = nearest(name, sorted(self._templates))
        what = f"there is no template {name!r}" + (f"; did you mean {near!r}?" if near else "")
        return Problem(f"templates/{name}.md", 0, 0, what, f"write {near}" if near else "write the file")
