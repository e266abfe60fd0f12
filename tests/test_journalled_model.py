"""TinyDB with a journal beside a plain dict: whatever is done to both, in any order, they hold the same.

The machine does what users of TinyDB do, through two handles, and what befalls them: a body that fails, a
process that is killed, half a line at the end of the journal, a snapshot.
"""

import contextlib
import copy
import os
import shutil
import signal
import tempfile
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pages import LEDGER, Plain, opened
from tinydb import TinyDB, where
from tinydb.table import Document

from mailer.ledger.journalled import Form, begin, durable, keeping
from mailer.ledger.journalled.keeping import JOURNAL, SNAPSHOT

TABLES = ("groups", "notes")
KEYS = st.sampled_from(["a", "b", "c", "d"])
NUMBERS = st.integers(0, 2)
FIELDS = st.fixed_dictionaries({}, optional={"n": NUMBERS, "words": st.text("x\n\0ü\ud800", max_size=2)})
NAMES = st.sampled_from(TABLES)


class Model:
    """What a table is: documents by their keys."""

    def __init__(self):
        self.tables = {name: {} for name in TABLES}

    def insert(self, name, key, fields):
        if key in self.tables[name]:
            raise ValueError(key)
        self.tables[name][key] = fields

    def insert_multiple(self, name, pairs):
        keys = [key for key, _ in pairs]
        if len(set(keys)) < len(keys) or set(keys) & set(self.tables[name]):
            raise ValueError(keys)
        self.tables[name] |= dict(pairs)

    def upsert(self, name, key, fields):
        self.tables[name][key] = self.tables[name].get(key, {}) | fields

    def update(self, name, key, fields):
        if key in self.tables[name]:
            self.tables[name][key] |= fields

    def update_where(self, name, number, fields):
        for row in self.tables[name].values():
            if row.get("n") == number:
                row.update(fields)

    def remove(self, name, key):
        self.tables[name].pop(key, None)

    def remove_where(self, name, number):
        self.tables[name] = {k: row for k, row in self.tables[name].items() if row.get("n") != number}

    def truncate(self, name):
        self.tables[name] = {}


REAL = {
    "insert": lambda table, key, fields: table.insert(Document(fields, doc_id=key)),
    "insert_multiple": lambda table, pairs: table.insert_multiple(Document(f, doc_id=k) for k, f in pairs),
    "upsert": lambda table, key, fields: table.upsert(Document(fields, doc_id=key)),
    "update": lambda table, key, fields: table.update(fields, doc_ids=[key]),
    "update_where": lambda table, number, fields: table.update(fields, where("n") == number),
    "remove": lambda table, key: table.remove(doc_ids=[key]),
    "remove_where": lambda table, number: table.remove(where("n") == number),
    "truncate": lambda table: table.truncate(),
}
PHASES = [phase for phase in hypothesis.Phase if phase is not hypothesis.Phase.shrink]
CHANGES = st.one_of(
    st.tuples(st.sampled_from(["insert", "upsert", "update"]), NAMES, KEYS, FIELDS),
    st.tuples(st.just("insert_multiple"), NAMES, st.lists(st.tuples(KEYS, FIELDS), max_size=3)),
    st.tuples(st.just("update_where"), NAMES, NUMBERS, FIELDS),
    st.tuples(st.just("remove"), NAMES, KEYS),
    st.tuples(st.just("remove_where"), NAMES, NUMBERS),
    st.tuples(st.just("truncate"), NAMES),
)


