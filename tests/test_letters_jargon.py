"""What Jinja does not understand is said in a fellow's words, with its place and a remedy."""

import pytest

from mailer.letters import Book

CASES = [
    ("{{ name", 5, 1, "'{{' is not closed", "write }} where it ends"),
    ("{{ name }", 5, 1, "'{{' is not closed", "write }}"),
    ("Hi {{ name %}", 5, 4, "'{{' is not closed", "write }}"),
    ("{% if name }}x{% endif %}", 5, 1, "'{%' is not closed", "write %}"),
    ("{# a note", 5, 1, "'{#' is not closed", "write #}"),
    ("{{ name }}\nand {% if name %}x", 6, 5, "'{% if %}' is not closed", "write {% endif %}"),
    ("{% if name %}{% for x in name %}{% endif %}", 5, 14, "'{% for %}' is not closed", "{% endfor %}"),
    ("{# {% if name %} #}{% endfor %}", 5, 0, "'{% endfor %}' belongs to nothing", "{% for … %}"),
    ("{% endif %}", 5, 0, "'{% endif %}' belongs to nothing", "{% if … %}"),
    ("{% else %}", 5, 0, "'{% else %}' belongs to nothing", "{% if … %}"),
    ("{% iff name %}", 5, 0, "there is no {% iff %}", "write {% if %}"),
    ("{% name %}", 5, 0, "there is no {% name %}", "write {{ }} instead of {% %}"),
    ("{{ first name }}", 5, 0, "'name' is one word too many between {{ and }}", "{{ first_name }}"),
    ("{{ }}", 5, 0, "nothing stands between {{ and }}", "{{ name }}"),
    ("{{ name and }}", 5, 0, "something is missing in front of }}", ""),
    ("{% if %}x{% endif %}", 5, 0, "something is missing in front of %}", "{% if city %}"),
    ("{% if name = 'x' %}a{% endif %}", 5, 0, "'=' does not compare", "write =="),
    ('{{ name|default("you" }}', 5, 0, "')' is missing", ""),
    ("{{ name) }}", 5, 0, "')' closes nothing", "take it out"),
    ("{{ name | }}", 5, 0, "a name is missing behind | or is", ""),
    ("{{ name|default(\u201cyou\u201d) }}", 5, 17, "'\u201c' is a printer's quotation mark", "straight"),
    ("{{ 'you }}", 5, 4, "the quotation mark ' has no partner", ""),
    ("{{ name? }}", 5, 8, "'?' has no meaning between braces", "take it out"),
]


@pytest.mark.parametrize(("body", "line", "column", "what", "fix"), CASES, ids=[case[0] for case in CASES])
def test_a_slip_in_a_template_has_a_plain_sentence(body, line, column, what, fix):
    book = Book({"hello": f"Subject: Hello\n\nDear {{{{ name }}}},\n\n{body}\n\nBye\n"})
    [problem] = [p for p in book.problems("hello", ["group", "name"]) if not p.warning]
    assert (problem.line, problem.column) == (line, column)
    assert what in problem.what
    assert fix in problem.fix
    for jargon in ("token", "expected", "print statement", "Encountered", "tag"):
        assert jargon not in problem.what
