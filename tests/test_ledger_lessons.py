"""What probes have shown of a server is kept like all else: whole, on disk, the last one counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailer.errors import BadData
from mailer.ledger import create, look_at, open_ledger, verify
from mailer.ledger.documents import from_learned, read, to_learned
from mailer.nouns import Learned

NOW = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
LESSON = Learned(
    "smtp.users.example",
    NOW,
    keeps_message_id=False,
    message_id="<x@provider.example>\x1b[31m",
    original_in="x-microsoft-original-message-id",
    keeps_ref=True,
    files_copies=True,
    signers=(("s1", "users.example"), ("s2", "provider.example")),
)


@pytest.fixture
def place(tmp_path):
    create(tmp_path / "ledger", tmp_path / "id", NOW).close()
    return tmp_path / "ledger", tmp_path / "id"


def test_what_was_learned_is_there_for_the_next_command_and_for_onlookers(place):
    with open_ledger(*place) as ledger:
        assert ledger.lessons.of("smtp.users.example") is None
        ledger.lessons.learn(LESSON)
        with look_at(*place) as onlooker:
            assert onlooker.lessons.of("smtp.users.example") == LESSON
    with open_ledger(*place) as ledger:
        assert ledger.lessons.of("smtp.users.example") == LESSON
        assert ledger.lessons.of("smtp.other.example") is None
    assert not verify(*place).damages


def test_the_last_probe_counts_and_each_server_has_its_own(place):
    later = replace(LESSON, at=NOW + timedelta(days=1), files_copies=None, signers=())
    other = replace(LESSON, server="smtp.other.example")
    with open_ledger(*place) as ledger:
        for lesson in (LESSON, other, later):
            ledger.lessons.learn(lesson)
    with open_ledger(*place) as ledger:
        assert ledger.lessons.of("smtp.users.example") == later
        assert ledger.lessons.of("smtp.other.example") == other


def test_a_lesson_that_cannot_be_understood_is_bad_data():
    document = from_learned(LESSON)
    assert read(to_learned, LESSON.server, document) == LESSON
    for spoiled in ({}, document | {"at": "soon"}, document | {"signers": [["s1"]]}, document | {"more": 1}):
        with pytest.raises(BadData):
            read(to_learned, LESSON.server, spoiled)
