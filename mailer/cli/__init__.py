"""What the fellow types, and what she sees: words in, words out."""

import os
import sys

import click

from mailer import __version__
from mailer.cli import (
    ask,
    audit,
    begin,
    classify,
    decide,
    demo,
    doctor,
    forget,
    login,
    prove,
    read,
    replies,
    review,
    send,
    todo,
    why,
)
from mailer.cli.entrance import Sections, run
from mailer.cli.paper import fill_gaps

COMMANDS = {
    "Begin": (demo.demo, begin.init, begin.new, doctor.doctor),
    "Look before you send": (prove.check, prove.preview),
    "Send and read": (send.send, replies.replies, read.show, why.why),
    "What needs you": (todo.todo, review.review, decide.done),
    "What came of it": (ask.status, ask.list_campaigns, audit.audit),
    "What reached you in other ways": (
        decide.answered,
        decide.hold,
        decide.stop,
        decide.resolve,
        decide.undo,
        forget.forget,
    ),
    "Besides": (classify.classify, login.login, login.logout, begin.completion),
}


@click.group(
    cls=Sections,
    sections={title: [str(command.name) for command in commands] for title, commands in COMMANDS.items()},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100, "color": False},
    no_args_is_help=True,
)
@click.option(
    "-C",
    "folder",
    type=click.Path(exists=True, file_okay=False),
    metavar="DIR",
    help="Work as if started in DIR.",
)
@click.version_option(__version__, "--version", message="campaign %(version)s")
def cli(folder: str | None) -> None:
    """Personal letters in a batch, for people who organize communities.

    You keep a table of groups and a few templates, in plain files. campaign writes each group its own letter,
    sends it from your own mailbox, reads what comes back, reminds those who stayed silent, and shows in the
    end what came of it. It shows before it acts, and never sends a letter twice.

    New here? Watch it happen, without any mail leaving this machine:

        campaign demo

    A first campaign of your own:

    \b
        campaign init outreach; cd outreach   a folder to work in
        (edit campaigns/settings.toml, groups.csv, and templates/)
        campaign check                        what is still wrong, and where
        campaign preview initial-contact      the letters, as they would leave
        campaign send initial-contact         shows who is due, asks, sends
        campaign replies                      who answered
        campaign status                       what came of it
    """  # noqa: D301 - click's mark for "do not wrap" is a real \b
    del folder  # read by the session


for _section in COMMANDS.values():
    for _command in _section:
        cli.add_command(_command)


def main() -> None:
    """The console script."""
    # Some systems let everybody write to what one makes; what we make, nobody else may write to.
    os.umask(os.umask(0o022) | 0o022)
    fill_gaps()
    sys.exit(run(cli, sys.argv[1:]))
