"""Files of the workspace that are none of hers: refused before anything is planned, and never waited for."""

import os

import pytest
from workbooks import grid, xlsx

from mailer.workspace import find

TABLE = xlsx(("groups", grid([("group", "email"), ("a", "a@b.example")])))


@pytest.fixture
def workspace(tmp_path):
    """A workspace with a campaign, a template and a list, and a stranger's folder beside it."""
    for name in ("work/campaigns", "work/templates", "elsewhere"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "elsewhere/groups.xlsx").write_bytes(TABLE)
    (tmp_path / "elsewhere/words").write_text("a\n")
    (tmp_path / "work/campaigns/first.toml").write_text('[[steps]]\ntemplate = "first"\n')
    (tmp_path / "work/templates/first.md").write_text("Subject: Hello\n\nHello.\n")
    return find(tmp_path / "work", {})


def _pipe(path):
    os.mkfifo(path)


def _device(path):
    path.symlink_to("/dev/zero")


def _folder(path):
    path.mkdir()


def _out(path):
    path.symlink_to("../../elsewhere/groups.xlsx")


def _out_in_full(path):
    path.symlink_to(path.parent.parent.parent / "elsewhere/groups.xlsx")


def _loop(path):
    path.symlink_to(path.name)


def _nowhere(path):
    path.symlink_to("nowhere")


def _two_gigabytes(path):
    with path.open("wb") as stream:
        stream.truncate(2 * 2**30)


ODD = [_pipe, _device, _folder, _out, _out_in_full, _loop, _nowhere, _two_gigabytes]


@pytest.mark.parametrize("make", ODD, ids=lambda make: make.__name__.strip("_"))
@pytest.mark.parametrize("name", ["groups.csv", "groups.xlsx", "groups.ods"])
def test_a_table_that_is_no_plain_file_of_hers_is_refused(workspace, make, name):
    make(workspace.root / "campaigns" / name)
    table = workspace.table()
    assert (table.groups, table.columns, table.rows) == ((), (), 0)
    (problem,) = table.problems
    assert (problem.file, problem.warning) == (f"campaigns/{name}", False)
    assert problem.what.startswith("this ")


@pytest.mark.parametrize("make", ODD, ids=lambda make: make.__name__.strip("_"))
def test_a_list_that_is_no_plain_file_of_hers_is_refused(workspace, make):
    make(workspace.root / "campaigns/paused.txt")
    entries, problems = workspace.listed("paused", ())
    assert entries == frozenset()
    assert [problem.file for problem in problems] == ["campaigns/paused.txt"]


def test_two_gigabytes_of_nothing_are_not_even_read(workspace, monkeypatch):
    _two_gigabytes(workspace.root / "campaigns/groups.csv")
    monkeypatch.setattr(os, "fdopen", _shy)
    (problem,) = workspace.table().problems
    assert problem.what == "this file is longer than 100 MB"


def _shy(descriptor, mode):
    stream = open(descriptor, mode)  # noqa: PTH123, SIM115 - a descriptor, which the caller closes
    return _Unread(stream)


class _Unread:
    """A stream that fails the test when it is read."""

    def __init__(self, stream):
        self.stream = stream

    def __enter__(self):
        return self

    def __exit__(self, *trouble):
        self.stream.close()

    def fileno(self):
        return self.stream.fileno()


def test_a_folder_of_campaigns_that_leads_elsewhere_is_not_hers(tmp_path):
    (tmp_path / "work/templates").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/groups.xlsx").write_bytes(TABLE)
    (tmp_path / "work/campaigns").symlink_to("../elsewhere")
    (problem,) = find(tmp_path / "work", {}).table().problems
    assert problem.what == "this is a link that leads out of the workspace"


@pytest.mark.parametrize(
    "name",
    [
        "../first",
        "/etc/passwd",
        "..\\first",
        "first\0",
        "first/../first",
        "",
        ".",
        "..",
        "first.toml",
        "a" * 5000,
    ],
)
def test_a_campaign_by_the_name_of_a_path_is_no_campaign(workspace, name):
    campaign, problems = workspace.campaign(name)
    assert campaign is None
    assert [problem.file for problem in problems] == ["campaigns"]


@pytest.mark.parametrize(
    "template", ["../campaigns/first", "/etc/passwd", "..\\\\first", "first\\u0000", "first/../first"]
)
def test_a_template_by_the_name_of_a_path_is_no_template(workspace, template):
    (workspace.root / "campaigns/first.toml").write_text(f'[[steps]]\ntemplate = "{template}"\n')
    _, problems = workspace.campaign("first")
    assert [problem.file for problem in problems if not problem.warning] == ["campaigns/first.toml"]


@pytest.mark.parametrize("name", ["../words", "/etc/passwd", "..\\words", "words\0", "a" * 5000])
def test_a_list_by_the_name_of_a_path_is_no_list(workspace, name):
    (workspace.root / "words.txt").write_text("a\n")
    assert workspace.listed(name, ()) == (frozenset(), ())
