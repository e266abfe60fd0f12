"""Every listing as JSON: one shape, ASCII, and field by field what mailer/cli/README.md says."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from types import MappingProxyType

import pytest
from stage import START, campaign, stage

from mailer.audit import Concern
from mailer.cli import cli
from mailer.cli.listing import print_listing
from mailer.ledger import open_ledger
from mailer.nouns import Address, Candidate, Finding, Kind, LetterId, Match, OrderKind, Reason
from mailer.planning import Doubt, Status
from mailer.planning.audience import Lot
from mailer.workspace import find

PAGE = (Path(__file__).parent.parent / "mailer/cli/README.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([\w.]+)` \| ([^|]+?) \|", re.MULTILINE)
HOSTILE = "\x1b]0;owned\x07\x1b[31m\x9b2J\u202eevil\u2066\x7f é"

LISTINGS = {
    "list": ["list"],
    "status": ["status"],
    "check": ["check"],
    "preview": ["preview", "project-night"],
    "doctor": ["doctor"],
    "replies": ["replies", "--all"],
    "show": ["show", "ID"],
    "why": ["why", "ID"],
    "review": ["review"],
    "undo": ["undo"],
    "todo": ["todo"],
    "send": ["send", "project-night", "--dry-run"],
    "audit": ["audit"],
    "forget": ["forget", "noor@mailbox.example", "--confirm", "noor@mailbox.example"],
}


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The demo's workspace, with a decision made, a file attached, and something wrong for `check`."""
    folder = tmp_path_factory.mktemp("demo") / "played"
    done = campaign(folder.parent, "demo", "played")
    assert done.returncode == 0, done.stderr
    _note_what_is_unclear(folder)
    campaign(folder, "hold", "chipy", "--until", "monday", "--because", "a conference")
    letter = folder / "templates/project-night.md"
    letter.write_text("Attach: plan.pdf\n" + letter.read_text())
    (folder / "templates/plan.pdf").write_bytes(b"%PDF-1.4\n")
    (folder / "templates/wrong.md").write_text("Subject: Hi\n\nHello {{ nmae }},\n\nWarmly,\nFay\n")
    return folder


def _note_what_is_unclear(folder):
    """An answer that may be from two groups, and a machine that names a new contact."""
    workspace = find(folder, {})
    with open_ledger(workspace.ledger_folder, workspace.ledger_id_file) as ledger:
        last, cursor = ledger.messages()[-1], ledger.cursor("INBOX")
        letters = [
            LetterId("initial-contact", group, "initial-contact") for group in ("chipy", "austin-python")
        ]
        tie = Match(tuple(Candidate(letter, 65, "signs") for letter in letters))
        left = Finding(
            Kind.AUTO_ACK, ("moved",), reason=Reason.LEFT, instead=Address.parse("new@chipy.example")
        )
        mine = replace(last, id="aaaa00000001", message_id="", match=tie)
        gone = replace(mine, id="aaaa00000002", finding=left, match=Match((Candidate(letters[0], 99, "id"),)))
        for message in (mine, gone):
            ledger.note(message, cursor)


def listing(folder, *words, code=0):
    """The document that a command prints; nothing stands beside it."""
    done = campaign(folder, *words, "--json")
    assert done.returncode == code, done.stderr
    assert done.stdout.isascii()
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def documents(played):
    """Each listing's real document, by its name."""
    found = {}
    for name, words in LISTINGS.items():
        some_id = next(iter(found.get("replies", {"rows": [{}]})["rows"][-1:]), {}).get("id", "")
        typed = [some_id if word == "ID" else word for word in words]
        mails = played / "campaigns/ledger/mail/000001.mails"
        kept = mails.read_bytes()
        if name == "audit":  # it is to have something to say
            mails.write_bytes(b"")
        # Nobody keeps the demo's post office open here.
        code = {"check": 65, "audit": 65, "doctor": 69}.get(name, 0)
        found[name] = listing(played, *typed, code=code)
        mails.write_bytes(kept)
        if name == "replies":
            assert found[name]["rows"]
        if name == "check":
            (played / "templates/wrong.md").unlink()
    return found


