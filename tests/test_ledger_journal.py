"""The ledger's files, torn, flipped, cut, doubled and full: mended and said, or refused."""

import errno
import hashlib
import itertools
import os
import random
import resource
import shutil
from contextlib import nullcontext
from pathlib import Path
from unittest import mock

import pytest
from pages import (
    ACCEPTED,
    CHIPY,
    FIRST,
    LEDGER,
    NOW,
    SECOND,
    Plain,
    a_letter,
    fill,
    in_another_process,
    names_in,
    opened,
    send,
)
from tinydb import TinyDB
from tinydb.table import Document

from mailer.errors import BadData, CampaignError
from mailer.ledger import create, open_ledger, segments
from mailer.ledger.journalled import Form, begin, durable, journal, keeping, look, snapshot
from mailer.ledger.journalled.journal import Journal
from mailer.ledger.journalled.keeping import JOURNAL, SNAPSHOT
from mailer.nouns import (
    Place,
    State,
)


@pytest.fixture(autouse=True)
def _own_state_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def folder(tmp_path):
    """A ledger's folder with an empty journal."""
    made = tmp_path / "ledger"
    made.mkdir()
    begin(made, LEDGER, Form())
    return made


def forget_what_was_seen():
    """As if the last line had never been reported: no crash can lose one that was."""
    shutil.rmtree(Path(os.environ["XDG_STATE_HOME"]))


# ── torn, flipped, cut, doubled ───────────────────────────────────────────────────────────────────────


def test_a_last_line_torn_at_any_byte_is_mended_and_said(folder):
    whole = fill(folder, "chipy", "baypiggies")
    last = len(whole.splitlines(keepends=True)[-1])
    for missing in range(1, last):
        (folder / JOURNAL).write_bytes(whole[:-missing])
        forget_what_was_seen()
        said = []
        kept = ["chipy", "baypiggies"] if missing == 1 else ["chipy"]
        assert names_in(folder, said) == kept, missing
        assert len(said) == 1
        assert names_in(folder, said) == kept
        assert len(said) == 1, "mended for good"


@pytest.mark.parametrize("tail", [b"{", b"{}", b"\xff\xfe"])
def test_rubbish_that_a_crash_left_behind_the_last_line_is_cut_off(folder, tail):
    whole = fill(folder, "chipy")
    (folder / JOURNAL).write_bytes(whole + tail)
    said = []
    assert names_in(folder, said) == ["chipy"]
    assert f"half a line of {len(tail)} bytes" in said[0]
    assert (folder / JOURNAL).read_bytes() == whole


def test_a_line_that_was_reported_and_is_lost_is_no_crash(folder):
    whole = fill(folder, "chipy", "baypiggies")
    (folder / JOURNAL).write_bytes(whole[:-3])
    with pytest.raises(BadData, match="does not add up from here on") as refusal:
        names_in(folder)
    assert refusal.value.where == f"{folder / JOURNAL}:3"
    (folder / JOURNAL).write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
    with pytest.raises(BadData, match="older copy of the ledger: 1 change made since is not in it"):
        names_in(folder)


def test_a_flipped_bit_anywhere_is_refused(folder):
    path = folder / JOURNAL
    whole = fill(folder, "chipy", "baypiggies")
    for at, bit in itertools.product(range(len(whole)), (0x01, 0x20)):
        spoilt = bytearray(whole)
        spoilt[at] ^= bit
        path.write_bytes(spoilt)
        with pytest.raises(BadData) as refusal:  # noqa: PT012 - either step may refuse
            opened_again = Journal(path, Form(), [])
            try:
                list(opened_again.news())
            finally:
                opened_again.close()
        line = whole.count(b"\n", 0, at) + 1
        assert refusal.value.where == f"{path}:{line}", (at, bit)
        assert path.read_bytes() == spoilt, "what is not understood is not touched"


