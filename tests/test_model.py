"""Whatever happens, in any order: beside a real workspace stands a small model of what it promised.

Servers fail at every phase, the command is killed at every failpoint, tables and templates are edited, people
answer, ask to stop, bounce; orders are given and taken back, old ledgers are put back, time passes. The list
of letters that the server accepted is the truth, and after every step the promises are held against it.
"""

import asyncio
import shutil
import tempfile
import zlib
from collections import Counter
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from unittest import mock

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine
from promises import FAILPOINTS, HABITS, IN_DOUBT, MAY_HAVE_IT, PEOPLE, POOL, VERDICTS, Model
from quick import at_hand
from rig import Rig
from stage import stage

from mailer import oblivion
from mailer.errors import CampaignError
from mailer.inbox import read_mailbox
from mailer.ledger import identity
from mailer.ledger.journalled import durable
from mailer.nouns import Address, Letter, OrderKind, Outcome, State
from mailer.orders import Clerk
from mailer.outbox import Outbox
from mailer.planning import Status, make_plan

FAULTS = st.lists(st.sampled_from(sorted(VERDICTS)), max_size=6)

WRITTEN = ("group", "order", "address", "template")
GROUPS = st.sampled_from(sorted(POOL))
MEANWHILE = st.none() | st.tuples(st.sampled_from(["poll", "stop", "answered", "hold"]), GROUPS)
TIMES = st.sampled_from([timedelta(minutes=16), timedelta(days=1), timedelta(days=8)])
LIMITS = st.none() | st.integers(1, 3)
NAME = "hello"
STEPS = '[[steps]]\ntemplate = "hello"\n\n[[steps]]\ntemplate = "again"\nwait = "7 days"\n'


