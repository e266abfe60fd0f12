"""What a letter costs on its whole way (words, bytes, ledger, line), beside others in the same run.

They all hand their letters of 4 KB to Postfix's `smtp-sink` over four lines (mailmerge: a new one for each of
them), and only ours writes anything down. They take turns, and the median of the rounds' ratios counts: what
else a machine does meets all of them. Budgets: at least 0.2 of `smtp-source`, 10 times mailmerge, 2.5 times
nodemailer; 0.9 letters for each round trip and line, also where the disk takes 5 ms; and the same memory,
however many letters.

    python tests/bench/bench_sending.py [--rounds 3] [--letters 5000]

What is not installed is left out with a word: postfix (smtp-sink, smtp-source), node and npm; mailmerge and
nodemailer are fetched into `.venv/peers` when they are first wanted.
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from sending import peers

MERGED = 500
"""So many letters for mailmerge, which is slow."""

FEW, MANY = 2_000, 20_000
MOST_KILOBYTES = 5.0
"""What a further letter may leave in memory when it has gone: its record in the ledger, but not its bytes."""

ONE_WAY = 25.0
FAR_LETTERS = 100
FAR_ROUNDS = 2
SLOW_SYNC = 5.0
LEAST_PER_TRIP = 0.9
BUDGETS = {"smtp-source": 0.2, "mailmerge": 10.0, "nodemailer": 2.5}
HERE = Path(__file__).parent / "sending"


def say(*words):
    sys.stdout.write("".join(words) + "\n")
    sys.stdout.flush()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]


@contextmanager
def serving(port, *words):
    """A server in a process of its own, up while the `with` lasts."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        else:
            raise SystemExit(f"{words[0]} does not start")
        yield port
    finally:
        process.terminate()
        process.wait()


def sink():
    port = free_port()
    whose = ("-u", "nobody") if os.geteuid() == 0 else ()
    return serving(port, "smtp-sink", *whose, f"127.0.0.1:{port}", "1000")


def far_away(server):
    port = free_port()
    return serving(port, sys.executable, str(HERE / "far_away.py"), str(port), str(server), str(ONE_WAY))


def ours(port, letters, *more):
    """What one run of ours in a process of its own says."""
    asked = (sys.executable, str(HERE / "ours.py"), str(letters), str(port), *more)
    done = subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True, timeout=600)
    return json.loads(done.stdout)


def contestants(home, port, letters):
    """Who takes part beside us: by name, what tells its rate."""
    found = {"smtp-source": lambda: peers.smtp_source(port, letters)}
    wanted = {"mailmerge": (peers.Mailmerge, MERGED), "nodemailer": (peers.Nodemailer, letters)}
    for name, (peer, count) in wanted.items():
        try:
            found[name] = peer(home, port, count).rate
        except (OSError, subprocess.SubprocessError) as error:
            say(f"{name} is left out: it could not be fetched ({error})")
    return found


def beside_others(rounds, letters):
    """Whether our rate keeps to its budgets; each is shown."""
    with tempfile.TemporaryDirectory() as home, sink() as port:
        others = contestants(Path(home), port, letters)
        rates = {name: [] for name in ("ours", *others)}
        for _ in range(rounds):
            done = ours(port, letters)
            rates["ours"].append(letters / done["seconds"])
            for name, rate in others.items():
                rates[name].append(rate())
    say(f"{letters:,} letters of {done['octets']:,} octets, 4 lines, {rounds} rounds")
    say(f"{'':14}{'letters/s':>12}{'least-most':>16}{'ours to it':>12}{'least-most':>16}{'budget':>10}")
    return min(_shown(name, rates) for name in rates)


def _shown(name, rates):
    ratios = [mine / theirs for mine, theirs in zip(rates["ours"], rates[name], strict=True)]
    ratio, budget = statistics.median(ratios), BUDGETS.get(name, 0.0)
    speed = f"{statistics.median(rates[name]):12,.0f}{_spread(rates[name], ',.0f'):>16}"
    beside = f"{ratio:12.2f}{_spread(ratios, '.2f'):>16}{budget:10.1f}" if budget else ""
    say(f"{name:14}{speed}{beside}")
    return ratio >= budget


def _spread(figures, form):
    return f"{min(figures):{form}}-{max(figures):{form}}"


def over_a_long_line():
    """Whether each line carries nearly a letter for each round trip, on a quick disk and on a slow one."""
    say(f"\n{FAR_LETTERS} letters a line, a round trip of {2 * ONE_WAY:.0f} ms")
    say(f"{'lines':14}{'disk':>12}{'letters/s':>16}{'letters to a round trip and line':>38}")
    with sink() as near, far_away(near) as port:
        return min(_keeps_up(port, lines, slower) for lines in (1, 4) for slower in (0.0, SLOW_SYNC))


def _keeps_up(port, lines, slower):
    asked = ("--connections", str(lines), "--sync-ms", str(slower))
    # The best of the rounds counts: what a busy machine adds is not ours.
    rate = max(ours(port, FAR_LETTERS * lines, *asked)["steady"] for _ in range(FAR_ROUNDS))
    each = rate * (2 * ONE_WAY / 1000) / lines
    disk = f"+{slower:.0f} ms" if slower else "as it is"
    say(f"{lines:<14}{disk:>12}{rate:16.1f}{each:38.2f}    (budget {LEAST_PER_TRIP})")
    return each >= LEAST_PER_TRIP


def memory():
    """Whether a letter that has gone leaves no more in memory than its record."""
    with sink() as port:
        few, many = ours(port, FEW), ours(port, MANY)
    for done in (few, many):
        more = f"{done['planned']:.0f} MB with the plan, {done['megabytes']:.0f} MB at most while sending"
        say(f"{done['letters']:,} letters: {more}")
    grown = [done["megabytes"] - done["planned"] for done in (few, many)]
    each = (grown[1] - grown[0]) * 1024 / (MANY - FEW)
    say(f"a further letter leaves {each:.1f} KB    (budget {MOST_KILOBYTES:.0f} KB)")
    return each <= MOST_KILOBYTES


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--letters", type=int, default=5_000)
    asked = parser.parse_args()
    if not (shutil.which("smtp-sink") and shutil.which("smtp-source")):
        say("smtp-sink and smtp-source are not here, so nothing is measured: apt install postfix")
        return 0
    kept = [beside_others(asked.rounds, asked.letters), over_a_long_line(), memory()]
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(main())
