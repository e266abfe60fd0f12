"""The workspace as one thing: finds it, and hands out what the fellow wrote in it."""

import os
import pwd
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mailer.errors import BadSettings
from mailer.nouns import Campaign, Group, Problem, Settings, Traces
from mailer.workspace.campaign_file import campaign_names, read_campaign, template_names
from mailer.workspace.files import TABLE_LIMIT, only, read_bytes, read_enclosure, read_text
from mailer.workspace.lists import list_names, read_list
from mailer.workspace.mentions import mentions
from mailer.workspace.settings import read_settings
from mailer.workspace.stop_sign import stopped
from mailer.workspace.table import FILES, Table, read_table

_FOLDERS = ("campaigns", "templates")
_ADMINISTRATOR = 0


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder that holds `campaigns/` and `templates/`. Every question reads its files anew.

    Attributes:
        root: The folder, resolved.
        environ: The environment, whose `CAMPAIGN_*` variables stand above `settings.toml`. May hold a
            password, so it is never shown.
    """

    root: Path
    environ: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def ledger_folder(self) -> Path:
        """Where the ledger is kept."""
        return self.root / "campaigns" / "ledger"

    @property
    def ledger_id_file(self) -> Path:
        """The file that says which ledger belongs to this workspace."""
        return self.root / "campaigns" / "ledger-id"

    def stopped(self) -> str | None:
        """Why nothing may leave, while `campaigns/STOP` is there; else None."""
        return stopped(self.root)

    def settings(self) -> tuple[Settings | None, tuple[Problem, ...]]:
        """The settings, or None when they cannot be used; and everything that is wrong in them."""
        return read_settings(self.root, self.environ)

    def table(self) -> Table:
        """The whole table: columns, groups, problems, and how many rows were used and rejected."""
        file = only(self.root, FILES)
        if isinstance(file, Problem):
            return Table(problems=(file,), file=file.file)
        content = read_bytes(self.root, file, TABLE_LIMIT)
        if isinstance(content, Problem):
            return Table(problems=(content,), file=file)
        return read_table(file, content)

    def groups(self) -> tuple[tuple[Group, ...], tuple[Problem, ...]]:
        """The groups of the table's good rows, and everything that is wrong with the others."""
        table = self.table()
        return table.groups, table.problems

    def columns(self) -> tuple[str, ...]:
        """The table's headers, in order."""
        return self.table().columns

    def campaign_names(self) -> tuple[str, ...]:
        """The campaigns that there are."""
        return campaign_names(self.root)

    def campaign(self, name: str) -> tuple[Campaign | None, tuple[Problem, ...]]:
        """The campaign of that name, or None when it cannot be used; and everything that is wrong in it."""
        return read_campaign(self.root, name)

    def listed(self, name: str, groups: Sequence[Group]) -> tuple[frozenset[str], tuple[Problem, ...]]:
        """Whom the list of that name leaves out, and what is wrong in it; nothing where there is none."""
        return read_list(self.root, name, groups) if name in list_names(self.root) else (frozenset(), ())

    def mentions(self, traces: Traces, others: Sequence[str] = ()) -> tuple[Problem, ...]:
        """Every place of her own files that names somebody.

        Args:
            traces: Who.
            others: Names that somebody else has, too, and are not meant.
        """
        return tuple(mentions(self.root, self.ledger_folder, traces, others))

    def templates(self) -> Mapping[str, str]:
        """The texts of the templates by name. One that cannot be read is a problem of its campaign."""
        texts = {name: read_text(self.root, f"templates/{name}.md") for name in template_names(self.root)}
        return {name: text for name, text in texts.items() if isinstance(text, str)}

    def enclosure(self, name: str) -> bytes | Problem:
        """A file in `templates/` that is to go with letters, or what keeps it from being read."""
        return read_enclosure(self.root, name)


def find(start: Path, environ: Mapping[str, str]) -> Workspace:
    """The workspace around `start`: the nearest folder upwards that holds `campaigns/` and `templates/`.

    Raises:
        BadSettings: when there is none, or when it is another user's.
    """
    start = Path(os.path.realpath(start))
    for folder in (start, *start.parents):
        if all((folder / name).is_dir() for name in _FOLDERS):
            _refuse_foreign(folder, environ)
            return Workspace(folder, environ)
    raise BadSettings(
        "there is no workspace here: neither this folder nor one above it holds campaigns/ and templates/",
        fix="go to your workspace with cd, or start one: campaign init my-campaign",
        where=str(start),
    )


def _refuse_foreign(root: Path, environ: Mapping[str, str]) -> None:
    """Refuse the workspace of another user: its settings name a command to run and a server to sign in to.

    In a folder that all may write to, such as /tmp, anybody can put one above ours. As with git, what belongs
    to the administrator is trusted, and under sudo what belongs to whoever called it.
    """
    me = os.geteuid()
    trusted = {me, _ADMINISTRATOR}
    if me == _ADMINISTRATOR and (caller := environ.get("SUDO_UID", "")).isdecimal():
        trusted.add(int(caller))
    for part in (root, *(root / name for name in _FOLDERS), root / "campaigns" / "settings.toml"):
        owner = part.stat().st_uid if part.exists() else me
        if owner not in trusted:
            raise BadSettings(
                f"this belongs to {_called(owner)}; another's workspace could run any command as you",
                fix=f"start one of your own: campaign init my-campaign; or, if it is yours after all: "
                f"sudo chown -R {_called(me)} {shlex.quote(str(root))}",
                where=str(part),
            )


def _called(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
