"""What several letters have to say at once: kept in rounds, the bytes before the claims."""

import asyncio
import os
import threading
from types import SimpleNamespace

import pytest
from pages import ACCEPTED, CHIPY, NOW, SECOND, a_letter

from mailer.errors import CampaignError
from mailer.ledger import clerk, create, open_ledger, segments
from mailer.ledger.journalled import durable
from mailer.ledger.journalled.keeping import JOURNAL
from mailer.nouns import LetterId, State

GROUPS = [LetterId("initial-contact", f"group-{number}", "initial-contact") for number in range(12)]


@pytest.fixture(autouse=True)
def slow_disk(monkeypatch):
    """A disk that is never waited for, so that what is meant to work beside us does."""
    monkeypatch.setattr(clerk, "_QUICK", -1.0)


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "campaigns").mkdir()
    return tmp_path / "campaigns" / "ledger", tmp_path / "campaigns" / "ledger-id"


@pytest.fixture
def ledger(place):
    with create(*place, NOW) as made:
        yield made


async def on_its_way(ledger, clerk, letter):
    await clerk.keep(lambda kept: ledger.claim(letter, NOW, kept), letter.raw)
    await clerk.keep(lambda _: ledger.mark_sending(letter.id, NOW))
    await clerk.keep(lambda _: ledger.settle(letter.id, ACCEPTED, NOW))


def send_all(ledger, letters, *, beside=True):
    async def run():
        async with ledger.clerk(beside=beside) as clerk:
            await asyncio.gather(*(on_its_way(ledger, clerk, letter) for letter in letters))

    asyncio.run(run())


@pytest.mark.parametrize("beside", [True, False])
def test_letters_kept_together_are_found_again_with_their_own_bytes(place, ledger, beside):
    letters = [a_letter(letter, f"Dear {letter.group},\r\n") for letter in GROUPS]
    send_all(ledger, letters, beside=beside)
    ledger.close()
    with open_ledger(*place) as again:
        for letter in letters:
            assert again.delivery(letter.id).state is State.ACCEPTED
            assert again.letter_bytes(letter.id) == letter.raw


@pytest.mark.parametrize("beside", [True, False])
def test_no_claim_is_written_before_the_disk_has_its_bytes(place, ledger, monkeypatch, beside):
    synced, claims = set(), []
    sync, claim = durable.sync, ledger.claim

    def watched(fd):
        sync(fd)
        synced.update(mail_names(place, fd))

    def watched_claim(letter, now, kept):
        claims.append((kept.segment, kept.offset + kept.length <= dict(synced).get(kept.segment, 0)))
        return claim(letter, now, kept)

    def mail_names(place, fd):
        found = os.fstat(fd)
        return [
            (p.name, found.st_size) for p in (place[0] / "mail").iterdir() if p.stat().st_ino == found.st_ino
        ]

    monkeypatch.setattr(durable, "sync", watched)
    monkeypatch.setattr(ledger, "claim", watched_claim)
    send_all(ledger, [a_letter(letter) for letter in GROUPS], beside=beside)
    assert [safe for _, safe in claims] == [True] * len(GROUPS)


def test_nobody_is_told_before_the_disk_has_the_change(place, ledger, monkeypatch):
    journal, unsynced = (place[0] / JOURNAL).stat().st_ino, []
    sync = durable.sync

    def watched(fd):
        sync(fd)
        if os.fstat(fd).st_ino == journal:
            unsynced.clear()

    async def run():
        async with ledger.clerk(beside=True) as clerk:
            for letter in map(a_letter, GROUPS[:3]):

                def claim(kept, letter=letter):
                    unsynced.append(letter)
                    return ledger.claim(letter, NOW, kept)

                await clerk.keep(claim, letter.raw)
                assert not unsynced

    monkeypatch.setattr(durable, "sync", watched)
    asyncio.run(run())


@pytest.mark.parametrize(("takes", "beside"), [(0.0001, False), (0.01, True)])
def test_a_quick_disk_is_waited_for_and_a_slow_one_works_beside_us(ledger, monkeypatch, takes, beside):
    clock, threads, sync = SimpleNamespace(now=0.0), [], durable.sync

    def watched(fd):
        clock.now += takes
        threads.append(threading.current_thread() is not threading.main_thread())
        sync(fd)

    monkeypatch.setattr(clerk, "_QUICK", 0.001)
    monkeypatch.setattr(clerk, "time", SimpleNamespace(monotonic=lambda: clock.now))
    monkeypatch.setattr(durable, "sync", watched)
    send_all(ledger, [a_letter(letter) for letter in GROUPS])
    first, *others = threads
    assert not first, "nobody knows yet how quick it is"
    assert set(others) == {beside}


def test_a_round_begins_a_new_segment_once_one_is_full(place, ledger, monkeypatch):
    monkeypatch.setattr(segments, "FULL", 250)
    letters = [a_letter(letter) for letter in GROUPS]
    send_all(ledger, letters)
    assert len(list((place[0] / "mail").iterdir())) >= len(GROUPS) // 3
    assert [ledger.letter_bytes(letter.id) for letter in letters] == [letter.raw for letter in letters]


def test_a_change_that_was_dropped_is_not_taken_for_the_next_one(ledger):
    def both():
        with ledger.together():
            ledger.mark_sending(CHIPY, NOW)
            ledger.mark_sending(SECOND, NOW)

    ledger.claim(a_letter(), NOW)
    with pytest.raises(CampaignError):
        both()
    assert ledger.delivery(CHIPY).state is State.CLAIMED
    assert ledger.settle(CHIPY, ACCEPTED, NOW) == ledger.delivery(CHIPY)
    assert ledger.delivery(CHIPY).state is State.ACCEPTED
