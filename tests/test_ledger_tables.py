"""TinyDB as the ledger uses it: every operation, changes made together, and several processes at once."""

import json
import os
import shutil
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pages import (
    ACCEPTED,
    CHIPY,
    LEDGER,
    NOW,
    SECOND,
    Plain,
    a_letter,
    fill,
    in_another_process,
    names_in,
    opened,
    send,
)
from tinydb import TinyDB, where
from tinydb.storages import MemoryStorage
from tinydb.table import Document

from mailer.errors import TryAgain
from mailer.ledger import create, open_ledger
from mailer.ledger.journalled import Form, KeyedDB, Nowhere, Position, Store, begin, durable, keeping, locks
from mailer.ledger.journalled.keeping import JOURNAL, SNAPSHOT
from mailer.ledger.journalled.lines import kept
from mailer.nouns import (
    Cursor,
    State,
)


@pytest.fixture(autouse=True)
def _own_state_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def folder(tmp_path):
    """A ledger's folder with an empty journal."""
    made = tmp_path / "ledger"
    made.mkdir()
    begin(made, LEDGER, Form())
    return made


# ── TinyDB ────────────────────────────────────────────────────────────────────────────────────────────

KEYS = st.sampled_from(["a", "b", "c", "d"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "x", "ü", "\ud800"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=2),
    max_leaves=3,
)
DOCUMENTS = st.dictionaries(st.sampled_from(["n", "v"]), VALUES, max_size=2)
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), KEYS, DOCUMENTS),
        st.tuples(st.just("insert_multiple"), st.lists(st.tuples(KEYS, DOCUMENTS), max_size=3)),
        st.tuples(st.just("upsert"), KEYS, DOCUMENTS),
        st.tuples(st.just("update"), st.lists(KEYS, max_size=2), DOCUMENTS),
        st.tuples(st.just("update_where"), VALUES, DOCUMENTS),
        st.tuples(st.just("update_all"), DOCUMENTS),
        st.tuples(st.just("append"), KEYS, VALUES),
        st.tuples(st.just("remove"), st.lists(KEYS, max_size=2, unique=True)),
        st.tuples(st.just("remove_where"), VALUES),
        st.tuples(st.just("truncate")),
        st.tuples(st.just("drop_tables")),
    ),
    max_size=8,
)


ACTS = {
    "insert": lambda table, key, fields: table.insert(Document(fields, doc_id=key)),
    "upsert": lambda table, key, fields: table.upsert(Document(fields, doc_id=key)),
    "insert_multiple": lambda table, pairs: table.insert_multiple(Document(f, doc_id=k) for k, f in pairs),
    "update": lambda table, keys, fields: table.update(fields, doc_ids=keys),
    "update_where": lambda table, value, fields: table.update(fields, where("v") == value),
    "update_all": lambda table, fields: table.update(fields),
    "append": lambda table, key, value: table.update(
        lambda doc: doc.setdefault("l", []).append(value), doc_ids=[key]
    ),
    "remove": lambda table, keys: table.remove(doc_ids=keys),
    "remove_where": lambda table, value: table.remove(where("v") == value),
    "truncate": lambda table: table.truncate(),
}


def perform(db, verb, *arguments):
    """One operation as any user of TinyDB writes it; what it answers, or the kind of what it raises."""
    if verb == "drop_tables":
        return db.drop_tables()
    try:
        return ACTS[verb](db.table("groups"), *arguments)
    except ValueError as error:
        return type(error)


def contents(db):
    return {doc.doc_id: json.dumps(dict(doc), sort_keys=True) for doc in db.table("groups").all()}


@given(OPERATIONS)
def test_every_operation_answers_as_stock_tinydb_does_and_survives(operations):
    stock = TinyDB(storage=MemoryStorage)
    stock.table_class = Plain
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stack.enter_context(mock.patch.dict(os.environ, {"XDG_STATE_HOME": str(home)}))
        stack.enter_context(mock.patch.object(durable, "sync"))  # a disk's time, not its truth
        begin(home, LEDGER, Form())
        db = stack.enter_context(opened(home))
        watcher = stack.enter_context(opened(home))
        for operation in operations:
            expected = perform(stock, *operation)
            assert perform(db, *operation) == expected
            assert contents(db) == contents(stock)
            assert contents(watcher) == contents(stock)
        with opened(home) as again:
            assert contents(again) == contents(stock)


