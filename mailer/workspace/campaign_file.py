"""Reads one campaign's file: who is written to, and in which steps."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from pathlib import Path

from mailer.nouns import (
    NAME,
    UNLIMITED,
    Campaign,
    Exclusions,
    Phrase,
    Problem,
    Step,
    Window,
    nearest,
    visible,
)
from mailer.workspace import toml_lines
from mailer.workspace.cells import slug
from mailer.workspace.files import read_text
from mailer.workspace.form import fill
from mailer.workspace.lists import list_names
from mailer.workspace.settings import pace_of
from mailer.workspace.shapes import CampaignShape, StepShape

RESERVED = frozenset({"settings"})
"""Files of `campaigns/` that are no campaigns."""
_FORGOTTEN = timedelta(days=366)


def campaign_names(root: Path) -> tuple[str, ...]:
    """The names of the campaigns by the alphabet; odd ones too, so that `check` can say what is odd."""
    files = (root / "campaigns").glob("*.toml")
    return tuple(
        sorted(file.stem for file in files if file.stem not in RESERVED and not file.name.startswith("."))
    )


def template_names(root: Path) -> tuple[str, ...]:
    """The names of the templates: the Markdown files that a step can name."""
    files = (root / "templates").glob("*.md")
    return tuple(sorted(file.stem for file in files if NAME.fullmatch(file.stem)))


def read_campaign(root: Path, name: str) -> tuple[Campaign | None, tuple[Problem, ...]]:
    """The campaign of that name, with everything that is wrong in its file.

    Args:
        root: The workspace, resolved.
        name: As typed or found; checked here, for it becomes a part of a path.

    Returns:
        The campaign, or None when its file cannot be made sense of; and the problems, those of templates that
        are missing or cannot be read included. The audience's expression is not looked into.
    """
    if unknown := _unknown(root, name):
        return None, (unknown,)
    file = f"campaigns/{name}.toml"
    source = read_text(root, file)
    document = toml_lines.read_toml(file, source) if isinstance(source, str) else source
    if isinstance(document, Problem):
        return None, (document,)
    shape, wrong = fill(CampaignShape, file, document)
    if shape is None:
        return None, wrong
    reading = _Reading(root, file, document, shape)
    return reading.campaign(name), tuple(reading.problems(name))


def _unknown(root: Path, name: str) -> Problem | None:
    names = campaign_names(root)
    shown = visible(name, limit=60)
    if name in names and NAME.fullmatch(name):
        return None
    if name in names:
        what = f"a campaign cannot be called {shown!r}"
        proposed = slug(name)
        fix = f"rename the file to {proposed}.toml" if proposed else "rename the file in small letters"
        return Problem("campaigns", 0, 0, what, fix)
    near = nearest(name, names)
    proposed = "my-campaign" if name in RESERVED else slug(name) or "my-campaign"
    fix = f"did you mean {near}?" if near else f"campaign new {proposed}"
    return Problem("campaigns", 0, 0, f"there is no campaign called {shown!r}", fix)


class _Reading:
    """A campaign's file whose every value is of the right kind."""

    def __init__(self, root: Path, file: str, document: toml_lines.Document, shape: CampaignShape) -> None:
        self.root = root
        self.file = file
        self.document = document
        self.shape = shape

    def campaign(self, name: str) -> Campaign:
        steps = tuple(
            Step(
                self._name(step),
                step.template,
                self._wait(place, step),
                self.document.key(("steps", place)).line,
            )
            for place, step in enumerate(self.shape.steps)
        )
        audience = self.shape.audience
        exclude = Exclusions(*(self._phrases(part) for part in ("tags", "lists", "campaigns")))
        when = self.shape.when
        line = self.document.key(("when",)).line
        return Campaign(
            name,
            steps,
            self._where(audience.where),
            exclude,
            audience.sample,
            Window(when.days, when.hours, when.zone, when.holidays, when.closed, line),
            when.not_after,
            pace_of(self.shape.pace, UNLIMITED),
        )

    def problems(self, name: str) -> Iterator[Problem]:
        yield from self._exclusion_problems(name)
        names = template_names(self.root)
        seen: dict[str, int] = {}
        for place, step in enumerate(self.shape.steps):
            yield from self._wait_problems(place, step)
            yield from self._template_problems(place, step, names)
            yield from self._name_problems(place, step, seen)

    @staticmethod
    def _name(step: StepShape) -> str:
        return step.name or step.template

    @staticmethod
    def _wait(place: int, step: StepShape) -> timedelta:
        # A forgotten wait is a problem; should anybody overlook that, the follow-up must not go out at once.
        return (step.wait or _FORGOTTEN) if place else timedelta(0)

    def _where(self, where: str) -> Phrase:
        """The expression, and where its first word stands."""
        if not where:
            return Phrase("")
        spot = self.document.text(("audience", "where"))
        blank = where[: len(where) - len(where.lstrip())]
        lines, last = blank.count("\n"), blank.rpartition("\n")[2]
        return Phrase(where.strip(), spot.line + lines, len(last) + (1 if lines else spot.column))

    def _phrases(self, part: str) -> tuple[Phrase, ...]:
        """The words of one kind of exclusion, each with its place; a word alone has the setting's."""
        path = ("audience", "exclude", part)
        words: tuple[str, ...] = getattr(self.shape.audience.exclude, part)
        texts = self.document.texts
        return tuple(
            Phrase(word, *(texts.get((*path, place)) or self.document.text(path)))
            for place, word in enumerate(words)
        )

    def _exclusion_problems(self, own: str) -> Iterator[Problem]:
        names = list_names(self.root)
        for one in self._phrases("lists"):
            if one.text not in names:
                near = nearest(one.text, names)
                fix = f"did you mean {near}?" if near else "write it, with a group or an address in each line"
                what = f"there is no list campaigns/{one.text}.txt"
                yield Problem(self.file, one.line, one.column, what, fix)
        names = campaign_names(self.root)
        for one in self._phrases("campaigns"):
            place = (self.file, one.line, one.column)
            if one.text == own:
                what = "a campaign cannot exclude those to whom it writes itself"
                yield Problem(*place, what, "take it out; nobody gets a step twice")
            elif one.text not in names:
                near = nearest(one.text, names)
                fix = f"did you mean {near}?" if near else f"the campaigns are: {', '.join(names)}"
                yield Problem(*place, f"there is no campaign called {one.text!r}", fix)

    def _problem(self, place: int, key: str, what: str, fix: str) -> Problem:
        return Problem(self.file, *self.document.text(("steps", place, key)), what, fix)

    def _wait_problems(self, place: int, step: StepShape) -> Iterator[Problem]:
        if place == 0 and step.wait is not None:
            yield self._problem(
                place, "wait", "the first step has no letter before it to wait for", "take its wait out"
            )
        if place and step.wait is None:
            what = f"step {place + 1} does not say how long it waits after the letter before"
            yield self._problem(place, "wait", what, 'add: wait = "7 days"')

    def _template_problems(self, place: int, step: StepShape, names: Collection[str]) -> Iterator[Problem]:
        if step.template in names:
            text = read_text(self.root, f"templates/{step.template}.md")
            if isinstance(text, Problem):
                yield text
            return
        near = nearest(step.template, names)
        fix = f"did you mean {near}?" if near else f"write it: templates/{step.template}.md"
        yield self._problem(place, "template", f"there is no template called {step.template!r}", fix)

    def _name_problems(self, place: int, step: StepShape, seen: dict[str, int]) -> Iterator[Problem]:
        name = self._name(step)
        first = seen.setdefault(name, place)
        if first != place:
            what = f"steps {first + 1} and {place + 1} are both called {name!r}"
            key = "name" if step.name else "template"
            yield self._problem(place, key, what, f'give this one a name of its own: name = "{name[:62]}-2"')