def test_lines_lost_doubled_or_swapped_are_refused_with_file_line_and_next_step(folder):
    path = folder / JOURNAL
    head, *lines = fill(folder, "a", "b", "c").splitlines(keepends=True)
    for wrong, number in (
        ([lines[0], lines[2]], 3),
        ([lines[0], lines[0], *lines[1:]], 3),
        ([lines[1], lines[0], lines[2]], 2),
        ([*lines, b"\n"], 5),
        ([lines[0], b"\0\0\n", *lines[1:]], 3),
    ):
        path.write_bytes(head + b"".join(wrong))
        with pytest.raises(BadData, match="does not add up") as refusal:
            names_in(folder)
        assert refusal.value.where == f"{path}:{number}"
        assert f"newest whole copy of {folder}" in refusal.value.fix


@pytest.mark.parametrize("rest", [b"", b"\0" * 100])
def test_an_empty_journal_is_never_an_empty_ledger(folder, rest):
    (folder / JOURNAL).write_bytes(rest)
    with pytest.raises(BadData, match="journal is empty"):
        names_in(folder)


# ── laid out ahead ────────────────────────────────────────────────────────────────────────────────────


def test_the_nuls_behind_the_last_line_mean_nothing(folder):
    whole = fill(folder, "chipy")
    (folder / JOURNAL).write_bytes(whole + b"\0" * 5000)
    said = []
    with opened(folder, said) as db:
        db.table("groups").insert(Document({"name": "baypiggies"}, doc_id="baypiggies"))
        assert (folder / JOURNAL).stat().st_size == len(whole) + 5000, "written over them"
    assert names_in(folder, said) == ["chipy", "baypiggies"]
    assert said == []


def test_room_is_laid_out_for_many_lines_and_the_last_to_close_takes_it_back(folder):
    path = folder / JOURNAL
    with opened(folder) as one:
        with opened(folder) as two:
            two.table("groups").insert(Document({"name": "a"}, doc_id="a"))
            laid_out = path.stat().st_size
            assert laid_out > journal.STEP
        assert path.stat().st_size == laid_out, "it is in use yet"
        one.table("groups").insert(Document({"name": "b"}, doc_id="b"))
    assert path.read_bytes().count(b"\0") == 0, "although it was not the one who laid it out"
    assert names_in(folder) == ["a", "b"]


def test_a_line_of_any_length_may_follow_any_other(folder):
    names = ["a", "b" * 70_000, "c" * 65_500, "d", "e" * 200_000]
    with opened(folder) as db, opened(folder) as watcher:
        for name in names:
            db.table("groups").insert(Document({"name": name}, doc_id=name[:9]))
            assert watcher.table("groups").get(doc_id=name[:9])["name"] == name
    assert names_in(folder) == names


def insert_loosely(db, *names):
    """Lines that are written and not synced, as the attempt mark is."""
    for name in names:
        with db.storage.together(sync=False):
            db.table("groups").insert(Document({"name": name}, doc_id=name))


def test_whatever_sectors_a_power_cut_takes_what_was_synced_is_kept(folder):
    """Until the next sync each sector may reach the disk, or not, in any order."""
    path, chance = folder / JOURNAL, random.Random(1)
    with opened(folder) as db:
        db.table("groups").insert(Document({"name": "synced"}, doc_id="synced"))
        before = path.read_bytes()
        seen = Path(os.environ["XDG_STATE_HOME"], "campaign", LEDGER).read_bytes()
        insert_loosely(db, *(letter * 400 for letter in "abcde"))
        after = path.read_bytes()
    assert len(before) == len(after), "which is what the layout is for"
    for _ in range(300):
        sectors = (chance.choice((before, after))[at : at + 512] for at in range(0, len(after), 512))
        path.write_bytes(b"".join(sectors))
        Path(os.environ["XDG_STATE_HOME"], "campaign", LEDGER).write_bytes(seen)
        said = []
        kept = [name[0] for name in names_in(folder, said)]
        assert kept == list("sabcde"[: len(kept)])
        assert kept[0] == "s"
        assert names_in(folder, again := []) == names_in(folder)
        assert again == [], "mended for good"


def test_more_lines_than_are_ever_loose_cannot_be_torn(folder):
    names = [f"g{number}" for number in range(journal.MOST_LOOSE + 3)]
    whole = fill(folder, *names).splitlines(keepends=True)
    whole[1] = b"\0" * len(whole[1])
    (folder / JOURNAL).write_bytes(b"".join(whole))
    forget_what_was_seen()
    with pytest.raises(BadData, match="does not add up from here on") as refusal:
        names_in(folder)
    assert refusal.value.where == f"{folder / JOURNAL}:2"
    assert (folder / JOURNAL).read_bytes() == b"".join(whole)


