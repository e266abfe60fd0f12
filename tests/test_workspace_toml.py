"""Places in TOML: every key and value is found where it stands, whatever the text."""

import tomllib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailer.workspace.toml_lines import Document, Spot, read_toml

TOML = '''\
top = 1 # a comment with a = sign
"quoted key" = 'x'
a.b . "c" = "dotted"

[table] # with [brackets] in a comment
text = """
first line
# no comment
second = "line"
"""
literal = \'\'\'it's ''one'' text\'\'\'
list = [
  1, # one
  "two, with ] and #",
  [3, 4],
]
inline = { x = 1, y.z = "deep", "w" = [] }
after = 2013-06-01

[[many]]
name = "first"

[[many]]
name = "second"
[many.sub]
key = true
[[many.inner]]
k = 1
[table.below]
last = -1.5e3
'''

PLACES = {
    ("top",): (Spot(1, 1), Spot(1, 7)),
    ("quoted key",): (Spot(2, 1), Spot(2, 17)),
    ("a", "b", "c"): (Spot(3, 1), Spot(3, 14)),
    ("table",): (Spot(5, 1), Spot(5, 1)),
    ("table", "text"): (Spot(6, 1), Spot(7, 1)),
    ("table", "literal"): (Spot(11, 1), Spot(11, 14)),
    ("table", "list"): (Spot(12, 1), Spot(12, 8)),
    ("table", "list", 1): (Spot(14, 3), Spot(14, 4)),
    ("table", "list", 2, 1): (Spot(15, 7), Spot(15, 7)),
    ("table", "inline", "x"): (Spot(17, 12), Spot(17, 16)),
    ("table", "inline", "y", "z"): (Spot(17, 19), Spot(17, 26)),
    ("table", "after"): (Spot(18, 1), Spot(18, 9)),
    ("many",): (Spot(20, 1), Spot(20, 1)),
    ("many", 0): (Spot(20, 1), Spot(20, 1)),
    ("many", 1): (Spot(23, 1), Spot(23, 1)),
    ("many", 1, "name"): (Spot(24, 1), Spot(24, 9)),
    ("many", 1, "sub", "key"): (Spot(26, 1), Spot(26, 7)),
    ("many", 1, "inner", 0, "k"): (Spot(28, 1), Spot(28, 5)),
    ("table", "below", "last"): (Spot(30, 1), Spot(30, 8)),
    ("table", "not there"): (Spot(5, 1), Spot(5, 1)),
    ("nor this",): (Spot(), Spot()),
}


@pytest.mark.parametrize(("path", "spots"), PLACES.items(), ids=lambda value: ".".join(map(str, value)))
def test_each_key_and_value_is_found_where_it_stands(path, spots):
    document = read_toml("x.toml", TOML)
    assert (document.key(path), document.text(path)) == spots


def test_no_comment_is_taken_for_a_key_and_no_key_is_forgotten():
    document = read_toml("x.toml", TOML)
    assert set(document.keys) == set(_paths(document.values))


def _paths(value, path=()):
    """Every path in what the reader made of the file, except the elements of empty ones."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in below:
        yield (*path, name)
        yield from _paths(part, (*path, name))


_KEYS = st.text(st.sampled_from("ab\"'. #=[]é\\"), min_size=1, max_size=4)
_VALUES = st.recursive(
    st.one_of(st.integers(0, 99), st.booleans(), st.text(st.sampled_from("ab\"'#=[],{}\n\\é"), max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=3)),
    max_leaves=6,
)


def _quoted(text):
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n"}
    return '"' + "".join(escapes.get(letter, letter) for letter in text) + '"'


def _written(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_quoted(name)} = {_written(part)}" for name, part in value.items()) + " }"
    return str(value)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(_KEYS, _VALUES, max_size=4))
def test_every_path_of_any_document_has_its_place(values):
    source = "".join(f"{_quoted(name)} = {_written(value)}\n" for name, value in values.items())
    document = read_toml("x.toml", source)
    assert document.values == values
    assert set(document.keys) == set(_paths(values))


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab=[]{}\"'#.,\n 1\\é\t-"), max_size=60))
@example("a = [1")
@example("a = " + "9" * 5000)
@example("a = 2013-13-45")
def test_no_text_whatever_makes_the_walk_raise(source):
    found = read_toml("x.toml", source)
    if isinstance(found, Document):
        assert found.values == tomllib.loads(source)
        assert set(found.keys) == set(_paths(found.values))
    else:
        assert found.what
        assert found.fix
