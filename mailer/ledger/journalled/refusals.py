"""Says why files are not used, and what to do: one wording for each fault, whoever comes upon it."""

from pathlib import Path

from mailer.errors import BadData, CampaignError

NO_START = "the snapshot that the journal goes on from is missing, or an older one is there"
"""How they do not belong together."""

_TAKE_OVER = "campaign init --take-over"


def whole_copy(folder: Path) -> str:
    """What to do where a ledger is damaged: the way back, and the one for who has kept no copy."""
    return (
        f"put your newest whole copy of {folder} back; if there is none, move the folder away, then"
        f" {_TAKE_OVER} goes by the mailbox alone"
    )


def damaged(path: Path, how: str, line: int = 0) -> BadData:
    """A journal that a crash cannot have left so.

    Args:
        path: Its file.
        how: The end of "the ledger's journal …".
        line: Where, from 1; 0 for the file as a whole.
    """
    where = f"{path}:{line}" if line else str(path)
    return BadData(f"the ledger's journal {how}", fix=whole_copy(path.parent), where=where)


def spoilt(path: Path) -> BadData:
    """A snapshot that is not as it was written."""
    what = "the ledger's snapshot is not as campaign wrote it"
    return BadData(what, fix=whole_copy(path.parent), where=str(path))


def mixed(folder: Path, how: str) -> BadData:
    """Files that do not belong together; `how` says which."""
    return BadData(f"the ledger does not add up: {how}", fix=whole_copy(folder), where=str(folder))


def rewritten(folder: Path, seq: int) -> BadData:
    """A change that is another one than was seen under its number."""
    return mixed(folder, f"its change {seq} is not the one that was seen here before")


def foreign(folder: Path, owner: str, known: str) -> BadData:
    """The files of `owner` where those of `known` should be."""
    return BadData(
        f"this is the ledger {owner}, and the workspace belongs to {known}",
        fix=f"put {known} in its place, or go to the workspace that this ledger came from",
        where=str(folder),
    )


def older(folder: Path, lost: int) -> BadData:
    """Files that have forgotten so many changes that were seen of them."""
    changes = "1 change made since is" if lost == 1 else f"{lost} changes made since are"
    return BadData(
        f"this is an older copy of the ledger: {changes} not in it",
        fix=f"put the newest copy of {folder} back in its place. If that is lost: {_TAKE_OVER}",
        where=str(folder),
    )


def newer(path: Path) -> BadData:
    """A file whose form has a number that is not known yet."""
    return BadData(
        "this ledger was written by a newer version of campaign",
        fix="bring this installation up to date, then run the same command again",
        where=str(path),
    )


def given_up(path: Path) -> CampaignError:
    """A file that the disk failed to write."""
    return CampaignError(
        "the ledger could not be written a moment ago, so nothing more is done",
        fix="run the same command again: it begins by looking at what was kept",
        where=str(path),
    )
