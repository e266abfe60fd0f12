"""Reads the skeleton of a letter as Markdown (CommonMark) and weaves its two parts, with gaps for the values.

HTML in a template is text like any other, and a picture goes along with the letter: it fetches nothing.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from mailer.letters import plain
from mailer.letters.enclosures import Unfit
from mailer.letters.layout import page
from mailer.letters.slots import AS_HTML, BadLink, SlotWords, Woven
from mailer.nouns import Enclosure

_SCHEME = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
_BREAKS = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A letter with gaps for the values: all that is the same for most letters of a step."""

    subject: Woven
    page: Woven
    passages: tuple[plain.Passage | str, ...]
    enclosures: tuple[Enclosure, ...]

    def html(self, values: Sequence[str]) -> str:
        """The HTML part. Raises BadLink for a value that should be a web address."""
        return self.page.fill(values, AS_HTML)

    def text(self, values: Sequence[str]) -> str:
        """The plain part. Raises BadLink for a value that should be a web address."""
        return plain.part(self.passages, values)


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


def weave(
    subject: str,
    body: str,
    slot_words: SlotWords,
    picture: Callable[[str], Enclosure],
    attached: Sequence[Enclosure],
) -> Sheet:
    """Read a letter's skeletons, the body's as Markdown.

    Args:
        subject: The subject's.
        body: The body's.
        slot_words: The words that stand for values in both.
        picture: Finds a picture by the name that the body gives it. Raises Unfit.
        attached: The attachments.

    Raises:
        BadLink: a link leads nowhere from inside a mail; the text is its address.
        Unfit: a picture cannot go along.
    """
    reader = _reader()
    tokens = reader.parse(slot_words.linked(body))
    shown: dict[str, Enclosure] = {}
    for token in _inside(tokens):
        if token.type == "link_open":
            _address(token, slot_words)
        if token.type == "image":
            one = _shown(token, slot_words, picture)
            shown[one.cid] = one
        # An entity such as `&#13;` is the one way in which a line break gets into the middle of a text.
        token.content = _BREAKS.sub(" ", token.content)
    fragment: str = reader.renderer.render(tokens, reader.options, {})
    passages = plain.laid_out(SyntaxTreeNode(tokens), slot_words)
    enclosures = (*shown.values(), *attached)
    return Sheet(slot_words.woven(subject), slot_words.woven(page(fragment)), passages, enclosures)


def _inside(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens inside of paragraphs and headings, and inside of the words that stand for a picture."""
    for token in tokens:
        for child in token.children or ():
            yield child
            yield from _inside([child])


def _shown(token: Token, slot_words: SlotWords, picture: Callable[[str], Enclosure]) -> Enclosure:
    """The picture that a token names, which names its part of the letter from now on (RFC 2392)."""
    source = str(token.attrs["src"])
    if slot_words.in_address(source) != source:
        raise Unfit("the table cannot choose a picture", "write the file's name out")
    one = picture(unquote(source))
    token.attrs["src"] = f"cid:{one.cid}"
    return one


def _address(token: Token, slot_words: SlotWords) -> None:
    """Mark the slots in a link's address for their places; keep the address as the template has it."""
    address = str(token.attrs["href"])
    marked = slot_words.in_address(address)
    whole_value = marked != address and not slot_words.woven(marked).parts[0]
    if not whole_value and not _SCHEME.match(address):
        raise BadLink(address)
    token.meta[plain.ADDRESS] = address
    token.attrs["href"] = marked
