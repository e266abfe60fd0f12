"""Lays out what one begins with: the starter that `campaign init` copies, and a new campaign."""

import os
from pathlib import Path

from mailer.errors import BadSettings, UsageError
from mailer.nouns import NAME, visible
from mailer.workspace.campaign_file import RESERVED
from mailer.workspace.cells import slug
from mailer.workspace.room import Workspace
from mailer.workspace.shipped import PARTS, starter


def lay_out(folder: Path) -> tuple[Path, ...]:
    """Copy the starter into a folder, which is made if it is not there. Nothing is ever overwritten.

    Args:
        folder: Where the workspace shall be. One that is a workspace already is left as it is.

    Returns:
        The files that were made.

    Raises:
        BadSettings: when half a workspace stands there, or the folder cannot be written to.
    """
    there = [name for name in PARTS if os.path.lexists(folder / name)]
    if len(there) == len(PARTS):
        return ()
    if there:
        raise BadSettings(
            f"there is a {there[0]}/ already, but it is not a whole workspace",
            fix="choose another folder: campaign init my-campaign",
            where=str(folder),
        )
    made = []
    try:
        for part, source in starter():
            target = folder / part / source.name
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(target, source.read_bytes())
            made.append(target)
    except OSError as error:
        raise BadSettings(
            f"the workspace cannot be made here ({error.strerror or error})",
            fix="choose a folder that you can write to: campaign init my-campaign",
            where=str(folder),
        ) from error
    return tuple(made)


def _write(target: Path, content: bytes) -> None:
    with target.open("xb") as stream:
        stream.write(content)


def new_campaign(workspace: Workspace, name: str) -> tuple[Path, ...]:
    """Write a campaign's file and its first template, ready to edit.

    Args:
        workspace: Where.
        name: What the campaign and its first template are called.

    Returns:
        The two files.

    Raises:
        UsageError: when the name cannot be used, or is used already.
        BadSettings: when the files cannot be written.
    """
    _refuse_name(name)
    files = (workspace.root / "campaigns" / f"{name}.toml", workspace.root / "templates" / f"{name}.md")
    for file in files:
        if os.path.lexists(file):
            shown = file.relative_to(workspace.root)
            raise UsageError(f"{shown} is there already", fix=f"edit it, or choose another name than {name}")
    try:
        for file, text in zip(files, _beginnings(workspace, name), strict=True):
            _write(file, text.encode())
    except OSError as error:
        raise BadSettings(
            f"the campaign cannot be written ({error.strerror or error})", where=str(file)
        ) from error
    return files


def _refuse_name(name: str) -> None:
    if name in RESERVED:
        raise UsageError(f"no campaign can be called {name}: that is another file", fix="choose another name")
    if not NAME.fullmatch(name):
        fix = f"campaign new {slug(name) or 'my-campaign'}"
        raise UsageError(
            f"no campaign can be called {visible(name, limit=60)!r}: use small letters and hyphens", fix=fix
        )


def _beginnings(workspace: Workspace, name: str) -> tuple[str, str]:
    """The texts of a campaign's file and its template, which hold for the table as it is."""
    table = workspace.table()
    # One group to begin with: an audience that is left open by oversight writes to everybody.
    first = f"where = 'group == \"{table.groups[0].id}\"'\n" if table.groups else ""
    group = "name" if "name" in table.columns else "group"
    hello = 'Hello {{ greeting | default("all") }},' if "greeting" in table.columns else "Hello,"
    return _CAMPAIGN.format(name=name, where=first), _TEMPLATE.format(
        hello=hello, group=f"{{{{ {group} }}}}", me="{{ sender.name }}"
    )


_CAMPAIGN = """\
# What is this campaign for? One sentence, for whoever opens this file next year.
#
#   campaign check {name}      is everything in order?
#   campaign preview {name}    the letters, as they would leave
#   campaign send {name}       shows who is due, asks, and sends

[audience]
# Who it is for. Begin with one group; when the letter is right, widen it to something like
#   where = 'lane == "research" and size >= 100'
# Without this line it is for every group.
{where}
[[steps]]
template = "{name}"                    # the letter: templates/{name}.md

# A second letter to those who stay silent: write its template, then take the # from these lines.
# [[steps]]
# template = "{name}-again"
# wait = "7 days"
"""

_TEMPLATE = """\
Subject: A question to {group}

{hello}

My name is {me}, and I write to you because …

Would you …? One line in reply is plenty.

Warm wishes,\\
{me}

If you would rather not hear from me again, just say so in a reply.
"""
