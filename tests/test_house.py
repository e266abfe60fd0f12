"""The architecture: imports point down, rooms on one floor do not know each other, the lower floors are pure.

The rules are those of the table in `mailer/README.md`. `pytest -s -k draw` draws it as the code stands.
"""

import ast
import functools
import graphlib
import itertools
import shutil
import socket
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

MAILER = Path(__file__).parent.parent / "mailer"

FLOORS = {
    8: {"__main__"},  # the door: nobody imports it
    7: {"cli"},
    6: {"desk", "rehearsal"},
    5: {
        "outbox",
        "inbox",
        "orders",
        "proofs",
        "agenda",
        "audit",
        "trials",
        "takeover",
        "oblivion",
        "doctor",
        "chronicle",
    },
    4: {"workspace", "ledger", "servers"},
    3: {"planning", "letters", "replies", "outcomes"},
    2: {"nouns"},
    1: {"errors", "failpoints"},
    0: {"__init__"},  # the version: anybody may ask for it
}
FLOOR_OF = {room: floor for floor, rooms in FLOORS.items() for room in rooms}
ROOMS = {"mailer"} | {f"mailer.{room}" for room in FLOOR_OF}
PURE = 3  # this floor and those below it touch nothing
LONGEST_MODULE = 320
LONGEST_FUNCTION = 45
SAY_NOTHING = {"utils", "helpers", "manager", "core", "common", "misc"}

TOUCHES_THE_WORLD = {
    *("os", "io.open", "builtins.open", "fcntl", "tempfile", "shutil", "glob", "sqlite3"),
    *("pathlib.Path.cwd", "pathlib.Path.home", "importlib.resources"),
    *("sys.stdin", "sys.argv", "builtins.input"),
    *("socket", "ssl", "select", "selectors", "smtplib", "imaplib", "http.client", "urllib.request"),
    *("random", "secrets", "uuid.uuid1", "uuid.uuid4", "email.utils.make_msgid"),
    *("time", "datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow"),
    *("datetime.date.today", "email.utils.localtime", "email.utils.formatdate"),
    *("subprocess", "asyncio", "threading", "multiprocessing", "concurrent", "signal"),
    *("aiosmtplib", "aiosmtpd", "imapclient", "tinydb", "filelock"),
}
FILE_METHODS = {
    *("read_text", "read_bytes", "write_text", "write_bytes", "stat", "is_file", "is_dir", "iterdir"),
    *("rglob", "mkdir", "rmdir", "unlink", "samefile", "symlink_to", "hardlink_to", "expanduser"),
}
# failpoints kills the process on purpose, when a test asks for it through the environment.
MAY_TOUCH = {"failpoints": {"os", "signal"}}
SPEAKS_OR_ENDS = {
    *("builtins.print", "builtins.exit", "builtins.quit", "builtins.input", "builtins.SystemExit"),
    *("sys.exit", "sys.stdout", "sys.stderr", "os._exit", "click.echo", "click.secho", "rich.print"),
}


@dataclass(frozen=True)
class Module:
    """One file of the package, read but not run."""

    name: str  # mailer.ledger.journalled.journal
    path: Path
    text: str
    tree: ast.Module
    fault: str = ""  # why Python itself cannot read it

    @property
    def room(self):
        return room_of(self.name)

    @property
    def floor(self):
        return FLOOR_OF.get(self.room)


@dataclass(frozen=True)
class Import:
    """That a module asks for something of another, and the name it gives it."""

    line: int
    target: str  # mailer.ledger.journalled.journal, datetime.datetime
    local: str  # dt
    stands_for: str  # datetime.datetime


def room_of(name):
    """The first word after `mailer`; the package's own file is the room `__init__`."""
    return name.split(".")[1] if "." in name else "__init__"


@functools.cache  # the copies that the tests below spoil differ in one file each
def read_module(name, path, text):
    try:
        return Module(name, path, text, ast.parse(text))
    except SyntaxError as fault:
        return Module(name, path, text, ast.Module([], []), f"{path}:{fault.lineno}: {fault.msg}")


def read_house(package):
    """Every module of the package, by its dotted name."""
    house = {}
    for file in sorted(package.rglob("*.py")):
        path = file.relative_to(package.parent)
        name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        house[name] = read_module(name, path, file.read_text("utf-8"))
    return house


@functools.cache
def imports_of(module):
    """Every import, wherever it stands: in a function, under TYPE_CHECKING, by its name at run time."""
    return tuple(found for node in ast.walk(module.tree) for found in imports_at(node, module))


