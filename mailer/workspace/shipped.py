"""What the program brings along: the starter, and the pages that explain it."""

from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

PARTS = {"campaigns": (".md", ".toml", ".csv"), "templates": (".md",)}
"""The folders of the starter, and what is copied of each; never a ledger or its id."""

_MANUAL = "README.md"


def starter() -> Iterator[tuple[str, Traversable]]:
    """The starter's files with the folder of each: the package's, or the repository's own in a checkout."""
    package = resources.files("mailer")
    shipped = package / "starter"
    root: Traversable = shipped if shipped.is_dir() else Path(str(package)).parent
    for part, endings in PARTS.items():
        for file in sorted((root / part).iterdir(), key=lambda file: file.name):
            if file.name.endswith(endings) and not file.name.startswith(".") and file.is_file():
                yield part, file


def manuals() -> dict[str, bytes]:
    """The pages that explain a workspace, as they come with the program; they name only made-up people."""
    return {f"{part}/{_MANUAL}": file.read_bytes() for part, file in starter() if file.name == _MANUAL}
