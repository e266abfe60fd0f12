"""Looks for `campaigns/STOP`: while a file of that name is there, no letter leaves."""

import os
from pathlib import Path

from mailer.nouns import visible
from mailer.workspace.files import read_text

FILE = "campaigns/STOP"
_LONGEST = 200


def stopped(root: Path) -> str | None:
    """Why nothing may leave; None when letters may.

    Anybody who can write into the folder can stop a run, in a hurry and with any tool; so whatever has the
    name counts, be it empty, a folder, or a link that leads nowhere. Quick enough for each letter to ask.

    Args:
        root: The workspace, resolved.

    Returns:
        A sentence with the first line of the file in it, made fit to show.
    """
    if not os.path.lexists(root / FILE):
        return None
    text = read_text(root, FILE)
    first = text.strip().partition("\n")[0].strip() if isinstance(text, str) else ""
    said = f": {visible(first, limit=_LONGEST)}" if first else ""
    return f"{FILE} is there{said}"
