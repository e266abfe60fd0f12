"""What one letter costs the ledger, on the disk, with few letters in it and with twenty thousand.

Budget: 10 ms for its claim, its mark and its outcome together, and no more than twice as much in the large
ledger as in the small one. Run it with `python -m tests.bench.bench_scale`.
"""

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from mailer.ledger import Ledger, create
from mailer.nouns import Address, Letter, LetterId, Outcome, Phase, Verdict

LARGE = 20_000
ROUNDS = 200
MOST_MS = 10.0
MOST_RATIO = 2.0
NOW = datetime(2026, 11, 21, 9, 5, 7, tzinfo=UTC)
ACCEPTED = Verdict(Outcome.ACCEPTED, Phase.DOT, 250, "2.0.0", "queued")


def a_letter(number: int) -> Letter:
    letter, to = LetterId("initial", f"g{number}", "first"), (Address("ana", f"g{number}.example"),)
    message_id = f"<c.{number}.x@foundation.example>"
    return Letter(
        letter, message_id, Address("bea", "foundation.example"), to, "Hello", b"x" * 3000, "d" * 64
    )


def send(ledger: Ledger, number: int) -> None:
    letter = a_letter(number)
    ledger.claim(letter, NOW)
    ledger.mark_sending(letter.id, NOW)
    ledger.settle(letter.id, ACCEPTED, NOW)


def milliseconds(ledger: Ledger, begin: int) -> float:
    """The median of what one letter takes."""
    taken = []
    for number in range(begin, begin + ROUNDS):
        begun = time.perf_counter()
        send(ledger, number)
        taken.append(time.perf_counter() - begun)
    return sorted(taken)[ROUNDS // 2] * 1000


def main() -> int:
    with tempfile.TemporaryDirectory() as home, create(Path(home, "ledger"), Path(home, "id"), NOW) as ledger:
        small = milliseconds(ledger, 0)
        for number in range(ROUNDS, LARGE):
            send(ledger, number)
        large = milliseconds(ledger, LARGE)
    ratio = large / small
    sys.stdout.write(
        f"a letter among {ROUNDS:6,}   {small:6.2f} ms\n"
        f"a letter among {LARGE:6,}   {large:6.2f} ms    (budget {MOST_MS:.0f} ms)\n"
        f"ratio                   {ratio:6.2f}       (budget {MOST_RATIO:.1f})\n"
    )
    return int(large > MOST_MS or ratio > MOST_RATIO)


if __name__ == "__main__":
    sys.exit(main())