def imports_at(node, module):
    match node:
        case ast.Import(names=names):
            for alias in names:
                local = alias.asname or alias.name.partition(".")[0]
                yield Import(node.lineno, alias.name, local, alias.name if alias.asname else local)
        case ast.ImportFrom(module=source, names=names, level=level):
            start = [*folders_up(module, level), *([source] if source else [])]
            for alias in names:
                target = ".".join([*start, alias.name])
                yield Import(node.lineno, target, alias.asname or alias.name, target)
        case ast.Call(
            func=ast.Name("__import__" | "import_module") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(str(target)), *_],
        ):
            yield Import(node.lineno, target, "", "")


def folders_up(module, level):
    """Where a relative import with so many dots starts; nowhere when it has none."""
    parts = module.name.split(".")
    dots = level - 1 if module.path.name == "__init__.py" else level
    return parts[: len(parts) - dots] if level else []


def edges_of(module, house):
    """The imports that stay in the house: line, and the module (a missing one's room) that it leads to."""
    for found in imports_of(module):
        target = found.target
        if target.partition(".")[0] != "mailer":
            continue
        while target not in house and target not in ROOMS:
            target = target.rpartition(".")[0]
        yield found.line, target


@functools.cache
def words_of(module):
    """What the module names of others and of Python's built-in words: (line, dotted name), aliases undone."""
    local = {found.local: found.stands_for for found in imports_of(module)}
    words = [(found.line, found.target) for found in imports_of(module)]
    for node in ast.walk(module.tree):
        chain, start = [], node
        while isinstance(start, ast.Attribute):
            chain, start = [start.attr, *chain], start.value
        if isinstance(start, ast.Name):
            first = local.get(start.id, f"builtins.{start.id}")
            words.append((node.lineno, ".".join([first, *chain])))
    return tuple(words)


def offences(module, forbidden):
    """Where the module names a forbidden word or something below it: (line, that word)."""
    for line, word in words_of(module):
        parts = word.split(".")
        for length in range(1, len(parts) + 1):
            if (start := ".".join(parts[:length])) in forbidden:
                yield line, start.removeprefix("builtins.")


def wrong_directions(house):
    for module in house.values():
        for line, target in edges_of(module, house):
            room, here = room_of(target), module.floor
            floor = FLOOR_OF.get(room)
            if room == module.room or None in (floor, here) or floor < here:
                continue
            way = "upwards" if floor > here else "sideways"
            says = f"{module.room} (floor {here}) imports {target} (floor {floor}), {way}"
            yield f"{module.path}:{line}: {says}"


def rings(house):
    lines = {(m.name, target): line for m in house.values() for line, target in edges_of(m, house)}
    while True:
        sorter = graphlib.TopologicalSorter()
        for source, target in lines:
            sorter.add(source, target)
        try:
            return sorter.prepare()
        except graphlib.CycleError as found:
            steps = list(itertools.pairwise(found.args[1][::-1]))
            told = [f"{house[a].path}:{lines[a, b]} imports {b}" for a, b in steps]
            yield "a ring of imports: " + "; ".join(told)
            del lines[steps[0]]  # and look for the next


def impurities(module):
    if (module.floor or 0) > PURE:
        return
    for line, word in offences(module, TOUCHES_THE_WORLD - MAY_TOUCH.get(module.room, set())):
        yield f"{module.path}:{line}: {word}: floor {module.floor} touches no clock, file, socket or chance"
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=attr)) if attr in FILE_METHODS:
                yield f"{module.path}:{node.lineno}: .{attr}(): floor {module.floor} touches no file"


def loud_words(module):
    if module.room not in {"cli", "__main__"}:
        for line, word in offences(module, SPEAKS_OR_ENDS):
            yield f"{module.path}:{line}: {word}: only cli/ prints and exits"


def unreadable(module):
    """A module or function that is too long to read in one sitting, or does not say its job."""
    lines = module.text.count("\n")
    if module.fault:
        yield module.fault
    elif not ast.get_docstring(module.tree):
        yield f"{module.path}:1: does not open with a sentence that says its job"
    if lines > LONGEST_MODULE:
        yield f"{module.path}:{lines}: {lines} lines; {LONGEST_MODULE} at most"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{module.path}:{node.lineno}: {node.name}: {length} lines; {LONGEST_FUNCTION} at most"


def strangers(module):
    if module.floor is None:
        yield f"{module.path}:1: the room {module.room} has no floor; give it one in FLOORS, on purpose"
    if empty := SAY_NOTHING & set(module.name.split(".")):
        yield f"{module.path}:1: the name {empty.pop()} says nothing about its job"