def documented(name):
    """The README's tables of one listing: fields with their types, of the rows and of the sums."""
    section = re.search(rf"^## {name}$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)[1]
    if "the fields of `replies`" in section:
        section = documented("replies")
        return section[0], {}
    tables = [dict(ROW.findall(table)) for table in re.findall(r"(?:^\|.*\n)+", section, re.MULTILINE)]
    return tables[0], (tables[1:] or [{}])[0]


def is_of(kind, value):
    """Whether a value of a document is of a type as the README calls it."""
    if kind.endswith(" or null"):
        return value is None or is_of(kind.removesuffix(" or null"), value)
    if kind.startswith("list of "):
        return isinstance(value, list) and all(is_of(kind.removeprefix("list of "), item) for item in value)
    return {
        "text": lambda: isinstance(value, str),
        "number": lambda: isinstance(value, int | float) and not isinstance(value, bool),
        "yes/no": lambda: isinstance(value, bool),
        "moment": lambda: datetime.fromisoformat(value).utcoffset() is not None and value.endswith("+00:00"),
        "day": lambda: date.fromisoformat(value).isoformat() == value,
        "counts": lambda: all(is_of("number", item) for item in value.values()),
        "objects": lambda: isinstance(value, dict),
    }[kind]()


def fields(thing, before=""):
    """Every field of an object with its dotted name, those of the objects in its lists included."""
    for name, value in thing.items():
        yield f"{before}{name}", value
        for item in value if isinstance(value, list) else ():
            if isinstance(item, dict):
                yield from fields(item, f"{before}{name}.")


@pytest.mark.parametrize("name", LISTINGS)
def test_every_field_is_documented_and_of_its_type(documents, name):
    document = documents[name]
    assert list(document) == ["version", "listing", "at", "rows", "sums"]
    assert document["version"] == 1
    assert document["listing"] == name
    assert is_of("moment", document["at"])
    of_rows, of_sums = documented(name)
    assert document["rows"], "an empty listing would show nothing"
    seen = set()
    for row in document["rows"]:
        assert {field for field in of_rows if "." not in field} == set(row)
        for field, value in fields(row):
            assert is_of(of_rows[field], value), (field, value)
            seen.add(field)
    assert seen == set(of_rows)
    summed = dict(fields(document["sums"]))
    assert set(summed) == set(of_sums)
    for field, value in fields(document["sums"]):
        assert is_of(of_sums[field], value), (field, value)


def test_values_stand_in_it_as_documented(capsys):
    east = datetime(2026, 6, 1, 11, 30, tzinfo=timezone(timedelta(hours=2)))
    row = {
        "moment": east,
        "day": date(2026, 6, 1),
        "kind": Kind.HUMAN,
        "to": Address("ada", "chipy.example"),
        "all": (Kind.HUMAN, "\x7f\u202e"),
        "counts": Counter({Kind.HUMAN: 2}),
    }
    print_listing("test", east, iter([row, row]), MappingProxyType({"none": None}))
    printed = capsys.readouterr().out
    assert printed.isascii()
    assert "\x7f" not in printed
    document = json.loads(printed)
    assert document["at"] == "2026-06-01T09:30:00+00:00"
    assert document["rows"][1] == {
        "moment": "2026-06-01T09:30:00+00:00",
        "day": "2026-06-01",
        "kind": "human",
        "to": "ada@chipy.example",
        "all": ["human", "\x7f\u202e"],
        "counts": {"human": 2},
    }
    assert document["sums"] == {"none": None}


def test_each_row_stands_in_a_line_of_its_own(played):
    lines = campaign(played, "replies", "--all", "--json").stdout.splitlines()
    rows = [json.loads(line.removesuffix(",")) for line in lines[1:-1]]
    assert rows == listing(played, "replies", "--all")["rows"]
    assert len(rows) > 10


def test_every_listing_command_has_the_option_and_its_place_in_the_readme():
    having = {
        name for name, command in cli.commands.items() if any("--json" in p.opts for p in command.params)
    }
    assert having == set(LISTINGS) | {"classify"}, (
        "classify prints a line for each mail: test_cli_classify.py"
    )
    assert having == set(re.findall(r"^## (\w+)$", PAGE, re.MULTILINE))


def test_the_figures_are_those_on_the_screen(played, documents):
    shown = campaign(played, "status", "initial-contact").stdout
    [sums] = documents["status"]["sums"]["campaigns"]
    assert f"{sums['answered']} of {sums['contacted']} groups contacted answered: {sums['rate']:.0%}" in shown
    assert f"({sums['low']:.0%} to {sums['high']:.0%})" in shown.replace("95% interval: ", "")
    assert f"{sum(sums['letters'].values())} letters planned" in shown
    for fate, count in sums["fates"].items():
        assert f"{count} {fate}" in shown
        assert sum(row["fate"] == fate for row in documents["status"]["rows"]) == count


@pytest.mark.parametrize(
    "words", [["list"], ["status"], ["replies"], ["check"], ["preview", "hello"], ["undo"]]
)
def test_where_nothing_is_listed_there_is_still_a_document(tmp_path, words):
    with stage(tmp_path / "w") as play:
        if words == ["list"]:
            (play.folder / "campaigns/hello.toml").unlink()
        if words == ["preview", "hello"]:
            play.run("send", "hello", "--confirm", "3")
        done = play.run(*words, "--json")
        document = json.loads(done.stdout)
        assert document["rows"] == []
        assert document["at"] == START.isoformat()


def test_what_a_stranger_wrote_is_exact_in_it_and_harmless(tmp_path):
    with stage(tmp_path / "w") as play:
        play.run("send", "hello", "--confirm", "3")
        with play.ledger() as ledger:
            message_id = ledger.deliveries()["hello/chipy/hello"].message_id
        raw = f"From: {HOSTILE} <robin@chipy.example>\r\nIn-Reply-To: {message_id}\r\nSubject: {HOSTILE}\r\n"
        raw += f"Content-Type: text/plain; charset=utf-8\r\n\r\nyes {HOSTILE} indeed\r\n"
        play.post.inject(raw.encode())
        done = play.run("replies", "--json")
        assert re.fullmatch(r"[\n\x20-\x7e]*", done.stdout)
        [row] = json.loads(done.stdout)["rows"]
        assert HOSTILE in row["subject"]
        assert row["visible_text"] == f"yes {HOSTILE} indeed".translate(
            dict.fromkeys(map(ord, "\u202e\u2066"))
        )
        assert (row["kind"], row["groups"], row["letter"]) == ("human", ["chipy"], "hello/chipy/hello")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["preview", "hello", "--group", "chpiy"], 2),
        (["preview", "hello", "--html"], 2),
        (["show", "nothing"], 2),
        (["status", "helo"], 2),
    ],
)
def test_an_error_leaves_stdout_empty(tmp_path, words, code):
    with stage(tmp_path / "w") as play:
        done = play.run(*words, "--json", code=code)
        assert done.stdout == ""
        assert done.stderr.startswith("campaign: ")


