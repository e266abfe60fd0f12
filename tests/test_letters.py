"""Templates and drafts: what is wrong with them, what they need, and what they print."""

import re

import pytest

from mailer.letters import Book
from mailer.nouns import Address, Group, LetterId, Organizer, Sender

COLUMNS = ("group", "name", "size", "lane", "city", "website", "topics", "organizer", "email", "greeting")
SENDER = Sender("Bea Fellow", Address.parse("bea@foundation.example"), "fellow for user groups")
ADDRESS = Address.parse("ana@chipy.example")


def a_group(**cells):
    every = {
        "size": 1234.0,
        "city": "Chicago",
        "website": "https://chipy.example/",
        "topics": "web;data",
        **cells,
    }
    return Group("chipy", every.pop("name", "ChiPy"), (), every, 7)


def an_organizer(name="Ana Example", **cells):
    return Organizer(ADDRESS, name, {"organizer": name, "email": str(ADDRESS), "greeting": "Ana", **cells}, 8)


def printed(body, group=None, organizer=None, subject="Subject: Hello\n\n", sender=SENDER, first_subject=""):
    """The draft of one letter and the problems."""
    book = Book({"first": subject + body})
    letter = LetterId("initial-contact", "chipy", "first")
    return book.draft("first", letter, group or a_group(), organizer or an_organizer(), sender, first_subject)


def plain_part(body, **cells):
    draft, problems = printed(body, a_group(**cells))
    assert not problems
    return draft.text


def fragment(body, **cells):
    """What the HTML part holds between the tags of the page, without styles."""
    draft, problems = printed(body, a_group(**cells))
    assert not problems
    inside = draft.html.partition('<div dir="auto"')[2].partition(">\n")[2].rpartition("</div>")[0]
    return re.sub(r' style="[^"]*"', "", inside)


# ---------------------------------------------------------------- what is wrong


@pytest.mark.parametrize(
    ("text", "where", "what", "fix"),
    [
        (
            "Hi {{ first_nam }}\n",
            "1:7",
            "'first_nam' is not a column; did you mean 'first_name'?",
            "write first_name",
        ),
        ("Dear first_nam {{ first_nam }}\n", "1:19", "'first_nam' is not a column", "write first_name"),
        (
            "Hi\n\n{% if nam %}x{% endif %}\n",
            "3:7",
            "'nam' is not a column; did you mean 'name'?",
            "write name",
        ),
        ("Subject: {{ zzz }}\n\nHi\n", "1:13", "'zzz' is not a column", "add a column 'zzz'"),
        ("Sujet: hi\n\nHi\n", "1:1", "there is no header 'Sujet'; did you mean 'Subject'?", "write Subject:"),
        (
            "subject: hi\n\nHi\n",
            "1:1",
            "there is no header 'subject'; did you mean 'Subject'?",
            "write Subject:",
        ),
        ("Bcc: x@y.example\n\nHi\n", "1:1", "there is no header 'Bcc'", "put an empty line above it"),
        ("Subject: a\nSubject: b\n\nHi\n", "2:1", "a letter has one Subject only", "take one"),
        ("Subject:  \n\nHi\n", "1:1", "the subject is empty", "write it"),
        ("Subject: a\nHi\n", "2:1", "the letter begins without an empty line above it", "put one in"),
        ("Subject: a\n\n \n", "", "the letter has no text", "write it"),
        ("Hi {{ name|uper }}\n", "1:12", "there is no filter 'uper'; did you mean 'upper'?", "write upper"),
        ("Hi {{ name|safe }}\n", "1:12", "there is no filter 'safe'", "use one of: abs, "),
        (
            "{% if name is stirng %}x{% endif %}\n",
            "1:15",
            "there is no test 'stirng'; did you mean 'string'?",
            "",
        ),
        ("Hi {{ sender.nam }}\n", "1:14", "sender has no 'nam'", "write name"),
        ("Hi {{ name\n", "1:4", "'{{' is not closed", "write }} where it ends"),
        ("Hi\n{% endblok %}\n", "2", "there is no {% endblok %}", ""),
        ("We meet TODO\n", "1:9", "'TODO' is still to be written", "write it"),
        ("Hi [FIRST NAME],\n", "1:4", "'[FIRST NAME]' looks like a gap", "use a column: {{ name }}"),
        ("Hi {name},\n", "1:4", "'{name}' would be printed as it stands", "write {{ name }} for the value"),
        ("Lorem ipsum dolor\n", "1:1", "'Lorem ipsum' is filler", ""),
        ("a\u202eb\n", "1:2", "U+202E is a character that nobody can see", "delete it"),
        ('{% include "other" %}\n', "1:4", "{% include %} has no place in a letter", ""),
        ('{% extends "other" %}\n', "1:4", "{% extends %} has no place in a letter", ""),
        ("{% macro f() %}x{% endmacro %}\n", "1:4", "{% macro %} has no place in a letter", ""),
        (
            "{% set x %}{{ name }}{% endset %}\n",
            "1:4",
            "{% set … endset %} has no place",
            "{% set word = … %}",
        ),
        (
            "{% filter upper %}{{ name }}{% endfilter %}\n",
            "1:4",
            "{% filter %} has no place",
            "{{ name|upper }}",
        ),
        ("{% for a in name recursive %}x{% endfor %}\n", "1:4", "this loop goes too deep", "at most 2"),
        (
            "{% for a in name %}" * 3 + "x" + "{% endfor %}" * 3 + "\n",
            "1:4",
            "this loop goes too deep",
            "at most 2",
        ),
        ("{{ [name, name] }}\n", "1", "a list may hold only fixed texts and numbers", ""),
        (
            "(" + "{% if name %}" * 120 + "{% endif %}" * 120 + ")\n",
            "",
            "this cannot be understood",
            "make it simpler",
        ),
        ("{{ " + "(" * 4000 + "1" + ")" * 4000 + " }}\n", "", "this cannot be understood", "make it simpler"),
    ],
)
def test_each_mistake_in_a_template_is_named_with_its_place_and_its_remedy(text, where, what, fix):
    (problem,) = Book({"first": text}).problems("first", ("name", "first_name"))
    assert problem.where == ":".join(filter(None, ["templates/first.md", where]))
    assert problem.what.startswith(what)
    assert fix in problem.fix
    assert not problem.warning


