"""Turns an HTML mail into the plain text that a reader sees, its quotes marked by `> ` as in plain mails.

The tags are told apart by one pattern that looks at each character once. The standard library's parser
reads more of HTML's finer points, but sixty thousand times `<a ` keep it busy for a minute.
"""

import html
import re

_SILENT = frozenset(["script", "style", "head", "title", "template", "object", "svg", "math"])
_LINES = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_SPACED = frozenset(["p", "h1", "h2", "h3", "h4", "ul", "ol", "table", "blockquote"])
_NO_END = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
_QUOTE_MARKS = re.compile(
    "yahoo_quoted|protonmail_quote|zmail_extra|moz-cite-prefix|outlookmessageheader|gmail_attr|tutanota_quote"
    "|moz-forward-container|front-blockquote|messagereplysection|isreplycontent|ntes-mailmaster-quote|quoted_header"
    "|quoted_body|reply-intro|history_container|freshdesk_quote|hse-quote|aolmail_quote|email_quote"
)
"""How programs name the part of a mail that they quote."""
_QUOTE_FROM_HERE = re.compile(
    "divrplyfwdmsg|appendonsend|stopspelling|mail-editor-reference-message-container|reference-message|zwchr"
    "|replyseparator"
)
"""Outlook and others mark only where the quote begins; it lasts to the end."""
_OUTLOOK_RULE = re.compile(r"border:\s?none;\s?border-top:\s?solid #?(?:e1e1e1|b5c4df)")
_SIGNATURES = re.compile(
    "gmail_signature|messagesignaturesection|moz-signature|applemailsignature|composer_signature"
    "|mobile-signature|protonmail_signature|yahoo_signature|zmail_signature|mail_signature|email-signature"
    "|(?:^|[ _])signature(?: |$)"
)
DIVIDER = "-----Original Message-----"
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})([^<>]{0,4000})>|<[!?][^<>]{0,4000}>")
_MARKS = re.compile(
    r"\b(?:class|id|name|data-marker)\s{0,5}=\s{0,5}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))", re.IGNORECASE
)
_DEEPEST = 200
_MOST_MARKS = 3


def text_from_html(source: str) -> str:
    """What a reader sees of an HTML mail, line by line, with at most one empty line between two others.

    Args:
        source: Anything; nothing is too broken.
    """
    reader = _Reader()
    end = 0
    source = _without_comments(source)
    for tag in _TAG.finditer(source):
        reader.text(source[end : tag.start()])
        end = tag.end()
        if tag[2] and tag[1]:
            reader.close(tag[2].lower())
        elif tag[2]:
            reader.open(tag[2].lower(), tag[3])
    reader.text(source[end:])
    return reader.finish()


def _without_comments(source: str) -> str:
    kept: list[str] = []
    end = 0
    while (start := source.find("<!--", end)) >= 0:
        kept.append(source[end:start])
        stop = source.find("-->", start)
        if stop < 0:
            return "".join(kept)
        end = stop + 3
    return "".join([*kept, source[end:]])


class _Reader:
    """Collects lines; `_within` holds the open elements, and whether they are silent or quoted."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._within: list[tuple[str, bool, bool]] = []
        self._silent = 0
        self._quoted = 0

    def open(self, tag: str, attributes: str) -> None:
        """An element begins."""
        if tag in _LINES:
            self._end_line(blank=tag in _SPACED)
        marks = " ".join(map("".join, _MARKS.findall(attributes))).lower() if "=" in attributes else ""
        if _QUOTE_FROM_HERE.search(marks) or (tag == "div" and _OUTLOOK_RULE.search(attributes.lower())):
            self._divide()
        if tag == "li":
            self._line.append("- ")
        elif tag in {"td", "th"}:
            self._line.append(" ")
        if tag in _NO_END or attributes.endswith("/") or len(self._within) >= _DEEPEST:
            return
        # A signature is nobody's answer either, and unlike "-- " a mark also says where it ends.
        quoted = tag == "blockquote" or bool(
            marks and (_QUOTE_MARKS.search(marks) or _SIGNATURES.search(marks))
        )
        self._within.append((tag, tag in _SILENT, quoted))
        self._silent += tag in _SILENT
        self._quoted += quoted

    def close(self, tag: str) -> None:
        """An element ends, and with it those inside that were never closed."""
        if tag in _LINES:
            self._end_line(blank=tag in _SPACED)
        if not any(name == tag for name, *_ in self._within):
            return
        while self._within:
            name, silent, quoted = self._within.pop()
            self._silent -= silent
            self._quoted -= quoted
            if name == tag:
                return

    def text(self, piece: str) -> None:
        """Text between two tags."""
        if self._silent or not piece:
            return
        try:
            self._line.append(html.unescape(piece))
        except ValueError:  # a character reference of five thousand digits
            self._line.append(piece)

    def finish(self) -> str:
        """All lines so far."""
        self._end_line()
        kept: list[str] = []
        for line in self._lines:
            if line or (kept and kept[-1]):
                kept.append(line)
        return "\n".join(kept).strip("\n")

    def _divide(self) -> None:
        """From here on the mail is quoted, whatever is written between the lines of the quote."""
        self._end_line(blank=True)
        if DIVIDER not in self._lines[-3:]:
            self._lines += [DIVIDER, ""]

    def _end_line(self, *, blank: bool = False) -> None:
        text = " ".join("".join(self._line).split())
        self._line.clear()
        marks = "> " * min(_MOST_MARKS, self._quoted)
        if text:
            self._lines.append(marks + text)
        if blank and self._lines:
            self._lines.append("")
