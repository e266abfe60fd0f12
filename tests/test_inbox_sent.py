"""What she wrote by hand: found in Sent, noted as contact with its group. The rest of Sent is hers alone."""

from dataclasses import replace
from datetime import timedelta

import dovecot
import pytest
from doubts import look, send
from liars import CANARY
from stage import START, stage

from mailer.errors import BadSettings
from mailer.inbox import read_mailbox
from mailer.nouns import Kind, Reason, Server
from mailer.rehearsal import Filing, Rewriting

ME = "fellow@rehearsal.example"
CHIPY, SF = "hello/chipy/hello", "hello/sf-python/hello"


def a_mail(**fields):
    """A mail with these header fields; underscores stand for hyphens."""
    given = {"From": ME, "Subject": "coffee?", **fields}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in given.items() if value]
    return "\r\n".join([*lines, "", "Shall we talk on Friday?", ""]).encode()


@pytest.fixture
def play(tmp_path):
    """A stage on which the letters have left."""
    with stage(tmp_path / "w") as made:
        with made.ledger() as ledger:
            send(made, ledger)
        yield made


def noted(play, *mails, folder="Sent"):
    """What is noted of these mails, after they were read twice."""
    for raw in mails:
        play.post.inject(raw, folder)
    with play.ledger() as ledger:
        new = look(play, ledger).new
        assert look(play, ledger).new == ()
    return new


def letters(message):
    return [str(candidate.letter) for candidate in message.match.candidates]


@pytest.mark.parametrize(
    ("fields", "whom", "letter"),
    [
        ({"To": "Robin <robin@chipy.example>"}, ["robin@chipy.example"], CHIPY),
        ({"To": "mum@home.example", "Cc": "ROBIN@chipy.example"}, ["ROBIN@chipy.example"], CHIPY),
        ({"Bcc": "robin@chipy.example"}, ["robin@chipy.example"], CHIPY),
        # Nobody wrote to the second rung of the ladder yet, and it is the same group.
        ({"To": "team@sfpython.example"}, ["team@sfpython.example"], SF),
        # Under another of her addresses.
        ({"From": "fay@at-home.example", "To": "robin@chipy.example"}, ["robin@chipy.example"], CHIPY),
        ({"To": '"Chipy, all" <x@y.example>, robin@chipy.example'}, ["robin@chipy.example"], CHIPY),
    ],
)
def test_a_letter_by_hand_is_noted_with_whom_it_went_to(play, fields, whom, letter):
    [message] = noted(play, a_mail(**fields))
    assert (message.finding.kind, message.finding.reason) == (Kind.OWN_COPY, Reason.BY_HAND)
    assert list(map(str, message.finding.addresses)) == whom
    assert str(message.match.best.letter) == letter
    assert message.words == "Shall we talk on Friday?"


def test_to_whom_nothing_was_sent_yet_it_counts_by_the_address(play):
    [message] = noted(play, a_mail(To="taylor@bostonpython.example"))
    assert message.finding.reason is Reason.BY_HAND
    assert [str(each) for each in message.finding.addresses] == ["taylor@bostonpython.example"]
    assert message.match.candidates == ()


def test_a_letter_to_two_groups_is_contact_with_both(play):
    [message] = noted(play, a_mail(To="robin@chipy.example, noor@sfpython.example"))
    assert letters(message) == [CHIPY, SF]
    assert message.match.conversations == (("hello", "chipy"), ("hello", "sf-python"))


def test_an_answer_to_an_unknown_colleague_belongs_to_the_letter(play):
    with play.look() as ledger:
        letter = ledger.deliveries()[CHIPY].message_id
    answer = (
        f"From: kim@elsewhere.example\r\nMessage-ID: <k1@e>\r\nIn-Reply-To: {letter}\r\n\r\nI can help.\r\n"
    )
    play.post.inject(answer.encode())
    [theirs, hers] = noted(play, a_mail(To="kim@elsewhere.example", In_Reply_To="<k1@e>"))
    assert theirs.finding.kind is Kind.HUMAN
    assert letters(hers) == [CHIPY]
    assert [str(each) for each in hers.finding.addresses] == ["kim@elsewhere.example"]


def test_an_answer_to_what_she_wrote_by_hand_finds_the_letter_though_it_is_read_first(play):
    play.post.inject(b"From: kim@elsewhere.example\r\nIn-Reply-To: <h1@mine>\r\n\r\nI can help.\r\n")
    new = noted(play, a_mail(To="robin@chipy.example", Message_ID="<h1@mine>"))
    assert {message.finding.kind: letters(message) for message in new} == {
        Kind.HUMAN: [CHIPY],
        Kind.OWN_COPY: [CHIPY],
    }