def test_all_mistakes_come_at_once_in_the_order_of_the_lines():
    text = "Sujet: hi\nSubject: {{ nam }}\n\nHi {{ greting }}, TODO {{ city|uper }}\n"
    problems = Book({"first": text}).problems("first", COLUMNS)
    assert [(p.line, p.column) for p in problems] == [(1, 1), (2, 13), (4, 7), (4, 19), (4, 32)]


def test_a_draft_from_a_broken_template_is_its_problems():
    book = Book({"first": "Hi {{ name|uper }}\n"})
    draft, problems = book.draft("first", LetterId("a", "b", "c"), a_group(), an_organizer(), SENDER)
    assert draft is None
    assert problems == book.problems("first", COLUMNS)


def test_a_missing_template_is_a_problem_with_the_nearest_name():
    book = Book({"first": "Hi\n"})
    (problem,) = book.problems("frist", COLUMNS)
    assert (problem.file, problem.what) == (
        "templates/frist.md",
        "there is no template 'frist'; did you mean 'first'?",
    )
    assert book.draft("frist", LetterId("a", "b", "c"), a_group(), an_organizer(), SENDER) == (
        None,
        (problem,),
    )
    assert (book.words("frist"), book.needs("frist"), book.has_subject("frist")) == ({}, (), False)


@pytest.mark.parametrize(
    "text", ["Hi [PSF](https://psf.example)\n", "Hi [PSF]\n\n[PSF]: https://psf.example\n", "[a][PSF]\n"]
)
def test_a_link_in_capitals_is_no_gap(text):
    assert Book({"first": text}).problems("first", COLUMNS) == ()


def test_comments_may_hold_what_is_still_to_do():
    assert Book({"first": "{# TODO: ask [NAME] #}Hi\n"}).problems("first", COLUMNS) == ()


def test_two_short_lines_are_a_warning_because_markdown_joins_them():
    (problem,) = Book({"first": "Hi\n\nWarmly,\n{{ sender.name }}\n"}).problems("first", COLUMNS)
    assert (problem.line, problem.warning) == (3, True)
    assert Book({"first": "Hi\n\nWarmly,\\\n{{ sender.name }}\n"}).problems("first", COLUMNS) == ()
    assert plain_part("Warmly,\n{{ sender.name }}\n") == "Warmly, Bea Fellow\n"
    assert plain_part("Warmly,\\\n{{ sender.name }}\n") == "Warmly,\nBea Fellow\n"


# ---------------------------------------------------------------- what is needed


