"""A whole mail provider on loopback, made of Debian's Postfix and Dovecot, as a fellow's own may be.

Letters are handed in with TLS and a sign-in, filed by LMTP, and read by IMAP; nothing can leave this machine.
All addresses under `.example` live here. Some names have a meaning:

    nobody   is refused when the letter is handed in
    gone     is taken then, and refused when the letter is filed, under the name of the mailbox behind the
             address: a report comes back
    grey     is asked for patience the first time
    team     is passed on to `member` and to `gone`, as an address of several people may be
"""

import contextlib
import os
import shutil
import smtplib
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import dovecot
from dovecot import GONE, Dovecot, a_short_folder, end_all_of, free_ports, until
from liars import a_certificate

MAIN = """
compatibility_level = 3.6
config_directory = {folder}/conf
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}

myhostname = mx.example
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
biff = no

# Nothing leaves: what does not live here goes nowhere, not even when Postfix itself has something to send.
default_transport = error:this machine sends no mail
relay_transport = error:this machine sends no mail
virtual_mailbox_domains = regexp:{folder}/conf/domains
virtual_mailbox_maps = regexp:{folder}/conf/people
virtual_alias_maps = regexp:{folder}/conf/others
virtual_transport = lmtp:inet:127.0.0.1:{dovecot.lmtp_port}

smtpd_tls_cert_file = {pem}
smtpd_tls_key_file = {key}
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{dovecot.sign_in_port}
smtpd_sender_login_maps = regexp:{folder}/conf/logins
smtpd_sender_restrictions = reject_sender_login_mismatch
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = reject_unauth_destination, check_policy_service inet:127.0.0.1:{grey}

# As for somebody who signs in from elsewhere: nothing is added to the header.
local_header_rewrite_clients =
message_size_limit = {limit}
# Nobody waits for anything that a test provokes.
smtpd_error_sleep_time = 0
smtpd_client_connection_count_limit = 0
in_flow_delay = 0
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt
127.0.0.1:{tls_port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes {less}
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

TABLES = {
    "domains": r"/\.example$/ here",
    "people": "!/^nobody@/ here",
    "others": rf"""
/^team@(.*)$/ member@$1, {GONE}@$1
/^{GONE}@(mailbox\..*)$/ {GONE}@$1
/^{GONE}@(.*)$/ {GONE}@mailbox.$1
""",
    "logins": "/^(.*)$/ $1",
}

LIMIT = 1_000_000
"""Bytes of the largest letter that is taken."""

QUEUES = ("incoming", "active", "deferred", "bounce", "defer")
OTHER_FOLDERS = ("corrupt", "hold", "private", "public", "trace")


@contextlib.contextmanager
def running(postfix, dovecot_program, password, tokens=""):
    """The provider, for as long as it is needed. Only root can start Postfix.

    With `tokens` it takes them, too, as Dovecot does; at its port for TLS only by XOAUTH2, as Microsoft.
    """
    with contextlib.ExitStack() as doors:
        folder = doors.enter_context(a_short_folder())
        folder.chmod(0o755)  # Postfix works under a name of its own
        certificate = a_certificate(folder, "mx", "IP:127.0.0.1")
        imap = doors.enter_context(dovecot.running(dovecot_program, password, certificate, tokens))
        grey = doors.enter_context(Greylist())
        provider = Provider(folder, *free_ports(2), password, certificate[0], imap)
        less = "-o smtpd_sasl_mechanism_filter=xoauth2" if tokens else ""
        _furnish(provider, certificate, grey.server_address[1], _built_in(postfix, "mail_owner"), less)
        doors.callback(end_all_of, folder / "queue" / "pid" / "master.pid")
        # With -w it returns once it listens: nothing to wait for.
        master = Path(_built_in(postfix, "daemon_directory")) / "master"
        subprocess.run([master, "-c", folder / "conf", "-w"], check=True)
        yield provider


def _built_in(postfix, setting):
    words = [Path(postfix).parent / "postconf", "-dh", setting]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def _furnish(provider, certificate, grey, owner, less):
    """What `postfix start` would make and look after, in a second or two."""
    conf, queue = provider.folder / "conf", provider.folder / "queue"
    for path in (conf, queue, queue / "pid"):
        path.mkdir()
    for path in (provider.folder / "data", *(queue / name for name in (*QUEUES, *OTHER_FOLDERS))):
        path.mkdir()
        shutil.chown(path, owner)
    pem, key = certificate
    known = {"folder": provider.folder, "dovecot": provider.dovecot, "pem": pem, "key": key}
    (conf / "main.cf").write_text(MAIN.format(grey=grey, limit=LIMIT, **known))
    (conf / "master.cf").write_text(MASTER.format(port=provider.port, tls_port=provider.tls_port, less=less))
    for name, line in TABLES.items():
        (conf / name).write_text(f"{line}\n")
    for path in conf.iterdir():
        os.utime(path, (0, 0))  # Postfix waits until its settings are two seconds old


class Greylist(socketserver.ThreadingTCPServer):
    """Asks for patience with the first letter to anybody called `grey` (Postfix's policy protocol)."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Doubt)
        self.known = set()

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=[0.05], daemon=True).start()
        return self

    def __exit__(self, *nothing):
        self.shutdown()
        self.server_close()


class _Doubt(socketserver.StreamRequestHandler):
    def handle(self):
        recipient = ""
        for line in self.rfile:
            name, _, value = line.decode().rstrip("\n").partition("=")
            if name == "recipient":
                recipient = value
            if not name:
                stranger = recipient.startswith("grey") and recipient not in self.server.known
                self.server.known.add(recipient)
                action = "450 4.2.0 Greylisted, please come back later" if stranger else "dunno"
                self.wfile.write(f"action={action}\n\n".encode())


@dataclass
class Provider:
    """Both servers; everybody has the same password, and signs in with the address that she writes from."""

    folder: Path
    port: int
    tls_port: int
    password: str
    certificate: Path
    dovecot: Dovecot
    serial: Iterator[int] = field(default_factory=count)

    @property
    def log(self):
        """What Postfix has written down."""
        return (self.folder / "log").read_text()

    def town(self):
        """The end of all addresses of one test, so that it meets no letters of another."""
        return f"t{next(self.serial)}.example"

    def mails(self, address):
        """What lies in somebody's inbox once all that was handed in has come to its end."""
        # Letters go through the queues in their order, so one look cannot miss any; but a report about one
        # enters the first queue while the letter is still in a later one. Hence the second look.
        until(lambda: not self._under_way() and not self._under_way())
        return self.dovecot.mailbox(address).mails

    def _under_way(self):
        folders = (self.folder / "queue" / name for name in QUEUES)
        return any(path.is_file() for folder in folders for path in folder.rglob("*"))

    def hand_in(self, raw, sender, *to):
        """As a mail program does it: with TLS, and signed in as who writes."""
        with smtplib.SMTP("127.0.0.1", self.port) as line:
            line.starttls(context=ssl.create_default_context(cafile=str(self.certificate)))
            line.login(sender, self.password)
            line.sendmail(sender, to, raw)