class Tables(RuleBasedStateMachine):
    """One folder, one handle or two, and the model."""

    @initialize()
    def begin(self):
        self.stack = ExitStack()
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.state = self.folder / "state"
        self.stack.enter_context(mock.patch.dict(os.environ, {"XDG_STATE_HOME": str(self.state)}))
        for call in ("sync", "sync_folder"):  # a disk's time, not its truth
            self.stack.enter_context(mock.patch.object(durable, call))
        self.ledger = self.folder / "ledger"
        self.ledger.mkdir()
        begin(self.ledger, LEDGER, Form())
        self.model = Model()
        self.handles = []
        self.open()

    def open(self):
        handle = opened(self.ledger)
        self.handles.append((handle, handle.__enter__()))

    def close_all(self):
        while self.handles:
            self.handles.pop()[0].__exit__(None, None, None)

    def perform(self, db, change):
        """One change to both; whether both took it."""
        verb, name, *arguments = change
        outcomes = []
        for act in (
            lambda: REAL[verb](db.table(name), *copy.deepcopy(arguments)),
            lambda: getattr(self.model, verb)(name, *copy.deepcopy(arguments)),
        ):
            try:
                act()
                outcomes.append("done")
            except ValueError:
                outcomes.append("refused")
        assert outcomes[0] == outcomes[1], change
        return outcomes[0] == "done"

    def pick(self, number):
        return self.handles[number % len(self.handles)][1]

    @rule(change=CHANGES, number=NUMBERS)
    def change(self, change, number):
        self.perform(self.pick(number), change)

    @rule(changes=st.lists(CHANGES, max_size=3), number=NUMBERS, sync=st.booleans())
    def several_together(self, changes, number, sync):
        db = self.pick(number)
        with db.storage.together(sync=sync):
            for change in changes:
                self.perform(db, change)

    @rule(changes=st.lists(CHANGES, min_size=1, max_size=3), number=NUMBERS)
    def a_body_that_fails(self, changes, number):
        db, before = self.pick(number), copy.deepcopy(self.model)
        with contextlib.suppress(ZeroDivisionError), db.storage.together():
            for change in changes:
                self.perform(db, change)
            raise ZeroDivisionError
        self.model = before

    @precondition(lambda self: len(self.handles) == 1)
    @rule()
    def a_second_handle(self):
        self.open()

    @rule()
    def close_and_reopen(self):
        self.close_all()
        self.open()

    @rule()
    def a_snapshot(self):
        while len(self.handles) > 1:
            self.handles.pop()[0].__exit__(None, None, None)
        other = opened(self.ledger)
        with mock.patch.object(keeping, "LONG_JOURNAL", 0), other as db:
            # So that the journal is long beside the snapshot, too; and it is gone again.
            db.table("notes").upsert(Document({"n": "x" * 3000}, doc_id="long"))
            db.table("notes").remove(doc_ids=["long"])
        plain = TinyDB(self.ledger / SNAPSHOT, access_mode="r")
        with contextlib.closing(plain):
            plain.table_class = Plain
            assert {name: rows_of(plain, name) for name in TABLES} == self.model.tables

    @rule(changes=st.lists(CHANGES, max_size=3), inside=st.lists(CHANGES, max_size=2))
    def another_process_is_killed(self, changes, inside):
        """After some changes, and in the midst of others."""
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                self.be_killed(changes, inside)
            os._exit(1)  # pragma: no cover - it was killed
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        for change in changes:
            verb, name, *arguments = copy.deepcopy(change)
            with contextlib.suppress(ValueError):
                getattr(self.model, verb)(name, *arguments)

    def be_killed(self, changes, inside):
        with opened(self.ledger) as db:
            for change in changes:
                self.perform(db, change)
            with db.storage.together():
                for change in inside:
                    self.perform(db, change)
                os.kill(os.getpid(), signal.SIGKILL)

    @rule(fraction=st.floats(0, 0.99), change=CHANGES, alone=st.booleans())
    def half_a_line_is_left_behind(self, fraction, change, alone):
        """What a process leaves that dies in mid-write: the first bytes of the very line that was to come."""
        if alone:
            self.close_all()
        line = self.line_of(change)
        if len(line) > 2:
            put(self.ledger / JOURNAL, line[: 1 + int(fraction * (len(line) - 2))])
        if alone:
            self.open()

    def line_of(self, change):
        """The bytes that a change would append, found out on a copy; none where nothing changes."""
        with tempfile.TemporaryDirectory() as elsewhere:
            state, twin = Path(elsewhere) / "state", Path(elsewhere) / "ledger"
            shutil.copytree(self.ledger, twin)
            before = written(twin / JOURNAL)
            with mock.patch.dict(os.environ, {"XDG_STATE_HOME": str(state)}), opened(twin) as db:
                verb, name, *arguments = copy.deepcopy(change)
                with contextlib.suppress(ValueError):
                    REAL[verb](db.table(name), *arguments)
            return written(twin / JOURNAL)[len(before) :]

    @invariant()
    def all_see_what_the_model_has(self):
        for _, db in self.handles:
            for name, rows in self.model.tables.items():
                table = db.table(name)
                assert rows_of(db, name) == rows
                assert len(table) == len(rows)
                for number in range(2):
                    there = {key for key, row in rows.items() if row.get("n") == number}
                    assert {doc.doc_id for doc in table.search(where("n") == number)} == there
                assert all(table.contains(doc_id=key) is (key in rows) for key in "abcd")

    def teardown(self):
        self.close_all()
        self.open()
        self.all_see_what_the_model_has()
        self.close_all()
        self.stack.close()


def rows_of(db, name):
    return {doc.doc_id: dict(doc) for doc in db.table(name).all()}


def written(path):
    """A journal's lines, without the room that may be laid out after them."""
    return path.read_bytes().rstrip(b"\0")


def put(path, tail):
    """Write after the journal's last line, into the room after it if there is any."""
    end = len(written(path))
    with path.open("r+b") as file:
        file.seek(end)
        file.write(tail)


def play(examples, steps):
    run_state_machine_as_test(
        Tables,
        settings=hypothesis.settings(
            max_examples=examples, stateful_step_count=steps, report_multiple_bugs=False, phases=PHASES
        ),
    )


def test_whatever_is_done_to_the_tables_they_hold_what_a_dict_would():
    play(25, 20)


@pytest.mark.full
def test_whatever_is_done_to_the_tables_at_length():
    play(150, 50)
