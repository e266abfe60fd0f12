"""Whom a campaign is for: the expression, those who are left out all the same, and the sample."""

import unicodedata
import warnings
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from past import COLUMNS, START, campaign, delivery, group, history, plan

from mailer.nouns import State
from mailer.planning import Lot, make_plan, read_audience

TAGGED = (*COLUMNS, "tags", "city")


def choose(groups, past=None, columns=TAGGED, lists=None, **audience):
    """What the audience makes of the table."""
    chooser, problems = read_audience(campaign(**audience), groups, columns, lists)
    assert all(problem.warning for problem in problems)
    return chooser.choose(groups, past or history())


# The expression


@pytest.mark.parametrize(
    ("where", "chosen"),
    [
        ("", {"a", "b", "c"}),
        ('lane == "research"', {"a", "c"}),
        ('lane != "research"', {"b"}),
        ("size >= 100", {"a"}),
        ("not size >= 100", {"b"}),
        ("50 <= size <= 100", {"b"}),
        ('lane == "research" and size >= 100', {"a"}),
        ('lane == "research" or size < 100', {"a", "b", "c"}),
        ('lane in ("ok", "research")', {"a", "b", "c"}),
        ('group in ["a", "c"]', {"a", "c"}),
        ('"meetup" in website', {"b"}),
        ('"speakers" in tags', {"a"}),
        ('"SPEAKERS" in tags', {"a"}),
        ('"speaker" in tags', set()),
        ('city == "Köln" and size >= 100', {"a"}),
        ('lane == "research"\n  and size >= 100', {"a"}),
        ("size > -1", {"a", "b"}),
    ],
)
def test_the_audience_is_chosen_by_its_columns(where, chosen):
    groups = [
        group("a", size=200.0, website="https://a.example", tags="Speakers; no mail", city="Köln"),
        group("b", size=60.0, lane="ok", website="https://meetup.example/b"),
        group("c"),
    ]
    assert set(choose(groups, where=where).chosen) == chosen


def test_an_empty_cell_matches_nothing_and_is_counted():
    groups = [group("a", size=200.0), group("c")]
    for where in ("size >= 100", "size < 100", "not size < 100", "size != 5"):
        assert plan(groups, where=where).selection.of(Lot.UNDECIDED) == ("c",)


@pytest.mark.parametrize(
    ("where", "what", "fix"),
    [
        ('lnae == "research"', "no column 'lnae'", "did you mean lane?"),
        ('size >= "100"', "is a number", "without quotes"),
        ("lane >= 100", "holds text", "quotes"),
        ("lane = 'research'", "stops making sense", "write == for"),
        ("lane == “research”", "stops making sense", "straight quotes"),
        ("size => 3", "stops making sense", "write >="),
        ("lane == 'x' AND size > 3", "stops making sense", "small letters"),
        ("lane == Germany", "no column 'Germany'", 'put it in quotes if it is a word: "Germany"'),
        ("lane", "neither true nor false", 'lane == "research"'),
        ("__import__('os').system('x')", "neither true nor false", ""),
        ("lane == open('x')", "not understood", ""),
        ("lane.upper() == 'X'", "not understood", ""),
        ("size ** 9 > 1", "not understood", ""),
        ("size > True", "not understood", ""),
        ("lane is 'x'", "'is' is not understood", "=="),
        ("lane == 'x' and", "stops", ""),
        ("lane in size", "nothing can be 'in' size", ""),
        ('lane in ("research")', "several words", "write: lane == 'research'"),
        ("200 in website", "is a number", "quotes"),
        ("size in website", "is a number", "quotes"),
        ('tags == "speakers"', "several tags", "write: 'speakers' in tags"),
        ('"speakers" != tags', "several tags", "write: 'speakers' in tags"),
        ('lane == "research" # all who do research', "a # has no meaning", "lines of their own"),
        ('lane in ("ok", "research" "x")', "two words stand side by side", "comma"),
        ('size not in ("200", "900")', "'200' in the list is text", "without quotes"),
        ("lane not in (1, 2)", "1 in the list is a number", "in quotes"),
        ('lane not in ("ok", 2)', "2 in the list is a number", "in quotes"),
        ("lane not in ()", "a list of nothing", "lane in"),
        ("lane in (None, 'ok')", "None is not understood in a list", "quotes"),
        ("size in (True, 1)", "True is not understood in a list", "numbers"),
        ("size in (1j, 1)", "1j is not understood in a list", "numbers"),
        ("lane in (b'x', 'ok')", "b'x' is not understood in a list", "quotes"),
        ("size < 1" + "0" * 400, "is not understood", ""),
        ('organizer == "Robin"', "belongs to a person", "column of the group"),
        ('country == "x"', "no column 'country'", "add a column country"),
        ('tags not in ("x",)', "several tags", '"one" in tags'),
        ("2024 in tags", "is a number", "quotes"),
        ("not " * 60 + "size > 3", "too many brackets", "lane =="),
        ("(" * 300 + "size > 3" + ")" * 300, "cannot be read", ""),
        ("lane == '\0'", "cannot be read", ""),
    ],
)
def test_a_mistake_in_the_audience_is_named_with_its_place(where, what, fix):
    _, problems = read_audience(campaign(where), [group("a", size=5.0, website="x", tags="y")], TAGGED)
    [problem] = problems
    assert what in problem.what
    assert fix in problem.fix
    assert problem.file == "campaigns/c.toml"
    assert problem.line == 3
    assert problem.column >= 10


