"""Many letters over one line or a few, said together where the server takes that: fault by fault.

The server's own log is the judge: what was taken is accepted or in doubt, what is accepted was taken, and
nothing is taken twice.
"""

import asyncio
import math
from dataclasses import replace

import pytest
from liars import CANARY, SHORT, Scripted, a_letter, deliver, deliver_together, settings_for
from test_servers_smtp import HUGE, LIMIT, TABLE, TWO, A, D, P, R, U

from mailer.nouns import Outcome, Phase
from mailer.servers import post_office
from mailer.servers.patience import SmtpPatience

TOGETHER = ("SIZE 30000000", "PIPELINING")
ONE_BY_ONE = ("SIZE 30000000",)


def check(server, letters, verdicts):
    """What must hold whatever the server does."""
    bodies = [body for _, body in server.accepted]
    for letter, verdict in zip(letters, verdicts, strict=True):
        assert bodies.count(letter.raw) <= 1, "a letter was taken twice"
        if letter.raw in bodies:
            assert verdict.outcome in {A, U}, verdict
        if verdict.outcome is A:
            assert letter.raw in bodies, verdict


def outcomes(verdicts):
    return [verdict.outcome for verdict in verdicts]


@pytest.mark.parametrize(("verb", "does", "outcome"), TABLE)
def test_each_fault_at_each_phase_has_its_verdict_where_commands_go_together(verb, does, outcome):
    """N01."""
    server = Scripted({verb: [does]}, offers=TOGETHER)
    letters = [a_letter(1, body=HUGE if verb == "BODY" else "Hello\r\n"), *map(a_letter, range(2, 6))]
    room, verdicts = deliver_together(server, *letters, patience=patience_for(verb, does))
    assert room == 8
    assert verdicts[0].outcome is outcome, verdicts[0]
    if outcome is not A and does != "reset":  # a reset also takes away what was answered before
        assert verdicts[0].phase is Phase(verb.lower())
    assert all(verdict.outcome is A for verdict in verdicts[1:]), verdicts
    check(server, letters, verdicts)


def patience_for(verb, does):
    # A limit is shortened only where the server lets us run into it, so that a busy machine fails no test.
    runs_out = verb in LIMIT and does.endswith(("stall", "drip"))
    return replace(SmtpPatience(), **{LIMIT[verb]: SHORT}) if runs_out else None


@pytest.mark.parametrize(
    ("verb", "does", "offers", "connections"),
    [
        (verb, does, offers, connections)
        for turn, (verb, does, _) in enumerate(TABLE)
        for offers, connections in ((TOGETHER, 1), ((TOGETHER, ONE_BY_ONE)[turn % 2], 3))
        # Over several lines nobody knows which letter is the third, and they cannot all be large.
        if verb != "BODY" or connections == 1
    ],
)
def test_a_fault_in_the_middle_leaves_at_most_one_letter_in_doubt(verb, does, offers, connections):
    """N01: at the third letter of six."""
    usual = {"DATA": "354 go", "BODY": ""}.get(verb, "250 ok")
    server = Scripted({verb: [usual, usual, does]}, offers=offers)
    letters = [a_letter(n, body=HUGE if verb == "BODY" and n == 3 else "Hi\r\n") for n in range(1, 7)]
    patience = patience_for(verb, does)
    _, verdicts = deliver_together(server, *letters, patience=patience, connections=connections)
    check(server, letters, verdicts)
    assert outcomes(verdicts).count(U) <= 1
    # What is no answer at all to a step tells that the one before, to a dot, may have been none either.
    strays = 2 if "354" in does or verb == "DATA" else 1
    assert sum(verdict.outcome is not A for verdict in verdicts) <= strays, verdicts


# ── Round trips ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("offers", "flights"), [(TOGETHER, 8 + 1), (ONE_BY_ONE, 4 * 8)])
def test_a_letter_costs_one_round_trip_where_commands_go_together(offers, flights):
    server = Turns(offers=offers)
    _, verdicts = deliver_together(server, *map(a_letter, range(8)))
    assert set(outcomes(verdicts)) == {A}
    assert server.flights - 1 == flights, "beside the greeting's"


