"""Runs in the others' own Python: reads what to measure from stdin, writes a line for each figure as JSON."""

import email
import json
import logging
import sys
import time
from pathlib import Path

from flufl.bounce import all_failures
from mailparser_reply import EmailReplyParser

LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "pt", "sv", "da", "cs", "ja", "ko", "zh"]
SOME = 1e-9


def bounces(mails):
    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)
    found = {True: 0, False: 0}
    asked = {True: 0, False: 0}
    right = sorted_ = raised = 0
    began = time.process_time()
    for path, label in mails:
        bounce = label.startswith("bounce")
        asked[bounce] += 1
        try:
            temporary, permanent = all_failures(email.message_from_bytes(Path(path).read_bytes()))
        except Exception:  # noqa: BLE001 - whatever a reader raises
            raised += 1
            continue
        found[bounce] += bool(temporary or permanent)
        if label in {"bounce_hard", "bounce_soft"} and (temporary or permanent):
            sorted_ += 1
            right += bool(permanent) == (label == "bounce_hard")
    rate = len(mails) / max(SOME, time.process_time() - began)
    yield f"flufl.bounce        bounce recall {found[True] / max(1, asked[True]):.1%}"
    yield f"                    bounce precision {found[True] / max(1, sum(found.values())):.1%}"
    yield f"                    hard or soft {right / max(1, sorted_):.1%} (by its permanent and temporary)"
    yield f"                    {raised} mails raise, {rate:.0f} mails a second"


def own_words(texts):
    exact = 0
    for text, wanted in texts:
        try:
            found = EmailReplyParser(languages=LANGUAGES).read(text=text)
        except Exception:  # noqa: BLE001 - whatever a reader raises
            continue
        bodies = (found.replies[0].body, found.latest_reply) if found.replies else ("",)
        exact += any((body or "").split() == wanted.split() for body in bodies)
    yield f"mail-parser-reply   own words exactly {exact / max(1, len(texts)):.1%}, signature or none"


def main():
    asked = json.load(sys.stdin)
    json.dump([*bounces(asked["mails"]), *own_words(asked["texts"])], sys.stdout)


if __name__ == "__main__":
    main()
