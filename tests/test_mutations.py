"""Takes each guard against bad input out of a copy of the program, once, and sees that its tests then fail.

A test that cannot fail proves nothing. (Catalogue: each group of faults has its mutation.)
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent
LONGEST = 120
"""Seconds for the tests of one guard."""


@dataclass(frozen=True)
class Mutation:
    """One guard taken out.

    Attributes:
        fault: The catalogue's id of what gets in then.
        file: Under `mailer/`.
        old: The words that are the guard; they stand in the file exactly once.
        new: What stands there instead.
        tests: The file of tests that must fail, and a part of their names.
    """

    fault: str
    file: str
    old: str
    new: str
    tests: tuple[str, str]


MUTATIONS = (
    Mutation(
        "S01 only line breaks are looked for",
        "workspace/cells.py",
        "if not text.isprintable() or _LOST in text:",
        'if "\\n" in text or "\\r" in text:',
        ("test_workspace_cells.py", "unfit_cell_is_refused"),
    ),
    Mutation(
        "S02 encoded words are taken for text",
        "workspace/cells.py",
        r're.compile(r"=\?[^?\s]*\?")',
        're.compile(r"(?!)")',
        ("test_workspace_cells.py", "unfit_cell_is_refused"),
    ),
    Mutation(
        "S03 a header takes any character",
        "letters/headers.py",
        "if not text.isprintable() and (found := _UNFIT.search(text)):",
        "if text is None and (found := _UNFIT.search(text)):",
        ("test_letters_headers.py", "line_break_is_refused"),
    ),
    Mutation(
        "S04 an address is read as far as it makes sense",
        "nouns/addresses.py",
        "if not _LOCAL.fullmatch(local)",
        "if not _LOCAL.match(local)",
        ("test_bad_input.py", "very_address"),
    ),
    Mutation(
        "S05 a person is written to once for each group",
        "planning/conversation.py",
        "if name != self.group.id and not record:",
        "if name is None:",
        ("test_bad_input.py", "two_spellings"),
    ),
    Mutation(
        "S06 a row that is too long is shortened in silence",
        "workspace/table.py",
        "if any(texts[len(names) :]):",
        "if texts is None:",
        ("test_workspace_table.py", ""),
    ),
    Mutation(
        "S07 a cell stands raw in the page",
        "letters/slots.py",
        "_TEXT: escape,",
        "_TEXT: str,",
        ("test_letters_drafts.py", "a_cell_is_text"),
    ),
    Mutation(
        "S08 a template may call any method of a text",
        "letters/sandbox.py",
        "return attr in TEXT_METHODS",
        "return True",
        ("test_letters_drafts.py", "sandbox_itself"),
    ),
    Mutation(
        "S10 blanks fill a cell",
        "letters/sandbox.py",
        "return value is None or (isinstance(value, str) and not value.strip())",
        'return value is None or value == ""',
        ("test_letters.py", "an_empty_cell_stops"),
    ),
    Mutation(
        "S12 a link may lead out of the workspace",
        "workspace/files.py",
        "if not path.resolve(strict=True).is_relative_to(root):",
        "if not path.resolve(strict=True).is_absolute():",
        ("test_workspace_paths.py", "no_plain_file"),
    ),
    Mutation(
        "S12 a link to the table may be attached",
        "workspace/files.py",
        "not (folder / name).resolve().is_relative_to(folder.resolve())",
        "not (folder / name).resolve().is_relative_to(root)",
        ("test_enclosures.py", "to_the_table"),
    ),
    Mutation(
        "S12 any path may be attached",
        "letters/enclosures.py",
        "if not name.isprintable() or _UNFIT.search(name):",
        "if not name:",
        ("test_letters_enclosures.py", "only_what_can_go_along"),
    ),
    Mutation(
        "S16 boundaries are drawn by lot",
        "letters/mime.py",
        "sha256(seed).hexdigest()",
        "sha256(seed + str(id(seed)).encode()).hexdigest()",
        ("test_letters_mime.py", "golden_letters_are_the_same"),
    ),
    Mutation(
        "S14 control characters are shown",
        "nouns/visible.py",
        'if unicodedata.category(character)[0] == "C":',
        'if unicodedata.category(character) == "Zz":',
        ("test_cli_hostile.py", "what_a_server_says and DOT"),
    ),
    Mutation(
        "T04 a server is quoted whatever it says",
        "servers/passwords.py",
        "return LEFT_OUT if repeats(words, self.password) else words",
        "return words",
        ("test_secrets.py", "repeats_the_password_is_not_quoted"),
    ),
    Mutation(
        "T05 anybody may read the netrc",
        "servers/passwords.py",
        "held.st_mode & (stat.S_IRWXG | stat.S_IRWXO)",
        "held.st_mode & 0",
        ("test_servers_passwords.py", "netrc_that_others"),
    ),
    Mutation(
        "T05 the ledger is as open as the umask allows",
        "ledger/journalled/durable.py",
        "_PRIVATE_FILE = 0o600",
        "_PRIVATE_FILE = 0o644",
        ("test_private_files.py", "what_is_made"),
    ),
)


# Every second one in the bounded run: each is a run of pytest in itself.
@pytest.mark.parametrize(
    "mutation",
    [
        pytest.param(mutation, id=mutation.fault, marks=[pytest.mark.full] if n % 2 else [])
        for n, mutation in enumerate(MUTATIONS)
    ],
)
def test_without_its_guard_a_fault_is_seen(mutation, tmp_path):
    see_it_fail(mutation, tmp_path)


def see_it_fail(mutation, tmp_path):
    """Take a guard out of a copy of the program, and see that its tests then fail, for no silly reason."""
    for name in ("mailer", "tests"):
        # With what Python has compiled of it, as that takes longer than all the rest; but not what another
        # worker is compiling just now.
        shutil.copytree(HERE / name, tmp_path / name, ignore=shutil.ignore_patterns("*.pyc.*"))
    shutil.copy(HERE / "pyproject.toml", tmp_path)
    broken = tmp_path / "mailer" / mutation.file
    text = broken.read_text(encoding="utf-8")
    assert text.count(mutation.old) == 1, f"the guard has moved: {mutation.old!r} in {mutation.file}"
    broken.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")
    file, name = mutation.tests
    words = ["-m", "pytest", "-qx", "-p", "no:cacheprovider", f"tests/{file}", "-k", name]
    # Its PYTHONPATH stands before the installed program, in commands too.
    env = os.environ | {"PYTHONPATH": str(tmp_path)}
    env.pop("CAMPAIGN_REQUIRE_SERVERS", None)
    done = subprocess.run(
        [sys.executable, *words],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, f"nobody noticed:\n{done.stdout}\n{done.stderr}"
    assert "FAILED tests/" in done.stdout, done.stdout
    assert not re.search("(Import|ModuleNotFound|Syntax|Name)Error", done.stdout), done.stdout