class Turns(Scripted):
    """Answers only when nothing more comes, so that what is not said together is counted apart."""

    flights = 0

    async def _converse(self, reader, writer):
        held = []
        answer, take = writer.write, reader.readline
        write_later = type("Later", (), {"write": held.append, "drain": lambda self: asyncio.sleep(0)})()
        write_later.transport, write_later.get_extra_info = writer.transport, writer.get_extra_info

        async def readline():
            line = asyncio.ensure_future(take())
            # Whatever left together with the line before is here within a few turns.
            done, _ = await asyncio.wait([line], timeout=0.01)
            if not done and held:
                answer(b"".join(held))
                self.flights += any(b"scripted" not in words for words in held)
                held.clear()
            return await line

        reader.readline = readline
        await super()._converse(reader, write_later)


# ── Replies that are too many, too few, too early, in pieces ─────────────────────────────────────────────


@pytest.mark.parametrize("offers", [TOGETHER, ONE_BY_ONE])
@pytest.mark.parametrize(
    ("script", "first"),
    [
        # Which of the two is the answer to the dot?
        ({"DOT": ["250 ok\r\n550 5.7.1 spam"]}, U),
        ({"DOT": ["550 5.7.1 spam\r\n250 ok"]}, U),
        ({"DOT": ["451 4.3.0 later\r\n250 ok"]}, U),
        ({"DOT": ["550 5.4.5 quota\r\n250 ok"]}, U),
        ({"DOT": ["250 ok\r\n250 ok again"]}, {A, U}),
        ({"DOT": ["250 ok\r\n421 bye"]}, A),
        ({"DOT": ["550 no\r\n421 bye"]}, R),
        # An answer too many to the envelope comes out at DATA, and nothing of the letter leaves.
        ({"MAIL": ["250 ok\r\n250 ok"]}, P),
        ({"RCPT": ["250 ok\r\n250 ok"]}, P),
        ({"MAIL": ["250-ok\r\n250 ok\r\n250 ok\r\n250 ok"]}, P),
        # While the letter leaves, nobody is asked anything.
        ({"DATA": ["354 go\r\n250 ok"]}, U),
        ({"DATA": ["354 go\r\n550 no"]}, P),
        ({"DATA": ["354 go\r\n354 go"]}, P),
        ({"DATA": ["354 go\r\n421 bye"]}, D),
    ],
)
def test_no_answer_is_taken_for_that_to_another_step(offers, script, first):
    see_no_answer_mistaken(offers, script, first)


@pytest.mark.parametrize("offers", [TOGETHER, ONE_BY_ONE])
def test_two_answers_to_one_dot_are_said_to_be_two(offers):
    """Its words alone would be a doubt about a letter that was "queued"."""
    (verdict, *_) = deliver_together(Scripted({"DOT": ["550 no\r\n250 ok"]}, offers=offers), a_letter())[1]
    assert (verdict.outcome, verdict.code) == (U, 550)
    assert verdict.words == "the server spoke out of turn: no"


def test_where_an_answer_is_missing_the_next_one_is_not_taken_for_it():
    """Only where commands go together: else we wait for each answer."""
    see_no_answer_mistaken(TOGETHER, {"MAIL": [""], "RCPT": ["250 ok"], "DATA": ["354 go"]}, P)


def see_no_answer_mistaken(offers, script, first):
    server = Scripted({verb: list(steps) for verb, steps in script.items()}, offers=offers)
    letters = [a_letter(n) for n in range(1, 5)]
    _, verdicts = deliver_together(server, *letters)
    assert verdicts[0].outcome in (first if isinstance(first, set) else {first}), verdicts
    bodies = [body for _, body in server.accepted]
    assert all(bodies.count(letter.raw) <= 1 for letter in letters)
    for letter, verdict in zip(letters[1:], verdicts[1:], strict=True):
        assert (verdict.outcome is A) == (letter.raw in bodies), verdicts


class Silent(Scripted):
    """Gives no answer to the first dot, and all others in one piece."""

    async def _act(self, verb, usual, writer):
        if verb == "DOT" and not self.silent:
            self.silent, self.held = True, b""
            return ""
        if not getattr(self, "held", None) is not None or verb == "GREETING":
            return await super()._act(verb, usual, writer)
        self.held += usual.encode() + b"\r\n"
        if verb == "DATA":
            writer.write(self.held)
            self.held = None
        return usual

    silent = False


def test_an_answer_to_the_next_envelope_is_not_taken_for_that_to_the_dot():
    server = Silent(offers=TOGETHER)
    letters = [a_letter(n) for n in range(1, 4)]
    _, verdicts = deliver_together(server, *letters)
    assert outcomes(verdicts)[0] is U, verdicts
    check(server, letters, verdicts)


