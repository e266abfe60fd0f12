"""A missing, damaged or foreign ledger is refused with the next step, and never taken for empty (R13)."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from pages import ACCEPTED, CHIPY, NOW, SECOND, a_letter, a_message, send
from stage import campaign, environment, stage

from mailer.errors import BadData, BadSettings, CampaignError
from mailer.ledger import create, legacy, look_at, open_ledger
from mailer.ledger.forms import FORM
from mailer.ledger.journalled import keeping
from mailer.ledger.journalled.keeping import JOURNAL, SNAPSHOT
from mailer.nouns import Cursor, OrderKind

MAIL = "mail/000001.mails"


@dataclass
class Kept:
    """A ledger of two letters, an order and a mail, half in the snapshot and half in the journal; closed.

    Attributes:
        folder: The ledger.
        id_file: Its name.
        files: What stands in its files.
        letters: What it knows.
    """

    folder: Path
    id_file: Path
    files: dict
    letters: dict

    def put(self, name, data):
        """Let one file hold this instead; None takes it away."""
        path = self.folder / name
        if data is None:
            path.unlink()
        else:
            path.write_bytes(data)

    def tree(self):
        """Every file that matters and what is in it."""
        paths = [self.id_file, *self.folder.rglob("*")]
        return {path: path.read_bytes() for path in paths if path.is_file() and "lock" not in path.name}


@pytest.fixture
def kept(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder, id_file = tmp_path / "campaigns" / "ledger", tmp_path / "campaigns" / "ledger-id"
    folder.parent.mkdir()
    with create(folder, id_file, NOW) as ledger:
        send(ledger, ACCEPTED)
        ledger.give(OrderKind.STOP, "chipy", "dana", "", NOW)
        monkeypatch.setattr(keeping, "LONG_JOURNAL", 0)
    monkeypatch.setattr(keeping, "LONG_JOURNAL", 1_000_000)
    with open_ledger(folder, id_file) as ledger:
        send(ledger, ACCEPTED, a_letter(SECOND))
        ledger.note(a_message(place=ledger.arrivals.keep([b"Sure!"])[0]), Cursor("INBOX", 1, 1))
        letters = dict(ledger.deliveries())
    files = {name: (folder / name).read_bytes() for name in (JOURNAL, SNAPSHOT, MAIL)}
    return Kept(folder, id_file, files, letters)


def refused(kept):
    """The refusal to open; nothing has been touched by it."""
    before = kept.tree()
    with pytest.raises(CampaignError) as refusal:
        open_ledger(kept.folder, kept.id_file)
    assert kept.tree() == before
    assert refusal.value.what
    assert refusal.value.fix
    assert refusal.value.where
    return refusal.value


# ── a part is missing, empty or somebody else's ───────────────────────────────────────────────────────

NULS = b"\0" * 5000
GONE = [
    (JOURNAL, None, "journal is missing"),
    (JOURNAL, b"", "journal is empty"),
    (JOURNAL, NULS, "journal is empty"),
    (JOURNAL, b"{}\n", "damaged in its first line"),
    (SNAPSHOT, None, "the snapshot that the journal goes on from is missing"),
    (SNAPSHOT, b"", "snapshot is not as campaign wrote it"),
    (SNAPSHOT, NULS, "snapshot is not as campaign wrote it"),
    (SNAPSHOT, b"{}\n", "snapshot is not as campaign wrote it"),
]


@pytest.mark.parametrize(("name", "data", "what"), GONE)
def test_a_part_that_is_missing_or_empty_is_named(kept, name, data, what):
    kept.put(name, data)
    refusal = refused(kept)
    assert what in refusal.what
    assert str(kept.folder) in refusal.fix
    assert str(kept.folder) in refusal.where


@pytest.mark.parametrize("text", [b"", b"\n", NULS, b"<<<<<<< HEAD\nl-0123456789abcdef\n=======\n"])
def test_an_id_that_is_none_is_refused(kept, text):
    kept.id_file.write_bytes(text)
    assert "bring ledger-id back" in refused(kept).fix


def test_a_missing_ledger_is_made_by_nothing_but_init(kept):
    shutil.rmtree(kept.folder)
    for act in (open_ledger, look_at, lambda *place: create(*place, NOW)):
        with pytest.raises(BadSettings, match="which is not here") as refusal:
            act(kept.folder, kept.id_file)
        assert "campaign init --take-over" in refusal.value.fix
    assert not kept.folder.exists()


def test_the_ledger_of_another_workspace_is_refused(tmp_path, kept):
    with create(tmp_path / "ledger", tmp_path / "ledger-id", NOW) as other:
        name = other.id
    shutil.rmtree(kept.folder)
    shutil.copytree(tmp_path / "ledger", kept.folder)
    assert f"this is the ledger {name}, and the workspace belongs to" in refused(kept).what
    with pytest.raises(BadData, match=f"this is the ledger {name}"):
        legacy(kept.folder, kept.id_file)


@pytest.mark.parametrize("name", [JOURNAL, SNAPSHOT])
def test_parts_of_two_ledgers_do_not_make_one(tmp_path, kept, name, monkeypatch):
    monkeypatch.setattr(keeping, "LONG_JOURNAL", 0)
    with create(tmp_path / "ledger", tmp_path / "ledger-id", NOW) as other:
        send(other, ACCEPTED)
    shutil.copy(tmp_path / "ledger" / name, kept.folder / name)
    refused(kept)


def test_an_older_snapshot_or_journal_beside_the_newer_other_is_refused(kept, monkeypatch):
    monkeypatch.setattr(keeping, "LONG_JOURNAL", 0)
    with open_ledger(kept.folder, kept.id_file) as ledger:
        ledger.advance(Cursor("INBOX", 1, 2))
    for name in (JOURNAL, SNAPSHOT):
        newer = (kept.folder / name).read_bytes()
        kept.put(name, kept.files[name])
        refused(kept)
        kept.put(name, newer)
    with open_ledger(kept.folder, kept.id_file) as ledger:
        assert ledger.deliveries() == kept.letters


@pytest.mark.parametrize("name", [JOURNAL, SNAPSHOT])
def test_what_a_newer_program_wrote_is_refused(kept, name):
    newer = _in_form(kept.files[name], FORM.number + 1, name)
    kept.put(name, newer)
    refusal = refused(kept)
    assert "newer version" in refusal.what
    assert "bring this installation up to date" in refusal.fix


def _in_form(data, number, name):
    """The file as a program of another form would have written it, checksums and all."""
    if name == SNAPSHOT:
        tables = json.loads(data)
        stand = tables.pop("_position")["snapshot"]
        del tables["_digest"]
        from mailer.ledger.journalled import Position, snapshot  # noqa: PLC0415 - for this one forgery
        from mailer.ledger.journalled.snapshot import Stand  # noqa: PLC0415

        made = Path(os.environ["XDG_STATE_HOME"]) / "forged"
        snapshot.write(made, tables, Stand(Position(stand["seq"], int(stand["check"], 16)), number))
        return made.read_bytes()
    from mailer.ledger.journalled.lines import Heading, heading_line, read_heading  # noqa: PLC0415

    first, rest = data.split(b"\n", 1)
    heading = read_heading(first + b"\n")
    return heading_line(Heading(heading.owner, number, heading.start)) + rest


# ── every byte ────────────────────────────────────────────────────────────────────────────────────────


def _opens_whole_or_not_at_all(kept):
    """Refused, or everything is there and whatever was mended is said. Whether it opened."""
    try:
        with open_ledger(kept.folder, kept.id_file) as ledger:
            assert dict(ledger.deliveries()) == kept.letters
            assert len(ledger.orders()) == len(ledger.messages()) == 1
            said = ledger.repaired()
    except (BadData, BadSettings) as error:
        refusal = error
    else:
        refusal = None
    if refusal:
        assert refusal.fix, refusal.what
        assert refusal.where, refusal.what
        return False
    assert said or kept.tree()[kept.folder / JOURNAL] == kept.files[JOURNAL]
    return True


@pytest.mark.parametrize("name", [JOURNAL, SNAPSHOT])
def test_cut_off_at_any_byte_it_is_whole_or_refused(kept, name):
    data = kept.files[name]
    opened = []
    # Every byte of its first and last line, and a sample of those between.
    between = range(data.index(b"\n") + 1, data.rindex(b"\n", 0, -1))
    for length in (at for at in range(len(data)) if at not in between or at % 5 == 0):
        kept.put(name, data[:length])
        if _opens_whole_or_not_at_all(kept):
            opened.append(length)
            kept.put(JOURNAL, kept.files[JOURNAL])
    assert opened == ([len(data) - 1] if name == JOURNAL else []), "but for its last line's end"


@pytest.mark.parametrize("name", [JOURNAL, SNAPSHOT])
@pytest.mark.parametrize(
    "each", [pytest.param(19, id="some"), pytest.param(1, id="every", marks=pytest.mark.full)]
)
def test_a_flipped_bit_anywhere_is_refused(kept, name, each):
    data = kept.files[name]
    bits = range(0, 8 * len(data), 1 if each == 1 else 8 * each + 1)
    for bit in bits:
        spoilt = bytearray(data)
        spoilt[bit // 8] ^= 1 << bit % 8
        kept.put(name, bytes(spoilt))
        assert not _opens_whole_or_not_at_all(kept), f"bit {bit}"


def test_a_flipped_bit_in_a_mail_spoils_that_mail_only(kept):
    data = kept.files[MAIL]
    first = len(a_letter().raw) + len("0123456789 ") + 64 + 2
    for bit in range(0, 8 * 2 * first, 41):
        spoilt = bytearray(data)
        spoilt[bit // 8] ^= 1 << bit % 8
        kept.put(MAIL, bytes(spoilt))
        whole, broken = (SECOND, CHIPY) if bit // 8 < first else (CHIPY, SECOND)
        with open_ledger(kept.folder, kept.id_file) as ledger:
            assert dict(ledger.deliveries()) == kept.letters
            assert ledger.letter_bytes(whole) == a_letter(whole).raw
            if bit // 8 + 1 not in {first, 2 * first}:  # a line's end after a mail is nobody's
                with pytest.raises(BadData, match="missing or not as it was written") as refusal:
                    ledger.letter_bytes(broken)
                assert "campaign audit" in refusal.value.fix


@pytest.mark.parametrize("gone", [MAIL, "mail"])
def test_a_missing_segment_stops_only_the_letters_that_need_it(kept, gone):
    path = kept.folder / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with open_ledger(kept.folder, kept.id_file) as ledger:
        assert dict(ledger.deliveries()) == kept.letters
        with pytest.raises(BadData, match="missing or not as it was written"):
            ledger.letter_bytes(CHIPY)


# ── through the installed command ─────────────────────────────────────────────────────────────────────

SPOILT = {
    "no folder": (shutil.rmtree, 78),
    "an empty folder": (lambda folder: (shutil.rmtree(folder), folder.mkdir()), 78),
    "no journal": (lambda folder: (folder / JOURNAL).unlink(), 65),
    "an empty journal": (lambda folder: (folder / JOURNAL).write_bytes(b""), 65),
    "a journal of NULs": (lambda folder: (folder / JOURNAL).write_bytes(NULS), 65),
    "half a journal": (lambda folder: _halve(folder / JOURNAL), 65),
    "a flipped bit": (lambda folder: _flip(folder / JOURNAL), 65),
    "no id": (lambda folder: folder.with_name("ledger-id").unlink(), 78),
    "another's id": (lambda folder: folder.with_name("ledger-id").write_text("l-0123456789abcdef\n"), 65),
}


def _halve(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


@pytest.mark.parametrize("name", SPOILT)
def test_send_refuses_and_hands_in_nothing(tmp_path, quick, name):
    spoil, code = SPOILT[name]
    with stage(tmp_path / "workspace") as play:
        words = ("send", "hello", "--confirm", "3")
        run = lambda: quick.run(play.folder, words, environment(CAMPAIGN_NOW=play.clock.now().isoformat()))  # noqa: E731
        with play.ledger() as ledger:
            send(ledger, ACCEPTED)
        spoil(play.workspace.ledger_folder)
        before = sorted(path for path in play.workspace.ledger_folder.rglob("*") if "lock" not in path.name)
        done = run()
        assert done.code == code, done.err
        assert "→" in done.err, "it says what to do"
        assert play.post.letters == ()
        after = sorted(path for path in play.workspace.ledger_folder.rglob("*") if "lock" not in path.name)
        assert after == before
        assert run().code == code, "and again"


def test_the_installed_command_says_it_the_same_way(tmp_path):
    with stage(tmp_path / "workspace") as play:
        shutil.rmtree(play.workspace.ledger_folder)
        done = campaign(play.folder, "send", "hello", "--confirm", "3")
        assert done.returncode == 78
        assert "campaign init --take-over" in done.stderr
        assert not play.workspace.ledger_folder.exists()
        done = play.run("check")
        assert "what was sent before is not known" in done.stderr
