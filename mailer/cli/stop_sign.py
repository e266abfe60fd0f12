"""What a person is told of `campaigns/STOP` by the commands that speak of letters to come."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailer.workspace import Workspace

REMEDY = "rm campaigns/STOP when letters may leave again"


def say_stopped(workspace: "Workspace") -> None:
    """Say that no letter leaves, while somebody wants it so."""
    from mailer.cli.screen import say

    if because := workspace.stopped():
        say(f"{because}, and no letter leaves; {REMEDY}", "yellow")
