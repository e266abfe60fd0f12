"""Makes a ledger, and opens one: what is missing, damaged, foreign or old is refused, with the next step."""

import secrets
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from mailer.errors import BadData, BadSettings
from mailer.ledger import identity
from mailer.ledger.books import Books
from mailer.ledger.journalled import durable, journal
from mailer.ledger.journalled.journal import Position
from mailer.ledger.journalled.keeping import JOURNAL, SNAPSHOT, OnDisk
from mailer.ledger.journalled.locks import Turn
from mailer.ledger.journalled.tables import Store
from mailer.ledger.ledger import Ledger
from mailer.ledger.segments import Segments
from mailer.ledger.sender import SenderLock

_MAIL = "mail"
_KEY_BYTES = 32


def create(folder: Path, id_file: Path, now: datetime) -> Ledger:
    """Make an empty ledger, and write its id into the workspace.

    Args:
        folder: Where it will be, such as `campaigns/ledger`.
        id_file: Where the workspace keeps its id, such as `campaigns/ledger-id`.
        now: When.

    Raises:
        BadSettings: when there is one, or when the workspace names one that is not here.
        CampaignError: when the disk does not let us.
    """
    # Before anything is made, too: the missing ledger's copy is to find its place free.
    _refuse_second(folder, identity.read_id(id_file))
    with durable.trouble("make the ledger", folder):
        durable.make_private_folder(folder)
    turn = Turn(folder / "lock")
    try:
        with turn.held():
            _refuse_second(folder, identity.read_id(id_file))
            ledger = identity.new_id()
            _lay_out(folder)
            about = {
                "id": ledger,
                "key": secrets.token_hex(_KEY_BYTES),
                "created": now.astimezone(UTC).isoformat(),
            }
            journal.begin(folder / JOURNAL, ledger, Position(), {"_meta": {"ledger": about}})
            identity.write_id(id_file, ledger)
    finally:
        turn.close()
    return open_ledger(folder, id_file)


def open_ledger(folder: Path, id_file: Path) -> Ledger:
    """Open the workspace's ledger. What a crash left behind is mended, and said in `Ledger.repaired`.

    Raises:
        BadSettings: when there is none, the workspace does not name it, or a link leads to where others are.
        BadData: when it is empty, damaged, another workspace's, or older than what this account has seen.
        CampaignError: when the disk does not let us.
    """
    known = identity.read_id(id_file)
    refuse_absent(folder, id_file, known)
    with durable.trouble("open the ledger", folder):
        for part in filter(Path.is_dir, (folder, folder / _MAIL)):
            durable.close_to_others(part)
    said: list[str] = []
    with ExitStack() as undo:
        keeper = OnDisk(folder, known, said)
        undo.callback(keeper.close)
        sender = SenderLock(folder / "sender.lock")
        undo.callback(sender.close)
        ledger = Ledger(Books(Store(keeper)), Segments(folder / _MAIL), identity.here(), sender, said)
        undo.pop_all()
    return ledger


def _stands(folder: Path) -> bool:
    """Whether anything of a ledger is there."""
    files = (folder / JOURNAL, folder / SNAPSHOT, *folder.glob(f"{_MAIL}/*.mails"))
    return any(path.exists() for path in files)


def _lay_out(folder: Path) -> None:
    with durable.trouble("make the ledger", folder):
        durable.make_private_folder(folder / _MAIL)
        # Whatever repository the workspace is in: what people wrote to us never belongs there.
        durable.put_in_place(durable.stage(folder / ".gitignore", b"*\n"), folder / ".gitignore")
        durable.sync_folder(folder.parent)


def _refuse_second(folder: Path, known: str) -> None:
    if _stands(folder):
        raise BadSettings(
            "there is a ledger here already, and a second one would send every letter again",
            fix="this is a workspace already; go on with campaign check",
            where=str(folder),
        )
    if known:
        raise _elsewhere(known, folder)


def refuse_absent(folder: Path, id_file: Path, known: str) -> None:
    """Refuse to go on where the workspace's ledger is missing, in whole or in part, or has no name.

    Raises:
        BadSettings, BadData: with what to do.
    """
    if not _stands(folder):
        if known:
            raise _elsewhere(known, folder)
        raise BadSettings("this workspace has no ledger yet", fix="campaign init", where=str(folder))
    if not (folder / JOURNAL).exists():
        raise BadData(
            "the ledger's journal is missing",
            fix=f"put your newest whole copy of {folder} back; nothing is sent until then",
            where=str(folder / JOURNAL),
        )
    if not known:
        name = journal.owner(folder / JOURNAL)
        raise BadSettings(
            f"the workspace does not name its ledger; the one that is here is {name}",
            fix=f"bring {id_file.name} back from your version control; it holds one line, {name}",
            where=str(id_file),
        )


def _elsewhere(known: str, folder: Path) -> BadSettings:
    return BadSettings(
        f"this workspace belongs to the ledger {known}, which is not here",
        fix=f"copy the folder {folder.name} from the computer that sent the letters; without it, all of them"
        " would be sent again",
        where=str(folder),
    )
