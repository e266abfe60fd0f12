"""How a person is found in a text: every spelling of her address, her names, and nobody else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.nouns import Address, Pseudonyms, Traces
from mailer.nouns.traces import BLOT, blotted

ANA = Traces.of(Address.parse("Ana@müller.example"), ["Ana Souza", "Ana", "al", "", "x@y.example"])
ASCII = "xn--mller-kva.example"


@pytest.mark.parametrize(
    "text",
    [
        "ana@müller.example",
        f"ANA@{ASCII.upper()}",
        f"ana+news@{ASCII}",
        f"<ana@{ASCII}>",
        f"'ana@{ASCII}'",
        f"_ana@{ASCII}_",
        f"mailto:ana@{ASCII}?subject=x",
        f"mailto:ana%40{ASCII}",
        f"bounces+ana={ASCII}@list.example",
        f"SRS0=ab=cd=list.example=ana@{ASCII}",
        f"ana (at) {ASCII}",
        "ana at müller.example",
        f"Write to ana@{ASCII}. Or not.",
        f"ana@{ASCII}まで",
        f"宛先ana@{ASCII}",
        "ana@mu\u0308ller.example",
    ],
)
def test_her_address_is_found_in_every_spelling(text):
    assert BLOT in blotted(text, ANA.address)
    assert "ana" not in blotted(text, ANA.address).lower()
    assert ANA.spoken_of([text], ANA.far)


@pytest.mark.parametrize(
    "text",
    [
        f"joana@{ASCII}",
        f"jo.ana@{ASCII}",
        f"jo_ana@{ASCII}",
        f"ana.s@{ASCII}",
        f"ana@{ASCII}.com",
        f"ana@{ASCII}-shop",
        f"ana@mail.{ASCII}",
        "ana@muller.example",
        f"list+ana@{ASCII}",
        "banana",
    ],
)
def test_somebody_elses_address_is_left_alone(text):
    assert blotted(text, ANA.far) == text
    assert not ANA.spoken_of([text], ANA.far)


def test_a_single_name_is_only_looked_for_near_her_and_whole():
    text = "Ana said that Souza, Ana and analysis agree, and so does ANA  SOUZA"
    assert blotted(text, ANA.far) == f"Ana said that Souza, Ana and analysis agree, and so does {BLOT}"
    assert (
        blotted(text, ANA.near) == f"{BLOT} said that {BLOT}, {BLOT} and analysis agree, and so does {BLOT}"
    )


def test_in_what_is_hers_the_part_before_the_at_is_her_name_too():
    team = Traces.of(Address.parse("organizers@chipy.example"))
    assert blotted("the organizers", team.own) == f"the {BLOT}"
    assert blotted("the organizers", team.near) == "the organizers"


def test_names_in_scripts_without_capitals_are_found_between_other_letters():
    tanaka = Traces.of(Address.parse("t@tanaka.example"), ["田中"])
    assert blotted("私は田中です", tanaka.near) == f"私は{BLOT}です"


def test_what_is_no_name_is_none():
    assert ANA.names == {"Ana Souza", "Ana"}


def test_a_name_with_signs_in_it_is_no_pattern():
    odd = Traces.of(Address.parse("a@b.example"), ["Ana (she/her) [x] .*", "(((aaa", "a|b|ccc"])
    assert blotted("Ana (she/her) [x] .* wrote", odd.far) == f"{BLOT} wrote"
    assert blotted("anything else", odd.own) == "anything else"


@given(st.text(max_size=60), st.text(max_size=30))
def test_any_name_and_any_text_give_a_text_without_the_name(text, name):
    somebody = Traces.of(Address.parse("a1@b2.example"), [name])
    left = blotted(f"{text} a1@b2.example {text}", somebody.own)
    assert "a1@b2.example" not in left
    assert somebody.spoken_of([f"{text} a1@b2.example"], somebody.far)


@given(st.from_regex(r"(ana)?[a-z0-9+-]{0,12}", fullmatch=True).filter(bool))
def test_she_is_known_by_any_plus_tag_and_by_nothing_else(local):
    assert ANA.is_hers(f"{local}@{ASCII}") == (local.partition("+")[0] == "ana")
    assert ANA.is_hers(f"{local.upper()}@müller.example") == (local.partition("+")[0] == "ana")


def test_a_pseudonym_is_always_the_same_tells_nothing_and_is_the_ledgers_own():
    mine, other = Pseudonyms(b"1" * 32), Pseudonyms(b"2" * 32)
    assert mine.of("ana@b.example") == mine.of("ana@b.example")
    assert mine.of("ana@b.example") != other.of("ana@b.example")
    assert mine.keys("ana+x@b.example") == (mine.of("ana+x@b.example").key, mine.of("ana@b.example").key)
    assert re.fullmatch(r"[a-z2-7]{16}@forgotten\.invalid", str(mine.of("ana@b.example")))
    assert Address.parse(str(mine.of("x"))) == mine.of("x")
    assert "1" * 8 not in repr(mine)