class InPieces(Scripted):
    """Sends each reply byte by byte."""

    async def _act(self, verb, usual, writer):
        bits = type("Bits", (), {"drain": writer.drain, "get_extra_info": writer.get_extra_info})()
        said = []
        bits.write = said.append
        done = await super()._act(verb, usual, bits)
        for byte in b"".join(said):
            writer.write(bytes([byte]))
            await asyncio.sleep(0)
        return done


def test_replies_that_arrive_byte_by_byte_are_the_same_replies():
    server = InPieces(
        {"RCPT": ["250-one\r\n250 two", "550-5.1.1 no\r\n550 5.1.1 such user"]}, offers=TOGETHER
    )
    letters = [a_letter(n) for n in range(1, 6)]
    _, verdicts = deliver_together(server, *letters)
    assert outcomes(verdicts) == [A, R, A, A, A]
    check(server, letters, verdicts)


# ── Nobody, or only some, are taken ──────────────────────────────────────────────────────────────────────


def test_a_server_that_waits_for_a_letter_to_nobody_gets_an_empty_one():
    """RFC 2920 §3.1."""
    server = Scripted({"RCPT": ["550 5.1.1 unknown"], "DATA": ["354 go"]}, offers=TOGETHER)
    _, verdicts = deliver_together(server, *[a_letter(n) for n in range(1, 4)])
    assert outcomes(verdicts) == [R, A, A]
    assert server.accepted[0] == ((), b"")
    assert [body for _, body in server.accepted[1:]] == [a_letter(2).raw, a_letter(3).raw]
    assert server.connections == 1


def test_but_nobody_gets_an_empty_letter():
    """The sender is refused, and yet a recipient is taken and a letter waited for."""
    server = Scripted({"MAIL": ["451 busy"], "RCPT": ["250 ok"], "DATA": ["354 go"]}, offers=TOGETHER)
    _, verdicts = deliver_together(server, a_letter(1), a_letter(2))
    assert outcomes(verdicts) == [D, A]
    assert [body for _, body in server.accepted] == [a_letter(2).raw]


@pytest.mark.parametrize("offers", [TOGETHER, ONE_BY_ONE])
@pytest.mark.parametrize(
    ("replies", "outcome", "to"),
    [
        (["250 ok", "550 5.1.1 unknown"], A, (TWO[0],)),
        (["450 4.2.1 later", "250 ok"], A, (TWO[1],)),
        (["550 no", "550 no"], R, None),
        (["550 no", "450 later"], D, None),
        (["250 ok", "421 bye"], D, None),
    ],
)
def test_of_several_recipients_those_who_are_taken_get_the_letter(offers, replies, outcome, to):
    server = Scripted({"RCPT": replies}, offers=offers)
    letters = [a_letter(1, to=TWO), a_letter(2), a_letter(3)]
    _, verdicts = deliver_together(server, *letters)
    assert outcomes(verdicts) == [outcome, A, A]
    assert [who for who, body in server.accepted if body == letters[0].raw] == ([to] if to else [])
    assert len(server.accepted) == (3 if to else 2)


@pytest.mark.parametrize("fault", ["close", "reset", "stall", "garbage", "endless", "421 bye", "500 what"])
@pytest.mark.parametrize("verb", ["RCPT", "DATA"])
def test_trouble_with_clearing_away_never_hides_the_refusal(verb, fault):
    """N04."""
    server = Scripted({verb: ["550 no"], "RSET": [fault]}, offers=TOGETHER)
    patience = replace(SmtpPatience(), courtesy=SHORT)
    letters = [a_letter(n) for n in range(1, 4)]
    _, verdicts = deliver_together(server, *letters, patience=patience)
    assert (verdicts[0].code, verdicts[0].words) == (550, "no")
    assert outcomes(verdicts[1:]) == [A, A]
    check(server, letters, verdicts)


# ── Lines that end, and lines that are not had ───────────────────────────────────────────────────────────