def test_no_more_than_so_many_lines_are_ever_loose(folder):
    synced = []
    with opened(folder) as db, mock.patch.object(durable, "sync", synced.append):
        insert_loosely(db, *(f"g{number}" for number in range(journal.MOST_LOOSE)))
        assert synced == []
        insert_loosely(db, "one more")
        assert len(synced) == 1


def test_what_is_remembered_is_on_the_disk_whoever_wrote_it(folder):
    """A mark that its writer did not sync may be lost in a power cut: then nobody must miss it."""
    synced = []
    with opened(folder) as db:
        insert_loosely(db, "chipy")
        with mock.patch.object(durable, "sync", lambda fd: synced.append(os.fstat(fd).st_ino)):
            assert names_in(folder) == ["chipy"]
    assert synced[0] == (folder / JOURNAL).stat().st_ino, "before the note of what was seen"


def test_a_change_that_asks_for_room_is_refused_while_there_is_none_and_what_follows_still_fits(folder):
    path, limits = folder / JOURNAL, resource.getrlimit(resource.RLIMIT_FSIZE)
    with opened(folder) as db:
        groups = db.table("groups")
        with db.storage.together(room=True):
            groups.insert(Document({"name": "chipy"}, doc_id="chipy"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, limits[1]))
        try:
            claimed = 0
            with pytest.raises(CampaignError, match="cannot make room"):  # noqa: PT012 - one of them is refused
                for claimed in range(1000):
                    with db.storage.together(room=True):
                        groups.insert(Document({"name": "x" * 1000}, doc_id=f"g{claimed}"))
            assert claimed > 10
            for number in range(10):
                groups.update({"name": f"settled {number}" + "x" * 1000}, doc_ids=["chipy"])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        groups.update({"name": "settled"}, doc_ids=["chipy"])
    assert names_in(folder) == ["settled", *["x" * 1000] * claimed]


# ── the form of documents ─────────────────────────────────────────────────────────────────────────────


def _renamed(table, key, document, form):
    """From form 1, where a group's name was its title."""
    assert (table, key) == ("groups", document.get("title", document.get("name")))
    return {"name": document["title"], "form": form}


SECOND_FORM = Form(2, _renamed)


def in_second_form(folder):
    said = []
    with opened(folder, said, SECOND_FORM) as db:
        return [dict(group) for group in db.table("groups")], said


@pytest.mark.parametrize(
    "failpoint", ["", "snapshot.before_rename", "snapshot.after_rename", "journal.begun"]
)
def test_documents_of_an_earlier_form_are_brought_into_todays_once(folder, monkeypatch, failpoint):
    with opened(folder) as db:
        for name in ("a", "b"):
            db.table("groups").insert(Document({"title": name}, doc_id=name))
        db.storage.compact()
        db.table("groups").insert(Document({"title": "c"}, doc_id="c"))
    if failpoint:
        monkeypatch.setattr("mailer.failpoints.ASKED", f"{failpoint}:raise")
    with pytest.raises(RuntimeError) if failpoint else nullcontext():
        in_second_form(folder)
    monkeypatch.setattr("mailer.failpoints.ASKED", "")
    groups, said = in_second_form(folder)
    assert groups == [{"name": name, "form": 1} for name in "abc"]
    assert bool(said) is (failpoint in {"snapshot.before_rename", "snapshot.after_rename"})
    assert in_second_form(folder) == (groups, [])
    for file in (folder / JOURNAL, folder / SNAPSHOT):
        assert b'"title"' not in file.read_bytes()


def test_who_only_looks_sees_todays_form_and_leaves_the_files_as_they_are(folder):
    with opened(folder) as db:
        db.table("groups").insert(Document({"title": "a"}, doc_id="a"))
    before = (folder / JOURNAL).read_bytes()
    assert look(folder, LEDGER, SECOND_FORM)[1] == {"groups": {"a": {"name": "a", "form": 1}}}
    assert (folder / JOURNAL).read_bytes() == before


