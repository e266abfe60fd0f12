"""Recognizes "please stop writing to me" in what a person wrote herself.

The request must be what the mail is about: short words, or right at the beginning. Deep in a long letter
"unsubscribe" is mostly about something else, in a quoted footer it is ours, next to a link a newsletter's.
"""

from mailer.replies.machines.phrases import lower
from mailer.replies.request_words import ALONE, NEGATED, NEGATED_AFTER, NEGATED_WITHIN, OFFER, REQUEST

_LEADING = 160
_SHORT = 240
_ONE_WORD = 60
_AROUND = 80
_EXAMINED = 4_000


def stop_request(words: str, subject: str) -> str:
    """The words with which a person asks for no more letters; empty when she does not.

    Args:
        words: What she wrote herself, without quotes.
        subject: Of her mail; it counts alone when she wrote next to nothing else.
    """
    text = " ".join(lower(words[:_EXAMINED]).split())
    said = [text] if len(text) > _ONE_WORD else [text, lower(subject)]
    alone = next((each for each in said if len(each) <= _ONE_WORD and ALONE.fullmatch(each)), "")
    if alone:
        return alone.strip()
    for found in REQUEST.finditer(text, 0, len(text) if len(text) <= _SHORT else _LEADING):
        before = text[max(0, found.start() - _AROUND) : found.start()]
        after = text[found.end() : found.end() + _AROUND]
        if not (_is_negated(before, found[0], after) or _is_offered(before, after)):
            return found[0].strip(" ,.:;!?")
    return ""


def _is_negated(before: str, said: str, after: str) -> bool:
    """Whether the words around turn the request round ("please do not unsubscribe me")."""
    return bool(
        NEGATED.search(before[-_AROUND // 2 :]) or NEGATED_WITHIN.search(said) or NEGATED_AFTER.match(after)
    )


def _is_offered(before: str, after: str) -> bool:
    """Whether somebody offers it to us rather than asks for it ("to unsubscribe click here")."""
    return bool(OFFER.search(before[-_AROUND // 2 :] + after))
