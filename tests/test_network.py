"""To whom the installed command speaks (T06): looking asks nobody, and the demo asks this machine alone."""

import re
import subprocess

import pytest
from stage import environment, stage

SPOKEN_TO = re.compile(
    r'\b(?:connect|sendto)\(.*?sa_family=(AF_INET6?),.*?inet_(?:addr|pton)\((?:AF_INET6, )?"([^"]+)'
)
LOOKS = (
    "check hello",
    "preview hello",
    "send hello --dry-run",
    "status",
    "todo",
    "audit",
)


@pytest.fixture
def spoken_to(tmp_path, need_tool):
    """Runs commands with every address that the system is asked to reach written down; gives those."""
    strace = need_tool("strace", root=True)

    def run(folder, *lines):
        log = tmp_path / "calls"
        script = "set -e\n" + "\n".join(f"campaign {line} >>{tmp_path}/said" for line in lines)
        calls = [strace, "-f", "-qq", "--seccomp-bpf", "-e", "trace=connect,sendto,sendmsg", "-o", log]
        done = subprocess.run(
            [*calls, "bash", "-c", script],
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return {address for _, address in SPOKEN_TO.findall(log.read_text())}

    return run


def test_who_only_looks_asks_no_server_not_even_for_a_name(tmp_path, spoken_to):
    with stage(tmp_path) as here:
        settings = here.folder / "campaigns" / "settings.toml"
        elsewhere = settings.read_text().replace("127.0.0.1", "mail.foundation.example")
        settings.write_text(elsewhere.replace('tls = "none"', 'tls = "starttls"'))
        assert spoken_to(here.folder, *LOOKS) == set()


def test_the_demo_speaks_to_this_machine_alone(tmp_path, spoken_to):
    assert spoken_to(tmp_path, "demo there") == {"127.0.0.1"}