def test_all_mistakes_in_the_audience_come_at_once():
    _, problems = read_audience(campaign("lnae == 'x' and siez > 3"), [group("a")], COLUMNS)
    assert [problem.column for problem in problems] == [10, 26]


def test_the_place_of_a_mistake_counts_characters_and_lines():
    where = 'city == "Köln\U0001f600" and lnae == "x"\n  and siez > 3'
    _, problems = read_audience(campaign(where), [group("a", city="Köln")], TAGGED)
    assert [(problem.line, problem.column) for problem in problems] == [
        (3, 10 + where.index("lnae")),
        (4, len("  and s")),
    ]


def test_a_column_without_any_value_is_neither_text_nor_number():
    for where in ("size >= 100", 'size == "big"'):
        assert choose([group("a"), group("b")], where=where).of(Lot.UNDECIDED) == ("a", "b")


@pytest.mark.parametrize(
    ("where", "what", "fix"),
    [
        ('lane == "reserach"', "no group has 'reserach' in the column 'lane'", "did you mean research?"),
        ('"ok" != lane', "no group has 'ok' in the column 'lane'", ""),
        ('group not in ("a", "bb")', "no group has 'bb' in the column 'group'", ""),
        ('not "prss" in tags', "no group has 'prss' in the column 'tags'", "did you mean press?"),
    ],
)
def test_a_word_that_no_group_has_is_a_warning(where, what, fix):
    _, [problem] = read_audience(campaign(where), [group("a", tags="Press")], TAGGED)
    assert (problem.what, problem.fix, problem.warning) == (what, fix, True)


def test_an_accent_is_the_same_however_it_was_typed():
    typed = unicodedata.normalize("NFD", 'city != "Malmö"')
    assert choose([group("a", city="Malmö"), group("b", city="Lund")], where=typed).chosen == ("b",)


def test_a_hash_in_quotes_is_a_word():
    assert choose([group("a", city="C# town")], where='city == "C# town"').chosen == ("a",)


def test_an_audience_with_a_mistake_is_for_nobody():
    made = campaign("lane == research")
    groups = [group("a"), group("b")]
    audience, _ = read_audience(made, groups, COLUMNS)
    assert set(audience.choose(groups, history()).lots.values()) == {Lot.UNREAD}
    found = make_plan(made, audience, groups, history(delivery("a")), START)
    assert [line.status.value for line in found.lines] == ["accepted", "withheld", "withheld"]
    assert found.lines[1].because == "it is left out until the audience can be read"