class Campaign(RuleBasedStateMachine):
    """One workspace with its ledger and its servers, and the model."""

    quick = None

    @initialize(faults=FAULTS, meanwhile=MEANWHILE)
    def begin(self, faults, meanwhile):
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        state = {"XDG_STATE_HOME": str(folder / "state")}
        self.stack.enter_context(mock.patch.dict("os.environ", state))
        for call in ("sync", "sync_folder"):  # a disk's time, not its truth
            self.stack.enter_context(mock.patch.object(durable, call))
        self.play = self.stack.enter_context(stage(folder / "workspace", PEOPLE))
        self.rig = Rig(folder, self.play.post, self.quick)
        self.play.write("campaigns/hello.toml", STEPS)
        self.play.write("templates/again.md", "Dear {{ name }},\n\nonce more: hello!\n")
        self.write_template(0)
        self.table = {group: list(POOL[group]) for group in sorted(POOL)[:6]}
        self.write_table()
        self.model, self.old = Model(), None
        self.before, self.ids = {}, {}
        self.send_what_is_due(faults, meanwhile=meanwhile)

    # ── what the fellow writes ──

    def write_table(self):
        rows = [f"{group},{group},{address}" for group, ladder in self.table.items() for address in ladder]
        text = "\n".join(["group,name,email", *rows, ""])
        self.play.write("campaigns/groups.csv", text)

    @rule(
        what=st.sampled_from(["group", "order", "address", "template"]),
        group=GROUPS,
        number=st.integers(1, 3),
    )
    def edit(self, what, group, number):
        if what == "template":
            self.write_template(number)
            return
        if what == "order":
            self.table = dict(
                sorted(self.table.items(), key=lambda row: zlib.crc32(f"{row[0]}{number}".encode()))
            )
        elif what == "address" and group in self.table:
            self.table[group][0] = f"new{number}@{group}.example"
        elif group not in self.table:
            self.table[group] = [a for a in POOL[group] if a not in self.model.forgotten] or [
                f"new@{group}.example"
            ]
        elif len(self.table) > 1:
            del self.table[group]
        self.write_table()

    def write_template(self, number):
        self.play.write(
            "templates/hello.md", f"Subject: Hello {number}\n\nDear {{{{ name }}}}, hello {number}!\n"
        )

    # ── sending ──

    @rule(
        faults=FAULTS,
        limit=LIMITS,
        meanwhile=MEANWHILE,
    )
    def send(self, faults, limit, meanwhile):
        self.send_what_is_due(faults, limit, meanwhile)

    @rule(by=TIMES, faults=FAULTS)
    def send_some_time_later(self, by, faults):
        self.play.clock.move_on(by)
        self.send_what_is_due(faults)

    def send_what_is_due(self, faults=(), limit=None, meanwhile=None):
        with self.ledger() as ledger:
            planner, read = self.planner(), self.poll(ledger)
            lines = planner(ledger.history()).due[:limit]
            outbox = Outbox(self.world(ledger, faults), self.play.settings, ledger, self.book(), planner)
            run = asyncio.run(outbox.send(lines, read, self.told(meanwhile), lambda: False))
            counts = planner(ledger.history()).counts()
        assert not counts[Status.CLAIMED] + counts[Status.SENDING], "I5: left in the air"
        refused = any(sent.verdict.outcome is not Outcome.ACCEPTED for sent in run.sent)
        if not limit and not meanwhile and not refused:
            assert not counts[Status.DUE], "I5: left undone by a run in which nothing failed"

    def told(self, meanwhile):
        """Note what is said, find it in the ledger, and after the first letter let another process act."""

        todo = [meanwhile] if meanwhile else []

        def hear(sent):
            self.model.told[str(sent.letter)] = sent.verdict.outcome
            with self.play.ledger() as other:
                self.see_what_was_told(other.deliveries())
                if todo and todo[0][0] == "poll":
                    self.poll(other)
                elif todo:
                    self.give(other, *todo[0])
            todo.clear()

        return hear

    def world(self, ledger, faults):
        """The world with a post office that does what `faults` say, letter by letter, and then behaves."""
        faults = iter(faults)

        class Office:
            room = 1

            async def deliver(_, letter, permit):  # noqa: N805 - the machine is `self`
                verdict, taken = VERDICTS[next(faults, "taken")]
                assert ledger.letter_bytes(letter.id) == letter.raw
                self.ids[letter.message_id] = letter.id
                to = tuple(map(str, letter.to))
                objection = self.model.objects(letter.id.group, to[0], self.play.clock.now())
                assert not objection, f"{letter.id} to {to[0]}: {objection}"
                if taken:
                    office = self.play.post._office
                    self.play.post._change(lambda: office.take(str(letter.sender), to, letter.raw))
                return verdict

        @asynccontextmanager
        async def opened(_settings):
            yield Office()

        return replace(self.play.world, post_office=opened)

    @rule(point=st.sampled_from(FAILPOINTS), visit=st.integers(1, 3), power_cut=st.booleans())
    def send_and_be_killed(self, point, visit, power_cut):
        """The real command with real servers; it dies by SIGKILL, or comes to its end."""
        with self.ledger() as ledger:
            self.poll(ledger)
            due = self.planner()(ledger.history()).due
        before = len(self.play.post.letters)
        odd = {"CAMPAIGN_FAILPOINT": f"{point}@{visit}:kill", "RIG_LONG_JOURNAL": "2000"}
        self.rig.run("send", NAME, "--json", "--confirm", str(len(due)), **odd)
        self.rig.calm()
        self.judge(self.play.post.letters[before:])
        if power_cut:
            with self.another_boot(), self.ledger() as ledger:
                in_the_air = {d.state for d in ledger.deliveries().values()} & {State.CLAIMED, State.SENDING}
                assert not in_the_air

    def judge(self, letters):
        """Whether these letters were allowed to leave."""
        self.ids |= {d.message_id: d.letter for d in self.rig.look().deliveries().values()}
        for letter in letters:
            name = self.ids.get(message_from_bytes(letter.raw)["Message-ID"])
            assert name, "I2: the server accepted what the ledger does not know"
            objection = self.model.objects(name.group, letter.to[0], self.play.clock.now())
            assert not objection, f"{name} to {letter.to[0]}: {objection}"

    @contextmanager
    def another_boot(self):
        after = replace(identity.here(), boot="another")
        with mock.patch.object(identity, "here", return_value=after):
            yield

    # ── what comes in, and what is decided ──

    @rule(by=TIMES)
    def read_the_mailbox_some_time_later(self, by):
        self.play.clock.move_on(by)
        with self.ledger() as ledger:
            self.poll(ledger)

    def poll(self, ledger):
        mails = [message_from_bytes(stored.raw) for stored in self.play.post.inbox]
        read = read_mailbox(self.play.world, self.play.settings, ledger, self.manuscript().groups)
        senders = [(m["From"].rpartition("<")[2].strip("> "), "Auto-Submitted" in m) for m in mails]
        people = [(sender, automatic) for sender, automatic in senders if sender in HABITS]
        accepted = [(to, letter.at) for letter in self.play.post.letters for to in letter.to]
        self.model.learn(people, accepted, self.play.clock.now())
        return read

    @rule(kind=st.sampled_from(["stop", "hold", "answered"]), group=GROUPS, of_address=st.booleans())
    def give_an_order(self, kind, group, of_address):
        with self.ledger() as ledger:
            self.give(ledger, kind, POOL[group][0] if of_address and kind != "answered" else group)

    def give(self, ledger, kind, whom):
        known = {*self.table, *(a for ladder in self.table.values() for a in ladder)} - self.model.forgotten
        if whom not in known:
            return
        until = (self.play.clock.now() + timedelta(days=9)).date()
        # Before the first letter there is nothing to answer.
        begun = kind != "answered" or self.accepted_by(whom)
        order = ledger.give(OrderKind(kind), whom, "fay", "x", self.play.clock.now(), until)
        if begun:
            self.model.orders[order.id] = (kind, whom, until)

    def accepted_by(self, group):
        return any(self.ids[mid].group == group for mid in self.copies())

    @precondition(lambda self: self.model.orders)
    @rule(data=st.data())
    def undo(self, data):
        number = data.draw(st.sampled_from(sorted(self.model.orders)))
        with self.ledger() as ledger:
            self.clerk(ledger).undo(number, "a slip")
        del self.model.orders[number]

    @precondition(lambda self: any(d.state in {State.UNSURE, State.REFUSED} for d in self.before.values()))
    @rule(data=st.data(), sent=st.booleans())
    def resolve(self, data, sent):
        wanted = {State.UNSURE} if sent else {State.UNSURE, State.REFUSED}
        letters = sorted(letter for letter, d in self.before.items() if d.state in wanted)
        if not letters:
            return
        letter = data.draw(st.sampled_from(letters))
        with self.ledger() as ledger:
            self.clerk(ledger).resolve(letter, sent=sent, because="x")
        self.model.told.pop(letter, None)
        if sent:
            self.model.said_sent.add(letter)
        else:
            # One that was in doubt before it was refused may be with somebody: it stays the same letter.
            if self.before[letter].state is State.REFUSED and not self.model.resent[letter]:
                self.model.released.add(letter)
            self.model.resent[letter] += 1

    @rule(group=GROUPS)
    def forget(self, group):
        """The first of a group asks for it; the fellow takes her out of the table first."""
        address = POOL[group][0]
        table = {name: [a for a in ladder if a != address] for name, ladder in self.table.items()}
        if not all(table.values()):
            return
        self.table = table
        self.write_table()
        with self.play.ledger() as ledger:
            hers = {letter for letter, d in ledger.deliveries().items() if address in map(str, d.to)}
            sums = Counter(d.state for d in ledger.deliveries().values())
            request = oblivion.look_for(Address.parse(address), self.play.workspace, ledger)
            try:
                oblivion.forget(request, ledger, "fay", self.play.clock.now())
            except CampaignError:
                assert {self.before[letter].state for letter in hers} & IN_DOUBT
                return
            assert Counter(d.state for d in ledger.deliveries().values()) == sums
        self.model.forgotten.add(address)
        self.model.said_sent |= hers  # nobody can compare them with anything now
        for letter in hers:
            self.model.told.pop(letter, None)

    # ── what befalls the ledger ──

    @rule()
    def copy_the_ledger(self):
        self.old = self.rig.folder / "old"
        shutil.rmtree(self.old, ignore_errors=True)
        shutil.copytree(self.play.workspace.ledger_folder, self.old)
        with self.ledger() as ledger:
            self.copied = facts(ledger)

    @precondition(lambda self: self.old)
    @rule()
    def put_the_copy_back(self):
        """As a backup does. It is refused, unless nothing has happened since."""
        place, aside = self.play.workspace.ledger_folder, self.rig.folder / "aside"
        with self.ledger() as ledger:
            same = facts(ledger) == self.copied
        place.rename(aside)
        shutil.copytree(self.old, place)
        if not same:
            with pytest.raises(CampaignError, match="older copy"):
                self.play.ledger()
        shutil.rmtree(place)
        aside.rename(place)

    # ── what must hold ──

    @contextmanager
    def ledger(self):
        """The ledger as a command opens it; opened again, it gives the same answers."""
        with self.play.ledger() as ledger:
            yield ledger
            told = facts(ledger)
        with self.play.ledger() as again:
            assert facts(again) == told

    def manuscript(self):
        return self.play.manuscript(NAME)

    def book(self):
        return self.play.proofs(NAME).book

    def clerk(self, ledger):
        return Clerk(ledger, self.manuscript().groups, "fay", self.play.clock.now())

    def planner(self):
        read = self.manuscript()
        campaign, audience = read.campaigns[NAME]
        return lambda history: make_plan(campaign, audience, read.groups, history, self.play.clock.now())

    def copies(self):
        """What the server accepted, every copy by its Message-ID; nothing of whoever is forgotten."""
        found = {}
        for letter in self.play.post.letters:
            if letter.to[0] not in self.model.forgotten:
                message_id = message_from_bytes(letter.raw)["Message-ID"]
                found.setdefault(message_id, []).append((letter.to[0], letter.raw))
        return found

    @invariant()
    def the_promises_are_kept(self):
        with self.ledger() as ledger:
            self.before = dict(ledger.deliveries())
            self.ids |= {d.message_id: d.letter for d in self.before.values()}
            plan = self.planner()(ledger.history())
            for message_id, copies in self.copies().items():
                self.one_letter(ledger, message_id, copies)
        self.no_state_is_a_lie(self.copies())
        self.see_what_was_told(self.before)
        self.nobody_gets_a_step_twice()
        groups = {*self.table, *(d.letter.group for d in self.before.values())}
        lines = Counter((line.letter.group, line.letter.step) for line in plan.lines)
        wanted = Counter((group, step) for group in groups for step in ("hello", "again"))
        odd = {line: lines[line] for line in lines | wanted if lines[line] != wanted[line]}
        assert not odd, f"I8: planned is not the sum of all states: {odd}"

    def one_letter(self, ledger, message_id, copies):
        """I1, I2, and that a retry is the same letter. What was refused may be written anew by order."""
        assert message_id in self.ids, "I2: the server accepted what the ledger does not know"
        letter = str(self.ids[message_id])
        assert len(copies) <= 1 + self.model.resent[letter], f"I1: {letter} was accepted twice"
        if letter not in self.model.released:
            assert len(set(copies)) == 1, f"the second copy of {letter} is another letter"
            assert letter in self.before, f"I2: {letter} was accepted and has no record"
            assert ledger.letter_bytes(self.ids[message_id]) == copies[0][1]
        if not self.model.resent[letter]:
            assert self.before[letter].state in MAY_HAVE_IT, f"I2: {letter} is {self.before[letter].state}"

    def no_state_is_a_lie(self, copies):
        """I3 and I4."""
        for letter, delivery in self.before.items():
            if delivery.message_id not in copies and letter not in self.model.said_sent:
                assert delivery.state not in {State.ACCEPTED, State.BOUNCED}, f"I3: {letter} was not accepted"

    def nobody_gets_a_step_twice(self):
        """Whatever group she stands in, and however often her address is corrected."""
        got = Counter()
        for message_id, copies in self.copies().items():
            got[self.ids[message_id].step, copies[0][0]] += 1
        if not self.model.resent:
            assert set(got.values()) <= {1}, got

    def see_what_was_told(self, deliveries):
        """I7."""
        for letter, outcome in self.model.told.items():
            state = deliveries[letter].state.value if letter in deliveries else "none"
            assert self.model.outlives(letter, state), f"I7: {letter} was {outcome}, and is {state}"

    def teardown(self):
        self.stack.close()


