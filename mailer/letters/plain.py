"""Writes the plain part of a letter: the same words as they would stand in a mail typed by hand.

    emphasis, strong    *so*
    a link              words <https://the.address>, or the address alone where the words are the address
    lists               - so, 1. so
    a quotation         > so
    code                `so`, and four spaces before a block
    a picture           [what its words say], nothing where it has none
    a heading           a line of its own

Lines are broken before column 73, once the values are in; a web address never is. Two spaces or a backslash
at the end of a template's line force a break; other line ends in a paragraph are spaces, as in all Markdown.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from markdown_it.tree import SyntaxTreeNode

from mailer.letters.slots import AS_TEXT, SlotWords, Woven

WIDTH = 72

ADDRESS = "address"
"""Where a link's token keeps its web address as the template has it."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that flow from line to line, or (`verbatim`) one line that stays as it is.

    Attributes:
        first: What stands before the first line: `- ` in a list.
        rest: What stands before the others.
    """

    first: str
    rest: str
    words: Woven
    verbatim: bool = False

    def lines(self, values: Sequence[str]) -> str:
        """The passage with the values put in, each line ended by LF.

        Raises:
            BadLink: a value stands where a web address begins, and is none.
        """
        text = self.words.fill(values, AS_TEXT)
        lines = [text] if self.verbatim else _broken(WIDTH - len(self.rest)).findall(text)
        return (self.first + f"\n{self.rest}".join(lines)).rstrip(" ") + "\n"


def part(passages: Sequence[Passage | str], values: Sequence[str]) -> str:
    """The plain part with the values put in.

    Raises:
        BadLink: a value stands where a web address begins, and is none.
    """
    return "".join([passage if isinstance(passage, str) else passage.lines(values) for passage in passages])


def laid_out(tree: SyntaxTreeNode, slot_words: SlotWords) -> tuple[Passage | str, ...]:
    """The passages of a letter; those without a value in them are set in lines already, and joined."""
    laid: list[Passage | str] = []
    for first, rest, text, verbatim in _blocks(tree.children, "", "", loose=True):
        passage = Passage(first, rest, slot_words.woven(text), verbatim)
        if passage.words.gaps:
            laid.append(passage)
        elif laid and isinstance(laid[-1], str):
            laid[-1] += passage.lines(())
        else:
            laid.append(passage.lines(()))
    return tuple(laid)


@cache
def _broken(width: int) -> re.Pattern[str]:
    """Finds as many words as fit into `width`, or else one word that is longer."""
    return re.compile(rf"[^ ].{{0,{max(width, 20) - 1}}}(?<! )(?= |$)|[^ ]+")


Line = tuple[str, str, str, bool]
"""First prefix, prefix of the others, text with slots, verbatim."""


def _blocks(blocks: Iterable[SyntaxTreeNode], first: str, rest: str, *, loose: bool) -> Iterator[Line]:
    for number, block in enumerate(blocks):
        if number and loose:
            yield rest, rest, "", False
        yield from _BLOCKS[block.type](block, rest if number else first, rest)


def _paragraph(block: SyntaxTreeNode, first: str, rest: str) -> Iterator[Line]:
    for number, line in enumerate(_inline(block.children).split("\n")):
        yield rest if number else first, rest, line, False


def _list(block: SyntaxTreeNode, first: str, rest: str) -> Iterator[Line]:
    loose = any(
        not inner.hidden for item in block.children for inner in item.children if inner.type == "paragraph"
    )
    start = int(block.attrs.get("start", 1))
    for number, item in enumerate(block.children):
        mark = "- " if block.type == "bullet_list" else f"{start + number}. "
        if number and loose:
            yield rest, rest, "", False
        before = (rest if number else first) + mark
        if item.children:
            yield from _blocks(item.children, before, rest + " " * len(mark), loose=loose)
        else:
            yield before, rest, "", False


def _quotation(block: SyntaxTreeNode, first: str, rest: str) -> Iterator[Line]:
    yield from _blocks(block.children, f"{first}> ", f"{rest}> ", loose=True)


def _code(block: SyntaxTreeNode, first: str, rest: str) -> Iterator[Line]:
    for number, line in enumerate(block.content.rstrip("\n").split("\n")):
        yield f"{rest if number else first}    ", rest, line, True


def _rule(_block: SyntaxTreeNode, first: str, rest: str) -> Iterator[Line]:
    yield first, rest, "* * *", True


_BLOCKS: dict[str, Callable[[SyntaxTreeNode, str, str], Iterator[Line]]] = {
    "paragraph": _paragraph,
    "heading": _paragraph,
    "bullet_list": _list,
    "ordered_list": _list,
    "blockquote": _quotation,
    "code_block": _code,
    "fence": _code,
    "hr": _rule,
}


_BREAKS = {"softbreak": " ", "hardbreak": "\n"}
_MARKS = {"em": "*", "strong": "*", "code_inline": "`"}


def _inline(nodes: Iterable[SyntaxTreeNode]) -> str:
    return "".join(map(_words, nodes))


def _words(node: SyntaxTreeNode) -> str:
    if node.type in _BREAKS:
        return _BREAKS[node.type]
    if node.type == "link":
        return _link(node)
    if node.type == "image":
        words = _inline(node.children)
        return f"[{words}]" if words else ""
    mark = _MARKS.get(node.type, "")
    return f"{mark}{_inline(node.children) if node.children else node.content}{mark}"


def _link(node: SyntaxTreeNode) -> str:
    words, address = _inline(node.children), str(node.meta[ADDRESS])
    shown = str(node.attrs["href"])
    if "?" not in shown:
        shown = shown.removeprefix("mailto:")
    if node.info == "auto" or words in {address, address.removeprefix("mailto:")}:
        return shown
    return f"{words} <{shown}>"
