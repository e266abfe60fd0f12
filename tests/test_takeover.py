"""Taking over: a lost, old or copied ledger goes on from what Sent shows, and sends nothing twice."""

import os
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from quick import Done, Quick
from rig import check, rig
from stage import START, Stage, campaign, environment, say_that_copies_are_filed, stage

from mailer.cli.screen import day
from mailer.ledger import open_ledger
from mailer.ledger.forms import FORM
from mailer.ledger.journalled import begin
from mailer.nouns import SETTLE_TIME, Address, LetterId, Place, State, Traces, marks
from mailer.rehearsal import Filing, Habit, Rewriting

TAKE_OVER = ("init", "--take-over")
LATER = SETTLE_TIME + timedelta(minutes=1)
FIRST = ["robin@chipy.example", "noor@sfpython.example", "ingrid@oslopython.example"]


@dataclass
class Computer:
    """A stage whose commands are run by one account; `on(name)` is the same workspace under another.

    Attributes:
        play: The workspace and the post office.
        state: The account's state folder.
        quick: Runs the commands.
    """

    play: Stage
    state: Path
    quick: Quick

    def on(self, name, folder=None):
        play = replace(self.play, folder=folder or self.play.folder)
        return Computer(play, self.state.parent / name, self.quick)

    def run(self, *words, code=0, early=False, **more) -> Done:
        """One command; what it said is on one line. A take-over comes half an hour later, unless early."""
        if words[:2] == TAKE_OVER and not early:
            self.play.clock.move_on(LATER)
        now = self.play.clock.now().isoformat()
        environ = environment(XDG_STATE_HOME=str(self.state), CAMPAIGN_NOW=now, **more)
        done = self.quick.run(self.play.folder, words, environ)
        assert done.code == code, f"{words} gave {done.code}:\n{done.out}\n{done.err}"
        return replace(done, err=" ".join(done.err.split()))

    def send(self, count=3, **more):
        return self.run("send", "hello", "--confirm", str(count), **more)

    def has_nothing_due(self):
        return "no letter is due now" in self.run("send", "hello").out

    def lose_the_ledger(self):
        shutil.rmtree(self.folder)

    @property
    def folder(self):
        return self.play.workspace.ledger_folder

    @property
    def id_file(self):
        return self.play.workspace.ledger_id_file

    @property
    def id(self):
        return self.id_file.read_text().strip()

    def look(self):
        return self.play.look()

    def arrived(self):
        """Whom the server took letters for, in order."""
        return [str(address) for posted in self.play.post.letters for address in posted.to]


def take_over(made, **more) -> Done:
    """A take-over in a rig, when all copies are there."""
    made.post.clock.move_on(LATER)
    return made.run(*TAKE_OVER, **more)


@contextmanager
def computer(tmp_path, quick, **office):
    """The first computer: three letters are due there."""
    with stage(tmp_path / "workspace", **office) as play:
        say_that_copies_are_filed(play.workspace)
        made = Computer(play, tmp_path / "first", quick)
        # The stage made its ledger under the account of the tests.
        shutil.copytree(os.environ["XDG_STATE_HOME"], made.state, dirs_exist_ok=True)
        yield made


@pytest.fixture
def first(tmp_path, quick):
    with computer(tmp_path, quick) as made:
        yield made


# ── a clone: the id is here, the ledger is not ────────────────────────────────────────────────────────


def test_a_clone_refuses_to_send_and_takes_over_what_sent_shows(first):
    first.send()
    before, second = first.id, first.on("second")
    first.lose_the_ledger()
    refused = second.send(code=78)
    assert "campaign init --take-over" in refused.err
    assert not first.folder.exists()
    done = second.run(*TAKE_OVER)
    assert f"took over {before}; the ledger here is {first.id} now" in done.err
    assert "0 letters known before, 3 found in Sent that the ledger did not know" in done.err
    assert "stops, holds, answers by phone" in done.err
    assert "commit campaigns/ledger-id" in done.err
    assert first.id.startswith(f"{before}~2-")
    assert sorted(first.arrived()) == sorted(FIRST), "taking over sends nothing"
    assert second.has_nothing_due()


def test_what_is_adopted_is_as_it_was_sent(first):
    first.send()
    before = first.look()
    sent, secret = before.deliveries(), before.seal.secret
    kept = {name: before.letter_bytes(delivery.letter) for name, delivery in sent.items()}
    first.lose_the_ledger()
    first.play.clock.move_on(timedelta(days=3))
    first.on("second").run(*TAKE_OVER)
    ledger = first.look()
    assert ledger.deliveries().keys() == sent.keys()
    assert ledger.seal.secret != secret, "the secret was lost with the ledger"
    for name, adopted in ledger.deliveries().items():
        was = sent[name]
        assert adopted.state is State.ACCEPTED
        assert (adopted.to, adopted.message_id, adopted.subject) == (was.to, was.message_id, was.subject)
        assert (adopted.claimed_at, adopted.changed_at) == (was.claimed_at, was.claimed_at)
        assert adopted.sender == was.sender
        assert re.fullmatch(r"found in Sent \(uid \d\) when the ledger was taken over", adopted.because)
        assert ledger.letter_bytes(was.letter) == kept[name]
        assert ledger.letter_of(was.message_id) == was.letter


