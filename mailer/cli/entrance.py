"""The way in and out: commands in sections, and every breakdown turned into a sentence and an exit code."""

import errno
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from mailer.cli.paper import ReaderGone, margin, paper
from mailer.errors import CampaignError

if TYPE_CHECKING:
    from mailer.nouns import World

INTERRUPTED = 130
"""The shell's own code for a program that Ctrl-C ended."""


class Sections(click.Group):
    """A group of commands whose help shows them by what they are for, in the order of need."""

    def __init__(
        self, *args: object, sections: Mapping[str, Sequence[str]] | None = None, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.sections = sections or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of their sections; what stands in none comes last."""
        ordered = [name for names in self.sections.values() for name in names]
        return [*ordered, *(name for name in super().list_commands(ctx) if name not in ordered)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections, each with a line for each command."""
        for title, names in self.sections.items():
            commands = [(name, self.get_command(ctx, name)) for name in names]
            with formatter.section(title):
                formatter.write_dl(
                    [(name, command.get_short_help_str(60)) for name, command in commands if command]
                )


def run(command: click.Command, words: Sequence[str], world: "World | None" = None) -> int:
    """Run one command line and say how it ended.

    Args:
        command: The root command.
        words: What was typed after `campaign`.
        world: The outside to use; None for the real one.

    Returns:
        The exit code. Nothing is raised: a traceback in front of a user is a bug.
    """
    try:
        result = command.main(list(words), prog_name="campaign", standalone_mode=False, obj=world)
        # Here and not at exit, where a reader who has gone could not be answered any more.
        paper().flush()
    except click.exceptions.Abort as error:
        # Whoever knows what was done says so; else the ledger knows.
        done = error.args[0] if error.args else "campaign status says what was done"
        margin().write(f"\nstopped; {done}\n")
        return INTERRUPTED
    except click.ClickException as error:
        return _show_click(error)
    except CampaignError as error:
        return _show(error)
    except ReaderGone:
        return 0
    except Exception as error:  # noqa: BLE001 - whatever we did not foresee is said in one sentence, too
        return _show_fault(error)
    return result if isinstance(result, int) else 0


def _show_click(error: click.ClickException) -> int:
    from mailer.cli.screen import print_error

    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        # Its message is the whole help page, already laid out.
        margin().write(f"{error.format_message()}\n")
        return error.exit_code
    fix = f"{error.ctx.command_path} --help" if isinstance(error, click.UsageError) and error.ctx else ""
    print_error(error.format_message().rstrip("."), fix=fix)
    return error.exit_code


def _show(error: CampaignError) -> int:
    from mailer.cli.screen import print_error

    print_error(error.what, error.where, error.fix)
    return error.exit_code


def _show_fault(error: Exception) -> int:
    from mailer.cli.screen import print_error

    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        # click prints its help pages past our paper.
        print_error(f"nothing can be written: {error.strerror}")
        return 1
    if os.environ.get("CAMPAIGN_DEBUG"):
        raise error
    fix = "set CAMPAIGN_DEBUG=1, run it again and report what it prints; the ledger keeps what was done"
    print_error(f"this is a fault of the program itself ({type(error).__name__}: {error})", fix=fix)
    return 1