def missing_doors(house):
    for module in house.values():
        if ".".join(module.path.parent.parts) not in house:
            yield f"{module.path.parent}: has no __init__.py that says its job in one sentence"


@functools.cache
def findings_in(module):
    rules = (impurities, loud_words, unreadable, strangers)
    return tuple(finding for rule in rules for finding in rule(module))


def findings(package):
    """All that is wrong with the house, each as `file:line: sentence`."""
    house = read_house(package)
    rules = (wrong_directions, rings, missing_doors)
    among = [finding for rule in rules for finding in rule(house)]
    within = [finding for module in house.values() for finding in findings_in(module)]
    return list(dict.fromkeys(among + within))


def draw(package):
    """The table of floors and rooms, each room with its lines."""
    lines = Counter()
    for module in read_house(package).values():
        lines[module.room] += module.text.count("\n")
    rows = []
    for floor in range(7, 0, -1):
        rooms = sorted(FLOORS[floor] & set(lines))
        rows.append(f" {floor}  " + "".join(f"{room:<11}{lines[room]:>5}   " for room in rooms).rstrip())
        if floor == PURE + 1:
            rows.append("─" * 80)
    unknown = sorted(set(lines) - set(FLOOR_OF))
    return "\n".join([*rows, *([f" ?  {', '.join(unknown)}"] if unknown else [])])


def test_the_house_stands():
    if wrong := findings(MAILER):
        pytest.fail("\n".join(["the house does not stand:", *wrong, "", draw(MAILER)]), pytrace=False)


def test_draw_the_house():
    table = draw(MAILER)
    print("\n\n" + table)  # noqa: T201 - what `pytest -s -k draw` is for
    assert table.count("\n") == 7


# The rules themselves: a copy of the package, a fault put in on purpose, and the sentence that it must bring.

UPWARD = "from mailer.ledger import open_ledger\n"


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("house") / "mailer"
    return shutil.copytree(MAILER, folder, ignore=shutil.ignore_patterns("__pycache__"))


def spoil(copy, file, text):
    """Add `text` to a file of the copy; return what is found now and was not before, and mend it again."""
    before = findings(copy)
    path = copy / file
    path.parent.mkdir(exist_ok=True)
    sound = path.read_text("utf-8") if path.exists() else None
    path.write_text((sound or "") + text, "utf-8")
    found = [finding for finding in findings(copy) if finding not in before]
    if sound is None:
        path.unlink()
    else:
        path.write_text(sound, "utf-8")
    return found


@pytest.mark.parametrize(
    "text",
    [
        UPWARD,
        "from ..ledger import open_ledger\n",
        "from mailer import ledger\n",
        "import mailer.ledger as remembered\n",
        f"def later():\n    {UPWARD}",
        f"from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    {UPWARD}",
        "import importlib\n\nroom = importlib.import_module('mailer.ledger')\n",
        "room = __import__('mailer.ledger')\n",
    ],
    ids=["plain", "relative", "of the package", "renamed", "lazy", "typing only", "by name", "by name, bare"],
)
def test_an_import_that_points_up_is_found(copy, text):
    found = spoil(copy, "nouns/marks.py", text)
    line = f"{(copy / 'nouns/marks.py').read_text('utf-8')}{text}".count("\n")
    upwards = [finding for finding in found if finding.endswith("upwards")]
    assert upwards == [
        f"mailer/nouns/marks.py:{line}: nouns (floor 2) imports mailer.ledger (floor 4), upwards"
    ]


def test_an_import_that_points_sideways_is_found(copy):
    (finding,) = spoil(copy, "planning/audience.py", "from mailer.replies import read\n")
    assert finding.endswith("planning (floor 3) imports mailer.replies (floor 3), sideways")


def test_a_room_that_is_one_file_may_not_know_its_neighbour_either(copy):
    (finding,) = spoil(copy, "proofs.py", "from mailer.inbox import read_mailbox\n")
    assert finding.endswith("proofs (floor 5) imports mailer.inbox (floor 5), sideways")


def test_an_import_that_points_down_is_right(copy):
    assert not spoil(
        copy, "planning/audience.py", "from mailer import __version__\nfrom mailer.nouns import Letter\n"
    )


def test_every_ring_inside_one_folder_is_found_even_when_half_of_it_is_lazy(copy):
    for name in ("one", "three"):
        (copy / f"replies/{name}.py").write_text(
            f'"""{name}."""\n\nfrom mailer.replies.two import b\n', "utf-8"
        )
    lazy = "    from mailer.replies import three\n    from mailer.replies.one import a\n"
    found = spoil(copy, "replies/two.py", f'"""Two."""\n\n\ndef b():\n{lazy}')
    for name in ("one", "three"):
        (copy / f"replies/{name}.py").unlink()
    assert len(found) == 2
    for name, line in (("one", 6), ("three", 5)):
        there = f"mailer/replies/{name}.py:3 imports mailer.replies.two"
        back = f"mailer/replies/two.py:{line} imports mailer.replies.{name}"
        assert {f"a ring of imports: {there}; {back}", f"a ring of imports: {back}; {there}"} & set(found)