def test_a_backslash_in_quotes_warns_nobody():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert choose([group("a")], where=r"lane == '\d'").chosen == ()


@given(st.text(max_size=60))
def test_whatever_is_written_is_read_or_named(where):
    groups = [group("a", size=5.0), group("b", lane="ok", website="https://b.example", tags="x")]
    audience, problems = read_audience(campaign(where), groups, TAGGED)
    lots = audience.choose(groups, history()).lots
    assert set(lots) == {"a", "b"}
    assert all(problem.what and problem.line >= 3 for problem in problems)


# Everyone, nobody, and in between


def test_every_group_of_the_table_is_in_exactly_one_lot():
    groups = [group("a"), group("b", lane="ok"), group("c", lane=None), group("d", tags="no mail")]
    selection = choose(groups, where='lane == "research"', tags=["No Mail"])
    assert selection.lots == {
        "a": Lot.CHOSEN,
        "b": Lot.OUTSIDE,
        "c": Lot.UNDECIDED,
        "d": Lot.EXCLUDED,
    }
    assert selection.because("a") == ""
    assert selection.because("b") == "it is outside the audience"
    assert selection.because("d") == "it is tagged No Mail"


def test_everyone_is_everyone_of_several():
    assert choose([group("a"), group("b")]).everyone
    assert not choose([group("a"), group("b", lane="ok")], where='lane == "ok"').everyone
    assert not choose([group("a")]).everyone


# Exclusions


@pytest.mark.parametrize("cell", ["no mail", "speakers, No Mail", "x;no mail ;y", "NO MAIL"])
def test_a_tag_leaves_a_group_out_whatever_its_case(cell):
    assert choose([group("a", tags=cell), group("b")], tags=["no mail"]).chosen == ("b",)


@pytest.mark.parametrize("cell", [None, "no", "mail", "no mailing", "no-mail"])
def test_another_tag_or_none_does_not(cell):
    chosen = choose([group("a", tags=cell), group("b", tags="no mail")], tags=["no mail"]).chosen
    assert chosen == ("a",)


def test_a_tag_that_is_a_number_is_a_tag():
    assert choose([group("a", tags=20240101.0)], where='"20240101" in tags').chosen == ("a",)
    assert choose([group("a", tags=2024.0), group("b", tags=2025.0)], tags=["2024"]).chosen == ("b",)


@pytest.mark.parametrize("entry", ["a", "second@a.example"])
def test_a_list_leaves_a_group_out_by_its_id_or_any_address_of_its_ladder(entry):
    groups = [group("a", "first@a.example", "second@a.example"), group("b")]
    audience, problems = read_audience(
        campaign(lists=["not-now"]), groups, TAGGED, {"not-now": frozenset({entry})}
    )
    assert not problems
    selection = audience.choose(groups, history())
    assert selection.chosen == ("b",)
    assert selection.because("a") == "it is on the list not-now"


def test_a_misspelt_tag_is_a_mistake_and_an_unused_one_a_warning():
    groups = [group("a", tags="no mail")]
    for tag, warning, fix in (
        ("no mial", False, "did you mean no mail?"),
        ("press", True, "the tags are: no mail"),
    ):
        _, [problem] = read_audience(campaign(tags=[tag]), groups, TAGGED)
        assert (problem.warning, problem.fix, problem.line) == (warning, fix, 5)


def test_tags_without_their_column_are_one_mistake():
    _, [problem] = read_audience(campaign(tags=["x", "y"]), [group("a")], COLUMNS)
    assert "no column 'tags'" in problem.what
    assert not problem.warning