def test_follow_ups_go_on_in_the_old_conversation_at_their_old_time(first):
    first.send()
    ids = [delivery.message_id for delivery in first.look().deliveries().values()]
    first.lose_the_ledger()
    first.play.clock.move_on(timedelta(days=5))
    second = first.on("second")
    second.run(*TAKE_OVER)
    assert second.has_nothing_due()
    first.play.clock.move_on(timedelta(days=2, hours=1))
    second.send()
    answers = [message_from_bytes(posted.raw)["In-Reply-To"] for posted in first.play.post.letters[3:]]
    assert sorted(answers) == sorted(ids)


def test_an_answer_to_an_adopted_letter_is_known_for_one_although_the_secret_is_lost(tmp_path, quick):
    with computer(
        tmp_path, quick, people=[("robin@chipy.example", Habit.ANSWERS, timedelta(days=1))]
    ) as first:
        first.send()
        first.lose_the_ledger()
        second = first.on("second")
        second.run(*TAKE_OVER)
        first.play.clock.move_on(timedelta(days=8))
        second.send(2)
        assert "robin@chipy.example" not in first.arrived()[3:]


def test_a_mailbox_that_shows_nothing_proves_nothing(first):
    first.lose_the_ledger()
    before, second = first.id, first.on("second")
    refused = second.run(*TAKE_OVER, code=1)
    assert "Sent shows no letter at all" in refused.err
    assert "campaign init --take-over --without-proof" in refused.err
    assert first.id == before
    assert not first.folder.exists()
    done = second.run(*TAKE_OVER, "--without-proof")
    assert "letters may go out twice" in done.err
    second.send()


@pytest.mark.parametrize(
    ("old", "new", "code"), [("port = {imap}", "port = 1", 69), ("[sender]", "[sender", 78)]
)
def test_a_mailbox_that_cannot_be_read_is_no_reason_to_begin_anew(first, old, new, code):
    first.send()
    first.lose_the_ledger()
    settings, second = first.play.folder / "campaigns/settings.toml", first.on("second")
    whole = settings.read_text()
    settings.write_text(whole.replace(old.format(imap=first.play.post.imap_port), new))
    refused = second.run(*TAKE_OVER, code=code)
    assert "nothing was changed" in refused.err
    assert "--without-proof" in refused.err
    assert not first.folder.exists()
    settings.write_text(whole)
    second.run(*TAKE_OVER)
    assert second.has_nothing_due()


@pytest.mark.parametrize("rewriting", Rewriting)
def test_a_provider_that_puts_its_own_message_id_hides_no_letter(tmp_path, quick, rewriting):
    with computer(tmp_path, quick, filing=Filing(rewriting=rewriting)) as first:
        first.send()
        before = {delivery.message_id for delivery in first.look().deliveries().values()}
        first.lose_the_ledger()
        second = first.on("second")
        assert "3 found in Sent" in second.run(*TAKE_OVER).err
        assert {delivery.message_id for delivery in first.look().deliveries().values()} == before
        assert second.has_nothing_due()


# ── a copy: on a second computer, or an older one on the same ─────────────────────────────────────────


def test_a_copied_workspace_is_refused_on_the_second_computer_and_then_fences_the_first(first, tmp_path):
    first.send()
    shutil.copytree(first.play.folder, tmp_path / "copied")
    second = first.on("second", tmp_path / "copied")
    refused = second.send(code=65)
    assert "this account has never used this ledger" in refused.err
    assert "campaign init --take-over" in refused.err
    secret = first.look().seal.secret
    second.run(*TAKE_OVER)
    assert second.look().seal.secret == secret
    first.play.clock.move_on(timedelta(days=8))
    second.send()
    # What git brings to the first computer:
    shutil.copy(second.id_file, first.id_file)
    fenced = first.send(code=65)
    assert "it was taken over" in fenced.err
    assert len(first.arrived()) == 6
    # And back again, with what the second one has sent meanwhile.
    done = first.run(*TAKE_OVER)
    assert "3 letters known before, 3 found in Sent that the ledger did not know" in done.err
    assert "~3-" in first.id
    assert first.has_nothing_due()
    assert len(first.arrived()) == 6


def test_two_clones_that_take_over_are_not_taken_for_each_other(first, tmp_path):
    first.send()
    shutil.copytree(first.play.folder, tmp_path / "copied")
    second, third = first.on("second", tmp_path / "copied"), first.on("third")
    second.run(*TAKE_OVER)
    third.run(*TAKE_OVER)
    assert second.id != third.id
    shutil.copy(second.id_file, third.id_file)
    assert "it was taken over" in third.send(code=65).err


