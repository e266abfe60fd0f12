"""Named places where a test can make the program die, so that crashes are proven and not hoped for.

`CAMPAIGN_FAILPOINT=name:kill` ends the process at that place as a power cut would (SIGKILL);
`name:raise` raises. `name@3:kill` waits for the third visit. Inert when the variable is not set.
"""

import os
import signal
from collections import Counter

_visits: Counter[str] = Counter()


def reach(name: str) -> None:
    """Say that the program has come to the place called `name`; die there if a test asked for it."""
    asked = os.environ.get("CAMPAIGN_FAILPOINT")
    if not asked:
        return
    place, _, action = asked.partition(":")
    place, _, visit = place.partition("@")
    if place != name:
        return
    _visits[name] += 1
    if _visits[name] < int(visit or 1):
        return
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise RuntimeError(f"failpoint {name}")
