"""What is wrong before anything leaves, and whom a campaign is for: asked through the commands."""

import shutil
from datetime import timedelta

import pytest
from stage import AGAIN, stage

STEP = '\n[[steps]]\ntemplate = "hello"\n'


@pytest.fixture
def play(tmp_path):
    with stage(tmp_path) as made:
        yield made


def audience(play, text, name="hello"):
    play.write(f"campaigns/{name}.toml", f"[audience]\n{text}\n{STEP}")


def heard(done):
    return " ".join(done.stderr.split())


@pytest.mark.parametrize(
    "command", [("check", "hello"), ("send", "hello", "--confirm", "0"), ("preview", "hello")]
)
def test_an_audience_of_nobody_is_a_mistake(play, command):
    audience(play, 'where = "size > 5000"')
    done = play.run(*command, code=65)
    said = " ".join((done.stdout + done.stderr).split())
    assert "campaigns/hello.toml mistake 2 the audience is empty: 3 outside the audience, 1 left out" in said


def test_an_audience_that_has_emptied_since_its_letters_left_is_a_warning(play):
    audience(play, "where = 'group == \"chipy\"'")
    play.run("send", "hello", "--confirm", "1")
    audience(play, "where = 'group == \"nobody\"'")
    assert "warning 2 the audience is empty" in " ".join(play.run("check", "hello").stdout.split())


def test_everyone_is_said_when_checking_and_before_sending(play):
    audience(play, "")
    assert "hello is for 4 groups, which is everyone in the table" in heard(play.run("check"))
    assert "hello is for 4 groups, which is everyone in the table" in heard(play.run("send", "hello", "-n"))
    audience(play, "sample = 3")
    assert "hello is for 3 groups; 1 not drawn for the sample" in heard(play.run("check"))


def test_who_is_left_out_is_counted_and_named_with_the_reason(play):
    table = (play.folder / "campaigns/groups.csv").read_text().splitlines()
    rows = [f"{row},{tag}" for row, tag in zip(table, ["tags", "no mail", "", "", "", "press"], strict=True)]
    play.write("campaigns/groups.csv", "\n".join(rows) + "\n")
    play.write("campaigns/not-now.txt", "ingrid@oslopython.example # till June\n")
    audience(play, 'where = "size > 0"\nexclude = { tags = ["No mail"], lists = ["not-now"] }')
    said = heard(play.run("check", "hello"))
    assert "hello is for 1 group; 1 left out for an empty cell, 2 excluded" in said
    assert "an empty cell leaves out: sf-python" in said
    assert "tagged No mail: chipy" in said
    assert "on the list not-now: oslo-python" in said
    assert "1 letter due now" in play.run("send", "hello", "-n").stdout


def test_who_got_an_earlier_campaigns_letter_is_left_out_of_the_next(play):
    audience(play, 'where = \'group in ("chipy", "oslo-python")\'')
    play.run("send", "hello", "--confirm", "2")
    play.write("templates/again.md", f"Subject: More\n\n{AGAIN}")
    play.write("campaigns/next.toml", f'audience.exclude.campaigns = ["hello"]\n{STEP}')
    assert "next is for 2 groups; 2 excluded" in heard(play.run("check", "next"))
    play.run("send", "next", "--confirm", "2")
    assert [letter.to[0] for letter in play.post.letters[2:]] == [
        "noor@sfpython.example",
        "taylor@bostonpython.example",
    ]
    # And the other way round nothing changes for those whom it has begun to write to.
    assert "no letter is due now" in play.run("send", "next").stdout


def test_an_excluded_group_gets_no_follow_up_and_the_plan_says_why(play):
    play.run("send", "hello", "--confirm", "3")
    play.write("campaigns/not-now.txt", "chipy\n")
    text = (play.folder / "campaigns/hello.toml").read_text()
    play.write("campaigns/hello.toml", text.replace("[audience]", '[audience]\nexclude.lists = "not-now"'))
    play.clock.move_on(timedelta(days=8))
    play.run("send", "hello", "--confirm", "2")
    assert "1 not in the audience" in play.run("status", "hello").stdout


def test_a_check_without_a_ledger_checks_all_the_same(play):
    shutil.rmtree(play.folder / "campaigns/ledger")
    assert "hello is for 3 groups" in heard(play.run("check", "hello"))
