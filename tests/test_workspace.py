"""The workspace: found, laid out and read; the one in this repository is a fellow's, and without a fault."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from mailer.errors import BadSettings, UsageError
from mailer.nouns import NAME
from mailer.workspace import Workspace, find, lay_out, new_campaign, placeholders
from mailer.workspace.files import read_bytes, read_text

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture
def workspace(tmp_path):
    """A small workspace with one group, one campaign and one template."""
    root = tmp_path / "work"
    for folder in ("campaigns", "templates"):
        (root / folder).mkdir(parents=True)
    (root / "campaigns/groups.csv").write_text("group,email,name\npy-a,a@b.example,Py A\n")
    (root / "campaigns/first.toml").write_text('[[steps]]\ntemplate = "first"\n')
    (root / "templates/first.md").write_text("Subject: Hello\n\nHello.\n")
    return find(root, {})


# ── Finding it ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("start", ["", "campaigns", "templates", "notes/2013"])
def test_a_workspace_is_found_from_any_folder_within(workspace, start):
    (workspace.root / "notes/2013").mkdir(parents=True)
    found = find(workspace.root / start, {})
    assert found == workspace
    assert found.ledger_folder == workspace.root / "campaigns/ledger"
    assert found.ledger_id_file == workspace.root / "campaigns/ledger-id"


def test_the_nearest_workspace_is_the_one(workspace):
    inner = workspace.root / "demo"
    for folder in ("campaigns", "templates"):
        (inner / folder).mkdir(parents=True)
    assert find(inner / "campaigns", {}).root == inner


@pytest.mark.parametrize("folders", [(), ("campaigns",), ("templates",)])
def test_without_both_folders_there_is_no_workspace_and_it_is_said_what_to_type(tmp_path, folders):
    for folder in folders:
        (tmp_path / folder).mkdir()
    with pytest.raises(BadSettings) as caught:
        find(tmp_path, {})
    assert caught.value.what.startswith("there is no workspace here")
    assert caught.value.fix == "go to your workspace with cd, or start one: campaign init my-campaign"
    assert caught.value.where == str(tmp_path)


def test_a_file_called_campaigns_is_no_workspace(tmp_path):
    (tmp_path / "campaigns").write_text("")
    (tmp_path / "templates").mkdir()
    with pytest.raises(BadSettings):
        find(tmp_path, {})


OTHER = 54321
"""Somebody's number on this machine, and not ours."""


def give_away(path, monkeypatch):
    """A file or folder of another user's: given to her where we may, else seen by another than its owner."""
    if os.geteuid() == 0:
        os.chown(path, OTHER, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: OTHER)


@pytest.mark.parametrize("part", ["", "campaigns", "templates", "campaigns/settings.toml"])
def test_the_workspace_of_another_user_is_refused(workspace, monkeypatch, part):
    (workspace.root / "campaigns/settings.toml").touch()
    give_away(workspace.root / part, monkeypatch)
    (workspace.root / "below").mkdir()
    with pytest.raises(BadSettings, match="this belongs to") as refusal:
        find(workspace.root / "below", {})
    assert "campaign init" in refusal.value.fix


@pytest.mark.parametrize(("me", "fine"), [(0, True), (1, False)])
def test_under_sudo_the_workspace_of_the_caller_is_trusted(workspace, monkeypatch, me, fine):
    owner = workspace.root.stat().st_uid or OTHER
    if os.geteuid() == 0:
        os.chown(workspace.root, owner, -1)
    monkeypatch.setattr(os, "geteuid", lambda: me)
    with nullcontext() if fine else pytest.raises(BadSettings):
        find(workspace.root, {"SUDO_UID": str(owner)})


def test_the_environment_of_a_workspace_is_never_shown(workspace):
    secret = find(workspace.root, {"CAMPAIGN_SMTP_PASSWORD": "canary"})
    assert "canary" not in repr(secret)


# ── The real one ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def real():
    return Workspace(REPOSITORY)


def test_the_table_of_this_repository_is_without_a_fault(real):
    table = real.table()
    assert table.problems == ()
    assert table.used == table.rows
    assert real.groups() == (table.groups, ())
    own = ("group", "name", "organizer", "greeting", "email", "size", "lane")
    assert real.columns() == (*own, "city", "country", "zone", "language", "website", "notes")


