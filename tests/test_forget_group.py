"""What becomes of a group when an organizer goes: out of the table, or out of the records as well."""

import json
from datetime import timedelta

import pytest
from past import START, campaign, delivery, group, history, mail, plan
from stage import GROUPS, stage

from mailer.nouns import Address, Kind, Order, OrderKind, State, Traces
from mailer.outcomes import take_tally
from mailer.rehearsal import Habit, Person
from mailer.workspace import find, lay_out
from mailer.workspace.mentions import mentions

ROBIN, NOOR = "robin@chipy.example", "noor@chipy.example"
ROW = next(row for row in GROUPS.splitlines(keepends=True) if ROBIN in row)
BOTH = GROUPS + f"chipy,,Noor Khan,Noor,{NOOR},,,\n"
WITHOUT_HER = GROUPS.replace(ROW, ROW.replace("Robin,Robin", "Noor,Noor").replace(ROBIN, NOOR))
GOT_IT = f"chipy got this letter already, at {ROBIN}, who is not among its organizers in the table any more"


@pytest.fixture
def play(tmp_path):
    with stage(tmp_path / "w", [Person(ROBIN, Habit.SILENT)]) as made:
        made.write("campaigns/groups.csv", BOTH)
        yield made


@pytest.fixture
def gone(play):
    """Robin got the first letter, and is no organizer any more; Noor is."""
    play.run("send", "hello", "--confirm", "3")
    play.write("campaigns/groups.csv", WITHOUT_HER)
    play.clock.move_on(timedelta(days=1))
    return play


def flat(text):
    return " ".join(text.split())


def listing(play, *words):
    return json.loads(play.run(*words, "--json").stdout)


def lines(play):
    [sums] = listing(play, "status", "hello")["sums"]["campaigns"]
    return sums


def forget(play, whom=ROBIN):
    return play.run("forget", whom, "--confirm", whom)


# Out of the table


@pytest.mark.parametrize("words", [["--group", "chipy"], [], ["--step", "hello"], ["--step", "again"]])
def test_a_preview_shows_what_the_next_organizer_gets(gone, words):
    rows = {row["id"]: row for row in listing(gone, "preview", "hello", *words)["rows"]}
    hers = {key: row["to"] for key, row in rows.items() if "chipy" in key}
    first, second = {"hello/chipy/hello~2": NOOR}, {"hello/chipy/again": NOOR}
    assert hers == (
        second if "again" in words else first | second if words == ["--group", "chipy"] else first
    )
    if first.items() <= hers.items():
        assert rows["hello/chipy/hello~2"]["note"] == GOT_IT
        assert GOT_IT in flat(gone.run("preview", "hello", *words).stdout)


def test_a_preview_after_a_dead_address_shows_what_the_next_organizer_gets(play):
    play.run("send", "hello", "--confirm", "3")
    with play.ledger() as ledger:
        letter = next(d.letter for d in ledger.deliveries().values() if d.letter.group == "chipy")
        ledger.change(letter, State.BOUNCED, play.clock.now(), "no such user")
    [row] = [r for r in listing(play, "preview", "hello", "--group", "chipy")["rows"] if "~2" in r["id"]]
    assert (row["to"], row["note"], row["why_not"]) == (NOOR, "", "")


def test_a_preview_of_her_follow_up_answers_her_own_first_letter(gone):
    raw = gone.run("preview", "hello", "--group", "chipy", "--raw").stdout
    first, second = (
        row["message_id"] for row in listing(gone, "preview", "hello", "--group", "chipy")["rows"]
    )
    assert f"In-Reply-To: {first}" in flat(raw)
    assert first != second


def test_a_plan_says_that_the_group_got_the_letter_before_the_number_is_typed(gone):
    shown = gone.run("send", "hello", "--dry-run")
    assert GOT_IT in flat(shown.stdout)
    [row] = listing(gone, "send", "hello", "--dry-run")["rows"]
    assert (row["to"], row["note"]) == (NOOR, GOT_IT)


def test_only_an_address_that_letters_reach_is_told():
    stranger = delivery("chipy", to="gone@chipy.example")
    [line] = plan([group("chipy")], history(stranger), days=1).due
    assert "at gone@chipy.example" in line.because
    died = mail(Kind.BOUNCE_HARD, "chipy", failed=["gone@chipy.example"])
    [line] = plan([group("chipy")], history(stranger, messages=[died]), days=2).due
    assert line.because == ""


# Out of the records


def test_once_she_is_forgotten_nothing_more_goes_to_the_group_and_it_counts_as_stopped(gone):
    before = lines(gone)
    assert (before["letters"]["due"], before["fates"]) == (1, {"silent": 3})
    forget(gone)
    after = lines(gone)
    assert after["withheld"] == {"stopped": 2}
    assert after["fates"] == {"silent": 2, "stopped": 1}
    assert sum(after["letters"].values()) == sum(before["letters"].values())
    for figure in ("contacted", "answered", "rate", "low", "high"):
        assert after[figure] == before[figure]
    assert [step["sent"] for step in after["steps"]] == [step["sent"] for step in before["steps"]]
    gone.clock.move_on(timedelta(days=30))
    assert "2  stopped" in gone.run("send", "hello", "--confirm", "2").stdout
    assert NOOR not in [letter.to[0] for letter in gone.post.letters]
    [row] = [r for r in listing(gone, "status", "hello")["rows"] if r["group"] == "chipy"]
    assert (row["fate"], row["because"]) == ("stopped", "somebody there asked to be forgotten")


