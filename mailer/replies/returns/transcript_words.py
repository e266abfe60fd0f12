"""How mail servers tell at which point of their conversation a letter was refused."""

import re

from mailer.replies.machines.phrases import any_of

AFTER_DATA = any_of(r"""
    (after|in reply to|response to) (the )?end of data
    final data
    smtp command ?:? ?-{0,20} ?data\b
    after (sending )?(the )?(data|message( body| data| content)?|dot)\b( command)?
    (at|during) (the )?(end of data|data (phase|stage|command)|\.)
""")
"""Refused after the recipient had been accepted, and the letter been read."""

DATA_REFUSED = any_of(
    r"""
    ^[ \t]{0,9}>>> data\s{0,3}\n[ \t]{0,9}<<< 5
""",
    re.MULTILINE,
)
"""What sendmail quotes from the conversation: the letter itself was refused, not the recipient."""

NOBODY_LEFT = any_of(r"""
    <<< 50\d[ -].{0,40}(need|without|before|first|after|invalid|no |bad|command|sequence)
    <<< 55\d[ -].{0,40}(no valid|need rcpt|this user doesn.?t have)
    >>> rcpt to:.{0,200}\n[ \t]{0,9}<<< 5
""")