def facts(ledger):
    """All that a ledger knows."""
    history = ledger.history()
    return dict(history.deliveries), history.messages, history.orders, history.set_aside


PHASES = [phase for phase in hypothesis.Phase if phase is not hypothesis.Phase.shrink]


def play(examples, steps):
    settings = hypothesis.settings(
        max_examples=examples,
        stateful_step_count=steps,
        report_multiple_bugs=False,
        phases=PHASES,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    machine = type("Campaign", (Campaign,), {"quick": at_hand()})
    run_machine(machine, settings=settings)


def test_whatever_happens_no_letter_is_lost_or_repeated():
    play(16, 12)


@pytest.mark.full
def test_whatever_happens_at_length_no_letter_is_lost_or_repeated():
    """2,000 steps and more."""
    play(50, 40)


# ── what the machine has found, each as a story of its own ──


@pytest.mark.parametrize("again", ["paused", "killed"])
def test_a_letter_sent_again_by_order_keeps_its_record_whatever_hinders_it(
    tmp_path, monkeypatch, quick, again
):
    """It may have arrived the first time: the second must be the same letter, byte for byte."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with stage(tmp_path / "workspace") as play:
        rig = Rig(tmp_path, play.post, quick)
        rig.run("send", NAME, "--confirm", "3", CAMPAIGN_FAILPOINT="smtp.after_reply:kill")
        with play.ledger() as ledger:
            [before] = ledger.deliveries().values()
            clerk = Clerk(ledger, play.manuscript().groups, "fay", play.clock.now())
            clerk.resolve("chipy", sent=False, because="I saw no copy")
            if again == "paused":
                ledger.claim(replace(letter_of(ledger, before), raw=b"other words"), play.clock.now())
                ledger.settle(before.letter, VERDICTS["quota"][0], play.clock.now())
        if again == "killed":
            rig.run("send", NAME, "--confirm", "3", CAMPAIGN_FAILPOINT="intent.after_fsync:kill")
        with play.ledger() as ledger:
            after = ledger.delivery(before.letter)
            assert (after.state, after.message_id, after.place) == (
                State.DEFERRED,
                before.message_id,
                before.place,
            )


def letter_of(ledger, delivery):
    raw = ledger.letter_bytes(delivery.letter)
    return Letter(
        delivery.letter,
        delivery.message_id,
        delivery.sender,
        delivery.to,
        delivery.subject,
        raw,
        delivery.digest,
    )