@pytest.mark.parametrize(
    ("body", "needs"),
    [
        ("{{ city }}", {"city"}),
        ("{{ city|upper }}", {"city"}),
        ('{{ city|default("x") }}{{ size|d(1) }}', set()),
        ('{{ city|upper|default("x") }}', {"city"}),
        ('{{ city or "x" }}', set()),
        ("{{ city or name }}", {"name"}),
        ('{{ city if city else "x" }}', set()),
        ('{{ city if size else "x" }}', {"city"}),
        ("{% if city %}{{ city|upper }}{% endif %}", set()),
        ("{% if city %}x{% endif %}{{ city }}", {"city"}),
        ("{% if not city %}x{% else %}{{ city }}{% endif %}", set()),
        ("{% if not city %}{{ city }}{% endif %}", {"city"}),
        ("{% if city and size %}{{ city }}{{ size }}{% endif %}", set()),
        ("{% if city or size %}{{ city }}{% endif %}", {"city"}),
        ("{{ city and size }}", {"city", "size"}),
        ('{{ city and ("in " ~ city) or "" }}', set()),
        ('{{ (not city or size) or "" }}', set()),
        ("{% if size %}x{% elif not city %}y{% elif lane %}{{ city }}{% else %}{{ city }}{% endif %}", set()),
        ("{% if not (city or size) %}x{% else %}{{ city }}{% endif %}", {"city"}),
        ("{% if not city or not size %}x{% else %}{{ city }}{{ size }}{% endif %}", set()),
        ("{% if size > 3 %}x{% endif %}", {"size"}),
        ("{% if size and size > 3 %}x{% endif %}", set()),
        ('{% if city == "Rome" %}x{% endif %}', set()),
        ('{% if city in ["Rome"] %}x{% endif %}', set()),
        ('{% if "Ro" in city %}x{% endif %}', {"city"}),
        ("{% if city is none %}x{% elif size %}{{ size }}{% else %}{{ name }}{% endif %}", {"name"}),
        ('{% for t in topics.split(";") %}{{ t }}{{ loop.index }}{% endfor %}', {"topics"}),
        ('{% set city = city|default("x") %}{{ city }}', set()),
        ("{% set x = city %}{{ x }}", {"city"}),
        ("{% with x = city %}{{ x }}{{ size }}{% endwith %}", {"city", "size"}),
        ("{% if city %}{% set x = 1 %}{% else %}{% set x = 2 %}{% endif %}{{ x }}", set()),
    ],
)
def test_a_word_is_needed_unless_the_template_says_what_to_do_without_it(body, needs):
    book = Book({"first": body + "\n"})
    assert book.problems("first", COLUMNS) == ()
    assert set(book.needs("first")) == needs


def test_words_are_the_columns_in_use_with_their_first_lines():
    text = "Subject: {{ name }}\n\nHi {{ greeting }},\n{{ name }} in {{ city|d('x') }}, {{ sender.name }}\n"
    assert Book({"first": text}).words("first") == {"name": 1, "greeting": 3, "city": 4}
    assert Book({"first": text}).needs("first") == ("name", "greeting")


@pytest.mark.parametrize("empty", [None, "", "  ", "\u00a0\t"])
def test_an_empty_cell_stops_the_letter_and_is_named_with_its_row(empty):
    draft, (problem,) = printed("Hi {{ greeting }}", organizer=an_organizer(greeting=empty))
    assert draft is None
    assert problem.where == "campaigns/groups.csv:8"
    assert problem.what == "the greeting of chipy is empty"
    assert "templates/first.md line 3" in problem.fix
    draft, (problem,) = printed("Hi {{ city }}", a_group(city=empty))
    assert problem.where == "campaigns/groups.csv:7"


@pytest.mark.parametrize("empty", [None, "", "  "])
def test_a_word_with_a_stand_in_may_be_empty(empty):
    assert (
        plain_part('Hi {{ city|default("you") }}{% if city %} in {{ city }}{% endif %}!', city=empty)
        == "Hi you!\n"
    )


def test_an_empty_role_of_the_sender_is_a_problem_of_the_settings():
    draft, (problem,) = printed("{{ sender.role }}", sender=Sender("Bea", SENDER.address))
    assert draft is None
    assert (problem.file, problem.what) == ("campaigns/settings.toml", "sender.role is empty")


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_not_a_number_is_not_printed(number):
    draft, (problem,) = printed("{{ size }}", a_group(size=number))
    assert draft is None
    assert (problem.where, problem.what) == ("campaigns/groups.csv:7", "the size of chipy is not a number")


@pytest.mark.parametrize("bad", ["a\0b", "a\x1b[2Jb", "a\u202eb", "a\u2066b", "a\ud800b", "a\x7fb"])
def test_a_cell_with_a_hidden_character_stops_the_letter(bad):
    for group, organizer, line in (
        (a_group(city=bad), None, 7),
        (None, an_organizer(greeting=bad), 8),
        (None, an_organizer(name=bad, organizer="x"), 8),
    ):
        draft, (problem,) = printed("Hi {{ greeting }} in {{ city }}", group, organizer)
        assert draft is None
        assert (problem.file, problem.line) == ("campaigns/groups.csv", line)
        assert "holds a character that nobody can see" in problem.what
        assert problem.what.isprintable()


@pytest.mark.parametrize(
    ("body", "line", "what"),
    [
        ("a\n\n{{ name / 2 }}", 5, "unsupported operand"),
        ("a\n{{ size[3] }}", 4, "int"),
        ("{{ 1 // 0 }}", 3, "division"),
        ("{{ name.upper }}", 3, "is not a text"),
        ('{{ topics.split(";") }}', 3, "is not a text; |join"),
        ('{{ "\\x00" }}', 3, "holds a character"),
        ("{{ name.first }}", 3, "has no attribute 'first'"),
        ('{{ name["_" ~ "_class_" ~ "_"] }}', 3, "unsafe"),
    ],
)
def test_what_cannot_be_worked_out_is_a_problem_with_the_templates_line(body, line, what):
    draft, (problem,) = printed(body)
    assert draft is None
    assert (problem.file, problem.line) == ("templates/first.md", line)
    assert what in problem.what
    assert "campaigns/groups.csv, row 8" in problem.fix