class Impatient(Scripted):
    """Hangs up after so many letters of one line; with a word before or without."""

    most, farewell = 1, ""

    async def _converse(self, reader, writer):
        left = self.most
        act = self._act

        async def count(verb, usual, writer):
            nonlocal left
            if verb == "MAIL" and left == 0:
                if self.farewell:
                    writer.write(self.farewell.encode() + b"\r\n")
                raise EOFError
            said = await act(verb, usual, writer)
            if verb == "DOT":
                left -= 1
                if left == 0 and not self.farewell:
                    await writer.drain()
                    raise EOFError
            return said

        twin = Scripted(offers=self.offers, heard=self.heard, accepted=self.accepted)
        twin._act = count
        await twin._converse(reader, writer)


@pytest.mark.parametrize("offers", [TOGETHER, ONE_BY_ONE])
@pytest.mark.parametrize("connections", [1, 3])
@pytest.mark.parametrize("farewell", ["", "421 4.7.0 enough for one line"])
@pytest.mark.parametrize("most", [1, 2, 5])
def test_a_server_that_hangs_up_after_so_many_letters_gets_all_of_them_once(
    offers, connections, farewell, most
):
    """N05."""
    server = Impatient(offers=offers)
    server.most, server.farewell = most, farewell
    letters = [a_letter(n) for n in range(12)]
    _, verdicts = deliver_together(server, *letters, connections=connections)
    assert set(outcomes(verdicts)) == {A}
    check(server, letters, verdicts)
    assert server.connections <= math.ceil(len(letters) / most) + connections


@pytest.mark.parametrize("says", ["421 4.7.0 too many connections", "554 no", "close", "stall"])
def test_who_gets_no_second_line_goes_on_with_the_first(says):
    """N07."""
    server = Scripted({"GREETING": ["220 hi", says]}, offers=TOGETHER)
    letters = [a_letter(n) for n in range(1, 73)]
    room, verdicts = deliver_together(server, *letters, connections=3)
    assert room == 24
    assert set(outcomes(verdicts)) == {A}
    assert server.connections == 2
    check(server, letters, verdicts)


def test_a_refused_second_sign_in_is_the_last(monkeypatch):
    """N10: the first line goes on, and when it ends nobody asks a third time."""
    monkeypatch.setenv("CAMPAIGN_SMTP_PASSWORD", CANARY)
    script = {"AUTH": ["235 yes", "535 5.7.8 no", "235 yes"], "DATA": ["354 go"] * 9 + ["close"]}
    server = Scripted(script, offers=(*TOGETHER, "AUTH PLAIN"))
    letters = [a_letter(n) for n in range(12)]
    _, verdicts = deliver_together(server, *letters, user="fellow", connections=3)
    check(server, letters, verdicts)
    assert sum(line.startswith("AUTH") for line in server.heard) == 2
    assert len(server.accepted) == 9
    assert {(v.outcome, v.phase) for v in verdicts[10:]} == {(P, Phase.AUTH)}


def test_a_line_that_ends_before_its_first_letter_is_not_opened_for_ever():
    class Leaves(Scripted):
        async def _act(self, verb, usual, writer):
            said = await super()._act(verb, usual, writer)
            if verb == "EHLO" and self.connections > 1:
                raise EOFError
            return said

    server = Leaves({"MAIL": ["close"]})
    _, verdicts = deliver_together(server, *[a_letter(n) for n in range(6)])
    assert set(outcomes(verdicts)) <= {D, P}
    assert server.connections <= 7


# ── What a letter may do ─────────────────────────────────────────────────────────────────────────────────


class Stoppable:
    """A permit that somebody withdraws, and that is slow to be written down if wanted."""

    def __init__(self):
        self.held, self.asked, self.marked = True, 0, 0

    def holds(self):
        self.asked += 1
        return self.held

    async def mark(self):
        self.marked += 1


def run_with(server, act, connections=1):
    async def run():
        async with server.running() as port:
            chosen = settings_for(port, connections=connections)
            async with post_office(chosen) as office:
                return await act(office)

    return asyncio.run(run())


@pytest.mark.parametrize("offers", [TOGETHER, ONE_BY_ONE])
def test_nobody_hears_of_a_letter_that_was_stopped_while_another_was_under_way(offers):
    """B07."""
    server, stopped = Scripted(offers=offers), Stoppable()
    kept = a_letter(2, to=("bob@chipy.example",))

    class Stops(Stoppable):
        async def mark(self):
            stopped.held = False

    async def act(office):
        return await asyncio.gather(office.deliver(a_letter(1), Stops()), office.deliver(kept, stopped))

    assert outcomes(run_with(server, act)) == [A, P]
    assert not any("bob@" in line for line in server.heard)
    assert stopped.marked == 0


