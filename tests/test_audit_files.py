"""`campaign audit` over real ledgers: each kind of damage is made by hand, and named; it changes nothing."""

import json
import re
import shutil
from datetime import timedelta

import pytest
from stage import START, campaign, stage
from terminal import on_a_terminal
from tinydb.table import Document

from mailer.ledger import identity, look_at, open_ledger, verify
from mailer.ledger.documents import from_delivery
from mailer.ledger.forms import FORM
from mailer.ledger.journalled import KeyedDB, OnDisk, Store, keeping
from mailer.nouns import Letter, LetterId, OrderKind
from mailer.rehearsal import Habit, Person

PEOPLE = (
    Person("robin@chipy.example", Habit.ANSWERS, name="Robin", words="Yes, gladly!\n\nRobin"),
    Person("noor@sfpython.example", Habit.BOUNCES),
)
CHIPY, SF, OSLO = (f"hello/{name}/hello" for name in ("chipy", "sf-python", "oslo-python"))
NOW = (START + timedelta(days=3)).isoformat()
HOSTILE = "\x1b]0;owned\x07\x1b[31mevil\u202e"


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """A workspace after four letters, an answer and a bounce; and what this account saw of its ledger."""
    folder = tmp_path_factory.mktemp("played")
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_STATE_HOME", str(folder / "state"))
    with stage(folder / "w", PEOPLE) as play:
        play.run("send", "hello", "--confirm", "3")
        play.clock.move_on(timedelta(days=3))
        play.run("send", "hello", "--confirm", "1")
    yield folder
    patch.undo()


