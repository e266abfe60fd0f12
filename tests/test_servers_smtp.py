"""One letter after the other over one line: each fault at each phase. The server's own log is the judge."""

import asyncio
import socket
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from liars import CANARY, SHORT, Aiosmtpd, Scripted, a_letter, deliver, settings_for

from mailer.nouns import Address, Outcome, Phase
from mailer.servers import post_office
from mailer.servers.conversation import Conversation
from mailer.servers.patience import SmtpPatience

A, D, R, U, P = Outcome.ACCEPTED, Outcome.DEFERRED, Outcome.REFUSED, Outcome.UNSURE, Outcome.PAUSE

HUGE = ("x" * 998 + "\r\n") * 8_000
"""More than the buffers between two sockets hold: the server acts before we have written all of it."""


# ── One letter: what the server does, what we make of it ─────────────────────────────────────────────────

BREAKDOWNS = ("close", "reset", "stall", "garbage", "partial", "endless", "drip", "199 what", "777 what")
LIMIT = {"MAIL": "command", "RCPT": "command", "DATA": "data", "DOT": "dot"}

TABLE = [
    *((verb, fault, D) for verb in ("MAIL", "RCPT", "DATA") for fault in BREAKDOWNS),
    *(("BODY", fault, D) for fault in ("close", "reset", "early garbage", "early 451 busy", "early 421 bye")),
    *(("BODY", fault, P) for fault in ("early 552 too big", "early 354 go on")),
    ("BODY", "early 250 taken", U),
    *(("DOT", fault, U) for fault in BREAKDOWNS),
    *(("DOT", f"taken+{fault}", U) for fault in BREAKDOWNS),
    *(("DOT", reply, U) for reply in ("354 go on", "250-half\r\n550 and half", "300 hm")),
    *(("MAIL", reply, D) for reply in ("421 bye", "450 4.2.1 slow", "451 x", "452 x", "454 x", "432 x")),
    *(
        ("MAIL", reply, P)
        for reply in ("530 x", "535 x", "550 5.7.60 x", "550 5.4.5 quota", "552 x", "354 go")
    ),
    ("MAIL", "552 5.3.4 too big", R),
    *(("RCPT", reply, D) for reply in ("421 bye", "450 grey", "451 4.7.1 grey", "452 4.5.3 too many")),
    *(("RCPT", reply, D) for reply in ("552 full", "552 5.2.2 full", "550 5.2.2 full")),
    *(("RCPT", reply, R) for reply in ("550 no such user", "550 5.1.1 no such user", "553 x", "501 x")),
    *(("RCPT", reply, P) for reply in ("530 x", "550 5.7.1 policy", "550 5.4.5 quota", "354 go")),
    *(("DATA", reply, D) for reply in ("421 bye", "451 x", "452 x")),
    *(("DATA", reply, P) for reply in ("550 x", "554 5.5.1 no valid recipients", "250 what")),
    *(("DOT", reply, A) for reply in ("250 2.0.0 queued", "200 ok", "251 ok", "250-one\r\n250 two", "250")),
    *(("DOT", reply, D) for reply in ("421 bye", "450 x", "451 4.3.0 x", "452 x")),
    *(("DOT", reply, R) for reply in ("550 x", "552 5.3.4 too big", "554 5.7.1 spam")),
    *(("DOT", reply, P) for reply in ("550 5.4.5 daily sending limit", "530 x")),
    *((verb, "251 fine", A) for verb in ("MAIL", "RCPT")),
    *((verb, "250-fine\n250 with bare line ends", A) for verb in ("MAIL", "RCPT", "DOT")),
]


@pytest.mark.parametrize(("verb", "does", "outcome"), TABLE)
def test_each_fault_at_each_phase_has_its_verdict_and_the_next_letter_goes(verb, does, outcome):
    # A limit is shortened only where the server lets us run into it, so that a busy machine fails no test.
    runs_out = verb in LIMIT and does.endswith(("stall", "drip"))
    patience = replace(SmtpPatience(), **{LIMIT[verb]: SHORT}) if runs_out else None
    server = Scripted({verb: [does]})
    letter, another = a_letter(1, body=HUGE if verb == "BODY" else "Hello\r\n"), a_letter(2)
    first, second = deliver(server, letter, another, patience=patience)
    assert first.outcome is outcome, first
    assert first.phase is (Phase.DOT if outcome is A else Phase(verb.lower()))
    assert second.outcome is A, second
    bodies = [body for _, body in server.accepted]
    assert bodies.count(letter.raw) <= 1
    assert bodies.count(another.raw) == 1
    if letter.raw in bodies:
        assert first.outcome in {A, U}
    if first.outcome is A:
        assert letter.raw in bodies
    if "421" in does or "354" in does:
        assert server.connections == 2


