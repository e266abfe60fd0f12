"""One run of sending: what leaves, what is kept back, and what the ledger says afterwards."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes

import pytest
from stage import GROUPS, stage

from mailer.errors import ServerUnavailable
from mailer.inbox import read_mailbox
from mailer.nouns import MailboxRead, OrderKind, Outcome, Phase, Place, State, Verdict
from mailer.outbox import ASKED, Outbox
from mailer.planning import make_plan
from mailer.rehearsal import Habit
from mailer.servers import nowhere


@pytest.fixture
def play(tmp_path):
    with stage(tmp_path / "w") as made:
        yield made


def planner(play, name="hello"):
    """What makes the plan of the campaign as it is written now."""
    read = play.manuscript(name)
    campaign, audience = read.campaigns[name]
    return lambda history: make_plan(campaign, audience, read.groups, history, play.clock.now())


def plan(play, ledger):
    return planner(play)(ledger.history())


def send(play, ledger, *, read=None, world=None, told=lambda sent: None, stop=lambda: "", name="hello"):
    plans = planner(play, name)
    outbox = Outbox(world or play.world, play.settings, ledger, play.proofs().book, plans)
    return asyncio.run(outbox.send(plans(ledger.history()).due, read, told, stop))


def fresh(play, ledger):
    return read_mailbox(play.world, play.settings, ledger, play.manuscript().groups)


def scripted(play, verdicts):
    """A world whose post office gives these verdicts and keeps the letters that it was given."""
    given = []

    class Office:
        room = 1

        async def deliver(self, letter, permit):
            given.append(letter)
            return verdicts[min(len(given), len(verdicts)) - 1]

    @asynccontextmanager
    async def opened(settings):
        yield Office()

    return replace(play.world, post_office=opened), given


def test_due_letters_arrive_as_the_ledger_has_them(play):
    with play.ledger() as ledger:
        run = send(play, ledger)
        assert run.count(Outcome.ACCEPTED) == 3
        assert [posted.to for posted in play.post.letters] == [
            ("robin@chipy.example",),
            ("noor@sfpython.example",),
            ("ingrid@oslopython.example",),
        ]
        for posted, delivery in zip(play.post.letters, ledger.deliveries().values(), strict=True):
            assert posted.raw == ledger.letter_bytes(delivery.letter)
            assert delivery.state is State.ACCEPTED
            assert message_from_bytes(posted.raw)["Message-ID"] == delivery.message_id


def test_a_plan_that_another_run_has_carried_out_sends_nothing(play):
    with play.ledger() as ledger:
        run = send_after(play, ledger, lambda: send(play, ledger))
        assert [reason for _, reason in run.kept_back] == ["it is accepted already"] * 3
    assert len(play.post.letters) == 3


def send_after(play, ledger, meanwhile):
    """Carry out a plan long after it was shown."""
    plans = planner(play)
    shown = plans(ledger.history()).due
    meanwhile()
    outbox = Outbox(play.world, play.settings, ledger, play.proofs().book, plans)
    return asyncio.run(outbox.send(shown, None, lambda sent: None, lambda: False))


def test_a_sample_that_another_run_has_filled_keeps_the_others_back(play):
    play.write("campaigns/hello.toml", '[audience]\nsample = 2\n\n[[steps]]\ntemplate = "hello"\n')

    def others_are_drawn_and_sent():
        drawn = {line.letter.group for line in plan(play, ledger).due}
        kept = [row for row in GROUPS.splitlines() if row.partition(",")[0] not in drawn]
        play.write("campaigns/groups.csv", "\n".join(kept))
        assert send(play, ledger).count(Outcome.ACCEPTED) == 2
        play.write("campaigns/groups.csv", GROUPS)

    with play.ledger() as ledger:
        run = send_after(play, ledger, others_are_drawn_and_sent)
        assert [reason for _, reason in run.kept_back] == ["it is not drawn for the sample"] * 2
    assert len(play.post.letters) == 2


def test_a_group_that_another_campaign_has_just_written_to_is_left_out(play):
    play.write("campaigns/first.toml", '[[steps]]\ntemplate = "hello"\n')
    play.write(
        "campaigns/hello.toml",
        '[audience]\nexclude.campaigns = ["first"]\n\n[[steps]]\ntemplate = "hello"\n',
    )
    with play.ledger() as ledger:
        run = send_after(play, ledger, lambda: send(play, ledger, name="first"))
        assert {reason for _, reason in run.kept_back} == {"it has got a letter of first"}
    assert len(play.post.letters) == 4


def test_a_hold_given_since_the_plan_was_shown_counts(play):
    def hold():
        until = play.clock.now().date() + timedelta(days=9)
        ledger.give(OrderKind.HOLD, "sf-python", "fay", "their conference", play.clock.now(), until)

    with play.ledger() as ledger:
        run = send_after(play, ledger, hold)
    assert [kept[0].group for kept in run.kept_back] == ["sf-python"]
    assert "their conference" in run.kept_back[0][1]
    assert len(play.post.letters) == 2


def test_whoever_would_get_the_letter_instead_was_not_shown_and_gets_none(play):
    def noor_is_gone():
        world, _ = scripted(play, [Verdict(Outcome.REFUSED, Phase.RCPT, 550, "5.1.1", "gone")])
        play.write("campaigns/other.toml", '[[steps]]\ntemplate = "hello"\n')
        send(play, ledger, world=world, name="other")

    with play.ledger() as ledger:
        run = send_after(play, ledger, noor_is_gone)
    reasons = {kept.group: reason for kept, reason in run.kept_back}
    assert reasons["sf-python"] == "the plan has changed since it was shown"


def test_a_second_run_sends_nothing(play):
    with play.ledger() as ledger:
        send(play, ledger)
        assert send(play, ledger).sent == ()
    assert len(play.post.letters) == 3


def test_the_claim_is_on_disk_before_the_server_hears_of_the_letter(play):
    seen = []

    class Office:
        room = 1

        async def deliver(self, letter, permit):
            for step in (permit.mark, None):
                with play.ledger() as other:  # another process's view
                    seen.append(other.delivery(letter.id).state)
                if step:
                    await step()
            return Verdict(Outcome.ACCEPTED, Phase.DOT, 250, "", "ok")

    @asynccontextmanager
    async def opened(settings):
        yield Office()

    with play.ledger() as ledger:
        send(play, ledger, world=replace(play.world, post_office=opened))
    assert seen == [State.CLAIMED, State.SENDING] * 3


def test_the_outcome_is_on_disk_before_it_is_told(play):
    seen = []

    def told(sent):
        with play.ledger() as other:
            seen.append(other.delivery(sent.letter).state)

    with play.ledger() as ledger:
        send(play, ledger, told=told)
    assert seen == [State.ACCEPTED] * 3


def test_a_follow_up_needs_a_fresh_look_into_the_mailbox(play):
    with play.ledger() as ledger:
        send(play, ledger)
        play.clock.move_on(timedelta(days=8))
        stale = MailboxRead(play.clock.now() - timedelta(hours=2), (), ("INBOX",))
        for read in (None, stale):
            run = send(play, ledger, read=read)
            assert run.sent == ()
            assert len(run.kept_back) == 3
        assert send(play, ledger, read=fresh(play, ledger)).count(Outcome.ACCEPTED) == 3


def test_a_follow_up_is_in_the_thread_of_the_first_letter(play):
    with play.ledger() as ledger:
        send(play, ledger)
        play.clock.move_on(timedelta(days=8))
        send(play, ledger, read=fresh(play, ledger))
    first, again = (message_from_bytes(play.post.letters[i].raw) for i in (0, 3))
    assert again["Subject"] == "Re: Hello ChiPy"
    assert again["In-Reply-To"] == first["Message-ID"]
    assert first["Message-ID"] in again["References"]


def test_somebody_who_asks_to_stop_during_the_run_gets_nothing(play):
    with play.ledger() as ledger:

        def told(sent):
            if sent.letter.group == "chipy":
                ledger.give(OrderKind.STOP, "noor@sfpython.example", "fay", "she phoned", play.clock.now())

        run = send(play, ledger, told=told)
    assert [kept[0].group for kept in run.kept_back] == ["sf-python"]
    assert len(play.post.letters) == 2


def test_a_letter_on_its_way_asks_again_whenever_an_order_has_come_in(play):
    """The plan has cleared it before; what another process is told meanwhile counts all the same."""
    held = {}

    class Office:
        room = 1

        async def deliver(self, letter, permit):
            looks = [permit.holds()]
            for whom in ("sf-python", letter.id.group):
                with play.ledger() as other:
                    other.give(OrderKind.STOP, whom, "fay", "she phoned", play.clock.now())
                looks += [permit.holds(), permit.holds()]
                await permit.mark()
            held[letter.id.group] = looks
            return Verdict(Outcome.PAUSE, Phase.MAIL)

    @asynccontextmanager
    async def opened(settings):
        yield Office()

    with play.ledger() as ledger:
        run = send(play, ledger, world=replace(play.world, post_office=opened))
        assert ledger.deliveries() == {}
    assert held == {group: [True, True, True, False, False] for group in ("chipy", "oslo-python")}
    assert {kept[0].group: kept[1] for kept in run.kept_back} == dict.fromkeys(
        ("chipy", "sf-python", "oslo-python"), "she phoned"
    )


def test_a_stop_given_while_another_order_is_taken_back_counts_at_once(play):
    with play.ledger() as ledger:
        slip = ledger.give(OrderKind.STOP, "boston-python", "fay", "a slip", play.clock.now())

        def told(sent):
            if sent.letter.group == "chipy":
                ledger.revoke(slip.id, "fay", "wrong group", play.clock.now())
                ledger.give(OrderKind.STOP, "noor@sfpython.example", "fay", "she phoned", play.clock.now())

        run = send(play, ledger, told=told)
    assert [kept[0].group for kept in run.kept_back] == ["sf-python"]


def test_an_answer_noted_during_the_run_keeps_the_follow_up_back(play):
    with play.ledger() as ledger:
        send(play, ledger)
        play.clock.move_on(timedelta(days=8))
        read = fresh(play, ledger)

        def told(sent):
            ledger.give(OrderKind.ANSWERED, "oslo-python", "fay", "on the phone", play.clock.now())

        run = send(play, ledger, read=read, told=told)
    assert [kept[0].group for kept in run.kept_back] == ["oslo-python"]


def test_a_pause_stops_the_run_and_marks_nobody(play):
    pause = Verdict(Outcome.PAUSE, Phase.MAIL, 550, "5.4.5", "daily quota exceeded")
    world, given = scripted(play, [pause])
    with play.ledger() as ledger:
        run = send(play, ledger, world=world)
        assert run.paused == "daily quota exceeded"
        assert len(given) == 1
        assert ledger.deliveries() == {}
        assert len(plan(play, ledger).due) == 3


def test_doubt_is_kept_and_the_group_gets_nothing_more(play):
    unsure = Verdict(Outcome.UNSURE, Phase.DOT, 0, "", "the line dropped")
    world, given = scripted(play, [unsure])
    with play.ledger() as ledger:
        assert send(play, ledger, world=world).count(Outcome.UNSURE) == 3
        play.clock.move_on(timedelta(days=30))
        assert send(play, ledger, world=world, read=fresh(play, ledger)).sent == ()
    assert len(given) == 3


def test_a_deferred_letter_goes_later_with_the_same_bytes(play):
    later = Verdict(Outcome.DEFERRED, Phase.RCPT, 450, "4.2.0", "greylisted")
    fine = Verdict(Outcome.ACCEPTED, Phase.DOT, 250, "", "ok")
    world, given = scripted(play, [later, later, later, fine])
    with play.ledger() as ledger:
        send(play, ledger, world=world)
        assert send(play, ledger, world=world).sent == ()
        play.clock.move_on(timedelta(minutes=16))
        play.write("templates/hello.md", "Subject: Something else\n\nSomething else.\n")
        assert send(play, ledger, world=world).count(Outcome.ACCEPTED) == 3
    assert [letter.raw for letter in given[:3]] == [letter.raw for letter in given[3:]]


def test_patience_doubles(play):
    world, _ = scripted(play, [Verdict(Outcome.DEFERRED, Phase.RCPT, 450, "4.2.0", "greylisted")])
    with play.ledger() as ledger:
        waits = []
        for _ in range(6):
            send(play, ledger, world=world)
            delivery = ledger.deliveries()["hello/chipy/hello"]
            waits.append((delivery.next_try - play.clock.now()) / timedelta(minutes=1))
            play.clock.move_on(delivery.next_try - play.clock.now())
    assert waits == [15, 30, 60, 120, 240, 240]


def test_three_equal_refusals_of_the_words_stop_the_run(play):
    spam = Verdict(Outcome.REFUSED, Phase.DOT, 554, "5.7.1", "looks like spam")
    play.write("campaigns/hello.toml", '[[steps]]\ntemplate = "hello"\n')
    world, given = scripted(play, [spam])
    with play.ledger() as ledger:
        run = send(play, ledger, world=world)
    assert len(given) == 3
    assert "in a row were refused" in run.paused


def test_a_refused_address_makes_the_next_rung_due(tmp_path):
    with stage(tmp_path / "w", [("noor@sfpython.example", Habit.UNKNOWN)]) as play, play.ledger() as ledger:
        assert send(play, ledger).count(Outcome.REFUSED) == 1
        run = send(play, ledger)
        assert [(str(sent.letter), sent.to) for sent in run.sent] == [
            ("hello/sf-python/hello~2", "team@sfpython.example")
        ]


def test_asked_to_stop_the_letter_in_hand_is_finished(play):
    sent = []
    with play.ledger() as ledger:
        run = send(play, ledger, told=sent.append, stop=lambda: ASKED if sent else "")
        assert len(run.sent) == 1
        assert run.paused == "you asked to stop"
        assert len(plan(play, ledger).due) == 2


def test_a_server_that_is_not_there_consumes_nothing(play):
    play.post.stop()
    with play.ledger() as ledger:
        with pytest.raises(ServerUnavailable):
            send(play, ledger)
        assert ledger.deliveries() == {}


def test_a_retry_never_carries_the_bytes_of_another_letter(play):
    later = Verdict(Outcome.DEFERRED, Phase.RCPT, 451, "4.7.1", "greylisted")
    world, given = scripted(play, [later])
    with play.ledger() as ledger:
        assert send(play, ledger, world=world).count(Outcome.DEFERRED) == 3
        segment = play.workspace.ledger_folder / "mail" / "000001.mails"
        first, second, third = (ledger.delivery(letter.id) for letter in given)
        # As after a lost file and other letters since: what lies in the place is whole, and not this letter.
        spoilt = replace(first, place=second.place)
        ledger._books.enter(first.letter, spoilt)
        segment.write_bytes(segment.read_bytes()[: third.place.offset])
        play.clock.move_on(timedelta(hours=1))
        run = send(play, ledger)
    assert [letter.group for letter, _ in run.kept_back] == ["chipy", "oslo-python"]
    assert "carry another Message-ID" in run.kept_back[0][1]
    assert "missing or not as it was written" in run.kept_back[1][1]
    assert [posted.to for posted in play.post.letters] == [("noor@sfpython.example",)]


def test_a_retry_whose_bytes_are_destroyed_is_kept_back_and_the_others_leave(play):
    world, given = scripted(play, [Verdict(Outcome.DEFERRED, Phase.RCPT, 451, "4.7.1", "greylisted")])
    with play.ledger() as ledger:
        send(play, ledger, world=world)
        first = ledger.delivery(given[0].id)
        ledger._books.enter(first.letter, replace(first, place=Place("", 0, 0)))
        play.clock.move_on(timedelta(hours=1))
        run = send(play, ledger)
    assert [(letter.group, "asked to be forgotten" in why) for letter, why in run.kept_back] == [
        ("chipy", True)
    ]
    assert run.count(Outcome.ACCEPTED) == 2


def test_the_dry_run_leaves_no_trace(play):
    with play.ledger() as ledger:
        before = sorted((p.name, p.stat().st_size) for p in play.workspace.ledger_folder.rglob("*"))
        dry = replace(play.world, post_office=nowhere)
        with play.look() as looked_at:
            assert send(play, looked_at, world=dry).count(Outcome.ACCEPTED) == 3
        assert play.post.letters == ()
        assert ledger.deliveries() == {}
        assert sorted((p.name, p.stat().st_size) for p in play.workspace.ledger_folder.rglob("*")) == before
