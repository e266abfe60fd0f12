"""Every hard case finds its letter, or a person is asked and shown the right one; hardly one goes wrong."""

from collections import Counter

import pytest
from answers_to_letters import correspondence
from shapes_of_answers import PROGRAMS, SHAPES, Hand

from mailer.replies import match, read

RIGHT, SILENTLY_WRONG = 0.97, 0.005
GUESSES = 3
ROUNDS = 3
"""So many people answer in each shape with each program, in the full run."""


@pytest.fixture(scope="module")
def letters(tmp_path_factory):
    with correspondence(tmp_path_factory.mktemp("letters") / "w") as found:
        yield found


def case_of(shape, program, turn, sent):
    """One case, always the same."""
    seed = f"{shape} {program} {turn}"
    drawn = Hand(None, sent, program, seed).random.choice(sent)
    return SHAPES[shape](Hand(drawn, sent, program, seed))


def outcome(case, ours):
    """What becomes of it: `right`, `asked` (without need), another `step` of the group, `lost` or `wrong`."""
    if case.earlier:
        mail = read(case.earlier)
        ours.hear(mail, match(mail, ours))
    found = match(read(case.raw), ours)
    best, expected = found.best, case.expected
    if expected is None:
        return "wrong" if best else "right"
    if best and (best.letter.campaign, best.letter.group) != (expected.campaign, expected.group):
        return "wrong"
    if best:
        return "right" if best.letter == expected else "step"
    first = {(c.letter.campaign, c.letter.group) for c in found.candidates[:GUESSES]}
    if (expected.campaign, expected.group) not in first:
        return "lost"
    return "asked" if case.sure else "right"


def outcomes(letters, turns):
    """The outcome of each case, by its name."""
    _, sent, ours = letters
    return {
        f"{shape}, {program}, {turn}": outcome(case_of(shape, program, turn, sent), ours)
        for shape in SHAPES
        for program, turn in turns(shape)
    }


def hold(found):
    counts = Counter(found.values())
    odd = {name: what for name, what in found.items() if what != "right"}
    assert counts["wrong"] <= SILENTLY_WRONG * len(found), odd
    assert counts["right"] >= RIGHT * len(found), odd


def test_each_shape_finds_its_letter(letters):
    assert len(SHAPES) >= 40
    order = {shape: number for number, shape in enumerate(SHAPES)}
    hold(outcomes(letters, lambda shape: [(PROGRAMS[order[shape] % len(PROGRAMS)], 0)]))


@pytest.mark.full
def test_each_shape_finds_its_letter_with_every_program(letters):
    found = outcomes(letters, lambda shape: [(p, turn) for p in PROGRAMS for turn in range(ROUNDS)])
    assert len(found) >= 1000
    hold(found)


@pytest.mark.full
@pytest.mark.parametrize("blinded", ["letter_of", "quoted", "renamed"])
def test_the_cases_would_notice_a_blind_reader(letters, monkeypatch, blinded):
    _, _, ours = letters
    nothing = {
        "letter_of": lambda text: None,
        "quoted": lambda words, among: (),
        "renamed": lambda text: None,
    }
    monkeypatch.setattr(ours, blinded, nothing[blinded])
    found = outcomes(letters, lambda shape: [(PROGRAMS[0], 0)])
    assert Counter(found.values())["right"] < len(found)
