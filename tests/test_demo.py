"""The demo tells the truth: its numbers are those that its scripted people imply."""

import re
from datetime import UTC, datetime

import pytest
from stage import campaign, serving

from mailer.ledger import open_ledger
from mailer.nouns import Kind, State
from mailer.planning import Doubt, questions
from mailer.rehearsal import Habit, cast
from mailer.workspace import find

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    done = campaign(folder, "demo", "there")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "there", done


@pytest.fixture(scope="module")
def ledger(demo):
    workspace = find(demo[0], {})
    with open_ledger(workspace.ledger_folder, workspace.ledger_id_file) as opened:
        yield opened


@pytest.fixture(scope="module")
def habits(demo):
    """For each group in the audience: what each organizer of its ladder does."""
    groups, _ = find(demo[0], {}).groups()
    people = {person.address: person.habit for person in cast(groups)}
    chosen = [group for group in groups if group.cells["lane"] in {"make-a-difference", "research"}]
    return {group.id: [people[o.address.key] for o in group.organizers] for group in chosen}


DEAD = {Habit.BOUNCES, Habit.UNKNOWN}
ANSWERING = {Habit.ANSWERS, Habit.OTHER_ADDRESS, Habit.COLLEAGUE, Habit.NEW_SUBJECT, Habit.LATE}


def reached(rungs):
    return next((habit for habit in rungs if habit not in DEAD), None)


def test_the_figures_are_those_that_the_people_imply(demo, ledger, habits):
    status = demo[1].stdout[demo[1].stdout.rindex("$ campaign status") :]
    said = {
        word: int(number)
        for number, word in re.findall(
            r"(\d+) (answered|away|silent|stopped|bounced)\b", status.partition("contacted")[0]
        )
    }
    fates = [reached(rungs) for rungs in habits.values()]
    # Whoever is away answers when she is back, if her letter reached her again by then.
    history = ledger.history()
    back = sum(
        bool(history.answer("initial-contact", group))
        for group, rungs in habits.items()
        if reached(rungs) in {Habit.AWAY, Habit.AWAY_ENGLISH}
    )
    away = sum(fate in {Habit.AWAY, Habit.AWAY_ENGLISH} for fate in fates)
    assert said == {
        "answered": sum(fate in ANSWERING for fate in fates) + back,
        "away": away - back,
        "silent": sum(fate in {Habit.SILENT, Habit.TICKET} for fate in fates),
        "stopped": fates.count(Habit.STOPS),
        "bounced": fates.count(None),
    }
    contacted = len(fates) - fates.count(None)
    assert f"{said['answered']} of {contacted} groups contacted answered" in status
    assert (back, away) == (1, 2)


def test_every_kind_of_person_is_met(ledger):
    kinds = {message.finding.kind for message in ledger.messages()}
    assert kinds >= {Kind.HUMAN, Kind.OUT_OF_OFFICE, Kind.AUTO_ACK, Kind.BOUNCE_HARD, Kind.UNSUBSCRIBE}


def test_follow_ups_went_to_the_silent_and_to_nobody_else(ledger, habits):
    again = {d.letter.group for d in ledger.deliveries().values() if d.letter.step == "initial-contact-again"}
    early = ANSWERING - {Habit.LATE} | {Habit.STOPS, Habit.AWAY, None}
    assert again == {group for group, rungs in habits.items() if reached(rungs) not in early}


def test_a_dead_address_led_to_the_next_organizer(ledger, habits):
    for group, rungs in habits.items():
        if rungs[0] in DEAD and len(rungs) > 1:
            assert ledger.deliveries()[f"initial-contact/{group}/initial-contact~2"].state is State.ACCEPTED


def test_in_the_folder_it_leaves_everything_goes_on(demo):
    folder, _ = demo
    with serving(folder, "campaign", "demo", "--serve"):
        for words, expected in (
            (["list"], "initial-contact"),
            (["check"], "all is in order"),
            (["replies"], "0 messages new"),
            (["send", "project-night", "--confirm", "2"], "2 letters sent"),
            (["status", "project-night"], "2 groups contacted"),
        ):
            done = campaign(folder, *words)
            assert done.returncode == 0, done.stderr
            assert expected in done.stdout + done.stderr


def test_without_its_post_office_it_says_what_to_type(demo):
    done = campaign(demo[0], "replies")
    assert done.returncode == 69
    assert "campaign demo --serve" in done.stderr


def test_somebodys_real_server_in_the_environment_is_not_asked(tmp_path):
    elsewhere = {"CAMPAIGN_SMTP_HOST": "192.0.2.1", "CAMPAIGN_IMAP_HOST": "192.0.2.1"}
    assert campaign(tmp_path, "demo", "there", **elsewhere).returncode == 0


def test_a_second_demo_takes_a_second_folder(tmp_path):
    for place in ("campaign-demo", "campaign-demo-2"):
        assert campaign(tmp_path, "demo").returncode == 0
        assert (tmp_path / place / "campaigns").is_dir()
    again = campaign(tmp_path, "demo", "campaign-demo")
    assert again.returncode == 2
    assert "--serve" in again.stderr


# The harder day


@pytest.fixture(scope="module")
def harder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("harder")
    done = campaign(folder, "demo", "--hard", "there", COLUMNS="80")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "there", done.stdout


def test_the_harder_day_ends_with_what_nobody_can_be_sure_about(harder):
    folder, said = harder
    workspace = find(folder, {})
    with open_ledger(workspace.ledger_folder, workspace.ledger_id_file) as opened:
        history = opened.history()
    asked = {
        question.message.sender: question.doubt for question in questions(history, workspace.groups()[0], NOW)
    }
    assert asked["kit.b@mail.example"] is Doubt.TIE
    assert asked["jay@postbox.example"] is Doubt.STRANGER
    for group in (
        "sf-python",
        "brisbane-python",
        "pune-python",
        "django-stockholm",
        "chipy",
        "austin-python",
    ):
        assert history.answer("initial-contact", group), group
    assert history.bounced("organizers@dcpython.example")
    assert history.stop("nyc-django", "quinn@djangonyc.example")
    away = {m.sender for m in history.messages if m.finding.kind is Kind.OUT_OF_OFFICE and m.finding.until}
    assert away >= {"margaux@parispython.example", "ingrid@oslopython.example", "camila@pythonchile.example"}
    for shown in ("$ campaign review --list", "Which group is it from?", "Who wants no more letters?"):
        assert shown in said
    assert said.count("$ campaign why") == 2
    assert "everything adds up" in campaign(folder, "audit").stdout


def test_its_questions_and_reasons_fit_eighty_columns_but_for_what_is_to_be_copied(harder):
    shown = harder[1].partition("$ campaign review")[2].partition("$ campaign todo")[0]
    wide = [line for line in shown.splitlines() if len(line) > 80]
    assert all(line.count(",") > 5 for line in wide), wide
