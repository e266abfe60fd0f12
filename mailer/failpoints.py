"""Named places where a test can make the program die, so that crashes are proven and not hoped for.

`CAMPAIGN_FAILPOINT=name:kill` ends the process at that place as a power cut would (SIGKILL);
`name:raise` raises; `name:pause` stops it there until somebody lets it go on (SIGSTOP, SIGCONT).
`name@3:kill` waits for the third visit, `name[chipy]:kill` for a visit that is about something whose name
holds `chipy`; `name[chipy]@3:kill` for the third of these. Inert when the variable is not set.
"""

import os
import re
import signal
from collections import Counter

_FORM = re.compile(r"([\w.]+)(?:\[([^]]*)\])?(?:@(\d+))?:(\w+)")

ASKED = os.environ.get("CAMPAIGN_FAILPOINT", "")
"""What is asked for, looked up once: every letter comes to a dozen of these places."""

_visits: Counter[str] = Counter()


def reach(name: str, subject: str = "") -> None:
    """Say that the program has come to the place called `name`; stop or die there if a test asked for it.

    Args:
        name: The place.
        subject: What it is busy with there, such as a letter's id.
    """
    if not ASKED:
        return
    found = _FORM.fullmatch(ASKED)
    if not found:
        raise RuntimeError(f"CAMPAIGN_FAILPOINT={ASKED} names no place")
    if found[1] != name or (found[2] or "") not in subject:
        return
    _visits[name] += 1
    if _visits[name] < int(found[3] or 1):
        return
    if found[4] == "pause":
        if _visits[name] == int(found[3] or 1):
            os.kill(os.getpid(), signal.SIGSTOP)
        return
    if found[4] == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise RuntimeError(f"failpoint {name}")