@pytest.mark.parametrize(
    "fields",
    [
        {"To": "mum@home.example"},
        {"To": ME},
        {"To": ""},
        {"To": "<" * 9000},
        {"To": "(" * 9000 + "robin@chipy.example"},
        # What came to her and was filed there; who wrote it is no address of hers.
        {"From": "robin@chipy.example", "To": "noor@sfpython.example"},
        {"From": "eve@x.example", "To": "robin@chipy.example", "Return_Path": "<eve@x.example>"},
        # Her mailbox's absence note.
        {"To": "robin@chipy.example", "Auto_Submitted": "auto-replied"},
        # A letter of a ledger that is not this one.
        {"To": "robin@chipy.example", "X_Campaign_Ref": "abcdefghijklmnop.abcdefghijklmnop"},
    ],
)
def test_what_did_not_go_to_a_group_from_her_hand_is_not_kept(play, fields):
    assert noted(play, a_mail(**fields)) == ()
    assert not any(b"coffee?" in file.read_bytes() for file in play.workspace.ledger_folder.rglob("*.mails"))


def test_a_draft_is_no_letter(play):
    play.post.inject(a_mail(To="robin@chipy.example"), "Sent", flags=["\\Draft"])
    assert noted(play) == ()


def test_the_very_same_mail_in_the_inbox_does_not_hide_it(play):
    """She copied herself, and her provider keeps one mail under two names of folders, as Gmail does."""
    raw = a_mail(To="robin@chipy.example", Cc=ME)
    play.post.inject(raw)
    [message] = noted(play, raw)
    assert message.finding.reason is Reason.BY_HAND
    with play.look() as ledger:
        assert ledger.messages() == (message,)


def test_under_her_name_in_the_inbox_anybody_may_have_written(play):
    [message] = noted(play, a_mail(To="robin@chipy.example"), folder="INBOX")
    assert message.finding.reason is Reason.NONE
    assert not message.match.candidates


def test_only_headers_are_fetched_of_what_she_sent(play):
    play.post.inject(a_mail(To="mum@home.example"), "Sent")
    asked = []
    play.post.trouble = lambda number, command: asked.append(command)
    noted(play, a_mail(To="robin@chipy.example"))
    sent = asked[asked.index('EXAMINE "Sent"') :]
    bodies = [command for command in sent if "BODY.PEEK[]" in command]
    assert len(bodies) == 1
    assert bodies[0].startswith("UID FETCH 5 ")
    assert sum("BODY.PEEK[HEADER]" in command for command in sent) == 1


def test_the_first_reading_of_a_large_sent_folder_begins_with_the_first_letter(play):
    for days in range(2, 40):
        play.post.inject(a_mail(To="robin@chipy.example"), "Sent", at=START - timedelta(days=days))
    assert noted(play) == ()


@pytest.mark.parametrize("rewriting", [Rewriting.KEPT_BESIDE, Rewriting.LOST])
def test_an_answer_to_the_id_that_a_provider_made_finds_the_letter(tmp_path, rewriting):
    with stage(tmp_path / "w", filing=Filing(rewriting=rewriting)) as play, play.ledger() as ledger:
        send(play, ledger)
        copies = look(play, ledger).new
        assert {tuple(letters(copy)) for copy in copies} == {(letter,) for letter in ledger.deliveries()}
        [made] = [copy.message_id for copy in copies if letters(copy) == [CHIPY]]
        play.post.inject(f"From: kim@x.example\r\nIn-Reply-To: {made}\r\n\r\nYes!\r\n".encode())
        [answer] = look(play, ledger).new
        assert (answer.finding.kind, letters(answer)) == (Kind.HUMAN, [CHIPY])


def test_copies_that_keep_our_id_are_not_noted(play):
    assert len(play.post.folder("Sent")) == 3
    assert noted(play) == ()


def test_a_configured_folder_that_is_gone_is_said_once_all_others_are_read(tmp_path):
    with stage(tmp_path / "w") as play, play.ledger() as ledger:
        send(play, ledger)
        settings = play.workspace.root / "campaigns/settings.toml"
        settings.write_text(settings.read_text() + 'folders = ["Projects", "INBOX"]\n')
        play.post.inject(b"From: robin@chipy.example\r\n\r\nYes!\r\n")
        with pytest.raises(BadSettings, match="no folder 'Projects'"):
            look(play, ledger)
        assert [message.finding.kind for message in ledger.messages()] == [Kind.HUMAN]
        # And once it is there again under its new name, nothing is lost, and nothing is there twice.
        play.post.inject(b"From: robin@chipy.example\r\n\r\nYes!\r\n", "Projects")
        play.post.inject(b"From: robin@chipy.example\r\n\r\nAnd bring a cake.\r\n", "Projects")
        assert [message.words for message in look(play, ledger).new] == ["And bring a cake."]


