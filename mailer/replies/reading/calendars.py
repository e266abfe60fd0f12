"""Reads the answer to an invitation (RFC 5546): a person has pressed Accept or Decline, and that answers."""

import re

_LINE = re.compile(r"([A-Z-]{1,30})([;][^:\n]{0,1000})?:(.{0,1000})")
_ANSWER = re.compile(r"PARTSTAT=\"?([A-Z-]+)")
_SAID = {
    "ACCEPTED": "accepts",
    "DECLINED": "declines",
    "TENTATIVE": "may come to",
    "DELEGATED": "sends somebody else to",
}
_METHODS = {"REPLY", "COUNTER"}
_LONGEST = 20_000


def answer_in(calendar: str) -> str:
    """What a calendar's answer says, in a line of words, with the comment below; empty for anything else.

    Args:
        calendar: The text of a `text/calendar` part.
    """
    unfolded = calendar[:_LONGEST].replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
    fields = [(found[1], found[2] or "", found[3].strip()) for found in _LINE.finditer(unfolded.upper())]
    written = {found[1].upper(): found[3].strip() for found in _LINE.finditer(unfolded)}
    methods = {value for name, _, value in fields if name == "METHOD"}
    answers = (_ANSWER.search(more) for _, more, _ in fields)
    status = next((found[1] for found in answers if found), "")
    if not methods & _METHODS or status not in _SAID:
        return ""
    summary = f"the invitation “{_plain(written['SUMMARY'])}”" if written.get("SUMMARY") else "the invitation"
    return "\n\n".join(filter(None, (f"({_SAID[status]} {summary})", _plain(written.get("COMMENT", "")))))


def _plain(value: str) -> str:
    return re.sub(r"\\([\\;,nN])", lambda found: "\n" if found[1] in "nN" else found[1], value)