def test_talk_stays_beside_it(tmp_path):
    with stage(tmp_path / "w") as play:
        play.write("templates/hello.md", "Subject: x\n\nDear {{ nmae }}\n")
        done = play.run("check", "--json", code=65)
        [row] = [row for row in json.loads(done.stdout)["rows"] if not row["warning"]]
        assert (row["file"], row["line"], row["column"]) == ("templates/hello.md", 3, 9)
        assert "1 mistake" in done.stderr


def test_one_empty_cell_is_one_row_however_many_templates_need_it(tmp_path):
    with stage(tmp_path / "w") as play:
        table = (play.folder / "campaigns/groups.csv").read_text()
        play.write("campaigns/groups.csv", table.replace("Robin,Robin", "Robin,"))
        done = play.run("check", "--json", code=65)
        [row] = json.loads(done.stdout)["rows"]
        assert (row["file"], row["line"]) == ("campaigns/groups.csv", 2)
        assert "greeting" in row["what"]
        assert "templates/hello.md line 3" in row["fix"]
        assert "one more template needs it, too" in row["fix"]


@pytest.mark.parametrize("values", [Status, Lot, Kind, Reason, OrderKind, Concern, Doubt])
def test_every_value_that_a_field_may_have_is_documented(values):
    assert [value for value in values if value and f"`{value}`" not in PAGE] == []