def test_a_reply_gives_code_status_and_words():
    (verdict,) = deliver(
        Scripted({"RCPT": ["550-5.1.1 The account\r\n550 5.1.1 does not exist"]}), a_letter()
    )
    assert (verdict.code, verdict.status) == (550, "5.1.1")
    assert verdict.words == "5.1.1 The account does not exist"


@pytest.mark.parametrize(("verb", "says"), [("MAIL", "354 go"), ("RCPT", "354 go"), ("DATA", "250 2.1.5 ok")])
def test_what_is_no_answer_is_said_to_be_none(verb, says):
    """By themselves a server's "go" and "ok" are no reason for anything."""
    (verdict,) = deliver(Scripted({verb: [says]}), a_letter())
    code, _, words = says.partition(" ")
    assert (verdict.code, verdict.words) == (int(code), f"that is no answer to {verb} ({words})")


def test_a_server_that_stops_reading_in_the_middle_has_certainly_not_got_the_letter():
    server = Scripted({"BODY": ["stall"]})
    huge = a_letter(1, body=HUGE)
    patience = replace(SmtpPatience(), block=SHORT)
    verdict, after = deliver(server, huge, a_letter(2), patience=patience)
    assert (verdict.outcome, verdict.phase) == (D, Phase.BODY)
    assert after.outcome is A
    assert server.heard.count(".") == 1


