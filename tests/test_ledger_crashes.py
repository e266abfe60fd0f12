"""A letter over which the program dies again and again is set aside, and the others go on (R19)."""

import json
import signal

import pytest
from pages import ACCEPTED, CHIPY, DEFERRED, LATER, NOW, SECOND, UNSURE, a_letter, send
from past import group as a_group
from past import history, plan
from stage import campaign, stage

from mailer.errors import UsageError
from mailer.ledger import create, open_ledger
from mailer.nouns import OrderKind, State
from mailer.orders import Clerk

POISON = "intent.after_fsync[hello/chipy]:kill"


@pytest.fixture(autouse=True)
def _own_state_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def place(tmp_path):
    (tmp_path / "campaigns").mkdir()
    found = tmp_path / "campaigns" / "ledger", tmp_path / "campaigns" / "ledger-id"
    create(*found, NOW).close()
    return found


def die_over(place, letter=CHIPY):
    """Take a letter in hand and do no more, as a process does that is killed; what the next one says."""
    with open_ledger(*place) as ledger:
        ledger.claim(a_letter(letter), NOW)
    with open_ledger(*place) as ledger:
        return ledger.repaired()


def set_aside(place):
    with open_ledger(*place) as ledger:
        return set(ledger.history().set_aside)


# ── counting ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_third_death_over_a_letter_sets_it_aside_and_says_so(place):
    again = (f"{CHIPY} was chosen but not begun when the program stopped: it is due again.",)
    assert [die_over(place), die_over(place)] == [again, again]
    assert set_aside(place) == set()
    assert die_over(place) == (f"The program has stopped 3 times over {CHIPY}: it is set aside.",)
    assert set_aside(place) == {str(CHIPY)}


def test_deaths_over_several_letters_are_counted_apart(place):
    for letter in (CHIPY, SECOND, CHIPY, SECOND):
        die_over(place, letter)
    assert set_aside(place) == set()
    die_over(place, SECOND)
    assert set_aside(place) == {str(SECOND)}


def test_a_deferred_letter_is_set_aside_likewise_and_keeps_its_record(place):
    with open_ledger(*place) as ledger:
        before = send(ledger, DEFERRED)
    said = [die_over(place) for _ in range(3)]
    assert said[0] == (f"{CHIPY} was claimed when the program stopped: it is deferred now.",)
    assert "set aside" in said[2][0]
    with open_ledger(*place) as ledger:
        assert ledger.history().set_aside == {str(CHIPY)}
        after = ledger.delivery(CHIPY)
    assert (after.state, after.place, after.attempts) == (State.DEFERRED, before.place, before.attempts)


@pytest.mark.parametrize("verdict", [ACCEPTED, DEFERRED, UNSURE])
def test_whatever_a_server_says_of_a_letter_ends_the_count(place, verdict):
    die_over(place)
    die_over(place)
    with open_ledger(*place) as ledger:
        send(ledger, verdict)
        if verdict is UNSURE:
            ledger.change(CHIPY, State.DEFERRED, LATER, "it is not in her Sent folder")
        if verdict is ACCEPTED:
            ledger.change(CHIPY, State.BOUNCED, LATER, "it came back")
    assert set_aside(place) == set()
    if verdict is not ACCEPTED:
        die_over(place)
        die_over(place)
        assert set_aside(place) == set()


def test_a_letter_in_doubt_is_not_counted_for_it_waits_for_a_person_anyway(place):
    die_over(place)
    die_over(place)
    with open_ledger(*place) as ledger:
        ledger.claim(a_letter(), NOW)
        ledger.mark_sending(CHIPY, NOW)
    with open_ledger(*place) as ledger:
        assert ledger.delivery(CHIPY).state is State.UNSURE
        assert ledger.history().set_aside == frozenset()


def test_looking_on_counts_nothing_while_somebody_is_sending(place):
    with open_ledger(*place) as ledger, ledger.sending():
        ledger.claim(a_letter(), NOW)
        for _ in range(4):
            open_ledger(*place).close()
        assert ledger.history().set_aside == frozenset()
        ledger.mark_sending(CHIPY, NOW)
        ledger.settle(CHIPY, ACCEPTED, LATER)


# ── the plan ──────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_set_aside_is_withheld_with_all_that_follows_it():
    made = plan([a_group("chipy"), a_group("oslo")], history(set_aside=["c/chipy/first"]))
    [first, again, last] = [line for line in made.lines if line.letter.group == "chipy"]
    assert {line.reason for line in (first, again, last)} == {"set aside"}
    assert {line.status.value for line in (first, again, last)} == {"withheld"}
    assert made.stuck == (first, again, last)
    assert [str(line.letter) for line in made.due] == ["c/oslo/first"]


# ── a person brings it back ───────────────────────────────────────────────────────────────────────────


def test_a_person_brings_it_back_and_that_is_recorded(place):
    for _ in range(3):
        die_over(place)
    with open_ledger(*place) as ledger:
        clerk = Clerk(ledger, (), "fay", LATER)
        with pytest.raises(UsageError, match="no such letter"):
            clerk.resolve(str(CHIPY), sent=True, because="slip")
        order = clerk.resolve("chipy", sent=False, because="the disk was full")
        assert (order.kind, order.subject, order.because) == (
            OrderKind.RESEND,
            str(CHIPY),
            "the disk was full",
        )
        assert ledger.orders() == (order,)
        assert ledger.history().set_aside == frozenset()
        assert ledger.delivery(CHIPY) is None
    die_over(place)
    assert set_aside(place) == set()


# ── through the installed command ─────────────────────────────────────────────────────────────────────


def test_a_poison_letter_stops_three_runs_and_no_fourth(tmp_path):
    with stage(tmp_path / "w") as play:
        now = play.clock.now().isoformat()
        for _ in range(3):
            words = ("send", "hello", "--confirm", "3")
            died = campaign(play.folder, *words, CAMPAIGN_NOW=now, CAMPAIGN_FAILPOINT=POISON)
            assert died.returncode == -signal.SIGKILL
        send = ("send", "hello", "--confirm", "2")
        done = campaign(play.folder, *send, CAMPAIGN_NOW=now, CAMPAIGN_FAILPOINT=POISON)
        assert done.returncode == 4, done.stderr
        assert "3 times over hello/chipy/hello: it is set aside" in " ".join(done.stderr.split())
        others = ["ingrid@oslopython.example", "noor@sfpython.example"]
        assert recipients(play) == others

        said = " ".join(play.run("todo").stdout.split())
        assert "1 letter set aside chipy robin@chipy.example" in said
        assert "campaign preview hello --group chipy --step hello, then: campaign resolve chipy" in said
        [summed] = json.loads(play.run("status", "hello", "--json").stdout)["sums"]["campaigns"]
        assert summed["withheld"] == {"set aside": 2}
        assert sum(summed["letters"].values()) == 6

        play.run("preview", "hello", "--group", "chipy", "--step", "hello")
        play.run("resolve", "chipy", "--resend", "--because", "a new version")
        play.run("send", "hello", "--confirm", "1")
        assert recipients(play) == [*others, "robin@chipy.example"]


def recipients(play):
    with play.ledger() as ledger:
        accepted = [d for d in ledger.deliveries().values() if d.state is State.ACCEPTED]
    return sorted(str(address) for delivery in accepted for address in delivery.to)
