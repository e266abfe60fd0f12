"""Many thousand groups fit into the memory of a small laptop. Time is not asked: bench_scale.py shows it."""

import subprocess
import sys
from pathlib import Path

import pytest
from stage import environment, stage

MOST = {20_000: 300, 100_000: 500}
"""Megabytes by groups."""

BOUNDED = 2_000
"""Groups in the normal run, which may take a quarter of what twenty thousand may."""

LONGEST = 1_500
"""Seconds for one command; a hundred thousand letters take some minutes on a busy machine."""

# The kernel's own mark: `ru_maxrss` begins with what the process was forked from, and that is pytest.
MEASURED = """\
import runpy, sys
sys.argv[0] = "campaign"
try:
    runpy.run_module("mailer", run_name="__main__")
finally:
    with open("/proc/self/status") as lines:
        print(next(line for line in lines if line.startswith("VmHWM")).split()[1], file=sys.stderr)
"""

COMMANDS = [("check", "hello"), ("status",), ("send", "hello", "--dry-run")]

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells its peak memory")


def megabytes(made, words):
    """The most memory that a command had at any time."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *words],
        cwd=made.folder,
        env=environment(CAMPAIGN_NOW=made.clock.now().isoformat()),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stderr.split()[-1]) / 1024


def fill(made, groups):
    """Put so many groups into the table, each with a letter due."""
    rows = (f"g{n},Group {n},Ana {n},Ana,ana@g{n}.example,{n % 900},research,Oslo" for n in range(groups))
    head = "group,name,organizer,greeting,email,size,lane,city"
    made.write("campaigns/groups.csv", "\n".join([head, *rows]) + "\n")


def test_two_thousand_groups_take_their_part_of_the_memory_of_twenty_thousand(tmp_path):
    """R18."""
    with stage(tmp_path / "w") as made:
        bare = {words: megabytes(made, words) for words in COMMANDS}
        fill(made, BOUNDED)
        for words in COMMANDS:
            part = (MOST[20_000] - bare[words]) * BOUNDED / 20_000
            assert megabytes(made, words) < bare[words] + part, words


@pytest.mark.full
@pytest.mark.parametrize("groups", MOST)
@pytest.mark.parametrize("words", COMMANDS)
def test_many_groups_fit_into_a_small_memory(tmp_path, words, groups):
    """R18."""
    with stage(tmp_path / "w") as made:
        fill(made, groups)
        assert megabytes(made, words) < MOST[groups]
