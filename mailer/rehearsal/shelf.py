"""Keeps a rehearsal on disk, so that its folder can be served again: one book, and the mails as files."""

import contextlib
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mailer.errors import BadData
from mailer.rehearsal.mailboxes import Account, Folder, Stored
from mailer.rehearsal.office import Office, Posted, Waiting

_BOOK = "post-office.json"


@dataclass(frozen=True, slots=True)
class Shelved:
    """What was kept: how far the clock is ahead of the real time, folders, letters, answers on their way."""

    ahead: timedelta
    folders: tuple[Folder, ...]
    letters: tuple[Posted, ...]
    waiting: tuple[Waiting, ...]


def load(place: Path) -> Shelved | None:
    """What `save` left in a folder; None where there is nothing.

    Raises:
        BadData: when it is there and cannot be read.
    """
    try:
        book = json.loads((place / _BOOK).read_text("utf-8"))
        return Shelved(
            timedelta(seconds=book["ahead"]),
            tuple(_folder(place, one) for one in book["folders"]),
            tuple(_letter(place, one) for one in book["letters"]),
            tuple(_waiting(place, one) for one in book["waiting"]),
        )
    except FileNotFoundError as error:
        if not (place / _BOOK).exists():
            return None
        raise _damaged(place, error) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(place, error) from error


def save(place: Path, office: Office) -> None:
    """Keep everything: mails first, then the book that names them, in one stroke."""
    mails = place / "mails"
    mails.mkdir(parents=True, exist_ok=True)
    book = {
        "ahead": office.clock.ahead.total_seconds(),
        "folders": [_shelved_folder(mails, folder) for folder in office.account],
        "letters": [
            {"sender": one.sender, "to": one.to, "at": one.at.isoformat(), "mail": _shelve(mails, one.raw)}
            for one in office.letters
        ],
        "waiting": [
            {
                "due": one.due.isoformat(),
                "turn": one.turn,
                "lands_in": one.lands_in,
                "mail": _shelve(mails, one.raw),
            }
            for one in office.waiting
        ],
    }
    fresh = place / f"{_BOOK}.new"
    fresh.write_text(json.dumps(book, indent=1), "utf-8")
    fresh.replace(place / _BOOK)


def account_of(shelved: Shelved | None, now: datetime) -> Account:
    """The mailbox that was kept, or a new one, numbered by the hour at which it was made."""
    return Account(int(now.timestamp()), shelved.folders if shelved else ())


def _shelved_folder(mails: Path, folder: Folder) -> dict[str, Any]:
    return {
        "name": folder.name,
        "validity": folder.validity,
        "next_uid": folder.next_uid,
        "modseq": folder.modseq,
        "mails": [
            {
                "uid": mail.uid,
                "at": mail.at.isoformat(),
                "flags": sorted(mail.flags),
                "modseq": mail.modseq,
                "mail": _shelve(mails, mail.raw),
            }
            for mail in folder.mails.values()
        ],
    }


def _shelve(mails: Path, raw: bytes) -> str:
    """Keep a mail under a name drawn from its bytes, so that copies are kept once; returns the name."""
    name = hashlib.sha256(raw).hexdigest()[:20] + ".eml"
    with contextlib.suppress(FileExistsError), (mails / name).open("xb") as file:
        file.write(raw)
    return name


def _folder(place: Path, kept: dict[str, Any]) -> Folder:
    mails = [
        Stored(one["uid"], _mail(place, one), _moment(one["at"]), frozenset(one["flags"]), one["modseq"])
        for one in kept["mails"]
    ]
    numbers = kept["validity"], kept["next_uid"], kept["modseq"]
    return Folder(kept["name"], *numbers, {mail.uid: mail for mail in mails})


def _letter(place: Path, kept: dict[str, Any]) -> Posted:
    return Posted(kept["sender"], tuple(kept["to"]), _mail(place, kept), _moment(kept["at"]))


def _waiting(place: Path, kept: dict[str, Any]) -> Waiting:
    return Waiting(_moment(kept["due"]), kept["turn"], kept["lands_in"], _mail(place, kept))


def _mail(place: Path, kept: dict[str, Any]) -> bytes:
    return (place / "mails" / Path(kept["mail"]).name).read_bytes()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _damaged(place: Path, error: Exception) -> BadData:
    return BadData(
        "The rehearsal that was kept here cannot be read",
        fix=f"Delete the folder {place} to begin a new one ({error})",
        where=str(place / _BOOK),
    )