@pytest.mark.parametrize("compacted", [True, False])
def test_a_newer_programs_ledger_is_left_alone(folder, compacted):
    begin(folder, LEDGER, SECOND_FORM)
    if compacted:
        with opened(folder, form=SECOND_FORM) as db:
            db.storage.compact()
    with pytest.raises(BadData, match="newer version"):
        names_in(folder)


# ── a disk that fails ─────────────────────────────────────────────────────────────────────────────────


def test_a_full_disk_takes_nothing_more_and_loses_nothing(folder):
    whole = fill(folder, "chipy")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with opened(folder) as db:
        groups = db.table("groups")
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 20, limits[1]))
        try:
            with pytest.raises(
                CampaignError, match="cannot make room in the ledger: File too large"
            ) as refusal:
                groups.insert(Document({"name": "baypiggies"}, doc_id="baypiggies"))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert refusal.value.where == str(folder / JOURNAL)
        assert [doc.doc_id for doc in groups] == ["chipy"]
        assert (folder / JOURNAL).read_bytes().strip(b"\0") == whole, "not a byte of it"
        groups.insert(Document({"name": "pyladies"}, doc_id="pyladies"))
    said = []
    assert names_in(folder, said) == ["chipy", "pyladies"]
    assert said == []


@pytest.mark.parametrize("written", [0, 1, 20])
def test_a_failed_write_ends_everything_and_the_next_start_mends_it(folder, written):
    fill(folder, "chipy")
    real, calls = os.pwrite, []

    def failing(fd, data, offset):
        if not bytes(data).strip(b"\0"):
            return real(fd, data, offset)  # laying out
        calls.append(offset)
        if not written or len(calls) > 1:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(fd, data[:written], offset)

    with opened(folder) as db:
        groups = db.table("groups")
        with (
            mock.patch.object(os, "pwrite", failing),
            pytest.raises(CampaignError, match="cannot write to the ledger: Input/output error"),
        ):
            groups.insert(Document({"name": "baypiggies"}, doc_id="baypiggies"))
        with pytest.raises(CampaignError, match="could not be written a moment ago"):
            groups.insert(Document({}, doc_id="pyladies"))
    said = []
    assert names_in(folder, said) == ["chipy"]
    assert bool(said) is bool(written)
    assert said == [said for said in said if f"half a line of {written} bytes" in said][:1]


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_a_failed_sync_is_never_tried_again(folder, number):
    calls = []

    def failing(fd):
        calls.append(fd)
        raise OSError(number, os.strerror(number))

    with opened(folder) as db:
        with mock.patch.object(durable, "sync", failing), pytest.raises(CampaignError) as refusal:
            db.table("groups").insert(Document({"name": "chipy"}, doc_id="chipy"))
        assert refusal.value.where == str(folder / JOURNAL)
        assert refusal.value.fix
        with pytest.raises(CampaignError, match="could not be written"):
            db.table("groups").all()
        assert len(calls) == 1


def test_short_writes_make_whole_lines(folder):
    write, pwrite = os.write, os.pwrite
    with (
        mock.patch.object(os, "write", lambda fd, data: write(fd, data[:7])),
        mock.patch.object(os, "pwrite", lambda fd, data, offset: pwrite(fd, data[:7], offset)),
    ):
        whole = fill(folder, "chipy")
    assert names_in(folder) == ["chipy"]
    assert whole.count(b"\n") == 2


def test_a_journal_that_shrinks_under_our_eyes_is_refused(folder):
    fill(folder, "chipy")
    with opened(folder) as db:
        os.truncate(folder / JOURNAL, (folder / JOURNAL).stat().st_size - 10)
        with pytest.raises(BadData, match="has lost lines"):
            db.table("groups").all()


# ── the snapshot ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def always_compact(monkeypatch):
    monkeypatch.setattr(keeping, "LONG_JOURNAL", 0)


def test_plain_tinydb_reads_the_snapshot(folder, always_compact):
    with opened(folder) as db:
        db.table("groups").insert(Document({"name": "Zürich \ud800"}, doc_id="zürich"))
    stock = TinyDB(folder / SNAPSHOT)
    stock.table_class = Plain
    with stock:
        assert stock.table("groups").all() == [{"name": "Zürich \ud800"}]
        assert stock.table("groups").get(doc_id="zürich").doc_id == "zürich"
    assert names_in(folder) == ["Zürich \ud800"], "and looking at it does no harm"


