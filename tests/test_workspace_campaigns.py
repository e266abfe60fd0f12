"""Campaign files: each mistake comes with its line, its column and its remedy, all at once."""

from datetime import timedelta

import pytest

from mailer.nouns import Exclusions, Phrase, Problem, Step
from mailer.workspace import Workspace

BELOW = "and its settings below it"


def room(folder, files, environ=None):
    """A workspace made of these files."""
    for name in ("campaigns", "templates"):
        (folder / name).mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    return Workspace(folder.resolve(), environ or {})


def said(problems):
    """Problems as one would read them, warnings in brackets."""
    lines = [f"{p.where.removeprefix('campaigns/')} {p.what} → {p.fix}" for p in problems]
    return [f"({line})" if p.warning else line for line, p in zip(lines, problems, strict=True)]


STEP = '[[steps]]\ntemplate = "first"\n'
AGAIN = '[[steps]]\ntemplate = "again"\n'


def read_campaign(tmp_path, text, name="one"):
    files = {"templates/first.md": "", "templates/again.md": "", f"campaigns/{name}.toml": text}
    return room(tmp_path, files).campaign(name)


def test_a_campaign_is_read_with_its_lines(tmp_path):
    text = f"""\
# For whom
[audience]
where = 'lane == "ok"'

{STEP}
{AGAIN}wait = "36 hours"

[[steps]]
name = "last"
template = "again"
wait = "2 weeks"
"""
    campaign, problems = read_campaign(tmp_path, text)
    assert problems == ()
    assert campaign.name == "one"
    assert campaign.where == Phrase('lane == "ok"', 3, 10)
    assert campaign.steps == (
        Step("first", "first", timedelta(0), 5),
        Step("again", "again", timedelta(hours=36), 8),
        Step("last", "again", timedelta(weeks=2), 12),
    )


def test_a_campaign_without_an_audience_is_for_every_group(tmp_path):
    campaign, problems = read_campaign(tmp_path, STEP)
    assert (campaign.where, problems) == (Phrase(""), ())


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("audience.where = 'size > 1'\n", 1, 19),
        ('audience = { where = "size > 1" }\n', 1, 23),
        ("[audience]\nwhere = '  size > 1  '\n", 2, 12),
        ("[audience]\nwhere = '''\n\n   size > 1\n'''\n", 4, 4),
        ('[audience]\nwhere = """size > 1"""\n', 2, 12),
    ],
)
def test_an_audience_is_found_where_its_first_word_stands(tmp_path, text, line, column):
    campaign, problems = read_campaign(tmp_path, text + STEP)
    assert problems == ()
    assert campaign.where == Phrase("size > 1", line, column)


@pytest.mark.parametrize(
    ("wait", "meant"),
    [
        ("1 hour", timedelta(hours=1)),
        ("7days", timedelta(days=7)),
        (" 2 Weeks ", timedelta(weeks=2)),
        ("366 days", timedelta(366)),
    ],
)
def test_waits_are_read_as_people_write_them(tmp_path, wait, meant):
    campaign, problems = read_campaign(tmp_path, f'{STEP}{AGAIN}wait = "{wait}"\n')
    assert (campaign.steps[1].wait, problems) == (meant, ())


