"""The ledger in the words of the trade: letters claimed and settled, messages noted, orders given."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from pages import (
    ACCEPTED,
    CHIPY,
    DEFERRED,
    LATER,
    NOW,
    PAUSE,
    REFUSED,
    SEAL,
    UNSURE,
    a_letter,
    a_message,
    send,
)

from mailer.errors import CampaignError, TryAgain
from mailer.ledger import create, identity, look_at, open_ledger
from mailer.ledger.identity import Here
from mailer.ledger.journalled import keeping
from mailer.nouns import Cursor, LetterId, OrderKind, Outcome, State, marks


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


# ── letters ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (ACCEPTED, State.ACCEPTED),
        (DEFERRED, State.DEFERRED),
        (REFUSED, State.REFUSED),
        (UNSURE, State.UNSURE),
    ],
)
def test_a_settled_letter_is_found_again_as_it_was(place, ledger, verdict, state):
    settled = send(ledger, verdict)
    with open_ledger(*place) as again:
        assert again.repaired() == ()
        assert again.delivery(CHIPY) == settled == again.deliveries()[str(CHIPY)]
        assert again.letter_bytes(CHIPY) == a_letter().raw
    assert settled.state is state
    assert settled.claimed_at == NOW
    assert settled.changed_at == settled.attempts[0].at == LATER
    assert settled.attempts[0].verdict == verdict


def test_a_deferred_letter_waits_until_its_time_and_keeps_bytes_and_message_id(place, ledger):
    deferred = send(ledger, DEFERRED, next_try=LATER + timedelta(minutes=5))
    assert deferred.next_try == LATER + timedelta(minutes=5)
    rewritten = replace(a_letter(text="Dear all,\r\n"), message_id="<other@foundation.example>")
    again = ledger.claim(rewritten, LATER)
    assert (again.place, again.message_id, again.claimed_at) == (deferred.place, deferred.message_id, NOW)
    assert ledger.letter_bytes(CHIPY) == a_letter().raw
    ledger.mark_sending(CHIPY, LATER)
    accepted = ledger.settle(CHIPY, ACCEPTED, LATER)
    assert [attempt.verdict for attempt in accepted.attempts] == [DEFERRED, ACCEPTED]
    assert accepted.next_try is None


def test_what_a_record_says_no_more_is_gone_from_the_disk_too(place, ledger):
    send(ledger, UNSURE)
    ledger.change(CHIPY, State.DEFERRED, LATER, "it is not in her Sent folder")
    ledger.claim(a_letter(), LATER)
    ledger.mark_sending(CHIPY, LATER)
    settled = ledger.settle(CHIPY, DEFERRED, LATER, next_try=LATER + timedelta(minutes=5))
    with open_ledger(*place) as again:
        assert again.delivery(CHIPY) == settled
    ledger.claim(a_letter(), LATER)
    ledger.mark_sending(CHIPY, LATER)
    settled = ledger.settle(CHIPY, ACCEPTED, LATER)
    assert (settled.next_try, settled.because) == (None, "")
    with open_ledger(*place) as again:
        assert again.delivery(CHIPY) == settled


@pytest.mark.parametrize("verdict", [ACCEPTED, REFUSED, UNSURE])
def test_a_letter_that_may_have_left_is_never_claimed_again(ledger, verdict):
    before = send(ledger, verdict)
    with pytest.raises(CampaignError, match=f"is {before.state} already"):
        ledger.claim(a_letter(), LATER)
    assert ledger.delivery(CHIPY) == before


def test_a_letter_in_hand_is_not_claimed_twice(ledger):
    ledger.claim(a_letter(), NOW)
    with pytest.raises(CampaignError, match="claimed already"):
        ledger.claim(a_letter(), NOW)


def test_a_pause_gives_the_letter_back(ledger):
    send(ledger, PAUSE)
    assert ledger.delivery(CHIPY) is None
    send(ledger, DEFERRED)
    ledger.claim(a_letter(), LATER)
    back = ledger.settle(CHIPY, PAUSE, LATER)
    assert (back.state, back.next_try) == (State.DEFERRED, LATER)
    assert [attempt.verdict for attempt in back.attempts] == [DEFERRED]


def test_only_the_process_that_claimed_a_letter_settles_it(place, ledger, monkeypatch):
    with ledger.sending():
        ledger.claim(a_letter(), NOW)
        monkeypatch.setattr(identity, "here", lambda: Here("laptop", "boot", 1))
        with open_ledger(*place) as other:
            for act in (
                lambda: other.mark_sending(CHIPY, NOW),
                lambda: other.settle(CHIPY, ACCEPTED, NOW),
            ):
                with pytest.raises(CampaignError, match="not in the hands of this process"):
                    act()
    with pytest.raises(CampaignError, match="no record"):
        ledger.settle(LetterId("a", "b", "c"), ACCEPTED, NOW)


def test_a_bounce_a_proof_and_a_person_move_a_letter_on(ledger):
    send(ledger, UNSURE)
    resolved = ledger.change(CHIPY, State.ACCEPTED, LATER, "she saw it in her Sent folder")
    assert (resolved.state, resolved.because) == (State.ACCEPTED, "she saw it in her Sent folder")
    bounced = ledger.change(CHIPY, State.BOUNCED, LATER, "message 1a2b3c")
    assert ledger.delivery(CHIPY) == bounced


def test_a_letter_in_the_air_is_moved_on_by_its_sender_alone(ledger):
    ledger.claim(a_letter(), NOW)
    with pytest.raises(TryAgain, match="being sent just now"):
        ledger.change(CHIPY, State.BOUNCED, NOW, "message 1a2b3c")
    ledger.settle(CHIPY, ACCEPTED, NOW)
    with pytest.raises(ValueError, match="only sending"):
        ledger.change(CHIPY, State.SENDING, NOW, "")


def test_only_what_a_server_would_not_have_is_released(ledger):
    send(ledger, REFUSED)
    ledger.release(CHIPY)
    assert ledger.deliveries() == {}
    assert ledger.letter_of(a_letter().message_id) is None
    for verdict in (ACCEPTED, UNSURE, DEFERRED):
        letter = a_letter(replace(CHIPY, group=verdict.outcome))
        send(ledger, verdict, letter)
        with pytest.raises(CampaignError, match=f"is {verdict.outcome}, so it cannot be due again"):
            ledger.release(letter.id)
        assert ledger.delivery(letter.id)


@pytest.mark.parametrize("died", [False, True])
def test_what_was_in_doubt_and_then_refused_is_tried_again_with_the_same_bytes(place, ledger, died):
    if died:
        with ledger.sending():
            ledger.claim(a_letter(), NOW)
            ledger.mark_sending(CHIPY, NOW)
        ledger.close()
        ledger = open_ledger(*place)
        assert ledger.delivery(CHIPY).attempts == ()
    else:
        send(ledger, UNSURE)
    with ledger:
        ledger.change(CHIPY, State.DEFERRED, LATER, "fay: it is not in Sent")
        send(ledger, REFUSED)
        ledger.release(CHIPY)
        back = ledger.delivery(CHIPY)
        assert (back.state, back.claimed_at) == (State.DEFERRED, NOW)
        assert [each.verdict.outcome for each in back.attempts] == [Outcome.UNSURE, Outcome.REFUSED]
        assert ledger.letter_bytes(CHIPY) == a_letter().raw
        again = send(ledger, ACCEPTED, a_letter(text="Other words\r\n"))
        assert ledger.letter_bytes(CHIPY) == a_letter().raw
        assert again.place == back.place


def test_a_letter_is_found_by_its_message_id_and_its_reference(ledger):
    send(ledger, ACCEPTED)
    message_id = a_letter().message_id
    reference = marks.ref(CHIPY, SEAL)
    asked = [message_id, message_id.upper(), message_id.strip("<>"), reference, f" {reference.upper()} "]
    asked += [f"<c.{reference}@smtp.provider.example>"]
    assert [ledger.letter_of(text) for text in asked] == [CHIPY] * 6
    strangers = ["", "<>", "<c.@foundation.example>", reference[:-1], f"<{reference}@foundation.example>"]
    assert [ledger.letter_of(text) for text in strangers] == [None] * 5


def test_the_letters_to_a_group_come_in_the_order_of_their_claims(place, ledger):
    again = replace(CHIPY, step="initial-contact-again")
    for letter_id in (CHIPY, replace(CHIPY, group="baypiggies"), again):
        send(ledger, ACCEPTED, a_letter(letter_id))
    with open_ledger(*place) as opened:
        for each in (ledger, opened):
            assert [delivery.letter for delivery in each.deliveries_to("chipy")] == [CHIPY, again]
    assert ledger.deliveries_to("nobody") == ()
    ledger.change(CHIPY, State.REFUSED, LATER, "the server says it lost it")
    ledger.release(CHIPY)
    send(ledger, ACCEPTED)
    assert [delivery.letter for delivery in ledger.deliveries_to("chipy")] == [again, CHIPY]


def test_a_history_is_a_value_that_later_changes_leave_alone(ledger):
    before, deliveries = ledger.history(), ledger.deliveries()
    send(ledger, ACCEPTED)
    assert before.deliveries == deliveries == {}
    assert list(ledger.history().deliveries) == [str(CHIPY)]
    assert ledger.history() is ledger.history()


# ── messages and orders ───────────────────────────────────────────────────────────────────────────────


def test_a_message_and_its_cursor_are_noted_in_one_line(place, ledger):
    journal = place[0] / keeping.JOURNAL
    kept = ledger.arrivals.keep([b"Message-ID: <r1@chipy.example>\r\n\r\nSure!\r\n"])[0]
    lines = journal.read_bytes().count(b"\n")
    message = a_message(place=kept)
    ledger.note(message, Cursor("INBOX", 1, 7))
    assert journal.read_bytes().count(b"\n") == lines + 1
    with open_ledger(*place) as again:
        assert again.messages() == (message,) == again.history().messages
        assert again.cursor("INBOX") == Cursor("INBOX", 1, 7)
        assert again.cursor("Junk") is None
        assert again.has_message("m1")
        assert not again.has_message("m2")
        assert again.mail_bytes(message.place).endswith(b"Sure!\r\n")
        assert again.message_of("R1@chipy.example") == message
        assert again.message_of("") is None


def test_messages_come_in_order_of_arrival_and_the_first_keeps_its_message_id(ledger):
    kept = ledger.arrivals.keep([b""])[0]
    late, early = a_message("m1", LATER, place=kept), a_message("m2", NOW, place=kept)
    ledger.note(late, Cursor("INBOX", 1, 8))
    ledger.note(early, Cursor("INBOX", 1, 9))
    assert ledger.messages() == (early, late)
    assert ledger.message_of("<r1@chipy.example>") == late


def test_noting_a_known_message_only_moves_the_cursor(place, ledger):
    kept = ledger.arrivals.keep([b"Sure!"])[0]
    ledger.note(a_message(place=kept), Cursor("INBOX", 1, 7))
    ledger.note(replace(a_message(place=kept), words="forged"), Cursor("INBOX", 1, 8))
    assert [message.words for message in ledger.messages()] == ["Sure!"]
    ledger.advance(Cursor("INBOX", 1, 9))
    size = (place[0] / keeping.JOURNAL).stat().st_size
    ledger.advance(Cursor("INBOX", 1, 9))
    assert ledger.cursor("INBOX") == Cursor("INBOX", 1, 9)
    assert (place[0] / keeping.JOURNAL).stat().st_size == size, "what changes nothing writes nothing"


def test_orders_are_numbered_and_can_be_taken_back_once(place, ledger):
    stop = ledger.give(OrderKind.STOP, "chipy", "dana", "they asked by phone", NOW)
    hold = ledger.give(OrderKind.HOLD, "baypiggies", "dana", "conference week", NOW, date(2013, 9, 1))
    assert (stop.id, hold.id) == ("o1", "o2")
    assert ledger.revoke("o1", "dana", "wrong group", LATER) == stop
    for number in ("o1", "o9"):
        with pytest.raises(CampaignError, match=f"no order {number}"):
            ledger.revoke(number, "dana", "", LATER)
    assert ledger.give(OrderKind.ANSWERED, "pyladies", "dana", "met her", NOW).id == "o3"
    with open_ledger(*place) as again:
        assert [order.id for order in again.orders()] == ["o2", "o3"]
        assert again.orders()[0] == hold
        assert again.history().stop("chipy") is None


def note_and_resolve(ledger, message, *, crash):
    before = ledger.delivery(CHIPY)
    with ledger.together():
        ledger.note(message, Cursor("INBOX", 1, 7))
        ledger.change(CHIPY, State.ACCEPTED, LATER, f"message {message.id}")
        assert ledger.messages() == ledger.history().messages == (message,), "inside, it is seen"
        assert ledger.delivery(CHIPY) == ledger.deliveries()[str(CHIPY)] != before
        assert not crash, "on purpose"


def test_a_message_and_what_it_proves_are_recorded_together_or_not_at_all(place, ledger):
    send(ledger, UNSURE)
    message = a_message(place=ledger.arrivals.keep([b"Sure!"])[0])
    lines, before = (place[0] / keeping.JOURNAL).read_bytes().count(b"\n"), ledger.history()
    with pytest.raises(AssertionError, match="on purpose"):
        note_and_resolve(ledger, message, crash=True)
    assert (ledger.messages(), ledger.cursor("INBOX"), ledger.history()) == ((), None, before)
    assert ledger.delivery(CHIPY).state is State.UNSURE
    note_and_resolve(ledger, message, crash=False)
    assert (ledger.messages(), ledger.delivery(CHIPY).state) == ((message,), State.ACCEPTED)
    assert (place[0] / keeping.JOURNAL).read_bytes().count(b"\n") == lines + 1


def test_times_are_kept_in_utc_and_must_name_their_zone(ledger):
    chicago = datetime(2013, 8, 19, 4, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert ledger.claim(a_letter(), chicago).claimed_at == NOW
    with pytest.raises(ValueError, match="no time zone"):
        ledger.give(OrderKind.STOP, "chipy", "dana", "", NOW.replace(tzinfo=None))
    assert ledger.orders() == ()


# ── a copy in memory ──────────────────────────────────────────────────────────────────────────────────


def test_a_look_answers_alike_and_writes_nothing_on_disk(tmp_path, place, ledger):
    def on_disk():
        files = (path for path in tmp_path.rglob("*") if path.is_file())
        return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}

    sent = send(ledger, ACCEPTED)
    before = on_disk()
    other = a_letter(replace(CHIPY, group="baypiggies"), text="Hello!\r\n")
    with look_at(*place) as twin:
        assert (twin.id, twin.seal, twin.delivery(CHIPY)) == (ledger.id, ledger.seal, sent)
        with twin.sending(), ledger.sending():
            send(twin, ACCEPTED, other)
        twin.note(a_message(place=twin.arrivals.keep([b"Sure!"])[0]), Cursor("INBOX", 1, 7))
        twin.give(OrderKind.STOP, "chipy", "dana", "", NOW)
        assert [twin.letter_bytes(each) for each in (CHIPY, other.id)] == [a_letter().raw, other.raw]
        assert twin.mail_bytes(twin.messages()[0].place) == b"Sure!"
        assert twin.letter_of(other.message_id) == other.id
    changed = {path for path, found in on_disk().items() if found != before.get(path)}
    assert {path.name for path in changed} <= {"sender.lock"}, "which the real one signed"
    assert (list(ledger.deliveries()), ledger.messages(), ledger.orders()) == ([str(CHIPY)], (), ())
    assert ledger.delivery(other.id) is None
