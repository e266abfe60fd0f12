"""Commands to begin with: a workspace, a campaign, help for the shell."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from mailer.cli.paper import paper
from mailer.cli.session import open_session


@click.command()
@click.argument("folder", default=".", metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> None:
    """Make a workspace: a starter to edit, and an empty ledger.

    In a folder that has campaigns/ already, only the ledger is made. Nothing is ever overwritten.
    """
    from mailer.cli.screen import say, several
    from mailer.ledger import create
    from mailer.workspace import find, lay_out

    made = () if (folder / "campaigns").is_dir() else lay_out(folder)
    (folder / "templates").mkdir(exist_ok=True)
    workspace = find(folder.resolve(), os.environ)
    create(workspace.ledger_folder, workspace.ledger_id_file, datetime.now(UTC)).close()
    where = "here" if folder == Path() else f"in {folder}"
    say(
        f"made {several(len(made), 'file')} and an empty ledger {where}"
        if made
        else f"made an empty ledger {where}"
    )
    step_in = "" if folder == Path() else f"cd {folder}; "
    say(f"next: {step_in}edit campaigns/settings.toml, then: campaign check", "dim")


@click.command()
@click.argument("name")
@click.pass_context
def new(context: click.Context, name: str) -> None:
    """Begin a campaign: its file and a template to edit."""
    from mailer.cli.screen import say
    from mailer.workspace import new_campaign

    session = open_session(context)
    for path in new_campaign(session.workspace, name):
        say(f"made {path.relative_to(session.workspace.root)}")
    say(f"next: edit them, then: campaign check {name}", "dim")


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what makes TAB complete commands in your shell.

    \b
    bash:  eval "$(campaign completion bash)"      in ~/.bashrc
    zsh:   eval "$(campaign completion zsh)"       in ~/.zshrc
    fish:  campaign completion fish | source       in ~/.config/fish/config.fish
    """  # noqa: D301 - click's mark for "do not wrap" is a real \b
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made
    source = made(context.find_root().command, {}, "campaign", "_CAMPAIGN_COMPLETE").source()
    paper().write(f"{source}\n")