def test_only_what_differs_is_written(folder):
    fill(folder, "a", "b", "c")
    size = (folder / JOURNAL).stat().st_size
    with opened(folder) as db:
        groups = db.table("groups")
        assert groups.update({"name": "a"}, doc_ids=["a"]) == ["a"]
        assert groups.update({"name": "b"}, where("name") == "b") == ["b"]
        assert groups.remove(doc_ids=["nobody"]) == []
        assert (folder / JOURNAL).stat().st_size == size
        groups.update({"flag": True}, where("name") == "b")
        groups.update({"flag": 1}, where("name") == "b")
    last = (folder / JOURNAL).read_bytes().splitlines()[-1]
    assert json.loads(last)["change"] == {"groups": {"b": {"name": "b", "flag": 1}}}
    assert b'"flag":1' in last, "1 is not True"


@pytest.mark.parametrize("value", [datetime(2013, 8, 19, tzinfo=UTC), float("nan"), {1, 2}])
def test_what_is_no_json_changes_nothing(folder, value):
    whole = fill(folder, "a")
    with opened(folder) as db:
        with pytest.raises((TypeError, ValueError)):
            db.table("groups").insert(Document({"name": value}, doc_id="b"))
        assert [doc.doc_id for doc in db.table("groups")] == ["a"]
    assert (folder / JOURNAL).read_bytes() == whole


def test_a_document_needs_its_key_and_the_key_is_text(folder):
    with opened(folder) as db:
        with pytest.raises(ValueError, match="needs its key"):
            db.table("groups").insert({"name": "chipy"})
        with pytest.raises(TypeError, match="key is text"):
            db.table("groups").insert(Document({"name": "chipy"}, doc_id=5))


def test_what_the_caller_does_to_its_own_document_later_does_not_reach_the_table(folder):
    mine = {"tags": ["a"]}
    with opened(folder) as db:
        db.table("groups").insert(Document(mine, doc_id="chipy"))
        mine["tags"].append("b")
        assert db.table("groups").get(doc_id="chipy") == {"tags": ["a"]}
        found = db.table("groups").get(where("tags").any(["a"]))
        assert (found.doc_id, db.table("groups").count(where("tags").exists())) == ("chipy", 1)


def test_a_change_deep_inside_a_document_is_kept_or_undone_like_any_other(folder):
    def add(doc, *, fail=False):
        doc["inner"]["tags"].append("b")
        if fail:
            raise RuntimeError

    with opened(folder) as db, opened(folder) as watcher:
        groups = db.table("groups")
        groups.insert(Document({"inner": {"tags": ["a"]}}, doc_id="chipy"))
        with pytest.raises(RuntimeError):
            groups.update(partial(add, fail=True), doc_ids=["chipy"])
        assert groups.all() == watcher.table("groups").all() == [{"inner": {"tags": ["a"]}}]
        groups.update(add, doc_ids=["chipy"])
        assert groups.all() == watcher.table("groups").all() == [{"inner": {"tags": ["a", "b"]}}]


def test_changes_made_together_are_one_line_or_none(folder):
    def both(db, *, fail):
        with db.storage.together():
            db.table("groups").insert(Document({"name": "chipy"}, doc_id="chipy"))
            db.table("notes").insert(Document({"of": "chipy"}, doc_id="n1"))
            assert db.table("groups").contains(doc_id="chipy"), "inside, its own changes are seen"
            assert not fail, "on purpose"

    with opened(folder) as db, opened(folder) as watcher:
        with pytest.raises(AssertionError, match="on purpose"):
            both(db, fail=True)
        assert len(db.table("groups")) == len(db.table("notes")) == 0
        both(db, fail=False)
        assert len(watcher.table("groups")) == len(watcher.table("notes")) == 1
    assert (folder / JOURNAL).read_bytes().count(b"\n") == 2


def test_an_interrupted_write_is_read_like_any_other_news(folder):
    with opened(folder) as db:
        store = db.storage
        with (
            mock.patch.object(store, "_apply", side_effect=KeyboardInterrupt),
            pytest.raises(KeyboardInterrupt),
        ):
            db.table("groups").insert(Document({"name": "chipy"}, doc_id="chipy"))
        assert [doc["name"] for doc in db.table("groups")] == ["chipy"]


