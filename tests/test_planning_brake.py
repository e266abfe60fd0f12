"""When a run stops because too many letters reach nobody."""

from dataclasses import replace
from datetime import timedelta

import pytest
from past import START, delivery

from mailer.nouns import Pace, Phase, State
from mailer.planning import Fared, fared, why_stop

GO_ON = [(0, 0), (3, 3), (9, 9), (10, 2), (20, 4), (60, 10), (1000, 100)]
STOP = [(10, 3), (20, 5), (60, 11), (1000, 130)]


@pytest.mark.parametrize(
    ("sent", "failed", "stops"), [(*run, False) for run in GO_ON] + [(*run, True) for run in STOP]
)
def test_a_run_stops_only_when_the_rate_is_too_high_for_certain(sent, failed, stops):
    assert bool(why_stop(Fared(sent, bounced=failed), Pace())) is stops
    assert bool(why_stop(Fared(sent, refused=failed), Pace())) is stops


def test_the_limit_is_hers():
    assert not why_stop(Fared(10, 3), Pace(bounce_rate=0.5))
    assert not why_stop(Fared(10, 10), Pace(bounce_rate=1.0))
    assert why_stop(Fared(50, 3), Pace(bounce_rate=0.0))


def test_it_says_why():
    assert why_stop(Fared(20, 4, 2), Pace()) == (
        "6 of 20 letters reached nobody (4 came back, 2 had an address that was refused): 30%,"
        " and 10% are let pass"
    )


def test_the_ledger_says_how_the_letters_of_a_run_fared():
    letters = [
        delivery("ok", days=1),
        delivery("back", state=State.BOUNCED, days=1),
        delivery("no", state=State.REFUSED, days=1),
        delivery("words", state=State.REFUSED, phase=Phase.DOT, days=1),
        delivery("before", state=State.BOUNCED, days=0),
        replace(delivery("air", state=State.SENDING, days=1), attempts=()),
    ]
    assert fared(letters, START + timedelta(days=1)) == Fared(4, bounced=1, refused=1)