@pytest.fixture
def copy(played, tmp_path, monkeypatch):
    """The workspace once more, to be spoilt, with a state folder of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("w", "state"):
        shutil.copytree(played / name, tmp_path / name)
    return tmp_path / "w"


def place(copy):
    return copy / "campaigns/ledger", copy / "campaigns/ledger-id"


def audit(copy, *words, code=0):
    """What the installed command prints."""
    done = campaign(copy, "audit", *words, CAMPAIGN_NOW=NOW)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def listed(copy, *words, code=0):
    return json.loads(audit(copy, "--json", *words, code=code))


def rewrite(copy, table, key, **fields):
    """Write into a record past all rules, with a checksum that is right."""
    folder, id_file = place(copy)
    known = identity.read_id(id_file)
    store = Store(OnDisk(folder, known, identity.LastSeen(known), FORM, []))
    try:
        store.open(lambda *_: None)
        KeyedDB(store).table(table).upsert(Document(fields, doc_id=key))
    finally:
        store.close()


def documents(copy):
    """The documents of the letters by their ids."""
    found = look_at(*place(copy)).deliveries()
    return {key: from_delivery(delivery, None) for key, delivery in found.items()}


def everything(folder):
    """Each file with its bytes, its mode and the moment it was last changed."""
    return {
        path: (path.read_bytes() if path.is_file() else b"", path.stat().st_mode, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
    }


# ── all is well ───────────────────────────────────────────────────────────────────────────────────────


def test_all_is_well_and_said_in_a_few_lines(copy):
    lines = str(verify(*place(copy)).lines)
    assert audit(copy).replace(lines, "N") == (
        "hello  3 groups × 2 steps = 6 letters: 3 accepted, 2 waiting, 1 withheld\n"
        "       withheld because: 1 answered\n"
        "       no longer planned, because the address failed or the step was taken out: 1 bounced\n"
        "\n"
        "N lines of the journal, 4 letters and 2 mails: every checksum is right\n"
        "\n"
        "everything adds up: no letter was left out, and none went twice\n"
    )


def test_a_narrow_terminal_cuts_no_name_of_a_campaign_in_two(copy):
    campaigns = copy / "campaigns"
    (campaigns / "meetup-reimbursement.toml").write_bytes((campaigns / "hello.toml").read_bytes())
    shown = on_a_terminal(copy, "audit", width=40, NO_COLOR="1", CAMPAIGN_NOW=NOW, TERM="dumb")
    lines = [line.rstrip() for line in shown.splitlines()]
    assert "meetup-reimbursement" in lines
    assert max(map(len, lines)) <= 40


def test_it_changes_nothing_not_even_a_moment_or_a_mode(copy):
    (copy / "campaigns/ledger/mail/000001.mails").chmod(0o640)
    before = everything(copy.parent)
    audit(copy)
    audit(copy, "--json")
    assert everything(copy.parent) == before


def test_a_campaign_whose_file_is_gone_or_has_mistakes_is_added_up_all_the_same(copy):
    (copy / "campaigns/hello.toml").write_text("[[steps]]\n")
    assert "hello  3 groups, 4 letters: 3 accepted, 1 bounced (its file is gone, or has mistakes)" in audit(
        copy
    )
    (copy / "campaigns/hello.toml").unlink()
    [row] = listed(copy)["rows"]
    assert (row["file"], row["steps"], row["planned"]) == (False, 0, 4)
    assert listed(copy, "hello")["rows"] == [row]


def test_one_campaign_alone_may_be_asked_for(copy):
    (copy / "campaigns/other.toml").write_text('[[steps]]\ntemplate = "hello"\n')
    assert [row["campaign"] for row in listed(copy)["rows"]] == ["hello", "other"]
    [row] = listed(copy, "other")["rows"]
    assert (row["campaign"], row["letters"]) == ("other", {"due": 4})
    done = campaign(copy, "audit", "helo")
    assert done.returncode == 2
    assert "did you mean hello?" in done.stderr


def test_where_nothing_has_been_made_there_is_nothing_to_add_up(copy):
    shutil.rmtree(copy / "campaigns/ledger")
    done = campaign(copy, "audit")
    assert done.returncode == 78
    assert done.stdout == ""
    assert "which is not here" in done.stderr


# ── damage ────────────────────────────────────────────────────────────────────────────────────────────


def flip(path, offset):
    """Turn one bit of a file round."""
    data = bytearray(path.read_bytes())
    data[offset] ^= 1
    path.write_bytes(data)


def found(copy):
    """What is wrong with the files: (sentence, file and line)."""
    files = verify(*place(copy))
    wrong = [*files.damages, *([files.refusal] if files.refusal else [])]
    return files, [(error.what, error.where.removeprefix(f"{copy}/")) for error in wrong]


def every(path, step):
    return range(0, path.stat().st_size, step)


def test_no_flipped_bit_of_the_journal_goes_unnoticed(copy):
    journal = copy / "campaigns/ledger/journal.jsonl"
    whole = journal.read_bytes()
    for offset in every(journal, 401):
        flip(journal, offset)
        files, wrong = found(copy)
        line = whole[:offset].count(b"\n") + 1
        assert wrong, offset
        assert files.lines == line - 1, offset
        assert "journal.jsonl" in wrong[0][1] or "older copy" in wrong[0][0], offset
        journal.write_bytes(whole)
    assert found(copy)[1] == []


def test_no_flipped_bit_of_the_snapshot_goes_unnoticed(copy, monkeypatch):
    monkeypatch.setattr(keeping, "LONG_JOURNAL", 0)
    open_ledger(*place(copy)).close()
    snapshot = copy / "campaigns/ledger/ledger.json"
    assert "1 line of the journal, 1 snapshot, 4 letters and 2 mails: every checksum is right" in audit(copy)
    whole = snapshot.read_bytes()
    for offset in every(snapshot, 601):
        flip(snapshot, offset)
        files, wrong = found(copy)
        assert [where for _, where in wrong] == ["campaigns/ledger/ledger.json"], offset
        assert (files.snapshots, files.history) == (0, None)
        snapshot.write_bytes(whole)
    snapshot.unlink()
    assert "the snapshot that the journal goes on from is missing" in found(copy)[1][0][0]


def test_a_broken_mail_is_named_with_its_place_and_hides_no_other(copy):
    mails = copy / "campaigns/ledger/mail/000001.mails"
    places = {key: row["place"] for key, row in documents(copy).items()}
    for letter in (CHIPY, OSLO):
        flip(mails, places[letter]["offset"] + 76 + 5)
    files, wrong = found(copy)
    assert [what for what, _ in wrong] == [
        f"the copy of the letter {key}, at byte {places[key]['offset']}, is missing or not as it was written"
        for key in (CHIPY, OSLO)
    ]
    assert (files.letters, files.mails) == (2, 2)
    said = audit(copy, code=65)
    assert "3 accepted" in said  # what happened is known all the same
    assert "damaged: 2" in said
    assert said.count("→ only this copy is lost: the record is whole, and nothing is sent twice") == 2
    assert "newest whole copy" not in said  # it would be refused for being older
    assert "2 things do not add up" in said


def test_no_flipped_bit_of_a_mail_goes_unnoticed(copy):
    mails = copy / "campaigns/ledger/mail/000001.mails"
    for offset in every(mails, 997):
        flip(mails, offset)
        files, wrong = found(copy)
        assert len(wrong) == 1, offset
        assert files.letters + files.mails == 5
        flip(mails, offset)
    assert found(copy)[1] == []


def test_a_missing_file_of_mails_is_named_once(copy):
    (copy / "campaigns/ledger/mail/000001.mails").unlink()
    files, wrong = found(copy)
    assert wrong == [("this file with copies of mails is missing", "campaigns/ledger/mail/000001.mails")]
    assert (files.letters, files.mails) == (0, 0)


def test_what_a_crash_leaves_in_a_file_of_mails_is_counted_and_harmless(copy):
    mails = copy / "campaigns/ledger/mail/000001.mails"
    mails.write_bytes(mails.read_bytes() + b"0000000100 half a mail")
    assert (
        "22 bytes that no record names, of letters that did not leave after all, or of a crash: harmless"
        in audit(copy)
    )


def test_a_copy_that_was_destroyed_on_purpose_is_no_damage(copy):
    rewrite(copy, "deliveries", CHIPY, place={"segment": "", "offset": 0, "length": 0})
    said = audit(copy)
    assert "3 letters and 2 mails: every checksum is right" in said
    assert "1 copy destroyed because somebody asked to be forgotten" in said


def test_the_bytes_of_another_letter_are_not_taken_for_this_one(copy):
    letters = documents(copy)
    rewrite(copy, "deliveries", CHIPY, place=letters[OSLO]["place"])
    rewrite(copy, "deliveries", OSLO, digest="0" * 64)
    assert [what for what, _ in found(copy)[1]] == [
        f"the bytes kept for the letter {CHIPY} carry another Message-ID",
        f"the bytes kept for the letter {OSLO} are not those that its record was made for",
    ]


def test_a_letter_that_was_adopted_from_the_mailbox_may_have_another_message_id_if_it_carries_our_mark(copy):
    mark = documents(copy)[CHIPY]["message_id"].partition("@")[0].removeprefix("<c.")
    raw = f"Message-ID: <1@provider.example>\r\nX-Campaign-Ref: {mark}\r\n\r\nHello\r\n".encode()
    with open_ledger(*place(copy)) as ledger:
        kept = ledger.arrivals.keep([raw])[0]
    where = {"segment": kept.segment, "offset": kept.offset, "length": kept.length}
    rewrite(copy, "deliveries", CHIPY, digest="", place=where)
    assert found(copy)[1] == []
    rewrite(copy, "deliveries", OSLO, digest="", place=where)
    assert [what for what, _ in found(copy)[1]] == [
        f"the bytes kept for the letter {OSLO} carry another Message-ID"
    ]


def test_a_record_that_makes_no_sense_is_named_and_hides_no_other(copy):
    rewrite(copy, "deliveries", CHIPY, state="posted")
    rewrite(copy, "messages", "923bbb", at="never")
    files, wrong = found(copy)
    assert [re.search(r"record of (\S+) cannot", what)[1] for what, _ in wrong] == [CHIPY, "923bbb"]
    assert (files.letters, files.mails, files.history) == (3, 2, None)
    assert "no campaign can be added up" in audit(copy, code=65)


# ── a ledger that cannot be used ──────────────────────────────────────────────────────────────────────


def test_a_damaged_journal_is_read_as_far_as_it_goes_and_the_mails_of_that_part_with_it(copy):
    journal = copy / "campaigns/ledger/journal.jsonl"
    rows = journal.read_bytes().splitlines(keepends=True)
    flip(journal, sum(map(len, rows[:-2])) + 40)
    mails = copy / "campaigns/ledger/mail/000001.mails"
    flip(mails, documents_of(rows)[CHIPY]["offset"] + 80)
    said = audit(copy, code=65)
    assert f"{len(rows) - 2} lines of the journal" in said
    assert f"journal.jsonl:{len(rows) - 1}" in said
    assert f"the copy of the letter {CHIPY}" in said
    assert "put your newest whole copy of" in said
    assert "no campaign can be added up" in said


def test_a_damaged_journal_has_a_way_out_and_mails_behind_the_damage_are_not_called_harmless(copy):
    journal = copy / "campaigns/ledger/journal.jsonl"
    flip(journal, journal.stat().st_size // 3)
    said = audit(copy, code=65)
    assert "if there is none, move the folder away, then campaign init --take-over goes by the" in said
    assert "the records of some may stand behind the damage" in said
    assert "harmless" not in said


def documents_of(rows):
    """Where the letters' copies are, as the lines of a journal say."""
    changes = [json.loads(row)["change"].get("deliveries", {}) for row in rows[1:]]
    return {key: row["place"] for change in changes for key, row in change.items() if row}


