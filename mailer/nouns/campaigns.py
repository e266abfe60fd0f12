"""A campaign: who is written to, and in which steps."""

from dataclasses import dataclass
from datetime import timedelta


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
        where: The audience as an expression over the table's columns; empty for every group.
        where_line: The line in the file where that expression stands.
        where_column: The column of its first character.
    """

    name: str
    steps: tuple[Step, ...]
    where: str = ""
    where_line: int = 0
    where_column: int = 0

    def step(self, name: str) -> Step:
        """The step of that name.

        Raises:
            KeyError: when the campaign has no such step.
        """
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)
