"""Finds the fellow's workspace and reads what she wrote; every problem comes with file, line and remedy."""

from mailer.workspace.manuscript import Manuscript, read_manuscript
from mailer.workspace.providers import provider_of, providers
from mailer.workspace.room import Workspace, find
from mailer.workspace.settings import placeholders
from mailer.workspace.starter import lay_out, new_campaign
from mailer.workspace.table import Table

__all__ = [
    "Manuscript",
    "Table",
    "Workspace",
    "find",
    "lay_out",
    "new_campaign",
    "placeholders",
    "provider_of",
    "providers",
    "read_manuscript",
]