@pytest.mark.parametrize("name", ["journal.jsonl", "mail"])
def test_a_missing_part_is_named(copy, name):
    path = copy / "campaigns/ledger" / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert "missing" in audit(copy, code=65)


def test_a_copy_that_this_account_has_never_used_is_added_up_and_the_next_step_said(
    copy, tmp_path, monkeypatch
):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
    said = audit(copy, code=65)
    assert "3 accepted" in said
    assert "every checksum is right" in said
    assert "ledger not usable: 1" in said
    assert "campaign init --take-over" in said
    assert not (tmp_path / "another").exists()


def test_an_older_copy_is_added_up_as_it_is(copy):
    folder, _ = place(copy)
    shutil.copytree(folder, copy / "older")
    with open_ledger(*place(copy)) as ledger:
        for name in ("chipy", "oslo-python"):
            ledger.give(OrderKind.HOLD, name, "fay", "", START, START.date())
    shutil.rmtree(folder)
    (copy / "older").rename(folder)
    said = audit(copy, code=65)
    assert "this is an older copy of the ledger: 2 changes made since are not in it" in said
    assert "3 accepted" in said


def test_a_ledger_without_its_name_and_another_workspaces_are_refused_in_words(copy):
    _, id_file = place(copy)
    name = id_file.read_text()
    id_file.unlink()
    assert "it holds one line" in audit(copy, code=78)
    id_file.write_text("l-0123456789abcdef\n")
    assert f"this is the ledger {name.strip()}" in " ".join(audit(copy, code=65).split())
    id_file.write_text("nonsense\n")
    assert "every checksum is right" in audit(copy, code=78)