@pytest.mark.parametrize(
    ("state", "reached"),
    [
        (State.ACCEPTED, True),
        (State.UNSURE, True),
        (State.SENDING, True),
        (State.DEFERRED, True),
        (State.REFUSED, False),
        (State.BOUNCED, False),
    ],
)
def test_who_got_a_letter_of_an_earlier_campaign_is_left_out(state, reached):
    past = history(delivery("a", state=state, of="winter"))
    selection = choose([group("a"), group("b")], past, campaigns=["winter"])
    assert selection.chosen == (("b",) if reached else ("a", "b"))
    assert not reached or selection.because("a") == "it has got a letter of winter"


def test_a_later_letter_of_the_other_campaign_stops_no_conversation():
    past = history(delivery("a", days=0), delivery("a", of="winter", days=3))
    assert choose([group("a")], past, campaigns=["winter"]).chosen == ("a",)


def test_an_earlier_one_does_when_the_exclusion_is_written_down_late():
    past = history(delivery("a", of="winter", days=0), delivery("a", days=3))
    made = campaign(campaigns=["winter"])
    audience, _ = read_audience(made, [group("a")], COLUMNS)
    lines = make_plan(made, audience, [group("a")], past, START).lines
    assert [line.status.value for line in lines] == ["accepted", "withheld", "withheld"]
    assert lines[1].because == "it has got a letter of winter"
    assert lines[1].reason == "not in the audience"


# The sample


def many(count):
    return [group(f"g{number:03}") for number in range(count)]


def test_a_sample_has_its_size_and_the_rest_is_counted():
    selection = choose(many(50), sample=20)
    assert len(selection.chosen) == 20
    assert len(selection.of(Lot.UNDRAWN)) == 30


def test_a_sample_of_more_than_there_are_is_everyone():
    assert choose(many(5), sample=20).everyone


def test_the_draw_does_not_depend_on_the_order_of_the_table():
    groups = many(50)
    chosen = set(choose(groups, sample=20).chosen)
    assert chosen == set(choose(groups[::-1], sample=20).chosen)
    # Written down once: it must be the same on every machine and in every version.
    assert sorted(chosen)[:5] == ["g000", "g002", "g005", "g006", "g007"]


def test_a_sample_is_drawn_from_those_who_fit_and_are_not_left_out():
    groups = [
        group(f"g{n}", lane="ok" if n % 2 else "research", tags="x" if n % 3 else None) for n in range(60)
    ]
    chosen = choose(groups, sample=8, where='lane == "ok"', tags=["x"]).chosen
    assert len(chosen) == 8
    assert all(int(name[1:]) % 2 and not int(name[1:]) % 3 for name in chosen)


def test_a_new_group_takes_the_place_of_one_other_at_most():
    draws = [set(choose(many(count), sample=10).chosen) for count in range(10, 60)]
    assert all(len(before - after) <= 1 for before, after in pairwise(draws))


def test_whoever_has_been_written_to_keeps_the_place():
    groups = many(50)
    late = choose(groups, sample=20).of(Lot.UNDRAWN)[:5]
    selection = choose(groups, history(*(delivery(name) for name in late)), sample=20)
    assert set(late) <= set(selection.chosen)
    assert len(selection.chosen) == 20


@given(st.sets(st.integers(0, 29)), st.integers(1, 30), st.sets(st.integers(0, 29)))
def test_never_more_than_the_sample_are_written_to(begun, size, gone):
    groups = [group(f"g{n:03}", lane="ok" if n in gone else "research") for n in range(30)]
    past = history(*(delivery(f"g{n:03}") for n in begun))
    chosen = set(choose(groups, past, where='lane == "research"', sample=size).chosen)
    written = {f"g{n:03}" for n in begun}
    assert len(chosen | written) <= max(size, len(written))
    assert {name for name in written if int(name[1:]) not in gone} <= chosen


def test_the_plan_has_lines_for_the_sample_only():
    made = campaign(sample=3)
    groups = many(9)
    audience, _ = read_audience(made, groups, COLUMNS)
    found = make_plan(made, audience, groups, history(), START)
    assert {line.letter.group for line in found.due} == set(found.selection.chosen)
    assert len(found.due) == 3
    assert plan(groups).selection.everyone