BETWEEN = "wait must be between an hour and a year"
UNITS = 'write a whole number of hours, days or weeks, such as "7 days"'
SINGLE = "put the whole between 'single quotes'"
WRONG_CAMPAIGNS = {
    "nothing": ("", ["one.toml the campaign has no steps → add [[steps]] with a template below it"]),
    "an empty list": (
        "steps = []",
        ["one.toml:1:9 the campaign has no steps → add [[steps]] with a template below it"],
    ),
    "single brackets": (
        "[steps]\ntemplate = 'first'\n",
        ["one.toml:1:1 steps must be a list → write [[steps]], in double brackets, above each"],
    ),
    "steps that are numbers": (
        "steps = [1]",
        [f"one.toml:1:10 step 1 must be a section → write [[steps]] alone in a line, {BELOW}"],
    ),
    "no template": (
        "[[steps]]\n",
        ['one.toml:1:1 step 1 has no template → add: template = "initial-contact"'],
    ),
    "a template misspelt": (
        STEP.replace("first", "frist"),
        ["one.toml:2:13 there is no template called 'frist' → did you mean first?"],
    ),
    "a template that is not there": (
        STEP.replace("first", "zebra"),
        ["one.toml:2:13 there is no template called 'zebra' → write it: templates/zebra.md"],
    ),
    "a template's file name": (
        STEP.replace("first", "first.md"),
        ["one.toml:2:13 template cannot be 'first.md' → write \"first\""],
    ),
    "a template elsewhere": (
        STEP.replace("first", "../../etc/passwd"),
        ["one.toml:2:13 template cannot be '../../etc/passwd' → write \"etc-passwd\""],
    ),
    "a setting misspelt": (
        STEP.replace("template", "tempalte"),
        ["one.toml:2:1 step 1 knows no setting 'tempalte' → did you mean template?"],
    ),
    "a section misspelt": (
        "[audiance]\nwhere = 'x'\n" + STEP,
        ["one.toml:1:1 this file knows no setting 'audiance' → did you mean audience?"],
    ),
    "a setting out of its section": (
        "where = 'size > 1'\n" + STEP,
        ["one.toml:1:1 this file knows no setting 'where' → put it below [audience]"],
    ),
    "an exclusion out of its section": (
        "[audience]\ntags = ['x']\n" + STEP,
        ["one.toml:2:1 [audience] knows no setting 'tags' → put it below [audience.exclude]"],
    ),
    "an empty audience": (
        "[audience]\nwhere = ' '\n" + STEP,
        [
            (
                "one.toml:2:10 where is empty, which could mean everybody or nobody → "
                "for every group leave the line out"
            )
        ],
    ),
    "a follow-up without a wait": (
        STEP + AGAIN,
        ['one.toml:3:1 step 2 does not say how long it waits after the letter before → add: wait = "7 days"'],
    ),
    "a first letter that waits": (
        STEP + 'wait = "7 days"\n',
        ["one.toml:3:9 the first step has no letter before it to wait for → take its wait out"],
    ),
    "a wait without a unit": (
        STEP + AGAIN + "wait = 7\n",
        [
            (
                "one.toml:5:8 wait is no time to wait: '7' → "
                'write a whole number of hours, days or weeks, such as "7 days"'
            )
        ],
    ),
    "a wait in another unit": (
        STEP + AGAIN + 'wait = "3 months"\n',
        [f"one.toml:5:9 wait is no time to wait: '3 months' → {UNITS}"],
    ),
    "no wait at all": (
        STEP + AGAIN + 'wait = "0 days"\n',
        [f'one.toml:5:9 {BETWEEN} → give people time to answer, such as "7 days"'],
    ),
    "a wait of lifetimes": (
        STEP + AGAIN + 'wait = "99999 weeks"\n',
        [f'one.toml:5:9 {BETWEEN} → give people time to answer, such as "7 days"'],
    ),
    "two steps of one name": (
        STEP + STEP + 'wait = "7 days"\n',
        [
            (
                "one.toml:4:13 steps 1 and 2 are both called 'first' → "
                'give this one a name of its own: name = "first-2"'
            )
        ],
    ),
    "a name taken from a template": (
        STEP + AGAIN + 'name = "first"\nwait = "7 days"\n',
        [
            (
                "one.toml:5:9 steps 1 and 2 are both called 'first' → "
                'give this one a name of its own: name = "first-2"'
            )
        ],
    ),
    "a name that is none": (
        STEP + 'name = "The First!"\n',
        ["one.toml:3:9 name cannot be 'The First!' → write \"the-first\""],
    ),
    "quotes in quotes": (
        'audience.where = "lane == "research""\n' + STEP,
        [
            (
                "one.toml:1:28 here ends the text, for quotes in quotes end it → "
                "put the whole between 'single quotes'"
            )
        ],
    ),
    "a bracket left open": (
        "[[steps]\n",
        ["one.toml:1:8 here stands a bracket that is never closed → close it with ]"],
    ),
    "no TOML": (
        "= 1\n",
        ["one.toml:1:1 this is no TOML: Invalid statement → compare it with a line that works"],
    ),
}


@pytest.mark.parametrize(("text", "problems"), WRONG_CAMPAIGNS.values(), ids=WRONG_CAMPAIGNS)
def test_a_wrong_campaign_is_named_with_place_and_remedy(tmp_path, text, problems):
    _, found = read_campaign(tmp_path, text)
    assert said(found) == problems


def test_a_forgotten_wait_never_means_at_once(tmp_path):
    campaign, _ = read_campaign(tmp_path, STEP + AGAIN)
    assert campaign.steps[1].wait == timedelta(days=366)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("on", Problem("campaigns", 0, 0, "there is no campaign called 'on'", "did you mean one?")),
        ("zebra", Problem("campaigns", 0, 0, "there is no campaign called 'zebra'", "campaign new zebra")),
        (
            "settings",
            Problem("campaigns", 0, 0, "there is no campaign called 'settings'", "campaign new my-campaign"),
        ),
        ("../one", Problem("campaigns", 0, 0, "there is no campaign called '../one'", "did you mean one?")),
        (
            "a\x1bb",
            Problem(
                "campaigns",
                0,
                0,
                "there is no campaign called 'a\N{REPLACEMENT CHARACTER}b'",
                "campaign new a-b",
            ),
        ),
        (
            "x\0",
            Problem(
                "campaigns",
                0,
                0,
                "there is no campaign called 'x\N{REPLACEMENT CHARACTER}'",
                "campaign new x",
            ),
        ),
    ],
)
def test_a_campaign_that_is_not_there_is_said_with_the_nearest_name(tmp_path, name, problem):
    files = {"campaigns/one.toml": STEP, "campaigns/settings.toml": "", "templates/first.md": ""}
    assert room(tmp_path, files).campaign(name) == (None, (problem,))