# ── exceptions ────────────────────────────────────────────────────────────────────────────────────────


NEW = LetterId("hello", "oslo-python", "again")


def take_in_hand(ledger):
    """Claim one more letter."""
    told = ledger.delivery(LetterId.parse(OSLO))
    raw = ledger.letter_bytes(told.letter).replace(told.message_id.encode(), b"<one-more@x.example>")
    ledger.claim(Letter(NEW, "<one-more@x.example>", told.sender, told.to, "", raw, ""), START)


def test_a_letter_in_the_air_is_shown_as_the_next_command_will_treat_it(copy):
    with open_ledger(*place(copy)) as ledger:
        take_in_hand(ledger)
        ledger.mark_sending(NEW, START)
    before = everything(copy.parent)
    document = listed(copy, code=4)
    assert document["rows"][0]["letters"]["unsure"] == 1
    assert [(e["concern"], e["subject"]) for e in document["sums"]["exceptions"]] == [
        ("letter in doubt", str(NEW))
    ]
    assert everything(copy.parent) == before
    campaign(copy, "audit")
    with open_ledger(*place(copy)) as ledger:
        assert ledger.repaired()


def test_while_somebody_sends_a_letter_in_the_air_is_in_good_hands(copy):
    with open_ledger(*place(copy)) as ledger, ledger.sending():
        take_in_hand(ledger)
        files = verify(*place(copy))
        assert files.sending
        said = audit(copy)
    assert "letter in the air: 1" in said
    assert "somebody is sending just now" in said
    assert "in doubt" not in said


