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
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
listen = 127.0.0.1
auth_mechanisms = {mechanisms}
auth_verbose = yes
auth_failure_delay = 0
default_internal_user = {person}
default_internal_group = {group}
default_login_user = {person}
first_valid_uid = 1
mail_location = maildir:~/Maildir
# Nobody named so lives here, whatever a server in front of this one believes.
passdb {{
  driver = passwd-file
  args = username_format=%n {folder}/gone
  deny = yes
}}
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
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
  # It would make every sign-in after a wrong password wait for seconds.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
protocol imap {{
  rawlog_dir = {folder}/home/%u/wire
}}
"""

IN_THE_CLEAR = """
protocols = imap
ssl = no
disable_plaintext_auth = no
"""

BEHIND_POSTFIX = """
protocols = imap lmtp
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/cert.key
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
service auth {{
  inet_listener {{
    port = {sign_in_port}
  }}
}}
"""

WITH_TOKENS = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2
}}
"""

INTROSPECTION = """
introspection_url = {url}
introspection_mode = post
force_introspection = yes
username_attribute = username
active_attribute = active
active_value = true
"""

PORTS = ("port", "tls_port", "lmtp_port", "sign_in_port")

GONE = "gone"
"""Letters to this name, in any domain, are refused when they are filed."""


@contextlib.contextmanager
def running(program, password, certificate=(), tokens="", ways="xoauth2 oauthbearer", besides=""):
    """Dovecot, as long as it is needed; with a certificate it insists on TLS and takes letters by LMTP.

    With `tokens`, where their provider says whether they are good (RFC 7662), it takes them in these `ways`.
    `besides` are further lines of its configuration.
    """
    as_root = os.getuid() == 0
    person = pwd.getpwnam("nobody") if as_root else pwd.getpwuid(os.getuid())
    with a_short_folder() as folder:
        ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        if not certificate:
            ports["tls_port"] = 0
        more = (BEHIND_POSTFIX if certificate else IN_THE_CLEAR) + (WITH_TOKENS if tokens else "")
        configuration = (CONFIGURATION + more).format(
            folder=folder,
            mechanisms=f"plain login {ways if tokens else ''}",
            person=person.pw_name,
            group=grp.getgrgid(person.pw_gid).gr_name,
            uid=person.pw_uid,
            gid=person.pw_gid,
            password=password,
            **ports,
        )
        (folder / "conf").write_text(configuration + besides)
        (folder / "oauth2").write_text(INTROSPECTION.format(url=tokens))
        (folder / "gone").write_text(f"{GONE}:\n")
        for path, name in zip(certificate, ("cert.pem", "cert.key"), strict=False):
            shutil.copy(path, folder / name)
        for name in ("run", "state", "home"):
            (folder / name).mkdir()
        for path in (folder, *folder.iterdir()):
            os.chown(path, person.pw_uid, person.pw_gid)
        less = ["setpriv", f"--reuid={person.pw_uid}", f"--regid={person.pw_gid}", "--clear-groups"]
        try:
            # Without -F it returns once it listens: nothing to wait for.
            subprocess.run([*(less if as_root else ()), program, "-c", str(folder / "conf")], check=True)
            yield Dovecot(folder, person, **ports)
        finally:
            # Asked politely, it would take three seconds.
            end_all_of(folder / "run" / "master.pid")


@contextlib.contextmanager
def a_short_folder():
    """A folder of one's own: the servers' sockets want short names."""
    folder = Path(tempfile.mkdtemp(prefix="mail-", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def free_ports(number):
    with contextlib.ExitStack() as taken:
        servers = [taken.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(number)]
        return [server.getsockname()[1] for server in servers]


def end_all_of(pid_file):
    """End a server whose master leads a group of its own, and wait until nobody of the group is left."""
    if not pid_file.exists():
        return  # it never got so far
    group = int(pid_file.read_text())
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    until(lambda: not any(_is_alive(process, group) for process in Path("/proc").glob("[0-9]*")))


def _is_alive(process, group):
    """Whether a process of this group still does anything. (Some containers never bury their dead.)"""
    try:
        state, _, its_group = (process / "stat").read_text().rpartition(")")[2].split()[:3]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return int(its_group) == group and state != "Z"


def until(come_true, patience=20):
    """Look again and again until `come_true()` is true, and give that; far longer than it ever takes."""
    for _ in range(patience * 100):
        if found := come_true():
            return found
        time.sleep(0.01)
    pytest.fail(f"waited {patience} s in vain")


@dataclass
class Dovecot:
    """A running server; whoever signs in with the password has a mailbox."""

    folder: Path
    person: pwd.struct_passwd
    port: int
    tls_port: int
    lmtp_port: int
    sign_in_port: int
    serial: Iterator[int] = field(default_factory=count)

    @property
    def log(self):
        return (self.folder / "log").read_text()

    def mailbox(self, user=""):
        """A mailbox of its own for one test, or the one of somebody with a name."""
        user = user or f"fellow{next(self.serial)}"
        home = self.folder / "home" / user
        if not home.exists():
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
    def mails(self):
        """Every mail in the inbox, oldest first."""
        files = (self.home / "Maildir").glob("[cn]*/*")
        return [path.read_bytes() for path in sorted(files, key=lambda path: path.stat().st_mtime_ns)]

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
