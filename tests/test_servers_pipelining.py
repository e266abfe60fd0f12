"""Many letters over one line or a few, said together where the server takes that: fault by fault."""

from dataclasses import replace

import pytest
from liars import SHORT, Scripted, a_letter, deliver_together
from test_servers_smtp import HUGE, LIMIT, TABLE, A, U

from mailer.nouns import Phase
from mailer.servers.patience import SmtpPatience

OFFERS = ("SIZE 30000000", "PIPELINING")


def check(server, letters, verdicts):
    """What must hold whatever the server does."""
    bodies = [body for _, body in server.accepted]
    for letter, verdict in zip(letters, verdicts, strict=True):
        assert bodies.count(letter.raw) <= 1, "a letter was taken twice"
        if letter.raw in bodies:
            assert verdict.outcome in {A, U}, verdict
        if verdict.outcome is A:
            assert letter.raw in bodies, verdict


@pytest.mark.parametrize(("verb", "does", "outcome"), TABLE)
def test_each_fault_at_each_phase_has_its_verdict_where_commands_go_together(verb, does, outcome):
    runs_out = verb in LIMIT and does.endswith(("stall", "drip"))
    patience = replace(SmtpPatience(), **{LIMIT[verb]: SHORT}) if runs_out else None
    server = Scripted({verb: [does]}, offers=OFFERS)
    letters = [a_letter(1, body=HUGE if verb == "BODY" else "Hello\r\n"), *map(a_letter, range(2, 6))]
    room, verdicts = deliver_together(server, *letters, patience=patience)
    assert room == 3
    assert verdicts[0].outcome is outcome, verdicts[0]
    if outcome is not A and does != "reset":  # a reset also takes away what was answered before
        assert verdicts[0].phase is Phase(verb.lower())
    assert all(verdict.outcome is A for verdict in verdicts[1:]), verdicts
    check(server, letters, verdicts)


@pytest.mark.parametrize(("verb", "does", "outcome"), TABLE)
def test_a_fault_in_the_middle_leaves_at_most_one_letter_in_doubt(verb, does, outcome):
    runs_out = verb in LIMIT and does.endswith(("stall", "drip"))
    patience = replace(SmtpPatience(), **{LIMIT[verb]: SHORT}) if runs_out else None
    usual = {"DATA": "354 go", "BODY": ""}.get(verb, "250 ok")
    server = Scripted({verb: [usual, usual, does]}, offers=OFFERS)
    letters = [a_letter(number, body=HUGE if verb == "BODY" else "Hi\r\n") for number in range(1, 7)]
    _, verdicts = deliver_together(server, *letters, patience=patience)
    check(server, letters, verdicts)
    assert sum(verdict.outcome is U for verdict in verdicts) <= 1
    others = [verdict for verdict in verdicts if verdict.outcome is not A]
    assert len(others) <= 1, others
