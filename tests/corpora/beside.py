"""Other readers on the same mails: flufl.bounce finds bounces, mail-parser-reply what a person wrote herself.

They live in a folder of their own in `.venv/peers` and run there, in a process of its own.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from labels import mails, texts

PEERS = Path(__file__).parents[2] / ".venv" / "peers" / "readers"
WANTED = ("flufl.bounce==6.0.0", "mail-parser-reply==1.36")
READERS = Path(__file__).with_name("readers.py")


def figures(folder):
    """What the others came to, one line for each figure.

    Raises:
        OSError, SubprocessError: they cannot be fetched, or do not run.
    """
    asked = {
        "mails": [(str(folder / row["path"]), row["expected_class"]) for row in mails(folder)],
        "texts": list(texts(folder)),
    }
    done = subprocess.run(
        (_fetched(), READERS),
        input=json.dumps(asked),
        check=True,
        capture_output=True,
        text=True,
        timeout=600,
    )
    return json.loads(done.stdout)


def _fetched():
    python = PEERS / "bin" / "python"
    if not (PEERS / "complete").exists():
        shutil.rmtree(PEERS, ignore_errors=True)
        subprocess.run((sys.executable, "-m", "venv", PEERS), check=True, capture_output=True)
        pip = (python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *WANTED)
        subprocess.run(pip, check=True, capture_output=True, timeout=300)
        (PEERS / "complete").touch()
    return python
