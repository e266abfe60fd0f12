"""Commands to begin with: a workspace, a campaign, help for the shell."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from mailer.cli.paper import paper
from mailer.cli.session import open_session
from mailer.errors import UsageError


@click.command()
@click.argument("folder", default=".", metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--take-over", is_flag=True, help="Go on here with a ledger that is lost, old or on another computer."
)
@click.option(
    "--without-proof",
    is_flag=True,
    help="Take over although letters may go out twice (only with --take-over).",
)
@click.pass_context
def init(
    context: click.Context,
    folder: Path,
    take_over: bool,  # noqa: FBT001 - click passes options by name
    without_proof: bool,  # noqa: FBT001
) -> None:
    """Make a workspace: a starter to edit, and an empty ledger.

    In a folder that has campaigns/ already, only the ledger is made. Nothing is ever overwritten.

    Where the ledger is on another computer, lost, or an older copy, --take-over looks into the Sent folder of
    your mailbox first, and enters every letter that it shows. From then on letters go out from here only. It
    sends nothing. See to it that nobody is sending on the other computer meanwhile.
    """
    if take_over:
        from mailer.cli.taking_over import take_over_here

        take_over_here(context, folder, without_proof=without_proof)
        return
    if without_proof:
        raise UsageError("--without-proof belongs to --take-over")
    _begin(folder)


def _begin(folder: Path) -> None:
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