def test_a_short_journal_is_left_as_it_is_and_a_long_one_becomes_a_snapshot(folder):
    fill(folder, "chipy")
    assert not (folder / SNAPSHOT).exists()
    with opened(folder) as db:
        rows = (Document({"name": "x" * 1000}, doc_id=str(n)) for n in range(1000))
        db.table("many").insert_multiple(rows)
    assert (folder / SNAPSHOT).stat().st_size > keeping.LONG_JOURNAL
    assert (folder / JOURNAL).stat().st_size < 200
    written = (folder / SNAPSHOT).stat().st_mtime_ns
    fill(folder, "baypiggies")
    assert (folder / SNAPSHOT).stat().st_mtime_ns == written
    assert names_in(folder) == ["chipy", "baypiggies"]


@pytest.mark.parametrize("failpoint", ["snapshot.before_rename", "snapshot.after_rename"])
def test_a_kill_while_the_snapshot_is_written_loses_nothing(tmp_path, failpoint):
    place = tmp_path / "ledger", tmp_path / "ledger-id"
    with create(*place, NOW) as ledger:
        send(ledger, ACCEPTED)
    script = (
        "from mailer.ledger.journalled import keeping; keeping.LONG_JOURNAL = 0\n"
        "ledger = open_ledger(*place); send(ledger, ACCEPTED, a_letter(SECOND)); ledger.close()\n"
    )
    environ = {**os.environ, "CAMPAIGN_FAILPOINT": f"{failpoint}:kill"}
    with in_another_process(place, script, env=environ) as process:
        process.communicate()
    assert process.returncode == -9
    assert (place[0] / SNAPSHOT).exists() is (failpoint == "snapshot.after_rename")
    for long_enough in (keeping.LONG_JOURNAL, 0, keeping.LONG_JOURNAL):
        with mock.patch.object(keeping, "LONG_JOURNAL", long_enough), open_ledger(*place) as again:
            assert {str(d.letter): d.state for d in again.deliveries().values()} == {
                str(CHIPY): State.ACCEPTED,
                str(SECOND): State.ACCEPTED,
            }
            assert again.letter_bytes(SECOND) == a_letter(SECOND).raw


def test_a_kill_while_the_tail_is_mended_leaves_it_to_the_next(tmp_path):
    place = tmp_path / "ledger", tmp_path / "ledger-id"
    with create(*place, NOW) as ledger:
        send(ledger, ACCEPTED)
    with (place[0] / JOURNAL).open("ab") as file:
        file.write(b'{"crc":"0123')
    environ = {**os.environ, "CAMPAIGN_FAILPOINT": "repair.before_truncate:kill"}
    with in_another_process(place, "open_ledger(*place)", env=environ) as process:
        process.communicate()
    assert process.returncode == -9
    with open_ledger(*place) as again:
        assert again.delivery(CHIPY).state is State.ACCEPTED
        assert "half a line of 12 bytes" in again.repaired()[0]


def test_lines_that_the_snapshot_holds_already_are_not_repeated(folder):
    # As after a crash between the two: the snapshot is new, the journal is still the old one.
    with opened(folder) as db:
        groups = db.table("groups")
        groups.insert(Document({"name": "a"}, doc_id="a"))
        groups.remove(doc_ids=["a"])
        groups.insert_multiple(Document({"name": name}, doc_id=name) for name in "ab")
        groups.insert(Document({"name": "c"}, doc_id="c"))
        position = db.storage._keeper._journal.position
        stand = snapshot.Stand(position, 1)
        snapshot.write(folder / SNAPSHOT, {**db.storage.read(), "notes": {"n": {}}}, stand)
        groups.insert(Document({"name": "d"}, doc_id="d"))
    assert names_in(folder) == ["a", "b", "c", "d"]
    with opened(folder) as db:
        assert len(db.table("notes")) == 1


def test_a_flipped_bit_in_the_snapshot_is_refused(folder, always_compact):
    fill(folder, "chipy")
    whole = (folder / SNAPSHOT).read_bytes()
    for at in range(len(whole)):
        spoilt = bytearray(whole)
        spoilt[at] ^= 0x20
        (folder / SNAPSHOT).write_bytes(spoilt)
        with pytest.raises(BadData, match="not as campaign wrote it"):
            snapshot.read(folder / SNAPSHOT, Form())
    (folder / SNAPSHOT).write_bytes(b"")
    with pytest.raises(BadData, match="not as campaign wrote it"):
        names_in(folder)


