"""Keyrings for the package `keyring` to load (`PYTHON_KEYRING_BACKEND`): one that works, many that do not."""

import json
import os
import signal
import sys
import threading
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked
from liars import CANARY


class InAFile(KeyringBackend):
    """Keeps its passwords in the file that MY_KEYRING names."""

    priority = 1

    def set_password(self, service, username, password):
        Path(os.environ["MY_KEYRING"]).write_text(json.dumps({f"{service} {username}": password}))

    def get_password(self, service, username):
        path = Path(os.environ.get("MY_KEYRING", ""))
        return json.loads(path.read_text()).get(f"{service} {username}") if path.is_file() else None

    def delete_password(self, service, username):
        Path(os.environ["MY_KEYRING"]).write_text("{}")


class Locked(InAFile):
    def get_password(self, service, username):
        raise KeyringLocked(CANARY)


class Odd(InAFile):
    def get_password(self, service, username):
        sys.exit(CANARY)


class Forgetful(InAFile):
    def get_password(self, service, username):
        return None


class Gone(InAFile):
    def get_password(self, service, username):
        os.kill(os.getpid(), signal.SIGKILL)


class Interrupted(InAFile):
    def get_password(self, service, username):
        os.kill(os.getpid(), signal.SIGINT)


class Slow(InAFile):
    def get_password(self, service, username):
        threading.Event().wait()


class Broken(InAFile):
    def get_password(self, service, username):
        os.write(3, CANARY.encode() + b"\xff\n")  # the first free number is where we expect the answer


class Talkative(InAFile):
    def get_password(self, service, username):
        sys.stdout.write("Please unlock your keyring:\n")
        sys.stderr.write("a warning\n")
        return CANARY
