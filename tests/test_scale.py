"""Twenty thousand groups fit into the memory of a small laptop. Time is not asked here."""

import subprocess
import sys

import pytest
from stage import environment, stage

MOST_MEGABYTES = 300

MEASURED = """\
import resource, runpy, sys
sys.argv[0] = "campaign"
try:
    runpy.run_module("mailer", run_name="__main__")
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)
"""


@pytest.mark.full
@pytest.mark.parametrize("words", [("check", "hello"), ("send", "hello", "--dry-run"), ("status", "hello")])
def test_twenty_thousand_groups_fit_into_a_small_memory(tmp_path, words):
    """R18."""
    with stage(tmp_path / "w") as made:
        rows = (f"g{n},Group {n},Ana {n},Ana,ana@g{n}.example,{n % 900},research,Oslo" for n in range(20_000))
        head = "group,name,organizer,greeting,email,size,lane,city"
        made.write("campaigns/groups.csv", "\n".join([head, *rows]) + "\n")
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, *words],
            cwd=made.folder,
            env=environment(CAMPAIGN_NOW=made.clock.now().isoformat()),
            capture_output=True,
            text=True,
            check=False,
            timeout=170,
        )
        assert done.returncode == 0, done.stderr
        assert int(done.stderr.split()[-1]) < MOST_MEGABYTES