def test_the_table_of_this_repository_has_the_ladders_and_lists_that_a_fellow_meets(real):
    groups, _ = real.groups()
    assert len(groups) == 33
    assert sum(len(group.organizers) > 1 for group in groups) >= 4
    assert sum(all(not o.name for o in group.organizers) for group in groups) >= 3
    assert {group.cells["lane"] for group in groups} == {"make-a-difference", "research", "ok", "under-way"}
    assert {group.id: group.cells["size"] for group in groups if group.cells["size"]} == {
        "vancouver-python": 200.0,
        "python-ireland": 200.0,
    }


def test_nobody_in_this_repository_can_be_reached(real):
    groups, _ = real.groups()
    for group in groups:
        for organizer in group.organizers:
            assert organizer.address.domain.endswith(".example")
            assert organizer.cells["greeting"]
        assert all(group.cells[name] for name in ("lane", "city", "country", "zone", "language"))


def test_the_zones_of_this_repository_exist(real):
    zoneinfo = pytest.importorskip("zoneinfo")
    groups, _ = real.groups()
    for group in groups:
        assert zoneinfo.ZoneInfo(group.cells["zone"]).key == group.cells["zone"]


def test_the_campaigns_of_this_repository_are_without_a_fault(real):
    assert real.campaign_names() == ("initial-contact", "meetup-reimbursement", "project-night")
    for name in real.campaign_names():
        campaign, problems = real.campaign(name)
        assert problems == ()
        assert campaign.where.text
        assert all(step.template in real.templates() for step in campaign.steps)
    waits = [step.wait.days for step in real.campaign("initial-contact")[0].steps]
    assert waits == [0, 7, 14]


def test_each_template_of_this_repository_is_used(real):
    used = {step.template for name in real.campaign_names() for step in real.campaign(name)[0].steps}
    assert used == set(real.templates())


def test_first_letters_have_a_subject_and_follow_ups_go_out_in_their_thread(real):
    texts = real.templates()
    for name in real.campaign_names():
        first, *later = real.campaign(name)[0].steps
        assert texts[first.template].startswith("Subject: ")
        assert not any("Subject:" in texts[step.template] for step in later)


def test_every_letter_of_this_repository_says_how_to_be_left_alone(real):
    for text in real.templates().values():
        assert "If you would rather not hear from me again, just say so in a reply." in text


def test_the_settings_of_this_repository_are_examples_and_say_so(real):
    settings, problems = real.settings()
    assert placeholders(settings) == (
        "sender.name",
        "sender.email",
        "smtp.host",
        "smtp.user",
        "imap.host",
        "imap.user",
    )
    assert all(problem.warning for problem in problems)
    still = "is still the starter's example"
    assert [(p.where, p.what, p.fix) for p in problems[:3]] == [
        ("campaigns/settings.toml:7:9", f"sender.name {still}", "put your own name there"),
        ("campaigns/settings.toml:8:10", f"sender.email {still}", "put your own address there"),
        ("campaigns/settings.toml:13:9", f"smtp.host {still}", "put your provider's server there"),
    ]


def test_the_values_in_the_door_sign_of_the_templates_are_those_of_the_table(real):
    groups, _ = real.groups()
    group = next(group for group in groups if group.id == "python-ireland")
    settings, _ = real.settings()
    values = {
        **group.cells,
        **group.organizers[0].cells,
        "group": group.id,
        "name": group.name,
        "size": "200",
        "sender.name": settings.sender.name,
        "sender.email": str(settings.sender.address),
        "sender.role": settings.sender.role,
    }
    sign = (REPOSITORY / "templates/README.md").read_text()
    shown = dict(re.findall(r"^\| `\{\{ ([a-z.]+) \}\}` \| (.*) \|$", sign, re.MULTILINE))
    assert shown.pop("notes").startswith("your own notes")
    assert set(shown) == set(values) - {"notes"}
    assert shown == {name: values[name] for name in shown}


def test_the_door_sign_of_the_campaigns_names_each_file_and_column(real):
    sign = (REPOSITORY / "campaigns/README.md").read_text()
    named = set(re.findall(r"`([a-z-]+(?:\.[a-z]+)?/?)`", sign))
    here = {path.name for path in (REPOSITORY / "campaigns").iterdir() if path.is_file()} - {"README.md"}
    assert here | set(real.columns()) <= named