def test_one_mail_in_sent_that_dovecot_cannot_show_keeps_no_answer_from_being_read(
    tmp_path, monkeypatch, server
):
    monkeypatch.setenv("CAMPAIGN_IMAP_PASSWORD", CANARY)
    box = server.mailbox()
    with stage(tmp_path / "w") as play, play.ledger() as ledger:
        send(play, ledger)
        box.put(a_mail(To="robin@chipy.example"), "Sent", START)
        box.put(b"From: noor@sfpython.example\r\n\r\nYes!\r\n", at=START)
        [copy] = (box.home / "Maildir" / ".Sent" / "new").iterdir()
        copy.chmod(0)
        settings = replace(play.settings, imap=Server("127.0.0.1", box.port, "none", box.user))
        found = look(play, ledger, settings)
        assert [message.finding.kind for message in found.new] == [Kind.HUMAN]
        assert "failed while fetching mails" in found.hindered
        next((box.home / "Maildir" / ".Sent").glob("[cn]*/*.here*")).chmod(0o600)
        [message] = look(play, ledger, settings).new
        assert message.finding.reason is Reason.BY_HAND


# ── Once more since a day ─────────────────────────────────────────────────────────────────────────────────


def again(play, ledger, since):
    return read_mailbox(play.world, play.settings, ledger, play.manuscript().groups, since).new


def test_since_a_day_all_is_looked_at_again_and_nothing_is_there_twice(tmp_path):
    with stage(tmp_path / "w") as play, play.ledger() as ledger:
        send(play, ledger)
        old = START - timedelta(days=30)
        play.post.inject(b"From: robin@chipy.example\r\n\r\nAn old one.\r\n", at=old)
        play.post.inject(b"From: robin@chipy.example\r\n\r\nA new one.\r\n")
        assert [message.words for message in look(play, ledger).new] == ["A new one."]
        cursors = [ledger.cursor(folder) for folder in ("INBOX", "Sent")]
        assert again(play, ledger, (START - timedelta(days=29)).date()) == ()
        assert [message.words for message in again(play, ledger, old.date())] == ["An old one."]
        assert again(play, ledger, old.date()) == ()
        assert [ledger.cursor(folder) for folder in ("INBOX", "Sent")] == cursors


def test_since_a_day_that_is_later_than_what_is_unread_skips_nothing(tmp_path):
    with stage(tmp_path / "w") as play, play.ledger() as ledger:
        send(play, ledger)
        look(play, ledger)
        play.clock.move_on(timedelta(days=9))
        for days in (3, 0):
            at = play.clock.now() - timedelta(days=days)
            play.post.inject(f"From: robin@chipy.example\r\n\r\n{days}\r\n".encode(), at=at)
        assert len(again(play, ledger, play.clock.now().date())) == 2
        assert look(play, ledger).new == ()


def test_what_is_moved_in_with_an_old_date_while_all_is_looked_at_again_is_read(tmp_path):
    with stage(tmp_path / "w") as play, play.ledger() as ledger:
        send(play, ledger)
        look(play, ledger)
        searches = []

        def meanwhile(number, command):
            if "SEARCH SINCE" in command and not searches:
                searches.append(command)
                old = b"From: robin@chipy.example\r\n\r\nFrom another folder.\r\n"
                play.post.inject(old, at=START - timedelta(days=9))

        play.post.inject(b"From: robin@chipy.example\r\n\r\nYes!\r\n")
        play.post.trouble = meanwhile
        assert len(again(play, ledger, START.date())) == 1
        assert [message.words for message in look(play, ledger).new] == ["From another folder."]


def test_what_she_wrote_before_its_group_stood_in_the_table_is_found_by_since(tmp_path):
    with stage(tmp_path / "w") as play, play.ledger() as ledger:
        send(play, ledger)
        play.post.inject(a_mail(To="jo@newgroup.example"), "Sent")
        assert look(play, ledger).new == ()
        table = play.folder / "campaigns/groups.csv"
        table.write_text(table.read_text() + "new-group,New,Jo,Jo,jo@newgroup.example,5,ok,Bern\n")
        assert look(play, ledger).new == ()
        [message] = again(play, ledger, START.date())
        assert message.finding.reason is Reason.BY_HAND


@pytest.fixture(scope="module")
def server(need_server):
    with dovecot.running(need_server("dovecot"), CANARY) as running:
        yield running
