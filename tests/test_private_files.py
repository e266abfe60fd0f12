"""Who else may read and write what the installed command makes, under any umask and through any link."""

import stat
import subprocess

import pytest
from stage import START, campaign, environment, stage

from mailer.ledger import create

OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def under(umask, folder, *words, **more):
    """Run the installed command under a umask; the finished process."""
    return subprocess.run(
        ["campaign", *words],
        cwd=folder,
        env=environment(**more),
        umask=umask,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )


def modes(folder):
    """The permissions of a folder and of all below it."""
    return {path: stat.S_IMODE(path.lstat().st_mode) for path in (folder, *folder.rglob("*"))}


def is_private(path, mode):
    return mode == (0o700 if path.is_dir() else 0o600)


@pytest.fixture
def state(tmp_path):
    """A home in which nothing is yet, not even the folders above the state."""
    home = tmp_path / "home"
    home.mkdir()
    return {"HOME": str(home), "XDG_STATE_HOME": ""}


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_what_is_made_is_written_by_nobody_else_and_the_ledger_is_read_by_nobody_else(tmp_path, umask, state):
    for words in (("init", "new/deep"), ("-C", "new/deep", "new", "mine")):
        under(umask, tmp_path, *words, **state)
    made = modes(tmp_path / "new") | modes(tmp_path / "home" / ".local")
    private = {
        path
        for path in made
        for folder in ("campaigns/ledger", "state/campaign")
        if f"{folder}/" in f"{path}/"
    }
    assert len(private) > 7
    assert {path: oct(made[path]) for path in private if not is_private(path, made[path])} == {}
    assert {path: oct(mode) for path, mode in made.items() if mode & OTHERS_WRITE} == {}
    # The rest is as readable as she wants her files to be.
    shared = set(made) - private
    assert {path for path in shared if made[path] & ~umask & 0o044 != ~umask & 0o044} == set()
    assert {path for path in shared if made[path] & umask} == set()


def test_a_ledger_that_was_copied_carelessly_is_closed_again(tmp_path):
    with stage(tmp_path / "workspace") as stand:
        stand.run("send", "hello", "--confirm", "3")
        ledger = stand.folder / "campaigns" / "ledger"
        for path in modes(ledger):
            path.chmod(0o777 if path.is_dir() else 0o666)
        under(0o000, stand.folder, "replies", CAMPAIGN_NOW=START.isoformat())
        still_open = {path.name for path, mode in modes(ledger).items() if not is_private(path, mode)}
        # What no command has had reason to open lies in a folder that is closed.
        assert still_open <= {".gitignore", "ledger.json", "000001.mails"}


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_what_is_written_anew_when_somebody_is_forgotten_is_as_private(tmp_path, umask):
    with stage(tmp_path / "workspace") as stand:
        stand.run("send", "hello", "--confirm", "3")
        rows = (stand.folder / "campaigns/groups.csv").read_text().splitlines(keepends=True)
        stand.write("campaigns/groups.csv", "".join(row for row in rows if "robin@" not in row))
        whom = "robin@chipy.example"
        under(umask, stand.folder, "forget", whom, "--confirm", whom, CAMPAIGN_NOW=START.isoformat())
        made = modes(stand.folder / "campaigns" / "ledger")
        assert {path.name: oct(mode) for path, mode in made.items() if not is_private(path, mode)} == {}
        assert {"000002.mails", "ledger.json"} <= {path.name for path in made}


def test_a_workspace_is_found_through_a_link_and_its_ledger_is_as_private(tmp_path, state):
    under(0o000, tmp_path, "init", "real", **state)
    (tmp_path / "link").symlink_to("real")
    assert "campaign" in under(0o000, tmp_path, "-C", "link", "list", **state).stdout
    assert all(is_private(*one) for one in modes(tmp_path / "real" / "campaigns" / "ledger").items())


@pytest.mark.parametrize(("part", "mode"), [("ledger", 0o1777), ("ledger/mail", 0o750)])
def test_a_ledger_behind_a_link_where_others_are_is_refused_and_nothing_there_is_changed(
    tmp_path, part, mode
):
    folder = tmp_path / "mine" / "campaigns"
    for name in (folder, tmp_path / "mine" / "templates"):
        name.mkdir(parents=True)
    create(folder / "ledger", folder / "ledger-id", START).close()
    real, elsewhere = folder / part, tmp_path / "elsewhere"
    real.rename(elsewhere)
    real.symlink_to(elsewhere)
    elsewhere.chmod(mode)
    done = campaign(tmp_path / "mine", "undo", "o1")
    assert done.returncode == 78, done.stderr
    said = " ".join(done.stderr.split())
    assert "this is a link to a folder that others may enter" in said
    assert f"chmod 700 {elsewhere}" in said
    assert stat.S_IMODE(elsewhere.stat().st_mode) == mode
    elsewhere.chmod(0o700)
    assert "there is no order 'o1'" in campaign(tmp_path / "mine", "undo", "o1").stderr


def test_no_ledger_is_made_behind_a_link_where_others_are(tmp_path, state):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o1777)
    for name in ("campaigns", "templates"):
        (tmp_path / "mine" / name).mkdir(parents=True)
    (tmp_path / "mine" / "campaigns" / "ledger").symlink_to(tmp_path / "shared")
    done = campaign(tmp_path / "mine", "init", **state)
    assert done.returncode == 78
    assert "a link to a folder that others may enter" in " ".join(done.stderr.split())
    assert list((tmp_path / "shared").iterdir()) == []


def test_what_this_account_has_seen_is_not_kept_where_others_are(tmp_path, state):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o777)
    (tmp_path / "states").mkdir()
    (tmp_path / "states" / "campaign").symlink_to(tmp_path / "shared")
    done = campaign(tmp_path, "init", "mine", **{**state, "XDG_STATE_HOME": str(tmp_path / "states")})
    assert done.returncode == 78
    assert "a link to a folder that others may enter" in " ".join(done.stderr.split())
    assert list((tmp_path / "shared").iterdir()) == []
