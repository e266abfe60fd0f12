"""Turns: who writes waits for nobody's disk, who reads waits for nobody at all."""

import os
from pathlib import Path
from unittest import mock

import pytest
from pages import LEDGER, names_in, opened
from tinydb.table import Document

from mailer.ledger.identity import LastSeen
from mailer.ledger.journalled import Form, Position, begin, durable, keeping, locks
from mailer.ledger.journalled.keeping import JOURNAL
from mailer.ledger.journalled.lines import entry_line
from mailer.ledger.journalled.locks import Turn


@pytest.fixture(autouse=True)
def _own_state_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(locks, "PATIENCE", 0.1)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "ledger"
    made.mkdir()
    begin(made, LEDGER, Form())
    return made


def note(db, name):
    db.table("groups").insert(Document({"name": name}, doc_id=name))


def note_together(db, name):
    with db.storage.together():
        note(db, name)


@pytest.mark.parametrize("write", [note, note_together])
def test_while_one_waits_for_the_disk_the_next_one_writes(folder, write):
    journal, sync, meanwhile = (folder / JOURNAL).stat().st_ino, durable.sync, ["second"]
    with opened(folder) as one, opened(folder) as other:

        def slow(fd):
            if os.fstat(fd).st_ino == journal and meanwhile:
                note(other, meanwhile.pop())
            sync(fd)

        with mock.patch.object(durable, "sync", slow):
            write(one, "first")
        assert not meanwhile
        assert [group["name"] for group in one.table("groups")] == ["first", "second"]
        assert [group["name"] for group in other.table("groups")] == ["first", "second"]
    assert names_in(folder) == ["first", "second"]


def test_whoever_fails_to_sync_knows_nothing_of_its_change_and_does_nothing_more(folder):
    def failing(_):
        raise OSError(5, "Input/output error")

    with opened(folder) as one:
        with mock.patch.object(durable, "sync", failing), pytest.raises(Exception, match="cannot write to"):
            note(one, "first")
        with pytest.raises(Exception, match="could not be written a moment ago"):
            note(one, "second")


def test_who_looks_something_up_reads_on_while_another_has_the_turn(folder):
    with opened(folder) as one, opened(folder) as other:
        note(one, "first")
        turn = Turn(folder / "lock")
        with turn:
            assert [group["name"] for group in other.table("groups")] == ["first"]
        turn.close()


def test_a_line_that_is_being_written_is_left_to_its_writer(folder):
    with opened(folder, said := []) as db, (folder / JOURNAL).open("r+b", buffering=0) as writer:
        note(db, "first")
        journal = db.storage._keeper._journal
        line, _ = entry_line({"groups": {"second": {"name": "second"}}}, journal.position)
        for number, octet in enumerate(line):
            assert list(journal.glance()) == []
            os.pwrite(writer.fileno(), bytes([octet]), journal.length + number)
        assert [group["name"] for group in db.table("groups")] == ["first", "second"]
        assert not said


def known(db):
    return [group["name"] for group in db.table("groups")]


@pytest.fixture
def reads(monkeypatch):
    """How often a snapshot was read."""
    read, count = keeping.snapshot.read, []

    def counted(*words):
        count.append(1)
        return read(*words)

    monkeypatch.setattr(keeping.snapshot, "read", counted)
    return count


def test_behind_a_snapshot_whoever_was_there_before_goes_on_without_reading_it(folder, reads):
    with opened(folder) as one, opened(folder) as other:
        note(one, "first")
        assert known(other) == ["first"]
        note(one, "unread, before the snapshot")
        one.storage.compact()
        note(one, "behind it")
        reads.clear()
        assert known(other) == ["first", "unread, before the snapshot", "behind it"]
        note(other, "its own")
        assert known(one) == known(other)
        assert not reads
    assert len(names_in(folder)) == 4


def test_behind_two_snapshots_everything_is_read_afresh(folder, reads):
    with opened(folder) as one, opened(folder) as other:
        note(one, "first")
        one.storage.compact()
        note(one, "second")
        one.storage.compact()
        reads.clear()
        assert known(other) == ["first", "second"]
        assert len(reads) == 1


def test_who_is_interrupted_between_two_journals_misses_nothing(folder, reads):
    with opened(folder) as one, opened(folder) as other:
        note(one, "first")
        one.storage.compact()
        note(one, "second")
        reads.clear()
        files = Path("/proc/self/fd")
        before = len([*files.iterdir()])
        apply, store = type(other.storage)._apply, other.storage
        for when in (1, 2):  # before anything of the old journal, and before anything of the new one
            left = [when]

            def interrupted(changes, left=left):
                left[0] -= 1
                if not left[0]:
                    raise KeyboardInterrupt
                apply(store, changes)

            with mock.patch.object(store, "_apply", interrupted), pytest.raises(KeyboardInterrupt):
                known(other)
        assert len([*files.iterdir()]) == before
        assert known(other) == ["first", "second"]
        assert not reads


def test_what_was_seen_never_goes_back(tmp_path):
    """The process whose line came first may hear of the disk last."""
    one, other = LastSeen(LEDGER), LastSeen(LEDGER)
    one.remember(Position(1, 0xA))
    other.remember(Position(3, 0xC))
    one.remember(Position(2, 0xB))
    assert one.read() == other.read() == Position(3, 0xC)
    one.close()
    other.close()
