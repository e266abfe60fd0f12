"""Making and opening the ledger: what a crash leaves, who may send, and which ledger is refused."""

import itertools
import os
import shutil
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pages import ACCEPTED, CHIPY, DEFERRED, LATER, NOW, SECOND, a_letter, a_message, in_another_process, send

from mailer.errors import BadData, BadSettings, CampaignError, TryAgain
from mailer.ledger import Ledger, create, identity, look_at, open_ledger
from mailer.ledger.identity import Here
from mailer.ledger.journalled import Position, durable, keeping
from mailer.nouns import Cursor, OrderKind, Place, State


@pytest.fixture(autouse=True)
def _own_state_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def place(tmp_path):
    """Where the ledger and its id are, as `open_ledger` takes them."""
    campaigns = tmp_path / "campaigns"
    campaigns.mkdir()
    return campaigns / "ledger", campaigns / "ledger-id"


@pytest.fixture
def ledger(place):
    with create(*place, NOW) as made:
        yield made


# ── what is on the disk when ──────────────────────────────────────────────────────────────────────────


@pytest.fixture
def disk(tmp_path, place, ledger, monkeypatch):
    """What is asked of the disk from now on: (write or sync, file's name), in order."""
    asked = []

    def name_of(fd):
        ours = os.fstat(fd)
        return next(path.name for path in tmp_path.rglob("*") if os.path.samestat(path.stat(), ours))

    for verb in ("write_all", "sync"):
        real = getattr(durable, verb)

        def spy(fd, data=b" ", *offset, verb=verb, real=real):
            real(fd, *([data] if verb == "write_all" else []), *offset)
            if data.strip(b"\0"):  # not what is laid out ahead
                asked.append((verb.removesuffix("_all"), name_of(fd)))

        monkeypatch.setattr(durable, verb, spy)
    real_folder = durable.sync_folder
    monkeypatch.setattr(
        durable, "sync_folder", lambda path: (real_folder(path), asked.append(("sync", path.name)))
    )
    return asked


JOURNALED = [("write", "journal.jsonl"), ("sync", "journal.jsonl")]
MAILED = [("write", "000001.mails"), ("sync", "000001.mails")]


def test_a_claim_is_on_the_disk_before_it_returns_and_its_bytes_before_that(ledger, disk):
    ledger.claim(a_letter(), NOW)
    assert disk == [*MAILED, ("sync", "mail"), *JOURNALED], "the first mail makes a new file"
    ledger.claim(a_letter(SECOND), NOW)
    assert disk[5:] == [*MAILED, *JOURNALED]


def test_every_answer_is_on_the_disk_before_it_is_given(ledger, disk):
    ledger.claim(a_letter(), NOW)
    for act, asked in (
        (lambda: ledger.mark_sending(CHIPY, NOW), JOURNALED),
        (lambda: ledger.settle(CHIPY, ACCEPTED, LATER), JOURNALED),
        (lambda: ledger.change(CHIPY, State.REFUSED, LATER, ""), JOURNALED),
        (lambda: ledger.release(CHIPY), JOURNALED),
        (lambda: ledger.arrivals.keep([b"Sure!"])[0], MAILED),
        (lambda: ledger.note(a_message(place=Place("000001.mails", 0, 5)), Cursor("INBOX", 1, 1)), JOURNALED),
        (lambda: ledger.advance(Cursor("INBOX", 1, 2)), JOURNALED),
        (lambda: ledger.give(OrderKind.STOP, "chipy", "dana", "", NOW), JOURNALED),
        (lambda: ledger.revoke("o1", "dana", "", NOW), JOURNALED),
        (ledger.history, []),
    ):
        disk.clear()
        act()
        assert disk == asked


def test_a_snapshot_is_whole_on_the_disk_before_it_takes_its_name(ledger, disk, monkeypatch):
    monkeypatch.setattr(keeping, "LONG_JOURNAL", 0)
    ledger.close()
    asked = [(verb, name.removesuffix(".new")) for verb, name in disk]
    names = [name for name, _ in itertools.groupby(asked)]  # it is written in pieces
    snapshot = [("write", "ledger.json"), ("sync", "ledger.json"), ("sync", "ledger")]
    seen = ("sync", ledger.id)
    assert names == [*snapshot, *JOURNALED, ("sync", "ledger"), seen], "what was seen comes last"


