"""A letter tried out is no letter of the campaign: its bytes, its mark, and what is made of its answers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from stage import START, stage

from mailer.errors import BadData
from mailer.ledger import look_at
from mailer.letters import compose
from mailer.letters.proof import prove
from mailer.nouns import Address, Due, LetterId, OrderKind, marks
from mailer.planning import make_plan
from mailer.replies import NothingSent, match, read
from mailer.trials import choose, print_trial, refusal

ME = Address.parse("fay@home.example")
SEAL = marks.Seal("l-0123456789abcdef", b"k" * 32)
OTHER_SEAL = marks.Seal("l-0123456789abcdef", b"j" * 32)
LETTER = LetterId("hello", "chipy", "hello")


@pytest.fixture
def play(tmp_path):
    with stage(tmp_path / "w") as made:
        yield made


def glance(play):
    return look_at(play.workspace.ledger_folder, play.workspace.ledger_id_file)


def a_trial(play, group="chipy", step="", now=START):
    proofs = play.proofs("hello")
    ledger = glance(play)
    campaign, audience = proofs.manuscript.campaigns["hello"]
    groups = proofs.manuscript.groups
    trial = choose(make_plan(campaign, audience, groups, ledger.history(), now), groups, group, step)
    return print_trial(trial, proofs.book, play.settings.sender, ledger.seal, ME, now)


def the_real_one(play):
    """The letter that the trial shows, as draft and as bytes."""
    proofs = play.proofs("hello")
    campaign, _ = proofs.manuscript.campaigns["hello"]
    group = proofs.manuscript.groups[0]
    due = Due(group, group.organizers[0], campaign.steps[0])
    return compose(proofs.book, play.settings.sender, SEAL, LETTER, due, START)


# Its mark


def test_its_id_is_no_letters_and_no_letters_id_is_its():
    trial = marks.trial_id(LETTER, ME, START, "x.example", SEAL)
    real = marks.message_id(LETTER, "x.example", SEAL)
    assert marks.is_trial(trial)
    assert marks.is_trial(trial.upper().strip("<>"))
    assert not marks.is_trial(real)
    assert marks.genuine(trial, SEAL) == ""
    assert marks.ref(LETTER, SEAL).split(".")[0] not in trial
    assert not marks.is_trial("<test.short@x.example>")


def test_its_id_is_sealed_and_no_real_letters_seal_will_do():
    trial = marks.trial_id(LETTER, ME, START, "x.example", SEAL)
    assert marks.is_genuine_trial(trial.upper().strip("<>"), SEAL)
    assert not marks.is_genuine_trial(trial, OTHER_SEAL)
    assert not marks.is_genuine_trial(f"<test.{marks.ref(LETTER, SEAL)}@x.example>", SEAL)
    assert marks.genuine(trial.replace("test.", "c."), SEAL) == ""


def test_its_id_tells_moment_letter_and_address_apart():
    cases = [
        (LETTER, ME, START, SEAL),
        (LETTER, ME, START + timedelta(microseconds=1), SEAL),
        (replace(LETTER, step="again"), ME, START, SEAL),
        (LETTER, Address.parse("kim@home.example"), START, SEAL),
        (LETTER, ME, START, OTHER_SEAL),
    ]
    assert len({marks.trial_id(letter, to, at, "x.example", seal) for letter, to, at, seal in cases}) == len(
        cases
    )


# Its bytes


def test_a_follow_up_stands_in_no_thread(play):
    trial = a_trial(play, step="again")
    assert trial.subject == "[test as chipy] Re: Hello ChiPy"
    assert b"In-Reply-To" not in trial.raw
    assert trial.to == (ME,)


@pytest.mark.parametrize(
    "header", [b"X-Campaign-Ref: a.b", b"List-Unsubscribe: <mailto:a@b.example>", b"In-Reply-To: <a@b>"]
)
def test_a_trial_with_a_mark_of_the_real_letter_never_leaves(play, header):
    trial = a_trial(play)
    draft = replace(the_real_one(play)[0], to=ME, to_name="", subject=trial.subject)
    sender = play.settings.sender
    prove(trial, draft, sender)
    for place in (b"References:", b"MIME-Version:"):
        damaged = trial.raw.replace(place, header + b"\r\n" + place)
        with pytest.raises(BadData, match="its headers are others"):
            prove(replace(trial, raw=damaged), draft, sender)


def test_a_real_letter_without_its_marks_never_leaves(play):
    draft, letter = the_real_one(play)
    bare = b"\r\n".join(line for line in letter.raw.split(b"\r\n") if not line.startswith(b"X-Campaign-Ref"))
    with pytest.raises(BadData, match="its headers are others"):
        prove(replace(letter, raw=bare), draft, play.settings.sender)


# Its answers


class Everybody(NothingSent):
    """Look-ups for which only Robin has had a letter, and every thread is known."""

    sender = Address.parse("fay@x.example")

    def letter_of(self, text):
        return LETTER if text == "<c.real@x.example>" else None

    def is_trial(self, text):
        return marks.is_genuine_trial(text, SEAL)

    def letters_to(self, address):
        return (LETTER,) if address == "robin@chipy.example" else ()

    def letters_to_group_of(self, address):
        return (LETTER,) if address == "noor@chipy.example" else ()

    def answered_by(self, message_id):
        return LETTER

    def recipients(self, letter):
        return ()


class Strangers(Everybody):
    """The same, but no thread is known."""

    def answered_by(self, message_id):
        return None


TRIAL = marks.trial_id(LETTER, ME, START, "x.example", SEAL)
INVENTED = marks.trial_id(LETTER, ME, START, "x.example", OTHER_SEAL)
ENCLOSED = (
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
    f"Message-ID: {TRIAL}\r\nSubject: x\r\n\r\nHello\r\n--b--\r\n"
)
REPORT = (
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x.example\r\n\r\n"
    "Final-Recipient: rfc822; robin@chipy.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
    "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
    f"Message-ID: {TRIAL}\r\nSubject: x\r\n\r\n--b--\r\n"
)
ANSWERS = {
    "in reply to it": f"In-Reply-To: {TRIAL}\r\n\r\nNice!\r\n",
    "last in its thread": f"References: <other@y.example> {TRIAL}\r\n\r\nNice!\r\n",
    "in capitals": f"In-Reply-To: {TRIAL.upper()}\r\n\r\nNice!\r\n",
    "itself": f"Message-ID: {TRIAL}\r\n\r\nHello\r\n",
}
AROUND = {
    "answered with her added": f"In-Reply-To: <manual1@x>\r\nReferences: {TRIAL} <manual1@x>\r\n\r\nYes!\r\n",
    "quoted": f"\r\nNice!\r\n\r\n> Message-ID: {TRIAL}\r\n> Subject: [test as chipy] x\r\n",
    "invented": f"In-Reply-To: {INVENTED}\r\n\r\nNice!\r\n",
    "enclosed": ENCLOSED,
}


def candidates(sender, rest, ours):
    mail = read(f"From: {sender}\r\nSubject: Re: x\r\n{rest}".encode())
    return [candidate.letter for candidate in match(mail, ours).candidates]


@pytest.mark.parametrize("how", ANSWERS)
def test_a_strangers_direct_answer_to_a_trial_belongs_to_no_letter(how):
    assert candidates("kim@home.example", ANSWERS[how], Everybody()) == []


@pytest.mark.parametrize("who", ["robin@chipy.example", "noor@chipy.example"])
@pytest.mark.parametrize("how", [*ANSWERS, *AROUND])
def test_whom_we_really_wrote_to_is_heard_whatever_she_answers(who, how):
    assert candidates(who, (ANSWERS | AROUND)[how], Strangers()) == [LETTER]


@pytest.mark.parametrize("how", AROUND)
def test_a_trial_around_a_mail_hides_no_thread(how):
    rest = AROUND[how]
    if "References" not in rest and "In-Reply-To" not in rest:
        rest = f"In-Reply-To: <manual1@x>\r\n{rest}"
    assert candidates("kim@home.example", rest, Everybody()) == [LETTER]


def test_a_report_on_a_trial_says_nothing_about_the_letters():
    assert candidates("mailer-daemon@x.example", REPORT, Everybody()) == []
    other = REPORT.replace(TRIAL, INVENTED)
    assert candidates("mailer-daemon@x.example", other, Everybody()) == [LETTER]


def test_what_names_a_real_letter_belongs_to_it_all_the_same():
    rest = f"References: {TRIAL} <c.real@x.example>\r\n\r\nNice!\r\n"
    assert candidates("kim@home.example", rest, Everybody()) == [LETTER]


# To whom it may go


def test_a_former_organizer_and_one_of_any_spelling_are_known(play):
    play.run("send", "hello", "--confirm", "3")
    history, groups = glance(play).history(), play.manuscript().groups
    mine = play.settings.sender.address
    assert refusal(ME, mine, groups, history) == ""
    assert refusal(mine, mine, groups, history) == ""
    assert "chipy" in refusal(Address.parse("ROBIN@chipy.example"), mine, groups, history)
    assert "chipy" in refusal(Address.parse("robin@chipy.example"), mine, (), history)


def test_a_plus_tag_makes_nobody_another_person(play):
    with play.ledger() as ledger:
        ledger.give(OrderKind.STOP, "zoe+pug@zoe.example", "fay", "no more", START)
        ledger.give(OrderKind.STOP, "ann@ann.example", "fay", "no more", START)
    history, groups = glance(play).history(), play.manuscript().groups
    mine = Address.parse("robin+desk@chipy.example")
    table = [replace(g, organizers=(replace(g.organizers[0], address=mine),)) for g in groups[:1]]

    def why(to, sender=ME, groups=groups):
        return refusal(Address.parse(to), sender, groups, history)

    assert "chipy" in why("Robin+x@chipy.example")
    assert "chipy" in why("robin@chipy.example", groups=table)
    for stopped in ("zoe@zoe.example", "zoe+1@zoe.example", "Ann+1@ann.example"):
        assert "no more" in why(stopped)
    assert why("robin+x@chipy.example", sender=mine) == ""
    assert why("+robin@chipy.example") == ""


# The look at the ledger


def test_an_onlooker_sees_what_the_ledger_says(play):
    play.run("send", "hello", "--confirm", "3")
    with play.ledger() as ledger:
        seen = glance(play)
        assert (seen.id, seen.seal) == (ledger.id, ledger.seal)
        assert dict(seen.deliveries()) == dict(ledger.deliveries())
        ledger.give(OrderKind.STOP, "chipy", "fay", "x", START)
        assert seen.orders() == ()
        assert len(glance(play).orders()) == 1


def test_an_onlooker_reads_a_snapshot_and_the_journal_after_it(play, monkeypatch):
    monkeypatch.setattr("mailer.ledger.journalled.keeping.LONG_JOURNAL", 1)
    play.run("send", "hello", "--confirm", "3")
    with play.ledger():
        pass  # it is closed with a snapshot
    assert (play.workspace.ledger_folder / "ledger.json").exists()
    with play.ledger() as ledger:
        ledger.give(OrderKind.STOP, "chipy", "fay", "x", datetime(2026, 6, 2, tzinfo=UTC))
        seen = glance(play)
    assert (len(seen.deliveries()), len(seen.orders())) == (3, 1)


def test_an_onlooker_refuses_a_ledger_that_does_not_add_up(play):
    play.run("send", "hello", "--confirm", "3")
    journal = Path(play.workspace.ledger_folder / "journal.jsonl")
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([*lines[:2], *lines[3:]]))
    with pytest.raises(BadData, match="does not add up"):
        glance(play)
    journal.write_bytes(b"".join(lines))
    play.workspace.ledger_id_file.write_text("l-0123456789abcdef\n")
    with pytest.raises(BadData, match="does not add up"):
        glance(play)
