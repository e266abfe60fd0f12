"""Every noun, whatever strangers put into it, comes back from the ledger's documents as it was."""

import json
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.errors import BadData
from mailer.ledger import documents
from mailer.nouns import (
    Address,
    Attempt,
    Candidate,
    Cursor,
    Delivery,
    Finding,
    Kind,
    LetterId,
    Match,
    Message,
    Order,
    OrderKind,
    Outcome,
    Phase,
    Place,
    State,
    Verdict,
)

# ── documents ─────────────────────────────────────────────────────────────────────────────────────────


def _paired(text):
    # Two halves of a pair that meet are one character, in JSON as everywhere.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


TEXT = st.text(
    st.characters(exclude_categories=()) | st.sampled_from("\ud800\udfff\x00\x1b\u2028"), max_size=12
).map(_paired)
TIMES = st.datetimes(timezones=st.just(UTC))
ADDRESSES = st.builds(Address, st.from_regex(r"[a-z+.]{1,9}", fullmatch=True), st.just("x.example"))
SLUGS = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,9}", fullmatch=True)
LETTERS = st.builds(LetterId, SLUGS, SLUGS, SLUGS, st.integers(1, 9))
PLACES = st.builds(Place, SLUGS, st.integers(0, 10**9), st.integers(0, 10**9))
VERDICTS = st.builds(
    Verdict, st.sampled_from(Outcome), st.sampled_from(Phase), st.integers(0, 599), TEXT, TEXT
)
FINDINGS = st.builds(
    Finding,
    st.sampled_from(Kind),
    st.lists(TEXT, max_size=2).map(tuple),
    st.lists(ADDRESSES, max_size=2).map(tuple),
    st.none() | st.dates(),
)
MATCHES = st.builds(
    Match, st.lists(st.builds(Candidate, LETTERS, st.integers(0, 100), TEXT), max_size=2).map(tuple)
)
NOUNS = st.one_of(
    st.builds(
        Delivery,
        letter=LETTERS,
        state=st.sampled_from(State),
        to=st.lists(ADDRESSES, max_size=2).map(tuple),
        message_id=TEXT,
        subject=TEXT,
        digest=TEXT,
        place=PLACES,
        claimed_at=TIMES,
        changed_at=TIMES,
        attempts=st.lists(st.builds(Attempt, TIMES, VERDICTS), max_size=2).map(tuple),
        next_try=st.none() | TIMES,
        because=TEXT,
    ),
    st.builds(
        Message,
        id=SLUGS,
        message_id=TEXT,
        folder=TEXT,
        uid=st.integers(0, 2**32),
        at=TIMES,
        sender=TEXT,
        sender_name=TEXT,
        subject=TEXT,
        words=TEXT,
        finding=FINDINGS,
        match=MATCHES,
        place=PLACES,
        note=TEXT,
        read_at=st.none() | TIMES,
    ),
    st.builds(
        Order,
        SLUGS,
        st.sampled_from(OrderKind),
        TEXT,
        TIMES,
        TEXT,
        TEXT,
        st.none() | st.dates(),
    ),
    st.builds(Cursor, TEXT, st.integers(0, 2**32), st.integers(0, 2**32)),
)
FORMS = {
    Delivery: (
        lambda noun: documents.from_delivery(noun, None),
        documents.to_delivery,
        lambda n: str(n.letter),
    ),
    Message: (documents.from_message, documents.to_message, lambda noun: noun.id),
    Order: (documents.from_order, documents.to_order, lambda noun: noun.id),
    Cursor: (documents.from_cursor, documents.to_cursor, lambda noun: noun.folder),
}


@settings(max_examples=100, deadline=None)
@given(NOUNS)
def test_every_noun_comes_back_from_its_document_as_it_was(noun):
    to_document, to_noun, key = FORMS[type(noun)]
    on_disk = json.dumps({key(noun): to_document(noun)}).encode("ascii")
    ((found, document),) = json.loads(on_disk).items()
    assert documents.read(to_noun, found, document) == noun


@pytest.mark.parametrize("document", [{}, {"validity": 1}, None])
def test_a_document_that_lacks_something_is_refused_in_words(document):
    with pytest.raises(BadData, match="record of INBOX cannot be understood"):
        documents.read(documents.to_cursor, "INBOX", document)