def test_an_older_copy_restored_sends_nothing_twice(tmp_path, quick):
    """R14."""
    with rig(tmp_path / "case", quick=quick) as made:
        made.send(CAMPAIGN_FAILPOINT="outcome.after_fsync@3:kill")
        shutil.copytree(made.ledger_folder, tmp_path / "backup")
        made.resume()
        assert len(made.accepts()) == 12
        shutil.rmtree(made.ledger_folder)
        shutil.copytree(tmp_path / "backup", made.ledger_folder)
        refused = made.send()
        assert refused.code == 65
        assert "older copy of the ledger" in refused.err
        assert "campaign init --take-over" in refused.err
        assert len(made.accepts()) == 12
        done = take_over(made)
        assert done.code == 0, done.err
        assert "3 letters known before, 9 found in Sent that the ledger did not know" in done.err
        check(made)
        made.finish()
        assert len(made.accepts()) == 12


@pytest.mark.parametrize("letter", [1, 6, 12])
def test_a_ledger_lost_in_the_middle_is_made_again_and_the_rest_goes_out_once(tmp_path, quick, letter):
    with rig(tmp_path / "case", quick=quick) as made:
        made.send(CAMPAIGN_FAILPOINT=f"outcome.after_fsync@{letter}:kill")
        shutil.rmtree(made.ledger_folder)
        shutil.rmtree(tmp_path / "case" / "state")
        assert take_over(made).code == 0
        check(made)
        made.finish()


def test_a_letter_in_doubt_that_sent_shows_has_left(tmp_path, quick):
    """Killed between the server's 250 and our record of it, and the copy made at that very moment."""
    with rig(tmp_path / "case", quick=quick) as made:
        made.send(CAMPAIGN_FAILPOINT="outcome.before_write@2:kill")
        shutil.rmtree(tmp_path / "case" / "state")
        done = take_over(made)
        assert "1 settled by what Sent shows" in done.err
        assert {delivery.state for delivery in made.deliveries().values()} == {State.ACCEPTED}
        check(made)
        made.finish()


def test_a_letter_in_the_air_that_sent_does_not_show_stays_in_doubt(tmp_path, quick):
    with rig(tmp_path / "case", quick=quick) as made:
        made.send(CAMPAIGN_FAILPOINT="intent.after_fsync@2:kill")
        shutil.rmtree(tmp_path / "case" / "state")
        assert take_over(made).code == 0
        doubtful = made.deliveries()[made.letter(2)]
        assert doubtful.state is State.UNSURE
        assert doubtful.because == "it was claimed when this copy of the ledger was made"
        made.finish()


@pytest.mark.parametrize("place", ["snapshot", "journal", "note", "id"])
@pytest.mark.parametrize("clone", [True, False])
def test_killed_at_any_step_it_leaves_a_ledger_that_is_refused_and_can_be_taken_over(
    tmp_path, quick, place, clone
):
    with rig(tmp_path / "case", quick=quick) as made:
        made.send(CAMPAIGN_FAILPOINT="outcome.after_fsync@5:kill")
        if clone:
            shutil.rmtree(made.ledger_folder)
        shutil.rmtree(tmp_path / "case" / "state")
        id_file = made.workspace.ledger_id_file
        before = id_file.read_text()
        assert take_over(made, CAMPAIGN_FAILPOINT=f"takeover.before_{place}:kill").code == -9
        assert id_file.read_text() == before, "the new ledger is named last of all"
        refused = made.send()
        assert refused.code in {65, 78}
        assert "campaign init --take-over" in refused.err
        assert len(made.accepts()) == 5
        done = take_over(made)
        assert done.code == 0, done.err
        check(made)
        made.finish()


def test_where_sent_lacks_letters_that_are_known_to_have_left_absence_proves_nothing(tmp_path, quick):
    with computer(tmp_path, quick, filing=Filing(copies=False)) as first:
        first.send()
        second = first.on("second")
        refused = second.run(*TAKE_OVER, code=1)
        assert "Sent shows none of the 3 letters that are known to have left" in refused.err
        second.run(*TAKE_OVER, "--without-proof")
        assert second.has_nothing_due()


# ── what lies in Sent, and what it is taken for ───────────────────────────────────────────────────────

OSLO = LetterId("hello", "oslo-python", "hello")
OURS = "Fay Fellow <fellow@rehearsal.example>"


@pytest.fixture
def two_sent(first):
    """The letters to ChiPy and San Francisco have left, that to Oslo has not; the workspace was copied."""
    first.send(code=-9, CAMPAIGN_FAILPOINT="outcome.after_fsync@2:kill")
    return first