def test_a_letter_whose_envelope_went_ahead_is_taken_back_by_hanging_up():
    """B07: its recipient was named, and that is all that ever happened."""
    stopped = Stoppable()

    class Meanwhile(Scripted):
        async def _act(self, verb, usual, writer):
            if verb == "DOT":
                await asyncio.sleep(0.05)  # the envelope of the next letter is on its way
                stopped.held = False
            return await super()._act(verb, usual, writer)

    server = Meanwhile(offers=TOGETHER)
    kept = a_letter(2, to=("bob@chipy.example",))

    async def act(office):
        letters = (a_letter(1), Stoppable()), (kept, stopped), (a_letter(3), Stoppable())
        return await asyncio.gather(*(office.deliver(*each) for each in letters))

    assert outcomes(run_with(server, act)) == [A, P, A]
    assert [body for _, body in server.accepted] == [a_letter(1).raw, a_letter(3).raw]
    assert server.connections == 2
    assert server.heard.count("RCPT TO:<bob@chipy.example>") == 1


def test_a_letter_that_cannot_be_written_down_does_not_leave_and_the_one_before_it_does():
    class Fails(Stoppable):
        async def mark(self):
            raise OSError("no space")

    server = Scripted(offers=TOGETHER)

    async def act(office):
        first = office.deliver(a_letter(1), Stoppable())
        return await asyncio.gather(first, office.deliver(a_letter(2), Fails()), return_exceptions=True)

    first, second = run_with(server, act)
    assert first.outcome is A
    assert isinstance(second, OSError)
    assert [body for _, body in server.accepted] == [a_letter(1).raw]


class Prompt(Scripted):
    """Tells when it has said that it wants the letter."""

    async def _act(self, verb, usual, writer):
        said = await super()._act(verb, usual, writer)
        if verb == "DATA":
            self.wants.set()
        return said


@pytest.mark.parametrize("offers", [TOGETHER, ONE_BY_ONE])
def test_a_letter_that_is_wanted_at_the_moment_when_it_is_written_down_leaves_once(offers):
    """Else a large one would begin anew in its own middle."""

    class Noted(Stoppable):
        async def mark(self):
            await server.wants.wait()

    server, letter = Prompt(offers=offers), a_letter(1, body=HUGE)
    server.wants = asyncio.Event()

    async def act(office):
        return [await office.deliver(letter, Noted())]

    assert outcomes(run_with(server, act)) == [A]
    assert [body for _, body in server.accepted] == [letter.raw]


@pytest.mark.parametrize("offers", [TOGETHER, ONE_BY_ONE])
def test_a_letter_that_is_wanted_at_the_moment_when_it_cannot_be_written_down_does_not_leave(offers):
    """Else the server would have it, and the ledger would not know."""

    class Fails(Stoppable):
        async def mark(self):
            await server.wants.wait()
            raise OSError("no space")

    server = Prompt(offers=offers)
    server.wants = asyncio.Event()

    async def act(office):
        with pytest.raises(OSError, match="no space"):
            await office.deliver(a_letter(1), Fails())

    run_with(server, act)
    assert not server.accepted


def test_a_late_answer_is_not_that_to_the_next_letter():
    """N03: it comes when we have given up."""

    class Late(Scripted):
        late = True

        async def _act(self, verb, usual, writer):
            if verb == "DOT" and self.late:
                self.late = False
                await asyncio.sleep(3 * SHORT)
                usual = "550 no"
            return await super()._act(verb, usual, writer)

    server = Late(offers=TOGETHER)
    letters = [a_letter(n) for n in range(1, 4)]
    _, verdicts = deliver_together(server, *letters, patience=replace(SmtpPatience(), dot=SHORT))
    assert outcomes(verdicts) == [U, A, A]
    assert server.connections == 2


def test_one_by_one_and_together_say_the_same():
    said = []
    for offers in (TOGETHER, ONE_BY_ONE):
        server = Scripted({"RCPT": ["250 ok", "550 no"]}, offers=offers)
        verdicts = deliver(server, *[a_letter(n) for n in range(4)])
        assert outcomes(verdicts) == [A, R, A, A]
        said.append([line for line in server.heard if not line.startswith("DATA")])
    assert said[0] == said[1]
    assert Outcome.ACCEPTED is A
