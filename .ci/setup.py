# noqa: INP001 - a script that the Makefile runs, no package
"""Makes `.venv`, the folder with the libraries that campaign needs, and repairs it when it is half made.

    python3 .ci/setup.py demo     what campaign needs to run
    python3 .ci/setup.py test     that, and what its tests need

The environment itself is Python's own `venv` without pip, which Debian offers even where `python3 -m venv`
asks for another package. The libraries come by whichever installer is there: uv, this Python's pip, or the
pip that Python carries inside (ensurepip). The project stands in it as a path, not as a copy, so that an edit
counts at once and a fellow may rename or delete the campaigns that a built package would insist on.

A Python that is too old must be able to read this file far enough to say so.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - here an older Python is told so in two lines
    newer = next((f"python3.{n}" for n in range(15, 10, -1) if shutil.which(f"python3.{n}")), "")
    old = ".".join(map(str, sys.version_info[:2]))
    sys.exit(
        f"campaign needs Python 3.11 or newer; {sys.executable} is {old}. Type:\n\n"
        + (f"    make {sys.argv[-1]} PYTHON={newer}\n" if newer else "    apt install python3.11\n")
    )

import tomllib
import venv
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ENV = ROOT / ".venv"
PYTHON = ENV / "bin" / "python"
STAMP = ENV / "made-for"
SECONDS = {"demo": 20, "test": 40}

PIP = ["-m", "pip", "--disable-pip-version-check", "--no-input"]
# What would make an installer look elsewhere: other packages' folders, and a user's habits with pip.
MISLEADING = {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV"}
PIP_COMES_BY = {
    "apt": f"apt install python3.{sys.version_info.minor}-venv",
    "dnf": "dnf install python3-pip",
    "apk": "apk add py3-pip",
    "pacman": "pacman -S python-pip",
    "zypper": "zypper install python3-pip",
}

# Through the shell, because a `#!` line has no room for a long path or for one with a space.
LAUNCHER = """\
#!/bin/sh
'''exec' {python} "$0" "$@"
' '''
import sys

from {module} import {function}

sys.exit({function}())
"""


def say(text: str) -> None:
    """Say one line on stderr; stdout belongs to the command that comes after."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def requirements(project: dict[str, Any], purpose: str) -> list[str]:
    """The libraries for `demo` or `test`, read here because pip learnt [dependency-groups] only lately."""
    needed: list[str] = project["project"]["dependencies"]
    return needed + project["dependency-groups"]["dev"] if purpose == "test" else needed


def digest(*parts: object) -> str:
    """A short word that changes when any of the parts does."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def place() -> str:
    """Names this Python and where the folder stands; an environment of another place is made anew."""
    return digest(sys.version, str(ROOT))


def content(project: dict[str, Any], purpose: str) -> str:
    """Names what the environment holds for this purpose; one of older contents is brought up to date."""
    return digest(requirements(project, purpose), project["project"]["scripts"])


def stamp() -> list[str]:
    """What a finished environment says about itself; nothing when it is half made or cannot be run."""
    finished = STAMP.is_file() and os.access(PYTHON, os.X_OK)
    return STAMP.read_text("utf-8").split() if finished else []


def installers() -> list[list[list[str]]]:
    """The ways to install that this machine offers, best first; each is a list of commands."""
    ways = []
    uv = shutil.which("uv")
    if uv:
        ways.append([[uv, "pip", "install", "--python", str(PYTHON)]])
    if importlib.util.find_spec("pip"):
        ways.append([[sys.executable, *PIP, "--python", str(PYTHON), "install"]])
    elif importlib.util.find_spec("ensurepip"):
        ways.append([[str(PYTHON), "-m", "ensurepip"], [str(PYTHON), *PIP, "install"]])
    return ways


def need_an_installer() -> None:
    """End with the one line to type where Python came without any installer."""
    if installers():
        return
    trouble = f"{sys.executable} came without pip, so the libraries cannot be fetched."
    line = next((line for tool, line in PIP_COMES_BY.items() if shutil.which(tool)), "")
    if not line:
        sys.exit(f"{trouble} Install uv or pip first.")
    sudo = "sudo " if os.geteuid() and shutil.which("sudo") else ""
    sys.exit(f"{trouble} Type:\n\n    {sudo}{line}\n")


def run(command: list[str]) -> str:
    """Run an installer; what it says is worth reading only when it fails: the last lines, else nothing."""
    environ = {name: value for name, value in os.environ.items() if name not in MISLEADING}
    done = subprocess.run(  # noqa: S603 - the words are ours and pyproject.toml's
        command,
        env=environ | {"PIP_USER": "0"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode == 0:
        return ""
    said = [line[:160] for line in (done.stderr.strip() or done.stdout.strip()).splitlines()[-5:]]
    return "\n  ".join([f"{shlex.join(command[:3])} … ended with {done.returncode}:", *said])


def install(libraries: list[str]) -> None:
    """Fetch the libraries by the first way that succeeds; where all fail, show what each said and end."""
    complaints = []
    for *before, last in installers():
        for command in (*before, [*last, *libraries]):
            complaint = run(command)
            if complaint:
                complaints.append(complaint)
                break
        else:
            return
    say("\n\n".join(complaints))
    sys.exit("\nThe libraries could not be fetched; when that is mended, type the same command again.")


def lay_project(scripts: dict[str, str]) -> None:
    """Put the project into the environment: its folder on Python's path, its commands into bin/."""
    packages = ENV / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    (packages / "campaign.pth").write_text(f"{ROOT}\n", "utf-8")
    for name, target in scripts.items():
        module, function = target.split(":")
        script = ENV / "bin" / name
        words = LAUNCHER.format(python=shlex.quote(str(PYTHON)), module=module, function=function)
        script.write_text(words, "utf-8")
        script.chmod(0o755)


def make(project: dict[str, Any], purpose: str) -> None:
    """Make the environment, or bring a finished one up to date; only a finished one bears the stamp."""
    need_an_installer()
    say(f"setting up .venv (once, about {SECONDS[purpose]} s) …")
    began = time.monotonic()
    if place() in stamp():
        STAMP.unlink()
    else:
        shutil.rmtree(ENV, ignore_errors=True)
        venv.create(ENV, with_pip=False, symlinks=True)
    install(requirements(project, purpose))
    lay_project(project["project"]["scripts"])
    words = [place(), content(project, "demo"), content(project, purpose)]
    STAMP.write_text("\n".join(words) + "\n", "utf-8")
    say(f"ready after {time.monotonic() - began:.0f} s")


def main() -> None:
    """Do nothing when all is there; else set up, one process at a time."""
    purpose = sys.argv[-1]
    if purpose not in SECONDS:
        sys.exit(__doc__)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    with Path(__file__).open("rb") as lock:
        with contextlib.suppress(OSError):  # a file system that knows no locks
            fcntl.flock(lock, fcntl.LOCK_EX)
        if not {place(), content(project, purpose)} <= set(stamp()):
            make(project, purpose)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nStopped half-way; the same command starts over.")
    except OSError as error:
        sys.exit(f"The folder .venv cannot be made: {error}")