def test_what_was_seen_is_on_the_disk_at_the_end_of_a_run_and_when_the_ledger_is_closed(place, disk):
    with open_ledger(*place) as ledger:
        disk.clear()
        with ledger.sending():
            send(ledger, ACCEPTED)
        assert disk[-1] == ("sync", ledger.id)
        ledger.advance(Cursor("INBOX", 1, 1))
        disk.clear()
    assert disk == [("sync", ledger.id)]
    with open_ledger(*place) as ledger:
        ledger.history()
        disk.clear()
    assert disk == [], "nothing was written"


# ── what a crash leaves ───────────────────────────────────────────────────────────────────────────────

CRASHES = [
    # where the process dies with the second letter; what the ledger then says of it; what is reported
    ("letter.after_bytes", None, ""),
    ("intent.before_write", None, ""),
    ("intent.after_fsync", None, "due again"),
    ("outcome.before_write", State.UNSURE, "it is unsure now"),
    ("outcome.after_fsync", State.ACCEPTED, ""),
]


@pytest.mark.parametrize(("failpoint", "state", "said"), CRASHES)
def test_a_kill_at_any_point_leaves_no_accepted_letter_out_and_no_half_record(
    place, ledger, failpoint, state, said
):
    ledger.close()
    script = (
        "ledger = open_ledger(*place)\n"
        "with ledger.sending():\n"
        "    for letter_id in (CHIPY, SECOND):\n"
        "        send(ledger, ACCEPTED, a_letter(letter_id)); print(letter_id, flush=True)\n"
    )
    environ = {**os.environ, "CAMPAIGN_FAILPOINT": f"{failpoint}@2:kill"}
    with in_another_process(place, script, env=environ) as process:
        reported = process.communicate()[0].decode().split()
    assert process.returncode == -9
    assert reported == [str(CHIPY)]
    with open_ledger(*place) as again:
        assert again.delivery(CHIPY).state is State.ACCEPTED
        found = again.delivery(SECOND)
        assert (found and found.state) is state
        assert said in " ".join(again.repaired())
        assert len(again.repaired()) == bool(said)
        assert found is None or again.letter_bytes(SECOND) == a_letter(SECOND).raw
    with open_ledger(*place) as once_more:
        assert once_more.repaired() == ()
        assert (once_more.delivery(SECOND) and once_more.delivery(SECOND).state) is state


@pytest.mark.parametrize("boot", ["another-boot", ""])
def test_after_a_power_cut_a_mere_claim_is_unsure(place, ledger, monkeypatch, boot):
    ledger.claim(a_letter(), NOW)
    ledger.close()
    monkeypatch.setattr(identity, "here", lambda: Here("laptop", boot, 1))
    with open_ledger(*place) as again:
        assert again.delivery(CHIPY).state is State.UNSURE
        assert again.delivery(CHIPY).because
        assert again.repaired() == (f"{CHIPY} was claimed when the program stopped: it is unsure now.",)


def test_a_system_that_does_not_tell_its_boots_apart_never_takes_two_for_the_same(place, ledger, monkeypatch):
    ledger.close()
    monkeypatch.setattr(identity, "here", lambda: Here("laptop", "", 1))
    with open_ledger(*place) as first:
        first.claim(a_letter(), NOW)
    with open_ledger(*place) as again:
        assert again.delivery(CHIPY).state is State.UNSURE


def test_a_deferred_letter_claimed_again_before_a_crash_keeps_its_record(place, ledger):
    deferred = send(ledger, DEFERRED)
    ledger.claim(a_letter(), LATER)
    ledger.close()
    with open_ledger(*place) as again:
        assert again.delivery(CHIPY) == replace(deferred, next_try=LATER)
        assert again.letter_bytes(CHIPY) == a_letter().raw


# ── one sender ────────────────────────────────────────────────────────────────────────────────────────

HOLD = (
    "ledger = open_ledger(*place)\n"
    "with ledger.sending():\n"
    "    ledger.claim(a_letter(), NOW); ledger.mark_sending(CHIPY, NOW)\n"
    "    print('sending', flush=True); sys.stdin.read()\n"
)


def test_a_second_sender_is_told_who_sends_and_the_lock_dies_with_its_holder(place, ledger):
    with in_another_process(place, HOLD) as process:
        assert process.stdout.readline() == b"sending\n"
        with open_ledger(*place) as second:
            assert second.delivery(CHIPY).state is State.SENDING
            assert second.repaired() == (), "the letter is in good hands"
            with pytest.raises(TryAgain, match=rf"process {process.pid} on .* since 2\d\d\d-") as refusal:
                second.sending().__enter__()
            assert "run the same command again" in refusal.value.fix
            process.kill()
            process.wait()
            assert second.delivery(CHIPY).state is State.SENDING
            with second.sending():
                assert second.delivery(CHIPY).state is State.UNSURE
            assert second.repaired() == (f"{CHIPY} was sending when the program stopped: it is unsure now.",)