def test_no_dot_is_written_while_a_byte_of_the_letter_waits_in_our_own_buffer():
    async def run():
        ours, theirs = socket.socketpair()
        for end, size in ((ours, socket.SO_SNDBUF), (theirs, socket.SO_RCVBUF)):
            end.setsockopt(socket.SOL_SOCKET, size, 4096)
            end.settimeout(0)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(asyncio.Protocol, sock=ours)
        line = Conversation(transport, {}, replace(SmtpPatience(), block=SHORT, dot=SHORT))
        letter = a_letter(body="x\r\n" * 10_000)
        handing_in = asyncio.create_task(line.hand_in(letter))
        for reply in (b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"):
            await loop.sock_recv(theirs, 4096)
            await loop.sock_sendall(theirs, reply)
        verdict = await handing_in  # nobody reads the letter; a transport would hold all of it by default
        await line.leave()
        theirs.close()
        return verdict

    verdict = asyncio.run(run())
    assert (verdict.outcome, verdict.phase) == (D, Phase.BODY)


# ── The line between letters ─────────────────────────────────────────────────────────────────────────────


def test_letters_share_one_line_and_the_server_is_told_exactly_who():
    server = Scripted()
    deliver(server, a_letter(1), a_letter(2, to=("o'neil+py@xn--bcher-kva.example",)))
    size = len(a_letter(1).raw)
    assert server.connections == 1
    assert server.heard == [
        "EHLO psf.example",
        f"MAIL FROM:<fellow@psf.example> SIZE={size}",
        "RCPT TO:<ada@chipy.example>",
        "DATA",
        ".",
        f"MAIL FROM:<fellow@psf.example> SIZE={size}",
        "RCPT TO:<o'neil+py@xn--bcher-kva.example>",
        "DATA",
        ".",
        "QUIT",
    ]


def test_a_refused_letter_is_cleared_away_before_the_next_on_the_same_line():
    server = Scripted({"RCPT": ["550 no"]})
    deliver(server, a_letter(1), a_letter(2))
    assert server.connections == 1
    assert server.heard[2:5] == ["RCPT TO:<ada@chipy.example>", "RSET", server.heard[1]]


@pytest.mark.parametrize("fault", ["close", "reset", "stall", "garbage", "endless", "421 bye", "500 what"])
@pytest.mark.parametrize("verb", ["RCPT", "DATA"])
def test_trouble_with_clearing_away_never_hides_the_refusal(verb, fault):
    server = Scripted({verb: ["550 no"], "RSET": [fault]})
    patience = replace(SmtpPatience(), courtesy=SHORT)
    first, second = deliver(server, a_letter(1), a_letter(2), patience=patience)
    assert (first.code, first.words) == (550, "no")
    assert second.outcome is A
    assert server.connections == 2


@pytest.mark.parametrize("fault", ["close", "reset", "stall", "garbage", "421 bye", "500 what"])
def test_nothing_said_to_goodbye_changes_a_verdict(fault):
    patience = replace(SmtpPatience(), courtesy=SHORT)
    (verdict,) = deliver(Scripted({"QUIT": [fault]}), a_letter(), patience=patience)
    assert verdict.outcome is A


@pytest.mark.parametrize("says", ["421 4.4.2 idle for too long", "250 stray", "garbage"])
def test_a_line_on_which_the_server_spoke_unasked_is_replaced(says):
    server = Scripted({"DOT": [f"250 taken\r\n{says}"]})
    verdicts = deliver(server, a_letter(1), a_letter(2))
    assert [v.outcome for v in verdicts] == [A, A]
    assert [body for _, body in server.accepted] == [a_letter(1).raw, a_letter(2).raw]
    assert server.connections == 2


@pytest.mark.parametrize("fault", ["close", "reset", "garbage"])
def test_a_used_line_that_dies_at_mail_costs_no_letter(fault):
    server = Scripted({"MAIL": ["250 ok", fault]})
    verdicts = deliver(server, a_letter(1), a_letter(2))
    assert [v.outcome for v in verdicts] == [A, A]
    assert [body for _, body in server.accepted] == [a_letter(1).raw, a_letter(2).raw]


def test_a_new_line_that_dies_at_mail_too_is_not_tried_for_ever():
    server = Scripted({"MAIL": ["250 ok", "close", "close", "close"]})
    verdicts = deliver(server, a_letter(1), a_letter(2))
    assert [v.outcome for v in verdicts] == [A, D]
    assert server.connections == 2


def test_a_server_that_hangs_up_after_every_letter_gets_all_of_them_once():
    server = Scripted({"DOT": ["250 taken"] * 9, "MAIL": []})
    server.script["MAIL"] = ["250 ok", "421 4.7.0 enough", "250 ok", "close", "250 ok"]
    letters = [a_letter(n) for n in range(5)]
    verdicts = deliver(server, *letters)
    got = [body for _, body in server.accepted]
    for letter, verdict in zip(letters, verdicts, strict=True):
        assert got.count(letter.raw) == (verdict.outcome is A)


def test_a_line_that_cannot_be_opened_again_pauses_the_run():
    server = Scripted({"GREETING": ["220 hi", "554 go away", "220 hi"], "DATA": ["close"]})
    first, second, third = deliver(server, a_letter(1), a_letter(2), a_letter(3))
    assert first.outcome is D
    assert (second.outcome, second.phase) == (P, Phase.CONNECT)
    assert "554 go away" in second.words
    assert third.outcome is A


def test_after_a_refused_sign_in_nobody_asks_again(monkeypatch):
    monkeypatch.setenv("CAMPAIGN_SMTP_PASSWORD", CANARY)
    server = Scripted({"AUTH": ["235 yes", "535 5.7.8 no", "235 yes"], "DATA": ["close"]})
    first, *others = deliver(server, a_letter(1), a_letter(2), a_letter(3), user="fellow")
    assert first.outcome is D
    assert {(v.outcome, v.phase) for v in others} == {(P, Phase.AUTH)}
    assert sum(line.startswith("AUTH") for line in server.heard) == 2
    assert CANARY not in repr(others)


# ── Recipients, sizes, letters that must not leave ───────────────────────────────────────────────────────

TWO = ("ada@chipy.example", "bob@chipy.example")


def test_a_letter_is_accepted_when_one_recipient_is_and_the_others_are_named():
    server = Scripted({"RCPT": ["250 ok", "550 5.1.1 unknown"]})
    (verdict,) = deliver(server, a_letter(to=TWO))
    assert verdict.outcome is A
    assert "bob@chipy.example: 550 5.1.1 unknown" in verdict.words
    assert server.accepted == [(("ada@chipy.example",), a_letter().raw)]


@pytest.mark.parametrize(
    ("replies", "outcome"),
    [
        (["550 no", "550 no"], R),
        (["550 no", "450 later"], D),
        (["450 later", "550 5.7.1 policy"], P),
        (["250 ok", "421 bye"], D),
        (["354 what", "250 ok"], P),
    ],
)
def test_when_no_recipient_is_taken_the_most_careful_answer_counts(replies, outcome):
    server = Scripted({"RCPT": replies})
    verdict, after = deliver(server, a_letter(1, to=TWO), a_letter(2))
    assert verdict.outcome is outcome
    assert after.outcome is A
    assert len(server.accepted) == 1


def test_a_letter_larger_than_the_server_takes_is_refused_before_it_is_announced():
    server = Scripted(offers=("SIZE 1000",))
    verdict, after = deliver(server, a_letter(1, body="x\r\n" * 1000), a_letter(2))
    assert (verdict.outcome, verdict.phase) == (R, Phase.MAIL)
    assert after.outcome is A
    assert sum(line.startswith("MAIL") for line in server.heard) == 1


def test_without_size_or_ehlo_the_letter_goes_all_the_same():
    server = Scripted({"EHLO": ["502 what"]}, offers=())
    (verdict,) = deliver(server, a_letter())
    assert verdict.outcome is A
    assert server.heard[:3] == ["EHLO psf.example", "HELO psf.example", "MAIL FROM:<fellow@psf.example>"]


@pytest.mark.parametrize(
    "change",
    [
        {"raw": b"Subject: x\r\n\r\nno end"},
        {"raw": b"Subject: x\r\n\r\na\n.\nMAIL FROM:<x@y.example>\r\n"},
        {"raw": b"Subject: x\r\n\r\na\r.\r\r\n"},
        {"raw": b"Subject: x\r\n\r\n\xe9\r\n"},
        {"raw": b"Subject: x\r\n\r\n\0\r\n"},
        {"raw": b"Subject: x\r\n\r\n" + b"x" * 999 + b"\r\n"},
        {"to": ()},
        {"to": (Address("b", "y.example> SIZE=1"),)},
        {"to": (Address("b", "y.example\r\nRCPT TO:<evil@z.example>"),)},
        {"to": (Address("b", "Y.example"),)},
        {"sender": Address("", "")},
    ],
)
def test_what_could_be_read_in_two_ways_never_reaches_the_server(change):
    server = Scripted()
    (verdict,) = deliver(server, replace(a_letter(), **change))
    assert verdict.outcome is P
    assert server.heard == ["EHLO psf.example", "QUIT"]


@pytest.mark.parametrize("point", ["after_mail", "after_rcpt", "after_354", "mid_body", "before_dot"])
def test_dying_before_the_dot_leaves_nothing_at_the_server(point, monkeypatch):
    monkeypatch.setattr("mailer.failpoints.ASKED", f"smtp.{point}:raise")
    server = Scripted()
    with pytest.raises(RuntimeError, match=point):
        deliver(server, a_letter())
    assert "." not in server.heard
    assert server.accepted == []


@pytest.mark.parametrize("point", ["after_connect", "after_dot", "after_reply"])
def test_the_other_failpoints_are_reached_too(point, monkeypatch):
    monkeypatch.setattr("mailer.failpoints.ASKED", f"smtp.{point}:raise")
    with pytest.raises(RuntimeError, match=point):
        deliver(Scripted(), a_letter())


def test_a_cancelled_letter_closes_the_line():
    server = Scripted({"DOT": ["stall"]})

    async def run():
        async with server.running() as port, post_office(settings_for(port)) as office:
            task = asyncio.create_task(office.deliver(a_letter(1)))
            await server.stalled.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return await office.deliver(a_letter(2))

    assert asyncio.run(run()).outcome is A
    assert server.connections == 2


LINES = st.lists(
    st.text(st.sampled_from(".aF =>\t-"), max_size=6)
    | st.sampled_from([".", "..", "From x", "", "." * 998, "x" * 998]),
    min_size=1,
    max_size=12,
)


@settings(max_examples=12, deadline=None)
@given(st.lists(LINES, min_size=4, max_size=8))
def test_the_server_gets_exactly_the_bytes_of_each_letter(bodies):
    letters = [replace(a_letter(), raw="".join(f"{line}\r\n" for line in lines).encode()) for lines in bodies]
    server = Aiosmtpd()
    verdicts = deliver(server, *letters)
    assert {verdict.outcome for verdict in verdicts} == {A}
    envelope = "fellow@psf.example", ["ada@chipy.example"]
    assert server.got == [(*envelope, letter.raw, "psf.example") for letter in letters]