def cost_of_three_events(folder, size):
    """Bytes written, and documents looked at again, for an update, an insert and a removal among so many."""
    begin(folder, LEDGER, Form())
    written, learnt, real = [], [], durable.write_all
    with opened(folder) as db:
        rows = (Document({"name": f"{n:04}", "state": "claimed"}, doc_id=f"{n:04}") for n in range(size))
        groups = db.table("groups")
        groups.insert_multiple(rows)
        db.storage._learn = lambda *change: learnt.append(change)
        with mock.patch.object(durable, "write_all") as spied:
            spied.side_effect = lambda fd, data, at: (written.append(data.strip(b"\0")), real(fd, data, at))
            groups.update({"state": "accepted"}, doc_ids=["0007"])
            groups.insert(Document({"name": "new", "state": "claimed"}, doc_id="new"))
            groups.remove(doc_ids=["0003"])
    return [len(line) for line in written if line], [key for _, key, _, _ in learnt]


def test_an_event_costs_the_same_however_many_documents_there_are(folder):
    costs = []
    for size in (10, 2000):
        shutil.rmtree(os.environ["XDG_STATE_HOME"], ignore_errors=True)
        costs.append(cost_of_three_events(folder, size))
    assert costs[0] == costs[1]
    written, learnt = costs[1]
    assert max(written) < 100
    assert learnt == ["0007", "new", "0003"]
    assert not (folder / SNAPSHOT).exists()


def test_the_example_on_its_page_works(tmp_path, monkeypatch):
    page = Path(keeping.__file__).with_name("README.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(page.partition("```python\n")[2].partition("```")[0], names)
    assert names["said"] == []
    assert (tmp_path / "notes" / JOURNAL).read_bytes().count(b"\n") == 4


# ── several processes ─────────────────────────────────────────────────────────────────────────────────


def test_two_open_ledgers_see_each_others_changes_at_once(tmp_path):
    place = tmp_path / "ledger", tmp_path / "ledger-id"
    with create(*place, NOW) as one, open_ledger(*place) as two:
        sent = send(one, ACCEPTED)
        assert two.delivery(CHIPY) == sent == two.deliveries()[str(CHIPY)]
        assert two.letter_of(sent.message_id) == CHIPY
        assert two.deliveries_to("chipy") == (sent,)
        bounced = two.change(CHIPY, State.BOUNCED, NOW, "message m1")
        assert one.history().deliveries == {str(CHIPY): bounced}
        one.advance(Cursor("INBOX", 1, 5))
        assert two.cursor("INBOX").uid == 5


@pytest.mark.parametrize("all_read", [False, True])
def test_a_snapshot_by_another_process_is_noticed(tmp_path, monkeypatch, all_read):
    place = tmp_path / "ledger", tmp_path / "ledger-id"
    with create(*place, NOW) as one:
        send(one, ACCEPTED)
        with open_ledger(*place) as two:
            send(two, ACCEPTED, a_letter(SECOND))
            two.change(CHIPY, State.BOUNCED, NOW, "message m1")
            if all_read:
                one.history()
            monkeypatch.setattr(keeping, "LONG_JOURNAL", 0)
        assert (place[0] / SNAPSHOT).exists()
        assert one.letter_of(a_letter(SECOND).message_id) == SECOND
        assert one.delivery(CHIPY).state is State.BOUNCED
        one.advance(Cursor("INBOX", 1, 5))
        with open_ledger(*place) as three:
            assert three.cursor("INBOX").uid == 5
            assert len(three.deliveries()) == 2


def test_two_processes_write_in_turn_and_none_of_their_changes_is_lost(tmp_path):
    place = tmp_path / "ledger", tmp_path / "ledger-id"
    script = (
        "from mailer.ledger.journalled import keeping; keeping.LONG_JOURNAL = 5000\n"
        "from mailer.nouns import OrderKind\n"
        "for part in range(5):\n"
        "    with open_ledger(*place) as ledger:\n"
        "        for number in range(10):\n"
        "            print(ledger.give(OrderKind.STOP, f'g{number}', str(os.getpid()), '', NOW).id)\n"
    )
    with create(*place, NOW) as ledger:
        with in_another_process(place, script) as one, in_another_process(place, script) as two:
            given = [process.communicate()[0].decode().split() for process in (one, two)]
        assert [one.returncode, two.returncode] == [0, 0]
        assert sorted(given[0] + given[1], key=lambda number: int(number[1:])) == [
            f"o{number}" for number in range(1, 101)
        ]
        for process, numbers in zip((one, two), given, strict=True):
            assert [order.id for order in ledger.orders() if order.by == str(process.pid)] == numbers
        assert len(ledger.orders()) == 100


def test_who_does_not_get_its_turn_says_so(folder, monkeypatch):
    monkeypatch.setattr(locks, "PATIENCE", 0.0)
    with opened(folder) as one, opened(folder) as two, one.storage.together():
        with pytest.raises(TryAgain, match="another campaign command is writing"):
            two.table("groups").insert(Document({}, doc_id="a"))
        assert two.table("groups").all() == [], "reading what one has needs no turn"


def test_who_does_not_get_a_turn_for_a_snapshot_leaves_it_to_the_next(folder, monkeypatch):
    with opened(folder) as one:
        monkeypatch.setattr(keeping, "LONG_JOURNAL", 0)
        monkeypatch.setattr(locks, "PATIENCE", 0.0)
        with opened(folder) as two:
            two.table("groups").insert(Document({"name": "ChiPy"}, doc_id="chipy"))
            one.table("groups").all()
            turn = locks.Turn(folder / "lock")
            turn.__enter__()
        assert not (folder / SNAPSHOT).exists()
        turn.close()
    assert (folder / SNAPSHOT).exists()
    assert names_in(folder) == ["ChiPy"]


def test_a_torn_tail_left_by_a_dead_neighbour_is_mended_while_we_are_open(folder):
    said = []
    with opened(folder, said) as db:
        with (folder / JOURNAL).open("ab") as file:
            file.write(b'{"crc":"0123')
        db.table("groups").insert(Document({"name": "chipy"}, doc_id="chipy"))
    assert len(said) == 1
    assert names_in(folder) == ["chipy"]


def test_a_keeper_that_keeps_nothing_answers_like_the_real_one():
    store = Store(Nowhere({"groups": {"a": {"name": "a"}}}))
    store.open(lambda *_: None)
    groups = KeyedDB(store).table("groups")
    groups.update({"tags": ("x",)}, doc_ids=["a"])
    assert groups.all() == [{"name": "a", "tags": ["x"]}]
    store.close()


class Word(str):
    __slots__ = ()


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(categories=["Lu", "Cs", "Nd"]))
    | st.sampled_from(["\ud83d\ude00", Word("a word"), "Zürich"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.sampled_from(["a", "ü", "\ud83d\ude00", 7, Word("b")]), inner, max_size=3)
    ),
)