def test_sending_can_be_begun_again_when_it_ended(place, ledger):
    with ledger.sending():
        pass
    with open_ledger(*place) as other, other.sending(), pytest.raises(TryAgain):
        ledger.sending().__enter__()
    with ledger.sending():
        pass


# ── making and opening ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("umask", [0o000, 0o027, 0o077])
def test_everything_is_private_whatever_the_umask(tmp_path, umask):
    os.umask(before := os.umask(umask))
    os.umask(umask)
    try:
        with create(tmp_path / "ledger", tmp_path / "ledger-id", NOW) as ledger, ledger.sending():
            send(ledger, ACCEPTED)
    finally:
        os.umask(before)
    modes = {
        path: stat.S_IMODE(path.stat().st_mode)
        for folder in (tmp_path / "ledger", tmp_path / "state" / "campaign")
        for path in (folder, *folder.rglob("*"))
    }
    assert len(modes) > 8
    assert {path: mode for path, mode in modes.items() if mode != (0o700 if path.is_dir() else 0o600)} == {}


def test_files_that_others_may_read_are_closed_to_them(place, ledger):
    journal = place[0] / keeping.JOURNAL
    journal.chmod(0o644)
    with open_ledger(*place):
        assert stat.S_IMODE(journal.stat().st_mode) == 0o600


def test_a_symbolic_link_in_place_of_the_journal_is_not_followed(tmp_path, place, ledger):
    journal = place[0] / keeping.JOURNAL
    journal.rename(tmp_path / "elsewhere")
    journal.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CampaignError, match="cannot open the journal"):
        open_ledger(*place)


def test_a_new_ledger_is_named_in_the_workspace_and_kept_out_of_any_repository(place, ledger):
    folder, id_file = place
    assert id_file.read_text() == f"{ledger.id}\n"
    assert (folder / ".gitignore").read_text() == "*\n"
    assert len(ledger.seal.secret) == 32
    with open_ledger(*place) as again:
        assert (again.id, again.seal) == (ledger.id, ledger.seal)


def test_a_second_ledger_is_never_made(tmp_path, place, ledger):
    with pytest.raises(BadSettings, match="a ledger here already"):
        create(*place, NOW)
    place[0].rename(tmp_path / "elsewhere")
    with pytest.raises(BadSettings, match=f"ledger {ledger.id}, which is not here"):
        create(*place, NOW)
    place[1].unlink()
    with create(*place, NOW) as fresh:
        assert fresh.id != ledger.id


def test_what_is_missing_is_named_with_the_next_step(tmp_path, place, ledger):
    folder, id_file = place
    moved = tmp_path / "elsewhere"
    send(ledger, ACCEPTED)
    folder.rename(moved)
    with pytest.raises(BadSettings, match=f"ledger {ledger.id}, which is not here") as refusal:
        open_ledger(*place)
    assert "campaign init --take-over" in refusal.value.fix
    id_file.unlink()
    with pytest.raises(BadSettings, match="no ledger yet") as refusal:
        open_ledger(*place)
    assert refusal.value.fix == "campaign init"
    moved.rename(folder)
    with pytest.raises(BadSettings, match=f"does not name its ledger; the one that is here is {ledger.id}"):
        open_ledger(*place)
    id_file.write_text("../../etc\n")
    with pytest.raises(BadSettings, match="should hold the ledger's id"):
        open_ledger(*place)
    id_file.write_text(f"{ledger.id}\n")
    (folder / keeping.JOURNAL).unlink()
    with pytest.raises(BadData, match="journal is missing"):
        open_ledger(*place)
    with pytest.raises(BadSettings, match="a ledger here already"):
        create(*place, NOW)


def test_another_workspaces_ledger_is_refused(tmp_path, place, ledger):
    other_place = tmp_path / "ledger", tmp_path / "ledger-id"
    with create(*other_place, NOW) as other:
        pass
    shutil.rmtree(place[0])
    shutil.copytree(other_place[0], place[0])
    with pytest.raises(BadData, match=f"the ledger {other.id}, and the workspace belongs to {ledger.id}"):
        open_ledger(*place)


def test_an_older_copy_of_the_ledger_is_refused(tmp_path, place, ledger):
    shutil.copytree(place[0], tmp_path / "backup")
    send(ledger, ACCEPTED)
    ledger.close()
    shutil.rmtree(place[0])
    shutil.copytree(tmp_path / "backup", place[0])
    with pytest.raises(BadData, match="older copy of the ledger: 3 changes") as refusal:
        open_ledger(*place)
    assert "campaign init --take-over" in refusal.value.fix