# ── The starter ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_starter_is_a_whole_workspace_without_a_ledger(tmp_path):
    made = lay_out(tmp_path / "new" / "deep")
    root = tmp_path / "new" / "deep"
    assert {str(file.relative_to(root)) for file in made} == {
        f"{part}/{file.name}"
        for part in ("campaigns", "templates")
        for file in (REPOSITORY / part).iterdir()
        if file.suffix in {".md", ".toml", ".csv"}
    }
    assert not find(root, {}).ledger_folder.exists()
    assert not find(root, {}).ledger_id_file.exists()
    assert find(root, {}).groups() == Workspace(REPOSITORY).groups()


@pytest.mark.parametrize("shipped", ["", "mailer/starter"])
def test_neither_a_ledger_nor_a_draft_is_ever_copied(tmp_path, shipped):
    """As from a checkout whose fellow works in it, and as from an installed wheel."""
    house = tmp_path / "house"
    shutil.copytree(REPOSITORY / "mailer", house / "mailer", ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("campaigns", "templates"):
        shutil.copytree(REPOSITORY / part, house / shipped / part)
    campaigns = house / shipped / "campaigns"
    (campaigns / "ledger").mkdir(exist_ok=True)
    (campaigns / "ledger/journal.toml").write_text("secret")
    for name in ("ledger-id", ".hidden.toml", "groups.csv~", "groups.csv.lock"):
        (campaigns / name).write_text("secret")
    program = (
        "import sys, pathlib, mailer.workspace as w; print(*w.lay_out(pathlib.Path(sys.argv[1])), sep='\\n')"
    )
    run = subprocess.run(
        [sys.executable, "-P", "-c", program, str(tmp_path / "new")],
        env={**os.environ, "PYTHONPATH": str(house)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert {Path(line).name for line in run.stdout.split()} == {
        file.name
        for part in ("campaigns", "templates")
        for file in (REPOSITORY / part).iterdir()
        if file.suffix in {".md", ".toml", ".csv"}
    }
    assert not any(path.read_text() == "secret" for path in (tmp_path / "new").rglob("*.*"))


def test_what_is_a_workspace_already_is_left_as_it_is(workspace):
    before = {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*")}
    assert lay_out(workspace.root) == ()
    assert {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*")} == before


@pytest.mark.parametrize("half", ["campaigns", "templates"])
def test_the_starter_does_not_mix_with_folders_that_are_there(tmp_path, half):
    (tmp_path / half).mkdir()
    with pytest.raises(BadSettings, match=f"there is a {half}/ already, but it is not a whole workspace"):
        lay_out(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == [half]


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSettings, match="the workspace cannot be made here") as caught:
        lay_out(tmp_path / "file")
    assert caught.value.fix


# ── A new campaign ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_campaign_is_without_a_fault_and_for_one_group(workspace):
    files = new_campaign(workspace, "spring-visit")
    assert [str(file.relative_to(workspace.root)) for file in files] == [
        "campaigns/spring-visit.toml",
        "templates/spring-visit.md",
    ]
    campaign, problems = workspace.campaign("spring-visit")
    assert problems == ()
    assert campaign.where.text == 'group == "py-a"'
    assert [step.template for step in campaign.steps] == ["spring-visit"]
    text = workspace.templates()["spring-visit"]
    assert text.startswith("Subject: A question to {{ name }}\n\nHello,\n")


def test_a_new_letter_uses_only_columns_that_the_table_has(workspace):
    (workspace.root / "campaigns/groups.csv").write_text("group,email,greeting\npy-a,a@b.example,Robin\n")
    new_campaign(workspace, "spring-visit")
    text = workspace.templates()["spring-visit"]
    assert text.startswith('Subject: A question to {{ group }}\n\nHello {{ greeting | default("all") }},\n')


def test_a_new_campaign_in_a_workspace_without_a_table_can_be_written_too(workspace):
    (workspace.root / "campaigns/groups.csv").unlink()
    new_campaign(workspace, "spring-visit")
    assert workspace.campaign("spring-visit")[1] == ()


@pytest.mark.parametrize(
    ("name", "what", "fix"),
    [
        (
            "Spring Visit",
            "no campaign can be called 'Spring Visit': use small letters and hyphens",
            "campaign new spring-visit",
        ),
        (
            "../evil",
            "no campaign can be called '../evil': use small letters and hyphens",
            "campaign new evil",
        ),
        ("", "no campaign can be called '': use small letters and hyphens", "campaign new my-campaign"),
        (
            "x" * 65,
            "no campaign can be called " + repr("x" * 59 + "…") + ": use small letters and hyphens",
            "campaign new " + "x" * 64,
        ),
        ("settings", "no campaign can be called settings: that is another file", "choose another name"),
        ("first", "campaigns/first.toml is there already", "edit it, or choose another name than first"),
        ("letter", "templates/letter.md is there already", "edit it, or choose another name than letter"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused_and_nothing_is_written(workspace, name, what, fix):
    (workspace.root / "templates/letter.md").write_text("")
    before = sorted(workspace.root.rglob("*"))
    with pytest.raises(UsageError) as caught:
        new_campaign(workspace, name)
    assert (caught.value.what, caught.value.fix) == (what, fix)
    assert sorted(workspace.root.rglob("*")) == before


# ── Files ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_missing_table_is_a_problem_with_its_remedy(workspace):
    (workspace.root / "campaigns/groups.csv").unlink()
    groups, (problem,) = workspace.groups()
    assert groups == ()
    assert (problem.where, problem.what) == ("campaigns/groups.csv", "this file is missing")
    assert problem.fix == "save your table of groups there; `campaign init` in an empty folder shows one"
    assert workspace.columns() == ()


def _fifo(path):
    os.mkfifo(path)


def _device(path):
    path.symlink_to("/dev/zero")


def _folder(path):
    path.mkdir()


def _outside(path):
    path.symlink_to(REPOSITORY / "LICENSE")


def _upwards(path):
    path.symlink_to("../../../../etc/hostname")


def _loop(path):
    path.symlink_to(path.name)


ODD_FILES = [_fifo, _device, _folder, _outside, _upwards, _loop]


@pytest.mark.parametrize("make", ODD_FILES, ids=lambda make: make.__name__.strip("_"))
@pytest.mark.parametrize(
    "file", ["campaigns/groups.csv", "campaigns/settings.toml", "templates/first.md", "campaigns/first.toml"]
)
def test_what_is_no_plain_file_of_the_workspace_is_refused_and_never_waited_for(workspace, make, file):
    path = workspace.root / file
    path.unlink(missing_ok=True)
    make(path)
    problem = read_text(workspace.root, file)
    assert problem.file == file
    assert problem.what.startswith("this ")
    assert [
        p.file for p in (*workspace.groups()[1], *workspace.settings()[1], *workspace.campaign("first")[1])
    ].count(file)


def test_a_link_within_the_workspace_is_followed(workspace):
    (workspace.root / "templates/second.md").symlink_to("first.md")
    assert workspace.templates()["second"] == workspace.templates()["first"]


def test_a_file_that_is_too_long_is_not_read(workspace):
    with (workspace.root / "templates/first.md").open("wb") as stream:
        stream.truncate(2 * 2**30)
    assert "first" not in workspace.templates()
    _, (problem,) = workspace.campaign("first")
    assert (problem.file, problem.what) == ("templates/first.md", "this file is longer than 1 MB")


def test_a_file_of_just_the_limit_is_read(tmp_path):
    (tmp_path / "x").write_bytes(b"12345")
    assert read_bytes(tmp_path.resolve(), "x", 5) == b"12345"
    assert read_bytes(tmp_path.resolve(), "x", 4).what == "this file is longer than 0 MB"


def test_a_template_that_is_not_in_utf8_names_its_line(workspace):
    (workspace.root / "templates/first.md").write_bytes(b"Subject: x\n\nGr\xfc\xdfe\n")
    _, (problem,) = workspace.campaign("first")
    assert (problem.where, problem.fix) == ("templates/first.md:3", 'save the file as "UTF-8"')


def test_line_ends_and_byte_order_marks_of_other_systems_are_taken_away(workspace):
    (workspace.root / "templates/first.md").write_bytes(b"\xef\xbb\xbfSubject: x\r\n\r\nHi\rthere\r\n")
    assert workspace.templates() == {"first": "Subject: x\n\nHi\nthere\n"}


def test_only_letters_are_templates_and_only_campaigns_are_campaigns(workspace):
    for name in ("README.md", "Draft.md", "notes.txt", ".hidden.md", "first.md~"):
        (workspace.root / "templates" / name).write_text("")
    for name in ("settings.toml", ".hidden.toml", "old.toml.bak", "README.md"):
        (workspace.root / "campaigns" / name).write_text("")
    assert set(workspace.templates()) == {"first"}
    assert workspace.campaign_names() == ("first",)
    assert all(NAME.fullmatch(name) for name in workspace.templates())