def test_a_file_whose_name_no_campaign_can_have_is_found_and_said(tmp_path):
    workspace = room(tmp_path, {"campaigns/My Campaign.toml": STEP})
    assert workspace.campaign_names() == ("My Campaign",)
    problem = Problem(
        "campaigns", 0, 0, "a campaign cannot be called 'My Campaign'", "rename the file to my-campaign.toml"
    )
    assert workspace.campaign("My Campaign") == (None, (problem,))


# Whom to leave out, and the sample


def test_exclusions_are_read_with_the_place_of_each_word(tmp_path):
    text = f"""\
[audience]
sample = 20

[audience.exclude]
tags = ["no mail", "press"]
campaigns = "two"

{STEP}"""
    campaign, problems = read_campaign(tmp_path, text)
    assert said(problems) == ["one.toml:6:14 there is no campaign called 'two' → the campaigns are: one"]
    assert campaign.sample == 20
    assert campaign.exclude.tags == (Phrase("no mail", 5, 10), Phrase("press", 5, 21))
    assert campaign.exclude.campaigns == (Phrase("two", 6, 14),)


def test_without_them_nobody_is_left_out(tmp_path):
    campaign, _ = read_campaign(tmp_path, STEP)
    assert (campaign.exclude, campaign.sample) == (Exclusions(), None)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("sample = 0", "sample must be 1 at least → for every group leave the line out"),
        ("sample = 2.5", "sample must be a whole number"),
        ('sample = "20"', "sample must be a whole number"),
        ("sample = true", "sample must be a whole number"),
        ("exclude = 3", "[audience.exclude] must be a section → write [audience.exclude] alone in a line"),
        ("exclude.tag = []", "[audience.exclude] knows no setting 'tag' → did you mean tags?"),
        ("exclude.tags = 3", "must be a list of words"),
        ("exclude.tags = ['']", "is empty"),
        ('exclude.tags = ["a\\u200bb"]', "invisible character"),
        ("exclude.lists = ['../x']", "cannot be '../x' → write \"x\""),
        ("exclude.lists = ['not-now.txt']", "cannot be 'not-now.txt' → write \"not-now\""),
        ("exclude.lists = ['not-now']", "there is no list campaigns/not-now.txt → write it"),
        ("exclude.campaigns = ['one']", "cannot exclude those to whom it writes itself"),
    ],
)
def test_a_mistake_in_them_is_named(tmp_path, line, what):
    _, [problem] = read_campaign(tmp_path, f"[audience]\n{line}\n{STEP}")
    assert what in said([problem])[0]
    assert problem.line == 2


def listed(tmp_path, text):
    files = {
        "templates/first.md": "",
        "campaigns/one.toml": f"audience.exclude.lists = 'not-now'\n{STEP}",
        "campaigns/not-now.txt": text,
        "campaigns/groups.csv": "group,email\nchipy,robin@chipy.example\noslo,ingrid@oslo.example\n",
    }
    workspace = room(tmp_path, files)
    return workspace.listed("not-now", workspace.groups()[0])


def test_a_list_holds_groups_and_addresses_and_what_one_notes_beside_them(tmp_path):
    entries, problems = listed(tmp_path, "# asked by phone\n\n chipy  # until May\r\nIngrid@Oslo.example\n")
    assert entries == {"chipy", "ingrid@oslo.example"}
    assert problems == ()


def test_a_line_that_is_neither_is_a_mistake_and_a_stranger_a_warning(tmp_path):
    text = "Chi Py\ning@@oslo.example\nchipi\ningrid@oslo.exmaple\nsomebody@else.example\na#b@c.example\n"
    entries, problems = listed(tmp_path, text)
    assert entries == {"chipi", "ingrid@oslo.exmaple", "somebody@else.example", "a#b@c.example"}
    assert [p.line for p in problems] == [1, 2, 3, 4, 5, 6]
    assert [p.warning for p in problems] == [False, False, True, True, True, True]
    assert problems[0].fix == "did you mean chipy?"
    assert [p.fix for p in problems[2:4]] == ["did you mean chipy?", "did you mean ingrid@oslo.example?"]


def test_an_empty_list_is_a_warning(tmp_path):
    entries, [problem] = listed(tmp_path, "# nobody yet\n")
    assert entries == frozenset()
    assert (problem.warning, problem.what) == (True, "this list is empty, so it leaves nobody out")


def test_a_list_that_cannot_be_read_is_a_mistake(tmp_path):
    entries, [problem] = listed(tmp_path, "x" * 1_000_001)
    assert entries == frozenset()
    assert (problem.file, problem.warning) == ("campaigns/not-now.txt", False)


@pytest.mark.parametrize(
    ("setting", "where"),
    [("attachments", "Attach: flyer.pdf"), ("Attach", "Attach: flyer.pdf"), ("subject", "Subject: …")],
)
def test_what_stands_in_the_template_is_sent_there(tmp_path, setting, where):
    _, problems = read_campaign(tmp_path, f'{STEP}{setting} = "x"\n')
    [line] = said(problems)
    assert f"knows no setting {setting!r}" in line
    assert "the template's first line" in line
    assert line.endswith(where)