def test_doubt_makes_the_exit_code_4_and_what_is_wrong_comes_before_it(copy):
    rewrite(copy, "deliveries", OSLO, state="unsure", because=HOSTILE)
    said = audit(copy, code=4)
    assert "letter in doubt: 1" in said
    assert "→ campaign replies looks for its copy; else look into your Sent folder, then: " in said
    assert f'campaign resolve {OSLO} --sent --because "…", or campaign resolve {OSLO} --resend' in said
    assert "everything adds up, and 1 letter waits for you to decide" in said
    for character in said:
        assert character == "\n" or character.isprintable(), repr(character)
    rewrite(copy, "deliveries", CHIPY, attempts=[])
    said = audit(copy, code=65)
    assert "does not add up: 1" in said
    assert "1 thing does not add up" in said
    campaign(copy, "resolve", OSLO, "--sent", "--because", "it is in Sent")
    assert listed(copy, code=65)["sums"]["stuck"] == 0


def test_a_letter_that_went_twice_is_seen(copy):
    first = documents(copy)[CHIPY]
    twice = {**first, "message_id": "<second@x.example>", "place": {"segment": "", "offset": 0, "length": 0}}
    rewrite(copy, "deliveries", f"{CHIPY}~2", **twice)
    said = audit(copy, code=65)
    assert "sent twice: 1" in said
    assert f"the same address had got it before, as {CHIPY}" in said
    assert audit(copy, "hello", code=65) == said


def test_of_many_exceptions_of_a_kind_the_first_are_shown_and_the_others_counted(copy):
    first = documents(copy)[CHIPY]
    for number in range(2, 14):
        nowhere = {"segment": "", "offset": 0, "length": 0}
        other = {**first, "message_id": f"<{number}@x.example>", "place": nowhere, "state": "unsure"}
        rewrite(copy, "deliveries", f"{CHIPY}~{number}", **{**other, "because": "x"})
    said = audit(copy, code=4)
    assert "letter in doubt: 12" in said
    assert "… and 4 more" in said
    assert len(listed(copy, code=4)["sums"]["exceptions"]) == 12


# ── the demo ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_demo_fits_on_one_screen_and_adds_up(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert campaign(tmp_path, "demo", "w").returncode == 0
    said = campaign(tmp_path / "w", "audit", COLUMNS="120").stdout
    assert len(said.splitlines()) <= 24
    assert "initial-contact       22 groups × 3 steps = 66 letters: 33 accepted, 23 withheld, " in said
    assert "project-night         2 groups × 2 steps = 4 letters: 2 due, 2 waiting" in said
    assert re.search(
        r"^\d+ lines of the journal, 35 letters and 16 mails: every checksum is right$", said, re.MULTILINE
    )
    assert said.endswith("\neverything adds up: no letter was left out, and none went twice\n")
