"""Files that go with a letter: attachments, and the pictures that stand in its text.

They lie in `templates/`, and each is made a part of a mail once, for all letters. A picture from the web is
refused: whoever keeps it there would learn who opens the letter and when, and most mail programs do not fetch
it unasked. Which kinds there may be, and what they are called, is our own list: Python's differs from machine
to machine, and what is not on it many servers turn away.
"""

import re
from base64 import encodebytes
from collections.abc import Iterator, Mapping
from email.utils import encode_rfc2231
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import quote, unquote

from markdown_it import MarkdownIt

from mailer.nouns import Enclosure, Problem

LARGEST = 10_000_000
"""Octets of a letter. Postfix takes 10,240,000 unless told otherwise, others more."""

_ZIP = b"PK\x03\x04"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
_KINDS: Mapping[str, tuple[str, bytes]] = {
    "pdf": ("application/pdf", b"%PDF-"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    "gif": ("image/gif", b"GIF8"),
    "txt": ("text/plain; charset=utf-8", b""),
    "csv": ("text/csv; charset=utf-8", b""),
    "ics": ("text/calendar; charset=utf-8", b"BEGIN:VCALENDAR"),
    "vcf": ("text/vcard; charset=utf-8", b"BEGIN:VCARD"),
    "docx": (f"{_OFFICE}wordprocessingml.document", _ZIP),
    "xlsx": (f"{_OFFICE}spreadsheetml.sheet", _ZIP),
    "pptx": (f"{_OFFICE}presentationml.presentation", _ZIP),
    "odt": (f"{_OPEN}text", _ZIP),
    "ods": (f"{_OPEN}spreadsheet", _ZIP),
    "odp": (f"{_OPEN}presentation", _ZIP),
    "zip": ("application/zip", _ZIP),
}
"""For each ending its media type, and how such a file begins."""
_PICTURES = ("png", "jpg", "jpeg", "gif")
"""What every mail program shows; Outlook shows no WebP, Gmail no SVG."""

_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_UNFIT = re.compile(r'["\\:*?<>|]|(?:^|/)\.{0,2}(?=/|$)')
"""What some system keeps for itself, and the parts of a path that lead elsewhere: `..`, `.`, none."""
_LONGEST_NAME = 600
"""Octets as it is written in a header line, of which no server takes more than 998."""

_FIX_NAME = "put the file into templates/ and write its name as it is there"


class Unfit(ValueError):
    """A file cannot go with a letter.

    Args:
        what: Why; a sentence without a full stop.
        fix: What to do instead.
    """

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix


class Mention(NamedTuple):
    """The place in a template that names a file.

    Attributes:
        name: As it stands there, such as `flyer.pdf`.
        line: In the template's file.
        column: From 1.
        inline: Whether it is a picture in the text; else it is an attachment.
    """

    name: str
    line: int
    column: int
    inline: bool


def pictures_in(text: str, start: int) -> Iterator[Mention]:
    """The pictures that a template's Markdown shows, whatever its statements choose from.

    Args:
        text: The whole template.
        start: Where the letter begins in it.
    """
    if "![" not in text:
        return
    tokens = MarkdownIt("commonmark", {"html": False}).parse(text[start:])
    sources = (str(t.attrs["src"]) for token in tokens for t in token.children or () if t.type == "image")
    for source in dict.fromkeys(sources):
        place = max(text.find(unquote(source), start), text.find(source, start), start)
        line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
        yield Mention(unquote(source), line, column, inline=True)


def check_name(mention: Mention) -> None:
    """See that a name is one of a file in `templates/`, and of a kind that arrives.

    Raises:
        Unfit: it is not.
    """
    name, inline = mention.name, mention.inline
    if "{{" in name or "{%" in name:
        raise Unfit("the table cannot choose a file", "write the file's name out")
    if _ELSEWHERE.match(name):
        if inline:
            what = "a picture from the web tells its keeper who reads the letter, and many programs hide it"
            raise Unfit(what, "put it into templates/ and write its name; or link to it, without the !")
        raise Unfit(f"{name!r} is no file in templates/", "link to it in the text")
    if not name.isprintable() or _UNFIT.search(name):
        raise Unfit(f"{name!r} is not the name of a file in templates/", _FIX_NAME)
    if len(quote(name)) > _LONGEST_NAME:
        raise Unfit("the name of the file is too long", "give it a shorter one")
    known = _PICTURES if inline else tuple(_KINDS)
    if _ending(name) not in known:
        where = "a picture in a letter" if inline else "an attachment"
        kinds = ", ".join(known)
        raise Unfit(f"{name!r} is of no kind that arrives as {where}", f"save it as one of: {kinds}")


def is_fit(mention: Mention) -> bool:
    """Whether the name is a good one."""
    try:
        check_name(mention)
    except Unfit:
        return False
    return True


def enclose(mention: Mention, content: bytes) -> Enclosure:
    """Make a file ready to go with letters (RFC 2045, RFC 2183, RFC 2392).

    Args:
        mention: Its name, which is a good one, and how it goes along.
        content: Its bytes.

    Raises:
        Unfit: it is empty, or not what its name says.
    """
    ending = _ending(mention.name)
    kind, beginning = _KINDS[ending]
    if not content:
        raise Unfit(f"{mention.name!r} is empty", "see whether it was saved")
    if not content.startswith(beginning) or not _is_text(kind, content):
        raise Unfit(f"{mention.name!r} holds something else than {ending.upper()}", "save it once more")
    name = mention.name.rpartition("/")[2]
    digest = sha256(content).hexdigest()
    cid = f"{re.sub('[^a-z0-9.]+', '-', name.lower())}@{digest[:16]}" if mention.inline else ""
    part = _part(name, kind, cid, content)
    return Enclosure(name, kind.partition(";")[0], len(content), cid, part, sha256(part).hexdigest())


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _is_text(kind: str, content: bytes) -> bool:
    """Whether a file that is announced as text in UTF-8 is that."""
    if kind.startswith("text/"):
        try:
            content.decode()
        except UnicodeDecodeError:
            return False
    return True


def _part(name: str, kind: str, cid: str, content: bytes) -> bytes:
    """The file as a part of a mail: its header fields, an empty line, its bytes in base64."""
    plain = name.isascii()
    # RFC 2231 for other letters than a to z; a second spelling beside it is what old programs trip over.
    called = f'filename="{name}"' if plain else f"filename*={encode_rfc2231(name, 'utf-8')}"
    head = [
        f"Content-Type: {kind}" + (f';\r\n name="{name}"' if plain else ""),
        f"Content-Disposition: {'inline' if cid else 'attachment'};\r\n {called}",
        *([f"Content-ID: <{cid}>"] if cid else []),
        "Content-Transfer-Encoding: base64\r\n\r\n",
    ]
    return "\r\n".join(head).encode("ascii") + encodebytes(content).replace(b"\n", b"\r\n")


class Files:
    """The files that go with the letters of one workspace, each made ready once.

    Args:
        files: For each name the bytes, or what keeps them from being read.
    """

    def __init__(self, files: Mapping[str, bytes | Problem]) -> None:
        self._files = files
        self._ready: dict[tuple[str, bool], Enclosure] = {}

    def ready(self, mention: Mention) -> Enclosure:
        """The file that a template names.

        Raises:
            Unfit: it cannot go along.
        """
        known = self._ready.get((mention.name, mention.inline))
        if known is None:
            known = self._ready[mention.name, mention.inline] = self._made(mention)
        return known

    def _made(self, mention: Mention) -> Enclosure:
        check_name(mention)
        content = self._files.get(mention.name, _MISSING)
        if isinstance(content, Problem):
            raise Unfit(f"templates/{mention.name}: {content.what}", content.fix or _FIX_NAME)
        return enclose(mention, content)

    def problems(self, file: str, mentions: tuple[Mention, ...]) -> Iterator[Problem]:
        """What is wrong with the files that a template names.

        Args:
            file: The template's.
            mentions: Where it names them.
        """
        octets, last = 0, None
        for mention in mentions:
            try:
                octets += len(self.ready(mention).part)
            except Unfit as error:
                yield Problem(file, mention.line, mention.column, error.what, error.fix)
            last = mention
        if last and octets > LARGEST:
            size = f"{octets / 1e6:.1f} MB"
            what = f"the letter comes to {size} with its files, and many servers take 10 at most"
            yield Problem(file, last.line, last.column, what, "make a file smaller, or link to it")


_MISSING = Problem("", 0, 0, "this file is missing")
