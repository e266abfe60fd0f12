"""Copies of what left lie in Sent: put there by us where the provider files none, once, of nothing else."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from doubts import CHIPY, breaking, look, send
from stage import START, campaign, say_that_copies_are_filed, stage

from mailer.errors import TryAgain
from mailer.inbox import Filings, file_copies
from mailer.nouns import Filing, SentCopy, State
from mailer.rehearsal import Filing as Habit
from mailer.rehearsal import Trouble

NONE, ITSELF = Habit(copies=False), Habit()
HOUR = timedelta(hours=1)
ALL = ("hello/chipy/hello", "hello/oslo-python/hello", "hello/sf-python/hello")


@pytest.fixture
def relay(tmp_path):
    """A post office that files nothing."""
    with stage(tmp_path / "w", filing=NONE) as play:
        yield play


def go(play, count=3, **more):
    """`campaign send`; what it said, on one line."""
    done = play.run("send", "hello", "--confirm", str(count), **more)
    return " ".join(done.stderr.split())


def in_sent(play):
    return [mail.raw for mail in play.post.folder("Sent")]


def known(play):
    return {name: copy.how for name, copy in play.look().sent_copies.all().items()}


def appends(play):
    """Counts the APPENDs from now on."""
    heard = []
    play.post.trouble = lambda number, command: heard.append(command) if "APPEND" in command else None
    return heard


def die_at(play, place):
    """`campaign send`, killed there."""
    world = {"CAMPAIGN_NOW": play.clock.now().isoformat(), "CAMPAIGN_FAILPOINT": f"{place}:kill"}
    assert campaign(play.folder, "send", "hello", "--confirm", "3", **world).returncode == -9


def file(play, ledger, *, provider_files=None):
    return file_copies(play.world, play.settings, ledger, provider_files=provider_files)


# ── who files, and who does not ───────────────────────────────────────────────────────────────────────


def test_where_nobody_files_copies_they_are_put_into_sent_as_they_left(relay):
    said = go(relay)
    assert "3 letters sent" in said
    assert said.endswith("3 copies put into Sent")
    assert in_sent(relay) == [posted.raw for posted in relay.post.letters]
    assert {(mail.at, frozenset(mail.flags)) for mail in relay.post.folder("Sent")} == {
        (START, frozenset({"\\Seen"}))
    }
    noted = relay.look().sent_copies.all()
    assert noted[CHIPY] == SentCopy(noted[CHIPY].letter, Filing.PUT, START, "Sent", 1)
    assert [noted[name].uid for name in sorted(noted, key=lambda name: noted[name].uid)] == [1, 2, 3]


def test_it_is_done_once(relay):
    go(relay)
    heard = appends(relay)
    assert "copies" not in go(relay, 0)
    assert heard == []
    assert len(in_sent(relay)) == 3


def test_a_dry_run_puts_nothing_there(relay):
    die_at(relay, "outcome.after_fsync@3")
    heard = appends(relay)
    relay.run("send", "hello", "--dry-run")
    assert heard == []


def test_a_provider_that_files_its_own_gets_none_from_us_and_that_is_remembered(tmp_path):
    with stage(tmp_path / "w", filing=ITSELF) as play:
        heard = appends(play)
        assert "copies" not in go(play)
        assert (len(in_sent(play)), heard) == (3, [])
        assert known(play) == dict.fromkeys(ALL, Filing.FOUND)


def test_where_the_settings_say_that_copies_are_filed_nobody_even_looks(relay):
    say_that_copies_are_filed(relay.workspace)
    opened = []
    relay.post.trouble = lambda number, command: opened.append(number)
    assert "copies" not in go(relay)
    assert len(set(opened)) == 1, "only the look before the first letter"
    assert (in_sent(relay), known(relay)) == ([], {})


def test_where_one_copy_lies_there_without_us_the_others_are_left_to_the_provider(relay):
    with relay.ledger() as ledger:
        send(relay, ledger)
        relay.post.inject(relay.post.letters[0].raw, "Sent")
        assert file(relay, ledger) == Filings()
        assert len(in_sent(relay)) == 1
        assert [copy.how for copy in ledger.sent_copies.all().values()] == [Filing.FOUND]
        # But if she says that the provider files none, it was she.
        assert file(relay, ledger, provider_files=False) == Filings(put=2)
        assert sorted(in_sent(relay)) == sorted(posted.raw for posted in relay.post.letters)


def test_a_provider_that_was_only_slow_is_found_out_by_the_second_copy(tmp_path):
    with stage(tmp_path / "w", filing=Habit(after=timedelta(minutes=4))) as play:
        assert "3 copies put into Sent" in go(play)
        play.clock.move_on(timedelta(days=6, hours=23))
        play.write("campaigns/hello.toml", '[[steps]]\ntemplate = "hello"\n')
        heard = appends(play)
        assert "copies" not in go(play, 1)
        assert heard == []


# ── what a copy means ─────────────────────────────────────────────────────────────────────────────────


def test_a_letter_in_doubt_never_has_a_copy_from_us(relay):
    with relay.ledger() as ledger:
        send(relay, ledger, breaking(relay, "chipy", taken=False))
        assert file(relay, ledger, provider_files=False) == Filings(put=2)
        assert not any(b"chipy" in raw for raw in in_sent(relay))
        # Nor when a person says that it left: she may err.
        ledger.change(ledger.deliveries()[CHIPY].letter, State.ACCEPTED, START, "I saw it")
        assert file(relay, ledger, provider_files=False) == Filings()
        assert len(in_sent(relay)) == 2


def test_a_letter_that_came_back_left_all_the_same(relay):
    with relay.ledger() as ledger:
        send(relay, ledger)
        ledger.change(ledger.deliveries()[CHIPY].letter, State.BOUNCED, START, "no such user")
        assert file(relay, ledger) == Filings(put=3)


def test_our_own_copies_do_not_show_that_the_provider_files_any(relay):
    with relay.ledger() as ledger:
        send(relay, ledger, breaking(relay, "chipy", taken=False))
        file(relay, ledger)
        relay.clock.move_on(HOUR)
        doubts = look(relay, ledger).doubts
        assert ([str(letter) for letter in doubts.absent], doubts.unfiled) == ([CHIPY], 2)


def test_a_lost_ledger_is_not_made_again_from_copies_that_we_put_there(relay):
    relay.post.trouble = lambda number, command: Trouble.DROP if relay.post.folder("Sent") else None
    go(relay)
    assert len(in_sent(relay)) == 1, "the line broke before the others"
    relay.post.trouble = None
    relay.clock.move_on(HOUR)
    shutil.rmtree(relay.workspace.ledger_folder)
    said = " ".join(relay.run("init", "--take-over", code=1).stderr.split())
    assert "nobody knows that your provider files copies itself" in said
    assert "write files_copies = true below [smtp]" in said
    assert "--without-proof" in said
    assert not relay.workspace.ledger_folder.exists()


def test_who_was_forgotten_is_not_put_into_sent(relay):
    relay.post.trouble = lambda number, command: Trouble.NO if "APPEND" in command else None
    go(relay)
    done = relay.run("forget", "robin@chipy.example", "--confirm", "robin@chipy.example", code=65)
    assert "mention" in done.stderr
    relay.write(
        "campaigns/groups.csv",
        (relay.folder / "campaigns/groups.csv").read_text("utf-8").replace("Robin,Robin,robin@", "Jo,Jo,jo@"),
    )
    said = relay.run("forget", "robin@chipy.example", "--confirm", "robin@chipy.example").stderr
    assert "also those that campaign put there" in " ".join(said.split())
    relay.post.trouble = None
    with relay.ledger() as ledger:
        assert file(relay, ledger) == Filings(put=2)
    assert not any(b"robin" in raw.lower() for raw in in_sent(relay))


# ── what goes wrong ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("place", ["copy.before_append", "copy.after_append", "copy.after_append@3"])
def test_a_crash_around_a_copy_leaves_each_letter_with_one(relay, place):
    die_at(relay, place)
    assert set(known(relay).values()) >= {Filing.TRIED}
    relay.clock.move_on(HOUR)
    go(relay, 0)
    assert sorted(in_sent(relay)) == sorted(posted.raw for posted in relay.post.letters)
    assert known(relay) == dict.fromkeys(ALL, Filing.PUT), "none of them proves anything of the provider"


def test_what_left_before_a_crash_gets_its_copy_with_the_next_run(relay):
    die_at(relay, "outcome.after_fsync@3")
    assert known(relay) == {}
    assert go(relay, 0).endswith("3 copies put into Sent")
    assert [mail.at for mail in relay.post.folder("Sent")] == [START] * 3


@pytest.mark.parametrize("trouble", [Trouble.DROP, Trouble.BYE, Trouble.CUT, Trouble.NO])
def test_a_mailbox_in_trouble_is_one_line_and_the_next_run_makes_it_good(relay, trouble):
    relay.post.trouble = lambda number, command: trouble if "APPEND" in command else None
    said = go(relay)
    assert "3 letters sent" in said
    assert said.count("could not be put into Sent") == 1
    assert said.endswith("the next campaign send tries again, for a week")
    assert {each.state for each in relay.look().deliveries().values()} == {State.ACCEPTED}
    relay.post.trouble = None
    go(relay, 0)
    assert sorted(in_sent(relay)) == sorted(posted.raw for posted in relay.post.letters)


def test_after_three_refusals_the_server_is_left_alone(relay):
    relay.write("campaigns/hello.toml", '[[steps]]\ntemplate = "hello"\n')
    refused = []

    def trouble(number, command):
        if "APPEND" in command:
            refused.append(command)
            return Trouble.NO
        return None

    relay.post.trouble = trouble
    assert "4 copies could not be put into Sent: Sent does not take them" in go(relay, 4)
    assert len(refused) == 3


def test_one_letter_that_is_refused_is_not_in_the_way_of_the_others(relay):
    relay.post.trouble = lambda number, command: (
        Trouble.NO if command.startswith("APPEND") and once() else None
    )
    turns = iter([True])

    def once():
        return next(turns, False)

    said = go(relay)
    assert "2 copies put into Sent" in said
    assert "1 copy could not be put into Sent" in said


def test_nothing_is_tried_for_ever(relay):
    with relay.ledger() as ledger:
        send(relay, ledger)
        opened = []
        relay.post.trouble = lambda number, command: opened.append(command)
        later = replace(relay.world, now=lambda: START + timedelta(days=7, seconds=1))
        assert file_copies(later, relay.settings, ledger) == Filings()
        assert opened == []
        relay.clock.move_on(timedelta(days=7))
        assert file(relay, ledger) == Filings(put=3)


def test_where_signing_in_fails_it_is_not_tried_a_second_time(relay):
    file = relay.folder / "campaigns/settings.toml"
    before, _, after = file.read_text("utf-8").partition("[imap]")
    file.write_text(f"{before}[imap]{after.replace(relay.post.password, 'wrong')}", "utf-8")
    asked = []
    relay.post.trouble = lambda number, command: asked.append(command.split()[0])
    assert "copies" not in go(relay)
    assert asked.count("AUTHENTICATE") + asked.count("LOGIN") == 1


def test_while_another_one_sends_nobody_else_files(relay):
    with relay.ledger() as ledger, relay.ledger() as other:
        send(relay, ledger)
        with other.sending(), pytest.raises(TryAgain):
            file(relay, ledger)


def test_a_damaged_letter_is_said_and_the_others_are_filed(relay):
    with relay.ledger() as ledger:
        send(relay, ledger)
        place = replace(ledger.deliveries()[CHIPY].place)
        with (relay.workspace.ledger_folder / "mail" / place.segment).open("r+b") as segment:
            segment.seek(place.offset + 150)
            segment.write(b"\0")
        done = file(relay, ledger)
        assert (done.put, done.missing) == (2, 1)
        assert done.hindered
