"""Makes a ledger, and opens one: what is missing, damaged, foreign or old is refused, with the next step."""

from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

from mailer.errors import BadData, BadSettings
from mailer.failpoints import reach
from mailer.ledger import identity
from mailer.ledger.books import Books
from mailer.ledger.forgetting import finish
from mailer.ledger.forms import FORM
from mailer.ledger.journalled import OnDisk, Position, Store, begin, durable, look, owner_of
from mailer.ledger.journalled.keeping import JOURNAL, SNAPSHOT
from mailer.ledger.journalled.locks import Turn
from mailer.ledger.ledger import Ledger
from mailer.ledger.segments import Segments
from mailer.ledger.sender import SenderLock
from mailer.nouns.marks import stem

_MAIL = "mail"


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
        with turn:
            known = identity.read_id(id_file)
            _refuse_second(folder, known)
            lay_out(folder)
            ledger = ("" if known else _half_made(folder)) or _begun(folder, now)
            identity.introduce(ledger, Position())
            reach("ledger.introduced")
            identity.write_id(id_file, ledger)
    finally:
        turn.close()
    return open_ledger(folder, id_file)


def open_ledger(folder: Path, id_file: Path) -> Ledger:
    """Open the workspace's ledger. What a crash left behind is mended, and said in `Ledger.repaired`.

    Raises:
        BadSettings: when there is none, the workspace does not name it, or a link leads to where others are.
        BadData: when it is empty, damaged, another workspace's, unknown to this account, or older than what
            that has seen.
        CampaignError: when the disk does not let us.
    """
    known = identity.read_id(id_file)
    refuse_absent(folder, id_file, known)
    refuse_succeeded(folder, known)
    identity.refuse_unknown(known, folder)
    with durable.trouble("open the ledger", folder):
        for part in filter(Path.is_dir, (folder, folder / _MAIL)):
            durable.close_to_others(part)
    said: list[str] = []
    with ExitStack() as undo:
        keeper = OnDisk(folder, known, identity.LastSeen(known), FORM, said)
        undo.callback(keeper.close)
        sender = SenderLock(folder / "sender.lock", identity.LastSeen(known))
        undo.callback(sender.close)
        books, mails = Books(Store(keeper)), Segments(folder / _MAIL)
        said += finish(books, mails)
        ledger = Ledger(books, mails, identity.here(), sender, said)
        undo.pop_all()
    return ledger


def _begun(folder: Path, now: datetime) -> str:
    """Begin a ledger's journal, and say its id."""
    ledger = identity.new_id()
    about = {
        "id": ledger,
        "key": identity.new_secret().hex(),
        "created": now.astimezone(UTC).isoformat(),
    }
    begin(folder, ledger, FORM, {"_meta": {"ledger": about}})
    return ledger


def _half_made(folder: Path) -> str:
    """The id of a ledger in which nothing stands but what it says of itself; '' when there is no such.

    Whoever made it died before the workspace had its name, or this account knew it. One that this account has
    seen further on than that is none, but an older copy.
    """
    others = (folder / SNAPSHOT, *folder.glob(f"{_MAIL}/*.mails"))
    if not (folder / JOURNAL).exists() or any(path.exists() for path in others):
        return ""
    with suppress(BadData):
        ledger = owner_of(folder, FORM)
        position, _ = look(folder, ledger, FORM)
        seen = identity.last_seen(ledger) or Position()
        return ledger if position.seq == 1 and seen.seq == 0 else ""
    return ""


def stands(folder: Path) -> bool:
    """Whether anything of a ledger is there."""
    with durable.trouble("look for the ledger", folder):
        files = (folder / JOURNAL, folder / SNAPSHOT, *folder.glob(f"{_MAIL}/*.mails"))
        return any(path.exists() for path in files)


def lay_out(folder: Path) -> None:
    """Make the ledger's folders."""
    with durable.trouble("make the ledger", folder):
        durable.make_private_folder(folder / _MAIL)
        # Whatever repository the workspace is in: what people wrote to us never belongs there.
        durable.put_in_place(durable.stage(folder / ".gitignore", b"*\n"), folder / ".gitignore")
        durable.sync_folder(folder.parent)


def _refuse_second(folder: Path, known: str) -> None:
    if stands(folder) and (known or not _half_made(folder)):
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
    if not stands(folder):
        if known:
            raise _elsewhere(known, folder)
        raise BadSettings("this workspace has no ledger yet", fix="campaign init", where=str(folder))
    if not known:
        raise _unnamed(folder, id_file)
    if not (folder / JOURNAL).exists():
        raise BadData(
            "the ledger's journal is missing",
            fix=f"put your newest whole copy of {folder} back. If that is lost: {identity.TAKE_OVER}",
            where=str(folder / JOURNAL),
        )


def _unnamed(folder: Path, id_file: Path) -> BadSettings:
    if _half_made(folder):
        what = "the ledger here was begun and not finished; nothing is in it yet"
        return BadSettings(what, fix="campaign init", where=str(folder))
    name = owner_of(folder, FORM) if (folder / JOURNAL).exists() else ""
    return BadSettings(
        "the workspace does not name its ledger" + (f"; the one that is here is {name}" if name else ""),
        fix=f"bring {id_file.name} back from your version control or your backup; it holds one line"
        + (f", {name}" if name else ", the ledger's id"),
        where=str(id_file),
    )


def refuse_succeeded(folder: Path, known: str) -> None:
    """Refuse a ledger whose letters are sent from another one now, or whose taking over was not finished.

    Raises:
        BadData: with what to do.
    """
    owner = owner_of(folder, FORM)
    if owner != known and stem(owner) == stem(known):
        raise BadData(
            f"this is the ledger {owner}, and the workspace belongs to {known}: it was taken over, here or on"
            " another computer",
            fix="send from the computer that took it over, or copy its folder"
            f" {folder.name} here; or, for good, here: {identity.TAKE_OVER}",
            where=str(folder),
        )


def _elsewhere(known: str, folder: Path) -> BadSettings:
    return BadSettings(
        f"this workspace belongs to the ledger {known}, which is not here",
        fix=f"send from the computer where it is. If that is lost, or this one is to take its place:"
        f" {identity.TAKE_OVER}",
        where=str(folder),
    )
