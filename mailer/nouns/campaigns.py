"""A campaign: who is written to, and in which steps."""

from dataclasses import dataclass
from datetime import date, timedelta

from mailer.nouns.pace import ANY_HOUR, UNLIMITED, Pace, Window


@dataclass(frozen=True, slots=True)
class Phrase:
    """A few words as the fellow wrote them, and where they begin.

    Attributes:
        text: The words.
        line: From 1; 0 when they stand in no file.
        column: From 1; 0 when only the line is known.
    """

    text: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Who is left out although the audience's expression fits.

    Attributes:
        tags: Groups that have one of these in their column `tags`.
        lists: Groups that stand in one of these files, `campaigns/<name>.txt`, by their id or by the address
            of an organizer.
        campaigns: Groups that have got a letter of one of these campaigns before the first one of this.
    """

    tags: tuple[Phrase, ...] = ()
    lists: tuple[Phrase, ...] = ()
    campaigns: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One letter of a campaign.

    Attributes:
        name: Unique in its campaign and part of every letter's id; by default its template's.
        template: The file in `templates/`, without `.md`.
        wait: How long after the previous step was accepted; zero for the first step.
        line: Where it stands in the campaign's file.
    """

    name: str
    template: str
    wait: timedelta
    line: int = 0


@dataclass(frozen=True, slots=True)
class Campaign:
    """One file of `campaigns/`.

    Attributes:
        name: The file's name without `.toml`.
        steps: One at least, in order; all but the first are follow-ups.
        where: The audience as an expression over the table's columns; without text for every group.
        exclude: Who is left out all the same.
        sample: So many groups at most, drawn from the rest; None for all of them.
        window: At which hours its letters may leave.
        not_after: The last day on which one may leave; None where the plan never gets stale.
        pace: How fast its own letters leave at most, beside what holds for all of them.
    """

    name: str
    steps: tuple[Step, ...]
    where: Phrase = Phrase("")
    exclude: Exclusions = Exclusions()
    sample: int | None = None
    window: Window = ANY_HOUR
    not_after: date | None = None
    pace: Pace = UNLIMITED

    @property
    def file(self) -> str:
        """Its file, relative to the workspace."""
        return f"campaigns/{self.name}.toml"

    def step(self, name: str) -> Step:
        """The step of that name.

        Raises:
            KeyError: when the campaign has no such step.
        """
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)