def test_a_module_that_asks_its_own_front_door_makes_a_ring(copy):
    found = spoil(copy, "nouns/letters.py", "from mailer.nouns import Group\n")
    assert found
    assert all(finding.startswith("a ring of imports: ") for finding in found)
    assert "mailer/nouns/letters.py:" in found[0]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("import os\n", "os"),
        ("from os import environ\n", "os"),
        ("import time as t\n\nnow = t.time()\n", "time"),
        ("from datetime import datetime as dt\n\nnow = dt.now()\n", "datetime.datetime.now"),
        ("import datetime\n\nnow = datetime.date.today()\n", "datetime.date.today"),
        ("from datetime import UTC, datetime\n\nclock = datetime.utcnow\n", "datetime.datetime.utcnow"),
        ("def later():\n    import random\n", "random"),
        ("import urllib.request\n", "urllib.request"),
        ("from uuid import uuid4\n", "uuid.uuid4"),
        ("text = open('x')\n", "open"),
        ("def look(path):\n    return path.read_text()\n", ".read_text()"),
        ("from email.utils import make_msgid\n", "email.utils.make_msgid"),
        ("import tinydb\n", "tinydb"),
    ],
)
def test_a_pure_floor_that_touches_the_world_is_found(copy, text, word):
    found = spoil(copy, "planning/audience.py", text)
    assert any(f": {word}: floor 3 " in finding for finding in found), found


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import date, datetime\n\nday = date(2012, 8, 26)\nwhen = datetime.fromisoformat\n",
        "import io\n\nbuffer = io.BytesIO()\n",
        "from urllib.parse import quote\n",
        "def is_open(group):\n    return group.open or group.now or group.time\n",
    ],
)
def test_a_pure_floor_may_compute(copy, text):
    assert not spoil(copy, "planning/audience.py", text)


def test_the_upper_floors_may_touch_the_world(copy):
    assert not spoil(copy, "proofs.py", "import asyncio\nimport os\n")


@pytest.mark.parametrize(
    "text",
    [
        "print('done')\n",
        "import sys\n\nsys.exit(1)\n",
        "from click import echo\n",
        "import click as c\n\nc.echo('done')\n",
        "raise SystemExit\n",
        "import sys\n\nsys.stderr.write('done')\n",
    ],
)
def test_a_room_that_prints_or_exits_is_found_unless_it_is_the_command_line(copy, text):
    assert any("only cli/ prints and exits" in finding for finding in spoil(copy, "proofs.py", text))
    assert not spoil(copy, "cli/screen.py", text)


def test_an_unknown_room_must_be_given_a_floor(copy):
    (finding,) = spoil(copy, "gazebo.py", '"""A room nobody planned."""\n')
    assert finding == "mailer/gazebo.py:1: the room gazebo has no floor; give it one in FLOORS, on purpose"


def test_a_name_that_says_nothing_is_found(copy):
    (finding,) = spoil(copy, "replies/utils.py", '"""All sorts."""\n')
    assert finding == "mailer/replies/utils.py:1: the name utils says nothing about its job"


def test_a_folder_without_a_front_door_is_found(copy):
    (finding,) = spoil(copy, "replies/oddities/old.py", '"""Old quotes."""\n')
    assert finding == "mailer/replies/oddities: has no __init__.py that says its job in one sentence"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = 1\n", "does not open with a sentence"),
        ('"""Long."""\n' + "x = 1\n" * 320, "321 lines; 320 at most"),
        ('"""Deep."""\n\n\ndef f():\n' + "    x = 1\n" * 45, "f: 46 lines; 45 at most"),
    ],
)
def test_what_cannot_be_read_in_one_sitting_is_found(copy, text, sentence):
    (finding,) = spoil(copy, "replies/new.py", text)
    assert sentence in finding


def test_no_test_reaches_another_machine():
    for family, address in ((socket.AF_INET, ("192.0.2.1", 25)), (socket.AF_INET6, ("2001:db8::1", 25))):
        with socket.socket(family) as sock, pytest.raises(AssertionError, match="not this machine"):
            sock.connect(address)
    with socket.create_server(("127.0.0.1", 0)) as here:
        socket.create_connection(here.getsockname()).close()