@pytest.mark.parametrize("note", [None, b"", b"\0" * 30, b"00000000000000000003"])
def test_a_ledger_that_this_account_has_never_used_is_refused(tmp_path, place, ledger, note):
    ledger.close()
    seen = tmp_path / "state" / "campaign" / ledger.id
    seen.unlink()
    if note is not None:
        seen.write_bytes(note)
    for _ in range(2):
        with pytest.raises(BadData, match="has never used this ledger") as refusal:
            open_ledger(*place)
    assert "campaign init --take-over" in refusal.value.fix


def test_a_copy_that_went_its_own_way_is_refused(tmp_path, place, ledger, monkeypatch):
    shutil.copytree(place[0], tmp_path / "copy")
    shutil.copytree(tmp_path / "state", tmp_path / "other laptop")
    send(ledger, ACCEPTED)
    ledger.close()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other laptop"))
    with open_ledger(tmp_path / "copy", place[1]) as copy:
        for number in range(5):
            copy.advance(Cursor("INBOX", 1, number))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with pytest.raises(BadData, match="change 4 is not the one that was seen here before"):
        open_ledger(tmp_path / "copy", place[1])


def test_state_is_kept_under_the_home_folder_when_nothing_else_is_said(tmp_path, place, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", "relative/is/to/be/ignored")
    with create(*place, NOW) as ledger:
        assert (tmp_path / ".local" / "state" / "campaign" / ledger.id).exists()


def test_a_closed_ledger_can_be_opened_from_another_place(tmp_path, place, ledger):
    sent = send(ledger, ACCEPTED)
    ledger.close()
    place[0].parent.rename(tmp_path / "moved")
    with open_ledger(tmp_path / "moved" / "ledger", tmp_path / "moved" / "ledger-id") as again:
        assert isinstance(again, Ledger)
        assert again.delivery(CHIPY) == sent


def test_where_the_ledger_is_missing_nothing_is_left_in_its_place(place, ledger):
    ledger.close()
    shutil.rmtree(place[0])
    with pytest.raises(BadSettings, match="which is not here"):
        create(*place, NOW)
    assert not place[0].exists()


# ── an earlier version of the program ─────────────────────────────────────────────────────────────────


@pytest.fixture
def first_form(place):
    """A ledger as version 0.1 left it, with a snapshot, a journal behind it, and a letter in hand."""
    golden = Path(__file__).with_name("golden") / "ledger-form-1"
    shutil.copytree(golden, place[0].parent, dirs_exist_ok=True)
    identity.introduce(identity.read_id(place[1]), Position())
    return place


def test_a_ledger_of_the_first_form_says_the_same_and_is_brought_into_todays(first_form):
    in_oslo, in_hand = (replace(CHIPY, group=name) for name in ("oslo-python", "pyladies"))
    looked_at = look_at(*first_form)
    with open_ledger(*first_form) as ledger:
        assert {letter: each.state for letter, each in ledger.deliveries().items()} == {
            str(CHIPY): State.ACCEPTED,
            str(SECOND): State.UNSURE,
            str(in_oslo): State.DEFERRED,
            str(in_hand): State.UNSURE,
        }
        assert ledger.delivery(in_oslo).next_try == LATER + timedelta(minutes=15)
        assert ledger.delivery(CHIPY).sender is None, "which was not written down then"
        assert ledger.letter_bytes(CHIPY) == a_letter().raw
        assert [order.id for order in ledger.orders()] == ["o1"]
        [message] = ledger.messages()
        assert ledger.mail_bytes(message.place).endswith(b"Sure!\r\n")
        assert any("brought into the form" in said for said in ledger.repaired())
        assert looked_at.deliveries() == ledger.deliveries()
        before = ledger.deliveries()
    with open_ledger(*first_form) as again:
        assert (again.deliveries(), again.repaired()) == (before, ())
    assert b'"schema":3' in (first_form[0] / keeping.JOURNAL).read_bytes().splitlines()[0]
    assert b'"next_try": null' not in (first_form[0] / keeping.SNAPSHOT).read_bytes()


def test_a_ledger_of_the_first_form_goes_on(first_form):
    again = a_letter(replace(CHIPY, group="oslo-python"))
    with open_ledger(*first_form) as ledger, ledger.sending():
        ledger.claim(again, LATER)
        ledger.mark_sending(again.id, LATER)
        settled = ledger.settle(again.id, ACCEPTED, LATER)
    with open_ledger(*first_form) as ledger:
        assert ledger.delivery(again.id) == settled
        assert len(settled.attempts) == 2
