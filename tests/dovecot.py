"""Debian's Dovecot on loopback, unprivileged, in a folder of its own: a mail server that we did not write."""

import contextlib
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {person}
default_internal_group = {group}
default_login_user = {person}
first_valid_uid = 1
mail_location = maildir:~/Maildir
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
namespace inbox {{
  inbox = yes
  mailbox Junk {{
    special_use = \\Junk
    auto = create
  }}
  mailbox Sent {{
    special_use = \\Sent
    auto = create
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
protocol imap {{
  rawlog_dir = {folder}/home/%u/wire
}}
"""


@contextlib.contextmanager
def running(program, password):
    """Dovecot, for as long as it is needed."""
    folder = Path(tempfile.mkdtemp(prefix="dc-", dir="/tmp"))  # its sockets want short names
    as_root = os.getuid() == 0
    person = pwd.getpwnam("nobody") if as_root else pwd.getpwuid(os.getuid())
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    configuration = CONFIGURATION.format(
        folder=folder,
        person=person.pw_name,
        group=grp.getgrgid(person.pw_gid).gr_name,
        uid=person.pw_uid,
        gid=person.pw_gid,
        password=password,
        port=port,
    )
    (folder / "conf").write_text(configuration)
    for name in ("", "run", "state", "home"):
        (folder / name).mkdir(exist_ok=True)
        os.chown(folder / name, person.pw_uid, person.pw_gid)
    less = (
        ["setpriv", f"--reuid={person.pw_uid}", f"--regid={person.pw_gid}", "--clear-groups"]
        if as_root
        else []
    )
    # Without -F it returns once it listens: nothing to wait for.
    subprocess.run([*less, program, "-c", str(folder / "conf")], check=True)
    try:
        yield Dovecot(folder, port, person)
    finally:
        # Its master leads a group of its own; asked politely, it would take three seconds.
        os.killpg(int((folder / "run" / "master.pid").read_text()), signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Dovecot:
    """A running server; whoever signs in with the password has a mailbox."""

    folder: Path
    port: int
    person: pwd.struct_passwd
    serial: Iterator[int] = field(default_factory=count)

    def mailbox(self):
        """A mailbox of its own for one test."""
        user = f"fellow{next(self.serial)}"
        home = self.folder / "home" / user
        (home / "wire").mkdir(parents=True)
        self.give(home, home / "wire")
        return Mailbox(self, user, home)

    def give(self, *paths):
        for path in paths:
            os.chown(path, self.person.pw_uid, self.person.pw_gid)


@dataclass
class Mailbox:
    """One user's mailbox, filled and looked at through its files."""

    server: Dovecot
    user: str
    home: Path

    @property
    def port(self):
        return self.server.port

    def _folder(self, name):
        folder = self.home / "Maildir" / ("" if name == "INBOX" else f".{name}")
        if not (folder / "new").exists():
            (folder / "new").mkdir(parents=True)
            self.server.give(self.home / "Maildir", folder, folder / "new")
        return folder

    def put(self, raw, folder="INBOX", at=None):
        path = self._folder(folder) / "new" / f"{next(self.server.serial):06}.here"
        path.write_bytes(raw)
        os.utime(path, (at.timestamp(), at.timestamp()))
        self.server.give(path)

    def renumber(self):
        """As after a restore: new UIDVALIDITY, numbers from 1."""
        numbers = self._folder("INBOX") / "dovecot-uidlist"
        version, validity, *_ = numbers.read_text().split()
        numbers.write_text(f"{version} V{int(validity[1:]) + 1} N1\n")
        for index in self._folder("INBOX").glob("dovecot.index*"):
            index.unlink()

    @property
    def commands(self):
        """What came over the wire, in order, from the end of the sign-in on."""
        logs = sorted(
            (self.home / "wire").glob("*.in"), key=lambda path: (path.stat().st_mtime_ns, path.name)
        )
        return [line.split(" ", 2)[-1].strip() for log in logs for line in log.read_text().splitlines()]

    @property
    def marks(self):
        """The flags of all mails, as the names of their files tell them."""
        return {path.name.partition(":2,")[2] for path in self._folder("INBOX").glob("[cn]*/*")}