def test_snapshot_and_journal_that_do_not_belong_together_are_refused(tmp_path, folder, always_compact):
    fill(folder, "a")
    early = shutil.copytree(folder, tmp_path / "early")
    fill(folder, "b")
    late = shutil.copytree(folder, tmp_path / "late")
    for journal_of, snapshot_of, words in (
        (late, early, "is missing, or an older one is there"),
        (late, None, "is missing, or an older one is there"),
        (early, late, "the journal ends before the snapshot"),
    ):
        (folder / SNAPSHOT).unlink(missing_ok=True)
        shutil.copy(journal_of / JOURNAL, folder / JOURNAL)
        if snapshot_of:
            shutil.copy(snapshot_of / SNAPSHOT, folder / SNAPSHOT)
        with pytest.raises(BadData, match=words):
            names_in(folder)


def test_a_snapshot_of_another_owner_is_refused(folder, always_compact):
    fill(folder, "a")
    theirs = (folder / SNAPSHOT).read_bytes().replace(LEDGER.encode(), b"l-fedcba9876543210")
    body, _, _ = theirs.rpartition(b"\n")
    digest = hashlib.sha256(body + b"\n").hexdigest().encode()
    (folder / SNAPSHOT).write_bytes(b'%b\n"_digest": {"snapshot": {"sha256": "%b"}}}' % (body, digest))
    with pytest.raises(BadData, match="the snapshot beside the journal is that of l-fedcba9876543210"):
        names_in(folder)
    with pytest.raises(BadData, match="does not add up to the ledger"):
        look(folder, LEDGER, FIRST)


def test_a_copy_of_the_files_is_found_out_by_whoever_has_them_open(tmp_path, folder):
    """Two workspaces, one copied from the other, under one account: the witness sees both."""
    with opened(folder) as one:
        one.table("groups").insert(Document({"name": "a"}, doc_id="a"))
        copy = shutil.copytree(folder, tmp_path / "copy")
        with opened(copy) as two:
            two.table("groups").insert(Document({"name": "b"}, doc_id="b"))
            with pytest.raises(BadData, match="1 change made since is not in it"):
                one.table("groups").insert(Document({"name": "b"}, doc_id="b"))
            assert [group["name"] for group in one.table("groups")] == ["a"]


# ── the bytes of mails ────────────────────────────────────────────────────────────────────────────────


def test_mails_come_back_byte_for_byte(tmp_path, monkeypatch):
    monkeypatch.setattr(segments, "FULL", 400)
    mails = [b"", b"\0", bytes(range(256)), b"a" * 1000, b"From: x\r\n\r\nThe end"]
    box = segments.Segments(tmp_path)
    places = [box.append(raw) for raw in mails]
    (tmp_path / "000003.mails").write_bytes((tmp_path / "000003.mails").read_bytes() + b"torn")
    places.append(segments.Segments(tmp_path).append(b"after the torn one"))
    assert [box.read(place) for place in places] == [*mails, b"after the torn one"]
    assert [place.segment for place in places] == [f"{n:06}.mails" for n in (1, 1, 1, 2, 3, 3)]
    assert [place.length for place in places] == [len(raw) for raw in mails] + [18]


def test_a_flipped_bit_in_a_mail_is_refused(tmp_path):
    box = segments.Segments(tmp_path)
    place = box.append(b"Dear organizers")
    path = tmp_path / place.segment
    whole = path.read_bytes()
    for at in range(len(whole) - 1):
        spoilt = bytearray(whole)
        spoilt[at] ^= 0x20
        path.write_bytes(spoilt)
        with pytest.raises(BadData, match="not as it was written") as refusal:
            box.read(place)
        assert refusal.value.where == str(path)
    path.unlink()
    with pytest.raises(BadData, match="missing"):
        box.read(place)
    (tmp_path.parent / "secret").write_bytes(whole)
    with pytest.raises(BadData, match="missing"):
        box.read(Place("../secret", 0, place.length))
