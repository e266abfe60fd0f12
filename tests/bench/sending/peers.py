"""What others take for the same letters: Postfix's smtp-source, mailmerge, nodemailer.

mailmerge and nodemailer live in folders of their own in `.venv/peers`, fetched when they are first wanted.
"""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

from sending import ours

PEERS = Path(__file__).parents[3] / ".venv" / "peers"
OCTETS = 4096
FROM = "Bea Fellow <bea@foundation.example>"


def timed(*words, folder=None):
    """Seconds that a command takes, from its start to its end."""
    begun = time.perf_counter()
    subprocess.run(words, cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=300)
    return time.perf_counter() - begun


def smtp_source(port, letters):
    """Letters a second, of random words, with nothing written down."""
    asked = ("smtp-source", "-s", "4", "-m", str(letters), "-l", str(OCTETS))
    return letters / timed(*asked, f"127.0.0.1:{port}")


class Mailmerge:
    """`mailmerge`: Markdown in, two parts out, one letter after the other; nothing is written down."""

    def __init__(self, home, port, letters):
        self._letters, self._folder = letters, home / "mailmerge"
        self._command = _fetched_mailmerge()
        self._folder.mkdir()
        head = f"TO: {{{{email}}}}\nFROM: {FROM}\nCONTENT-TYPE: text/markdown\n"
        template = ours.TEMPLATE.replace("Subject:", "SUBJECT:").replace("sender.", "sender_")
        (self._folder / "letter.txt").write_text(head + template)
        (self._folder / "server.conf").write_text(f"[smtp_server]\nhost = 127.0.0.1\nport = {port}\n")
        rows = [
            f"{group.organizers[0].address},{group.name},{group.organizers[0].cells['greeting']},"
            f"{group.cells['size']},{group.cells['city']},Bea Fellow,fellow"
            for group in ours.groups(letters)
        ]
        columns = "email,name,greeting,size,city,sender_name,sender_role"
        (self._folder / "groups.csv").write_text("\n".join([columns, *rows, ""]))

    def rate(self):
        """Letters a second, without what the program takes to start."""
        files = ("--template", "letter.txt", "--database", "groups.csv", "--config", "server.conf")
        whole = timed(self._command, "--no-dry-run", "--no-limit", *files, folder=self._folder)
        return self._letters / (whole - timed(self._command, "--version"))


class Nodemailer:
    """`nodemailer`: each letter built of finished parts and sent over four lines; nothing is written down."""

    def __init__(self, home, port, letters):
        self._letters, self._port, self._file = letters, str(port), home / "letters.json"
        self._library = _fetched_nodemailer()
        self._file.write_text(json.dumps([_parts(draft) for draft in ours.drafts(letters)]))

    def rate(self):
        """Letters a second, without what node takes to start or to read the parts."""
        script = Path(__file__).with_name("pooled.js")
        asked = ("node", str(script), str(self._library), self._port, str(self._file))
        done = subprocess.run(asked, check=True, capture_output=True, text=True, timeout=300)
        return self._letters / json.loads(done.stdout)["seconds"]


def _parts(draft):
    to = f"{draft.to_name} <{draft.to}>"
    return {"from": FROM, "to": to, "subject": draft.subject, "text": draft.text, "html": draft.html}


def _fetched_mailmerge():
    folder = PEERS / "mailmerge"
    command = folder / "bin" / "mailmerge"
    if not command.exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run((sys.executable, "-m", "venv", folder), check=True, capture_output=True)
        pip = (folder / "bin" / "pip", "install", "-q", "--disable-pip-version-check", "mailmerge==2.3.0")
        subprocess.run(pip, check=True, capture_output=True, timeout=300)
    return command


def _fetched_nodemailer():
    library = PEERS / "node_modules" / "nodemailer"
    if not library.exists():
        npm = ("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", PEERS, "nodemailer@10")
        subprocess.run(npm, check=True, capture_output=True, timeout=300)
    return library
