"""Compares the copies of mails with what was said of them when they were kept; changes nothing."""

import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Self

from mailer.errors import BadData, CampaignError
from mailer.nouns import Delivery, Place

_HEAD = len("0123456789 ") + 64 + 1
"""In front of each mail stand its length and SHA-256. Spelt out here: who checks does not ask who wrote."""

# A backup of the whole folder would be refused for being older, and it is not needed either.
_ONLY_THE_COPY = (
    "only this copy is lost: the record is whole, and nothing is sent twice. What needs the copy will refuse:"
    " to try the letter again, campaign forget, campaign show --raw"
)

_DATE = re.compile(rb"^Date:[^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE)
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^\s>]*>)\s*$", re.IGNORECASE | re.MULTILINE)


class Copies:
    """The files in `mail/`, each opened once.

    Attributes:
        forgotten: Copies that were destroyed because a person asked to be forgotten.
        leftover: Bytes that no record names: what a crash leaves. Known when the `with` ends.
    """

    def __init__(self, folder: Path, damages: list[CampaignError]) -> None:
        """Begin with nothing read.

        Args:
            folder: Where the files are.
            damages: Gets what is wrong, with its place.
        """
        self.forgotten = self.leftover = 0
        self._folder, self._damages = folder, damages
        self._open: dict[str, int] = {}
        self._named: dict[str, set[Place]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for number in self._open.values():
            os.close(number)
        for path in self._folder.glob("*.mails"):
            named = sum(_HEAD + place.length + 1 for place in self._named.get(path.name, ()))
            self.leftover += max(path.stat().st_size - named, 0)

    def hold(self, place: Place, whose: str, letter: Delivery | None = None) -> bool:
        """Whether a copy is there as it was written; what is wrong with it is noted.

        Args:
            place: Where it is.
            whose: Whose copy, in words.
            letter: For a letter of ours, its record, which the bytes must bear out.
        """
        if not place.segment:
            self.forgotten += 1
            return False
        first = place.segment not in self._named
        self._named.setdefault(place.segment, set()).add(place)
        path = self._folder / Path(place.segment).name
        if not path.exists():
            if first:  # and not for each of the thousand mails that were in it
                self._note(path, "this file with copies of mails is missing")
            return False
        data = self._read(path, place)
        raw = data[_HEAD:-1]
        if data != b"%010d %b\n%b\n" % (len(raw), sha256(raw).hexdigest().encode(), raw):
            fault = f"the copy of {whose}, at byte {place.offset}, is missing or not as it was written"
        else:
            fault = letter_fault(letter, raw) if letter else ""
        if fault:
            self._note(path, fault)
        return not fault

    def _read(self, path: Path, place: Place) -> bytes:
        try:
            if path.name not in self._open:
                self._open[path.name] = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
            return os.pread(self._open[path.name], _HEAD + place.length + 1, place.offset)
        except (OSError, OverflowError):
            return b""

    def _note(self, path: Path, what: str) -> None:
        self._damages.append(BadData(what, fix=_ONLY_THE_COPY, where=str(path)))


def letter_fault(letter: Delivery, raw: bytes) -> str:
    """What makes these bytes another letter than its record says; '' when they are the very one."""
    if not letter.digest:
        # A copy from the mailbox, whose server may have put a Message-ID of its own in the place of ours.
        mark = letter.message_id.strip("<>").partition("@")[0].removeprefix("c.")
        carries = mark.encode() in raw.lower()
    else:
        carries = letter.message_id.encode() in _MESSAGE_ID.findall(raw.partition(b"\r\n\r\n")[0])
    if not carries:
        return f"the bytes kept for the letter {letter.letter} carry another Message-ID"
    if letter.digest and sha256(_DATE.sub(b"", raw, count=1)).hexdigest() != letter.digest:
        return f"the bytes kept for the letter {letter.letter} are not those that its record was made for"
    return ""