def test_what_is_sent_and_planned_differs_from_when_her_row_is_gone_and_not_from_her_being_forgotten(gone):
    def figures():
        found = lines(gone)
        return found["steps"][0]["sent"], found["letters"]["accepted"], sum(found["letters"].values())

    assert figures() == (3, 2, 6)
    forget(gone)
    assert figures() == (3, 2, 6)


def test_an_answer_or_a_doubt_stays_the_reason():
    hers = delivery("chipy", to="abc@forgotten.invalid")
    doubt = delivery("chipy", take=2, state=State.UNSURE)
    made = plan([group("chipy")], history(hers, doubt), days=30)
    assert {line.reason for line in made.lines} == {"unsure"}
    phoned = Order("o1", OrderKind.ANSWERED, "chipy", START, "fay", "she phoned")
    made = plan([group("chipy")], history(hers, orders=[phoned]), days=30)
    assert {line.reason for line in made.lines} == {"answered"}
    made = plan([group("chipy")], history(hers), days=30)
    assert {line.reason for line in made.lines} == {"stopped"}


def test_whom_no_letter_reached_stays_uncontacted():
    dead = delivery("chipy", to="abc@forgotten.invalid", state=State.BOUNCED)
    tally = take_tally(campaign(), history(dead), START)
    assert tally.contacted == 0


def test_what_a_forgotten_person_wrote_leaves_the_list_and_says_that_it_was_destroyed(play):
    play.run("send", "hello", "--confirm", "3")
    with play.ledger() as ledger:
        answers = ledger.deliveries()["hello/chipy/hello"].message_id
    head = f"From: Robin <{ROBIN}>\r\nSubject: Re: Hello\r\nIn-Reply-To: {answers}\r\n"
    play.post.inject(
        f"{head}Message-ID: <r@chipy.example>\r\n\r\nWith pleasure, and please forget me.\r\n".encode()
    )
    play.run("replies")
    [task] = listing(play, "todo")["rows"]
    assert task["subject"] == "chipy"
    play.write("campaigns/groups.csv", WITHOUT_HER)
    forget(play)
    assert listing(play, "todo")["rows"] == []
    said = "destroyed by campaign forget"
    assert said in play.run("show", task["message"]).stdout
    assert said in play.run("replies", "--all").stdout
    assert said in listing(play, "show", task["message"])["rows"][0]["note"]


# Who can be forgotten, and what is looked through


def test_the_programs_own_pages_are_no_mention_until_somebody_writes_into_them(tmp_path):
    lay_out(tmp_path)
    page = tmp_path / "templates/README.md"
    address = next(
        word.strip("`|") for word in page.read_text().split() if ".example" in word and "@" in word
    )
    workspace = find(tmp_path, {})
    traces = Traces.of(Address.parse(address))

    def pages():
        found = mentions(workspace.root, workspace.ledger_folder, traces, ())
        return [problem.file for problem in found if problem.file.endswith("README.md")]

    assert pages() == []
    page.write_text(page.read_text() + "\nA line of mine.\n")
    assert "templates/README.md" in pages()


def test_in_a_table_the_number_of_the_cell_is_told(tmp_path):
    (tmp_path / "campaigns").mkdir()
    table = f'group;notes;email\n{ROBIN};;x@y.example\nchipy;"one; two\nthree";{ROBIN}\n;"a\n{ROBIN}";\n'
    (tmp_path / "campaigns/groups.csv").write_text(table)
    found = mentions(tmp_path, tmp_path / "ledger", Traces.of(Address.parse(ROBIN)), ())
    assert [problem.place for problem in found] == ["2:1", "4:3", "6:2"]


def test_she_cannot_forget_herself(play):
    sender = str(play.settings.sender.address)
    for me in (sender, sender.upper(), sender.replace("@", "+lists@")):
        said = play.run("forget", me, "--confirm", me, code=2).stderr
        assert "is you" in flat(said)
    assert listing(play, "undo")["rows"] == []


def test_of_an_address_that_nobody_has_it_says_so_before_it_asks(play):
    slip = ROBIN.replace("robin", "robyn")
    said = flat(play.run("forget", slip, code=2).stderr)
    assert f"{slip} stands in no row of the table and got no letter; did you mean {ROBIN}?" in said
    assert "nobody is there to confirm" in said
    assert "stands in no row" not in flat(play.run("forget", NOOR, code=65).stderr)
    forget(play, slip)
    assert "stands in no row" not in flat(forget(play, slip).stderr)