def file_in_sent(first, letter=OSLO, seal=None, folder="Sent", **changes):
    """Put a mail into Sent (or another folder) that looks like this letter but for some header fields."""
    seal = seal or first.look().seal
    fields = {
        "From": OURS,
        "To": "Ingrid <ingrid@oslopython.example>",
        "Subject": "Hello Oslo Python",
        "Date": "Mon, 01 Jun 2026 09:20:00 +0000",
        "Message-ID": marks.message_id(letter, "rehearsal.example", seal),
        "X-Campaign-Ref": marks.ref(letter, seal),
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    first.play.post.inject(f"{head}\r\nDear Ingrid,\r\n".encode(), folder, at=START)


def taken_over(first, *words):
    """What becomes of the letter to Oslo, and what is said."""
    done = first.on("second").run(*TAKE_OVER, *words)
    return first.look().delivery(OSLO), done.err


ADOPTED = [
    ("as it left", {}, "ingrid@oslopython.example", "taken over"),
    (
        "to nobody of the ladder",
        {"To": "ola@oslopython.example"},
        "ola@oslopython.example",
        "is no organizer",
    ),
    ("to nobody", {"To": "undisclosed-recipients:;"}, "ingrid@oslopython.example", "cannot be read"),
    (
        "without its Message-ID",
        {"Message_ID": "<1@provider.example>"},
        "ingrid@oslopython.example",
        "taken over",
    ),
    ("without a date", {"Date": ""}, "ingrid@oslopython.example", "taken over"),
    (
        "with a date to come",
        {"Date": "Mon, 01 Jun 2099 09:30:00 +0000"},
        "ingrid@oslopython.example",
        "taken",
    ),
]


@pytest.mark.parametrize(("changes", "to", "because"), [pytest.param(*c, id=name) for name, *c in ADOPTED])
def test_a_letter_in_sent_is_adopted(two_sent, changes, to, because):
    file_in_sent(two_sent, **changes)
    letter, said = taken_over(two_sent)
    assert letter.state is State.ACCEPTED
    assert letter.to == (Address.parse(to),)
    assert because in letter.because
    assert letter.claimed_at <= two_sent.play.clock.now()
    assert letter.message_id == marks.message_id(OSLO, "rehearsal.example", two_sent.look().seal)
    assert "2 letters known before, 1 found in Sent that the ledger did not know" in said


def refused_take_over(first, code=1):
    return first.on("second").run(*TAKE_OVER, code=code).err


def test_a_letter_with_another_seal_is_not_adopted_where_ours_is_known(two_sent):
    """Forged; or sent by another computer, which took over without our secret: its ledger knows more."""
    file_in_sent(two_sent, seal=replace(two_sent.look().seal, secret=b"?" * 32))
    said = refused_take_over(two_sent)
    assert "Sent shows mails that may be letters of ours" in said
    assert f"it is {OSLO}, but its seal is not this ledger's" in said
    assert taken_over(two_sent, "--without-proof")[0] is None


def test_a_letter_with_any_seal_is_adopted_where_the_secret_is_lost(two_sent):
    file_in_sent(two_sent, seal=replace(two_sent.look().seal, secret=b"?" * 32))
    two_sent.lose_the_ledger()
    letter, said = taken_over(two_sent)
    assert letter.state is State.ACCEPTED
    assert "3 found in Sent" in said


@pytest.mark.parametrize("lost", [True, False])
def test_in_the_folder_for_all_mail_a_forged_letter_is_not_believed(two_sent, lost):
    """Anybody may write to us in our own name; the tag is no secret to who has seen the workspace."""
    file_in_sent(two_sent, folder="All Mail")
    if lost:
        two_sent.lose_the_ledger()
    said = refused_take_over(two_sent)
    assert "Sent shows mails that may be letters of ours" in said
    assert f"it is {OSLO}, but lies only in All Mail" in said
    assert taken_over(two_sent, "--without-proof")[0] is None


def test_what_lies_in_sent_may_lie_in_the_folder_for_all_mail_as_well(two_sent):
    file_in_sent(two_sent)
    file_in_sent(two_sent, folder="All Mail")
    letter, said = taken_over(two_sent)
    assert letter.because.startswith("found in Sent ")
    assert "with our mark" not in said


NOT_ADOPTED = [
    ("another writer", {"From": "Eve <eve@else.example>"}, f"it is {OSLO}, but from eve@else.example"),
    ("two writers", {"From": f"{OURS}, Eve <eve@else.example>"}, "its header cannot be read"),
    ("two ids", {"Message_ID": "<1@x.example>\r\nMessage-ID: <2@x.example>"}, "its header cannot be read"),
    ("only words", {"Subject": "{id}", "References": "{id}", "Message_ID": "", "X_Campaign_Ref": ""}, ""),
    ("only a header field of its own", {"X_Spare": "{id}", "Message_ID": "", "X_Campaign_Ref": ""}, ""),
]


@pytest.mark.parametrize(("changes", "said"), [pytest.param(*c, id=name) for name, *c in NOT_ADOPTED])
def test_what_is_no_letter_of_ours_settles_nothing(two_sent, changes, said):
    real = marks.message_id(OSLO, "rehearsal.example", two_sent.look().seal)
    file_in_sent(two_sent, **{name: value.replace("{id}", real) for name, value in changes.items()})
    if said:
        refused = two_sent.on("second").run(*TAKE_OVER, code=1)
        assert "Sent shows mails that may be letters of ours" in refused.err
        assert said in refused.err
    letter, heard = taken_over(two_sent, *["--without-proof"] * bool(said))
    assert letter is None
    assert ("1 mail in Sent with our mark" in heard) is bool(said)


def test_a_letter_only_tried_out_is_none(two_sent):
    seal = two_sent.look().seal
    trial = marks.trial_id(OSLO, Address.parse("fay@home.example"), START, "rehearsal.example", seal)
    file_in_sent(two_sent, Message_ID=trial, X_Campaign_Ref="")
    letter, _ = taken_over(two_sent)
    assert letter is None


def test_letters_that_the_files_cannot_name_are_listed_by_recipient(two_sent):
    gone = replace(OSLO, step="gone")
    file_in_sent(two_sent, gone, To="\x1b[31mOlaf <olaf@elsewhere.example>")
    letter, said = taken_over(two_sent)
    assert letter is None
    assert "1 mail in Sent with our mark that belong to no letter here" in said
    assert "Olaf <olaf@elsewhere.example>, Mon 01 Jun" in said
    assert f"{marks.message_id(gone, 'rehearsal.example', two_sent.look().seal)}: no campaign" in said
    assert "no campaign, step or group here makes this letter" in said
    assert "\x1b" not in said


@pytest.mark.parametrize(
    ("lost", "to"),
    [
        (False, "Ingrid <ingrid@oslopython.example>"),
        (False, "undisclosed-recipients:;"),
        (True, "olaf@elsewhere.example"),
    ],
)
def test_a_letter_under_a_name_that_is_no_more_raises_doubt_where_it_might_go_out_again(two_sent, lost, to):
    file_in_sent(two_sent, replace(OSLO, group="oslo"), To=to)
    if lost:
        two_sent.lose_the_ledger()
    said = refused_take_over(two_sent)
    assert "Sent shows mails that may be letters of ours" in said
    assert f"to {to}, Mon 01 Jun" in said
    assert "if one was renamed, give it its old name back" in said
    assert "campaign init --take-over --without-proof" in said
    taken_over(two_sent, "--without-proof")


def test_a_group_that_was_renamed_gets_nothing_twice_when_it_has_its_old_name_back(first):
    first.send()
    first.lose_the_ledger()
    table = first.play.folder / "campaigns/groups.csv"
    whole = table.read_text()
    table.write_text(whole.replace("\noslo-python,", "\noslo,"))
    assert table.read_text() != whole
    said = refused_take_over(first)
    assert "ingrid@oslopython.example" in said
    assert not first.folder.exists()
    table.write_text(whole)
    assert "3 found in Sent" in taken_over(first)[1]
    assert first.on("second").has_nothing_due()


# ── copies that are still on their way ────────────────────────────────────────────────────────────────


def test_it_waits_for_copies_of_what_left_a_moment_ago(tmp_path, quick):
    late = Filing(after=timedelta(minutes=5))
    with computer(tmp_path, quick, filing=late) as first:
        first.send(code=-9, CAMPAIGN_FAILPOINT="outcome.after_fsync@1:kill")
        backup = shutil.copytree(first.folder, tmp_path / "backup")
        first.play.clock.move_on(timedelta(minutes=20))
        first.send(2)
        shutil.rmtree(first.folder)
        shutil.copytree(backup, first.folder)
        refused = first.run(*TAKE_OVER, early=True, code=75)
        assert "copies of what left a moment ago may still be on their way to Sent" in refused.err
        assert (
            f"look again after {day(START + SETTLE_TIME + timedelta(minutes=5))}: campaign init"
            in refused.err
        )
        assert "campaign init --take-over --without-proof" in refused.err
        # One of the later letters has its copy, and the other may not have it yet.
        first.play.clock.move_on(timedelta(minutes=5))
        assert "2 found in Sent" in first.run(*TAKE_OVER).err
        assert first.has_nothing_due()


def test_that_nothing_is_on_its_way_can_be_taken_for_granted(first):
    first.send()
    first.lose_the_ledger()
    second = first.on("second")
    second.run(*TAKE_OVER, early=True, code=75)
    assert not first.folder.exists()
    assert "letters may go out twice" in second.run(*TAKE_OVER, "--without-proof", early=True).err
    assert second.has_nothing_due()


def test_the_newest_change_of_the_ledger_that_is_here_counts_as_well(tmp_path, quick):
    with computer(tmp_path, quick, filing=Filing(copies=False)) as first:
        first.send()
        assert "look again after" in first.on("second").run(*TAKE_OVER, early=True, code=75).err
        assert "Sent shows none of the 3" in refused_take_over(first)


@pytest.mark.parametrize(
    ("ago", "code"), [(29, 75), (31, 0), (-29, 75), (-31, 0)], ids=["young", "old", "ahead", "far ahead"]
)
@pytest.mark.parametrize("named", [True, False], ids=["this one", "a later one"])
def test_when_this_account_last_used_the_ledger_counts_as_well(first, ago, code, named):
    first.send()
    first.play.clock.move_on(timedelta(hours=2))
    first.lose_the_ledger()
    note = first.state / "campaign" / first.id
    used = (first.play.clock.now() - timedelta(minutes=ago)).timestamp()
    if not named:  # of a take-over that did not come to its end, and with which nothing was sent
        os.utime(note, (START.timestamp(), START.timestamp()))
        note = note.with_name(f"{first.id}~2-abcdef")
        note.touch()
    os.utime(note, (used, used))
    first.run(*TAKE_OVER, early=True, code=code if named else 0)


def test_when_this_account_used_the_ledger_before_the_one_that_is_lost_counts_as_well(first):
    first.send()
    before = first.state / "campaign" / first.id
    first.id_file.write_text(f"{first.id}~2-abcdef\n")
    first.play.clock.move_on(timedelta(hours=2))
    now = first.play.clock.now().timestamp()
    os.utime(before, (now, now))
    assert "look again after" in first.run(*TAKE_OVER, early=True, code=75).err


# ── what is lost after a take-over ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("words", [("status",), ("audit",), ("send", "hello"), ("replies",), TAKE_OVER])
def test_that_the_snapshot_is_lost_after_a_take_over_from_nothing_is_noticed(first, words):
    first.send()
    first.lose_the_ledger()
    second = first.on("second")
    second.run(*TAKE_OVER)
    (first.folder / "ledger.json").unlink()
    refused = second.run(*words, code=65)
    assert "add up" in refused.out + refused.err
    assert "put your newest whole copy of" in refused.out.replace("\n", " ") + refused.err


def test_a_ledger_without_its_beginning_is_refused_with_what_to_do(first):
    """As where an heir's journal went on from nothing, and its snapshot was lost."""
    first.send()
    (first.folder / "journal.jsonl").unlink()
    begin(first.folder, first.id, FORM)
    refused = first.on("second")
    shutil.copytree(first.state, refused.state)
    (refused.state / "campaign" / first.id).write_bytes(b"%020d %08x\n" % (0, 0))
    for words in [("status",), ("send", "hello")]:
        said = refused.run(*words, code=65).err
        assert "the ledger does not say what it is" in said
        assert "If that is lost: campaign init --take-over" in said
    assert "3 found in Sent" in refused.run(*TAKE_OVER).err


def test_another_take_is_recognized(two_sent):
    again = replace(OSLO, take=3)
    file_in_sent(two_sent, again)
    assert taken_over(two_sent)[0] is None
    assert two_sent.look().delivery(again).state is State.ACCEPTED


def test_a_letter_that_was_deferred_here_and_sent_elsewhere_under_another_secret_has_left(first, monkeypatch):
    """As when a clone that had lost the secret sent it, and this computer takes the ledger back."""
    first.send()
    monkeypatch.setenv("XDG_STATE_HOME", str(first.state))
    with open_ledger(first.folder, first.id_file) as ledger:
        seal = replace(ledger.seal, secret=b"?" * 32)
        ledger.change(OSLO, State.UNSURE, START, "")
        ledger.change(OSLO, State.DEFERRED, START, "a person says that it did not leave")
    file_in_sent(first, seal=seal)
    copy = first.play.post.folder("Sent")[-1].raw
    first.play.post._call(lambda: first.play.post._office.account.find("Sent").remove([3]))
    assert f"it is {OSLO}, but its seal is not this ledger's" in refused_take_over(first)
    # Where the secret is not known, every seal may be ours.
    first.lose_the_ledger()
    letter, _ = taken_over(first)
    assert letter.state is State.ACCEPTED
    assert letter.message_id == marks.message_id(OSLO, "rehearsal.example", seal)
    assert first.look().letter_bytes(OSLO) == copy


# ── who was forgotten stays so ────────────────────────────────────────────────────────────────────────


def forget_ingrid(first, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(first.state))
    with open_ledger(first.folder, first.id_file) as ledger:
        ledger.forget(ledger.holdings(Traces.of(Address.parse(FIRST[2]), ["Ingrid"])), "fay", START)


@pytest.mark.parametrize("to", ["Ingrid <ingrid+lists@oslopython.example>", "undisclosed-recipients:;"])
def test_a_letter_to_somebody_who_is_forgotten_is_adopted_without_her(two_sent, monkeypatch, to):
    forget_ingrid(two_sent, monkeypatch)
    file_in_sent(two_sent, To=to, Subject="Hello Ingrid")
    letter, said = taken_over(two_sent)
    assert letter.state is State.ACCEPTED
    assert {address.domain for address in letter.to} == {"forgotten.invalid"}
    assert (letter.subject, letter.place) == ("", Place("", 0, 0))
    assert two_sent.look().history().forgotten(FIRST[2])
    assert "ingrid" not in said.lower()
    kept = [path for path in two_sent.folder.rglob("*") if path.is_file()]
    assert not [path for path in kept if b"ingrid" in path.read_bytes().lower()]
    assert two_sent.on("second").run("audit").code == 0


def test_that_her_letters_were_taken_out_of_sent_leaves_no_doubt(first, monkeypatch):
    first.send()
    forget_ingrid(first, monkeypatch)
    [uid] = [n for n, each in enumerate(first.play.post.folder("Sent"), 1) if b"ngrid" in each.raw]
    first.play.post._call(lambda: first.play.post._office.account.find("Sent").remove([uid]))
    assert "3 letters known before, 0 found in Sent" in first.on("second").run(*TAKE_OVER).err


# ── nothing to take over, or not yet ──────────────────────────────────────────────────────────────────


def test_where_there_is_nothing_to_take_over_nothing_is_done(first):
    before = first.id
    assert "there is nothing to take over" in first.run(*TAKE_OVER, code=78).err
    assert first.id == before
    first.lose_the_ledger()
    first.id_file.unlink()
    refused = first.run(*TAKE_OVER, code=78)
    assert "this workspace has no ledger yet" in refused.err
    assert "campaign init" in refused.err
    assert not first.folder.exists()
    assert "belongs to --take-over" in first.run("init", "--without-proof", code=2).err


def test_a_ledger_that_the_workspace_does_not_name_is_not_taken_over(two_sent):
    first, name = two_sent, two_sent.id
    first.id_file.unlink()
    refused = first.on("second").run(*TAKE_OVER, code=78)
    assert f"it holds one line, {name}" in refused.err
    (first.folder / "journal.jsonl").unlink()
    (first.folder / "ledger.json").write_text("{}")
    assert "bring ledger-id back" in first.run(*TAKE_OVER, code=78).err


def test_a_damaged_ledger_is_not_taken_over(two_sent):
    journal = two_sent.folder / "journal.jsonl"
    spoilt = journal.read_bytes().replace(b"accepted", b"acceptex", 1)
    journal.write_bytes(spoilt)
    refused = two_sent.on("second").run(*TAKE_OVER, code=65)
    assert "does not add up" in refused.err
    assert "move the folder away" in refused.err
    assert journal.read_bytes() == spoilt
    two_sent.folder.rename(two_sent.folder.with_name("away"))
    assert "2 found in Sent" in two_sent.on("second").run(*TAKE_OVER).err


def test_another_workspaces_ledger_is_not_taken_over(two_sent):
    two_sent.id_file.write_text("l-0123456789abcdef\n")
    refused = two_sent.on("second").run(*TAKE_OVER, code=65)
    assert "and the workspace belongs to l-0123456789abcdef" in refused.err


def test_mistakes_in_the_files_come_first(first):
    first.lose_the_ledger()
    first.play.write("campaigns/hello.toml", "[[steps]]\ntemplate = 7\n")
    assert "to mend first" in first.on("second").run(*TAKE_OVER, code=65).err
    assert not first.folder.exists()


def test_the_installed_command_takes_over_in_a_folder_that_is_named(first):
    first.send()
    first.lose_the_ledger()
    more = {"CAMPAIGN_NOW": (START + LATER).isoformat(), "XDG_STATE_HOME": str(first.on("second").state)}
    folder = first.play.folder
    done = campaign(folder.parent, "init", "--take-over", folder.name, **more)
    assert done.returncode == 0, done.stderr
    assert len(first.look().deliveries()) == 3


# ── what is said about it ─────────────────────────────────────────────────────────────────────────────


def lose_and_take_over(first, **more):
    """A day later, when every copy has come; on a second computer, from the mailbox alone."""
    first.lose_the_ledger()
    first.play.clock.move_on(timedelta(days=1))
    second = first.on("second")
    return second, second.run(*TAKE_OVER, **more).err


def copied(first, folder):
    """The workspace on a second computer, copied as it is."""
    shutil.copytree(first.play.folder, folder)
    return first.on("second", folder)


@pytest.mark.parametrize("name", ["elsewhere", "templates", "elsewhere/deeper"])
def test_a_folder_that_is_named_is_the_one_that_is_taken_over_or_none(first, name):
    first.send()
    first.lose_the_ledger()
    before, second = first.id, first.on("second")
    refused = second.run(*TAKE_OVER, name, code=78)
    assert "there is no workspace in this folder" in refused.err
    assert "to take that one over: cd " in refused.err
    assert first.id == before
    assert not first.folder.exists()


def test_it_says_which_folder_was_taken_over(first):
    first.send()
    _, said = lose_and_take_over(first)
    assert f"inthefolder{first.play.folder}" in said.replace(" ", "")


def test_what_nobody_can_know_here_is_to_be_said_again(first, tmp_path):
    first.send()
    second = copied(first, tmp_path / "copied")
    first.play.clock.move_on(timedelta(days=1))
    for said in (second.run(*TAKE_OVER).err, lose_and_take_over(first)[1]):
        assert "letters that you settled by hand (campaign resolve)" in said
        assert "people whom you had campaign forget; say it again before you send" in said
        assert said.rstrip().endswith("next: campaign replies")


def test_where_no_letter_is_known_nothing_tells_whether_sent_keeps_them_all(first, tmp_path):
    first.send()
    second = copied(first, tmp_path / "copied")
    first.play.clock.move_on(timedelta(days=1))
    silence = "no letter was known here by which to tell whether Sent keeps them all"
    assert silence not in second.run(*TAKE_OVER).err
    _, said = lose_and_take_over(first)
    assert silence in said
    assert "look with campaign send NAME --dry-run before you send" in said


def test_a_computer_that_was_fenced_off_tells_one_story(first, tmp_path):
    first.send()
    second = copied(first, tmp_path / "copied")
    first.play.clock.move_on(timedelta(days=1))
    second.run(*TAKE_OVER)
    shutil.copy(second.id_file, first.id_file)
    for words in (["list"], ["status"], ["todo"], ["send", "hello", "--dry-run"], ["replies"]):
        refused = first.run(*words, code=65)
        assert "it was taken over, here or on another computer" in refused.err, words
        assert "does not add up" not in refused.err, words
    assert "it was taken over" in " ".join(first.run("audit", code=65).out.split())


def test_a_copy_that_cannot_send_does_not_say_that_it_should(two_sent, tmp_path):
    for words in (["status"], ["todo"]):
        here = two_sent.run(*words)
        assert "campaign send hello" in here.out + here.err, words
    second = copied(two_sent, tmp_path / "copied")
    for words in (["status"], ["todo"], ["list"]):
        there = second.run(*words)
        assert "campaign send" not in there.out + there.err, words
        assert "To send from here, for good: campaign init --take-over" in there.err, words
    for words in (["status"], ["todo"]):
        assert "before anything leaves from here: put the newest ledger back" in second.run(*words).err


def test_a_letter_that_bounced_did_not_go_twice_although_the_bounce_is_not_read_here_yet(tmp_path, quick):
    people = [("noor@sfpython.example", Habit.BOUNCES)]
    with computer(tmp_path, quick, people=people) as first:
        first.send()
        first.play.clock.move_on(timedelta(days=1))
        first.send(1)
        second, _ = lose_and_take_over(first)
        heard = second.run("audit").out
        assert "mailbox not read yet: 1" in heard
        assert "→ campaign replies" in heard
        assert "everything adds up" not in heard
        second.run("replies")
        assert "everything adds up" in second.run("audit").out


def test_letters_that_sent_lacks_are_named(first, tmp_path):
    first.send()
    second = copied(first, tmp_path / "copied")
    first.play.clock.move_on(timedelta(days=1))
    first.play.post._call(lambda: first.play.post._office.account.find("Sent").remove([1]))
    gone = next(name for name, d in first.look().deliveries().items() if str(d.to[0]) == first.arrived()[0])
    refused = second.run(*TAKE_OVER, code=1)
    assert f"Sent shows 2 of the 3 letters that are known to have left (it lacks {gone})" in refused.err


def test_a_mailbox_that_nobody_could_look_into_is_not_said_to_be_empty(first):
    first.send()
    first.lose_the_ledger()
    settings = first.play.folder / "campaigns/settings.toml"
    settings.write_text(settings.read_text().replace(f"port = {first.play.post.imap_port}", "port = 1"))
    said = first.on("second").run(*TAKE_OVER, "--without-proof").err
    assert "0 letters known before; Sent was not looked into" in said
    assert "Sent could not be looked into: letters may go out twice" in said
    assert "shows no letter" not in said


def test_of_many_letters_the_first_are_named_and_what_matters_stands_last(tmp_path, quick):
    with rig(tmp_path / "case", quick=quick) as made:
        made.send()
        shutil.rmtree(made.ledger_folder)
        shutil.rmtree(tmp_path / "case" / "state")
        said = " ".join(take_over(made).err.split())
        assert said.count("found in Sent (uid") == 5
        order = ["and 7 more", "took over", "12 found in Sent", "is not known here", "next: campaign replies"]
        assert sorted(order, key=said.index) == order
