"""Drafts: no cell and no template gets out of its place, and both parts read as they should."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import pass_context
from jinja2.exceptions import SecurityError

from mailer.letters import Book
from mailer.letters.sandbox import sandbox
from mailer.nouns import Address, Group, LetterId, Organizer, Sender

COLUMNS = ("group", "name", "size", "city", "website", "topics", "organizer", "email", "greeting")
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


# ---------------------------------------------------------------- the fence


@pytest.mark.parametrize(
    "attack",
    [
        '{{ "".__class__.__mro__ }}',
        "{{ cycler.__init__.__globals__.os.popen('id') }}",
        "{{ self._TemplateReference__context }}",
        "{{ name|attr('__class__') }}",
        "{{ '{0.__class__}'.format(name) }}",
        "{{ '{0.__class__}'.format_map({}) }}",
        "{{ ''['__class__'] }}",
        "{{ ''['__cla' ~ 'ss__'] }}",
        "{{ name|map(attribute='__class__')|join }}",
        "{{ lipsum(n=1000000) }}",
        "{{ range(1000000000) }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 'a'.center(1000000000) }}",
        "{{ 'a'.ljust(1000000000) }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '%1000000000d'|format(1) }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ 2 ** 0.5 ** 3000 ** 99 }}",
        "{{ [1] * 1000000000 }}",
        "{{ 1|round(1000000000, 'ceil') }}",
        "{% set a = 'xxxxxxxxxxxxxxxx' %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}",
        "{% set a = 'xxxxxxxxxxxxxxxx' %}" + "{% set a = a + a %}" * 40 + "{{ a }}",
        "{% set a = 'xxxxxxxxxxxxxxxx' %}" + "{% set a = a|replace('x', 'xx') %}" * 40 + "{{ a }}",
        "{% set a = 999 %}" + "{% set a = a * a %}" * 40 + "{{ a }}",
        "{% set a = ['x'] %}" + "{% set a = [a, a] %}" * 40 + "{{ a }}",
        "{% for a in 'x' * 99 %}{% for b in name %}{% for c in name %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in topics %}{% for b in topics %}xxxxxxxxxxxxxxxxxxxx{% endfor %}{% endfor %}",
        "{% for a in topics recursive %}{{ loop(a) }}{% endfor %}",
        "{{ sender.update(name='x') }}",
        "{{ name.upper.__globals__ }}",
    ],
)
def test_no_template_gets_out_or_blows_up(attack):
    draft, problems = printed(attack, a_group(topics="x" * 900))
    assert draft is None
    assert problems[0].file == "templates/first.md"


@pytest.mark.parametrize(
    "attack",
    [
        "{{ d.update(a=1) }}",
        "{{ d['upd' ~ 'ate'](a=1) }}",
        "{{ n.is_integer() }}",
        "{{ n.__class__ }}",
        "{{ t.format(1) }}",
        "{{ t['for' ~ 'mat'](1) }}",
        "{{ t.zfill(9) }}",
    ],
)
def test_the_sandbox_itself_lets_nothing_through_that_the_check_did_not_see(attack):
    environment = sandbox(pass_context(lambda context, value: str(value)))
    assert environment.globals == {}
    with pytest.raises(SecurityError):
        environment.from_string(attack).render(d={}, n=1.5, t="{}")


def test_a_letter_of_few_long_pieces_is_stopped_too():
    draft, (problem,) = printed(
        "{% for a in topics %}" + "x" * 200 + "{% endfor %}", a_group(topics="x" * 900)
    )
    assert draft is None
    assert "grows longer than any letter" in problem.what


def test_a_loop_goes_over_a_thousand_things_at_most():
    draft, (problem,) = printed("{% for a in topics %}{% endfor %}x", a_group(topics="x" * 1001))
    assert draft is None
    assert "a loop goes over more than 1000 things" in problem.what


# ---------------------------------------------------------------- what is printed

LITERAL = [
    "{{ 7*7 }}",
    '{% include "x" %}',
    "{# x #}",
    "**x** *y* _z_ `c`",
    "# x",
    "1. x",
    "- x",
    "> x",
    "    x",
    "[a](javascript:alert(1))",
    "![a](http://evil.example/x.gif)",
    "<script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    "</p></div><b>x",
    "&amp; &lt; &#x202e;",
    "https://a.example/?a=1&b=2",
    "zqslot0z zqslot1w",
    "=?utf-8?q?a=0D=0ABcc:_e@evil.example?=",
    "a\\",
    "a\\\\nb",
    "---",
    "日本語 عربى 👩‍👩‍👧",
    "%s %(x)s {0} {name}",
]


@pytest.mark.parametrize("cell", LITERAL)
@pytest.mark.parametrize(
    "body", ["{{ city }}", "a **{{ city }}** b", "- {{ city }}", "# {{ city }}", "> {{ city }}"]
)
def test_a_cell_is_text_wherever_it_stands_and_whatever_it_holds(body, cell):
    shown = " ".join(cell.split())
    text = re.sub(r"\s+", " ", plain_part(body, city=cell))
    assert shown in text
    found = fragment(body, city=cell)
    assert shown in html.unescape(re.sub(r"<[^>]*>", "", found))
    tags = set(re.findall(r"<(/?[a-z0-9]+)", found))
    assert tags <= {
        tag for name in ("p", "strong", "ul", "li", "h1", "blockquote") for tag in (name, f"/{name}")
    }


@pytest.mark.parametrize("cell", LITERAL)
def test_a_cell_in_the_subject_is_text(cell):
    draft, problems = printed("x", a_group(city=cell), subject="Subject: In {{ city }}!\n\n")
    assert not problems
    assert draft.subject == f"In {' '.join(cell.split())}!"


def test_line_breaks_in_a_cell_become_spaces():
    cell = "a\r\nb\u2028c\x0bd\x85e\x1cf"
    draft, _ = printed("> {{ city }}", a_group(city=cell), subject="Subject: {{ city }}\n\n")
    assert (draft.subject, draft.text) == ("a b c d e f", "> a b c d e f\n")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1234.0, "1234"),
        (0.5, "0.5"),
        (1e16, "10000000000000000"),
        (1e-7, "0.0000001"),
        (-3.0, "-3"),
        (0.0, "0"),
    ],
)
def test_numbers_are_printed_as_people_write_them(number, shown):
    assert plain_part("{{ size }}", size=number) == f"{shown}\n"


def test_expressions_see_whole_numbers_as_such():
    assert (
        plain_part('{{ size ~ "!" }} {{ size + 1 }} {{ size / 2 }} {{ size|round }}')
        == "1234! 1235 617 1234\n"
    )


def test_filters_loops_and_methods_work_on_values():
    loop = '{% for t in topics.split(";") %}\n- {{ loop.index }} {{ t }}\n{% endfor %}\n'
    body = "{{ name|upper }} {{ greeting[0] }}\n\n" + loop
    assert plain_part(body, topics="web;<b>") == "CHIPY A\n\n- 1 web\n- 2 <b>\n"
    assert fragment(body, topics="web;<b>").endswith("<ul>\n<li>1 web</li>\n<li>2 &lt;b&gt;</li>\n</ul>\n")


def test_a_statement_at_the_end_of_a_line_does_not_glue_the_next_line_to_it():
    body = "You are{% if city %} in {{ city }}{% endif %}\nand far away.{# hm #}\nYes.\n"
    assert (
        plain_part(body + "{% if city %}\nNo.\n{% endif %}\n")
        == "You are in Chicago and far away. Yes. No.\n"
    )


@pytest.mark.parametrize(
    ("body", "website", "href", "shown"),
    [
        (
            "[us]({{ website }})",
            "https://a.example/x?y=1&z",
            "https://a.example/x?y=1&amp;z",
            "us <https://a.example/x?y=1&z>",
        ),
        ("<{{ website }}>", "http://a.example", "http://a.example", "http://a.example"),
        ("[{{ website }}]({{ website }})", "http://a.example", "http://a.example", "http://a.example"),
        ("[us]({{ website }}/x)", "HTTPS://a.example", "HTTPS://a.example/x", "us <HTTPS://a.example/x>"),
        ("[us](https://{{ website }}/)", "a.example", "https://a.example/", "us <https://a.example/>"),
        ("[us](https://a.example/{{ website }})", "../?x#y z", "https://a.example/..%2F%3Fx%23y%20z", None),
        ("[us](https://a.example{{ website }})", "@evil.example", "https://a.example%40evil.example", None),
        ("[us](mailto:{{ website }})", "ana@a.example", "mailto:ana@a.example", "us <ana@a.example>"),
        (
            "[us](mailto:a@b.example?subject={{ website }})",
            "x&cc=e",
            "mailto:a@b.example?subject=x%26cc%3De",
            None,
        ),
        (
            "[us]({{ website }})",
            "https://a.example/\"><b>é'",
            "https://a.example/%22%3E%3Cb%3E%C3%A9&#x27;",
            None,
        ),
    ],
)
def test_a_value_in_a_link_stays_inside_its_place(body, website, href, shown):
    assert re.findall(r'<a href="([^"]*)">', fragment(body, website=website)) == [href]
    if shown:
        assert plain_part(body, website=website) == f"{shown}\n"


@pytest.mark.parametrize(
    "body",
    [
        '[a](https://a.example/ "{{ city }}")',
        "```{{ city }}\nx\n```",
        "[a]\n\n[a]: https://a.example/ '{{ city }}'",
        "`{{ city }}`",
        "    {{ city }}",
    ],
)
@pytest.mark.parametrize("cell", ["' onmouseover='x", '" onmouseover="x', "--> <b>x</b> ` ```", "zqslot0w"])
def test_a_cell_in_a_tag_or_in_code_stays_there(body, cell):
    for tag in re.findall(r"<[^>]*>", fragment(body, city=cell)):
        assert re.fullmatch(r'</?[a-z]+( (href|title|class)="[^"<>]*")*( /)?>', tag)


def test_a_value_may_be_the_address_of_a_reference():
    assert plain_part("[us][x]\n\n[x]: {{ website }}") == "us <https://chipy.example/>\n"


@pytest.mark.parametrize(
    "website",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "data:text/html,x",
        "www.a.example",
        "//a.example",
        "https:// x",
        "x y",
    ],
)
def test_a_link_to_no_web_address_stops_the_letter(website):
    draft, (problem,) = printed("[us]({{ website }})", a_group(website=website))
    assert draft is None
    assert problem.where == "campaigns/groups.csv:7"
    assert problem.what.startswith("the website of chipy is no web address: ")


def test_a_link_of_the_templates_own_needs_its_scheme_too():
    draft, (problem,) = printed("a\n\n[guide](www.guide.example)")
    assert draft is None
    assert (problem.where, problem.what) == (
        "templates/first.md:5",
        "a link leads to 'www.guide.example', which is no web address",
    )


def test_html_in_a_template_is_text():
    page = fragment('<b>x</b> <img src="https://a.example/x.gif">')
    assert page.startswith("<p>&lt;b&gt;x&lt;/b&gt; &lt;img src=")


# ---------------------------------------------------------------- the plain part


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("a\nb  \nc\\\nd", "a b\nc\nd\n"),
        ("*a* __b__ `c`", "*a* *b* `c`\n"),
        ("# A\nb\n\nC\n---\n\n***\nd", "A\n\nb\n\nC\n\n* * *\n\nd\n"),
        ("- a\n- b\n\n  c\n", "- a\n\n- b\n\n  c\n"),
        ("- a\n  - b\n- c\n", "- a\n  - b\n- c\n"),
        ("3. a\n4. b\n", "3. a\n4. b\n"),
        ("> a\n> b\n>\n> - c", "> a b\n>\n> - c\n"),
        ("```\na  b\n\nc\n```\n", "    a  b\n\n    c\n"),
        ("a&nbsp;b &amp; c&#13;d", "a\u00a0b & c d\n"),
        ("<https://a.example/b> <x@a.example>", "https://a.example/b x@a.example\n"),
        (
            "[a](mailto:x@a.example) [b](mailto:x@a.example?subject=c)",
            "a <x@a.example> b <mailto:x@a.example?subject=c>\n",
        ),
        ("-\n- a", "-\n- a\n"),
    ],
)
def test_the_plain_part_reads_like_a_mail_typed_by_hand(body, text):
    assert plain_part(body) == text


def test_lines_are_broken_before_column_73_and_addresses_never():
    url = "https://a.example/" + "x" * 80
    text = plain_part(
        "- " + "word " * 40 + "\n- see " + f"[this]({url}) and {{{{ city }}}}", city="long " * 30
    )
    assert max(len(line) for line in text.splitlines() if url not in line) <= 72
    assert f"  <{url}>\n" in text
    assert all(line.startswith(("- ", "  ")) and line == line.rstrip() for line in text.splitlines())


def test_a_broken_line_ends_and_begins_with_a_word():
    assert plain_part("x" * 71 + "  yy") == "x" * 71 + "\nyy\n"
    assert {len(line) for line in plain_part("- " + "a " * 100).splitlines()} == {71, 61}


@given(st.lists(st.text("abcdefghij-.", min_size=1, max_size=90), min_size=1, max_size=60))
def test_breaking_lines_loses_no_word(words):
    cell = " ".join(words)
    assert " ".join(plain_part("x {{ city }}", city=cell).split()) == f"x {cell}"


# ---------------------------------------------------------------- subjects and drafts


@pytest.mark.parametrize(
    ("first", "subject"), [("Hello", "Re: Hello"), ("Re: Hello", "Re: Hello"), ("RE: re: Hello", "Re: Hello")]
)
def test_a_follow_up_without_a_subject_answers_the_first_letter(first, subject):
    draft, problems = printed("Hi", subject="", first_subject=first)
    assert (draft.subject, problems) == (subject, ())


def test_a_first_letter_without_a_subject_is_a_problem():
    draft, (problem,) = printed("Hi", subject="")
    assert draft is None
    assert (problem.where, problem.what) == (
        "templates/first.md:1",
        "the first letter of a conversation needs a subject",
    )


def test_a_subject_that_comes_out_empty_or_endless_is_a_problem():
    draft, (problem,) = printed(
        "Hi", a_group(city=None), subject="Subject: {% if city %}{{ city }}{% endif %}\n\n"
    )
    assert draft is None
    assert problem.what == "for chipy: the subject comes out empty"
    draft, (problem,) = printed("Hi", a_group(city="x" * 10_000), subject="Subject: {{ city }}\n\n")
    assert draft is None
    assert problem.what.startswith("for chipy: the subject is 10000 characters long")
    assert len(problem.what) < 200


def test_a_draft_says_whom_it_is_for():
    draft, _ = printed(
        "Hi {{ organizer }} {{ email }} {{ group }}", organizer=an_organizer(name=" Ana \t Example ")
    )
    assert (draft.id.group, draft.to, draft.to_name) == ("chipy", ADDRESS, "Ana Example")
    assert draft.text == "Hi Ana Example ana@chipy.example chipy\n"


def test_what_looks_like_a_slot_in_a_template_is_text():
    assert plain_part("zqslot0z ZQSLOT {{ city }} zqslotq0z") == "zqslot0z ZQSLOT Chicago zqslotq0z\n"


def test_windows_line_ends_and_a_byte_order_mark_do_not_matter():
    book = Book({"first": "\ufeffSubject: {{ name }}\r\n\r\nHi\r\nthere\r\n"})
    draft, problems = book.draft("first", LetterId("a", "b", "c"), a_group(), an_organizer(), SENDER)
    assert (draft.subject, draft.text, problems) == ("ChiPy", "Hi there\n", ())


def test_markdown_is_read_once_for_letters_that_differ_in_their_values_only():
    book = Book({"first": "Subject: {{ name }}\n\nHi {{ greeting }} in {{ city }}\n"})
    for number in range(20):
        group = a_group(name=f"Group {number}", city=f"City {number}")
        draft, _ = book.draft("first", LetterId("a", "b", "c"), group, an_organizer(), SENDER)
        assert draft.text == f"Hi Ana in City {number}\n"
    assert len(book._sheets["first"]) == 1


def test_what_is_kept_stays_bounded():
    book = Book({"first": 'Subject: x\n\n{% for x in topics.split(";") %}a{% endfor %}b\n'})
    for number in range(600):
        book.draft(
            "first", LetterId("a", "b", "c"), a_group(topics=";" * number + "x"), an_organizer(), SENDER
        )
    assert 0 < len(book._sheets["first"]) <= 256