@given(ODD)
@example(value=["\ud83d\ude00"])
@example(value=("\ud83d\ude00", {7: (Word("a word"),), "\ud83d\ude00": 1}))
def test_what_was_just_written_is_as_it_would_be_read(value):
    text, read = kept(value)
    # repr, because == takes True for 1.
    assert repr(read) == repr(json.loads(text)) == repr(json.loads(json.dumps(value)))


def test_a_word_of_another_kind_becomes_text():
    assert type(kept([Word("a")])[1][0]) is str


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(float("nan"), id="no number"),
        pytest.param(float("-inf"), id="endless"),
        pytest.param(2**64, id="more than 64 bits"),
        pytest.param(-(2**63) - 1, id="more than 64 bits, below nought"),
        pytest.param(datetime(2026, 11, 22, tzinfo=UTC), id="a time"),
        pytest.param(Position(1, 2), id="an object"),
        pytest.param(b"octets", id="octets"),
        pytest.param({("a", "b"): 1}, id="a pair as a key"),
    ],
)
def test_what_is_no_json_is_refused_wherever_it_stands(value):
    with pytest.raises((TypeError, ValueError)):
        kept({"a": ["Zürich", {"b": value}]})
    with pytest.raises((TypeError, ValueError)):
        kept([value])


def test_nobody_changes_what_was_written_from_outside(folder):
    inside = {"names": ["Ada"], "place": {"city": "Zürich"}}
    with opened(folder) as db:
        db.table("groups").insert(Document({"inside": inside}, doc_id="chipy"))
        inside["names"].append("Bob")
        inside["place"]["city"] = "Bern"
        kept = {"names": ["Ada"], "place": {"city": "Zürich"}}
        assert db.table("groups").get(doc_id="chipy") == {"inside": kept}
    with opened(folder) as db:
        assert db.table("groups").get(doc_id="chipy") == {"inside": kept}
